"""Lo que dice la gente en la demostración: una quincena como cualquiera, y una avenida que se inunda."""

import math
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

DIAS = 15
POR_HORA = 2.4
"""Lo que se dice del municipio en una hora de las de hablar; de madrugada, casi nada."""

COSAS = (
    "¿A qué hora abre mañana la oficina de licencias?",
    "Otra vez un bache enorme en la calle Morelos, ya se comió una llanta.",
    "Gracias a los de limpia, pasaron temprano hoy.",
    "No hay agua en la colonia Centro desde ayer, ¿alguien sabe algo?",
    "¿Dónde se paga el predial? ¿Reciben tarjeta?",
    "Muy bonita la feria, ojalá la repitan.",
    "El semáforo de Hidalgo y Juárez lleva tres días descompuesto.",
    "¿Van a reparar la banqueta frente al mercado?",
    "Se fue la luz en Santa Cruz, reporten por favor.",
    "Ya taparon el bache de la avenida Juárez, gracias.",
    "Llovió fuerte y se encharcó la entrada del mercado, lo de siempre.",
    "Felicidades por el mural, quedó precioso.",
    "¿Hay clases mañana?",
    "El camión de la basura no pasó hoy por San Isidro.",
    "Fuga de agua en la esquina de Allende, se está tirando mucha.",
)
INUNDADAS = (
    "¡La avenida Juárez está inundada! No pasen, el agua ya llega a las banquetas.",
    "Se metió el agua a los locales de avenida Juárez, necesitamos costales.",
    "Hay un carro varado en la inundación de Juárez, frente al mercado. ¿Protección Civil?",
    "Inundada la Juárez desde Morelos hasta Hidalgo, busquen otra ruta.",
    "Mi mamá no puede salir de su casa por la inundación en avenida Juárez, ayuda.",
    "¿Van a mandar bombas? La inundación en Juárez sigue subiendo.",
    "Dos horas y nadie llega, la avenida Juárez inundada y con coches atorados.",
    "Suspendan el mercado, está inundado el pasillo de la entrada por Juárez.",
)
VECINOS = (
    "Lupita Hernández",
    "Beto Salgado",
    "Doña Chayo",
    "Iván Mendieta",
    "Marisol Peña",
    "El Güero de la tienda",
    "Profe Nava",
    "Rosa Elena",
    "Taxis San Jacinto",
    "Toño Ruiz",
    "Mercado Juárez",
    "Vero Colín",
    "Karla Vilchis",
    "Don Nacho",
    "Ale Gómora",
)


def quincena(ahora: datetime, azar: random.Random) -> Iterator[dict[str, Any]]:
    """Dos semanas de lo de siempre, con su ritmo de día y de noche. `ahora`: hora local de la oficina."""
    hora = ahora.replace(minute=0, second=0, microsecond=0) - timedelta(days=DIAS)
    while hora < ahora:
        despierto = math.exp(-(((hora.hour - 14) / 6) ** 2))
        for _ in range(_cuantas(POR_HORA * despierto, azar)):
            instante = hora + timedelta(seconds=azar.uniform(0, 3599))
            if instante < ahora:
                yield _voz(instante, azar.choice(COSAS), azar, azar.randint(0, 6))
        hora += timedelta(hours=1)


def inundacion(ahora: datetime, azar: random.Random, *, cuantas: int = 46) -> Iterator[dict[str, Any]]:
    """Lo que se dice en los últimos minutos, cada vez más. Nada de antes de esta hora: esa ya se dio por oída."""
    lleva = ahora - ahora.replace(minute=0, second=0, microsecond=0)
    for n in range(cuantas):
        hace = min(timedelta(minutes=35), lleva) * (1 - (n + 1) / cuantas) ** 0.7
        yield _voz(ahora - hace, azar.choice(INUNDADAS), azar, azar.randint(3, 90))


def _cuantas(media: float, azar: random.Random) -> int:
    """Poisson, por el método de Knuth: las medias son pequeñas."""
    limite, producto, cuantas = math.exp(-media), azar.random(), 0
    while producto > limite:
        producto *= azar.random()
        cuantas += 1
    return cuantas


def _voz(instante: datetime, texto: str, azar: random.Random, me_gusta: int) -> dict[str, Any]:
    quien = azar.choice(VECINOS)
    return {"texto": texto, "instante": instante, "autor": quien, "me_gusta": me_gusta}

"""Un aviso de muestra, para que la persona de sistemas vea que llega, y la coordinadora cómo es. Nada es real."""

import math
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from motor.avisos.grafica.dibujo import dibujar
from motor.avisos.grafica.normal import HORA, Punto, en_punto
from motor.avisos.redaccion.alza import Carta, con_encabezado
from motor.avisos.redaccion.hechos import Acciones, Dicho, Hechos, Momento, Pliego

FRASE = "Esto es una prueba: así se verá un aviso. Nada de lo que dice es verdad."
_DICHOS = (
    (
        "@vecina_de_ejemplo",
        "La avenida está hecha un río a la altura de la terminal; llevamos 40 minutos parados.",
        312,
    ),
    ("@taxista_de_ejemplo", "Eviten la avenida, ya no pasan los coches. El bajopuente se llenó otra vez.", 140),
    ("", "¿Alguien sabe si van a mandar una pipa o a protección civil? Hay gente arriba de sus coches.", None),
)


def pliego_de_muestra(ahora: datetime, zona: ZoneInfo) -> Pliego:
    """El correo completo, con su gráfica si se pudo dibujar."""
    hechos = _hechos(ahora, zona)
    png = dibujar(hechos.puntos, alza_desde=hechos.desde, alza_hasta=ahora, zona=zona)
    pliego = Carta(hechos=hechos, momento=Momento.NUEVA, zona=zona, grafica=png)(
        Acciones(historia_id=0, ambito="monitor:0")
    )
    return con_encabezado(pliego, FRASE, asunto=f"Prueba: {pliego.asunto}"[:70])


def _hechos(ahora: datetime, zona: ZoneInfo) -> Hechos:
    desde = en_punto(ahora) - HORA
    redes = ("X", "X", "Facebook")
    return Hechos(
        temas=("Inundaciones", "Vialidad"),
        valor=63,
        esperado=4.0,
        lapso=HORA,
        desde=desde,
        ahora=ahora,
        total=101,
        normal_total=8.0,
        lugares=(("la avenida de ejemplo", 9), ("la terminal", 3)),
        con_lugar=12,
        lugar_por=frozenset({"texto"}),
        autores=41,
        redes=(("X", 66), ("Facebook", 35)),
        ruidosos=tuple(
            Dicho(
                red=red,
                usuario=usuario,
                texto=texto,
                publicado_en=ahora - timedelta(minutes=9 * n + 4),
                interacciones=interacciones,
            )
            for n, (red, (usuario, texto, interacciones)) in enumerate(zip(redes, _DICHOS, strict=True))
        ),
        palabras=(("avenida", 48), ("coches", 22), ("terminal", 19), ("bajopuente", 9)),
        puntos=tuple(_puntos(ahora, desde, zona)),
    )


def _puntos(ahora: datetime, desde: datetime, zona: ZoneInfo) -> list[Punto]:
    puntos = []
    for n in range(60, -1, -1):
        inicio = en_punto(ahora) - n * HORA
        normal = 2.2 - 2 * math.cos((inicio.astimezone(zona).hour - 4) / 24 * 2 * math.pi)
        visto = round(normal + 1.3 * math.sin(n * 2.4)) if inicio < desde else 38 if inicio == desde else 63
        puntos.append(Punto(inicio, max(visto, 0), normal))
    return puntos

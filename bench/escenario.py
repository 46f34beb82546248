"""Qué se publica en el banco y con qué ajustes: perfiles, publicaciones, y las variables de un demonio con prisa."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from modelos import Perfil
from motor.entorno import Entorno
from motor.publicacion.alta import registrar
from motor.publicacion.propuesta import MedioPropuesto, Propuesta

REDES = ("x", "facebook", "instagram", "pinterest")

# Los plazos de verdad entre diez o veinte: cumplen las mismas desigualdades (motor.reglas.incumplidas), y la misma
# proporción que la red imitada tarda en aceptar y en enseñar lo aceptado.
CON_PRISA: Mapping[str, str] = {
    "HILOS": "8",
    "SEPARACION_S": "0",
    "ARRIENDO_S": "5",
    "LIMITE_ENVIO_S": "0.5",
    "PLAZO_HTTP_S": "1.5",
    "CUARENTENA_S": "4",
    "CUARENTENA_DE_PRUEBAS_S": "4",
    "ENTRE_MIRADAS_S": "1",
    "ESPERA_MINIMA_S": "0.2",
    "ESPERA_MAXIMA_S": "3",
}
AL_NATURAL: Mapping[str, str] = {"SEPARACION_S": "0", "HILOS": "8"}
"""Los plazos con que se instala; sólo se quita la separación entre publicaciones de un perfil."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escenario:
    """iguales: fracción de publicaciones que repiten el texto de la anterior en el mismo perfil."""

    publicaciones: int
    redes: Sequence[str] = REDES
    perfiles_por_red: int = 40
    iguales: float = 0.05
    semilla: int = 1


def variables(plazos: Mapping[str, str], *, carpeta: Path, base: str, urls: Mapping[str, str]) -> dict[str, str]:
    valores = {
        "BASE": base,
        "LLAVES": str(carpeta / "llaves"),
        "PANEL_PUERTO": "0",
        "BUZON": str(carpeta / "buzon"),
        "ACERVO": str(carpeta / "acervo"),
        "BITACORA": "json",
        "DOMINIOS_PROPIOS": "sanjacinto.gob.mx",
        "CORREO_COORDINACION": "coordinacion@sanjacinto.gob.mx",
        "FACEBOOK_TOKEN": "token-de-pagina",
        "INSTAGRAM_TOKEN": "token-de-pagina",
        "X_API_KEY": "k",
        "X_API_SECRET": "ks",
        "X_ACCESS_SECRET": "ts",
        **{f"{red.upper()}_URL": url for red, url in urls.items()},
        **plazos,
    }
    return {f"PREGONERO_{nombre}": valor for nombre, valor in valores.items()}


@dataclass(frozen=True, slots=True)
class Conocido:
    """Un perfil que su red conoce. credenciales: variables. imitado: cómo lo registra el simulador."""

    nombre: str
    red: str
    id_externo: str
    opciones: Mapping[str, str] = field(default_factory=dict)
    credenciales: Mapping[str, str] = field(default_factory=dict)
    imitado: Mapping[str, Any] = field(default_factory=dict)

    def fila(self, ahora: datetime) -> Perfil:
        return Perfil(
            nombre=self.nombre,
            red=self.red,
            id_externo=self.id_externo,
            opciones=dict(self.opciones),
            creado_en=ahora,
            revisado_en=ahora,
        )


def id_externo(red: str, n: int) -> str:
    return str({"x": 1, "facebook": 2, "instagram": 3, "pinterest": 4}[red] * 100_000 + n)


def perfiles(escenario: Escenario) -> Iterator[Conocido]:
    """Los de las redes imitadas."""
    for red in escenario.redes:
        for n in range(escenario.perfiles_por_red):
            suyo = id_externo(red, n)
            token = f"{suyo}-secreto"
            opciones: dict[str, str] = {}
            imitado: dict[str, Any] = {"red": red, "id": suyo, "token": token}
            if red == "instagram":
                opciones["pagina"] = imitado["pagina"] = id_externo("facebook", n)
            if red == "pinterest":
                opciones["tablero"] = f"9{suyo}"
                imitado["tableros"] = [[opciones["tablero"], "Avisos"]]
            variable = "PREGONERO_X_ACCESS_TOKEN" if red == "x" else f"PREGONERO_{red.upper()}_TOKEN"
            credenciales = {f"{variable}__{red.upper()}_{n}": token}
            yield Conocido(f"{red}-{n}", red, suyo, opciones, credenciales, imitado)


def dibujar(carpeta: Path, *, cuantas: int = 5) -> list[Path]:
    """Unas fotos pequeñas, distintas entre sí."""
    carpeta.mkdir(parents=True, exist_ok=True)
    rutas = []
    for n in range(cuantas):
        foto = Image.new("RGB", (640, 640), (40 * n, 90, 160))
        ImageDraw.Draw(foto).ellipse((100, 100, 300 + 60 * n, 540), fill=(240, 200, 20 * n))
        rutas.append(carpeta / f"foto-{n}.jpg")
        foto.save(rutas[-1], quality=60)
    return rutas


def propuestas(
    escenario: Escenario, *, desde: datetime, durante: timedelta, fotos: Sequence[Path]
) -> Iterator[Propuesta]:
    """Las publicaciones, repartidas al azar en el tiempo. Cada texto lleva un folio, que las iguales comparten."""
    azar = random.Random(escenario.semilla)
    nombres = [f"{red}-{n}" for red in escenario.redes for n in range(escenario.perfiles_por_red)]
    texto, nombre, instante = "", "", desde
    for n in range(escenario.publicaciones):
        igual = n > 0 and azar.random() < escenario.iguales
        if not igual:
            nombre, instante = azar.choice(nombres), desde + durante * azar.random()
            texto = f"Aviso del municipio, folio {n:06d}: {azar.choice(_FRASES)}"
            if azar.random() < 0.3:
                texto += f" https://sanjacinto.gob.mx/avisos/{n}"
        red = nombre.partition("-")[0]
        con_foto = red in ("instagram", "pinterest") or azar.random() < 0.2
        foto = MedioPropuesto(ruta=azar.choice(fotos), donde="foto.jpg", texto_alternativo="Un sol sobre el cerro.")
        yield Propuesta(
            texto=texto,
            perfiles=(nombre,),
            programada_en=instante,
            zona="America/Mexico_City",
            medios=(foto,) if con_foto else (),
            origen_nombre=f"banco-{n}",
        )


_FRASES = (
    "mañana no habrá agua en el centro entre las 9 y las 14 h.",
    "la feria del pan abre el sábado a mediodía 🥖.",
    "cerramos la calle Hidalgo por el desfile; use Juárez.",
    "vacunación gratuita de perros y gatos en la plaza.",
    "«El ñandú y la cigüeña», cuento para niñas y niños, en la biblioteca.",
)


def sembrar(entorno: Entorno, listas: Sequence[Propuesta], ahora: datetime) -> None:
    for inicio in range(0, len(listas), 200):
        with entorno.base.escribir() as sesion:
            for propuesta in listas[inicio : inicio + 200]:
                registrar(sesion, entorno, propuesta, ahora=ahora)

"""Lo que la demostración enseña de las mejores horas: un año de publicaciones que se importa, y lo que se aprende."""

import csv
import math
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from rich.text import Text

from modelos import Perfil
from motor.entorno import Entorno
from motor.horarios.aprendizaje.aprender import aprender_ahora
from motor.horarios.asignacion import vigentes
from motor.horarios.semana import semana_de
from motor.importacion.importador import Opciones, importar_archivo
from motor.ordenes.consola import consola
from motor.ordenes.horarios_en_pantalla import mapa_de_la_semana

PUBLICADAS = 208
HORARIOS = "[general]\nazar = 0\n"
"""En la demostración no se sortea ninguna hora: que siempre se vea lo mismo."""

_TITULOS = ("Perfil", "Enlace", "Publicada", "Texto", "Tipo", "Me gusta", "Comentarios", "Compartidos")
_TEMAS = (
    ("Foto", "Así quedó la calle Hidalgo después del bacheo. 🚧"),
    ("Foto", "El mercado municipal abre este domingo desde las 7:00."),
    ("Video", "¿Ya conoce el taller de barro de la Casa de Cultura? #SanJacinto"),
    ("Enlace", "Consulte aquí su recibo del agua: https://sanjacinto.gob.mx/agua"),
)
_COSTUMBRE = ((9, 3), (10, 4), (11, 4), (12, 4), (13, 4), (14, 3), (16, 3), (17, 3), (18, 4), (19, 5), (20, 5), (21, 3))
"""A qué horas publica la oficina, y cuánto: la mitad, en horas de trabajo."""


def aprender_del_pasado(entorno: Entorno, carpeta: Path, perfil: str) -> None:
    """Importar un año de publicaciones de un perfil y aprender de ellas."""
    tabla = carpeta / "un-ano-de-publicaciones.csv"
    zona = entorno.reglas.zona
    _escribir(tabla, perfil, entorno.reloj.ahora().astimezone(zona))
    importar_archivo(entorno, tabla, Opciones(zona=zona))
    aprender_ahora(entorno, perfiles=[perfil])


def ensenar_su_semana(entorno: Entorno, perfil: Perfil) -> None:
    """El mapa que vería la coordinadora."""
    with entorno.base.leer() as sesion:
        mapa = vigentes(sesion, [perfil], ahora=entorno.reloj.ahora())[perfil.id].mapa
    consola.print(Text.assemble("\nLas horas de ", (perfil.nombre, "bold"), ", como las ve la coordinadora:\n"))
    for renglon in mapa_de_la_semana(semana_de(mapa, entorno.horarios().de(perfil.nombre).callar)):
        consola.print(renglon, no_wrap=True, overflow="ignore", crop=False)


def _escribir(tabla: Path, perfil: str, ahora: datetime) -> None:
    with tabla.open("w", encoding="utf-8", newline="") as archivo:
        escrito = csv.writer(archivo)
        escrito.writerow(_TITULOS)
        escrito.writerows(_renglones(perfil, ahora))


def _renglones(perfil: str, ahora: datetime) -> Iterator[tuple[object, ...]]:
    """De la más vieja a la más nueva; de noche se contesta más, como en los perfiles de verdad."""
    azar = random.Random(7)  # noqa: S311 # siempre el mismo año
    horas, veces = zip(*_COSTUMBRE, strict=True)
    for n in range(PUBLICADAS):
        dia = ahora - timedelta(days=365 - n * 360 / PUBLICADAS)
        (hora,) = azar.choices(horas, veces)
        cuando = dia.replace(hour=hora, minute=azar.randrange(60))
        tipo, texto = azar.choice(_TEMAS)
        gusta = round(80 * math.exp(_gusto(cuando, tipo) + azar.gauss(0, 0.4)))
        enlace = f"https://red.example/sanjacinto/{n}"
        yield perfil, enlace, f"{cuando:%d/%m/%Y %H:%M}", texto, tipo, gusta, gusta // 9, gusta // 14


def _gusto(cuando: datetime, tipo: str) -> float:
    """El logaritmo de cuánto más se contesta a esa hora, y a esa clase de publicación."""
    tarde = 0.3 if cuando.hour >= 18 else 0.0
    fin_de_semana = 0.15 if cuando.weekday() >= 5 else 0.0
    return tarde + fin_de_semana + (0.3 if tipo == "Video" else 0.0)

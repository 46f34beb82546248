"""Tablas escritas a mano, con los títulos de verdad de cada exportación."""

import csv
import io
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

PAGINA, NOMBRE_DE_PAGINA = "61571000000001", "Ayuntamiento de Chapultepec"

FACEBOOK_ES = (
    "Identificador de la publicación", "Identificador de la página", "Nombre de la página", "Título", "Descripción",
    "Duración (segundos)", "Hora de publicación", "Enlace permanente", "Tipo de publicación", "Fecha",
    "Visualizaciones", "Alcance", "Reacciones, comentarios y veces que se compartió", "Reacciones", "Comentarios",
    "Veces que se compartió", "Total de clics", "Clics en el enlace",
)  # fmt: skip
FACEBOOK_EN = (
    "Post ID", "Page ID", "Page name", "Title", "Description", "Duration (sec)", "Publish time", "Permalink",
    "Post type", "Date", "Views", "Reach", "Reactions, Comments and Shares", "Reactions", "Comments", "Shares",
    "Total clicks", "Link Clicks",
)  # fmt: skip
INSTAGRAM_EN = (
    "Post ID", "Account ID", "Account username", "Account name", "Description", "Duration (sec)", "Publish time",
    "Permalink", "Post type", "Data comment", "Date", "Views", "Reach", "Likes", "Shares", "Follows", "Comments",
    "Saves",
)  # fmt: skip
X_VIEJA = ("Tweet id", "Tweet permalink", "Tweet text", "time", "impressions", "engagements", "engagement rate",
           "retweets", "replies", "likes", "user profile clicks", "url clicks")  # fmt: skip
X_NUEVA = ("Post id", "Date", "Post text", "Post Link", "Impressions", "Likes", "Engagements", "Bookmarks", "Shares",
           "New follows", "Replies", "Reposts", "Profile visits", "Detail Expands", "URL Clicks")  # fmt: skip
X_POR_DIA = ("Date", "Impressions", "Likes", "Engagements", "Bookmarks", "Shares", "New follows", "Unfollows",
             "Replies", "Reposts", "Profile visits", "Create Post", "Video views", "Media views")  # fmt: skip

Celdas = Sequence[object]


def de_facebook(
    identificador: str = "122158000000000011",
    *,
    cuando: str = "11/20/2026 18:12",
    url: str = "https://www.facebook.com/chapultepec/posts/pfbid02abc",
    texto: str = "Mañana no hay agua\nde 8 a 14",
    periodo: str = "Total",
    vistas: str = "1,270",
    cuenta: tuple[str, str] = (PAGINA, NOMBRE_DE_PAGINA),
) -> Celdas:
    """Un renglón de `FACEBOOK_ES` o `FACEBOOK_EN`."""
    return (identificador, *cuenta, texto, "", 0, cuando, url, "Fotos", periodo, vistas, "900", 42, 30, 8, 4, 15, "--")


def como_csv(titulos: Celdas, *renglones: Celdas, separador: str = ",", antes: str = "") -> str:
    escrito = io.StringIO(newline="")
    csv.writer(escrito, delimiter=separador).writerows([titulos, *renglones])
    return antes + escrito.getvalue()


def escribir(ruta: Path, texto: str, *, codec: str = "utf-8-sig", fecha: datetime | None = None) -> Path:
    """fecha: la del archivo, que es de cuándo son sus números."""
    ruta.write_bytes(texto.encode(codec))
    if fecha is not None:
        os.utime(ruta, (fecha.timestamp(), fecha.timestamp()))
    return ruta


def escribir_libro(ruta: Path, **hojas: Sequence[Celdas]) -> Path:
    from openpyxl import Workbook

    libro = Workbook()
    libro.remove(libro.active)
    for nombre, renglones in hojas.items():
        hoja = libro.create_sheet(nombre)
        for renglon in renglones:
            hoja.append(list(renglon))
    libro.save(ruta)
    return ruta

"""Las tablas que exporta X: las de analytics.x.com (2024 en adelante) y las de analytics.twitter.com (hasta 2024).

Fuente: encabezados de exportaciones de 2015 a 2026 que pruebas y programas públicos en GitHub copian enteros. X no
publica la lista. Consultada 2026-11-22.
"""

import re
from datetime import date, datetime

from conectores.contrato_exportacion import Dato, Exportacion, Exportaciones, Grano, direccion_llana
from conectores.x.barrida import instante_de

_FUENTE = "encabezados de exportaciones de X vistos en repositorios públicos de GitHub"
_CONSULTADA = date(2026, 11, 22)
_DE_UN_POST = re.compile(r"(?:x|twitter)\.com/(?:[^/]+|i/web)/status(?:es)?/(\d{1,20})", re.I)
_ANTES_DE_LLEVAR_HORA = 30_000_000_000  # los identificadores llevan su hora desde noviembre de 2010
_DIAS = ("%a, %b %d, %Y", "%Y-%m-%d", "%m/%d/%Y")

_ME_GUSTA = ("likes", "favorites")
_COMPARTIDOS = ("reposts", "retweets")  # «Shares» cuenta otra cosa: las veces que se usó el botón de compartir

_POSTS = Exportacion(
    nombre="publicaciones de X (Analytics, Content)",
    grano=Grano.PUBLICACION,
    senas=(("Post id", "Tweet id"), ("Post text", "Tweet text")),
    datos={
        Dato.ID: ("Post id", "Tweet id"),
        Dato.URL: ("Post Link", "Tweet permalink", "Post permalink"),
        Dato.CUANDO: ("time", "Date"),
        Dato.TEXTO: ("Post text", "Tweet text"),
        Dato.PROMOCION: ("promoted impressions", "promoted engagements"),  # sólo las de hasta 2024
    },
    metricas={
        "vistas": ("impressions",),
        "interacciones": ("engagements",),
        "me_gusta": _ME_GUSTA,
        "comentarios": ("replies",),
        "compartidos": _COMPARTIDOS,
        "guardados": ("bookmarks",),
        "clics": ("url clicks",),
        "visitas_al_perfil": ("profile visits", "user profile clicks"),
        "seguidores_nuevos": ("new follows", "follows"),
        "reproducciones": ("video views",),
    },
    fechas=("%Y-%m-%d %H:%M %z", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%dT%H:%M:%S%z", *_DIAS),
    zona="UTC",
    fuente=_FUENTE,
    consultada=_CONSULTADA,
)
_POR_DIA = Exportacion(
    nombre="números por día de X (Analytics, Overview)",
    grano=Grano.DIA,
    senas=(("Date",), ("Impressions",), ("New follows", "Unfollows", "Profile visits")),
    datos={Dato.CUANDO: ("Date",)},
    metricas={
        "vistas": ("Impressions",),
        "interacciones": ("Engagements",),
        "me_gusta": ("Likes",),
        "comentarios": ("Replies",),
        "compartidos": ("Reposts",),
        "guardados": ("Bookmarks",),
        "visitas_al_perfil": ("Profile visits",),
        "seguidores_nuevos": ("New follows",),
        "reproducciones": ("Video views",),
    },
    fechas=_DIAS,
    zona="UTC",
    fuente=_FUENTE,
    consultada=_CONSULTADA,
)


def _ids(escrito: str, url: str, _cuenta: str) -> tuple[str, ...]:
    hallado = _DE_UN_POST.search(url)
    return (escrito,) if escrito else (hallado[1],) if hallado else ()


def _clave_de_url(url: str) -> str:
    """«x.com/quien/status/1» y «twitter.com/i/web/status/1» son la misma."""
    hallado = _DE_UN_POST.search(url)
    return hallado[1] if hallado else direccion_llana(url)


def _nacio(id_externo: str) -> datetime | None:
    """Con su minuto, que la tabla de hoy ya no dice: sólo trae el día."""
    numero = int(id_externo) if id_externo.isdecimal() and len(id_externo) <= 20 else 0
    return instante_de(numero) if _ANTES_DE_LLEVAR_HORA < numero < 1 << 63 else None


EXPORTACIONES = Exportaciones(tablas=(_POSTS, _POR_DIA), ids=_ids, clave_de_url=_clave_de_url, nacio=_nacio)

"""Cómo llama Instagram a lo que medimos, según qué sea: lo que un reel tiene, una historia no.

Murieron `impressions`, `plays` y `video_views` (2025-04-21). El ámbito es el `media_product_type` de la publicación.
"""

from datetime import date

from conectores.grafo_metricas import Metrica

PERFIL = "perfil"

_DE_MEDIO = "https://developers.facebook.com/docs/instagram-platform/reference/instagram-media/insights"
_DE_CUENTA = "https://developers.facebook.com/docs/instagram-platform/api-reference/instagram-user/insights"
_DIA = date(2026, 11, 22)

_PUBLICADAS = (
    ("vistas", "views"),
    ("alcance", "reach"),
    ("guardados", "saved"),
    ("compartidos", "shares"),
    ("interacciones", "total_interactions"),
)
_POR_AMBITO = {
    "FEED": _PUBLICADAS,
    "REELS": _PUBLICADAS,
    "STORY": (("vistas", "views"), ("alcance", "reach"), ("compartidos", "shares"), ("comentarios", "replies")),
    PERFIL: (
        ("vistas", "views"),
        ("alcance", "reach"),
        ("interacciones", "total_interactions"),
        ("visitas_al_perfil", "profile_views"),
        ("clics", "website_clicks"),
    ),
}

METRICAS: tuple[Metrica, ...] = tuple(
    Metrica(
        nuestra=nuestra,
        suya=suya,
        ambito=ambito,
        version="v26.0",
        fuente=_DE_CUENTA if ambito == PERFIL else _DE_MEDIO,
        consultada=_DIA,
    )
    for ambito, pares in _POR_AMBITO.items()
    for nuestra, suya in pares
)

"""Cómo llama Facebook a lo que medimos. La referencia de Meta no es lista blanca: también nombra métricas muertas.

Murieron `page_fans*` y `page_impressions*` (2025-11-15), y todo lo `*_impressions*_unique` (2026-06-15).
Fuente: https://developers.facebook.com/docs/platforminsights/page/deprecated-metrics/, consultada 2026-11-22.
"""

from datetime import date

from conectores.grafo_metricas import Metrica

PUBLICACION = "publicacion"
VIDEO = "video"
PERFIL = "perfil"

_REFERENCIA = "https://developers.facebook.com/docs/graph-api/reference/insights"
_PROYECTO = "https://github.com/trypostit/trypost/pull/320"  # los reels no tienen /insights, sino /video_insights
_DIA = date(2026, 11, 22)


def _metrica(ambito: str, nuestra: str, suya: str, fuente: str = _REFERENCIA) -> Metrica:
    return Metrica(nuestra=nuestra, suya=suya, ambito=ambito, version="v26.0", fuente=fuente, consultada=_DIA)


METRICAS: tuple[Metrica, ...] = (
    _metrica(PUBLICACION, "vistas", "post_media_view"),
    _metrica(PUBLICACION, "alcance", "post_total_media_view_unique"),
    _metrica(PUBLICACION, "clics_totales", "post_clicks"),  # los del enlace, sin los demás, no los da así
    # De un video, la primera que venga de cada una.
    _metrica(VIDEO, "alcance", "post_total_media_view_unique", _PROYECTO),
    _metrica(VIDEO, "reproducciones", "blue_reels_play_count", _PROYECTO),
    _metrica(VIDEO, "reproducciones", "total_video_views", _PROYECTO),
    # Del perfil, lo del último día completo.
    _metrica(PERFIL, "vistas", "page_media_view"),
    _metrica(PERFIL, "alcance", "page_total_media_view_unique"),
    _metrica(PERFIL, "interacciones", "page_post_engagements"),
    _metrica(PERFIL, "clics", "page_total_actions"),
)

ME_GUSTA_MINIMOS = 100
"""Las páginas con menos no tienen métricas, y preguntarlas gasta cupo. Fuente: la misma referencia."""

"""Las métricas que Meta da y las que ya no: una muerta hunde la petición entera, y lo que no se sabe no viene.

Aquí están las vivas en la v26.0; las demás murieron en abril de 2025, noviembre de 2025 y junio de 2026.
Fuente: https://developers.facebook.com/docs/platforminsights/page/deprecated-metrics/, consultada 2026-11-22.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from simulador import graph_errores as errores
from simulador.estado import Estado, Perfil, Publicada, ahora
from simulador.graph_errores import NoPasa
from simulador.graph_lectura import fecha

# Su nombre → el nuestro (`contrato_escucha.METRICAS`), o vacío si vive y no se imita.
DE_PUBLICACION = {
    "post_media_view": "vistas",
    "post_total_media_view_unique": "alcance",
    "post_clicks": "clics",
    "post_reactions_by_type_total": "me_gusta",
    "post_clicks_by_type": "",
}
DE_VIDEO = {"post_total_media_view_unique": "alcance", "blue_reels_play_count": "reproducciones"}
DE_PAGINA = {
    "page_media_view": "vistas",
    "page_total_media_view_unique": "alcance",
    "page_post_engagements": "interacciones",
    "page_total_actions": "clics",
    "page_follows": "seguidores",
    "page_video_views": "reproducciones",
}
_DE_MEDIO = {
    "views": "vistas",
    "reach": "alcance",
    "likes": "me_gusta",
    "comments": "comentarios",
    "shares": "compartidos",
    "total_interactions": "interacciones",
}
DE_MEDIO = {
    "FEED": {**_DE_MEDIO, "saved": "guardados", "profile_visits": "visitas_al_perfil"},
    "REELS": {**_DE_MEDIO, "saved": "guardados", "ig_reels_avg_watch_time": ""},
    "STORY": {"views": "vistas", "reach": "alcance", "shares": "compartidos", "replies": "comentarios"},
}
DE_CUENTA = {
    "views": "vistas",
    "reach": "alcance",
    "total_interactions": "interacciones",
    "profile_views": "visitas_al_perfil",
    "website_clicks": "clics",
    "accounts_engaged": "",
}
_ESPECTADORES_MINIMOS = 5
_ME_GUSTA_MINIMOS = 100


class Metricas:
    def __init__(self, estado: Estado) -> None:
        self._estado = estado

    def de_publicacion(self, publicada: Publicada, pedidas: str, *, periodo: str = "") -> dict[str, Any]:
        vivas = self._exigir_vivas("facebook", pedidas, DE_PUBLICACION)
        if self._es_reciente(publicada) or self._es_pequena(publicada.perfil):
            return {"data": []}
        numeros = self._estado.voces.numeros("facebook", publicada.id)
        return {"data": _listar(publicada.id, vivas, numeros, periodo=periodo or "lifetime")}

    def de_video(self, publicada: Publicada) -> dict[str, Any]:
        numeros = self._estado.voces.numeros("facebook", publicada.id)
        return {"data": _listar(publicada.id, DE_VIDEO, numeros, periodo="lifetime")}

    def de_pagina(self, pagina: Perfil, pedidas: str) -> dict[str, Any]:
        if not pagina.puede("read_insights"):
            raise NoPasa(errores.sin_permiso("read_insights"))
        vivas = self._exigir_vivas("facebook", pedidas, DE_PAGINA)
        if self._es_pequena(pagina.id):
            return {"data": []}
        numeros = self._estado.voces.numeros("facebook", pagina.id)
        return {"data": _listar(pagina.id, vivas, numeros, periodo="day")}

    def de_medio(self, publicada: Publicada, producto: str, pedidas: str) -> dict[str, Any]:
        nombres = _partir(pedidas)
        self._exigir_vivas("instagram", pedidas, {n: "" for de in DE_MEDIO.values() for n in de})
        if ajenas := [n for n in nombres if n not in DE_MEDIO[producto]]:
            raise NoPasa(errores.metrica_ajena(", ".join(ajenas)))
        numeros = self._estado.voces.numeros("instagram", publicada.id)
        if producto == "STORY" and numeros.get("vistas", 0) < _ESPECTADORES_MINIMOS:
            raise NoPasa(errores.error(10, "(#10) Not enough viewers for the media to show insights"))
        if self._es_reciente(publicada):
            return {"data": []}
        vivas = {n: DE_MEDIO[producto][n] for n in nombres}
        return {"data": _listar(publicada.id, vivas, numeros, periodo="lifetime")}

    def de_cuenta(self, cuenta: Perfil, pedidas: str, *, tipo: str) -> dict[str, Any]:
        if not cuenta.puede("instagram_manage_insights"):
            raise NoPasa(errores.sin_permiso("instagram_manage_insights"))
        vivas = self._exigir_vivas("instagram", pedidas, DE_CUENTA)
        if tipo != "total_value":
            detalle = f"The following metrics ({', '.join(vivas)}) should be specified with metric_type=total_value"
            raise NoPasa(errores.parametro(detalle))
        numeros = self._estado.voces.numeros("instagram", cuenta.id)
        filas = _listar(cuenta.id, vivas, numeros, periodo="day")
        return {"data": [{**f, "total_value": f.pop("values")[0]} for f in filas]}

    def _exigir_vivas(self, red: str, pedidas: str, tabla: Mapping[str, str]) -> dict[str, str]:
        nombres = _partir(pedidas)
        if not nombres:
            raise NoPasa(errores.sin_metrica())
        muertas = _partir(self._estado.ajustes[red].metricas_muertas)
        if any(n in muertas or n not in tabla for n in nombres):
            if red == "facebook":
                raise NoPasa(errores.metrica_muerta())
            cuales = ", ".join(n for n in tabla if n not in muertas)
            raise NoPasa(errores.parametro(f"metric[0] must be one of the following values: {cuales}"))
        return {n: tabla[n] for n in nombres}

    def _es_reciente(self, publicada: Publicada) -> bool:
        retraso_s = self._estado.ajustes[publicada.red].retraso_metricas_s
        return publicada.instante > ahora() - timedelta(seconds=retraso_s)

    def _es_pequena(self, pagina: str) -> bool:
        """Con menos de cien «me gusta», Facebook no da métricas; sin cifra puesta, las da."""
        return self._estado.voces.numeros("facebook", pagina).get("seguidores", _ME_GUSTA_MINIMOS) < _ME_GUSTA_MINIMOS


def _listar(
    id_externo: str, vivas: Mapping[str, str], numeros: Mapping[str, int], *, periodo: str
) -> list[dict[str, Any]]:
    """Sólo las que se hayan puesto: la red no manda ceros, manda un conjunto vacío."""
    return [
        {
            "name": suya,
            "period": periodo,
            "values": _valores(numeros[nuestra], periodo),
            "title": suya.replace("_", " ").capitalize(),
            "id": f"{id_externo}/insights/{suya}/{periodo}",
        }
        for suya, nuestra in vivas.items()
        if nuestra in numeros
    ]


def _valores(valor: int, periodo: str) -> list[dict[str, Any]]:
    if periodo != "day":
        return [{"value": valor}]
    return [{"value": valor, "end_time": fecha(ahora().replace(hour=8, minute=0, second=0))}]


def _partir(nombres: str) -> list[str]:
    """Los nombres separados por comas, o en una lista de JSON."""
    if nombres.startswith("["):
        return [str(n) for n in json.loads(nombres)]
    return [n.strip() for n in nombres.split(",") if n.strip()]

"""Las tablas que exporta Facebook, por Meta Business Suite. Fuente: la de `grafo_exportacion`."""

import re

from conectores import grafo_exportacion as meta
from conectores.contrato_exportacion import Dato, Exportacion, Exportaciones, Grano

_VIDEO = re.compile(r"facebook\.com/(?:reel|(?:[^/]+/)?videos(?:/[^/\d][^/]*)?|watch/?\?v=)[/=]?(\d{5,})", re.I)
_NUMERADA = re.compile(r"facebook\.com/(?:[^/]+/(?:posts|photos)(?:/[^/]+)?/|.*[?&](?:story_fbid|fbid)=)(\d{5,})", re.I)

_ID = (
    *meta.ID,
    "Video asset ID",
    "Identificador del activo de video",
    "Identificador de la pieza de vídeo",
)
_PUBLICACIONES = Exportacion(
    nombre="contenido de Facebook (Meta Business Suite)",
    grano=Grano.PUBLICACION,
    senas=(_ID, ("Page ID", "Page name", "Identificador de la página", "Nombre de la página")),
    datos={
        **meta.DATOS,
        Dato.ID: _ID,
        Dato.CUENTA: ("Page ID", "Identificador de la página"),
        Dato.NOMBRE_DE_CUENTA: ("Page name", "Nombre de la página"),
        Dato.TEXTO: ("Title", "Título", "Description", "Descripción"),
    },
    metricas={
        "vistas": meta.VISTAS,
        "alcance": meta.ALCANCE,
        "me_gusta": ("Reactions", "Reacciones", "Likes", "Me gusta"),
        "comentarios": meta.COMENTARIOS,
        "compartidos": meta.COMPARTIDOS,
        "clics": meta.CLICS,
        "clics_totales": ("Total clicks", "Total de clics"),
        "interacciones": (
            "Reactions, comments and shares",
            "Reacciones, comentarios y veces que se compartió",
            "Reacciones, comentarios y veces que se ha compartido",
            "Reacciones, comentarios y veces compartida",
        ),
        "reproducciones": (
            "3-second video views",
            "Reproducciones de video de 3 segundos",
            "Visualizaciones de vídeo de 3 segundos",
            "Visualizaciones de video de 3 segundos",
        ),
    },
    fechas=meta.FECHAS,
    de_toda_la_vida=meta.DE_TODA_LA_VIDA,
    fuente=meta.FUENTE,
    consultada=meta.CONSULTADA,
)
_POR_DIA = meta.serie(
    "números por día de Facebook (Meta Business Suite)",
    {
        "seguidores_nuevos": ("Facebook follows", "Seguimientos de Facebook", "Nuevos seguidores de Facebook"),
        "vistas": ("Views", "Visualizaciones", "Facebook views", "Visualizaciones de Facebook"),
        "alcance": (
            "Viewers",
            "Espectadores",
            "Facebook reach",
            "Alcance de Facebook",
            "Facebook viewers",
        ),
        "interacciones": (
            "Content interactions",
            "Interacciones con el contenido",
            "Facebook content interactions",
        ),
        "clics": ("Facebook link clicks", "Clics en el enlace de Facebook", "Clics en enlaces de Facebook"),
        "visitas_al_perfil": ("Facebook visits", "Visitas de Facebook", "Visitas a Facebook"),
    },
)


def _ids(escrito: str, url: str, cuenta: str) -> tuple[str, ...]:
    """Un video se llama por su número; lo demás, «PÁGINA_PUBLICACIÓN», con la página de nuestro perfil.

    La página que dice la tabla no sirve: en la «nueva experiencia de páginas» es otro número que el de la API.
    """
    video = _VIDEO.search(url)
    numero = escrito
    if not numero and video is None and (hallada := _NUMERADA.search(url)):
        numero = hallada[1]
    largo = f"{cuenta}_{numero}" if numero and cuenta and "_" not in numero else numero
    return tuple(dict.fromkeys(i for i in (video[1] if video else "", largo) if i))


EXPORTACIONES = Exportaciones(
    tablas=(_PUBLICACIONES, _POR_DIA), ids=_ids, clave=lambda id_externo: id_externo.rpartition("_")[2]
)

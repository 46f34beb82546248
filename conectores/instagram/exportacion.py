"""Las tablas que exporta Instagram, por Meta Business Suite. Fuente: la de `grafo_exportacion`.

El panel para profesionales de la aplicación no exporta tablas, y «Descargar tu información» no trae números.
"""

import re

from conectores import grafo_exportacion as meta
from conectores.contrato_exportacion import Dato, Exportacion, Exportaciones, Grano, direccion_llana

_CODIGO = re.compile(r"instagram\.com/(?:[^/]+/)?(?:p|reels?|tv)/([\w-]+)", re.I)

_PUBLICACIONES = Exportacion(
    nombre="contenido de Instagram (Meta Business Suite)",
    grano=Grano.PUBLICACION,
    senas=(
        meta.ID,
        (
            "Account ID",
            "Account username",
            "Account name",
            "Identificador de la cuenta",
            "Nombre de usuario de la cuenta",
            "Nombre de la cuenta",
        ),
    ),
    datos={
        **meta.DATOS,
        Dato.ID: meta.ID,
        Dato.CUENTA: ("Account ID", "Identificador de la cuenta"),
        Dato.NOMBRE_DE_CUENTA: (
            "Account username",
            "Nombre de usuario de la cuenta",
            "Account name",
            "Nombre de la cuenta",
        ),
        Dato.TEXTO: ("Description", "Descripción", "Title", "Título"),
    },
    metricas={
        "vistas": meta.VISTAS,
        "alcance": meta.ALCANCE,
        "me_gusta": ("Likes", "Me gusta"),
        "comentarios": meta.COMENTARIOS,
        "compartidos": meta.COMPARTIDOS,
        "guardados": ("Saves", "Guardados", "Veces que se guardó", "Veces guardado", "Veces que se ha guardado"),
        "clics": meta.CLICS,
        "visitas_al_perfil": ("Profile visits", "Visitas al perfil"),
        "seguidores_nuevos": ("Follows", "Seguimientos", "Seguidores"),
        "interacciones": ("Interactions", "Interacciones"),
    },
    fechas=meta.FECHAS,
    de_toda_la_vida=meta.DE_TODA_LA_VIDA,
    fuente=meta.FUENTE,
    consultada=meta.CONSULTADA,
)
_POR_DIA = meta.serie(
    "números por día de Instagram (Meta Business Suite)",
    {
        "seguidores_nuevos": ("Instagram follows", "Seguimientos de Instagram", "Nuevos seguidores de Instagram"),
        "vistas": ("Views", "Visualizaciones", "Instagram views", "Visualizaciones de Instagram"),
        "alcance": ("Reach", "Instagram reach", "Alcance de Instagram"),
        "interacciones": (
            "Content interactions",
            "Interacciones con el contenido",
            "Instagram content interactions",
        ),
        "clics": ("Instagram link clicks", "Clics en el enlace de Instagram", "Clics en enlaces de Instagram"),
        "visitas_al_perfil": (
            "Instagram profile visits",
            "Instagram visits",
            "Visitas al perfil de Instagram",
            "Visitas de Instagram",
        ),
    },
)


def _clave_de_url(url: str) -> str:
    """«/p/ABC», «/reel/ABC» y «/usuario/reel/ABC» son la misma."""
    hallado = _CODIGO.search(url)
    return hallado[1] if hallado else direccion_llana(url)


EXPORTACIONES = Exportaciones(tablas=(_PUBLICACIONES, _POR_DIA), clave_de_url=_clave_de_url)

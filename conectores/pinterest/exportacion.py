"""Las tablas que exporta Pinterest Analytics. **Sin verificar con un archivo de verdad**: los nombres de las métricas
son los de su pantalla, y los de las columnas, los que usan los programas que las leen.

Sus números son los del periodo elegido, no los de toda la vida del pin: sólo valen para los pines que nacieron dentro
(`de_un_periodo`). La tabla no dice cuándo nació un pin: entran los que ya se conocen.

Fuente: https://help.pinterest.com/es/business/article/pinterest-analytics y
https://help.channelmix.com/hc/en-us/articles/17574586801939-Pinterest-Organic-Pin-Analytics-Dataset, consultadas
2026-11-22.
"""

import re
from datetime import date

from conectores.contrato_exportacion import Dato, Exportacion, Exportaciones, Grano, Titulos, direccion_llana

_FUENTE = "https://help.pinterest.com/es/business/article/pinterest-analytics"
_CONSULTADA = date(2026, 11, 22)
_PIN = re.compile(r"pinterest\.[a-z.]+/pin/(?:[^/]*--)?(\d{5,})", re.I)
_DIAS: Titulos = ("%Y-%m-%d", "%m/%d/%Y", "%b %d, %Y")

_PROPIAS: Titulos = ("Pin clicks", "Outbound clicks", "Saves", "Clics en el Pin", "Clics salientes", "Guardados")
_METRICAS = {
    "vistas": ("Impressions", "Impresiones"),
    "guardados": ("Saves", "Guardados"),
    "clics": ("Outbound clicks", "Clics salientes"),
    "interacciones": ("Engagements", "Interacciones"),
}
_PINES = Exportacion(
    nombre="pines (Pinterest Analytics)",
    grano=Grano.PUBLICACION,
    senas=(("Pin ID", "Pin URL", "Pin link", "ID del Pin", "URL del Pin", "Enlace del Pin"), _PROPIAS),
    datos={
        Dato.ID: ("Pin ID", "ID del Pin"),
        Dato.URL: ("Pin URL", "Pin link", "URL del Pin", "Enlace del Pin"),
        Dato.TEXTO: ("Pin title", "Title", "Título del Pin", "Título"),
        Dato.CUANDO: ("Pin created at", "Created at", "Publish date", "Fecha de creación"),
    },
    metricas=_METRICAS,
    fechas=("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", *_DIAS),
    zona="UTC",
    de_un_periodo=True,
    fuente=_FUENTE,
    consultada=_CONSULTADA,
)
_POR_DIA = Exportacion(
    nombre="números por día de Pinterest Analytics",
    grano=Grano.DIA,
    senas=(("Date", "Fecha"), _PROPIAS),
    datos={Dato.CUANDO: ("Date", "Fecha")},
    metricas=_METRICAS,
    fechas=_DIAS,
    zona="UTC",
    fuente=_FUENTE,
    consultada=_CONSULTADA,
)


def _ids(escrito: str, url: str, _cuenta: str) -> tuple[str, ...]:
    hallado = _PIN.search(url)
    return (escrito,) if escrito else (hallado[1],) if hallado else ()


def _clave_de_url(url: str) -> str:
    hallado = _PIN.search(url)
    return hallado[1] if hallado else direccion_llana(url)


EXPORTACIONES = Exportaciones(tablas=(_PINES, _POR_DIA), ids=_ids, clave_de_url=_clave_de_url)

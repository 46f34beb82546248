"""Lo que comparten las tablas de Meta Business Suite, de Facebook y de Instagram: títulos en inglés y en español.

Los títulos en español cambian con el país («video» y «vídeo», «se compartió» y «se ha compartido») y con los años
(«Impresiones» pasó a «Visualizaciones»). Fuente: encabezados de exportaciones de 2023 a 2026 que programas y notas
públicas en GitHub dicen haber leído. Meta no publica la lista. Consultada 2026-11-22.
"""

from collections.abc import Mapping
from datetime import date

from conectores.contrato_exportacion import Dato, Exportacion, Grano, Titulos

FUENTE = "encabezados de exportaciones de Meta Business Suite vistos en repositorios públicos de GitHub"
CONSULTADA = date(2026, 11, 22)

# El mes va primero también en español. Lo segundo, si el CSV pasó por una hoja de cálculo.
FECHAS: Titulos = ("%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
DIAS: Titulos = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d", "%m/%d/%Y")
DE_TODA_LA_VIDA: Titulos = ("Lifetime", "Total", "De por vida", "Desde el inicio", "Siempre")

ID: Titulos = ("Post ID", "Identificador de la publicación", "ID de la publicación")
DATOS: Mapping[Dato, Titulos] = {
    Dato.URL: ("Permalink", "Enlace permanente"),
    Dato.CUANDO: ("Publish time", "Hora de publicación", "Fecha de publicación"),
    Dato.TIPO: ("Post type", "Tipo de publicación"),
    Dato.PERIODO: ("Date", "Fecha"),
}
VISTAS: Titulos = ("Views", "Visualizaciones", "Impressions", "Impresiones")
ALCANCE: Titulos = ("Reach", "Alcance")
COMENTARIOS: Titulos = ("Comments", "Comentarios", "Replies", "Respuestas")
COMPARTIDOS: Titulos = (
    "Shares",
    "Veces que se compartió",
    "Veces que se ha compartido",
    "Veces compartido",
    "Veces compartida",
    "Compartidos",
)
CLICS: Titulos = ("Link clicks", "Clics en el enlace", "Clics en enlaces")


def serie(nombre: str, metricas: Mapping[str, Titulos]) -> Exportacion:
    """Las gráficas de «Resultados»: UTF-16, un «sep=,», el título de lo que se cuenta y un renglón por día."""
    return Exportacion(
        nombre=nombre,
        grano=Grano.SERIE,
        senas=(("Date", "Fecha"),),
        datos={Dato.CUANDO: ("Date", "Fecha")},
        metricas=metricas,
        fechas=DIAS,
        fuente=FUENTE,
        consultada=CONSULTADA,
    )

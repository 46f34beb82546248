"""La gráfica de un alza: lo que se vio contra lo normal. Puro: de unos puntos a una especificación de Vega-Lite.

Importar este módulo carga Altair: en el demonio sólo lo hace el proceso que dibuja (`motor.avisos.grafica.dibujo`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import altair as alt

from motor.avisos.grafica.normal import HORA, Punto

ANCHO, ALTO = 430, 230
_GRIS, _ROJO, _LINEA, _TINTA, _CLARO = "#9fb3c8", "#b42318", "#102a43", "#3e4c59", "#e4e7eb"
_LETRA_PX = 15  # en un teléfono la gráfica se ve a ocho décimos
_NORMAL, _ALZA, _COMUN, _HUECO = "por hora", "el alza", "lo normal", "sin dato"

_DIAS = ["domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"]
_MESES = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()  # noqa: SIM905 # doce literales son menos legibles
FECHAS = {
    "dateTime": "%A, %e de %B de %Y, %X",
    "date": "%d/%m/%Y",
    "time": "%H:%M:%S",
    "periods": ["a. m.", "p. m."],
    "days": _DIAS,
    "shortDays": [d[:3] for d in _DIAS],
    "months": _MESES,
    "shortMonths": [m[:3] for m in _MESES],
}
NUMEROS = {"decimal": ",", "thousands": "\u202f", "grouping": [3], "currency": ["$", ""]}


def especificacion(
    puntos: Sequence[Punto], *, alza_desde: datetime, alza_hasta: datetime, zona: ZoneInfo
) -> dict[str, Any]:
    """Barras de lo visto (las del alza, resaltadas) y una línea de lo normal; lo que no se oyó, en gris rayado.

    Las horas van ya en hora local y se le presentan a Vega como UTC: así no depende de la zona de la máquina.
    """
    filas = [_fila(p, alza_desde, alza_hasta, zona=zona) for p in puntos]
    tiempo = alt.X(
        "t:T",
        scale=alt.Scale(type="utc"),
        axis=alt.Axis(
            title=None,
            grid=False,
            labelExpr="utchours(datum.value) == 0 ? [utcFormat(datum.value, '%H:%M'), utcFormat(datum.value, '%a %-d')]"
            " : utcFormat(datum.value, '%H:%M')",
            values=_marcas(puntos, zona),
            labelColor=_TINTA,
            labelFontSize=_LETRA_PX,
        ),
    )
    cuenta = alt.Axis(
        title=None, tickMinStep=1, tickCount=4, format="d", labelColor=_TINTA, labelFontSize=_LETRA_PX, domain=False
    )
    colores = {_NORMAL: _GRIS, _ALZA: _ROJO, _COMUN: _LINEA}
    if any(p.visto is None for p in puntos):
        colores[_HUECO] = _CLARO
    que = alt.Scale(domain=list(colores), range=list(colores.values()))
    base = alt.Chart(alt.InlineData(values=filas))
    leyenda = alt.Legend(
        title=None,
        orient="top",
        labelFontSize=_LETRA_PX,
        labelColor=_TINTA,
        symbolType="square",
        symbolSize=120,
        labelLimit=300,
    )
    color = alt.Color("que:N", scale=que, legend=leyenda)
    huecos = base.transform_filter("datum.visto === null").transform_calculate(que=f"'{_HUECO}'")
    barras = base.transform_filter("datum.visto !== null").mark_bar()
    linea = base.transform_filter("datum.normal !== null").transform_calculate(que=f"'{_COMUN}'")
    capas = alt.layer(
        huecos.mark_rect().encode(x=tiempo, x2="fin:T", color=color),
        barras.encode(x=tiempo, x2="fin:T", y=alt.Y("visto:Q", axis=cuenta), y2="cero:Q", color=color),
        linea.mark_line(interpolate="step-after", strokeWidth=2).encode(x=tiempo, y="normal:Q", color=color),
    )
    grafica = capas.properties(width=ANCHO, height=ALTO, background="#ffffff", padding=10)
    vestida = grafica.configure_view(stroke=None).configure(font="DejaVu Sans, Liberation Sans, Arial, sans-serif")
    return cast(dict[str, Any], vestida.to_dict())


def _marcas(puntos: Sequence[Punto], zona: ZoneInfo) -> list[int]:
    """Las horas que se escriben bajo la gráfica, en milisegundos y en hora local: las que caben."""
    paso = _paso(len(puntos))
    return [
        int(datetime.fromisoformat(_local(p.inicio, zona)).timestamp() * 1000)
        for p in puntos
        if p.inicio.astimezone(zona).hour % paso == 0
    ]


def _paso(cuantas_horas: int) -> int:
    """Cada cuántas horas se escribe una, para que quepan."""
    return 3 if cuantas_horas <= 24 else 6 if cuantas_horas <= 48 else 12 if cuantas_horas <= 96 else 24


def _fila(p: Punto, alza_desde: datetime, alza_hasta: datetime, *, zona: ZoneInfo) -> dict[str, Any]:
    es_alza = p.inicio + HORA > alza_desde and p.inicio < alza_hasta
    return {
        "t": _local(p.inicio, zona),
        "fin": _local(p.inicio + HORA, zona),
        "cero": 0,
        "visto": p.visto,
        "normal": None if p.normal is None else round(p.normal, 2),
        "que": _ALZA if es_alza else _NORMAL,
    }


def _local(instante: datetime, zona: ZoneInfo) -> str:
    return f"{instante.astimezone(zona):%Y-%m-%dT%H:%M:%S}Z"

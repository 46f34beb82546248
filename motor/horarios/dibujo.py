"""La semana de un perfil como imagen: de las 168 horas a una especificación de Vega-Lite. Pura.

El color dice cuánto más o menos responde la gente; el tamaño, cuánto se sabe: un cuadro entero es una hora bien
conocida y un punto una que casi no. Así lo incierto se ve poco, en vez de verse de un color que engaña.

Importar este módulo carga Altair.
"""

from typing import Any, cast

import altair as alt

from motor.horarios.esperado import en_logaritmo
from motor.horarios.semana import Hora, Semana, Vale
from motor.legible import DIAS

CUADRO_PX = 30
LETRAS = "DejaVu Sans, Liberation Sans, Arial, sans-serif"
_TINTA, _CLARA, _CELDA, _RAYA = "#243b53", "#627d98", "#f3f5f7", "#c3ccd5"
_SIN_MARCO = alt.ViewBackground(stroke=None)
_NARANJA_A_AZUL = ["#a04000", "#e08a3c", "#f6d7b0", "#e9edf0", "#b7d4ec", "#4a97d2", "#0b4f8a"]

ESTRECHO, ANCHO = 0.10, 0.60
"""Intervalos del 90 %, de lado a lado y en logaritmos (0.10 es de −5 a +5 %; 0.60, de −26 a +35): con el estrecho o
menos, cuadro entero; con el ancho, un punto.
"""

_LADO_MINIMO = 0.28


def especificacion(semana: Semana, *, titulo: str, subtitulo: list[str], pie: list[str]) -> dict[str, Any]:
    """titulo, subtitulo, pie: ya en palabras; cada línea, una cadena."""
    base = alt.Chart(alt.InlineData(values=[_fila(h) for h in semana.horas]))
    x = alt.X(
        "hora:O",
        axis=alt.Axis(
            title=None, orient="top", labelAngle=0, labelExpr="datum.value % 3 == 0 ? datum.value + ' h' : ''"
        ),
    )
    y = alt.Y("dia:N", sort=[d.capitalize() for d in DIAS], axis=alt.Axis(title=None))
    fondo = base.mark_rect(color=_CELDA, stroke="#ffffff", strokeWidth=2).encode(x=x, y=y)
    capas = alt.layer(fondo, _cuadros(base, x, y, semana), _calladas(base, x, y), _puestos(base, x, y))
    grafica = capas.properties(
        width=CUADRO_PX * 24,
        height=CUADRO_PX * 7,
        title=alt.TitleParams(
            titulo,
            subtitle=subtitulo,
            anchor="start",
            fontSize=19,
            subtitleFontSize=13,
            subtitleColor=_CLARA,
            color=_TINTA,
            offset=14,
            subtitlePadding=5,
        ),
    )
    leyendas = alt.vconcat(_tamanos(), _pie(pie), spacing=4)
    hoja = alt.vconcat(grafica, leyendas, spacing=10, background="#ffffff", padding=18).resolve_scale(
        color="independent", size="independent"
    )
    vestida = (
        hoja.configure_view(stroke=None)
        .configure(font=LETRAS)
        .configure_axis(
            domain=False,
            ticks=False,
            labelColor=_TINTA,
            labelFontSize=13,
            labelPadding=6,
            grid=False,
            labelOverlap=False,
        )
        .configure_scale(bandPaddingInner=0, bandPaddingOuter=0)
    )
    return cast(dict[str, Any], vestida.to_dict())


def _cuadros(base: alt.Chart, x: alt.X, y: alt.Y, semana: Semana) -> alt.Chart:
    tope = _tope(semana)
    color = alt.Color(
        "ganancia:Q",
        scale=alt.Scale(domain=[-tope, tope], range=_NARANJA_A_AZUL, clamp=True, interpolate="lab"),
        legend=alt.Legend(
            title="responde menos ← que en sus horas de siempre → responde más",
            orient="bottom",
            direction="horizontal",
            gradientLength=330,
            gradientThickness=11,
            titleFontSize=12,
            titleFontWeight="normal",
            titleLimit=500,
            titleColor=_CLARA,
            labelColor=_CLARA,
            labelFontSize=12,
            labelExpr="(datum.value > 0 ? '+' : '') + format(datum.value, 'd') + ' %'",
            values=[-tope, -tope / 2, 0, tope / 2, tope],
        ),
    )
    lado = alt.Size("area:Q", scale=None, legend=None)
    cuadros: alt.Chart = base.mark_square(opacity=1).encode(
        x=x,
        y=y,
        color=color,
        size=lado,
        opacity=alt.condition("datum.callada", alt.value(0.35), alt.value(1)),
        stroke=alt.condition("datum.segura && !datum.callada", alt.value(_TINTA), alt.value(None)),
        strokeWidth=alt.value(1.2),
        strokeOpacity=alt.value(0.6),
    )
    return cuadros


def _calladas(base: alt.Chart, x: alt.X, y: alt.Y) -> alt.Chart:
    rayas: alt.Chart = (
        base.transform_filter("datum.callada")
        .mark_text(text="╱", fontSize=20, color=_RAYA, font=LETRAS)
        .encode(x=x, y=y)
    )
    return rayas


def _puestos(base: alt.Chart, x: alt.X, y: alt.Y) -> alt.LayerChart:
    """El número de las mejores, en la esquina: su color y su tamaño siguen a la vista."""
    con_puesto = base.transform_filter("datum.puesto > 0")
    esquina: dict[str, Any] = {"fontSize": 12, "fontWeight": "bold", "font": LETRAS, "dx": -9, "dy": -8}
    halo = con_puesto.mark_text(color="#ffffff", stroke="#ffffff", strokeWidth=4, strokeJoin="round", **esquina)
    numero = con_puesto.mark_text(color=_TINTA, **esquina)
    return cast(
        alt.LayerChart,
        alt.layer(halo.encode(x=x, y=y, text="puesto:N"), numero.encode(x=x, y=y, text="puesto:N")),
    )


def _tamanos() -> alt.LayerChart:
    """Qué quiere decir el tamaño: cuatro cuadros, de lo que casi no se sabe a lo bien sabido."""
    escala = alt.X("lugar:Q", scale=alt.Scale(domain=[0, 100]), axis=None)
    partes = [_LADO_MINIMO, 0.52, 0.76, 1.0]
    cuadros = [{"lugar": 15 + 4.6 * n, "area": _area(lado)} for n, lado in enumerate(partes)]
    palabras = [{"lugar": 0, "dice": "se sabe poco"}, {"lugar": 33, "dice": "se sabe bien"}]
    hechos = (
        alt.Chart(alt.InlineData(values=cuadros))
        .mark_square(color=_CLARA, opacity=0.55)
        .encode(x=escala, size=alt.Size("area:Q", scale=None, legend=None))
    )
    dichos = (
        alt.Chart(alt.InlineData(values=palabras))
        .mark_text(align="left", fontSize=12, color=_CLARA, font=LETRAS)
        .encode(x=escala, text="dice:N")
    )
    return cast(alt.LayerChart, alt.layer(hechos, dichos, view=_SIN_MARCO, width=CUADRO_PX * 24, height=CUADRO_PX))


def _pie(lineas: list[str]) -> alt.Chart:
    filas = [{"n": n, "linea": linea} for n, linea in enumerate(lineas)]
    pie: alt.Chart = (
        alt.Chart(alt.InlineData(values=filas))
        .mark_text(align="left", fontSize=12, color=_CLARA, font=LETRAS)
        .encode(x=alt.value(0), y=alt.Y("n:O", axis=None), text="linea:N")
        .properties(width=CUADRO_PX * 24, height=19 * len(lineas), view=_SIN_MARCO)
    )
    return pie


def _fila(hora: Hora) -> dict[str, Any]:
    return {
        "dia": DIAS[hora.dia].capitalize(),
        "hora": hora.hora,
        "ganancia": round(hora.ganancia, 1),
        "area": _area(_lado(hora)),
        "callada": hora.callada,
        "segura": hora.vale in (Vale.MEJOR, Vale.PEOR),
        "puesto": hora.puesto,
    }


def _area(lado: float) -> float:
    return round((CUADRO_PX * 0.94 * lado) ** 2, 1)


def _lado(hora: Hora) -> float:
    """Qué parte de la celda ocupa: toda si su intervalo es estrecho. En logaritmos, que ganar y perder midan igual."""
    ancho = en_logaritmo(hora.superior) - en_logaritmo(hora.inferior)
    incierto = (ancho - ESTRECHO) / (ANCHO - ESTRECHO)
    return 1 - (1 - _LADO_MINIMO) * min(max(incierto, 0.0), 1.0)


def _tope(semana: Semana) -> float:
    """El extremo de la escala: redondo, y nunca tan chico que cualquier cosa se vea intensa."""
    mayor = max(abs(h.ganancia) for h in semana.horas)
    return next((t for t in (20.0, 30.0, 40.0, 50.0, 60.0, 80.0) if mayor <= t), 100.0)

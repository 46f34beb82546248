"""Leer los días de cada vista sin leerlo todo: del mes las primeras de cada día, de la semana las de cada hora."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from motor.publicacion.choques import Choque
from panel.paginas.calendario.consulta import Consulta, Fila, Tramo
from panel.paginas.calendario.cuadros import Dia, tarjetas_de
from panel.paginas.calendario.filtros import Filtros, Vista, comienzo

AL_DIA = {Vista.MES: 4, Vista.SEMANA: 2, Vista.LISTA: 1000}
"""Cuántas tarjetas se enseñan: por día en el mes, por hora en la semana."""
POR_PAGINA = 180
"""Entregas, en la lista."""
_DIA_ENTERO = 800
"""Las que se leen de un día de la semana antes de ir hora por hora."""
_PERFILES = 10

Choques = Callable[[Sequence[Fila]], Mapping[int, Choque]]


def leer_dias(
    consulta: Consulta, filtros: Filtros, *, perfiles: int, zona: ZoneInfo, choques: Choques
) -> tuple[list[Dia], bool]:
    """Todos los días del tramo, también los vacíos; y si hay más páginas. perfiles: cuántos se ven."""
    primero, fin = filtros.tramo
    if filtros.vista is Vista.LISTA:
        return _lista(consulta, filtros, zona=zona, choques=choques)
    # Una tarjeta tiene a lo más una entrega por perfil; se piden dos más de las que se enseñan: la última, cortada.
    limite = (AL_DIA[filtros.vista] + 2) * min(max(perfiles, 1), _PERFILES)
    leer = _del_dia if filtros.vista is Vista.MES else _por_horas
    dias = [primero + timedelta(days=i) for i in range((fin - primero).days)]
    tramos = [leer(consulta, dia, zona, limite) for dia in dias]
    suyos = choques([fila for tramo in tramos for fila in tramo.filas])
    return [_dia(dia, tramo, zona, suyos) for dia, tramo in zip(dias, tramos, strict=True)], False


def _dia(dia: date, tramo: Tramo, zona: ZoneInfo, choques: Mapping[int, Choque]) -> Dia:
    tarjetas = tarjetas_de(tramo.filas, zona=zona, choques=choques)
    return Dia(dia, tarjetas, len(tarjetas) if tramo.total is None else max(tramo.total, len(tarjetas)))


def _del_dia(consulta: Consulta, dia: date, zona: ZoneInfo, limite: int) -> Tramo:
    return consulta.tramo(comienzo(dia, zona), comienzo(dia + timedelta(days=1), zona), limite=limite)


def _por_horas(consulta: Consulta, dia: date, zona: ZoneInfo, limite: int) -> Tramo:
    """El día entero si cabe; si no, las primeras de cada hora y cuántas hay."""
    desde, hasta = comienzo(dia, zona), comienzo(dia + timedelta(days=1), zona)
    tramo = consulta.tramo(desde, hasta, limite=_DIA_ENTERO)
    if tramo.total is None:
        return tramo
    filas: list[Fila] = []
    while desde < hasta:
        filas += consulta.filas(desde, min(desde + timedelta(hours=1), hasta), limite=limite)
        desde = (desde.astimezone(UTC) + timedelta(hours=1)).astimezone(zona)
    return Tramo(filas, tramo.total)


def _lista(consulta: Consulta, filtros: Filtros, *, zona: ZoneInfo, choques: Choques) -> tuple[list[Dia], bool]:
    primero, fin = filtros.tramo
    salto = (filtros.pagina - 1) * POR_PAGINA
    filas = consulta.filas(comienzo(primero, zona), comienzo(fin, zona), limite=POR_PAGINA + 1, salto=salto)
    hay_mas = len(filas) > POR_PAGINA
    filas = filas[:POR_PAGINA]
    tarjetas = tarjetas_de(filas, zona=zona, choques=choques(filas))
    por_dia = {dia: list(suyas) for dia, suyas in groupby(tarjetas, key=lambda t: t.local.date())}
    dias = [primero + timedelta(days=i) for i in range((fin - primero).days)]
    return [Dia(d, por_dia.get(d, []), len(por_dia.get(d, []))) for d in dias], hay_mas


def ensenadas(dias: Sequence[Dia], filtros: Filtros) -> set[int]:
    """Las publicaciones que se llegan a leer: sólo de ésas hacen falta sus palabras."""
    cuantas = AL_DIA[filtros.vista]
    if filtros.vista is Vista.SEMANA:
        vistas = (t for d in dias for juntas in d.por_hora().values() for t in juntas[: cuantas + 1])
    else:
        vistas = (t for d in dias for t in d.primeras(cuantas))
    return {t.publicacion_id for t in vistas}

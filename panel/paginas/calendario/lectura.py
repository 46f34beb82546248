"""Leer los días de cada vista sin leerlo todo: del mes las primeras de cada día, de la semana las de cada hora."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from motor.publicacion.choques import Choque
from panel.paginas.calendario.consulta import Consulta, Fila
from panel.paginas.calendario.cuadros import Dia, Tarjeta, renglon, tarjetas_de
from panel.paginas.calendario.filtros import Filtros, Vista, comienzo

AL_DIA = {Vista.MES: 4, Vista.SEMANA: 2, Vista.LISTA: 1000}
"""Cuántas tarjetas se enseñan: por día en el mes, por hora en la semana."""
POR_PAGINA = 90
"""Entregas, en la lista."""
CABEN = 300
"""Con menos publicaciones que éstas en el tramo se leen todas de una vez: es lo corriente."""
_PERFILES = 10

Choques = Callable[[Sequence[Fila]], Mapping[int, Choque]]


def leer_dias(
    consulta: Consulta, filtros: Filtros, *, perfiles: int, zona: ZoneInfo, choques: Choques
) -> tuple[list[Dia], bool]:
    """Todos los días del tramo, también los vacíos; y si hay más páginas. perfiles: cuántos se ven."""
    if filtros.vista is Vista.LISTA:
        return _lista(consulta, filtros, zona=zona, choques=choques)
    primero, fin = filtros.tramo
    desde, hasta = comienzo(primero, zona), comienzo(fin, zona)
    por_hora = consulta.cuantas_por_hora(desde, hasta)
    totales = _por_dia_y_renglon(por_hora, zona)
    if sum(por_hora.values()) <= CABEN:
        filas = consulta.filas(desde, hasta, limite=CABEN * min(max(perfiles, 1), _PERFILES))
    else:
        # Una más de las que se enseñan: si sobra una sola, se enseña.
        cuantas = AL_DIA[filtros.vista] + 1
        horas = _primeras_horas(por_hora, zona, cuantas=cuantas) if filtros.vista is Vista.MES else None
        filas = consulta.primeras_de_cada_hora(desde, hasta, cuantas=cuantas, horas=horas)
    por_dia = _por_dia(tarjetas_de(filas, zona=zona, choques=choques(filas)))
    dias = [primero + timedelta(days=i) for i in range((fin - primero).days)]
    return [Dia(dia, por_dia.get(dia, []), totales.get(dia, {})) for dia in dias], False


def _por_dia_y_renglon(por_hora: Mapping[datetime, int], zona: ZoneInfo) -> dict[date, dict[int, int]]:
    totales: dict[date, dict[int, int]] = {}
    for hora, cuantas in por_hora.items():
        local = hora.astimezone(zona)
        suyos = totales.setdefault(local.date(), {})
        suyos[renglon(local)] = suyos.get(renglon(local), 0) + cuantas
    return totales


def _primeras_horas(por_hora: Mapping[datetime, int], zona: ZoneInfo, *, cuantas: int) -> list[datetime]:
    """De cada día, las horas con que se juntan ésas."""
    horas = []
    for _, suyas in groupby(sorted(por_hora), key=lambda hora: hora.astimezone(zona).date()):
        reunidas = 0
        for hora in suyas:
            if reunidas >= cuantas:
                break
            horas.append(hora)
            reunidas += por_hora[hora]
    return horas


def _por_dia(tarjetas: Sequence[Tarjeta]) -> dict[date, list[Tarjeta]]:
    return {dia: list(suyas) for dia, suyas in groupby(tarjetas, key=lambda t: t.local.date())}


def _lista(consulta: Consulta, filtros: Filtros, *, zona: ZoneInfo, choques: Choques) -> tuple[list[Dia], bool]:
    primero, fin = filtros.tramo
    salto = (filtros.pagina - 1) * POR_PAGINA
    filas = consulta.filas(comienzo(primero, zona), comienzo(fin, zona), limite=POR_PAGINA + 1, salto=salto)
    hay_mas = len(filas) > POR_PAGINA
    filas = filas[:POR_PAGINA]
    por_dia = _por_dia(tarjetas_de(filas, zona=zona, choques=choques(filas)))
    dias = [primero + timedelta(days=i) for i in range((fin - primero).days)]
    return [Dia(dia, por_dia.get(dia, [])) for dia in dias], hay_mas


def ensenadas(dias: Sequence[Dia], filtros: Filtros) -> set[int]:
    """Las publicaciones que se llegan a leer: sólo de ésas hacen falta sus palabras."""
    cuantas = AL_DIA[filtros.vista]
    if filtros.vista is Vista.SEMANA:
        vistas = (t for d in dias for juntas in d.por_hora().values() for t in juntas[: cuantas + 1])
    else:
        vistas = (t for d in dias for t in d.primeras(cuantas))
    return {t.publicacion_id for t in vistas}

"""Los días en que a un perfil le falta algo que decir, y la mejor hora libre de cada uno. Sólo mira: no aparta nada."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Text, cast, func
from sqlmodel import Session, col, select

from modelos import Entrega, Estado, Perfil
from modelos.consultas import instantes_ocupados
from motor.entorno import Entorno
from motor.horarios.asignacion import vigentes
from motor.horarios.huecos import Hueco, Pedido, elegir
from motor.horarios.reglas import ReglasDeHorarios
from motor.publicacion.turnos import cupos_de, separacion_de

SEMANAS_DE_COSTUMBRE = 4
HACEN_COSTUMBRE = 3
"""De las últimas cuatro semanas, en cuántas tuvo algo ese día para que se le eche en falta."""

ALREDEDOR = timedelta(days=1)
"""Hasta dónde se mira lo ya puesto: es una propuesta, y la hora se elige otra vez al programar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HuecoLibre:
    """La mejor hora libre de un día en que el perfil no tiene nada. con_evidencia: se aprendió de sus publicaciones."""

    perfil_id: int
    dia: date
    en: datetime
    ganancia_pct: float
    con_evidencia: bool


def dias_de_costumbre(
    sesion: Session, entorno: Entorno, perfiles: Sequence[int], *, ahora: datetime
) -> Mapping[int, frozenset[int]]:
    """Por perfil, los días de la semana (0 es lunes) en que suele publicar."""
    orden = (
        select(col(Entrega.perfil_id), _hora_en_punto(col(Entrega.publicada_en)))
        .where(
            col(Entrega.perfil_id).in_(perfiles),
            col(Entrega.publicada_en) >= ahora - timedelta(weeks=SEMANAS_DE_COSTUMBRE),
            col(Entrega.publicada_en) < ahora,
        )
        .distinct()
    )
    dias = {(p, _dia_de(hora, entorno.reglas.zona)) for p, hora in sesion.exec(orden)}
    return {p: _de_costumbre(dia for suyo, dia in dias if suyo == p) for p in perfiles}


def _hora_en_punto(instante: Any) -> Any:
    """«2026-11-23 15», en UTC y como texto: que la base junte miles de publicaciones en unas cuantas horas."""
    return func.substr(cast(instante, Text), 1, 13)


@lru_cache(maxsize=10_000)
def _dia_de(hora: str, zona: ZoneInfo) -> date:
    """Se recuerda: las horas de ocho semanas son pocas, y las piden cada perfil y cada página."""
    return datetime.fromisoformat(f"{hora}:00:00+00:00").astimezone(zona).date()


def _de_costumbre(dias: Iterable[date]) -> frozenset[int]:
    cuantos = [0] * 7
    for dia in dias:
        cuantos[dia.weekday()] += 1
    return frozenset(d for d, n in enumerate(cuantos) if n >= HACEN_COSTUMBRE)


def dias_sin_nada(
    sesion: Session, entorno: Entorno, perfiles: Sequence[int], *, desde: date, hasta: date, ahora: datetime
) -> Mapping[int, list[date]]:
    """Por perfil, los días de hoy en adelante en que suele publicar y no tiene nada. hasta: no cuenta."""
    zona = entorno.reglas.zona
    desde = max(desde, ahora.astimezone(zona).date())
    if desde >= hasta or not perfiles:
        return {}
    costumbre = dias_de_costumbre(sesion, entorno, perfiles, ahora=ahora)
    if not any(costumbre.values()):
        return {}
    ocupados = _dias_ocupados(sesion, entorno, perfiles, desde, hasta)
    todos = [desde + timedelta(days=i) for i in range((hasta - desde).days)]
    return {p: [d for d in todos if d.weekday() in suyos and (p, d) not in ocupados] for p, suyos in costumbre.items()}


def _dias_ocupados(
    sesion: Session, entorno: Entorno, perfiles: Sequence[int], desde: date, hasta: date
) -> set[tuple[int, date]]:
    zona = entorno.reglas.zona
    comienzo, fin = (datetime.combine(d, datetime.min.time(), zona) for d in (desde, hasta))
    orden = (
        select(col(Entrega.perfil_id), _hora_en_punto(col(Entrega.no_antes_de)))
        .where(
            col(Entrega.no_antes_de) >= comienzo,
            col(Entrega.no_antes_de) < fin,
            (col(Entrega.perfil_id) + 0).in_(perfiles),
            col(Entrega.parte) == 0,
            col(Entrega.estado).not_in([Estado.CANCELADA, Estado.VENCIDA]),
        )
        .distinct()
    )
    return {(p, _dia_de(hora, entorno.reglas.zona)) for p, hora in sesion.exec(orden)}


def huecos_libres(
    sesion: Session, entorno: Entorno, dias: Mapping[int, Sequence[date]], *, ahora: datetime
) -> list[HuecoLibre]:
    """La mejor hora libre de cada uno de esos días, por el id de su perfil; de los que no tienen ninguna, nada."""
    perfiles = list(sesion.exec(select(Perfil).where(col(Perfil.id).in_([p for p, suyos in dias.items() if suyos]))))
    if not perfiles:
        return []
    sabido = vigentes(sesion, perfiles, ahora=ahora)
    pedidos = {f"{p.id}:{dia}": (p, dia, _pedido(entorno, p, dia)) for p in perfiles for dia in dias[p.id]}
    extremos = [t for _, _, pedido in pedidos.values() for t in (pedido.desde, pedido.hasta)]
    ocupados = instantes_ocupados(
        sesion, [p.id for p in perfiles], desde=min(extremos) - ALREDEDOR, hasta=max(extremos) + ALREDEDOR
    )
    hallados = elegir(
        [pedido for _, _, pedido in pedidos.values()],
        mapas={p.nombre: sabido[p.id].mapa for p in perfiles},
        ocupados={p.nombre: ocupados.get(p.id, ()) for p in perfiles},
        reglas=_sin_azar(entorno, perfiles),
        cupos={p.nombre: cupos_de(entorno, p) for p in perfiles},
        zona=entorno.reglas.zona,
        ahora=ahora,
    )
    return [
        HuecoLibre(
            perfil_id=p.id,
            dia=dia,
            en=hueco.en,
            ganancia_pct=hueco.ganancia_pct,
            con_evidencia=sabido[p.id].mapa.con_evidencia,
        )
        for clave, (p, dia, _) in pedidos.items()
        if isinstance(hueco := hallados[clave], Hueco)
    ]


def _pedido(entorno: Entorno, perfil: Perfil, dia: date) -> Pedido:
    comienzo, fin = (
        datetime.combine(d, datetime.min.time(), entorno.reglas.zona) for d in (dia, dia + timedelta(days=1))
    )
    return Pedido(clave=f"{perfil.id}:{dia}", perfil=perfil.nombre, desde=comienzo, hasta=fin, prioridad=0)


def _sin_azar(entorno: Entorno, perfiles: Sequence[Perfil]) -> ReglasDeHorarios:
    """Las de la oficina, sin sortear: aquí se propone, no se elige."""
    reglas = entorno.horarios()
    suyas = {}
    for p in perfiles:
        regla = reglas.de(p.nombre)
        suyas[p.nombre] = replace(regla, azar=0.0, separacion=max(regla.separacion, separacion_de(entorno, p)))
    return replace(reglas, perfiles=suyas)

"""Lo que se lee de las historias para enseñarlas. Pocas filas de cada base."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from modelos import Historia, Monitor, Silencio, Suceso
from modelos.escucha import Pico
from motor.avisos.alzas.averiguar import serie_del_monitor
from motor.avisos.alzas.picos import clave_de
from motor.avisos.grafica.normal import Punto
from motor.avisos.historias.historia import monitores
from motor.avisos.historias.silencio import TODO
from motor.escucha.entorno import EntornoDeEscucha
from panel.paginas.hoy.dibujo import Grafica, graficar
from panel.textos import _

POR_PAGINA = 25
DESPUES = timedelta(hours=12)
"""Cuánto se enseña de lo que siguió a un alza que ya pasó."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alzada:
    """La gráfica de un alza, sus números, y desde cuándo y hasta cuándo duró. hasta: None si sigue."""

    desde: datetime
    hasta: datetime | None
    grafica: Grafica | None
    puntos: Sequence[Punto]


@dataclass(frozen=True, slots=True)
class Callado:
    """Un silencio vigente y de qué es, en palabras."""

    silencio: Silencio
    de: str


def clases() -> Mapping[str, str]:
    return {
        "pico": _("alza"),
        "mencion": _("mención"),
        "meta": _("meta"),
        "perfil": _("perfil"),
        "duda": _("duda"),
    }


def pasadas(sesion: Session, *, antes_de: int | None) -> list[Historia]:
    """Las cerradas, de la más nueva a la más antigua; una de más, para saber si hay otra página."""
    orden = select(Historia).where(col(Historia.cerrada_en).is_not(None)).order_by(col(Historia.id).desc())
    if antes_de is not None:
        orden = orden.where(col(Historia.id) < antes_de)
    return list(sesion.scalars(orden.limit(POR_PAGINA + 1)))


def temas_de(sesion: Session, historias: Collection[Historia]) -> Mapping[int, Monitor]:
    """Los monitores que ven esas historias, por su número; los que ya no están no aparecen."""
    ids = {m for h in historias for m in monitores(h)}
    return {m.id: m for m in sesion.scalars(select(Monitor).where(col(Monitor.id).in_(ids)))} if ids else {}


def callados(sesion: Session, ahora: datetime) -> list[Callado]:
    orden = select(Silencio).where(col(Silencio.desde) <= ahora, col(Silencio.hasta) > ahora)
    vigentes = list(sesion.scalars(orden.order_by(col(Silencio.hasta))))
    ids = {int(n) for s in vigentes if (n := s.ambito.removeprefix("monitor:")).isdecimal()}
    orden_ = select(col(Monitor.id), col(Monitor.nombre)).where(col(Monitor.id).in_(ids))
    nombres = {f"monitor:{i}": nombre for i, nombre in sesion.execute(orden_)} if ids else {}
    de_todo = {TODO: _("Todo"), **{clase: n.capitalize() for clase, n in clases().items()}}
    return [Callado(s, nombres.get(s.ambito) or de_todo.get(s.ambito, s.ambito)) for s in vigentes]


def picos_de(escucha: EntornoDeEscucha, sesion: Session, historia: Historia) -> list[Pico]:
    """Los de una historia que siguen en la base de lo que se oye. sesion: de la principal."""
    orden = select(col(Suceso.de), col(Suceso.clave)).where(col(Suceso.historia_id) == historia.id).limit(500)
    claves = {de: clave for de, clave in sesion.execute(orden)}
    with escucha.base.leer() as oido:
        picos = list(oido.scalars(select(Pico).where(col(Pico.id).in_(claves)).order_by(col(Pico.desde))))
    return [p for p in picos if clave_de(p) == claves[p.id]]


def alzada(
    sesion: Session,
    escucha: EntornoDeEscucha,
    historia: Historia,
    monitor: Monitor | None,
    picos: Sequence[Pico],
    *,
    ahora: datetime,
) -> Alzada:
    """sesion: de la base de lo que se oye. Sin picos (se borró esa base), lo que diga la historia."""
    desde = min((p.desde for p in picos), default=historia.abierta_en)
    sigue = historia.cerrada_en is None and (not picos or any(p.hasta is None for p in picos))
    fin = max((p.hasta for p in picos if p.hasta is not None), default=historia.cerrada_en or historia.ultima_en)
    hasta = None if sigue else fin
    visto = ahora if hasta is None else min(ahora, hasta + DESPUES)
    puntos = serie_del_monitor(sesion, escucha, monitor, hasta=visto) if monitor is not None else []
    grafica = graficar(puntos, alza_desde=desde, alza_hasta=hasta or ahora) if puntos else None
    return Alzada(desde=desde, hasta=hasta, grafica=grafica, puntos=puntos)

"""Las alzas en curso: qué, cuánto más de lo normal, desde cuándo, y su gráfica del último día y medio."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from modelos import Historia, Monitor, Suceso
from modelos.escucha import Pico
from motor.avisos.alzas.averiguar import serie_del_monitor
from motor.avisos.historias.historia import abiertas, monitores
from motor.escucha.entorno import EntornoDeEscucha
from panel.paginas.hoy.dibujo import Grafica, graficar

CLASE = "pico"
A_LA_VISTA = timedelta(hours=36)
DIBUJADAS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Alza:
    """veces: cuántas veces lo normal llegó a haber; None si de lo normal no se sabe o era nada."""

    historia: Historia
    nombre: str
    desde: datetime
    veces: float | None
    valor: int
    esperado: int
    sigue: bool
    grafica: Grafica | None


def historias_abiertas(sesion: Session) -> list[Historia]:
    return abiertas(sesion, clase=CLASE)


def averiguar(escucha: EntornoDeEscucha, historias: Sequence[Historia], *, ahora: datetime) -> list[Alza]:
    """Las primeras, dibujadas. Lee de las dos bases, pocas filas de cada una."""
    vistas = list(historias)[:DIBUJADAS]
    if not vistas:
        return []
    with escucha.principal.base.leer() as sesion:
        sucesos = _sucesos(sesion, [h.id for h in vistas])
        temas = _monitores(sesion, vistas)
    with escucha.base.leer() as sesion:
        ids = {i for suyos in sucesos.values() for i in suyos}
        picos = {p.id: p for p in sesion.scalars(select(Pico).where(col(Pico.id).in_(ids)))}
        return [
            _alza(sesion, escucha, h, temas, [picos[i] for i in sucesos.get(h.id, ()) if i in picos], ahora=ahora)
            for h in vistas
        ]


def _alza(
    sesion: Session,
    escucha: EntornoDeEscucha,
    historia: Historia,
    temas: Mapping[int, Monitor],
    picos: Collection[Pico],
    *,
    ahora: datetime,
) -> Alza:
    mayor = max(picos, key=lambda p: p.puntaje, default=None)
    suyos = monitores(historia)
    monitor = temas.get(mayor.monitor_id if mayor is not None else next(iter(suyos), 0))
    desde = min((p.desde for p in picos), default=historia.abierta_en)
    grafica = None
    if monitor is not None:
        puntos = serie_del_monitor(sesion, escucha, monitor, hasta=ahora)
        cerca = [p for p in puntos if p.inicio >= ahora - A_LA_VISTA]
        grafica = graficar(cerca, alza_desde=desde, alza_hasta=ahora)
    valor = round(max((max(p.maximo, p.valor) for p in picos), default=0.0))
    esperado = mayor.esperado if mayor is not None else 0.0
    return Alza(
        historia=historia,
        nombre=monitor.nombre if monitor is not None else historia.asunto,
        desde=desde,
        veces=valor / esperado if esperado >= 1 else None,
        valor=valor,
        esperado=round(esperado),
        sigue=not picos or any(p.hasta is None for p in picos),
        grafica=grafica,
    )


def _sucesos(sesion: Session, historias: Collection[int]) -> Mapping[int, list[int]]:
    orden = select(col(Suceso.historia_id), col(Suceso.de)).where(col(Suceso.historia_id).in_(historias)).limit(500)
    juntos: dict[int, list[int]] = {}
    for historia_id, pico_id in sesion.execute(orden):
        juntos.setdefault(historia_id, []).append(pico_id)
    return juntos


def _monitores(sesion: Session, historias: Sequence[Historia]) -> Mapping[int, Monitor]:
    ids = {m for h in historias for m in monitores(h)}
    return {m.id: m for m in sesion.scalars(select(Monitor).where(col(Monitor.id).in_(ids)))}

"""Lo que se lee de muchos monitores a la vez: lo de hoy, lo normal, los últimos días y sus alzas del mes."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlmodel import Session, col

from modelos import Monitor, Perfil, Silencio
from modelos.escucha import Conteo, Fuente, Pico
from motor.avisos.grafica.normal import HORA, en_punto, horas, perfil_normal
from motor.escucha.almacen.contar import HORA_S
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.monitores.definicion import CLASES, Definicion
from motor.escucha.monitores.en_palabras import en_palabras
from panel.paginas.monitores.dibujo import chispa
from panel.peticion import NoEsta

DIAS = 14
MES = timedelta(days=30)
POR_PAGINA = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumen:
    """hoy: mensajes desde la medianoche. normal: los que suele haber a estas horas; None si aún no se sabe. dias: los
    últimos, el de hoy al final. callado: hasta cuándo.
    """

    monitor: Monitor
    hoy: int
    normal: float | None
    dias: Sequence[int]
    alzas: int
    alzado: bool
    callado: datetime | None

    @property
    def chispa(self) -> tuple[tuple[int, float, float], ...]:
        return chispa(self.dias)


def resumir(escucha: EntornoDeEscucha, monitores: Sequence[Monitor], *, ahora: datetime) -> list[Resumen]:
    zona = escucha.reglas.zona
    ids = [m.id for m in monitores]
    hoy = ahora.astimezone(zona).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    desde = hoy - timedelta(days=DIAS - 1)
    with escucha.base.leer() as sesion:
        cuentas = _por_hora(sesion, ids, desde)
        alzas, alzados = _alzas(sesion, ids, ahora)
    with escucha.principal.base.leer() as sesion:
        callados = _callados(sesion, ids, ahora)
    return [
        _resumen(
            m,
            cuentas.get(m.id, {}),
            hoy=hoy,
            ahora=ahora,
            zona=zona,
            alzas=alzas[m.id],
            callado=callados.get(m.id),
            alzado=m.id in alzados,
        )
        for m in monitores
    ]


def _resumen(
    monitor: Monitor,
    conteo: Mapping[datetime, int],
    *,
    hoy: datetime,
    ahora: datetime,
    zona: ZoneInfo,
    alzas: int,
    callado: datetime | None,
    alzado: bool,
) -> Resumen:
    por_dia = Counter[int]()
    for inicio, cuenta in conteo.items():
        por_dia[(inicio.astimezone(zona).date() - hoy.date()).days] += cuenta
    return Resumen(
        monitor=monitor,
        hoy=por_dia[0],
        normal=_normal_hasta_ahora(conteo, hoy=hoy, ahora=ahora, zona=zona),
        dias=[por_dia[n] for n in range(1 - DIAS, 1)],
        alzas=alzas,
        alzado=alzado,
        callado=callado,
    )


def _normal_hasta_ahora(
    conteo: Mapping[datetime, int], *, hoy: datetime, ahora: datetime, zona: ZoneInfo
) -> float | None:
    """Lo que suele haber desde la medianoche hasta estas horas."""
    primera = min(conteo, default=None)
    if primera is None or en_punto(ahora) - primera < timedelta(days=3):
        return None
    normal = perfil_normal(conteo, desde=primera, hasta=hoy, sin_dato=frozenset(), zona=zona)
    suma = 0.0
    for hora in horas(hoy, ahora):
        local = hora.astimezone(zona)
        suya = normal.get((local.weekday() >= 5, local.hour))
        if suya is None:
            return None
        suma += suya * min((ahora - hora) / HORA, 1.0)
    return suma


def _por_hora(sesion: Session, ids: Collection[int], desde: datetime) -> Mapping[int, Mapping[datetime, int]]:
    orden = select(col(Conteo.monitor_id), col(Conteo.inicio), col(Conteo.cuenta)).where(
        col(Conteo.monitor_id).in_(ids), col(Conteo.paso_s) == HORA_S, col(Conteo.inicio) >= desde
    )
    juntos: dict[int, dict[datetime, int]] = {}
    for monitor, inicio, cuenta in sesion.execute(orden):
        juntos.setdefault(monitor, {})[inicio] = cuenta
    return juntos


def _alzas(sesion: Session, ids: Collection[int], ahora: datetime) -> tuple[Counter[int], set[int]]:
    """Cuántas en el último mes, y quiénes están en una ahora."""
    orden = (
        select(col(Pico.monitor_id), func.count(), func.count() - func.count(col(Pico.hasta)))
        .where(col(Pico.monitor_id).in_(ids), col(Pico.desde) >= ahora - MES)
        .group_by(col(Pico.monitor_id))
    )
    filas = sesion.execute(orden).all()
    return Counter({m: n for m, n, _siguen in filas}), {m for m, _n, siguen in filas if siguen}


def _callados(sesion: Session, ids: Collection[int], ahora: datetime) -> Mapping[int, datetime]:
    suyos = {f"monitor:{i}": i for i in ids}
    orden = select(col(Silencio.ambito), func.max(col(Silencio.hasta))).where(
        col(Silencio.ambito).in_(suyos), col(Silencio.desde) <= ahora, col(Silencio.hasta) > ahora
    )
    return {suyos[ambito]: hasta for ambito, hasta in sesion.execute(orden.group_by(col(Silencio.ambito)))}


def lo_que_busca(definicion: Definicion) -> list[str]:
    """En palabras, sin las clases cuando son las de siempre."""
    de_siempre = definicion.clases == CLASES
    return [dicho for dicho in en_palabras(definicion) if not (de_siempre and dicho.startswith("Clases:"))]


def monitor_de(sesion: Session, monitor_id: int) -> Monitor:
    monitor = sesion.get(Monitor, monitor_id)
    if monitor is None:
        raise NoEsta
    return monitor


def redes_oidas(escucha: EntornoDeEscucha) -> list[str]:
    """Las que pueden elegirse: las de nuestros perfiles y las que ya se oyen."""
    with escucha.principal.base.leer() as sesion:
        nuestras = set(sesion.scalars(select(col(Perfil.red)).distinct()))
    with escucha.base.leer() as sesion:
        oidas = set(sesion.scalars(select(col(Fuente.red)).distinct()))
    medios = {escucha.red_de_medios} if escucha.red_de_medios else set()
    return sorted(nuestras | oidas | medios)

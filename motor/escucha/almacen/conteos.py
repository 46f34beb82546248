"""Lo que significa la cuenta de un intervalo: cuánto se dijo, si se oyó todo, y si ya se puede decidir con ella."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlmodel import Session, col

from modelos import Base, Monitor
from modelos.escucha import Conteo, Fuente
from modelos.escucha.consultas import Cada, comienzo, conteos, cuentas_por, fuentes_activas, lagunas, siguiente
from motor.escucha.almacen.cobertura import Alcance, Cobertura, Punto, cubrir, se_puede_decidir
from motor.escucha.almacen.contar import CINCO_MINUTOS_S, VIDA_DE_LO_FINO, inicio_de

__all__ = ["Punto", "en_curso", "intervalo_cerrado", "pagina", "podar", "puntos", "puntos_por_decidir", "serie"]

PUNTOS_MAXIMOS = 3000
"""A lo más, los que se dan a decidir de una vez: cuatro meses de horas, diez días de cinco minutos."""


def espera_de(paso_s: int) -> timedelta:
    """Cuánto se espera a las fuentes atrasadas cuando acaba un intervalo: un sexto de él, y al menos cinco minutos."""
    return max(timedelta(seconds=paso_s / 6), timedelta(minutes=5))


def redes_de(monitor: Monitor) -> tuple[str, ...]:
    """Las redes que mira un monitor; ninguna si las mira todas."""
    return tuple(monitor.definicion.get("redes") or ())


@dataclass(frozen=True, slots=True)
class _Escuchado:
    alcances: tuple[Alcance, ...]
    cobertura: Cobertura


def _escuchado(
    sesion: Session, redes: Collection[str], paso_s: int, ventana: tuple[datetime, datetime], ahora: datetime
) -> _Escuchado:
    fuentes = [f for f in fuentes_activas(sesion, redes=redes) if f.trabajo == "oir"]
    huecos: dict[int, list[tuple[datetime, datetime]]] = {}
    for fuente_id, inicio, fin in lagunas(sesion, [f.id for f in fuentes], desde=ventana[0], hasta=ventana[1]):
        huecos.setdefault(fuente_id, []).append((inicio, fin))
    alcances = tuple(_alcance(f, huecos.get(f.id, [])) for f in fuentes)
    return _Escuchado(alcances, cubrir(alcances, ahora=ahora, margen=espera_de(paso_s)))


def _alcance(fuente: Fuente, huecos: Sequence[tuple[datetime, datetime]]) -> Alcance:
    """La red que no deja decir hasta cuándo se tiene todo, se da por oída hasta la última vez que contestó."""
    return Alcance(
        desde=fuente.desde,
        hasta=max(fuente.cubierta_hasta or fuente.oida_en or fuente.desde, fuente.desde),
        proxima_en=fuente.proxima_en,
        fallos=fuente.fallos,
        lagunas=tuple(huecos),
    )


# ── Para mirar ───────────────────────────────────────────────────────────────────────────────────────────────


def puntos(
    sesion: Session,
    monitor_id: int,
    *,
    paso_s: int,
    desde: datetime,
    hasta: datetime,
    ahora: datetime,
    redes: Collection[str] = (),
    contado_desde: datetime | None = None,
) -> list[Punto]:
    """Todos los intervalos que empiezan en [desde, hasta), seguidos y con sus ceros. paso_s: 3600 o 300.

    redes: las que mira el monitor (`redes_de`); vacío, todas. contado_desde: `Monitor.desde`. Lo que nadie contó aún
    y lo fino que ya no se guarda es «sin dato».
    """
    paso, inicio = timedelta(seconds=paso_s), inicio_de(desde, paso_s)
    inicio += paso if inicio < desde else timedelta(0)
    oido = _escuchado(sesion, redes, paso_s, (inicio, hasta), ahora).cobertura
    cuentas = dict(conteos(sesion, monitor_id, paso_s=paso_s, desde=inicio, hasta=hasta))
    sabido = max(contado_desde or inicio, inicio)
    if paso_s == CINCO_MINUTOS_S:
        sabido = max(sabido, inicio_de(ahora - VIDA_DE_LO_FINO, paso_s))
    todos = []
    while inicio < hasta:
        todos.append(_sabido(oido.punto(inicio, inicio + paso, cuentas.get(inicio, 0)), sabido))
        inicio += paso
    return todos


def _sabido(punto: Punto, desde: datetime) -> Punto:
    """Un intervalo que empieza antes de que alguien contara: su cuenta es lo menos que hubo, y un cero no dice nada."""
    return punto if punto.inicio >= desde else Punto(punto.inicio, punto.cuenta or None, parcial=True)


def serie(
    sesion: Session,
    monitor_id: int,
    *,
    paso_s: int,
    desde: datetime,
    hasta: datetime,
    ahora: datetime,
    redes: Collection[str] = (),
    contado_desde: datetime | None = None,
) -> list[tuple[datetime, int | None]]:
    """Como `puntos`, para una gráfica: (inicio, cuenta); None donde no se oyó."""
    todos = puntos(
        sesion,
        monitor_id,
        paso_s=paso_s,
        desde=desde,
        hasta=hasta,
        ahora=ahora,
        redes=redes,
        contado_desde=contado_desde,
    )
    return [(p.inicio, p.cuenta) for p in todos]


def pagina(
    sesion: Session,
    monitor_id: int,
    *,
    cada: Cada,
    desde: datetime,
    hasta: datetime,
    zona: ZoneInfo,
    ahora: datetime,
    redes: Collection[str] = (),
    contado_desde: datetime | None = None,
) -> list[Punto]:
    """Los renglones de la página de un monitor, por hora, día o semana *local*, sin faltar ninguno.

    El primero empieza donde empiece el suyo, aunque `desde` caiga a la mitad; el que contiene a `ahora` es parcial.
    """
    renglon, hasta = comienzo(desde, cada, zona), hasta.astimezone(UTC)
    oido = _escuchado(sesion, redes, 3600, (renglon, hasta), ahora).cobertura
    cuentas = cuentas_por(sesion, monitor_id, cada=cada, desde=renglon, hasta=hasta, zona=zona)
    renglones = []
    while (en_utc := renglon.astimezone(UTC)) < hasta:
        proximo = siguiente(renglon, cada, zona)
        punto = oido.punto(renglon, proximo, cuentas.get(en_utc, 0))
        renglones.append(_sabido(punto, contado_desde or renglon))
        renglon = proximo
    return renglones


# ── Para decidir ─────────────────────────────────────────────────────────────────────────────────────────────


def puntos_por_decidir(
    sesion: Session,
    monitor: Monitor,
    paso_s: int,
    *,
    despues_de: datetime,
    ahora: datetime,
    arrancado_en: datetime | None = None,
) -> list[Punto]:
    """Los intervalos que acabaron y ya se pueden decidir, en orden, sin saltar ninguno.

    despues_de: el *fin* del último decidido: los de aquí empiezan en ese instante o después (y no antes de que alguien
    contara al monitor). Se detiene en el primero al que aún le falta algo por oír. A las fuentes atrasadas se las
    espera `espera_de(paso_s)` desde que acabó el intervalo, o desde `arrancado_en` si el motor estuvo apagado: pasado
    eso el intervalo se da parcial (se puede alertar con lo que hay, no aprender de él) o sin dato.
    """
    paso = timedelta(seconds=paso_s)
    primero = inicio_de(max(despues_de, monitor.desde), paso_s)
    primero += paso if primero < max(despues_de, monitor.desde) else timedelta(0)
    ultimo = min(inicio_de(ahora, paso_s), primero + PUNTOS_MAXIMOS * paso)
    if ultimo <= primero:
        return []
    redes = redes_de(monitor)
    alcances = _escuchado(sesion, redes, paso_s, (primero, ultimo), ahora).alcances
    cerrado = _cerrado(alcances, primero, ultimo, paso_s, ahora, arrancado_en)
    return puntos(sesion, monitor.id, paso_s=paso_s, desde=primero, hasta=cerrado, ahora=ahora, redes=redes)


def _cerrado(
    alcances: Sequence[Alcance],
    primero: datetime,
    ultimo: datetime,
    paso_s: int,
    ahora: datetime,
    arrancado_en: datetime | None,
) -> datetime:
    """El fin del último intervalo decidible desde `primero`, sin saltar ninguno."""
    paso, inicio = timedelta(seconds=paso_s), primero
    while inicio < ultimo:
        fin = inicio + paso
        limite = max(fin, arrancado_en or fin) + espera_de(paso_s)
        if not se_puede_decidir(alcances, inicio, fin, ahora=ahora, limite=limite):
            break
        inicio = fin
    return inicio


def intervalo_cerrado(
    sesion: Session, monitor: Monitor, paso_s: int, *, ahora: datetime, arrancado_en: datetime | None = None
) -> datetime:
    """Hasta cuándo está decidido lo que oyen las fuentes de un monitor (el fin del último intervalo decidible)."""
    ultimo = inicio_de(ahora, paso_s)
    primero = ultimo - 2 * timedelta(days=1)
    alcances = _escuchado(sesion, redes_de(monitor), paso_s, (primero, ultimo), ahora).alcances
    return _cerrado(alcances, primero, ultimo, paso_s, ahora, arrancado_en)


def en_curso(sesion: Session, monitor: Monitor, paso_s: int, *, ahora: datetime) -> Punto:
    """Lo que lleva el intervalo que todavía no acaba: siempre parcial."""
    inicio = inicio_de(ahora, paso_s)
    hay = conteos(sesion, monitor.id, paso_s=paso_s, desde=inicio, hasta=inicio + timedelta(seconds=paso_s))
    return Punto(inicio, hay[0][1] if hay else None, parcial=True)


# ── Lo que no se guarda para siempre ─────────────────────────────────────────────────────────────────────────


def podar(base: Base, *, ahora: datetime) -> int:
    """Quitar los conteos de cinco minutos que ya son viejos, de un monitor cada vez. Los de cada hora se quedan."""
    antes_de = inicio_de(ahora - VIDA_DE_LO_FINO, CINCO_MINUTOS_S)
    with base.leer() as sesion:
        monitores = list(sesion.scalars(select(col(Conteo.monitor_id)).distinct()))
    podados = 0
    for monitor in monitores:
        suyos = (col(Conteo.monitor_id) == monitor, col(Conteo.paso_s) == CINCO_MINUTOS_S)
        with base.escribir() as sesion:
            hecho = sesion.execute(delete(Conteo).where(*suyos, col(Conteo.inicio) < antes_de))
            podados += hecho.rowcount  # type: ignore[attr-defined] # un DELETE siempre devuelve un cursor
    return podados

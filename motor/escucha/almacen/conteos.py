"""Lo que significa la cuenta de un intervalo: cuánto se dijo, si se oyó todo, y si ya se puede decidir con ella."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlmodel import Session, col

from modelos import Base
from modelos.escucha import Conteo, Fuente
from modelos.escucha.consultas import Cada, comienzo, conteos, cuentas_por, fuentes_activas, lagunas, siguiente
from motor.escucha.almacen.cobertura import Alcance, Cobertura, Punto, cubrir
from motor.escucha.almacen.contar import CINCO_MINUTOS_S, VIDA_DE_LO_FINO, inicio_de

__all__ = ["Punto", "alcance", "espera_de", "pagina", "podar", "puntos", "serie"]


def espera_de(paso_s: int) -> timedelta:
    """Cuánto se espera a las fuentes atrasadas cuando acaba un intervalo: un sexto de él, y al menos cinco minutos."""
    return max(timedelta(seconds=paso_s / 6), timedelta(minutes=5))


def _escuchado(
    sesion: Session, redes: Collection[str], paso_s: int, ventana: tuple[datetime, datetime], ahora: datetime
) -> Cobertura:
    fuentes = [f for f in fuentes_activas(sesion, redes=redes) if f.trabajo == "oir"]
    huecos: dict[int, list[tuple[datetime, datetime]]] = {}
    for fuente_id, inicio, fin in lagunas(sesion, [f.id for f in fuentes], desde=ventana[0], hasta=ventana[1]):
        huecos.setdefault(fuente_id, []).append((inicio, fin))
    return cubrir([alcance(f, huecos.get(f.id, ())) for f in fuentes], ahora=ahora, margen=espera_de(paso_s))


def alcance(fuente: Fuente, huecos: Sequence[tuple[datetime, datetime]]) -> Alcance:
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

    redes: las que mira el monitor, por su slug; vacío, todas. contado_desde: `Monitor.desde`. Lo que nadie contó aún
    y lo fino que ya no se guarda es «sin dato».
    """
    paso, inicio = timedelta(seconds=paso_s), inicio_de(desde, paso_s)
    inicio += paso if inicio < desde else timedelta(0)
    oido = _escuchado(sesion, redes, paso_s, (inicio, hasta), ahora)
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
    oido = _escuchado(sesion, redes, 3600, (renglon, hasta), ahora)
    cuentas = cuentas_por(sesion, monitor_id, cada=cada, desde=renglon, hasta=hasta, zona=zona)
    renglones = []
    while (en_utc := renglon.astimezone(UTC)) < hasta:
        proximo = siguiente(renglon, cada, zona)
        punto = oido.punto(renglon, proximo, cuentas.get(en_utc, 0))
        renglones.append(_sabido(punto, contado_desde or renglon))
        renglon = proximo
    return renglones


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

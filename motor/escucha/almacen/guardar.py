"""Guardar una tanda: todo o nada, con el cursor de su fuente, para que lo que se pida dos veces se guarde una.

    1. limpiar, y leer qué se tiene ya
    2. entender lo nuevo y lo que cambió, sin ninguna transacción abierta: es lo que más tarda
    3. en una transacción: volver a leer, insertar, cambiar, vaciar, contar y mover el cursor

Si entre 1 y 3 otro guardó algo de lo mismo, se empieza otra vez con lo que ya se entendió.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sqlalchemy import case, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from conectores.contrato_escucha import Oido, Tanda
from conectores.secretos import redactar
from modelos import tabla
from modelos.escucha import Fuente, Laguna
from motor.escucha.almacen import mensajes
from motor.escucha.almacen.cambios import PRECEDENCIA, Visto, cambio_lo_dicho, clase_mas_precisa, hay_que_entender
from motor.escucha.almacen.contar import Suma, anadir, sumar
from motor.escucha.almacen.limpieza import Apartado, acortar_id, separar
from motor.escucha.almacen.olvido import Firma, abrir_firma, hay_olvidados, olvidadas
from motor.escucha.almacen.ritmos import olvidar_lo_que_cambio
from motor.escucha.entendido import Entender, Entendido
from motor.escucha.entorno import EntornoDeEscucha

logger = logging.getLogger(__name__)

_FUENTE = tabla(Fuente)
_VECES = 5
_OTRA_VEZ = {"40P01", "40001", "55P03"}  # abrazo mortal, serialización, candado que no llegó (PostgreSQL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardado:
    """Qué fue de una tanda.

    repetidos: los que ya se tenían y siguen igual. olvidados: de quien pidió que no se guardara lo suyo. caducados: más
    viejos que lo que se guarda. apartados: los que no se pudieron guardar (están en la bitácora). ids: los de los
    nuevos. monitores: los que cambiaron de cuenta. desde: el instante del más antiguo que la cambió.
    """

    nuevos: int = 0
    editados: int = 0
    borrados: int = 0
    repetidos: int = 0
    olvidados: int = 0
    caducados: int = 0
    apartados: int = 0
    ids: tuple[int, ...] = ()
    monitores: frozenset[int] = frozenset()
    desde: datetime | None = None


@dataclass(slots=True)
class _Lote:
    """Lo que llegó de una red, ya limpio, y lo que se va entendiendo. borrados: sólo se sabe que ya no están."""

    red: str
    perfil_id: int
    ahora: datetime
    oidos: dict[str, Oido]
    borrados: frozenset[str] = frozenset()
    firma: Firma | None = None
    huellas: dict[str, tuple[str, ...]] = field(default_factory=dict)
    entendidos: dict[str, Entendido] = field(default_factory=dict)

    @property
    def ids(self) -> list[str]:
        return sorted({*self.oidos, *self.borrados})


class _OtroLoGuardo(Exception):
    """Entre leer y escribir, otro cambió lo mismo: hay que volver a leer."""


def guardar(escucha: EntornoDeEscucha, fuente: Fuente, tanda: Tanda, *, entender: Entender) -> Guardado:
    """Guardar lo que contestó una red y mover el cursor de su fuente, en una sola transacción.

    La fuente que se recibe no se toca: quien siga preguntando, que use `tanda.cursor`. Lanza lo que lance la base
    (entonces no quedó nada guardado y se puede pedir otra vez).
    """
    ahora = escucha.reloj.ahora()

    def mover(sesion: Session) -> None:
        _mover_cursor(sesion, fuente.id, tanda, ahora)

    return _guardar(escucha, fuente.red, tanda.oidos, entender=entender, perfil_id=fuente.perfil_id, rematar=mover)


def guardar_revision(
    escucha: EntornoDeEscucha, red: str, vivos: Sequence[Oido], borrados: Collection[str], *, entender: Entender
) -> Guardado:
    """Guardar qué fue de unos mensajes por los que se volvió a preguntar: los que siguen y los que ya no están."""
    return _guardar(escucha, red, vivos, entender=entender, borrados=borrados)


def _guardar(
    escucha: EntornoDeEscucha,
    red: str,
    oidos: Sequence[Oido],
    *,
    entender: Entender,
    perfil_id: int = 0,
    borrados: Collection[str] = (),
    rematar: Callable[[Session], None] = lambda _: None,
) -> Guardado:
    ahora = escucha.reloj.ahora()
    caducado = ahora - escucha.reglas.escucha.vida_de_mensajes
    buenos, apartados, caducados = separar(oidos, ahora=ahora, caducado=caducado, precedencia=PRECEDENCIA)
    _contar_apartados(red, apartados)
    lote = _Lote(red, perfil_id, ahora, buenos, frozenset(acortar_id(b) for b in borrados))
    for vez in range(1, _VECES + 1):
        try:
            _entender(escucha, lote, entender)
            with escucha.base.escribir() as sesion:
                hecho = _escribir(sesion, lote)
                rematar(sesion)
            break
        except (_OtroLoGuardo, DBAPIError) as error:
            if vez == _VECES or (isinstance(error, DBAPIError) and not _se_puede_repetir(error)):
                raise
    return replace(hecho, caducados=caducados, apartados=len(apartados))


def _se_puede_repetir(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in _OTRA_VEZ


def _contar_apartados(red: str, apartados: list[Apartado]) -> None:
    for apartado in apartados:
        logger.warning(
            "Un mensaje de %s no se guardó: %s.",
            red,
            apartado.motivo,
            extra={"accion": "mensaje_apartado", "red": red, "id_externo": redactar(apartado.id_externo)},
        )


# ── Antes de escribir ────────────────────────────────────────────────────────────────────────────────────────


def _entender(escucha: EntornoDeEscucha, lote: _Lote, entender: Entender) -> None:
    """Leer qué se tiene y entender lo que haga falta. Lo entendido sirve aunque haya que empezar otra vez."""
    with escucha.base.leer() as sesion:
        previos = mensajes.vistos(sesion, lote.red, lote.ids)
        olvidar = hay_olvidados(sesion)
    if olvidar and not lote.huellas:
        firma = abrir_firma(escucha.principal.base)
        lote.huellas = {
            id_: (firma.de_mensaje(lote.red, id_), *firma.huellas(lote.red, o.autor)) for id_, o in lote.oidos.items()
        }
    faltan = [
        o for id_, o in lote.oidos.items() if id_ not in lote.entendidos and hay_que_entender(previos.get(id_), o)
    ]
    if faltan:
        entendidos = _con_cuidado(entender, lote.red, faltan)
        lote.entendidos.update(zip((o.id_externo for o in faltan), entendidos, strict=True))


def _con_cuidado(entender: Entender, red: str, oidos: list[Oido]) -> list[Entendido]:
    """Un mensaje que nadie sabe leer se guarda sin entender: no hunde a los de su tanda, que volvería para siempre."""
    try:
        return entender(red, oidos)
    except Exception:
        if len(oidos) == 1:
            logger.exception("Un mensaje de %s se guarda sin entender.", red, extra={"accion": "mensaje_sin_entender"})
            return [Entendido(None, ())]
        mitad = len(oidos) // 2
        return _con_cuidado(entender, red, oidos[:mitad]) + _con_cuidado(entender, red, oidos[mitad:])


# ── La transacción ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Reparto:
    """Qué toca hacer con cada mensaje del lote."""

    nuevos: list[Oido] = field(default_factory=list)
    cambiados: list[tuple[Visto, Oido]] = field(default_factory=list)
    iguales: list[tuple[Visto, Oido]] = field(default_factory=list)
    vacios: list[int] = field(default_factory=list)
    olvidados: int = 0


def _escribir(sesion: Session, lote: _Lote) -> Guardado:
    reparto = _repartir(sesion, lote)
    ids = mensajes.insertar_nuevos(
        sesion,
        red=lote.red,
        perfil_id=lote.perfil_id,
        nuevos=reparto.nuevos,
        entendidos=lote.entendidos,
        ahora=lote.ahora,
    )
    if len(ids) < len(reparto.nuevos):
        raise _OtroLoGuardo
    suma: Suma = Suma()
    for nuevo in reparto.nuevos:
        anadir(suma, lote.entendidos[nuevo.id_externo].monitores, nuevo.publicado_en, ahora=lote.ahora)
    movidos = mensajes.cambiar(sesion, reparto.cambiados, entendidos=lote.entendidos, ahora=lote.ahora)
    for visto, sobran, faltan in movidos:
        anadir(suma, sobran, visto.publicado_en, cuanto=-1, ahora=lote.ahora)
        anadir(suma, faltan, visto.publicado_en, ahora=lote.ahora)
    _poner_al_dia(sesion, lote, reparto)
    mensajes.vaciar(sesion, reparto.vacios, ahora=lote.ahora)
    sumar(sesion, suma)
    olvidar_lo_que_cambio(sesion, suma)
    return Guardado(
        nuevos=len(ids),
        editados=len(reparto.cambiados),
        borrados=len(reparto.vacios),
        repetidos=len(reparto.iguales),
        olvidados=reparto.olvidados,
        ids=tuple(sorted(ids.values())),
        monitores=frozenset(monitor for (monitor, _, _), cuanto in suma.items() if cuanto),
        desde=min((inicio for (_, _, inicio), cuanto in suma.items() if cuanto), default=None),
    )


def _repartir(sesion: Session, lote: _Lote) -> _Reparto:
    """Decidir con lo que hay ahora mismo en la base. Lanza _OtroLoGuardo si algo que falta entender cambió."""
    olvidar = hay_olvidados(sesion)
    if olvidar and not lote.huellas and lote.oidos:
        raise _OtroLoGuardo  # el primero que pidió el olvido, mientras se entendía esta tanda
    fuera = olvidadas(sesion, {h for suyas in lote.huellas.values() for h in suyas}) if olvidar else frozenset()
    previos = mensajes.vistos(sesion, lote.red, lote.ids, para_cambiar=True)
    reparto = _Reparto()
    for id_, oido in lote.oidos.items():
        visto = previos.get(id_)
        if fuera and not fuera.isdisjoint(lote.huellas[id_]):
            reparto.olvidados += 1
        elif oido.borrado or id_ in lote.borrados:
            if visto is not None and visto.borrado_en is None:
                reparto.vacios.append(visto.id)
        elif hay_que_entender(visto, oido) and id_ not in lote.entendidos:
            raise _OtroLoGuardo
        elif visto is None:
            reparto.nuevos.append(oido)
        elif visto.borrado_en is not None or cambio_lo_dicho(visto, oido):
            reparto.cambiados.append((visto, oido))
        else:
            reparto.iguales.append((visto, oido))
    solos = lote.borrados - lote.oidos.keys()
    reparto.vacios += [p.id for id_, p in previos.items() if id_ in solos and p.borrado_en is None]
    return reparto


def _poner_al_dia(sesion: Session, lote: _Lote, reparto: _Reparto) -> None:
    """Lo que se mueve aunque el mensaje diga lo mismo: sus interacciones, su clase, y que sigue ahí."""
    siguen = reparto.cambiados + reparto.iguales
    interacciones = {v.id: o.interacciones for v, o in siguen if o.interacciones not in (None, v.interacciones)}
    mensajes.poner(sesion, "interacciones", interacciones)
    clases = {v.id: clase.value for v, o in siguen if (clase := clase_mas_precisa(v, o)) is not None}
    mensajes.poner(sesion, "clase", clases)
    if lote.perfil_id:
        de_nadie = {v.id: lote.perfil_id for v, _ in siguen if v.id in clases or not v.perfil_id}
        mensajes.poner(sesion, "perfil_id", de_nadie)
    mensajes.comprobar(sesion, [v.id for v, _ in siguen], ahora=lote.ahora)


# ── La fuente ────────────────────────────────────────────────────────────────────────────────────────────────


def _mover_cursor(sesion: Session, fuente_id: int, tanda: Tanda, ahora: datetime) -> None:
    cambios: dict[str, object] = {"cursor": tanda.cursor.replace("\0", ""), "oida_en": ahora}
    if tanda.perdido is not None:
        actual = sesion.connection().execute(select(_FUENTE.c.cursor, _FUENTE.c.desde).where(_FUENTE.c.id == fuente_id))
        cursor, desde = actual.one_or_none() or ("", ahora)
        hasta = _en_utc(tanda.perdido[1])
        if not cursor or hasta <= desde:  # no es una laguna: entonces todavía no se la oía
            cambios["desde"], tanda = max(desde, hasta), replace(tanda, perdido=None)
    if tanda.cubierto_hasta is not None:  # nunca hacia atrás, ni más allá de ahora
        hasta, antes = min(_en_utc(tanda.cubierto_hasta), ahora), _FUENTE.c.cubierta_hasta
        cambios["cubierta_hasta"] = case((antes > hasta, antes), else_=hasta)
    movidas = sesion.connection().execute(update(_FUENTE).where(_FUENTE.c.id == fuente_id).values(cambios))
    if movidas.rowcount and tanda.perdido is not None:  # si la quitaron mientras contestaba, lo oído se queda
        _anotar_laguna(sesion, fuente_id, *map(_en_utc, tanda.perdido))


def _anotar_laguna(sesion: Session, fuente_id: int, desde: datetime, hasta: datetime) -> None:
    """Una vez: si otra la contiene, ya se sabía."""
    if desde >= hasta:
        return
    ya = select(Laguna).where(
        col(Laguna.fuente_id) == fuente_id, col(Laguna.desde) <= desde, col(Laguna.hasta) >= hasta
    )
    if sesion.exec(ya).first() is None:
        motivo = "La red ya no da lo de ese tiempo."
        sesion.add(Laguna(fuente_id=fuente_id, desde=desde, hasta=hasta, motivo=motivo))


def _en_utc(instante: datetime) -> datetime:
    return instante.replace(tzinfo=UTC) if instante.tzinfo is None else instante

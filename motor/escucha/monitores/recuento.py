"""Volver a contar el pasado de un monitor cuando cambia su definición.

Se recorre lo guardado por tandas cortas, cada una en su transacción: en ella se ve qué mensajes contaba y cuáles
cuenta, y a los conteos se les suma o resta sólo la diferencia. Por eso

- se puede interrumpir y volver a empezar: lo ya hecho no cambia al repetirse;
- puede correr mientras llegan mensajes: lo que otro sumó no se pisa;
- lo que ya no se guarda (caducó, o la red exigió borrarlo) sigue contado como se contó, porque nadie puede releerlo.

Al final se repasa lo último que llegó, por si alguien lo contaba todavía con la definición anterior.
"""

import logging
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select, update
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, delete

from conectores.contrato_escucha import Clase
from modelos import Base, tabla
from modelos.escucha import Coincidencia, Mensaje, Ritmo
from modelos.monitor import Monitor
from motor.escucha.almacen.contar import Suma, anadir, sumar
from motor.escucha.entendedor import vigia_de
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.lugares.donde import Donde, Por
from motor.escucha.monitores.guardados import definiciones_activas
from motor.escucha.monitores.vigia import Vigia

logger = logging.getLogger(__name__)

TANDA = 500
"""Mensajes por transacción: unas centésimas de segundo, lo más que espera quien guarda lo que llega."""
REPASO = 5 * TANDA
"""Cuántos de los últimos se repasan: más de los que caben en una tanda que se estuviera guardando al empezar."""
_INTENTOS = 4

Avance = Callable[[int, int], None]
"""Cuántos mensajes van, y de cuántos."""

LEIDAS = (
    col(Mensaje.id),
    col(Mensaje.texto),
    col(Mensaje.titulo),
    col(Mensaje.red),
    col(Mensaje.clase),
    col(Mensaje.idioma),
    col(Mensaje.autor_usuario),
    col(Mensaje.latitud),
    col(Mensaje.longitud),
    col(Mensaje.lugar_por),
    col(Mensaje.lugar_confianza),
    col(Mensaje.lugar_radio_km),
    col(Mensaje.publicado_en),
)


_COINCIDENCIA = tabla(Coincidencia)
_QUITAR = _COINCIDENCIA.delete().where(
    _COINCIDENCIA.c.mensaje_id == bindparam("mensaje"), _COINCIDENCIA.c.monitor_id == bindparam("monitor")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recuento:
    """mensajes: los que se leyeron. sumados, restados: coincidencias nuevas y las que dejaron de serlo."""

    mensajes: int = 0
    sumados: int = 0
    restados: int = 0

    def __add__(self, otro: "Recuento") -> "Recuento":
        return Recuento(
            mensajes=self.mensajes + otro.mensajes,
            sumados=self.sumados + otro.sumados,
            restados=self.restados + otro.restados,
        )


def donde_fue(m: Any) -> Donde | None:
    """Dónde es un mensaje ya guardado."""
    if m.latitud is None or m.longitud is None or not m.lugar_por:
        return None
    return Donde(
        latitud=m.latitud,
        longitud=m.longitud,
        por=Por(m.lugar_por),
        confianza=m.lugar_confianza or 0.0,
        radio_km=m.lugar_radio_km or 0.0,
    )


def cuentan_ahora(vigia: Vigia, m: Row[Any]) -> tuple[int, ...]:
    """Los monitores que cuentan un mensaje ya guardado (sus columnas `LEIDAS`)."""
    return vigia.coinciden(
        m.texto,
        titulo=m.titulo,
        red=m.red,
        clase=Clase(m.clase),
        idioma=m.idioma,
        autor=m.autor_usuario,
        donde=donde_fue(m),
    )


def pendientes(sesion: Session) -> list[Monitor]:
    """Los que se vigilan con una definición distinta de aquella con que se contó su pasado."""
    orden = select(Monitor).where(col(Monitor.activo), col(Monitor.contado) != col(Monitor.version))
    return list(sesion.scalars(orden.order_by(col(Monitor.clave))))


def recontar(
    escucha: EntornoDeEscucha,
    monitores: Collection[int],
    *,
    avance: Avance = lambda _van, _de: None,
    respiro_s: float = 0.01,
    espera_s: float = 2.0,
) -> Recuento:
    """Dejar las coincidencias y los conteos de unos monitores como los dice su definición de ahora.

    respiro_s: lo que se descansa entre tandas, para que entre quien guarda lo que llega. espera_s: lo que se espera
    antes del repaso, para que acabe de guardarse lo que ya se había entendido con la definición anterior.

    El detector olvida lo que aprendió de ellos y lo vuelve a aprender de sus conteos. Un monitor que no se vigila, o no
    se entiende, no se toca. Lanza ArchivoDeLugaresInvalido.
    """
    with escucha.principal.base.leer() as sesion:
        todas = definiciones_activas(sesion, escucha.principal.reconocer_red)
        versiones = {m: v for m, v in sesion.execute(select(col(Monitor.id), col(Monitor.version)))}
    definiciones = {m: d for m, d in todas.items() if m in set(monitores)}
    if not definiciones:
        return Recuento()
    recorrido = _Recorrido(escucha, vigia_de(escucha, definiciones), frozenset(definiciones))
    hecho = recorrido.completo(avance, respiro_s=respiro_s, espera_s=espera_s)
    _dar_por_contados(escucha, {m: versiones[m] for m in definiciones})
    return hecho


class _Recorrido:
    """Una pasada por todo lo guardado."""

    def __init__(self, escucha: EntornoDeEscucha, vigia: Vigia, monitores: frozenset[int]) -> None:
        self._base: Base = escucha.base
        self._reloj = escucha.reloj
        self._vigia = vigia
        self._monitores = monitores

    def completo(self, avance: Avance, *, respiro_s: float, espera_s: float) -> Recuento:
        with self._base.leer() as sesion:
            de, ultimo = sesion.execute(select(func.count(), func.max(col(Mensaje.id)))).one()
        hecho = self._desde(0, lambda van: avance(min(van, de), de), respiro_s)
        time.sleep(espera_s if de else 0)
        repasado = self._desde(max(0, (ultimo or 0) - REPASO), lambda _: None, respiro_s)
        return Recuento(
            mensajes=hecho.mensajes,
            sumados=hecho.sumados + repasado.sumados,
            restados=hecho.restados + repasado.restados,
        )

    def _desde(self, ultimo: int, avance: Callable[[int], None], respiro_s: float) -> Recuento:
        hecho = Recuento()
        while True:
            siguiente, tanda = self._tanda_con_paciencia(ultimo)
            if siguiente is None:
                return hecho
            ultimo, hecho = siguiente, hecho + tanda
            avance(hecho.mensajes)
            time.sleep(respiro_s)

    def _tanda_con_paciencia(self, ultimo: int) -> tuple[int | None, Recuento]:
        """En PostgreSQL, quien guarda lo que llega puede tener tomado un mensaje: se espera y se vuelve a intentar."""
        for intento in range(1, _INTENTOS):
            try:
                return self._tanda(ultimo)
            except OperationalError as error:
                logger.info("La base está ocupada (%s); se repite la tanda.", type(error.orig).__name__)
                time.sleep(0.2 * intento)
        return self._tanda(ultimo)

    def _tanda(self, ultimo: int) -> tuple[int | None, Recuento]:
        with self._base.escribir() as sesion:
            mensajes = sesion.execute(
                select(*LEIDAS, col(Mensaje.borrado_en))
                .where(col(Mensaje.id) > ultimo)
                .order_by(col(Mensaje.id))
                .limit(TANDA)
                .with_for_update(key_share=True)  # en PostgreSQL, que nadie los edite entre leerlos y contarlos
            ).all()
            if not mensajes:
                return None, Recuento()
            hecho = self._poner_al_dia(sesion, mensajes, desde=ultimo)
        return mensajes[-1].id, hecho

    def _poner_al_dia(self, sesion: Session, mensajes: Collection[Row[Any]], *, desde: int) -> Recuento:
        hasta = max(m.id for m in mensajes)
        contados: dict[int, set[int]] = {}
        for mensaje, monitor in sesion.execute(_contados(self._monitores, desde, hasta)):
            contados.setdefault(mensaje, set()).add(monitor)
        suma, nuevas, sobran, ahora = Suma(), [], [], self._reloj.ahora()
        for m in mensajes:
            if m.borrado_en is not None:  # ya no hay texto que releer: se queda como se contó
                continue
            cuentan = set(cuentan_ahora(self._vigia, m))
            antes = contados.get(m.id, set())
            nuevas += [
                {"mensaje_id": m.id, "monitor_id": monitor, "publicado_en": m.publicado_en}
                for monitor in sorted(cuentan - antes)
            ]
            sobran += [{"mensaje": m.id, "monitor": monitor} for monitor in antes - cuentan]
            anadir(suma, cuentan - antes, m.publicado_en, ahora=ahora)
            anadir(suma, antes - cuentan, m.publicado_en, cuanto=-1, ahora=ahora)
        if nuevas:
            sesion.connection().execute(_COINCIDENCIA.insert(), nuevas)
        if sobran:
            sesion.connection().execute(_QUITAR, sobran)
        sumar(sesion, suma)
        return Recuento(mensajes=len(mensajes), sumados=len(nuevas), restados=len(sobran))


def _contados(monitores: Collection[int], desde: int, hasta: int) -> Select[int, int]:
    return select(col(Coincidencia.mensaje_id), col(Coincidencia.monitor_id)).where(
        col(Coincidencia.mensaje_id) > desde,
        col(Coincidencia.mensaje_id) <= hasta,
        col(Coincidencia.monitor_id).in_(monitores),
    )


def _dar_por_contados(escucha: EntornoDeEscucha, versiones: Mapping[int, int]) -> None:
    """Primero el detector olvida; si esto se corta a la mitad, siguen pendientes y basta repetir.

    Y al final otra vez: entretanto pudo aprender desde la fecha de antes, sin el pasado que se acaba de contar.
    """
    with escucha.base.leer() as sesion:
        primero = sesion.scalar(select(func.min(col(Mensaje.publicado_en))))
    _olvidar_ritmos(escucha, versiones)
    with escucha.principal.base.escribir() as sesion:
        for monitor, version in versiones.items():
            suyo = (col(Monitor.id) == monitor, col(Monitor.version) == version)
            sesion.execute(update(Monitor).where(*suyo).values(contado=version))
            if primero is not None:
                sesion.execute(update(Monitor).where(*suyo, col(Monitor.desde) > primero).values(desde=primero))
    _olvidar_ritmos(escucha, versiones)


def _olvidar_ritmos(escucha: EntornoDeEscucha, monitores: Collection[int]) -> None:
    with escucha.base.escribir() as sesion:
        sesion.execute(delete(Ritmo).where(col(Ritmo.monitor_id).in_(monitores)))

"""De los conteos a los picos: enseñar al detector lo que pasó, dejar que se asome a lo que pasa, y anotar las alzas.

Cada monitor se mira por hora o, si se habla mucho de él, cada cinco minutos. Lo que el detector recuerda (`Ritmo`) y
los picos que notó se guardan en la misma transacción: morir en medio repite la mirada, no el pico.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text, update
from sqlmodel import Session, col

from modelos import Monitor
from modelos.escucha import Conteo, Pico, Ritmo
from motor.escucha.almacen.contar import CINCO_MINUTOS_S, HORA_S, inicio_de
from motor.escucha.almacen.conteos import Punto, en_curso, puntos_por_decidir
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.picos import VERSION, Estado, Lectura, a_bytes, asomar, con_alerta, de_bytes, nuevo, observar

logger = logging.getLogger(__name__)

OCUPADO, TRANQUILO = 60.0, 20.0
"""Mensajes por hora, en la última semana: desde cuántos se mira cada cinco minutos, y con cuántos ya no."""
NOTICIA = timedelta(hours=24)
"""Un alza más vieja que esto (se aprende del pasado, o el motor estuvo apagado) se anota y no se avisa."""


@dataclass(frozen=True, slots=True)
class Alza:
    """Lo que el detector notó en un intervalo. fin: cuándo acaba el intervalo."""

    inicio: datetime
    fin: datetime
    valor: float
    lectura: Lectura


@dataclass(slots=True)
class Mirada:
    """Lo que resulta de poner al día a un detector. recuperado: cuándo se vio que volvió a lo normal."""

    estado: Estado
    hasta: datetime
    alzas: list[Alza]
    recuperado: datetime | None = None


class Deteccion:
    """Recuerda qué vio la última vez, para no preguntar por los monitores en que nada cambió."""

    def __init__(self, escucha: EntornoDeEscucha) -> None:
        self._escucha = escucha
        self._arrancado_en = escucha.reloj.ahora()
        self._vistos: dict[int, tuple[datetime, int]] = {}

    def detectar(self) -> int:
        """Poner al día a todos los monitores; cuántos picos nuevos hay."""
        ahora = self._escucha.reloj.ahora()
        with self._escucha.principal.base.leer() as sesion:
            monitores = list(sesion.scalars(select(Monitor).where(col(Monitor.activo)).order_by(col(Monitor.id))))
        with self._escucha.base.leer() as sesion:
            abiertos = _abiertos(sesion, ahora)
        picos = 0
        for monitor in monitores:
            marca = (inicio_de(ahora, CINCO_MINUTOS_S), abiertos.get(monitor.id, 0))
            if self._vistos.get(monitor.id) != marca:
                picos += self._detectar_uno(monitor, ahora)
                self._vistos[monitor.id] = marca
        return picos

    def _detectar_uno(self, monitor: Monitor, ahora: datetime) -> int:
        picos = 0
        while True:
            with self._escucha.base.leer() as sesion:
                paso_s = _paso_de(sesion, monitor.id, ahora)
                ritmo = sesion.get(Ritmo, (monitor.id, paso_s))
                desde = ritmo.hasta if ritmo is not None else monitor.desde
                puntos = puntos_por_decidir(
                    sesion, monitor, paso_s, despues_de=desde, ahora=ahora, arrancado_en=self._arrancado_en
                )
                # El intervalo anterior puede estar esperando a una fuente; más atrasado, asomarse sería con lo de ayer.
                al_dia = not puntos and inicio_de(ahora, paso_s) - desde <= timedelta(seconds=paso_s)
                abierto = en_curso(sesion, monitor, paso_s, ahora=ahora) if al_dia else None
            if not puntos and abierto is None:
                return picos
            estado = _estado_de(ritmo, paso_s)
            mirada = self._mirar(estado, puntos, abierto, paso_s=paso_s, desde=desde)
            picos += self._anotar(monitor, paso_s, ritmo, mirada=mirada, ahora=ahora)
            if abierto is not None:
                return picos

    def _mirar(
        self, estado: Estado, puntos: Sequence[Punto], abierto: Punto | None, *, paso_s: int, desde: datetime
    ) -> Mirada:
        reglas = self._escucha.reglas
        falsas, zona, paso = reglas.escucha.falsas_alarmas, reglas.zona, timedelta(seconds=paso_s)
        mirada = Mirada(estado, desde, [])
        for punto in puntos:
            local = punto.inicio.astimezone(zona)
            if punto.parcial and punto.cuenta is not None:
                # Es lo menos que hubo: puede alertar, pero de ello no se aprende.
                self._asomar(mirada, punto, paso)
                observar(estado, local, None, falsas_al_mes=falsas)
            else:
                valor = None if punto.cuenta is None else float(punto.cuenta)
                _sumar(mirada, punto, observar(estado, local, valor, falsas_al_mes=falsas), paso)
            mirada.hasta = punto.inicio + paso
        if abierto is not None and abierto.cuenta:
            self._asomar(mirada, abierto, paso)
        return mirada

    def _asomar(self, mirada: Mirada, punto: Punto, paso: timedelta) -> None:
        reglas = self._escucha.reglas
        local = punto.inicio.astimezone(reglas.zona)
        lectura = asomar(mirada.estado, local, float(punto.cuenta or 0), falsas_al_mes=reglas.escucha.falsas_alarmas)
        if lectura.alerta:
            con_alerta(mirada.estado, local, lectura.puntaje)
        _sumar(mirada, punto, lectura, paso)

    def _anotar(self, monitor: Monitor, paso_s: int, ritmo: Ritmo | None, *, mirada: Mirada, ahora: datetime) -> int:
        if ritmo is not None and mirada.hasta == ritmo.hasta and not mirada.alzas:
            return 0
        with self._escucha.base.escribir() as sesion:
            if not _guardar_ritmo(sesion, monitor.id, paso_s, ritmo, mirada):
                return 0  # otro proceso lo puso al día antes
            if mirada.recuperado is not None:
                _cerrar(sesion, monitor.id, mirada.recuperado)
            nuevos = [a for a in mirada.alzas if not _ya_esta(sesion, monitor.id, paso_s, a)]
            sesion.add_all(_pico(monitor.id, paso_s, a, ahora) for a in nuevos)
        for alza in nuevos:
            logger.info(
                "Sube «%s»: %d donde lo normal son %.1f.",
                monitor.nombre,
                alza.valor,
                alza.lectura.esperado,
                extra={"accion": "pico", "monitor": monitor.clave, "puntaje": round(alza.lectura.puntaje, 2)},
            )
        return len(nuevos)


def _sumar(mirada: Mirada, punto: Punto, lectura: Lectura, paso: timedelta) -> None:
    if lectura.alerta:
        mirada.alzas.append(Alza(punto.inicio, punto.inicio + paso, float(punto.cuenta or 0), lectura))
        mirada.recuperado = None
    elif lectura.recuperado:
        mirada.recuperado = punto.inicio + paso


def _abiertos(sesion: Session, ahora: datetime) -> dict[int, int]:
    """Lo que lleva cada monitor en la hora que corre."""
    orden = select(col(Conteo.monitor_id), col(Conteo.cuenta)).where(
        col(Conteo.paso_s) == HORA_S, col(Conteo.inicio) == inicio_de(ahora, HORA_S)
    )
    return {monitor: cuenta for monitor, cuenta in sesion.execute(orden)}


def _paso_de(sesion: Session, monitor_id: int, ahora: datetime) -> int:
    """Cada cuánto se mira. Con dos umbrales, para que uno que anda por ahí no cambie de paso cada rato."""
    semana = select(func.sum(col(Conteo.cuenta))).where(
        col(Conteo.monitor_id) == monitor_id,
        col(Conteo.paso_s) == HORA_S,
        col(Conteo.inicio) >= ahora - timedelta(days=7),
        col(Conteo.inicio) < inicio_de(ahora, HORA_S),
    )
    por_hora = (sesion.scalar(semana) or 0) / 168
    fino = sesion.get(Ritmo, (monitor_id, CINCO_MINUTOS_S))
    lo_estaba = fino is not None and ahora - fino.hasta < timedelta(days=2)
    return CINCO_MINUTOS_S if por_hora >= (TRANQUILO if lo_estaba else OCUPADO) else HORA_S


def _estado_de(ritmo: Ritmo | None, paso_s: int) -> Estado:
    """Lo que recordaba; de otra versión no se entiende, y se aprende otra vez."""
    if ritmo is None or ritmo.version != VERSION:
        return nuevo(paso_s)
    return de_bytes(ritmo.estado)


def _guardar_ritmo(sesion: Session, monitor_id: int, paso_s: int, ritmo: Ritmo | None, mirada: Mirada) -> bool:
    """False si otro lo cambió entre tanto."""
    estado = a_bytes(mirada.estado)
    if ritmo is None:
        if sesion.get(Ritmo, (monitor_id, paso_s)) is not None:
            return False
        sesion.add(Ritmo(monitor_id=monitor_id, paso_s=paso_s, version=VERSION, estado=estado, hasta=mirada.hasta))
        sesion.flush()
        return True
    suyo = (col(Ritmo.monitor_id) == monitor_id, col(Ritmo.paso_s) == paso_s, col(Ritmo.hasta) == ritmo.hasta)
    hecho = sesion.execute(
        update(Ritmo)
        .where(*suyo)
        .values(version=VERSION, estado=estado, hasta=mirada.hasta)
        .returning(col(Ritmo.monitor_id))
        .execution_options(synchronize_session=False)
    )
    return hecho.first() is not None


def _ya_esta(sesion: Session, monitor_id: int, paso_s: int, alza: Alza) -> bool:
    """Al volver a aprender el pasado de un monitor se vuelven a notar sus picos."""
    suyo = (col(Pico.monitor_id) == monitor_id, col(Pico.paso_s) == paso_s, col(Pico.desde) == alza.inicio)
    return sesion.scalars(select(col(Pico.id)).where(*suyo)).first() is not None


def _pico(monitor_id: int, paso_s: int, alza: Alza, ahora: datetime) -> Pico:
    visto_en = min(ahora, alza.fin)
    return Pico(
        monitor_id=monitor_id,
        paso_s=paso_s,
        desde=alza.inicio,
        visto_en=visto_en,
        valor=alza.valor,
        esperado=alza.lectura.esperado,
        puntaje=alza.lectura.puntaje,
        maximo=alza.valor,
        avisado_en=ahora if ahora - visto_en > NOTICIA else None,
    )


def _cerrar(sesion: Session, monitor_id: int, cuando: datetime) -> None:
    abiertos = (col(Pico.monitor_id) == monitor_id, text("hasta IS NULL"))
    hecho = update(Pico).where(*abiertos).values(hasta=cuando)
    sesion.execute(hecho.execution_options(synchronize_session=False))

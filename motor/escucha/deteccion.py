"""De los conteos a los picos: enseñar al detector lo que pasó, dejar que se asome a lo que pasa, y anotar las alzas.

Cada monitor se mira por hora o, si se habla mucho de él, cada cinco minutos. Lo que el detector recuerda (`Ritmo`) y
los picos que notó se guardan en la misma transacción: morir en medio repite la mirada, no el pico. Los monitores van
por tandas: con mil de ellos, una consulta por monitor y por mirada tardaba más que el intervalo.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import select
from sqlmodel import Session, col

from modelos import Monitor
from modelos.escucha import Pico
from motor.escucha.almacen.cobertura import Punto
from motor.escucha.almacen.contar import CINCO_MINUTOS_S, HORA_S, VIDA_DE_LO_FINO, inicio_de
from motor.escucha.almacen.decidir import Decidible, Redes
from motor.escucha.almacen.ritmos import (
    Aprendido,
    Avance,
    avances,
    contado,
    guardar_ritmos,
    olvidar,
    picos_desde,
    ritmos,
    sumado,
)
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.mirada import Alza, Mirada, Ojo, Sabido
from motor.escucha.monitores.guardados import redes_de
from motor.escucha.picos import VERSION, ErrorDePicos, Estado, a_bytes, de_bytes, nuevo

logger = logging.getLogger(__name__)

OCUPADO, TRANQUILO = 60.0, 20.0
"""Mensajes por hora, en la última semana: desde cuántos se mira cada cinco minutos, y con cuántos ya no."""
SEMANA_H = 168
NOTICIA = timedelta(hours=24)
"""Un alza más vieja que esto (se aprende del pasado, o el motor estuvo apagado) se anota y no se avisa."""
SE_APRENDE = {HORA_S: timedelta(days=400), CINCO_MINUTOS_S: VIDA_DE_LO_FINO}
"""Cuánto pasado se repasa al aprender: de lo anterior el detector ya no se acordaría, o ya no se guarda."""
TANDA = 50
"""Monitores por transacción: a lo más un segundo de cuentas entre dos miradas a si hay que parar."""
AUSENCIA = timedelta(minutes=5)
"""Si entre dos miradas la hora se mueve más que esto, o hacia atrás, es como arrancar: se espera a las fuentes."""
HORA_EQUIVOCADA = timedelta(minutes=10)
"""Un detector que va por delante de la hora más que esto aprendió con una hora que no era: aprende otra vez."""


@dataclass(frozen=True, slots=True)
class _Vigilado:
    id: int
    clave: str
    nombre: str
    desde: datetime
    redes: Redes
    falsas_al_mes: float


@dataclass(frozen=True, slots=True)
class _Pendiente:
    """Un monitor que hay que mirar. avance: por dónde va su detector; None si empieza. abierto: lo que lleva."""

    monitor: _Vigilado
    avance: Avance | None
    desde: datetime
    hasta: datetime
    abierto: Punto | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Momento:
    """Lo que se leyó de una vez para todos. ritmo: por (monitor, paso). abiertos: por paso y monitor."""

    ahora: datetime
    decidible: Decidible
    ritmo: Mapping[tuple[int, int], Avance]
    abiertos: Mapping[int, Mapping[int, int]]
    pasos: Mapping[int, int]


class Deteccion:
    """Recuerda qué vio la última vez, para no mirar a los monitores en que nada cambió."""

    def __init__(self, escucha: EntornoDeEscucha) -> None:
        self._escucha = escucha
        self._arrancado_en = self._ultima_en = escucha.reloj.ahora()
        self._vistos: dict[int, tuple[int, datetime, int]] = {}
        self._pasos_de: tuple[datetime, frozenset[int]] | None = None
        self._pasos: dict[int, int] = {}
        self._apartados: dict[int, datetime] = {}
        self._detenida = False

    def detener(self) -> None:
        """Que `detectar` acabe en la tanda en que va; lo que falte se mira al arrancar."""
        self._detenida = True

    def detectar(self) -> int:
        """Poner al día a todos los monitores; cuántos picos nuevos hay."""
        ahora = self._escucha.reloj.ahora()
        if not timedelta(0) <= ahora - self._ultima_en <= AUSENCIA:
            self._arrancado_en = ahora
        picos, monitores = 0, self._monitores()
        while monitores and not self._detenida:
            with self._escucha.base.leer() as sesion:
                momento = self._leer(sesion, monitores, ahora)
            grupos = self._por_mirar(monitores, momento)
            monitores = []
            for (paso_s, _, _), suyos in grupos.items():
                for tanda in _tandas(suyos):
                    if self._detenida:
                        break
                    nuevos, avanzados = self._mirar(tanda, paso_s, momento)
                    picos += nuevos
                    # De lo muy atrasado se aprende por partes: hasta que no falte ninguna.
                    monitores += [p.monitor for p in tanda if p.abierto is None and p.monitor.id in avanzados]
        self._ultima_en = self._escucha.reloj.ahora()
        return picos

    # ── A quiénes toca ──

    def _monitores(self) -> list[_Vigilado]:
        orden = select(
            col(Monitor.id),
            col(Monitor.clave),
            col(Monitor.nombre),
            col(Monitor.desde),
            col(Monitor.definicion),
            col(Monitor.falsas_alarmas),
        )
        with self._escucha.principal.base.leer() as sesion:
            filas = sesion.execute(orden.where(col(Monitor.activo)).order_by(col(Monitor.id))).all()
        reconocer, de_todos = self._escucha.principal.reconocer_red, self._escucha.reglas.escucha.falsas_alarmas
        return [
            _Vigilado(i, clave, nombre, desde, redes_de(d, reconocer), de_todos if suyas is None else suyas)
            for i, clave, nombre, desde, d, suyas in filas
        ]

    def _leer(self, sesion: Session, monitores: Sequence[_Vigilado], ahora: datetime) -> _Momento:
        ids = [m.id for m in monitores]
        ritmo = avances(sesion, ids)
        pasos = self._cada_cuanto(sesion, ids, ritmo, ahora)
        abiertos = {}
        for paso_s in (HORA_S, CINCO_MINUTOS_S):
            suyos, inicio = [i for i in ids if pasos[i] == paso_s], inicio_de(ahora, paso_s)
            fin = inicio + timedelta(seconds=paso_s)
            abiertos[paso_s] = sumado(sesion, suyos, paso_s, desde=inicio, hasta=fin) if suyos else {}
        desde = min(self._desde(m, pasos[m.id], ritmo.get((m.id, pasos[m.id])), ahora) for m in monitores)
        decidible = Decidible(sesion, desde=desde, ahora=ahora, arrancado_en=self._arrancado_en)
        return _Momento(ahora=ahora, decidible=decidible, ritmo=ritmo, abiertos=abiertos, pasos=pasos)

    def _cada_cuanto(
        self, sesion: Session, ids: Sequence[int], ritmo: Mapping[tuple[int, int], Avance], ahora: datetime
    ) -> dict[int, int]:
        """El paso de cada uno, decidido una vez por hora. Con dos umbrales: el que anda por ahí no cambia cada rato."""
        hora = inicio_de(ahora, HORA_S)
        if self._pasos_de is None or self._pasos_de[0] != hora or not self._pasos_de[1].issuperset(ids):
            hace_una_semana = hora - timedelta(hours=SEMANA_H)
            semana = sumado(sesion, ids, HORA_S, desde=hace_una_semana, hasta=hora)
            # Quien no lleva una semana contando calla: lo fino se fiaría de dos días.
            conocidos = sumado(sesion, ids, HORA_S, desde=hace_una_semana - timedelta(days=1), hasta=hace_una_semana)
            for i in ids:
                fino = ritmo.get((i, CINCO_MINUTOS_S))
                lo_estaba = fino is not None and ahora - fino.hasta < timedelta(days=2)
                bastante = TRANQUILO if lo_estaba else OCUPADO
                ocupado = i in conocidos and semana.get(i, 0) / SEMANA_H >= bastante
                self._pasos[i] = CINCO_MINUTOS_S if ocupado else HORA_S
            self._pasos_de = hora, frozenset(ids)
        return self._pasos

    def _desde(self, monitor: _Vigilado, paso_s: int, avance: Avance | None, ahora: datetime) -> datetime:
        """Desde dónde falta aprender."""
        lo_mas = inicio_de(ahora - SE_APRENDE[paso_s], paso_s)
        return max(avance.hasta if _sirve(avance, ahora) and avance is not None else monitor.desde, lo_mas)

    def _por_mirar(
        self, monitores: Iterable[_Vigilado], momento: _Momento
    ) -> dict[tuple[int, Redes, datetime], list[_Pendiente]]:
        """Los que tienen algo que decidir o en que asomarse; juntos los que van por lo mismo."""
        grupos: dict[tuple[int, Redes, datetime], list[_Pendiente]] = {}
        for m in monitores:
            if self._apartados.get(m.id) == inicio_de(momento.ahora, CINCO_MINUTOS_S):
                continue
            paso_s = momento.pasos[m.id]
            avance = momento.ritmo.get((m.id, paso_s))
            desde = self._desde(m, paso_s, avance, momento.ahora)
            hasta = momento.decidible.hasta(m.redes, paso_s, desde)
            abierto = self._abierto(m.id, paso_s, hasta, momento)
            visto = (paso_s, *((abierto.inicio, abierto.cuenta or 0) if abierto is not None else (hasta, 0)))
            if hasta > desde or (abierto is not None and abierto.cuenta and self._vistos.get(m.id) != visto):
                grupos.setdefault((paso_s, m.redes, desde), []).append(_Pendiente(m, avance, desde, hasta, abierto))
                self._vistos[m.id] = visto
        return grupos

    @staticmethod
    def _abierto(monitor_id: int, paso_s: int, hasta: datetime, momento: _Momento) -> Punto | None:
        """El intervalo que corre, si se llegó a él: el anterior puede estar esperando a una fuente, y nada más."""
        inicio = inicio_de(momento.ahora, paso_s)
        if not timedelta(0) <= inicio - hasta <= timedelta(seconds=paso_s):
            return None
        return Punto(inicio, momento.abiertos[paso_s].get(monitor_id), parcial=True)

    # ── Mirar una tanda ──

    def _mirar(self, tanda: Sequence[_Pendiente], paso_s: int, momento: _Momento) -> tuple[int, set[int]]:
        """Los picos nuevos, y los monitores que avanzaron. Los de una tanda van todos por el mismo intervalo."""
        ids, desde, hasta = [p.monitor.id for p in tanda], tanda[0].desde, tanda[0].hasta
        with self._escucha.base.leer() as sesion:
            estados = ritmos(sesion, ids, paso_s)
            cuentas = contado(sesion, ids, paso_s, desde=desde, hasta=hasta) if hasta > desde else {}
            anotados = picos_desde(sesion, ids, desde)
        aprendido, miradas, rotos = [], {}, []
        for p in tanda:
            suyo = estados.get(p.monitor.id)
            if (suyo[0] if suyo is not None else None) != p.avance:
                continue  # otro proceso lo movió entretanto
            puntos = momento.decidible.puntos(p.monitor.redes, paso_s, desde, cuentas.get(p.monitor.id, {}))
            mirada = self._mirar_uno(p, paso_s, suyo[1] if suyo is not None else b"", puntos, anotados, momento.ahora)
            if mirada is None:
                rotos.append(p.monitor.id)
            elif puntos or mirada.alzas:
                miradas[p.monitor.id] = mirada
                aprendido.append(
                    Aprendido(
                        monitor_id=p.monitor.id,
                        antes=p.avance.hasta if p.avance is not None else None,
                        desde=desde,
                        hasta=mirada.hasta,
                        version=VERSION,
                        estado=a_bytes(mirada.estado),
                    )
                )
        if not aprendido and not rotos:
            return 0, set()
        return self._anotar(tanda, paso_s, aprendido, miradas=miradas, rotos=rotos, ahora=momento.ahora)

    def _mirar_uno(
        self,
        pendiente: _Pendiente,
        paso_s: int,
        guardado: bytes,
        puntos: Sequence[Punto],
        anotados: Mapping[int, Sequence[Pico]],
        ahora: datetime,
    ) -> Mirada | None:
        """None si lo que recuerda no sirve: se olvida, y la vez siguiente aprende otra vez de sus conteos."""
        monitor = pendiente.monitor
        ojo = Ojo(paso_s=paso_s, zona=self._escucha.reglas.zona, falsas_al_mes=monitor.falsas_al_mes)
        sabidos = [
            Sabido(p.desde, p.paso_s, p.puntaje) for p in anotados.get(monitor.id, ()) if p.desde >= pendiente.desde
        ]
        try:
            estado = _estado(guardado, pendiente.avance, paso_s, ahora)
            return ojo.mirar(Mirada(estado, pendiente.desde), puntos, pendiente.abierto, sabidos=sabidos)
        except Exception as error:  # uno que no se deja mirar no debe tapar a los demás
            logger.warning(
                "«%s» vuelve a aprender su ritmo: %s",
                monitor.nombre,
                error,
                exc_info=None if isinstance(error, ErrorDePicos) else error,
                extra={"accion": "ritmo_olvidado", "monitor": monitor.clave},
            )
            self._apartados[monitor.id] = inicio_de(ahora, CINCO_MINUTOS_S)
            return None

    def _anotar(
        self,
        tanda: Sequence[_Pendiente],
        paso_s: int,
        aprendido: Sequence[Aprendido],
        *,
        miradas: Mapping[int, Mirada],
        rotos: Sequence[int],
        ahora: datetime,
    ) -> tuple[int, set[int]]:
        nombres = {p.monitor.id: p.monitor for p in tanda}
        nuevos: list[Pico] = []
        with self._escucha.base.escribir() as sesion:
            if rotos:
                olvidar(sesion, rotos, paso_s)
            guardados = guardar_ritmos(sesion, paso_s, aprendido)
            anotados = picos_desde(sesion, guardados, tanda[0].desde) if guardados else {}
            for monitor_id in sorted(guardados):
                suyos, mirada = anotados.get(monitor_id, []), miradas[monitor_id]
                _seguir(suyos, mirada, paso_s)
                ya = {(p.paso_s, p.desde) for p in suyos}
                nuevos += [_pico(monitor_id, paso_s, a, ahora) for a in mirada.alzas if (paso_s, a.inicio) not in ya]
            sesion.add_all(nuevos)
        for pico in nuevos:
            monitor = nombres[pico.monitor_id]
            logger.info(
                "Sube «%s»: %d donde lo normal son %.1f.",
                monitor.nombre,
                pico.valor,
                pico.esperado,
                extra={"accion": "pico", "monitor": monitor.clave, "puntaje": round(pico.puntaje, 2)},
            )
        return len(nuevos), guardados


def _tandas(suyos: Iterable[_Pendiente]) -> Iterable[list[_Pendiente]]:
    todos = iter(suyos)
    while tanda := list(islice(todos, TANDA)):
        yield tanda


def _sirve(avance: Avance | None, ahora: datetime) -> bool:
    """De otra versión no se entiende; el que va por delante de la hora aprendió con una que no era."""
    return avance is not None and avance.version == VERSION and avance.hasta - ahora < HORA_EQUIVOCADA


def _estado(guardado: bytes, avance: Avance | None, paso_s: int, ahora: datetime) -> Estado:
    return de_bytes(guardado) if _sirve(avance, ahora) else nuevo(paso_s)


def _seguir(anotados: Iterable[Pico], mirada: Mirada, paso_s: int) -> None:
    """Los que seguían: si ya acabaron, y lo más que llegaron a ser."""
    for pico in anotados:
        if pico.hasta is None:
            pico.hasta = next((v for v in mirada.vueltas if v > pico.desde), None)
            if pico.paso_s == paso_s:
                pico.maximo = max(pico.maximo, mirada.maximo)


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
        maximo=alza.maximo,
        hasta=alza.hasta,
        avisado_en=ahora if ahora - visto_en > NOTICIA else None,
    )

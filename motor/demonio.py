"""El demonio: cablea el metrónomo con las salas y las detiene con orden. No decide nada.

APScheduler sólo marca el compás (almacén en memoria, UTC): unos ticks y un despertador en el próximo instante debido.
Lo que toca hacer es siempre una consulta; un tick perdido o repetido no cambia nada.
"""

import contextlib
import logging
import random
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import exc, text, update
from sqlmodel import col

from conectores.secretos import redactar
from modelos import Entrega, Estado
from modelos.consultas import perfiles, proximo_instante
from motor.avisos.correo import Cartero
from motor.entorno import Entorno
from motor.entrada.recorrido import Recorrido
from motor.guardia import Guardia
from motor.publicacion.barrido import barrer, devolver, vencer
from motor.publicacion.conciliacion import apartar_dudas, conciliar
from motor.publicacion.despacho import Despacho
from motor.publicacion.reclamo import Reclamo, reclamar
from motor.saltos import Saltos
from motor.salud import Salud
from motor.vigilancia import vigilar

logger = logging.getLogger(__name__)

TICK_S = 1.0
HILOS_DE_MIRADA = 4
HILOS_DE_TAREAS = 16
"""Más que tareas: una que tarda no retrasa el compás de las demás."""
CEDER_S = 0.0005
"""Cada cuánto cede el intérprete entre hilos. Con los 5 ms de Python, publicar a su hora esperaba detrás de cada hilo
que entiende lo que se oye: 144 ms lo más tarde, y 35 así, casi lo mismo que sin oír nada (`bench.escucha`).
"""
BASE_CAIDA = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)
PLAZO_DE_CIERRE_S = 8.0
"""Lo que se espera a lo que está saliendo; lo que no acabe quedará EN_DUDA y se comprobará al arrancar."""


class Demonio:
    """Un proceso que publica. `correr` vuelve cuando otro hilo llama a `parar`."""

    def __init__(
        self,
        entorno: Entorno,
        cartero: Cartero,
        recorrido: Recorrido,
        *,
        recorrido_s: float,
        solos: bool,
        guardia: Guardia | None = None,
        cierre_s: float = PLAZO_DE_CIERRE_S,
    ) -> None:
        self._entorno = entorno
        self._cartero = cartero
        self._recorrido = recorrido
        self._recorrido_s = recorrido_s
        self._solos = solos
        self._guardia = guardia
        self._cierre_s = cierre_s
        self._despacho = Despacho(entorno, random.Random(), Salud())  # noqa: S311 # azar para repartir esperas
        self._saltos = Saltos()
        self._toca = threading.Event()
        self._fin = threading.Event()
        # El doble que puestos: la mitad puede estar escribiendo cómo acabó lo suyo.
        self._manos = ThreadPoolExecutor(2 * entorno.reglas.hilos, "envio")
        self._ojos = ThreadPoolExecutor(HILOS_DE_MIRADA, "mirada")
        self._en_manos: dict[Future[Estado | None], Reclamo] = {}
        self._mirando: set[Future[Estado | None]] = set()
        self._candado = threading.Lock()
        self._barrido_s = float("-inf")
        self._base_caida = False

    def correr(self) -> None:
        """Trabajar hasta que se pida parar; al salir no queda nada a medias en este proceso."""
        sys.setswitchinterval(CEDER_S)
        recogidas = barrer(self._entorno, solos=self._solos)
        calentar(self._entorno)
        metronomo = self._metronomo()
        logger.info(
            "Pregonero trabaja; recogió %d entregas de la vez anterior.",
            recogidas,
            extra={"accion": "demonio_arranca", "recogidas": recogidas},
        )
        while not self._fin.is_set():
            # Con plazo: si la hora retrocede, el metrónomo dormiría hasta alcanzar la que tenía.
            self._toca.wait(2 * TICK_S)
            self._toca.clear()
            self._vuelta(metronomo)
        metronomo.shutdown(wait=False)
        if self._guardia is not None:
            self._guardia.cerrar()
        self._cerrar()
        logger.info("Pregonero se detuvo con orden.", extra={"accion": "demonio_para"})

    def parar(self) -> None:
        """Pedir el fin: lo que está saliendo acaba de salir, y no empieza nada nuevo. Seguro desde una señal."""
        self._fin.set()
        self._toca.set()

    # ── el compás ──

    def _metronomo(self) -> BackgroundScheduler:
        # Los valores por omisión de APScheduler descartan en silencio lo que llega un segundo tarde.
        metronomo = BackgroundScheduler(
            executors={"default": {"type": "threadpool", "max_workers": HILOS_DE_TAREAS}},
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        metronomo.add_job(self._toca.set, "interval", seconds=TICK_S, id="tick")
        tareas: dict[str, tuple[Callable[[], object], float]] = {
            "recorrido": (self._recorrido.recorrer, self._recorrido_s),
            "correo": (self._cartero.repartir, 2.0),
            "vigilancia": (lambda: vigilar(self._entorno), 60.0),
            "arriendos": (self._renovar, self._entorno.reglas.arriendo.total_seconds() / 4),
        }
        tareas |= self._guardia.tareas() if self._guardia is not None else {}
        for nombre, (tarea, cada_s) in tareas.items():
            metronomo.add_job(
                _protegida, "interval", args=(nombre, tarea), seconds=cada_s, id=nombre, next_run_time=datetime.now(UTC)
            )
        metronomo.start()
        self._toca.set()
        return metronomo

    def _vuelta(self, metronomo: BackgroundScheduler) -> None:
        try:
            if self._hora_dudosa(metronomo):
                return
            if time.monotonic() - self._barrido_s >= TICK_S:
                self._barrido_s = time.monotonic()
                barrer(self._entorno)
                vencer(self._entorno)
                self._mirar()
            ahora = self._entorno.reloj.ahora()
            if self._publicar(ahora):
                return  # en cuanto acabe alguna se mira si hay más
            with self._entorno.base.leer() as sesion:
                proximo = proximo_instante(sesion, ahora)  # el mismo «ahora»: nada cae entre las dos consultas
        except BASE_CAIDA as error:  # se sigue en el próximo tick
            self._anotar_base_caida(error)
            return
        except Exception as error:  # nada debe detener al demonio
            logger.error("Fallo inesperado.", exc_info=error, extra={"accion": "fallo_inesperado"})
            return
        if self._base_caida:
            self._base_caida = False
            logger.info("La base de datos volvió.", extra={"accion": "base_vuelve"})
        if proximo is not None and not self._fin.is_set():
            metronomo.add_job(self._toca.set, "date", run_date=proximo, id="despertador", replace_existing=True)

    def _anotar_base_caida(self, error: Exception) -> None:
        if not self._base_caida:
            self._base_caida = True
            logger.error(
                "La base de datos no contesta; se reintenta cada segundo. %s",
                redactar(f"{type(error).__name__}: {error}").splitlines()[0],
                extra={"accion": "base_caida"},
            )

    def _hora_dudosa(self, metronomo: BackgroundScheduler) -> bool:
        reloj = self._entorno.reloj
        arranque_s = reloj.desde_el_arranque()
        salto = self._saltos.medir(reloj.ahora(), arranque_s)
        if salto is not None:
            logger.warning(
                "La hora del servidor saltó %s; no se publica nada durante un minuto. Revise su sincronización.",
                salto,
                extra={"accion": "reloj_salta", "salto_s": salto.total_seconds()},
            )
            for tarea in metronomo.get_jobs():
                with contextlib.suppress(JobLookupError):  # el despertador pudo sonar entre tanto
                    tarea.modify(next_run_time=datetime.now(UTC))
        return self._saltos.conviene_esperar(arranque_s)

    # ── el trabajo ──

    def _publicar(self, ahora: datetime) -> bool:
        """Reclamar lo que toca y repartirlo entre los hilos; False si no había nada o no caben más."""
        reglas = self._entorno.reglas
        with self._candado:
            libres = 3 * reglas.hilos - len(self._en_manos)
        # Por tandas, cuando ya cabe media: reclamar de una en una cuesta una transacción cada una.
        if libres < reglas.hilos:
            return True
        tanda = reclamar(
            self._entorno.base,
            ahora=ahora,
            reglas=reglas,
            trabajador=self._entorno.trabajador,
            limite=libres,
        )
        for encargo in self._despacho.leer(tanda) if tanda else []:
            futuro = self._manos.submit(self._despacho.llevar, encargo)
            with self._candado:
                self._en_manos[futuro] = encargo.trabajo.reclamo
            futuro.add_done_callback(self._soltar)
        return bool(tanda)

    def _mirar(self) -> None:
        with self._candado:
            libres = 2 * HILOS_DE_MIRADA - len(self._mirando)
        for duda in apartar_dudas(self._entorno, limite=libres) if libres > 0 else []:
            futuro = self._ojos.submit(conciliar, self._entorno, duda)
            with self._candado:
                self._mirando.add(futuro)
            futuro.add_done_callback(self._soltar)

    def _soltar(self, futuro: "Future[Estado | None]") -> None:
        with self._candado:
            self._en_manos.pop(futuro, None)
            self._mirando.discard(futuro)
        if not futuro.cancelled() and (error := futuro.exception()) is not None:
            # La entrega sigue reclamada, enviando o en duda: el barrido la recogerá cuando venza su arriendo.
            logger.error("Fallo inesperado al publicar.", exc_info=error, extra={"accion": "fallo_inesperado"})
        self._toca.set()

    def _renovar(self) -> None:
        """Alargar el arriendo de lo que este proceso todavía prepara: subir un video puede tardar más que él."""
        with self._candado:
            ids = [r.entrega_id for r in self._en_manos.values()]
        if not ids:
            return
        with self._entorno.base.escribir() as sesion:
            sesion.execute(
                update(Entrega)
                .where(
                    col(Entrega.id).in_(ids),
                    text("estado = 'reclamada'"),
                    col(Entrega.trabajador) == self._entorno.trabajador,
                )
                .values(arriendo_hasta=self._entorno.reloj.ahora() + self._entorno.reglas.arriendo)
                .execution_options(synchronize_session=False)
            )

    def _cerrar(self) -> None:
        """Acabar lo que está saliendo y devolver lo que no había empezado."""
        self._despacho.cerrar()
        with self._candado:
            pendientes = dict(self._en_manos)
        self._ojos.shutdown(wait=False, cancel_futures=True)
        self._manos.shutdown(wait=False, cancel_futures=True)
        try:
            devolver(self._entorno, [r for f, r in pendientes.items() if f.cancelled()])
        except BASE_CAIDA:
            logger.warning("La base no contesta: lo que no empezó se retomará cuando venza su arriendo.")
        _, sin_acabar = wait([f for f in pendientes if not f.cancelled()], timeout=self._cierre_s)
        if sin_acabar:
            logger.warning(
                "%d publicaciones no acabaron a tiempo; al arrancar se comprobará si salieron.",
                len(sin_acabar),
                extra={"accion": "cierre_con_prisa"},
            )


def calentar(entorno: Entorno) -> None:
    """Abrir los conectores antes de que llegue la hora: importar una biblioteca de cliente tarda más que publicar."""
    with entorno.base.leer() as sesion:
        todos = perfiles(sesion)
    for perfil in todos:
        try:
            entorno.abrir(perfil)
        except Exception as error:  # un perfil mal configurado no debe detener a los demás
            logger.error(
                "El perfil %s no se puede abrir: %s",
                perfil.nombre,
                redactar(f"{type(error).__name__}: {error}"),
                extra={"accion": "perfil_ilegible", "perfil": perfil.nombre},
            )


def _protegida(nombre: str, tarea: Callable[[], object]) -> None:
    """Una tarea del metrónomo que falla se anota y se repite en su próximo compás."""
    try:
        tarea()
    except BASE_CAIDA:
        return  # ya lo dice la vuelta, y una sola vez
    except Exception as error:  # nada debe parar el metrónomo
        logger.error("Falló la tarea «%s».", nombre, exc_info=error, extra={"accion": "tarea_falla", "tarea": nombre})

"""El recolector: reparte las fuentes a las que les toca entre unos hilos, cada red (o servidor) con los suyos.

Una red caída o lenta ocupa sólo sus hilos, así que nunca retrasa a otra. `recolectar` no espera: quien marca el compás
lo llama cada pocos segundos. Lo que toca es siempre una consulta, y reclamar una fuente es un UPDATE con guarda: varios
procesos se reparten la misma base sin preguntar dos veces.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta

from modelos.escucha import Fuente
from motor.escucha.entendido import Entender
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.recoleccion.fuentes import sincronizar_fuentes
from motor.escucha.recoleccion.purga import purgar_lo_vencido
from motor.escucha.recoleccion.reparto import Pendiente, pendientes, reclamar
from motor.escucha.recoleccion.ronda import atender
from motor.escucha.recoleccion.turno import Resultado

logger = logging.getLogger(__name__)

AL_DIA_CADA = timedelta(minutes=1)
PURGAR_CADA = timedelta(minutes=15)
PLAZO_DE_CIERRE_S = 8.0
_PURGA = "(purga)"

Hecho = Resultado | Exception


class Recolector:
    """entender_de: da el `Entender` del momento, porque los monitores cambian. al_acabar: se llama tras cada turno."""

    def __init__(
        self,
        escucha: EntornoDeEscucha,
        entender_de: Callable[[], Entender],
        *,
        azar: random.Random | None = None,
        al_acabar: Callable[[Fuente, Hecho], None] | None = None,
    ) -> None:
        self._escucha = escucha
        self._entender_de = entender_de
        self._azar = azar or random.Random()  # noqa: S311 # azar para repartir esperas
        self._al_acabar = al_acabar
        self._por_red = max(1, escucha.reglas.escucha.hilos // 3)
        self._hilos: dict[str, ThreadPoolExecutor] = {}
        self._en_curso: dict[str, set[Future[Hecho | None]]] = {}
        self._atendidas: set[int] = set()
        self._candado = threading.Lock()
        self._fin = threading.Event()
        self._al_dia_s = self._purgado_s = float("-inf")
        self._faltas: tuple[str, ...] = ()

    def recolectar(self) -> int:
        """Empezar lo que toca y quepa; cuántas fuentes se empezaron. Vuelve enseguida. Lanza si la base no contesta."""
        if self._fin.is_set() or not self._escucha.reglas.escucha.activa:
            return 0
        self._poner_al_dia()
        self._purgar()
        grupos: dict[str, list[Pendiente]] = {}
        for pendiente in pendientes(self._escucha):
            grupos.setdefault(pendiente.grupo, []).append(pendiente)
        return sum(self._empezar(grupo, tocan) for grupo, tocan in grupos.items())

    def preguntar(self, fuentes: Iterable[Fuente]) -> None:
        """Atender a estas fuentes, les toque o no, y esperar a que acaben. La que otro esté atendiendo se salta."""
        for fuente in fuentes:
            pendiente = Pendiente(fuente.id, fuente.red, fuente.direccion, fuente.proxima_en)
            reclamada = reclamar(self._escucha, pendiente)
            if reclamada is not None:
                self._lanzar(pendiente.grupo, reclamada)
        self.esperar()

    def esperar(self, plazo_s: float | None = None) -> bool:
        """Esperar a que acabe lo empezado; False si no acabó a tiempo."""
        with self._candado:
            todas = {f for suyas in self._en_curso.values() for f in suyas}
        if wait(todas, timeout=plazo_s).not_done:
            return False
        while True:  # un futuro se da por acabado un instante antes de que se suelte su fuente
            with self._candado:
                if not any(todas & suyas for suyas in self._en_curso.values()):
                    return True
            time.sleep(0.001)

    def cerrar(self, plazo_s: float = PLAZO_DE_CIERRE_S) -> None:
        """No empezar nada más y acabar lo que está a medias: cada fuente acaba su petición, la guarda y para."""
        self._fin.set()
        with self._candado:
            hilos = list(self._hilos.values())
        for suyos in hilos:
            suyos.shutdown(wait=False, cancel_futures=True)
        if not self.esperar(plazo_s):
            logger.warning("Quedaron redes sin contestar al cerrar; se les preguntará otra vez al arrancar.")

    def _poner_al_dia(self) -> None:
        ahora_s = self._escucha.reloj.desde_el_arranque()
        if ahora_s - self._al_dia_s < AL_DIA_CADA.total_seconds():
            return
        faltas = sincronizar_fuentes(self._escucha, despertar=self._al_dia_s == float("-inf")).faltas
        self._al_dia_s = ahora_s
        if faltas and faltas != self._faltas:
            logger.error("fuentes.toml: %s", " ".join(faltas), extra={"accion": "fuentes_mal_escritas"})
        self._faltas = faltas

    def _purgar(self) -> None:
        """Aparte, para no hacer esperar al compás: puede haber mucho que vaciar."""
        ahora_s = self._escucha.reloj.desde_el_arranque()
        if ahora_s - self._purgado_s < PURGAR_CADA.total_seconds():
            return
        self._purgado_s = ahora_s
        self._someter(_PURGA, self._purgar_ya)

    def _purgar_ya(self) -> None:
        purgar_lo_vencido(self._escucha)

    def _empezar(self, grupo: str, tocan: list[Pendiente]) -> int:
        with self._candado:
            libres = self._por_red - len(self._en_curso.setdefault(grupo, set()))
        empezadas = 0
        for pendiente in tocan:
            if empezadas >= libres:
                break
            if pendiente.id in self._atendidas:  # tarda más que su arriendo: que acabe
                continue
            fuente = reclamar(self._escucha, pendiente)
            if fuente is not None:
                self._lanzar(grupo, fuente)
                empezadas += 1
        return empezadas

    def _lanzar(self, grupo: str, fuente: Fuente) -> None:
        with self._candado:
            self._atendidas.add(fuente.id)
        self._someter(grupo, lambda: self._atender(fuente))

    def _someter(self, grupo: str, tarea: Callable[[], Hecho | None]) -> None:
        with self._candado:
            if grupo not in self._hilos:
                self._hilos[grupo] = ThreadPoolExecutor(self._por_red, f"oir-{grupo}")
            futuro = self._hilos[grupo].submit(tarea)
            self._en_curso.setdefault(grupo, set()).add(futuro)
        futuro.add_done_callback(lambda f: self._soltar(grupo, f))

    def _atender(self, fuente: Fuente) -> Hecho | None:
        try:
            if self._fin.is_set():
                return None
            hecho = atender(
                self._escucha,
                fuente,
                entender=self._entender_de(),
                azar=self._azar,
                seguir=lambda: not self._fin.is_set(),
            )
        finally:
            with self._candado:
                self._atendidas.discard(fuente.id)
        if self._al_acabar is not None:
            self._al_acabar(fuente, hecho)
        return hecho

    def _soltar(self, grupo: str, futuro: "Future[Hecho | None]") -> None:
        with self._candado:
            self._en_curso[grupo].discard(futuro)
        if not futuro.cancelled() and (error := futuro.exception()) is not None:
            # La fuente sigue reclamada: le volverá a tocar cuando venza su arriendo.
            logger.error("Fallo inesperado al escuchar.", exc_info=error, extra={"accion": "fallo_inesperado"})

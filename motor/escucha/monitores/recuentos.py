"""Contar el pasado de un monitor mientras quien lo pidió hace otra cosa: de uno en uno, y diciendo por dónde va."""

import logging
import threading
from dataclasses import dataclass

from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.lugares.archivos import ArchivoDeLugaresInvalido
from motor.escucha.monitores.recuento import recontar

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marcha:
    """Por dónde va: van mensajes, de cuántos (0: aún no se sabe). espera: otro va antes. falla: por qué se detuvo."""

    van: int = 0
    de: int = 0
    espera: bool = False
    acabo: bool = False
    falla: str = ""

    @property
    def sigue(self) -> bool:
        return not self.acabo and not self.falla


class Recuentos:
    """Los de este proceso. Si se detiene a la mitad no se pierde nada: sigue pendiente y basta pedirlo otra vez."""

    def __init__(self, escucha: EntornoDeEscucha) -> None:
        self._escucha = escucha
        self._turno = threading.Lock()
        self._marchas: dict[int, Marcha] = {}
        self._hilos: dict[int, threading.Thread] = {}

    def marcha(self, monitor_id: int) -> Marcha | None:
        """None si en este proceso nadie lo ha pedido."""
        return self._marchas.get(monitor_id)

    def empezar(self, monitor_id: int) -> bool:
        """False si ya iba."""
        anterior = self._marchas.get(monitor_id)
        if anterior is not None and anterior.sigue:
            return False
        self._marchas[monitor_id] = Marcha(espera=True)
        hilo = threading.Thread(target=self._contar, args=(monitor_id,), name="recuento", daemon=True)
        self._hilos[monitor_id] = hilo
        hilo.start()
        return True

    def esperar(self, monitor_id: int, *, plazo_s: float = 60.0) -> None:
        """Hasta que acabe, o se acabe el plazo."""
        if (hilo := self._hilos.get(monitor_id)) is not None:
            hilo.join(plazo_s)

    def _contar(self, monitor_id: int) -> None:
        def avance(van: int, de: int) -> None:
            self._marchas[monitor_id] = Marcha(van=van, de=de)

        try:
            with self._turno:
                recontar(self._escucha, [monitor_id], avance=avance)
            self._marchas[monitor_id] = Marcha(acabo=True)
        except ArchivoDeLugaresInvalido as error:
            self._marchas[monitor_id] = Marcha(falla=f"Los lugares no se pudieron leer. {error.faltas[0]}")
        except Exception:  # el hilo no tiene a quién lanzárselo: se dice en la página y en la bitácora
            logger.exception("No se pudo contar el pasado de un monitor.", extra={"accion": "recuento_falla"})
            self._marchas[monitor_id] = Marcha(falla="No se pudo terminar. Lo hecho vale: pídalo otra vez.")

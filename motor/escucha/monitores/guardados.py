"""Los monitores de la base: cuáles se vigilan, y con qué versión."""

import logging
from collections.abc import Callable, Mapping

from sqlmodel import Session, col, select

from modelos.monitor import Monitor
from motor.escucha.monitores.definicion import Definicion, DefinicionInvalida
from motor.escucha.monitores.lectura import definir

logger = logging.getLogger(__name__)

Version = tuple[tuple[int, int], ...]


def version_de_los_monitores(sesion: Session) -> Version:
    """Cambia cuando cambia lo que se vigila: (id, versión) de cada monitor activo. Una consulta corta."""
    orden = select(Monitor.id, Monitor.version).where(col(Monitor.activo)).order_by(col(Monitor.id))
    return tuple((monitor, version) for monitor, version in sesion.exec(orden))


def definicion_de(monitor: Monitor, reconocer_red: Callable[[str], str | None] | None = None) -> Definicion:
    """Lanza DefinicionInvalida si lo guardado ya no se entiende (lo escribió otra versión, o una mano)."""
    return definir(monitor.clave, {**monitor.definicion, "nombre": monitor.nombre}, reconocer_red=reconocer_red)


def redes_de(definicion: Mapping[str, object], reconocer_red: Callable[[str], str | None]) -> frozenset[str]:
    """Las que mira un monitor, como se llaman en la base («Facebook» se escribe así en el archivo); vacío, todas."""
    escritas = definicion.get("redes")
    return frozenset(reconocer_red(r) or r for r in escritas) if isinstance(escritas, list) else frozenset()


def definiciones_activas(
    sesion: Session, reconocer_red: Callable[[str], str | None] | None = None
) -> dict[int, Definicion]:
    """Las que se vigilan. Una que no se entiende se dice en la bitácora y no estorba a las demás."""
    definiciones = {}
    for monitor in sesion.exec(select(Monitor).where(col(Monitor.activo)).order_by(col(Monitor.id))):
        try:
            definiciones[monitor.id] = definicion_de(monitor, reconocer_red)
        except DefinicionInvalida as error:
            logger.error("No se vigila. %s", error, extra={"accion": "monitor_invalido", "monitor": monitor.clave})
    return definiciones

"""`horarios.toml`, de la carpeta de la oficina: se lee otra vez en cuanto cambia, sin reiniciar nada."""

import logging
import threading
from collections.abc import Callable, Collection
from pathlib import Path

from motor.horarios.reglas import ReglasDeHorarios
from motor.horarios.reglas_escritas import HorariosMalEscritos, desconocidos, leer_horarios

logger = logging.getLogger(__name__)

ARCHIVO = "horarios.toml"


class ArchivoDeHorarios:
    """Las reglas como están escritas ahora mismo. Si se escriben mal, se sigue con las de antes y se dice una vez.

    Sin archivo, las de omisión. perfiles: los nombres que hay, para avisar de una sección que no es de ninguno.
    """

    def __init__(self, ruta: Path, *, perfiles: Callable[[], Collection[str]] = tuple) -> None:
        self._ruta = ruta
        self._perfiles = perfiles
        self._reglas = ReglasDeHorarios()
        self._leido: tuple[int, int] | None = None
        self._candado = threading.Lock()  # publican varios hilos

    def __call__(self) -> ReglasDeHorarios:
        with self._candado:
            marca = _marca(self._ruta)
            if marca != self._leido:
                self._leido = marca
                self._reglas = self._releer() if marca is not None else ReglasDeHorarios()
            return self._reglas

    def _releer(self) -> ReglasDeHorarios:
        try:
            reglas = leer_archivo(self._ruta)
        except HorariosMalEscritos as error:
            logger.error("%s Se sigue con lo de antes.", error, extra={"accion": "horarios_mal_escritos"})
            return self._reglas
        if reglas.perfiles:
            for falta in desconocidos(reglas, self._perfiles()):
                logger.warning("%s: %s", ARCHIVO, falta, extra={"accion": "horarios_de_nadie"})
        return reglas


def leer_archivo(ruta: Path) -> ReglasDeHorarios:
    """Lanza HorariosMalEscritos si algo no se entiende."""
    try:
        escrito = ruta.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise HorariosMalEscritos(
            f"{ruta.name} no está guardado en UTF-8; vuelva a guardarlo eligiendo esa codificación."
        ) from None
    except OSError as error:
        raise HorariosMalEscritos(f"No se puede leer {ruta.name}: {error.strerror}.") from None
    return leer_horarios(escrito)


def _marca(ruta: Path) -> tuple[int, int] | None:
    """Cambia cuando cambia el archivo; None si no hay."""
    try:
        visto = ruta.stat()
    except OSError:
        return None
    return visto.st_mtime_ns, visto.st_size

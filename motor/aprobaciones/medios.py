"""Los archivos que se enseñarán, mirados en el disco: su sha256 de ahora, no el que dice la base."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

from modelos import Medio
from motor.aprobaciones.contenido import MedioVisto

_VISTOS_MAXIMOS = 1024
_vistos: OrderedDict[tuple[str, int, int, int, int], str] = OrderedDict()
_candado = threading.Lock()


def vistos(medios: Iterable[tuple[Medio, str]], acervo: Path) -> list[MedioVisto]:
    """Los medios de una publicación, en orden, con su texto alternativo."""
    return [MedioVisto(sha256_de(acervo / medio.ruta), alternativo) for medio, alternativo in medios]


def sha256_de(ruta: Path) -> str:
    """El de ese archivo; se recuerda mientras no cambie. «falta» si no se puede leer: no coincidirá con ninguno."""
    try:
        estado = ruta.stat()
        clave = (str(ruta), estado.st_ino, estado.st_size, estado.st_mtime_ns, estado.st_ctime_ns)
        with _candado:
            if clave in _vistos:
                _vistos.move_to_end(clave)
                return _vistos[clave]
        with ruta.open("rb") as archivo:
            suma = hashlib.file_digest(archivo, "sha256").hexdigest()
    except OSError:
        return "falta"
    with _candado:
        _vistos[clave] = suma
        while len(_vistos) > _VISTOS_MAXIMOS:
            _vistos.popitem(last=False)
    return suma

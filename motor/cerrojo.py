"""Un solo demonio por base embebida: en SQLite, el segundo se niega a arrancar."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from modelos import Base


class OtroDemonio(RuntimeError):
    """Ya hay otro demonio con esta base."""


@contextlib.contextmanager
def exclusivo(base: Base) -> Iterator[bool]:
    """True si este proceso es el único posible (SQLite); False en PostgreSQL, donde caben varios.

    Lanza OtroDemonio. El cerrojo lo suelta el sistema aunque el proceso muera.
    """
    if not base.es_sqlite or not base.url.database or base.url.database == ":memory:":
        yield base.es_sqlite
        return
    ruta = Path(f"{Path(base.url.database).resolve()}.demonio")
    with ruta.open("a+", encoding="utf-8") as archivo:
        try:
            fcntl.flock(archivo, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            archivo.seek(0)
            raise OtroDemonio(
                f"Ya hay un Pregonero trabajando con esta base (proceso {archivo.read().strip() or 'desconocido'}). "
                "Deténgalo antes, o use PostgreSQL si quiere varios."
            ) from error
        archivo.seek(0)
        archivo.truncate()
        archivo.write(str(os.getpid()))
        archivo.flush()
        yield True

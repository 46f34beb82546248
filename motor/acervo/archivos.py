"""Escribir un archivo entero o nada, aunque se vaya la luz a la mitad."""

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO


def escribir_entero(destino: Path, escritor: Callable[[BinaryIO], None]) -> None:
    """Escribir en un temporal de la misma carpeta, bajarlo al disco y ponerlo en su sitio de un golpe."""
    with hasta_estar_entero(destino) as temporal, temporal.open("wb") as salida:
        escritor(salida)


@contextlib.contextmanager
def hasta_estar_entero(destino: Path) -> Iterator[Path]:
    """Un temporal de la misma carpeta, vacío; al salir se baja al disco y se pone en su sitio de un golpe."""
    destino.parent.mkdir(parents=True, exist_ok=True)
    descriptor, nombre = tempfile.mkstemp(dir=destino.parent, prefix=".", suffix=".tmp")
    temporal = Path(nombre)
    try:
        yield temporal
        os.fsync(descriptor)
        temporal.chmod(0o644)  # mkstemp lo deja en 0600, y la carpeta es compartida
        temporal.replace(destino)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            temporal.unlink()
        raise
    finally:
        os.close(descriptor)
    sincronizar_carpeta(destino.parent)


def escribir_bytes(destino: Path, contenido: bytes) -> None:
    def escribir(salida: BinaryIO) -> None:
        salida.write(contenido)

    escribir_entero(destino, escribir)


def escribir_donde_dicen(destino: Path, escritor: Callable[[BinaryIO], None]) -> None:
    """Lo mismo, en el lugar que nombró una persona: se sigue su enlace, y en lo que no es un archivo (una tubería,
    `/dev/stdout`) se escribe sin más, que ponerle otro encima lo rompería para todos.
    """
    destino = destino.resolve()
    if destino.exists() and not destino.is_file():
        with destino.open("wb") as salida:
            escritor(salida)
    else:
        escribir_entero(destino, escritor)


def sincronizar_carpeta(carpeta: Path) -> None:
    """Bajar al disco los nombres de una carpeta; los discos de red que no saben hacerlo se dejan pasar."""
    with contextlib.suppress(OSError):
        descriptor = os.open(carpeta, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

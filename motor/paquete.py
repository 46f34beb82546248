"""Un ZIP que se va escribiendo mientras se descarga: no ocupa memoria ni disco, por grande que sea."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from zipstream import ZIP_DEFLATED, ZIP_STORED, ZipStream  # type: ignore[import-untyped] # no trae tipos

_EMPIEZA_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def paquete(archivos: Iterable[tuple[str, Path]], textos: Iterable[tuple[str, Iterable[str]]]) -> Iterator[bytes]:
    """archivos: (nombre dentro, dónde está); los que falten se saltan. textos: (nombre dentro, sus trozos), que se van
    pidiendo cuando les toca. Las fotos y los videos ya vienen comprimidos: sólo se comprimen los textos.
    """
    zip_ = ZipStream(compress_type=ZIP_STORED)
    for nombre, trozos in textos:
        zip_.add((t.encode("utf-8", "replace") for t in trozos), nombre, compress_type=ZIP_DEFLATED, compress_level=6)
    for nombre, ruta in archivos:
        if ruta.is_file():
            zip_.add_path(ruta, nombre, recurse=False)
    yield from zip_


def renglones_csv(cabecera: Sequence[str], filas: Iterable[Sequence[object]]) -> Iterator[str]:
    """Un CSV que Excel abre con sus acentos y sin tomar nada por fórmula."""
    yield "\ufeff"
    for fila in (cabecera, *((_inofensivo(celda) for celda in fila) for fila in filas)):
        renglon = io.StringIO()
        csv.writer(renglon).writerow(fila)
        yield renglon.getvalue()


def _inofensivo(celda: object) -> str:
    escrito = "" if celda is None else str(celda).replace("\0", "")
    return f"'{escrito}" if escrito.startswith(_EMPIEZA_FORMULA) else escrito

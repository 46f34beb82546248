"""Abrir una tabla exportada (.csv o .xlsx) y recorrerla renglón por renglón, sin tenerla entera en la memoria.

Los peligros son los de los calendarios, y se cuidan igual: un .xlsx se mira por fuera antes de abrirlo, y de una
fórmula vale el último resultado. Cada recorrido empieza de nuevo: el primero reconoce y comprueba, el segundo lee.
"""

import contextlib
import csv
import hashlib
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

from conectores.contrato import Problema
from motor.entrada.leer.codificacion import GUARDAR_EN_UTF8, codec_de
from motor.entrada.leer.hoja import SEPARADORES, HojaIlegible, SinCalcular, exigir_inofensivo

PESO_MAXIMO_BYTES = 300_000_000
PESO_MAXIMO_DE_LIBRO_BYTES = 60_000_000
COLUMNAS_MAXIMAS = 200
_RENGLONES_PARA_EL_SEPARADOR = 20
_TROZO_BYTES = 1 << 20

Valor = str | int | float | bool | datetime | date | time | SinCalcular | None
Fila = tuple[int, tuple[Valor, ...]]


@dataclass(frozen=True, slots=True)
class Hoja:
    """filas: cada vez que se llama, las de la hoja con algo, con su número. Lanza HojaIlegible al recorrerlas."""

    nombre: str
    filas: Callable[[], Iterator[Fila]]


def abrir(ruta: Path) -> list[Hoja]:
    """Las hojas de un archivo. Lanza HojaIlegible, u OSError si no se puede leer."""
    if ruta.is_dir():
        raise IsADirectoryError(str(ruta))
    peso = ruta.stat().st_size
    if not peso:
        raise HojaIlegible("el archivo está vacío.", "Expórtelo otra vez.")
    if ruta.suffix.lower() in (".csv", ".tsv", ".txt"):
        if peso > PESO_MAXIMO_BYTES:
            raise HojaIlegible("el archivo pesa más de 300 MB.", "Expórtelo por partes, por ejemplo un año cada vez.")
        return [_csv(ruta)]
    if ruta.suffix.lower() not in (".xlsx", ".xlsm"):
        raise HojaIlegible(f"«{ruta.suffix or ruta.name}» no es una tabla.", "Se importan archivos .csv y .xlsx.")
    if peso > PESO_MAXIMO_DE_LIBRO_BYTES:
        raise HojaIlegible("el libro pesa más de 60 MB.", "Expórtelo como CSV, o por partes.")
    return _libro(ruta)


def huella(ruta: Path) -> str:
    """Doce letras que distinguen un contenido de otro, se llame como se llame el archivo."""
    suma = hashlib.sha256()
    for trozo in _trozos(ruta):
        suma.update(trozo)
    return suma.hexdigest()[:12]


def _trozos(ruta: Path) -> Iterator[bytes]:
    with ruta.open("rb") as archivo:
        while trozo := archivo.read(_TROZO_BYTES):
            yield trozo


# ── CSV ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _csv(ruta: Path) -> Hoja:
    codec = codec_de(_trozos(ruta))
    if isinstance(codec, Problema):
        raise HojaIlegible(codec.mensaje, codec.remedio)
    with ruta.open(encoding=codec, newline="") as archivo:
        separador = separador_de([r.rstrip("\r\n") for r in islice(archivo, _RENGLONES_PARA_EL_SEPARADOR)])
    return Hoja(ruta.name, lambda: _filas_de_csv(ruta, codec, separador))


def separador_de(renglones: list[str]) -> str:
    """El que anuncia «sep=;», o el que más columnas saca de alguno de los primeros renglones."""
    primero = renglones[0].strip().strip('"') if renglones else ""
    if primero[:4].lower() == "sep=" and primero[4:5] in SEPARADORES:
        return primero[4:5]

    def columnas(separador: str) -> int:
        with contextlib.suppress(csv.Error):
            return max((len(fila) for fila in csv.reader(renglones, delimiter=separador)), default=0)
        return 0

    return max(SEPARADORES, key=columnas)


def _filas_de_csv(ruta: Path, codec: str, separador: str) -> Iterator[Fila]:
    with ruta.open(encoding=codec, newline="") as archivo:
        lector = csv.reader(archivo, delimiter=separador, strict=True)
        try:
            for numero, fila in enumerate(lector, 1):
                if len(fila) > COLUMNAS_MAXIMAS:
                    raise _demasiadas_columnas()
                celdas = tuple(celda.strip() or None for celda in fila)
                if any(celdas):
                    yield numero, celdas
        except UnicodeDecodeError as error:
            raise HojaIlegible("no es un archivo de texto que podamos leer.", GUARDAR_EN_UTF8) from error
        except csv.Error as error:
            raise HojaIlegible(
                f"el CSV se corta cerca de la línea {lector.line_num}: unas comillas sin cerrar, o una celda enorme.",
                "Expórtelo otra vez y no lo abra antes en Excel.",
            ) from error


def _demasiadas_columnas() -> HojaIlegible:
    return HojaIlegible(f"la tabla tiene más de {COLUMNAS_MAXIMAS} columnas.", "Expórtela con menos métricas.")


# ── libros de Excel ──────────────────────────────────────────────────────────────────────────────────────────


def _libro(ruta: Path) -> list[Hoja]:
    con_formulas = exigir_inofensivo(ruta.read_bytes())
    with _abierto(ruta, data_only=True) as libro:
        nombres = [h.title for h in libro.worksheets if h.sheet_state == "visible"][:20]

    def recorrer(nombre: str) -> Callable[[], Iterator[Fila]]:
        return lambda: _filas_de_libro(ruta, nombre, con_formulas=con_formulas)

    return [Hoja(nombre, recorrer(nombre)) for nombre in nombres]


@contextlib.contextmanager
def _abierto(ruta: Path, *, data_only: bool) -> Iterator[Any]:
    from openpyxl import load_workbook  # ocupa 8 MB: sólo si llega un libro

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl avisa de lo que no sabe conservar; aquí sólo se lee
        try:
            libro = load_workbook(ruta, read_only=True, data_only=data_only, keep_links=False)
        except Exception as error:  # openpyxl lanza de todo ante un libro mal hecho
            raise _ilegible() from error
        try:
            yield libro
        finally:
            libro.close()


def _ilegible() -> HojaIlegible:
    return HojaIlegible(
        "no se puede leer como libro de Excel.", "Ábralo en Excel y guárdelo otra vez como «Libro de Excel (.xlsx)»."
    )


def _filas_de_libro(ruta: Path, nombre: str, *, con_formulas: bool) -> Iterator[Fila]:
    with contextlib.ExitStack() as pila:
        calculado = pila.enter_context(_abierto(ruta, data_only=True))
        escrito = pila.enter_context(_abierto(ruta, data_only=False)) if con_formulas else None
        valores = _crudas(calculado[nombre])
        formulas = _crudas(escrito[nombre]) if escrito is not None else iter(())
        try:
            for numero, (fila, escrita) in enumerate(zip_longest(valores, formulas), 1):
                celdas = tuple(_celda(c, e) for c, e in zip_longest(fila or (), escrita or ()))
                if any(celda is not None for celda in celdas):
                    yield numero, celdas
        except HojaIlegible:
            raise
        except Exception as error:
            raise _ilegible() from error


def _crudas(hoja: Any) -> Iterator[tuple[Any, ...]]:
    for fila in hoja.iter_rows(max_col=COLUMNAS_MAXIMAS + 1, values_only=True):
        if len(fila) > COLUMNAS_MAXIMAS and fila[COLUMNAS_MAXIMAS] is not None:
            raise _demasiadas_columnas()
        yield fila


def _celda(calculada: Any, escrita: Any) -> Valor:
    if calculada is None and isinstance(escrita, str) and escrita.startswith("="):
        return SinCalcular(escrita)
    if isinstance(calculada, str):
        return calculada.strip() or None
    return calculada  # type: ignore[no-any-return] # openpyxl no dice qué devuelve

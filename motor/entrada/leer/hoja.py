"""Leer un calendario (.xlsx o .csv) como una tabla de celdas, sin que pueda hacer daño.

Un .xlsx es un ZIP de XML: antes de abrirlo se mira cuánto promete ocupar. Las macros y las fórmulas no se ejecutan:
de una fórmula vale el último resultado que guardó Excel.
"""

import csv
import io
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conectores.contrato import Problema
from motor.entrada.entender.solicitud import Celda
from motor.entrada.leer.codificacion import decodificar

PESO_MAXIMO_BYTES = 20_000_000
FILAS_MAXIMAS = 5_000
COLUMNAS_MAXIMAS = 60
_DESCOMPRIMIDO_MAXIMO_BYTES = 200_000_000
_PARTES_MAXIMAS = 2_000
_FILAS_QUE_SE_MIRAN = 20_000
"""Más allá no hay calendario: son filas con formato y sin nada, que Excel guarda a veces hasta la última."""


@dataclass(frozen=True, slots=True)
class SinCalcular:
    """Una fórmula cuyo resultado no guardó nadie: el archivo no lo escribió Excel."""

    formula: str


@dataclass(frozen=True, slots=True)
class Hoja:
    """filas: número en la hoja (desde 1) y sus celdas; las vacías son None. separador: sólo en un CSV."""

    nombre: str
    filas: tuple[tuple[int, tuple[Celda | SinCalcular | None, ...]], ...]
    separador: str = ""


class HojaIlegible(Exception):
    def __init__(self, mensaje: str, remedio: str) -> None:
        super().__init__(mensaje)
        self.problema = Problema(mensaje, remedio)


def leer_hojas(contenido: bytes, nombre: str) -> list[Hoja]:
    """Las hojas de un calendario, en orden. Lanza HojaIlegible."""
    if not contenido:
        raise HojaIlegible("el archivo está vacío.", "Guárdelo otra vez y vuelva a soltarlo.")
    if len(contenido) > PESO_MAXIMO_BYTES:
        raise HojaIlegible("el calendario pesa más de 20 MB.", "Quítele las imágenes pegadas: van aparte.")
    if Path(nombre).suffix.lower() in (".csv", ".tsv"):
        return [_de_csv(contenido)]
    return _de_libro(contenido)


# ── libros de Excel ──────────────────────────────────────────────────────────────────────────────────────────────


def _de_libro(contenido: bytes) -> list[Hoja]:
    con_formulas = exigir_inofensivo(contenido)
    try:
        valores = _celdas(contenido, data_only=True)
        formulas = _celdas(contenido, data_only=False) if con_formulas else {}
    except HojaIlegible:
        raise
    except Exception as error:  # openpyxl lanza de todo ante un libro mal hecho
        raise HojaIlegible(
            "no se puede leer como libro de Excel.",
            "Ábralo en Excel y guárdelo otra vez como «Libro de Excel (.xlsx)».",
        ) from error
    return [Hoja(nombre, tuple(_con_formulas(filas, formulas.get(nombre)))) for nombre, filas in valores.items()]


def exigir_inofensivo(contenido: bytes) -> bool:
    """Mirar el ZIP sin descomprimirlo entero. Devuelve si alguna hoja lleva fórmulas. Lanza HojaIlegible."""
    try:
        with zipfile.ZipFile(io.BytesIO(contenido)) as paquete:
            partes = paquete.infolist()
            total = sum(parte.file_size for parte in partes)
            if total > _DESCOMPRIMIDO_MAXIMO_BYTES or len(partes) > _PARTES_MAXIMAS:
                raise HojaIlegible("el libro ocupa demasiado al abrirlo.", "Copie las filas a un libro nuevo.")
            return any([_tiene_formulas(paquete, parte) for parte in partes if parte.filename.endswith(".xml")])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise HojaIlegible(
            "no es un libro de Excel (.xlsx), o está dañado o protegido con contraseña.",
            "Ábralo en Excel, quítele la contraseña si la tiene, y guárdelo como «Libro de Excel (.xlsx)».",
        ) from error


def _tiene_formulas(paquete: zipfile.ZipFile, parte: zipfile.ZipInfo) -> bool:
    """De paso, rechaza las definiciones de XML, con las que se hacen bombas."""
    hallada, anterior, leidos = False, b"", 0
    with paquete.open(parte) as archivo:
        while trozo := archivo.read(1 << 20):
            leidos += len(trozo)
            if leidos > _DESCOMPRIMIDO_MAXIMO_BYTES:  # el índice del ZIP mentía
                raise HojaIlegible("el libro ocupa demasiado al abrirlo.", "Copie las filas a un libro nuevo.")
            junto = anterior + trozo
            if b"<!DOCTYPE" in junto or b"<!ENTITY" in junto:
                raise HojaIlegible("el libro lleva definiciones que no admitimos.", "Copie las filas a un libro nuevo.")
            hallada = hallada or (b"<f>" in junto or b"<f " in junto)
            anterior = trozo[-16:]
    return hallada and "worksheets/" in parte.filename


def _celdas(contenido: bytes, *, data_only: bool) -> dict[str, list[tuple[int, tuple[Any, ...]]]]:
    from openpyxl import load_workbook  # ocupa 8 MB: sólo si llega un libro

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl avisa de lo que no sabe conservar; aquí sólo se lee
        libro = load_workbook(io.BytesIO(contenido), read_only=True, data_only=data_only, keep_links=False)
        try:
            visibles = [h for h in libro.worksheets if h.sheet_state == "visible"]
            return {hoja.title: list(_filas_de(hoja, data_only)) for hoja in visibles[:20]}
        finally:
            libro.close()


def _filas_de(hoja: Any, data_only: bool) -> Iterator[tuple[int, tuple[Any, ...]]]:
    llenas = 0
    filas = hoja.iter_rows(max_row=_FILAS_QUE_SE_MIRAN, max_col=COLUMNAS_MAXIMAS)
    for numero, celdas in enumerate(filas, 1):
        valores = tuple(_valor(celda) if data_only else celda.value for celda in celdas)
        if any(valor is not None for valor in valores):
            llenas += 1
            if llenas > FILAS_MAXIMAS + 50:
                raise HojaIlegible(
                    f"el calendario tiene más de {FILAS_MAXIMAS} filas.", "Divídalo en varios, por ejemplo uno por mes."
                )
            yield numero, valores


def _valor(celda: Any) -> Celda | None:
    """Una fecha cuyo formato no enseña la hora no la dice: Excel guarda las 0:00 aunque nadie las escribiera."""
    valor = celda.value
    if isinstance(valor, str):
        return valor.strip() or None
    formato = str(getattr(celda, "number_format", "") or "").lower()
    if getattr(celda, "is_date", False) and hasattr(valor, "hour") and hasattr(valor, "date"):
        sin_hora = "h" not in formato and (valor.hour, valor.minute, valor.second) == (0, 0, 0)
        return valor.date() if sin_hora else valor  # type: ignore[no-any-return] # openpyxl no dice qué devuelve
    return valor  # type: ignore[no-any-return] # ídem


def _con_formulas(
    filas: list[tuple[int, tuple[Any, ...]]], formulas: list[tuple[int, tuple[Any, ...]]] | None
) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Poner en su sitio las fórmulas sin resultado, que de otro modo parecerían celdas vacías."""
    if formulas is None:
        yield from filas
        return
    valores = dict(filas)
    for numero, escritas in formulas:
        calculadas = valores.get(numero, (None,) * len(escritas))
        yield (
            numero,
            tuple(
                SinCalcular(escrita) if calculada is None and _es_formula(escrita) else calculada
                for calculada, escrita in zip(calculadas, escritas, strict=False)
            ),
        )


def _es_formula(escrita: object) -> bool:
    return isinstance(escrita, str) and escrita.startswith("=")


# ── CSV ──────────────────────────────────────────────────────────────────────────────────────────────────────────

SEPARADORES = (",", ";", "\t", "|")


def _de_csv(contenido: bytes) -> Hoja:
    texto = decodificar(contenido)
    if isinstance(texto, Problema):
        raise HojaIlegible(texto.mensaje, texto.remedio)
    separador = _separador(texto.texto)
    try:
        crudas = list(_recortadas(csv.reader(io.StringIO(texto.texto, newline=""), delimiter=separador, strict=True)))
    except csv.Error as error:
        raise HojaIlegible(
            "el CSV tiene unas comillas sin cerrar o una celda demasiado larga.", "Ábralo en Excel y guárdelo otra vez."
        ) from error
    if len(crudas) > FILAS_MAXIMAS + 50:
        raise HojaIlegible(f"el calendario tiene más de {FILAS_MAXIMAS} filas.", "Divídalo en varios.")
    return Hoja("CSV", tuple(crudas), separador)


def _recortadas(lector: Iterator[list[str]]) -> Iterator[tuple[int, tuple[str | None, ...]]]:
    for numero, fila in enumerate(lector, 1):
        celdas = tuple(celda.strip() or None for celda in fila[:COLUMNAS_MAXIMAS])
        if any(celdas):
            yield numero, celdas


def _separador(texto: str) -> str:
    """El que más columnas saca del primer renglón con algo."""
    renglon = next((r for r in texto.split("\n") if r.strip()), "")
    contar: Callable[[str], int] = renglon.count
    return max(SEPARADORES, key=contar)


def letra(columna: int) -> str:
    """«A», «B»… «AA», para decir dónde está una celda."""
    letras = ""
    while columna > 0:
        columna, resto = divmod(columna - 1, 26)
        letras = chr(ord("A") + resto) + letras
    return letras

"""La copia del calendario que se devuelve al editor, con una columna `resultado` y otra `id` por cada fila."""

import copy
import csv
import io
import re
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from motor.entrada.contar.filas import Suerte, VeredictoDeFila
from motor.entrada.leer.calendario import COLUMNA_ID, COLUMNA_RESULTADO, Calendario
from motor.entrada.leer.codificacion import Texto, decodificar
from motor.entrada.leer.hoja import letra

if TYPE_CHECKING:
    from openpyxl import Workbook  # ocupa 8 MB: sólo se importa de verdad si llegó un libro

_COLORES = {
    Suerte.ACEPTADA: "C6EFCE",
    Suerte.CAMBIADA: "C6EFCE",
    Suerte.IGUAL: "E2EFDA",
    Suerte.RECHAZADA: "FFC7CE",
    Suerte.OMITIDA: "EDEDED",
}
_NO_CABE_EN_EXCEL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LARGO_DE_CELDA = 32_000
_ANCHO_DE_RESULTADO = 70

ID_PROPIO = "id Pregonero"
"""El título de nuestra columna cuando el calendario ya tiene un «id» de la oficina."""


def con_resultados(contenido: bytes, calendario: Calendario, veredictos: Mapping[int, VeredictoDeFila]) -> bytes:
    """El mismo calendario, con su formato donde se puede, y lo que fue de cada fila."""
    if calendario.separador:
        return _csv(contenido, calendario, veredictos)
    try:
        return _libro(contenido, calendario, veredictos)
    except Exception:  # openpyxl no sabe reescribir todo lo que sabe leer: el veredicto vale más que el formato
        return _sencillo(calendario, veredictos)


def id_escrito(veredicto: VeredictoDeFila) -> str:
    return f"P{veredicto.publicacion_id}" if veredicto.publicacion_id is not None else ""


def _columnas(calendario: Calendario) -> tuple[int, int, str]:
    """Dónde van `resultado` e `id` (desde 0), y el título de la segunda."""
    siguiente = max((c.indice for c in calendario.columnas), default=-1) + 1
    resultado = calendario.indice_de(COLUMNA_RESULTADO)
    if resultado is None:
        resultado, siguiente = siguiente, siguiente + 1
    propias = [c.indice for c in calendario.columnas if c.canonico == "id"]
    if not propias:
        return resultado, siguiente, COLUMNA_ID
    if calendario.id_ajeno:
        return resultado, siguiente if len(propias) == 1 else propias[-1], ID_PROPIO
    return resultado, propias[-1], ""


# ── Excel ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _libro(contenido: bytes, calendario: Calendario, veredictos: Mapping[int, VeredictoDeFila]) -> bytes:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl avisa de los adornos que no sabe conservar
        libro = load_workbook(io.BytesIO(contenido))
        hoja = libro[calendario.hoja]
        resultado, identificador, titulo = _columnas(calendario)
        _titular(hoja, calendario.encabezado, resultado, COLUMNA_RESULTADO)
        _titular(hoja, calendario.encabezado, identificador, titulo)
        hoja.column_dimensions[letra(resultado + 1)].width = _ANCHO_DE_RESULTADO
        for numero, veredicto in veredictos.items():
            _escribir(hoja, numero, resultado, veredicto.texto, _COLORES[veredicto.suerte])
            _escribir(hoja, numero, identificador, id_escrito(veredicto), "")
        return _guardado(libro)


def _titular(hoja: Any, fila: int, columna: int, titulo: str) -> None:
    celda = hoja.cell(fila, columna + 1)
    if titulo:
        celda.value = titulo
    if columna > 0:
        vecina = hoja.cell(fila, columna)
        celda.font, celda.fill = copy.copy(vecina.font), copy.copy(vecina.fill)
        celda.alignment, celda.border = copy.copy(vecina.alignment), copy.copy(vecina.border)


def _escribir(hoja: Any, fila: int, columna: int, texto: str, color: str) -> None:
    from openpyxl.styles import Alignment, PatternFill

    celda = hoja.cell(fila, columna + 1)
    celda.value = _NO_CABE_EN_EXCEL.sub(" ", texto)[:_LARGO_DE_CELDA] or None
    if color:
        celda.fill = PatternFill("solid", start_color=color)
        celda.alignment = Alignment(wrap_text=True, vertical="top")


def _sencillo(calendario: Calendario, veredictos: Mapping[int, VeredictoDeFila]) -> bytes:
    from openpyxl import Workbook

    libro = Workbook()
    hoja: Any = libro.active
    hoja.title = calendario.hoja[:31]
    hoja.append(["fila", COLUMNA_RESULTADO, COLUMNA_ID])
    for numero, veredicto in veredictos.items():
        hoja.append([numero, _NO_CABE_EN_EXCEL.sub(" ", veredicto.texto)[:_LARGO_DE_CELDA], id_escrito(veredicto)])
    return _guardado(libro)


def _guardado(libro: "Workbook") -> bytes:
    salida = io.BytesIO()
    libro.save(salida)
    return salida.getvalue()


# ── CSV ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _csv(contenido: bytes, calendario: Calendario, veredictos: Mapping[int, VeredictoDeFila]) -> bytes:
    """Con la marca de UTF-8, sin la que Excel estropea los acentos al abrirlo."""
    texto = decodificar(contenido)
    filas = list(
        csv.reader(
            io.StringIO(texto.texto if isinstance(texto, Texto) else "", newline=""), delimiter=calendario.separador
        )
    )
    resultado, identificador, titulo = _columnas(calendario)
    for numero, fila in enumerate(filas, 1):
        fila.extend([""] * (max(resultado, identificador) + 1 - len(fila)))
        if numero == calendario.encabezado:
            fila[resultado] = COLUMNA_RESULTADO
            fila[identificador] = titulo or fila[identificador]
        elif numero in veredictos:
            fila[resultado], fila[identificador] = veredictos[numero].texto, id_escrito(veredictos[numero])
    salida = io.StringIO(newline="")
    csv.writer(salida, delimiter=calendario.separador, lineterminator="\r\n").writerows(filas)
    return salida.getvalue().encode("utf-8-sig", "replace")

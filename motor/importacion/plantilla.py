"""Escribir la tabla propia, explicada, para lo que ninguna red exporta."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from motor.acervo.archivos import escribir_entero
from motor.importacion.propia import (
    COLUMNAS_DE_DIA,
    COLUMNAS_DE_PUBLICACION,
    HOJA_DE_DIAS,
    HOJA_DE_EJEMPLO,
    HOJA_DE_PUBLICACIONES,
)

_FILAS_LISTAS = 2000
_GUINDA, _CREMA = "6F1D33", "FBF6EE"
_ANCHOS = {"Enlace": 44, "Texto": 50, "Identificador": 26, "Perfil": 24, "Publicada": 20}


def escribir_plantilla(ruta: Path, perfiles: Sequence[str]) -> None:
    """Dos hojas vacías para llenar, una con un ejemplo (que no se importa) y las instrucciones."""
    libro = Workbook()
    hoja: Any = libro.active
    hoja.title = HOJA_DE_PUBLICACIONES
    _encabezar(hoja, [t for t, _ in COLUMNAS_DE_PUBLICACION])
    _encabezar(libro.create_sheet(HOJA_DE_DIAS), [t for t, _ in COLUMNAS_DE_DIA])
    _ejemplo(libro.create_sheet(HOJA_DE_EJEMPLO), perfiles[0] if perfiles else "facebook-ayuntamiento")
    _instruir(libro.create_sheet("Instrucciones"), perfiles)
    escribir_entero(ruta, libro.save)


def _encabezar(hoja: Any, titulos: Sequence[str]) -> None:
    hoja.append(list(titulos))
    for i, titulo in enumerate(titulos, 1):
        celda = hoja.cell(1, i)
        celda.font = Font(bold=True, color="FFFFFF", size=12)
        celda.fill = PatternFill("solid", start_color=_GUINDA)
        hoja.column_dimensions[get_column_letter(i)].width = _ANCHOS.get(titulo, 16)
        if titulo == "Identificador":  # como texto: a un número largo Excel le borra las últimas cifras
            for renglon in range(2, _FILAS_LISTAS + 1):
                hoja.cell(renglon, i).number_format = "@"
    hoja.row_dimensions[1].height = 26
    hoja.freeze_panes = "A2"


def _ejemplo(hoja: Any, perfil: str) -> None:
    _encabezar(hoja, [t for t, _ in COLUMNAS_DE_PUBLICACION])
    datos = {
        "Perfil": perfil,
        "Enlace": "https://red.example/municipio/publicaciones/1001",
        "Publicada": "01/12/2026 9:00",
        "Texto": "Mañana no habrá agua en el Centro de 8:00 a 14:00.",
        "Tipo": "foto",
        "Me gusta": 120,
        "Comentarios": 14,
        "Compartidos": 33,
        "Vistas": 5200,
        "Alcance": 4100,
    }
    hoja.append([datos.get(t) for t, _ in COLUMNAS_DE_PUBLICACION])
    for celda in hoja[2]:
        celda.fill = PatternFill("solid", start_color=_CREMA)


def _instruir(hoja: Any, perfiles: Sequence[str]) -> None:
    hoja.sheet_view.showGridLines = False
    hoja.column_dimensions["A"].width, hoja.column_dimensions["B"].width = 24, 96
    hoja.append(["Cómo se llena esta tabla"])
    hoja["A1"].font = Font(bold=True, size=16, color=_GUINDA)
    for que, explicacion in (
        ("Para qué", "Para los números que ninguna red deja exportar. Los que sí, se importan tal como se descargan."),
        ("Sin dato", "Una celda vacía es «no se sabe», que no es lo mismo que cero. No ponga ceros por llenar."),
        ("De cuándo son", "Los números son los que hay el día en que se apuntan. Dígalo al importar: --fecha."),
        ("Hoja «Ejemplo»", "No se importa."),
        ("Perfiles", f"Hay: {', '.join(perfiles) or 'ninguno todavía'}."),
        ("", ""),
        (f"Hoja «{HOJA_DE_PUBLICACIONES}»", "Un renglón por publicación, con lo que lleva en total."),
        *COLUMNAS_DE_PUBLICACION,
        ("", ""),
        (f"Hoja «{HOJA_DE_DIAS}»", "Un renglón por perfil y día."),
        *COLUMNAS_DE_DIA,
    ):
        hoja.append([que, explicacion])
    for fila in hoja.iter_rows(min_row=2):
        fila[0].font = Font(bold=True)
        for celda in fila:
            celda.alignment = Alignment(vertical="top", wrap_text=True)

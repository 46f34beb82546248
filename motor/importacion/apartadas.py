"""La copia de los renglones que no entraron, junto a la tabla: dice qué pasa en cada uno y se importa corregida.

Es un libro con todo como texto, y no un CSV: al abrir un CSV para corregirlo, Excel estropearía los identificadores;
y así una celda que empieza con «=» no es una fórmula.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from motor.acervo.archivos import escribir_entero
from motor.importacion.renglones import Apartada

SUFIJO = ".apartadas.xlsx"
_LARGO_MAXIMO = 32_000  # Excel admite 32 767 en una celda
_DE_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def destino_de(tabla: Path, hoja: str = "") -> Path:
    """«contenido.apartadas.xlsx»; si la tabla ya es una de éstas, «contenido.2.apartadas.xlsx»."""
    nombre = tabla.name
    if nombre.endswith(SUFIJO):
        raiz, _, vez = nombre.removesuffix(SUFIJO).rpartition(".")
        siguiente = f"{raiz}.{int(vez) + 1}" if raiz and vez.isdecimal() else f"{nombre.removesuffix(SUFIJO)}.2"
        return tabla.with_name(siguiente + SUFIJO)
    parte = "." + re.sub(r"\W+", "-", hoja).strip("-") if hoja else ""
    return tabla.with_name(tabla.stem + parte + SUFIJO)


class Copia:
    """Se va llenando; `escribir` la deja en el disco. Sin renglones no escribe nada."""

    def __init__(self, titulos: Sequence[str]) -> None:
        self._titulos = list(titulos)
        self._libro: Any = None
        self._hoja: Any = None

    def agregar(self, apartada: Apartada) -> None:
        if self._libro is None:
            self._empezar()
        celdas = [apartada.crudo.get(t, "") for t in self._titulos]
        donde = f"{apartada.columna}: " if apartada.columna else ""
        self._poner([*celdas, str(apartada.numero), donde + apartada.mensaje, apartada.remedio])

    def escribir(self, destino: Path) -> bool:
        if self._libro is None:
            return False
        escribir_entero(destino, self._libro.save)
        return True

    def _empezar(self) -> None:
        from openpyxl import Workbook

        self._libro = Workbook(write_only=True)
        self._hoja = self._libro.create_sheet("Apartadas")
        self._poner([*self._titulos, "Renglón", "Qué pasa", "Qué cambiar"])

    def _poner(self, textos: Sequence[str]) -> None:
        from openpyxl.cell import WriteOnlyCell

        celdas = []
        for texto in textos:
            celda = WriteOnlyCell(self._hoja, _DE_CONTROL.sub("", texto)[:_LARGO_MAXIMO] or None)
            if texto:
                celda.data_type = "s"
            celda.number_format = "@"
            celdas.append(celda)
        self._hoja.append(celdas)

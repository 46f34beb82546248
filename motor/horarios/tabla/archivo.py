"""Abrir un historial y escribir la respuesta. El archivo de salida aparece entero, o queda como estaba."""

import csv
from collections.abc import Callable, Iterator, Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from conectores.contrato import Problema
from motor.acervo.archivos import escribir_donde_dicen
from motor.entrada.leer.codificacion import codec_de
from motor.horarios.mapa import Mapa
from motor.horarios.tabla.renglones import (
    Leido,
    Renglon,
    TablaIlegible,
    leer_encabezado,
    leer_historial,
    separador_de,
)
from motor.horarios.tabla.respuesta import COLUMNAS, renglones_de

_TROZO_BYTES = 1 << 20
_CADA_CUANTOS = 2000  # renglones entre un movimiento de la barra y el siguiente

Avance = Callable[[int], None]
"""Cuántos renglones van."""


def leer_archivo(
    ruta: Path,
    *,
    zona: ZoneInfo,
    reconocer_red: Callable[[str], str | None],
    avance: Avance = lambda _: None,
) -> Leido:
    """Lanza TablaIlegible si no se puede usar nada, u OSError si no se puede abrir."""
    codec = _codec(ruta)
    with ruta.open(encoding=codec, newline="") as archivo:
        primero = archivo.readline()
        saltados = 1
        if _anuncia_separador(primero):  # Excel: el primer renglón es «sep=;»
            primero, saltados = archivo.readline(), 2
        separador = separador_de(primero.rstrip("\r\n"))
        encabezado = leer_encabezado(next(csv.reader([primero], delimiter=separador), []))
        renglones = _renglones(archivo, separador, saltados, avance)
        return leer_historial(encabezado, renglones, zona=zona, reconocer_red=reconocer_red)


def escribir_archivo(destino: Path, mapas: Mapping[str, Mapa]) -> None:
    """Lanza OSError si no se puede."""

    def escribir(salida: BinaryIO) -> None:
        texto = TextIOWrapper(salida, encoding="utf-8", newline="")
        escritor = csv.writer(texto, lineterminator="\n")
        escritor.writerow(COLUMNAS)
        escritor.writerows(renglones_de(mapas))
        texto.flush()
        texto.detach()  # cerrarlo toca a quien lo abrió

    escribir_donde_dicen(destino, escribir)


def _codec(ruta: Path) -> str:
    with ruta.open("rb") as archivo:
        codec = codec_de(iter(lambda: archivo.read(_TROZO_BYTES), b""))
    if isinstance(codec, Problema):
        raise TablaIlegible(f"El archivo no se puede leer: {codec.mensaje} {codec.remedio}")
    return codec


def _anuncia_separador(renglon: str) -> bool:
    return renglon.strip().strip('"').lower().startswith("sep=")


def _renglones(archivo: Iterator[str], separador: str, saltados: int, avance: Avance) -> Iterator[Renglon]:
    lector = csv.reader(archivo, delimiter=separador, strict=True)
    try:
        for cuantos, celdas in enumerate(lector, 1):
            if any(celdas) and not "".join(celdas).isspace():
                yield saltados + lector.line_num, celdas
            if cuantos % _CADA_CUANTOS == 0:
                avance(cuantos)
    except csv.Error:
        raise TablaIlegible(
            f"El archivo se corta en el renglón {saltados + lector.line_num}: unas comillas sin cerrar, o una celda "
            "enorme. Guárdelo otra vez como CSV."
        ) from None

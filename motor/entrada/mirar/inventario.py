"""Qué hay en una carpeta: sin abrir nada, sin seguir enlaces y sin hacer caso de los restos de otros programas."""

import os
import re
import stat
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from conectores.contrato import Problema
from motor.entrada.entender.medios_nombrados import EXTENSIONES
from motor.entrada.leer.codificacion import es_nombre_limpio, mostrable

ARCHIVOS_MAXIMOS = 200
"""En una carpeta con una publicación; más es una carpeta equivocada."""

SUFIJO_MOTIVO, SUFIJO_RESULTADO, SUFIJO_ESTADO = ".motivo.txt", ".resultado.txt", ".estado.txt"

_TEXTOS = frozenset({".md", ".markdown", ".txt"})
_CALENDARIOS = frozenset({".xlsx", ".xlsm", ".csv", ".tsv"})
_AJENOS = {
    ".xls": "Ábralo en Excel y guárdelo como «Libro de Excel (.xlsx)».",
    ".ods": "Guárdelo como «Excel 2007-365 (.xlsx)».",
    ".docx": "Copie el texto a un archivo .txt o .md.",
    ".doc": "Copie el texto a un archivo .txt o .md.",
    ".odt": "Copie el texto a un archivo .txt o .md.",
    ".rtf": "Copie el texto a un archivo .txt o .md.",
    ".pdf": "Copie el texto a un .txt, y exporte la imagen como JPG.",
    ".zip": "Saque los archivos del paquete y suéltelos en una carpeta.",
    ".rar": "Saque los archivos del paquete y suéltelos en una carpeta.",
    ".lnk": "Suelte el archivo mismo, no su acceso directo.",
    ".url": "Escriba la dirección dentro de un archivo .txt.",
}
_RESTOS = re.compile(
    r"\.|~\$|thumbs\.db$|ehthumbs\.db$|desktop\.ini$|@eadir$|#recycle$|\$recycle\.bin$|icon\r$|lost\+found$", re.I
)
_A_MEDIAS = re.compile(
    r".*\.(tmp|temp|part|partial|crdownload|download|filepart|swp|swx|opdownload)$|~.*\.tmp$|.*~$", re.I
)
_EN_CONFLICTO = re.compile(
    r"\.sync-conflict-\d{8}-\d{6}|\([^)]*(conflicted copy|copia en conflicto|copia conflictiva|case conflict)[^)]*\)",
    re.I,
)
_ABIERTO = re.compile(r"~\$(?P<office>.+)$|\.~lock\.(?P<libre>.+)#$", re.DOTALL)


class Clase(StrEnum):
    TEXTO = "texto"
    CALENDARIO = "calendario"
    MEDIO = "medio"
    CARPETA = "carpeta"
    AJENO = "ajeno"


Firma = tuple[object, ...]
"""Lo que cambia mientras algo se está copiando: tamaño, fecha e inodo, o los de todo lo que hay dentro."""


@dataclass(frozen=True, slots=True)
class Hallado:
    """nombre: el del disco, sea como sea. reparo: por qué no se puede tomar. hijos: sólo los de una carpeta."""

    nombre: str
    ruta: Path
    clase: Clase
    firma: Firma
    peso_bytes: int = 0
    reparo: Problema | None = None
    hijos: tuple["Hallado", ...] = ()


@dataclass(frozen=True, slots=True)
class Inventario:
    """a_medias: los temporales de copias que aún llegan. abiertos: calendarios que alguien tiene abiertos en Excel."""

    hallados: tuple[Hallado, ...]
    a_medias: Firma = ()
    abiertos: frozenset[str] = frozenset()


def inventariar(carpeta: Path, *, dentro: bool = False) -> Inventario:
    """Lo que hay en una carpeta, por nombre. `dentro`: es ya una carpeta soltada, y no puede llevar otras."""
    hallados, a_medias, abiertos = [], [], set()
    with os.scandir(carpeta) as entradas:
        for entrada in sorted(entradas, key=lambda e: e.name):
            if abierto := _ABIERTO.match(entrada.name):
                abiertos.add(abierto["office"] or abierto["libre"])
            if _A_MEDIAS.match(entrada.name):
                a_medias.append(_firma_de(entrada))
            elif not _RESTOS.match(entrada.name) and (hallado := _hallado(entrada, dentro)) is not None:
                hallados.append(hallado)
    return Inventario(tuple(hallados), tuple(a_medias), frozenset(abiertos))


def _firma_de(entrada: os.DirEntry[str]) -> Firma:
    try:
        estado = entrada.stat(follow_symlinks=False)
    except OSError:
        return (entrada.name,)
    return (entrada.name, estado.st_size, estado.st_mtime_ns, estado.st_ino)


def _hallado(entrada: os.DirEntry[str], dentro: bool) -> Hallado | None:
    try:
        estado = entrada.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None  # se la llevaron mientras mirábamos
    ruta = Path(entrada.path)
    firma = (estado.st_size, estado.st_mtime_ns, estado.st_ino)
    reparo = _del_nombre(entrada.name) or _de_la_clase(estado, dentro)
    if stat.S_ISDIR(estado.st_mode) and reparo is None:
        return _carpeta(entrada.name, ruta)
    return Hallado(entrada.name, ruta, clase_de(entrada.name), firma, estado.st_size, reparo)


def _carpeta(nombre: str, ruta: Path) -> Hallado:
    try:
        hijos = inventariar(ruta, dentro=True).hallados
    except OSError:
        reparo = Problema("no tenemos permiso para abrir la carpeta.", "Cambie sus permisos, o cópiela otra vez.")
        return Hallado(nombre, ruta, Clase.CARPETA, (), reparo=reparo)
    firma = tuple((h.nombre, *h.firma) for h in hijos)
    reparo_de_hijo = next(
        (
            Problema(h.reparo.mensaje, h.reparo.remedio, mostrable(h.nombre))
            for h in hijos
            if h.reparo is not None
        ),
        None,
    )  # fmt: skip
    if len(hijos) > ARCHIVOS_MAXIMOS:
        reparo_de_hijo = Problema(
            f"tiene {len(hijos)} archivos.", "Deje en la carpeta sólo una publicación con sus fotos."
        )
    return Hallado(nombre, ruta, Clase.CARPETA, firma, reparo=reparo_de_hijo, hijos=hijos)


def clase_de(nombre: str) -> Clase:
    extension = Path(nombre).suffix.lower()
    if extension in _TEXTOS:
        return Clase.TEXTO
    if extension in _CALENDARIOS:
        return Clase.CALENDARIO
    return Clase.MEDIO if extension in EXTENSIONES else Clase.AJENO


def es_de_pregonero(nombre: str) -> bool:
    return nombre.casefold().endswith((SUFIJO_MOTIVO, SUFIJO_RESULTADO, SUFIJO_ESTADO))


def remedio_de_ajeno(nombre: str) -> str:
    general = "Suelte un .md o .txt con el texto, un calendario .xlsx, o las fotos junto a su texto."
    return _AJENOS.get(Path(nombre).suffix.lower(), general)


def _del_nombre(nombre: str) -> Problema | None:
    if not es_nombre_limpio(nombre):
        return Problema(
            "el nombre del archivo lleva caracteres que no se ven o que no son texto.",
            "Cámbiele el nombre: letras, números, espacios y guiones.",
        )
    if es_de_pregonero(nombre):
        return Problema("lo escribió Pregonero: es una nota, no una publicación.", "Puede borrarla.")
    if _EN_CONFLICTO.search(nombre):
        return Problema(
            "es una copia en conflicto: dos personas guardaron el mismo archivo a la vez.",
            "Decida cuál vale, déjele su nombre normal y suelte sólo ésa.",
        )
    return None


def _de_la_clase(estado: os.stat_result, dentro: bool) -> Problema | None:
    if stat.S_ISLNK(estado.st_mode):
        return Problema("es un enlace a otro lugar, y no los seguimos.", "Suelte una copia del archivo mismo.")
    if stat.S_ISDIR(estado.st_mode):
        return Problema("es una carpeta dentro de otra.", "Deje todo en una sola carpeta.") if dentro else None
    if not stat.S_ISREG(estado.st_mode):
        return Problema("no es un archivo corriente.", "Suelte un archivo normal.")
    if estado.st_nlink > 1:
        return Problema(
            "es el mismo archivo que está en otro lugar del servidor (un enlace duro).", "Suelte una copia."
        )
    return None

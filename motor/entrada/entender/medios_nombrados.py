"""Qué imágenes y videos nombra una publicación, con su texto alternativo, y cuál de los archivos es cada uno. Puro."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from conectores.contrato import Problema
from motor.entrada.entender import campos
from motor.entrada.entender.solicitud import Dato, Solicitud, como_texto
from motor.entrada.leer.codificacion import es_nombre_limpio, mostrable

_DE_IMAGEN = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".heif", ".avif"})
_DE_VIDEO = frozenset({".mp4", ".mov", ".m4v", ".webm", ".avi", ".mkv"})
EXTENSIONES = _DE_IMAGEN | _DE_VIDEO
"""Con éstas se sabe que un archivo suelto quiere ser un medio; lo que es de verdad lo dice su contenido."""

MEDIOS_MAXIMOS = 30

_NINGUNA = frozenset({"", "-", "no", "ninguna", "ninguno", "nada", "sin imagen"})
_FICHA = {"archivo", "imagen", "foto", "video", "nombre", "ruta", "medio", "adjunto"}


@dataclass(frozen=True, slots=True)
class MedioNombrado:
    nombre: str
    alt: str
    donde: str


def nombrados(solicitud: Solicitud) -> tuple[MedioNombrado, ...]:
    """Los medios que se nombran, en orden, con su texto alternativo si se dio."""
    medios = [medio for dato in solicitud.imagenes for medio in _de(dato)]
    return _con_alt(medios, solicitud.datos.get("alt"))


def pedidos(solicitud: Solicitud, sin_nombrar: Iterable[str]) -> tuple[MedioNombrado, ...]:
    """Los que se nombran; si no se nombra ninguno ni se renuncia a ellos, los que la acompañan."""
    if solicitud.imagenes:
        return nombrados(solicitud)
    return _con_alt([MedioNombrado(n, "", n) for n in sin_nombrar], solicitud.datos.get("alt"))


def _de(dato: Dato) -> list[MedioNombrado]:
    valor = dato.valor
    if isinstance(valor, dict):
        if ficha := _de_ficha(valor, dato.donde):
            return [ficha]
        return [MedioNombrado(nombre.strip(), como_texto(alt), dato.donde) for nombre, alt in valor.items()]
    if isinstance(valor, list):
        return [medio for v in valor for medio in _de(Dato(v, dato.donde))]
    texto = como_texto(valor)
    if texto.casefold() in _NINGUNA:
        return []
    return [MedioNombrado(n.strip(), "", dato.donde) for n in re.split(r"[,;|\n]", texto) if n.strip()]


def _de_ficha(valor: Mapping[str, object], donde: str) -> MedioNombrado | None:
    """`{archivo: foto.jpg, alt: "Una plaza"}`; None si es `{foto.jpg: "Una plaza"}`."""
    claves = {campos.llano(clave): v for clave, v in valor.items()}
    nombre = next((claves[c] for c in _FICHA if c in claves), None)
    if not isinstance(nombre, str):
        return None
    alt = next((str(v) for clave, v in claves.items() if campos.reconocer(clave) == "alt"), "")
    return MedioNombrado(nombre.strip(), alt.strip(), donde)


def _con_alt(medios: list[MedioNombrado], dato: Dato | None) -> tuple[MedioNombrado, ...]:
    if dato is None:
        return tuple(medios)
    return tuple(
        replace(medio, alt=medio.alt or alt)
        for medio, alt in zip(medios, alternativos(dato, [m.nombre for m in medios]), strict=True)
    )


def alternativos(dato: Dato | None, nombres: list[str]) -> list[str]:
    """El texto alternativo de cada archivo: por nombre, por orden (lista o «uno | otro»), o uno solo, del primero."""
    if dato is None:
        return [""] * len(nombres)
    if isinstance(dato.valor, dict):
        por_nombre = {llave(nombre): como_texto(alt) for nombre, alt in dato.valor.items()}
        return [por_nombre.get(llave(n), por_nombre.get(llave(Path(n).stem), "")) for n in nombres]
    if isinstance(dato.valor, list):
        partes = [como_texto(v) for v in dato.valor]
    else:
        texto = como_texto(dato.valor)
        partes = [p.strip() for p in re.split(r"[|\n]", texto)]
        partes = partes if len(partes) == len(nombres) else [texto]
    return (partes + [""] * len(nombres))[: len(nombres)]


# ── cuál archivo es ──────────────────────────────────────────────────────────────────────────────────────────────


def llave(nombre: str) -> str:
    """Con qué se comparan dos nombres: sin mayúsculas, y con los acentos compuestos (las Mac los separan)."""
    return unicodedata.normalize("NFC", nombre).casefold().strip()


def nombre_prohibido(nombre: str, donde: str) -> Problema | None:
    """Un nombre que sale de la carpeta, o que no es un nombre."""
    if re.search(r"[/\\]|^[A-Za-z]:|^~", nombre) or nombre in ("..", "."):
        return Problema(
            f"«{mostrable(nombre)[:80]}» es una ruta, y sólo se toman archivos que estén junto al texto.",
            "Ponga el archivo al lado y escriba sólo su nombre.",
            donde,
        )
    if not es_nombre_limpio(nombre) or len(nombre) > 255:
        return Problema("el nombre del archivo lleva caracteres que no se ven.", "Cambie el nombre del archivo.", donde)
    return None


def buscar(nombre: str, disponibles: Iterable[str]) -> str | None:
    """El archivo que se nombra: igual, o igual sin contar mayúsculas, o el único que sólo difiere en la extensión."""
    nombres = list(disponibles)
    if nombre in nombres:
        return nombre
    iguales = [n for n in nombres if llave(n) == llave(nombre)]
    if not iguales and not Path(nombre).suffix:
        iguales = [n for n in nombres if llave(Path(n).stem) == llave(nombre) and Path(n).suffix.lower() in EXTENSIONES]
    return iguales[0] if len(iguales) == 1 else None


def ausente(medio: MedioNombrado, disponibles: Iterable[str]) -> Problema:
    parecidos = {llave(n): n for n in disponibles if Path(n).suffix.lower() in EXTENSIONES}
    cercanos = difflib.get_close_matches(llave(medio.nombre), parecidos, n=1, cutoff=0.6)
    quiso = f"¿Quiso decir «{mostrable(parecidos[cercanos[0]])}»? " if cercanos else ""
    return Problema(
        f"falta el archivo «{mostrable(medio.nombre)[:80]}».",
        f"{quiso}Suéltelo junto al texto, con ese mismo nombre.",
        medio.donde,
    )

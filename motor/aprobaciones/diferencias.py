"""Qué cambió entre dos versiones de una publicación, palabra por palabra. Puro."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_PALABRA = re.compile(r"\s+|\w+(?:[:.,]\w+)*|[^\w\s]", re.UNICODE)
_PALABRAS_MAXIMAS = 4000
"""Más largo que esto se enseña entero de un lado y entero del otro: comparar cuesta el cuadrado."""


class Marca(StrEnum):
    IGUAL = "igual"
    QUITADO = "quitado"
    PUESTO = "puesto"


@dataclass(frozen=True, slots=True)
class Trozo:
    marca: Marca
    texto: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diferencia:
    """De una parte de la publicación. antes, despues: en trozos, cada uno con lo suyo marcado."""

    parte: str
    antes: tuple[Trozo, ...]
    despues: tuple[Trozo, ...]


def comparar(antes: Mapping[str, Any], despues: Mapping[str, Any]) -> list[Diferencia]:
    """Lo que cambió entre dos instantáneas (`versiones.instantanea`), parte por parte; lo igual no aparece."""
    unas, otras = dict(_partes(antes)), dict(_partes(despues))
    return [
        _diferencia(parte, unas.get(parte, ""), otras.get(parte, ""))
        for parte in dict.fromkeys([*unas, *otras])
        if unas.get(parte, "") != otras.get(parte, "")
    ]


def _diferencia(parte: str, antes: str, despues: str) -> Diferencia:
    trozos = palabra_por_palabra(antes, despues)
    return Diferencia(
        parte=parte,
        antes=tuple(t for t in trozos if t.marca is not Marca.PUESTO),
        despues=tuple(t for t in trozos if t.marca is not Marca.QUITADO),
    )


def palabra_por_palabra(antes: str, despues: str) -> list[Trozo]:
    """Los trozos iguales, quitados y puestos, en orden; juntos rehacen los dos textos."""
    unas, otras = _PALABRA.findall(antes), _PALABRA.findall(despues)
    if max(len(unas), len(otras)) > _PALABRAS_MAXIMAS:
        return _sin_vacios([Trozo(Marca.QUITADO, antes), Trozo(Marca.PUESTO, despues)])
    trozos = []
    for que, a1, a2, b1, b2 in difflib.SequenceMatcher(None, unas, otras, autojunk=False).get_opcodes():
        if que == "equal":
            trozos.append(Trozo(Marca.IGUAL, "".join(unas[a1:a2])))
        else:
            trozos.append(Trozo(Marca.QUITADO, "".join(unas[a1:a2])))
            trozos.append(Trozo(Marca.PUESTO, "".join(otras[b1:b2])))
    return _sin_vacios(trozos)


def _sin_vacios(trozos: list[Trozo]) -> list[Trozo]:
    return [t for t in trozos if t.texto]


def _partes(version: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Cada parte con su rótulo y lo que se lee en ella."""
    for perfil, suyo in sorted(version.get("perfiles", {}).items()):
        yield perfil, "\n\n".join(suyo["partes"])
    yield "Título", version.get("titulo", "")
    yield "Enlace", version.get("enlace", "")
    medios = [f"{n}. {m['nombre']}" for n, m in enumerate(version.get("medios", ()), 1)]
    yield "Fotos y videos", "\n".join(medios)
    yield "Archivos", "\n".join(f"{n}. {m['sha256'][:12]}" for n, m in enumerate(version.get("medios", ()), 1))
    alternativos = [f"{n}. {m['texto_alternativo']}" for n, m in enumerate(version.get("medios", ()), 1)]
    yield "Texto alternativo", "\n".join(alternativos)
    yield "Encuesta", "\n".join((version.get("encuesta") or {}).get("opciones", ()))
    yield "Tipo", version.get("tipo", "")
    yield "Etiquetas", ", ".join(version.get("etiquetas", ()))
    yield "Campaña", version.get("campana", "")
    opciones = version.get("opciones", {})
    yield (
        "Opciones de la red",
        "\n".join(f"{red}: {k}={v}" for red, o in sorted(opciones.items()) for k, v in o.items()),
    )

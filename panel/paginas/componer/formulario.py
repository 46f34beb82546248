"""Lo que llega de la página de componer, con o sin guiones: el contenido y de qué borrador es."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from motor.borradores.contenido import Contenido, leer

VARIANTE, ALTERNATIVO, OPCION = "variante:", "alt:", "opcion:"
_SUELTOS = (
    "texto", "cuando", "fecha", "escrita", "ventana", "titulo", "enlace", "tipo", "hilo", "duracion", "campana",
    "etiquetas", "prioridad", "vence", "version", "aparato", "sello",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Escrito:
    """clave, revision: de qué borrador, y cuál de sus versiones tenía delante. hacer: qué botón se oprimió, además del
    camino («subir:12»). elegidos: medios marcados para añadir. buscar: lo que se busca en el acervo.
    """

    clave: str
    revision: int = 0
    publicacion_id: int | None = None
    contenido: Contenido
    hacer: str = ""
    elegidos: tuple[int, ...] = ()
    buscar: str = ""


def clave_nueva() -> str:
    return uuid.uuid4().hex


async def _escrito(request: Request) -> Escrito:
    formulario = await request.form()
    return Escrito(
        clave=_texto(formulario, "clave") or clave_nueva(),
        revision=_entero(_texto(formulario, "revision")),
        publicacion_id=_entero(_texto(formulario, "publicacion")) or None,
        contenido=_contenido(formulario),
        hacer=_texto(formulario, "hacer"),
        elegidos=tuple(_entero(e) for e in _textos(formulario, "agregar") if _entero(e)),
        buscar=_texto(formulario, "buscar")[:200],
    )


AlEscribir = Annotated[Escrito, Depends(_escrito)]


def _contenido(formulario: FormData) -> Contenido:
    datos: dict[str, object] = {nombre: _texto(formulario, nombre) for nombre in _SUELTOS}
    return leer(
        datos
        | {
            "perfiles": _textos(formulario, "perfil"),
            "variantes": _con_prefijo(formulario, VARIANTE),
            "medios": [{"id": m, "alt": _texto(formulario, f"{ALTERNATIVO}{m}")} for m in _textos(formulario, "medio")],
            "encuesta": _textos(formulario, "encuesta"),
            "opciones": _por_red(_con_prefijo(formulario, OPCION)),
        }
    )


def _por_red(sueltas: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """«pinterest:tablero» es la opción `tablero` de esa red."""
    juntas: dict[str, dict[str, str]] = {}
    for quien, valor in sueltas.items():
        red, _, nombre = quien.partition(":")
        juntas.setdefault(red, {})[nombre] = valor
    return juntas


def _con_prefijo(formulario: FormData, prefijo: str) -> dict[str, str]:
    return {n.removeprefix(prefijo): _texto(formulario, n) for n in formulario if n.startswith(prefijo)}


def _textos(formulario: FormData, nombre: str) -> list[str]:
    return [v for v in formulario.getlist(nombre) if isinstance(v, str)]


def _texto(formulario: FormData, nombre: str) -> str:
    valor = formulario.get(nombre, "")
    return valor if isinstance(valor, str) else ""


def _entero(escrito: str) -> int:
    return int(escrito) if escrito.isascii() and escrito.isdecimal() and len(escrito) <= 9 else 0

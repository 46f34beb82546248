"""Lo que se está escribiendo, tal como va: a medias, con fechas sin entender y medios sin describir. Puro."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

MEDIOS_MAXIMOS = 30
_LARGO_DE_CLAVE = 80
_CLAVES_MAXIMAS = 200


class Cuando(StrEnum):
    YA = "ya"
    HORA = "hora"
    MEJOR = "mejor"
    IGUAL = "igual"  # al cambiar una publicación: cada perfil a la hora que ya tiene


@dataclass(frozen=True, slots=True)
class Elegido:
    """Un medio del acervo, con lo que de él se le dirá a quien no puede verlo."""

    id: int
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contenido:
    """perfiles: ids. variantes: texto propio, por slug de red o nombre de perfil. opciones: por slug de red.

    fecha: la del calendario («2026-12-01T09:00»); escrita: como la dice una persona, y manda si está. ventana: entre
    qué, si pide la mejor hora («antes del viernes»). version: la de la publicación que se cambia. aparato: qué página
    lo guardó, y sello: cuál de sus guardados es; la misma página no choca consigo, ni deshace lo suyo si llega tarde.
    """

    texto: str = ""
    perfiles: tuple[int, ...] = ()
    variantes: Mapping[str, str] = field(default_factory=dict)
    medios: tuple[Elegido, ...] = ()
    cuando: Cuando = Cuando.HORA
    fecha: str = ""
    escrita: str = ""
    ventana: str = ""
    titulo: str = ""
    enlace: str = ""
    tipo: str = ""
    hilo: bool = False
    encuesta: tuple[str, ...] = ()
    duracion: str = ""
    campana: str = ""
    etiquetas: str = ""
    prioridad: str = ""
    vence: str = ""
    opciones: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    version: int = 0
    aparato: str = ""
    sello: int = 0

    def como_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def vacio(self) -> bool:
        """Si no hay nada que perder."""
        return not (self.texto.strip() or self.medios or any(v.strip() for v in self.variantes.values()) or self.titulo)

    @property
    def rotulo(self) -> str:
        """Sus primeras palabras, para reconocerlo en una lista."""
        junto = " ".join((self.titulo or self.texto or next(iter(self.variantes.values()), "")).split())
        return junto if len(junto) <= 120 else f"{junto[:119]}…"


def leer(datos: Mapping[str, Any]) -> Contenido:
    """El contenido guardado, o el que llegó de un formulario; lo que no se entiende se deja vacío."""
    return Contenido(
        **{campo: _limpio(datos.get(campo)) for campo in _TEXTOS},
        perfiles=tuple(dict.fromkeys(_enteros(datos.get("perfiles")))),
        variantes=_textos(datos.get("variantes")),
        medios=_medios(datos.get("medios")),
        cuando=Cuando(cuando) if (cuando := _limpio(datos.get("cuando"))) in set(Cuando) else Cuando.HORA,
        hilo=bool(datos.get("hilo")),
        encuesta=tuple(texto for o in _lista(datos.get("encuesta")) if (texto := _limpio(o).strip())),
        opciones={red: _textos(suyas) for red, suyas in _pares(datos.get("opciones")) if _textos(suyas)},
        version=next(iter(_enteros([datos.get("version")])), 0),
        sello=next(iter(_enteros([datos.get("sello")])), 0),
    )


_TEXTOS = tuple(c.name for c in fields(Contenido) if c.type is str)


def cambios(antes: Contenido, ahora: Contenido) -> tuple[str, ...]:
    """En qué difieren dos contenidos, por el nombre del campo; lo que no es de quien escribe no cuenta."""
    iguales = replace(antes, version=ahora.version, aparato=ahora.aparato, sello=ahora.sello)
    return tuple(c.name for c in fields(Contenido) if getattr(iguales, c.name) != getattr(ahora, c.name))


def mover(contenido: Contenido, medio_id: int, cuanto: int) -> Contenido:
    """Un medio, tantos lugares más adelante o más atrás."""
    medios = list(contenido.medios)
    desde = next((i for i, m in enumerate(medios) if m.id == medio_id), None)
    if desde is None:
        return contenido
    medios.insert(min(max(desde + cuanto, 0), len(medios) - 1), medios.pop(desde))
    return replace(contenido, medios=tuple(medios))


def quitar(contenido: Contenido, medio_id: int) -> Contenido:
    return replace(contenido, medios=tuple(m for m in contenido.medios if m.id != medio_id))


def agregar(contenido: Contenido, nuevos: Iterable[Elegido]) -> Contenido:
    """Los que no estaban, al final."""
    ya = {m.id for m in contenido.medios}
    return replace(contenido, medios=(*contenido.medios, *(m for m in nuevos if m.id not in ya))[:MEDIOS_MAXIMOS])


def cambiar_medio(contenido: Contenido, medio_id: int, por: int) -> Contenido:
    """Otro en su lugar (su recorte), con lo que ya se dijo de él."""
    medios = tuple(replace(m, id=por) if m.id == medio_id else m for m in contenido.medios)
    return replace(contenido, medios=medios)


# ── leer lo que sea ──────────────────────────────────────────────────────────────────────────────────────────────


def _limpio(valor: Any) -> str:
    """Como texto, con los renglones de Unix y sin el carácter nulo, que PostgreSQL no guarda."""
    texto = valor if isinstance(valor, str) else ""
    return re.sub(r"\r\n?", "\n", texto).replace("\0", "")


def _lista(valor: Any) -> list[Any]:
    return list(valor) if isinstance(valor, list | tuple) else []


def _pares(valor: Any) -> list[tuple[str, Any]]:
    pares = valor.items() if isinstance(valor, Mapping) else ()
    limpios = ((_limpio(clave), v) for clave, v in pares)
    return [(clave, v) for clave, v in limpios if 0 < len(clave) <= _LARGO_DE_CLAVE][:_CLAVES_MAXIMAS]


def _textos(valor: Any) -> dict[str, str]:
    return {clave: texto for clave, v in _pares(valor) if (texto := _limpio(v)).strip()}


def _enteros(valor: Any) -> list[int]:
    escritos = [str(v) for v in _lista(valor)]
    return [int(e) for e in escritos if e.isascii() and e.isdecimal() and len(e) <= 9]


def _medios(valor: Any) -> tuple[Elegido, ...]:
    por_id: dict[int, Elegido] = {}
    for dato in _lista(valor):
        if isinstance(dato, Mapping) and (ids := _enteros([dato.get("id")])):
            por_id.setdefault(ids[0], Elegido(ids[0], _limpio(dato.get("alt"))))
    return tuple(por_id.values())[:MEDIOS_MAXIMOS]

"""Lo que entra y lo que sale de una red imitada, sin nada del transporte."""

import json
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Archivo:
    nombre: str
    mime: str
    datos: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peticion:
    """Una petición ya leída entera.

    ruta: sin el prefijo de la red. base: la dirección de este servidor con el prefijo, para armar direcciones.
    raiz: la dirección sin prefijo. campos: lo del formulario o del objeto JSON. ilegible: decía JSON y no lo era.
    """

    red: str
    metodo: str
    ruta: str
    base: str = ""
    raiz: str = ""
    consulta: Mapping[str, str] = field(default_factory=dict)
    cabeceras: Mapping[str, str] = field(default_factory=dict)
    campos: Mapping[str, Any] = field(default_factory=dict)
    archivos: Mapping[str, Archivo] = field(default_factory=dict)
    cuerpo: bytes = b""
    ilegible: bool = False

    @property
    def escribe(self) -> bool:
        return self.metodo not in ("GET", "HEAD", "OPTIONS")

    @property
    def partes(self) -> tuple[str, ...]:
        return tuple(p for p in self.ruta.split("/") if p)

    def valor(self, nombre: str, si_falta: str = "") -> str:
        """Un parámetro, venga en el cuerpo o en la dirección, como texto."""
        crudo = self.campos.get(nombre, self.consulta.get(nombre, si_falta))
        if isinstance(crudo, bool):
            return "true" if crudo else "false"
        return crudo if isinstance(crudo, str) else json.dumps(crudo)


@dataclass(frozen=True, slots=True)
class Respuesta:
    estado: int
    cuerpo: Any = None
    cabeceras: Mapping[str, str] = field(default_factory=dict)
    tipo: str = JSON

    @property
    def datos(self) -> bytes:
        if self.cuerpo is None:
            return b""
        if isinstance(self.cuerpo, bytes):
            return self.cuerpo
        return json.dumps(self.cuerpo, ensure_ascii=False, separators=(",", ":")).encode()

    def con(self, cabeceras: Mapping[str, str]) -> "Respuesta":
        return replace(self, cabeceras={**self.cabeceras, **cabeceras})


class Dialecto(Protocol):
    """Una red: contesta peticiones y sabe decir sus errores a su manera."""

    def atender(self, p: Peticion) -> Awaitable[Respuesta]: ...

    def es_visible(self, p: Peticion) -> bool:
        """Si la petición, de aceptarse, la ve la gente."""

    def limitada(self) -> Respuesta: ...

    def vencida(self) -> Respuesta: ...

    def rota(self) -> Respuesta: ...

    def reiniciar(self) -> None: ...

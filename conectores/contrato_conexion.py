"""Lo que una red dice de sí misma a quien va a conectar una cuenta: qué pide, cómo se consigue y qué trámite lleva.

Cada red que se conecta desde el panel tiene su `conexion.py` con una `CONEXION`. Sólo biblioteca estándar.
"""

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Dato:
    """Algo que se escribe del perfil y no es secreto. patron: lo que admite, entero; nada que pueda ser una dirección.

    opciones: si no está vacía, sólo eso se puede elegir.
    """

    nombre: str
    titulo: str
    ayuda: str
    patron: str
    ejemplo: str = ""
    obligatorio: bool = False
    opciones: tuple[str, ...] = ()

    def admite(self, valor: str) -> bool:
        return valor in self.opciones if self.opciones else re.fullmatch(self.patron, valor) is not None


@dataclass(frozen=True, slots=True)
class Paso:
    """Algo que hay que hacer fuera de Pregonero. enlace: dónde, si tiene dirección."""

    texto: str
    enlace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermisoDeRed:
    """nombre: como lo llama la red y como viene en `EstadoDePerfil.faltan`. para: qué no se puede sin él.

    pedir: qué escribir al pedirlo; se copia tal cual. para_publicar: False si sólo sirve para escuchar o medir.
    """

    nombre: str
    para: str
    pedir: str
    para_publicar: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Conexion:
    """id_externo: cómo se llama y qué forma tiene el identificador; None si lo dice la red al comprobar.

    pasos: de no tener nada a tener las credenciales. tramite: cómo se pide un permiso que falta. fuente, verificado: de
    dónde sale todo esto y cuándo se leyó.
    """

    id_externo: Dato | None = None
    opciones: tuple[Dato, ...] = ()
    pasos: tuple[Paso, ...] = ()
    permisos: tuple[PermisoDeRed, ...] = ()
    tramite: tuple[Paso, ...] = ()
    fuente: str
    verificado: date

    def permiso(self, nombre: str) -> PermisoDeRed | None:
        return next((p for p in self.permisos if p.nombre == nombre), None)

"""Solicitud: los datos de una publicación tal como los escribió el editor, ya separados y con su sitio. Puro."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from conectores.contrato import Problema
from motor.entrada.leer.frente import Valor

Celda = Valor | datetime | date | time | timedelta | int | float


@dataclass(frozen=True, slots=True)
class Dato:
    """donde: «línea 4, fecha» o «fila 7, columna Fecha»: así se le nombra a quien lo escribió."""

    valor: Celda
    donde: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Solicitud:
    """datos: por nombre canónico (`campos.SINONIMOS`). imagenes: todos los que nombran medios, en orden.

    variantes: texto propio por destinatario (slug de red o perfil). opciones: lo demás que se dijo de una red.
    """

    datos: dict[str, Dato] = field(default_factory=dict)
    imagenes: tuple[Dato, ...] = ()
    variantes: dict[str, Dato] = field(default_factory=dict)
    opciones: dict[str, dict[str, str]] = field(default_factory=dict)
    problemas: tuple[Problema, ...] = ()

    def texto_de(self, nombre: str) -> str:
        """El dato como texto de una línea o varias, o vacío si no está."""
        dato = self.datos.get(nombre)
        return como_texto(dato.valor) if dato else ""

    def donde(self, nombre: str) -> str:
        dato = self.datos.get(nombre)
        return dato.donde if dato else nombre


def como_texto(valor: Celda) -> str:
    """Una celda o un valor como lo vería quien lo escribió: 5.0 es «5», y una lista, separada por comas."""
    if isinstance(valor, float) and valor.is_integer():
        return str(int(valor))
    if isinstance(valor, list):
        return ", ".join(como_texto(v) for v in valor)
    if isinstance(valor, dict):
        return ", ".join(f"{clave}: {como_texto(v)}" for clave, v in valor.items())
    return str(valor).strip()

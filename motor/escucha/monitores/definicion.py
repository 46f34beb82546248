"""Qué pide un monitor, como valor. Puro.

Se lee de un diccionario (de `config/monitores.toml` o de la base) con `definir`, en `lectura`.
"""

from dataclasses import dataclass, field

from conectores.contrato_escucha import Clase
from motor.escucha.lugares.rangos import Rango

CLASES = frozenset(Clase) - {Clase.COMPETIDOR}
"""Las que se cuentan si no se dice: lo que publica otra cuenta con la que nos comparamos no es lo que dice la gente."""


@dataclass(frozen=True, slots=True)
class Termino:
    """Una palabra, una frase, una #etiqueta o una @cuenta.

    escrito: como lo escribió una persona. patron: como se busca en la línea de `normalizar` o, con flexion, en la de
    `raices`.
    """

    escrito: str
    patron: str
    flexion: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Zona:
    """Dónde deben ser los mensajes.

    confianza_minima: de 0 a 1; lo que se sabe con menos es como si no se supiera. incluir_sin_lugar: contar también
    los que no se sabe de dónde son.
    """

    rango: Rango
    confianza_minima: float = 0.0
    incluir_sin_lugar: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Definicion:
    """Qué mensajes cuenta un monitor: los que cumplen todo lo que pide.

    todas: deben estar todos estos términos. alguna: al menos uno, si hay. ninguna: no debe estar ninguno.
    redes, idiomas: vacío es cualquiera; el mensaje cuyo idioma no dijo la red cuenta siempre. zona: None es
    cualquiera.
    """

    clave: str
    nombre: str
    todas: tuple[Termino, ...] = ()
    alguna: tuple[Termino, ...] = ()
    ninguna: tuple[Termino, ...] = ()
    redes: frozenset[str] = frozenset()
    idiomas: frozenset[str] = frozenset()
    clases: frozenset[Clase] = field(default=CLASES)
    zona: Zona | None = None

    @property
    def terminos(self) -> tuple[Termino, ...]:
        return (*self.todas, *self.alguna, *self.ninguna)


class DefinicionInvalida(ValueError):
    """Un monitor mal escrito. faltas: todo lo que hay que cambiar, cada cosa en una frase."""

    def __init__(self, clave: str, faltas: tuple[str, ...]) -> None:
        super().__init__(f"Monitor «{clave}»: " + " ".join(faltas))
        self.clave = clave
        self.faltas = faltas

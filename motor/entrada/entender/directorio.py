"""Los perfiles de la oficina, y a cuáles se refiere lo que escribió un editor. Puro."""

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from conectores.contrato import Gravedad, Problema
from motor.entrada.entender.campos import llano

_TODAS = frozenset({"todas", "todos", "todas las redes", "todos los perfiles", "all"})


@dataclass(frozen=True, slots=True)
class PerfilConocido:
    nombre: str
    red: str
    activo: bool = True


@dataclass(frozen=True, slots=True)
class Destinos:
    perfiles: tuple[str, ...]
    problemas: tuple[Problema, ...] = ()


@dataclass(frozen=True, slots=True)
class Directorio:
    """reconocer_red: el slug de una red escrita por una persona. nombre_de_red: cómo se llama esa red."""

    perfiles: tuple[PerfilConocido, ...]
    reconocer_red: Callable[[str], str | None]
    nombre_de_red: Callable[[str], str]
    _recordados: dict[str, str | None] = field(default_factory=dict, repr=False, compare=False)

    def activos(self) -> tuple[str, ...]:
        return tuple(p.nombre for p in self.perfiles if p.activo)

    def redes_de(self, nombres: Iterable[str]) -> tuple[str, ...]:
        """Los slugs de las redes de esos perfiles, sin repetir."""
        nombrados = set(nombres)
        return tuple(dict.fromkeys(p.red for p in self.perfiles if p.nombre in nombrados))

    def destinatario(self, escrito: str) -> str | None:
        """El nombre del perfil o el slug de la red de un texto propio («x», «Facebook», «x-ayuntamiento»), o None."""
        if escrito not in self._recordados:
            perfil = self._perfil(escrito)
            self._recordados[escrito] = perfil.nombre if perfil else self.reconocer_red(escrito)
        return self._recordados[escrito]

    def resolver(self, escritos: Iterable[str], *, donde: str) -> Destinos:
        """Los perfiles a que se refieren unas palabras, sin repetir; una red son todos sus perfiles."""
        nombres: dict[str, None] = {}
        problemas: list[Problema] = []
        for escrito in escritos:
            for palabra in self._separados(escrito):
                hallados = self._de(palabra)
                nombres.update(dict.fromkeys(p.nombre for p in hallados))
                if not hallados:
                    problemas.append(self._desconocido(palabra, donde))
        pausados = [p.nombre for p in self.perfiles if p.nombre in nombres and not p.activo]
        for nombre in pausados:
            problemas.append(
                Problema(
                    f"el perfil «{nombre}» está en pausa: no se publicará en él hasta que se reanude.",
                    "",
                    donde,
                    Gravedad.AVISO,
                )
            )
        return Destinos(tuple(nombres), tuple(problemas))

    def _separados(self, escrito: str) -> list[str]:
        if self._de(escrito):
            return [escrito]
        return [parte.strip() for parte in re.split(r"[,;/+|\n]|\s[ye]\s", escrito) if parte.strip()]

    def _de(self, palabra: str) -> list[PerfilConocido]:
        if llano(palabra) in _TODAS:
            return [p for p in self.perfiles if p.activo]
        if perfil := self._perfil(palabra):
            return [perfil]
        red = self.reconocer_red(palabra)
        return [p for p in self.perfiles if p.red == red]

    def _perfil(self, escrito: str) -> PerfilConocido | None:
        buscado = escrito.strip().lstrip("@").casefold()
        return next((p for p in self.perfiles if p.nombre.casefold() == buscado), None)

    def _desconocido(self, palabra: str, donde: str) -> Problema:
        red = self.reconocer_red(palabra)
        if red is not None:
            return Problema(f"la oficina no tiene ningún perfil en {self.nombre_de_red(red)}.", self._hay(), donde)
        nombres = {self.nombre_de_red(p.red).casefold(): self.nombre_de_red(p.red) for p in self.perfiles}
        nombres |= {p.nombre.casefold(): p.nombre for p in self.perfiles}
        cercanos = difflib.get_close_matches(palabra.casefold(), nombres, n=1, cutoff=0.6)
        quiso = f"¿Quiso decir «{nombres[cercanos[0]]}»? " if cercanos else ""
        return Problema(f"no conocemos la red o el perfil «{palabra[:80]}».", f"{quiso}{self._hay()}", donde)

    def _hay(self) -> str:
        if not self.perfiles:
            return "Todavía no hay ninguno: añádalo con «pregonero perfiles»."
        return "Hay: " + ", ".join(f"{p.nombre} ({self.nombre_de_red(p.red)})" for p in self.perfiles) + "."

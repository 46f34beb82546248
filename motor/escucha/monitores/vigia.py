"""Vigía: todos los monitores a la vez. Su costo depende de lo que dice el mensaje, no de cuántos monitores hay.

Cada monitor espera a su término más raro: el de `todas` que menos se dice o, si no tiene, cualquiera de `alguna`. Un
mensaje se recorre una vez (dos si hay flexión: la segunda por sus raíces), y sólo se pregunta a los monitores que
esperaban algo de lo que se halló.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from conectores.contrato_escucha import Clase
from motor.escucha.lugares.donde import Donde
from motor.escucha.monitores.automata import Automata
from motor.escucha.monitores.definicion import Definicion, Termino, Zona
from motor.escucha.monitores.normalizar import normalizar
from motor.escucha.monitores.raices import Variantes


class QueContienen(Protocol):
    """Lo que hace falta de `motor.escucha.lugares.rangos.Rangos`: de qué monitores es un lugar, y si es de uno."""

    def que_contienen(self, donde: Donde) -> Collection[int]: ...

    def contiene(self, monitor: int, donde: Donde) -> bool: ...


SIN_IDIOMA = ("", "und")
"""Lo que dicen las redes que no saben en qué idioma está un mensaje."""


@dataclass(frozen=True, slots=True)
class _Regla:
    """Un monitor, con sus términos por número. Un conjunto vacío no pide nada."""

    monitor: int
    todas: frozenset[int]
    alguna: frozenset[int]
    ninguna: frozenset[int]
    redes: frozenset[str]
    idiomas: frozenset[str]
    clases: frozenset[str]
    zona: Zona | None


class Vigia:
    """Los monitores ya compilados. No cambia: cuando cambia un monitor se hace otro."""

    def __init__(self, definiciones: Mapping[int, Definicion], rangos: QueContienen) -> None:
        self._rangos = rangos
        self.definiciones = dict(definiciones)
        self._numeros: dict[tuple[str, bool], int] = {}
        terminos = {t: None for d in definiciones.values() for t in d.terminos}
        literales = self._numerar(t for t in terminos if not t.flexion)
        flexivos = self._numerar(t for t in terminos if t.flexion)
        self._literales, self._variantes = Automata(literales), Variantes(flexivos)
        self._primera_raiz = len(literales)
        self._esperan: list[list[_Regla]] = [[] for _ in self._numeros]
        self._por_zona: dict[int, _Regla] = {}
        self._por_clase: dict[str, list[_Regla]] = {}
        for monitor, definicion in definiciones.items():
            self._poner_a_esperar(self._regla(monitor, definicion), definicion)

    def _numerar(self, terminos: Iterable[Termino]) -> list[str]:
        nuevos = []
        for t in terminos:
            if (t.patron, t.flexion) not in self._numeros:
                self._numeros[t.patron, t.flexion] = len(self._numeros)
                nuevos.append(t.patron)
        return nuevos

    def _regla(self, monitor: int, definicion: Definicion) -> _Regla:
        def numeros(terminos: Sequence[Termino]) -> frozenset[int]:
            return frozenset(self._numeros[t.patron, t.flexion] for t in terminos)

        return _Regla(
            monitor,
            numeros(definicion.todas),
            numeros(definicion.alguna),
            numeros(definicion.ninguna),
            definicion.redes,
            definicion.idiomas,
            frozenset(c.value for c in definicion.clases),
            definicion.zona,
        )

    def _poner_a_esperar(self, regla: _Regla, definicion: Definicion) -> None:
        if definicion.todas:
            mas_rara = max(definicion.todas, key=rareza)
            self._esperan[self._numeros[mas_rara.patron, mas_rara.flexion]].append(regla)
        elif regla.alguna:
            for numero in regla.alguna:
                self._esperan[numero].append(regla)
        elif regla.zona is not None and not regla.zona.incluir_sin_lugar:
            self._por_zona[regla.monitor] = regla
        else:
            for clase in regla.clases:
                self._por_clase.setdefault(clase, []).append(regla)

    def __len__(self) -> int:
        return len(self.definiciones)

    def coinciden(
        self,
        texto: str,
        *,
        red: str,
        clase: Clase,
        titulo: str = "",
        idioma: str = "",
        autor: str = "",
        donde: Donde | None = None,
    ) -> tuple[int, ...]:
        """Los monitores que cuentan un mensaje, en orden. autor: su nombre de usuario; donde: None si no se sabe."""
        linea = normalizar(texto, titulo=titulo, autor=autor)
        return self.en_linea(linea, red=red, clase=clase, idioma=idioma, donde=donde)

    def en_linea(self, linea: str, *, red: str, clase: Clase, idioma: str, donde: Donde | None) -> tuple[int, ...]:
        """Lo mismo, de una línea de `normalizar`."""
        halladas = self._halladas(linea)
        candidatas = self._candidatas(halladas, clase, donde)
        if not candidatas:
            return ()
        lengua = idioma.partition("-")[0].casefold()
        cuentan: set[int] = set()
        for regla in candidatas:
            if (
                regla.monitor not in cuentan
                and regla.todas <= halladas
                and (not regla.alguna or not regla.alguna.isdisjoint(halladas))
                and regla.ninguna.isdisjoint(halladas)
                and clase in regla.clases
                and (not regla.redes or red in regla.redes)
                and (not regla.idiomas or lengua in regla.idiomas or lengua in SIN_IDIOMA)
                and (regla.zona is None or self._en_su_zona(regla.monitor, regla.zona, donde))
            ):
                cuentan.add(regla.monitor)
        return tuple(sorted(cuentan))

    def _en_su_zona(self, monitor: int, zona: Zona, donde: Donde | None) -> bool:
        if donde is None or donde.confianza < zona.confianza_minima:
            return zona.incluir_sin_lugar
        return self._rangos.contiene(monitor, donde)

    def _halladas(self, linea: str) -> set[int]:
        halladas = self._literales.hallar(linea)
        if variantes := self._variantes.hallar(linea):
            halladas.update([self._primera_raiz + n for n in variantes])
        return halladas

    def _candidatas(self, halladas: set[int], clase: Clase, donde: Donde | None) -> list[_Regla]:
        candidatas = [regla for numero in halladas for regla in self._esperan[numero]]
        if self._por_zona and donde is not None:
            candidatas += [self._por_zona[m] for m in self._rangos.que_contienen(donde) if m in self._por_zona]
        if self._por_clase:
            candidatas += self._por_clase.get(clase.value, ())
        return candidatas

    def hallados(self, monitor: int, linea: str) -> frozenset[Termino]:
        """Los términos de un monitor, también los que descartan, que están en una línea de `normalizar`."""
        halladas = self._halladas(linea)
        terminos = self.definiciones[monitor].terminos
        return frozenset(t for t in terminos if self._numeros[t.patron, t.flexion] in halladas)


def rareza(termino: Termino) -> tuple[bool, int, int]:
    """Cuanto mayor, menos mensajes lo dicen: etiquetas y cuentas, luego frases, luego palabras largas."""
    return termino.patron.startswith(("#", "@", "de:")), termino.patron.count(" "), len(termino.patron)

"""Los lugares que conocemos: buscarlos por su nombre y decir dónde es un mensaje."""

from array import array
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache
from math import log10
from pathlib import Path

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from conectores.contrato_escucha import LugarDicho
from motor.escucha.lugares.archivos import Leido, Municipio, leer
from motor.escucha.lugares.comunes import Comunes
from motor.escucha.lugares.donde import Donde
from motor.escucha.lugares.lugar import Lugar, Tipo, km_entre
from motor.escucha.lugares.palabras import clave, sonido
from motor.escucha.lugares.ubicar import donde_es

CERCA_KM = 40.0
"""Hasta aquí un pueblo pequeño es de los nuestros: la gente lo nombra sin decir de qué estado."""
GRANDE = 50_000
"""Con tantos habitantes, una ciudad se nombra en todo el país sin decir de qué estado es."""
PEQUENO = 5_000
_AL_OIDO_KM = 25.0
_AL_OIDO_LETRAS = 6
_DE_VIA = ("avenida ", "calle ", "calzada ", "bulevar ", "paseo ", "via ", "carretera ")


class Catalogo:
    """Se arma una vez y no cambia; se puede usar desde varios hilos."""

    def __init__(self, leido: Leido) -> None:
        self.lugares = leido.lugares
        self.municipios = leido.municipios
        self.nuestro: Municipio | None = leido.nuestro
        self._indice: dict[str, array[int]] = {}
        self._desnudas: dict[str, array[int]] = {}
        nacionales: set[tuple[str, str]] = set()
        for numero, lugar in enumerate(self.lugares):
            nombre = clave(lugar.nombre)
            if not lugar.propio:
                nacionales.add((nombre, lugar.estado))
            for llamado in (nombre, *map(clave, lugar.otros)):
                self._anotar(llamado, numero, lugar)
        self._comunes = Comunes(nacionales)
        self.estados = {
            clave(nombre): lugar.estado
            for lugar in self.lugares
            if lugar.tipo is Tipo.ESTADO
            for nombre in (lugar.nombre, *lugar.otros)
        }
        self.estados["mexico"] = "Estado de México"  # «Toluca, México»: sólo vale detrás de otro lugar
        self._claves = sorted({*self._indice, *self._desnudas})
        self._automata = _automata(self._claves)
        self._al_oido = self._claves_al_oido()
        self._sonidos = sorted(self._al_oido)
        self._automata_al_oido = _automata(self._sonidos)

    @classmethod
    def abrir(cls, carpeta: Path | None) -> "Catalogo":
        """El de una carpeta como `config/lugares`; la que viene con Pregonero si es None o no existe.

        Lanza ArchivoDeLugaresInvalido con todo lo que haya que corregir.
        """
        return cls(leer(carpeta))

    def ubicar(self, texto: str, *, dicho: LugarDicho | None = None, lugar_del_autor: str = "") -> Donde | None:
        """Dónde es un mensaje, y cómo se sabe; None si no hay seña alguna. Véase `ubicar.donde_es`."""
        return donde_es(self, texto, dicho=dicho, lugar_del_autor=lugar_del_autor)

    # ── Por su nombre ────────────────────────────────────────────────────────────────────────────────────────

    def llamados(self, nombre: str) -> list[Lugar]:
        """Los que se llaman así, los más probables primero."""
        numeros = self._indice.get(clave(nombre), ())
        return sorted((self.lugares[n] for n in numeros), key=self.peso, reverse=True)

    def lugares_de(self, nombre: str) -> tuple[Lugar, ...]:
        """Los lugares que abarca un nombre: el que se llama así o, si es un municipio nuestro, todos los suyos."""
        buscado = clave(nombre)
        suyos: list[Lugar] = []
        for municipio in self.municipios:
            if clave(municipio.nombre) == buscado:
                suyos += [lugar for lugar in self.lugares if self._es_de(lugar, municipio)]
        return (*self.llamados(nombre)[:1], *suyos)

    def parecidos(self, nombre: str) -> tuple[str, ...]:
        """Hasta tres nombres que se escriben casi igual, los de cerca primero; para decir «¿quiso decir…?»."""
        buscado = clave(nombre)
        cercanos = [k for k, ns in self._indice.items() if any(self.es_de_aqui(self.lugares[n]) for n in ns)]
        hallados = get_close_matches(buscado, cercanos, 3, 0.7) or get_close_matches(buscado, self._claves, 3, 0.8)
        return tuple(dict.fromkeys(self.llamados(h)[0].nombre for h in hallados if h in self._indice))

    def _es_de(self, lugar: Lugar, municipio: Municipio) -> bool:
        """Sin la región entera ni lo que cae fuera del municipio (el Nevado se nombra, pero no es de él)."""
        return (
            lugar.municipio == municipio.nombre
            and lugar.tipo is not Tipo.REGION
            and km_entre(lugar.latitud, lugar.longitud, municipio.latitud, municipio.longitud) < municipio.radio_km
        )

    # ── Para quien lee un mensaje ────────────────────────────────────────────────────────────────────────────

    def nombrados(self, linea: str) -> Iterator[tuple[str, int]]:
        """Los nombres que están en una línea de `Frase.linea` y dónde empieza cada uno; de los que se enciman, el más
        largo.
        """
        for cual, inicio, _ in self._automata.find_matches_as_indexes(linea):
            yield self._claves[cual], inicio

    def al_oido(self, palabras: Iterable[str]) -> Iterator[tuple[Lugar, int, int]]:
        """Los lugares de cerca que *suenan* como unas palabras: (lugar, primera palabra, cuántas)."""
        sonidos = [_sonido(p) for p in palabras]
        linea = f" {'  '.join(sonidos)} "
        inicios, aqui = {}, 1
        for numero, s in enumerate(sonidos):
            inicios[aqui] = numero
            aqui += len(s) + 2
        for cual, inicio, _ in self._automata_al_oido.find_matches_as_indexes(linea):
            hallado = self._sonidos[cual]
            yield self.lugares[self._al_oido[hallado]], inicios[inicio + 1], hallado.count(" ") + 1

    def candidatos(self, nombre: str) -> list[Lugar]:
        return [self.lugares[n] for n in self._indice.get(nombre, ())]

    def vias(self, nombre: str) -> list[Lugar]:
        """Las avenidas y calles que, sin su «avenida» o su «calle», se llaman así."""
        return [self.lugares[n] for n in self._desnudas.get(nombre, ())]

    def es_comun(self, nombre: str) -> bool:
        return self._comunes.es_comun(nombre)

    def es_de_aqui(self, lugar: Lugar) -> bool:
        """De un municipio nuestro, o a menos de CERCA_KM del nuestro."""
        return lugar.propio or self.lejos_km(lugar) <= CERCA_KM

    def es_conocido(self, lugar: Lugar) -> bool:
        """Si se le nombra sin decir de qué estado es: los de aquí, las ciudades, y los pueblos grandes no tan lejos."""
        return self.es_de_aqui(lugar) or lugar.poblacion >= GRANDE or (bool(self.nuestro) and self.peso(lugar) >= 2)

    def es_inconfundible(self, lugar: Lugar, nombre: str) -> bool:
        """Si se le reconoce hasta con minúscula: los del municipio, los de dos palabras y los que no son pequeños."""
        if lugar.propio or " " in nombre or lugar.poblacion >= GRANDE:
            return True
        return lugar.poblacion >= PEQUENO and self.es_de_aqui(lugar)

    def lejos_km(self, lugar: Lugar) -> float:
        """A cuánto queda del centro de nuestro municipio; infinito si no se ha dicho cuál es."""
        if self.nuestro is None:
            return float("inf")
        return km_entre(lugar.latitud, lugar.longitud, self.nuestro.latitud, self.nuestro.longitud)

    def peso(self, lugar: Lugar) -> float:
        """Cuán probable es que se hable de él y no de otro que se llama igual: por su tamaño y por lo cerca que está.

        Diez veces más gente pesa lo mismo que estar tres veces más cerca: Metepec el vecino (28 mil a 6 km) le gana
        al de Hidalgo (2 mil a 180 km), y Guadalupe el barrio, a la ciudad de Nuevo León; pero Puebla es Puebla.
        """
        if lugar.tipo is Tipo.ESTADO:
            return 1.0
        lejos = self.lejos_km(lugar) if self.nuestro else 0.0
        return log10(max(lugar.poblacion, 500)) - 2 * log10(1 + lejos / 10) + (1.5 if lugar.propio else 0.0)

    # ── Cómo se arma ─────────────────────────────────────────────────────────────────────────────────────────

    def _anotar(self, nombre: str, numero: int, lugar: Lugar) -> None:
        if not nombre:
            return
        self._indice.setdefault(nombre, array("I")).append(numero)
        if lugar.tipo is Tipo.VIA:
            for prefijo in _DE_VIA:
                if nombre.startswith(prefijo):
                    self._desnudas.setdefault(nombre.removeprefix(prefijo), array("I")).append(numero)
        pegado = nombre.replace(" ", "")
        if lugar.propio and pegado != nombre and len(pegado) >= 9:  # #sanmateooxtotitlan
            self._indice.setdefault(pegado, array("I")).append(numero)

    def _claves_al_oido(self) -> dict[str, int]:
        """Los nombres de muy cerca que no se confunden con una palabra cualquiera, como suenan."""
        cerca = {n for n, lugar in enumerate(self.lugares) if lugar.propio or self.lejos_km(lugar) <= _AL_OIDO_KM}
        halladas: dict[str, int] = {}
        for nombre, numeros in self._indice.items():
            suyos = [n for n in cerca.intersection(numeros) if self.es_inconfundible(self.lugares[n], nombre)]
            if suyos and not self.es_comun(nombre):
                suena = " ".join(_sonido(p) for p in nombre.split())
                if len(suena) >= _AL_OIDO_LETRAS and "  " not in suena:
                    halladas.setdefault(suena, max(suyos, key=lambda n: self.peso(self.lugares[n])))
        return halladas


def _automata(claves: list[str]) -> AhoCorasick:
    return AhoCorasick(
        [f" {k.replace(' ', '  ')} " for k in claves],
        matchkind=MatchKind.LeftmostLongest,
        implementation=Implementation.ContiguousNFA,
    )


_sonido = lru_cache(maxsize=20_000)(sonido)

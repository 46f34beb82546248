"""Hallar términos y preguntar a los monitores, contra lo que se le ocurriría a cualquiera, en la misma corrida.

python -m bench.terminos [--textos 3000] [--json]

Los textos son español inventado de 200 letras: sílabas con la frecuencia de las palabras de una lengua (Zipf). Salvo en
los renglones que lo dicen, **normalizar no cuenta para nadie**: todos reciben la misma línea ya normalizada. De la
biblioteca se pide que halle todo (`overlapping=True`), también lo que se encima, que es lo que hace falta.
"""

import json
import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Annotated, Any

import typer
from ahocorasick_rs import AhoCorasick
from rich.console import Console
from rich.table import Table

from conectores.contrato_escucha import Clase
from motor.escucha.lugares.donde import Donde, Por
from motor.escucha.lugares.lugar import Lugar, km_entre
from motor.escucha.lugares.rangos import Circulo, Rangos
from motor.escucha.monitores.automata import Automata
from motor.escucha.monitores.definicion import Definicion
from motor.escucha.monitores.lectura import definir
from motor.escucha.monitores.normalizar import normalizar
from motor.escucha.monitores.raices import raices
from motor.escucha.monitores.vigia import Vigia

_SILABAS = str.split(
    "a e de la el que en y los se del las un por con no una su para es al lo más o pe ro ca ma ta na sa ra te ti to mo "
    "mi ni nu lle gu ji fa fe bu ba be bo ción ñe ño chu cha tra tre plo cla gri pri es or an ar al in"
)
_VUELTAS = 3


class _SinCatalogo:
    """Los rangos de este banco son círculos: no hay nombres que buscar."""

    def lugares_de(self, nombre: str) -> tuple[Lugar, ...]:
        raise AssertionError(nombre)

    def parecidos(self, nombre: str) -> tuple[str, ...]:
        raise AssertionError(nombre)


class Lengua:
    """Un español de mentira, siempre el mismo con la misma semilla."""

    def __init__(self, semilla: int = 3) -> None:
        self.azar = random.Random(semilla)
        palabras = (
            "".join(self.azar.choices(_SILABAS, k=self.azar.choice((1, 2, 2, 3, 3, 4)))) for _ in range(120_000)
        )
        self.palabras = sorted(dict.fromkeys(palabras), key=len)
        self._raras = self.palabras[200:]
        self._pesos = list(accumulate(1 / (n + 3) for n in range(len(self.palabras))))

    def texto(self, letras: int = 200) -> str:
        dicho = ""
        while len(dicho) < letras:
            dicho += " ".join(self.azar.choices(self.palabras, cum_weights=self._pesos, k=20)) + ". "
        return dicho[:letras].capitalize()

    def termino(self) -> str:
        """Siete de cada diez, una palabra; dos, una frase de dos; una, de tres. De cualquiera menos las más comunes."""
        cuantas = self.azar.choices((1, 2, 3), (7, 2, 1))[0]
        return " ".join(self.azar.choices(self._raras, k=cuantas))

    def terminos(self, cuantos: int) -> list[str]:
        distintos: dict[str, None] = {}
        while len(distintos) < cuantos:
            distintos[normalizar(self.termino()).strip()] = None
        return list(distintos)


def por_segundo(hacer: Callable[[Any], object], cosas: Sequence[Any]) -> float:
    """Cuántas al segundo, en tiempo de procesador, la mejor de tres vueltas."""
    mejor = float("inf")
    for _ in range(_VUELTAS):
        comienzo = time.process_time()
        for cosa in cosas:
            hacer(cosa)
        mejor = min(mejor, time.process_time() - comienzo)
    return len(cosas) / mejor


# ── Términos ─────────────────────────────────────────────────────────────────────────────────────────────────


def medir_terminos(lengua: Lengua, textos: Sequence[str]) -> list[dict[str, Any]]:
    lineas, renglones = [normalizar(t) for t in textos], []
    for cuantos in (1_000, 10_000, 100_000):
        terminos = lengua.terminos(cuantos)
        comienzo = time.perf_counter()
        automata = Automata(terminos)
        construir_s = time.perf_counter() - comienzo
        pelado = AhoCorasick(terminos)
        _es_lo_mismo(automata, pelado, terminos, lineas[:300])
        nuestro = por_segundo(automata.hallar, lineas)
        renglones.append(
            _renglon(
                f"{cuantos:,} términos, sólo palabras enteras ({construir_s:.2f} s en construirse)",
                nuestro,
                "el autómata de la biblioteca, sin mirar límites",
                por_segundo(_a_pelo(pelado), lineas),
                meta=0.8,
            )
        )
        if cuantos == 10_000:
            patron = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, terminos))})(?!\w)")
            renglones.append(
                _renglon(
                    f"{cuantos:,} términos",
                    nuestro,
                    "una alternancia de `re` compilada",
                    por_segundo(patron.findall, lineas[:200]),
                    meta=50,
                )
            )
        renglones.append(
            _renglon(
                f"{cuantos:,} términos, con normalizar",
                por_segundo(lambda t, automata=automata: automata.hallar(normalizar(t)), textos),
                "la biblioteca, también con normalizar",
                por_segundo(_con_normalizar(pelado), textos),
            )
        )
    renglones.append(_renglon("normalizar, sin buscar nada", por_segundo(normalizar, textos), "", 0))
    return renglones


def _a_pelo(pelado: AhoCorasick) -> Callable[[str], object]:
    return lambda linea: pelado.find_matches_as_indexes(linea, overlapping=True)


def _con_normalizar(pelado: AhoCorasick) -> Callable[[str], object]:
    return lambda texto: pelado.find_matches_as_indexes(normalizar(texto), overlapping=True)


def _es_lo_mismo(automata: Automata, pelado: AhoCorasick, terminos: Sequence[str], lineas: Sequence[str]) -> None:
    """Lo nuestro es lo de la biblioteca quitando lo que no es palabra entera."""
    for linea in lineas:
        enteras = {
            n
            for n, desde, hasta in pelado.find_matches_as_indexes(linea, overlapping=True)
            if linea[desde - 1] == " " and linea[hasta] == " "
        }
        assert {terminos[n] for n in enteras} == {terminos[n] for n in automata.hallar(linea)}


# ── Monitores ────────────────────────────────────────────────────────────────────────────────────────────────


def monitores(lengua: Lengua, cuantos: int) -> dict[int, Definicion]:
    """Como los de una oficina: de una a seis palabras, a veces dos condiciones, a veces un descarte; la mitad, con un
    círculo, y la mitad, con variantes.
    """
    azar, definiciones = lengua.azar, {}
    for n in range(cuantos):
        datos: dict[str, Any] = {"alguna": [lengua.termino() for _ in range(azar.randint(1, 6))]}
        datos["flexion"] = azar.random() < 0.5
        if azar.random() < 0.3:
            datos["todas"] = [lengua.termino()]
        if azar.random() < 0.3:
            datos["ninguna"] = [lengua.termino() for _ in range(azar.randint(1, 2))]
        if azar.random() < 0.5:
            centro = [19.29 + azar.uniform(-0.2, 0.2), -99.66 + azar.uniform(-0.2, 0.2)]
            datos["lugar"] = {"centro": centro, "radio_km": azar.uniform(1, 12)}
        try:
            definiciones[n] = definir(f"m{n}", datos)
        except ValueError:  # el mismo término buscado y descartado
            definiciones[n] = definir(f"m{n}", {"alguna": datos["alguna"]})
    return definiciones


class UnoPorUno:
    """Lo obvio bien hecho: las palabras del mensaje en un conjunto (y sus raíces en otro), y a cada monitor se le
    pregunta.

    Las palabras se buscan en el conjunto, las frases en la línea, y del lugar se mide la distancia sólo si lo demás se
    cumple.
    """

    def __init__(self, definiciones: dict[int, Definicion]) -> None:
        self._todos = [
            (n, d.alguna[0].flexion, *(_separar(d, lista) for lista in ("todas", "alguna", "ninguna")), d.zona)
            for n, d in definiciones.items()
        ]

    def __call__(self, literal: str, donde: Donde | None) -> tuple[int, ...]:
        de_raices = raices(literal)
        formas = ((literal, set(literal.split())), (de_raices, set(de_raices.split())))
        cuentan = []
        for n, flexion, (todas, frases_todas), (alguna, frases_alguna), (ninguna, frases_ninguna), zona in self._todos:
            linea, palabras = formas[flexion]
            if (
                todas <= palabras
                and (not alguna.isdisjoint(palabras) or any(f in linea for f in frases_alguna))
                and all(f in linea for f in frases_todas)
                and ninguna.isdisjoint(palabras)
                and not any(f in linea for f in frases_ninguna)
                and (zona is None or (donde is not None and _cerca(zona.rango, donde)))
            ):
                cuentan.append(n)
        return tuple(cuentan)


def _separar(definicion: Definicion, lista: str) -> tuple[frozenset[str], tuple[str, ...]]:
    patrones = [t.patron for t in getattr(definicion, lista)]
    return frozenset(p for p in patrones if " " not in p), tuple(f" {p} " for p in patrones if " " in p)


def _cerca(rango: object, donde: Donde) -> bool:
    assert isinstance(rango, Circulo)
    return km_entre(rango.latitud, rango.longitud, donde.latitud, donde.longitud) <= rango.radio_km


def medir_monitores(lengua: Lengua, textos: Sequence[str]) -> list[dict[str, Any]]:
    mensajes = [(normalizar(t), _en_algun_sitio(lengua.azar)) for t in textos]
    renglones = []
    for cuantos in (1_000, 10_000):
        definiciones = monitores(lengua, cuantos)
        zonas = {n: d.zona.rango for n, d in definiciones.items() if d.zona is not None}
        comienzo = time.perf_counter()
        vigia = Vigia(definiciones, Rangos(zonas, _SinCatalogo()))
        construir_s = time.perf_counter() - comienzo
        uno_por_uno = UnoPorUno(definiciones)

        def todos(mensaje: tuple[str, Donde | None], vigia: Vigia = vigia) -> tuple[int, ...]:
            return vigia.en_linea(mensaje[0], red="x", clase=Clase.MENCION, idioma="", donde=mensaje[1])

        def cada(mensaje: tuple[str, Donde | None], uno_por_uno: UnoPorUno = uno_por_uno) -> tuple[int, ...]:
            return uno_por_uno(*mensaje)

        pocos = mensajes[: max(100, 300_000 // cuantos)]
        assert [todos(m) for m in pocos] == [cada(m) for m in pocos]
        renglones.append(
            _renglon(
                f"{cuantos:,} monitores con lugar y variantes ({construir_s:.2f} s en construirse)",
                por_segundo(todos, mensajes),
                "preguntar a cada uno, con las palabras en un conjunto",
                por_segundo(cada, pocos),
                meta=20,
            )
        )
    return renglones


def _en_algun_sitio(azar: random.Random) -> Donde | None:
    """De uno de cada dos mensajes se sabe dónde es."""
    if azar.random() < 0.5:
        return None
    latitud, longitud = 19.29 + azar.uniform(-0.2, 0.2), -99.66 + azar.uniform(-0.2, 0.2)
    return Donde(latitud=latitud, longitud=longitud, por=Por.TEXTO, confianza=0.8)


# ── Contarlo ─────────────────────────────────────────────────────────────────────────────────────────────────


def _renglon(medida: str, nuestro: float, contra: str, suyo: float, *, meta: float | None = None) -> dict[str, Any]:
    razon = nuestro / suyo if suyo else None
    return {
        "medida": medida,
        "por_segundo": round(nuestro),
        "contra": contra,
        "el_otro": round(suyo) if suyo else None,
        "razon": round(razon, 2) if razon else None,
        "meta": meta,
        "cumple": None if meta is None or razon is None else razon >= meta,
    }


def principal(
    textos: Annotated[int, typer.Option(help="Cuántos textos.")] = 3000,
    en_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    lengua = Lengua()
    dichos = [lengua.texto() for _ in range(textos)]
    renglones = medir_terminos(lengua, dichos) + medir_monitores(lengua, dichos)
    if en_json:
        print(json.dumps(renglones, ensure_ascii=False, indent=2))
    else:
        _ensenar(renglones)
    sys.exit(any(r["cumple"] is False for r in renglones))


def _ensenar(renglones: list[dict[str, Any]]) -> None:
    cuadro = Table("medida", "textos/s", "contra", "textos/s", "razón", "meta", "")
    for r in renglones:
        signo = {True: "[green]✓[/]", False: "[red]✗[/]", None: ""}[r["cumple"]]
        otro = f"{r['el_otro']:,}" if r["el_otro"] else ""
        razon, meta = (f"{r[c]:g} ×" if r[c] is not None else "" for c in ("razon", "meta"))
        cuadro.add_row(r["medida"], f"{r['por_segundo']:,}", r["contra"], otro, razon, meta, signo)
    Console(width=None if sys.stdout.isatty() else 150).print(cuadro)


if __name__ == "__main__":
    typer.run(principal)

"""El lenguaje de búsqueda de X, lo que de él se usa: palabras, "frases", OR, -, (), from:, to:, #, @, lang:…

Sin distinguir mayúsculas ni acentos, como la búsqueda de verdad. Fuente:
https://docs.x.com/x-api/posts/search/integrate/build-a-query, consultada 2026-11-22.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

LARGO_MAXIMO = 512
_TROZO = re.compile(r'-?(?:\w+:\[[^\]]*\]|\w+:"[^"]*"|"[^"]*"|[^\s()"]+)|[()]')
_PALABRA = re.compile(r"\w+")
_OPERADOR = re.compile(r"(\w+):(.+)", re.DOTALL)
_NO_VAN_SOLOS = frozenset({"lang", "is", "has", "place_country"})

Criterio = Callable[["Buscable"], bool]


class ConsultaInvalida(ValueError):
    """Lo que X diría de la consulta."""


@dataclass(frozen=True, kw_only=True)
class Buscable:
    """Lo que se mira de un post. punto: (latitud, longitud), o el centro de su recuadro."""

    texto: str
    autor: tuple[str, str]  # su usuario y su identificador
    responde_a: tuple[str, str] = ("", "")
    conversacion: str = ""
    idioma: str = ""
    pais: str = ""
    punto: tuple[float, float] | None = None

    @cached_property
    def plegado(self) -> str:
        return plegar(self.texto)


def plegar(texto: str) -> str:
    """En minúsculas y sin acentos."""
    sueltas = unicodedata.normalize("NFD", texto.casefold())
    return "".join(c for c in sueltas if not unicodedata.combining(c))


def compilar(consulta: str) -> Criterio:
    """Si un post cumple la consulta. Lanza ConsultaInvalida con las palabras de X."""
    if not consulta.strip():
        raise ConsultaInvalida("query can not be empty")
    if len(consulta) > LARGO_MAXIMO:
        raise ConsultaInvalida(f"Rules must be {LARGO_MAXIMO} characters or less. Please reduce the length.")
    lector = _Lector(_TROZO.findall(consulta))
    criterio = lector.o()
    if lector.queda:
        raise ConsultaInvalida(f"no viable alternative at input '{lector.queda[0]}'")
    if not lector.con_sustento:
        raise ConsultaInvalida("Rules must contain a non-negated stand-alone operator.")
    return criterio


class _Lector:
    """Descenso por la gramática: «o» de «y» de trozos."""

    def __init__(self, trozos: list[str]) -> None:
        self.queda = trozos
        self.con_sustento = False

    def o(self) -> Criterio:
        ramas = [self._y()]
        while self.queda[:1] == ["OR"]:
            self.queda = self.queda[1:]
            ramas.append(self._y())
        return ramas[0] if len(ramas) == 1 else lambda b: any(rama(b) for rama in ramas)

    def _y(self) -> Criterio:
        partes: list[Criterio] = []
        while self.queda and self.queda[0] not in ("OR", ")"):
            partes.append(self._trozo())
        if not partes:
            raise ConsultaInvalida("no viable alternative at input 'OR'")
        return partes[0] if len(partes) == 1 else lambda b: all(parte(b) for parte in partes)

    def _trozo(self) -> Criterio:
        trozo, self.queda = self.queda[0], self.queda[1:]
        if trozo == "(":
            dentro = self.o()
            if self.queda[:1] != [")"]:
                raise ConsultaInvalida("missing ')' at '<EOF>'")
            self.queda = self.queda[1:]
            return dentro
        negado = trozo.startswith("-") and len(trozo) > 1
        solo = trozo[1:] if negado else trozo
        criterio = _criterio(solo)
        if negado:
            return lambda b: not criterio(b)
        hallado = _OPERADOR.fullmatch(solo)
        self.con_sustento |= hallado is None or hallado[1] not in _NO_VAN_SOLOS
        return criterio


def _criterio(trozo: str) -> Criterio:
    if trozo.startswith('"'):
        return _frase(trozo.strip('"'))
    if trozo[0] in "#@":
        exacta = re.compile(rf"(?<!\w){re.escape(plegar(trozo))}(?!\w)")
        return lambda b: exacta.search(b.plegado) is not None
    if hallado := _OPERADOR.fullmatch(trozo):
        return _operador(hallado[1], hallado[2].strip('"'))
    return _frase(trozo)


def _frase(texto: str) -> Criterio:
    buscadas = _PALABRA.findall(plegar(texto))
    if not buscadas:  # un emoji
        return lambda b: texto in b.texto
    entera = re.compile(rf"(?<!\w){'[^0-9a-z_]+'.join(map(re.escape, buscadas))}(?!\w)")
    return lambda b: entera.search(b.plegado) is not None


def _operador(nombre: str, valor: str) -> Criterio:
    limpio = valor.removeprefix("@").casefold()
    match nombre:
        case "from":
            return lambda b: limpio in (b.autor[0].casefold(), b.autor[1])
        case "to":
            return lambda b: limpio in (b.responde_a[0].casefold(), b.responde_a[1])
        case "conversation_id":
            return lambda b: b.conversacion == valor
        case "lang":
            return lambda b: b.idioma == limpio
        case "place_country":
            return lambda b: b.pais.casefold() == limpio
        case "bounding_box":
            oeste, sur, este, norte = (float(n) for n in valor.strip("[]").split())
            return lambda b: b.punto is not None and sur <= b.punto[0] <= norte and oeste <= b.punto[1] <= este
        case "is" | "has":
            return _de_estado(f"{nombre}:{limpio}")
    raise ConsultaInvalida(f"Reference to invalid operator '{nombre}'. Operator is not available in current product.")


def _de_estado(que: str) -> Criterio:
    match que:
        case "is:retweet" | "is:repost" | "is:quote":
            return lambda _: False  # aquí no se repite lo de otros
        case "is:reply":
            return lambda b: b.responde_a != ("", "")
        case "has:geo":
            return lambda b: b.punto is not None
        case "has:links":
            return lambda b: "://" in b.texto
        case "has:hashtags":
            return lambda b: "#" in b.texto
        case "has:mentions":
            return lambda b: "@" in b.texto
    raise ConsultaInvalida(f"Reference to invalid operator '{que}'. Operator is not available in current product.")

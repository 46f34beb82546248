"""Las palabras de un texto, dobladas para buscar nombres en ellas, sin perder cómo estaban escritas. Puro.

Dobla como `monitores.normalizar` (sin mayúsculas ni acentos, la ñ se queda), y además deshace abreviaturas («Av.»,
«Sta.»). No usa su línea porque aquí importa lo que ella quita: la mayúscula y la puntuación dicen si «victoria» es un
lugar, una persona o una alegría.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from motor.escucha.monitores.normalizar import BARRERA, partir, plegar

_ABREVIADAS = """
    av:avenida avda:avenida ave:avenida blvd:bulevar blv:bulevar boulevard:bulevar calz:calzada carr:carretera
    cd:ciudad col:colonia cond:condominio deleg:delegacion edo:estado fco:francisco fracc:fraccionamiento
    gral:general gdl:guadalajara gpe:guadalupe lib:libramiento mpio:municipio mex:mexico mty:monterrey nte:norte
    ote:oriente prol:prolongacion pte:poniente qro:queretaro sn:san sta:santa sto:santo stgo:santiago uh:unidad
    vte:vicente
"""
ABREVIATURAS = dict(par.split(":") for par in _ABREVIADAS.split())
_DE_TRATO = frozenset(("sr", "sra", "srta", "dr", "dra", "lic", "ing", "arq", "profr", "profa", "mtro", "mtra", "c"))

_INVISIBLES = re.compile("[\u00ad\u200b-\u200d\u2060\ufe0e\ufe0f\ufeff]")
_AJENO = re.compile(r"(?:https?://|\bwww\.)\S+|(?<![\w.])@\w[\w.\-]*|[\w.+-]+@[\w-]+\.[\w.]+", re.IGNORECASE)
_ETIQUETA = re.compile(r"#(\w+)")
_DELEGACION = re.compile(r"\bdel\.(?=\s)", re.IGNORECASE)
_PALABRA = re.compile(rf"[^\s{BARRERA}]+|[{BARRERA}]")
_TAJANTE = re.compile(r"[.!?¡¿;:\n\r\"“”«»()…|]")


class _Tabla(dict[int, str]):
    """Una letra por letra, para que cada posición siga siendo la misma."""

    def __missing__(self, codigo: int) -> str:
        letra = chr(codigo)
        doblada = BARRERA if letra == BARRERA else plegar(letra)
        self[codigo] = doblada = doblada if len(doblada) == 1 else doblada[:1] or " "
        return doblada


_TABLA = _Tabla()


def clave(nombre: str) -> str:
    """Un nombre como se busca: «Sta. Ana Tlapaltitlán» es «santa ana tlapaltitlan»."""
    if not unicodedata.is_normalized("NFKC", nombre):
        nombre = unicodedata.normalize("NFKC", nombre)
    return " ".join([ABREVIATURAS.get(p, p) for p in nombre.translate(_TABLA).split()])


@dataclass(frozen=True, slots=True)
class Frase:
    """palabras: dobladas. limites: dónde empieza y acaba cada una en `texto`. con_caja: si las mayúsculas dicen algo
    (en un texto todo en mayúsculas o todo en minúsculas, no).
    """

    texto: str
    palabras: Sequence[str]
    limites: Sequence[tuple[int, int]]
    con_caja: bool

    @property
    def linea(self) -> str:
        """Para el autómata: dos espacios entre palabras, así dos nombres seguidos no comparten ninguno."""
        return f" {'  '.join(self.palabras)} "

    def es_mayuscula(self, i: int) -> bool:
        """Si la palabra empieza con mayúscula, y eso dice algo."""
        return self.con_caja and self.texto[self.limites[i][0]].isupper()

    def separacion(self, i: int) -> str:
        """Lo que hay entre la palabra anterior y ésta."""
        return self.texto[self.limites[i - 1][1] : self.limites[i][0]] if i else "\n"

    def sigue(self, i: int) -> bool:
        """Si la palabra va pegada a la anterior: sólo las separa un espacio, un guion o el punto de una abreviatura."""
        if i <= 0 or i >= len(self.palabras):
            return False
        entre = self.separacion(i).strip()
        return not entre or entre in "-–/'’" or (entre == "." and self._es_abreviatura(i - 1))

    def corta(self, i: int) -> bool:
        """Si antes de la palabra acaba una oración."""
        if i <= 0:
            return True
        entre = self.separacion(i)
        return bool(_TAJANTE.search(entre)) and not (entre.strip() == "." and self._es_abreviatura(i - 1))

    def _es_abreviatura(self, i: int) -> bool:
        desde, hasta = self.limites[i]
        return hasta - desde <= 6 and (
            self.texto[desde:hasta].casefold() in ABREVIATURAS or self.palabras[i] in _DE_TRATO
        )


def frase(texto: str) -> Frase:
    """Las palabras de un texto. Direcciones, correos y cuentas no son palabras; las #etiquetas se parten."""
    if not texto.isascii():
        texto = _INVISIBLES.sub("", unicodedata.normalize("NFKC", texto))
    if "@" in texto or "://" in texto or "www." in texto.casefold():
        texto = _AJENO.sub(f" {BARRERA} ", texto)
    if "#" in texto:
        texto = _ETIQUETA.sub(lambda hallada: f" ; {partir(hallada[1])} ; ", texto)
    if "el. " in texto:
        texto = _DELEGACION.sub("delegación", texto)
    doblado = texto.translate(_TABLA)
    limites = [hallada.span() for hallada in _PALABRA.finditer(doblado)]
    palabras = [ABREVIATURAS.get(doblado[a:b], doblado[a:b]) for a, b in limites]
    return Frase(texto, palabras, limites, not (texto.isupper() or texto.islower()))


_SONIDOS = (
    (re.compile(r"[^a-zñ ]"), ""),
    (re.compile(r"qu(?=[ei])|[ck](?![ei])|k|q"), "k"),
    (re.compile(r"c(?=[ei])|[zx]"), "s"),
    (re.compile(r"g(?=[ei])|j"), "j"),
    (re.compile(r"ll"), "y"),
    (re.compile(r"v|w"), "b"),
    (re.compile(r"h"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"[mn](?= |$)"), "n"),
)


def sonido(doblada: str) -> str:
    """Cómo suena, a grandes rasgos, para hallar lo mal escrito: «ostotitlan» y «oxtotitlán» suenan igual."""
    for patron, cambio in _SONIDOS:
        doblada = patron.sub(cambio, doblada)
    return doblada

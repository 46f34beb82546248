"""De los términos de los monitores a búsquedas de X. Puro.

La búsqueda de X no distingue mayúsculas ni acentos, así que cada término va una sola vez.
Fuente: https://docs.x.com/x-api/posts/search/integrate/build-a-query, consultada 2026-11-22.
"""

import re
from collections.abc import Iterable, Sequence

from conectores.contrato import ErrorDePerfil

LARGO_MAXIMO = 512
_SUELTA = re.compile(r"\w+")
_ETIQUETA = re.compile(r"[#@$]\w+")
_RESERVADAS = frozenset({"OR", "AND", "NOT"})
_UTIL_MINIMO = 100
"""Lo menos que debe quedar para los términos cuando la oficina acota sus búsquedas."""


def consultas(terminos: Sequence[str], *, acotar: str = "", sin_cuenta: str = "") -> tuple[str, ...]:
    """Las búsquedas que hallan cualquiera de los términos: las menos que quepan, en el orden dado.

    acotar: más condiciones, tal como las entiende X («place_country:MX», «(Toluca OR Metepec)»). sin_cuenta: nombre o
    número de la cuenta cuyas publicaciones no interesan, que es la nuestra. Lanza ErrorDePerfil si acotar no cabe.
    """
    cola = _cola(acotar, sin_cuenta)
    cabe = LARGO_MAXIMO - len(cola) - len("()")
    if cabe < _UTIL_MINIMO:
        raise ErrorDePerfil(
            f"La opción «acotar» de este perfil mide {len(acotar)} caracteres y no deja sitio para lo que se busca.",
            remedio=f"Acórtela: X admite búsquedas de {LARGO_MAXIMO} caracteres en total.",
        )
    sueltos = dict.fromkeys(o for t in terminos if (o := operando(t, largo=cabe)))
    return tuple(f"({' OR '.join(grupo)}){cola}" for grupo in _grupos(sueltos, cabe))


def _cola(acotar: str, sin_cuenta: str) -> str:
    """Lo que lleva cada búsqueda: sin republicaciones, que repiten y cuestan lo mismo, y sin lo nuestro."""
    partes = [acotar.strip(), "-is:retweet", f"-from:{sin_cuenta}" if sin_cuenta else ""]
    return "".join(f" {p}" for p in partes if p)


def operando(termino: str, *, largo: int = LARGO_MAXIMO) -> str:
    """Un término como se escribe en una búsqueda; vacío si no dice nada.

    Lo que no es una palabra ni una etiqueta va entre comillas. Una frase que no cabe se corta en una palabra entera:
    halla de más, y el monitor ya descarta.
    """
    limpio = " ".join(termino.replace('"', " ").replace("\\", " ").split())
    if _ETIQUETA.fullmatch(limpio):
        return limpio if len(limpio) <= largo else ""
    if not _SUELTA.search(limpio):
        return limpio if limpio and not re.search(r"[\s()\-:]|^[#@$]$", limpio) and not limpio.isascii() else ""
    if _SUELTA.fullmatch(limpio) and limpio.upper() not in _RESERVADAS and len(limpio) <= largo:
        return limpio
    tope = largo - len('""')
    if len(limpio) > tope:
        limpio = limpio[: tope + 1].rpartition(" ")[0] or limpio[:tope]
    return f'"{limpio}"'


def _grupos(operandos: Iterable[str], cabe: int) -> Iterable[list[str]]:
    grupo: list[str] = []
    largo = 0
    for uno in operandos:
        suma = len(uno) + (len(" OR ") if grupo else 0)
        if grupo and largo + suma > cabe:
            yield grupo
            grupo, largo, suma = [], 0, len(uno)
        grupo.append(uno)
        largo += suma
    if grupo:
        yield grupo

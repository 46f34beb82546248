"""Las contraseñas: argon2id, y cuáles no se admiten."""

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from motor.fechas.escritas import llano

LARGO_MINIMO = 12
LARGO_MAXIMO = 200
_QUEDAN = 6
"""Cuántas letras deben quedar al quitar lo que se adivina primero."""
_DISTINTAS = 4
_TRILLADAS = (
    *("contrasena", "password", "passw0rd", "secreto", "secreta", "admin", "administrador", "usuario", "bienvenido"),
    *("bienvenida", "welcome", "letmein", "iloveyou", "teamo", "tequiero", "teamomucho", "princesa", "hola", "amor"),
    *("mexico", "america", "chivas", "pumas", "futbol", "football", "baseball", "superman", "pokemon", "dragon"),
    *(
        "monkey",
        "sunshine",
        "princess",
        "master",
        "shadow",
        "michael",
        "jesus",
        "jesucristo",
        "diosesamor",
        "guadalupe",
    ),
    *("pregonero", "municipio", "municipal", "ayuntamiento", "gobierno", "comunicacion", "comunicacionsocial"),
    *(
        "presidencia",
        "google",
        "hotmail",
        "gmail",
        "temporal",
        "prueba",
        "cambiame",
    ),
    *(
        "1q2w3e4r5t6y",
        "1q2w3e4r5t",
        "1q2w3e4r",
        "q1w2e3r4t5",
        "q1w2e3r4",
        "1qaz2wsx3edc",
        "1qaz2wsx",
        "qazwsxedc",
        "qazwsx",
    ),
)
_SEGUIDAS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_LARGO_DE_SEGUIDA = 3
_REPETIDA = re.compile(r"(.)\1{2,}")
_VUELTAS = re.compile(r"(.+?)\1+")

_A_LA_VEZ = threading.BoundedSemaphore(2)
"""Cada hash toma 64 MB: cien personas entrando a la vez no deben dejar sin memoria a quien publica."""


class ClaveDebil(ValueError):
    """No se admite; el mensaje dice por qué y qué hacer."""


@cache
def _argon() -> PasswordHash:
    """Con los parámetros que recomienda la biblioteca (64 MB, tres pasadas): decenas de milisegundos por intento."""
    return PasswordHash((Argon2Hasher(),))


@cache
def _de_nadie() -> str:
    """Contra qué se compara si la cuenta no existe: que tarde lo mismo."""
    return _argon().hash("nadie entra con esto")


def guardar(clave: str) -> str:
    """El hash que va a la base."""
    with _A_LA_VEZ:
        return _argon().hash(_normal(clave))


def vale(clave: str, guardada: str) -> tuple[bool, str]:
    """Si es esa, y el hash nuevo si conviene rehacerlo (vacío si no). Tarda lo mismo si no hay con qué comparar."""
    with _A_LA_VEZ:
        correcta, nueva = _argon().verify_and_update(_normal(clave[: LARGO_MAXIMO + 1]), guardada or _de_nadie())
    return correcta and bool(guardada), (nueva or "") if correcta and guardada else ""


def _normal(clave: str) -> str:
    """La «ñ» de un teclado y la de otro son la misma."""
    return unicodedata.normalize("NFC", clave)


def exigir_buena(clave: str, *, correo: str, nombre: str) -> None:
    """Lanza ClaveDebil. Sólo mira el largo y lo que se adivina primero: pedir signos la empeora."""
    if len(clave) < LARGO_MINIMO:
        raise ClaveDebil(f"Es corta: use {LARGO_MINIMO} letras o más. Tres o cuatro palabras sueltas sirven muy bien.")
    if len(clave) > LARGO_MAXIMO:
        raise ClaveDebil(f"Es demasiado larga: use {LARGO_MAXIMO} letras o menos.")
    quedan = _sin_lo_obvio(_pelada(clave), [_pelada(s) for s in (correo.partition("@")[0], *nombre.split())])
    if len(quedan) < _QUEDAN or len(set(quedan)) < _DISTINTAS:
        raise ClaveDebil(
            "Se adivina enseguida: se repite, va en orden, o es su nombre, su correo o una muy usada. "
            "Use tres o cuatro palabras sueltas."
        )


def _pelada(escrita: str) -> str:
    return "".join(c for c in llano(escrita) if c.isalnum())


def _sin_lo_obvio(pelada: str, suyas: Iterable[str]) -> str:
    """Lo que quien la adivina tendría que poner de su parte. Puro."""
    if (vuelta := _VUELTAS.fullmatch(pelada)) is not None:  # «asdfasdfasdf» es «asdf»
        pelada = vuelta[1]
    for obvia in sorted({s for s in (*_TRILLADAS, *suyas) if len(s) >= 4}, key=len, reverse=True):
        pelada = pelada.replace(obvia, "")
    pelada = _REPETIDA.sub("", pelada)
    for seguida in _seguidas():
        pelada = pelada.replace(seguida, "")
    return pelada


@cache
def _seguidas() -> tuple[str, ...]:
    """Los trozos de lo que va en orden en el alfabeto o en el teclado, y al revés; los largos primero."""
    return tuple(sorted({t for s in _SEGUIDAS for v in (s, s[::-1]) for t in _trozos(v)}, key=len, reverse=True))


def _trozos(entera: str) -> Iterator[str]:
    for largo in range(_LARGO_DE_SEGUIDA, len(entera) + 1):
        for desde in range(len(entera) - largo + 1):
            yield entera[desde : desde + largo]

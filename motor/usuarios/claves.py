"""Las contraseñas: argon2id, y cuáles no se admiten."""

from functools import cache
from itertools import pairwise

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from motor.fechas.escritas import llano

LARGO_MINIMO = 12
LARGO_MAXIMO = 200
_DISTINTOS = 5
_TRILLADAS = (
    "contrasena",
    "password",
    "qwertyuiop",
    "asdfghjkl",
    "administrador",
    "bienvenido",
    "pregonero",
    "municipio",
    "ayuntamiento",
    "comunicacion",
    "teamomucho",
    "mexico",
    "iloveyou",
)


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
    return _argon().hash(clave)


def vale(clave: str, guardada: str) -> tuple[bool, str]:
    """Si es esa, y el hash nuevo si conviene rehacerlo (vacío si no). Tarda lo mismo si no hay con qué comparar."""
    correcta, nueva = _argon().verify_and_update(clave[:LARGO_MAXIMO], guardada or _de_nadie())
    return correcta and bool(guardada), (nueva or "") if correcta and guardada else ""


def exigir_buena(clave: str, *, correo: str, nombre: str) -> None:
    """Lanza ClaveDebil. Sólo mira el largo y lo que se adivina primero: pedir signos la empeora."""
    if len(clave) < LARGO_MINIMO:
        raise ClaveDebil(f"Es corta: use {LARGO_MINIMO} letras o más. Tres o cuatro palabras sueltas sirven muy bien.")
    if len(clave) > LARGO_MAXIMO:
        raise ClaveDebil(f"Es demasiado larga: use {LARGO_MAXIMO} letras o menos.")
    if len(set(clave)) < _DISTINTOS or _es_escalera(clave):
        raise ClaveDebil("Se adivina enseguida: se repite o va en orden. Use tres o cuatro palabras sueltas.")
    llana = "".join(c for c in llano(clave) if c.isalnum())
    suyas = [correo.partition("@")[0], *nombre.split()]
    obvias = [*_TRILLADAS, *("".join(c for c in llano(s) if c.isalnum()) for s in suyas)]
    resto = llana
    for obvia in sorted((o for o in obvias if len(o) >= 4), key=len, reverse=True):
        resto = resto.replace(obvia, "")
    if len(resto) < 6:
        raise ClaveDebil("Se parece demasiado a su nombre, a su correo o a una muy usada. Añada otras palabras.")


def _es_escalera(clave: str) -> bool:
    """«123456789012», «abcdefghijkl», y lo mismo al revés."""
    vuelta = 10 if clave.isdigit() else 0x110000
    pasos = {(ord(b) - ord(a)) % vuelta for a, b in pairwise(clave)}
    return pasos in ({1}, {vuelta - 1})

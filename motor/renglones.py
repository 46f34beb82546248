"""Dónde está lo que no se entiende de un archivo TOML, para quien lo escribió. Puro."""

import difflib
import re
import tomllib
from collections.abc import Iterable

_LARGO = 60


def donde(error: tomllib.TOMLDecodeError, escrito: str) -> str:
    """«en el renglón 2, «nombre = "Agua»»; tomllib lo dice en inglés y sin enseñarlo."""
    hallado = re.search(r"line (\d+)", str(error))
    if hallado is None:
        return "al final: algo quedó sin cerrar"
    renglones, renglon = escrito.splitlines(), int(hallado[1])
    dicho = renglones[renglon - 1].strip()[:_LARGO] if renglon <= len(renglones) else ""
    return f"en el renglón {renglon}, «{dicho}»" if dicho else f"en el renglón {renglon}"


def que_revisar(error: tomllib.TOMLDecodeError, escrito: str) -> str:
    """Lo que se le dice a la persona, sin el nombre del archivo: dónde, y qué suele ser."""
    return (
        f"no se entiende {donde(error, escrito)}. Revise ahí y en el renglón de antes que no falten comillas, comas ni "
        "corchetes, y que lo que va antes del signo = no lleve acentos."
    )


def cercana(escrita: str, entre: Iterable[str]) -> str:
    """«¿Quiso decir «alguna»?», o las que hay si ninguna se parece."""
    todas = list(entre)
    parecidas = difflib.get_close_matches(escrita.casefold(), todas, n=1)
    return f"¿Quiso decir «{parecidas[0]}»?" if parecidas else "Las que hay: " + ", ".join(todas) + "."

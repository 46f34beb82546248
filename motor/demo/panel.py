"""El último acto: el panel abierto con dos semanas de vida dentro, y un enlace de un solo uso por cada persona."""

import contextlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import requests

from motor.demo import gente, quincena
from motor.demo.gente import Persona
from motor.entorno import Entorno
from motor.ordenes.consola import consola, tabla

PERFILES = 3
ARRANQUE_S = 30.0


def preparar(entorno: Entorno, carpeta: Path, perfiles: list[str]) -> list[tuple[Persona, str]]:
    """Dos semanas de publicaciones, la gente y lo que espera; devuelve con qué entra cada quien."""
    ids = gente.llegar(entorno)
    quincena.vivir(entorno, carpeta / "fotos", perfiles[:PERFILES], correos={p.nombre: p.correo for p in gente.GENTE})
    gente.dejar_a_medias(entorno, ids)
    return gente.enlaces_de_cada_una(entorno, ids)


def puerto_libre() -> int:
    with contextlib.closing(socket.socket()) as libre:
        libre.bind(("127.0.0.1", 0))
        return int(libre.getsockname()[1])


def atiende(url: str) -> bool:
    """Esperar a que conteste."""
    limite = time.monotonic() + ARRANQUE_S
    while time.monotonic() < limite:
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"{url}/entrar", timeout=5).ok
        time.sleep(0.2)
    return False


def recorrer(url: str, camino: str) -> Iterator[tuple[str, int]]:
    """Entrar con un enlace y pedir las páginas principales, como quien llega; cada una con su código."""
    with requests.Session() as navegador:
        yield "el enlace", navegador.post(url + camino, headers={"Origin": url}, timeout=10).status_code
        for pagina in ("/", "/calendario", "/componer", "/aprobaciones", "/acervo", "/monitores", "/horarios"):
            yield pagina, navegador.get(url + pagina, timeout=10).status_code


def ensenar(url: str, entradas: list[tuple[Persona, str]]) -> None:
    consola.print(f"\n[bold]El panel está abierto en {url}[/]")
    consola.print("Entre con el enlace de quien quiera ser; cada uno vale una vez:\n")
    cuadro = tabla("", "Rol", "Quién es", "Su enlace", enteras=("Rol", "Su enlace"))
    for persona, camino in entradas:
        cuadro.add_row(persona.rol.value, f"{persona.nombre}: {persona.hace}", f"{url}{camino}")
    consola.print(cuadro)

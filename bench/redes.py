"""Las redes del banco, cada una en otro proceso: el simulador, el proxy que corta, y el servidor oficial de Bluesky.

Lo que de verdad quedó publicado se pregunta aquí, nunca a Pregonero.
"""

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

_CORRER_SIMULADOR = (
    "import sys; from simulador.servidor import correr; "
    "correr(semilla=int(sys.argv[1]), al_arrancar=lambda url: print(url, flush=True))"
)

CLASES = (
    "reset_antes",
    "reset_despues",
    "cuelgue",
    "error_500_antes",
    "error_500_despues",
    "limite_429",
    "truncado",
    "html",
    "lento",
)


@dataclass(frozen=True, slots=True)
class EnLaRed:
    """Lo que la gente ve: una publicación que una red aceptó y nadie borró."""

    red: str
    perfil: str
    id: str
    texto: str


class Proceso:
    """Un proceso de Python que escribe su dirección en la primera línea y vive lo que el `with`."""

    def __init__(self, *argumentos: str) -> None:
        self._argumentos = argumentos
        self.url = ""

    def __enter__(self) -> Self:
        orden = [sys.executable, *self._argumentos]
        # Sus quejas de clientes que mueren a media respuesta son justo lo que se busca.
        self._proceso = subprocess.Popen(orden, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._proceso.stdout is not None
        self.url = self._proceso.stdout.readline().strip()
        if not self.url:
            raise RuntimeError(f"No arrancó: {' '.join(self._argumentos)[:200]}")
        return self

    def __exit__(self, *_: object) -> None:
        self._proceso.terminate()
        try:
            self._proceso.wait(10)
        except subprocess.TimeoutExpired:
            self._proceso.kill()
            self._proceso.wait()


class SimuladorAparte(Proceso):
    def __init__(self, *, semilla: int) -> None:
        super().__init__("-c", _CORRER_SIMULADOR, str(semilla))

    def pedir(self, metodo: str, que: str, datos: object = None) -> Any:
        cuerpo = None if datos is None else json.dumps(datos).encode()
        # La dirección es la de un proceso nuestro, en esta máquina.
        peticion = urllib.request.Request(f"{self.url}/_control/{que}", data=cuerpo, method=metodo)  # noqa: S310
        with urllib.request.urlopen(peticion, timeout=60) as respuesta:  # noqa: S310
            return json.load(respuesta)

    def ajustar(self, **cambios: object) -> None:
        self.pedir("POST", "ajustes", cambios)

    def fallar_al_azar(self, tasas: Mapping[str, float], *, alcance: str) -> None:
        self.pedir("POST", "fallos", {"tasas": dict(tasas), "alcance": alcance})

    def sanar(self) -> dict[str, int]:
        """Dejar de fallar; cuántos fallos de cada clase hubo."""
        ocurridos: dict[str, int] = self.pedir("GET", "fallos")["ocurridos"]
        for red in ("x", "facebook", "instagram", "pinterest"):
            self.pedir("DELETE", f"fallos?red={red}")
        return ocurridos

    def publicadas(self) -> list[EnLaRed]:
        return [
            EnLaRed(p["red"], p["perfil"], p["id"], f"{p['titulo']} {p['texto']}")
            for p in self.pedir("GET", "publicadas")["publicadas"]
            if not p["borrada"]
        ]


class ProxyAparte(Proceso):
    """Un proxy TCP que de vez en cuando entrega la petición entera y corta la respuesta (`bench.proxy`)."""

    def __init__(self, destino: str, *, cada_s: float, semilla: int) -> None:
        super().__init__("-m", "bench.proxy", destino, str(cada_s), str(semilla))

    def sanar(self) -> None:
        self._proceso.send_signal(signal.SIGUSR1)

"""Un panel con las redes de verdad (sus conectores) y otro extremo de mentira en esta máquina."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from conectores import registro
from config.ajustes import Variables
from modelos import Perfil
from motor.arranque import Oficina
from motor.conectores_abiertos import Conectores
from motor.credenciales import Guardadas
from motor.entorno import RedConectable
from simulador.en_hilo import Simulador
from tests.conftest import RelojFijo

PAGINA = "100200300400500"
"""La página que el simulador ya tiene, con su token."""
TOKEN = "token-facebook"  # el del simulador
SECRETO = "secreto-de-la-aplicacion"  # ídem


@pytest.fixture
def simulador() -> Iterator[Simulador]:
    with Simulador(semilla=1, duplicados=False) as sim:
        yield sim


@pytest.fixture
def variables() -> dict[str, str]:
    """Lo que puso quien instaló."""
    return {}


class DelServidor:
    """Las variables de quien instaló, tal como estén en ese momento."""

    def __init__(self, valores: Mapping[str, str]) -> None:
        self._valores = valores

    def credencial(self, red: str, clave: str, *, perfil: str = "") -> str:
        return self._leidas().credencial(red, clave, perfil=perfil)

    def url_de(self, red: str) -> str:
        return self._leidas().url_de(red)

    def _leidas(self) -> Variables:
        return Variables({f"PREGONERO_{n}": v for n, v in self._valores.items()})


def redes() -> dict[str, RedConectable]:
    def una(red: str) -> RedConectable:
        clase = registro.clase(red)
        return RedConectable(
            slug=red, capacidades=clase.capacidades, claves=clase.claves, conexion=registro.conexion(red)
        )

    return {red: una(red) for red in registro.CONECTORES}


@pytest.fixture
def oficina(oficina: Oficina, variables: dict[str, str], reloj: RelojFijo) -> Oficina:
    guardadas = Guardadas(oficina.entorno.base, lambda: oficina.llavero, reloj.ahora)
    conectores = Conectores(
        DelServidor(variables),
        registro.oyente,
        plazo_total=timedelta(seconds=5),
        direccion_publica=None,
        guardadas=guardadas,
    )
    entorno = replace(oficina.entorno, abrir=conectores, redes=redes, origenes_de=conectores.origenes)
    return replace(oficina, entorno=entorno, escucha=replace(oficina.escucha, principal=entorno))


@pytest.fixture
def con_simulador(simulador: Simulador, variables: dict[str, str]) -> Simulador:
    """El panel pregunta al simulador."""
    variables.update(
        {f"{red.upper()}_URL": simulador.url_de(red) for red in ("facebook", "instagram", "x", "pinterest")}
    )
    return simulador


@pytest.fixture
def facebook(perfil_de: Callable[..., Perfil]) -> Callable[..., Perfil]:
    """Un perfil de la página del simulador."""

    def crear(**columnas: Any) -> Perfil:
        return perfil_de("facebook", **({"titulo": "Ayuntamiento", "id_externo": PAGINA, "opciones": {}} | columnas))

    return crear

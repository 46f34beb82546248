from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from conectores import registro
from tests.contrato.arnes import Arnes, Muestra, muestra_de
from tests.intermediario import Intermediario


@pytest.fixture(params=sorted(registro.CONECTORES))
def red(request: pytest.FixtureRequest) -> str:
    nombre = str(request.param)
    try:
        registro.clase(nombre)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("conectores"):
            raise
        pytest.skip(f"falta la biblioteca {error.name}, del extra de esta red")
    return nombre


@pytest.fixture
def muestra(red: str) -> Muestra:
    return muestra_de(red)


@pytest.fixture
def arnes(red: str, muestra: Muestra, tmp_path: Path) -> Iterator[Arnes]:
    with ExitStack() as pila:
        extremo = pila.enter_context(muestra.encender())
        intermediario = None
        if extremo.sabotear is None:
            intermediario = pila.enter_context(Intermediario(extremo.acceso.url))
        yield Arnes(red, muestra, extremo, intermediario, tmp_path)

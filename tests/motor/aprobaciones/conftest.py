import pytest

from tests.motor.aprobaciones.firmantes import Despacho
from tests.motor.oficina import Oficina


@pytest.fixture
def despacho(oficina: Oficina) -> Despacho:
    return Despacho(oficina)

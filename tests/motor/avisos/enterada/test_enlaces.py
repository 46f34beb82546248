"""El enlace del correo: sólo quien lo recibió lo tiene, y siete días."""

from datetime import timedelta
from pathlib import Path

import pytest

from motor.avisos.enterada.enlaces import Enlaces
from motor.medios_publicos import Firmante
from tests.conftest import COMIENZO

URL = "https://pregonero.municipio.mx"


@pytest.fixture
def firmante(tmp_path: Path) -> Firmante:
    firmante = Firmante.de(URL, b"una clave bien larga y al azar", tmp_path)
    assert firmante is not None
    return firmante


def test_la_firma_de_un_medio_no_abre_un_aviso(firmante: Firmante) -> None:
    """La misma clave sirve para los dos, y una firma de allá no debe valer aquí."""
    enlaces = Enlaces.de_firmante(firmante)
    assert enlaces is not None
    propia = enlaces.de(12, COMIENZO)
    con_la_de_medios = Enlaces(enlaces.url, firmante.clave).de(12, COMIENZO)
    assert enlaces.abrir(propia.removeprefix(URL), COMIENZO) == 12
    assert enlaces.abrir(con_la_de_medios.removeprefix(URL), COMIENZO) is None
    assert "clave" not in repr(enlaces)


def test_caduca_a_los_siete_días(firmante: Firmante) -> None:
    enlaces = Enlaces.de_firmante(firmante)
    assert enlaces is not None
    pedido = enlaces.de(12, COMIENZO).removeprefix(URL)
    assert enlaces.abrir(pedido, COMIENZO + timedelta(days=7)) == 12
    assert enlaces.abrir(pedido, COMIENZO + timedelta(days=7, seconds=1)) is None


def test_sin_dirección_pública_no_hay_enlaces() -> None:
    assert Enlaces.de_firmante(None) is None

"""Las direcciones firmadas: nadie pide lo que no firmamos, ni sale del acervo, ni usa una vieja."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from freezegun import freeze_time

from motor.medios_publicos import VIGENCIA_S, Firmante

CLAVE = b"una clave bien larga y al azar"


@pytest.fixture
def acervo(tmp_path: Path) -> Path:
    carpeta = tmp_path / "acervo"
    (carpeta / "ab").mkdir(parents=True)
    (carpeta / "ab/feria ñandú.jpg").write_bytes(b"\xff\xd8foto")
    (tmp_path / "secreto.txt").write_text("la clave del banco")
    return carpeta


@pytest.fixture
def firmante(acervo: Path) -> Firmante:
    firmante = Firmante.de("https://pregonero.municipio.mx/", CLAVE, acervo)
    assert firmante is not None
    return firmante


def camino(direccion: str) -> str:
    partes = urlsplit(direccion)
    return f"{partes.path}?{partes.query}"


@pytest.mark.parametrize(("url", "clave"), [("", CLAVE), ("https://x.mx", b""), ("https://x.mx", b"corta")])
def test_sin_direccion_publica_o_sin_clave_no_hay_firmante(acervo: Path, url: str, clave: bytes) -> None:
    assert Firmante.de(url, clave, acervo) is None


def test_lo_firmado_se_abre(firmante: Firmante, acervo: Path) -> None:
    direccion = firmante(acervo / "ab/feria ñandú.jpg")
    assert direccion.startswith("https://pregonero.municipio.mx/medios/ab/feria%20%C3%B1and%C3%BA.jpg?caduca=")
    assert firmante.abrir(camino(direccion)) == acervo / "ab/feria ñandú.jpg"


def test_caduca_en_una_hora(firmante: Firmante, acervo: Path) -> None:
    with freeze_time("2026-11-22 15:00:00") as reloj:
        pedido = camino(firmante(acervo / "ab/feria ñandú.jpg"))
        reloj.tick(VIGENCIA_S)
        assert firmante.abrir(pedido) is not None
        reloj.tick(1)
        assert firmante.abrir(pedido) is None


@pytest.mark.parametrize(
    "cambio",
    [
        ("feria", "otra"),
        ("caduca=", "caduca=9"),
        ("firma=", "firma=0"),
        ("firma=", "firma=ñ"),
        ("?caduca", "?nada"),
        ("caduca=", "caduca=x"),
        ("caduca=", f"caduca={'9' * 5000}"),
        ("/medios/ab/", "/medios/../"),
        ("/medios/", "/medios/%00"),
    ],
    ids=str,
)
def test_lo_que_no_firmamos_no_se_abre(firmante: Firmante, acervo: Path, cambio: tuple[str, str]) -> None:
    pedido = camino(firmante(acervo / "ab/feria ñandú.jpg"))
    assert firmante.abrir(pedido.replace(*cambio)) is None


def test_otra_clave_no_abre(firmante: Firmante, acervo: Path) -> None:
    otro = Firmante.de("https://pregonero.municipio.mx", CLAVE + b"!", acervo)
    assert otro is not None
    assert otro.abrir(camino(firmante(acervo / "ab/feria ñandú.jpg"))) is None


def test_nada_de_fuera_del_acervo_se_firma(firmante: Firmante, acervo: Path) -> None:
    (acervo / "enlace.jpg").symlink_to(acervo.parent / "secreto.txt")
    for ruta in (acervo.parent / "secreto.txt", acervo / "../secreto.txt", acervo / "enlace.jpg"):
        with pytest.raises(ValueError, match=r"secreto\.txt"):
            firmante(ruta)


def test_un_enlace_puesto_despues_de_firmar_no_saca_nada(firmante: Firmante, acervo: Path) -> None:
    pedido = camino(firmante(acervo / "ab/feria ñandú.jpg"))
    (acervo / "ab/feria ñandú.jpg").unlink()
    (acervo / "ab/feria ñandú.jpg").symlink_to(acervo.parent / "secreto.txt")
    assert firmante.abrir(pedido) is None


def test_la_clave_no_aparece_en_su_repr(firmante: Firmante) -> None:
    assert CLAVE.decode() not in repr(firmante)

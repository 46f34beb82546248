import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from conectores.bluesky.conector import ConectorBluesky
from conectores.contrato import Acceso, Adjunto, TipoDeMedio
from tests.servidores.bluesky import Cuenta, NoDisponible, ServidorBluesky


@pytest.fixture(scope="session")
def servidor() -> Iterator[ServidorBluesky]:
    try:
        encendido = ServidorBluesky(rateLimitsEnabled=True).__enter__()
    except NoDisponible as motivo:
        pytest.skip(f"Sin el servidor oficial de Bluesky: {motivo}.")
    yield encendido
    encendido.__exit__()


@pytest.fixture(scope="session")
def cuenta(servidor: ServidorBluesky) -> Cuenta:
    return servidor.crear_cuenta("municipio")


@pytest.fixture(scope="session")
def conector(servidor: ServidorBluesky, cuenta: Cuenta) -> ConectorBluesky:
    return conectar(servidor.url, cuenta)


def conectar(url: str, cuenta: Cuenta, *, clave: str = "") -> ConectorBluesky:
    credenciales = {"identificador": cuenta.nombre, "clave_de_aplicacion": clave or cuenta.clave}
    return ConectorBluesky(Acceso(perfil="municipio-bluesky", url=url, credenciales=credenciales))


Dibujar = Callable[..., Adjunto]


@pytest.fixture
def dibujar(tmp_path: Path) -> Dibujar:
    """Una imagen lisa de verdad, en un archivo."""

    def _dibujar(nombre: str, *, color: str = "teal", texto_alternativo: str = "Un color") -> Adjunto:
        salida = io.BytesIO()
        Image.new("RGB", (64, 48), color).save(salida, "JPEG")
        ruta = tmp_path / nombre
        ruta.write_bytes(salida.getvalue())
        return Adjunto(
            ruta=ruta,
            tipo=TipoDeMedio.IMAGEN,
            mime="image/jpeg",
            peso_bytes=ruta.stat().st_size,
            ancho=64,
            alto=48,
            texto_alternativo=texto_alternativo,
        )

    return _dibujar

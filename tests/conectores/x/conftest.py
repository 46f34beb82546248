from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from conectores.contrato import Acceso, Adjunto, TipoDeMedio
from conectores.x.conector import ConectorX
from simulador.en_hilo import Simulador
from tests.intermediario import Intermediario

ACCESO = Acceso(
    perfil="prensa",
    id_externo="1001",
    credenciales={
        "api_key": "llave-de-aplicacion",
        "api_secret": "secreto-de-aplicacion",
        "access_token": "1001-token-de-acceso",
        "access_secret": "secreto-de-acceso",
    },
    plazo_total=timedelta(seconds=5),
)


@pytest.fixture
def sim() -> Iterator[Simulador]:
    with Simulador(semilla=1) as simulador:
        simulador.perfil("x", "1001", token="1001-token-de-acceso", usuario="SanJacintoGob")
        yield simulador


@pytest.fixture
def medio(sim: Simulador) -> Iterator[Intermediario]:
    """Lo que hay entre el conector y la red."""
    with Intermediario(sim.url_de("x")) as intermediario:
        yield intermediario


Abrir = Callable[..., ConectorX]


@pytest.fixture
def abrir(medio: Intermediario) -> Abrir:
    def abrir(**cambios: Any) -> ConectorX:
        return ConectorX(replace(ACCESO, url=medio.url, **cambios))

    return abrir


@pytest.fixture
def foto(tmp_path: Path) -> Callable[..., Adjunto]:
    def dibujar(nombre: str = "foto.png", *, color: str = "teal", alternativo: str = "") -> Adjunto:
        ruta = tmp_path / nombre
        Image.new("RGB", (64, 48), color).save(ruta)
        return Adjunto(
            ruta=ruta,
            tipo=TipoDeMedio.IMAGEN,
            mime=f"image/{ruta.suffix[1:].replace('jpg', 'jpeg')}",
            peso_bytes=ruta.stat().st_size,
            ancho=64,
            alto=48,
            texto_alternativo=alternativo,
        )

    return dibujar


@pytest.fixture
def video(tmp_path: Path) -> Adjunto:
    """Lo justo para que parezca un MP4, en más de un trozo."""
    ruta = tmp_path / "video.mp4"
    ruta.write_bytes(b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(1_600_000))
    return Adjunto(
        ruta=ruta,
        tipo=TipoDeMedio.VIDEO,
        mime="video/mp4",
        peso_bytes=ruta.stat().st_size,
        ancho=1280,
        alto=720,
        duracion_s=3.0,
    )

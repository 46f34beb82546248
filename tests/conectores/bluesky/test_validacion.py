from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from conectores.bluesky.conector import ConectorBluesky
from conectores.contrato import Acceso, Adjunto, Encuesta, Gravedad, Pieza, TipoDeMedio

FOTO = Adjunto(
    ruta=Path("foto.jpg"),
    tipo=TipoDeMedio.IMAGEN,
    mime="image/jpeg",
    peso_bytes=2_000_000,
    texto_alternativo="Una obra",
)
VIDEO = replace(FOTO, ruta=Path("obra.mp4"), tipo=TipoDeMedio.VIDEO, mime="video/mp4")
CONECTOR = ConectorBluesky(Acceso(perfil="leon-bluesky"))


@pytest.mark.parametrize(
    "pieza",
    [
        Pieza(texto="ñ" * 300),
        Pieza(texto="👩🏽‍🚒" * 200),  # 200 grafemas de 15 bytes
        Pieza(texto="", adjuntos=(FOTO,) * 4),
        Pieza(texto="", enlace="https://leon.gob.mx"),
    ],
)
def test_lo_que_cabe_pasa(pieza: Pieza) -> None:
    assert CONECTOR.validar(pieza) == []


@pytest.mark.parametrize(
    ("pieza", "donde", "dice"),
    [
        (Pieza(texto=" "), "texto", "no dice nada"),
        (Pieza(texto="ñ" * 301), "texto", "301 grafemas"),
        (Pieza(texto="👩🏽‍🚒" * 201), "texto", "3015 bytes"),
        (Pieza(texto="ñ" * 290, enlace="https://leon.gob.mx", adjuntos=(FOTO,)), "texto", "contando el enlace"),
        (Pieza(texto="x", adjuntos=(FOTO,) * 5), "imágenes", "lleva 5 imágenes"),
        (Pieza(texto="x", adjuntos=(replace(FOTO, peso_bytes=2_400_000),)), "foto.jpg", "pesa 2.4 MB"),
        (Pieza(texto="x", adjuntos=(replace(FOTO, mime="image/heic"),)), "foto.jpg", "image/heic"),
        (Pieza(texto="x", adjuntos=(VIDEO,)), "obra.mp4", "no publica videos"),
        (Pieza(texto="x", encuesta=Encuesta(("a", "b"), timedelta(days=1))), "encuesta", "no tiene encuestas"),
        (Pieza(texto="x", tipo="reel"), "tipo", "«reel»"),
    ],
)
def test_lo_que_la_red_rechazaria_se_dice_antes(pieza: Pieza, donde: str, dice: str) -> None:
    (problema,) = CONECTOR.validar(pieza)
    assert problema.gravedad is Gravedad.ERROR
    assert (problema.donde, dice in problema.mensaje) == (donde, True)
    assert problema.remedio


def test_una_imagen_sin_descripcion_es_un_aviso() -> None:
    (problema,) = CONECTOR.validar(Pieza(texto="x", adjuntos=(replace(FOTO, texto_alternativo=""),)))
    assert problema.gravedad is Gravedad.AVISO

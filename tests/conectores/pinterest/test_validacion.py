from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from conectores.contrato import Acceso, Adjunto, Encuesta, Gravedad, Pieza, TipoDeMedio
from conectores.pinterest.conector import ConectorPinterest

FOTO = Adjunto(
    ruta=Path("foto.jpg"),
    tipo=TipoDeMedio.IMAGEN,
    mime="image/jpeg",
    peso_bytes=900_000,
    ancho=1000,
    alto=1500,
    texto_alternativo="Una obra",
)
CUADRADA = replace(FOTO, ruta=Path("cuadrada.jpg"), alto=1000)
VIDEO = replace(FOTO, ruta=Path("obra.mp4"), tipo=TipoDeMedio.VIDEO, mime="video/mp4")
BUENA = Pieza(texto="ñ" * 800, titulo="t" * 100, enlace="https://leon.gob.mx", adjuntos=(FOTO,))


def conector(tablero: str = "123456") -> ConectorPinterest:
    return ConectorPinterest(Acceso(perfil="leon", opciones={"tablero": tablero}))


@pytest.mark.parametrize("pieza", [BUENA, replace(BUENA, adjuntos=(FOTO,) * 5), Pieza(texto="", adjuntos=(FOTO,))])
def test_lo_que_cabe_pasa(pieza: Pieza) -> None:
    assert conector().validar(pieza) == []


@pytest.mark.parametrize(
    ("pieza", "donde", "dice"),
    [
        (replace(BUENA, texto="ñ" * 803), "texto", "tiene 803 caracteres"),
        (replace(BUENA, titulo="t" * 101), "título", "admite 100"),
        (replace(BUENA, enlace="https://a.mx/" + "x" * 2048), "enlace", "admite 2048"),
        (replace(BUENA, adjuntos=()), "imágenes", "necesita una imagen"),
        (replace(BUENA, adjuntos=(FOTO,) * 6), "imágenes", "lleva 6 imágenes"),
        (replace(BUENA, adjuntos=(VIDEO,)), "obra.mp4", "no se admiten todavía"),
        (replace(BUENA, adjuntos=(replace(FOTO, mime="image/webp"),)), "foto.jpg", "image/webp"),
        (replace(BUENA, adjuntos=(replace(FOTO, peso_bytes=2_000_000),)), "foto.jpg", "pesa 2.0 MB"),
        (
            replace(BUENA, adjuntos=(replace(FOTO, texto_alternativo="a" * 501),)),
            "texto alternativo",
            "tiene 501 caracteres y",
        ),
        (
            replace(BUENA, adjuntos=(replace(FOTO, texto_alternativo="a" * 250),) * 2),
            "texto alternativo",
            "entre todas las imágenes",
        ),
        (replace(BUENA, encuesta=Encuesta(("a", "b"), timedelta(days=1))), "encuesta", "no tiene encuestas"),
        (replace(BUENA, tipo="reel"), "tipo", "«reel»"),
        (replace(BUENA, en_respuesta_a="123"), "texto", "no tiene hilos"),
        (replace(BUENA, opciones={"tablero": "avisos"}), "tablero", "«avisos»"),
    ],
)
def test_lo_que_la_red_rechazaria_se_dice_antes(pieza: Pieza, donde: str, dice: str) -> None:
    (problema,) = conector().validar(pieza)
    assert problema.gravedad is Gravedad.ERROR
    assert (problema.donde, dice in problema.mensaje) == (donde, True)
    assert problema.remedio


def test_sin_tablero_no_se_puede_publicar_salvo_que_lo_diga_la_pieza() -> None:
    (problema,) = conector("").validar(BUENA)
    assert problema.donde == "tablero"
    assert conector("").validar(replace(BUENA, opciones={"tablero": "77"})) == []


@pytest.mark.parametrize(
    ("adjuntos", "dice"),
    [((FOTO, CUADRADA), "misma proporción"), ((replace(FOTO, texto_alternativo=" "),), "texto alternativo")],
)
def test_lo_que_conviene_arreglar_es_un_aviso(adjuntos: tuple[Adjunto, ...], dice: str) -> None:
    (problema,) = conector().validar(replace(BUENA, adjuntos=adjuntos))
    assert problema.gravedad is Gravedad.AVISO
    assert dice in problema.mensaje

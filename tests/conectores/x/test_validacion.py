from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from conectores.contrato import Adjunto, Encuesta, Gravedad, Pieza, Problema, TipoDeMedio
from conectores.x.validacion import validar_pieza

FOTO = Adjunto(
    ruta=Path("foto.jpg"), tipo=TipoDeMedio.IMAGEN, mime="image/jpeg", peso_bytes=400_000, ancho=1200, alto=800
)
VIDEO = Adjunto(
    ruta=Path("video.mp4"),
    tipo=TipoDeMedio.VIDEO,
    mime="video/mp4",
    peso_bytes=9_000_000,
    ancho=1280,
    alto=720,
    duracion_s=30.0,
)
GIF = replace(FOTO, ruta=Path("baile.gif"), mime="image/gif")
ENCUESTA = Encuesta(("Sí", "No"), timedelta(days=1))


def errores(pieza: Pieza) -> list[Problema]:
    return [p for p in validar_pieza(pieza) if p.gravedad is Gravedad.ERROR]


@pytest.mark.parametrize(
    "pieza",
    [
        Pieza(texto="Hoy no hay agua."),
        Pieza(texto="á" * 280),
        Pieza(texto="", adjuntos=(FOTO,)),
        Pieza(texto="Cuatro fotos", adjuntos=(FOTO,) * 4),
        Pieza(texto="Un video", adjuntos=(VIDEO,)),
        Pieza(texto="Un GIF", adjuntos=(replace(GIF, peso_bytes=14_000_000, ancho=1280),)),
        Pieza(texto="¿Le gusta?", encuesta=ENCUESTA),
        Pieza(texto="Costará $1,500 y no MX$200; cotiza $WALMEX."),
        Pieza(texto="sigue", en_respuesta_a="1866543210987654321"),
    ],
)
def test_lo_que_x_admite_pasa(pieza: Pieza) -> None:
    assert validar_pieza(pieza) == []


@pytest.mark.parametrize(
    ("pieza", "dice"),
    [
        (Pieza(texto="   "), "no dice nada"),
        (Pieza(texto="a" * 283), "mide 283 y X admite 280: sobran 3."),
        (Pieza(texto="a" * 270 + " https://leon.gob.mx/x"), "El enlace cuenta 23"),
        (Pieza(texto="a" * 250 + " gob.mx leon.gob.mx"), "Cada uno de los 2 enlaces cuenta 23"),
        (Pieza(texto="\ufeffhola"), "carácter invisible"),
        (Pieza(texto="medio emoji: \ud83d"), "carácter invisible"),
        (Pieza(texto="suben $AAPL y $GOOG"), "2 etiquetas de bolsa"),
        (Pieza(texto="x", adjuntos=(FOTO,) * 5), "5 imágenes y X admite 4"),
        (Pieza(texto="x", adjuntos=(VIDEO, FOTO)), "Un video va solo"),
        (Pieza(texto="x", adjuntos=(VIDEO, VIDEO)), "Un video va solo"),
        (Pieza(texto="x", adjuntos=(GIF, FOTO)), "Un GIF va solo"),
        (Pieza(texto="x", adjuntos=(replace(FOTO, peso_bytes=6_000_000),)), "pesa 6.0 MB y X admite 5 MB"),
        (Pieza(texto="x", adjuntos=(replace(FOTO, mime="image/heic"),)), "no admite imágenes image/heic"),
        (Pieza(texto="x", adjuntos=(replace(GIF, ancho=1300),)), "mide 1300×800"),
        (Pieza(texto="x", adjuntos=(replace(FOTO, texto_alternativo="a" * 1001),)), "1001 caracteres"),
        (Pieza(texto="x", adjuntos=(replace(VIDEO, duracion_s=141.0),)), "dura 141.0 s"),
        (Pieza(texto="x", adjuntos=(replace(VIDEO, duracion_s=0.2),)), "dura 0.2 s"),
        (Pieza(texto="x", adjuntos=(replace(VIDEO, mime="video/x-msvideo"),)), "no admite videos"),
        (Pieza(texto="x", adjuntos=(replace(VIDEO, ancho=1280, alto=400),)), "muy alargada"),
        (Pieza(texto="x", adjuntos=(replace(VIDEO, ancho=30, alto=30),)), "muy pequeño"),
        (Pieza(texto="x", adjuntos=(replace(VIDEO, peso_bytes=600_000_000),)), "600.0 MB"),
        (Pieza(texto="¿?", encuesta=ENCUESTA, adjuntos=(FOTO,)), "encuesta y adjuntos a la vez"),
        (Pieza(texto="¿?", encuesta=replace(ENCUESTA, opciones=("Sí",))), "1 opciones y X admite de 2 a 4"),
        (Pieza(texto="¿?", encuesta=replace(ENCUESTA, opciones=("Sí", "n" * 26))), "26 caracteres"),
        (Pieza(texto="¿?", encuesta=replace(ENCUESTA, opciones=("Sí", " "))), "1 caracteres"),
        (Pieza(texto="¿?", encuesta=replace(ENCUESTA, duracion=timedelta(minutes=4))), "5 minutos a 7 días"),
        (Pieza(texto="¿?", encuesta=replace(ENCUESTA, duracion=timedelta(days=8))), "5 minutos a 7 días"),
        (Pieza(texto="", encuesta=ENCUESTA), "no dice nada"),
        (Pieza(texto="x", en_respuesta_a="../2/tweets"), "no es un identificador"),
    ],
)
def test_lo_que_x_rechazaria_se_dice_antes(pieza: Pieza, dice: str) -> None:
    dichos = [str(p) for p in errores(pieza)]
    assert len(dichos) == 1
    assert dice in dichos[0]


def test_un_texto_demasiado_largo_sugiere_el_hilo() -> None:
    (problema,) = errores(Pieza(texto="a" * 281))
    assert "`hilo: sí`" in problema.remedio


def test_un_enlace_avisa_de_lo_que_cuesta_con_su_fuente() -> None:
    (aviso,) = validar_pieza(Pieza(texto="Pague en leon.gob.mx"))
    assert aviso.gravedad is Gravedad.AVISO
    assert "13 veces" in aviso.mensaje
    assert "https://docs.x.com" in aviso.remedio
    assert "2026-11-22" in aviso.remedio


def test_un_video_de_telefono_se_admite_con_aviso() -> None:
    (aviso,) = validar_pieza(Pieza(texto="x", adjuntos=(replace(VIDEO, ancho=1080, alto=1920),)))
    assert aviso.gravedad is Gravedad.AVISO

"""Mirar un archivo antes de aceptarlo: lo bueno, lo roto y lo hostil."""

import os
import time

import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conectores.contrato import TipoDeMedio
from motor.acervo.medios import MedioInadmisible, inspeccionar

from .fotos import ORIENTACION, bomba_png, bytes_de, exif_con_gps, foto, guardada


@pytest.mark.parametrize(
    ("formato", "mime"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("GIF", "image/gif"),
        ("WEBP", "image/webp"),
        ("AVIF", "image/avif"),
    ],
)
def test_se_confia_en_el_contenido_y_no_en_la_extension(tmp_path, formato, mime):
    datos = inspeccionar(guardada(tmp_path / "foto.txt", foto(), formato))
    assert (datos.tipo, datos.mime, datos.ancho, datos.alto) == (TipoDeMedio.IMAGEN, mime, 640, 480)
    assert datos.peso_bytes == (tmp_path / "foto.txt").stat().st_size


def test_una_foto_de_iphone_se_entiende(tmp_path):
    pillow_heif.from_pillow(foto(320, 240)).save(tmp_path / "IMG_0001.HEIC")
    datos = inspeccionar(tmp_path / "IMG_0001.HEIC")
    assert (datos.mime, datos.ancho, datos.alto) == ("image/heic", 320, 240)


def test_una_foto_tomada_de_lado_mide_lo_que_se_ve(tmp_path):
    exif = exif_con_gps(orientacion=6)
    assert exif[ORIENTACION] == 6
    datos = inspeccionar(guardada(tmp_path / "vertical.jpg", foto(640, 480), exif=exif))
    assert (datos.ancho, datos.alto) == (480, 640)


def problema_de(ruta):
    with pytest.raises(MedioInadmisible) as motivo:
        inspeccionar(ruta)
    problema = motivo.value.problema
    assert problema.remedio, "todo rechazo dice qué hacer"
    return problema


def test_una_foto_cortada_se_rechaza(tmp_path):
    entera = bytes_de(foto(2000, 1500))
    (tmp_path / "cortada.jpg").write_bytes(entera[: len(entera) // 2])
    assert "incompleta" in problema_de(tmp_path / "cortada.jpg").mensaje


def test_un_png_cortado_se_rechaza(tmp_path):
    (tmp_path / "cortado.png").write_bytes(bytes_de(foto(), "PNG")[:-900])
    assert "incompleta" in problema_de(tmp_path / "cortado.png").mensaje


@pytest.mark.parametrize("lado", [9_200, 12_000, 60_000, 500_000])
def test_una_bomba_de_descompresion_no_llega_a_abrirse(tmp_path, lado):
    (tmp_path / "bomba.png").write_bytes(bomba_png(lado))
    comienzo = time.monotonic()
    problema = problema_de(tmp_path / "bomba.png")
    assert "millones" in problema.mensaje
    assert time.monotonic() - comienzo < 1


def test_dos_gigabytes_se_rechazan_sin_leerlos(tmp_path):
    with (tmp_path / "enorme.mp4").open("wb") as archivo:
        archivo.write(b"\x00\x00\x00\x18ftypisom")
        archivo.truncate(2 << 30)
    comienzo = time.monotonic()
    assert "2147.5 MB" in problema_de(tmp_path / "enorme.mp4").mensaje
    assert time.monotonic() - comienzo < 1


def test_una_imagen_de_mas_de_cincuenta_megas_se_rechaza(tmp_path):
    ruta = guardada(tmp_path / "pesada.jpg", foto())
    os.truncate(ruta, 51_000_000)
    assert "50 MB" in problema_de(ruta).mensaje


@pytest.mark.parametrize(
    ("contenido", "palabra"),
    [
        (b"", "vacío"),
        (b"hola, esto es texto", "no es una imagen"),
        (bytes(range(256)) * 20, "no es una imagen"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"II*\x00........", "TIFF"),
        (b"MZ\x90\x00", "programa"),
        (b"PK\x03\x04....", "Office"),
        (b"\xff\xd8\xff\xe0basura", "dañada"),
        (b"RIFF\x00\x00\x00\x00WEBPxxxx", "dañada"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1" + b"\x00" * 50, "dañada"),
    ],
)
def test_lo_que_no_es_un_medio_dice_que_es(tmp_path, contenido, palabra):
    (tmp_path / "foto.jpg").write_bytes(contenido)
    assert palabra in problema_de(tmp_path / "foto.jpg").mensaje


def test_un_enlace_simbolico_no_se_sigue(tmp_path):
    guardada(tmp_path / "secreta.jpg", foto())
    (tmp_path / "enlace.jpg").symlink_to(tmp_path / "secreta.jpg")
    assert "enlace" in problema_de(tmp_path / "enlace.jpg").mensaje


def test_una_tuberia_no_nos_deja_esperando(tmp_path):
    os.mkfifo(tmp_path / "foto.jpg")
    assert "no es un archivo corriente" in problema_de(tmp_path / "foto.jpg").mensaje


def test_una_carpeta_y_una_ausencia_se_dicen(tmp_path):
    (tmp_path / "carpeta.jpg").mkdir()
    assert "corriente" in problema_de(tmp_path / "carpeta.jpg").mensaje
    assert "no está" in problema_de(tmp_path / "nada.jpg").mensaje


def test_un_archivo_que_cambia_se_vuelve_a_mirar(tmp_path):
    ruta = guardada(tmp_path / "foto.jpg", foto(640, 480))
    antes = inspeccionar(ruta)
    assert inspeccionar(ruta) is antes, "sin cambios no se decodifica otra vez"
    guardada(ruta, foto(320, 200))
    assert (inspeccionar(ruta).ancho, inspeccionar(ruta).sha256 != antes.sha256) == (320, True)


@settings(max_examples=150, deadline=None)
@given(
    formato=st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]),
    cambios=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), max_size=8),
    largo=st.integers(0, 4000),
)
def test_ningun_archivo_estropeado_hace_otra_cosa_que_decirlo(tmp_path_factory, formato, cambios, largo):
    contenido = bytearray(bytes_de(foto(60, 40), formato))[:largo]
    for lugar, valor in cambios:
        if contenido:
            contenido[lugar % len(contenido)] = valor
    ruta = tmp_path_factory.mktemp("roto") / "foto"
    ruta.write_bytes(contenido)
    try:
        datos = inspeccionar(ruta)
    except MedioInadmisible as error:
        assert error.problema.mensaje
    else:
        assert datos.ancho >= 0

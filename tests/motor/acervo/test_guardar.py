"""El acervo: por contenido, entero o nada, y sin decir dónde se tomó la foto."""

import pillow_heif
import pytest
from PIL import Image, ImageChops
from sqlmodel import func, select

from modelos import Medio
from motor.acervo.medios import adjunto_de, datos_de, guardar, inspeccionar

from .fotos import bytes_de, exif_con_gps, foto, guardada


def guardar_en(base, carpeta, ruta, reloj, nombre="foto.jpg"):
    with base.escribir() as sesion:
        return guardar(sesion, inspeccionar(ruta), carpeta=carpeta, nombre=nombre, ahora=reloj.ahora())


@pytest.mark.parametrize("formato", ["JPEG", "PNG", "WEBP"])
def test_lo_guardado_no_dice_donde_se_tomo_y_se_ve_igual(base, tmp_path, reloj, formato):
    ruta = guardada(tmp_path / "foto", foto(), formato, exif=exif_con_gps())
    assert b"Marca de la c" in ruta.read_bytes()
    medio = guardar_en(base, tmp_path / "acervo", ruta, reloj)
    guardado = tmp_path / "acervo" / medio.ruta
    with Image.open(guardado) as limpia, Image.open(ruta) as original:
        assert len(limpia.getexif()) == 0
        assert b"Marca de la c" not in guardado.read_bytes()
        assert ImageChops.difference(limpia.convert("RGB"), original.convert("RGB")).getbbox() is None, "ni un píxel"


def test_una_foto_de_lado_se_guarda_derecha(base, tmp_path, reloj):
    ruta = guardada(tmp_path / "foto.jpg", foto(640, 480), exif=exif_con_gps(orientacion=3))
    medio = guardar_en(base, tmp_path / "acervo", ruta, reloj)
    with Image.open(tmp_path / "acervo" / medio.ruta) as derecha:
        rojo = derecha.convert("RGB").getpixel((630, 470))
    assert rojo[0] > 200 and rojo[1] < 80, "la esquina roja está ahora abajo a la derecha"


def test_una_foto_de_iphone_se_guarda_como_jpeg(base, tmp_path, reloj):
    pillow_heif.from_pillow(foto(320, 240)).save(tmp_path / "foto.heic", exif=exif_con_gps().tobytes())
    medio = guardar_en(base, tmp_path / "acervo", tmp_path / "foto.heic", reloj)
    assert (medio.mime, medio.ancho, medio.alto, medio.ruta[-4:]) == ("image/jpeg", 320, 240, ".jpg")
    with Image.open(tmp_path / "acervo" / medio.ruta) as guardada_:
        assert len(guardada_.getexif()) == 0


def test_otras_fotos_pegadas_al_final_no_viajan(base, tmp_path, reloj):
    (tmp_path / "foto.jpg").write_bytes(bytes_de(foto()) + bytes_de(foto(64, 64), exif=exif_con_gps()))
    medio = guardar_en(base, tmp_path / "acervo", tmp_path / "foto.jpg", reloj)
    assert b"Marca de la c" not in (tmp_path / "acervo" / medio.ruta).read_bytes()


def test_el_mismo_archivo_dos_veces_es_uno(base, tmp_path, reloj):
    uno, otro = guardada(tmp_path / "a.jpg", foto()), guardada(tmp_path / "b.jpg", foto())
    primero = guardar_en(base, tmp_path / "acervo", uno, reloj)
    segundo = guardar_en(base, tmp_path / "acervo", otro, reloj)
    assert primero.id == segundo.id
    with base.leer() as sesion:
        assert sesion.exec(select(func.count()).select_from(Medio)).one() == 1
    assert len([p for p in (tmp_path / "acervo").rglob("*") if p.is_file()]) == 1, "ni copias ni temporales"


def test_si_el_archivo_se_perdio_se_repone_al_guardarlo_otra_vez(base, tmp_path, reloj):
    ruta = guardada(tmp_path / "a.jpg", foto())
    medio = guardar_en(base, tmp_path / "acervo", ruta, reloj)
    (tmp_path / "acervo" / medio.ruta).unlink()
    assert guardar_en(base, tmp_path / "acervo", ruta, reloj).id == medio.id
    assert (tmp_path / "acervo" / medio.ruta).exists()


def test_lo_guardado_pasa_a_la_red_sin_mas_cambios(base, tmp_path, reloj, entorno):
    ruta = guardada(tmp_path / "a.jpg", foto(), exif=exif_con_gps(orientacion=6))
    medio = guardar_en(base, tmp_path / "acervo", ruta, reloj)
    datos = datos_de(medio, tmp_path / "acervo")
    adjunto, arreglos = adjunto_de(
        datos, entorno.capacidades_de("memoria"), texto_alternativo="Una foto.", variantes=tmp_path / "variantes"
    )
    assert (adjunto.ruta, arreglos) == (datos.ruta, ())
    assert (adjunto.ancho, adjunto.alto, adjunto.texto_alternativo) == (480, 640, "Una foto.")

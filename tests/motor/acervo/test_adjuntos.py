"""El medio como lo pide cada red: ajustado, siempre igual y contando qué se cambió."""

import hashlib
from dataclasses import replace

import pytest
from PIL import Image, ImageCms

from conectores.contrato import LimiteDeImagen
from conectores.memoria.conector import ConectorMemoria
from motor.acervo.medios import adjunto_de, inspeccionar

from .fotos import exif_con_gps, foto, guardada, ruido


def red(**limite):
    predicho = {"formatos": ("JPEG",), "peso_maximo_bytes": 8_000_000, "ancho_maximo": 1440}
    return replace(ConectorMemoria.capacidades, nombre="Instagram", imagen=LimiteDeImagen(**(predicho | limite)))


def ajustado(ruta, capacidades, tmp_path):
    return adjunto_de(inspeccionar(ruta), capacidades, texto_alternativo="", variantes=tmp_path / "variantes")


def test_una_foto_grande_se_reduce_y_se_dice(tmp_path):
    ruta = guardada(tmp_path / "foto.jpg", foto(3000, 2000), exif=exif_con_gps())
    adjunto, arreglos = ajustado(ruta, red(), tmp_path)
    assert (adjunto.ancho, adjunto.alto, adjunto.mime) == (1440, 960, "image/jpeg")
    assert adjunto.peso_bytes == adjunto.ruta.stat().st_size
    assert arreglos == (
        "foto.jpg: se quitó la ubicación GPS y los demás datos de la cámara.",
        "foto.jpg: se redujo de 3000×2000 a 1440×960 para Instagram.",
    )
    with Image.open(adjunto.ruta) as variante:
        assert len(variante.getexif()) == 0


def test_lo_que_ya_cabe_va_tal_cual(tmp_path):
    ruta = guardada(tmp_path / "foto.jpg", foto())
    adjunto, arreglos = ajustado(ruta, red(), tmp_path)
    assert (adjunto.ruta, arreglos) == (ruta, ())


def test_solo_los_metadatos_no_cuestan_calidad(tmp_path):
    ruta = guardada(tmp_path / "foto.jpg", foto(), exif=exif_con_gps())
    adjunto, arreglos = ajustado(ruta, red(), tmp_path)
    with Image.open(adjunto.ruta) as limpia, Image.open(ruta) as original:
        assert limpia.tobytes() == original.tobytes()
    assert arreglos == ("foto.jpg: se quitó la ubicación GPS y los demás datos de la cámara.",)


def test_la_transparencia_queda_blanca_donde_no_se_admite(tmp_path):
    transparente = Image.new("RGBA", (100, 100), (255, 0, 0, 0))
    adjunto, arreglos = ajustado(guardada(tmp_path / "logo.png", transparente, "PNG"), red(), tmp_path)
    with Image.open(adjunto.ruta) as variante:
        assert min(variante.convert("RGB").getpixel((50, 50))) > 250
    assert "logo.png: el fondo transparente quedó blanco para Instagram." in arreglos


def test_lo_que_pesa_de_mas_baja_de_calidad_y_luego_de_ancho(tmp_path):
    ruta = guardada(tmp_path / "ruido.jpg", ruido(1200, 900), quality=100)
    for tope in (400_000, 60_000):
        adjunto, arreglos = ajustado(ruta, red(peso_maximo_bytes=tope), tmp_path)
        assert adjunto.peso_bytes <= tope
        assert arreglos
    assert adjunto.ancho < 1200, "con 60 KB no basta la calidad"


def test_un_png_de_16_bits_uno_de_grises_y_uno_cmyk_se_publican(tmp_path):
    rutas = [
        guardada(tmp_path / "16.png", Image.new("I;16", (50, 50), 40_000), "PNG"),
        guardada(tmp_path / "gris.png", foto(50, 50, modo="L"), "PNG"),
        guardada(tmp_path / "paleta.gif", foto(50, 50).convert("P"), "GIF"),
        guardada(tmp_path / "cmyk.jpg", foto(50, 50).convert("CMYK")),
    ]
    for ruta in rutas:
        adjunto, _ = ajustado(ruta, red(), tmp_path)
        with Image.open(adjunto.ruta) as variante:
            variante.load()
            assert (variante.format, variante.mode in ("RGB", "L")) == ("JPEG", True), ruta.name
    with Image.open(ajustado(rutas[0], red(), tmp_path)[0].ruta) as dieciseis:
        assert abs(dieciseis.getpixel((9, 9)) - 40_000 // 256) < 3


def test_otro_espacio_de_color_se_pasa_a_srgb(tmp_path):
    perfil = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    ruta = guardada(tmp_path / "rara.jpg", foto(), icc_profile=perfil)
    adjunto, arreglos = ajustado(ruta, red(), tmp_path)
    assert "rara.jpg: sus colores se pasaron a sRGB para Instagram." in arreglos
    with Image.open(adjunto.ruta) as variante:
        assert not variante.info.get("icc_profile")


def test_la_misma_foto_da_siempre_los_mismos_bytes(tmp_path):
    ruta = guardada(tmp_path / "foto.jpg", foto(3000, 2000))
    primera, frases = ajustado(ruta, red(), tmp_path)
    suma = hashlib.sha256(primera.ruta.read_bytes()).hexdigest()
    hecha_en = primera.ruta.stat().st_mtime_ns
    segunda, otras_frases = ajustado(ruta, red(), tmp_path)
    assert (segunda, otras_frases, segunda.ruta.stat().st_mtime_ns) == (primera, frases, hecha_en), "no se rehace"
    primera.ruta.unlink()
    tercera, _ = ajustado(ruta, red(), tmp_path)
    assert hashlib.sha256(tercera.ruta.read_bytes()).hexdigest() == suma


def test_de_una_animacion_se_usa_el_primer_cuadro_donde_no_se_admite(tmp_path):
    cuadros = [Image.new("RGB", (60, 60), c) for c in ("red", "green", "blue")]
    ruta = guardada(tmp_path / "baile.gif", cuadros[0], "GIF", save_all=True, append_images=cuadros[1:])
    adjunto, arreglos = ajustado(ruta, red(), tmp_path)
    assert "baile.gif: en Instagram sólo se verá el primer cuadro de la animación." in arreglos
    with Image.open(adjunto.ruta) as variante:
        assert variante.getpixel((5, 5))[0] > 240
    adjunto, arreglos = ajustado(ruta, red(formatos=("JPEG", "GIF")), tmp_path)
    assert (adjunto.ruta, arreglos) == (ruta, ())


@pytest.mark.parametrize("orientacion", range(1, 9))
def test_cualquier_orientacion_sale_derecha(tmp_path, orientacion):
    ruta = guardada(tmp_path / "foto.jpg", foto(2000, 1000), exif=exif_con_gps(orientacion))
    adjunto, _ = ajustado(ruta, red(), tmp_path)
    datos = inspeccionar(ruta)
    assert (datos.ancho > datos.alto) == (orientacion < 5)
    assert (adjunto.ancho > adjunto.alto) == (orientacion < 5)
    assert adjunto.razon == pytest.approx(
        datos.razon if hasattr(datos, "razon") else datos.ancho / datos.alto, rel=0.01
    )

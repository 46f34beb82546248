"""Qué se decide hacer con una imagen, sin abrir ninguna."""

import pytest

from conectores.contrato import LimiteDeImagen
from motor.acervo.ajuste import Plan, Resultado, Vista, contar, decidir, nombre_de_variante

SOLO_JPEG = LimiteDeImagen(formatos=("JPEG",), peso_maximo_bytes=8_000_000, ancho_maximo=1440)
VARIOS = LimiteDeImagen(formatos=("JPEG", "PNG", "GIF"), peso_maximo_bytes=5_000_000, ancho_maximo=4096)


def vista(formato: str = "JPEG", ancho: int = 1000, alto: int = 800, peso: int = 100_000, **mas: object) -> Vista:
    return Vista(formato=formato, ancho=ancho, alto=alto, peso_bytes=peso, **mas)


@pytest.mark.parametrize(
    ("lo_que_hay", "limite", "plan"),
    [
        (vista(), SOLO_JPEG, None),
        (vista(ancho=6000, alto=4000), SOLO_JPEG, Plan("JPEG", 1440, 960, True)),  # 4000 × 1440/6000
        (vista("PNG"), SOLO_JPEG, Plan("JPEG", 1000, 800, True)),
        (vista("PNG"), VARIOS, None),
        (vista("PNG", peso=6_000_000), VARIOS, Plan("JPEG", 1000, 800, True)),
        (vista("WEBP", transparente=True), VARIOS, Plan("PNG", 1000, 800, True)),
        (vista("HEIF"), VARIOS, Plan("JPEG", 1000, 800, True)),
        (vista(metadatos=True), VARIOS, Plan("JPEG", 1000, 800, False)),
        (vista(metadatos=True, girada=True), VARIOS, Plan("JPEG", 1000, 800, True)),
        (vista(modo="CMYK"), VARIOS, Plan("JPEG", 1000, 800, True)),
        (vista(color_ajeno=True), VARIOS, Plan("JPEG", 1000, 800, True)),
        (vista("GIF", animada=True, peso=9_000_000), VARIOS, None),  # se diría otra cosa: decide una persona
        (vista("GIF", animada=True), SOLO_JPEG, Plan("JPEG", 1000, 800, True)),
        (vista(ancho=5000, alto=1), SOLO_JPEG, Plan("JPEG", 1440, 1, True)),
    ],
)
def test_se_hace_lo_menos_que_pide_la_red(lo_que_hay, limite, plan):
    assert decidir(lo_que_hay, limite) == plan


def test_la_razon_de_los_lados_no_se_toca():
    estrecho = LimiteDeImagen(formatos=("JPEG",), peso_maximo_bytes=8_000_000, razon_minima=0.8, razon_maxima=1.91)
    assert decidir(vista(ancho=3000, alto=1000), estrecho) is None


def test_el_editor_lee_cada_cambio_en_su_idioma():
    antes = vista("PNG", 6000, 4000, 9_000_000, gps=True, transparente=True, metadatos=True)
    frases = list(contar(antes, Resultado("JPEG", 1440, 960, 400_000), nombre="foto.png", red="Instagram"))
    assert frases == [
        "foto.png: se quitó la ubicación GPS y los demás datos de la cámara.",
        "foto.png: se convirtió de PNG a JPEG para Instagram.",
        "foto.png: el fondo transparente quedó blanco para Instagram.",
        "foto.png: se redujo de 6000×4000 a 1440×960 para Instagram.",
    ]


def test_comprimir_sin_reducir_tambien_se_dice():
    frases = list(contar(vista(peso=9_500_000), Resultado("JPEG", 1000, 800, 3_000_000), nombre="a.jpg", red="X"))
    assert frases == ["a.jpg: se comprimió de 9.5 MB a 3 MB para X."]


def test_quitar_metadatos_sin_nada_de_la_camara_no_se_anuncia():
    assert list(contar(vista(metadatos=True), Resultado("JPEG", 1000, 800, 99_000), nombre="a.jpg", red="X")) == []


def test_cada_limite_tiene_su_variante_y_el_mismo_la_misma():
    uno, otro = nombre_de_variante("ab" * 32, SOLO_JPEG, ".jpg"), nombre_de_variante("ab" * 32, VARIOS, ".jpg")
    assert uno != otro
    assert uno == nombre_de_variante("ab" * 32, SOLO_JPEG, ".jpg")

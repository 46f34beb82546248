"""Lo que se nota de una publicación sin entenderla."""

import pytest

from motor.horarios.aprendizaje.rasgos import Rasgos, clase_de, es_emergencia, rasgos_de


def test_lo_que_lleva_el_texto() -> None:
    texto = "¿Ya conoce la #FeriaDelAlfeñique? Pregunte a @turismo en https://toluca.gob.mx/feria"
    assert rasgos_de(texto) == Rasgos(largo=len(texto), url=True, hashtag=True, mencion=True, pregunta=True)


@pytest.mark.parametrize(
    "texto",
    ["Mañana no hay agua.", "Escriba a informes@toluca.gob.mx", "El bache 3#4 ya se tapó", ""],
)
def test_lo_que_no_lleva_nada(texto: str) -> None:
    assert rasgos_de(texto) == Rasgos(largo=len(texto), url=False, hashtag=False, mencion=False, pregunta=False)


def test_lo_de_dentro_de_una_direccion_no_cuenta() -> None:
    rasgos = rasgos_de("Consulte https://toluca.gob.mx/@obras/?q=1#mapa")
    assert (rasgos.url, rasgos.hashtag, rasgos.mencion, rasgos.pregunta) == (True, False, False, False)
    assert rasgos_de("Consulte", enlace="https://toluca.gob.mx").url


@pytest.mark.parametrize(
    ("tipo", "clase"),
    [
        ("photo", "foto"),
        ("Fotos", "foto"),
        ("Imagen de IG", "foto"),
        ("IG carousel", "carrusel"),
        ("Secuencia de IG", "carrusel"),
        ("Vídeo", "video"),
        ("IG story", "historia"),
        ("Historia", "historia"),
        ("IG reel", "reel"),
        ("Enlaces", "enlace"),
        ("publicacion", "publicacion"),
        ("", ""),
    ],
)
def test_la_misma_clase_se_llame_como_se_llame(tipo: str, clase: str) -> None:
    assert clase_de(tipo) == clase


@pytest.mark.parametrize(
    ("tipo", "etiquetas", "lo_es"),
    [
        ("emergencia", [], True),
        ("publicacion", ["Agua", "#Alerta"], True),
        ("Emergencia ", [], True),
        ("publicacion", ["agua"], False),
        ("", [], False),
    ],
)
def test_una_emergencia_se_reconoce_por_su_tipo_o_sus_etiquetas(tipo: str, etiquetas: list[str], lo_es: bool) -> None:
    assert es_emergencia(tipo, etiquetas) is lo_es

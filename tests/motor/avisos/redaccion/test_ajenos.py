"""Los enlaces de desconocidos en un correo del ayuntamiento."""

import pytest

from motor.avisos.redaccion.ajenos import enlace_seguro, sin_enlaces, sitio_de
from motor.avisos.redaccion.hoja import cita


@pytest.mark.parametrize(
    ("url", "sitio"),
    [
        ("https://www.facebook.com/a/1", "facebook.com"),
        ("https://facebook.com.malo.test/a", "facebook.com.malo.test"),
        ("https://fаcebook.com/a", "xn--fcebook-2fg.com"),  # con una «а» cirílica
        ("javascript:alert(1)", ""),
        ("data:text/html,<b>", ""),
        ("http://[::1", ""),
        ("//malo.test/a", ""),
        ("http://127", ""),
        ("", ""),
    ],
)
def test_se_dice_a_que_sitio_lleva_de_verdad(url: str, sitio: str) -> None:
    assert sitio_de(url) == sitio


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://facebook.com@malo.test/",
        "https://x.test/a b",
        "https://x.test/\r\nBcc: a@b",
        "https://x.test/" + "a" * 3000,
    ],
)
def test_un_enlace_con_trampa_no_va_en_el_correo(url: str) -> None:
    assert enlace_seguro(url) == ""


def test_el_de_siempre_va_como_vino() -> None:
    assert enlace_seguro("https://bsky.app/profile/a/post/3k?x=1#y") == "https://bsky.app/profile/a/post/3k?x=1#y"


def test_lo_que_alguien_escribio_en_su_mensaje_no_se_puede_pulsar() -> None:
    dicho = sin_enlaces("Pague aquí https://predial.malo.test/pago?x=1 o en www.malo.test y JAVASCRIPT://x")
    assert dicho == "Pague aquí [enlace a predial . malo . test] o en [enlace a malo . test] y [enlace]"


def test_en_el_html_el_enlace_dice_su_sitio_y_lo_ajeno_no_es_html() -> None:
    html = cita('"><img src="cid:x">', "<script>x()</script>", 'https://x.test/"onmouseover="x()')
    assert "<script" not in html
    assert "<img" not in html
    assert '"onmouseover' not in html
    assert ">Abrir en x.test</a>" in html
    assert "<a " not in cita("a", "b", "javascript:alert(1)")

import pytest

from conectores.x.largo import con_enlaces, enlace_canonico, largo_ponderado, tiene_caracter_prohibido


@pytest.mark.parametrize(
    ("texto", "peso"),
    [
        ("", 0),
        ("Ayuntamiento de León", 20),
        ("á" * 280, 280),
        ("a\u0301" * 280, 280),  # NFC: la letra y su acento son una
        ("https://www.leon.gob.mx/una/ruta/muy/larga?con=consulta", 23),
        ("visita gob.mx", 7 + 23),
        ("👨‍👩‍👧‍👦", 2),
        ("🇲🇽🇲🇽", 4),
        ("日本", 4),
    ],
)
def test_cada_cosa_pesa_lo_que_dice_x(texto: str, peso: int) -> None:
    assert largo_ponderado(texto) == peso


def test_la_marca_de_orden_de_bytes_se_detecta() -> None:
    assert tiene_caracter_prohibido("\ufeffhola")
    assert not tiene_caracter_prohibido("hola 👋🏽")


@pytest.mark.parametrize(
    ("enlace", "canonico"),
    [
        ("https://Leon.gob.mx/", "leon.gob.mx"),
        ("http://gob.mx", "gob.mx"),
        ("https://león.gob.mx/Ruta", "xn--len-hna.gob.mx/Ruta"),
        ("https://leon.gob.mx/a?B=C", "leon.gob.mx/a?B=C"),
    ],
)
def test_dos_formas_del_mismo_enlace_quedan_iguales(enlace: str, canonico: str) -> None:
    assert enlace_canonico(enlace) == canonico


def test_con_enlaces_cambia_solo_los_enlaces() -> None:
    assert con_enlaces("ve gob.mx, y https://a.mx/b.", lambda e: f"<{e}>") == "ve <gob.mx>, y <https://a.mx/b>."

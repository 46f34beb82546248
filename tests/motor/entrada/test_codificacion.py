"""De octetos a texto: los acentos llegan enteros o se dice por qué no."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conectores.contrato import Problema
from motor.entrada.leer.codificacion import Texto, decodificar, es_nombre_limpio, mostrable, reparos

DICHO = "¡Atención, niñas y niños! Función a las 9 😀"


@pytest.mark.parametrize(
    ("codec", "nombre"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16")],
)
def test_el_texto_llega_igual(codec, nombre):
    assert decodificar(DICHO.encode(codec)) == Texto(DICHO, nombre)


def test_lo_de_un_windows_viejo_tambien():
    assert decodificar("Señal: 5 € «aviso»".encode("cp1252")) == Texto("Señal: 5 € «aviso»", "Windows-1252")


def test_los_saltos_de_linea_de_cualquier_sistema_son_el_mismo():
    assert decodificar("uno\r\ndos\rtres\x0bcuatro\u2028cinco".encode()) == Texto(
        "uno\ndos\ntres\ncuatro\ncinco", "UTF-8"
    )


@pytest.mark.parametrize(
    "contenido",
    [
        "hola".encode("utf-16-le"),
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"\xff\xfe\x00",
        b"\xef\xbb\xbf\xff",
        b"a\x81b",
        bytes(range(256)),
    ],
)
def test_lo_que_no_es_texto_se_rechaza_y_dice_como_guardarlo(contenido):
    problema = decodificar(contenido)
    assert isinstance(problema, Problema)
    assert "UTF-8" in problema.remedio


@pytest.mark.parametrize(
    ("texto", "dice", "linea"),
    [
        ("uno\ndos\x07", "control", 2),
        ("uno\x85".replace("\x85", "\x9d"), "control", 1),
        ("a\nb\nfactura\u202efdp.exe", "sentido de la escritura", 3),
        ("sesión informaciÃ³n", "acentos estropeados", 1),
        ("niâ€™o", "acentos estropeados", 1),
        ("perdi\ufffd", "acentos estropeados", 1),
        ("\ud800", "medio carácter", 1),
    ],
)
def test_lo_que_estropearia_el_texto_se_dice_con_su_linea(texto, dice, linea):
    (problema,) = reparos(texto)
    assert dice in problema.mensaje
    assert (problema.donde, problema.remedio != "") == (f"línea {linea}", True)


def test_los_emoji_compuestos_y_los_acentos_no_tienen_reparo():
    assert reparos("👩‍👩‍👧 México 🇲🇽 ñandú\tÁÉÍ «¿?» — € ½") == []


def test_un_nombre_de_archivo_extranio_se_puede_ensenar():
    assert mostrable("a\nb\u202ec\udcff.md") == "a<000A>b<202E>c\ufffd.md"
    assert es_nombre_limpio("Señal (2) – final.md")
    assert not es_nombre_limpio("foto\u202egpj.exe")
    assert not es_nombre_limpio("\udcff.md")


@given(st.binary(max_size=300))
def test_cualquier_octeto_tiene_veredicto(contenido):
    leido = decodificar(contenido)
    assert isinstance(leido, Texto | Problema)
    if isinstance(leido, Texto):
        assert isinstance(reparos(leido.texto), list)

"""Archivos que hacen daño, o que parecen una tabla y no lo son: se dice, y nada entra a medias."""

import zipfile
from pathlib import Path

import pytest

from modelos import Perfil
from motor.importacion.hojas import abrir, separador_de
from motor.importacion.importador import NoSeImporta
from tests.motor.importacion.conftest import Oficina
from tests.motor.importacion.tablas import FACEBOOK_ES, como_csv, de_facebook, escribir, escribir_libro


def test_una_bomba_no_se_abre(oficina: Oficina, pagina: Perfil, tmp_path: Path) -> None:
    ruta = tmp_path / "bomba.xlsx"
    with zipfile.ZipFile(ruta, "w", zipfile.ZIP_DEFLATED) as paquete:
        for n in range(3):
            paquete.writestr(f"xl/worksheets/sheet{n}.xml", b"0" * 80_000_000)
    with pytest.raises(NoSeImporta, match="ocupa demasiado"):
        oficina.importar(ruta)


@pytest.mark.parametrize(
    ("nombre", "contenido", "dice"),
    [
        ("vacio.csv", b"", "vacío"),
        ("roto.xlsx", b"PK\x03\x04nada", "no es un libro de Excel"),
        ("foto.csv", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "no es un archivo de texto"),
        ("carta.docx", b"PK", "no es una tabla"),
        ("cortado.csv", como_csv(FACEBOOK_ES, de_facebook()).encode()[:-20] + b',"sin cerrar', "se corta cerca"),
        ("ancho.csv", b",".join([b"a"] * 300) + b"\n", "más de 200 columnas"),
    ],
)
def test_lo_que_no_es_una_tabla_lo_dice(
    oficina: Oficina, pagina: Perfil, tmp_path: Path, nombre: str, contenido: bytes, dice: str
) -> None:
    ruta = tmp_path / nombre
    ruta.write_bytes(contenido)
    with pytest.raises(NoSeImporta, match=dice):
        oficina.importar(ruta)
    assert oficina.vistas() == []


def test_una_formula_sin_resultado_no_es_un_numero(oficina: Oficina, pagina: Perfil, tmp_path: Path) -> None:
    renglon = list(de_facebook())
    renglon[10] = "=1+1"
    resumen = oficina.importar(escribir_libro(tmp_path / "c.xlsx", Hoja=[FACEBOOK_ES, renglon]))
    assert "fórmula" in str(resumen.apartadas[0])


def test_una_direccion_que_no_es_de_la_red_no_se_ensena(oficina: Oficina, pagina: Perfil, tmp_path: Path) -> None:
    tabla = como_csv(FACEBOOK_ES, de_facebook(url="javascript:alert(1)"))
    oficina.importar(escribir(tmp_path / "c.csv", tabla))
    assert [v.url for v in oficina.vistas()] == [""]
    assert "javascript:" in oficina.lecturas()[0].datos


def test_un_csv_se_recorre_sin_tenerlo_entero(tmp_path: Path) -> None:
    (hoja,) = abrir(escribir(tmp_path / "c.csv", "a,b\n" + "1,2\n" * 5000))
    filas = hoja.filas()
    assert next(filas) == (1, ("a", "b"))
    assert sum(1 for _ in hoja.filas()) == 5001  # cada recorrido empieza de nuevo


@pytest.mark.parametrize(
    ("renglones", "separador"),
    [(["sep=;", '"Views"'], ";"), (["a,b,c"], ","), (["Título", "a;b;c", "x, y;1;2"], ";"), (["a\tb\tc"], "\t")],
)
def test_el_separador(renglones: list[str], separador: str) -> None:
    assert separador_de(renglones) == separador

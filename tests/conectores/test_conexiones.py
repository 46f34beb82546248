"""Lo que cada red dice a quien conecta una cuenta: completo, con su fuente, y sin sitio para una dirección."""

import re
from datetime import date

import pytest

from conectores import registro
from conectores.contrato_conexion import Conexion
from conectores.facebook.capacidades import PERMISOS as DE_FACEBOOK
from conectores.facebook.escucha import PERMISOS_PARA_OIR as PARA_OIR_EN_FACEBOOK
from conectores.instagram.capacidades import PERMISO_DE_PORTADORA
from conectores.instagram.capacidades import PERMISOS as DE_INSTAGRAM
from conectores.instagram.escucha import PERMISOS_PARA_OIR as PARA_OIR_EN_INSTAGRAM

CONECTABLES = [red for red in registro.CONECTORES if registro.conexion(red) is not None]
DIRECCIONES = ["http://127.0.0.1/", "https://x.example", "//10.0.0.1", "127.0.0.1:80", "../..", "1?a=b", "a\nb", "1#"]


def _conexion(red: str) -> Conexion:
    conexion = registro.conexion(red)
    assert conexion is not None
    return conexion


def test_sólo_la_red_de_las_pruebas_no_se_conecta_desde_el_panel() -> None:
    assert set(registro.CONECTORES) - set(CONECTABLES) == {"memoria"}


@pytest.mark.parametrize("red", CONECTABLES)
def test_cada_red_dice_como_se_conecta_y_desde_cuando_se_sabe(red: str) -> None:
    conexion = _conexion(red)
    assert conexion.pasos
    assert conexion.tramite
    assert conexion.fuente.startswith("https://")
    assert date(2026, 1, 1) <= conexion.verificado <= date.today()  # noqa: DTZ011 # basta el día
    assert all(p.para and p.pedir for p in conexion.permisos)
    enlaces = [p.enlace for p in (*conexion.pasos, *conexion.tramite) if p.enlace]
    assert all(e.startswith("https://") for e in enlaces)


@pytest.mark.parametrize("red", CONECTABLES)
def test_ningun_dato_admite_una_direccion(red: str) -> None:
    conexion = _conexion(red)
    datos = [*conexion.opciones, *([conexion.id_externo] if conexion.id_externo else [])]
    for dato in datos:
        assert [d for d in DIRECCIONES if dato.admite(d)] == []
        assert re.compile(dato.patron)
        assert not dato.ejemplo or dato.admite(dato.ejemplo)


@pytest.mark.parametrize(
    ("red", "permisos"),
    [
        ("facebook", {*DE_FACEBOOK, *PARA_OIR_EN_FACEBOOK}),
        ("instagram", {*DE_INSTAGRAM, PERMISO_DE_PORTADORA, *PARA_OIR_EN_INSTAGRAM}),
        ("x", {"Read and write"}),
    ],
)
def test_de_cada_permiso_que_puede_faltar_se_sabe_para_que_es_y_como_pedirlo(red: str, permisos: set[str]) -> None:
    conocidos = {p.nombre for p in _conexion(red).permisos}
    assert permisos - conocidos == set()


def test_lo_que_hace_falta_para_publicar_se_distingue_de_lo_que_sirve_para_oir() -> None:
    para_publicar = {p.nombre for p in _conexion("facebook").permisos if p.para_publicar}
    assert para_publicar == set(DE_FACEBOOK)

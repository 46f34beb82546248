"""Lo que puede traer un mensaje hostil, y cómo queda antes de guardarse."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from conectores.contrato_escucha import Autor, Clase, LugarDicho, Oido
from conectores.secretos import recordar
from motor.escucha.almacen.limpieza import Apartado, crudo_en_json, limpiar, limpiar_texto
from motor.escucha.monitores.normalizar import normalizar
from tests.conftest import COMIENZO

OIDO = Oido(id_externo="1", clase=Clase.MENCION, texto="hola", publicado_en=COMIENZO - timedelta(hours=1))


def limpio(oido: Oido) -> Oido:
    hecho = limpiar(oido, ahora=COMIENZO)
    assert not isinstance(hecho, Apartado)
    return hecho


@pytest.mark.parametrize(
    ("escrito", "queda"),
    [
        ("\x1b[2J\x1b]0;pirata\x07hola", "[2J]0;piratahola"),
        ("hola\x9b31m", "hola31m"),
        ("pago\u202etnemyap\u202c", "pagotnemyap"),
        ("uno\r\ndos\u2028tres", "uno\ndos\ntres"),
        ("uno\tdos\ntres", "uno\tdos\ntres"),
        ("familia 👨\u200d👩\u200d👧 y ❤️", "familia 👨\u200d👩\u200d👧 y ❤️"),
        ("pin\u0303ata", "pin\u0303ata"),
        ("e" + "\u0301" * 1500 + "!", "e" + "\u0301" * 4 + "!"),
        ("medio \ud83d", "medio \ufffd"),
    ],
)
def test_un_texto_no_manda_en_la_pantalla_de_nadie(escrito: str, queda: str) -> None:
    assert limpiar_texto(escrito, 1000) == queda


def test_cien_mil_acentos_revueltos_se_quedan_en_unos_pocos_y_el_mensaje_se_puede_leer() -> None:
    """Ponerlos en su forma normal tarda el cuadrado de los que haya: quien los manda para el recolector."""
    texto = limpio(replace(OIDO, texto="bache" + "\u0301\u0323" * 50_000)).texto
    assert len(texto) < 20
    assert normalizar(texto) == " bache "


def test_tambien_se_limpia_lo_que_el_autor_dice_de_si_y_el_lugar_que_pega_la_red() -> None:
    largo = "\x1b[31m" + "Toluca " * 100_000
    hecho = limpio(replace(OIDO, autor=Autor(lugar=largo, nombre="a\nb"), lugar=LugarDicho(nombre=largo)))
    assert hecho.lugar is not None
    assert len(hecho.autor.lugar) == len(hecho.lugar.nombre) == 300
    assert "\x1b" not in hecho.autor.lugar + hecho.lugar.nombre


def test_un_identificador_con_saltos_de_linea_es_de_una_linea() -> None:
    assert limpio(replace(OIDO, id_externo="a\nERROR falso")).id_externo == "aERROR falso"


def test_el_crudo_no_guarda_una_credencial_que_devuelva_la_red() -> None:
    recordar("tokenreconocible123")
    crudo = {"a": ["https://g.test/?access_token=otroquenadieconocia&x=1", {"next": "tokenreconocible123"}], "n": 1}
    escrito = crudo_en_json(replace(OIDO, crudo=crudo))
    assert "reconocible" not in escrito
    assert "otroquenadie" not in escrito
    assert json.loads(escrito)["n"] == 1


def test_un_crudo_sin_fondo_se_guarda_como_se_puede() -> None:
    hondo: dict[str, Any] = {}
    for _ in range(100_000):
        hondo = {"a": hondo}
    assert json.loads(crudo_en_json(replace(OIDO, crudo=hondo))) == {"repr": "(dict demasiado hondo)"}

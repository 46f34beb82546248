"""Vigilar los perfiles: quién se mira y cuándo, quién se reanuda, y de qué credencial se avisa."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from conectores.contrato import ErrorDePerfil, ErrorTransitorio, EstadoDePerfil
from conectores.memoria.conector import ConectorMemoria
from modelos import Perfil
from motor.vigilancia import comprobar, dias_de_aviso, le_toca, vigilar
from tests.conftest import COMIENZO
from tests.motor.oficina import HORA, MINUTO, SEGUNDO, Oficina, con_conector

DIA = timedelta(days=1)


@pytest.mark.parametrize(
    ("columnas", "toca"),
    [
        ({}, True),  # nunca se ha mirado
        ({"revisado_en": COMIENZO - 6 * HORA}, True),
        ({"revisado_en": COMIENZO - 6 * HORA + SEGUNDO}, False),
        ({"revisado_en": COMIENZO - 5 * MINUTO, "pausado_en": COMIENZO, "pausado_por": "motor"}, True),
        ({"revisado_en": COMIENZO - 4 * MINUTO, "pausado_en": COMIENZO, "pausado_por": "motor"}, False),
        ({"pausado_en": COMIENZO, "pausado_por": "ana"}, False),  # lo que pausa una persona lo reanuda una persona
    ],
    ids=str,
)
def test_a_quien_le_toca(columnas: dict[str, Any], toca: bool) -> None:
    perfil = Perfil(nombre="p", red="memoria", creado_en=COMIENZO, **columnas)
    assert le_toca(perfil, COMIENZO) is toca


@pytest.mark.parametrize(
    ("faltan", "dias"),
    [(None, None), (8 * DIA, None), (7 * DIA, 7), (2 * DIA, 7), (DIA, 1), (HORA, 1), (-DIA, 1)],
)
def test_que_aviso_toca(faltan: timedelta | None, dias: int | None) -> None:
    vence_en = None if faltan is None else COMIENZO + faltan
    assert dias_de_aviso(vence_en, COMIENZO) == dias


@pytest.mark.dos_bases
def test_de_una_credencial_se_avisa_siete_dias_antes_y_un_dia_antes(oficina: Oficina) -> None:
    oficina.red.token_vence_en = COMIENZO + 10 * DIA
    avisados: list[datetime] = []
    for _ in range(11 * 4):  # cada 6 horas, 11 días
        antes = len(oficina.correos())
        vigilar(oficina.entorno)
        if len(oficina.correos()) > antes:
            avisados.append(oficina.reloj.ahora())
        oficina.reloj.avanzar(6 * HORA)
    assert avisados == [COMIENZO + 3 * DIA, COMIENZO + 9 * DIA]
    assert [a.rpartition("vence ")[2] for a in oficina.asuntos()] == ["en 7 días", "mañana"]


def test_renovar_la_credencial_vuelve_a_empezar_la_cuenta(oficina: Oficina) -> None:
    oficina.red.token_vence_en = COMIENZO + HORA
    vigilar(oficina.entorno)
    oficina.red.token_vence_en = COMIENZO + 60 * DIA
    oficina.reloj.avanzar(6 * HORA)
    vigilar(oficina.entorno)
    assert oficina.perfil().token_vence_en == COMIENZO + 60 * DIA
    assert len(oficina.correos()) == 1


def que_comprueba(respuesta: Any) -> type[ConectorMemoria]:
    class Comprueba(ConectorMemoria):
        def comprobar(self) -> EstadoDePerfil:
            if isinstance(respuesta, Exception):
                raise respuesta
            return super().comprobar()

    return Comprueba


@pytest.mark.dos_bases
def test_un_perfil_sin_credencial_se_pausa_y_se_dice_una_vez(oficina: Oficina) -> None:
    oficina = con_conector(oficina, que_comprueba(ErrorDePerfil("El token venció.", remedio="Renuévelo.")))
    for _ in range(3):
        vigilar(oficina.entorno)
        oficina.reloj.avanzar(5 * MINUTO)
    assert oficina.perfil().pausado_por == "motor"
    assert oficina.asuntos() == ["El perfil memoria no puede publicar"]


def test_una_red_caida_no_pausa_a_nadie(oficina: Oficina) -> None:
    oficina = con_conector(oficina, que_comprueba(ErrorTransitorio("No contesta.")))
    assert isinstance(comprobar(oficina.entorno, oficina.perfil()), ErrorTransitorio)
    assert oficina.perfil().pausado_en is None
    assert oficina.perfil().revisado_en == COMIENZO
    assert oficina.correos() == []


def test_lo_que_pauso_una_persona_no_lo_reanuda_el_motor(oficina: Oficina) -> None:
    oficina.cambiar_perfil(pausado_en=COMIENZO, pausado_por="ana", pausa_motivo="veda electoral")
    vigilar(oficina.entorno)
    comprobar(oficina.entorno, oficina.perfil())
    assert oficina.perfil().pausado_por == "ana"
    assert oficina.correos() == []


def test_un_perfil_que_no_se_abre_no_deja_a_los_demas_sin_vigilar(
    oficina: Oficina, perfil_de: Callable[..., Perfil], caplog: pytest.LogCaptureFixture
) -> None:
    perfil_de(nombre="aaa-roto", red="desconocida")
    assert vigilar(oficina.entorno) == 2
    assert oficina.perfil("memoria").revisado_en == COMIENZO
    assert [r.levelno for r in caplog.records] == [logging.ERROR]
    assert vigilar(oficina.entorno) == 0  # y no se repite cada minuto


def test_la_primera_comprobacion_completa_lo_que_falta_y_respeta_lo_escrito(oficina: Oficina) -> None:
    oficina.cambiar_perfil(titulo="Ayuntamiento")
    comprobar(oficina.entorno, oficina.perfil())
    assert (oficina.perfil().titulo, oficina.perfil().id_externo) == ("Ayuntamiento", "memoria")

"""Cómo se dice lo que se sabe de una hora."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from motor.horarios.calendario import ClaseDeDia
from motor.horarios.frases import con_signo, frase_de
from motor.horarios.mapa import SEMANA, Mapa

MEXICO = ZoneInfo("America/Mexico_City")
JUEVES_20 = 3 * 24 + 20
APRENDIDO = Mapa(
    ganancia=(14.0,) * SEMANA,
    inferior=(3.0,) * SEMANA,
    superior=(26.0,) * SEMANA,
    publicaciones=212,
    curva="facebook",
    espaciado=0.05,
    aprendido_en=datetime(2026, 3, 4, 3, 0, tzinfo=UTC),  # en México todavía es 3
)


def test_lo_aprendido() -> None:
    dice = "jueves 20:00, +14 % (entre +3 y +26), 212 publicaciones, aprendido el 3 de marzo"
    assert frase_de(APRENDIDO, JUEVES_20, MEXICO) == dice


def test_sin_evidencia() -> None:
    nadie = replace(APRENDIDO, publicaciones=9, aprendido_en=None)
    dice = "jueves 20:00, sin evidencia todavía: uso la curva pública de la red"
    assert frase_de(nadie, JUEVES_20, MEXICO) == dice


def test_sin_evidencia_propia_pero_con_la_de_sus_hermanos_se_dice() -> None:
    ayudado = replace(APRENDIDO, publicaciones=0, con_hermanos=True)
    dice = "jueves 20:00, sin evidencia todavía: uso la curva pública de la red, con lo aprendido en sus otros perfiles"
    assert frase_de(ayudado, JUEVES_20, MEXICO) == dice
    assert Mapa.de_json(ayudado.a_json(), aprendido_en=None).con_hermanos


def test_si_la_red_no_tiene_curva_publica_se_dice_con_evidencia_o_sin_ella() -> None:
    general = replace(APRENDIDO, curva="general")
    assert frase_de(general, 0, MEXICO).endswith("; de esta red no hay curva pública: partí de la general")
    sin_nada = frase_de(replace(general, publicaciones=0, aprendido_en=None), 0, MEXICO)
    assert sin_nada == "lunes 0:00, sin evidencia todavía; de esta red no hay curva pública: uso la general"


def test_un_festivo_dice_su_dia_de_verdad_y_por_que_vale_lo_del_domingo() -> None:
    lunes = datetime(2026, 11, 17, 2, 15, tzinfo=UTC)
    frase = frase_de(APRENDIDO, 6 * 24 + 20, MEXICO, en=lunes, clase=ClaseDeDia.FESTIVO)
    assert frase.startswith("lunes 20:15 (día festivo: como domingo), +14 % ")


def test_en_vacaciones_se_promete_la_mitad_y_con_mas_duda() -> None:
    frase = frase_de(APRENDIDO, JUEVES_20, MEXICO, clase=ClaseDeDia.VACACIONES)
    assert frase.startswith("jueves 20:00 (vacaciones escolares: se sabe menos), +7 % (entre −8 y +24)")


@pytest.mark.parametrize(
    ("valor", "dice"), [(14.4, "+14"), (-3.2, "−3"), (0.4, "0"), (-0.4, "0"), (0.0, "0"), (-0.6, "−1")]
)
def test_los_signos(valor: float, dice: str) -> None:
    assert con_signo(valor) == dice

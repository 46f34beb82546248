"""Leer `horarios.toml`: lo que dice, y cada falta dicha para quien lo escribió."""

import tomllib
from datetime import date, time, timedelta
from pathlib import Path

import pytest

import config
from motor.horarios.reglas import ReglasDeHorarios, ReglasDePerfil
from motor.horarios.reglas_escritas import HorariosMalEscritos, desconocidos, leer_horarios

MUESTRA = (Path(config.__file__).parent / "horarios.toml").read_text(encoding="utf-8")


def sin_comentar(muestra: str) -> str:
    """Con los ejemplos puestos: «#callar = …» es un ejemplo, y «# callar …» una explicación."""
    return "\n".join(r[1:] if r.startswith("#") and r[1:2] not in ("", " ") else r for r in muestra.splitlines())


def test_la_muestra_no_cambia_nada_y_sus_ejemplos_se_entienden() -> None:
    assert leer_horarios(MUESTRA) == ReglasDeHorarios()
    reglas = leer_horarios(sin_comentar(MUESTRA))
    assert reglas.generales == ReglasDePerfil()
    assert reglas.de("proteccion-civil") == ReglasDePerfil(callar=None, azar=0)
    assert reglas.de("dif") == ReglasDePerfil(metrica="comentarios", organizacion="DIF municipal")
    assert reglas.festivos == (date(2026, 7, 25), date(2026, 11, 22))
    assert reglas.vacaciones[0] == (date(2026, 12, 21), date(2027, 1, 8))


def test_un_perfil_toma_lo_general_y_cambia_solo_lo_suyo() -> None:
    reglas = leer_horarios(
        '[general]\nseparacion_min = 45\nal_dia = 6\n[perfil.dif]\nal_dia = 0\ncallar = "23:30 – 6:00"'
    )
    assert reglas.de("otro") == ReglasDePerfil(separacion=timedelta(minutes=45), al_dia=6)
    assert reglas.de("dif").al_dia is None
    assert reglas.de("dif").callar == (time(23, 30), time(6))
    assert reglas.de("dif").separacion == timedelta(minutes=45)


@pytest.mark.parametrize(
    ("escrito", "dice"),
    [
        ("[general]\ncalar = 3", r"\[general\] no existe «calar». ¿Quiso decir «callar»\?"),
        ("[generales]", r"No existe «\[generales\]». ¿Quiso decir «general»\?"),
        ("general = 3", r"«general» es una sección: escriba \[general\]"),
        ("[perfil]\nazar = 0.1", r"Cada perfil lleva su nombre"),
        ("[general]\ncallar = 22", r'\[general\] callar son dos horas entre comillas: callar = "22:00-7:00"'),
        ('[general]\ncallar = "25:00-7:00"', r"van de 0:00 a 23:59"),
        ('[general]\ncallar = "7:00-7:00"', r"empieza y acaba a la misma hora"),
        (
            '[perfil.dif]\nmetrica = "alcanse"',
            r"\[perfil.dif\] metrica = «alcanse» no se mide. ¿Quiso decir «alcance»\?",
        ),
        ("[general]\nazar = 10", r"es un número de 0 a 1: 0.1 es una de cada diez"),
        ("[general]\nazar = true", r"es un número de 0 a 1"),
        ('[general]\nseparacion_min = "120"', r"número entero de minutos, de 0 a 10080, sin comillas"),
        ("[general]\nplazo_dias = 0", r"número entero de días, de 1 a 60"),
        ("[general]\nal_dia = -1", r"número entero de publicaciones, de 0 a 100"),
        ("[general]\norganizacion = 7", r"es un texto entre comillas"),
        ('[dias]\nfestivos = ["25 de julio"]', r"\[dias\] festivos es una lista de días"),
        ("[dias]\nvacaciones = [2026-12-21, 2027-01-08]", r"cada uno con su primer y su último día"),
        ("[dias]\nvacaciones = [[2027-01-08, 2026-12-21]]", r"cada uno con su primer y su último día"),
        ("[dias]\nferiados = []", r"\[dias\] no existe «feriados»"),
        ("[general]\ncallar = 22:00-7:00", r"horarios.toml no se entiende en el renglón 2"),
    ],
)
def test_lo_mal_escrito_se_dice_con_su_seccion_y_como_va(escrito: str, dice: str) -> None:
    with pytest.raises(HorariosMalEscritos, match=dice):
        leer_horarios(escrito)


def test_todas_las_faltas_salen_a_la_vez() -> None:
    with pytest.raises(HorariosMalEscritos) as error:
        leer_horarios("[general]\nazar = 2\nplazo_dias = 99\n[perfil.dif]\ncallar = 1")
    assert all(donde in str(error.value) for donde in ("azar", "plazo_dias", "[perfil.dif] callar"))


def test_los_dias_valen_con_comillas_o_sin_ellas() -> None:
    assert leer_horarios('[dias]\nfestivos = ["2026-07-25"]') == leer_horarios("[dias]\nfestivos = [2026-07-25]")


def test_una_seccion_de_un_perfil_que_no_hay_se_dice_y_se_sugiere_el_parecido() -> None:
    reglas = leer_horarios("[perfil.x-ayuntamineto]\nazar = 0\n[perfil.dif]\nazar = 0")
    assert desconocidos(reglas, ["dif", "x-ayuntamiento"]) == [
        "[perfil.x-ayuntamineto] no es de ningún perfil. ¿Quiso decir «x-ayuntamiento»?"
    ]
    assert "todavía no hay ninguno" in desconocidos(reglas, [])[0]


def test_la_muestra_nombra_todas_las_claves() -> None:
    assert set(tomllib.loads(sin_comentar(MUESTRA))["general"]) == {
        "callar",
        "metrica",
        "separacion_min",
        "al_dia",
        "azar",
        "plazo_dias",
        "organizacion",
    }


@pytest.mark.parametrize("escrito", ["a = " + "[" * 5000, "a = " + "9" * 5000])
def test_lo_que_ni_se_deja_leer_tambien_se_dice(escrito: str) -> None:
    with pytest.raises(HorariosMalEscritos, match="no se entiende"):
        leer_horarios(escrito)

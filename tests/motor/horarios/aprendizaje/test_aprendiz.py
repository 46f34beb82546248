"""Cuándo se aprende sin que nadie lo pida."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from modelos import Base, Horario, Perfil
from motor.entorno import Entorno
from motor.horarios.aprendizaje.aprendiz import Aprendiz, medidas_desde, noche_de
from motor.horarios.reglas import ReglasDeHorarios, ReglasDePerfil
from tests.conftest import COMIENZO, RelojFijo
from tests.motor.horarios.aprendizaje.conftest import Sembrar

D, H = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def perfil(perfil_de: Callable[..., Perfil], un_pasado: Callable[..., None]) -> Perfil:
    perfil = perfil_de(nombre="fb-ayuntamiento")
    un_pasado(perfil, 30)
    return perfil


def cuantos(base: Base) -> int:
    with base.leer() as sesion:
        return len(sesion.exec(select(Horario)).all())


@pytest.mark.parametrize(
    ("ahora", "noche"),
    [
        (datetime(2026, 11, 22, 9, 29, tzinfo=UTC), date(2026, 11, 21)),  # 3:29 en el centro
        (datetime(2026, 11, 22, 9, 30, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 23, 5, 59, tzinfo=UTC), date(2026, 11, 22)),
    ],
)
def test_la_noche_empieza_a_las_tres_y_media_de_la_oficina(ahora: datetime, noche: date) -> None:
    assert noche_de(ahora, ZoneInfo("America/Mexico_City")) == noche


def test_al_arrancar_y_despues_una_vez_cada_noche(
    entorno: Entorno, base: Base, perfil: Perfil, reloj: RelojFijo
) -> None:
    aprendiz = Aprendiz(entorno)
    assert aprendiz.atender() is not None
    assert aprendiz.atender() is None
    reloj.avanzar(18 * H)  # las 3:00 del lunes
    assert aprendiz.atender() is None
    reloj.avanzar(H)
    assert aprendiz.atender() is not None
    assert aprendiz.atender() is None


@pytest.mark.dos_bases
def test_con_diez_medidas_nuevas_no_espera_a_la_noche(
    entorno: Entorno, base: Base, perfil: Perfil, sembrar: Sembrar, reloj: RelojFijo
) -> None:
    """Nueve que cumplen un día, y nada; la décima se importa."""
    aprendiz = Aprendiz(entorno)
    aprendiz.atender()
    for n in range(9):
        sembrar(perfil, COMIENZO - 23 * H + n * timedelta(minutes=1), hasta=COMIENZO + 2 * H)
    reloj.avanzar(2 * H)
    assert aprendiz.atender() is None
    sembrar(perfil, COMIENZO - 40 * D, medidas={COMIENZO: {"me_gusta": 40}}, vista_en=reloj.ahora())
    resultado = aprendiz.atender()
    assert resultado is not None and [a.perfil for a in resultado.aprendidos] == ["fb-ayuntamiento"]
    assert (cuantos(base), aprendiz.atender()) == (2, None)


@pytest.mark.dos_bases
def test_cuenta_lo_que_por_primera_vez_ensena_algo(
    base: Base, perfil_de: Callable[..., Perfil], sembrar: Sembrar
) -> None:
    perfil, desde = perfil_de(), COMIENZO - 3 * H
    sembrar(perfil, COMIENZO - 2 * D)  # ya contaba
    sembrar(perfil, COMIENZO - D - H)  # cumplió su día después
    sembrar(perfil, COMIENZO - 5 * H)  # demasiado nueva
    sembrar(perfil, COMIENZO - D - H, medidas={})  # sin números
    sembrar(perfil, COMIENZO - 90 * D, vista_en=COMIENZO - H)  # se importó después
    with base.leer() as sesion:
        assert medidas_desde(sesion, perfil.id, desde, ahora=COMIENZO) == 2


def test_aunque_no_salga_nada_nuevo_no_se_lee_el_pasado_en_cada_vuelta(
    entorno: Entorno, perfil_de: Callable[..., Perfil], sembrar: Sembrar, reloj: RelojFijo
) -> None:
    """Doce respuestas a gente: cuentan como medidas, y no enseñan nada."""
    perfil, aprendiz = perfil_de(), Aprendiz(entorno)
    aprendiz.atender()
    reloj.avanzar(H)
    for n in range(12):
        sembrar(perfil, COMIENZO - n * D, tipo="respuesta", vista_en=reloj.ahora())
    assert aprendiz.atender() is not None
    assert aprendiz.atender() is None


def test_cambiar_lo_que_se_mide_no_espera_a_la_noche(entorno: Entorno, base: Base, perfil: Perfil) -> None:
    reglas = ReglasDeHorarios()
    cambiante = replace(entorno, horarios=lambda: reglas)
    aprendiz = Aprendiz(cambiante)
    aprendiz.atender()
    reglas = ReglasDeHorarios(generales=ReglasDePerfil(metrica="alcance"))
    assert aprendiz.atender() is not None
    assert aprendiz.atender() is None
    with base.leer() as sesion:
        ultimo = sesion.exec(select(Horario).order_by(col(Horario.id).desc())).first()
    assert ultimo is not None and (ultimo.metrica, ultimo.publicaciones) == ("alcance", 0)


def test_lo_que_falla_se_dice_una_vez_y_tambien_que_se_arreglo(
    entorno: Entorno, base: Base, perfil: Perfil, reloj: RelojFijo, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "motor.horarios")
    estropear(base, "2026-10-99 10:00:00.000000")
    aprendiz = Aprendiz(entorno)
    for _ in range(3):
        aprendiz.atender()
        reloj.avanzar(D)
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("No se pudieron aprender las horas de fb-ayuntamiento: ValueError")
    estropear(base, "2026-10-09 10:00:00.000000")
    aprendiz.atender()
    assert "Las horas de fb-ayuntamiento ya se pueden aprender." in caplog.messages


def estropear(base: Base, cuando: str) -> None:
    with base.escribir() as sesion:
        sesion.connection().exec_driver_sql("UPDATE vista SET publicada_en = ? WHERE id = 1", (cuando,))


def test_si_se_pide_parar_no_empieza(entorno: Entorno, base: Base, perfil: Perfil) -> None:
    aprendiz = Aprendiz(entorno)
    aprendiz.detener()
    assert aprendiz.atender() is None
    assert cuantos(base) == 0


def test_si_se_pide_parar_a_la_mitad_lo_deja_y_al_arrancar_lo_hace(
    entorno: Entorno, base: Base, perfil: Perfil, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "motor.horarios")
    preguntas = 0

    def reglas() -> ReglasDeHorarios:
        """Se piden después de haber decidido que toca: ahí llega la orden de parar."""
        nonlocal preguntas
        preguntas += 1
        aprendiz.detener()
        return ReglasDeHorarios()

    aprendiz = Aprendiz(replace(entorno, horarios=reglas))
    assert aprendiz.atender() is None
    assert preguntas and cuantos(base) == 0
    assert caplog.messages == ["Se deja de aprender; se sigue al arrancar."]
    assert Aprendiz(entorno).atender() is not None
    assert cuantos(base) == 1

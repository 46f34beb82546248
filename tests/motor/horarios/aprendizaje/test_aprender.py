"""De lo medido, el horario de cada perfil; y cada elección, explicada por lo que entonces se sabía."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import fmean

import pytest
from freezegun import freeze_time
from sqlmodel import col, select

from modelos import Base, Eleccion, Entrega, Horario, Perfil, Vista
from motor.entorno import Entorno
from motor.horarios.aprendizaje.aprender import Detenido, aprender_ahora
from motor.horarios.aprendizaje.guardado import VIDA
from motor.horarios.reglas import ReglasDeHorarios, ReglasDePerfil
from motor.publicacion.alta import registrar
from motor.publicacion.propuesta import Propuesta
from motor.reloj import RelojReal
from tests.conftest import COMIENZO, RelojFijo
from tests.motor.horarios.aprendizaje.conftest import Sembrar

D = timedelta(days=1)


@pytest.fixture
def perfil(perfil_de: Callable[..., Perfil], un_pasado: Callable[..., None]) -> Perfil:
    perfil = perfil_de(nombre="fb-ayuntamiento")
    un_pasado(perfil)
    return perfil


def horarios(base: Base, perfil: Perfil) -> list[Horario]:
    with base.leer() as sesion:
        orden = select(Horario).where(col(Horario.perfil_id) == perfil.id).order_by(col(Horario.id))
        return list(sesion.exec(orden))


@pytest.mark.dos_bases
def test_aprende_lo_guarda_y_lo_dice(
    entorno: Entorno, base: Base, perfil: Perfil, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "motor.horarios")
    resultado = aprender_ahora(entorno)
    (horario,) = horarios(base, perfil)
    assert (horario.publicaciones, horario.metrica, horario.aprendido_en) == (60, "interacciones", COMIENZO)
    assert horario.hasta is not None and COMIENZO - 4 * D < horario.hasta < COMIENZO - D
    tarde, manana = ([horario.mapa["ganancia"][dia * 24 + hora] for dia in range(7)] for hora in (20, 9))
    assert fmean(tarde) > fmean(manana) + 5
    (aprendido,) = resultado.aprendidos
    assert aprendido.publicaciones == 60 and ", 60 publicaciones, aprendido el 22 de noviembre" in aprendido.mejor
    assert caplog.messages == [f"fb-ayuntamiento: la mejor hora es {aprendido.mejor}."]


def test_si_nada_cambio_no_se_guarda_otra_vez(entorno: Entorno, base: Base, perfil: Perfil, reloj: RelojFijo) -> None:
    aprender_ahora(entorno)
    reloj.avanzar(timedelta(hours=3))
    resultado = aprender_ahora(entorno)
    assert (resultado.iguales, resultado.aprendidos) == (["fb-ayuntamiento"], [])
    assert len(horarios(base, perfil)) == 1


def test_cuando_cambia_la_mejor_hora_se_dice_cual_lo_era(
    entorno: Entorno, perfil: Perfil, un_pasado: Callable[..., None], reloj: RelojFijo, caplog: pytest.LogCaptureFixture
) -> None:
    antes = aprender_ahora(entorno).aprendidos[0]
    caplog.set_level(logging.INFO, "motor.horarios")
    reloj.avanzar(30 * D)
    un_pasado(perfil, 400, hasta=reloj.ahora(), mejor=10, veces=30)
    despues = aprender_ahora(entorno).aprendidos[0]
    assert despues.antes and antes.mejor.startswith(despues.antes)
    assert despues.mejor.split(",")[0] != despues.antes
    assert caplog.messages == [f"fb-ayuntamiento: la mejor hora pasa a ser {despues.mejor}; antes, {despues.antes}."]


@pytest.mark.dos_bases
def test_lo_de_despues_no_cambia_ni_lo_aprendido_ni_lo_que_se_eligio(
    entorno: Entorno, base: Base, perfil: Perfil, sembrar: Sembrar, un_pasado: Callable[..., None]
) -> None:
    """Se aprende un día; llegan más publicaciones y más medidas de las de antes; aquel día se aprende lo mismo."""
    with freeze_time(COMIENZO):
        hoy = replace(entorno, reloj=RelojReal())
        aprender_ahora(hoy)
        (de_entonces,) = horarios(base, perfil)
        elegida = _elegir(hoy, base, perfil, de_entonces)
    with freeze_time(COMIENZO + 60 * D):
        un_pasado(perfil, 90, hasta=COMIENZO + 60 * D, mejor=10, veces=30, vista_en=COMIENZO + 30 * D)
        with base.leer() as sesion:
            viejas = list(sesion.exec(select(Vista).where(col(Vista.publicada_en) < COMIENZO)))
        for vista in viejas:
            sembrar(perfil, vista.publicada_en, medidas={COMIENZO + D: {"me_gusta": 9000}}, vista_en=COMIENZO + D)
        aprender_ahora(hoy)
        assert len(horarios(base, perfil)) == 2
    with base.leer() as sesion:
        explica = sesion.get(Horario, sesion.get_one(Eleccion, elegida).horario_id)
        assert explica is not None and explica.mapa == de_entonces.mapa
    with freeze_time(COMIENZO):
        otra = aprender_ahora(hoy)
        assert otra.iguales == ["fb-ayuntamiento"]  # la huella, de lo que entonces se sabía, es la misma
        vuelto = _sin_lo_guardado(hoy, base, perfil)
    assert vuelto.mapa == de_entonces.mapa and vuelto.huella == de_entonces.huella


def _elegir(entorno: Entorno, base: Base, perfil: Perfil, horario: Horario) -> int:
    ahora = entorno.reloj.ahora()
    propuesta = Propuesta(texto="Hola.", perfiles=(perfil.nombre,), programada_en=ahora + D, zona="America/Mexico_City")
    with base.escribir() as sesion:
        registrar(sesion, entorno, propuesta, ahora=ahora)
        eleccion = Eleccion(
            entrega_id=sesion.exec(select(Entrega)).one().id,
            horario_id=horario.id,
            hecha_en=ahora,
            elegida=ahora + D,
            desde=ahora,
            hasta=ahora + 7 * D,
            ranura=20,
            ganancia_pct=14,
            inferior_pct=3,
            superior_pct=26,
        )
        sesion.add(eleccion)
        sesion.flush()
        return eleccion.id


def _sin_lo_guardado(entorno: Entorno, base: Base, perfil: Perfil) -> Horario:
    """Aprender otra vez, como si nunca se hubiera guardado nada."""
    with base.escribir() as sesion:
        for horario in sesion.exec(select(Horario)):
            horario.huella = "otra"
    aprender_ahora(entorno)
    return horarios(base, perfil)[-1]


@pytest.mark.dos_bases
def test_lo_viejo_que_no_explica_nada_se_tira(
    entorno: Entorno, base: Base, perfil: Perfil, un_pasado: Callable[..., None], reloj: RelojFijo
) -> None:
    """Se quedan el último, los del último mes y el que explica una elección."""
    for _ in range(4):
        aprender_ahora(entorno)
        reloj.avanzar(10 * D)
        un_pasado(perfil, 6, hasta=reloj.ahora())
    suyos = horarios(base, perfil)
    _elegir(entorno, base, perfil, suyos[1])
    reloj.avanzar(VIDA - 15 * D)
    aprender_ahora(entorno)
    assert [h.id for h in horarios(base, perfil)][:-1] == [suyos[1].id, suyos[3].id]


def test_el_ultimo_no_se_tira_por_viejo_que_sea(entorno: Entorno, base: Base, perfil: Perfil, reloj: RelojFijo) -> None:
    aprender_ahora(entorno)
    reloj.avanzar(300 * D)
    aprender_ahora(entorno, perfiles=[])
    assert len(horarios(base, perfil)) == 1


def test_de_lo_que_no_hay_nada_medido_no_se_guarda_nada(
    entorno: Entorno, base: Base, perfil_de: Callable[..., Perfil]
) -> None:
    vacio = perfil_de()
    assert aprender_ahora(entorno).sin_nada == [vacio.nombre]
    assert horarios(base, vacio) == []


def test_el_que_no_se_deja_aprender_no_detiene_a_sus_hermanos(
    entorno: Entorno, base: Base, perfil: Perfil, perfil_de: Callable[..., Perfil], un_pasado: Callable[..., None]
) -> None:
    """De uno la base trae algo que no es una fecha: la suya falla y las de los demás se aprenden."""
    roto = perfil_de(nombre="ig-ayuntamiento")
    un_pasado(roto, 3)
    with base.escribir() as sesion:
        sesion.connection().exec_driver_sql(
            "UPDATE vista SET publicada_en = '2026-10-99 10:00:00.000000' WHERE perfil_id = ?", (roto.id,)
        )
    resultado = aprender_ahora(entorno)
    assert [a.perfil for a in resultado.aprendidos] == ["fb-ayuntamiento"]
    assert list(resultado.fallidos) == ["ig-ayuntamiento"]
    assert len(horarios(base, perfil)) == 1


def test_solo_se_aprende_de_los_que_se_dicen_con_ayuda_de_los_demas(
    entorno: Entorno, base: Base, perfil: Perfil, perfil_de: Callable[..., Perfil], un_pasado: Callable[..., None]
) -> None:
    otro = perfil_de(nombre="ig-ayuntamiento")
    un_pasado(otro, 20)
    assert [a.perfil for a in aprender_ahora(entorno, perfiles=["ig-ayuntamiento"]).aprendidos] == ["ig-ayuntamiento"]
    (antes,) = horarios(base, otro)
    un_pasado(perfil, 40)
    aprender_ahora(entorno, perfiles=["ig-ayuntamiento"])
    despues = horarios(base, otro)[-1]
    assert despues.huella != antes.huella  # su hermano sabe más
    assert despues.mapa["con_hermanos"]
    assert horarios(base, perfil) == []


def test_sin_organizacion_cada_uno_aprende_solo(
    entorno: Entorno, base: Base, perfil: Perfil, perfil_de: Callable[..., Perfil], un_pasado: Callable[..., None]
) -> None:
    reglas = ReglasDeHorarios(generales=ReglasDePerfil(organizacion=""))
    otro = perfil_de(nombre="ig-ayuntamiento")
    un_pasado(otro, 20)
    solos = replace(entorno, horarios=lambda: reglas)
    aprender_ahora(solos)
    un_pasado(perfil, 40)
    assert aprender_ahora(solos).iguales == ["ig-ayuntamiento"]
    assert len(horarios(base, perfil)) == 2
    assert not any(h.mapa["con_hermanos"] for h in [*horarios(base, perfil), *horarios(base, otro)])


def test_dice_por_donde_va_y_se_deja_parar_sin_guardar_nada(
    entorno: Entorno, base: Base, perfil: Perfil, reloj: RelojFijo
) -> None:
    pasos: list[tuple[int, int]] = []

    def parar(van: int, de: int) -> None:
        pasos.append((van, de))
        if van == 2:
            raise Detenido

    with pytest.raises(Detenido):
        aprender_ahora(entorno, avance=parar)
    assert pasos == [(0, 2), (1, 2), (2, 2)]
    assert horarios(base, perfil) == []
    aprender_ahora(entorno, avance=lambda van, de: pasos.append((van, de)))
    assert pasos[-1] == (2, 2) and len(horarios(base, perfil)) == 1


def test_cambiar_lo_que_se_quiere_que_crezca_hace_aprender_otra_vez(
    entorno: Entorno, base: Base, perfil: Perfil, sembrar: Sembrar
) -> None:
    aprender_ahora(entorno)
    for n in range(12):
        en = COMIENZO - (10 + n) * D
        sembrar(perfil, en, medidas={datetime(2026, 11, 21, tzinfo=UTC): {"alcance": 700 + n}})
    reglas = ReglasDeHorarios(perfiles={"fb-ayuntamiento": ReglasDePerfil(metrica="alcance")})
    aprender_ahora(replace(entorno, horarios=lambda: reglas))
    assert [(h.metrica, h.publicaciones) for h in horarios(base, perfil)] == [("interacciones", 60), ("alcance", 12)]

"""De la base a los ensayos: qué cuenta, de qué lado, y qué se queda fuera antes de saber cómo le fue."""

from collections.abc import Callable
from datetime import datetime, timedelta
from math import log1p

import pytest

from modelos import Base, Entrega, Perfil
from motor.entorno import Entorno
from motor.horarios.prueba import lectura
from motor.horarios.prueba.lectura import ESPERA, PROMOCIONADA, SIN_JUEGO, SIN_RESPUESTA, Leidos, leer_ensayos
from tests.conftest import COMIENZO, RelojFijo
from tests.motor.horarios.elegidas import eleccion_de, entrega_publicada, ver

SEMANA = timedelta(days=7)
HACE_UN_MES = COMIENZO - timedelta(days=30)

Publicar = Callable[..., int]


@pytest.fixture
def perfil(perfil_de: Callable[..., Perfil]) -> Perfil:
    return perfil_de()


@pytest.fixture
def publicar(base: Base, perfil: Perfil) -> Publicar:
    """Una publicación con hora elegida, y lo que respondió la gente; devuelve el id de su entrega."""

    def anotar(valor: int | None = 100, *, elegida: datetime = HACE_UN_MES, **columnas: object) -> int:
        with base.escribir() as sesion:
            entrega = entrega_publicada(sesion, perfil, elegida)
            sesion.add(eleccion_de(entrega.id, elegida, **columnas))
            if valor is not None:
                ver(sesion, perfil, entrega.id, valor, en=elegida)
            return entrega.id

    return anotar


def leer(entorno: Entorno, perfil: Perfil) -> Leidos:
    with entorno.base.leer() as sesion:
        return leer_ensayos(sesion, entorno, [perfil], ahora=entorno.reloj.ahora())


def test_cada_publicacion_entra_con_lo_que_respondio_la_gente_y_no_con_lo_que_se_esperaba(
    entorno: Entorno, perfil: Perfil, publicar: Publicar
) -> None:
    publicar(100)
    publicar(40, elegida=HACE_UN_MES + SEMANA, probabilidad=0.002, la_mejor=False, al_azar=True)
    leidos = leer(entorno, perfil)
    assert leidos.fuera == {} and leidos.movidas == 0
    assert [(e.perfil, round(e.valor), e.la_mejor, e.candidatas) for e in leidos.ensayos] == [
        ("memoria", 100, True, 50),
        ("memoria", 40, False, 50),
    ]
    assert all(e.azar == pytest.approx(0.1) for e in leidos.ensayos)


def test_la_que_movieron_despues_cuenta_del_lado_que_le_toco(
    entorno: Entorno, base: Base, perfil: Perfil, publicar: Publicar
) -> None:
    entrega_id = publicar(40, probabilidad=0.002, la_mejor=False)
    with base.escribir() as sesion:
        entrega = sesion.get_one(Entrega, entrega_id)
        entrega.no_antes_de = HACE_UN_MES + timedelta(hours=5)
        sesion.add(eleccion_de(entrega_id, HACE_UN_MES + timedelta(hours=5)))
    leidos = leer(entorno, perfil)
    assert [e.la_mejor for e in leidos.ensayos] == [False]
    assert leidos.movidas == 1


def test_hasta_que_no_cierra_su_ventana_y_cumple_su_edad_no_cuenta_salga_cuando_salga(
    entorno: Entorno, reloj: RelojFijo, perfil: Perfil, publicar: Publicar
) -> None:
    publicar(100, hasta=COMIENZO - timedelta(days=2))
    assert leer(entorno, perfil).fuera == {ESPERA: 1}
    reloj.avanzar(timedelta(days=3))
    assert len(leer(entorno, perfil).ensayos) == 1


def test_la_que_no_tenia_otra_hora_posible_no_cuenta(entorno: Entorno, perfil: Perfil, publicar: Publicar) -> None:
    publicar(100, probabilidad=1.0)
    publicar(100, probabilidad=1.0, candidatas=1, elegida=HACE_UN_MES + SEMANA)
    leidos = leer(entorno, perfil)
    assert leidos.fuera == {SIN_JUEGO: 2}
    assert leidos.perdidas == {True: (0, 0), False: (0, 0)}


def test_lo_que_no_se_midio_o_se_compro_queda_fuera_y_se_cuenta_de_cada_lado(
    entorno: Entorno, base: Base, perfil: Perfil, publicar: Publicar
) -> None:
    publicar(None)
    publicar(100, elegida=HACE_UN_MES + timedelta(days=1))
    comprada = publicar(None, elegida=HACE_UN_MES + SEMANA, probabilidad=0.002, la_mejor=False)
    with base.escribir() as sesion:
        ver(sesion, perfil, comprada, 900, en=HACE_UN_MES + SEMANA, promocionada=True)
    leidos = leer(entorno, perfil)
    assert leidos.fuera == {SIN_RESPUESTA: 1, PROMOCIONADA: 1}
    assert leidos.perdidas == {True: (1, 2), False: (1, 1)}
    assert len(leidos.ensayos) == 1


def test_el_nivel_del_perfil_es_el_de_antes_de_elegir_y_nada_de_despues_lo_cambia(
    entorno: Entorno, base: Base, perfil: Perfil, publicar: Publicar
) -> None:
    with base.escribir() as sesion:
        for n in range(lectura.ANTERIORES + 5):
            ver(sesion, perfil, None, 10 if n < 5 else 30, en=HACE_UN_MES - timedelta(days=60 - n))
    publicar(100)
    antes = leer(entorno, perfil).ensayos
    assert antes[0].antes == pytest.approx(log1p(30), abs=0.05)
    with base.escribir() as sesion:
        for n in range(10):
            ver(sesion, perfil, None, 5000, en=HACE_UN_MES + timedelta(days=n, hours=2))
    assert leer(entorno, perfil).ensayos[0].antes == pytest.approx(antes[0].antes)


def test_la_primera_de_un_perfil_no_tiene_nivel(entorno: Entorno, perfil: Perfil, publicar: Publicar) -> None:
    publicar(100)
    assert leer(entorno, perfil).ensayos[0].antes is None


@pytest.mark.parametrize(
    ("perdidas", "pareja"),
    [
        ({True: (9, 200), False: (1, 25)}, True),
        ({True: (9, 200), False: (8, 25)}, False),
        ({True: (9, 200), False: (3, 5)}, True),
        ({}, True),
    ],
)
def test_se_nota_si_de_un_lado_se_pierden_muchas_mas(perdidas: dict[bool, tuple[int, int]], pareja: bool) -> None:
    assert Leidos(ensayos=(), perdidas=perdidas).pareja is pareja

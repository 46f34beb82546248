"""El pasado de un perfil tal como se conocía en un instante: ni lo de después, ni lo que no enseña."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from modelos import Base, Entrega, Estado, Perfil, Publicacion, Vista
from motor.entorno import Entorno
from motor.horarios.aprendizaje.lectura import Dias, Pasado, pasado_de
from motor.horarios.reglas import ReglasDeHorarios, ReglasDePerfil
from tests.conftest import COMIENZO
from tests.motor.horarios.aprendizaje.conftest import Sembrar

D, H = timedelta(days=1), timedelta(hours=1)
LUNES = datetime(2026, 11, 9, 18, 30, tzinfo=UTC)
"""Lunes 9 de noviembre, 12:30 en el centro de México; el lunes 16 es festivo."""


@pytest.fixture
def perfil(perfil_de: Callable[..., Perfil]) -> Perfil:
    return perfil_de()


@pytest.fixture
def leer(base: Base, entorno: Entorno, perfil: Perfil) -> Callable[..., Pasado]:
    def leer(hasta: datetime = COMIENZO, reglas: ReglasDeHorarios | None = None) -> Pasado:
        dias = Dias(zona=entorno.reglas.zona, reglas=reglas or ReglasDeHorarios())
        with base.leer() as sesion:
            return pasado_de(sesion, perfil, dias, hasta=hasta)

    return leer


@pytest.mark.dos_bases
def test_cada_una_con_su_hora_local_y_su_respuesta_a_los_cuatro_dias(
    leer: Callable[..., Pasado], sembrar: Sembrar, perfil: Perfil
) -> None:
    sembrar(perfil, LUNES, 1000, texto="¿Ya vio la #feria? https://toluca.gob.mx", tipo="photo")
    (publicada,) = leer().publicadas
    assert publicada.local == datetime(2026, 11, 9, 12, 30)  # noqa: DTZ001 # local, sin zona
    assert publicada.valor == 970  # 1000 · 96 h / (96 h + 3 h)
    assert publicada.peso == 1 and not publicada.festivo
    assert (publicada.tipo, publicada.url, publicada.hashtag, publicada.pregunta) == ("foto", True, True, True)


@pytest.mark.dos_bases
def test_lo_de_despues_no_cambia_lo_que_se_sabia(
    leer: Callable[..., Pasado], sembrar: Sembrar, perfil: Perfil, base: Base
) -> None:
    """Una medida posterior, otra publicación, un borrado, una importación de lo viejo: entonces no se sabían."""
    entonces = LUNES + 2 * D
    ids = [sembrar(perfil, LUNES - n * D, 100 + n, hasta=entonces) for n in range(1, 30)]
    antes = leer(entonces)
    for n in range(1, 9):
        sembrar(perfil, entonces + n * H, 5000)
    sembrar(perfil, LUNES - 3 * D, 9999, vista_en=entonces + D)
    with base.escribir() as sesion:
        borrada = update(Vista).where(col(Vista.id) == ids[3]).values(borrada_en=entonces + H)
        sesion.execute(borrada.execution_options(synchronize_session=False))
    sembrar(perfil, LUNES, medidas={entonces + D: {"me_gusta": 70}})
    assert leer(entonces).publicadas == antes.publicadas
    assert len(leer(COMIENZO).publicadas) > len(antes.publicadas)


def test_una_medida_de_despues_de_lo_ya_publicado_no_se_ve_antes(
    leer: Callable[..., Pasado], sembrar: Sembrar, perfil: Perfil
) -> None:
    sembrar(perfil, LUNES, medidas={LUNES + D: {"me_gusta": 50}, LUNES + 5 * D: {"me_gusta": 900}})
    (joven,), (hecha,) = leer(LUNES + 2 * D).publicadas, leer(LUNES + 6 * D).publicadas
    assert 50 < joven.valor < 60 and joven.peso < 1
    assert hecha.valor > 500


def test_la_importada_meses_despues_vale_casi_lo_mismo(
    leer: Callable[..., Pasado], sembrar: Sembrar, perfil: Perfil
) -> None:
    sembrar(perfil, LUNES - 300 * D, medidas={LUNES: {"me_gusta": 100}})
    (publicada,) = leer().publicadas
    assert 90 < publicada.valor < 100


def test_la_que_no_tiene_el_numero_falta_y_no_es_cero(
    leer: Callable[..., Pasado], sembrar: Sembrar, perfil: Perfil
) -> None:
    for n in range(9):
        sembrar(perfil, LUNES - n * D, medidas={LUNES + 5 * D: {"alcance": 900 + n, "me_gusta": 3}})
    sembrar(perfil, LUNES - 20 * D, medidas={LUNES: {"me_gusta": 3}})
    pasado = leer(reglas=ReglasDeHorarios(generales=ReglasDePerfil(metrica="alcance")))
    assert len(pasado.publicadas) == 9 and min(p.valor for p in pasado.publicadas) > 800
    assert pasado.fuera == {"sin dato": 1}
    assert pasado.metrica == "alcance"


def test_lo_que_no_ensena_se_queda_fuera_y_se_cuenta(
    leer: Callable[..., Pasado], sembrar: Sembrar, perfil: Perfil, base: Base
) -> None:
    sembrar(perfil, LUNES, 100)
    sembrar(perfil, COMIENZO - 5 * H, 100)
    sembrar(perfil, LUNES, 100, tipo="respuesta")
    sembrar(perfil, LUNES, 100, hasta=LUNES + 2 * D, borrada_en=LUNES + 2 * D + H)
    sembrar(perfil, LUNES, 100, borrada_en=LUNES + 5 * D)
    sembrar(perfil, LUNES, 100, entrega_id=_entrega(base, perfil, "a", etiquetas=["Emergencia"]))
    sembrar(perfil, LUNES, 100, entrega_id=_entrega(base, perfil, "b", parte=1))
    pasado = leer()
    assert len(pasado.publicadas) == 2  # la primera, y la que se borró ya medida
    assert pasado.fuera == {
        "demasiado nueva": 1,
        "contesta a alguien": 1,
        "borrada antes de medirse": 1,
        "emergencia": 1,
        "sigue un hilo": 1,
    }


def _entrega(base: Base, perfil: Perfil, clave: str, *, parte: int = 0, etiquetas: list[str] | None = None) -> int:
    with base.escribir() as sesion:
        publicacion = Publicacion(
            texto="Hola.",
            programada_en=LUNES,
            zona="America/Mexico_City",
            origen="orden",
            creada_en=LUNES,
            actualizada_en=LUNES,
            etiquetas=etiquetas or [],
        )
        sesion.add(publicacion)
        sesion.flush()
        entrega = Entrega(
            publicacion_id=publicacion.id,
            perfil_id=perfil.id,
            parte=parte,
            estado=Estado.PUBLICADA,
            texto="Hola.",
            clave=clave,
            huella=clave,
            no_antes_de=LUNES,
            despertar_en=LUNES,
            publicada_en=LUNES,
            creada_en=LUNES,
        )
        sesion.add(entrega)
        sesion.flush()
        return entrega.id


def test_un_festivo_ensena_el_domingo_y_las_vacaciones_pesan_la_mitad(
    leer: Callable[..., Pasado], sembrar: Sembrar, perfil: Perfil
) -> None:
    sembrar(perfil, LUNES + 7 * D, 100)
    sembrar(perfil, datetime(2026, 8, 5, 18, tzinfo=UTC), 100)
    vacaciones, festivo = leer().publicadas
    assert festivo.festivo and festivo.ranura == 6 * 24 + 12
    assert vacaciones.peso == 0.5


def test_la_promocionada_lo_dice(leer: Callable[..., Pasado], sembrar: Sembrar, perfil: Perfil) -> None:
    sembrar(perfil, LUNES, 100, promocionada=True)
    assert leer().publicadas[0].pagado


@pytest.mark.dos_bases
def test_aunque_el_motor_estuviera_apagado_cuando_tocaba_medir(
    leer: Callable[..., Pasado], sembrar: Sembrar, perfil: Perfil
) -> None:
    """Nada a los cuatro días: se toma de lo que hay antes y después."""
    sembrar(perfil, LUNES, medidas={LUNES + 2 * D: {"me_gusta": 100}, LUNES + 9 * D: {"me_gusta": 110}})
    assert 100 < leer().publicadas[0].valor < 110


def test_de_lo_de_hace_mas_de_dos_anos_ya_no_se_aprende(
    leer: Callable[..., Pasado], sembrar: Sembrar, perfil: Perfil
) -> None:
    sembrar(perfil, COMIENZO - 731 * D, medidas={COMIENZO - D: {"me_gusta": 5}})
    sembrar(perfil, COMIENZO - 729 * D, medidas={COMIENZO - D: {"me_gusta": 7}})
    assert len(leer().publicadas) == 1


def test_cada_perfil_con_lo_suyo(
    leer: Callable[..., Pasado], sembrar: Sembrar, perfil: Perfil, perfil_de: Callable[..., Perfil], entorno: Entorno
) -> None:
    otro = perfil_de()
    sembrar(perfil, LUNES, 100)
    sembrar(otro, LUNES, 900)
    assert [p.valor for p in leer().publicadas] == [97]
    assert replace(leer(), fuera={}).hasta == LUNES

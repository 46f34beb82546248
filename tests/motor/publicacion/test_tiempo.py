"""El calendario de México alrededor de la hora de publicar: el motor sólo ve instantes, y cada uno llega una vez."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from freezegun import freeze_time

from modelos import Estado
from motor.legible import instante_legible, retraso_legible
from motor.reloj import RelojReal
from tests.conftest import RelojFijo
from tests.motor.oficina import HORA, MINUTO, Oficina, con_reglas

MEXICO, TIJUANA, JUAREZ = (ZoneInfo(f"America/{z}") for z in ("Mexico_City", "Tijuana", "Ciudad_Juarez"))


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        (datetime(2026, 12, 1, 0, 0, tzinfo=MEXICO), "2026-12-01 06:00"),  # medianoche
        (datetime(2026, 12, 31, 23, 59, tzinfo=MEXICO), "2027-01-01 05:59"),  # el último minuto del año
        (datetime(2027, 1, 1, 0, 0, tzinfo=MEXICO), "2027-01-01 06:00"),
        (datetime(2027, 7, 1, 9, 0, tzinfo=MEXICO), "2027-07-01 15:00"),  # ya no hay horario de verano
        (datetime(2028, 2, 29, 9, 0, tzinfo=MEXICO), "2028-02-29 15:00"),
        (datetime(2027, 3, 14, 1, 59, tzinfo=TIJUANA), "2027-03-14 09:59"),  # el último minuto antes del cambio
        (datetime(2027, 3, 14, 3, 0, tzinfo=TIJUANA), "2027-03-14 10:00"),  # y el siguiente
        (datetime(2026, 11, 1, 1, 30, tzinfo=TIJUANA), "2026-11-01 08:30"),  # la hora que viene dos veces, la primera
        (datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=TIJUANA), "2026-11-01 09:30"),  # y la segunda
        (datetime(2027, 3, 14, 3, 0, tzinfo=JUAREZ), "2027-03-14 09:00"),
        (datetime(2026, 11, 1, 2, 0, tzinfo=JUAREZ), "2026-11-01 09:00"),
    ],
    ids=str,
)
def test_cada_hora_local_sale_en_su_instante_y_una_vez(
    oficina: Oficina, reloj: RelojFijo, local: datetime, utc: str
) -> None:
    instante = local.astimezone(UTC)
    assert f"{instante:%Y-%m-%d %H:%M}" == utc
    reloj.saltar(instante - 2 * HORA - reloj.ahora())
    entrega = oficina.programar_una("A su hora", programada_en=instante)
    oficina.pasar(4 * HORA, tick=30 * MINUTO)
    assert [v.aceptada_en for v in oficina.red.vistas] == [instante]
    assert oficina.estado(entrega) is Estado.PUBLICADA


def test_la_hora_que_viene_dos_veces_da_dos_publicaciones_con_una_hora_entre_ellas(
    oficina: Oficina, reloj: RelojFijo
) -> None:
    oficina = con_reglas(oficina, zona=TIJUANA)
    reloj.saltar(datetime(2026, 11, 1, 8, 0, tzinfo=UTC) - reloj.ahora())
    for fold in (0, 1):
        hora = datetime(2026, 11, 1, 1, 30, fold=fold, tzinfo=TIJUANA)
        oficina.programar(f"La de las 1:30, vez {fold}", programada_en=hora)
    oficina.pasar(2 * HORA)
    primera, segunda = (v.aceptada_en for v in oficina.red.vistas)
    assert segunda - primera == HORA
    assert {instante_legible(i, TIJUANA) for i in (primera, segunda)} == {"dom 1 nov 2026, 1:30"}


def test_un_apagon_que_cruza_el_ano_nuevo_se_cuenta_en_tiempo_de_verdad(oficina: Oficina, reloj: RelojFijo) -> None:
    reloj.saltar(datetime(2027, 1, 1, 5, 30, tzinfo=UTC) - reloj.ahora())  # 31 de diciembre, 23:30
    entrega = oficina.programar_una("Feliz año")
    reloj.avanzar(59 * MINUTO)
    oficina.vuelta()
    assert oficina.estado(entrega) is Estado.PUBLICADA


def test_el_retraso_no_cuenta_la_hora_que_no_existe(oficina: Oficina, reloj: RelojFijo) -> None:
    """De 1:30 a 3:15 del cambio de primavera pasan 45 minutos, no 1 h 45: aún está a tiempo."""
    reloj.saltar(datetime(2027, 3, 14, 9, 30, tzinfo=UTC) - reloj.ahora())
    entrega = oficina.programar_una("Antes del cambio", programada_en=datetime(2027, 3, 14, 1, 30, tzinfo=TIJUANA))
    reloj.saltar(datetime(2027, 3, 14, 3, 15, tzinfo=TIJUANA).astimezone(UTC) - reloj.ahora())
    oficina.vuelta()
    assert oficina.estado(entrega) is Estado.PUBLICADA


def test_el_reloj_del_motor_da_siempre_utc() -> None:
    with freeze_time("2026-11-01 08:30:00"):
        ahora = RelojReal().ahora()
    assert (ahora, ahora.utcoffset()) == (datetime(2026, 11, 1, 8, 30, tzinfo=UTC), timedelta())


def test_el_reloj_de_arranque_no_se_mueve_con_la_hora() -> None:
    reloj = RelojReal()
    with freeze_time("2026-11-01 08:30:00") as congelado:
        antes = reloj.desde_el_arranque()
        congelado.tick(timedelta(days=1))
        assert reloj.desde_el_arranque() - antes < 60


@pytest.mark.parametrize(
    ("retraso", "dice"),
    [
        (timedelta(seconds=59), "0 min"),
        (25 * MINUTO, "25 min"),
        (HORA, "1 h 0 min"),
        (2 * HORA + 5 * MINUTO, "2 h 5 min"),
        (47 * HORA, "47 h 0 min"),
        (49 * HORA, "2 días"),
    ],
)
def test_el_retraso_se_dice_como_lo_dice_la_gente(retraso: timedelta, dice: str) -> None:
    assert retraso_legible(retraso) == dice

"""Lo que dice una celda: sin dato no es cero, y lo que Excel estropeó no se adivina."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from motor.entrada.leer.hoja import SinCalcular
from motor.importacion.celdas import (
    CeldaIlegible,
    IdEstropeado,
    acaba_en_ceros,
    cuenta_de,
    dia_de,
    fin_del_dia,
    id_de,
    instante_de,
    va_el_dia_primero,
)
from motor.importacion.hojas import Valor

AHORA = datetime(2026, 11, 22, 15, tzinfo=UTC)
MEXICO = ZoneInfo("America/Mexico_City")


@pytest.mark.parametrize(
    ("celda", "numero"),
    [
        ("1,250", 1250), ("1.250", 1250), ("12 400", 12400), ("1,234,567", 1234567), ("1203.0", 1203), ("0", 0),
        (7, 7), (7.0, 7), ('="12"', 12), ("1’250".replace("’", "'"), 1250),
    ],
)  # fmt: skip
def test_un_numero_con_o_sin_miles(celda: Valor, numero: int) -> None:
    assert cuenta_de(celda) == numero


@pytest.mark.parametrize("celda", [None, "", "--", "-", "—", "N/A", "n/d"])
def test_lo_vacio_es_sin_dato(celda: Valor) -> None:
    assert cuenta_de(celda) is None


@pytest.mark.parametrize(
    "celda",
    ["muchas", "1.5", "12%", "-3", -3, 1.5, "1.2E+05", "1,2 mil", "3.4K", float("nan"), True, SinCalcular("=A1")],
)
def test_lo_que_no_es_un_numero_de_veces_lo_dice(celda: Valor) -> None:
    with pytest.raises(CeldaIlegible) as error:
        cuenta_de(celda)
    assert error.value.remedio


@pytest.mark.parametrize(
    ("celda", "escrito"), [("123_456", "123_456"), ('="1790"', "1790"), (1790, "1790"), ("--", ""), (None, "")]
)
def test_un_identificador(celda: Valor, escrito: str) -> None:
    assert id_de(celda) == escrito


@pytest.mark.parametrize("celda", ["1.23E+16", "1,23E+16", "1E+17", 1.22158e17, 122158000000000011, 1.5])
def test_un_identificador_que_paso_por_excel_esta_estropeado(celda: Valor) -> None:
    with pytest.raises(IdEstropeado, match="sin abrirlo en Excel"):
        id_de(celda)


def test_los_ceros_del_final_delatan_a_excel() -> None:
    assert acaba_en_ceros("122158000000000000")
    assert not acaba_en_ceros("122158000000000010")
    assert not acaba_en_ceros("120000000000000")


@pytest.mark.parametrize(
    ("celda", "formas", "instante"),
    [
        ("11/20/2026 18:12", ("%m/%d/%Y %H:%M",), datetime(2026, 11, 21, 0, 12, tzinfo=UTC)),
        ("2026-11-20 18:12 +0000", ("%Y-%m-%d %H:%M %z",), datetime(2026, 11, 20, 18, 12, tzinfo=UTC)),
        ("Fri, Nov 20, 2026", ("%a, %b %d, %Y",), None),
        ("20/11/2026 18:12", (), datetime(2026, 11, 21, 0, 12, tzinfo=UTC)),
        (datetime(2026, 11, 20, 18, 12), (), datetime(2026, 11, 21, 0, 12, tzinfo=UTC)),  # noqa: DTZ001 # una celda
        (datetime(2026, 11, 20), (), None),  # noqa: DTZ001 # ídem: Excel guarda las 0:00 aunque nadie las escriba
        (date(2026, 11, 20), (), None),
        (None, (), None),
    ],
)
def test_un_instante_en_la_zona_de_la_cuenta(celda: Valor, formas: tuple[str, ...], instante: datetime | None) -> None:
    assert instante_de(celda, formas=formas, zona=MEXICO, ahora=AHORA) == instante


def test_el_horario_de_verano_cuenta_donde_lo_hay() -> None:
    def en(cuando: str) -> datetime | None:
        return instante_de(cuando, formas=("%m/%d/%Y %H:%M",), zona=ZoneInfo("America/Tijuana"), ahora=AHORA)

    assert en("07/01/2026 09:00") == datetime(2026, 7, 1, 16, tzinfo=UTC)
    assert en("12/01/2026 09:00") == datetime(2026, 12, 1, 17, tzinfo=UTC)
    with pytest.raises(CeldaIlegible, match="no existen"):
        en("03/08/2026 02:30")


def test_una_fecha_que_no_se_entiende_dice_como_la_escribe_la_red() -> None:
    with pytest.raises(CeldaIlegible, match="12/31/2026 09:30"):
        instante_de("ayer", formas=("%m/%d/%Y %H:%M",), zona=MEXICO, ahora=AHORA)
    with pytest.raises(CeldaIlegible, match="no entendemos"):
        instante_de(45000, formas=(), zona=MEXICO, ahora=AHORA)


def test_un_dia_y_su_fin() -> None:
    assert dia_de("2026-11-10T00:00:00", formas=("%Y-%m-%dT%H:%M:%S",), zona=MEXICO, ahora=AHORA) == date(2026, 11, 10)
    assert dia_de("10/11/2026", formas=(), zona=MEXICO, ahora=AHORA) == date(2026, 11, 10)
    assert fin_del_dia(date(2026, 11, 10), MEXICO) == datetime(2026, 11, 11, 5, 59, 59, tzinfo=UTC)


def test_el_orden_de_dia_y_mes_solo_se_sabe_a_veces() -> None:
    assert [va_el_dia_primero(f) for f in ("28/09/2026", "09/28/2026", "05/06/2026", 3)] == [True, False, None, None]

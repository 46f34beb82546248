from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from motor.horarios.tabla.celdas import CeldaIlegible, bandera_de, instante_local, largo_de, respuesta_de

MEXICO = ZoneInfo("America/Mexico_City")
TIJUANA = ZoneInfo("America/Tijuana")
NUEVE_Y_MEDIA = datetime(2026, 12, 1, 9, 30)  # noqa: DTZ001 # la hora local, sin zona


@pytest.mark.parametrize(
    "escrito", ["2026-12-01T09:30", "2026-12-01 09:30", "2026-12-01 09:30:00", "2026-12-01T09:30:00.000"]
)
def test_una_hora_sin_zona_ya_es_la_local(escrito: str) -> None:
    assert instante_local(escrito, TIJUANA) == NUEVE_Y_MEDIA


@pytest.mark.parametrize("escrito", ["2026-12-01T15:30Z", "2026-12-01 15:30:00+00:00", "2026-12-01T09:30-06:00"])
def test_una_hora_con_desfase_se_pasa_a_la_de_la_oficina(escrito: str) -> None:
    assert instante_local(escrito, MEXICO) == NUEVE_Y_MEDIA


@pytest.mark.parametrize(
    ("escrito", "dice"),
    [
        ("", "está vacía"),
        ("2026-12-01", "no dice la hora"),
        ("20261201", "no dice la hora"),
        ("01/12/2026 09:30", "puede ser día y mes, o mes y día"),
        ("2026-13-01 09:30", "no entendemos la fecha"),
        ("2026-12-01 24:30", "no entendemos la fecha"),
        ("ayer a las 9:00", "no entendemos la fecha"),
        ("0001-01-01T00:00+14:00", "no entendemos la fecha"),
    ],
)
def test_una_fecha_que_habria_que_adivinar_se_devuelve_con_su_ejemplo(escrito: str, dice: str) -> None:
    with pytest.raises(CeldaIlegible, match=dice) as error:
        instante_local(escrito, MEXICO)
    assert "2026-12-01 09:30" in error.value.remedio


@pytest.mark.parametrize(("escrito", "valor"), [("0", 0), ("12", 12), ("12.0", 12), ("12.5", 12.5), ("1e3", 1000)])
def test_las_interacciones_son_un_numero_de_cero_o_mas(escrito: str, valor: float) -> None:
    assert respuesta_de(escrito) == valor


@pytest.mark.parametrize(
    ("escrito", "dice"),
    [
        ("", "está vacía"),
        ("-1", "es negativo"),
        ("nan", "no es un número"),
        ("inf", "no es un número"),
        ("1,234", "separador de miles"),
        ("1.234", "separador de miles"),
        ("1 234 567", "separador de miles"),
        ("12,5", "Use punto para los decimales"),
        ("1_000", "no es un número"),
        ("doce", "Escriba sólo cifras"),
    ],
)
def test_un_numero_que_habria_que_adivinar_se_devuelve(escrito: str, dice: str) -> None:
    with pytest.raises(CeldaIlegible, match=dice):
        respuesta_de(escrito)


def test_el_largo_puede_faltar_y_no_puede_ser_negativo() -> None:
    assert [largo_de(v) for v in ("", "140", "140.0")] == [0, 140, 140]
    for malo in ("-3", "nan", "1,200", "largo", "1e300"):
        with pytest.raises(CeldaIlegible):
            largo_de(malo)


def test_las_banderas_se_escriben_de_varias_maneras() -> None:
    assert all(bandera_de(v) for v in ("1", "sí", "Si", "TRUE", "verdadero", "1.0"))
    assert not any(bandera_de(v) for v in ("", "0", "no", "False", "falso", "0.0", " "))
    with pytest.raises(CeldaIlegible, match="no es sí ni no"):
        bandera_de("quizá")

"""Una serie leída de un archivo: el paso se averigua con lo ya leído, y cada renglón malo se nombra."""

from datetime import timedelta

import pytest

from motor.escucha.picos import ErrorDePicos
from motor.escucha.picos.series import numerados
from tests.motor.escucha.picos.series import LUNES, conteos, instantes

Renglones = list[tuple[str, str]]


def decididos(renglones: Renglones) -> list[tuple[float, bool]]:
    return list(numerados(((i, t, v) for i, (t, v) in enumerate(renglones, 2)), falsas_al_mes=1.0))


def renglones(n: int, *, paso_s: int = 3600, media: float = 3.0) -> Renglones:
    valores = conteos(n, media=media, paso_s=paso_s)
    return [(str(t), str(v)) for t, v in zip(instantes(n, paso_s=paso_s), valores, strict=True)]


def test_una_laguna_al_principio_no_engana_sobre_el_paso() -> None:
    completa = renglones(400)
    completa[350] = (completa[350][0], "90")
    con_laguna = [completa[0], *completa[5:]]
    assert [a for _, a in decididos(con_laguna)][-50:] == [a for _, a in decididos(completa)][-50:]
    assert decididos(completa)[350][1]


@pytest.mark.parametrize("corte", [1, 2, 3, 30, 200])
def test_el_paso_tampoco_mira_al_futuro(corte: int) -> None:
    serie = renglones(300, paso_s=600)
    otra = [*serie[:corte], *((str(LUNES + timedelta(days=9, seconds=130 * k)), "7") for k in range(50))]
    assert decididos(serie)[:corte] == decididos(otra)[:corte]


def test_los_segundos_que_bailan_no_son_lagunas() -> None:
    serie = [
        (str(t + timedelta(seconds=(7 * i) % 40)), v) for i, (t, v) in enumerate((t, v) for t, v in _pares(24 * 12))
    ]
    assert [a for _, a in decididos(serie)] == [a for _, a in decididos([(str(t), v) for t, v in _pares(24 * 12)])]


def _pares(n: int):  # type: ignore[no-untyped-def]  # (instante, texto del valor)
    return [(t, v) for t, (_, v) in zip(instantes(n), renglones(n), strict=True)]


def test_una_celda_vacia_es_una_laguna_y_no_un_cero() -> None:
    serie = renglones(300)
    vacia = [(t, "" if 200 <= i < 210 else v) for i, (t, v) in enumerate(serie)]
    falta = [r for i, r in enumerate(serie) if not 200 <= i < 210]
    assert decididos(vacia)[210:] == decididos(falta)[200:]


@pytest.mark.parametrize(
    ("fila", "dice"),
    [
        (("ayer", "3"), "Renglón 5: «ayer» no es una fecha"),
        (("2026-01-05 03:00:00", "tres"), "Renglón 5: «tres» no es un número"),
        (("2026-01-05 03:00:00", "-3"), "Renglón 5: El valor «-3»"),
        (("2026-01-05 03:00:00", "nan"), "Renglón 5: El valor «nan»"),
        (("2026-01-04 03:00:00", "3"), "Renglón 5: La hora retrocede"),
        (("2026-01-05 02:00:30", "3"), "Renglón 5: Hay dos renglones separados 30 s"),
    ],
)
def test_un_renglon_malo_se_nombra_y_se_dice_que_cambiar(fila: tuple[str, str], dice: str) -> None:
    with pytest.raises(ErrorDePicos) as error:
        decididos([*renglones(3), fila])
    assert str(error.value).startswith(dice)

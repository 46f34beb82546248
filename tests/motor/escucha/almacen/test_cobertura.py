"""Cuándo un cero es un cero, y cuándo se puede decidir."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from motor.escucha.almacen.cobertura import Alcance, Punto, cubrir, se_puede_decidir

HOY = datetime(2026, 11, 22, tzinfo=UTC)
MARGEN = timedelta(minutes=10)


def a_las(horas: float) -> datetime:
    return HOY + timedelta(hours=horas)


def fuente(hasta: float, *, desde: float = 0, proxima: float | None = None, **campos: Any) -> Alcance:
    proxima_en = a_las(hasta + 0.25 if proxima is None else proxima)
    return Alcance(desde=a_las(desde), hasta=a_las(hasta), proxima_en=proxima_en, **campos)


def punto(*fuentes: Alcance, hora: float = 13, cuenta: int = 0, ahora: float = 15) -> Punto:
    return cubrir(fuentes, ahora=a_las(ahora), margen=MARGEN).punto(a_las(hora), a_las(hora + 1), cuenta)


LAGUNA = (a_las(13.4), a_las(13.6))


@pytest.mark.parametrize(
    ("fuentes", "cero", "cinco"),
    [
        ([fuente(15)], (0, False), (5, False)),  # todo oído: un cero es un cero
        ([fuente(15), fuente(14.9)], (0, False), (5, False)),
        ([], (None, True), (5, True)),  # nadie oye
        ([fuente(15, desde=13.5)], (None, True), (5, True)),  # llegó a la mitad
        ([fuente(15), fuente(15, desde=13.5)], (0, False), (5, False)),  # la nueva no estorba a la que ya estaba
        ([fuente(15, lagunas=(LAGUNA,))], (None, True), (5, True)),
        ([fuente(15), fuente(15, lagunas=(LAGUNA,))], (None, True), (5, True)),  # con una sorda, al menos cinco
        ([fuente(13.5, fallos=3)], (None, True), (5, True)),  # caída a la mitad del intervalo
        ([fuente(15), fuente(13.5, fallos=3)], (None, True), (5, True)),
        ([fuente(15), fuente(13.5, proxima=14.5)], (None, True), (5, True)),  # debió preguntar y no pudo
        ([fuente(15), fuente(10, proxima=16)], (0, False), (5, False)),  # lenta por oficio
        ([fuente(15), fuente(-12, desde=-90, fallos=9)], (0, False), (5, False)),  # caída hace más de un día: perdida
        ([fuente(-12, desde=-90, fallos=9)], (None, True), (5, True)),  # y si era la única, nadie oye
    ],
)
def test_un_cero_solo_es_un_cero_si_todas_oyeron(
    fuentes: list[Alcance], cero: tuple[int | None, bool], cinco: tuple[int, bool]
) -> None:
    assert punto(*fuentes) == Punto(a_las(13), *cero)
    assert punto(*fuentes, cuenta=5) == Punto(a_las(13), *cinco)


def test_la_laguna_de_una_fuente_que_aun_no_estaba_no_ensordece_lo_de_antes() -> None:
    nueva = fuente(15, desde=14.5, lagunas=((a_las(12), a_las(14.6)),))
    assert punto(fuente(15), nueva) == Punto(a_las(13), 0, False)
    assert punto(fuente(15), nueva, hora=14).parcial


def test_lo_oido_entre_dos_lagunas_si_cuenta() -> None:
    huecos = ((a_las(5), a_las(7)), (a_las(6), a_las(8)), (a_las(20), a_las(21)))
    con_huecos = fuente(23, lagunas=huecos)
    sin_dato = [h for h in range(23) if punto(con_huecos, hora=h, ahora=23).cuenta is None]
    assert sin_dato == [5, 6, 7, 20]


@pytest.mark.parametrize(
    ("fuentes", "ahora", "decidible"),
    [
        ([fuente(14)], 13.99, False),  # no ha acabado
        ([fuente(14)], 14, True),
        ([fuente(13.9)], 14.05, False),  # le falta una, y está por llegar
        ([fuente(14.02), fuente(13.9)], 14.05, False),
        ([fuente(14.02), fuente(13.9)], 14.2, True),  # ya se la esperó
        ([fuente(14.02), fuente(11, fallos=4)], 14.05, False),
        ([fuente(14.02), fuente(11, fallos=4)], 14.2, True),  # la caída no detiene a las demás
        ([fuente(14.02), fuente(13.9, proxima=16)], 14.05, True),  # a la lenta no se la espera
        ([fuente(13.9, proxima=16)], 14.05, False),  # salvo que sea la única
        ([fuente(13.9, proxima=16)], 15.9, False),
        ([fuente(16.01, proxima=18)], 16.02, True),
        ([fuente(14.02), fuente(-20, desde=-90, fallos=99)], 14.05, True),  # la perdida ya no cuenta
        ([], 14, True),
    ],
)
def test_un_intervalo_se_decide_cuando_todas_oyeron_o_ya_se_espero_bastante(
    fuentes: list[Alcance], ahora: float, decidible: bool
) -> None:
    limite = a_las(14) + MARGEN
    assert se_puede_decidir(fuentes, a_las(13), a_las(14), ahora=a_las(ahora), limite=limite) is decidible

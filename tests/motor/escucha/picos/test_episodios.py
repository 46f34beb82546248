import pytest

from motor.escucha.picos.episodios import CALMA_S, Episodio

HORA = 3600
UMBRAL = 2.8


def abierto(puntaje: float = 4.0) -> Episodio:
    episodio = Episodio()
    episodio.abrir(0, puntaje)
    return episodio


def test_sin_historia_basta_el_umbral() -> None:
    assert Episodio().alerta(0, UMBRAL, UMBRAL)
    assert not Episodio().alerta(0, UMBRAL - 0.01, UMBRAL)


@pytest.mark.parametrize(
    ("horas", "puntaje", "avisa"),
    [
        (1, 4.0, False),
        (23, 11.9, False),  # 3 · 4 = 12
        (1, 12.0, True),
        (23, 12.0, True),
        (24, 2.8, True),  # pasó el día
        (24, 2.7, False),
    ],
)
def test_en_un_dia_solo_avisa_otra_vez_al_triple(horas: int, puntaje: float, avisa: bool) -> None:
    assert abierto().alerta(horas * HORA, puntaje, UMBRAL) is avisa


def test_el_intervalo_que_ya_aviso_no_avisa_aunque_se_multiplique() -> None:
    assert not abierto().alerta(0, 400.0, UMBRAL)


def test_se_recupera_una_vez_tras_tres_horas_de_calma_seguidas() -> None:
    episodio = abierto()
    puntajes = [1.0, 1.0, 1.5, 0.0, 0.0, 0.0]  # 1.5 pasa de la mitad del umbral: la calma vuelve a empezar
    assert [episodio.seguir(p, UMBRAL, HORA) for p in puntajes] == [False] * 5 + [True]
    assert not episodio.abierto
    assert CALMA_S == 3 * HORA


def test_terminado_el_episodio_otra_alza_de_dos_umbrales_es_otra_noticia_el_mismo_dia() -> None:
    episodio = abierto(puntaje=9.0)
    assert not episodio.alerta(8 * HORA, 2 * UMBRAL, UMBRAL)
    for _ in range(3):
        episodio.seguir(0.0, UMBRAL, HORA)
    assert not episodio.alerta(8 * HORA, 1.9 * UMBRAL, UMBRAL)
    assert episodio.alerta(8 * HORA, 2 * UMBRAL, UMBRAL)

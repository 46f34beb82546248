"""Bajar de lo nuevo a lo viejo sin saltarse ni repetir nada, con lo que se diga entre página y página."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from conectores.contrato_escucha import Desde
from conectores.x.barrida import INDEXACION, abrir, id_en, instante_de, seguir

AHORA = datetime(2026, 11, 22, 18, tzinfo=UTC)
AYER = AHORA - timedelta(days=1)


def test_el_identificador_lleva_su_hora() -> None:
    assert instante_de(id_en(AHORA)) == AHORA
    # El post con que X documenta su API se creó el 2021-01-06 a las 18:40:40 UTC.
    assert instante_de(1346889436626259968).replace(microsecond=0) == datetime(2021, 1, 6, 18, 40, 40, tzinfo=UTC)


@given(
    st.lists(st.integers(id_en(AYER) + 1, id_en(AHORA)), unique=True, max_size=120),
    st.integers(1, 20),
    st.lists(st.integers(0, 5), max_size=30),
)
def test_se_lee_todo_una_vez_aunque_se_diga_mas_mientras_se_baja(
    iniciales: list[int], por_pagina: int, llegadas: list[int]
) -> None:
    red, leidos, cursor = sorted(iniciales), [], ""
    nuevas = iter(llegadas)
    for vuelta in range(400):
        reloj = AHORA + timedelta(seconds=vuelta)
        marca, perdido = abrir(Desde(cursor=cursor, no_antes_de=AYER), reloj)
        assert perdido is None
        visibles = [i for i in red if i > marca.desde and (marca.hasta is None or i < marca.hasta)]
        pagina = sorted(visibles, reverse=True)[:por_pagina]
        sigue, cubierto = seguir(marca, pagina, hay_mas=len(visibles) > por_pagina)
        assert (cubierto is None) == (len(visibles) > por_pagina)
        leidos += pagina
        cursor = sigue.cursor()
        cuantas = next(nuevas, None)
        if cuantas is None and cubierto is not None and not [i for i in red if i > sigue.desde]:
            break
        red += [id_en(reloj) + n + 1 for n in range(cuantas or 0)]
    assert sorted(leidos) == sorted(red)


def test_sin_nada_nuevo_tambien_se_avanza() -> None:
    marca, _ = abrir(Desde(no_antes_de=AYER), AHORA)
    sigue, cubierto = seguir(marca, [], hay_mas=False)
    assert cubierto == AHORA - INDEXACION
    assert instante_de(sigue.desde) == cubierto
    assert abrir(Desde(cursor=sigue.cursor(), no_antes_de=AYER), AHORA)[0].desde == sigue.desde


def test_lo_que_la_red_ya_no_da_es_perdido_y_se_dice_una_vez() -> None:
    marca, _ = abrir(Desde(no_antes_de=AYER), AHORA)
    cursor = seguir(marca, [id_en(AHORA)], hay_mas=False)[0].cursor()
    tarde = AHORA + timedelta(days=10)
    marca, perdido = abrir(Desde(cursor=cursor, no_antes_de=AYER), tarde, alcance=timedelta(days=7))
    assert perdido == (AHORA, tarde - timedelta(days=7))
    sigue, _ = seguir(marca, [], hay_mas=False)
    assert abrir(Desde(cursor=sigue.cursor(), no_antes_de=AYER), tarde, alcance=timedelta(days=7))[1] is None


def test_una_busqueda_callada_no_acaba_en_lo_que_x_ya_no_da() -> None:
    cursor = ""
    for dia in range(20):
        reloj = AHORA + timedelta(days=dia)
        marca, perdido = abrir(Desde(cursor=cursor, no_antes_de=AYER), reloj, alcance=timedelta(days=7))
        assert perdido is None
        cursor = seguir(marca, [], hay_mas=False)[0].cursor()


def test_un_cursor_que_no_se_entiende_empieza_de_nuevo() -> None:
    for raro in ("{", "[]", "null", '{"desde": 7}', '{"desde":"x","hasta":"y","inicio":"z"}', '{"inicio": 3}'):
        assert abrir(Desde(cursor=raro, no_antes_de=AYER), AHORA)[0].desde == id_en(AYER)

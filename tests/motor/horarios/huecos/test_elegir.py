"""Elegir huecos: lo que se cumple siempre, sea cual sea el caso."""

import random
import re
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings

from bench.huecos_ingenuos import elegir_sin_prisa
from motor.horarios.calendario import ClaseDeDia
from motor.horarios.huecos import Hueco, Pedido, SinHueco
from motor.horarios.huecos.elegir import MARGEN
from motor.horarios.mapa import SEMANA
from motor.horarios.reglas import ReglasDeHorarios, ReglasDePerfil
from tests.motor.horarios.huecos.casos import AHORA, DIA, HORA, MEXICO, Caso, al_azar, casos, un_mapa

siempre = settings(max_examples=25, deadline=None)

JUEVES = AHORA + timedelta(days=4)
SIN_REGLAS = ReglasDeHorarios(generales=ReglasDePerfil(callar=None, azar=0))


def pedir(clave: str = "k", *, desde: datetime = AHORA, cuanto: timedelta = 7 * DIA, prioridad: int = 0) -> Pedido:
    return Pedido(clave=clave, perfil="a", desde=desde, hasta=desde + cuanto, prioridad=prioridad)


def solo(ranura: int, ganancia: float = 40.0) -> tuple[float, ...]:
    """Una hora que vale eso, y las demás nada."""
    return tuple(ganancia if r == ranura else 0.0 for r in range(SEMANA))


# ── Lo que se cumple siempre ─────────────────────────────────────────────────────────────────────────────────────


@siempre
@given(casos())
def test_nunca_fuera_de_su_ventana_ni_antes_de_que_de_tiempo(caso: Caso) -> None:
    horas = caso.horas()
    assert horas.keys() == {p.clave for p in caso.pedidos}
    for p in caso.pedidos:
        hora = horas[p.clave]
        assert hora is None or (max(p.desde, caso.ahora + MARGEN) <= hora < p.hasta)


@siempre
@given(casos())
def test_nunca_dos_en_un_perfil_mas_cerca_de_lo_permitido(caso: Caso) -> None:
    separacion = caso.reglas.generales.separacion
    for perfil in caso.mapas:
        elegidas = caso.puestos(perfil)
        assert all(b - a >= separacion for a, b in pairwise(elegidas))
        assert all(abs(e - o) >= separacion for e in elegidas for o in caso.ocupados[perfil])


@siempre
@given(casos())
def test_nunca_en_horas_de_callar(caso: Caso) -> None:
    callar = caso.reglas.generales.callar
    for perfil in caso.mapas:
        for elegida in caso.puestos(perfil):
            local = elegida.astimezone(caso.zona).time()
            if callar is not None:
                desde, hasta = callar
                assert not (desde <= local < hasta if desde < hasta else local >= desde or local < hasta)


@siempre
@given(casos())
def test_el_cupo_y_el_tope_del_dia_se_respetan(caso: Caso) -> None:
    for perfil in caso.mapas:
        elegidas = caso.puestos(perfil)
        todas = sorted([*elegidas, *caso.ocupados[perfil]])
        for cupo in caso.cupos[perfil]:
            for racimo in zip(*(todas[k:] for k in range(cupo.maximo + 1)), strict=False):
                # Lo que ya estaba puede pasarse del cupo; lo elegido, no.
                assert racimo[-1] - racimo[0] >= cupo.ventana or not set(racimo) & set(elegidas)
        por_dia = Counter(t.astimezone(caso.zona).date() for t in todas)
        tope = caso.reglas.generales.al_dia
        assert tope is None or all(por_dia[e.astimezone(caso.zona).date()] <= tope for e in elegidas)


@siempre
@given(casos())
def test_el_orden_en_que_llegan_no_cambia_nada(caso: Caso) -> None:
    revuelto = random.Random(1)
    pedidos = revuelto.sample(caso.pedidos, len(caso.pedidos))
    ocupados = {p: revuelto.sample(o, len(o)) for p, o in caso.ocupados.items()}
    otro = replace(caso, pedidos=pedidos, ocupados=ocupados)
    assert {c: str(h) for c, h in otro.elegir().items()} == {c: str(h) for c, h in caso.elegir().items()}


@siempre
@given(casos())
def test_quien_tiene_menos_prioridad_no_le_quita_la_hora_a_nadie(caso: Caso) -> None:
    """Las de arriba eligen lo mismo con las de abajo que sin ellas."""
    horas = caso.horas()
    for prioridad in (0, 1):
        de_arriba = [p for p in caso.pedidos if p.prioridad >= prioridad]
        assert replace(caso, pedidos=de_arriba).horas() == {p.clave: horas[p.clave] for p in de_arriba}


@siempre
@given(casos())
def test_sin_azar_elige_lo_mismo_que_mirar_cuarto_por_cuarto(caso: Caso) -> None:
    exacto = caso.sin_azar()
    assert exacto.horas() == elegir_sin_prisa(exacto.pedidos, **exacto.entrada())


# ── Cuánto vale una hora ─────────────────────────────────────────────────────────────────────────────────────────


def test_la_mejor_de_la_semana() -> None:
    elegido = Caso(pedidos=[pedir()], mapas={"a": un_mapa(solo(3 * 24 + 20))}, reglas=SIN_REGLAS).elegir()["k"]
    assert isinstance(elegido, Hueco)
    assert f"{elegido.en.astimezone(MEXICO):%A %H:%M}" == "Thursday 20:00"
    assert (elegido.ganancia_pct, elegido.inferior_pct, elegido.superior_pct) == (40, 30, 50)
    assert (elegido.al_azar, elegido.la_mejor, elegido.probabilidad) == (False, True, 1)


@pytest.mark.parametrize(("ventaja", "gana"), [(0.9, "17"), (1.1, "20")])
def test_entre_casi_iguales_gana_la_mas_pronto(ventaja: float, gana: str) -> None:
    """Menos de un punto no hace esperar tres horas; más, sí."""
    pronto, tarde = 3 * 24 + 17, 3 * 24 + 20
    mapa = un_mapa(tuple(30.0 if r == pronto else 30.0 + 1.3 * ventaja if r == tarde else 0.0 for r in range(SEMANA)))
    (hora,) = Caso(pedidos=[pedir()], mapas={"a": mapa}, reglas=SIN_REGLAS).horas().values()
    assert hora is not None
    assert f"{hora.astimezone(MEXICO):%H}" == gana


def test_muchas_se_reparten_en_vez_de_amontonarse_en_la_mejor_hora() -> None:
    """Siete en una semana, con una sola hora buena: no van siete pegadas a ella."""
    caso = Caso(pedidos=[pedir(f"k{n}") for n in range(7)], mapas={"a": un_mapa(solo(92, 15))}, reglas=SIN_REGLAS)
    puestas = caso.puestos("a")
    assert len({p.astimezone(MEXICO).date() for p in puestas}) >= 6
    assert min(b - a for a, b in pairwise(puestas)) >= 12 * HORA


def test_lo_ya_puesto_cuenta_por_delante_y_por_detras() -> None:
    """Entre una que salió y otra que ya tiene hora, sin más razón, se va al medio."""
    antes, despues = AHORA + HORA, AHORA + 11 * HORA
    caso = Caso(pedidos=[pedir(cuanto=DIA / 2)], ocupados={"a": [despues, antes]}, reglas=SIN_REGLAS)
    (hora,) = caso.horas().values()
    assert hora is not None
    assert AHORA + 4 * HORA <= hora <= AHORA + 8 * HORA


def test_un_festivo_toma_las_horas_del_domingo_y_en_vacaciones_se_espera_la_mitad() -> None:
    domingo_11 = 6 * 24 + 11
    navidad = datetime(2026, 12, 25, 6, tzinfo=AHORA.tzinfo)
    caso = Caso(
        pedidos=[pedir("navidad", desde=navidad, cuanto=DIA), pedir("despues", desde=navidad + 2 * DIA, cuanto=DIA)],
        mapas={"a": un_mapa(solo(domingo_11))},
        reglas=SIN_REGLAS,
    )
    huecos = caso.elegir()
    festivo, de_vacaciones = huecos["navidad"], huecos["despues"]
    assert isinstance(festivo, Hueco)
    assert isinstance(de_vacaciones, Hueco)
    assert (festivo.ranura, festivo.clase, festivo.ganancia_pct) == (domingo_11, ClaseDeDia.FESTIVO, 40)
    assert (de_vacaciones.ranura, de_vacaciones.clase) == (domingo_11, ClaseDeDia.VACACIONES)
    assert de_vacaciones.ganancia_pct == pytest.approx(100 * (1.4**0.5 - 1))
    assert de_vacaciones.superior_pct - de_vacaciones.inferior_pct > festivo.superior_pct - festivo.inferior_pct


@pytest.mark.parametrize(("la_buena_ocupada", "quitada"), [(True, True), (False, False)])
def test_se_sabe_si_la_mejor_hora_ya_no_tenia_sitio(la_buena_ocupada: bool, quitada: bool) -> None:
    ocupados = {"a": [JUEVES + 2 * HORA]} if la_buena_ocupada else {}
    local = (JUEVES + 2 * HORA).astimezone(MEXICO)
    mapa = un_mapa(solo(local.weekday() * 24 + local.hour))
    reglas = ReglasDeHorarios(generales=ReglasDePerfil(callar=None, azar=0, separacion=HORA))
    caso = Caso(pedidos=[pedir(desde=JUEVES, cuanto=6 * HORA)], mapas={"a": mapa}, ocupados=ocupados, reglas=reglas)
    hueco = caso.elegir()["k"]
    assert isinstance(hueco, Hueco)
    assert (hueco.quitada, hueco.ganancia_pct) == (quitada, 0 if quitada else 40)


# ── El sorteo ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_se_sortea_lo_que_dice_la_probabilidad_que_se_apunta() -> None:
    """Mil doscientas, una de cada tres sorteada, entre diez horas; el error típico es de 1.4 puntos o menos."""
    cuantas, azar, horas = 1200, 1 / 3, 10
    reglas = ReglasDeHorarios(generales=ReglasDePerfil(callar=None, azar=azar))
    base = Caso(pedidos=[], mapas={"a": al_azar(3)}, reglas=reglas)
    huecos = [base.elegir([pedir(f"p{n}", desde=JUEVES, cuanto=horas * HORA)])[f"p{n}"] for n in range(cuantas)]
    salidas = Counter(h.en.hour for h in huecos if isinstance(h, Hueco))
    dichas = {h.en.hour: h.probabilidad for h in huecos if isinstance(h, Hueco)}
    assert len(dichas) == horas
    assert sum(dichas.values()) == pytest.approx(1)
    assert all(abs(salidas[h] / cuantas - p) < 0.04 for h, p in dichas.items())
    sorteadas = sum(h.al_azar for h in huecos if isinstance(h, Hueco))
    assert abs(sorteadas / cuantas - azar) < 0.04
    assert {h.candidatas for h in huecos if isinstance(h, Hueco)} == {horas}


def test_la_mejor_lo_es_tambien_cuando_la_saca_el_sorteo() -> None:
    pedidos = [pedir(f"p{n}", desde=JUEVES, cuanto=4 * HORA) for n in range(60)]
    caso = Caso(
        pedidos=[], mapas={"a": al_azar(3)}, reglas=ReglasDeHorarios(generales=ReglasDePerfil(callar=None, azar=1))
    )
    huecos = [caso.elegir([p])[p.clave] for p in pedidos]
    (sin_sorteo,) = caso.sin_azar().elegir(pedidos[:1]).values()
    assert isinstance(sin_sorteo, Hueco)
    assert {h.en for h in huecos if isinstance(h, Hueco) and h.la_mejor} == {sin_sorteo.en}
    assert all(isinstance(h, Hueco) and h.al_azar and h.probabilidad == pytest.approx(1 / 4) for h in huecos)


def test_con_menos_de_tres_horas_no_se_sortea_nada() -> None:
    reglas = ReglasDeHorarios(generales=ReglasDePerfil(callar=None, azar=1))
    caso = Caso(pedidos=[pedir(desde=JUEVES, cuanto=2 * HORA)], reglas=reglas)
    hueco = caso.elegir()["k"]
    assert isinstance(hueco, Hueco)
    assert (hueco.al_azar, hueco.probabilidad, hueco.candidatas) == (False, 1, 2)


# ── Cuando no cabe ───────────────────────────────────────────────────────────────────────────────────────────────

_NOCHE = AHORA + 14 * HORA  # las 23:00


@pytest.mark.parametrize(
    ("reglas", "ocupados", "pedido", "dice"),
    [
        (ReglasDePerfil(), [], pedir(desde=AHORA - DIA, cuanto=DIA), "ya no queda ningún cuarto de hora por venir"),
        (ReglasDePerfil(), [], pedir(desde=_NOCHE, cuanto=5 * HORA), r"callar de «a» \(de 22:00 a 7:00\)"),
        (
            ReglasDePerfil(separacion=timedelta(minutes=90)),
            [JUEVES + HORA],
            pedir(desde=JUEVES, cuanto=2 * HORA),
            "a menos de 1 h 30 min de otra publicación",
        ),
        (
            ReglasDePerfil(al_dia=1),
            [JUEVES + 8 * HORA],
            pedir(desde=JUEVES, cuanto=2 * HORA),
            "cada día tiene ya una publicación, lo más que se elige para un día",
        ),
    ],
)
def test_si_no_cabe_dice_que_regla_se_llevo_lo_ultimo(
    reglas: ReglasDePerfil, ocupados: list[datetime], pedido: Pedido, dice: str
) -> None:
    caso = Caso(pedidos=[pedido], ocupados={"a": ocupados}, reglas=ReglasDeHorarios(generales=reglas))
    (respuesta,) = caso.elegir().values()
    assert isinstance(respuesta, SinHueco)
    assert re.search(dice, respuesta.mensaje)
    assert "Amplíe el plazo" in respuesta.remedio

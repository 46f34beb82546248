"""Lo que el detector promete: causal, exacto al guardarse, prudente con las lagunas, y un aviso por episodio."""

import random
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motor.escucha.picos import (
    ErrorDePicos,
    Estado,
    Lectura,
    a_bytes,
    asomar,
    con_alerta,
    de_bytes,
    nuevo,
    observar,
)
from tests.motor.escucha.picos.series import LUNES, conteos, instantes

Valores = Sequence[float | None]
PASOS = pytest.mark.parametrize("paso_s", [3600, 300])


def leer(
    valores: Valores, *, paso_s: int = 3600, estado: Estado | None = None, desde: datetime = LUNES
) -> list[Lectura]:
    estado = estado or nuevo(paso_s)
    momentos = instantes(len(valores), paso_s=paso_s, desde=desde)
    return [observar(estado, t, v, falsas_al_mes=1.0) for t, v in zip(momentos, valores, strict=True)]


def aprendido(dias: int, *, media: float = 3.0, paso_s: int = 3600, semilla: int = 1) -> tuple[Estado, datetime]:
    """Un estado con `dias` de ritmo tranquilo, y el instante que sigue."""
    return de_bytes(_aprendido(dias, media, paso_s, semilla)), LUNES + timedelta(days=dias)


@cache
def _aprendido(dias: int, media: float, paso_s: int, semilla: int) -> bytes:
    estado = nuevo(paso_s)
    leer(conteos(dias * 86_400 // paso_s, media=media, paso_s=paso_s, semilla=semilla), paso_s=paso_s, estado=estado)
    return a_bytes(estado)


def alza(estado: Estado, desde: datetime, valores: Valores) -> list[Lectura]:
    return leer(valores, paso_s=estado.paso_s, estado=estado, desde=desde)


# ── causalidad ───────────────────────────────────────────────────────────────────────────────────────────────────

valor = st.one_of(st.none(), st.integers(0, 5000), st.floats(0, 1e6))


@PASOS
@settings(max_examples=25, deadline=None)
@given(corte=st.integers(1, 599), futuro=st.lists(valor, min_size=1, max_size=60), semilla=st.integers(0, 99))
def test_cambiar_el_futuro_no_cambia_ninguna_decision_pasada(
    paso_s: int, corte: int, futuro: list[float | None], semilla: int
) -> None:
    serie: list[float | None] = [*conteos(600, media=4, paso_s=paso_s, semilla=semilla)]
    otra = [*serie[:corte], *futuro]
    assert leer(serie, paso_s=paso_s)[:corte] == leer(otra, paso_s=paso_s)[:corte]


@PASOS
@settings(max_examples=25, deadline=None)
@given(chico=st.floats(0, 1e6), mas=st.floats(0, 1e6), semilla=st.integers(0, 5))
def test_con_mas_menciones_el_puntaje_nunca_baja(paso_s: int, chico: float, mas: float, semilla: int) -> None:
    estado, ahora = aprendido(8, paso_s=paso_s, semilla=semilla)
    con_menos = asomar(estado, ahora, chico, falsas_al_mes=1.0)
    con_todo = asomar(estado, ahora, chico + mas, falsas_al_mes=1.0)
    assert con_todo.puntaje >= con_menos.puntaje
    assert con_todo.alerta >= con_menos.alerta


# ── guardar ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("paso_s", "n"), [(3600, 24 * 20), (300, 288 * 9), (86_400, 60), (120, 1000)])
def test_guardado_y_recuperado_a_cada_paso_decide_lo_mismo(paso_s: int, n: int) -> None:
    valores: list[float | None] = [*conteos(n, media=0.2 if paso_s == 300 else 3, paso_s=paso_s)]
    valores[n // 2] = None
    valores[-20:-15] = [90, 95, 99, 80, 40]
    seguido, saltos, estado = nuevo(paso_s), [], nuevo(paso_s)
    for t, v in zip(instantes(n, paso_s=paso_s), valores, strict=True):
        estado = de_bytes(a_bytes(estado))
        saltos.append(observar(estado, t, v, falsas_al_mes=1.0) == observar(seguido, t, v, falsas_al_mes=1.0))
    assert all(saltos)
    assert a_bytes(estado) == a_bytes(seguido)
    assert len(a_bytes(estado)) <= 8192


@pytest.mark.parametrize("paso_s", [120, 300, 600, 900, 1800, 3600, 7200, 86_400])
def test_el_estado_de_cualquier_paso_cabe_en_ocho_kilobytes(paso_s: int) -> None:
    assert len(a_bytes(nuevo(paso_s))) <= 8192


@pytest.mark.parametrize("datos", [b"", b"pico", b"otra cosa que no es un estado" * 9, a_bytes(nuevo(3600))[:-8]])
def test_unos_bytes_que_no_son_un_estado_se_rechazan(datos: bytes) -> None:
    with pytest.raises(ErrorDePicos):
        de_bytes(datos)


def test_un_estado_de_otra_version_pide_aprender_de_nuevo() -> None:
    datos = bytearray(a_bytes(nuevo(3600)))
    datos[4] = 99
    with pytest.raises(ErrorDePicos, match="versión 99"):
        de_bytes(bytes(datos))


# ── lagunas y relojes ────────────────────────────────────────────────────────────────────────────────────────────


@PASOS
def test_una_laguna_dicha_y_una_que_falta_son_lo_mismo(paso_s: int) -> None:
    estado, ahora = aprendido(8, paso_s=paso_s)
    gemelo = de_bytes(a_bytes(estado))
    despues = ahora + 7 * timedelta(seconds=paso_s)
    for k in range(7):
        assert observar(estado, ahora + k * timedelta(seconds=paso_s), None, falsas_al_mes=1.0).sin_dato
    assert observar(estado, despues, 3, falsas_al_mes=1.0) == observar(gemelo, despues, 3, falsas_al_mes=1.0)


@PASOS
def test_una_laguna_larga_no_ensena_que_no_pasa_nada(paso_s: int) -> None:
    estado, ahora = aprendido(14, media=5, paso_s=paso_s)
    antes = asomar(estado, ahora, 0, falsas_al_mes=1.0).esperado
    for k in range(7 * 86_400 // paso_s):
        observar(estado, ahora + k * timedelta(seconds=paso_s), None, falsas_al_mes=1.0)
    assert asomar(estado, ahora + timedelta(days=7), 0, falsas_al_mes=1.0).esperado == pytest.approx(antes)


@PASOS
def test_la_hora_que_se_repite_al_cambiar_el_horario_es_un_intervalo_mas(paso_s: int) -> None:
    estado, ahora = aprendido(8, paso_s=paso_s)
    observar(estado, ahora, 3, falsas_al_mes=1.0)
    repetida = observar(estado, ahora, 4, falsas_al_mes=1.0)
    assert repetida.puntaje >= 0
    assert not repetida.sin_dato


def test_si_la_hora_retrocede_se_dice_y_el_estado_queda_igual() -> None:
    estado, ahora = aprendido(8)
    antes = a_bytes(estado)
    with pytest.raises(ErrorDePicos, match="ordene"):
        observar(estado, ahora - timedelta(hours=9), 3, falsas_al_mes=1.0)
    assert a_bytes(estado) == antes


@pytest.mark.parametrize("malo", [-1, float("nan"), float("inf"), 1e16])
def test_un_valor_imposible_se_dice_y_el_estado_queda_igual(malo: float) -> None:
    estado, ahora = aprendido(8)
    antes = a_bytes(estado)
    with pytest.raises(ErrorDePicos):
        observar(estado, ahora, malo, falsas_al_mes=1.0)
    with pytest.raises(ErrorDePicos):
        asomar(estado, ahora, malo, falsas_al_mes=1.0)
    assert a_bytes(estado) == antes


def test_vale_la_hora_local_con_zona_o_sin_ella() -> None:
    zona = ZoneInfo("America/Mexico_City")
    valores = conteos(240, media=3)
    con_zona = [
        observar(estado, t.replace(tzinfo=zona), v, falsas_al_mes=1.0)
        for estado in [nuevo(3600)]
        for t, v in zip(instantes(240), valores, strict=True)
    ]
    assert con_zona == leer(valores)
    assert con_zona != leer(valores, desde=LUNES.replace(tzinfo=UTC) + timedelta(hours=6))


@pytest.mark.parametrize("paso_s", [0, 60, 90_000])
def test_un_paso_imposible_se_rechaza(paso_s: int) -> None:
    with pytest.raises(ErrorDePicos):
        nuevo(paso_s)


# ── madurar, avisar una vez, recuperarse ─────────────────────────────────────────────────────────────────────────


def test_un_monitor_por_hora_calla_sus_primeros_siete_dias() -> None:
    valores = conteos(24 * 10, media=3)
    for dia in range(10):
        valores[dia * 24 + 12] = 400
    lecturas = leer(valores)
    primera = next(i for i, lectura in enumerate(lecturas) if lectura.alerta)
    assert primera >= 24 * 7
    assert all(lectura.madurando for lectura in lecturas[: 24 * 7])
    assert not lecturas[24 * 7].madurando


def test_una_serie_densa_madura_en_dos_dias() -> None:
    lecturas = leer(conteos(600, media=5, paso_s=300), paso_s=300)
    assert [lectura.madurando for lectura in lecturas].index(False) == 2 * 288


@PASOS
def test_un_alza_avisa_dice_que_sigue_y_se_recupera_una_vez(paso_s: int) -> None:
    estado, ahora = aprendido(21, paso_s=paso_s)
    un_dia = 86_400 // paso_s
    lecturas = alza(estado, ahora, [60] * (un_dia // 8) + conteos(un_dia, media=3, paso_s=paso_s, semilla=7))
    alertas = [i for i, lectura in enumerate(lecturas) if lectura.alerta]
    assert alertas[0] == 0
    assert all(lecturas[j].puntaje >= 3 * lecturas[i].puntaje for i, j in pairwise(alertas))
    cuando = [lectura.recuperado for lectura in lecturas].index(True)
    assert all(lectura.sigue for lectura in lecturas[:cuando])
    assert sum(lectura.recuperado for lectura in lecturas) == 1
    assert not lecturas[-1].sigue


def test_lo_que_se_dice_en_el_correo_tiene_sentido() -> None:
    estado, ahora = aprendido(28)
    lectura = asomar(estado, ahora + timedelta(hours=14), 60, falsas_al_mes=1.0)
    assert 2 < lectura.esperado < 12
    assert lectura.esperado < lectura.normal_hasta < 60
    assert lectura.puntaje > lectura.umbral


# ── asomarse ─────────────────────────────────────────────────────────────────────────────────────────────────────


@PASOS
def test_asomarse_no_aprende_y_da_lo_mismo_que_observar(paso_s: int) -> None:
    estado, ahora = aprendido(9, paso_s=paso_s)
    for despues in (timedelta(0), timedelta(seconds=5 * paso_s)):  # también tras una laguna
        antes = a_bytes(estado)
        asomada = asomar(estado, ahora + despues, 40, falsas_al_mes=1.0)
        assert a_bytes(estado) == antes
        observada = observar(de_bytes(antes), ahora + despues, 40, falsas_al_mes=1.0)
        assert (asomada.puntaje, asomada.esperado, asomada.alerta) == pytest.approx(
            (observada.puntaje, observada.esperado, observada.alerta)
        )


@PASOS
def test_lo_avisado_al_asomarse_no_se_avisa_al_cerrar(paso_s: int) -> None:
    estado, ahora = aprendido(21, paso_s=paso_s)
    temprana = asomar(estado, ahora, 40, falsas_al_mes=1.0)
    assert temprana.alerta
    con_alerta(estado, ahora, temprana.puntaje)
    estado = de_bytes(a_bytes(estado))
    assert not asomar(estado, ahora, 90, falsas_al_mes=1.0).alerta
    cerrada = observar(estado, ahora, 5000, falsas_al_mes=1.0)
    assert not cerrada.alerta
    assert cerrada.sigue


# ── presupuesto y elección ───────────────────────────────────────────────────────────────────────────────────────


@PASOS
def test_con_menos_presupuesto_nunca_se_alerta_mas(paso_s: int) -> None:
    estado, ahora = aprendido(9, paso_s=paso_s)
    umbrales = [
        asomar(estado, ahora, 1, falsas_al_mes=n).umbral for n in (0.01, 0.1, 0.3, 0.5, 1, 1.4, 2, 3, 5, 8, 12, 30)
    ]
    assert umbrales == sorted(umbrales, reverse=True)
    assert len(set(umbrales)) == len(umbrales)


@pytest.mark.parametrize("malo", [0, -1, float("nan"), float("inf")])
def test_un_presupuesto_imposible_se_rechaza(malo: float) -> None:
    estado, ahora = aprendido(1)
    with pytest.raises(ErrorDePicos, match="presupuesto"):
        asomar(estado, ahora, 1, falsas_al_mes=malo)


def test_a_cinco_minutos_con_casi_nada_manda_el_de_conteos_por_hora_y_con_mucho_el_denso() -> None:
    casi_nada, _ = aprendido(10, media=0.02, paso_s=300)
    bastante, _ = aprendido(10, media=2.0, paso_s=300)
    assert casi_nada.manda_escaso
    assert not bastante.manda_escaso


def test_en_una_serie_casi_vacia_de_cinco_minutos_un_punado_de_menciones_avisa_en_la_hora() -> None:
    estado, ahora = aprendido(12, media=0.02, paso_s=300)
    lecturas = alza(estado, ahora, [0, 2, 3, 4, 5, 4, 2, 1, 0, 0, 0, 0])
    assert [lectura.alerta for lectura in lecturas].index(True) <= 4


def test_donde_casi_nadie_habla_los_racimos_se_aprenden_y_no_pasan_por_poisson() -> None:
    """Dos o tres menciones juntas cada día y medio: eso no es ruido de Poisson, y hay que saberlo."""
    azar = random.Random(3)
    estado = nuevo(3600)
    leer([azar.choice((2, 3)) if azar.random() < 1 / 36 else 0 for _ in range(24 * 90)], estado=estado)
    assert estado.escasos.ver(12, 0, 0).media < 0.15
    assert min(estado.escasos.exceso) > 1  # cortando a 2 desviaciones justas se queda en 0.003, el de Poisson


def test_el_detector_es_puro() -> None:
    """Sólo la biblioteca estándar: ni base, ni red, ni disco."""
    import motor.escucha.picos as paquete

    raiz = Path(paquete.__file__).parent
    ajenos = {"motor"} | set(sys.stdlib_module_names)
    for archivo in raiz.glob("*.py"):
        for linea in archivo.read_text(encoding="utf-8").splitlines():
            if linea.startswith(("import ", "from ")):
                modulo = linea.split()[1]
                assert modulo.split(".")[0] in ajenos, f"{archivo.name}: {linea}"
                assert modulo.startswith("motor.escucha.picos") or not modulo.startswith("motor"), linea

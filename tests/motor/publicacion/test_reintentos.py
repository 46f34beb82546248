"""Qué se decide después de cada veredicto. Todo puro: ni base, ni red, ni reloj."""

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conectores.contrato import (
    Ausente,
    Conciliacion,
    ErrorDeContenido,
    ErrorDeContrato,
    ErrorDePerfil,
    ErrorDeRed,
    ErrorDuplicado,
    ErrorIncierto,
    ErrorTransitorio,
    Hallada,
    Hallazgo,
    Publicado,
    SinSaber,
)
from modelos.estados import Desenlace, Estado
from motor.publicacion.reintentos import (
    FALLOS_DE_MIRADA,
    Duda,
    espera_tras,
    primera_mirada,
    tras_enviar,
    tras_mirar,
    tras_preparar,
)
from motor.reglas import Reglas
from tests.conftest import COMIENZO

REGLAS = Reglas(zona=ZoneInfo("America/Mexico_City"))
S = timedelta(seconds=1)


class AzarFijo(random.Random):
    """Siempre lo más, o siempre lo menos, de lo que se le pide."""

    def __init__(self, parte: float) -> None:
        super().__init__(0)
        self._parte = parte

    def uniform(self, a: float, b: float) -> float:
        return a + (b - a) * self._parte


LO_MENOS, LO_MAS = AzarFijo(0.0), AzarFijo(1.0)


# ── la espera ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fallos", "menos_s", "mas_s"),
    [
        (0, 2.5, 5),  # 5·2⁰ = 5
        (1, 5, 10),  # 5·2¹ = 10
        (2, 10, 20),
        (3, 20, 40),
        (6, 160, 320),  # 5·2⁶ = 320
        (7, 300, 600),  # 5·2⁷ = 640, pero el tope es 600
        (50, 300, 600),
        (1_000_000, 300, 600),  # sin desbordarse
    ],
)
def test_la_espera_se_dobla_hasta_su_tope_y_el_azar_la_reparte(fallos: int, menos_s: float, mas_s: float) -> None:
    assert espera_tras(fallos, REGLAS, LO_MENOS) == menos_s * S
    assert espera_tras(fallos, REGLAS, LO_MAS) == mas_s * S


@given(fallos=st.integers(0, 10_000), semilla=st.integers())
def test_la_espera_nunca_baja_de_la_mitad_de_la_minima_ni_pasa_de_la_maxima(fallos: int, semilla: int) -> None:
    espera = espera_tras(fallos, REGLAS, random.Random(semilla))
    assert REGLAS.espera_minima / 2 <= espera <= REGLAS.espera_maxima


# ── después de preparar o de enviar ──────────────────────────────────────────────────────────────────────────────

P, D, F, X = Estado.PROGRAMADA, Estado.EN_DUDA, Estado.FALLIDA, Estado.POR_DECIDIR


@pytest.mark.parametrize(
    ("error", "al_preparar", "al_enviar", "con_duda_previa"),
    [
        # (al preparar, al enviar) sin dudas anteriores; y las mismas dos con un intento anterior dudoso
        (ErrorTransitorio("caída"), P, P, (P, P)),
        (ErrorDePerfil("token vencido"), P, P, (P, P)),
        (ErrorDeContenido("muy largo"), F, F, (X, D)),
        (ErrorIncierto("se cortó"), P, D, (P, D)),
        (ErrorDuplicado("ya lo tiene"), P, D, (P, D)),
        (ErrorDeContrato("HTML"), P, D, (P, D)),
    ],
    ids=lambda v: type(v).__name__ if isinstance(v, ErrorDeRed) else "",
)
def test_a_donde_lleva_cada_veredicto(
    error: ErrorDeRed, al_preparar: Estado, al_enviar: Estado, con_duda_previa: tuple[Estado, Estado]
) -> None:
    def estados(*, dudoso: bool) -> tuple[Estado, Estado]:
        preparando = tras_preparar(error, fallos=0, dudoso=dudoso, reglas=REGLAS, azar=LO_MAS)
        enviando = tras_enviar(error, fallos=0, dudoso=dudoso, reglas=REGLAS, azar=LO_MAS)
        return preparando.estado, enviando.estado

    assert estados(dudoso=False) == (al_preparar, al_enviar)
    assert estados(dudoso=True) == con_duda_previa


def test_un_error_desconocido_no_es_transitorio_por_omision() -> None:
    decision = tras_enviar(ErrorDeRed("¿?"), fallos=0, dudoso=False, reglas=REGLAS, azar=LO_MAS)
    assert (decision.estado, decision.desenlace) == (Estado.EN_DUDA, Desenlace.INCIERTO)


@pytest.mark.parametrize(
    ("error", "desenlace"),
    [
        (ErrorTransitorio(""), Desenlace.NO_ENVIADO),
        (ErrorDePerfil(""), Desenlace.NO_ENVIADO),
        (ErrorDeContenido(""), Desenlace.RECHAZADO),
        (ErrorIncierto(""), Desenlace.INCIERTO),
        (ErrorDuplicado(""), Desenlace.DUPLICADO),
        (ErrorDeContrato(""), Desenlace.INCIERTO),
    ],
)
def test_como_queda_escrito_el_intento(error: ErrorDeRed, desenlace: Desenlace) -> None:
    assert tras_enviar(error, fallos=0, dudoso=False, reglas=REGLAS, azar=LO_MAS).desenlace is desenlace


def test_solo_el_perfil_que_no_puede_actuar_se_pausa() -> None:
    pausan = [
        type(e).__name__
        for e in (ErrorTransitorio(""), ErrorIncierto(""), ErrorDePerfil(""), ErrorDeContenido(""), ErrorDeContrato(""))
        if tras_enviar(e, fallos=0, dudoso=False, reglas=REGLAS, azar=LO_MAS).pausar
    ]
    assert pausan == ["ErrorDePerfil"]


@pytest.mark.parametrize(
    ("error", "espera_s", "de_perfil_s"),
    [
        (ErrorTransitorio("red caída"), 5, None),
        (ErrorTransitorio("503", espera=30 * S), 30 + 0.2 * 5, None),  # lo pedido, más un quinto de la propia
        (ErrorTransitorio("429", espera=900 * S, de_perfil=True), 901, 901),
        (ErrorTransitorio("429 sin decir cuánto", de_perfil=True), 5, 5),
    ],
)
def test_se_obedece_lo_que_pide_la_red(error: ErrorTransitorio, espera_s: float, de_perfil_s: float | None) -> None:
    decision = tras_enviar(error, fallos=0, dudoso=False, reglas=REGLAS, azar=LO_MAS)
    assert decision.espera == espera_s * S
    assert decision.espera_de_perfil == (None if de_perfil_s is None else de_perfil_s * S)


# ── la duda ──────────────────────────────────────────────────────────────────────────────────────────────────────


def duda(**cambios: object) -> Duda:
    columnas = {
        "ultimo_en": COMIENZO,
        "revisiones": 0,
        "fallos_de_mirada": 0,
        "desenlaces": [Desenlace.INCIERTO],
        "conciliacion": Conciliacion.LISTA,
        "cuarentena": 60 * S,
    }
    return Duda(**(columnas | cambios))  # type: ignore[arg-type] # columnas sueltas, para leerlas de corrido


def tras(hallazgo: Hallazgo | ErrorDeRed, de: Duda, *, a_los_s: float) -> tuple[Estado | None, timedelta, int]:
    ahora: datetime = COMIENZO + a_los_s * S
    mirada = tras_mirar(de, hallazgo, ahora=ahora, reglas=REGLAS)
    return mirada.estado, mirada.espera, mirada.revisiones


def test_hallarla_es_concluyente_en_cualquier_momento() -> None:
    assert tras(Hallada(Publicado("1")), duda(), a_los_s=1)[0] is Estado.PUBLICADA


@pytest.mark.parametrize(
    ("a_los_s", "revisiones", "estado", "espera_s", "revisiones_despues"),
    [
        (5, 0, None, 20, 0),  # dentro de la cuarentena no cuenta; faltan 55, pero se mira cada 20
        (50, 0, None, 10, 0),  # faltan 10 para que acabe
        (59.9, 1, None, 0.1, 0),  # y lo contado antes de la cuarentena no vale
        (60, 0, None, 20, 1),  # primera ausencia que cuenta
        (80, 1, P, 0, 0),  # la segunda confirma
    ],
)
def test_la_ausencia_solo_cuenta_tras_la_cuarentena_y_dos_veces(
    a_los_s: float, revisiones: int, estado: Estado | None, espera_s: float, revisiones_despues: int
) -> None:
    resultado = tras(Ausente(), duda(revisiones=revisiones), a_los_s=a_los_s)
    assert resultado == (estado, espera_s * S, revisiones_despues)


def test_donde_repetir_no_publica_otra_vez_no_se_espera_a_nada() -> None:
    assert tras(Ausente(), duda(conciliacion=Conciliacion.IDEMPOTENTE), a_los_s=1)[0] is Estado.PROGRAMADA


@pytest.mark.parametrize(
    ("desenlaces", "estado"),
    [
        ([Desenlace.INCIERTO], P),
        ([None], P),  # una muerte entre la intención y el desenlace
        ([Desenlace.INCIERTO, Desenlace.RECHAZADO], F),  # un 4xx tras la duda, y no está
        ([Desenlace.DUPLICADO], F),  # dice que ya lo tiene, pero no es nuestro
        ([Desenlace.INCIERTO] * 7, P),
        ([Desenlace.INCIERTO] * 8, X),  # intentos_maximos = 8
        ([None, Desenlace.DUPLICADO] * 4 + [Desenlace.NO_ENVIADO], X),
        ([Desenlace.NO_ENVIADO] * 20 + [Desenlace.INCIERTO], P),  # lo que seguro no salió no suma
    ],
)
def test_que_sigue_a_la_ausencia_confirmada(desenlaces: list[Desenlace | None], estado: Estado) -> None:
    assert tras(Ausente(), duda(revisiones=1, desenlaces=desenlaces), a_los_s=100)[0] is estado


@pytest.mark.parametrize("mirada", [SinSaber("aún la procesa"), ErrorTransitorio("no contesta"), ErrorDeContrato("?")])
def test_si_no_se_deja_mirar_decide_una_persona_tras_unas_veces(mirada: SinSaber | ErrorDeRed) -> None:
    actual, estado = duda(), None
    for vez in range(1, FALLOS_DE_MIRADA + 1):
        decision = tras_mirar(actual, mirada, ahora=COMIENZO + 60 * S + vez * 20 * S, reglas=REGLAS)
        estado = decision.estado
        if vez < FALLOS_DE_MIRADA:
            assert estado is None
            actual = duda(fallos_de_mirada=decision.fallos_de_mirada)
    assert estado is Estado.POR_DECIDIR


def test_no_se_molesta_a_nadie_mientras_dura_la_cuarentena() -> None:
    assert tras(SinSaber("?"), duda(fallos_de_mirada=99), a_los_s=59)[0] is None


def test_una_mirada_fallida_no_borra_la_ausencia_ya_vista() -> None:
    assert tras(SinSaber("?"), duda(revisiones=1), a_los_s=70)[2] == 1


def test_la_primera_mirada_es_pronto_porque_hallarla_ya_basta() -> None:
    assert primera_mirada(REGLAS) == 5 * S

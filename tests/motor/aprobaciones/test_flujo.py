"""Qué significan las firmas, para cualquier flujo y cualquier orden; y a qué toca cada flujo."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motor.aprobaciones.espera import dicho, explicar
from motor.aprobaciones.flujo import (
    Asunto,
    Avance,
    Como,
    Condiciones,
    Cuantos,
    FirmaDada,
    Hechos,
    Paso,
    desde_cuando,
    mirar,
    pasos_de,
)

GENTE = range(1, 7)
varios = st.lists(st.sampled_from(GENTE), unique=True, max_size=3).map(tuple)
pasos_posibles = st.lists(
    st.builds(
        Paso,
        aprobadores=varios,
        suplentes=varios,
        cuantos=st.sampled_from(Cuantos),
        suplentes_tras_h=st.sampled_from([0, 2]),
        autor_aprueba=st.booleans(),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
hechos_posibles = st.builds(
    Hechos,
    habilitados=st.frozensets(st.sampled_from(GENTE)),
    autores=st.frozensets(st.sampled_from(GENTE), max_size=2),
    esperado=st.sampled_from([timedelta(), timedelta(hours=3)]),
)


def firmando(pasos: tuple[Paso, ...], hechos: Hechos, elige: st.DataObject) -> tuple[Avance, list[FirmaDada]]:
    """Que firmen, uno tras otro, los que puedan; hasta que se apruebe o no quede nadie."""
    firmas: list[FirmaDada] = []
    while True:
        avance = mirar(pasos, firmas, hechos)
        if avance.como is not Como.PENDIENTE or not avance.pueden:
            return avance, firmas
        quien = elige.draw(st.sampled_from(sorted(avance.pueden)))
        firmas.append(FirmaDada(paso=avance.paso, usuario=quien, aprueba=True, en_lugar_de=avance.pueden[quien]))


@given(pasos=pasos_posibles, hechos=hechos_posibles, elige=st.data())
def test_firmando_siempre_se_acaba_y_nunca_firma_quien_no_puede(
    pasos: tuple[Paso, ...], hechos: Hechos, elige: st.DataObject
) -> None:
    avance, firmas = firmando(pasos, hechos, elige)
    assert avance.como in (Como.APROBADA, Como.PENDIENTE)
    for firma in firmas:
        assert firma.usuario in hechos.habilitados
        assert pasos[firma.paso].autor_aprueba or firma.usuario not in hechos.autores
    assert len({(f.paso, f.usuario) for f in firmas}) == len(firmas)
    if avance.como is Como.APROBADA:
        assert {f.paso for f in firmas} == set(range(len(pasos)))


@given(pasos=pasos_posibles, hechos=hechos_posibles, elige=st.data())
def test_donde_hacen_falta_todos_no_basta_uno(pasos: tuple[Paso, ...], hechos: Hechos, elige: st.DataObject) -> None:
    avance, firmas = firmando(pasos, hechos, elige)
    if avance.como is not Como.APROBADA:
        return
    for numero, paso in enumerate(pasos):
        suyas = [f for f in firmas if f.paso == numero]
        titulares = {a for a in paso.aprobadores if paso.autor_aprueba or a not in hechos.autores}
        if paso.cuantos is Cuantos.TODOS and titulares:
            assert {f.en_lugar_de or f.usuario for f in suyas} >= titulares


@given(pasos=pasos_posibles, hechos=hechos_posibles, elige=st.data())
def test_un_no_la_devuelve_este_donde_este(pasos: tuple[Paso, ...], hechos: Hechos, elige: st.DataObject) -> None:
    _, firmas = firmando(pasos, hechos, elige)
    if not firmas:
        return
    hasta = elige.draw(st.integers(0, len(firmas) - 1))
    negada = [*firmas[:hasta], FirmaDada(paso=firmas[hasta].paso, usuario=firmas[hasta].usuario, aprueba=False)]
    assert mirar(pasos, negada, hechos) == Avance(como=Como.RECHAZADA, paso=firmas[hasta].paso)


@given(pasos=pasos_posibles, hechos=hechos_posibles)
def test_sin_firmas_nada_esta_aprobado_y_si_alguien_ajeno_aprueba_ahi_alguien_puede(
    pasos: tuple[Paso, ...], hechos: Hechos
) -> None:
    avance = mirar(pasos, [], hechos)
    assert (avance.como, avance.paso) == (Como.PENDIENTE, 0)
    assert bool(avance.pueden) == bool(
        hechos.habilitados - (frozenset() if pasos[0].autor_aprueba else hechos.autores)
    ) or (pasos[0].suplentes_tras_h > 0)


@given(pasos=pasos_posibles)
def test_un_paso_se_guarda_y_se_lee_igual(pasos: tuple[Paso, ...]) -> None:
    assert pasos_de([p.en_datos() for p in pasos]) == pasos


def test_un_flujo_sin_pasos_pide_al_menos_una_firma() -> None:
    assert mirar(pasos_de([]), [], Hechos(habilitados=frozenset({1}))).pueden == {1: None}


ANA, LUIS, ROSA, EVA = 1, 2, 3, 4
TODOS = frozenset({ANA, LUIS, ROSA, EVA})
ANA_ESCRIBIO = Hechos(habilitados=TODOS, autores=frozenset({ANA}))


@pytest.mark.parametrize(
    ("paso", "hechos", "pueden"),
    [
        (Paso(), Hechos(habilitados=TODOS, autores=frozenset({EVA})), {ANA: None, LUIS: None, ROSA: None}),
        (Paso(aprobadores=(ANA,)), Hechos(habilitados=TODOS), {ANA: None}),
        (Paso(aprobadores=(ANA,), suplentes=(LUIS,)), Hechos(habilitados=TODOS), {ANA: None, LUIS: ANA}),
        (Paso(aprobadores=(ANA,), suplentes=(LUIS,), suplentes_tras_h=4), Hechos(habilitados=TODOS), {ANA: None}),
        (
            Paso(aprobadores=(ANA,), suplentes=(LUIS,), suplentes_tras_h=4),
            Hechos(habilitados=TODOS, esperado=timedelta(hours=4)),
            {ANA: None, LUIS: ANA},
        ),
        (  # Ana ya no está: su suplente, sin esperar
            Paso(aprobadores=(ANA,), suplentes=(LUIS,), suplentes_tras_h=4),
            Hechos(habilitados=TODOS - {ANA}),
            {LUIS: ANA},
        ),
        (  # ni Ana ni suplente: cualquiera que apruebe ahí
            Paso(aprobadores=(ANA,)),
            Hechos(habilitados=frozenset({LUIS, ROSA})),
            {LUIS: ANA, ROSA: ANA},
        ),
        (Paso(aprobadores=(ANA,)), ANA_ESCRIBIO, {LUIS: None, ROSA: None, EVA: None}),
        (Paso(aprobadores=(ANA,), autor_aprueba=True), ANA_ESCRIBIO, {ANA: None}),
        (
            Paso(aprobadores=(ANA, LUIS), cuantos=Cuantos.TODOS),
            Hechos(habilitados=TODOS - {LUIS}),
            {ANA: None, ROSA: LUIS, EVA: LUIS},
        ),
        (Paso(aprobadores=(ANA, LUIS)), Hechos(habilitados=TODOS - {LUIS}), {ANA: None}),
    ],
)  # fmt: skip
def test_quien_puede_firmar(paso: Paso, hechos: Hechos, pueden: dict[int, int | None]) -> None:
    assert dict(mirar([paso], [], hechos).pueden) == pueden


def test_la_espera_se_cuenta_desde_que_empezo_el_paso() -> None:
    pedida = datetime(2026, 11, 22, 15, tzinfo=UTC)
    firmas = [(0, pedida + timedelta(hours=1)), (0, pedida + timedelta(hours=3))]
    assert desde_cuando(firmas, 0, pedida_en=pedida) == pedida
    assert desde_cuando(firmas, 1, pedida_en=pedida) == pedida + timedelta(hours=3)


# ── a qué toca ───────────────────────────────────────────────────────────────────────────────────────────────────

ASUNTO = Asunto(perfil_id=7, red="x", tipo="reel", etiquetas=("Obra Pública",), campana="Agua", origen="carpeta")


@pytest.mark.parametrize(
    ("condiciones", "toca"),
    [
        ({}, True),
        ({"perfiles": (7,)}, True),
        ({"perfiles": (8,)}, False),
        ({"redes": ("x", "facebook")}, True),
        ({"redes": ("facebook",)}, False),
        ({"tipos": ("Reel",)}, True),
        ({"etiquetas": ("prensa", "#obra publica")}, True),
        ({"etiquetas": ("prensa",)}, False),
        ({"campanas": ("AGUA",)}, True),
        ({"origenes": ("panel",)}, False),
        ({"perfiles": (7,), "etiquetas": ("prensa",)}, False),  # todas a la vez
    ],
)
def test_a_que_toca_un_flujo(condiciones: dict[str, tuple[str, ...]], toca: bool) -> None:
    suyas = Condiciones(**condiciones)  # type: ignore[arg-type] # las de la tabla
    assert suyas.toca(ASUNTO) is toca
    assert Condiciones.de(suyas.en_datos()) == suyas


# ── en palabras ──────────────────────────────────────────────────────────────────────────────────────────────────

NOMBRES = {ANA: "Ana", LUIS: "Luis", ROSA: "Óscar", EVA: "Inés"}


@pytest.mark.parametrize(
    ("pasos", "dice"),
    [
        ([Paso()], "Espera la aprobación de alguien que apruebe en esos perfiles."),
        ([Paso(aprobadores=(ANA, ROSA))], "Espera la aprobación de Ana u Óscar."),
        ([Paso(aprobadores=(ANA, EVA), cuantos=Cuantos.TODOS)], "Espera la aprobación de Ana e Inés."),
        ([Paso(aprobadores=(LUIS,)), Paso()], "Espera la aprobación de Luis (paso 1 de 2)."),
    ],
)
def test_a_quien_se_espera_se_dice_en_castellano(pasos: list[Paso], dice: str) -> None:
    assert dicho(mirar(pasos, [], Hechos(habilitados=TODOS)), pasos, NOMBRES) == dice


def test_un_flujo_se_explica_en_palabras() -> None:
    pasos = [Paso(aprobadores=(ANA, LUIS), suplentes=(EVA,), suplentes_tras_h=24), Paso(autor_aprueba=True)]
    assert explicar(pasos, NOMBRES) == [
        "Firma uno de estos: Ana o Luis; si pasan 24 h sin firma o si alguien ya no puede, Inés. "
        "Quien la escribió no se aprueba a sí mismo.",
        "Firma una persona cualquiera de las que aprueban en esos perfiles. Quien la escribió puede aprobarla.",
    ]

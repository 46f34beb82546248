"""«mejor hora» y su plazo, como los escribe la gente."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from motor.fechas.dias import Anclaje, FechaIlegible
from motor.fechas.mejor_hora import VentanaLeida, es_mejor_hora, leer_mejor_hora

CENTRO = ZoneInfo("America/Mexico_City")
MARTES = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
"""Martes 24 de noviembre de 2026, 12:30 en el centro de México."""
SEMANA = timedelta(days=7)


def leida(escrito: str, *, ahora: datetime = MARTES, zona: ZoneInfo = CENTRO) -> VentanaLeida:
    leida = leer_mejor_hora(escrito, ahora=ahora, zona=zona, plazo=SEMANA)
    assert leida is not None
    return leida


def entre(escrito: str, *, ahora: datetime = MARTES) -> str:
    """«24 12:30 → 1 12:30», en el centro de México."""
    ventana = leida(escrito, ahora=ahora).ventana
    return " → ".join(f"{i.astimezone(CENTRO):%-d %H:%M}" for i in (ventana.desde, ventana.hasta))


AHORA, FIN_DEL_PLAZO = "24 12:30", "1 12:30"


@pytest.mark.parametrize(
    "escrito",
    [
        "mejor hora", "Mejor Hora", "a la mejor hora", "la mejor hora", "MEJOR HORARIO.", "mejor hora!", "mejor  hora",
        "a la mejor hora posible", "en las mejores horas", "mejor momento", "mejor ora", "mejores horarios",
    ],
)  # fmt: skip
def test_sola_se_busca_en_el_plazo_de_la_oficina(escrito: str) -> None:
    assert entre(escrito) == f"{AHORA} → {FIN_DEL_PLAZO}"
    assert leida(escrito).anclaje is Anclaje.MOMENTO


@pytest.mark.parametrize(
    ("plazo", "esperada"),
    [
        ("entre el 3 y el 5 de diciembre", "3 00:00 → 6 00:00"),
        ("del 3 al 5 de diciembre", "3 00:00 → 6 00:00"),
        ("entre el 3 de diciembre y el 5", "3 00:00 → 6 00:00"),
        ("Entre el 3 y el 5 de Diciembre de 2026", "3 00:00 → 6 00:00"),
        ("entre el 28 y el 5 de diciembre", "28 00:00 → 6 00:00"),  # el 28 anterior al 5
        ("entre el 20 y el 26 de noviembre", f"{AHORA} → 27 00:00"),  # ya empezó
        ("del 28 de diciembre al 3 de enero", "28 00:00 → 4 00:00"),
        ("del 01/12/2026 al 05/12/2026", "1 00:00 → 6 00:00"),
        ("entre 3/12 y 5/12", "3 00:00 → 6 00:00"),
        ("entre el lunes y el miércoles", "30 00:00 → 3 00:00"),  # los dos que vienen, no mañana
        ("entre el martes y el jueves", f"{AHORA} → 27 00:00"),  # hoy es martes
        ("del viernes al lunes", "27 00:00 → 1 00:00"),
        ("desde el lunes hasta el jueves", "30 00:00 → 4 00:00"),
        ("entre hoy 14:00 y mañana 12:00", "24 14:00 → 25 12:00"),
        ("entre mañana a las 9 y media y el viernes a las 10", "25 09:30 → 27 10:00"),
        ("entre las 10:00 y las 14:00 de mañana", "25 10:00 → 25 14:00"),
        ("el viernes", "27 00:00 → 28 00:00"),
        ("viernes 4 de diciembre", "4 00:00 → 5 00:00"),
        ("el 3 de diciembre de 2026", "3 00:00 → 4 00:00"),
        ("el jueves 3 de diciembre del 2026", "3 00:00 → 4 00:00"),
        ("el 3 de diciembre de 2026 de 10:00 a 14:00", "3 10:00 → 3 14:00"),
        ("el 3 de diciembre de 2026 antes de las 18:00", "3 00:00 → 3 18:00"),
        ("antes del 3 de diciembre de 2026", f"{AHORA} → 3 00:00"),
        ("2026-12-03", "3 00:00 → 4 00:00"),
        ("hoy", f"{AHORA} → 25 00:00"),
        ("mañana", "25 00:00 → 26 00:00"),
        ("pasado mañana", "26 00:00 → 27 00:00"),
        ("el viernes por la tarde", "27 12:00 → 27 19:00"),
        ("mañana por la mañana", "25 06:00 → 25 12:00"),
        ("mañana en la noche", "25 19:00 → 26 00:00"),
        ("esta tarde", f"{AHORA} → 24 19:00"),
        ("esta noche", "24 19:00 → 25 00:00"),
        ("hoy entre las 14:00 y las 18:00", "24 14:00 → 24 18:00"),
        ("el viernes entre 10 y 14", "27 10:00 → 27 14:00"),
        ("el viernes de 10:00 a 14:00", "27 10:00 → 27 14:00"),
        ("hoy antes de las 18:00", f"{AHORA} → 24 18:00"),
        ("el viernes después de las 10:00", "27 10:00 → 28 00:00"),
        ("esta semana", f"{AHORA} → 30 00:00"),
        ("la próxima semana", "30 00:00 → 7 00:00"),
        ("la semana que viene", "30 00:00 → 7 00:00"),
        ("este fin de semana", "28 00:00 → 30 00:00"),
        ("el próximo fin de semana", "28 00:00 → 30 00:00"),
        ("este mes", f"{AHORA} → 1 00:00"),
        ("el próximo mes", "1 00:00 → 1 00:00"),
        ("en diciembre", "1 00:00 → 1 00:00"),
        ("en los próximos 3 días", f"{AHORA} → 27 12:30"),
        ("en las próximas 48 horas", f"{AHORA} → 26 12:30"),
        ("en los próximos quince días", f"{AHORA} → 9 12:30"),
        ("antes del evento del viernes 18:00", f"{AHORA} → 27 18:00"),
        ("antes de la reunión de mañana a las 10", f"{AHORA} → 25 10:00"),
        ("antes del viernes", f"{AHORA} → 27 00:00"),  # el jueves es el último día
        ("antes del martes", f"{AHORA} → 1 00:00"),  # dicho en martes, es el que viene
        ("antes de las 18:00", f"{AHORA} → 24 18:00"),
        ("antes del fin de semana", f"{AHORA} → 28 00:00"),
        ("antes de diciembre", f"{AHORA} → 1 00:00"),
        ("hasta fin de mes", f"{AHORA} → 1 00:00"),
        ("hasta el viernes", f"{AHORA} → 28 00:00"),  # el viernes también
        ("a más tardar el viernes a las 6 de la tarde", f"{AHORA} → 27 18:00"),
        ("después del 3 de diciembre", "4 00:00 → 11 00:00"),
        ("desde el lunes", "30 00:00 → 7 00:00"),
        ("a partir del lunes a las 9:00", "30 09:00 → 7 09:00"),
        ("después del 3 de enero de 2026", f"{AHORA} → {FIN_DEL_PLAZO}"),  # ya es después
    ],
)  # fmt: skip
def test_con_su_plazo(plazo: str, esperada: str) -> None:
    assert entre(f"mejor hora {plazo}") == esperada


@pytest.mark.parametrize(
    "escrito", ["viernes, mejor hora", "el viernes a la mejor hora", "2026-11-27 mejor hora", "mejor hora (viernes)"]
)
def test_el_dia_puede_ir_delante(escrito: str) -> None:
    assert entre(escrito) == "27 00:00 → 28 00:00"


def test_el_fin_de_semana_dicho_en_sabado_ya_empezo_y_el_proximo_es_el_otro() -> None:
    sabado = MARTES + timedelta(days=4)
    assert entre("mejor hora este fin de semana", ahora=sabado) == "28 12:30 → 30 00:00"
    assert entre("mejor hora el próximo fin de semana", ahora=sabado) == "5 00:00 → 7 00:00"


def test_un_plazo_que_cruza_el_ano_sigue_abierto_el_30_de_diciembre() -> None:
    treinta = datetime(2026, 12, 30, 18, 0, tzinfo=UTC)
    assert entre("mejor hora del 28 de diciembre al 3 de enero", ahora=treinta) == "30 12:00 → 4 00:00"


@pytest.mark.parametrize(
    ("escrito", "anclaje", "limite"),
    [
        ("mejor hora", Anclaje.MOMENTO, False),
        ("mejor hora en los próximos 3 días", Anclaje.MOMENTO, False),
        ("mejor hora mañana", Anclaje.DIA, False),
        ("mejor hora entre hoy y el 2026-12-03", Anclaje.DIA, False),
        ("mejor hora del 2026-12-03 al 2026-12-05", Anclaje.FIJO, False),
        ("mejor hora en marzo de 2027", Anclaje.FIJO, False),
        ("mejor hora antes del 2026-12-03 18:00", Anclaje.FIJO, True),
        ("mejor hora hasta el viernes", Anclaje.DIA, True),
    ],
)
def test_se_sabe_de_que_depende_y_si_es_un_limite(escrito: str, anclaje: Anclaje, limite: bool) -> None:
    assert (leida(escrito).anclaje, leida(escrito).limite) == (anclaje, limite)


def test_se_guarda_como_se_escribio() -> None:
    assert leida("  Mejor hora,  antes del viernes ").ventana.dicha == "Mejor hora, antes del viernes"


@pytest.mark.parametrize(
    "escrito", ["mañana 9:00", "ya", "1 de diciembre de 2026, 9:00", "", "en 2 horas", "lunes 9:00"]
)
def test_una_fecha_con_su_hora_no_es_cosa_nuestra(escrito: str) -> None:
    assert leer_mejor_hora(escrito, ahora=MARTES, zona=CENTRO, plazo=SEMANA) is None
    assert not es_mejor_hora(escrito)


@pytest.mark.parametrize(
    ("escrito", "mensaje", "remedio"),
    [
        ("mejro hora", "no entendemos", "Escriba «mejor hora»"),
        ("mejorhora", "no entendemos", "Escriba «mejor hora»"),
        ("best time", "no entendemos", "Escriba «mejor hora»"),
        ("hora óptima", "no entendemos", "Escriba «mejor hora»"),
        ("mejor día", "no entendemos", "Escriba «mejor hora»"),
        ("mejor hora cuando sea", "no entendemos «cuando sea»", "mejor hora antes del viernes"),
        ("mejor hora 9:00", "«9:00» ya es una hora", "Quite «mejor hora»"),
        ("mejor hora viernes 18:00", "ya es una hora", "Quite «mejor hora»"),
        ("mejor hora antes de las 11:00", "ya pasó", "un plazo futuro"),
        ("mejor hora antes del 3 de enero de 2026", "ya pasó", "un plazo futuro"),
        ("mejor hora el 1 de noviembre", "el 1 de noviembre ya pasó", "«1 de noviembre de 2027»"),
        ("mejor hora entre el 5 de diciembre y el 3 de diciembre", "termina antes de empezar", "más cercana"),
        ("mejor hora entre el 5 y el 3 de diciembre", "de qué mes es el 5", "primero la fecha más cercana"),
        ("mejor hora entre el 3 y el 5", "de qué mes", "el 3 y el 5 de diciembre"),
        ("mejor hora el 3", "de qué mes", "3 de diciembre"),
        ("mejor hora el 31 de febrero", "no existe", "mejor hora antes"),
        ("mejor hora el jueves 4 de diciembre", "es viernes, no jueves", "Corrija"),
        ("mejor hora entre el viernes 4 de diciembre y el domingo 6", "el día o la hora", "Diga el mes"),
        ("mejor hora antes de la víspera del viernes", "no entendemos", "Escriba «mejor hora»"),
        ("mejor hora antes del primer viernes", "no entendemos", "Escriba «mejor hora»"),
        ("mejor hora el viernes entre las 25:00 y las 26:00", "no es una hora del día", "Las horas van"),
        ("mejor hora en los próximos tantos días", "no entendemos cuántos", "con número"),
        ("mejor hora hasta el 31 de diciembre de 9999", "fuera del calendario", "Revise el año"),
        ("mejor hora " + "antes " * 40, "demasiado larga", "Escriba «mejor hora»"),
        ("mejor hora" + "\u0301" * 100, "demasiado larga", "Escriba «mejor hora»"),  # cien acentos en una letra
    ],
)  # fmt: skip
def test_lo_que_no_se_entiende_dice_como_escribirlo(escrito: str, mensaje: str, remedio: str) -> None:
    with pytest.raises(FechaIlegible) as fallo:
        leer_mejor_hora(escrito, ahora=MARTES, zona=CENTRO, plazo=SEMANA)
    assert mensaje in fallo.value.mensaje
    assert remedio in fallo.value.remedio


_PALABRAS = st.sampled_from(
    [
        "entre", "y", "el", "del", "al", "de", "la", "las", "antes", "después", "hasta", "desde", "hoy", "mañana",
        "lunes", "viernes", "domingo", "3", "5", "31", "diciembre", "enero", "febrero", "2026", "2027", "9:00", "18:00",
        "semana", "fin", "mes", "próxima", "esta", "este", "tarde", "noche", "en", "próximos", "días", "28/02",
        "evento", "a", "media", "mediodía", "que", "viene", "2026-12-03",
    ]
)  # fmt: skip
_ZONAS = st.sampled_from(
    [ZoneInfo(z) for z in ("America/Mexico_City", "America/Tijuana", "America/Havana", "Asia/Tokyo")]
)


@given(
    st.lists(_PALABRAS, max_size=8).map(" ".join),
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 # la zona se le pone después
    _ZONAS,
)
@example("este fin de semana", datetime(2026, 11, 29, 23, 59), ZoneInfo("UTC"))  # noqa: DTZ001 # ídem
@example("hoy", datetime(2026, 11, 1, 5, 30), ZoneInfo("America/Havana"))  # noqa: DTZ001 # el reloj se atrasa a la 1:00
def test_un_plazo_leido_nunca_esta_vacio_ni_empieza_antes_de_ahora(
    plazo: str, cuando: datetime, zona: ZoneInfo
) -> None:
    ahora = cuando.replace(tzinfo=UTC)
    try:
        leida = leer_mejor_hora(f"mejor hora {plazo}", ahora=ahora, zona=zona, plazo=SEMANA)
    except FechaIlegible as fallo:
        assert fallo.remedio
        return
    assume(leida is not None)
    assert leida is not None
    assert ahora <= leida.ventana.desde < leida.ventana.hasta


@given(st.text(max_size=60))
def test_ningun_texto_la_tropieza(texto: str) -> None:
    for escrito in (texto, f"mejor hora {texto}", f"{texto} mejor hora"):
        try:
            leida = leer_mejor_hora(escrito, ahora=MARTES, zona=CENTRO, plazo=SEMANA)
        except FechaIlegible as fallo:
            assert fallo.remedio
        else:
            assert leida is None or leida.ventana.desde >= MARTES


@pytest.mark.parametrize(
    ("ahora", "parte", "horas"),
    [
        (datetime(2027, 3, 13, 18, tzinfo=UTC), "por la tarde", ("12:00", "19:00")),
        (datetime(2027, 3, 13, 18, tzinfo=UTC), "por la noche", ("19:00", "00:00")),
        (datetime(2026, 10, 31, 18, tzinfo=UTC), "por la tarde", ("12:00", "19:00")),
    ],
)
@pytest.mark.parametrize("zona", ["America/Tijuana", "America/Ciudad_Juarez"])
def test_en_la_frontera_la_tarde_empieza_al_mediodia_aunque_cambie_la_hora(
    zona: str, ahora: datetime, parte: str, horas: tuple[str, str]
) -> None:
    frontera = ZoneInfo(zona)
    ventana = leida(f"mejor hora mañana {parte}", ahora=ahora, zona=frontera).ventana
    assert tuple(f"{i.astimezone(frontera):%H:%M}" for i in (ventana.desde, ventana.hasta)) == horas


@pytest.mark.parametrize("plazo", ["a partir del 31 de diciembre de 9998", "antes del 31 de diciembre de 9998"])
def test_un_plazo_al_final_del_calendario_no_cabe(plazo: str) -> None:
    with pytest.raises(FechaIlegible, match="fuera del calendario"):
        leida(f"mejor hora {plazo}")

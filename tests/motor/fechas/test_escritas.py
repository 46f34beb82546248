"""Las fechas como las escribe la gente. «Ahora» es el domingo 22 de noviembre de 2026, 9:00 en el centro."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from motor.fechas.dias import dia_largo
from motor.fechas.escritas import Anclaje, FechaIlegible, fecha_larga, leer_fecha, leer_vencimiento
from motor.legible import DIAS, MESES

CENTRO = ZoneInfo("America/Mexico_City")
TIJUANA = ZoneInfo("America/Tijuana")
AHORA = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


def celda(*partes):
    """Una hora como la da Excel: sin zona."""
    return datetime(*partes)  # noqa: DTZ001


def leida(escrito, *, ahora=AHORA, zona=CENTRO):
    return leer_fecha(escrito, ahora=ahora, zona=zona).local


def duda_de(escrito, *, zona=CENTRO):
    with pytest.raises(FechaIlegible) as duda:
        leer_fecha(escrito, ahora=AHORA, zona=zona)
    assert duda.value.remedio, "siempre se dice cómo escribirla"
    return duda.value


@pytest.mark.parametrize(
    ("escrito", "local"),
    [
        # en números: el día va primero, como se escribe en México
        ("2026-12-01 09:00", "2026-12-01 09:00"),
        ("2026-12-01T09:00", "2026-12-01 09:00"),
        ("2026/12/01 9:00", "2026-12-01 09:00"),
        ("01/12/2026 9:00", "2026-12-01 09:00"),
        ("1-12-2026 21:00 hrs", "2026-12-01 21:00"),
        ("01.12.2026 9.30", "2026-12-01 09:30"),
        ("1/12/26 9:30", "2026-12-01 09:30"),
        ("01/12 9:00", "2026-12-01 09:00"),
        # en palabras
        ("1 de diciembre de 2026, 9:00", "2026-12-01 09:00"),
        ("1 de Diciembre del 2026 a las 9:00 horas", "2026-12-01 09:00"),
        ("1 DIC 9:00", "2026-12-01 09:00"),
        ("1-dic-2026 9:00", "2026-12-01 09:00"),
        ("1º de diciembre, 9:00", "2026-12-01 09:00"),
        ("primero de diciembre a las 7 y media de la noche", "2026-12-01 19:30"),
        ("diciembre 1, 2026 9:00", "2026-12-01 09:00"),
        ("el 5 de dic. a las 18h30", "2026-12-05 18:30"),
        ("a las 9 pm del 5 de diciembre", "2026-12-05 21:00"),
        ("viernes 4 de diciembre a las 9 de la noche", "2026-12-04 21:00"),
        ("Viernes, 4 de diciembre de 2026, 9:00 p. m.", "2026-12-04 21:00"),
        ("3 de enero 9:00", "2027-01-03 09:00"),
        ("29 de febrero 9:00", "2028-02-29 09:00"),
        # contando desde hoy
        ("hoy 18:00", "2026-11-22 18:00"),
        ("mañana 9:00", "2026-11-23 09:00"),
        ("MAÑANA A LAS 9 DE LA MAÑANA", "2026-11-23 09:00"),
        ("pasado mañana a mediodía", "2026-11-24 12:00"),
        ("mañana en la tarde a las 5", "2026-11-23 17:00"),
        ("lunes 9:00", "2026-11-23 09:00"),
        ("9:00 del lunes", "2026-11-23 09:00"),
        ("el sábado a las 8 pm", "2026-11-28 20:00"),
        ("domingo 10:00", "2026-11-22 10:00"),
        ("domingo 8:57", "2026-11-22 08:57"),
        ("próximo domingo 10:00", "2026-11-29 10:00"),
        ("domingo que viene 8:00", "2026-11-29 08:00"),
        # desde este momento
        ("ya", "2026-11-22 09:00"),
        ("¡Ahora mismo!".strip("¡"), "2026-11-22 09:00"),
        ("en 2 horas", "2026-11-22 11:00"),
        ("en media hora", "2026-11-22 09:30"),
        ("dentro de una hora y media", "2026-11-22 10:30"),
        ("en 45 min", "2026-11-22 09:45"),
        ("en 3 días", "2026-11-25 09:00"),
        # las horas del reloj de 12
        ("1 dic 9 am", "2026-12-01 09:00"),
        ("1 dic 12 pm", "2026-12-01 12:00"),
        ("1 dic 12:15 de la tarde", "2026-12-01 12:15"),
        ("1 dic 21:00 pm", "2026-12-01 21:00"),
        ("1 dic 5 de la madrugada", "2026-12-01 05:00"),
        ("1 dic 00:00", "2026-12-01 00:00"),
        # con su desfase, se respeta
        ("2026-12-01T15:00Z", "2026-12-01 09:00"),
        ("2026-12-01 09:00 -05:00", "2026-12-01 08:00"),
        ("2026-12-01T09:00:00-0600", "2026-12-01 09:00"),
        # celdas de Excel: las 9:00 que llegan como 8:59:59.999
        (celda(2026, 12, 1, 8, 59, 59, 999_000), "2026-12-01 09:00"),
        (celda(2026, 12, 1, 9, 0), "2026-12-01 09:00"),
    ],
)
def test_se_entiende(escrito, local):
    assert leida(escrito) == local


@pytest.mark.parametrize(
    ("escrito", "dice"),
    [
        ("2026-12-01", "no dice la hora"),
        ("1 de diciembre", "1 de diciembre de 2026, 9:00"),
        (date(2026, 12, 1), "no dice la hora"),
        ("mañana", "23 de noviembre de 2026, 9:00"),
        ("mañana por la noche", "no dice la hora"),
        ("9:00", "dice la hora pero no el día"),
        ("31/02/2027 9:00", "el 31 de febrero de 2027 no existe"),
        ("12/25/2026 9:00", "El día va antes que el mes"),
        ("45/13 9:00", "no existe"),
        ("31 de abril 9:00", "no existe"),
        ("2026-12-01 24:00", "23:59"),
        ("2026-12-01 9:75", "no es una hora"),
        ("jueves 4 de diciembre 9:00", "es viernes, no jueves"),
        ("20 de noviembre 9:00", "20 de noviembre de 2027"),
        ("domingo 8:00", "domingo 29 de noviembre de 2026, 8:00"),
        ("medianoche del viernes", "al empezar o al terminar"),
        ("hoy a las 12 de la noche", "varias maneras"),
        ("hoy 12 am", "varias maneras"),
        ("hoy 21:00 am", "no es una hora"),
        ("hoy a las 3 de la noche", "no es una hora"),
        ("la semana que entra", "no entendemos la fecha"),
        ("cuando se pueda", "no entendemos la fecha"),
        ("", "vacía"),
        ("9" * 5000, "demasiado larga"),
        ("1 dic y 5 dic 9:00", "no entendemos"),
        ("2026-12-01 09:00 -23:00", "desfase"),
        ("9999-12-31 23:59", "fuera del calendario"),
        ("0001-01-01 00:00 +14:00", "fuera del calendario"),
        (celda(9999, 12, 31, 23, 59, 59, 999_999), "fuera del calendario"),
    ],
)
def test_se_pregunta_en_vez_de_adivinar(escrito, dice):
    assert dice in str(duda_de(escrito))


# ── la frontera: dos cambios de hora al año ──────────────────────────────────────────────────────────────────────


def test_la_hora_que_no_existe_ofrece_las_dos_vecinas():
    duda = duda_de("14 de marzo de 2027, 2:30", zona=TIJUANA)
    assert "no existen en America/Tijuana" in duda.mensaje
    for ofrecida in ("2027-03-14 01:30", "2027-03-14 03:30"):
        assert ofrecida in duda.remedio
        assert leida(ofrecida, zona=TIJUANA) == ofrecida


def test_la_hora_que_viene_dos_veces_ofrece_las_dos_y_se_pueden_escribir():
    duda = duda_de("2027-11-07 01:30", zona=TIJUANA)
    instantes = []
    for ofrecida in ("2027-11-07 01:30 -07:00", "2027-11-07 01:30 -08:00"):
        assert ofrecida in duda.remedio
        instantes.append(leer_fecha(ofrecida, ahora=AHORA, zona=TIJUANA).instante)
    assert instantes[1] - instantes[0] == timedelta(hours=1)


@pytest.mark.parametrize("de_excel", [celda(2027, 3, 14, 2, 30), celda(2027, 11, 7, 1, 30)])
def test_una_celda_de_excel_tampoco_adivina_la_hora_del_cambio(de_excel):
    assert "America/Tijuana" in str(duda_de(de_excel, zona=TIJUANA))


def test_en_el_centro_ya_no_hay_cambio_de_hora():
    assert leida("14 de marzo de 2027, 2:30") == "2027-03-14 02:30"
    assert leida("2027-11-07 01:30") == "2027-11-07 01:30"


def test_manana_en_el_dia_del_cambio_es_el_dia_siguiente_y_no_24_horas():
    vispera = datetime(2027, 3, 14, 7, 30, tzinfo=UTC)  # 23:30 del 13 de marzo en Tijuana
    assert leida("mañana 9:00", ahora=vispera, zona=TIJUANA) == "2027-03-14 09:00"
    assert leida("pasado mañana 9:00", ahora=vispera, zona=TIJUANA) == "2027-03-15 09:00"


def test_en_dos_horas_son_dos_horas_aunque_cambie_el_reloj():
    antes = datetime(2027, 3, 14, 9, 30, tzinfo=UTC)  # 1:30, media hora antes del salto
    assert leida("en 2 horas", ahora=antes, zona=TIJUANA) == "2027-03-14 04:30"


# ── los bordes del día y del año ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("ahora_local", "escrito", "local"),
    [
        ("2026-12-31 23:59:59", "mañana 9:00", "2027-01-01 09:00"),
        ("2027-01-01 00:00:00", "mañana 9:00", "2027-01-02 09:00"),
        ("2026-12-31 23:59:59", "hoy 23:59", "2026-12-31 23:59"),
        ("2026-12-31 10:00:00", "1 de enero 00:00", "2027-01-01 00:00"),
        ("2026-12-31 10:00:00", "31 de diciembre 20:00", "2026-12-31 20:00"),
        ("2026-12-31 23:59:59", "en 1 minuto", "2027-01-01 00:00"),
        ("2028-02-28 12:00:00", "mañana 9:00", "2028-02-29 09:00"),
    ],
)
def test_los_bordes_del_dia_y_del_anio(ahora_local, escrito, local):
    ahora = datetime.fromisoformat(ahora_local).replace(tzinfo=CENTRO)
    with freeze_time(ahora.astimezone(UTC)):
        assert leida(escrito, ahora=datetime.now(UTC)) == local


def test_hoy_es_el_de_la_oficina_y_no_el_de_utc():
    noche = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # 22:00 del 22 en el centro
    assert leida("hoy 23:00", ahora=noche) == "2026-11-22 23:00"


# ── vencimientos, anclaje y cómo se dicen ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("escrito", ["2026-12-05", "5 de diciembre", date(2026, 12, 5), "sábado 5 de diciembre"])
def test_lo_que_vence_un_dia_vale_hasta_que_termina(escrito):
    vence = leer_vencimiento(escrito, ahora=AHORA, zona=CENTRO)
    assert vence.local == "2026-12-05 23:59"


def test_un_vencimiento_que_no_se_entiende_es_un_problema():
    with pytest.raises(FechaIlegible, match="nunca"):
        leer_vencimiento("nunca", ahora=AHORA, zona=CENTRO)


@pytest.mark.parametrize(
    ("escrito", "anclaje"),
    [
        ("2026-12-01 9:00", Anclaje.FIJO),
        ("mañana 9:00", Anclaje.DIA),
        ("ya", Anclaje.MOMENTO),
        ("lunes 9:00", Anclaje.DIA),
    ],
)
def test_se_sabe_de_que_depende_la_fecha(escrito, anclaje):
    assert leer_fecha(escrito, ahora=AHORA, zona=CENTRO).anclaje is anclaje


def test_una_fecha_se_dice_como_se_habla():
    assert fecha_larga(AHORA, CENTRO) == "domingo 22 de noviembre de 2026 a las 9:00"
    assert fecha_larga(AHORA - timedelta(hours=8), CENTRO) == "domingo 22 de noviembre de 2026 a la 1:00"


# ── propiedades ──────────────────────────────────────────────────────────────────────────────────────────────────

_dias = st.dates(date(2026, 11, 23), date(2099, 12, 31))
_horas = st.times().map(lambda t: t.replace(second=0, microsecond=0))


def formas(dia: date, hora: time) -> list[str]:
    en_12 = f"{hora.hour % 12 or 12}:{hora:%M} {'am' if hora.hour < 12 else 'p. m.'}"
    return [
        f"{dia} {hora:%H:%M}",
        f"{dia:%d/%m/%Y} {hora:%-H:%M}",
        f"{dia.day} de {MESES[dia.month - 1]} de {dia.year}, {hora:%-H:%M}",
        f"{dia.day} {MESES[dia.month - 1][:3].upper()} {dia.year} a las {hora:%H:%M} hrs",
        f"{DIAS[dia.weekday()]} {dia.day} de {MESES[dia.month - 1]} del {dia.year} {hora:%-H.%M}",
        f"{dia_largo(dia)} a las {hora:%-H:%M}",
        *([] if hora.hour == 0 else [f"{dia:%d-%m-%Y} {en_12}"]),
    ]


@given(_dias, _horas)
def test_toda_forma_de_escribir_una_fecha_dice_lo_mismo(dia, hora):
    esperada = f"{dia} {hora:%H:%M}"
    assert {leida(f) for f in formas(dia, hora)} == {esperada}


@given(_dias, _horas)
def test_en_la_frontera_o_se_entiende_igual_o_se_pregunta(dia, hora):
    cuando = f"{dia} {hora:%H:%M}"
    try:
        fecha = leer_fecha(cuando, ahora=AHORA, zona=TIJUANA)
    except FechaIlegible as duda:
        assert duda.remedio.count("«") == 2, "se ofrecen las dos maneras"
    else:
        assert (fecha.local, fecha.instante.utcoffset()) == (cuando, timedelta(0))


def tiene_veredicto(texto):
    try:
        return leer_fecha(texto, ahora=AHORA, zona=TIJUANA).local != ""
    except FechaIlegible as duda:
        return duda.remedio != ""


@given(st.text(max_size=120))
def test_ningun_texto_escapa_a_un_veredicto(texto):
    assert tiene_veredicto(texto)


@given(st.lists(st.sampled_from([
    "1", "31", "12", "2026", "9", "9:00", ":", "/", "-", "de", "la", "noche", "mañana", "pasado", "hoy", "lunes",
    "diciembre", "feb", "am", "p. m.", "a las", "y media", "en", "horas", "ya", "próximo", "mediodía", "Z",
]), max_size=8))  # fmt: skip
def test_ninguna_ensalada_de_palabras_de_fecha_hace_tropezar(palabras):
    assert tiene_veredicto(" ".join(palabras))


@given(st.datetimes(celda(2026, 1, 1), celda(2029, 12, 30)))
def test_manana_es_siempre_el_dia_siguiente_de_la_oficina(instante):
    ahora = instante.replace(tzinfo=UTC)
    assert leida("mañana 9:00", ahora=ahora) == f"{ahora.astimezone(CENTRO).date() + timedelta(days=1)} 09:00"

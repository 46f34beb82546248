"""El correo de un alza, palabra por palabra y etiqueta por etiqueta."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from motor.avisos.redaccion import frases
from motor.avisos.redaccion.alza import Carta, con_encabezado
from motor.avisos.redaccion.hechos import Acciones, Dicho, Hechos, Momento

MEXICO = ZoneInfo("America/Mexico_City")
AHORA = datetime(2026, 11, 22, 22, 47, tzinfo=UTC)
HECHOS = Hechos(
    temas=("Inundaciones",),
    valor=63,
    esperado=4.1,
    lapso=timedelta(hours=1),
    desde=AHORA - timedelta(hours=1, minutes=47),
    ahora=AHORA,
    total=101,
    normal_total=7.5,
    lugares=(("Paseo Tollocan", 9), ("El Seminario", 3)),
    con_lugar=12,
    lugar_por=frozenset({"texto"}),
    autores=41,
    redes=(("X", 60), ("Facebook", 41)),
    ruidosos=(
        Dicho(
            red="X",
            usuario="@vecina",
            texto="¡Está hecho un río! <b>Ayuda</b>",
            publicado_en=AHORA,
            url="https://x.com/1",
            interacciones=1240,
        ),
    ),
    palabras=(("tollocan", 48), ("atorados", 22)),
)
SIN_ENLACE = Acciones(historia_id=12, ambito="monitor:4")
CON_ENLACE = replace(SIN_ENLACE, enlace="https://pregonero.mx/avisos/12?caduca=1&firma=abc")


def carta(momento: Momento = Momento.NUEVA, **cambios: object) -> Carta:
    return Carta(hechos=replace(HECHOS, **cambios), momento=momento, zona=MEXICO)  # type: ignore[arg-type] # sueltos


def test_el_texto_se_lee_solo() -> None:
    pliego = carta()(SIN_ENLACE)
    assert pliego.asunto == "Sube Inundaciones: 63 mensajes en una hora (lo normal: 4)"
    assert (
        pliego.texto
        == """\
SUBE LO QUE SE DICE DE: INUNDACIONES
63 mensajes en la última hora; lo normal a esta hora son 4; sobre todo en Paseo Tollocan.

Desde: las 15:00 de hoy (hace 1 h 47 min)
Dónde: Paseo Tollocan (9), El Seminario (3), según lo que dice el texto de 12 mensajes
Quiénes: 41 cuentas distintas · X 60, Facebook 41
Certeza: Muy claro: pasa con mucho lo normal. Como está ajustado, esperamos una falsa alarma al mes por tema.

Qué hacer:
  · Abra los mensajes más ruidosos (abajo) y vea si es verdad.
  · Si lo es, conteste o publique un aviso, y avise al área que atiende.
  · Diga «enterada», en el servidor: pregonero avisos atender 12
  · Para silenciar este tema: pregonero avisos silenciar monitor:4 --horas 4

Los mensajes más ruidosos:

@vecina · X · 16:47 · 1\u202f240 interacciones
«¡Está hecho un río! <b>Ayuda</b>»
https://x.com/1

Palabras nuevas, comparadas con las dos semanas de antes: tollocan (48), atorados (22).

Escrito: dom 22 nov 2026, 16:47. Historia 12."""
    )


def test_con_página_se_contesta_desde_el_teléfono() -> None:
    pliego = carta()(CON_ENLACE)
    assert "https://pregonero.mx/avisos/12?caduca=1&firma=abc" in pliego.texto
    assert "pregonero avisos" not in pliego.texto
    assert 'href="https://pregonero.mx/avisos/12?caduca=1&amp;firma=abc"' in pliego.html


@pytest.mark.parametrize("momento", Momento)
@pytest.mark.parametrize("acciones", [SIN_ENLACE, CON_ENLACE], ids=["sin página", "con página"])
def test_el_html_está_bien_cerrado_y_no_trae_nada_de_fuera(momento: Momento, acciones: Acciones) -> None:
    html = replace(carta(momento, hasta=AHORA), grafica=b"png")(acciones).html
    assert abiertas(html) == []
    assert 'src="cid:grafica@pregonero"' in html
    assert 'src="http' not in html
    assert "<script" not in html
    assert len(html) < 90_000  # Gmail corta a los 102 KB


def test_lo_que_escribe_la_gente_no_puede_meter_html() -> None:
    malo = Dicho(
        red="X", usuario='@"><img src=x>', texto="<script>1</script>", publicado_en=AHORA, url="javascript:alert(1)"
    )
    html = carta(ruidosos=(malo,), temas=("<i>Agua</i>",), palabras=(("<u>", 3),))(CON_ENLACE).html
    assert "<script" not in html
    assert "<img src=x" not in html
    assert "javascript:" not in html
    assert "<i>" not in html


def test_lo_que_no_se_sabe_no_se_dice() -> None:
    vacia = carta(lugares=(), autores=None, redes=(), ruidosos=(), palabras=(), normal_total=None)(SIN_ENLACE)
    assert vacia.imagenes == ()
    for ausente in ("Dónde", "Quiénes", "ruidosos", "Palabras", "None", "sobre todo"):
        assert ausente not in vacia.texto
        assert ausente not in vacia.html


def test_lo_que_no_se_puede_oír_se_avisa() -> None:
    assert "Falta: Facebook: no se pueden oír ahora" in carta(sin_oir=("Facebook",))(SIN_ENLACE).texto


def test_un_directo_no_se_copia() -> None:
    privado = Dicho(red="Instagram", usuario="", texto="", publicado_en=AHORA)
    assert "(es privado: léalo en la red)" in carta(ruidosos=(privado,))(SIN_ENLACE).texto


@pytest.mark.parametrize(
    ("cambios", "dice"),
    [
        ({}, "63 mensajes en la última hora; lo normal a esta hora son 4"),
        ({"esperado": 0.2}, "63 mensajes en la última hora; lo normal a esta hora es casi ninguno"),
        ({"esperado": 1.0}, "63 mensajes en la última hora; lo normal a esta hora es 1"),
        ({"lapso": timedelta(minutes=5)}, "63 mensajes en 5 min; lo normal a esta hora son 4"),
        # sube despacio: lo que convence es todo el rato, no la última hora
        ({"valor": 5, "esperado": 4.0}, "101 mensajes desde las 15:00; lo normal en ese rato son 8"),
        ({"valor": 1, "esperado": 0.1, "normal_total": None}, "1 mensaje en la última hora; "),
        ({"valor": 1204}, "1\u202f204 mensajes en la última hora; lo normal a esta hora son 4"),
    ],
    ids=str,
)
def test_cuánto(cambios: dict[str, object], dice: str) -> None:
    assert frases.cuanto(replace(HECHOS, **cambios), MEXICO).startswith(dice)  # type: ignore[arg-type] # sueltos


@pytest.mark.parametrize(
    ("cambios", "dice"),
    [
        ({}, "Muy claro"),
        ({"valor": 9, "esperado": 3.0}, "Claro"),
        ({"valor": 5, "esperado": 3.0}, "Leve: puede ser una casualidad."),
        ({"falsas_alarmas": 0.5}, "una falsa alarma cada 2 meses por tema"),
        ({"falsas_alarmas": 3}, "3 falsas alarmas al mes por tema"),
    ],
    ids=str,
)
def test_qué_tan_seguro(cambios: dict[str, object], dice: str) -> None:
    assert dice in frases.seguridad(replace(HECHOS, **cambios))  # type: ignore[arg-type] # sueltos


@pytest.mark.parametrize("tema", ["Agua", "Inundaciones y encharcamientos en las avenidas principales del municipio"])
@pytest.mark.parametrize("valor", [7, 63, 120_000])
def test_el_asunto_cabe_y_lleva_el_número(tema: str, valor: int) -> None:
    asunto = carta(temas=(tema,), valor=valor)(SIN_ENLACE).asunto
    assert len(asunto) <= 70
    assert frases.numero(valor) in asunto


def test_el_que_esperó_a_la_mañana_dice_sus_horas() -> None:
    texto = carta()(replace(SIN_ENLACE, a_tiempo=False)).texto
    assert "63 mensajes de 15:47 a 16:47; lo normal a esa hora son 4" in texto


def test_el_encabezado_va_arriba_en_los_dos() -> None:
    pliego = con_encabezado(carta()(SIN_ENLACE), "Nadie lo ha atendido.", asunto="Otro")
    assert pliego.texto.startswith("Nadie lo ha atendido.\n\nSUBE")
    assert pliego.html.index("Nadie lo ha atendido.") < pliego.html.index("Sube lo que se dice de")


@pytest.mark.parametrize(
    ("hace", "dice"),
    [(timedelta(0), "de hoy"), (timedelta(days=1), "de ayer"), (timedelta(days=3), "del jueves 19")],
)
def test_el_día_se_dice_como_lo_dice_la_gente(hace: timedelta, dice: str) -> None:
    assert frases.el_dia(AHORA - hace, AHORA, MEXICO) == dice


def abiertas(html: str) -> list[str]:
    """Las etiquetas que no se cierran, o se cierran en desorden."""
    pila: list[str] = []

    class Lector(HTMLParser):
        def handle_starttag(self, etiqueta: str, _atributos: object) -> None:
            if etiqueta not in ("meta", "br", "img"):
                pila.append(etiqueta)

        def handle_endtag(self, etiqueta: str) -> None:
            assert pila.pop() == etiqueta

    Lector().feed(html)
    return pila

"""Lo que lee la coordinadora en su teléfono, palabra por palabra."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from modelos import Entrega, Perfil
from motor.avisos.redaccion import tropiezos
from tests.conftest import COMIENZO

MEXICO = ZoneInfo("America/Mexico_City")
DIA = timedelta(days=1)


def perfil(**cambios: object) -> Perfil:
    columnas = {"id": 3, "nombre": "x-ayuntamiento", "red": "x", "titulo": "Ayuntamiento de Toluca"}
    return Perfil(**(columnas | {"creado_en": COMIENZO} | cambios))


def entrega(**cambios: object) -> Entrega:
    columnas: dict[str, object] = {
        "id": 42,
        "publicacion_id": 1,
        "perfil_id": 3,
        "texto": "Mañana  no hay\nclases.",
        "clave": "c",
        "huella": "h",
        "no_antes_de": COMIENZO,
        "despertar_en": COMIENZO,
        "creada_en": COMIENZO,
        "ficha": 2,
    }
    return Entrega(**(columnas | cambios))


def test_una_duda_dice_que_mirar_y_como_contestar() -> None:
    aviso = tropiezos.por_decidir(entrega(), perfil(), "La respuesta se perdió.", MEXICO)
    assert aviso.asunto == "Decida: ¿salió la publicación 42 en Ayuntamiento de Toluca?"
    assert (
        aviso.texto
        == """\
Publicación 42 en Ayuntamiento de Toluca (x)
Su hora: dom 22 nov 2026, 9:00
Texto: «Mañana no hay clases.»

Qué pasó: La respuesta se perdió.
Pregonero no la repetirá por su cuenta, para no publicarla dos veces.

Qué mirar: abra el perfil Ayuntamiento de Toluca y busque ese texto desde esa hora.
Cómo contestar, en el servidor:
  · Sí está:            pregonero entregas resolver 42 --publicada ENLACE
  · No está, publíquela: pregonero entregas resolver 42 --repetir
  · No está, ni hace falta: pregonero entregas resolver 42 --cancelar"""
    )


def test_una_tarde_dice_cuanto_y_por_que() -> None:
    aviso = tropiezos.tarde(entrega(fallos=3, detalle="Sin ruta."), perfil(), "2 h 5 min", MEXICO)
    assert aviso.asunto == "Decida: la publicación 42 lleva 2 h 5 min de retraso"
    assert "no pudo salir a su hora (Sin ruta.) y lleva 2 h 5 min de retraso. No se ha publicado." in aviso.texto


@pytest.mark.parametrize(
    ("de_entrega", "de_perfil", "porque"),
    [
        ({}, {}, "Pregonero estaba detenido, o el perfil tenía otras publicaciones antes"),
        ({"detalle": "Lista; espera su hora."}, {}, "Pregonero estaba detenido"),  # no es un fallo: no lo explica
        ({"fallos": 1, "detalle": "Sin ruta."}, {}, "Sin ruta."),
        ({"fallos": 1, "detalle": "x"}, {"pausado_en": COMIENZO, "pausa_motivo": "Venció."}, "en pausa: Venció."),
    ],
)
def test_por_que_no_salio(de_entrega: dict[str, object], de_perfil: dict[str, object], porque: str) -> None:
    for aviso in (
        tropiezos.tarde(entrega(**de_entrega), perfil(**de_perfil), "2 h", MEXICO),
        tropiezos.vencida(entrega(**de_entrega), perfil(**de_perfil), MEXICO),
    ):
        assert porque in aviso.texto


def test_un_rechazo_dice_el_motivo_y_el_remedio() -> None:
    aviso = tropiezos.fallida(entrega(), perfil(), "Tiene 300 caracteres.", "Quite 20.", MEXICO)
    assert "Qué pasó: Tiene 300 caracteres.\nQué hacer: Quite 20.\n" in aviso.texto
    assert "sólo para ese perfil (redes: x-ayuntamiento)" in aviso.texto


def test_otra_hora_es_otro_aviso_y_la_misma_no() -> None:
    def clave(**cambios: object) -> str:
        return tropiezos.tarde(entrega(**cambios), perfil(), "2 h", MEXICO).clave

    assert clave() == clave()
    assert len({clave(), clave(no_antes_de=COMIENZO + DIA), clave(ficha=3), clave(id=43)}) == 4


@pytest.mark.parametrize(
    ("vence_en", "asunto"),
    [
        (COMIENZO + 7 * DIA, "vence en 7 días"),
        (COMIENZO + 3 * DIA, "vence en 3 días"),  # la credencial se dio de alta así
        (COMIENZO + DIA, "vence mañana"),
        (COMIENZO + timedelta(hours=2), "vence hoy"),
        (COMIENZO, "ya venció"),
    ],
)
def test_la_credencial_dice_lo_que_de_verdad_le_queda(vence_en: object, asunto: str) -> None:
    aviso = tropiezos.token_por_vencer(perfil(token_vence_en=vence_en), 7, COMIENZO, MEXICO)
    assert aviso.asunto == f"La credencial de Ayuntamiento de Toluca {asunto}"


def test_un_texto_largo_se_recorta_y_sigue_en_un_renglon() -> None:
    aviso = tropiezos.por_decidir(entrega(texto="a" * 500), perfil(), "x", MEXICO)
    assert f"Texto: «{'a' * 139}…»" in aviso.texto

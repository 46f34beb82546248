from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from conectores.contrato import (
    Adjunto,
    Busqueda,
    ErrorDeContenido,
    ErrorDeContrato,
    ErrorDePerfil,
    ErrorDeRed,
    ErrorDuplicado,
    ErrorIncierto,
    ErrorTransitorio,
    Pieza,
    Preparada,
    TipoDeMedio,
)
from conectores.http import Paso
from conectores.pinterest import traduccion
from conectores.pinterest.traduccion import Rechazo, es_el_nuestro, veredicto

DESDE = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
PIEZA = Pieza(texto="Obras de la avenida Juárez", titulo="Obras", enlace="https://leon.gob.mx/obras")
BUSQUEDA = Busqueda(pieza=PIEZA, preparada=Preparada({}), huella="", clave="e-7", desde=DESDE)
VISTO = {
    "id": "9001",
    "title": "Obras",
    "description": "Obras  de la avenida Jua\u0301rez",
    "link": "https://LEON.gob.mx/obras/",
    "created_at": "2026-12-01T15:00:02",
}
ETIQUETADA = replace(BUSQUEDA, pieza=replace(PIEZA, enlace="https://leon.gob.mx/obras?utm_content=e-7"))


def foto(texto_alternativo: str) -> Adjunto:
    return Adjunto(
        ruta=Path("f.jpg"),
        tipo=TipoDeMedio.IMAGEN,
        mime="image/jpeg",
        peso_bytes=1,
        texto_alternativo=texto_alternativo,
    )


def test_un_pin_lleva_lo_que_se_dijo_y_nada_vacio() -> None:
    pieza = replace(PIEZA, titulo="", adjuntos=(foto("Una calle"),))
    assert traduccion.pin(pieza, tablero="77") == {
        "board_id": "77",
        "description": "Obras de la avenida Juárez",
        "link": "https://leon.gob.mx/obras",
        "alt_text": "Una calle",
    }


def test_los_textos_alternativos_de_varias_imagenes_van_numerados() -> None:
    assert traduccion.texto_alternativo([foto("Antes"), foto(""), foto("Después")]) == "1. Antes 3. Después"


def test_una_imagen_y_varias_van_de_distinta_manera() -> None:
    una = traduccion.fuente([("image/jpeg", b"abc")])
    assert una == {"source_type": "image_base64", "content_type": "image/jpeg", "data": "YWJj"}
    varias = traduccion.fuente([("image/jpeg", b"abc"), ("image/png", b"abc")])
    assert varias["source_type"] == "multiple_image_base64"
    assert [i["content_type"] for i in varias["items"]] == ["image/jpeg", "image/png"]


@pytest.mark.parametrize(
    ("cambios", "busqueda", "esperado"),
    [
        ({}, BUSQUEDA, True),
        ({"created_at": "2026-12-01T15:00:02+00:00"}, BUSQUEDA, True),
        ({"created_at": "2026-12-01T14:59:59"}, BUSQUEDA, False),
        ({"title": "Otra"}, BUSQUEDA, False),
        ({"description": None}, BUSQUEDA, False),
        ({"link": None}, BUSQUEDA, False),
        ({}, replace(BUSQUEDA, ya_adoptados=frozenset({"9001"})), False),
        # Con etiqueta propia, ella decide: ni el texto igual basta, ni el texto distinto estorba.
        ({}, ETIQUETADA, False),
        ({"link": "https://leon.gob.mx/obras?utm_content=e-8"}, ETIQUETADA, False),
        ({"link": "https://leon.gob.mx/obras?utm_content=e-7&a=1", "title": "x"}, ETIQUETADA, True),
        ({"link": "https://leon.gob.mx/?utm_content=e-7", "created_at": None}, ETIQUETADA, True),
    ],
)
def test_se_reconoce_el_pin_propio_y_ninguno_mas(
    cambios: Mapping[str, Any], busqueda: Busqueda, esperado: bool
) -> None:
    assert es_el_nuestro({**VISTO, **cambios}, busqueda) is esperado


def test_un_pin_igual_y_sin_fecha_no_se_da_ni_por_nuestro_ni_por_ajeno() -> None:
    with pytest.raises(ErrorDeContrato):
        es_el_nuestro({**VISTO, "created_at": None}, BUSQUEDA)


@pytest.mark.parametrize(
    ("estado", "codigo", "esperado"),
    [
        (400, 1, ErrorDeContenido),
        (401, 2, ErrorDePerfil),
        (403, 3, ErrorDePerfil),
        (403, 29, ErrorDePerfil),
        (404, 40, ErrorDePerfil),
        (409, 0, ErrorDuplicado),
        (413, 0, ErrorDeContenido),
        (429, 8, ErrorTransitorio),
        (500, 0, ErrorIncierto),
        (302, 0, ErrorDeContrato),
        (418, 0, ErrorDeContrato),
    ],
)
def test_cada_rechazo_tiene_su_veredicto(estado: int, codigo: int, esperado: type[ErrorDeRed]) -> None:
    rechazo = Rechazo(estado, {"code": codigo, "message": "algo"}, {})
    assert type(veredicto(rechazo, paso=Paso(visible=True))) is esperado


def test_el_acceso_de_prueba_se_explica() -> None:
    dicho = veredicto(Rechazo(403, {"code": 29, "message": "Apps with Trial access…"}, {}), paso=Paso(visible=True))
    assert "Trial" in dicho.detalle
    assert "Standard" in dicho.remedio


def test_un_tablero_que_dijo_la_publicacion_no_pausa_el_perfil() -> None:
    rechazo = Rechazo(404, {"code": 40, "message": "Board not found."}, {})
    assert type(veredicto(rechazo, paso=Paso(visible=True), tablero_de_la_pieza=True)) is ErrorDeContenido


@pytest.mark.parametrize(
    ("cabeceras", "espera"),
    [
        ({"x-ratelimit-reset": "37"}, timedelta(seconds=37)),
        ({"x-ratelimit-reset": "999999"}, timedelta(days=1)),
        ({"x-ratelimit-reset": "37", "Retry-After": "5"}, timedelta(seconds=5)),
        ({"x-ratelimit-reset": "mañana"}, None),
        ({}, None),
    ],
)
def test_se_espera_lo_que_pide_la_red(cabeceras: Mapping[str, str], espera: timedelta | None) -> None:
    dicho = veredicto(Rechazo(429, None, cabeceras), paso=Paso(visible=True))
    assert isinstance(dicho, ErrorTransitorio)
    assert (dicho.espera, dicho.de_perfil) == (espera, True)


def test_el_acceso_de_prueba_se_nota_en_los_limites() -> None:
    assert traduccion.es_de_prueba({"x-ratelimit-limit": '1000, 1000;w=86400;name="trial"'})
    assert not traduccion.es_de_prueba({"x-ratelimit-limit": "100, 100;w=1"})
    assert not traduccion.es_de_prueba({})

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conectores.bluesky import traduccion
from conectores.bluesky.traduccion import Direccion, Rechazo, registro, tid, veredicto
from conectores.contrato import (
    Adjunto,
    ErrorDeContenido,
    ErrorDeContrato,
    ErrorDePerfil,
    ErrorDeRed,
    ErrorIncierto,
    ErrorTransitorio,
    Pieza,
    TipoDeMedio,
)
from conectores.http import Paso

AHORA = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
FOTO = Adjunto(
    ruta=Path("obra.jpg"),
    tipo=TipoDeMedio.IMAGEN,
    mime="image/jpeg",
    peso_bytes=9,
    ancho=4,
    alto=3,
    texto_alternativo="Obra",
)
BLOB = {"$type": "blob", "ref": {"$link": "bafk"}, "mimeType": "image/jpeg", "size": 9}


def test_la_clave_de_registro_lleva_el_instante_y_ordena_por_el() -> None:
    claves = [tid(AHORA + timedelta(microseconds=n), "entrega-1") for n in range(3)]
    assert claves == sorted(claves)
    assert {len(c) for c in claves} == {13}
    numero = 0
    for letra in tid(AHORA, "entrega-1"):
        numero = numero << 5 | "234567abcdefghijklmnopqrstuvwxyz".index(letra)
    assert datetime.fromtimestamp((numero >> 10) / 1e6, UTC) == AHORA


def test_dos_entregas_del_mismo_instante_no_comparten_clave() -> None:
    assert tid(AHORA, "entrega-1") != tid(AHORA, "entrega-2")


def test_la_fecha_se_conserva_mientras_es_reciente() -> None:
    vieja = traduccion.fecha(AHORA)
    assert vieja == "2026-12-01T15:00:00.000Z"
    assert traduccion.fecha_que_sirve(vieja, AHORA + timedelta(minutes=14)) == vieja
    assert traduccion.fecha_que_sirve(vieja, AHORA + timedelta(hours=3)) == "2026-12-01T18:00:00.000Z"


def test_un_registro_con_imagenes_lleva_su_texto_alternativo_y_sus_medidas() -> None:
    hecho = registro(Pieza(texto="Obras", adjuntos=(FOTO,)), creado="2026-12-01T15:00:00.000Z", imagenes=[BLOB])
    assert hecho == {
        "$type": "app.bsky.feed.post",
        "text": "Obras",
        "createdAt": "2026-12-01T15:00:00.000Z",
        "langs": ["es"],
        "embed": {
            "$type": "app.bsky.embed.images",
            "images": [{"alt": "Obra", "image": BLOB, "aspectRatio": {"width": 4, "height": 3}}],
        },
    }


def test_un_enlace_sin_imagenes_va_en_una_tarjeta() -> None:
    hecho = registro(Pieza(texto="Obras", enlace="https://leon.gob.mx/o"), creado="x")
    assert hecho["embed"]["external"] == {"uri": "https://leon.gob.mx/o", "title": "leon.gob.mx", "description": ""}
    con_titulo = registro(Pieza(texto="", titulo="Obras 2026", enlace="https://leon.gob.mx/o"), creado="x")
    assert con_titulo["embed"]["external"]["title"] == "Obras 2026"


def test_la_respuesta_apunta_a_la_raiz_del_hilo() -> None:
    raiz = {"uri": "at://d/c/1", "cid": "b1"}
    primera = traduccion.respuesta_a({**raiz, "value": {"text": "uno"}})
    assert primera == {"root": raiz, "parent": raiz}
    segunda = {"uri": "at://d/c/2", "cid": "b2"}
    assert traduccion.respuesta_a({**segunda, "value": {"reply": primera}}) == {"root": raiz, "parent": segunda}


def test_la_misma_publicacion_con_otra_fecha_es_la_misma() -> None:
    uno, otro = ({"text": "hola", "createdAt": f} for f in ("a", "b"))
    assert traduccion.es_el_mismo(uno, otro)
    assert not traduccion.es_el_mismo(uno, {**otro, "text": "adiós"})


def test_el_resumen_del_contenido_cambia_con_lo_que_se_dice_y_con_la_imagen() -> None:
    pieza = Pieza(texto="Obras", adjuntos=(FOTO,))
    resumen = traduccion.contenido(pieza, [b"foto"])
    assert traduccion.contenido(pieza, [b"foto"]) == resumen
    otros = [
        traduccion.contenido(replace(pieza, texto="Obra"), [b"foto"]),
        traduccion.contenido(pieza, [b"otra"]),
        traduccion.contenido(replace(pieza, adjuntos=(replace(FOTO, texto_alternativo="La obra"),)), [b"foto"]),
    ]
    assert resumen not in otros


def test_una_direccion_que_no_es_de_bluesky_se_dice() -> None:
    assert str(Direccion.leer("at://did:plc:a/app.bsky.feed.post/3k")) == "at://did:plc:a/app.bsky.feed.post/3k"
    with pytest.raises(ErrorDeContrato):
        Direccion.leer("https://bsky.app/profile/a/post/3k")


def test_sin_nombre_que_sirva_la_direccion_lleva_el_did() -> None:
    assert traduccion.publicado("did:plc:a", "3k", "leon.mx").url == "https://bsky.app/profile/leon.mx/post/3k"
    assert traduccion.publicado("did:plc:a", "3k", "handle.invalid").url == "https://bsky.app/profile/did:plc:a/post/3k"


@pytest.mark.parametrize(
    ("estado", "error", "esperado"),
    [
        (400, "ExpiredToken", ErrorDePerfil),
        (400, "InvalidToken", ErrorDePerfil),
        (401, "AuthenticationRequired", ErrorDePerfil),
        (401, "AuthFactorTokenRequired", ErrorDePerfil),
        (401, "AccountTakedown", ErrorDePerfil),
        (403, "InsufficientScope", ErrorDePerfil),
        (400, "InvalidRequest", ErrorDeContenido),
        (400, "InvalidMimeType", ErrorDeContenido),
        (413, "PayloadTooLarge", ErrorDeContenido),
        (400, "BlobNotFound", ErrorTransitorio),
        (429, "RateLimitExceeded", ErrorTransitorio),
        (500, "InternalServerError", ErrorIncierto),
        (502, "UpstreamFailure", ErrorIncierto),
        (400, "", ErrorDeContrato),
        (404, "XRPCNotSupported", ErrorDeContrato),
        (307, "", ErrorDeContrato),
    ],
)
def test_cada_rechazo_tiene_su_veredicto(estado: int, error: str, esperado: type[ErrorDeRed]) -> None:
    rechazo = Rechazo(estado, error, "algo", {"ratelimit-reset": "4102444800"})
    assert type(veredicto(rechazo, paso=Paso(visible=True))) is esperado


def test_un_fallo_del_servidor_antes_de_publicar_es_transitorio() -> None:
    assert type(veredicto(Rechazo(502, "", "", {}), paso=Paso(visible=False))) is ErrorTransitorio


def test_un_cuerpo_que_no_es_json_no_estorba() -> None:
    rechazo = Rechazo.leer(502, b"<html>Bad gateway</html>", {})
    assert (rechazo.error, rechazo.mensaje) == ("", "<html>Bad gateway</html>")

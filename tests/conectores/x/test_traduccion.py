from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conectores.contrato import (
    Adjunto,
    Ausente,
    Busqueda,
    ErrorDeContenido,
    ErrorDeContrato,
    ErrorDePerfil,
    ErrorDeRed,
    ErrorDuplicado,
    ErrorIncierto,
    ErrorTransitorio,
    Hallada,
    Pieza,
    Preparada,
    Publicado,
    SinSaber,
    TipoDeMedio,
    calcular_huella,
)
from conectores.http import Paso
from conectores.x.traduccion import leer_pagina, leer_proceso, leer_publicado, reconocer, veredicto

DESDE = datetime(2026, 11, 22, 15, 0, 0, 500_000, UTC)


def problema(estado: int, detalle: str, tipo: str = "about:blank") -> dict[str, Any]:
    return {"title": "Forbidden", "detail": detalle, "type": tipo, "status": estado}


# Cuerpos de docs.x.com (response-codes-and-errors) y de los casos que citan capacidades.py y traduccion.py.
@pytest.mark.parametrize(
    ("estado", "cuerpo", "clase"),
    [
        (403, problema(403, "You are not allowed to create a Tweet with duplicate content."), ErrorDuplicado),
        (403, problema(403, "Reply to this conversation is not allowed."), ErrorDeContenido),
        (403, problema(403, "Posts are limited to one cashtag."), ErrorDeContenido),
        (403, problema(403, "Your Tweet text is too long."), ErrorDeContenido),
        (
            403,
            problema(403, "Your client app is not configured…", "https://api.x.com/2/problems/oauth1-permissions"),
            ErrorDePerfil,
        ),
        (
            403,
            problema(403, "You must use keys… attached to a Project.", "https://api.x.com/2/problems/client-forbidden"),
            ErrorDePerfil,
        ),
        (403, problema(403, "Your account is suspended."), ErrorDePerfil),
        (403, problema(403, "You are not permitted to perform this action."), ErrorDePerfil),
        (402, {"title": "CreditsDepleted", "detail": "Your account does not have any credits."}, ErrorDePerfil),
        (429, problema(429, "Usage cap exceeded", "https://api.x.com/2/problems/usage-capped"), ErrorDePerfil),
        (429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, ErrorTransitorio),
        (401, problema(401, "Unauthorized"), ErrorDePerfil),
        (400, {"errors": [{"message": "Your media IDs are invalid."}], "title": "Invalid Request"}, ErrorDeContenido),
        (404, problema(404, "Not Found"), ErrorDeContrato),
        (500, problema(500, "Something is broken."), ErrorIncierto),
        (503, None, ErrorIncierto),
        (403, None, ErrorDeContrato),  # el HTML de un intermediario: no prueba nada
        (403, ["lista"], ErrorDeContrato),
        (418, {"title": "?"}, ErrorDeContrato),
    ],
)
def test_cada_error_visible_tiene_su_veredicto(estado: int, cuerpo: object, clase: type[ErrorDeRed]) -> None:
    error = veredicto(estado, cuerpo, paso=Paso(visible=True), escribe=True)
    assert type(error) is clase


def test_leer_mal_es_de_contrato_y_no_de_la_pieza() -> None:
    cuerpo = {"errors": [{"message": "The query parameter [tweet.fields] is not one of […]"}]}
    error = veredicto(400, cuerpo, paso=Paso(visible=False), escribe=False)
    assert type(error) is ErrorDeContrato
    assert "tweet.fields" in error.detalle


def test_un_fallo_del_servidor_sin_nada_visible_es_transitorio() -> None:
    assert type(veredicto(500, None, paso=Paso(visible=False), escribe=True)) is ErrorTransitorio


def test_lo_publicado_trae_su_identificador_y_su_direccion() -> None:
    assert leer_publicado({"data": {"id": "123", "text": "hola"}}) == Publicado("123", "https://x.com/i/web/status/123")


@pytest.mark.parametrize(
    "respuesta",
    [{}, [], None, {"data": None}, {"data": {"id": ""}}, {"errors": [{"detail": "algo"}]}, {"data": {"id": "x"}}],
)
def test_una_aceptacion_sin_identificador_es_duda(respuesta: object) -> None:
    with pytest.raises(ErrorDeContrato):
        leer_publicado(respuesta)


@pytest.mark.parametrize(
    ("info", "espera_s", "fallo"),
    [
        (None, None, ""),
        ({"state": "succeeded"}, None, ""),
        ({"state": "pending", "check_after_secs": 7}, 7, ""),
        ({"state": "in_progress"}, 5, ""),
        ({"state": "in_progress", "check_after_secs": "pronto"}, 5, ""),
        ({"state": "failed", "error": {"message": "bad codec"}}, None, "bad codec"),
        ({"state": "failed"}, None, "sin explicación"),
    ],
)
def test_el_proceso_de_un_medio_dice_cuanto_esperar(info: object, espera_s: int | None, fallo: str) -> None:
    proceso = leer_proceso({"data": {"id": "1", "processing_info": info}})
    assert (proceso.espera, proceso.fallo) == (timedelta(seconds=espera_s) if espera_s else None, fallo)


# ── Reconocer la nuestra ─────────────────────────────────────────────────────────────────────────────────────


def publicacion(id_externo: str, texto: str, *, segundo: int = 10, **demas: Any) -> dict[str, Any]:
    return {"id": id_externo, "text": texto, "created_at": f"2026-11-22T15:00:{segundo:02d}.000Z", **demas}


def busqueda(texto: str, *, medios: int = 0, adoptados: set[str] | None = None, responde: str = "") -> Busqueda:
    foto = Adjunto(ruta=None, tipo=TipoDeMedio.IMAGEN, mime="image/jpeg", peso_bytes=1)  # type: ignore[arg-type] # nadie la lee
    return Busqueda(
        pieza=Pieza(texto=texto, adjuntos=(foto,) * medios, en_respuesta_a=responde),
        preparada=Preparada({}),
        huella=calcular_huella(texto, medios),
        clave="k",
        desde=DESDE,
        ya_adoptados=frozenset(adoptados or ()),
    )


def buscar(datos: list[dict[str, Any]], que: Busqueda) -> object:
    return reconocer(leer_pagina({"data": datos, "meta": {"result_count": len(datos)}}).vistas, que)


def hallada(id_externo: str) -> Hallada:
    return Hallada(Publicado(id_externo, f"https://x.com/i/web/status/{id_externo}"))


def test_se_deshace_lo_que_x_hace_con_el_texto() -> None:
    """Enlaces acortados, el enlace propio de los medios, tres signos escapados y dominios sin esquema."""
    post = publicacion(
        "5",
        "Agua &amp; drenaje &lt;hoy&gt;: https://t.co/aaa1 y https://t.co/bbb2 https://t.co/ccc3",
        attachments={"media_keys": ["3_1", "3_2"]},
        entities={
            "urls": [
                {"url": "https://t.co/aaa1", "expanded_url": "https://leon.gob.mx/agua?a=1&b=2"},
                {"url": "https://t.co/bbb2", "expanded_url": "http://gob.mx"},
                {"url": "https://t.co/ccc3", "expanded_url": "https://x.com/u/status/5/photo/1", "media_key": "3_1"},
                {"url": "https://t.co/ccc3", "expanded_url": "https://x.com/u/status/5/photo/2", "media_key": "3_2"},
            ]
        },
    )
    que = busqueda("Agua & drenaje <hoy>: https://leon.gob.mx/agua?a=1&b=2 y gob.mx", medios=2)
    assert buscar([post], que) == hallada("5")


def test_se_entienden_los_dos_dialectos() -> None:
    viejo = publicacion(
        "8", "sigue", edit_history_tweet_ids=["7", "8"], referenced_tweets=[{"type": "replied_to", "id": "3"}]
    )
    nuevo = publicacion(
        "8", "sigue", edit_history_post_ids=["7", "8"], referenced_posts=[{"type": "replied_to", "id": "3"}]
    )
    for post in (viejo, nuevo):
        assert buscar([post], busqueda("sigue", responde="3")) == hallada("8")
        assert buscar([post], busqueda("sigue", responde="3", adoptados={"7"})) == Ausente()


def test_se_adopta_la_mas_antigua_que_no_tenga_ya_duena() -> None:
    posts = [publicacion("9", "hola", segundo=30), publicacion("8", "hola", segundo=20), publicacion("7", "hola")]
    assert buscar(posts, busqueda("hola", adoptados={"7"})) == hallada("8")


def test_lo_anterior_al_primer_intento_no_es_nuestro() -> None:
    vieja = publicacion("5", "hola") | {"created_at": "2026-11-22T14:59:59.000Z"}
    justa = publicacion("6", "hola") | {"created_at": "2026-11-22T15:00:00.000Z"}  # X trunca al segundo
    assert buscar([vieja], busqueda("hola")) == Ausente()
    assert buscar([vieja, justa], busqueda("hola")) == hallada("6")


def test_en_un_hilo_tiene_que_responder_a_la_misma() -> None:
    otra = publicacion("5", "sigue", referenced_tweets=[{"type": "replied_to", "id": "4"}])
    nuestra = publicacion("6", "@SanJacintoGob sigue", referenced_tweets=[{"type": "replied_to", "id": "3"}])
    assert buscar([otra], busqueda("sigue", responde="3")) == Ausente()
    assert buscar([otra], busqueda("sigue")) == Ausente()
    assert buscar([otra, nuestra], busqueda("sigue", responde="3")) == hallada("6")


def test_sin_saber_a_quien_responde_no_se_da_por_ausente() -> None:
    assert isinstance(buscar([publicacion("5", "sigue")], busqueda("sigue", responde="3")), SinSaber)


@pytest.mark.parametrize(
    "texto",
    [
        "Pague en https://t.co/zzz9",  # X no dijo a dónde lleva
        "Pague en https://otro.mx",
        "Pague en",
    ],
)
def test_si_solo_se_distingue_en_el_enlace_no_se_da_por_ausente(texto: str) -> None:
    assert isinstance(buscar([publicacion("5", texto)], busqueda("Pague en https://leon.gob.mx")), SinSaber)


def test_otro_texto_es_ausencia() -> None:
    assert buscar([publicacion("5", "otra cosa")], busqueda("hola")) == Ausente()
    assert buscar([], busqueda("hola")) == Ausente()


def test_el_mismo_texto_con_otra_cuenta_de_imagenes_no_se_adopta_ni_se_ignora() -> None:
    assert isinstance(buscar([publicacion("5", "hola")], busqueda("hola", medios=1)), SinSaber)


@pytest.mark.parametrize(
    "respuesta",
    [
        None,
        [],
        {},
        {"data": []},
        {"errors": [{"detail": "x"}]},
        {"meta": {}, "data": [{"id": "x", "text": "a", "created_at": "2026-11-22T15:00:00Z"}]},
        {"meta": {}, "data": [{"id": "1", "text": "a"}]},
        {"meta": {}, "data": [{"id": "1", "text": "a", "created_at": "ayer"}]},
        {"meta": {}, "data": ["1"]},
        {"meta": {}, "data": [{"id": "1", "text": None, "created_at": "2026-11-22T15:00:00Z"}]},
        {"meta": {}, "data": [publicacion("1", "a", entities={"urls": ["x"]})]},
        {"meta": {}, "data": [publicacion("1", "a", entities=["x"])]},
        {"meta": {}, "data": [publicacion("1", "a", referenced_tweets=[{}])]},
    ],
)
def test_un_listado_que_no_se_entiende_entero_no_se_da_por_vacio(respuesta: object) -> None:
    with pytest.raises(ErrorDeContrato):
        leer_pagina(respuesta)

"""El dialecto de X: lo que contesta a quien publica, lee, borra y sube."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import tweepy

from simulador.en_hilo import Simulador

CABECERAS = {"Authorization": "Bearer token-x"}
YO = "2244994945"


def publicar(sim: Simulador, texto: str = "", *, llave: str = "token-x", **demas: Any) -> requests.Response:
    cuerpo = ({"text": texto} if texto else {}) | demas
    cabeceras = {"Authorization": f"Bearer {llave}"}
    return requests.post(f"{sim.url_de('x')}/2/tweets", json=cuerpo, headers=cabeceras, timeout=5)


def leer(sim: Simulador, ruta: str, **consulta: Any) -> requests.Response:
    return requests.get(f"{sim.url_de('x')}{ruta}", params=consulta, headers=CABECERAS, timeout=5)


def test_un_post_aceptado_devuelve_201_y_queda_guardado(sim: Simulador) -> None:
    respuesta = publicar(sim, "Hoy hay jornada de vacunación 🐶")
    assert respuesta.status_code == 201
    [guardada] = sim.publicadas("x")
    assert respuesta.json()["data"] == {
        "id": guardada.id,
        "text": "Hoy hay jornada de vacunación 🐶",
        "edit_history_tweet_ids": [guardada.id],
    }
    assert (guardada.perfil, guardada.texto) == (YO, "Hoy hay jornada de vacunación 🐶")
    assert guardada.url == f"https://x.com/SanJacintoGob/status/{guardada.id}"


def test_el_mismo_texto_del_mismo_perfil_se_rechaza_con_el_cuerpo_de_x(sim: Simulador) -> None:
    publicar(sim, "Cierre de la avenida Juárez")
    repetido = publicar(sim, "Cierre de la avenida Juárez")
    assert repetido.status_code == 403
    assert repetido.headers["Content-Type"].startswith("application/problem+json")
    assert repetido.json() == {
        "detail": "You are not allowed to create a Tweet with duplicate content.",
        "type": "about:blank",
        "title": "Forbidden",
        "status": 403,
    }
    assert len(sim.publicadas("x")) == 1


def test_otro_perfil_si_puede_decir_lo_mismo(sim: Simulador) -> None:
    publicar(sim, "Buenos días")
    assert publicar(sim, "Buenos días", llave="777-otro").status_code == 201
    assert {p.perfil for p in sim.publicadas("x")} == {YO, "777"}


def test_lo_borrado_puede_volver_a_decirse(sim: Simulador) -> None:
    primero = publicar(sim, "Aviso").json()["data"]["id"]
    borrado = requests.delete(f"{sim.url_de('x')}/2/tweets/{primero}", headers=CABECERAS, timeout=5)
    assert borrado.json() == {"data": {"deleted": True}}
    assert publicar(sim, "Aviso").status_code == 201
    assert [p.borrada for p in sim.publicadas("x", borradas=True)] == [True, False]


def test_sin_duplicados_se_acepta_lo_repetido(sim: Simulador) -> None:
    sim.ajustar("x", duplicados=False)
    assert [publicar(sim, "Igual").status_code for _ in range(2)] == [201, 201]


def test_los_enlaces_se_acortan_y_las_entidades_los_expanden(sim: Simulador) -> None:
    texto = "Más en https://sanjacinto.gob.mx/agua?a=1&b=2 y en gob.mx <ya>"
    publicado = publicar(sim, texto).json()["data"]
    post = leer(sim, f"/2/tweets/{publicado['id']}", **{"tweet.fields": "entities"}).json()["data"]
    assert post["text"] == publicado["text"]
    urls = post["entities"]["urls"]
    assert [u["expanded_url"] for u in urls] == ["https://sanjacinto.gob.mx/agua?a=1&b=2", "http://gob.mx"]
    assert all(post["text"][u["start"] : u["end"]] == u["url"] for u in urls)
    assert post["text"] == f"Más en {urls[0]['url']} y en {urls[1]['url']} &lt;ya&gt;"


@pytest.mark.parametrize(
    ("texto", "estado"),
    [
        ("a" * 280, 201),
        ("a" * 281, 403),
        ("👨‍👩‍👧" * 140, 201),  # cada familia pesa 2
        ("👨‍👩‍👧" * 141, 403),
        ("a" * 256 + " https://ejemplo.mx/" + "x" * 200, 201),  # 256 + 1 + 23
        ("a" * 257 + " https://ejemplo.mx/" + "x" * 200, 403),
    ],
)
def test_el_largo_se_pesa_como_lo_pesa_x(sim: Simulador, texto: str, estado: int) -> None:
    assert publicar(sim, texto).status_code == estado


def test_lo_que_no_esta_en_la_descripcion_de_la_api_se_rechaza(sim: Simulador) -> None:
    respuesta = publicar(sim, "hola", programado="mañana")
    assert respuesta.status_code == 400
    assert respuesta.json()["type"].endswith("/invalid-request")


@pytest.mark.parametrize(
    "cuerpo",
    [
        {"poll": {"options": ["Sí"], "duration_minutes": 60}},
        {"poll": {"options": ["Sí", "N" * 26], "duration_minutes": 60}},
        {"poll": {"options": ["Sí", "No"], "duration_minutes": 4}},
        {"media": {"media_ids": ["123"]}},
    ],
)
def test_las_encuestas_y_los_medios_malos_son_peticion_invalida(sim: Simulador, cuerpo: dict[str, Any]) -> None:
    assert publicar(sim, "¿Qué opinas?", **cuerpo).status_code == 400
    assert sim.publicadas("x") == []


def test_una_encuesta_buena_pasa(sim: Simulador) -> None:
    assert publicar(sim, "¿?", poll={"options": ["Sí", "No"], "duration_minutes": 60}).status_code == 201
    assert sim.publicadas("x")[0].tipo == "encuesta"


def test_responder_a_lo_que_no_existe_es_403_y_un_hilo_pasa(sim: Simulador) -> None:
    assert publicar(sim, "2/2", reply={"in_reply_to_tweet_id": "1"}).status_code == 403
    raiz = publicar(sim, "1/2").json()["data"]["id"]
    hija = publicar(sim, "2/2", reply={"in_reply_to_tweet_id": raiz}).json()["data"]["id"]
    pedido = leer(sim, f"/2/tweets/{hija}", **{"tweet.fields": "referenced_tweets,conversation_id"})
    assert pedido.json()["data"]["referenced_tweets"] == [{"type": "replied_to", "id": raiz}]
    assert pedido.json()["data"]["conversation_id"] == raiz


@pytest.mark.parametrize("autorizacion", ["", "Bearer token-vencido-9", 'OAuth oauth_token="9-vencido", x="y"'])
def test_sin_credencial_o_con_una_vencida_es_401(sim: Simulador, autorizacion: str) -> None:
    cabeceras = {"Authorization": autorizacion} if autorizacion else {}
    respuesta = requests.get(f"{sim.url_de('x')}/2/users/me", headers=cabeceras, timeout=5)
    assert respuesta.status_code == 401
    assert respuesta.json()["title"] == "Unauthorized"


def test_un_perfil_registrado_deja_de_valer_a_su_hora(sim: Simulador) -> None:
    sim.perfil("x", "55", token="llave-55", vence_en=datetime.now(UTC) - timedelta(minutes=1))
    assert publicar(sim, "tarde", llave="llave-55").status_code == 401


def test_en_modo_estricto_no_vale_un_token_desconocido(sim: Simulador) -> None:
    sim.ajustar("x", estricto=True)
    assert publicar(sim, "hola", llave="quien-sabe").status_code == 401
    assert publicar(sim, "hola").status_code == 201


def test_toda_respuesta_lleva_los_limites_y_agotarlos_es_429(sim: Simulador) -> None:
    sim.ajustar("x", cupo=2, ventana_cupo_s=900)
    quedan = [publicar(sim, f"post {i}").headers["x-rate-limit-remaining"] for i in range(2)]
    assert quedan == ["1", "0"]
    pasada = publicar(sim, "post 3")
    assert pasada.status_code == 429
    assert int(pasada.headers["x-rate-limit-reset"]) > datetime.now(UTC).timestamp()
    assert len(sim.publicadas("x")) == 2


def test_el_historial_se_pagina_de_lo_nuevo_a_lo_viejo(sim: Simulador) -> None:
    ids = [publicar(sim, f"post {i}").json()["data"]["id"] for i in range(12)]
    primera = leer(sim, f"/2/users/{YO}/tweets", max_results=5).json()
    assert [p["id"] for p in primera["data"]] == ids[:-6:-1]
    segunda = leer(sim, f"/2/users/{YO}/tweets", max_results=5, pagination_token=primera["meta"]["next_token"]).json()
    assert [p["id"] for p in segunda["data"]] == ids[-6:-11:-1]
    desde = leer(sim, f"/2/users/{YO}/tweets", since_id=ids[9]).json()
    assert [p["id"] for p in desde["data"]] == [ids[11], ids[10]]
    assert "next_token" not in desde["meta"]
    assert leer(sim, f"/2/users/{YO}/tweets", max_results=4).status_code == 400


def test_un_historial_vacio_no_trae_data(sim: Simulador) -> None:
    assert leer(sim, f"/2/users/{YO}/tweets").json() == {"meta": {"result_count": 0}}


def test_cada_dialecto_contesta_con_sus_nombres(sim: Simulador) -> None:
    id_externo = publicar(sim, "hola").json()["data"]["id"]
    viejo = leer(sim, f"/2/tweets/{id_externo}", **{"tweet.fields": "public_metrics"}).json()["data"]
    nuevo = leer(sim, f"/2/tweets/{id_externo}", **{"post.fields": "public_metrics"}).json()["data"]
    assert viejo["edit_history_tweet_ids"] == nuevo["edit_history_post_ids"] == [id_externo]
    assert "retweet_count" in viejo["public_metrics"]
    assert "repost_count" in nuevo["public_metrics"]
    sim.ajustar("x", dialecto="nuevo")
    forzado = leer(sim, f"/2/tweets/{id_externo}", **{"tweet.fields": "public_metrics"}).json()["data"]
    assert "edit_history_post_ids" in forzado


def test_lo_aceptado_tarda_en_salir_en_los_listados_pero_ya_esta(sim: Simulador) -> None:
    sim.ajustar("x", retraso_listado_s=60)
    id_externo = publicar(sim, "hola").json()["data"]["id"]
    assert leer(sim, f"/2/users/{YO}/tweets").json()["meta"]["result_count"] == 0
    assert leer(sim, f"/2/tweets/{id_externo}").json()["data"]["text"] == "hola"
    assert publicar(sim, "hola").status_code == 403


def subir(sim: Simulador, datos: bytes, mime: str, *, en_json: bool) -> str:
    base = f"{sim.url_de('x')}/2/media/upload"
    orden = {"media_type": mime, "total_bytes": len(datos)}
    id_externo = requests.post(f"{base}/initialize", json=orden, headers=CABECERAS, timeout=5).json()["data"]["id"]
    for i, desde in enumerate(range(0, len(datos), 1000)):
        trozo = datos[desde : desde + 1000]
        cuerpo: dict[str, Any] = {"data": {"segment_index": i}, "files": {"media": trozo}}
        if en_json:
            cuerpo = {"json": {"segment_index": i, "media": base64.b64encode(trozo).decode()}}
        assert requests.post(f"{base}/{id_externo}/append", headers=CABECERAS, timeout=5, **cuerpo).status_code == 200
    final = requests.post(f"{base}/{id_externo}/finalize", headers=CABECERAS, timeout=5)
    assert final.status_code == 200, final.text
    return str(id_externo)


@pytest.mark.parametrize("en_json", [True, False])
def test_una_imagen_subida_por_partes_se_publica_con_su_texto_alternativo(
    sim: Simulador, dibujo: Callable[..., bytes], en_json: bool
) -> None:
    foto = dibujo(320, 200)
    id_medio = subir(sim, foto, "image/jpeg", en_json=en_json)
    descrito = {"id": id_medio, "metadata": {"alt_text": {"text": "Una plaza"}}}
    metadatos = requests.post(f"{sim.url_de('x')}/2/media/metadata", json=descrito, headers=CABECERAS, timeout=5)
    assert metadatos.status_code == 200
    respuesta = publicar(sim, "La plaza", media={"media_ids": [id_medio]})
    assert respuesta.status_code == 201
    [medio] = sim.publicadas("x")[0].medios
    assert (medio.ancho, medio.alto, medio.mime, medio.texto_alternativo) == (320, 200, "image/jpeg", "Una plaza")
    assert requests.get(f"{sim.url}/_medios/{medio.huella}", timeout=5).content == foto
    # El enlace que X añade por el medio va al final y lleva su media_key.
    post = leer(sim, f"/2/tweets/{respuesta.json()['data']['id']}", **{"tweet.fields": "entities"}).json()["data"]
    assert post["text"].startswith("La plaza https://t.co/")
    assert post["entities"]["urls"][0]["media_key"] == f"3_{id_medio}"


def test_un_video_no_sirve_hasta_que_se_procesa(sim: Simulador, video: bytes, dibujo: Callable[..., bytes]) -> None:
    sim.ajustar("x", proceso_video_s=60)
    id_medio = subir(sim, video, "video/mp4", en_json=False)
    estado = leer(sim, "/2/media/upload", command="STATUS", media_id=id_medio).json()["data"]["processing_info"]
    assert estado["state"] == "in_progress"
    assert publicar(sim, "video", media={"media_ids": [id_medio]}).status_code == 400
    sim.ajustar("x", proceso_video_s=0)
    listo = subir(sim, video, "video/mp4", en_json=False)
    foto = subir(sim, dibujo(), "image/jpeg", en_json=False)
    assert publicar(sim, "los dos", media={"media_ids": [listo, foto]}).status_code == 400
    assert publicar(sim, "video", media={"media_ids": [listo]}).status_code == 201


def test_cinco_imagenes_no_caben(sim: Simulador, dibujo: Callable[..., bytes]) -> None:
    ids = [subir(sim, dibujo(), "image/jpeg", en_json=False) for _ in range(5)]
    assert publicar(sim, "cinco", media={"media_ids": ids}).status_code == 400
    assert publicar(sim, "cuatro", media={"media_ids": ids[:4]}).status_code == 201


def test_una_imagen_de_otro_perfil_no_sirve(sim: Simulador, dibujo: Callable[..., bytes]) -> None:
    ajena = subir(sim, dibujo(), "image/jpeg", en_json=False)
    assert publicar(sim, "hola", llave="9-otro", media={"media_ids": [ajena]}).status_code == 400


def test_la_subida_de_una_vez_da_un_medio_que_sirve(sim: Simulador, dibujo: Callable[..., bytes]) -> None:
    respuesta = requests.post(
        f"{sim.url_de('x')}/2/media/upload",
        data={"media_category": "tweet_image"},
        files={"media": dibujo()},
        headers=CABECERAS,
        timeout=5,
    )
    id_medio = respuesta.json()["data"]["id"]
    assert publicar(sim, "hola", media={"media_ids": [id_medio]}).status_code == 201


def test_tweepy_publica_con_oauth1_y_el_perfil_sale_de_su_token(sim: Simulador) -> None:
    class Desvio(requests.adapters.HTTPAdapter):
        def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override] # la firma, abreviada
            request.url = (request.url or "").replace("https://api.twitter.com", sim.url_de("x"))
            return super().send(request, **kwargs)

    cliente = tweepy.Client(
        consumer_key="k", consumer_secret="s", access_token="4242-abc", access_token_secret="s", return_type=dict
    )
    cliente.session.mount("https://api.twitter.com", Desvio())
    with cliente.session:
        creado = cliente.create_tweet(text="desde tweepy")
        yo = cliente.get_me()
        assert yo["data"]["id"] == sim.publicadas("x")[0].perfil == "4242"
        with pytest.raises(tweepy.Forbidden, match="duplicate content"):
            cliente.create_tweet(text="desde tweepy")
        historial = cliente.get_users_tweets("4242", user_auth=True, tweet_fields=["created_at", "entities"])
        assert [p["id"] for p in historial["data"]] == [creado["data"]["id"]]

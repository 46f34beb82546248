"""El dialecto de las páginas de Facebook."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from simulador.en_hilo import Simulador

PAGINA = "100200300400500"
Dibujar = Callable[..., bytes]


def pedir(sim: Simulador, metodo: str, ruta: str, *, version: str = "v26.0", **demas: Any) -> requests.Response:
    cabeceras = {"Authorization": "Bearer token-facebook"}
    return requests.request(metodo, f"{sim.url_de('facebook')}/{version}/{ruta}", headers=cabeceras, timeout=5, **demas)


def publicar(sim: Simulador, texto: str, **datos: Any) -> requests.Response:
    return pedir(sim, "POST", f"{PAGINA}/feed", data={"message": texto, **datos})


def borrador(sim: Simulador, texto: str, **datos: Any) -> str:
    return str(publicar(sim, texto, published="false", **datos).json()["id"])


def error_de(respuesta: requests.Response) -> tuple[int, int, int]:
    error = respuesta.json()["error"]
    assert {"message", "type", "fbtrace_id"} <= set(error)
    return respuesta.status_code, error["code"], error.get("error_subcode", 0)


def test_una_publicacion_devuelve_el_identificador_con_el_de_la_pagina(sim: Simulador) -> None:
    respuesta = publicar(sim, "Hoy no hay agua", link="https://sanjacinto.gob.mx")
    [guardada] = sim.publicadas("facebook")
    assert respuesta.json() == {"id": guardada.id}
    assert guardada.id.startswith(f"{PAGINA}_")
    assert (guardada.texto, guardada.enlace) == ("Hoy no hay agua", "https://sanjacinto.gob.mx")


def test_lo_no_publicado_no_lo_ve_nadie_hasta_encenderlo_y_repetirlo_no_hace_dano(sim: Simulador) -> None:
    nodo = borrador(sim, "En preparación")
    assert sim.publicadas("facebook") == []
    assert pedir(sim, "GET", f"{PAGINA}/published_posts").json() == {"data": []}
    assert pedir(sim, "GET", nodo, params={"fields": "is_published"}).json() == {"id": nodo, "is_published": False}
    for _ in range(2):
        assert pedir(sim, "POST", nodo, data={"is_published": "true"}).json() == {"success": True}
    assert [p.id for p in sim.publicadas("facebook")] == [nodo]
    assert pedir(sim, "GET", nodo, params={"fields": "is_published,permalink_url"}).json()["is_published"] is True


def test_igual_a_la_anterior_es_506_en_el_instante_en_que_se_veria(sim: Simulador) -> None:
    publicar(sim, "Aviso")
    assert error_de(publicar(sim, "Aviso")) == (400, 506, 0)
    nodo = borrador(sim, "Aviso")
    assert error_de(pedir(sim, "POST", nodo, data={"is_published": "true"})) == (400, 506, 0)
    publicar(sim, "Otra cosa")
    assert pedir(sim, "POST", nodo, data={"is_published": "true"}).json() == {"success": True}
    assert [p.texto for p in sim.publicadas("facebook")] == ["Aviso", "Otra cosa", "Aviso"]


def test_varias_fotos_van_en_attached_media_como_json(sim: Simulador, dibujo: Dibujar) -> None:
    fotos = []
    for color in ("red", "green"):
        subida = pedir(
            sim,
            "POST",
            f"{PAGINA}/photos",
            data={"published": "false", "alt_text_custom": f"Un cuadro {color}"},
            files={"source": dibujo(color=color)},
        )
        fotos.append(subida.json()["id"])
        assert set(subida.json()) == {"id"}
    adjuntos = json.dumps([{"media_fbid": f} for f in fotos])
    assert publicar(sim, "Dos fotos", attached_media=adjuntos).status_code == 200
    [guardada] = sim.publicadas("facebook")
    assert [m.texto_alternativo for m in guardada.medios] == ["Un cuadro red", "Un cuadro green"]


def test_una_lista_sin_codificar_como_la_manda_facebook_sdk_se_rechaza(sim: Simulador) -> None:
    assert error_de(publicar(sim, "x", attached_media="media_fbid")) == (400, 100, 0)
    assert error_de(publicar(sim, "x", attached_media='[{"media_fbid":"1"}]')) == (400, 100, 33)


def test_una_foto_publicada_da_dos_identificadores(sim: Simulador, dibujo: Dibujar) -> None:
    archivo = {"source": dibujo(640, 480)}
    respuesta = pedir(sim, "POST", f"{PAGINA}/photos", data={"caption": "La feria"}, files=archivo)
    assert respuesta.json()["post_id"] == sim.publicadas("facebook")[0].id
    imagenes = pedir(sim, "GET", respuesta.json()["id"], params={"fields": "images"}).json()["images"]
    assert (imagenes[0]["width"], imagenes[0]["height"]) == (640, 480)
    assert requests.get(imagenes[0]["source"], timeout=5).content == archivo["source"]


def test_una_foto_puede_venir_de_una_direccion_de_esta_maquina(sim: Simulador, dibujo: Dibujar) -> None:
    subida = pedir(
        sim, "POST", f"{PAGINA}/photos", data={"published": "false"}, files={"source": dibujo(300, 300)}
    ).json()
    aqui = pedir(sim, "GET", subida["id"], params={"fields": "images"}).json()["images"][0]["source"]
    assert pedir(sim, "POST", f"{PAGINA}/photos", data={"url": aqui}).status_code == 200
    lejos = pedir(sim, "POST", f"{PAGINA}/photos", data={"url": "https://ejemplo.mx/foto.jpg"})
    assert error_de(lejos) == (400, 324, 2069019)
    assert error_de(pedir(sim, "POST", f"{PAGINA}/photos", files={"source": b"basura"}))[1] == 1366046


def test_un_video_por_partes_se_publica_con_published(sim: Simulador, video: bytes) -> None:
    sim.ajustar("facebook", proceso_video_s=0)
    ruta = f"{PAGINA}/videos"
    grande = video + b"\0" * 2**20
    inicio = pedir(sim, "POST", ruta, data={"upload_phase": "start", "file_size": len(grande)}).json()
    tramo = inicio
    while (desde := int(tramo["start_offset"])) < (hasta := int(tramo["end_offset"])):
        tramo = pedir(
            sim,
            "POST",
            ruta,
            data={
                "upload_phase": "transfer",
                "upload_session_id": inicio["upload_session_id"],
                "start_offset": desde,
            },
            files={"video_file_chunk": grande[desde:hasta]},
        ).json()
    final = {"upload_phase": "finish", "upload_session_id": inicio["upload_session_id"], "description": "La obra"}
    assert pedir(sim, "POST", ruta, data={**final, "published": "false"}).json() == {"success": True}
    leido = pedir(sim, "GET", inicio["video_id"], params={"fields": "published,status"}).json()
    assert (leido["published"], leido["status"]["video_status"]) == (False, "ready")
    pedir(sim, "POST", inicio["video_id"], data={"published": "true"})
    [guardada] = sim.publicadas("facebook")
    assert (guardada.id, guardada.tipo, guardada.texto) == (inicio["video_id"], "video", "La obra")


def test_programar_exige_de_diez_minutos_a_treinta_dias(sim: Simulador) -> None:
    ahora = int(time.time())
    assert error_de(publicar(sim, "ya", published="false", scheduled_publish_time=ahora + 60)) == (400, 100, 1363118)
    nodo = borrador(sim, "luego", scheduled_publish_time=ahora + 3600)
    listado = pedir(sim, "GET", f"{PAGINA}/scheduled_posts", params={"fields": "id,scheduled_publish_time"}).json()
    assert listado["data"] == [{"id": nodo, "scheduled_publish_time": ahora + 3600}]
    assert sim.publicadas("facebook") == []


def test_los_listados_se_pasan_con_cursores(sim: Simulador) -> None:
    ids = [publicar(sim, f"post {i}").json()["id"] for i in range(5)]
    primera = pedir(sim, "GET", f"{PAGINA}/feed", params={"limit": 2, "fields": "id,message"}).json()
    assert [p["id"] for p in primera["data"]] == ids[:2:-1]
    siguiente = requests.get(
        primera["paging"]["next"], headers={"Authorization": "Bearer token-facebook"}, timeout=5
    ).json()
    assert [p["message"] for p in siguiente["data"]] == ["post 2", "post 1"]
    ultima = pedir(
        sim, "GET", f"{PAGINA}/feed", params={"limit": 2, "after": siguiente["paging"]["cursors"]["after"]}
    ).json()
    assert [p["message"] for p in ultima["data"]] == ["post 0"]
    assert "next" not in ultima["paging"]


def test_el_retraso_de_los_listados_no_esconde_el_nodo(sim: Simulador) -> None:
    sim.ajustar("facebook", retraso_listado_s=60)
    nodo = publicar(sim, "hola").json()["id"]
    assert pedir(sim, "GET", f"{PAGINA}/published_posts").json()["data"] == []
    assert pedir(sim, "GET", nodo, params={"fields": "message"}).json()["message"] == "hola"


def test_borrar_quita_y_borrar_otra_vez_es_que_no_existe(sim: Simulador) -> None:
    nodo = publicar(sim, "hola").json()["id"]
    assert pedir(sim, "DELETE", nodo).json() == {"success": True}
    assert error_de(pedir(sim, "DELETE", nodo)) == (400, 100, 33)
    assert [p.borrada for p in sim.publicadas("facebook", borradas=True)] == [True]


def test_un_campo_que_no_existe_es_un_error_100(sim: Simulador) -> None:
    respuesta = pedir(sim, "GET", PAGINA, params={"fields": "name,invento"})
    assert error_de(respuesta) == (400, 100, 0)
    assert "nonexisting field (invento) on node type (Page)" in respuesta.json()["error"]["message"]


@pytest.mark.parametrize(
    ("pedida", "atiende"), [("v26.0", "v26.0"), ("v21.0", "v21.0"), ("v2.8", "v21.0"), ("v3.1", "v21.0")]
)
def test_una_version_muerta_la_atiende_la_mas_vieja_viva_sin_decir_nada(
    sim: Simulador, pedida: str, atiende: str
) -> None:
    respuesta = pedir(sim, "GET", PAGINA, version=pedida)
    assert (respuesta.status_code, respuesta.headers["facebook-api-version"]) == (200, atiende)
    assert json.loads(respuesta.headers["X-App-Usage"])["call_count"] >= 0


def test_los_tokens_fallan_como_en_meta(sim: Simulador) -> None:
    direccion = f"{sim.url_de('facebook')}/v26.0/{PAGINA}"
    assert error_de(requests.get(direccion, timeout=5)) == (400, 104, 0)
    vencido = requests.get(direccion, params={"access_token": "uno-vencido"}, timeout=5)
    assert error_de(vencido) == (400, 190, 463)
    sim.perfil("facebook", PAGINA, token="token-facebook", vence_en=datetime.now(UTC) - timedelta(hours=1))
    assert error_de(publicar(sim, "hola")) == (400, 190, 463)
    sim.perfil("facebook", PAGINA, token="token-facebook", permisos=["pages_read_engagement"])
    assert error_de(publicar(sim, "hola")) == (403, 200, 0)
    assert pedir(sim, "GET", PAGINA).status_code == 200


def test_debug_token_dice_permisos_y_vencimiento(sim: Simulador) -> None:
    vence = datetime.now(UTC) + timedelta(days=3)
    sim.perfil("facebook", PAGINA, token="token-facebook", vence_en=vence, permisos=["pages_manage_posts"])
    datos = pedir(sim, "GET", "debug_token", params={"input_token": "token-facebook"}).json()["data"]
    assert (datos["is_valid"], datos["expires_at"]) == (True, int(vence.timestamp()))
    assert datos["scopes"] == ["pages_manage_posts"]


def test_el_cupo_de_la_pagina_es_un_error_32_con_su_plazo(sim: Simulador) -> None:
    sim.ajustar("facebook", cupo=1)
    publicar(sim, "uno")
    pasada = publicar(sim, "dos")
    assert error_de(pasada) == (400, 32, 0)
    uso = json.loads(pasada.headers["X-Business-Use-Case-Usage"])[PAGINA][0]
    assert uso["estimated_time_to_regain_access"] > 0


def test_perder_la_respuesta_al_encender_deja_la_publicacion_a_la_vista(sim: Simulador) -> None:
    nodo = borrador(sim, "hola")
    sim.fallar("facebook", "reset_despues")
    with pytest.raises(requests.ConnectionError):
        pedir(sim, "POST", nodo, data={"is_published": "true"})
    assert pedir(sim, "GET", nodo, params={"fields": "is_published"}).json()["is_published"] is True


def test_los_fallos_de_lo_visible_no_tocan_los_borradores(sim: Simulador, dibujo: Dibujar) -> None:
    sim.fallar("facebook", "error_500_antes")
    nodo = borrador(sim, "hola")
    pedir(sim, "POST", f"{PAGINA}/photos", data={"published": "false"}, files={"source": dibujo()})
    fallida = pedir(sim, "POST", nodo, data={"is_published": "true"})
    assert error_de(fallida) == (500, 1, 0)
    assert sim.publicadas("facebook") == []

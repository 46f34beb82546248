"""El dialecto de Instagram: contenedores, publicación única y subida de videos."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from simulador.en_hilo import Simulador

CUENTA, PAGINA = "17841400000000001", "100200300400500"
TOKEN = {"access_token": "token-instagram"}
Dibujar = Callable[..., bytes]


def pedir(sim: Simulador, metodo: str, ruta: str, **demas: Any) -> requests.Response:
    url = f"{sim.url_de('instagram')}/v26.0/{ruta}"
    parametros = {**TOKEN, **demas.pop("params", {})}
    return requests.request(metodo, url, params=parametros, timeout=5, **demas)


def portadora(sim: Simulador, datos: bytes) -> str:
    """La dirección de una foto sin publicar de la página, que Instagram puede descargar."""
    foto = pedir(sim, "POST", f"{PAGINA}/photos", data={"published": "false"}, files={"source": datos}).json()["id"]
    return str(pedir(sim, "GET", foto, params={"fields": "images"}).json()["images"][0]["source"])


def preparar(sim: Simulador, datos: bytes, **campos: Any) -> requests.Response:
    return pedir(sim, "POST", f"{CUENTA}/media", data={"image_url": portadora(sim, datos), **campos})


def publicar(sim: Simulador, contenedor: str) -> requests.Response:
    return pedir(sim, "POST", f"{CUENTA}/media_publish", data={"creation_id": contenedor})


def estado(sim: Simulador, contenedor: str) -> str:
    return str(pedir(sim, "GET", contenedor, params={"fields": "status_code,status"}).json()["status_code"])


def error_de(respuesta: requests.Response) -> tuple[int, int]:
    assert respuesta.status_code == 400, respuesta.text
    return respuesta.json()["error"]["code"], respuesta.json()["error"].get("error_subcode", 0)


def test_una_imagen_pasa_de_contenedor_a_publicada(sim: Simulador, dibujo: Dibujar) -> None:
    contenedor = preparar(sim, dibujo(), caption="La plaza #SanJacinto", alt_text="La plaza").json()["id"]
    assert (estado(sim, contenedor), sim.publicadas("instagram")) == ("FINISHED", [])
    publicada = publicar(sim, contenedor).json()["id"]
    assert estado(sim, contenedor) == "PUBLISHED"
    [guardada] = sim.publicadas("instagram")
    assert (guardada.id, guardada.texto, guardada.perfil) == (publicada, "La plaza #SanJacinto", CUENTA)
    assert guardada.medios[0].texto_alternativo == "La plaza"
    leida = pedir(sim, "GET", publicada, params={"fields": "caption,permalink,media_type,timestamp"}).json()
    assert (leida["caption"], leida["media_type"], leida["permalink"]) == (
        "La plaza #SanJacinto",
        "IMAGE",
        guardada.url,
    )


def test_un_contenedor_se_publica_una_sola_vez(sim: Simulador, dibujo: Dibujar) -> None:
    contenedor = preparar(sim, dibujo()).json()["id"]
    publicar(sim, contenedor)
    assert error_de(publicar(sim, contenedor)) == (24, 2207006)
    assert len(sim.publicadas("instagram")) == 1


def test_publicar_antes_de_tiempo_es_9007(sim: Simulador, dibujo: Dibujar) -> None:
    sim.ajustar("instagram", proceso_imagen_s=60)
    contenedor = preparar(sim, dibujo()).json()["id"]
    assert estado(sim, contenedor) == "IN_PROGRESS"
    assert error_de(publicar(sim, contenedor)) == (9007, 2207027)


def test_un_contenedor_viejo_caduca(sim: Simulador, dibujo: Dibujar) -> None:
    contenedor = preparar(sim, dibujo()).json()["id"]
    sim.ajustar("instagram", vida_contenedor_s=0)
    assert estado(sim, contenedor) == "EXPIRED"
    assert error_de(publicar(sim, contenedor)) == (-2, 2207020)


@pytest.mark.parametrize(
    ("medidas", "formato", "esperado"),
    [
        ((800, 1000), "JPEG", None),  # 4:5 justo
        ((1910, 1000), "JPEG", None),
        ((800, 1100), "JPEG", (36003, 2207009)),
        ((2000, 1000), "JPEG", (36003, 2207009)),
        ((800, 800), "PNG", (36001, 2207005)),
    ],
)
def test_la_imagen_se_mira_de_verdad(
    sim: Simulador, dibujo: Dibujar, medidas: tuple[int, int], formato: str, esperado: tuple[int, int] | None
) -> None:
    respuesta = preparar(sim, dibujo(*medidas, formato=formato))
    assert (error_de(respuesta) if esperado else None) == esperado


def test_la_imagen_se_descarga_de_verdad_y_solo_de_esta_maquina(sim: Simulador) -> None:
    for direccion in (f"{sim.url}/_medios/no-esta", "https://ejemplo.mx/a.jpg", "http://127.0.0.1:1/a.jpg"):
        respuesta = pedir(sim, "POST", f"{CUENTA}/media", data={"image_url": direccion})
        assert error_de(respuesta) == (9004, 2207052)


def test_una_imagen_demasiado_pesada_es_36000(sim: Simulador, dibujo: Dibujar) -> None:
    pesada = dibujo() + b"\0" * (8 * 2**20)
    assert error_de(preparar(sim, pesada)) == (36000, 2207004)


@pytest.mark.parametrize(
    ("leyenda", "esperado"),
    [("a" * 2201, (36004, 2207010)), ("#a " * 31, (36004, 2207010)), ("@a " * 21, (100, 2207040))],
)
def test_los_textos_tienen_limites(sim: Simulador, dibujo: Dibujar, leyenda: str, esperado: tuple[int, int]) -> None:
    assert error_de(preparar(sim, dibujo(), caption=leyenda)) == esperado


def test_un_carrusel_se_arma_con_sus_hijos(sim: Simulador, dibujo: Dibujar) -> None:
    hijos = [preparar(sim, dibujo(color=c), is_carousel_item="true").json()["id"] for c in ("red", "blue")]
    armado = {"media_type": "CAROUSEL", "children": ",".join(hijos), "caption": "Dos"}
    contenedor = pedir(sim, "POST", f"{CUENTA}/media", data=armado).json()["id"]
    publicada = publicar(sim, contenedor).json()["id"]
    [guardada] = sim.publicadas("instagram")
    assert (guardada.tipo, len(guardada.medios)) == ("carrusel", 2)
    leida = pedir(sim, "GET", publicada, params={"fields": "media_type,children{id}"}).json()
    assert (leida["media_type"], len(leida["children"]["data"])) == ("CAROUSEL_ALBUM", 2)
    assert error_de(publicar(sim, hijos[0]))[0] == 100
    solo = {"media_type": "CAROUSEL", "children": hijos[0]}
    assert error_de(pedir(sim, "POST", f"{CUENTA}/media", data=solo)) == (100, 2207028)


def subir(sim: Simulador, contenedor: str, datos: bytes, *, offset: int = 0, peso: int = 0) -> requests.Response:
    cabeceras = {
        "Authorization": "OAuth token-instagram",
        "offset": str(offset),
        "file_size": str(peso or len(datos)),
    }
    url = f"{sim.url_de('instagram')}/ig-api-upload/v26.0/{contenedor}"
    return requests.post(url, data=datos, headers=cabeceras, timeout=5)


def reel(sim: Simulador) -> dict[str, str]:
    datos = {"media_type": "REELS", "upload_type": "resumable", "caption": "La obra"}
    creado: dict[str, str] = pedir(sim, "POST", f"{CUENTA}/media", data=datos).json()
    return creado


def test_un_reel_se_sube_por_rupload_y_luego_se_publica(sim: Simulador, video: bytes) -> None:
    sim.ajustar("instagram", proceso_video_s=0)
    creado = reel(sim)
    assert creado["uri"].endswith(f"/ig-api-upload/v26.0/{creado['id']}")
    assert estado(sim, creado["id"]) == "IN_PROGRESS"
    assert subir(sim, creado["id"], video).json()["success"] is True
    publicar(sim, creado["id"])
    assert [(p.tipo, p.texto) for p in sim.publicadas("instagram")] == [("reel", "La obra")]


def test_la_subida_puede_ir_por_partes_y_exige_el_offset_justo(sim: Simulador, video: bytes) -> None:
    sim.ajustar("instagram", proceso_video_s=0)
    creado = reel(sim)
    assert subir(sim, creado["id"], video[:1000], peso=len(video)).status_code == 200
    assert subir(sim, creado["id"], video[1000:], offset=5, peso=len(video)).status_code == 400
    assert subir(sim, creado["id"], video[1000:], offset=1000, peso=len(video)).status_code == 200
    assert estado(sim, creado["id"]) == "FINISHED"


def test_lo_que_no_es_video_deja_el_contenedor_en_error(sim: Simulador) -> None:
    creado = reel(sim)
    subir(sim, creado["id"], b"esto no es un video")
    leido = pedir(sim, "GET", creado["id"], params={"fields": "status_code,status"}).json()
    assert leido["status_code"] == "ERROR"
    assert "2207026" in leido["status"]
    assert error_de(publicar(sim, creado["id"])) == (-1, 2207032)


def test_el_cupo_se_pregunta_y_al_agotarse_es_9(sim: Simulador, dibujo: Dibujar) -> None:
    sim.ajustar("instagram", cupo=1)
    primero, segundo = (preparar(sim, dibujo(color=c)).json()["id"] for c in ("red", "blue"))
    publicar(sim, primero)
    limite = pedir(sim, "GET", f"{CUENTA}/content_publishing_limit", params={"fields": "config,quota_usage"}).json()
    assert limite["data"] == [{"quota_usage": 1, "config": {"quota_total": 1, "quota_duration": 86400}}]
    assert error_de(publicar(sim, segundo)) == (9, 2207042)


def test_el_listado_y_la_cuenta_se_leen(sim: Simulador, dibujo: Dibujar) -> None:
    publicada = publicar(sim, preparar(sim, dibujo(), caption="Hola").json()["id"]).json()["id"]
    listado = pedir(sim, "GET", f"{CUENTA}/media", params={"fields": "id,caption", "limit": 100}).json()
    assert listado["data"] == [{"id": publicada, "caption": "Hola"}]
    cuenta = pedir(sim, "GET", CUENTA, params={"fields": "username,media_count"}).json()
    assert cuenta == {"id": CUENTA, "username": "sanjacintogob", "media_count": 1}
    assert pedir(sim, "DELETE", publicada).json() == {"success": True}
    assert pedir(sim, "GET", f"{CUENTA}/media").json() == {"data": []}


def test_sin_permiso_de_publicar_es_10(sim: Simulador, dibujo: Dibujar) -> None:
    sim.perfil("instagram", CUENTA, token="token-instagram", pagina=PAGINA, permisos=["instagram_basic"])
    respuesta = preparar(sim, dibujo())
    assert (respuesta.status_code, respuesta.json()["error"]["code"]) == (403, 10)


def test_perder_la_respuesta_de_publicar_deja_el_contenedor_publicado(sim: Simulador, dibujo: Dibujar) -> None:
    contenedor = preparar(sim, dibujo()).json()["id"]
    sim.fallar("instagram", "reset_despues")
    with pytest.raises(requests.ConnectionError):
        publicar(sim, contenedor)
    assert estado(sim, contenedor) == "PUBLISHED"
    assert len(sim.publicadas("instagram")) == 1


def test_en_modo_estricto_el_token_de_la_pagina_sirve_y_uno_ajeno_no(sim: Simulador) -> None:
    sim.ajustar(estricto=True)
    url = f"{sim.url_de('instagram')}/v26.0/{CUENTA}"
    assert requests.get(url, params={"access_token": "token-facebook"}, timeout=5).status_code == 200
    sim.perfil("facebook", "999", token="token-999")
    assert requests.get(url, params={"access_token": "token-999"}, timeout=5).status_code == 403
    assert requests.get(url, params={"access_token": "ninguno"}, timeout=5).json()["error"]["code"] == 190


def test_un_perfil_que_nadie_registro_sirve_igual(sim: Simulador, dibujo: Dibujar) -> None:
    imagen = portadora(sim, dibujo())
    contenedor = pedir(sim, "POST", "555/media", data={"image_url": imagen}).json()["id"]
    pedir(sim, "POST", "555/media_publish", data={"creation_id": contenedor})
    assert sim.publicadas("instagram")[0].perfil == "555"
    subida = pedir(sim, "POST", "777/photos", data={"published": "false"}, files={"source": dibujo()})
    assert subida.status_code == 200

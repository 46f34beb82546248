"""El dialecto de Pinterest v5."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
import requests

from simulador.en_hilo import Simulador

TABLERO = "850000000000000101"
Dibujar = Callable[..., bytes]


def pedir(sim: Simulador, metodo: str, ruta: str, *, llave: str = "token-pinterest", **demas: Any) -> requests.Response:
    cabeceras = {"Authorization": f"Bearer {llave}"}
    return requests.request(metodo, f"{sim.url_de('pinterest')}/v5/{ruta}", headers=cabeceras, timeout=5, **demas)


def en_base64(datos: bytes, mime: str = "image/jpeg") -> dict[str, str]:
    return {"content_type": mime, "data": base64.b64encode(datos).decode()}


def publicar(sim: Simulador, fuente: dict[str, Any], **campos: Any) -> requests.Response:
    return pedir(sim, "POST", "pins", json={"board_id": TABLERO, "media_source": fuente, **campos})


def una(datos: bytes) -> dict[str, str]:
    return {"source_type": "image_base64", **en_base64(datos)}


def test_un_pin_devuelve_201_con_todo(sim: Simulador, dibujo: Dibujar) -> None:
    respuesta = publicar(
        sim,
        una(dibujo(600, 900)),
        title="Feria",
        description="Del 1 al 9",
        link="https://sanjacinto.gob.mx/feria?utm_content=7",
        alt_text="Cartel",
    )
    assert respuesta.status_code == 201
    pin = respuesta.json()
    [guardado] = sim.publicadas("pinterest")
    assert (pin["id"], pin["link"], pin["board_id"]) == (guardado.id, guardado.enlace, TABLERO)
    assert (guardado.titulo, guardado.texto, guardado.medios[0].alto) == ("Feria", "Del 1 al 9", 900)
    assert pedir(sim, "GET", f"pins/{pin['id']}").json() == pin
    assert requests.get(pin["media"]["images"]["600x"]["url"], timeout=5).status_code == 200


def test_varias_imagenes_son_de_dos_a_cinco(sim: Simulador, dibujo: Dibujar) -> None:
    def fuente(cuantas: int) -> dict[str, Any]:
        return {"source_type": "multiple_image_base64", "items": [en_base64(dibujo())] * cuantas}

    assert [publicar(sim, fuente(n)).status_code for n in (1, 2, 5, 6)] == [400, 201, 201, 400]
    assert [len(p.medios) for p in sim.publicadas("pinterest")] == [2, 5]


def test_una_imagen_por_direccion_se_descarga_de_esta_maquina(sim: Simulador, dibujo: Dibujar) -> None:
    pin = publicar(sim, una(dibujo())).json()
    aqui = pin["media"]["images"]["600x"]["url"]
    assert publicar(sim, {"source_type": "image_url", "url": aqui}).status_code == 201
    lejos = publicar(sim, {"source_type": "image_url", "url": "https://ejemplo.mx/a.jpg"})
    assert (lejos.status_code, lejos.json()["code"]) == (400, 235)


@pytest.mark.parametrize(
    "campos",
    [
        {"title": "a" * 101},
        {"description": "a" * 801},
        {"alt_text": "a" * 501},
        {"board_id": "avisos"},
        {"media_source": None},
        {"media_source": {"source_type": "image_base64", "content_type": "image/gif", "data": "AAAA"}},
        {"media_source": {"source_type": "image_base64", "content_type": "image/png", "data": "no es base 64"}},
        {"media_source": {"source_type": "video_id", "media_id": "1"}},
    ],
)
def test_lo_que_esta_mal_es_400_con_code_y_message(sim: Simulador, dibujo: Dibujar, campos: dict[str, Any]) -> None:
    cuerpo = {"board_id": TABLERO, "media_source": una(dibujo()), **campos}
    respuesta = pedir(sim, "POST", "pins", json=cuerpo)
    assert respuesta.status_code == 400
    assert set(respuesta.json()) == {"code", "message"}
    assert sim.publicadas("pinterest") == []


def test_un_video_se_registra_se_sube_y_se_espera(sim: Simulador, video: bytes) -> None:
    sim.ajustar("pinterest", proceso_video_s=60)
    registro = pedir(sim, "POST", "media", json={"media_type": "video"}).json()
    id_video = registro["media_id"]
    assert pedir(sim, "GET", f"media/{id_video}").json()["status"] == "registered"
    ajena = requests.post(registro["upload_url"], files={"file": video}, timeout=5)
    assert ajena.status_code == 403
    subida = requests.post(registro["upload_url"], data=registro["upload_parameters"], files={"file": video}, timeout=5)
    assert subida.status_code == 204
    assert pedir(sim, "GET", f"media/{id_video}").json()["status"] == "processing"
    sim.ajustar("pinterest", proceso_video_s=0)
    requests.post(registro["upload_url"], data=registro["upload_parameters"], files={"file": video}, timeout=5)
    assert pedir(sim, "GET", f"media/{id_video}").json()["status"] == "succeeded"
    assert publicar(sim, {"source_type": "video_id", "media_id": id_video}).json()["media"]["media_type"] == "video"


def test_los_pines_de_un_tablero_se_pasan_con_marcas(sim: Simulador, dibujo: Dibujar) -> None:
    foto = dibujo(100, 100)
    ids = [publicar(sim, una(foto), title=str(i)).json()["id"] for i in range(5)]
    primera = pedir(sim, "GET", f"boards/{TABLERO}/pins", params={"page_size": 3}).json()
    assert [p["id"] for p in primera["items"]] == ids[:1:-1]
    segunda = pedir(sim, "GET", f"boards/{TABLERO}/pins", params={"bookmark": primera["bookmark"]}).json()
    assert ([p["id"] for p in segunda["items"]], segunda["bookmark"]) == (ids[1::-1], None)
    otro = pedir(sim, "GET", "boards/850000000000000102/pins").json()
    assert otro == {"items": [], "bookmark": None}
    assert len(pedir(sim, "GET", "pins").json()["items"]) == 5


def test_la_cuenta_y_sus_tableros_se_leen(sim: Simulador) -> None:
    assert pedir(sim, "GET", "user_account").json()["username"] == "sanjacintogob"
    assert [t["name"] for t in pedir(sim, "GET", "boards").json()["items"]] == ["Avisos", "Turismo"]


def test_un_tablero_ajeno_o_desconocido_en_modo_estricto_no_existe(sim: Simulador, dibujo: Dibujar) -> None:
    assert pedir(sim, "GET", f"boards/{TABLERO}/pins", llave="otra-cuenta").status_code == 404
    assert publicar(sim, una(dibujo()), board_id="77").status_code == 201
    sim.ajustar("pinterest", estricto=True)
    desconocido = publicar(sim, una(dibujo()), board_id="78")
    assert (desconocido.status_code, desconocido.json()["message"]) == (404, "Board not found.")


def test_borrar_es_204_y_luego_404(sim: Simulador, dibujo: Dibujar) -> None:
    pin = publicar(sim, una(dibujo())).json()["id"]
    assert [pedir(sim, "DELETE", f"pins/{pin}").status_code for _ in range(2)] == [204, 404]
    assert [p.borrada for p in sim.publicadas("pinterest", borradas=True)] == [True]


def test_credenciales_permisos_y_limites(sim: Simulador, dibujo: Dibujar) -> None:
    assert pedir(sim, "GET", "boards", llave="un-vencido").status_code == 401
    sim.perfil("pinterest", "5", token="lector", permisos=["pins:read", "boards:read"])
    assert pedir(sim, "POST", "pins", llave="lector", json={}).status_code == 403
    assert pedir(sim, "GET", "boards", llave="lector").status_code == 200
    sim.ajustar("pinterest", cupo=1)
    assert publicar(sim, una(dibujo())).headers["X-RateLimit-Remaining"] == "0"
    pasada = publicar(sim, una(dibujo()))
    assert (pasada.status_code, pasada.json()["code"]) == (429, 8)
    assert int(pasada.headers["Retry-After"]) > 0


def test_perder_la_respuesta_deja_el_pin_publicado(sim: Simulador, dibujo: Dibujar) -> None:
    sim.fallar("pinterest", "error_500_despues")
    assert publicar(sim, una(dibujo())).status_code == 500
    assert len(sim.publicadas("pinterest")) == 1

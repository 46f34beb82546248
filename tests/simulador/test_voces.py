"""Lo que la gente dice en las redes imitadas: cómo se pone, cómo se lista y cómo cambia."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from simulador.en_hilo import Simulador
from simulador.voces import AJENA, COMENTARIO, Voces, Voz, voz_de

PAGINA = "100200300400500"
CUENTA = "17841400000000001"
AHORA = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


def voz(id_externo: str, hace_min: float = 0, **demas: Any) -> Voz:
    datos: dict[str, Any] = {"red": "facebook", "perfil": PAGINA, "clase": AJENA, "texto": "hola"}
    return Voz(id=id_externo, instante=AHORA - timedelta(minutes=hace_min), **(datos | demas))


def pedir(sim: Simulador, ruta: str, *, red: str = "facebook", token: str = "", **consulta: Any) -> requests.Response:
    cabeceras = {"Authorization": f"Bearer {token or f'token-{red}'}"}
    return requests.get(f"{sim.url_de(red)}/v26.0/{ruta}", params=consulta, headers=cabeceras, timeout=5)


def error_de(respuesta: requests.Response) -> tuple[int, int]:
    error = respuesta.json()["error"]
    return error["code"], error.get("error_subcode", 0)


@pytest.fixture
def post(sim: Simulador) -> str:
    return sim.publicar_como("facebook", PAGINA, "Aviso").id


# ── La memoria ───────────────────────────────────────────────────────────────────────────────────────────────


def test_se_listan_de_lo_mas_nuevo_a_lo_mas_viejo_se_pongan_como_se_pongan() -> None:
    voces = Voces()
    voces.poner([voz("b", 5), voz("a", 10)])
    voces.poner([voz("c", 1), voz("z", 99)])
    assert [v.id for v in voces.de_perfil("facebook", PAGINA, AJENA)] == ["c", "b", "a", "z"]


def test_la_misma_puesta_dos_veces_es_una() -> None:
    voces = Voces()
    voces.poner([voz("a"), voz("a", texto="otra")])
    assert [v.texto for v in voces.todas()] == ["otra"]


def test_lo_borrado_no_se_lista_pero_existio() -> None:
    voces = Voces()
    voces.poner([voz("a", publicacion="p", clase=COMENTARIO)])
    voces.corregir("facebook", "a", borrada=True)
    assert list(voces.de_publicacion("facebook", "p")) == []
    assert voces.buscar("facebook", "a") is None
    assert voces.existio("facebook", "a")


def test_cambiar_el_texto_es_editarla() -> None:
    voces = Voces()
    voces.poner([voz("a")])
    assert voces.corregir("facebook", "a", me_gusta=3).editada is None
    assert voces.corregir("facebook", "a", texto="hola, corregido").editada is not None


@pytest.mark.parametrize(
    "datos",
    [
        {"red": "facebook", "clase": "grito"},
        {"clase": AJENA},
        {"red": "facebook", "clase": AJENA, "sobra": 1},
        {"red": "facebook", "clase": AJENA, "instante": "2026-11-22T10:00:00"},
    ],
    ids=str,
)
def test_una_voz_mal_escrita_se_dice(datos: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"necesita|no tiene|zona horaria"):
        voz_de(datos, nuevo_id=Voces().nuevo_id)


# ── Por la API de control ────────────────────────────────────────────────────────────────────────────────────


def test_quince_dias_de_mensajes_se_ponen_de_una_vez_y_se_leen_por_http(sim: Simulador, post: str) -> None:
    quincena = [
        {
            "red": "facebook",
            "perfil": PAGINA,
            "clase": "comentario",
            "texto": f"Mensaje {i}",
            "publicacion": post,
            "hace_s": i * 260,
        }
        for i in range(5000)
    ]
    puestas = requests.post(f"{sim.url}/_control/voces", json=quincena, timeout=10)
    assert (puestas.status_code, len(puestas.json()["puestas"])) == (201, 5000)
    leidas = pedir(sim, f"{post}/comments", filter="stream", order="reverse_chronological", limit=3).json()
    assert [c["message"] for c in leidas["data"]] == ["Mensaje 0", "Mensaje 1", "Mensaje 2"]


def test_por_la_api_de_control_se_cambia_y_se_borra(sim: Simulador, post: str) -> None:
    dicho = sim.comentar("facebook", post, "Hay un vache")
    cambio = {"red": "facebook", "id": dicho.id, "texto": "Hay un bache"}
    assert requests.patch(f"{sim.url}/_control/voces", json=cambio, timeout=5).json()["texto"] == "Hay un bache"
    borrar = {"red": "facebook", "id": dicho.id, "borrada": True}
    requests.patch(f"{sim.url}/_control/voces", json=borrar, timeout=5)
    assert pedir(sim, f"{post}/comments").json() == {"data": []}


def test_por_la_api_de_control_se_ponen_numeros_y_publicaciones_de_antes(sim: Simulador) -> None:
    sembrar = {"red": "facebook", "perfil": PAGINA, "texto": "De ayer", "hace_s": 86_400}
    [post] = requests.post(f"{sim.url}/_control/publicadas", json=[sembrar], timeout=5).json()["puestas"]
    numeros = {"red": "facebook", "id": post, "numeros": {"compartidos": 2}, "sumar": {"compartidos": 3}}
    requests.post(f"{sim.url}/_control/numeros", json=numeros, timeout=5)
    leido = pedir(sim, post, fields="message,shares,created_time").json()
    assert (leido["message"], leido["shares"]) == ("De ayer", {"count": 5})
    creada = datetime.fromisoformat(leido["created_time"])
    assert abs(time.time() - 86_400 - creada.timestamp()) < 60


# ── El dialecto de Graph ─────────────────────────────────────────────────────────────────────────────────────


def test_los_comentarios_se_piden_dentro_de_su_publicacion_y_por_paginas(sim: Simulador, post: str) -> None:
    for i in range(5):
        sim.comentar("facebook", post, f"c{i}", hace=timedelta(minutes=i))
    campos = "id,comments.filter(stream).order(reverse_chronological).limit(2){message},shares"
    dentro = pedir(sim, f"{PAGINA}/published_posts", fields=campos).json()["data"][0]["comments"]
    assert [c["message"] for c in dentro["data"]] == ["c0", "c1"]
    sigue = requests.get(dentro["paging"]["next"], headers={"Authorization": "Bearer token-facebook"}, timeout=5).json()
    assert [c["message"] for c in sigue["data"]] == ["c2", "c3"]


def test_sin_pedir_otra_cosa_salen_los_de_primer_nivel_del_mas_viejo_al_mas_nuevo(sim: Simulador, post: str) -> None:
    dicho = sim.comentar("facebook", post, "primero", hace=timedelta(minutes=9))
    sim.comentar("facebook", post, "respuesta", en_respuesta_a=dicho.id, hace=timedelta(minutes=5))
    sim.comentar("facebook", post, "segundo")
    leidos = pedir(sim, f"{post}/comments", fields="message,comment_count", summary="true").json()
    assert [(c["message"], c["comment_count"]) for c in leidos["data"]] == [("primero", 1), ("segundo", 0)]
    assert leidos["summary"]["total_count"] == 2


def test_varios_nodos_de_una_vez_y_uno_que_falte_los_hunde_a_todos(sim: Simulador, post: str) -> None:
    assert pedir(sim, "", ids=post, fields="id").json() == {post: {"id": post}}
    assert error_de(pedir(sim, "", ids=f"{post},{PAGINA}_1", fields="id")) == (100, 33)
    assert error_de(pedir(sim, "", ids=",".join(str(i) for i in range(51)), fields="id")) == (100, 0)


@pytest.mark.parametrize(
    ("metricas", "error"),
    [("post_impressions", (100, 0)), ("post_media_view,post_impressions_unique", (100, 0)), ("", (3001, 1504028))],
)
def test_una_metrica_muerta_hunde_la_peticion(sim: Simulador, post: str, metricas: str, error: tuple[int, int]) -> None:
    assert error_de(pedir(sim, f"{post}/insights", metric=metricas)) == error


def test_una_metrica_que_no_se_sabe_viene_como_conjunto_vacio(sim: Simulador, post: str) -> None:
    assert pedir(sim, f"{post}/insights", metric="post_media_view").json() == {"data": []}
    sim.reaccionar("facebook", post, vistas=7)
    [vistas] = pedir(sim, f"{post}/insights", metric="post_media_view").json()["data"]
    assert (vistas["name"], vistas["values"]) == ("post_media_view", [{"value": 7}])


def test_de_una_conversacion_solo_se_dan_los_veinte_ultimos_mensajes(sim: Simulador) -> None:
    for i in range(30):
        sim.mensaje("facebook", PAGINA, f"m{i}", hace=timedelta(minutes=i))
    campos = "id,messages.limit(50){message,from}"
    [conversacion] = pedir(sim, f"{PAGINA}/conversations", platform="messenger", fields=campos).json()["data"]
    assert [m["message"] for m in conversacion["messages"]["data"]] == [f"m{i}" for i in range(20)]
    assert pedir(sim, f"{PAGINA}/conversations", platform="instagram").json() == {"data": []}


def test_las_cabeceras_de_uso_dicen_cuanto_falta(sim: Simulador) -> None:
    sim.ajustar("facebook", uso_pct=91, regreso_min=12)
    cabecera = pedir(sim, PAGINA).headers["X-Business-Use-Case-Usage"]
    assert '"call_count": 91' in cabecera
    assert '"estimated_time_to_regain_access": 12' in cabecera


def test_otra_cuenta_de_instagram_se_ve_si_es_profesional(sim: Simulador) -> None:
    sim.perfil("instagram", "17841400000000077", usuario="metepec.gob")
    sim.perfil("instagram", "17841400000000088", usuario="vecina", personal=True)
    campos = "business_discovery.username({}){{username,media_count}}"
    visto = pedir(sim, CUENTA, red="instagram", fields=campos.format("metepec.gob")).json()["business_discovery"]
    assert (visto["username"], visto["media_count"]) == ("metepec.gob", 0)
    assert error_de(pedir(sim, CUENTA, red="instagram", fields=campos.format("vecina"))) == (110, 2207013)


@pytest.mark.parametrize(
    ("clase", "metrica", "error"),
    [("IMAGE", "navigation", 100), ("STORIES", "saved", 100), ("STORIES", "views", 10), ("IMAGE", "impressions", 100)],
)
def test_cada_clase_de_publicacion_tiene_sus_metricas(sim: Simulador, clase: str, metrica: str, error: int) -> None:
    medio = sim.publicar_como("instagram", CUENTA, "Aviso", extra={"clase": clase}).id
    assert error_de(pedir(sim, f"{medio}/insights", red="instagram", metric=metrica))[0] == error


def test_al_reiniciar_se_olvida_lo_dicho(sim: Simulador, post: str) -> None:
    sim.comentar("facebook", post, "hola")
    sim.reaccionar("facebook", post, vistas=7)
    sim.reiniciar()
    assert requests.get(f"{sim.url}/_control/voces", timeout=5).json() == {"voces": []}


@pytest.fixture
def sin_nadie() -> Iterator[Simulador]:
    with Simulador(semilla=1) as simulador:
        yield simulador


def test_comentar_sin_publicaciones_se_dice(sin_nadie: Simulador) -> None:
    with pytest.raises(ValueError, match="No hay ninguna publicación"):
        sin_nadie.comentar("facebook", None, "hola")

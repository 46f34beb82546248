"""Lo que la X imitada deja oír, con sus límites y sus precios."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests

from simulador.en_hilo import Simulador

YO = "2244994945"
CAMPOS = {"tweet.fields": "author_id,public_metrics,referenced_tweets", "expansions": "author_id"}


def leer(sim: Simulador, ruta: str, **consulta: Any) -> requests.Response:
    cabeceras = {"Authorization": "Bearer token-x"}
    return requests.get(f"{sim.url_de('x')}/2{ruta}", params=consulta, headers=cabeceras, timeout=5)


def test_las_menciones_vienen_de_lo_nuevo_a_lo_viejo_y_por_paginas(sim: Simulador) -> None:
    ids = [sim.mencionar("x", YO, f"hola {n}", hace=timedelta(days=20 - n)).id for n in range(12)]
    primera = leer(sim, f"/users/{YO}/mentions", max_results=7).json()
    assert [p["id"] for p in primera["data"]] == ids[:4:-1]
    marca = primera["meta"]["next_token"]
    segunda = leer(sim, f"/users/{YO}/mentions", max_results=7, pagination_token=marca).json()
    assert [p["id"] for p in segunda["data"]] == ids[4::-1]
    assert "next_token" not in segunda["meta"]


def test_since_id_y_until_id_recortan(sim: Simulador) -> None:
    ids = [sim.mencionar("x", YO, f"hola {n}", hace=timedelta(hours=9 - n)).id for n in range(6)]
    pagina = leer(sim, f"/users/{YO}/mentions", max_results=5, since_id=ids[1], until_id=ids[4]).json()
    assert [p["id"] for p in pagina["data"]] == [ids[3], ids[2]]
    assert leer(sim, f"/users/{YO}/mentions", max_results=5, since_id=ids[5]).json() == {"meta": {"result_count": 0}}


def test_no_ensena_mas_de_800(sim: Simulador) -> None:
    for n in range(830):
        sim.mencionar("x", YO, f"hola {n}", hace=timedelta(seconds=900 - n))
    vistas, marca = 0, ""
    while True:
        consulta = {"max_results": 100} | ({"pagination_token": marca} if marca else {})
        pagina = leer(sim, f"/users/{YO}/mentions", **consulta).json()
        vistas += len(pagina["data"])
        if not (marca := pagina["meta"].get("next_token", "")):
            break
    assert vistas == 800


def test_los_campos_se_piden_y_el_autor_viene_aparte(sim: Simulador) -> None:
    nuestra = sim.publicar_como("x", YO, "Cierre")
    sim.comentar("x", nuestra.id, "¿hasta cuándo?", autor="Rosa", autor_seguidores=40)
    pelado = leer(sim, f"/users/{YO}/mentions").json()
    assert pelado["data"][0].keys() == {"id", "text", "edit_history_tweet_ids"}
    assert "includes" not in pelado
    entero = leer(sim, f"/users/{YO}/mentions", **CAMPOS, **{"user.fields": "public_metrics"}).json()
    assert entero["data"][0]["referenced_tweets"] == [{"type": "replied_to", "id": nuestra.id}]
    (autora,) = entero["includes"]["users"]
    assert (autora["name"], autora["public_metrics"]["followers_count"]) == ("Rosa", 40)


def test_el_dialecto_nuevo_cambia_los_nombres(sim: Simulador) -> None:
    sim.mencionar("x", YO, "hola", compartidos=3)
    (post,) = leer(sim, f"/users/{YO}/mentions", **{"post.fields": "public_metrics"}).json()["data"]
    assert post["public_metrics"]["repost_count"] == 3
    assert "edit_history_post_ids" in post


def test_la_busqueda_mira_una_semana_y_rechaza_lo_que_x_rechaza(sim: Simulador) -> None:
    sim.hablar("x", "Un bache", hace=timedelta(days=6))
    viejo = sim.hablar("x", "Un bache viejo", hace=timedelta(days=8))
    sim.publicar_como("x", YO, "Tapamos un bache")
    sim.mensaje("x", YO, "bache en privado")
    hallados = leer(sim, "/tweets/search/recent", query="bache").json()["data"]
    assert [p["text"] for p in hallados] == ["Tapamos un bache", "Un bache"]
    hace_8_dias = (datetime.now(UTC) - timedelta(days=8)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for malo in ({"since_id": viejo.id}, {"start_time": hace_8_dias}, {"max_results": 9}, {"query": "-bache"}):
        assert leer(sim, "/tweets/search/recent", **({"query": "bache"} | malo)).status_code == 400


def test_por_identificador_da_lo_que_hay_y_los_errores_aparte(sim: Simulador) -> None:
    dicha = sim.mencionar("x", YO, "uno", hace=timedelta(hours=1))
    borrada = sim.mencionar("x", YO, "dos")
    sim.borrar_voz("x", borrada.id)
    cuerpo = leer(sim, "/tweets", ids=f"{dicha.id},{borrada.id}").json()
    assert [p["id"] for p in cuerpo["data"]] == [dicha.id]
    assert [(e["value"], e["title"]) for e in cuerpo["errors"]] == [(borrada.id, "Not Found Error")]
    assert leer(sim, "/tweets", ids=borrada.id).json().keys() == {"errors"}
    assert leer(sim, "/tweets", ids=",".join(str(n) for n in range(101))).status_code == 400


def test_cada_version_de_lo_editado_se_pide_por_su_identificador(sim: Simulador) -> None:
    dicha = sim.mencionar("x", YO, "uno", hace=timedelta(hours=1))
    sim.editar_voz("x", dicha.id, "dos")
    (ultima,) = leer(sim, f"/users/{YO}/mentions").json()["data"]
    assert ultima["text"] == "dos"
    assert ultima["edit_history_tweet_ids"] == [dicha.id, ultima["id"]]
    versiones = leer(sim, "/tweets", ids=f"{dicha.id},{ultima['id']}").json()["data"]
    assert [v["text"] for v in versiones] == ["uno", "dos"]


def test_lo_privado_solo_se_da_de_lo_propio_y_reciente(sim: Simulador) -> None:
    mio, viejo = (sim.publicar_como("x", YO, "a", hace=timedelta(days=d)).id for d in (1, 40))
    ajeno = sim.hablar("x", "b").id
    cuerpo = leer(sim, "/tweets", ids=f"{mio},{viejo},{ajeno}", **{"tweet.fields": "non_public_metrics"}).json()
    assert [("non_public_metrics" in p) for p in cuerpo["data"]] == [True, False, False]
    assert {e["value"] for e in cuerpo["errors"]} == {viejo, ajeno}


def test_lo_leido_se_cobra_una_vez_al_dia_por_recurso(sim: Simulador) -> None:
    for n in range(3):
        sim.mencionar("x", YO, f"hola {n}", autor="Rosa" if n else "Beto")
    leer(sim, f"/users/{YO}/mentions", **CAMPOS)
    leer(sim, f"/users/{YO}/mentions", **CAMPOS)
    assert sim.cobrado() == 3 * Decimal("0.005") + 2 * Decimal("0.010")
    recursos = requests.get(f"{sim.url}/_control/cobros", timeout=5).json()
    assert recursos == {"dolares": "0.035", "recursos": {"post": 3, "usuario": 2}}


def test_acabado_el_saldo_no_atiende_lecturas(sim: Simulador) -> None:
    sim.mencionar("x", YO, "hola")
    sim.ajustar("x", saldo_usd=0.005)
    assert leer(sim, f"/users/{YO}/mentions").status_code == 200
    respuesta = leer(sim, f"/users/{YO}/mentions")
    assert (respuesta.status_code, respuesta.json()["title"]) == (402, "CreditsDepleted")


def test_pasado_el_limite_de_lecturas_pide_esperar(sim: Simulador) -> None:
    estados = [leer(sim, "/dm_events").status_code for _ in range(16)]
    assert estados == [200] * 15 + [429]
    respuesta = leer(sim, "/dm_events")
    assert int(respuesta.headers["x-rate-limit-reset"]) > datetime.now(UTC).timestamp()
    assert leer(sim, f"/users/{YO}/mentions").status_code == 200


@pytest.mark.parametrize("marca", ["zzz", "7140x"])
def test_una_marca_de_pagina_que_no_es_suya_se_rechaza(sim: Simulador, marca: str) -> None:
    assert leer(sim, f"/users/{YO}/mentions", pagination_token=marca).status_code == 400

"""La API de control, que es como lo gobierna quien está en otro proceso."""

import contextlib
import os
import signal
import subprocess
import sys
from typing import Any

import requests

from simulador.en_hilo import Simulador


def pedir(sim: Simulador, metodo: str, que: str, **demas: Any) -> requests.Response:
    return requests.request(metodo, f"{sim.url}/_control/{que}", timeout=5, **demas)


def publicar(sim: Simulador, texto: str, llave: str = "token-x") -> requests.Response:
    cabeceras = {"Authorization": f"Bearer {llave}"}
    return requests.post(f"{sim.url}/2/tweets", json={"text": texto}, headers=cabeceras, timeout=5)


def test_lo_publicado_se_lee_entero_o_desde_un_punto(sim: Simulador) -> None:
    publicar(sim, "uno")
    publicar(sim, "dos")
    todas = pedir(sim, "GET", "publicadas", params={"red": "x"}).json()["publicadas"]
    assert [(p["texto"], p["orden"], p["borrada"]) for p in todas] == [("uno", 1, False), ("dos", 2, False)]
    nuevas = pedir(sim, "GET", "publicadas", params={"desde": 1}).json()["publicadas"]
    assert [p["texto"] for p in nuevas] == ["dos"]
    assert pedir(sim, "GET", "publicadas", params={"red": "pinterest"}).json() == {"publicadas": []}


def test_se_registran_perfiles_de_uno_en_uno_o_muchos(sim: Simulador) -> None:
    muchos = [{"red": "x", "id_externo": str(i), "token": f"llave-{i}", "nombre": f"Perfil {i}"} for i in range(500)]
    assert pedir(sim, "POST", "perfiles", json=muchos).status_code == 201
    publicar(sim, "hola", llave="llave-499")
    assert sim.publicadas("x")[0].perfil == "499"
    malo = pedir(sim, "POST", "perfiles", json={"red": "myspace", "id": "1"})
    assert malo.status_code == 400
    assert "myspace" not in sim.urls


def test_se_piden_fallos_y_ajustes_por_http(sim: Simulador) -> None:
    pedir(sim, "POST", "fallos", json={"red": "x", "clase": "error_500_antes", "veces": 1})
    assert publicar(sim, "uno").status_code == 500
    pedir(sim, "POST", "fallos", json={"tasas": {"limite_429": 1}})
    assert publicar(sim, "uno").status_code == 429
    pedir(sim, "DELETE", "fallos")
    pedir(sim, "POST", "ajustes", json={"red": "x", "cupo": 1})
    assert [publicar(sim, t).status_code for t in ("uno", "dos")] == [201, 429]


def test_lo_que_no_se_entiende_se_dice_en_espanol(sim: Simulador) -> None:
    assert "ajuste «cupos»" in pedir(sim, "POST", "ajustes", json={"cupos": 1}).json()["error"]
    assert pedir(sim, "POST", "fallos", json={"red": "x", "clase": "explota"}).status_code == 400
    assert pedir(sim, "POST", "fallos", json={"red": "x", "tasas": {"html": 2}}).status_code == 400
    assert pedir(sim, "GET", "nada").status_code == 404


def test_reiniciar_olvida_lo_publicado_pero_no_los_perfiles(sim: Simulador) -> None:
    sim.perfil("x", "7", token="siete")
    publicar(sim, "uno", llave="siete")
    pedir(sim, "POST", "reinicio")
    assert pedir(sim, "GET", "salud").json() == {"vive": True, "publicadas": 0}
    assert publicar(sim, "uno", llave="siete").status_code == 201
    assert sim.publicadas("x")[0].perfil == "7"


def test_las_peticiones_quedan_anotadas_sin_tokens(sim: Simulador) -> None:
    sim.fallar("x", "reset_despues")
    with contextlib.suppress(requests.ConnectionError):
        publicar(sim, "uno")
    requests.get(f"{sim.url_de('x')}/2/users/me", params={"access_token": "secretisimo"}, timeout=5)
    primera, segunda = sim.peticiones("x")
    assert (primera.ruta, primera.campos, primera.fallo, primera.estado) == (
        "/2/tweets",
        {"text": "uno"},
        "reset_despues",
        None,
    )
    assert "secretisimo" not in repr(segunda)


def test_en_primer_plano_se_para_con_sigterm() -> None:
    codigo = "from simulador.servidor import correr; correr(al_arrancar=lambda url: print(url, flush=True))"
    with subprocess.Popen([sys.executable, "-c", codigo], stdout=subprocess.PIPE, text=True, env={**os.environ}) as p:
        assert p.stdout is not None
        url = p.stdout.readline().strip()
        assert requests.get(f"{url}/_control/salud", timeout=5).json()["vive"] is True
        p.send_signal(signal.SIGTERM)
        assert p.wait(5) == 0

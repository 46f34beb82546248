"""Cada fallo hace exactamente lo que dice: qué ve el cliente y si lo mandado quedó publicado."""

import time

import pytest
import requests

from simulador.en_hilo import Simulador

CABECERAS = {"Authorization": "Bearer token-x"}


def publicar(sim: Simulador, texto: str = "hola", *, timeout: float = 5) -> requests.Response:
    return requests.post(f"{sim.url_de('x')}/2/tweets", json={"text": texto}, headers=CABECERAS, timeout=timeout)


@pytest.mark.parametrize(("clase", "aceptadas"), [("reset_antes", 0), ("reset_despues", 1), ("truncado", 1)])
def test_un_corte_se_ve_como_corte(sim: Simulador, clase: str, aceptadas: int) -> None:
    sim.fallar("x", clase)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        publicar(sim)
    assert len(sim.publicadas("x")) == aceptadas
    assert publicar(sim, "otra").status_code == 201


@pytest.mark.parametrize(
    ("clase", "estado", "aceptadas"),
    [
        ("error_500_antes", 500, 0),
        ("error_500_despues", 500, 1),
        ("limite_429", 429, 0),
        ("token_vencido", 401, 0),
    ],
)
def test_un_error_se_dice_en_el_dialecto_de_la_red(sim: Simulador, clase: str, estado: int, aceptadas: int) -> None:
    sim.fallar("x", clase)
    respuesta = publicar(sim)
    assert respuesta.status_code == respuesta.json()["status"] == estado
    assert len(sim.publicadas("x")) == aceptadas


@pytest.mark.parametrize("aceptar", [True, False])
def test_un_cuelgue_no_contesta_y_acepta_si_se_le_pide(sim: Simulador, aceptar: bool) -> None:
    sim.fallar("x", "cuelgue", aceptar=aceptar)
    with pytest.raises(requests.ReadTimeout):
        publicar(sim, timeout=0.3)
    assert len(sim.publicadas("x")) == int(aceptar)


@pytest.mark.parametrize("estado", [200, 503])
def test_html_en_lugar_de_json(sim: Simulador, estado: int) -> None:
    sim.fallar("x", "html", estado=estado, aceptar=False)
    respuesta = publicar(sim)
    assert respuesta.status_code == estado
    assert respuesta.text.startswith("<!DOCTYPE html>")
    assert sim.publicadas("x") == []


def test_lento_contesta_bien_pero_gota_a_gota(sim: Simulador) -> None:
    sim.fallar("x", "lento", segundos=0.5)
    inicio = time.monotonic()
    assert publicar(sim).json()["data"]["text"] == "hola"
    assert time.monotonic() - inicio >= 0.45


def test_los_fallos_pedidos_se_gastan_y_solo_tocan_lo_visible(sim: Simulador) -> None:
    sim.fallar("x", "error_500_antes", veces=2)
    assert requests.get(f"{sim.url_de('x')}/2/users/me", headers=CABECERAS, timeout=5).status_code == 200
    assert [publicar(sim, str(i)).status_code for i in range(3)] == [500, 500, 201]
    assert sim.fallos()["ocurridos"] == {"x:error_500_antes": 2}


def test_un_fallo_puede_esperar_a_una_ruta_y_a_un_texto(sim: Simulador) -> None:
    sim.fallar("x", "error_500_antes", alcance="todas", ruta="/users/me")
    sim.fallar("x", "reset_antes", texto="bache")
    assert publicar(sim, "feria").status_code == 201
    assert requests.get(f"{sim.url_de('x')}/2/users/me", headers=CABECERAS, timeout=5).status_code == 500
    with pytest.raises(requests.ConnectionError):
        publicar(sim, "reparan el bache")


def test_el_azar_lleva_semilla_y_se_acerca_a_su_tasa() -> None:
    def corrida() -> list[int]:
        with Simulador(semilla=3) as sim, requests.Session() as sesion:
            sim.fallar_al_azar("x", {"error_500_antes": 0.2, "limite_429": 0.1})
            url = f"{sim.url_de('x')}/2/tweets"
            return [
                sesion.post(url, json={"text": str(i)}, headers=CABECERAS, timeout=5).status_code for i in range(200)
            ]

    primera = corrida()
    assert primera == corrida()
    assert 20 <= primera.count(500) <= 60
    assert 8 <= primera.count(429) <= 35


def test_lo_aceptado_queda_aunque_el_cliente_se_vaya(sim: Simulador) -> None:
    sim.ajustar("x", latencia_s=0.4)
    with pytest.raises(requests.ReadTimeout):
        publicar(sim, timeout=0.1)
    limite = time.monotonic() + 3
    while not sim.publicadas("x") and time.monotonic() < limite:
        time.sleep(0.02)
    assert len(sim.publicadas("x")) == 1


def test_la_latencia_se_nota(sim: Simulador) -> None:
    sim.ajustar("x", latencia_s=0.2)
    inicio = time.monotonic()
    publicar(sim)
    assert 0.19 <= time.monotonic() - inicio < 2


def test_parar_el_simulador_no_espera_a_los_colgados() -> None:
    inicio = time.monotonic()
    with Simulador() as sim:
        sim.fallar("x", "cuelgue")
        with pytest.raises(requests.ReadTimeout):
            publicar(sim, timeout=0.2)
    assert time.monotonic() - inicio < 5

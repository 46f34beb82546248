"""El intermediario que estropea la comunicación, delante del simulador."""

import time
from collections.abc import Iterator

import pytest
import requests

from simulador.en_hilo import Simulador
from simulador.proxy import ProxyCaos


@pytest.fixture
def proxy(sim: Simulador) -> Iterator[ProxyCaos]:
    with ProxyCaos(("127.0.0.1", sim.puerto)) as intermediario:
        yield intermediario


def publicar(
    proxy: ProxyCaos, texto: str, *, sesion: requests.Session | None = None, timeout: float = 5
) -> requests.Response:
    cabeceras = {"Authorization": "Bearer token-x"}
    pedir = sesion or requests
    return pedir.post(f"{proxy.url}/x/2/tweets", json={"text": texto}, headers=cabeceras, timeout=timeout)


def test_sin_averia_pasa_todo(proxy: ProxyCaos, sim: Simulador) -> None:
    assert publicar(proxy, "ñandú" * 50).status_code == 201
    assert len(sim.publicadas()) == 1


@pytest.mark.parametrize(
    ("averia", "arg", "aceptadas"), [("reset", 0, 0), ("cierre", 0, 0), ("tras_enviar", 0, 1), ("corte", 40, 1)]
)
def test_cada_corte_entrega_o_no_lo_que_dice(
    proxy: ProxyCaos, sim: Simulador, averia: str, arg: float, aceptadas: int
) -> None:
    proxy.fallar(averia, arg=arg, veces=1)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        publicar(proxy, "uno")
    assert len(sim.publicadas()) == aceptadas
    assert publicar(proxy, "dos").status_code == 201
    assert proxy.averiadas == 1


@pytest.mark.parametrize(("averia", "aceptadas"), [("agujero", 0), ("mudo", 1)])
def test_cada_silencio_entrega_o_no_lo_que_dice(proxy: ProxyCaos, sim: Simulador, averia: str, aceptadas: int) -> None:
    proxy.fallar(averia)
    with pytest.raises(requests.ReadTimeout):
        publicar(proxy, "uno", timeout=0.3)
    assert len(sim.publicadas()) == aceptadas


def test_el_rechazo_es_que_nadie_escucha_y_se_sana(proxy: ProxyCaos) -> None:
    proxy.fallar("rechazo")
    with pytest.raises(requests.ConnectionError):
        publicar(proxy, "uno")
    proxy.sanar()
    assert publicar(proxy, "uno").status_code == 201


def test_en_una_conexion_reutilizada_tambien_se_corta_la_que_toca(proxy: ProxyCaos, sim: Simulador) -> None:
    proxy.fallar("tras_enviar", cuando=b"POST /x/2/tweets", veces=1)
    with requests.Session() as sesion:
        sesion.headers["Authorization"] = "Bearer token-x"
        assert sesion.get(f"{proxy.url}/x/2/users/me", timeout=5).status_code == 200
        with pytest.raises(requests.ConnectionError):
            publicar(proxy, "uno", sesion=sesion)
    assert len(sim.publicadas()) == 1


def test_lento_y_latencia_tardan(proxy: ProxyCaos) -> None:
    proxy.fallar("latencia", arg=0.3, veces=1)
    inicio = time.monotonic()
    assert publicar(proxy, "uno").status_code == 201
    assert time.monotonic() - inicio >= 0.29
    proxy.fallar("lento", arg=1000, veces=1)
    inicio = time.monotonic()
    assert publicar(proxy, "dos").status_code == 201
    assert time.monotonic() - inicio >= 0.2

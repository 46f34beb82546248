"""Mirar un enlace sin que sirva para ver la red interna, ni para ocuparnos."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from conectores.contrato_enlaces import SinTarjeta
from conectores.enlaces import PESO_MAXIMO_BYTES, Mirador

Sitio = Callable[..., str]
PAGINA = (
    "<html><head><title>De respaldo</title><meta property='og:title' content='Feria &lt;2026&gt;\u202e'>"
    "<meta name='description' content='  Del 3 al 5\n de mayo '><meta property='og:image' content='/f.jpg'></head>"
)


@pytest.fixture
def sitio(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sitio]:
    """`sitio({"/": (200, {cabeceras}, cuerpo)})`: la dirección de un servidor de esta máquina, y `.pedidas`."""
    for nombre in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(nombre, raising=False)
    encendidos: list[ThreadingHTTPServer] = []

    def encender(paginas: dict[str, tuple[int, dict[str, str], bytes]], pedidas: list[str] | None = None) -> str:
        class Atiende(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if pedidas is not None:
                    pedidas.append(self.path)
                estado, cabeceras, cuerpo = paginas[self.path]
                self.send_response(estado)
                for nombre, valor in cabeceras.items():
                    self.send_header(nombre, valor)
                self.end_headers()
                self.wfile.write(cuerpo)

            def log_message(self, *_: Any) -> None:
                pass

        servidor = ThreadingHTTPServer(("127.0.0.1", 0), Atiende)
        threading.Thread(target=servidor.serve_forever, daemon=True).start()
        encendidos.append(servidor)
        return f"http://127.0.0.1:{servidor.server_address[1]}"

    yield encender
    for servidor in encendidos:
        servidor.shutdown()
        servidor.server_close()


HTML = {"Content-Type": "text/html; charset=utf-8"}


def test_dice_lo_que_la_pagina_dice_de_si_como_texto(sitio: Sitio) -> None:
    url = sitio({"/a": (302, {"Location": "/b"}, b""), "/b": (200, HTML, PAGINA.encode())})
    tarjeta = Mirador(en_esta_maquina=True).mirar(f"{url}/a")
    assert (tarjeta.titulo, tarjeta.descripcion) == ("Feria <2026>", "Del 3 al 5 de mayo")
    assert (tarjeta.dominio, tarjeta.imagen) == ("127.0.0.1", f"{url}/f.jpg")


@pytest.mark.parametrize(
    "enlace",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://0/",
        "http://2130706433/",
        "https://169.254.169.254/latest/meta-data",
        "http://ejemplo.mx:22/",
        "file:///etc/passwd",
        "gopher://ejemplo.mx/",
        "http://usuario:clave@ejemplo.mx/",
        "javascript:alert(1)",
        "http:///x",
        "no es un enlace",
    ],
)
def test_no_va_a_la_red_interna_ni_a_lo_que_no_es_una_pagina(enlace: str, sitio: Sitio) -> None:
    with pytest.raises(SinTarjeta):
        Mirador(plazo=timedelta(seconds=1)).mirar(enlace)


def test_un_nombre_que_lleva_a_esta_maquina_no_recibe_ni_un_byte(sitio: Sitio, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ni por el nombre ni por una redirección: se mira el número al que de verdad se conectó."""
    pedidas: list[str] = []
    url = sitio({"/": (200, HTML, PAGINA.encode())}, pedidas)
    puerto = int(url.rpartition(":")[2])
    monkeypatch.setattr("conectores.enlaces._PUERTOS", {"http": puerto, "https": 443})
    with pytest.raises(SinTarjeta, match="no se puede mirar"):
        Mirador().mirar(f"http://localhost:{puerto}/")
    assert pedidas == []


@pytest.mark.parametrize(
    ("respuesta", "dice"),
    [
        ((200, {"Content-Type": "image/png"}, b"x"), "archivo"),
        ((404, HTML, b""), "404"),
        ((200, HTML, b"<p>sin cabeza"), "cómo se llama"),
        ((302, {"Location": "/"}, b""), "vueltas"),
        ((302, {"Location": "file:///etc/passwd"}, b""), "no es la dirección"),
    ],
)
def test_lo_que_no_sirve_se_dice(sitio: Sitio, respuesta: tuple[int, dict[str, str], bytes], dice: str) -> None:
    with pytest.raises(SinTarjeta, match=dice):
        Mirador(en_esta_maquina=True).mirar(sitio({"/": respuesta}) + "/")


def test_de_una_pagina_sin_fin_se_lee_el_principio(sitio: Sitio) -> None:
    larga = PAGINA.encode() + b"<p>" + b"x" * (PESO_MAXIMO_BYTES * 3) + b"<meta name=description content=tarde>"
    assert Mirador(en_esta_maquina=True).mirar(sitio({"/": (200, HTML, larga)}) + "/").titulo == "Feria <2026>"

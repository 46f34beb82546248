"""A qué servidor se va con la cuenta que alguien conectó: a uno de internet, o al que escribió quien instaló."""

from collections.abc import Iterator
from datetime import timedelta
from http.server import ThreadingHTTPServer

import pytest

from conectores import http
from conectores.bluesky import cliente as modulo
from conectores.bluesky.cliente import Cliente
from conectores.bluesky.traduccion import Rechazo
from conectores.contrato import ErrorDePerfil
from tests.conectores.http_local import Contesta, encendido


class Interno(ThreadingHTTPServer):
    """Un servidor de esta máquina que anota lo que le llega y no reconoce a nadie."""

    def __init__(self) -> None:
        self.recibidas: list[str] = []
        recibidas = self.recibidas

        class Manejador(Contesta):
            def do_POST(self) -> None:
                recibidas.append(self.path)
                self.rfile.read(int(self.headers["Content-Length"]))
                cuerpo = b'{"error": "AuthenticationRequired", "message": "No."}'
                self.contestar(401, cuerpo, {"Content-Type": "application/json"})

        super().__init__(("127.0.0.1", 0), Manejador)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@pytest.fixture
def interno() -> Iterator[Interno]:
    with encendido(Interno()) as servidor:
        yield servidor


def entrar(url: str) -> None:
    cliente = Cliente(url=url, identificador="ana.test", clave="una-clave-larga", total=timedelta(seconds=3))
    with http.invisible():
        try:
            cliente.entrar()
        except Rechazo as rechazo:
            raise ErrorDePerfil(f"La red la rechazó: {rechazo.error}") from None


def test_a_la_red_interna_no_se_manda_la_clave(interno: Interno, monkeypatch: pytest.MonkeyPatch) -> None:
    """Como si el nombre de la red, o el que diga la cuenta al entrar, llevara a esta máquina."""
    monkeypatch.setattr(modulo, "_RED", interno.url)
    with pytest.raises(ErrorDePerfil, match="red interna"):
        entrar("")
    assert interno.recibidas == []


def test_la_que_escribio_quien_instalo_si_puede_ser_interna(interno: Interno) -> None:
    with pytest.raises(ErrorDePerfil, match="AuthenticationRequired"):
        entrar(interno.url)
    assert interno.recibidas == ["/xrpc/com.atproto.server.createSession"]

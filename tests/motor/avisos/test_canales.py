"""Otros canales: un texto corto por la misma bandeja, sin estorbar al correo y sin enseñar sus direcciones."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from conectores.secretos import redactar
from modelos import EstadoDeCorreo
from motor.avisos.avisador import Avisador
from motor.avisos.canales import Mensajero, huella
from motor.avisos.correo import Cartero, Servidor
from tests.conftest import RelojFijo
from tests.motor.avisos.conftest import HORA, Pueblo

pytest.importorskip("apprise", reason="falta el extra de canales")
pytestmark = pytest.mark.usefixtures("sin_dibujar")
SECRETO = "token-larguisimo-del-canal"


@dataclass
class Canal:
    """Un servicio de mensajes que recibe JSON y contesta lo que se le diga."""

    puerto: int = 0
    codigo: int = 200
    recibidos: list[dict[str, str]] = field(default_factory=list)

    @property
    def direccion(self) -> str:
        return f"json://127.0.0.1:{self.puerto}/{SECRETO}"


@pytest.fixture
def canal() -> Iterator[Canal]:
    canal = Canal()

    class Manejador(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            cuerpo = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if canal.codigo == 200:
                canal.recibidos.append(cuerpo)
            self.send_response(canal.codigo)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    servidor = HTTPServer(("127.0.0.1", 0), Manejador)
    canal.puerto = servidor.server_port
    hilo = threading.Thread(target=lambda: servidor.serve_forever(poll_interval=0.02), daemon=True)
    hilo.start()
    yield canal
    servidor.shutdown()
    servidor.server_close()


@pytest.fixture
def avisada(pueblo: Pueblo, canal: Canal) -> Avisador:
    avisador = Avisador(pueblo.escucha, canales=(canal.direccion,))
    monitor = pueblo.monitor("inundaciones", "Inundaciones")
    pueblo.quincena(monitor)
    pueblo.inundacion(monitor)
    pueblo.pico(monitor)
    avisador.atender()
    return avisador


def test_llega_el_texto_corto_una_vez(avisada: Avisador, canal: Canal) -> None:
    assert avisada.mensajero.repartir() == 1
    assert avisada.mensajero.repartir() == 0
    (recibido,) = canal.recibidos
    assert recibido["title"] == "Sube Inundaciones: 30 mensajes en una hora (lo normal: 2)"
    assert recibido["message"] == (
        "Sube lo que se dice de: Inundaciones. "
        "30 mensajes en la última hora; lo normal a esta hora son 2; sobre todo en Paseo Tollocan."
    )


def test_un_canal_caído_se_reintenta_y_se_dice_una_vez(
    pueblo: Pueblo, avisada: Avisador, canal: Canal, reloj: RelojFijo, caplog: pytest.LogCaptureFixture
) -> None:
    canal.codigo = 500
    for _ in range(2):
        assert avisada.mensajero.repartir() == 0
        reloj.avanzar(HORA / 4)
    assert caplog.text.count("Un canal de avisos no contesta") == 1
    canal.codigo = 200
    assert avisada.mensajero.repartir() == 1
    assert SECRETO not in caplog.text


def test_lo_que_en_un_día_no_salió_ya_no_sale(
    pueblo: Pueblo, avisada: Avisador, canal: Canal, reloj: RelojFijo
) -> None:
    canal.codigo = 500
    reloj.avanzar(timedelta(hours=25))
    avisada.mensajero.repartir()
    corto = pueblo.correos()[-1]
    assert corto.estado is EstadoDeCorreo.RECHAZADO


def test_el_cartero_no_toca_lo_de_los_canales_ni_al_revés(pueblo: Pueblo, avisada: Avisador, canal: Canal) -> None:
    base, reloj = pueblo.escucha.principal.base, pueblo.reloj
    cartero = Cartero(base, reloj, Servidor(anfitrion="127.0.0.1", puerto=1, remitente="p@x.mx"))
    assert cartero.repartir() == 0  # el servidor de correo está caído
    assert avisada.mensajero.repartir() == 1
    assert [c.estado.value for c in pueblo.correos()] == ["pendiente", "enviado"]


def test_un_canal_que_ya_no_está_se_descarta(pueblo: Pueblo, avisada: Avisador) -> None:
    assert Mensajero(pueblo.escucha.principal.base, pueblo.reloj, ()).repartir() == 0
    assert pueblo.correos()[-1].estado is EstadoDeCorreo.RECHAZADO


def test_la_dirección_no_se_guarda_ni_se_enseña(pueblo: Pueblo, avisada: Avisador, canal: Canal) -> None:
    corto = pueblo.correos()[-1]
    assert corto.para == huella(canal.direccion)
    assert SECRETO not in repr(corto) + repr(avisada.mensajero) + corto.texto
    assert SECRETO not in redactar(f"falló {canal.direccion}")
    assert SECRETO not in redactar(f"falló /{SECRETO}")

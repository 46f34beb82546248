"""Personas con sesión, aparatos con llaves de verdad, y un servicio de avisos en esta máquina que sabe descifrar."""

import base64
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from conectores.destinos import Buzonera
from modelos import Base, Nombramiento, Rol, Sesion, Suscripcion, Usuario
from motor.arranque import por_la_puerta
from motor.llavero import Llavero
from motor.toques import llaves
from motor.toques.repartidor import Repartidor
from tests.conftest import RelojFijo


@dataclass
class Navegador:
    """Lo que guarda un navegador que se suscribió: con esto, y sólo con esto, se lee lo que le mandan."""

    privada: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secreto: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    @property
    def p256dh(self) -> str:
        cruda = self.privada.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return base64.urlsafe_b64encode(cruda).rstrip(b"=").decode()

    @property
    def autenticacion(self) -> str:
        return base64.urlsafe_b64encode(self.secreto).rstrip(b"=").decode()

    def leer(self, cuerpo: bytes) -> dict[str, str]:
        claro = http_ece.decrypt(cuerpo, private_key=self.privada, auth_secret=self.secreto, version="aes128gcm")
        leido: dict[str, str] = json.loads(claro)
        return leido


@dataclass
class Recibido:
    camino: str
    cabeceras: dict[str, str]
    cuerpo: bytes


class Servicio(ThreadingHTTPServer):
    """El de un fabricante, de mentira y por HTTP de verdad. contesta: lo que dirá a cada uno; al acabarse, 201."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Manija)
        self.recibidos: list[Recibido] = []
        self.contesta: list[tuple[int, dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Manija(BaseHTTPRequestHandler):
    server: Servicio

    def do_POST(self) -> None:
        cuerpo = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.recibidos.append(Recibido(self.path, {k.lower(): v for k, v in self.headers.items()}, cuerpo))
        estado, cabeceras = self.server.contesta.pop(0) if self.server.contesta else (201, {})
        self.send_response(estado)
        for nombre, valor in {"Content-Length": "0", **cabeceras}.items():
            self.send_header(nombre, valor)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def servicio() -> Iterator[Servicio]:
    suyo = Servicio()
    hilo = threading.Thread(target=suyo.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    hilo.start()
    yield suyo
    suyo.shutdown()
    suyo.server_close()


@pytest.fixture
def vapid(tmp_path: Path) -> Vapid02:
    return llaves.abrir(Llavero.abrir(tmp_path / "llaves"))


@pytest.fixture
def repartidor(base: Base, reloj: RelojFijo, vapid: Vapid02) -> Repartidor:
    """Con la puerta de verdad, que aquí sí puede ir a esta máquina."""
    mandar = por_la_puerta(Buzonera(en_esta_maquina=True))
    return Repartidor(base, reloj, vapid, contacto="mailto:sistemas@sanjacinto.gob.mx", mandar=mandar)


@pytest.fixture
def persona(base: Base, reloj: RelojFijo) -> Callable[..., tuple[Usuario, Sesion]]:
    """Alguien con una sesión abierta."""

    def crear(nombre: str = "Ana", *, perfil_id: int | None = None) -> tuple[Usuario, Sesion]:
        ahora = reloj.ahora()
        with base.escribir() as sesion:
            usuario = Usuario(correo=f"{nombre.lower()}@x.mx", nombre=nombre, creado_en=ahora)
            sesion.add(usuario)
            sesion.flush()
            sesion.add(Nombramiento(usuario_id=usuario.id, perfil_id=perfil_id, rol=Rol.COORDINADOR))
            suya = Sesion(
                huella=secrets.token_hex(32),
                usuario_id=usuario.id,
                creada_en=ahora,
                vista_en=ahora,
                vence_en=ahora + timedelta(days=30),
            )
            sesion.add(suya)
        return usuario, suya

    return crear


@pytest.fixture
def suscribir(base: Base, reloj: RelojFijo) -> Callable[..., tuple[Suscripcion, Navegador]]:
    """Un aparato de esa persona, suscrito en ese servicio."""

    def crear(
        quien: tuple[Usuario, Sesion],
        direccion: str = "https://avisos.example/a",
        *,
        temas: tuple[str, ...] = ("alertas", "aprobaciones"),
        con_texto: bool = False,
    ) -> tuple[Suscripcion, Navegador]:
        navegador = Navegador()
        with base.escribir() as sesion:
            suya = Suscripcion(
                usuario_id=quien[0].id,
                sesion_id=quien[1].id,
                direccion=direccion,
                p256dh=navegador.p256dh,
                autenticacion=navegador.autenticacion,
                temas=list(temas),
                con_texto=con_texto,
                creada_en=reloj.ahora(),
            )
            sesion.add(suya)
        return suya, navegador

    return crear

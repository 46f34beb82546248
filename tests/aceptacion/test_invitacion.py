"""De la instalación al buzón: nace quien administra, invita, el correo llega por Postfix y con él se entra."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from motor.arranque import Oficina, abrir_oficina
from motor.avisos.correo import Cartero
from motor.usuarios.primera import enlace_de_instalacion
from panel.aplicacion import crear
from tests.servidores.bluesky import NoDisponible
from tests.servidores.correo import CLAVE as DEL_BUZON
from tests.servidores.correo import DOMINIO, ServidorDeCorreo

pytestmark = pytest.mark.servidor

CLAVE = "caballo grapa batería"
_CSRF = re.compile(r'name="csrf" content="([^"]+)"')


@pytest.fixture(scope="module")
def correo() -> Iterator[ServidorDeCorreo]:
    try:
        encendido = ServidorDeCorreo().__enter__()
    except NoDisponible as motivo:
        pytest.skip(f"Sin servidor de correo: {motivo}.")
    yield encendido
    encendido.__exit__()


@pytest.fixture
def oficina(tmp_path: Path, correo: ServidorDeCorreo) -> Iterator[Oficina]:
    variables = {
        "BASE": f"sqlite:///{tmp_path}/pregonero.db",
        "BUZON": f"{tmp_path}/buzon",
        "ACERVO": f"{tmp_path}/acervo",
        "ARCHIVOS": f"{tmp_path}/config",
        "LLAVES": f"{tmp_path}/llaves",
        "SMTP_SERVIDOR": "localhost",
        "SMTP_PUERTO": str(correo.smtp),
        "SMTP_USUARIO": f"rosa@{DOMINIO}",
        "SMTP_CLAVE": DEL_BUZON,
        "SMTP_CERTIFICADOS": str(correo.certificado),
        "CORREO_REMITENTE": f"pregonero@{DOMINIO}",
        "URL_PUBLICA": "http://127.0.0.1:8080",
    }
    suya = abrir_oficina({f"PREGONERO_{c}": v for c, v in variables.items()})
    yield suya
    suya.entorno.base.cerrar()
    suya.escucha.base.cerrar()


def visita(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://127.0.0.1:8080")


def con_ficha(cliente: TestClient) -> dict[str, str]:
    hallada = _CSRF.search(cliente.get("/mas").text)
    assert hallada
    return {"x-csrf-token": hallada[1]}


def test_la_invitacion_llega_por_correo_y_con_ella_se_entra_una_vez(oficina: Oficina, correo: ServidorDeCorreo) -> None:
    app = crear(oficina)
    julia, rosa, tardia = (visita(app) for _ in range(3))
    dos_veces = {"clave": CLAVE, "otra_vez": CLAVE}
    camino = enlace_de_instalacion(oficina.entorno.base, oficina.entorno.reloj)
    julia.post(camino, data={"nombre": "Julia", "correo": f"julia@{DOMINIO}", **dos_veces})
    nueva = {"correo": f"rosa@{DOMINIO}", "nombre": "Rosa", "cargo": ["editor:0"]}
    invitada = julia.post("/usuarios/nuevo", data=nueva, headers=con_ficha(julia), follow_redirects=True)
    assert f"Se mandó un enlace a rosa@{DOMINIO}" in invitada.text
    assert "/enlace/" not in invitada.text

    assert Cartero(oficina.entorno.base, oficina.entorno.reloj, oficina.servidor).repartir() == 1
    [recibido] = correo.leer("rosa")
    hallado = re.search(r"http://127\.0\.0\.1:8080(/enlace/[\w-]+)", recibido.get_content())
    assert hallado
    assert "Julia le abrió una cuenta" in recibido.get_content()

    assert "Hola, Rosa" in rosa.get(hallado[1]).text
    assert rosa.post(hallado[1], data=dos_veces, follow_redirects=True).status_code == 200
    assert "Componer" in rosa.get("/mas").text
    assert tardia.post(hallado[1], data=dos_veces).status_code == 404

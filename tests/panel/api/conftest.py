"""Un sistema del municipio que entra a la API con la ficha de alguien."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from starlette.routing import Mount
from starlette.testclient import TestClient

from modelos import Alcance, FichaDeApi, Rol, Usuario
from motor.usuarios.sesiones import huella_de
from panel.api import CAMINO
from panel.api.ritmo import Ritmo
from panel.entorno import EntornoDelPanel
from tests.panel.personas import crear_usuario


def dar_ficha(
    panel: EntornoDelPanel, usuario: Usuario, *, alcance: Alcance = Alcance.TODO, dias: int | None = None
) -> str:
    secreto = f"ficha-de-{usuario.id}"
    ahora = panel.entorno.reloj.ahora()
    with panel.entorno.base.escribir() as sesion:
        sesion.add(
            FichaDeApi(
                usuario_id=usuario.id,
                nombre="Pruebas",
                comienzo=secreto[:6],
                huella=huella_de(secreto),
                alcance=alcance,
                creada_en=ahora,
                vence_en=None if dias is None else ahora + timedelta(days=dias),
            )
        )
    return secreto


def montada(app: FastAPI) -> FastAPI:
    """La API dentro del panel."""
    ruta = next(r for r in app.routes if isinstance(r, Mount) and r.path == CAMINO)
    assert isinstance(ruta.app, FastAPI)
    return ruta.app


def ritmo_de(app: FastAPI) -> Ritmo:
    suyo = montada(app).state.ritmo
    assert isinstance(suyo, Ritmo)
    return suyo


def sin_ritmo(app: FastAPI) -> None:
    """Para quien pide mil veces a propósito: el reloj de las pruebas no anda solo."""
    ritmo_de(app).maximo = 10**9


@pytest.fixture
def con_ficha(app: FastAPI, panel: EntornoDelPanel) -> Callable[..., TestClient]:
    """`con_ficha(Rol.LECTOR)`: un sistema con la ficha de alguien así."""

    def crear(
        *roles: Rol,
        perfil_id: int | None = None,
        nombre: str = "",
        alcance: Alcance = Alcance.TODO,
        dias: int | None = None,
    ) -> TestClient:
        usuario = crear_usuario(panel, *roles, perfil_id=perfil_id, nombre=nombre)
        cabeceras = {"authorization": f"Bearer {dar_ficha(panel, usuario, alcance=alcance, dias=dias)}"}
        return TestClient(app, base_url="http://127.0.0.1", headers=cabeceras)

    return crear

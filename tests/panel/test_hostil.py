"""Lo que intentaría quien quiere hacer daño: desde fuera, desde otro perfil, y con lo que escribe o sube."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.types import Message

from modelos import Entrega, Perfil, Rol
from panel.entorno import EntornoDelPanel
from tests.panel.personas import Persona

Entra = Callable[..., Persona]
CreaPerfil = Callable[..., Perfil]


# ── publicar donde no le toca ────────────────────────────────────────────────────────────────────────────────────


def _escrito(perfil: Perfil, **mas: Any) -> dict[str, Any]:
    suyo = {"clave": "borrador-mio", "texto": "Hola.", "perfil": [str(perfil.id)], "aparato": "telefono", "sello": "9"}
    return {**suyo, "cuando": "hora", "fecha": "2026-12-24T10:00", **mas}


def test_un_borrador_en_un_perfil_ajeno_no_se_manda_diciendo_que_es_para_el_suyo(
    persona: Entra, perfil_de: CreaPerfil, panel: EntornoDelPanel
) -> None:
    """Lo guardado dice un perfil; lo que llega, más viejo, dice otro: manda el permiso de donde va a salir."""
    suyo, ajeno = perfil_de(), perfil_de()
    alguien = persona(Rol.EDITOR, perfil_id=suyo.id)
    alguien.hacer("/componer/guardar", _escrito(ajeno, sello="100"))
    respuesta = alguien.hacer("/componer/enviar", _escrito(suyo, sello="1"))
    assert respuesta.status_code in (403, 404, 422)
    with panel.entorno.base.leer() as sesion:
        assert sesion.exec(select(Entrega).where(Entrega.perfil_id == ajeno.id)).all() == []


# ── ocupar sitio ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_quien_no_acaba_de_mandar_un_formulario_deja_libre_su_sitio(
    app: FastAPI, persona: Entra, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("panel.guardias.ESPERA_DEL_CUERPO_S", 0.01)
    galletas = "; ".join(f"{n}={v}" for n, v in persona(Rol.LECTOR).cliente.cookies.items())
    cabeceras = {"host": "127.0.0.1", "cookie": galletas, "content-type": "application/x-www-form-urlencoded"}
    contestado: list[Message] = []
    mandados = iter([{"type": "http.request", "body": b"csrf=", "more_body": True}])

    async def a_medias() -> Message:
        if (mensaje := next(mandados, None)) is not None:
            return mensaje
        await asyncio.Event().wait()
        raise AssertionError

    async def anotar(mensaje: Message) -> None:
        contestado.append(mensaje)

    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "path": "/salir", "raw_path": b"/salir",
        "query_string": b"", "root_path": "", "scheme": "http", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
        "headers": [(n.encode(), v.encode()) for n, v in cabeceras.items()],
    }  # fmt: skip
    asyncio.run(app(scope, a_medias, anotar))
    assert contestado[0]["status"] == 408

"""Lo que intentaría quien quiere hacer daño: desde fuera, desde otro perfil, y con lo que escribe o sube."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.types import Message

from modelos import Entrega, Estado, Perfil, Rol
from panel.entorno import EntornoDelPanel
from panel.plantillas import es_liga
from tests.panel.con_historias import contar_historia, crear_monitor, decir
from tests.panel.con_publicaciones import poner_foto, programar
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


# ── lo que escribe un desconocido ────────────────────────────────────────────────────────────────────────────────

MALO = "\"'><script>alert(1)</script>{{7*7}}</script>"


@pytest.mark.parametrize(
    ("direccion", "lleva"),
    [
        ("https://red.example/1", True),
        ("HTTP://red.example/1", True),
        ("javascript:alert(1)", False),
        (" https://red.example", False),
        ("data:text/html,x", False),
        ("//malo.example", False),
        ("", False),
        (None, False),
    ],
)
def test_solo_es_enlace_lo_que_lleva_a_una_pagina(direccion: str | None, lleva: bool) -> None:
    assert es_liga(direccion) is lleva


def test_lo_que_dice_un_desconocido_se_lee_y_no_corre(
    persona: Entra, panel: EntornoDelPanel, perfil_de: CreaPerfil
) -> None:
    """En los nombres, los textos, la ficha de una foto, un monitor y un mensaje; y en los datos para los guiones."""
    perfil = perfil_de(titulo=MALO)
    entrega = programar(panel, MALO, perfiles=[perfil.nombre], estado=Estado.PUBLICADA, campana=MALO)[0]
    poner_foto(panel, entrega.publicacion_id, alternativo=MALO)
    with panel.entorno.base.escribir() as sesion:
        sesion.get_one(Entrega, entrega.id).url = "javascript:alert(1)"
    monitor = crear_monitor(panel, nombre=MALO)
    decir(panel, f"fuga de agua {MALO}", monitor.id, url="javascript:alert(1)", autor_nombre=MALO, autor_usuario=MALO)
    historia = contar_historia(panel, asunto=MALO, detalle=MALO, monitores=str(monitor.id))
    jefa = persona(Rol.ADMINISTRADOR, nombre=MALO)
    jefa.hacer("/componer/guardar", {"clave": "borrador-malo", "texto": MALO, "titulo": MALO, "etiquetas": MALO})
    caminos = [
        "/", "/calendario", "/calendario?vista=lista", f"/publicacion/{entrega.publicacion_id}", "/hemeroteca",
        f"/hemeroteca/{entrega.id}", "/acervo", "/acervo/1", "/monitores", f"/monitores/{monitor.id}", "/alertas",
        f"/alertas/{historia.id}", "/horarios", f"/horarios/{perfil.id}", "/perfiles", f"/perfiles/{perfil.id}",
        "/usuarios", "/bitacora", "/cuenta", "/borradores", "/componer?borrador=borrador-malo", "/mas",
        "/acervo?q=%3C/script%3E%3Cscript%3Ealert(1)%3C/script%3E", "/componer?texto=%3Cscript%3Ealert(1)%3C/script%3E",
    ]  # fmt: skip
    paginas = {camino: jefa.ver(camino) for camino in caminos}
    assert {c: r.status_code for c, r in paginas.items() if r.status_code != 200} == {}
    corren = ("<script>alert", "alert(1)</script>", 'href="javascript:', ">49<")
    assert {c: [x for x in corren if x in r.text] for c, r in paginas.items()} == {c: [] for c in caminos}

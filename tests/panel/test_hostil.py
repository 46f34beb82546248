"""Lo que intentaría quien quiere hacer daño: desde fuera, desde otro perfil, y con lo que escribe o sube."""

import asyncio
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from PIL import Image
from sqlmodel import select
from starlette.types import Message

from modelos import Entrega, Estado, Medio, Perfil, Publicacion, Rol
from panel.entorno import EntornoDelPanel
from panel.plantillas import es_liga
from tests.panel.acervo import poner_medio
from tests.panel.con_historias import contar_historia, crear_monitor, decir
from tests.panel.con_publicaciones import poner_foto, programar
from tests.panel.lazo import correr
from tests.panel.muestras import Muestras, sembrar
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
    correr(app(scope, a_medias, anotar))
    assert contestado[0]["status"] == 408


@pytest.mark.parametrize("camino", ["/acervo/subir", "/componer/subir"])
def test_de_quien_no_puede_guardar_nada_no_se_lee_ni_un_octeto(app: FastAPI, persona: Entra, camino: str) -> None:
    galletas = "; ".join(f"{n}={v}" for n, v in persona(Rol.LECTOR).cliente.cookies.items())
    cabeceras = {"host": "127.0.0.1", "cookie": galletas, "content-type": "multipart/form-data; boundary=x"}
    contestado: list[Message] = []

    async def leer() -> Message:
        raise AssertionError("se puso a leer lo que manda")

    async def anotar(mensaje: Message) -> None:
        contestado.append(mensaje)

    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "path": camino, "raw_path": camino.encode(),
        "query_string": b"", "root_path": "", "scheme": "http", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
        "headers": [(n.encode(), v.encode()) for n, v in cabeceras.items()],
    }  # fmt: skip
    correr(app(scope, leer, anotar))
    assert contestado[0]["status"] == 403


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


# ── nombrar lo ajeno en la dirección o en el formulario ──────────────────────────────────────────────────────────


@pytest.fixture
def ajenas(panel: EntornoDelPanel, perfil_de: CreaPerfil) -> Muestras:
    return sembrar(panel, ajeno=perfil_de(), otro=perfil_de())


@pytest.mark.parametrize("rol", [Rol.EDITOR, Rol.COORDINADOR, Rol.ADMINISTRADOR])
def test_lo_ajeno_no_se_abre_nombrandolo_en_la_direccion(rol: Rol, persona: Entra, ajenas: Muestras) -> None:
    alguien, v = persona(rol, perfil_id=ajenas.otro.id), ajenas.valores
    for camino in (
        f"/componer?publicacion={v['publicacion_id']}",
        f"/componer?publicacion={v['publicacion_id']}&copia=1",
        f"/componer?borrador={v['clave']}",
        f"/componer?medio={v['medio_id']}",
    ):
        assert alguien.ver(camino).status_code == 404, camino


def test_ninguna_lista_ni_descarga_ensena_lo_de_un_perfil_ajeno(
    persona: Entra, panel: EntornoDelPanel, ajenas: Muestras
) -> None:
    secreto = "Lo que nadie más debe leer."
    with panel.entorno.base.escribir() as sesion:
        sesion.get_one(Entrega, int(ajenas.valores["entrega_id"])).texto = secreto
        sesion.get_one(Publicacion, int(ajenas.valores["publicacion_id"])).texto = secreto
        sesion.get_one(Medio, int(ajenas.valores["medio_id"])).descripcion = secreto
    alguien, v = persona(Rol.ADMINISTRADOR, perfil_id=ajenas.otro.id), ajenas.valores
    for camino in (
        "/", "/hoy/fragmento", "/calendario?vista=lista", f"/calendario?vista=lista&perfil={v['perfil_id']}",
        "/hemeroteca", f"/hemeroteca?perfil={v['perfil_id']}", "/hemeroteca?q=nadie", "/acervo?q=nadie",
        f"/acervo/exportar?id={v['medio_id']}", f"/acervo/varios?id={v['medio_id']}", "/acervo/buscar?q=nadie",
        "/aprobaciones", "/aprobaciones?ver=todas", "/borradores", f"/componer?perfil={v['perfil_id']}",
    ):  # fmt: skip
        assert secreto not in alguien.ver(camino).text, camino
    for camino in ("/acervo/exportar.zip", "/hemeroteca/exportar.zip"):
        bajado = alguien.hacer(camino, {"id": v["medio_id"], "perfil": v["perfil_id"]})
        nombres = zipfile.ZipFile(io.BytesIO(bajado.content)).namelist() if bajado.status_code == 200 else []
        assert [n for n in nombres if not n.startswith("index.")] == [], camino


def test_mezclar_lo_ajeno_con_lo_propio_no_lo_alcanza(
    persona: Entra, panel: EntornoDelPanel, ajenas: Muestras, tmp_path: Path
) -> None:
    """Describir varias a la vez, y mover una entrega ajena desde una publicación propia."""
    alguien, ajeno = persona(Rol.EDITOR, perfil_id=ajenas.otro.id), int(ajenas.valores["medio_id"])
    propia = poner_medio(panel, tmp_path)
    alguien.hacer("/acervo/varios", {"id": [str(propia.id), str(ajeno)], "evento": "Mío"})
    suya = programar(panel, "Suya.", perfiles=[ajenas.otro.nombre])[0]
    movida = alguien.hacer(
        f"/publicacion/{suya.publicacion_id}/mover",
        {"entrega": [str(suya.id), ajenas.valores["entrega_id"]], "dia": "2026-12-01", "hora": "9:00"},
    )
    assert movida.status_code == 404
    with panel.entorno.base.leer() as sesion:
        assert sesion.get_one(Medio, propia.id).evento == "Mío"
        assert sesion.get_one(Medio, ajeno).evento == ""


# ── subir lo que no es ───────────────────────────────────────────────────────────────────────────────────────────

_GIF_QUE_ES_GUION = b"GIF89a/*\x00\x00*/=1;alert(1);//<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("nombre", "cuerpo"),
    [
        ("a.html", b"<!doctype html><script>alert(1)</script>"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.jpg", b"<!doctype html><script>alert(1)</script>"),
        ("a.gif", _GIF_QUE_ES_GUION),
        ("a.pdf", b"%PDF-1.7\n%<script>alert(1)</script>"),
        ("a.mp4", b"\x00\x00\x00\x18ftyp<script>"),
        ("a.jpg", b""),
    ],
)
def test_lo_que_no_es_foto_video_ni_audio_no_entra(persona: Entra, nombre: str, cuerpo: bytes) -> None:
    alguien = persona(Rol.EDITOR)
    cabeceras = {"x-csrf-token": alguien.ficha(), "accept": "application/json", "x-nombre": nombre}
    respuesta = alguien.cliente.post("/acervo/subir", content=cuerpo, headers=cabeceras)
    assert respuesta.status_code == 422
    assert respuesta.json()["id"] is None


def test_una_foto_con_una_pagina_dentro_se_baja_como_foto_y_no_corre(
    persona: Entra, panel: EntornoDelPanel, tmp_path: Path
) -> None:
    """Y su nombre no manda sobre la carpeta, la cabecera ni el paquete."""
    origen = tmp_path / "foto.jpg"
    Image.new("RGB", (64, 48), "teal").save(origen)
    cuerpo = origen.read_bytes() + b"<html><script>alert(1)</script></html>"
    alguien = persona(Rol.EDITOR)
    nombre = quote('../../../"malo.html\r\nX-Otra: 1\r\n\r\n<script>.html')
    cabeceras = {"x-csrf-token": alguien.ficha(), "accept": "application/json", "x-nombre": nombre}
    id_ = alguien.cliente.post("/acervo/subir", content=cuerpo, headers=cabeceras).json()["id"]
    for tamano in ("original", "media", "mini"):
        servida = alguien.ver(f"/medio/{id_}/{tamano}")
        assert servida.headers["content-type"].startswith("image/")
        assert "sandbox" in servida.headers["content-security-policy"]
        assert servida.headers["x-content-type-options"] == "nosniff"
        assert "x-otra" not in servida.headers
    assert alguien.ver(f"/medio/{id_}/original").headers["content-disposition"].startswith("attachment")
    paquete = zipfile.ZipFile(io.BytesIO(alguien.hacer("/acervo/exportar.zip", {"id": str(id_)}).content))
    assert all(".." not in n and "<" not in n and "\n" not in n and not n.startswith("/") for n in paquete.namelist())
    guardadas = {r.suffix for r in panel.entorno.acervo.rglob("*") if r.is_file()}
    assert guardadas <= {".jpg", ".webp"}

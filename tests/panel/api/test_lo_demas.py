"""Medios hostiles, credenciales que no salen, monitores, historias y la oficina, por la API."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from sqlmodel import select
from starlette.testclient import TestClient

from modelos import Asiento, Medio, Perfil, Rol
from motor.entorno import Entorno
from panel.entorno import EntornoDelPanel
from tests.panel.con_historias import contar_historia, crear_monitor
from tests.panel.perfiles.conftest import redes

Cliente = Callable[..., TestClient]
SECRETO = "EAAGm0PX4ZCpsBAKZtokendelprimerperfil"


@pytest.fixture
def entorno(entorno: Entorno) -> Entorno:
    return replace(entorno, redes=redes)


def jpg(color: str = "teal") -> bytes:
    salida = BytesIO()
    Image.new("RGB", (640, 480), color).save(salida, "JPEG")
    return salida.getvalue()


# ── medios ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_subir_describir_hallar_archivar_y_descargar(con_ficha: Cliente) -> None:
    editor = con_ficha(Rol.EDITOR)
    subido = editor.post("/api/v1/medios", content=jpg(), headers={"x-nombre": "Plaza%20c%C3%ADvica.jpg"})
    assert subido.status_code == 201, subido.text
    (medio,) = subido.json()["medios"]
    assert (medio["nombre"], medio["repetido"]) == ("Plaza cívica.jpg", False)
    otra = editor.post("/api/v1/medios", files=[("archivos", ("x.jpg", jpg())), ("archivos", ("y.jpg", b"<html>"))])
    assert [m["repetido"] for m in otra.json()["medios"]] == [True]
    assert [r["nombre"] for r in otra.json()["rechazados"]] == ["y.jpg"]
    camino = f"/api/v1/medios/{medio['id']}"
    ficha = {"descripcion": "La plaza", "evento": "Feria", "etiquetas": ["plaza"], "vence": "2027-01-31"}
    assert editor.put(camino, json=ficha).json()["vence_en"].startswith("2027-02-01T06:00")
    assert editor.put(camino, json={"tomado": "ayer"}).json()["donde"] == ["tomado"]
    assert [m["id"] for m in editor.get("/api/v1/medios", params={"q": "feria"}).json()["datos"]] == [medio["id"]]
    assert editor.post(f"{camino}/archivar").status_code == 200
    assert editor.get("/api/v1/medios").json()["datos"] == []
    assert editor.post(f"{camino}/restaurar").status_code == 200
    assert editor.get(camino).json()["usos"] == []
    bajado = editor.get(f"{camino}/original")
    assert bajado.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert bajado.headers["x-content-type-options"] == "nosniff"
    assert bajado.headers["content-disposition"].startswith("attachment")
    assert editor.get(f"{camino}/mini", headers={"if-none-match": "no"}).headers["content-type"] == "image/webp"


@pytest.mark.parametrize(
    ("contenido", "nombre"),
    [
        (b"<html><script>alert(1)</script></html>", "foto.jpg"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "foto.svg"),
        (b"", "vacio.png"),
        (b"\xff\xd8\xff\xe0" + b"A" * 50, "cortada.jpg"),
        (b"%PDF-1.7 %", "..%2F..%2Fetc%2Fpasswd"),
        (b"GIF89a<script>", "%00%0d%0aSet-Cookie:%20a=b.gif"),
    ],
)
def test_lo_hostil_no_entra_y_se_dice_por_que(
    con_ficha: Cliente, panel: EntornoDelPanel, contenido: bytes, nombre: str
) -> None:
    respuesta = con_ficha(Rol.EDITOR).post("/api/v1/medios", content=contenido, headers={"x-nombre": nombre})
    assert respuesta.status_code == 422
    assert respuesta.json()["error"]
    with panel.entorno.base.leer() as sesion:
        assert sesion.exec(select(Medio)).all() == []
    assert [r for r in panel.entorno.acervo.rglob("*") if r.is_file()] == []


def test_una_foto_con_un_guion_pegado_se_guarda_sin_el_y_con_nombre_nuestro(
    con_ficha: Cliente, panel: EntornoDelPanel
) -> None:
    poliglota = jpg("navy") + b"<script>alert(1)</script>"
    headers = {"x-nombre": "..%2F..%2Fmala%0d%0a.html"}
    (medio,) = con_ficha(Rol.EDITOR).post("/api/v1/medios", content=poliglota, headers=headers).json()["medios"]
    assert medio["nombre"] == "mala.jpg"
    guardados = [r for r in panel.entorno.acervo.rglob("*") if r.is_file()]
    assert not any(b"<script>" in r.read_bytes() for r in guardados)


def test_un_cuerpo_enorme_solo_se_admite_donde_se_sube(con_ficha: Cliente) -> None:
    editor = con_ficha(Rol.EDITOR)
    (medio,) = editor.post("/api/v1/medios", content=jpg()).json()["medios"]
    assert editor.put(f"/api/v1/medios/{medio['id']}", content=b"{" + b" " * 2_000_000 + b"}").status_code == 413


# ── perfiles ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_las_credenciales_entran_y_no_salen_por_ningun_lado(
    con_ficha: Cliente, perfil_de: Callable[..., Perfil], panel: EntornoDelPanel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    perfil = perfil_de("facebook")
    camino = f"/api/v1/perfiles/{perfil.id}/credenciales"
    administra = con_ficha(Rol.ADMINISTRADOR)
    nombre = administra.get(camino).json()[0]["nombre"]
    puestas = administra.put(camino, json={"credenciales": {nombre: SECRETO}})
    assert puestas.status_code == 200, puestas.text
    assert puestas.json()[0]["puesta_por"] == "administrador@sanjacinto.gob.mx"
    malas = [{nombre: f"{SECRETO} {SECRETO}"}, {"OTRA": SECRETO}, {nombre: SECRETO * 200}, {nombre: [SECRETO]}]
    respuestas = [administra.put(camino, json={"credenciales": mala}) for mala in malas]
    assert [r.status_code for r in respuestas] == [422] * 4
    leidas = [
        administra.get(c) for c in (camino, "/api/v1/perfiles", f"/api/v1/perfiles/{perfil.id}", "/api/v1/bitacora")
    ]
    assert not any(SECRETO in r.text for r in (puestas, *respuestas, *leidas))
    assert SECRETO not in caplog.text
    assert con_ficha(Rol.COORDINADOR).get(camino).status_code == 403
    with panel.entorno.base.leer() as sesion:
        asientos = sesion.exec(select(Asiento)).all()
    assert [a.accion for a in asientos] == ["credencial_puesta"]
    assert SECRETO not in asientos[0].detalle


def test_la_ficha_no_queda_en_la_bitacora_ni_en_lo_que_se_anota(
    con_ficha: Cliente, perfil_de: Callable[..., Perfil], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    coordina, perfil = con_ficha(Rol.COORDINADOR), perfil_de()
    secreto = coordina.headers["authorization"].removeprefix("Bearer ")
    assert (
        coordina.post(f"/api/v1/perfiles/{perfil.id}/pausar", json={"motivo": "Veda"}).json()["pausa_motivo"] == "Veda"
    )
    assert coordina.post(f"/api/v1/perfiles/{perfil.id}/reanudar").json()["pausado_en"] is None
    assert coordina.get(f"/api/v1/perfiles/{perfil.id}/comprobacion").json() is None
    comprobado = coordina.post(f"/api/v1/perfiles/{perfil.id}/comprobar")
    assert comprobado.json()["sirve"] is True
    bitacora = con_ficha(Rol.ADMINISTRADOR).get("/api/v1/bitacora")
    assert [a["accion"] for a in bitacora.json()["datos"]] == [
        "perfil_comprobado",
        "perfil_reanudado",
        "perfil_en_pausa",
    ]
    assert secreto not in bitacora.text + caplog.text


# ── lo que se oye ────────────────────────────────────────────────────────────────────────────────────────────────


def test_un_monitor_se_prueba_se_crea_se_cambia_y_se_pausa(con_ficha: Cliente, panel: EntornoDelPanel) -> None:
    coordina = con_ficha(Rol.COORDINADOR)
    escrito = {"nombre": "Falta de agua", "definicion": {"alguna": ["sin agua"]}, "falsas_alarmas": 2}
    assert coordina.post("/api/v1/monitores/probar", json=escrito).json()["hallados"] == 0
    creado = coordina.post("/api/v1/monitores", json=escrito)
    assert creado.status_code == 201, creado.text
    assert (creado.json()["clave"], creado.json()["falsas_alarmas"]) == ("falta-de-agua", 2)
    camino = f"/api/v1/monitores/{creado.json()['id']}"
    otro = {"nombre": "Agua", "definicion": {"alguna": ["sin agua", "fuga"]}}
    assert coordina.put(camino, json=otro).json()["version"] == 2
    assert coordina.post(f"{camino}/pausar").json()["activo"] is False
    assert coordina.post(f"{camino}/reanudar").json()["activo"] is True
    del_archivo = crear_monitor(panel)
    assert coordina.put(f"/api/v1/monitores/{del_archivo.id}", json=otro).status_code == 409


@pytest.mark.parametrize(
    "definicion",
    [
        {},
        {"alguna": "sin agua"},
        {"inventada": 1},
        {"alguna": ["a\0b"]},
        {"alguna": ["\ud800"]},
        {"alguna": ["x"], "lugar": {"poligono": {"type": "Polygon", "coordinates": [[[0, 0]]]}}},
        {"alguna": ["x"], "lugar": {"poligono": {"type": "Polygon", "coordinates": [[[1e400, 0], [1, 1], [0, 1]]]}}},
        {"alguna": ["x"], "lugar": {"centro": [900, 1e300], "radio_km": -1}},
        {"alguna": ["x"], "lugar": {"lugares": ["No existe tal lugar"]}},
        {"alguna": [[[[[[[[[[[[[["hondo"]]]]]]]]]]]]]]},
    ],
)
def test_una_definicion_hostil_no_rompe_y_dice_que_cambiar(con_ficha: Cliente, definicion: dict[str, object]) -> None:
    coordina, cuerpo = con_ficha(Rol.COORDINADOR), {"nombre": "X", "definicion": definicion}
    for camino in ("/api/v1/monitores", "/api/v1/monitores/probar"):
        respuesta = coordina.post(camino, content=json.dumps(cuerpo))
        assert respuesta.status_code == 422, respuesta.text
        assert respuesta.json()["error"]


def test_una_historia_se_atiende_una_vez_y_se_silencia(con_ficha: Cliente, panel: EntornoDelPanel) -> None:
    historia = contar_historia(panel)
    coordina = con_ficha(Rol.COORDINADOR)
    camino = f"/api/v1/historias/{historia.id}"
    assert coordina.post(f"{camino}/enterada").json()["atendida_por"] == "Coordinador"
    assert con_ficha(Rol.COORDINADOR, nombre="Otra").post(f"{camino}/enterada").json()["atendida_por"] == "Coordinador"
    assert "hasta" in coordina.post(f"{camino}/silenciar", json={"plazo": "cuatro"}).json()["hecho"]
    assert coordina.post(f"{camino}/silenciar", json={"hasta": "ayer 9:00"}).json()["donde"] == ["hasta"]
    assert coordina.post(f"{camino}/reanudar").json()["hecho"] == "Ya se avisa otra vez."
    assert coordina.get(camino).json()["id"] == historia.id


# ── la oficina ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_yo_dice_de_quien_es_la_ficha_y_que_puede_donde(con_ficha: Cliente, perfil_de: Callable[..., Perfil]) -> None:
    mio, _ajeno = perfil_de(), perfil_de()
    yo = con_ficha(Rol.EDITOR, perfil_id=mio.id).get("/api/v1/yo").json()
    assert yo["en_toda_la_oficina"] == []
    assert yo["en_perfiles"] == [{"perfil_id": mio.id, "perfil": mio.nombre, "acciones": ["ver", "redactar"]}]


def test_quien_administra_ve_a_los_demas_sin_sus_secretos(con_ficha: Cliente) -> None:
    administra = con_ficha(Rol.ADMINISTRADOR)
    (una,) = administra.get("/api/v1/usuarios").json()
    assert una["cargos"] == [{"rol": "administrador", "perfil_id": None}]
    assert not {"clave", "segundo_factor", "respaldos"} & una.keys()
    assert con_ficha(Rol.COORDINADOR).get("/api/v1/usuarios").status_code == 403
    assert administra.get("/api/v1/flujos").json() == []

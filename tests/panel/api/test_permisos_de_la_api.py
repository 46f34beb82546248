"""Toda ruta de la API, con un objeto de un perfil: para quien no es de ahí no existe. Y hasta dónde llega una ficha.

Las rutas se preguntan a la aplicación: la que se añada sin preguntar de quién es lo que toca, rompe estas pruebas.
"""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from modelos import Alcance, Perfil, Rol
from panel.api import CAMINO
from panel.entorno import EntornoDelPanel
from tests.panel.acervo import poner_medio
from tests.panel.api.conftest import montada, ritmo_de
from tests.panel.api.cuerpos import CUERPOS
from tests.panel.con_historias import contar_historia, crear_monitor
from tests.panel.test_aprobaciones import crear_flujo, ultima

Cliente = Callable[..., TestClient]

DE_TODA_LA_OFICINA = {
    "GET /usuarios", "POST /usuarios", "GET /bitacora", "GET /flujos", "POST /flujos", "POST /flujos/probar",
    "GET /monitores", "GET /historias", "GET /silencios", "GET /gastos", "GET /redes", "POST /perfiles",
}  # fmt: skip


def rutas_de(app: FastAPI) -> list[tuple[str, str]]:
    caminos = montada(app).openapi()["paths"]
    return [(metodo.upper(), camino) for camino, metodos in caminos.items() for metodo in metodos]


@pytest.fixture
def ajenas(
    panel: EntornoDelPanel, con_ficha: Cliente, perfil_de: Callable[..., Perfil], tmp_path: Path
) -> dict[str, str]:
    """Un objeto de cada clase, del primer perfil."""
    perfil = perfil_de()
    crear_flujo(panel)
    sistema = con_ficha(Rol.EDITOR, perfil_id=perfil.id, nombre="Dueña")
    aviso = {"texto": "De la dueña", "perfiles": [perfil.id], "cuando": "mañana 9:00"}
    publicada = sistema.post(f"{CAMINO}/publicaciones", json=aviso).json()
    medio = poner_medio(panel, tmp_path, subido_por="")
    return {
        "perfil_id": str(perfil.id),
        "publicacion_id": str(publicada["id"]),
        "entrega_id": str(publicada["entregas"][0]["id"]),
        "solicitud_id": str(ultima(panel).id),
        "clave": sistema.post(f"{CAMINO}/borradores", json={"texto": "Mío"}).json()["clave"],
        "medio_id": str(medio.id),
        "tamano": "original",
        "monitor_id": str(crear_monitor(panel).id),
        "historia_id": str(contar_historia(panel).id),
        "flujo_id": "1",
        "usuario_id": "1",
    }


def pedir(cliente: TestClient, metodo: str, camino: str, ajenas: Mapping[str, str]) -> int:
    hecho = re.sub(r"\{(\w+)\}", lambda m: ajenas[m[1]], camino)
    cuerpo = CUERPOS.get(f"{metodo} {camino}")
    if cuerpo is not None and "entregas" in cuerpo:
        cuerpo = {**cuerpo, "entregas": [int(ajenas["entrega_id"])]}
    if cuerpo is None and camino.startswith("/publicaciones") and metodo == "POST":
        cuerpo = {"texto": "Ajena", "perfiles": [int(ajenas["perfil_id"])], "cuando": "mañana 9:00"}
    if f"{metodo} {camino}" == "POST /medios":
        return cliente.post(f"{CAMINO}{hecho}", content=b"x").status_code
    return cliente.request(metodo, f"{CAMINO}{hecho}", json=cuerpo).status_code


def test_lo_de_un_perfil_ajeno_y_lo_de_la_oficina_no_existen_para_quien_administra_otro(
    app: FastAPI, ajenas: dict[str, str], con_ficha: Cliente, perfil_de: Callable[..., Perfil]
) -> None:
    """Ni un 403, que diría que existe. Con los demás roles, y sin ficha, lo prueba `test_rutas` con todo el panel."""
    sistema = con_ficha(Rol.ADMINISTRADOR, perfil_id=perfil_de().id, nombre="De otro")
    con_objeto = [
        (m, c)
        for m, c in rutas_de(app)
        if "{" in c or f"{m} {c}" in DE_TODA_LA_OFICINA or (m == "POST" and c.startswith("/publicaciones"))
    ]
    assert len(con_objeto) > 75
    contestadas = {f"{m} {c}": pedir(sistema, m, c, ajenas) for m, c in con_objeto}
    assert {r: c for r, c in contestadas.items() if c != 404} == {}


def test_quien_pide_de_mas_espera_y_los_demas_no(app: FastAPI, con_ficha: Cliente) -> None:
    ritmo_de(app).maximo = 3
    prisa, otra = con_ficha(Rol.LECTOR, nombre="Prisa"), con_ficha(Rol.LECTOR, nombre="Otra")
    assert [prisa.get(f"{CAMINO}/yo").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert prisa.get(f"{CAMINO}/yo").headers["retry-after"] == "60"
    assert otra.get(f"{CAMINO}/yo").status_code == 200


def test_la_ventana_se_acaba_y_se_le_vuelve_a_atender(app: FastAPI, con_ficha: Cliente, panel: EntornoDelPanel) -> None:
    ritmo_de(app).maximo = 1
    sistema = con_ficha(Rol.LECTOR)
    assert [sistema.get(f"{CAMINO}/yo").status_code for _ in range(2)] == [200, 429]
    panel.entorno.reloj.avanzar(timedelta(minutes=1))  # type: ignore[attr-defined] # el de las pruebas
    assert sistema.get(f"{CAMINO}/yo").status_code == 200


# ── hasta dónde llega la ficha ───────────────────────────────────────────────────────────────────────────────────


def test_una_ficha_de_solo_leer_no_escribe_aunque_su_duena_administre(con_ficha: Cliente) -> None:
    lee = con_ficha(Rol.ADMINISTRADOR, alcance=Alcance.LEER)
    assert lee.get("/api/v1/publicaciones").status_code == 200
    assert lee.get("/api/v1/yo").json()["en_toda_la_oficina"] == ["ver"]
    for camino in ("/api/v1/publicaciones", "/api/v1/borradores", "/api/v1/publicaciones/revisar"):
        negado = lee.post(camino, json={"texto": "Hola", "perfiles": ["x"], "cuando": "mañana 9:00"})
        assert negado.status_code == 403, camino
        assert "Su ficha no llega a eso" in negado.json()["error"]


def test_una_ficha_para_publicar_no_aprueba_ni_coordina_ni_administra(
    con_ficha: Cliente, perfil_de: Callable[..., Perfil]
) -> None:
    publica = con_ficha(Rol.ADMINISTRADOR, alcance=Alcance.PUBLICAR)
    perfil = perfil_de("facebook")
    assert publica.get("/api/v1/yo").json()["en_toda_la_oficina"] == ["ver", "redactar"]
    assert publica.post(f"/api/v1/perfiles/{perfil.id}/pausar").status_code == 403
    assert publica.get("/api/v1/usuarios").status_code == 403
    assert publica.get("/api/v1/flujos").status_code == 403


def test_el_alcance_no_da_lo_que_su_duena_no_puede(con_ficha: Cliente) -> None:
    lectora = con_ficha(Rol.LECTOR, alcance=Alcance.TODO)
    negado = lectora.post("/api/v1/borradores", json={"texto": "Hola"})
    assert negado.status_code == 403
    assert "ficha" not in negado.json()["error"]

"""La página de la API: todo lo que se puede pedir, con su ejemplo, y usable sin verla y en un teléfono."""

import gzip
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page
from starlette.testclient import TestClient

from modelos import Rol
from panel.entorno import EntornoDelPanel
from tests.panel.accesible import faltas
from tests.panel.api.conftest import montada
from tests.panel.conftest import Navegador
from tests.panel.personas import Persona, crear_usuario


def test_cada_operacion_tiene_titulo_tema_y_como_se_pide(app: FastAPI, persona: Callable[..., Persona]) -> None:
    documento = montada(app).openapi()
    operaciones = [(c, m, o) for c, metodos in documento["paths"].items() for m, o in metodos.items()]
    assert [f"{m} {c}" for c, m, o in operaciones if not o.get("tags") or " " not in o["summary"] + " "] == []
    temas = {t["name"] for t in documento["tags"]}
    assert {o["tags"][0] for _c, _m, o in operaciones} == temas
    html = persona(Rol.LECTOR).ver("/api").text
    assert [c for c, _m, _o in operaciones if f"<code>{c}</code>" not in html] == []
    assert html.count('<details class="operacion">') == len(operaciones)
    assert "curl -H &#34;Authorization: Bearer $FICHA&#34; http://127.0.0.1/api/v1/yo" in html
    assert len(gzip.compress(html.encode())) < 60_000


def test_sin_entrar_no_se_ve(desconocido: TestClient) -> None:
    assert desconocido.get("/api", follow_redirects=False).headers["location"] == "/entrar?volver=/api"


@pytest.mark.parametrize("oscuro", [False, True], ids=["claro", "oscuro"])
def test_se_lee_sin_verla_y_cabe_en_el_telefono(
    oscuro: bool, navegador: Navegador, panel: EntornoDelPanel, capturar: Callable[[Page, str], None]
) -> None:
    pagina = navegador.como(crear_usuario(panel, Rol.LECTOR), telefono=True, oscuro=oscuro)
    pagina.goto("/api")
    pagina.locator("details.operacion").nth(2).locator("summary").click()
    assert pagina.evaluate("document.documentElement.scrollWidth") <= 412
    assert faltas(pagina, solo_contraste=oscuro) == []
    capturar(pagina, f"api-{'oscuro' if oscuro else 'claro'}")
    assert navegador.errores == []

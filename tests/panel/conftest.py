"""Un panel de verdad sobre una base de verdad: pedido por dentro (`persona`), o por HTTP en Chromium (`navegador`)."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from starlette.testclient import TestClient

from modelos import Rol, Usuario
from motor.arranque import AjustesDelPanel, Oficina
from motor.entorno import Entorno
from motor.escucha.entorno import EntornoDeEscucha
from motor.llavero import Llavero
from panel.aplicacion import crear
from panel.entorno import EntornoDelPanel
from panel.peticion import nombre_de_cookie
from tests.panel.personas import Persona, abrir_sesion, crear_usuario

CHROMIUM = next((r for r in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if r), None)
TELEFONO = {"width": 412, "height": 915}
ESCRITORIO = {"width": 1280, "height": 800}
_BANDERAS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@pytest.fixture
def oficina(entorno: Entorno, escucha: EntornoDeEscucha, tmp_path: Path) -> Oficina:
    return Oficina(
        entorno=entorno,
        escucha=escucha,
        servidor=None,
        firmante=None,
        canales=(),
        reposo=timedelta(seconds=2),
        recorrido=timedelta(seconds=3),
        bitacora="texto",
        llavero=Llavero.abrir(tmp_path / "llaves"),
        panel=AjustesDelPanel(direccion="127.0.0.1", puerto=0, url="http://127.0.0.1"),
    )


@pytest.fixture
def app(oficina: Oficina) -> FastAPI:
    return crear(oficina)


@pytest.fixture
def panel(app: FastAPI) -> EntornoDelPanel:
    suyo = app.state.panel
    assert isinstance(suyo, EntornoDelPanel)
    return suyo


@pytest.fixture
def desconocido(app: FastAPI) -> TestClient:
    """Quien no ha entrado."""
    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=True)


@pytest.fixture
def persona(app: FastAPI, panel: EntornoDelPanel) -> Callable[..., Persona]:
    """`persona(Rol.EDITOR)`: alguien con sesión; `perfil_id=` sólo en ese perfil. Sin rol, alguien sin permisos."""

    def entrar(*roles: Rol, nombre: str = "", perfil_id: int | None = None) -> Persona:
        usuario = crear_usuario(panel, *roles, nombre=nombre, perfil_id=perfil_id)
        return Persona(panel, TestClient(app, base_url="http://127.0.0.1"), usuario)

    return entrar


# ── en un navegador de verdad ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def direccion(app: FastAPI) -> Iterator[str]:
    """El panel atendiendo por HTTP en un puerto libre; «http://127.0.0.1:NNNN»."""
    servidor = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, timeout_graceful_shutdown=1)
    )
    hilo = threading.Thread(target=servidor.run, daemon=True)
    hilo.start()
    while not servidor.started and hilo.is_alive():
        time.sleep(0.01)
    puerto = servidor.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{puerto}"
    servidor.should_exit = True
    hilo.join(5)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Falta Chromium en esta máquina (en Debian: apt install chromium).")
    with sync_playwright() as playwright:
        navegador = playwright.chromium.launch(executable_path=CHROMIUM, args=_BANDERAS)
        yield navegador
        navegador.close()


@dataclass
class Navegador:
    """Abre páginas como alguien. `errores`: lo que la consola y la política de contenido dijeron mal."""

    chromium: Browser
    panel: EntornoDelPanel
    direccion: str

    def __post_init__(self) -> None:
        self.errores: list[str] = []
        self._contextos: list[BrowserContext] = []

    def como(
        self,
        usuario: Usuario | None,
        *,
        telefono: bool = False,
        guiones: bool = True,
        oscuro: bool = False,
        trabajador: bool = False,
    ) -> Page:
        """Una pestaña nueva, en un aparato suyo. guiones: False es un navegador sin JavaScript. trabajador: con el que
        guarda copias para cuando no hay señal.
        """
        contexto = self.chromium.new_context(
            base_url=self.direccion,
            viewport=TELEFONO if telefono else ESCRITORIO,  # type: ignore[arg-type] # es un TypedDict
            has_touch=telefono,
            is_mobile=telefono,
            java_script_enabled=guiones,
            color_scheme="dark" if oscuro else "light",
            locale="es-MX",
            timezone_id="America/Mexico_City",
            service_workers="allow" if trabajador else "block",
        )
        contexto.set_default_timeout(10_000)
        self._contextos.append(contexto)
        if usuario is not None:
            galleta = {"name": nombre_de_cookie(self.panel), "value": abrir_sesion(self.panel, usuario)}
            contexto.add_cookies([{**galleta, "url": self.direccion, "httpOnly": True, "sameSite": "Lax"}])  # type: ignore[list-item] # ídem
        pagina = contexto.new_page()
        pagina.on("console", lambda m: self.errores.append(m.text) if m.type == "error" else None)
        pagina.on("pageerror", lambda e: self.errores.append(str(e)))
        return pagina

    def cerrar(self) -> None:
        for contexto in self._contextos:
            contexto.close()


@pytest.fixture
def navegador(chromium: Browser, panel: EntornoDelPanel, direccion: str) -> Iterator[Navegador]:
    suyo = Navegador(chromium, panel, direccion)
    yield suyo
    suyo.cerrar()


@pytest.fixture
def capturar(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Guardar una captura en la carpeta que diga CAPTURAS, para mirarla; sin ella no hace nada."""

    def guardar(pagina: Page, nombre: str) -> None:
        if carpeta := os.environ.get("CAPTURAS"):
            pagina.screenshot(path=Path(carpeta) / f"{nombre}.png", full_page=True)

    return guardar


@pytest.fixture
def otra_direccion(oficina: Oficina) -> Callable[[str], Oficina]:
    """La misma oficina con otra dirección pública («https://…»)."""
    return lambda url: replace(oficina, panel=replace(oficina.panel, url=url))

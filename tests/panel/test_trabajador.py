"""El trabajador, en un Chromium de verdad: sin señal se ve lo de hoy, lo compartido llega, los toques se enseñan."""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Worker, expect
from sqlmodel import select

from modelos import Estado, Medio, Rol, Usuario
from panel.entorno import EntornoDelPanel
from panel.peticion import nombre_de_cookie
from tests.panel.accesible import faltas
from tests.panel.con_publicaciones import crear_perfil, programar
from tests.panel.conftest import _BANDERAS, CHROMIUM, TELEFONO, Navegador
from tests.panel.personas import abrir_sesion, crear_usuario

_COMPARTIR = """async () => {
  const lienzo = new OffscreenCanvas(64, 48)
  lienzo.getContext('2d').fillRect(0, 0, 64, 48)
  const foto = new File([await lienzo.convertToBlob({ type: 'image/jpeg' })], 'calle.jpg', { type: 'image/jpeg' })
  const entrada = Object.assign(document.createElement('input'), { type: 'file', name: 'fotos' })
  const bolsa = new DataTransfer()
  bolsa.items.add(foto)
  entrada.files = bolsa.files
  const texto = Object.assign(document.createElement('input'), { name: 'texto', value: 'Así quedó la calle' })
  const forma = Object.assign(document.createElement('form'), { method: 'post', action: '/compartir' })
  forma.enctype = 'multipart/form-data'
  forma.append(entrada, texto)
  document.body.append(forma)
  forma.submit()
}"""

_SALIR = """async () => {
  const { pedir } = await import(document.querySelector('script[src$="/pregonero.js"]').src)
  await pedir('/salir')
}"""


def hasta(pagina: Page, pregunta: str) -> None:
    """Repetir una pregunta asíncrona hasta que sea cierta. `wait_for_function` toma por cierta la promesa misma."""
    repetir = """for (let n = 0; n < 400; n++) {
      if (await cierta()) return true
      await new Promise((si) => setTimeout(si, 25))
    }
    return false"""
    assert pagina.evaluate(f"async () => {{ const cierta = {pregunta}\n{repetir} }}"), f"No llegó a ser: {pregunta}"


def con_trabajador(pagina: Page) -> Worker:
    """Entrar, y esperar a que el trabajador mande en la página y tenga la copia de hoy."""
    pagina.goto("/")
    pagina.evaluate("navigator.serviceWorker.ready.then(() => null)")
    pagina.reload()
    hasta(pagina, "async () => (await caches.match('/', { cacheName: 'paginas' })) !== undefined")
    return pagina.context.service_workers[0]


def test_sin_senal_se_ve_hoy_diciendo_de_cuando_es_y_al_salir_se_olvida(
    navegador: Navegador, capturar: Callable[[Page, str], None]
) -> None:
    panel = navegador.panel
    crear_perfil(panel)
    programar(panel, "La que falló.", estado=Estado.FALLIDA)
    pagina = navegador.como(crear_usuario(panel, Rol.COORDINADOR), telefono=True, trabajador=True)
    con_trabajador(pagina)
    pagina.context.set_offline(True)
    pagina.reload()
    expect(pagina.locator("#necesita")).to_contain_text("La que falló.")
    expect(pagina.get_by_role("status")).to_contain_text("Esto es una copia de las")
    assert pagina.evaluate("document.styleSheets.length") >= 2
    capturar(pagina, "hoy-sin-senal")
    pagina.goto("/bitacora")
    expect(pagina.get_by_role("heading", name="Sin señal")).to_be_visible()
    pagina.context.set_offline(False)
    pagina.goto("/")
    pagina.evaluate(_SALIR)
    hasta(pagina, "async () => !(await caches.keys()).includes('paginas')")


def test_lo_compartido_sin_senal_llega_una_vez_cuando_vuelve(navegador: Navegador) -> None:
    panel = navegador.panel
    pagina = navegador.como(crear_usuario(panel, Rol.EDITOR), telefono=True, trabajador=True)
    con_trabajador(pagina)
    pagina.context.set_offline(True)
    with pagina.expect_navigation():
        pagina.evaluate(_COMPARTIR)
    assert medios(panel) == []
    pagina.context.set_offline(False)
    pagina.goto("/mas")
    expect(pagina.get_by_text("Ya se mandó lo que compartió sin señal.")).to_be_visible()
    destino = pagina.get_by_role("link", name="Abrirlo").get_attribute("href") or ""
    assert destino.startswith(f"/componer?medio={medios(panel)[0].id}&texto=As")
    pagina.reload()
    pagina.wait_for_timeout(300)
    assert len(medios(panel)) == 1


def medios(panel: EntornoDelPanel) -> list[Medio]:
    with panel.entorno.base.leer() as sesion:
        return list(sesion.exec(select(Medio)))


@contextmanager
def instalado(chromium: Browser, panel: EntornoDelPanel, direccion: str, quien: Usuario) -> Iterator[BrowserContext]:
    """Un perfil de navegador que dura: en una ventana de incógnito no se instala nada ni hay avisos."""
    with tempfile.TemporaryDirectory() as carpeta:
        contexto = chromium.browser_type.launch_persistent_context(
            carpeta,
            executable_path=CHROMIUM,
            args=_BANDERAS,
            base_url=direccion,
            viewport=TELEFONO,  # type: ignore[arg-type] # es un TypedDict
            permissions=["notifications"],
        )
        galleta = {"name": nombre_de_cookie(panel), "value": abrir_sesion(panel, quien), "url": direccion}
        contexto.add_cookies([galleta])  # type: ignore[list-item] # ídem
        try:
            yield contexto
        finally:
            contexto.close()


def test_se_puede_instalar_y_un_toque_se_ensena_y_abre_su_pagina(
    chromium: Browser, panel: EntornoDelPanel, direccion: str
) -> None:
    with instalado(chromium, panel, direccion, crear_usuario(panel, Rol.COORDINADOR)) as contexto:
        pagina = contexto.new_page()
        cdp = contexto.new_cdp_session(pagina)
        registros: list[str] = []
        cdp.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda e: registros.extend(r["registrationId"] for r in e["registrations"]),
        )
        cdp.send("ServiceWorker.enable")
        trabajador = con_trabajador(pagina)
        assert cdp.send("Page.getInstallabilityErrors")["installabilityErrors"] == []

        toque = {"titulo": "Alza de «Baches»", "camino": "/mas", "tema": "alertas", "clave": "historia:4:1"}
        cdp.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": direccion, "registrationId": registros[-1], "data": json.dumps(toque)},
        )
        hasta(pagina, "async () => (await (await navigator.serviceWorker.ready).getNotifications()).length === 1")
        assert tocado(trabajador, toque["camino"]) == ["Alza de «Baches»", "/mas"]
        pagina.goto("/cuenta/avisos")
        assert tocado(trabajador, "https://malo.example/")[1] == "/"
        assert tocado(trabajador, "//malo.example/")[1] == "/"


def tocado(trabajador: Worker, camino: str) -> list[str]:
    """Qué dice y qué abre. El toque de un dedo en un aviso no se puede imitar desde fuera del sistema."""
    dicho: list[str] = trabajador.evaluate(
        """async (camino) => {
          const abiertas = []
          self.clients.openWindow = async (c) => { abiertas.push(c) }
          const [aviso] = await self.registration.getNotifications()
          const titulo = aviso?.title ?? ''
          const falso = { close: () => {}, data: { camino } }
          const suceso = new ExtendableEvent('notificationclick')
          Object.defineProperty(suceso, 'notification', { value: falso })
          self.dispatchEvent(suceso)
          for (let n = 0; n < 100 && !abiertas.length; n++) await new Promise((si) => setTimeout(si, 10))
          return [titulo, ...abiertas]
        }""",
        camino,
    )
    return dicho


def test_una_version_nueva_se_ofrece_y_no_se_impone(navegador: Navegador, monkeypatch: pytest.MonkeyPatch) -> None:
    from panel.paginas import aparato

    pagina = navegador.como(crear_usuario(navegador.panel, Rol.LECTOR), trabajador=True)
    con_trabajador(pagina)
    de_antes = aparato._trabajador()
    monkeypatch.setattr(aparato, "_trabajador", lambda: de_antes + "\n// otra\n")
    pagina.evaluate("navigator.serviceWorker.getRegistration().then((r) => r.update()).then(() => null)")
    expect(pagina.get_by_text("Hay una versión nueva del panel.")).to_be_visible()
    with pagina.expect_navigation():
        pagina.get_by_role("button", name="Recargar").click()
    expect(pagina.get_by_text("Hay una versión nueva del panel.")).not_to_be_visible()


@pytest.mark.parametrize("oscuro", [False, True], ids=["claro", "oscuro"])
def test_la_pagina_de_avisos_y_la_de_sin_senal_se_leen_bien(
    navegador: Navegador, capturar: Callable[[Page, str], None], oscuro: bool
) -> None:
    quien = crear_usuario(navegador.panel, Rol.COORDINADOR)
    pagina = navegador.como(quien, telefono=not oscuro, oscuro=oscuro)
    for camino in ("/cuenta/avisos", "/sin-senal"):
        pagina.goto(camino)
        assert faltas(pagina) == []
        capturar(pagina, f"aparato{camino.replace('/', '-')}-{'oscuro' if oscuro else 'claro'}")
    sin_guiones = navegador.como(quien, guiones=False)
    sin_guiones.goto("/cuenta/avisos")
    expect(sin_guiones.locator("noscript p")).to_be_visible()
    expect(sin_guiones.get_by_role("button", name="Recibir avisos aquí")).to_be_disabled()
    assert navegador.errores == []

"""Lo que se mira de toda petición, antes de cualquier página."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from modelos import Rol
from panel.guardias import PAGINAS_A_LA_VEZ, Turnos, se_puede_buscar
from tests.panel.conftest import Navegador
from tests.panel.lazo import correr
from tests.panel.personas import Persona, crear_usuario

Entra = Callable[..., Persona]


def test_quien_no_ha_entrado_va_a_entrar_y_vuelve_a_donde_iba(desconocido: TestClient) -> None:
    respuesta = desconocido.get("/mas?a=1", follow_redirects=False)
    assert (respuesta.status_code, respuesta.headers["location"]) == (303, "/entrar?volver=/mas%3Fa%3D1")


def test_a_un_guion_sin_sesion_se_le_dice_y_no_se_le_mueve(desconocido: TestClient) -> None:
    respuesta = desconocido.get("/mas", headers={"accept": "application/json"})
    assert respuesta.status_code == 401
    assert "Vuelva a entrar" in respuesta.json()["error"]


def test_ninguna_pagina_admite_guiones_ni_estilos_escritos_dentro(persona: Entra) -> None:
    politica = persona(Rol.LECTOR).ver("/mas").headers["content-security-policy"]
    assert "script-src 'self';" in politica
    assert "style-src 'self';" in politica
    assert "unsafe" not in politica


@pytest.mark.parametrize("camino", ["/mas", "/entrar", "/no-existe", "/estaticos/pregonero.css"])
def test_todas_las_respuestas_llevan_las_cabeceras_de_seguridad(persona: Entra, camino: str) -> None:
    cabeceras = persona(Rol.LECTOR).ver(camino).headers
    assert cabeceras["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in cabeceras["content-security-policy"]


def test_un_formulario_sin_su_ficha_no_hace_nada(persona: Entra) -> None:
    alguien = persona(Rol.LECTOR)
    assert alguien.cliente.post("/salir", data={}).status_code == 403
    assert alguien.ver("/mas").status_code == 200


def test_la_ficha_de_otra_sesion_no_vale(persona: Entra) -> None:
    una, otra = persona(Rol.LECTOR, nombre="Una"), persona(Rol.LECTOR, nombre="Otra")
    respuesta = una.cliente.post("/salir", data={"csrf": otra.ficha()})
    assert respuesta.status_code == 403


@pytest.mark.parametrize(
    "cabeceras", [{"origin": "https://malo.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}]
)
def test_lo_que_manda_otra_pagina_no_se_atiende(persona: Entra, cabeceras: dict[str, str]) -> None:
    alguien = persona(Rol.LECTOR)
    respuesta = alguien.cliente.post("/salir", data={"csrf": alguien.ficha()}, headers=cabeceras)
    assert respuesta.status_code == 403


def test_con_otro_nombre_no_se_atiende(desconocido: TestClient) -> None:
    assert desconocido.get("/entrar", headers={"host": "malo.example"}).status_code == 403


def test_lo_que_pesa_demasiado_se_corta_aunque_no_lo_diga(persona: Entra) -> None:
    def sin_fin() -> Iterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000

    cabeceras = {"content-type": "application/x-www-form-urlencoded"}
    respuesta = persona(Rol.LECTOR).cliente.post("/salir", content=sin_fin(), headers=cabeceras)
    assert respuesta.status_code == 413


def test_lo_que_dice_pesar_demasiado_ni_se_lee(persona: Entra) -> None:
    alguien = persona(Rol.LECTOR)
    cabeceras = {"content-type": "application/x-www-form-urlencoded", "x-csrf-token": alguien.ficha()}
    assert alguien.cliente.post("/salir", content=b"x" * 1_100_000, headers=cabeceras).status_code == 413


def test_al_salir_la_cookie_ya_no_vale(persona: Entra) -> None:
    alguien = persona(Rol.LECTOR)
    galleta = dict(alguien.cliente.cookies)
    alguien.hacer("/salir")
    alguien.cliente.cookies.update(galleta)
    assert alguien.ver("/mas").status_code == 303


def test_la_pagina_se_ve_en_el_telefono_sin_desbordarse(
    navegador: Navegador, capturar: Callable[[Page, str], None]
) -> None:
    pagina = navegador.como(crear_usuario(navegador.panel, Rol.ADMINISTRADOR), telefono=True)
    pagina.goto("/mas")
    assert pagina.get_by_role("heading", name="Más").is_visible()
    assert pagina.evaluate("document.documentElement.scrollWidth") <= 412
    assert navegador.errores == []
    capturar(pagina, "mas-telefono")


@pytest.mark.parametrize("anfitrion", ["[", "malo.example", "malo.example@127.0.0.1", "127.0.0.1@malo.example", ""])
def test_un_nombre_que_no_es_el_nuestro_no_se_atiende_se_escriba_como_se_escriba(
    desconocido: TestClient, anfitrion: str
) -> None:
    assert desconocido.get("/entrar", headers={"host": anfitrion}).status_code == 403


@pytest.mark.parametrize("origen", ["http://[", "http://127.0.0.1.malo.example", "http://malo.example@127.0.0.1", "x"])
def test_un_origen_que_no_es_el_nuestro_no_se_atiende_se_escriba_como_se_escriba(persona: Entra, origen: str) -> None:
    alguien = persona(Rol.LECTOR)
    respuesta = alguien.cliente.post("/salir", data={"csrf": alguien.ficha()}, headers={"origin": origen})
    assert respuesta.status_code == 403


@pytest.mark.parametrize(
    ("camino", "se_puede"),
    [
        ("/publicacion/7", True),
        ("/publicacion/2147483647/mover", True),
        ("/publicacion/2147483648", False),
        (f"/publicacion/{'9' * 5000}", False),
        ("/perfiles/1\0", False),
        ("/medios/2026/11/99999999999-foto.jpg", True),
    ],
)
def test_un_numero_que_no_cabe_en_la_base_no_se_busca(camino: str, se_puede: bool) -> None:
    assert se_puede_buscar(camino) is se_puede


async def _paginas_a_la_vez(cuantas: int, *, metodo: str) -> int:
    """Cuántas llegaron a estar a la vez dentro de la aplicación, de esas que se pidieron juntas."""
    dentro = maximo = 0

    async def lenta(_scope: Scope, _receive: Receive, send: Send) -> None:
        nonlocal dentro, maximo
        dentro += 1
        maximo = max(maximo, dentro)
        await asyncio.sleep(0.01)
        dentro -= 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0.02)  # lo que tarda en bajar no ocupa turno

    async def recibir() -> Message:
        return {"type": "http.request"}

    async def mandar(_mensaje: Message) -> None:
        return None

    turnos = Turnos(lenta)
    await asyncio.gather(*(turnos({"type": "http", "method": metodo}, recibir, mandar) for _ in range(cuantas)))
    return maximo


def test_pocas_paginas_a_la_vez_y_los_formularios_no_esperan() -> None:
    assert correr(_paginas_a_la_vez(20, metodo="GET")) == PAGINAS_A_LA_VEZ
    assert correr(_paginas_a_la_vez(20, metodo="POST")) == 20

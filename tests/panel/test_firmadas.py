"""Lo que se enseña sin sesión: el enlace del correo se abre sin hacer nada, el botón lo hace, y nadie más puede."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from modelos import Evento, Historia, Silencio
from motor.arranque import Oficina
from motor.avisos.enterada.enlaces import Enlaces
from motor.medios_publicos import Firmante
from panel.aplicacion import crear
from panel.entorno import EntornoDelPanel
from tests.conftest import RelojFijo
from tests.panel.con_historias import contar_historia, historia_de
from tests.panel.conftest import Navegador

URL = "http://127.0.0.1"


@pytest.fixture
def oficina(oficina: Oficina) -> Oficina:
    firmante = Firmante.de(URL, b"una clave bien larga y al azar", oficina.entorno.acervo)
    return replace(oficina, firmante=firmante)


@pytest.fixture
def historia(panel: EntornoDelPanel) -> Historia:
    return contar_historia(panel, asunto="Inundaciones <3")


@pytest.fixture
def camino(panel: EntornoDelPanel, historia: Historia) -> str:
    enlaces = Enlaces.de_firmante(panel.oficina.firmante)
    assert enlaces is not None
    return enlaces.de(historia.id, panel.entorno.reloj.ahora()).removeprefix(URL)


def silencios(panel: EntornoDelPanel) -> list[Silencio]:
    with panel.entorno.base.leer() as sesion:
        return list(sesion.exec(select(Silencio).order_by(Silencio.ambito)))


def test_abrirlo_no_hace_nada_y_el_boton_si(
    panel: EntornoDelPanel, desconocido: TestClient, historia: Historia, camino: str
) -> None:
    """Los antivirus abren los enlaces antes que la persona."""
    vista = desconocido.get(camino)
    assert vista.status_code == 200
    assert "Inundaciones &lt;3" in vista.text
    assert (vista.headers["cache-control"], vista.headers["referrer-policy"]) == ("no-store", "strict-origin")
    assert "script-src 'self'" in vista.headers["content-security-policy"]
    assert historia_de(panel, historia.id).atendida_en is None
    hecho = desconocido.post(camino, data={"accion": "enterada"})
    assert "queda anotado que está enterada" in hecho.text
    assert historia_de(panel, historia.id).atendida_por == "desde el correo"
    assert 'value="enterada"' not in desconocido.get(camino).text


@pytest.mark.parametrize(("accion", "horas"), [("cuatro", 4), ("hoy", 15)])  # son las 9:00
def test_silenciar_es_tambien_estar_enterada(
    panel: EntornoDelPanel, desconocido: TestClient, historia: Historia, camino: str, *, accion: str, horas: int
) -> None:
    assert "Lo que pase se le contará después" in desconocido.post(camino, data={"accion": accion}).text
    assert historia_de(panel, historia.id).atendida_en is not None
    ahora = panel.entorno.reloj.ahora()
    assert {(s.ambito, s.hasta) for s in silencios(panel)} == {(historia.clave, ahora + timedelta(hours=horas))}
    assert "Silenciado hasta" in desconocido.get(camino).text


@pytest.mark.parametrize(
    "cambio",
    [
        ("/avisos/1?", "/avisos/2?"),
        ("caduca=", "caduca=9"),
        ("firma=", "firma=0"),
        ("firma=", "f="),
        ("firma=", "firma=ñ"),
    ],
    ids=str,
)
def test_lo_que_no_firmamos_no_se_abre(
    panel: EntornoDelPanel, desconocido: TestClient, historia: Historia, camino: str, cambio: tuple[str, str]
) -> None:
    contar_historia(panel, clave="monitor:99")
    malo = camino.replace(*cambio)
    assert [desconocido.get(malo).status_code, desconocido.post(malo, data={"accion": "enterada"}).status_code] == [
        404,
        404,
    ]
    assert historia_de(panel, historia.id).atendida_en is None


def test_caduca_a_los_siete_dias(desconocido: TestClient, reloj: RelojFijo, camino: str) -> None:
    reloj.avanzar(timedelta(days=7, seconds=1))
    assert desconocido.get(camino).status_code == 404


def test_una_accion_que_no_existe_no_hace_nada(
    panel: EntornoDelPanel, desconocido: TestClient, historia: Historia, camino: str
) -> None:
    assert desconocido.post(camino, data={"accion": "borrar"}).status_code == 400
    assert historia_de(panel, historia.id).atendida_en is None


def test_desde_otra_pagina_nadie_contesta(desconocido: TestClient, camino: str) -> None:
    mala = desconocido.post(camino, data={"accion": "enterada"}, headers={"origin": "https://malo.example"})
    assert mala.status_code == 403


def test_sin_direccion_publica_no_se_abre_nada(oficina: Oficina, camino: str) -> None:
    sin = TestClient(crear(replace(oficina, firmante=None)), base_url=URL)
    assert [sin.get(camino).status_code, sin.get("/medios/a.jpg").status_code] == [404, 404]


def test_se_anota_quien_contesto(panel: EntornoDelPanel, desconocido: TestClient, camino: str) -> None:
    desconocido.post(camino, data={"accion": "enterada"})
    with panel.entorno.base.leer() as sesion:
        assert [e.autor for e in sesion.exec(select(Evento).where(Evento.accion == "historia_atendida"))] == [
            "desde el correo"
        ]


# ── las imágenes que descarga una red ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def imagen(panel: EntornoDelPanel) -> str:
    """El camino firmado de una imagen del acervo."""
    archivo = panel.entorno.acervo / "ab/feria ñandú.jpg"
    archivo.parent.mkdir(parents=True)
    archivo.write_bytes(b"\xff\xd8foto")
    assert panel.oficina.firmante is not None
    partes = urlsplit(panel.oficina.firmante(archivo))
    return f"{partes.path}?{partes.query}"


def test_sale_lo_firmado_y_lo_demas_no_existe(desconocido: TestClient, imagen: str) -> None:
    respuesta = desconocido.get(imagen)
    assert (respuesta.status_code, respuesta.content) == (200, b"\xff\xd8foto")
    assert respuesta.headers["content-type"] == "image/jpeg"
    assert respuesta.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in respuesta.headers["content-security-policy"]
    assert desconocido.head(imagen).status_code == 200
    sin_firma, otra = imagen.partition("?")[0], imagen.replace("firma=", "firma=0")
    fuera = "/medios/%2e%2e/pregonero.db?" + imagen.partition("?")[2]
    assert {desconocido.get(c).status_code for c in (sin_firma, otra, fuera, "/medios/%00")} == {404}


def test_una_pagina_del_acervo_no_corre(panel: EntornoDelPanel, desconocido: TestClient) -> None:
    """Aunque alguien lograra guardar una y firmarla."""
    pagina = panel.entorno.acervo / "x.html"
    pagina.parent.mkdir(parents=True, exist_ok=True)
    pagina.write_text("<script>alert(1)</script>")
    assert panel.oficina.firmante is not None
    respuesta = desconocido.get(panel.oficina.firmante(pagina).removeprefix(URL))
    assert respuesta.headers["content-security-policy"] == "default-src 'none'; sandbox"


def test_desde_el_telefono_y_sin_guiones(
    navegador: Navegador, panel: EntornoDelPanel, historia: Historia, camino: str, capturar: Callable[..., None]
) -> None:
    pagina = navegador.como(None, telefono=True, guiones=False)
    pagina.goto(camino)
    capturar(pagina, "aviso-firmado")
    pagina.get_by_role("button", name="Enterada").click()
    assert "queda anotado" in pagina.get_by_role("status").inner_text()
    assert historia_de(panel, historia.id).atendida_en is not None
    assert navegador.errores == []

"""El panel como aplicación del teléfono: lo que pide el navegador para instalarlo, y lo que se comparte con él."""

import io
import json
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from PIL import Image, ImageChops
from sqlmodel import select
from starlette.testclient import TestClient

from modelos import Asiento, Entrega, Medio, Rol, Suscripcion
from motor.toques.suscripciones import Aparato
from panel import dibujo
from panel.entorno import EntornoDelPanel
from panel.estaticos import CARPETA
from tests.motor.toques.conftest import Navegador
from tests.panel.personas import Persona

Entra = Callable[..., Persona]


def foto(color: str = "teal") -> tuple[str, bytes, str]:
    salida = io.BytesIO()
    Image.new("RGB", (640, 480), color).save(salida, "JPEG")
    return f"{color}.jpg", salida.getvalue(), "image/jpeg"


# ── instalarlo ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_la_ficha_de_instalacion_se_lee_sin_entrar_y_sus_iconos_estan(desconocido: TestClient) -> None:
    ficha = desconocido.get("/manifest.webmanifest").json()
    assert ficha["name"] == "Pregonero"
    for icono in ficha["icons"]:
        servido = desconocido.get(icono["src"])
        assert servido.status_code == 200
        assert "immutable" in servido.headers["cache-control"]
        if icono["type"] == "image/png":
            lado = int(icono["sizes"].partition("x")[0])
            assert Image.open(io.BytesIO(servido.content)).size == (lado, lado)


def test_los_iconos_guardados_son_los_que_salen_del_dibujo() -> None:
    for nombre, contenido in dibujo.dibujados((CARPETA / "icono.svg").read_text(encoding="utf-8")).items():
        de_ahora, guardado = Image.open(io.BytesIO(contenido)), Image.open(CARPETA / nombre)
        distinto = ImageChops.difference(de_ahora.convert("RGBA"), guardado.convert("RGBA"))
        assert max(maximo for _minimo, maximo in distinto.getextrema()) <= 2, f"Rehaga {nombre}: python -m panel.dibujo"


def test_el_trabajador_esta_en_la_raiz_no_se_guarda_y_lo_que_precarga_existe(desconocido: TestClient) -> None:
    respuesta = desconocido.get("/sw.js")
    assert respuesta.headers["cache-control"] == "no-cache"
    assert respuesta.headers["content-type"].startswith("text/javascript")
    datos = json.loads(respuesta.text.partition("\n")[0].removeprefix("const PREGONERO = "))
    assert {desconocido.get(d).status_code for d in datos["cascara"]} == {200}


def test_la_cascara_pesa_poco(desconocido: TestClient) -> None:
    """Se baja de una vez al instalar, quizá con dos rayas de señal."""
    datos = json.loads(desconocido.get("/sw.js").text.partition("\n")[0].removeprefix("const PREGONERO = "))
    assert sum(len(desconocido.get(d).content) for d in datos["cascara"]) < 400_000


def test_lo_que_distingue_a_quien_no_dice_quien_es(persona: Entra) -> None:
    una, otra = persona(Rol.LECTOR, nombre="Una"), persona(Rol.LECTOR, nombre="Otra")
    marcas = {p.ver("/").text.split('name="quien" content="')[1][:16] for p in (una, una, otra)}
    assert len(marcas) == 2


def test_sin_senal_hay_una_pagina_que_no_dice_nada_de_nadie(desconocido: TestClient) -> None:
    assert "Sin señal" in desconocido.get("/sin-senal").text


# ── compartir ────────────────────────────────────────────────────────────────────────────────────────────────────

DEL_TELEFONO = {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"}


def compartir(quien: Persona, cabeceras: dict[str, str] = DEL_TELEFONO, **campos: str) -> tuple[int, str]:
    respuesta = quien.cliente.post(
        "/compartir",
        data=campos,
        files=[("fotos", foto("teal")), ("fotos", foto("orange"))],
        headers=cabeceras,
        follow_redirects=False,
    )
    return respuesta.status_code, respuesta.headers.get("location", "")


def test_lo_que_se_comparte_entra_al_acervo_y_abre_un_borrador_sin_publicar_nada(
    panel: EntornoDelPanel, persona: Entra
) -> None:
    estado, destino = compartir(persona(Rol.EDITOR), titulo="Bacheo", texto="Bacheo en Centro", enlace="https://x.mx/1")
    with panel.entorno.base.leer() as sesion:
        ids = [str(m.id) for m in sesion.exec(select(Medio))]
        assert sesion.exec(select(Entrega)).all() == []
        assert "compartido_desde_el_telefono" in [a.accion for a in sesion.exec(select(Asiento))]
    assert (estado, urlsplit(destino).path) == (303, "/componer")
    campos = parse_qsl(urlsplit(destino).query)
    assert [v for n, v in campos if n == "medio"] == ids
    assert dict(campos)["texto"] == "Bacheo\nBacheo en Centro\nhttps://x.mx/1"
    assert len(ids) == 2


def test_compartir_dos_veces_lo_mismo_no_lo_guarda_dos_veces(panel: EntornoDelPanel, persona: Entra) -> None:
    quien = persona(Rol.EDITOR)
    assert compartir(quien)[1] == compartir(quien)[1]
    with panel.entorno.base.leer() as sesion:
        assert len(sesion.exec(select(Medio)).all()) == 2


@pytest.mark.parametrize(
    "cabeceras",
    [{}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://malo.example"}],
)
def test_lo_que_manda_otra_pagina_no_entra(panel: EntornoDelPanel, persona: Entra, cabeceras: dict[str, str]) -> None:
    assert compartir(persona(Rol.EDITOR), cabeceras)[0] == 403
    with panel.entorno.base.leer() as sesion:
        assert sesion.exec(select(Medio)).all() == []


def test_quien_solo_lee_no_comparte(persona: Entra) -> None:
    assert compartir(persona(Rol.LECTOR))[0] == 403


def test_sin_entrar_no_se_lee_lo_que_se_comparte(desconocido: TestClient) -> None:
    respuesta = desconocido.post("/compartir", files=[("fotos", foto())], headers=DEL_TELEFONO, follow_redirects=False)
    assert respuesta.status_code == 303
    assert respuesta.headers["location"].startswith("/entrar")


def test_lo_que_no_es_una_foto_se_dice_y_lo_demas_entra(persona: Entra) -> None:
    respuesta = persona(Rol.EDITOR).cliente.post(
        "/compartir",
        files=[("fotos", foto()), ("fotos", ("x.jpg", b"<html><script>alert(1)</script>", "image/jpeg"))],
        headers={**DEL_TELEFONO, "accept": "application/json"},
    )
    assert respuesta.status_code == 200
    assert respuesta.json()["ir"].count("medio=") == 1
    assert "x.jpg" in respuesta.json()["hecho"]


# ── los avisos a este aparato ────────────────────────────────────────────────────────────────────────────────────


def del_navegador(direccion: str = "https://avisos.example/a", **mas: object) -> dict[str, object]:
    suyo = Navegador()
    return {
        "direccion": direccion,
        "p256dh": suyo.p256dh,
        "autenticacion": suyo.autenticacion,
        "tema": ["alertas", "aprobaciones"],
        **mas,
    }


def suscripciones(panel: EntornoDelPanel) -> list[Suscripcion]:
    with panel.entorno.base.leer() as sesion:
        return list(sesion.exec(select(Suscripcion)))


def test_un_aparato_pide_avisos_se_ve_en_la_cuenta_y_se_quita(panel: EntornoDelPanel, persona: Entra) -> None:
    quien = persona(Rol.COORDINADOR)
    assert "En ninguno todavía" in quien.ver("/cuenta/avisos").text
    assert quien.hacer("/cuenta/avisos/pedir", del_navegador(texto="si"), json=True).status_code == 200
    (suya,) = suscripciones(panel)
    assert (suya.temas, suya.con_texto, suya.usuario_id) == (["alertas", "aprobaciones"], True, quien.usuario.id)
    html = quien.ver("/cuenta/avisos").text
    assert f"/cuenta/avisos/{suya.id}/quitar" in html
    assert "avisos.example" not in html
    quien.hacer(f"/cuenta/avisos/{suya.id}/quitar")
    assert suscripciones(panel) == []


def test_las_alertas_son_de_quien_ve_toda_la_oficina(
    panel: EntornoDelPanel, persona: Entra, perfil_de: Callable[..., object]
) -> None:
    perfil_de()
    persona(Rol.COORDINADOR, perfil_id=1).hacer("/cuenta/avisos/pedir", del_navegador(), json=True)
    assert suscripciones(panel)[0].temas == ["aprobaciones"]


@pytest.mark.parametrize(
    "direccion", ["http://avisos.example/a", "https://127.0.0.1:8080/a", "javascript:alert(1)", ""]
)
def test_una_direccion_que_no_es_de_un_servicio_no_se_guarda(
    panel: EntornoDelPanel, persona: Entra, direccion: str
) -> None:
    respuesta = persona(Rol.COORDINADOR).hacer("/cuenta/avisos/pedir", del_navegador(direccion), json=True)
    assert respuesta.status_code == 409
    assert suscripciones(panel) == []


def test_nadie_quita_el_aparato_de_otro(panel: EntornoDelPanel, persona: Entra) -> None:
    persona(Rol.COORDINADOR, nombre="Una").hacer("/cuenta/avisos/pedir", del_navegador(), json=True)
    (suya,) = suscripciones(panel)
    assert persona(Rol.ADMINISTRADOR, nombre="Otra").hacer(f"/cuenta/avisos/{suya.id}/quitar").status_code == 404
    assert len(suscripciones(panel)) == 1


def test_la_llave_que_se_da_es_la_publica_y_la_otra_no_sale_de_su_carpeta(
    panel: EntornoDelPanel, persona: Entra
) -> None:
    html = persona(Rol.LECTOR).ver("/cuenta/avisos").text
    llave = html.split('data-llave="')[1].partition('"')[0]
    navegador = Navegador()
    assert Aparato.de("https://x.mx/a", llave, navegador.autenticacion).p256dh == llave  # 65 bytes de una pública
    archivo = panel.oficina.llavero.carpeta / "vapid.pem"
    assert archivo.stat().st_mode & 0o777 == 0o600

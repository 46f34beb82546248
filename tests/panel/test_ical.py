"""El calendario en el calendario de cada quien: una dirección secreta que sólo lee."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import icalendar
import pytest
from starlette.testclient import TestClient

from modelos import Estado, Rol
from motor.publicacion import mando
from panel.entorno import EntornoDelPanel
from panel.paginas.ical.eventos import limpio
from tests.panel.con_publicaciones import crear_perfil, programar
from tests.panel.personas import Persona

Entra = Callable[..., Persona]


def suscribir(alguien: Persona) -> str:
    hallada = re.search(r'value="http://127\.0\.0\.1(/ical/[^"]+\.ics)"', alguien.hacer("/calendario/suscripcion").text)
    assert hallada
    return hallada[1]


def eventos(cliente: TestClient, camino: str) -> list[Any]:
    respuesta = cliente.get(camino)
    assert (respuesta.status_code, respuesta.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    return list(icalendar.Calendar.from_ical(respuesta.content).walk("VEVENT"))


def test_quien_tiene_la_direccion_lee_lo_que_sale_sin_entrar(
    persona: Entra, panel: EntornoDelPanel, desconocido: TestClient
) -> None:
    crear_perfil(panel, "uno")
    crear_perfil(panel, "dos")
    suyas = programar(panel, "Feria del libro", perfiles=("uno", "dos"))
    camino = suscribir(persona(Rol.LECTOR))
    (evento,) = eventos(desconocido, camino)
    assert evento["SUMMARY"] == "Feria del libro"
    assert evento["UID"] == f"entrega-{min(e.id for e in suyas)}@127.0.0.1"
    assert evento["DTSTART"].dt == suyas[0].no_antes_de
    assert (evento["STATUS"], str(evento["URL"])) == (
        "CONFIRMED",
        f"http://127.0.0.1/publicacion/{suyas[0].publicacion_id}",
    )


def test_al_moverse_sube_su_numero_y_conserva_su_identidad(
    persona: Entra, panel: EntornoDelPanel, desconocido: TestClient
) -> None:
    crear_perfil(panel)
    (suya,) = programar(panel)
    camino = suscribir(persona(Rol.LECTOR))
    (antes,) = eventos(desconocido, camino)
    etiqueta = desconocido.get(camino).headers["etag"]
    assert desconocido.get(camino, headers={"if-none-match": etiqueta}).status_code == 304
    with panel.entorno.base.escribir() as sesion:
        otra = suya.no_antes_de + timedelta(days=1)
        mando.reprogramar(sesion, panel.entorno, suya, otra, autor="ana", ahora=panel.entorno.reloj.ahora())
    (despues,) = eventos(desconocido, camino)
    assert despues["UID"] == antes["UID"]
    assert despues["SEQUENCE"] > antes["SEQUENCE"]
    assert desconocido.get(camino, headers={"if-none-match": etiqueta}).status_code == 200


def test_solo_lleva_los_perfiles_de_su_dueno_y_nada_cancelado_ni_lejano(
    persona: Entra, panel: EntornoDelPanel, desconocido: TestClient
) -> None:
    uno, _ = crear_perfil(panel, "uno"), crear_perfil(panel, "dos")
    ahora = panel.entorno.reloj.ahora()
    programar(panel, "mío", perfiles=("uno",))
    programar(panel, "ajeno", perfiles=("dos",))
    programar(panel, "cancelado", perfiles=("uno",), estado=Estado.CANCELADA)
    programar(panel, "lejano", perfiles=("uno",), en=ahora + timedelta(days=200))
    camino = suscribir(persona(Rol.LECTOR, perfil_id=uno.id))
    assert [e["SUMMARY"] for e in eventos(desconocido, camino)] == ["mío"]


def test_lo_retenido_va_sin_confirmar(persona: Entra, panel: EntornoDelPanel, desconocido: TestClient) -> None:
    crear_perfil(panel)
    programar(panel, estado=Estado.RETENIDA)
    (evento,) = eventos(desconocido, suscribir(persona(Rol.LECTOR)))
    assert evento["STATUS"] == "TENTATIVE"


def test_cambiada_o_quitada_la_de_antes_ya_no_sirve(
    persona: Entra, panel: EntornoDelPanel, desconocido: TestClient
) -> None:
    crear_perfil(panel)
    alguien = persona(Rol.LECTOR)
    primera = suscribir(alguien)
    segunda = suscribir(alguien)
    assert [desconocido.get(c).status_code for c in (primera, segunda)] == [404, 200]
    alguien.hacer("/calendario/suscripcion/quitar")
    assert desconocido.get(segunda).status_code == 404
    assert desconocido.get("/ical/inventada.ics").status_code == 404


def test_la_direccion_no_se_vuelve_a_ensenar_ni_sirve_para_otra_cosa(
    persona: Entra, panel: EntornoDelPanel, desconocido: TestClient
) -> None:
    alguien = persona(Rol.ADMINISTRADOR)
    secreto = suscribir(alguien).removeprefix("/ical/").removesuffix(".ics")
    assert secreto not in alguien.ver("/calendario/suscripcion").text
    assert desconocido.get("/api/v1/perfiles", headers={"authorization": f"Bearer {secreto}"}).status_code == 401


@pytest.mark.parametrize("texto", ["a\r\nEND:VEVENT\r\nBEGIN:VEVENT", "a\rX-MALO:1", "a\x00\x1bb"])
def test_ningun_texto_escribe_otro_renglon(
    persona: Entra, panel: EntornoDelPanel, desconocido: TestClient, texto: str
) -> None:
    crear_perfil(panel)
    programar(panel, texto.replace("\0", ""))
    (evento,) = eventos(desconocido, suscribir(persona(Rol.LECTOR)))
    assert "X-MALO" not in evento
    assert not set(limpio(texto)) & {"\r", "\x00", "\x1b"}

"""Los perfiles en el panel: conectarlos, verlos, detenerlos, y que nadie toque los de otro."""

import socket
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from modelos import Asiento, Credencial, Entrega, Estado, Gasto, Nombramiento, Perfil, Publicacion, Rol
from motor.perfiles.mando import CONECTANDO
from motor.vigilancia import vigilar
from panel.entorno import EntornoDelPanel
from panel.paginas.perfiles import comprobar
from simulador.en_hilo import Simulador
from tests.conftest import COMIENZO
from tests.panel.perfiles.conftest import PAGINA, SECRETO, TOKEN
from tests.panel.personas import Persona

Entra = Callable[..., Persona]
Crea = Callable[..., Perfil]

CREDENCIALES = {"clave_token": TOKEN, "clave_app_id": "1234567890", "clave_app_secret": SECRETO}


def _uno(panel: EntornoDelPanel, nombre: str = "") -> Perfil:
    with panel.entorno.base.leer() as sesion:
        orden = select(Perfil)
        return sesion.exec(orden.where(Perfil.nombre == nombre) if nombre else orden).one()


def _asientos(panel: EntornoDelPanel) -> list[str]:
    with panel.entorno.base.leer() as sesion:
        return list(sesion.exec(select(Asiento.accion).order_by(Asiento.id)))  # type: ignore[arg-type] # columna


# ── conectar ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
def test_de_no_tener_nada_a_publicar_en_cuatro_formularios(
    con_simulador: Simulador, persona: Entra, panel: EntornoDelPanel
) -> None:
    ana = persona(Rol.ADMINISTRADOR)
    assert "/perfiles/nuevo?red=facebook" in ana.ver("/perfiles/nuevo").text
    datos = {"red": "facebook", "titulo": "Ayuntamiento de León", "id_externo": PAGINA}
    nuevo = ana.hacer("/perfiles/nuevo", datos)
    perfil = _uno(panel)
    assert nuevo.headers["location"] == f"/perfiles/{perfil.id}/credenciales"
    assert (perfil.nombre, perfil.pausado_por) == ("facebook-ayuntamiento-de-leon", CONECTANDO)
    puestas = ana.hacer(f"/perfiles/{perfil.id}/credenciales", CREDENCIALES)
    assert puestas.headers["location"] == f"/perfiles/{perfil.id}/comprobar"
    comprobado = ana.hacer(f"/perfiles/{perfil.id}/comprobar")
    assert comprobado.headers["location"] == f"/perfiles/{perfil.id}"
    assert _uno(panel).pausado_en is None
    assert "puede publicar" in ana.ver(f"/perfiles/{perfil.id}/comprobar").text
    assert _asientos(panel) == ["perfil_agregado", "credencial_puesta", "perfil_comprobado"]


def test_mientras_se_conecta_no_se_le_pregunta_ni_se_avisa_a_nadie(persona: Entra, panel: EntornoDelPanel) -> None:
    persona(Rol.ADMINISTRADOR).hacer("/perfiles/nuevo", {"red": "x", "titulo": "Prensa"})
    assert vigilar(panel.entorno) == 0


def test_un_permiso_que_falta_dice_para_que_es_y_como_pedirlo(
    con_simulador: Simulador, persona: Entra, facebook: Crea, panel: EntornoDelPanel
) -> None:
    con_simulador.perfil("facebook", PAGINA, token=TOKEN, permisos=["pages_read_engagement", "pages_show_list"])
    perfil = facebook(pausado_en=COMIENZO, pausado_por=CONECTANDO)
    ana = persona(Rol.ADMINISTRADOR)
    ana.hacer(f"/perfiles/{perfil.id}/credenciales", CREDENCIALES)
    assert ana.hacer(f"/perfiles/{perfil.id}/comprobar").headers["location"].endswith("/comprobar")
    pagina = ana.ver(f"/perfiles/{perfil.id}/comprobar").text
    for dicho in ("pages_manage_posts", "Publicar, y borrar lo publicado", "Qué escribir al pedirlo", "Cómo se piden"):
        assert dicho in pagina
    assert "Verifique al ayuntamiento" in pagina
    assert _uno(panel).pausado_por == CONECTANDO
    assert "Falta 1 permiso" not in ana.ver("/perfiles").text  # lo que importa es que no está conectado
    ana.hacer(f"/perfiles/{perfil.id}/reanudar")
    assert "Falta 1 permiso" in ana.ver("/perfiles").text


def test_un_token_equivocado_dice_que_hacer_y_no_se_repite(
    con_simulador: Simulador, persona: Entra, facebook: Crea, panel: EntornoDelPanel
) -> None:
    perfil, ana = facebook(), persona(Rol.ADMINISTRADOR)
    ana.hacer(f"/perfiles/{perfil.id}/credenciales", {"clave_token": "token-facebook-vencido"})
    ana.hacer(f"/perfiles/{perfil.id}/comprobar")
    pagina = ana.ver(f"/perfiles/{perfil.id}/comprobar").text
    assert "Así no puede publicar" in pagina
    assert "token-facebook-vencido" not in pagina
    assert _uno(panel).pausado_por == "motor"
    ana.hacer(f"/perfiles/{perfil.id}/credenciales", CREDENCIALES)
    ana.hacer(f"/perfiles/{perfil.id}/comprobar")
    assert _uno(panel).pausado_en is None


def test_a_una_red_que_tarda_no_se_le_espera_y_lo_que_diga_se_anota_solo(
    variables: dict[str, str],
    persona: Entra,
    facebook: Crea,
    panel: EntornoDelPanel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    perfil, ana = facebook(), persona(Rol.ADMINISTRADOR)
    ana.hacer(f"/perfiles/{perfil.id}/credenciales", CREDENCIALES)
    monkeypatch.setattr(comprobar, "ESPERA_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as muda:  # acepta la conexión y no dice nada
        variables["FACEBOOK_URL"] = f"http://127.0.0.1:{muda.getsockname()[1]}"
        primera = ana.hacer(f"/perfiles/{perfil.id}/comprobar", json=True).json()
        segunda = ana.hacer(f"/perfiles/{perfil.id}/comprobar", json=True).json()
        assert "La red tarda" in primera["error"]
        assert "Ya se le está preguntando" in segunda["hecho"]
        assert ana.ver(f"/perfiles/{perfil.id}").status_code == 200
    limite = time.monotonic() + 10
    while "No contestó." not in ana.ver(f"/perfiles/{perfil.id}/comprobar").text:
        assert time.monotonic() < limite
        time.sleep(0.05)
    assert _uno(panel).pausado_en is None


@pytest.mark.parametrize(
    ("cambio", "dice"),
    [
        ({"titulo": " "}, "Diga cómo llamarlo"),
        ({"id_externo": ""}, "Falta: Número de la página"),
        ({"id_externo": "http://127.0.0.1:5432/"}, "no tiene esa forma"),
        ({"id_externo": "../../me"}, "no tiene esa forma"),
        ({"nombre": "Con Espacios"}, "minúsculas, números y guiones"),
        ({"nombre": "ya-esta"}, "Ya hay un perfil"),
        ({"id_externo": "900900900"}, "Esa cuenta ya es del perfil «ya-esta»"),
    ],
)
def test_lo_mal_escrito_se_dice_y_se_conserva(
    persona: Entra, perfil_de: Crea, panel: EntornoDelPanel, cambio: dict[str, str], dice: str
) -> None:
    perfil_de("facebook", nombre="ya-esta", id_externo="900900900")
    datos = {"red": "facebook", "titulo": "DIF <b>", "id_externo": PAGINA, **cambio}
    respuesta = persona(Rol.ADMINISTRADOR).hacer("/perfiles/nuevo", datos)
    assert respuesta.status_code == 422
    assert dice in respuesta.text
    assert "titulo" in cambio or "DIF &lt;b&gt;" in respuesta.text
    with panel.entorno.base.leer() as sesion:
        assert len(sesion.exec(select(Perfil)).all()) == 1


@pytest.mark.parametrize("red", ["memoria", "mastodonte", "../x", ""])
def test_una_red_que_no_se_conecta_no_esta(persona: Entra, red: str) -> None:
    ana = persona(Rol.ADMINISTRADOR)
    assert ana.hacer("/perfiles/nuevo", {"red": red, "titulo": "T"}).status_code == 404


# ── las credenciales ─────────────────────────────────────────────────────────────────────────────────────────────


def test_una_credencial_puesta_no_vuelve_a_salir_en_ninguna_pagina(
    con_simulador: Simulador, persona: Entra, facebook: Crea, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    perfil, ana = facebook(), persona(Rol.ADMINISTRADOR)
    ana.hacer(f"/perfiles/{perfil.id}/credenciales", CREDENCIALES)
    ana.hacer(f"/perfiles/{perfil.id}/comprobar", json=True)
    caminos = ["/perfiles", *(f"/perfiles/{perfil.id}{h}" for h in ("", "/datos", "/credenciales", "/comprobar"))]
    for camino in caminos:
        pagina = ana.ver(camino).text
        assert TOKEN not in pagina
        assert SECRETO not in pagina
    assert f"por {ana.usuario.correo}" in ana.ver(f"/perfiles/{perfil.id}/credenciales").text
    assert SECRETO not in caplog.text


def test_de_cada_credencial_se_dice_de_donde_sale(variables: dict[str, str], persona: Entra, facebook: Crea) -> None:
    perfil = facebook()
    variables.update({"FACEBOOK_TOKEN": "de-toda-la-red", "FACEBOOK_APP_ID__FACEBOOK": "55555555"})
    pagina = persona(Rol.ADMINISTRADOR).ver(f"/perfiles/{perfil.id}/credenciales").text
    assert "para todos los perfiles de la red" in pagina
    assert "sólo para este perfil" in pagina
    assert "de-toda-la-red" not in pagina


def test_la_mala_se_dice_y_las_buenas_se_guardan(persona: Entra, facebook: Crea, panel: EntornoDelPanel) -> None:
    perfil = facebook()
    escritas = {"clave_token": "con espacio", "clave_app_id": "1234567890", "clave_inventada": "x" * 20}
    respuesta = persona(Rol.ADMINISTRADOR).hacer(f"/perfiles/{perfil.id}/credenciales", escritas)
    assert respuesta.status_code == 422
    assert "Se guardó lo demás (app_id)" in respuesta.text
    assert "con espacio" not in respuesta.text
    with panel.entorno.base.leer() as sesion:
        assert sesion.exec(select(Credencial.nombre)).all() == ["app_id"]


def test_quitar_una_y_la_que_no_esta(persona: Entra, facebook: Crea, panel: EntornoDelPanel) -> None:
    perfil, ana = facebook(), persona(Rol.ADMINISTRADOR)
    ana.hacer(f"/perfiles/{perfil.id}/credenciales", CREDENCIALES)
    assert ana.hacer(f"/perfiles/{perfil.id}/credenciales/quitar", {"nombre": "token"}).status_code == 303
    assert ana.hacer(f"/perfiles/{perfil.id}/credenciales/quitar", {"nombre": "token"}).status_code == 404
    with panel.entorno.base.leer() as sesion:
        assert set(sesion.exec(select(Credencial.nombre))) == {"app_id", "app_secret"}


# ── quién puede ──────────────────────────────────────────────────────────────────────────────────────────────────


HOJAS = {"": "ver", "/comprobar": "coordinar", "/datos": "administrar", "/credenciales": "administrar"}


def test_cada_quien_ve_sólo_lo_que_le_toca(persona: Entra, facebook: Crea, perfil_de: Crea) -> None:
    suyo, ajeno = facebook(), perfil_de("x", titulo="Policía")
    del_suyo = persona(Rol.ADMINISTRADOR, nombre="Del suyo", perfil_id=suyo.id)
    editor = persona(Rol.EDITOR, perfil_id=suyo.id)
    assert [del_suyo.ver(f"/perfiles/{suyo.id}{h}").status_code for h in HOJAS] == [200, 200, 200, 200]
    assert [del_suyo.ver(f"/perfiles/{ajeno.id}{h}").status_code for h in HOJAS] == [404, 404, 404, 404]
    assert [editor.ver(f"/perfiles/{suyo.id}{h}").status_code for h in HOJAS] == [200, 403, 403, 403]
    lista = del_suyo.ver("/perfiles").text
    assert ("Ayuntamiento" in lista, "Policía" in lista) == (True, False)
    assert del_suyo.ver("/perfiles/nuevo").status_code in (403, 404)
    assert "Quién puede aquí" not in editor.ver(f"/perfiles/{suyo.id}").text


@pytest.mark.parametrize(
    "acto",
    ["pausar", "reanudar", "quitar", "datos", "ritmo", "credenciales", "credenciales/quitar", "comprobar"],
)
def test_quien_administra_uno_no_toca_el_de_otro(
    persona: Entra, facebook: Crea, perfil_de: Crea, panel: EntornoDelPanel, acto: str
) -> None:
    suyo, ajeno = facebook(), perfil_de("facebook", titulo="Policía", nombre="policia", id_externo="900900900")
    alguien = persona(Rol.ADMINISTRADOR, perfil_id=suyo.id)
    cuerpo = {"clave_token": "robado-y-largo", "nombre": "token", "titulo": "Mío", "cupo": "1/1h"}
    assert alguien.hacer(f"/perfiles/{ajeno.id}/{acto}", cuerpo).status_code == 404
    assert _uno(panel, "policia") == ajeno
    assert _asientos(panel) == []


def test_quien_coordina_pausa_y_reanuda_y_no_toca_datos(persona: Entra, facebook: Crea, panel: EntornoDelPanel) -> None:
    perfil = facebook()
    beto = persona(Rol.COORDINADOR, perfil_id=perfil.id)
    beto.hacer(f"/perfiles/{perfil.id}/pausar", {"motivo": "Veda\r\nelectoral"})
    detenido = _uno(panel)
    assert (detenido.pausado_por, detenido.pausa_motivo) == (beto.usuario.correo, "Veda electoral")
    assert "Veda electoral" in beto.ver("/perfiles").text
    beto.hacer(f"/perfiles/{perfil.id}/reanudar")
    assert _uno(panel).pausado_en is None
    assert beto.hacer(f"/perfiles/{perfil.id}/datos", {"titulo": "Otro"}).status_code == 403
    assert beto.hacer(f"/perfiles/{perfil.id}/credenciales", CREDENCIALES).status_code == 403
    assert _asientos(panel) == ["perfil_en_pausa", "perfil_reanudado"]


def test_con_una_credencial_compartida_sólo_quien_administra_todo_cambia_de_cuenta(
    variables: dict[str, str], persona: Entra, facebook: Crea, panel: EntornoDelPanel
) -> None:
    """Si no, quien administra una página publicaría en cualquiera que alcance el token de todas."""
    perfil = facebook()
    variables["FACEBOOK_TOKEN"] = "de-todas-las-paginas"
    otra = {"titulo": "Ayuntamiento", "id_externo": "777777777"}
    suyo, general = persona(Rol.ADMINISTRADOR, nombre="Suyo", perfil_id=perfil.id), persona(Rol.ADMINISTRADOR)
    assert suyo.hacer(f"/perfiles/{perfil.id}/datos", otra).status_code == 403
    assert (
        suyo.hacer(f"/perfiles/{perfil.id}/datos", {**otra, "titulo": "DIF", "id_externo": PAGINA}).status_code == 303
    )
    suyo.hacer(f"/perfiles/{perfil.id}/credenciales", {"clave_token": "el-mio-de-verdad"})
    assert suyo.hacer(f"/perfiles/{perfil.id}/datos", otra).status_code == 303
    # Y quitando la suya no vuelve a la de todos, ya apuntando a otra parte.
    assert suyo.hacer(f"/perfiles/{perfil.id}/credenciales/quitar", {"nombre": "token"}).status_code == 403
    assert general.hacer(f"/perfiles/{perfil.id}/credenciales/quitar", {"nombre": "token"}).status_code == 303
    assert _uno(panel).id_externo == "777777777"


# ── lo demás ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
def test_el_ritmo_se_guarda_y_lo_mal_escrito_se_dice(persona: Entra, facebook: Crea, panel: EntornoDelPanel) -> None:
    perfil, ana = facebook(), persona(Rol.ADMINISTRADOR)
    ana.hacer(f"/perfiles/{perfil.id}/ritmo", {"separacion_s": "90", "cupo": "3/1d"})
    guardado = _uno(panel)
    assert (guardado.separacion_s, guardado.cupo_maximo, guardado.cupo_ventana_s) == (90, 3, 86400)
    assert "3/24h" in ana.ver(f"/perfiles/{perfil.id}/datos").text
    assert "0 de 3" in ana.ver("/perfiles").text
    for malo in ({"cupo": "muchos"}, {"separacion_s": "-5"}, {"separacion_s": "99999999"}, {"separacion_s": "٣"}):
        respuesta = ana.hacer(f"/perfiles/{perfil.id}/ritmo", malo)
        assert respuesta.status_code == 422
        assert 'aria-invalid="true"' in respuesta.text


@pytest.mark.dos_bases
def test_se_quita_el_que_nunca_se_uso_con_lo_suyo_y_no_el_que_tiene_historia(
    persona: Entra, facebook: Crea, panel: EntornoDelPanel
) -> None:
    ana, perfil = persona(Rol.ADMINISTRADOR), facebook()
    persona(Rol.EDITOR, perfil_id=perfil.id)
    ana.hacer(f"/perfiles/{perfil.id}/credenciales", CREDENCIALES)
    ana.hacer(f"/perfiles/{perfil.id}/pausar", {"motivo": "x"})  # deja su evento
    usado = facebook(id_externo="900900900")
    _con_entrega(panel, usado)
    assert ana.hacer(f"/perfiles/{usado.id}/quitar").headers["location"] == f"/perfiles/{usado.id}"
    assert ana.hacer(f"/perfiles/{perfil.id}/quitar").headers["location"] == "/perfiles"
    with panel.entorno.base.leer() as sesion:
        assert sesion.exec(select(Perfil.id)).all() == [usado.id]
        assert sesion.exec(select(Credencial)).all() == []
        assert sesion.exec(select(Nombramiento).where(Nombramiento.perfil_id == perfil.id)).all() == []


@pytest.mark.dos_bases
def test_la_lista_dice_lo_proximo_lo_ultimo_y_pone_primero_lo_que_necesita_a_alguien(
    persona: Entra, facebook: Crea, panel: EntornoDelPanel
) -> None:
    tranquilo = facebook(titulo="Tranquilo")
    _con_entrega(panel, tranquilo)
    facebook(
        titulo="Detenido", id_externo="1", pausado_en=COMIENZO, pausado_por="motor", pausa_motivo="El token venció."
    )
    facebook(titulo="Por vencer", id_externo="2", token_vence_en=COMIENZO)
    pagina = persona(Rol.LECTOR).ver("/perfiles").text
    assert pagina.index("Detenido") < pagina.index("Los demás") < pagina.index("Tranquilo")
    assert pagina.index("Por vencer") < pagina.index("Los demás")
    assert "El token venció." in pagina
    assert "mañana" in pagina


def test_el_gasto_se_ensena_con_su_presupuesto_a_quien_coordina(
    persona: Entra, facebook: Crea, panel: EntornoDelPanel
) -> None:
    perfil = facebook()
    with panel.entorno.base.escribir() as sesion:
        sesion.add(Gasto(red="facebook", mes="2026-11", concepto="x", microdolares=1_500_000, ocurrido_en=COMIENZO))
    assert "1.50 dólares" in persona(Rol.COORDINADOR).ver(f"/perfiles/{perfil.id}").text
    assert "dólares" not in persona(Rol.LECTOR).ver(f"/perfiles/{perfil.id}").text


def test_un_numero_que_no_cabe_no_rompe(persona: Entra) -> None:
    ana = persona(Rol.ADMINISTRADOR)
    assert ana.ver("/perfiles/99999999999999999999").status_code == 404
    assert ana.ver("/perfiles/2147483647").status_code == 404


def _con_entrega(panel: EntornoDelPanel, perfil: Perfil) -> None:
    en = COMIENZO + timedelta(days=1)
    with panel.entorno.base.escribir() as sesion:
        publicacion = Publicacion(
            texto="Aviso",
            programada_en=en,
            zona="America/Mexico_City",
            origen="carpeta",
            creada_en=COMIENZO,
            actualizada_en=COMIENZO,
        )
        sesion.add(publicacion)
        sesion.flush()
        sesion.add(
            Entrega(
                publicacion_id=publicacion.id,
                perfil_id=perfil.id,
                texto="Aviso",
                clave="c1",
                huella="h",
                estado=Estado.PROGRAMADA,
                no_antes_de=en,
                despertar_en=en,
                creada_en=COMIENZO,
                actualizada_en=COMIENZO,
            )
        )

"""Entrar: con contraseña, con segundo factor, con un enlace de una vez; y a quien prueba claves, frenarlo."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pyotp
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select
from starlette.testclient import TestClient

from modelos import Correo, Rol, Sesion, Usuario
from motor.arranque import Oficina
from motor.avisos.correo import Servidor
from motor.usuarios import claves, cuentas, enlaces, factor
from motor.usuarios.enlaces import Para
from motor.usuarios.primera import enlace_de_instalacion
from panel.aplicacion import crear
from panel.entorno import EntornoDelPanel
from panel.peticion import ruta_para_volver
from tests.conftest import RelojFijo
from tests.panel.personas import Persona, crear_usuario

CLAVE = "caballo grapa batería"
Entra = Callable[..., Persona]


@pytest.fixture
def ana(panel: EntornoDelPanel) -> Usuario:
    """Editora, con su contraseña puesta."""
    usuario = crear_usuario(panel, Rol.EDITOR, nombre="Ana")
    with panel.entorno.base.escribir() as sesion:
        sesion.get_one(Usuario, usuario.id).clave = _guardada()
    return usuario


@cache
def _guardada() -> str:
    """Hacerla es caro a propósito: una para todas las pruebas."""
    return claves.guardar(CLAVE)


def entrar(cliente: TestClient, usuario: Usuario, clave: str = CLAVE, volver: str = "/mas") -> int:
    datos = {"correo": usuario.correo.upper(), "clave": clave, "volver": volver}
    return cliente.post("/entrar", data=datos, follow_redirects=False).status_code


def test_con_su_contrasena_entra_y_va_a_donde_iba(desconocido: TestClient, ana: Usuario) -> None:
    datos = {"correo": ana.correo, "clave": CLAVE, "volver": "/mas"}
    respuesta = desconocido.post("/entrar", data=datos, follow_redirects=False)
    assert (respuesta.status_code, respuesta.headers["location"]) == (303, "/mas")
    galleta = respuesta.headers["set-cookie"]
    assert "HttpOnly" in galleta
    assert "SameSite=lax" in galleta
    assert desconocido.get("/mas").status_code == 200


@pytest.mark.parametrize("volver", ["https://malo.example", "//malo.example", "/\\malo.example", "javascript:alert(1)"])
def test_no_sirve_para_mandar_a_nadie_a_otro_sitio(desconocido: TestClient, ana: Usuario, volver: str) -> None:
    datos = {"correo": ana.correo, "clave": CLAVE, "volver": volver}
    respuesta = desconocido.post("/entrar", data=datos, follow_redirects=False)
    assert respuesta.headers["location"] == "/"


@given(st.text(alphabet=st.sampled_from("/\\\t\n\r a.:@?#%")))
def test_a_donde_se_vuelve_es_siempre_un_camino_de_este_panel(destino: str) -> None:
    visto = re.sub(r"[\t\n\r]", "", ruta_para_volver(destino)).replace("\\", "/")  # como lo lee un navegador
    assert visto.startswith("/")
    assert not visto.startswith("//")


def test_la_cuenta_que_no_existe_y_la_clave_que_no_es_contestan_lo_mismo(desconocido: TestClient, ana: Usuario) -> None:
    mala = desconocido.post("/entrar", data={"correo": ana.correo, "clave": "otra cosa"})
    nadie = desconocido.post("/entrar", data={"correo": "nadie@sanjacinto.gob.mx", "clave": "otra cosa"})
    assert (mala.status_code, nadie.status_code) == (401, 401)
    assert mala.text.replace(ana.correo, "") == nadie.text.replace("nadie@sanjacinto.gob.mx", "")


def test_quien_prueba_claves_espera_cada_vez_mas_y_se_le_dice_cuanto(
    desconocido: TestClient, ana: Usuario, reloj: RelojFijo
) -> None:
    codigos = [entrar(desconocido, ana, "adivinanza") for _ in range(7)]
    assert codigos == [401] * 5 + [429] * 2
    datos = {"correo": ana.correo, "clave": CLAVE}
    assert "Espere 3 segundos" in desconocido.post("/entrar", data=datos).text
    reloj.avanzar(timedelta(seconds=3))
    assert entrar(desconocido, ana) == 303


def test_en_el_aparato_en_que_entro_no_la_frena_lo_que_otro_falle(app: FastAPI, ana: Usuario) -> None:
    """Los dos llegan con la misma dirección, como tras un proxy mal puesto."""
    suyo, ajeno = (TestClient(app, base_url="http://127.0.0.1") for _ in range(2))
    assert entrar(suyo, ana) == 303
    assert [entrar(ajeno, ana, "adivinanza") for _ in range(7)][-1] == 429
    assert entrar(ajeno, ana) == 429
    assert entrar(suyo, ana) == 303
    assert [entrar(suyo, ana, "adivinanza") for _ in range(6)][-1] == 429


def test_la_sesion_de_antes_de_entrar_no_es_la_de_despues(desconocido: TestClient, ana: Usuario) -> None:
    """Aunque alguien le haya puesto una cookie de antemano."""
    datos = {"correo": ana.correo, "clave": CLAVE}
    respuesta = desconocido.post(
        "/entrar", data=datos, headers={"cookie": "sesion=puesta-por-otro"}, follow_redirects=False
    )
    assert respuesta.cookies["sesion"] != "puesta-por-otro"


def test_con_segundo_factor_la_contrasena_sola_no_abre_nada(
    desconocido: TestClient, ana: Usuario, panel: EntornoDelPanel, reloj: RelojFijo
) -> None:
    secreto = factor.nuevo_secreto()
    _, guardados = factor.nuevos_respaldos()
    with panel.entorno.base.escribir() as sesion:
        factor.poner(sesion.get_one(Usuario, ana.id), secreto, guardados, llavero=panel.oficina.llavero)
    assert entrar(desconocido, ana) == 303
    assert desconocido.get("/mas", follow_redirects=False).headers["location"].startswith("/entrar")
    codigo = pyotp.TOTP(secreto).at(reloj.ahora())
    assert desconocido.post("/entrar/codigo", data={"codigo": "000000"}).status_code == 401
    assert desconocido.post("/entrar/codigo", data={"codigo": codigo}, follow_redirects=False).status_code == 303
    assert desconocido.get("/mas").status_code == 200


def test_un_codigo_del_telefono_no_vale_dos_veces_y_uno_de_papel_tampoco(
    ana: Usuario, panel: EntornoDelPanel, reloj: RelojFijo
) -> None:
    secreto, llavero = factor.nuevo_secreto(), panel.oficina.llavero
    de_papel, guardados = factor.nuevos_respaldos()
    with panel.entorno.base.escribir() as sesion:
        factor.poner(sesion.get_one(Usuario, ana.id), secreto, guardados, llavero=llavero)

    def vale(codigo: str) -> bool:
        with panel.entorno.base.escribir() as sesion:
            suyo = sesion.get_one(Usuario, ana.id)
            return factor.vale(sesion, suyo, codigo, llavero=llavero, ahora=reloj.ahora())

    codigo = pyotp.TOTP(secreto).at(reloj.ahora())
    assert [vale(codigo), vale(codigo)] == [True, False]
    assert [vale(de_papel[0]), vale(de_papel[0]), vale(de_papel[1].upper())] == [True, False, True]


def test_quien_no_entra_ya_no_ve_nada_en_ningun_aparato(
    desconocido: TestClient, ana: Usuario, panel: EntornoDelPanel, persona: Entra
) -> None:
    jefa = persona(Rol.ADMINISTRADOR, nombre="Jefa")
    entrar(desconocido, ana)
    assert jefa.hacer(f"/usuarios/{ana.id}/desactivar").status_code == 303
    assert desconocido.get("/mas", follow_redirects=False).status_code == 303
    assert entrar(desconocido, ana) == 401


# ── los enlaces de una vez ──


def test_el_primer_arranque_da_un_enlace_y_ninguna_contrasena(desconocido: TestClient, panel: EntornoDelPanel) -> None:
    base, reloj = panel.entorno.base, panel.entorno.reloj
    viejo, camino = enlace_de_instalacion(base, reloj), enlace_de_instalacion(base, reloj)
    assert desconocido.get(viejo).status_code == 404
    assert "Diga quién administra" in desconocido.get(camino).text
    datos = {"nombre": "Julia", "correo": "Julia@SanJacinto.gob.mx", "clave": CLAVE, "otra_vez": CLAVE}
    assert desconocido.post(camino, data={**datos, "clave": "corta", "otra_vez": "corta"}).status_code == 422
    assert desconocido.post(camino, data=datos, follow_redirects=False).status_code == 303
    assert desconocido.get("/usuarios").status_code == 200
    assert desconocido.post(camino, data=datos).status_code == 404
    assert enlace_de_instalacion(base, reloj) == ""


def test_el_enlace_de_instalacion_no_abre_nada_si_ya_administra_alguien(
    desconocido: TestClient, panel: EntornoDelPanel, persona: Entra
) -> None:
    camino = enlace_de_instalacion(panel.entorno.base, panel.entorno.reloj)
    jefa = persona(Rol.ADMINISTRADOR)
    assert desconocido.get(camino).status_code == 404
    datos = {"nombre": "X", "correo": "x@sanjacinto.gob.mx", "clave": CLAVE, "otra_vez": CLAVE}
    assert desconocido.post(camino, data=datos, follow_redirects=False).status_code == 404
    assert "instalacion@" not in jefa.ver("/usuarios").text


def test_abrir_el_enlace_no_lo_gasta_y_usarlo_si(
    desconocido: TestClient, ana: Usuario, panel: EntornoDelPanel, reloj: RelojFijo
) -> None:
    """El antivirus del correo lo abre antes que la persona."""
    with panel.entorno.base.escribir() as sesion:
        camino = enlaces.crear(sesion, ana.id, Para.ENTRAR, ahora=reloj.ahora())
    assert [desconocido.get(camino).status_code for _ in range(2)] == [200, 200]
    assert desconocido.get(camino).headers["referrer-policy"] == "strict-origin"
    assert desconocido.post(camino, follow_redirects=False).status_code == 303
    assert desconocido.post(camino, follow_redirects=False).status_code == 404


def test_un_enlace_caduca(desconocido: TestClient, ana: Usuario, panel: EntornoDelPanel, reloj: RelojFijo) -> None:
    with panel.entorno.base.escribir() as sesion:
        camino = enlaces.crear(sesion, ana.id, Para.CLAVE, ahora=reloj.ahora())
    reloj.avanzar(timedelta(hours=1, seconds=1))
    assert desconocido.get(camino).status_code == 404


@pytest.fixture
def con_correo(oficina: Oficina) -> TestClient:
    """Nadie todavía, en un panel que sabe mandar correos."""
    servidor = Servidor(anfitrion="127.0.0.1", puerto=25, remitente="pregonero@sanjacinto.gob.mx")
    return TestClient(crear(replace(oficina, servidor=servidor)), base_url="http://127.0.0.1")


def correos(panel: EntornoDelPanel) -> list[Correo]:
    with panel.entorno.base.leer() as sesion:
        return list(sesion.exec(select(Correo).order_by(col(Correo.id))))


def test_olvidar_la_contrasena_contesta_lo_mismo_exista_o_no_la_cuenta(
    con_correo: TestClient, ana: Usuario, panel: EntornoDelPanel
) -> None:
    suya = con_correo.post("/olvide", data={"correo": ana.correo})
    nadie = con_correo.post("/olvide", data={"correo": "nadie@sanjacinto.gob.mx"})
    con_correo.post("/olvide", data={"correo": ana.correo})
    assert suya.text == nadie.text
    (correo,) = correos(panel)
    assert correo.para == ana.correo
    hallado = re.search(r"/enlace/\S+", correo.texto)
    assert hallado
    nueva = {"clave": "otra frase distinta larga", "otra_vez": "otra frase distinta larga"}
    assert con_correo.post(hallado[0], data=nueva, follow_redirects=False).status_code == 303
    assert correos(panel)[-1].asunto == "Su contraseña cambió en Pregonero"
    assert entrar(con_correo, ana) == 401
    assert entrar(con_correo, ana, nueva["clave"]) == 303


def test_quien_pide_el_enlace_de_otra_no_le_estropea_el_suyo(
    con_correo: TestClient, ana: Usuario, panel: EntornoDelPanel, reloj: RelojFijo
) -> None:
    con_correo.post("/olvide", data={"correo": ana.correo})
    reloj.avanzar(timedelta(minutes=11))
    con_correo.post("/olvide", data={"correo": ana.correo})
    caminos = [re.search(r"/enlace/\S+", c.texto) for c in correos(panel)]
    assert [con_correo.get(c[0]).status_code for c in caminos if c] == [200, 200]


def test_sin_con_que_mandar_correos_no_queda_un_enlace_escrito_en_la_bandeja(
    desconocido: TestClient, ana: Usuario, panel: EntornoDelPanel
) -> None:
    assert "no manda correos" in desconocido.post("/olvide", data={"correo": ana.correo}).text
    assert correos(panel) == []


# ── mi cuenta y los usuarios ──


def test_cambiar_la_contrasena_cierra_los_demas_aparatos(
    desconocido: TestClient, ana: Usuario, panel: EntornoDelPanel
) -> None:
    aqui, alla = Persona(panel, TestClient(desconocido.app, base_url="http://127.0.0.1"), ana), desconocido
    entrar(alla, ana)
    datos = {"actual": CLAVE, "clave": "frase nueva para entrar", "otra_vez": "frase nueva para entrar"}
    assert aqui.hacer("/cuenta/clave", {**datos, "actual": "no es"}).status_code == 422
    assert aqui.hacer("/cuenta/clave", datos).status_code == 303
    assert aqui.ver("/cuenta").status_code == 200
    assert alla.get("/cuenta", follow_redirects=False).status_code == 303


def test_quien_se_sienta_ante_una_sesion_abierta_no_prueba_contrasenas_sin_freno(
    app: FastAPI, panel: EntornoDelPanel, ana: Usuario
) -> None:
    suya = Persona(panel, TestClient(app, base_url="http://127.0.0.1"), ana)
    datos = {"actual": "adivinanza", "clave": "frase nueva para entrar", "otra_vez": "frase nueva para entrar"}
    for _ in range(5):
        assert "no es esa" in suya.hacer("/cuenta/clave", datos).text
    assert "Demasiados intentos" in suya.hacer("/cuenta/clave", {**datos, "actual": CLAVE}).text


def test_el_codigo_con_que_se_pone_el_segundo_factor_no_sirve_despues_para_entrar(
    app: FastAPI, desconocido: TestClient, panel: EntornoDelPanel, ana: Usuario, reloj: RelojFijo
) -> None:
    suya = Persona(panel, TestClient(app, base_url="http://127.0.0.1"), ana)
    hoja = suya.ver("/cuenta/factor").text
    cifrado, secreto = re.findall(r'name="cifrado" value="([^"]+)"|<code>([A-Z2-7 ]+)</code>', hoja)[::-1]
    codigo = pyotp.TOTP(secreto[1].replace(" ", "")).at(reloj.ahora())
    datos = {"cifrado": cifrado[0], "codigo": codigo, "clave": CLAVE}
    puesto = suya.hacer("/cuenta/factor", datos)
    (de_papel, *otros) = re.findall(r"<code>([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})</code>", puesto.text)
    assert len(otros) == 9
    guardado = suya.ver("/cuenta").text
    assert secreto[1] not in guardado
    assert de_papel not in guardado
    entrar(desconocido, ana)
    assert desconocido.post("/entrar/codigo", data={"codigo": codigo}).status_code == 401
    assert desconocido.post("/entrar/codigo", data={"codigo": "١٢٣٤٥٦"}).status_code == 401
    assert desconocido.post("/entrar/codigo", data={"codigo": de_papel}, follow_redirects=False).status_code == 303


def test_a_quien_perdio_el_telefono_se_lo_quita_quien_administra(
    desconocido: TestClient, panel: EntornoDelPanel, persona: Entra, ana: Usuario
) -> None:
    with panel.entorno.base.escribir() as sesion:
        factor.poner(sesion.get_one(Usuario, ana.id), factor.nuevo_secreto(), [], llavero=panel.oficina.llavero)
    jefa = persona(Rol.ADMINISTRADOR)
    assert "Quitarle el segundo factor" in jefa.ver(f"/usuarios/{ana.id}").text
    assert persona(Rol.COORDINADOR).hacer(f"/usuarios/{ana.id}/factor/quitar").status_code in (403, 404)
    assert jefa.hacer(f"/usuarios/{ana.id}/factor/quitar").status_code == 303
    assert entrar(desconocido, ana) == 303
    assert desconocido.get("/mas").status_code == 200


def test_nadie_cierra_la_sesion_de_otro_ni_revoca_su_ficha(persona: Entra, panel: EntornoDelPanel) -> None:
    una, otra = persona(Rol.ADMINISTRADOR, nombre="Una"), persona(Rol.LECTOR, nombre="Otra")
    otra.hacer("/cuenta/fichas", {"nombre": "Portal"})
    with panel.entorno.base.leer() as sesion:
        suya = sesion.exec(select(Sesion).where(Sesion.usuario_id == otra.usuario.id)).one()
    assert una.hacer(f"/cuenta/sesiones/{suya.id}/cerrar").status_code == 404
    assert una.hacer("/cuenta/fichas/1/revocar").status_code == 404
    assert otra.ver("/cuenta").status_code == 200


def test_la_ficha_se_ensena_una_vez_y_sirve_en_la_api(persona: Entra) -> None:
    alguien = persona(Rol.LECTOR)
    hallada = re.search(r"pgn_[\w-]{40,}", alguien.hacer("/cuenta/fichas", {"nombre": "Portal"}).text)
    assert hallada
    assert hallada[0] not in alguien.ver("/cuenta").text
    cabeceras = {"authorization": f"Bearer {hallada[0]}"}
    assert alguien.ver("/api/v1/perfiles", headers=cabeceras).status_code == 200
    alguien.hacer("/cuenta/fichas/1/revocar")
    assert alguien.ver("/api/v1/perfiles", headers=cabeceras).status_code == 401


def test_sin_correo_la_invitacion_se_entrega_a_mano(persona: Entra, desconocido: TestClient) -> None:
    jefa = persona(Rol.ADMINISTRADOR)
    sin_cargo = {"correo": "luis@sanjacinto.gob.mx", "nombre": "Luis"}
    assert jefa.hacer("/usuarios/nuevo", sin_cargo).status_code == 422
    pagina = jefa.hacer("/usuarios/nuevo", {**sin_cargo, "cargo": ["editor:0"]}).text
    hallado = re.search(r"/enlace/[\w-]+", pagina)
    assert hallado
    datos = {"clave": CLAVE, "otra_vez": CLAVE}
    entro = desconocido.post(hallado[0], data=datos, follow_redirects=False)
    assert (entro.status_code, entro.headers["location"]) == (303, "/cuenta/factor")
    assert "Componer" in desconocido.get("/mas").text
    assert desconocido.get("/usuarios").status_code in (403, 404)


def test_pedir_dos_veces_el_enlace_en_un_segundo_manda_el_que_vale(
    con_correo: TestClient, panel: EntornoDelPanel, ana: Usuario
) -> None:
    jefa = Persona(panel, con_correo, crear_usuario(panel, Rol.ADMINISTRADOR))
    for _ in range(2):
        assert jefa.hacer(f"/usuarios/{ana.id}/enlace").status_code == 303
    caminos = [re.search(r"/enlace/\S+", c.texto) for c in correos(panel)]
    assert [con_correo.get(c[0]).status_code for c in caminos if c] == [404, 200]


def test_siempre_queda_alguien_que_administre(persona: Entra) -> None:
    jefa = persona(Rol.ADMINISTRADOR)
    assert jefa.hacer(f"/usuarios/{jefa.usuario.id}", {"cargo": ["editor:0"]}).status_code == 422
    jefa.hacer(f"/usuarios/{jefa.usuario.id}/desactivar")
    assert jefa.ver("/usuarios").status_code == 200


# ── la bitácora ──


def test_la_bitacora_se_busca_y_se_baja_sin_formulas(persona: Entra) -> None:
    jefa = persona(Rol.ADMINISTRADOR)
    assert "Todavía no hay nada anotado" in jefa.ver("/bitacora").text
    jefa.hacer("/cuenta/fichas", {"nombre": "=HYPERLINK(1)"})
    assert "<span>Hizo una ficha para otro sistema <small>" in jefa.ver("/bitacora?accion=ficha_creada").text
    sobre = f"usuario:{jefa.usuario.id}"
    assert "Sólo lo que se hizo sobre" in jefa.ver(f"/bitacora?sobre={sobre}&quien={jefa.usuario.correo}").text
    assert "Nada con esos filtros" in jefa.ver("/bitacora?quien=nadie@sanjacinto.gob.mx").text
    assert "Nada con esos filtros" in jefa.ver("/bitacora?accion=no_hay&desde=ayer").text
    assert "'=HYPERLINK(1)" in jefa.ver("/bitacora.csv").text


def test_la_cuenta_se_hace_con_un_cargo_y_se_dice_en_palabras(persona: Entra) -> None:
    alguien = persona(Rol.COORDINADOR)
    assert "Toda la oficina: coordina" in alguien.ver("/cuenta").text


def test_dos_cuentas_no_comparten_correo(panel: EntornoDelPanel, ana: Usuario) -> None:
    with pytest.raises(cuentas.NoSePuede, match="Ya hay"), panel.entorno.base.escribir() as sesion:
        cuentas.crear(sesion, ana.correo.upper(), "Otra", [], ahora=panel.entorno.reloj.ahora())

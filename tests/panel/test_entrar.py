"""Entrar: con contraseña, con segundo factor, con un enlace de una vez; y a quien prueba claves, frenarlo."""

import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select
from starlette.testclient import TestClient

from modelos import Asiento, Correo, Rol, Sesion, Usuario
from motor.usuarios import claves, cuentas, enlaces, factor, freno
from motor.usuarios.bitacora import verificar
from motor.usuarios.enlaces import Para
from motor.usuarios.primera import enlace_de_instalacion
from panel.entorno import EntornoDelPanel
from tests.conftest import RelojFijo
from tests.panel.conftest import Navegador
from tests.panel.personas import Persona, crear_usuario

CLAVE = "caballo grapa batería"
Entra = Callable[..., Persona]


@pytest.fixture
def ana(panel: EntornoDelPanel) -> Usuario:
    """Editora, con su contraseña puesta."""
    usuario = crear_usuario(panel, Rol.EDITOR, nombre="Ana")
    with panel.entorno.base.escribir() as sesion:
        sesion.get_one(Usuario, usuario.id).clave = claves.guardar(CLAVE)
    return usuario


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


def test_la_cuenta_que_no_existe_y_la_clave_que_no_es_contestan_lo_mismo(desconocido: TestClient, ana: Usuario) -> None:
    mala = desconocido.post("/entrar", data={"correo": ana.correo, "clave": "otra cosa"})
    nadie = desconocido.post("/entrar", data={"correo": "nadie@sanjacinto.gob.mx", "clave": "otra cosa"})
    assert (mala.status_code, nadie.status_code) == (401, 401)
    assert mala.text.replace(ana.correo, "") == nadie.text.replace("nadie@sanjacinto.gob.mx", "")


def test_quien_prueba_claves_espera_cada_vez_mas_y_la_duena_entra_desde_otro_sitio(
    desconocido: TestClient, ana: Usuario, panel: EntornoDelPanel, reloj: RelojFijo
) -> None:
    codigos = [entrar(desconocido, ana, "adivinanza") for _ in range(7)]
    assert codigos == [401] * 5 + [429] * 2
    ahora = reloj.ahora()
    with panel.entorno.base.leer() as sesion:
        assert freno.cuanto_falta(sesion, ana.correo, "testclient", ahora=ahora) > timedelta()
        assert freno.cuanto_falta(sesion, ana.correo, "10.0.0.8", ahora=ahora) == timedelta()
    reloj.avanzar(timedelta(seconds=3))
    assert entrar(desconocido, ana) == 303


def test_desde_mil_sitios_no_se_le_cierra_la_puerta_a_nadie(panel: EntornoDelPanel, reloj: RelojFijo) -> None:
    with panel.entorno.base.escribir() as sesion:
        for n in range(300):
            freno.anotar_fallo(sesion, "ana@sanjacinto.gob.mx", f"10.0.{n}.1", ahora=reloj.ahora())
        falta = freno.cuanto_falta(sesion, "ana@sanjacinto.gob.mx", "10.9.9.9", ahora=reloj.ahora())
    assert timedelta() < falta <= timedelta(seconds=30)


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


def test_olvidar_la_contrasena_contesta_lo_mismo_exista_o_no_la_cuenta(
    desconocido: TestClient, ana: Usuario, panel: EntornoDelPanel
) -> None:
    suya = desconocido.post("/olvide", data={"correo": ana.correo})
    nadie = desconocido.post("/olvide", data={"correo": "nadie@sanjacinto.gob.mx"})
    desconocido.post("/olvide", data={"correo": ana.correo})
    assert suya.text == nadie.text
    with panel.entorno.base.leer() as sesion:
        (correo,) = sesion.exec(select(Correo)).all()
    assert correo.para == ana.correo
    hallado = re.search(r"/enlace/\S+", correo.texto)
    assert hallado
    nueva = {"clave": "otra frase distinta larga", "otra_vez": "otra frase distinta larga"}
    assert desconocido.post(hallado[0], data=nueva, follow_redirects=False).status_code == 303
    assert entrar(desconocido, ana) == 401
    assert entrar(desconocido, ana, nueva["clave"]) == 303


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
    assert desconocido.post(hallado[0], data=datos, follow_redirects=False).status_code == 303
    assert "Componer" in desconocido.get("/mas").text
    assert desconocido.get("/usuarios").status_code in (403, 404)


def test_siempre_queda_alguien_que_administre(persona: Entra) -> None:
    jefa = persona(Rol.ADMINISTRADOR)
    assert jefa.hacer(f"/usuarios/{jefa.usuario.id}", {"cargo": ["editor:0"]}).status_code == 422
    jefa.hacer(f"/usuarios/{jefa.usuario.id}/desactivar")
    assert jefa.ver("/usuarios").status_code == 200


@pytest.mark.parametrize(
    "clave",
    ["corta", "123456789012", "aaaaaaaaaaaaaa", "contraseña123", "ana.lopez2026", "pregonero2026", "lkjihgfedcba"],
)
def test_las_contrasenas_que_se_adivinan_no_se_admiten(clave: str) -> None:
    with pytest.raises(claves.ClaveDebil):
        claves.exigir_buena(clave, correo="ana.lopez@sanjacinto.gob.mx", nombre="Ana López")


def test_una_frase_si_se_admite() -> None:
    claves.exigir_buena(CLAVE, correo="ana@sanjacinto.gob.mx", nombre="Ana")


# ── la bitácora ──


@pytest.mark.dos_bases
def test_la_base_no_deja_cambiar_ni_borrar_la_bitacora(panel: EntornoDelPanel, persona: Entra) -> None:
    persona(Rol.LECTOR).hacer("/salir")
    with pytest.raises(DBAPIError, match="sólo se añade"), panel.entorno.base.escribir() as sesion:
        sesion.execute(update(Asiento).values(quien="nadie"))
    with pytest.raises(DBAPIError, match="sólo se añade"), panel.entorno.base.escribir() as sesion:
        for asiento in sesion.exec(select(Asiento)):
            sesion.delete(asiento)
    with panel.entorno.base.leer() as sesion:
        assert verificar(sesion) is None
        assert sesion.exec(select(Asiento)).one().accion == "salio"


def test_un_asiento_cambiado_por_fuera_se_nota(panel: EntornoDelPanel, persona: Entra) -> None:
    for n in range(3):
        persona(Rol.LECTOR, nombre=f"Alguien {n}").hacer("/salir")
    with panel.entorno.base.escribir() as sesion:
        sesion.connection().exec_driver_sql("DROP TRIGGER asiento_no_update")
        sesion.execute(update(Asiento).where(col(Asiento.id) == 2).values(quien="otra"))
    with panel.entorno.base.leer() as sesion:
        assert verificar(sesion) == 2


def test_la_bitacora_se_busca_y_se_baja_sin_formulas(persona: Entra) -> None:
    jefa = persona(Rol.ADMINISTRADOR)
    jefa.hacer("/cuenta/fichas", {"nombre": "=HYPERLINK(1)"})
    assert "ficha creada" in jefa.ver("/bitacora?accion=ficha_creada").text
    assert "Nada con esos filtros" in jefa.ver("/bitacora?accion=no_hay&desde=ayer").text
    assert "'=HYPERLINK(1)" in jefa.ver("/bitacora.csv").text


def test_entrar_y_poner_segundo_factor_en_el_telefono(
    navegador: Navegador, ana: Usuario, reloj: RelojFijo, capturar: Callable[..., None]
) -> None:
    pagina = navegador.como(None, telefono=True)
    pagina.goto("/cuenta")
    pagina.get_by_label("Correo").fill(ana.correo)
    pagina.get_by_label("Contraseña").fill(CLAVE)
    capturar(pagina, "entrar-telefono")
    pagina.get_by_role("button", name="Entrar").click()
    capturar(pagina, "cuenta-telefono")
    pagina.get_by_role("link", name="Ponerlo").click()
    secreto = (pagina.locator("code").first.text_content() or "").replace(" ", "")
    capturar(pagina, "factor-telefono")
    pagina.get_by_label("El código de seis cifras que enseña").fill(pyotp.TOTP(secreto).at(reloj.ahora()))
    pagina.get_by_label("Su contraseña").fill(CLAVE)
    pagina.get_by_role("button", name="Poner el segundo factor").click()
    assert pagina.locator(".de-papel li").count() == 10
    assert navegador.errores == []


def test_la_cuenta_se_hace_con_un_cargo_y_se_dice_en_palabras(persona: Entra) -> None:
    alguien = persona(Rol.COORDINADOR)
    assert "Toda la oficina: coordina" in alguien.ver("/cuenta").text


def test_dos_cuentas_no_comparten_correo(panel: EntornoDelPanel, ana: Usuario) -> None:
    with pytest.raises(cuentas.NoSePuede, match="Ya hay"), panel.entorno.base.escribir() as sesion:
        cuentas.crear(sesion, ana.correo.upper(), "Otra", [], ahora=panel.entorno.reloj.ahora())

"""Por la API, lo que hace quien administra o coordina: perfiles, flujos, personas, monitores, paquetes y Hoy."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from modelos import Asiento, Entrega, Flujo, Perfil, Rol, Usuario
from motor.entorno import Entorno
from panel.entorno import EntornoDelPanel
from tests.panel.acervo import poner_medio
from tests.panel.con_historias import crear_monitor
from tests.panel.perfiles.conftest import redes

Cliente = Callable[..., TestClient]
V1 = "/api/v1"


@pytest.fixture
def entorno(entorno: Entorno) -> Entorno:
    return replace(entorno, redes=redes)


@pytest.fixture
def administra(con_ficha: Cliente) -> TestClient:
    return con_ficha(Rol.ADMINISTRADOR)


def asentado(panel: EntornoDelPanel) -> list[str]:
    with panel.entorno.base.leer() as sesion:
        return [a.accion for a in sesion.exec(select(Asiento).order_by("id"))]


# ── perfiles ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_un_perfil_se_da_de_alta_en_pausa_y_se_cambia_lo_suyo(administra: TestClient, panel: EntornoDelPanel) -> None:
    red = next(r for r in administra.get(f"{V1}/redes").json() if r["red"] == "facebook")
    assert (red["id_externo"]["obligatorio"], [c["nombre"] for c in red["credenciales"]]) == (
        True,
        ["token", "app_id", "app_secret"],
    )
    nuevo = administra.post(
        f"{V1}/perfiles", json={"red": "facebook", "titulo": "DIF municipal", "id_externo": "123456789"}
    )
    assert nuevo.status_code == 201, nuevo.text
    assert (nuevo.json()["nombre"], nuevo.json()["pausa_motivo"]) == (
        "facebook-dif-municipal",
        "Falta terminar de conectarlo.",
    )
    camino = f"{V1}/perfiles/{nuevo.json()['id']}"
    otro = administra.put(f"{camino}/datos", json={"titulo": "DIF", "id_externo": "987654321"}).json()
    assert (otro["titulo"], otro["id_externo"]) == ("DIF", "987654321")
    con_ritmo = administra.put(f"{camino}/ritmo", json={"separacion_s": 900, "cupo": "10/24h"}).json()
    assert (con_ritmo["separacion_s"], con_ritmo["cupo_maximo"], con_ritmo["cupo_ventana_s"]) == (900, 10, 86400)
    assert asentado(panel) == ["perfil_agregado", "perfil_cambiado", "perfil_cambiado"]


@pytest.mark.parametrize(
    ("cuerpo", "donde"),
    [
        ({"red": "inventada", "titulo": "X"}, ["red"]),
        ({"red": "facebook", "titulo": ""}, ["titulo"]),
        ({"red": "facebook", "titulo": "X"}, ["id_externo"]),
        ({"red": "facebook", "titulo": "X", "id_externo": "http://malo"}, ["id_externo"]),
        ({"red": "facebook", "titulo": "X", "id_externo": "1234567", "nombre": "Con Espacios"}, ["nombre"]),
        ({"red": "facebook", "titulo": "X", "id_externo": "1", "opciones": {"url": "http://x"}}, ["opciones.url"]),
    ],
)
def test_un_perfil_mal_escrito_no_entra_y_dice_en_que_campo(
    administra: TestClient, panel: EntornoDelPanel, cuerpo: dict[str, object], donde: list[str]
) -> None:
    respuesta = administra.post(f"{V1}/perfiles", json=cuerpo)
    assert (respuesta.status_code, respuesta.json()["donde"]) == (422, donde), respuesta.text
    with panel.entorno.base.leer() as sesion:
        assert sesion.exec(select(Perfil)).all() == []


# ── flujos ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_un_flujo_se_prueba_se_compone_se_ordena_y_se_apaga(
    administra: TestClient, panel: EntornoDelPanel, perfil_de: Callable[..., Perfil]
) -> None:
    perfil = perfil_de()
    aviso = {"texto": "Vacunas", "perfiles": [perfil.id], "cuando": "mañana 9:00", "etiquetas": ["salud"]}
    publicada = administra.post(f"{V1}/publicaciones", json=aviso).json()
    salud = {"nombre": "Salud", "condiciones": {"etiquetas": ["Salud"]}, "pasos": [{"nombre": "La doctora"}]}
    assert administra.post(f"{V1}/flujos/probar", json=salud).json()["cuantas"] == 1
    uno = administra.post(f"{V1}/flujos", json=salud)
    assert uno.status_code == 201, uno.text
    todo = administra.post(f"{V1}/flujos", json={"nombre": "Todo", "pasos": [{"cuantos": "todos"}]}).json()
    camino = f"{V1}/flujos/{todo['id']}"
    assert [f["nombre"] for f in administra.post(f"{camino}/mover", json={"arriba": True}).json()] == ["Todo", "Salud"]
    assert administra.put(camino, json={**salud, "nombre": "Redes"}).json()["condiciones"] == {"etiquetas": ["Salud"]}
    assert administra.post(f"{camino}/apagar").json()["activo"] is False
    assert "apagado" in administra.post(f"{camino}/alcanzar").json()["hecho"]
    assert "1 publicación" in administra.post(f"{V1}/flujos/{uno.json()['id']}/alcanzar").json()["hecho"]
    with panel.entorno.base.leer() as sesion:
        assert sesion.get_one(Entrega, publicada["entregas"][0]["id"]).estado == "retenida"


@pytest.mark.parametrize(
    "pasos", [[], [{}] * 9, [{"aprobadores": [999]}], [{"suplentes_tras_h": 9999}], [{"cuantos": "algunos"}]]
)
def test_un_flujo_que_no_cuadra_no_se_guarda(
    administra: TestClient, panel: EntornoDelPanel, pasos: list[dict[str, object]]
) -> None:
    assert administra.post(f"{V1}/flujos", json={"nombre": "Malo", "pasos": pasos}).status_code == 422
    with panel.entorno.base.leer() as sesion:
        assert sesion.exec(select(Flujo)).all() == []


# ── personas ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_una_persona_se_invita_se_nombra_y_deja_de_entrar(
    administra: TestClient, panel: EntornoDelPanel, desconocido: TestClient, perfil_de: Callable[..., Perfil]
) -> None:
    perfil = perfil_de()
    julia = {"correo": "Julia@SanJacinto.gob.mx", "nombre": "Julia", "cargos": [{"rol": "editor"}]}
    invitada = administra.post(f"{V1}/usuarios", json=julia)
    assert invitada.status_code == 201, invitada.text
    assert invitada.json()["usuario"]["correo"] == "julia@sanjacinto.gob.mx"
    enlace = invitada.json()["enlace"]  # esta oficina no tiene correo: lo entrega quien administra
    assert desconocido.get(enlace.removeprefix(panel.url)).status_code == 200
    camino = f"{V1}/usuarios/{invitada.json()['usuario']['id']}"
    cargos = [{"rol": "aprobador", "perfil_id": perfil.id}]
    assert administra.put(f"{camino}/cargos", json={"cargos": cargos}).json()["cargos"] == cargos
    assert administra.put(f"{camino}/cargos", json={"cargos": [{"rol": "editor", "perfil_id": 999}]}).status_code == 422
    assert administra.get(camino).json()["cargos"] == cargos
    assert administra.post(f"{camino}/desactivar").json()["activo"] is False
    assert administra.post(f"{camino}/reactivar").json()["activo"] is True
    assert administra.post(f"{camino}/enlace").json()["enlace"] != enlace
    assert "contraseña" in administra.post(f"{camino}/quitar-segundo-factor").json()["hecho"]
    assert administra.post(f"{V1}/usuarios", json=julia).json()["error"].startswith("Ya hay una cuenta")
    assert asentado(panel)[:2] == ["usuario_invitado", "cargos_cambiados"]


def test_siempre_queda_quien_administre(administra: TestClient, panel: EntornoDelPanel) -> None:
    yo = administra.get(f"{V1}/yo").json()["id"]
    with panel.entorno.base.escribir() as sesion:
        sesion.get_one(Usuario, yo).entro_en = panel.entorno.reloj.ahora()
    assert administra.post(f"{V1}/usuarios/{yo}/desactivar").status_code == 409
    assert administra.put(f"{V1}/usuarios/{yo}/cargos", json={"cargos": []}).status_code == 409


# ── mover varias ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_varias_entregas_se_mueven_juntas_si_nadie_las_movio_antes(
    administra: TestClient, perfil_de: Callable[..., Perfil]
) -> None:
    perfiles = [perfil_de().id, perfil_de().id]
    publicada = administra.post(
        f"{V1}/publicaciones", json={"texto": "Hola", "perfiles": perfiles, "cuando": "mañana 9:00"}
    ).json()
    entregas, era = [e["id"] for e in publicada["entregas"]], publicada["entregas"][0]["no_antes_de"]
    camino = f"{V1}/publicaciones/{publicada['id']}/mover"
    movidas = administra.post(camino, json={"entregas": entregas, "cuando": "mañana 10:30", "era": era})
    assert movidas.status_code == 200, movidas.text
    ahora = administra.get(f"{V1}/publicaciones/{publicada['id']}").json()["entregas"]
    assert {e["no_antes_de"] for e in ahora} == {"2026-11-23T16:30:00Z"}
    tarde = administra.post(camino, json={"entregas": entregas, "cuando": "mañana 12:00", "era": era})
    assert (tarde.status_code, "Otra persona la movió" in tarde.json()["error"]) == (409, True)
    assert administra.post(camino, json={"entregas": entregas, "cuando": "quién sabe"}).json()["donde"] == ["cuando"]
    assert administra.post(camino, json={"entregas": [999], "cuando": "mañana 12:00"}).status_code == 404


def test_lo_que_estorba_a_esa_hora_se_dice_antes_de_mover(
    administra: TestClient, perfil_de: Callable[..., Perfil]
) -> None:
    perfil = perfil_de()
    una, otra = (
        administra.post(
            f"{V1}/publicaciones", json={"texto": texto, "perfiles": [perfil.id], "cuando": f"mañana {hora}"}
        ).json()
        for texto, hora in (("Una", "9:00"), ("Otra", "12:00"))
    )
    camino = f"{V1}/publicaciones/{otra['id']}/mover"
    pedido = {"entregas": [otra["entregas"][0]["id"]], "cuando": "mañana 9:00"}
    estorba = administra.post(camino, json=pedido)
    assert (estorba.status_code, "aunque: true" in estorba.json()["error"]) == (409, True)
    assert administra.post(camino, json={**pedido, "aunque": True}).status_code == 200
    assert una["id"] != otra["id"]


# ── monitores, horarios, paquetes y Hoy ──────────────────────────────────────────────────────────────────────────


def test_un_monitor_se_silencia_se_ajusta_y_se_recuenta(con_ficha: Cliente, panel: EntornoDelPanel) -> None:
    coordina = con_ficha(Rol.COORDINADOR)
    camino = f"{V1}/monitores/{crear_monitor(panel).id}"
    assert "Silenciado hasta" in coordina.post(f"{camino}/silenciar", json={"plazo": "cuatro"}).json()["hecho"]
    (callado,) = coordina.get(f"{V1}/silencios").json()
    assert callado["por"] == "Coordinador"
    assert coordina.post(f"{camino}/silenciar", json={"hasta": "quién sabe"}).json()["donde"] == ["hasta"]
    assert coordina.post(f"{camino}/quitar-silencio").json()["hecho"] == "Ya se avisa otra vez."
    assert coordina.get(f"{V1}/silencios").json() == []
    assert coordina.put(f"{camino}/presupuesto", json={"falsas_alarmas": 2}).json()["falsas_alarmas"] == 2
    assert coordina.put(f"{camino}/presupuesto", json={"falsas_alarmas": -1}).status_code == 422
    assert coordina.get(f"{camino}/recuento").json()["sigue"] is False
    assert "contando" in coordina.post(f"{camino}/recontar").json()["hecho"]
    panel.recuentos.esperar(int(camino.rpartition("/")[2]))
    assert coordina.get(f"{camino}/recuento").json() == {
        "sigue": False,
        "van": 0,
        "de": 0,
        "espera": False,
        "falla": "",
    }
    assert coordina.get(f"{V1}/gastos").json() == []


def test_las_horas_que_se_elegirian_son_libres_y_dicen_por_que(
    con_ficha: Cliente, panel: EntornoDelPanel, perfil_de: Callable[..., Perfil]
) -> None:
    perfil = perfil_de()
    lectora = con_ficha(Rol.LECTOR, perfil_id=perfil.id)
    perfil_de()
    (suyo,) = lectora.get(f"{V1}/horarios").json()
    assert (suyo["perfil_id"], suyo["publicaciones"]) == (perfil.id, 0)
    proximas = lectora.get(f"{V1}/horarios/{perfil.id}/proximas").json()
    ahora = panel.entorno.reloj.ahora().isoformat()
    assert len(proximas) >= 6
    assert all(h["en"] > ahora and h["porque"] for h in proximas)
    assert sum(h["mejor"] for h in proximas) >= 1
    assert lectora.post(f"{V1}/horarios/{perfil.id}/aprender").status_code == 403
    aprendio = con_ficha(Rol.COORDINADOR).post(f"{V1}/horarios/{perfil.id}/aprender")
    assert "Todavía no hay nada medido" in aprendio.json()["hecho"]


def test_los_medios_se_llevan_en_un_zip_y_queda_dicho_quien(
    con_ficha: Cliente, panel: EntornoDelPanel, tmp_path: Path
) -> None:
    medio = poner_medio(panel, tmp_path)
    lectora = con_ficha(Rol.LECTOR)
    bajado = lectora.get(f"{V1}/medios.zip", params={"id": medio.id})
    assert bajado.headers["content-type"] == "application/zip"
    with ZipFile(BytesIO(bajado.content)) as paquete:
        nombres = paquete.namelist()
    assert {"index.csv", "index.html"} < set(nombres)
    assert len(nombres) == 3
    assert lectora.get(f"{V1}/medios.zip", params={"q": "nada así"}).status_code == 409
    assert lectora.get(f"{V1}/hemeroteca.zip").status_code == 409
    assert asentado(panel) == ["acervo_exportado"]


def test_hoy_dice_lo_que_sale_y_lo_que_necesita_a_alguien(
    con_ficha: Cliente, panel: EntornoDelPanel, perfil_de: Callable[..., Perfil]
) -> None:
    perfil, ajeno = perfil_de(), perfil_de()
    duena = con_ficha(Rol.COORDINADOR, perfil_id=perfil.id)
    administra = con_ficha(Rol.ADMINISTRADOR)
    for suyo, texto in ((perfil, "Del suyo"), (ajeno, "Ajena")):
        cuerpo = {"texto": texto, "perfiles": [suyo.id], "cuando": "mañana 9:00"}
        assert administra.post(f"{V1}/publicaciones", json=cuerpo).status_code == 201
    duena.post(f"{V1}/perfiles/{perfil.id}/pausar", json={"motivo": "Veda"})
    hoy = duena.get(f"{V1}/hoy").json()
    assert [(s["texto"], len(s["entregas"])) for s in hoy["por_salir"]] == [("Del suyo", 1)]
    assert [(a["urgencia"], a["mirar"], a["perfil_id"]) for a in hoy["asuntos"]] == [("perfil", "Veda", perfil.id)]

"""Publicar, cambiar y mandar desde otro sistema: una sola vez, y con las mismas reglas que el panel."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, func, select
from starlette.testclient import TestClient

from modelos import Asiento, Borrador, Entrega, Estado, Medio, Perfil, Publicacion, Rol
from panel.entorno import EntornoDelPanel
from tests.panel.acervo import poner_medio
from tests.panel.test_aprobaciones import crear_flujo

Cliente = Callable[..., TestClient]
Perfiles = Callable[..., Perfil]
CAMINO = "/api/v1/publicaciones"


def aviso(*perfiles: Perfil, **mas: Any) -> dict[str, Any]:
    return {"texto": "Mañana no habrá agua.", "perfiles": [p.id for p in perfiles], "cuando": "mañana 9:00", **mas}


def cuantas(panel: EntornoDelPanel) -> tuple[int, int]:
    """Publicaciones y borradores."""
    with panel.entorno.base.leer() as sesion:
        p = sesion.exec(select(func.count()).select_from(Publicacion)).one()
        return p, sesion.exec(select(func.count()).select_from(Borrador)).one()


def test_publicar_con_todo_y_leerlo_de_vuelta(
    con_ficha: Cliente, panel: EntornoDelPanel, perfil_de: Perfiles, tmp_path: Any
) -> None:
    uno, otro = perfil_de(), perfil_de()
    foto: Medio = poner_medio(panel, tmp_path)
    editor = con_ficha(Rol.EDITOR)
    cuerpo = aviso(
        cuando="2026-12-01T15:00:00.250Z",
        perfiles=[uno.id, otro.nombre],
        variantes={otro.nombre: "Sin agua mañana."},
        medios=[{"id": foto.id, "texto_alternativo": "Una pipa"}],
        etiquetas=["agua", "centro"],
        campana="Estiaje",
        prioridad="alta",
        vence_en="2026-12-02T00:00:00-06:00",
    )
    creada = editor.post(CAMINO, json=cuerpo)
    assert creada.status_code == 201, creada.text
    leida = editor.get(f"{CAMINO}/{creada.json()['id']}").json()
    assert leida == creada.json()
    assert leida["programada_en"].startswith("2026-12-01T15:00:00")
    assert leida["vence_en"].startswith("2026-12-02T06:00:00")
    assert (leida["etiquetas"], leida["campana"], leida["prioridad"]) == (["agua", "centro"], "Estiaje", 1)
    assert {e["texto"] for e in leida["entregas"]} == {"Mañana no habrá agua.", "Sin agua mañana."}
    assert [(m["id"], m["texto_alternativo"]) for m in leida["medios"]] == [(foto.id, "Una pipa")]
    assert (leida["origen"], leida["version"], leida["ocultos"]) == ("panel", 1, 0)


@pytest.mark.parametrize("cuando", ["mañana 9:00", "2026-11-23T09:00:00-06:00", "mejor hora antes del viernes", "ya"])
def test_la_hora_se_dice_como_la_diria_cualquiera(con_ficha: Cliente, perfil_de: Perfiles, cuando: str) -> None:
    creada = con_ficha(Rol.EDITOR).post(CAMINO, json=aviso(perfil_de(), cuando=cuando))
    assert creada.status_code == 201, creada.text
    assert [e["estado"] for e in creada.json()["entregas"]] == ["programada"]
    assert bool(creada.json()["mejor_hora"]) == cuando.startswith("mejor")


def test_revisar_dice_que_esta_mal_y_a_que_hora_saldria_sin_guardar_nada(
    con_ficha: Cliente, panel: EntornoDelPanel, perfil_de: Perfiles
) -> None:
    perfil, editor = perfil_de(), con_ficha(Rol.EDITOR)
    buena = editor.post(f"{CAMINO}/revisar", json=aviso(perfil, cuando="mejor hora")).json()
    assert buena["admisible"] is True
    (vista,) = buena["perfiles"]
    assert (vista["partes"][0]["texto"], vista["partes"][0]["largo"]) == ("Mañana no habrá agua.", 21)
    assert vista["hora"]
    assert vista["por_que"]
    mala = editor.post(f"{CAMINO}/revisar", json={"texto": "x" * 9000, "perfiles": [perfil.id]}).json()
    assert mala["admisible"] is False
    assert {"fecha"} < {p["donde"] for p in mala["problemas"]}
    assert cuantas(panel) == (0, 0)


def test_lo_que_no_se_puede_publicar_se_dice_y_no_deja_nada(
    con_ficha: Cliente, panel: EntornoDelPanel, perfil_de: Perfiles
) -> None:
    respuesta = con_ficha(Rol.EDITOR).post(
        CAMINO, json=aviso(perfil_de(), cuando="ayer 9:00"), headers={"idempotency-key": "uno"}
    )
    assert respuesta.status_code == 422
    assert respuesta.json()["problemas"][0]["grave"] is True
    assert cuantas(panel) == (0, 0)


# ── una sola vez ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_la_misma_clave_publica_una_vez_y_con_otra_cosa_choca(
    con_ficha: Cliente, panel: EntornoDelPanel, perfil_de: Perfiles
) -> None:
    perfil, editor = perfil_de(), con_ficha(Rol.EDITOR)
    clave = {"idempotency-key": "corte-de-agua"}
    primera = editor.post(CAMINO, json=aviso(perfil), headers=clave)
    otra_vez = editor.post(CAMINO, json=aviso(perfil), headers=clave)
    assert (primera.status_code, otra_vez.status_code) == (201, 200)
    assert primera.json()["id"] == otra_vez.json()["id"]
    assert editor.post(CAMINO, json=aviso(perfil, texto="Otra cosa"), headers=clave).status_code == 409
    assert cuantas(panel) == (1, 1)


def test_la_clave_de_otra_persona_es_otra(con_ficha: Cliente, panel: EntornoDelPanel, perfil_de: Perfiles) -> None:
    perfil, clave = perfil_de(), {"idempotency-key": "la-misma"}
    for nombre in ("Ana", "Beto"):
        assert con_ficha(Rol.EDITOR, nombre=nombre).post(CAMINO, json=aviso(perfil), headers=clave).status_code == 201
    assert cuantas(panel)[0] == 2


@pytest.mark.dos_bases
def test_dos_a_la_vez_con_la_misma_clave_publican_una(
    con_ficha: Cliente, panel: EntornoDelPanel, perfil_de: Perfiles
) -> None:
    perfil, editor = perfil_de(), con_ficha(Rol.EDITOR)
    salida, codigos, ids = threading.Barrier(4), [], set()

    def pedir() -> None:
        salida.wait()
        respuesta = editor.post(CAMINO, json=aviso(perfil), headers={"idempotency-key": "a-la-vez"})
        codigos.append(respuesta.status_code)
        ids.add(respuesta.json().get("id"))

    hilos = [threading.Thread(target=pedir) for _ in range(4)]
    for hilo in hilos:
        hilo.start()
    for hilo in hilos:
        hilo.join()
    assert sorted(codigos) == [200, 200, 200, 201]
    assert len(ids) == 1
    assert cuantas(panel) == (1, 1)
    with panel.entorno.base.leer() as sesion:
        creadas = sesion.exec(select(Asiento).where(Asiento.accion == "publicacion_creada")).all()
    assert len(creadas) == 1


# ── cambiarla y mandar sobre ella ────────────────────────────────────────────────────────────────────────────────


def test_cambiar_conserva_lo_que_no_se_nombra_y_quien_llega_tarde_no_pisa_nada(
    con_ficha: Cliente, perfil_de: Perfiles
) -> None:
    editor = con_ficha(Rol.EDITOR)
    creada = editor.post(CAMINO, json=aviso(perfil_de(), campana="Estiaje")).json()
    camino = f"{CAMINO}/{creada['id']}"
    cambiada = editor.put(camino, json={"version": 1, "texto": "Siempre sí hay agua."})
    assert cambiada.status_code == 200, cambiada.text
    assert (cambiada.json()["texto"], cambiada.json()["campana"]) == ("Siempre sí hay agua.", "Estiaje")
    assert cambiada.json()["entregas"][0]["no_antes_de"] == creada["entregas"][0]["no_antes_de"]
    assert [v["version"] for v in cambiada.json()["versiones"]] == [1, 2]
    tarde = editor.put(camino, json={"version": 1, "texto": "No la vi."})
    assert tarde.status_code == 409
    assert "versión 2" in tarde.json()["error"]
    assert editor.get(camino).json()["texto"] == "Siempre sí hay agua."


def test_cancelar_reprogramar_y_lo_que_ya_no_procede(
    con_ficha: Cliente, panel: EntornoDelPanel, perfil_de: Perfiles
) -> None:
    editor = con_ficha(Rol.EDITOR)
    creada = editor.post(CAMINO, json=aviso(perfil_de(), perfil_de())).json()
    camino, (una, otra) = f"{CAMINO}/{creada['id']}", (e["id"] for e in creada["entregas"])
    assert editor.post(f"{camino}/cancelar").status_code == 200
    assert {e["estado"] for e in editor.get(camino).json()["entregas"]} == {"cancelada"}
    assert editor.post(f"{camino}/cancelar").status_code == 409
    movida = editor.post(f"/api/v1/entregas/{una}/reprogramar", json={"cuando": "pasado mañana 10:00"})
    assert "saldrá" in movida.json()["hecho"]
    assert editor.post(f"/api/v1/entregas/{una}/reprogramar", json={"cuando": "ayer"}).status_code == 422
    for acto, codigo in (("retener", 200), ("soltar", 200), ("soltar", 409), ("reintentar", 409)):
        assert editor.post(f"/api/v1/entregas/{una}/{acto}").status_code == codigo, acto
    coordina = con_ficha(Rol.COORDINADOR)
    sin_duda = coordina.post(f"/api/v1/entregas/{otra}/resolver", json={"respuesta": "no_hace_falta"})
    assert sin_duda.status_code == 409
    assert "no hay nada que decidir" in sin_duda.json()["error"]
    with panel.entorno.base.leer() as sesion:
        asentadas = sesion.exec(select(Asiento.accion).order_by(col(Asiento.id))).all()
    assert asentadas[-2:] == ["entrega_retenida", "entrega_soltada"]


def test_lo_que_exige_aprobacion_queda_retenido_y_sale_al_aprobarse_por_la_api(
    con_ficha: Cliente, panel: EntornoDelPanel, perfil_de: Perfiles
) -> None:
    crear_flujo(panel)
    editor, jefa = con_ficha(Rol.EDITOR), con_ficha(Rol.APROBADOR)
    creada = editor.post(CAMINO, json=aviso(perfil_de())).json()
    assert creada["entregas"][0]["estado"] == "retenida"
    assert editor.post(f"/api/v1/entregas/{creada['entregas'][0]['id']}/soltar").status_code == 409
    (espera,) = jefa.get("/api/v1/aprobaciones").json()
    assert (espera["mia"], espera["publicacion_id"]) == (True, creada["id"])
    assert editor.get("/api/v1/aprobaciones").json() == []
    camino = f"/api/v1/aprobaciones/{espera['id']}"
    una = jefa.get(camino).json()
    assert (una["puede_firmar"], una["perfiles"][0]["textos"]) == (True, ["Mañana no habrá agua."])
    assert jefa.post(f"{camino}/comentarios", json={"texto": "¿A qué hora?"}).status_code == 201
    editor.put(f"{CAMINO}/{creada['id']}", json={"version": 1, "texto": "De 9 a 13."})
    assert jefa.post(f"{camino}/aprobar", json={"vista": una["vista"]}).status_code == 409
    (espera,) = jefa.get("/api/v1/aprobaciones").json()
    camino = f"/api/v1/aprobaciones/{espera['id']}"
    assert editor.post(f"{camino}/aprobar", json={"vista": espera["vista"]}).status_code == 403
    assert jefa.post(f"{camino}/aprobar", json={"vista": espera["vista"]}).json()["hecho"].startswith("Aprobada")
    leida = editor.get(f"{CAMINO}/{creada['id']}").json()
    assert leida["entregas"][0]["estado"] == "programada"
    assert [c["texto"] for c in leida["comentarios"]] == ["¿A qué hora?"]


# ── buscarlas ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_se_hallan_por_sus_palabras_y_de_lo_ajeno_no_sale_nada(
    con_ficha: Cliente, panel: EntornoDelPanel, perfil_de: Perfiles
) -> None:
    mio, ajeno = perfil_de(), perfil_de()
    editor = con_ficha(Rol.EDITOR)
    junta = editor.post(CAMINO, json=aviso(mio, ajeno, variantes={ajeno.nombre: "Secreto del otro"})).json()
    editor.post(CAMINO, json=aviso(ajeno, texto="Reunión a puerta cerrada"))
    editor.post(CAMINO, json=aviso(mio, texto="Vacunación en el DIF", cuando="mañana 12:00"))
    suyo = con_ficha(Rol.LECTOR, perfil_id=mio.id, nombre="Ella")
    assert [x["texto"] for x in suyo.get(CAMINO).json()["datos"]] == ["Vacunación en el DIF", "Mañana no habrá agua."]
    assert [x["texto"] for x in suyo.get(CAMINO, params={"q": "vacunacion"}).json()["datos"]] == [
        "Vacunación en el DIF"
    ]
    assert suyo.get(CAMINO, params={"q": "secreto"}).json()["datos"] == []
    una = suyo.get(f"{CAMINO}/{junta['id']}")
    assert "Secreto" not in una.text
    assert una.json()["ocultos"] == 1
    pagina = suyo.get(CAMINO, params={"limite": 1}).json()
    assert len(suyo.get(CAMINO, params={"limite": 1, "siguiente": pagina["siguiente"]}).json()["datos"]) == 1


def test_lo_publicado_se_halla_en_la_hemeroteca(
    con_ficha: Cliente, panel: EntornoDelPanel, perfil_de: Perfiles
) -> None:
    creada = con_ficha(Rol.EDITOR).post(CAMINO, json=aviso(perfil_de())).json()
    with panel.entorno.base.escribir() as sesion:
        for e in sesion.exec(select(Entrega)):
            e.estado, e.publicada_en, e.id_externo = Estado.PUBLICADA, e.no_antes_de + timedelta(seconds=1), "77"
    lector = con_ficha(Rol.LECTOR)
    (hallada,) = lector.get("/api/v1/hemeroteca", params={"q": "agua", "desde": "2026-11-01"}).json()["datos"]
    pieza = lector.get(f"/api/v1/hemeroteca/{hallada['id']}").json()
    assert (pieza["textos"], pieza["id_externo"], pieza["respuestas"]) == (["Mañana no habrá agua."], "77", [])
    assert hallada["publicacion_id"] == creada["id"]


def test_un_borrador_va_y_viene_no_pisa_lo_de_otro_y_se_manda_una_vez(
    con_ficha: Cliente, panel: EntornoDelPanel, perfil_de: Perfiles
) -> None:
    editor = con_ficha(Rol.EDITOR)
    borrador = editor.post("/api/v1/borradores", json={"texto": "A medias"}).json()
    camino = f"/api/v1/borradores/{borrador['clave']}"
    assert editor.post(f"{camino}/enviar").status_code == 422
    completo = {**aviso(perfil_de()), "revision": 1}
    assert editor.put(camino, json=completo).json()["revision"] == 2
    assert editor.put(camino, json={"revision": 1, "texto": "No la vi"}).status_code == 409
    assert [b["clave"] for b in editor.get("/api/v1/borradores").json()] == [borrador["clave"]]
    assert con_ficha(Rol.EDITOR, nombre="Otra").get(camino).status_code == 404
    publicada = editor.post(f"{camino}/enviar").json()["publicacion_id"]
    assert editor.post(f"{camino}/enviar").json()["publicacion_id"] == publicada
    assert cuantas(panel) == (1, 1)


# ── lo hostil y lo que se puede a medias ─────────────────────────────────────────────────────────────────────────


def test_para_cambiarla_hay_que_poder_en_todos_sus_perfiles(con_ficha: Cliente, perfil_de: Perfiles) -> None:
    mio, ajeno = perfil_de(), perfil_de()
    todos = con_ficha(Rol.EDITOR)
    camino = f"{CAMINO}/{todos.post(CAMINO, json=aviso(mio, ajeno)).json()['id']}"
    ella = con_ficha(Rol.EDITOR, perfil_id=mio.id, nombre="Ella")
    assert ella.get(camino).json()["ocultos"] == 1
    assert ella.put(camino, json={"version": 1, "texto": "Mía"}).status_code == 403
    assert ella.put(camino, json={"version": 1, "perfiles": [mio.id]}).status_code == 403
    assert ella.post(f"{camino}/cancelar").status_code == 403
    propia = ella.post(CAMINO, json=aviso(mio)).json()["id"]
    assert ella.put(f"{CAMINO}/{propia}", json={"version": 1, "perfiles": [mio.id, ajeno.id]}).status_code == 404
    assert ella.post(CAMINO, json=aviso(mio, texto="x", medios=[{"id": 999}])).status_code == 422


@pytest.mark.dos_bases
@pytest.mark.parametrize(
    "mas",
    [
        '"texto": "a\\u0000b"',
        '"texto": "\\ud800"',
        '"titulo": "\\udfff"',
        '"variantes": {"x\\u0000": "y"}',
        '"otro": 1',
    ],
)
def test_lo_que_ninguna_base_guarda_se_dice_y_no_rompe(con_ficha: Cliente, perfil_de: Perfiles, mas: str) -> None:
    cuerpo = f'{{"perfiles": [{perfil_de().id}], "cuando": "mañana 9:00", {mas}}}'
    editor = con_ficha(Rol.EDITOR)
    for camino in (CAMINO, f"{CAMINO}/revisar", "/api/v1/borradores"):
        assert editor.post(camino, content=cuerpo.encode()).status_code == 422, camino
    for parametro in ("campana", "q"):
        assert editor.get(CAMINO, params={parametro: "a\0b"}).status_code == 422

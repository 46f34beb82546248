"""Hoy: qué necesita a una persona, qué se alza, qué sale y qué salió; sólo de lo que esa persona puede ver."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlmodel import col, update
from starlette.routing import Match

from modelos import (
    Entrega,
    Estado,
    Flujo,
    Historia,
    Intento,
    Lectura,
    Medicion,
    Perfil,
    Recepcion,
    Rol,
    Veredicto,
    Vista,
)
from motor.aprobaciones.flujo import Paso
from motor.entrada.contar.actas import Acta
from panel.entorno import EntornoDelPanel
from tests.panel.con_publicaciones import crear_perfil, programar
from tests.panel.consultas import contadas
from tests.panel.personas import Persona

Entra = Callable[..., Persona]


@pytest.fixture
def perfil(panel: EntornoDelPanel) -> Perfil:
    return crear_perfil(panel)


def poner(panel: EntornoDelPanel, *filas: object) -> None:
    with panel.entorno.base.escribir() as sesion:
        for fila in filas:
            sesion.add(fila)
            sesion.flush()


def en_duda(panel: EntornoDelPanel) -> Entrega:
    """Una que pudo salir: su intento no tiene desenlace."""
    (suya,) = programar(panel, "Cierre del puente.", estado=Estado.POR_DECIDIR)
    ahora = panel.entorno.reloj.ahora()
    poner(
        panel,
        Intento(entrega_id=suya.id, perfil_id=suya.perfil_id, ficha=1, huella="h", iniciado_en=ahora),
    )
    return suya


def alza(panel: EntornoDelPanel, **mas: object) -> Historia:
    ahora = panel.entorno.reloj.ahora()
    historia = Historia(
        clase="pico", clave="monitor:4", asunto="Baches en la 57", abierta_en=ahora, ultima_en=ahora, **mas
    )
    poner(panel, historia)
    return historia


def bloque(html: str, id_: str) -> str:
    return html[html.index(f'id="{id_}"') :].partition("</section>")[0]


def test_sin_nada_cada_bloque_dice_que_es_y_que_hacer(persona: Entra) -> None:
    html = persona(Rol.COORDINADOR).ver("/").text
    assert "Nada la necesita ahora" in bloque(html, "necesita")
    assert "/monitores" in bloque(html, "alzas")
    assert "/componer" in bloque(html, "sale")
    assert "No ha salido nada" in bloque(html, "salio")


def test_lo_que_no_se_sabe_si_salio_se_pregunta_con_lo_que_hay_que_mirar(
    panel: EntornoDelPanel, perfil: Perfil, persona: Entra
) -> None:
    suya = en_duda(panel)
    html = bloque(persona(Rol.COORDINADOR).ver("/").text, "necesita")
    assert "¿Salió o no?" in html
    assert "Abra el perfil en la red" in html
    assert f'action="/entrega/{suya.id}/resolver"' in html
    assert 'data-confirmar="Si ya estaba publicada' in html


def test_lo_que_fallo_dice_su_remedio_y_se_intenta_otra_vez_con_un_toque(
    panel: EntornoDelPanel, perfil: Perfil, persona: Entra
) -> None:
    (suya,) = programar(panel, "Jornada de vacunación.", estado=Estado.FALLIDA)
    with panel.entorno.base.escribir() as sesion:
        sesion.execute(update(Entrega).where(col(Entrega.id) == suya.id).values(detalle="Acorte el texto."))
    quien = persona(Rol.EDITOR)
    assert "Acorte el texto." in bloque(quien.ver("/").text, "necesita")
    assert quien.hacer(f"/entrega/{suya.id}/reintentar", json=True).status_code == 200
    assert "Jornada" not in bloque(quien.ver("/").text, "necesita")


def test_a_quien_solo_lee_no_se_le_ofrecen_botones(panel: EntornoDelPanel, perfil: Perfil, persona: Entra) -> None:
    en_duda(panel)
    alza(panel)
    html = persona(Rol.LECTOR).ver("/").text
    assert "¿Salió o no?" in html
    assert "<form" not in html


def test_un_perfil_parado_y_un_permiso_por_vencer_se_dicen_con_su_remedio(
    panel: EntornoDelPanel, persona: Entra
) -> None:
    ahora = panel.entorno.reloj.ahora()
    crear_perfil(
        panel, "parado", pausado_en=ahora, pausado_por="motor", pausa_motivo="Renueve el token de este perfil."
    )
    crear_perfil(panel, "cerca", titulo="Cerca", token_vence_en=ahora + timedelta(days=13))
    crear_perfil(panel, "lejos", titulo="Lejos", token_vence_en=ahora + timedelta(days=15))
    html = bloque(persona(Rol.COORDINADOR).ver("/").text, "necesita")
    assert "Renueve el token de este perfil." in html
    assert "Cerca" in html
    assert "Lejos" not in html


def test_lo_que_espera_su_firma_lleva_a_verla_entera_y_no_se_firma_desde_aqui(
    panel: EntornoDelPanel, perfil: Perfil, persona: Entra
) -> None:
    ahora = panel.entorno.reloj.ahora()
    with panel.entorno.base.escribir() as sesion:
        paso = Paso(nombre="contenido").en_datos()
        sesion.add(Flujo(nombre="Todo", pasos=[paso], creado_en=ahora, actualizado_en=ahora))
    programar(panel, "Aviso de corte de agua en Las Flores.", autor="otra@x.mx")
    html = bloque(persona(Rol.COORDINADOR).ver("/").text, "necesita")
    assert "Espera su aprobación" in html
    assert "corte de agua" in html
    assert re.search(r'href="/aprobaciones/\d+"', html)
    assert "<form" not in html
    assert "Espera su aprobación" not in persona(Rol.LECTOR).ver("/").text


def test_lo_mas_urgente_va_primero(panel: EntornoDelPanel, perfil: Perfil, persona: Entra) -> None:
    ahora = panel.entorno.reloj.ahora()
    crear_perfil(panel, "cerca", token_vence_en=ahora + timedelta(days=10))
    alza(panel)
    programar(panel, "La que falló.", estado=Estado.FALLIDA)
    en_duda(panel)
    html = bloque(persona(Rol.COORDINADOR).ver("/").text, "necesita")
    titulos = re.findall(r"<strong>([^<]+)</strong>", html)
    assert titulos == [
        "¿Salió o no?",
        "La red no la aceptó",
        "Se habla mucho más de lo normal",
        "Va a vencer el permiso de la red",
    ]


def test_los_archivos_que_se_devolvieron_hoy_se_dicen_y_los_de_ayer_no(panel: EntornoDelPanel, persona: Entra) -> None:
    ahora = panel.entorno.reloj.ahora()
    motivo = "«hoy.docx» no se aceptó.\n\n1. línea 2, fecha: falta la fecha.\n   Cómo arreglarlo: póngala."
    acta = Acta(motivo=motivo).en_texto()
    for nombre, en in (("hoy.docx", ahora), ("ayer.docx", ahora - timedelta(days=1))):
        poner(
            panel,
            Recepcion(nombre=nombre, sha256=nombre, veredicto=Veredicto.RECHAZADO, detalle=acta, recibida_en=en),
        )
    html = bloque(persona(Rol.COORDINADOR).ver("/").text, "necesita")
    assert "hoy.docx" in html
    assert "línea 2, fecha: falta la fecha." in html
    assert "motivo" not in html
    assert "ayer.docx" not in html


def test_cada_quien_ve_solo_lo_de_sus_perfiles(panel: EntornoDelPanel, perfil: Perfil, persona: Entra) -> None:
    otro = crear_perfil(panel, "dif", titulo="DIF", pausado_en=panel.entorno.reloj.ahora(), pausado_por="ana@x.mx")
    programar(panel, "Del ayuntamiento.", en=panel.entorno.reloj.ahora() + timedelta(hours=1))
    programar(panel, "La del ayuntamiento que falló.", estado=Estado.FALLIDA)
    alza(panel)
    html = persona(Rol.COORDINADOR, perfil_id=otro.id).ver("/").text
    assert "ayuntamiento" not in html
    assert "Baches" not in html
    assert "DIF" in html


def test_lo_que_sale_va_por_hora_y_junta_los_perfiles_de_una_publicacion(
    panel: EntornoDelPanel, perfil: Perfil, persona: Entra
) -> None:
    crear_perfil(panel, "dif", titulo="DIF")
    ahora = panel.entorno.reloj.ahora()
    programar(panel, "La segunda.", en=ahora + timedelta(hours=5))
    programar(panel, "La primera.", perfiles=("ayuntamiento", "dif"), en=ahora + timedelta(hours=2))
    programar(panel, "Pasado mañana.", en=ahora + timedelta(days=2))
    html = bloque(persona(Rol.LECTOR).ver("/").text, "sale")
    assert html.index("La primera.") < html.index("La segunda.")
    assert html.count("La primera.") == 1
    assert html.count('class="red tono-0"') == 3
    assert "Pasado mañana." not in html


def test_lo_que_salio_enlaza_a_la_red_y_dice_lo_ultimo_que_se_midio(
    panel: EntornoDelPanel, perfil: Perfil, persona: Entra
) -> None:
    ahora = panel.entorno.reloj.ahora()
    (suya,) = programar(panel, "Ya salió.", en=ahora - timedelta(hours=3), estado=Estado.PUBLICADA)
    vista = Vista(perfil_id=perfil.id, entrega_id=suya.id, id_externo="1", publicada_en=ahora, vista_en=ahora)
    lectura = Lectura(perfil_id=perfil.id, leida_en=ahora, version="1")
    poner(panel, vista, lectura)
    for metrica, valor, hace in (("me_gusta", 3, 2), ("me_gusta", 10, 1), ("comentarios", 2, 1), ("vistas", 900, 1)):
        poner(
            panel,
            Medicion(
                perfil_id=perfil.id,
                vista_id=vista.id,
                lectura_id=lectura.id,
                metrica=metrica,
                valor=valor,
                medida_en=ahora - timedelta(hours=hace),
            ),
        )
    html = bloque(persona(Rol.LECTOR).ver("/").text, "salio")
    assert 'href="https://red.example/1" rel="noopener noreferrer"' in html
    assert "12 reacciones y respuestas" in html


def test_una_direccion_que_no_es_de_la_web_no_se_enlaza(panel: EntornoDelPanel, perfil: Perfil, persona: Entra) -> None:
    (suya,) = programar(panel, en=panel.entorno.reloj.ahora() - timedelta(hours=1), estado=Estado.PUBLICADA)
    with panel.entorno.base.escribir() as sesion:
        sesion.execute(update(Entrega).where(col(Entrega.id) == suya.id).values(url="javascript:alert(1)"))
    assert "javascript:" not in persona(Rol.LECTOR).ver("/").text


def test_un_alza_se_dice_hasta_que_alguien_la_atiende(panel: EntornoDelPanel, persona: Entra) -> None:
    historia = alza(panel)
    quien = persona(Rol.COORDINADOR)
    antes = quien.ver("/").text
    assert f'action="/alertas/{historia.id}/enterada"' in bloque(antes, "necesita")
    assert f'href="/alertas/{historia.id}"' in bloque(antes, "alzas")
    ahora = panel.entorno.reloj.ahora()
    with panel.entorno.base.escribir() as sesion:
        suya = sesion.get_one(Historia, historia.id)
        suya.atendida_en, suya.atendida_por = ahora, "Ana"
    despues = quien.ver("/").text
    assert "Baches" not in bloque(despues, "necesita")
    assert "Enterada:" in bloque(despues, "alzas")


def test_todo_boton_lleva_a_una_ruta_que_existe(
    panel: EntornoDelPanel, perfil: Perfil, persona: Entra, app: FastAPI
) -> None:
    programar(panel, "La que falló.", estado=Estado.FALLIDA)
    en_duda(panel)
    alza(panel)
    crear_perfil(panel, "parado", pausado_en=panel.entorno.reloj.ahora(), pausado_por="ana@x.mx")
    html = persona(Rol.ADMINISTRADOR).ver("/").text
    caminos = set(re.findall(r'<form method="post" action="([^"]+)"', html))
    assert len(caminos) == 5
    sin_ruta = {c for c in caminos if not any(_atiende(app, c, ruta) for ruta in app.routes)}
    assert sin_ruta == set()


def _atiende(_app: FastAPI, camino: str, ruta: object) -> bool:
    alcance = {"type": "http", "method": "POST", "path": camino, "root_path": "", "headers": []}
    return ruta.matches(alcance)[0] is Match.FULL  # type: ignore[attr-defined] # todas saben


def test_el_fragmento_solo_se_manda_si_cambio(panel: EntornoDelPanel, perfil: Perfil, persona: Entra) -> None:
    programar(panel, "La que falló.", estado=Estado.FALLIDA)
    quien = persona(Rol.COORDINADOR)
    primera = quien.ver("/hoy/fragmento")
    etiqueta = primera.headers["etag"]
    assert "<html" not in primera.text
    assert quien.ver("/hoy/fragmento", headers={"if-none-match": etiqueta}).status_code == 304
    programar(panel, "Otra que falló.", estado=Estado.FALLIDA)
    assert quien.ver("/hoy/fragmento", headers={"if-none-match": etiqueta}).status_code == 200


def test_no_se_pregunta_a_la_base_por_cada_renglon(panel: EntornoDelPanel, perfil: Perfil, persona: Entra) -> None:

    quien = persona(Rol.COORDINADOR)
    programar(panel, "Una.", en=panel.entorno.reloj.ahora() + timedelta(hours=1))
    programar(panel, "Una que falló.", estado=Estado.FALLIDA)
    with contadas(panel.entorno.base) as con_una:
        quien.ver("/")
    for n in range(15):
        programar(panel, f"La {n}.", en=panel.entorno.reloj.ahora() + timedelta(hours=1, minutes=n))
        programar(panel, f"La {n} que falló.", estado=Estado.FALLIDA)
    with contadas(panel.entorno.base) as con_muchas:
        quien.ver("/")
    assert len(con_muchas) == len(con_una) <= 16

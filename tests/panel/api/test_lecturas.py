"""Consultar por la API lo que se ve en el panel, con los permisos del dueño de la ficha."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from conectores.contrato import calcular_huella
from modelos import Entrega, FichaDeApi, Perfil, Publicacion, Rol
from panel.entorno import EntornoDelPanel

Cliente = Callable[..., TestClient]


def programar(panel: EntornoDelPanel, perfil: Perfil, cuantas: int = 1) -> list[int]:
    ahora = panel.entorno.reloj.ahora()
    with panel.entorno.base.escribir() as sesion:
        for n in range(cuantas):
            pub = Publicacion(
                texto=f"Aviso {n}",
                programada_en=ahora,
                zona="UTC",
                origen="orden",
                creada_en=ahora,
                actualizada_en=ahora,
            )
            sesion.add(pub)
            sesion.flush()
            sesion.add(
                Entrega(
                    publicacion_id=pub.id,
                    perfil_id=perfil.id,
                    texto=pub.texto,
                    clave=f"{perfil.id}-{pub.id}",
                    huella=calcular_huella(pub.texto, 0),
                    no_antes_de=ahora + timedelta(minutes=n // 2),
                    despertar_en=ahora,
                    creada_en=ahora,
                )
            )
        sesion.flush()
        return [e.id for e in sesion.exec(select(Entrega).where(Entrega.perfil_id == perfil.id))]


@pytest.mark.parametrize("cabecera", [{}, {"authorization": "Bearer inventada"}, {"authorization": "Basic YTpi"}])
def test_sin_ficha_no_se_ve_nada(desconocido: TestClient, cabecera: dict[str, str]) -> None:
    respuesta = desconocido.get("/api/v1/perfiles", headers=cabecera)
    assert respuesta.status_code == 401
    assert respuesta.headers["www-authenticate"] == "Bearer"
    assert "Mi cuenta" in respuesta.json()["error"]


def test_la_cookie_del_panel_no_sirve_en_la_api(persona: Callable[..., object]) -> None:
    alguien = persona(Rol.ADMINISTRADOR)
    assert alguien.ver("/api/v1/perfiles").status_code == 401  # type: ignore[attr-defined]


def test_una_ficha_vencida_o_revocada_ya_no_entra(con_ficha: Cliente, panel: EntornoDelPanel) -> None:
    assert con_ficha(Rol.LECTOR, nombre="Vencida", dias=-1).get("/api/v1/perfiles").status_code == 401
    revocada = con_ficha(Rol.LECTOR, nombre="Revocada")
    assert revocada.get("/api/v1/perfiles").status_code == 200
    with panel.entorno.base.escribir() as sesion:
        for ficha in sesion.exec(select(FichaDeApi)):
            ficha.revocada_en = panel.entorno.reloj.ahora()
    assert revocada.get("/api/v1/perfiles").status_code == 401


def test_cada_quien_ve_sus_perfiles_y_lo_de_los_demas_no_existe(
    con_ficha: Cliente, panel: EntornoDelPanel, perfil_de: Callable[..., Perfil]
) -> None:
    mio, ajeno = perfil_de(), perfil_de()
    sistema = con_ficha(Rol.LECTOR, perfil_id=mio.id)
    (ajena,) = programar(panel, ajeno)
    (mia,) = programar(panel, mio)
    assert [x["nombre"] for x in sistema.get("/api/v1/perfiles").json()] == [mio.nombre]
    assert sistema.get(f"/api/v1/perfiles/{ajeno.id}").status_code == 404
    assert sistema.get(f"/api/v1/entregas/{ajena}").status_code == 404
    assert sistema.get(f"/api/v1/horarios/{ajeno.id}").status_code == 404
    assert [e["id"] for e in sistema.get("/api/v1/entregas").json()["datos"]] == [mia]
    assert sistema.get("/api/v1/entregas", params={"perfil_id": ajeno.id}).json()["datos"] == []
    assert sistema.get("/api/v1/monitores").status_code == 404  # es de toda la oficina


def test_las_paginas_no_repiten_ni_saltan_aunque_compartan_hora(
    con_ficha: Cliente, panel: EntornoDelPanel, perfil_de: Callable[..., Perfil]
) -> None:
    todas = programar(panel, perfil_de(), cuantas=11)
    sistema = con_ficha(Rol.LECTOR)
    vistas: list[int] = []
    siguiente: str | None = ""
    while siguiente is not None:
        pagina = sistema.get("/api/v1/entregas", params={"limite": 3, "siguiente": siguiente}).json()
        vistas += [e["id"] for e in pagina["datos"]]
        siguiente = pagina["siguiente"]
    assert vistas == todas


@pytest.mark.parametrize(
    ("camino", "parametros"),
    [
        ("entregas", {"siguiente": "basura"}),
        ("entregas", {"siguiente": "MjAyNi0xMS0yMnw5OTk5OTk5OTk5OTk5"}),
        ("entregas", {"desde": "2026-11-22T10:00:00"}),
        ("entregas", {"desde": "0001-01-01T00:00:00+14:00"}),
        ("entregas", {"limite": "100000"}),
        ("entregas/99999999999999999999", {}),
        ("perfiles/0", {}),
    ],
)
def test_lo_mal_escrito_se_dice_y_no_rompe(con_ficha: Cliente, camino: str, parametros: dict[str, str]) -> None:
    respuesta = con_ficha(Rol.ADMINISTRADOR).get(f"/api/v1/{camino}", params=parametros)
    assert respuesta.status_code == 422
    assert respuesta.json()["donde"]


def test_la_semana_de_un_perfil_sin_pasado_es_la_curva_publica(
    con_ficha: Cliente, perfil_de: Callable[..., Perfil]
) -> None:
    semana = con_ficha(Rol.LECTOR).get(f"/api/v1/horarios/{perfil_de().id}").json()
    assert len(semana["horas"]) == 168
    assert (semana["publicaciones"], semana["aprendido_en"]) == (0, None)

"""Todas las historias: las abiertas, con su gráfica; lo que ya pasó; lo silenciado; y lo que cuesta escuchar."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from motor.avisos.historias.historia import abiertas
from motor.usuarios.permisos import Accion
from panel.paginas.alertas.consulta import POR_PAGINA, callados, clases, pasadas, temas_de
from panel.paginas.alertas.gastos import gastos
from panel.paginas.hoy import alzas
from panel.peticion import Pide

rutas = APIRouter()

ABIERTAS_A_LA_VISTA = 50


@rutas.get("/alertas")
def lista(p: Pide, antes: int | None = None) -> HTMLResponse:
    p.exigir(Accion.VER)
    with p.entorno.base.leer() as sesion:
        vivas = abiertas(sesion)
        viejas = pasadas(sesion, antes_de=antes)
        temas = temas_de(sesion, [*vivas[:ABIERTAS_A_LA_VISTA], *viejas])
        silencios = callados(sesion, p.ahora)
    dibujadas = {}
    if antes is None:
        con_alza = [h for h in vivas if h.clase == alzas.CLASE]
        dibujadas = {a.historia.id: a for a in alzas.averiguar(p.escucha, con_alza, ahora=p.ahora)}
    return p.pagina(
        "alertas/lista.html",
        vivas=vivas[:ABIERTAS_A_LA_VISTA],
        cuantas_vivas=len(vivas),
        dibujadas=dibujadas,
        viejas=viejas[:POR_PAGINA],
        siguiente=viejas[POR_PAGINA - 1].id if len(viejas) > POR_PAGINA else None,
        primera_pagina=antes is None,
        temas=temas,
        clases=clases(),
        silencios=silencios,
        gastos=gastos(p.escucha),
        falsas=p.escucha.reglas.escucha.falsas_alarmas,
        puede=p.puede(Accion.COORDINAR),
    )

"""Crear y cambiar un flujo, y ver a qué tocaría antes de guardarlo."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from modelos import Flujo
from modelos.consultas import perfiles as todos_los_perfiles
from motor.aprobaciones import edicion, espera, personas
from motor.aprobaciones.alcance import alcanzables, alcanzar
from motor.aprobaciones.edicion import FlujoInvalido, Tocada
from motor.usuarios.permisos import Accion
from panel.paginas.flujos.formulario import Escrito, de_flujo, leido
from panel.paginas.flujos.lista import a_que_toca, exigir_administrar, flujo_de
from panel.peticion import Peticion, Pide
from panel.textos import _, n_

rutas = APIRouter()


async def _leer_formulario(request: Request) -> FormData:
    return await request.form()


Datos = Annotated[FormData, Depends(_leer_formulario)]
"""Va después de `p`: el cuerpo se lee cuando ya se sabe quién lo manda."""


def origenes() -> dict[str, str]:
    """Por dónde puede llegar una publicación, dicho a una persona."""
    return {
        "carpeta": _("la carpeta"),
        "calendario": _("un calendario de Excel"),
        "panel": _("el panel"),
        "api": _("otro sistema (API)"),
        "orden": _("la orden del servidor"),
    }


@rutas.get("/flujos/nuevo")
def nuevo(p: Pide) -> HTMLResponse:
    exigir_administrar(p)
    return _formulario(p, None, Escrito())


@rutas.get("/flujos/{flujo_id}")
def uno(p: Pide, flujo_id: int) -> HTMLResponse:
    exigir_administrar(p)
    with p.entorno.base.leer() as sesion:
        flujo = flujo_de(sesion, flujo_id)
    return _formulario(p, flujo, de_flujo(flujo))


@rutas.post("/flujos/nuevo")
def crear(p: Pide, datos: Datos) -> Response:
    return _guardar(p, None, datos)


@rutas.post("/flujos/{flujo_id}")
def cambiar(p: Pide, datos: Datos, flujo_id: int) -> Response:
    return _guardar(p, flujo_id, datos)


def _guardar(p: Peticion, flujo_id: int | None, datos: FormData) -> Response:
    exigir_administrar(p)
    escrito = leido(datos)
    with p.entorno.base.leer() as sesion:
        anterior = flujo_de(sesion, flujo_id) if flujo_id is not None else None
    if datos.get("accion") == "probar":
        with p.entorno.base.leer() as sesion:
            cuantas, muestra = edicion.tocadas(sesion, escrito.condiciones, ahora=p.ahora)
        return _formulario(p, anterior, escrito, tocadas=(cuantas, muestra))
    try:
        with p.entorno.base.escribir() as sesion:
            suyo = flujo_de(sesion, flujo_id) if flujo_id is not None else None
            flujo = edicion.guardar(sesion, suyo, escrito.pedido, ahora=p.ahora)
            accion = "flujo_cambiado" if flujo_id is not None else "flujo_creado"
            p.asentar(sesion, accion, sobre=f"flujo:{flujo.id}", detalle=detalle_de(flujo))
    except FlujoInvalido as error:
        return _formulario(p, anterior, escrito, falta=str(error), estado=422)
    return p.volver("/flujos", hecho=_hecho(p, flujo, escrito))


def detalle_de(flujo: Flujo) -> str:
    return f"{flujo.nombre}: {flujo.condiciones} {flujo.pasos}"


def _hecho(p: Peticion, flujo: Flujo, escrito: Escrito) -> str:
    if not escrito.alcanzar or not flujo.activo:
        return _("Guardado: toca a lo que llegue desde ahora.")
    return alcanzar_lo_programado(p, flujo)


def alcanzar_lo_programado(p: Peticion, flujo: Flujo) -> str:
    retenidas = alcanzar(p.entorno, flujo)
    with p.entorno.base.escribir() as sesion:
        p.asentar(sesion, "flujo_alcanza_lo_programado", sobre=f"flujo:{flujo.id}", detalle=f"{retenidas} retenidas")
    dicho = n_(
        "Guardado. También espera ya %(num)d publicación que estaba programada.",
        "Guardado. También esperan ya %(num)d publicaciones que estaban programadas.",
        retenidas,
    )
    return dicho % {"num": retenidas}


def _formulario(
    p: Peticion,
    flujo: Flujo | None,
    escrito: Escrito,
    *,
    falta: str = "",
    tocadas: tuple[int, Sequence[Tocada]] | None = None,
    estado: int = 200,
) -> HTMLResponse:
    with p.entorno.base.leer() as sesion:
        suyos = todos_los_perfiles(sesion)
        usuarios, permisos = personas.usuarios(sesion), personas.permisos_de_todos(sesion)
        programadas = len(alcanzables(sesion, flujo)) if flujo is not None and flujo.activo else 0
    elegidos = {u for paso in escrito.pasos for u in (*paso.aprobadores, *paso.suplentes)}
    firman = [
        u
        for u in usuarios.values()
        if u.id in elegidos or (u.id in permisos and permisos[u.id].puede_en_alguno(Accion.APROBAR))
    ]
    return p.pagina(
        "flujos/componer.html",
        estado=estado,
        flujo=flujo,
        escrito=escrito,
        perfiles=suyos,
        redes=sorted({perfil.red for perfil in suyos}),
        origenes=origenes(),
        firman=firman,
        toca=a_que_toca(escrito.condiciones, {perfil.id: perfil for perfil in suyos}, p),
        en_palabras=espera.explicar(escrito.pasos, {u.id: u.nombre for u in usuarios.values()}),
        falta=falta,
        tocadas=tocadas,
        programadas=programadas,
    )

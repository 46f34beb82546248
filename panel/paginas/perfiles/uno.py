"""Cómo va un perfil, y detenerlo, reanudarlo o quitarlo."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import HTMLResponse, Response

from motor.perfiles import mando
from motor.perfiles.resumen import gastado, nombrados, resumenes
from motor.publicacion.mando import NoSePuede
from motor.publicacion.turnos import separacion_de
from motor.usuarios.permisos import Accion
from panel.paginas.perfiles import palabras
from panel.paginas.perfiles.suyo import PerfilId, camino, perfil_de, se_conecta
from panel.peticion import Pide
from panel.textos import _

rutas = APIRouter()


@rutas.get("/perfiles/{perfil_id}")
def uno(p: Pide, perfil_id: PerfilId) -> HTMLResponse:
    manda = p.puede(Accion.COORDINAR, perfil_id)
    with p.entorno.base.leer() as sesion:
        perfil = perfil_de(sesion, p, perfil_id, Accion.VER)
        (resumen,) = resumenes(sesion, p.entorno, [perfil], ahora=p.ahora)
        gente = nombrados(sesion, perfil_id) if manda else []
    return p.pagina(
        "perfiles/uno.html",
        perfil=perfil,
        resumen=resumen,
        dicho=palabras.estado(resumen, p.ahora),
        separacion_s=int(separacion_de(p.entorno, perfil).total_seconds()),
        gente=gente,
        gasto=gastado(p.escucha, perfil.red) if manda else None,
        se_conecta=se_conecta(perfil),
        hoja="",
        palabras=palabras,
    )


@rutas.post("/perfiles/{perfil_id}/pausar")
def pausar(p: Pide, perfil_id: PerfilId, motivo: Annotated[str, Form()] = "") -> Response:
    with p.entorno.base.escribir() as sesion:
        perfil = perfil_de(sesion, p, perfil_id, Accion.COORDINAR, tomar=True)
        mando.pausar(sesion, perfil, motivo, ahora=p.ahora, autor=p.autor.quien[:120])
        p.asentar(sesion, "perfil_en_pausa", sobre=f"perfil:{perfil_id}", detalle=perfil.pausa_motivo)
    return p.volver(camino(perfil_id), hecho=_("En pausa. Lo suyo espera hasta que alguien lo reanude."))


@rutas.post("/perfiles/{perfil_id}/reanudar")
def reanudar(p: Pide, perfil_id: PerfilId) -> Response:
    with p.entorno.base.escribir() as sesion:
        perfil = perfil_de(sesion, p, perfil_id, Accion.COORDINAR, tomar=True)
        mando.reanudar(sesion, perfil, ahora=p.ahora, autor=p.autor.quien[:120])
        p.asentar(sesion, "perfil_reanudado", sobre=f"perfil:{perfil_id}", detalle=perfil.nombre)
    return p.volver(camino(perfil_id), hecho=_("Vuelve a publicar. Lo que se atrasó demasiado lo decide una persona."))


@rutas.post("/perfiles/{perfil_id}/quitar")
def quitar(p: Pide, perfil_id: PerfilId) -> Response:
    """Lo quita quien puede ponerlo: quien administra toda la oficina."""
    try:
        with p.entorno.base.escribir() as sesion:
            perfil = perfil_de(sesion, p, perfil_id, Accion.ADMINISTRAR, tomar=True)
            p.exigir(Accion.ADMINISTRAR)
            mando.quitar(sesion, perfil, ahora=p.ahora, autor=p.autor.quien[:120])
            p.asentar(sesion, "perfil_quitado", sobre=f"perfil:{perfil_id}", detalle=perfil.nombre)
    except NoSePuede as error:
        return p.volver(camino(perfil_id), error=str(error))
    return p.volver("/perfiles", hecho=_("Quitado, con sus credenciales."))

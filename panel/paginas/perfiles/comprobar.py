"""Preguntarle ahora a la red si el perfil puede publicar; y, si falta un permiso, cómo se pide."""

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from conectores.contrato import ErrorDeRed, EstadoDePerfil
from conectores.contrato_conexion import Conexion, PermisoDeRed
from modelos import Perfil
from motor.perfiles.comprobada import Comprobada, comprobadas
from motor.perfiles.mando import terminar_de_conectar
from motor.usuarios.permisos import Accion
from motor.vigilancia import comprobar
from panel.paginas.perfiles import palabras
from panel.paginas.perfiles.suyo import PerfilId, camino, leer_perfil, pasos, perfil_de, red_de, se_conecta
from panel.peticion import Peticion, Pide
from panel.textos import _

rutas = APIRouter()

ESPERA_S = 45.0
"""Lo que espera la página; pasado ese tiempo la pregunta sigue sola, y su respuesta se anota cuando llegue."""
_TALLER = anyio.CapacityLimiter(4)
"""Aparte de los hilos de las páginas: una red que no contesta no debe dejar sin panel a los demás."""
_en_curso: set[int] = set()


@rutas.get("/perfiles/{perfil_id}/comprobar")
def ver(p: Pide, perfil_id: PerfilId) -> HTMLResponse:
    perfil = leer_perfil(p, perfil_id, Accion.COORDINAR)
    with p.entorno.base.leer() as sesion:
        ultima = comprobadas(sesion, [perfil_id]).get(perfil_id)
    red = red_de(p, perfil.red)
    conexion = red.conexion if red is not None else None
    return p.pagina(
        "perfiles/comprobar.html",
        perfil=perfil,
        conexion=conexion,
        ultima=ultima,
        faltan=_explicados(conexion, ultima),
        para_oir=_para_oir(conexion, ultima),
        se_conecta=se_conecta(perfil),
        pasos=pasos(4) if se_conecta(perfil) else [],
        hoja="comprobar",
        palabras=palabras,
    )


@rutas.post("/perfiles/{perfil_id}/comprobar")
async def ahora(p: Pide, perfil_id: PerfilId) -> Response:
    perfil = await run_sync(leer_perfil, p, perfil_id, Accion.COORDINAR)
    with anyio.move_on_after(ESPERA_S):
        return await run_sync(_preguntar, p, perfil, limiter=_TALLER, abandon_on_cancel=True)
    tarda = _("La red tarda en contestar. Lo que diga se anotará aquí: vuelva a mirar en un par de minutos.")
    return p.volver(camino(perfil_id, "comprobar"), error=tarda)


def _preguntar(p: Peticion, perfil: Perfil) -> Response:
    if perfil.id in _en_curso:
        return p.volver(camino(perfil.id, "comprobar"), hecho=_("Ya se le está preguntando. Espere un momento."))
    _en_curso.add(perfil.id)
    try:
        respuesta = comprobar(p.entorno, perfil)
        listo = _anotar(p, perfil.id, respuesta)
    except ImportError as error:
        falta = _("Falta la biblioteca «%(cual)s» para esa red. Pídale a quien instaló que la ponga.")
        return p.volver(camino(perfil.id, "comprobar"), error=falta % {"cual": error.name})
    finally:
        _en_curso.discard(perfil.id)
    return p.volver(camino(perfil.id, "" if listo else "comprobar"), **_dicho(respuesta, listo=listo))


def _anotar(p: Peticion, perfil_id: int, respuesta: EstadoDePerfil | ErrorDeRed) -> bool:
    """Si con esto quedó conectado."""
    with p.entorno.base.escribir() as sesion:
        perfil = perfil_de(sesion, p, perfil_id, Accion.COORDINAR, tomar=True)
        sirve = isinstance(respuesta, EstadoDePerfil)
        p.asentar(sesion, "perfil_comprobado", sobre=f"perfil:{perfil_id}", detalle="sirve" if sirve else "no sirve")
        return isinstance(respuesta, EstadoDePerfil) and terminar_de_conectar(
            sesion, perfil, respuesta, ahora=p.entorno.reloj.ahora(), autor=p.autor.quien[:120]
        )


def _dicho(respuesta: EstadoDePerfil | ErrorDeRed, *, listo: bool) -> dict[str, str]:
    """El recado. Pura. Lo que contestó la red se enseña en la página, no aquí."""
    if isinstance(respuesta, ErrorDeRed):
        return {"error": _("La comprobación no pasó. Abajo dice por qué y qué hacer.")}
    if respuesta.faltan:
        return {"error": _("La credencial sirve, pero le faltan permisos. Abajo dice cómo pedirlos.")}
    datos = {"nombre": respuesta.nombre}
    if listo:
        return {"hecho": _("Listo: es «%(nombre)s» y ya publica lo que le toque.") % datos}
    return {"hecho": _("Es «%(nombre)s» y puede publicar.") % datos}


def _explicados(conexion: Conexion | None, ultima: Comprobada | None) -> list[tuple[str, PermisoDeRed | None]]:
    """Cada permiso que falta, con lo que se sabe de él."""
    return [(nombre, conexion.permiso(nombre) if conexion else None) for nombre in (ultima.faltan if ultima else ())]


def _para_oir(conexion: Conexion | None, ultima: Comprobada | None) -> list[PermisoDeRed]:
    """Los que no impiden publicar y no tiene. Si la red no dijo cuáles tiene, no se sabe."""
    if conexion is None or ultima is None or not ultima.permisos:
        return []
    return [p for p in conexion.permisos if not p.para_publicar and p.nombre not in ultima.permisos]

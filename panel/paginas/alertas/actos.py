"""Lo que se hace con una historia: decir «enterada», silenciarla un rato, volver a oír de ella."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from modelos import Silencio
from motor.avisos.avisador import mesa_de
from motor.avisos.historias.historia import atender
from motor.avisos.historias.plazos import Plazo, PlazoIlegible, fin_de
from motor.avisos.historias.silencio import reanudar, silenciar, temas
from motor.legible import instante_legible
from motor.usuarios.permisos import Accion
from panel.paginas.alertas.una import ensenar, historia_de
from panel.peticion import NoEsta, Pide, ruta_para_volver
from panel.textos import _

rutas = APIRouter()


@rutas.post("/alertas/{historia_id}/enterada")
def enterada(p: Pide, historia_id: int, volver: Annotated[str, Form()] = "") -> Response:
    p.exigir(Accion.COORDINAR)
    with p.entorno.base.escribir() as sesion:
        historia = historia_de(sesion, historia_id)
        ya = historia.atendida_por if historia.atendida_en is not None else ""
        atender(sesion, historia_id, quien=p.usuario.nombre, ahora=p.ahora)
        if not ya:
            p.asentar(sesion, "historia_atendida", sobre=f"historia:{historia_id}", detalle=historia.asunto)
    a = ruta_para_volver(volver) if volver else f"/alertas/{historia_id}"
    if ya:
        return p.volver(a, hecho=_("Ya la había atendido %(quien)s.") % {"quien": ya})
    return p.volver(a, hecho=_("Anotado: está enterada. No se avisará a nadie más."))


@rutas.post("/alertas/{historia_id}/silenciar")
def callar(
    p: Pide,
    historia_id: int,
    plazo: Annotated[str, Form()] = "",
    hasta: Annotated[str, Form()] = "",
    motivo: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    p.exigir(Accion.COORDINAR)
    zona = p.entorno.reglas.zona
    with p.entorno.base.leer() as sesion:
        ambitos = temas(historia_de(sesion, historia_id))
    try:
        fin = fin_de(Plazo(plazo), hasta.replace("T", " "), ahora=p.ahora, zona=zona)
    except ValueError as error:
        falta = str(error) if isinstance(error, PlazoIlegible) else _("Elija por cuánto tiempo.")
        if p.quiere_json:
            return p.volver(f"/alertas/{historia_id}", error=falta)
        return ensenar(p, historia_id, falta=falta, escrito=hasta, estado=422)
    with p.entorno.base.escribir() as sesion:
        silenciar(sesion, ambitos, ahora=p.ahora, hasta=fin, motivo=motivo, por=p.usuario.nombre)
        p.asentar(sesion, "silencio", sobre=f"historia:{historia_id}", detalle=f"{', '.join(ambitos)} hasta {fin}")
    dicho = _("Silenciado hasta %(hasta)s. Lo que pase se contará después.")
    return p.volver(f"/alertas/{historia_id}", hecho=dicho % {"hasta": instante_legible(fin, zona)})


@rutas.post("/alertas/{historia_id}/reanudar")
def volver_a_oir(p: Pide, historia_id: int) -> Response:
    p.exigir(Accion.COORDINAR)
    with p.entorno.base.escribir() as sesion:
        ambitos = temas(historia_de(sesion, historia_id))
        mesa = mesa_de(p.escucha)
        quitados = sum(reanudar(sesion, mesa, ambito=a, ahora=p.ahora, por=p.usuario.nombre) for a in ambitos)
        if quitados:
            p.asentar(sesion, "silencio_quitado", sobre=f"historia:{historia_id}", detalle=", ".join(ambitos))
    dicho = _("Ya se avisa otra vez.") if quitados else _("Eso no estaba silenciado.")
    return p.volver(f"/alertas/{historia_id}", hecho=dicho)


@rutas.post("/silencios/{silencio_id}/quitar")
def quitar(p: Pide, silencio_id: int, volver: Annotated[str, Form()] = "/alertas") -> Response:
    p.exigir(Accion.COORDINAR)
    with p.entorno.base.escribir() as sesion:
        silencio = sesion.get(Silencio, silencio_id)
        if silencio is None:
            raise NoEsta
        reanudar(sesion, mesa_de(p.escucha), ambito=silencio.ambito, ahora=p.ahora, por=p.usuario.nombre)
        p.asentar(sesion, "silencio_quitado", sobre=f"silencio:{silencio_id}", detalle=silencio.ambito)
    return p.volver(ruta_para_volver(volver), hecho=_("Ya se avisa otra vez."))

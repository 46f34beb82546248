"""Mover una publicación: desde el calendario, con el ratón o el teclado, y desde su página sin guiones."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form
from sqlmodel import Session
from starlette.responses import Response

from modelos import Entrega, Perfil
from motor.publicacion import mando
from motor.publicacion.choques import estorbos
from motor.publicacion.hora_pedida import CitaPedida
from motor.publicacion.mando import NoSePuede
from motor.usuarios.permisos import Accion
from panel.paginas.publicacion.consulta import entregas_visibles
from panel.peticion import NoEsta, Peticion, Pide, ruta_para_volver
from panel.textos import _

rutas = APIRouter()

_LARGO = 120


@dataclass(frozen=True, slots=True)
class Pedido:
    """Lo que se pidió mover. entregas: la primera parte de cada perfil. era: la hora que tenían en la pantalla."""

    entregas: list[tuple[Entrega, Perfil]]
    escrita: str
    era: str
    aunque: bool


@rutas.post("/publicacion/{publicacion_id}/mover")
def mover(
    p: Pide,
    publicacion_id: int,
    entrega: Annotated[list[int] | None, Form()] = None,
    dia: Annotated[str, Form()] = "",
    hora: Annotated[str, Form()] = "",
    cuando: Annotated[str, Form()] = "",
    era: Annotated[str, Form()] = "",
    aunque: Annotated[str, Form()] = "",
    volver: Annotated[str, Form()] = "",
) -> Response:
    """entrega: cuáles. dia y hora, o cuando («mejor hora antes del viernes»). era: si ya no es ésa, no se mueve nada.
    aunque: ya se le dijo lo que estorba y sigue queriendo.
    """
    a_donde = ruta_para_volver(volver) if volver else f"/publicacion/{publicacion_id}"
    with p.entorno.base.leer() as sesion:
        suyas = elegidas(sesion, p, publicacion_id, entrega or [])
    pedido = Pedido(suyas, (cuando or f"{dia} {hora}")[:_LARGO], era, bool(aunque))
    try:
        citas = citas_de(p, pedido)
        avisos = [] if pedido.aunque else avisos_de(p, pedido, citas)
        if avisos:
            return _preguntar(p, publicacion_id, pedido, avisos, a_donde=a_donde)
        dicho = mover_juntas(p, publicacion_id, pedido, citas)
    except NoSePuede as error:
        return p.volver(a_donde, error=str(error))
    return p.volver(a_donde, hecho=dicho, **_para_el_guion(p, pedido))


def elegidas(sesion: Session, p: Peticion, publicacion_id: int, ids: list[int]) -> list[tuple[Entrega, Perfil]]:
    """Sólo las que se nombran. Lanza NoEsta si alguna no es suya, y NoPermitido si no le toca cambiarla."""
    visibles = {e.id: (e, perfil) for e, perfil in entregas_visibles(sesion, p, publicacion_id)}
    if not ids or any(i not in visibles for i in ids):
        raise NoEsta
    suyas = [visibles[i] for i in dict.fromkeys(ids)]
    for _entrega, perfil in suyas:
        p.exigir(Accion.REDACTAR, perfil.id)
    return suyas


def citas_de(p: Peticion, pedido: Pedido) -> list[CitaPedida]:
    with p.entorno.base.leer() as sesion:
        return [
            mando.leer_hora(sesion, p.entorno, perfil, pedido.escrita, ahora=p.ahora) for _e, perfil in pedido.entregas
        ]


def avisos_de(p: Peticion, pedido: Pedido, citas: list[CitaPedida]) -> list[str]:
    """Lo que estorba a una hora puesta a mano; la que elige Pregonero ya lo cuida."""
    with p.entorno.base.leer() as sesion:
        dichos = [
            aviso
            for (entrega, perfil), cita in zip(pedido.entregas, citas, strict=True)
            if isinstance(cita, datetime)
            for aviso in estorbos(sesion, p.entorno, entrega, perfil, cita)
        ]
    return list(dict.fromkeys(dichos))


def _preguntar(p: Peticion, publicacion_id: int, pedido: Pedido, avisos: list[str], *, a_donde: str) -> Response:
    if p.quiere_json:
        return p.volver(a_donde, error=_("Hay algo que conviene saber antes de moverla."), avisos=avisos)
    return p.pagina(
        "publicacion/mover.html",
        estado=409,
        publicacion_id=publicacion_id,
        avisos=avisos,
        pedido=pedido,
        volver=a_donde,
    )


def mover_juntas(p: Peticion, publicacion_id: int, pedido: Pedido, citas: list[CitaPedida]) -> str:
    """Todas o ninguna; lo que pasó, en palabras. Lanza NoSePuede."""
    with p.entorno.base.escribir() as sesion:
        dichos = []
        for (vista, _perfil), cita in zip(pedido.entregas, citas, strict=True):
            entrega = sesion.get_one(Entrega, vista.id)
            _exigir_igual(entrega, pedido.era)
            autor = p.autor.quien[:_LARGO]
            dichos.append(mando.reprogramar(sesion, p.entorno, entrega, cita, autor=autor, ahora=p.ahora))
        cuales = ", ".join(str(e.id) for e, _perfil in pedido.entregas)
        p.asentar(
            sesion,
            "entrega_reprogramada",
            sobre=f"publicacion:{publicacion_id}",
            detalle=f"{_('entregas')} {cuales}: {dichos[0].partition(chr(10))[0]}",
        )
    return _en_palabras(pedido, dichos)


def _exigir_igual(entrega: Entrega, era: str) -> None:
    if era and entrega.no_antes_de.isoformat() != era:
        raise mando.CambioMientras(
            _("Otra persona la movió mientras tanto, y no se cambió nada. Vuelva a cargar la página.")
        )


def _en_palabras(pedido: Pedido, dichos: list[str]) -> str:
    if len(set(dichos)) == 1:
        dicho = dichos[0][:1].upper() + dichos[0][1:]
        return dicho if len(dichos) == 1 else _("%(dicho)s En %(n)d perfiles.") % {"dicho": dicho, "n": len(dichos)}
    return " ".join(
        f"{perfil.titulo or perfil.nombre}: {dicho}"
        for (_e, perfil), dicho in zip(pedido.entregas, dichos, strict=True)
    )


def _para_el_guion(p: Peticion, pedido: Pedido) -> dict[str, Any]:
    """Dónde quedó la primera, para ponerla en su sitio y poder deshacerlo."""
    with p.entorno.base.leer() as sesion:
        ahora = sesion.get_one(Entrega, pedido.entregas[0][0].id).no_antes_de
    return {"era": ahora.isoformat(), "local": f"{ahora.astimezone(p.entorno.reglas.zona):%Y-%m-%dT%H:%M}"}

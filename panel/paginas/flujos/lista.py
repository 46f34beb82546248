"""Los flujos que hay, en orden y en palabras; encenderlos, apagarlos y ordenarlos."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy import func, select
from sqlmodel import Session, col
from starlette.responses import HTMLResponse, Response

from modelos import EstadoDeSolicitud, Flujo, Perfil, Solicitud
from modelos.consultas import perfiles as todos_los_perfiles
from motor.aprobaciones import edicion, espera, flujos, personas
from motor.aprobaciones.flujo import Condiciones, pasos_de
from motor.usuarios.permisos import Accion
from panel.peticion import NoEsta, Peticion, Pide
from panel.textos import _

rutas = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class EnPalabras:
    flujo: Flujo
    toca: str
    pasos: list[str]
    esperan: int


@rutas.get("/flujos")
def lista(p: Pide) -> HTMLResponse:
    exigir_administrar(p)
    with p.entorno.base.leer() as sesion:
        nombres = {i: u.nombre for i, u in personas.usuarios(sesion).items()}
        suyos = {perfil.id: perfil for perfil in todos_los_perfiles(sesion)}
        esperan = _cuantas_esperan(sesion)
        todos = [
            EnPalabras(
                flujo=f,
                toca=a_que_toca(Condiciones.de(f.condiciones), suyos, p),
                pasos=espera.explicar(pasos_de(f.pasos), nombres),
                esperan=esperan.get(f.id, 0),
            )
            for f in flujos.todos(sesion)
        ]
    return p.pagina("flujos/lista.html", flujos=todos)


def exigir_administrar(p: Peticion) -> None:
    if not p.puede(Accion.ADMINISTRAR):
        raise NoEsta


def _cuantas_esperan(sesion: Session) -> dict[int, int]:
    orden = select(col(Solicitud.flujo_id), func.count()).where(col(Solicitud.estado) == EstadoDeSolicitud.PENDIENTE)
    return {flujo: cuantas for flujo, cuantas in sesion.execute(orden.group_by(col(Solicitud.flujo_id)))}


def a_que_toca(condiciones: Condiciones, suyos: Mapping[int, Perfil], p: Peticion) -> str:
    """«Todo lo que se publique», o «Lo que se publique en X con la etiqueta Y»."""
    partes = []
    if condiciones.perfiles:
        partes.append(_("en %(que)s") % {"que": ", ".join(suyos[i].nombre for i in condiciones.perfiles if i in suyos)})
    if condiciones.redes:
        conocidas = {s.red for s in suyos.values()}
        redes = ", ".join(p.entorno.capacidades_de(r).nombre if r in conocidas else r for r in condiciones.redes)
        partes.append(_("en cualquier perfil de %(que)s") % {"que": redes})
    dichas = (
        (_("del tipo %(que)s"), condiciones.tipos),
        (_("con la etiqueta %(que)s"), condiciones.etiquetas),
        (_("de la campaña %(que)s"), condiciones.campanas),
        (_("que llegue por %(que)s"), condiciones.origenes),
    )
    partes += [como % {"que": _(" o ").join(valores)} for como, valores in dichas if valores]
    return (
        _("Lo que se publique %(donde)s.") % {"donde": "; ".join(partes)} if partes else _("Todo lo que se publique.")
    )


@rutas.post("/flujos/{flujo_id}/mover")
def mover(p: Pide, flujo_id: int, arriba: Annotated[str, Form()] = "") -> Response:
    exigir_administrar(p)
    with p.entorno.base.escribir() as sesion:
        flujo = flujo_de(sesion, flujo_id)
        edicion.mover(sesion, flujo, arriba=bool(arriba))
        p.asentar(sesion, "flujo_movido", sobre=f"flujo:{flujo.id}", detalle=flujo.nombre)
    return p.volver("/flujos")


@rutas.post("/flujos/{flujo_id}/encender")
def encender(p: Pide, flujo_id: int, activo: Annotated[str, Form()] = "") -> Response:
    exigir_administrar(p)
    with p.entorno.base.escribir() as sesion:
        flujo = flujo_de(sesion, flujo_id)
        edicion.encender(sesion, flujo, activo=bool(activo), ahora=p.ahora)
        accion = "flujo_encendido" if activo else "flujo_apagado"
        p.asentar(sesion, accion, sobre=f"flujo:{flujo.id}", detalle=flujo.nombre)
    if activo:
        return p.volver("/flujos", hecho=_("Encendido: toca a lo que llegue desde ahora."))
    return p.volver("/flujos", hecho=_("Apagado. Lo que ya espera sigue esperando a los mismos."))


def flujo_de(sesion: Session, flujo_id: int) -> Flujo:
    flujo = sesion.get(Flujo, flujo_id)
    if flujo is None:
        raise NoEsta
    return flujo

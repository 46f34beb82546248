"""Los perfiles que administra la oficina."""

from fastapi import APIRouter

from modelos import Perfil
from modelos.consultas import perfiles
from motor.usuarios.permisos import Accion
from panel.api import formas
from panel.api.acceso import PideApi
from panel.api.formas import Numero
from panel.peticion import NoEsta

rutas = APIRouter(prefix="/perfiles", tags=["perfiles"])


@rutas.get("", response_model=list[formas.Perfil])
def lista(p: PideApi) -> list[Perfil]:
    """Los que su dueño puede ver."""
    with p.entorno.base.leer() as sesion:
        return [x for x in perfiles(sesion) if p.permisos.puede(Accion.VER, x.id)]


@rutas.get("/{perfil_id}", response_model=formas.Perfil)
def uno(p: PideApi, perfil_id: Numero) -> Perfil:
    p.exigir(Accion.VER, perfil_id)
    with p.entorno.base.leer() as sesion:
        perfil = sesion.get(Perfil, perfil_id)
    if perfil is None:
        raise NoEsta
    return perfil

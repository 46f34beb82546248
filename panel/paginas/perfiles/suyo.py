"""El perfil que se pide, si esa persona puede; y lo que toda página de uno enseña."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request
from fastapi import Path as EnElCamino
from sqlmodel import Session

from modelos import Perfil
from motor.entorno import RedConectable
from motor.perfiles.mando import CONECTANDO
from motor.usuarios.permisos import Accion
from panel.peticion import NoEsta, Peticion
from panel.textos import _

PerfilId = Annotated[int, EnElCamino(ge=1, le=2**31 - 1)]


async def _campos(request: Request) -> dict[str, str]:
    """Lo escrito en un formulario cuyos campos dependen de la red. Va después de `Pide`: ya se sabe quién es."""
    return {nombre: valor for nombre, valor in (await request.form()).items() if isinstance(valor, str)}


Campos = Annotated[Mapping[str, str], Depends(_campos)]


def perfil_de(sesion: Session, p: Peticion, perfil_id: int, accion: Accion, *, tomar: bool = False) -> Perfil:
    """tomar: para cambiarlo. Lanza NoEsta si no existe o no puede verlo; NoPermitido si lo ve y no puede hacer eso."""
    p.exigir(accion, perfil_id)
    perfil = sesion.get(Perfil, perfil_id, with_for_update=tomar)
    if perfil is None:
        raise NoEsta
    return perfil


def leer_perfil(p: Peticion, perfil_id: int, accion: Accion) -> Perfil:
    with p.entorno.base.leer() as sesion:
        return perfil_de(sesion, p, perfil_id, accion)


def red_de(p: Peticion, slug: str) -> RedConectable | None:
    """None si falta su biblioteca."""
    return p.entorno.redes().get(slug)


def se_conecta(perfil: Perfil) -> bool:
    return perfil.pausado_por == CONECTANDO


def pasos(cual: int) -> list[tuple[str, str]]:
    """(texto, «hecho», «aqui» o «falta») de cada paso de conectar. cual: en el que se está, desde 1. Pura."""
    textos = (_("Red"), _("Datos"), _("Credenciales"), _("Comprobar"), _("Listo"))
    return [
        (texto, "aqui" if n == cual else "hecho" if n < cual else "falta") for n, texto in enumerate(textos, start=1)
    ]


def camino(perfil_id: int, hoja: str = "") -> str:
    return f"/perfiles/{perfil_id}" + (f"/{hoja}" if hoja else "")

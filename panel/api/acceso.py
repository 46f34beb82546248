"""Quién pide por la API: su ficha en la cabecera, nunca en la dirección ni en una cookie."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import or_, select, update
from sqlmodel import Session, col

from modelos import FichaDeApi, Usuario
from motor.entorno import Entorno
from motor.escucha.entorno import EntornoDeEscucha
from motor.usuarios.bitacora import Autor, asentar
from motor.usuarios.permisos import TODOS, Accion, Permisos
from motor.usuarios.sesiones import huella_de, permisos_de
from panel.entorno import EntornoDelPanel
from panel.peticion import NoEsta, NoPermitido, SinSesion, direccion_de, panel_de
from panel.textos import _

ENTRE_USOS = timedelta(minutes=5)
"""Cada cuánto se anota que se usó."""

_ficha = HTTPBearer(auto_error=False, description="La que se hace en el panel, en «Mi cuenta».")


@dataclass(frozen=True, slots=True)
class PeticionDeApi:
    panel: EntornoDelPanel
    usuario: Usuario
    permisos: Permisos
    ahora: datetime
    direccion: str

    @property
    def entorno(self) -> Entorno:
        return self.panel.entorno

    @property
    def escucha(self) -> EntornoDeEscucha:
        return self.panel.escucha

    @property
    def autor(self) -> Autor:
        return Autor(self.usuario.correo, self.usuario.id, self.direccion)

    def exigir(self, accion: Accion, perfil_id: int | None = TODOS) -> None:
        """Lanza NoPermitido si puede verlo y no hacerlo, y NoEsta si ni siquiera puede verlo."""
        if self.permisos.puede(accion, perfil_id):
            return
        if accion is Accion.VER or not self.permisos.puede(Accion.VER, perfil_id):
            raise NoEsta
        raise NoPermitido(_("El dueño de esta ficha no puede hacer eso."))

    def asentar(self, sesion: Session, accion: str, *, sobre: str = "", detalle: str = "") -> None:
        asentar(sesion, self.autor, accion, ahora=self.ahora, sobre=sobre, detalle=detalle)


def con_ficha(
    request: Request, credencial: Annotated[HTTPAuthorizationCredentials | None, Depends(_ficha)]
) -> PeticionDeApi:
    """Lanza SinSesion si la ficha falta, venció, se revocó, o su dueño ya no entra."""
    panel = panel_de(request)
    ahora = panel.entorno.reloj.ahora()
    if credencial is None:
        raise SinSesion
    with panel.entorno.base.leer() as sesion:
        hallada = _reconocer(sesion, credencial.credentials, ahora)
        if hallada is None:
            raise SinSesion
        ficha, usuario = hallada
        permisos = permisos_de(sesion, usuario.id)
    if ficha.usada_en is None or ahora - ficha.usada_en > ENTRE_USOS:
        with panel.entorno.base.escribir() as sesion:
            sesion.execute(update(FichaDeApi).where(col(FichaDeApi.id) == ficha.id).values(usada_en=ahora))
    return PeticionDeApi(panel, usuario, permisos, ahora, direccion_de(request))


def _reconocer(sesion: Session, secreto: str, ahora: datetime) -> tuple[FichaDeApi, Usuario] | None:
    orden = (
        select(FichaDeApi, Usuario)
        .join(Usuario, col(Usuario.id) == col(FichaDeApi.usuario_id))
        .where(
            col(FichaDeApi.huella) == huella_de(secreto),
            col(FichaDeApi.revocada_en).is_(None),
            or_(col(FichaDeApi.vence_en).is_(None), col(FichaDeApi.vence_en) > ahora),
            col(Usuario.activo),
        )
    )
    hallada = sesion.execute(orden).one_or_none()
    return None if hallada is None else (hallada[0], hallada[1])


PideApi = Annotated[PeticionDeApi, Depends(con_ficha)]

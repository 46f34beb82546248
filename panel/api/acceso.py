"""Quién pide por la API: su ficha en la cabecera, nunca en la dirección ni en una cookie."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import update
from sqlmodel import col

from modelos import Alcance, FichaDeApi, Sesion
from motor.usuarios import fichas
from motor.usuarios.permisos import TODOS, Accion, Permisos
from motor.usuarios.sesiones import Quien, permisos_de
from panel.api.ritmo import Ritmo
from panel.peticion import NoEsta, NoPermitido, Peticion, SinSesion, panel_de
from panel.textos import _

ENTRE_USOS = timedelta(minutes=5)
"""Cada cuánto se anota que se usó."""

_ficha = HTTPBearer(auto_error=False, description="La que se hace en el panel, en «Mi cuenta».")


@dataclass(frozen=True, slots=True)
class PeticionDeApi(Peticion):
    """Como la de una página, así que sirve a las mismas consultas; de quien trae una ficha y no abrió sesión."""

    def exigir(self, accion: Accion, perfil_id: int | None = TODOS) -> None:
        if not self.puede(accion, perfil_id) and self._del_dueno.puede(accion, perfil_id):
            raise NoPermitido(self._corta)
        Peticion.exigir(self, accion, perfil_id)

    def exigir_en_alguno(self, accion: Accion) -> None:
        """Para lo que es de la oficina y basta poder en un perfil. Lanza NoPermitido, o NoEsta si no puede ni ver."""
        if self.permisos.puede_en_alguno(accion):
            return
        if self._del_dueno.puede_en_alguno(accion):
            raise NoPermitido(self._corta)
        if not self.permisos.puede_en_alguno(Accion.VER):
            raise NoEsta
        raise NoPermitido(_("Su cuenta puede mirar, no cambiar. Pídaselo a quien administra el panel."))

    @property
    def _del_dueno(self) -> Permisos:
        return self.permisos.hasta(Alcance.TODO)

    @property
    def _corta(self) -> str:
        return _("Su ficha no llega a eso. Haga otra con más alcance, en «Mi cuenta» del panel.")


def con_ficha(
    request: Request, credencial: Annotated[HTTPAuthorizationCredentials | None, Depends(_ficha)]
) -> PeticionDeApi:
    """Lanza SinSesion si la ficha falta, venció, se revocó, o su dueño ya no entra; DemasiadoSeguido si pide de más."""
    panel = panel_de(request)
    ahora = panel.entorno.reloj.ahora()
    if credencial is None:
        raise SinSesion
    with panel.entorno.base.leer() as sesion:
        hallada = fichas.reconocer(sesion, credencial.credentials, ahora=ahora)
        if hallada is None:
            raise SinSesion
        ficha, usuario = hallada
        permisos = permisos_de(sesion, usuario.id).hasta(ficha.alcance)
    ritmo = request.app.state.ritmo
    assert isinstance(ritmo, Ritmo)  # noqa: S101 # lo puso `crear_api`
    ritmo.contar(ficha.id)
    if ficha.usada_en is None or ahora - ficha.usada_en > ENTRE_USOS:
        with panel.entorno.base.escribir() as sesion:
            sesion.execute(update(FichaDeApi).where(col(FichaDeApi.id) == ficha.id).values(usada_en=ahora))
    ninguna = Sesion(id=0, usuario_id=usuario.id, creada_en=ahora, vista_en=ahora, vence_en=ahora, huella="")
    return PeticionDeApi(request, panel, Quien(usuario, permisos, ninguna), ahora)


PideApi = Annotated[PeticionDeApi, Depends(con_ficha)]

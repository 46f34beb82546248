"""El acervo es de la oficina: basta poder hacer algo en un perfil. Qué medios se ven lo dice `motor.acervo.alcance`."""

from motor.usuarios.permisos import Accion
from panel.peticion import NoEsta, NoPermitido, Peticion
from panel.textos import _


def exigir_en_alguno(p: Peticion, accion: Accion) -> None:
    """Lanza NoPermitido si puede ver y no hacerlo, y NoEsta si no puede ni ver."""
    if p.permisos.puede_en_alguno(accion):
        return
    if not p.permisos.puede_en_alguno(Accion.VER):
        raise NoEsta
    raise NoPermitido(_("Su cuenta puede ver el acervo, no cambiarlo. Pídaselo a quien administra el panel."))

"""Qué borradores puede abrir cada quien, y en qué perfiles puede escribir."""

from sqlmodel import Session, col, select

from modelos import Borrador, Perfil, Publicacion
from motor.borradores import envio
from motor.borradores.contenido import Contenido, leer
from motor.borradores.guardado import buscar
from motor.usuarios.permisos import Accion
from panel.peticion import NoEsta, NoPermitido, Peticion
from panel.textos import _


def exigir_que_escriba(p: Peticion) -> None:
    """Lanza NoPermitido si puede ver y no escribir, y NoEsta si no puede ni ver."""
    if p.permisos.puede_en_alguno(Accion.REDACTAR):
        return
    if not p.permisos.puede_en_alguno(Accion.VER):
        raise NoEsta
    raise NoPermitido(_("Su cuenta puede mirar, no escribir. Pídaselo a quien administra el panel."))


def puede_abrir(p: Peticion, borrador: Borrador) -> bool:
    """El suyo siempre; el de otro, quien coordina todos los perfiles en que saldría."""
    if borrador.usuario_id == p.usuario.id:
        return True
    perfiles = leer(borrador.contenido).perfiles
    if not perfiles:
        return p.puede(Accion.COORDINAR)
    return all(p.puede(Accion.COORDINAR, perfil) for perfil in perfiles)


def borrador_a_la_vista(sesion: Session, p: Peticion, clave: str) -> Borrador:
    """Lanza NoEsta si no existe o no le toca verlo."""
    borrador = buscar(sesion, clave)
    if borrador is None or not puede_abrir(p, borrador):
        raise NoEsta
    return borrador


def exigir_cambiable(sesion: Session, p: Peticion, publicacion_id: int) -> Publicacion:
    """La publicación, si puede escribir en todos sus perfiles. Lanza NoEsta o NoPermitido."""
    publicacion = sesion.get(Publicacion, publicacion_id)
    perfiles = envio.perfiles_que_toca(sesion, Contenido(), publicacion_id) if publicacion else set()
    if publicacion is None or not any(p.puede(Accion.VER, perfil) for perfil in perfiles):
        raise NoEsta
    for perfil in perfiles:
        if not p.puede(Accion.REDACTAR, perfil):
            raise NoPermitido(_("También sale en perfiles en que su cuenta no puede escribir."))
    return publicacion


def perfiles_para_escribir(sesion: Session, p: Peticion) -> list[Perfil]:
    """En los que puede publicar, por red y nombre."""
    orden = select(Perfil).order_by(col(Perfil.red), col(Perfil.nombre))
    return [perfil for perfil in sesion.exec(orden) if p.puede(Accion.REDACTAR, perfil.id)]

"""Quién puede firmar una solicitud, y quién la escribió. Los usuarios de un ayuntamiento caben en la mano: se leen."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select
from sqlmodel import Session, col

from modelos import Nombramiento, Usuario
from motor.letras import sin_acentos
from motor.usuarios.permisos import Accion, Permisos


def usuarios(sesion: Session) -> dict[int, Usuario]:
    return {u.id: u for u in sesion.scalars(select(Usuario).order_by(col(Usuario.nombre)))}


def permisos_de_todos(sesion: Session) -> dict[int, Permisos]:
    """Los de quienes pueden entrar."""
    orden = select(Nombramiento).join(Usuario, col(Usuario.id) == col(Nombramiento.usuario_id))
    suyos: dict[int, list[Nombramiento]] = {}
    for nombramiento in sesion.scalars(orden.where(col(Usuario.activo))):
        suyos.setdefault(nombramiento.usuario_id, []).append(nombramiento)
    return {usuario: Permisos.de(usuario, los) for usuario, los in suyos.items()}


def habilitados(permisos: Mapping[int, Permisos], perfiles: Collection[int]) -> frozenset[int]:
    """Quienes pueden aprobar en todos esos perfiles."""
    return frozenset(u for u, p in permisos.items() if all(p.puede(Accion.APROBAR, perfil) for perfil in perfiles))


def autores(
    conocidos: Iterable[Usuario], *escritos: str, antes: Mapping[int, Collection[str]] | None = None
) -> frozenset[int]:
    """Quiénes son, entre los usuarios, los que se nombran con su correo o con su nombre.

    antes: los que tuvo cada quien: cambiárselo no deja aprobar lo que uno mismo escribió.
    """
    dichos, suyos = {_llano(e) for e in escritos if e.strip()}, antes or {}
    return frozenset(
        u.id for u in conocidos if dichos & {_llano(n) for n in (u.correo, u.nombre, *suyos.get(u.id, ()))}
    )


def _llano(texto: str) -> str:
    return " ".join(sin_acentos(texto).split())


def nombre_de(conocidos: Iterable[Usuario], escrito: str) -> str:
    """El nombre de quien se escribió con su correo; si no es nadie que entre, como se escribió."""
    return next((u.nombre for u in conocidos if _llano(u.correo) == _llano(escrito)), escrito)

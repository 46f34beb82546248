"""Quién ve cada medio del acervo.

Lo que una persona subió al acervo es de la oficina: lo ve quien pueda ver algún perfil. Lo que sólo llegó dentro de una
publicación (por la carpeta) sigue a su publicación: lo ve quien pueda ver alguno de sus perfiles. Quien ve toda la
oficina lo ve todo.
"""

from sqlalchemy import exists, false, or_, true
from sqlalchemy.sql import ColumnElement
from sqlmodel import col

from modelos import Entrega, Medio, MedioDePublicacion
from motor.usuarios.permisos import Accion, Permisos


def a_la_vista(permisos: Permisos) -> ColumnElement[bool]:
    """La condición, sobre `Medio`, de lo que esa persona puede ver."""
    if not permisos.puede_en_alguno(Accion.VER):
        return false()
    perfiles = permisos.perfiles(Accion.VER)
    if perfiles is None:
        return true()
    en_sus_perfiles = exists().where(
        col(MedioDePublicacion.medio_id) == col(Medio.id),
        col(Entrega.publicacion_id) == col(MedioDePublicacion.publicacion_id),
        col(Entrega.perfil_id).in_(perfiles),
    )
    return or_(col(Medio.subido_por) != "", en_sus_perfiles)

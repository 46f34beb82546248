"""Credencial: lo que una red pide para actuar en un perfil, cifrado con una llave que no está en la base."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from modelos.base import FechaUTC


class Credencial(SQLModel, table=True):
    """nombre: el de la `Clave` del conector. cifrada: la abre la llave de la oficina. puesta_por: un correo."""

    perfil_id: int = Field(foreign_key="perfil.id", primary_key=True, ondelete="CASCADE")
    nombre: str = Field(primary_key=True, max_length=80)
    cifrada: str = Field(max_length=8000, repr=False)
    puesta_en: datetime = Field(sa_type=FechaUTC)
    puesta_por: str = Field(default="", max_length=254)

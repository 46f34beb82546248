"""Secreto: algo al azar que sólo conoce esta oficina y que nunca cambia."""

from sqlmodel import Field, SQLModel


class Secreto(SQLModel, table=True):
    """nombre: para qué es («olvido»). valor: hexadecimales al azar; nunca se enseña.

    Vive en la base principal y lo que se firma con él en la de escucha: con una copia de una sola de las dos no se
    puede averiguar nada.
    """

    nombre: str = Field(primary_key=True, max_length=40)
    valor: str = Field(max_length=128, repr=False)

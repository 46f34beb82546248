"""Fuente: de dónde se escucha, y por dónde va."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from modelos.base import FechaUTC
from modelos.escucha.tablas import DeEscucha


class Fuente(DeEscucha, table=True):
    """Un canal de un perfil, una búsqueda, un medio digital o una cuenta que se compara.

    clave: única y estable («perfil:3:comentarios», «busqueda:3:9f86…», «medio:https://…/rss», «competidor:ig:metepec»).
    direccion: lo que se pide (consulta, dirección del RSS, cuenta). nombre: para una persona.
    cursor: por dónde va; se mueve en la misma transacción que guarda lo oído. cubierta_hasta: hasta ese instante se
    tiene todo lo suyo. desde: lo anterior nunca se oyó (al crearla, el pasado que se trae). apagada_porque: vacío si se
    escucha.
    trabajo: qué se le pide: «oir» (mensajes; sólo estas dejan lagunas), «medir» (las publicaciones de un perfil),
    «seguir» (los números del perfil), «retratar» (otra cuenta) o «revisar» (si lo guardado sigue en la red).
    calladas: veces seguidas en que no trajo nada nuevo. fallos: veces seguidas que no contestó; detalle: qué pasó.
    """

    id: int = Field(default=None, primary_key=True)
    clave: str = Field(unique=True, max_length=600)
    red: str = Field(max_length=32, index=True)
    trabajo: str = Field(default="oir", max_length=16)
    canal: str = Field(default="", max_length=40)
    perfil_id: int = 0
    direccion: str = Field(default="", max_length=2048)
    nombre: str = Field(default="", max_length=300)
    cursor: str = Field(default="", sa_type=Text)
    desde: datetime = Field(sa_type=FechaUTC)
    cubierta_hasta: datetime | None = Field(default=None, sa_type=FechaUTC)
    proxima_en: datetime = Field(sa_type=FechaUTC, index=True)
    fallos: int = 0
    calladas: int = 0
    detalle: str = Field(default="", max_length=1000)
    apagada_porque: str = Field(default="", max_length=1000)
    oida_en: datetime | None = Field(default=None, sa_type=FechaUTC)

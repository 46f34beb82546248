"""Mensaje: algo que llegó de una red. Coincidencia: un monitor que lo cuenta. Crudo: lo que mandó la red."""

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field

from modelos.base import FechaUTC
from modelos.escucha.tablas import DeEscucha


class Mensaje(DeEscucha, table=True):
    """Único por (red, id_externo): oído dos veces, guardado una.

    clase: una de `conectores.contrato_escucha.Clase`. perfil_id: el perfil nuestro que lo recibió (0: ninguno).
    en_respuesta_a: el identificador, en la red, de aquello a lo que contesta.
    interacciones: None si la red no dio ninguna («sin dato»). idioma: el que dijo la red; vacío si no lo dijo.
    latitud, longitud: grados; lugar: su nombre; lugar_por: cómo se supo («coordenadas», «recuadro», «texto», «autor»;
    vacío: no se sabe dónde); lugar_confianza: de 0 a 1; lugar_radio_km: hasta dónde puede errarse (`Donde.radio_km`).
    editado_en: última vez que se notó que cambió. borrado_en: cuándo se notó que ya no está en la red; su texto se
    vacía. comprobado_en: última vez que se supo que seguía en la red. conservar_hasta: se guarda más que los demás,
    porque contesta a algo que publicamos (`motor.escucha.almacen.conservacion`); None, lo corriente.
    """

    __table_args__ = (
        UniqueConstraint("red", "id_externo"),
        Index("ix_mensaje_publicado_en", "publicado_en"),
        Index(
            "ix_mensaje_autor",
            "red",
            "autor_id",
            sqlite_where=text("autor_id <> ''"),
            postgresql_where=text("autor_id <> ''"),
        ),
        Index(
            "ix_mensaje_en_respuesta_a",
            "en_respuesta_a",
            sqlite_where=text("en_respuesta_a <> ''"),
            postgresql_where=text("en_respuesta_a <> ''"),
        ),
        Index(  # las redes que exigen borrar lo borrado preguntan por lo que lleva más sin comprobarse
            "ix_mensaje_comprobado",
            "red",
            "comprobado_en",
            sqlite_where=text("borrado_en IS NULL"),
            postgresql_where=text("borrado_en IS NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    red: str = Field(max_length=32)
    id_externo: str = Field(max_length=500)
    clase: str = Field(max_length=16)
    perfil_id: int = 0
    en_respuesta_a: str = Field(default="", max_length=500)
    titulo: str = Field(default="", max_length=500)
    texto: str = Field(sa_type=Text)
    idioma: str = Field(default="", max_length=16)
    url: str = Field(default="", max_length=2048)
    autor_id: str = Field(default="", max_length=200)
    autor_usuario: str = Field(default="", max_length=200)
    autor_nombre: str = Field(default="", max_length=300)
    autor_seguidores: int | None = None
    interacciones: int | None = None
    latitud: float | None = None
    longitud: float | None = None
    lugar: str = Field(default="", max_length=200)
    lugar_por: str = Field(default="", max_length=16)
    lugar_confianza: float | None = None
    lugar_radio_km: float | None = None
    publicado_en: datetime = Field(sa_type=FechaUTC)
    recibido_en: datetime = Field(sa_type=FechaUTC)
    editado_en: datetime | None = Field(default=None, sa_type=FechaUTC)
    borrado_en: datetime | None = Field(default=None, sa_type=FechaUTC)
    comprobado_en: datetime = Field(sa_type=FechaUTC)
    conservar_hasta: datetime | None = Field(default=None, sa_type=FechaUTC)


class Crudo(DeEscucha, table=True):
    """Lo que mandó la red, en JSON y sin tocar; se va con su mensaje."""

    mensaje_id: int = Field(primary_key=True, foreign_key="mensaje.id", ondelete="CASCADE")
    datos: str = Field(sa_type=Text)


class Coincidencia(DeEscucha, table=True):
    """Un mensaje que un monitor cuenta. monitor_id: de la base principal, sin llave foránea."""

    __table_args__ = (Index("ix_coincidencia_monitor_publicado", "monitor_id", "publicado_en", "mensaje_id"),)

    mensaje_id: int = Field(primary_key=True, foreign_key="mensaje.id", ondelete="CASCADE")
    monitor_id: int = Field(primary_key=True)
    publicado_en: datetime = Field(sa_type=FechaUTC)


class Olvidado(DeEscucha, table=True):
    """Una persona que pidió que se borrara lo suyo: lo que llegue de ella no se guarda. Sólo su huella, sin su
    nombre.
    """

    huella: str = Field(primary_key=True, max_length=64)
    olvidado_en: datetime = Field(sa_type=FechaUTC)

"""Usuario: quien entra al panel. Nombramiento: qué es, y en qué perfiles.

Sesion, EnlaceDeUnaVez, FichaDeApi: cómo entra. Asiento: quién hizo qué. Suscripcion y Toque: los avisos a su teléfono.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from modelos.base import FechaUTC, columna_enum


class Rol(StrEnum):
    LECTOR = "lector"
    EDITOR = "editor"
    APROBADOR = "aprobador"
    AGENTE = "agente"
    COORDINADOR = "coordinador"
    ADMINISTRADOR = "administrador"


class Alcance(StrEnum):
    """Hasta dónde llega una ficha de la API; nunca más que su dueño."""

    LEER = "leer"
    PUBLICAR = "publicar"
    TODO = "todo"


class Usuario(SQLModel, table=True):
    """correo: en minúsculas; es con lo que entra. clave: su hash argon2id; vacía mientras no la haya puesto.

    segundo_factor: el secreto TOTP, cifrado; vacío si no lo usa. factor_usado: el último periodo de 30 s ya gastado (un
    código no vale dos veces). respaldos: los sha256 de los códigos de un solo uso que le quedan. activo: con False no
    entra, y lo que hizo se conserva.
    """

    id: int = Field(default=None, primary_key=True)
    correo: str = Field(unique=True, max_length=254)
    nombre: str = Field(max_length=200)
    clave: str = Field(default="", max_length=300, repr=False)
    activo: bool = True
    segundo_factor: str = Field(default="", max_length=300, repr=False)
    factor_usado: int = 0
    respaldos: list[str] = Field(default_factory=list, sa_type=JSON, repr=False)
    creado_en: datetime = Field(sa_type=FechaUTC)
    entro_en: datetime | None = Field(default=None, sa_type=FechaUTC)


class Nombramiento(SQLModel, table=True):
    """Qué puede hacer alguien y dónde. perfil_id: None es en toda la oficina, también en los perfiles que vengan."""

    __table_args__ = (
        UniqueConstraint("usuario_id", "perfil_id", "rol"),
        Index(  # en un UNIQUE corriente dos NULL no chocan
            "uq_nombramiento_general",
            "usuario_id",
            "rol",
            unique=True,
            sqlite_where=text("perfil_id IS NULL"),
            postgresql_where=text("perfil_id IS NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    usuario_id: int = Field(foreign_key="usuario.id", index=True)
    perfil_id: int | None = Field(default=None, foreign_key="perfil.id", index=True)
    rol: Rol = Field(sa_type=columna_enum(Rol, "rol"))


class Sesion(SQLModel, table=True):
    """Una sesión abierta en un aparato. huella: sha256 de lo que lleva la cookie, que no se guarda.

    agente, direccion: desde qué navegador y de dónde, para que la reconozca su dueño.
    """

    id: int = Field(default=None, primary_key=True)
    huella: str = Field(unique=True, max_length=64, repr=False)
    usuario_id: int = Field(foreign_key="usuario.id", index=True)
    agente: str = Field(default="", max_length=300)
    direccion: str = Field(default="", max_length=64)
    creada_en: datetime = Field(sa_type=FechaUTC)
    vista_en: datetime = Field(sa_type=FechaUTC)
    vence_en: datetime = Field(sa_type=FechaUTC)
    cerrada_en: datetime | None = Field(default=None, sa_type=FechaUTC)


class EnlaceDeUnaVez(SQLModel, table=True):
    """para: «entrar» (primer arranque y demostración), «invitacion» o «clave» (la olvidó). huella: sha256 de lo que va
    en la dirección.
    """

    __tablename__ = "enlace_de_una_vez"

    huella: str = Field(primary_key=True, max_length=64, repr=False)
    usuario_id: int = Field(foreign_key="usuario.id", index=True)
    para: str = Field(max_length=20)
    creado_en: datetime = Field(sa_type=FechaUTC)
    vence_en: datetime = Field(sa_type=FechaUTC)
    usado_en: datetime | None = Field(default=None, sa_type=FechaUTC)


class FichaDeApi(SQLModel, table=True):
    """Con qué entra otro sistema a /api/v1, con los permisos de su dueño que quepan en su alcance. comienzo: sus
    primeras letras, para reconocerla; lo demás sólo se enseñó una vez.
    """

    __tablename__ = "ficha_de_api"

    id: int = Field(default=None, primary_key=True)
    usuario_id: int = Field(foreign_key="usuario.id", index=True)
    nombre: str = Field(max_length=120)
    comienzo: str = Field(max_length=12)
    huella: str = Field(unique=True, max_length=64, repr=False)
    alcance: Alcance = Field(sa_type=columna_enum(Alcance, "alcance_de_ficha"))
    creada_en: datetime = Field(sa_type=FechaUTC)
    vence_en: datetime | None = Field(default=None, sa_type=FechaUTC)
    usada_en: datetime | None = Field(default=None, sa_type=FechaUTC)
    revocada_en: datetime | None = Field(default=None, sa_type=FechaUTC)


class IntentoDeEntrada(SQLModel, table=True):
    """Una entrada que no fue. de: a qué cuenta o desde qué dirección («cuenta:…», «direccion:…»)."""

    __tablename__ = "intento_de_entrada"
    __table_args__ = (Index("ix_intento_de_entrada_de", "de", "ocurrido_en"),)

    id: int = Field(default=None, primary_key=True)
    de: str = Field(max_length=300)
    ocurrido_en: datetime = Field(sa_type=FechaUTC)


class Asiento(SQLModel, table=True):
    """Quién hizo qué. Sólo se añade: la base no deja cambiarlo ni borrarlo, y cada uno lleva la huella del anterior.

    quien: su correo, o «orden» si fue desde el servidor. sobre: de qué («publicacion:7»). direccion: desde dónde.
    """

    id: int = Field(default=None, primary_key=True)
    ocurrido_en: datetime = Field(sa_type=FechaUTC, index=True)
    usuario_id: int | None = Field(default=None, foreign_key="usuario.id", index=True)
    quien: str = Field(max_length=254)
    accion: str = Field(max_length=60, index=True)
    sobre: str = Field(default="", max_length=120, index=True)
    detalle: str = Field(default="", sa_type=Text)
    direccion: str = Field(default="", max_length=64)
    huella: str = Field(max_length=64)


class Suscripcion(SQLModel, table=True):
    """Un teléfono o un navegador que pidió avisos (Web Push). direccion: la del servicio que los entrega; es secreta.

    sesion_id: desde cuál los pidió; cerrada esa, ya no se le manda nada. temas: de qué quiere oír («alertas»,
    «aprobaciones»). con_texto: también qué dice; sin él, sólo de qué se trata (se lee sin desbloquear el teléfono).
    """

    id: int = Field(default=None, primary_key=True)
    usuario_id: int = Field(foreign_key="usuario.id", index=True)
    sesion_id: int = Field(foreign_key="sesion.id", index=True, ondelete="CASCADE")
    direccion: str = Field(unique=True, max_length=1000, repr=False)
    p256dh: str = Field(max_length=200, repr=False)
    autenticacion: str = Field(max_length=100, repr=False)
    temas: list[str] = Field(default_factory=list, sa_type=JSON)
    con_texto: bool = False
    agente: str = Field(default="", max_length=300)
    creada_en: datetime = Field(sa_type=FechaUTC)


class Toque(SQLModel, table=True):
    """Un aviso al teléfono que hay que mandar al menos una vez. cuerpo: título, texto y a dónde lleva.

    clave: de qué es («historia:4», «solicitud:9»); a cada suscripción se le dice una vez. vence_en: después ya no sirve
    decirlo. mandado_en: cuándo lo tomó el servicio; también se pone cuando ya no hay que mandarlo.
    """

    __table_args__ = (
        UniqueConstraint("suscripcion_id", "clave"),
        Index(
            "ix_toque_por_mandar",
            "proximo_en",
            sqlite_where=text("mandado_en IS NULL"),
            postgresql_where=text("mandado_en IS NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    suscripcion_id: int = Field(foreign_key="suscripcion.id", ondelete="CASCADE", index=True)
    clave: str = Field(max_length=200)
    cuerpo: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    fallos: int = 0
    creado_en: datetime = Field(sa_type=FechaUTC)
    proximo_en: datetime = Field(sa_type=FechaUTC)
    vence_en: datetime = Field(sa_type=FechaUTC)
    mandado_en: datetime | None = Field(default=None, sa_type=FechaUTC)

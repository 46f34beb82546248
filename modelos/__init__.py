"""Las tablas de publicar, medir y avisar. Importar este paquete las registra en `SQLModel.metadata`.

Las de lo que se oye están en `modelos.escucha`, con sus propios metadatos y su propia base.
"""

from modelos.aprobacion import Comentario, EstadoDeSolicitud, Firma, Flujo, Solicitud, Version
from modelos.base import Base, tabla
from modelos.borrador import Borrador
from modelos.calendario import CalendarioSuscrito
from modelos.comprobacion import Comprobacion
from modelos.correo import Correo, EstadoDeCorreo, ImagenDeCorreo
from modelos.credencial import Credencial
from modelos.entrega import Entrega, Intento
from modelos.estados import Desenlace, Estado
from modelos.evento import Evento
from modelos.gasto import Gasto
from modelos.historia import Historia, Silencio, Suceso
from modelos.horario import Eleccion, Horario
from modelos.medicion import Lectura, Medicion, MedicionAjena, Vista
from modelos.monitor import Monitor
from modelos.perfil import Perfil
from modelos.publicacion import BandaDeMedio, Medio, MedioDePublicacion, Publicacion
from modelos.recepcion import Recepcion, Veredicto
from modelos.secreto import Secreto
from modelos.usuario import (
    Alcance,
    Asiento,
    EnlaceDeUnaVez,
    FichaDeApi,
    IntentoDeEntrada,
    Nombramiento,
    Rol,
    Sesion,
    Suscripcion,
    Toque,
    Usuario,
)

__all__ = [
    "Alcance",
    "Asiento",
    "BandaDeMedio",
    "Base",
    "Borrador",
    "CalendarioSuscrito",
    "Comentario",
    "Comprobacion",
    "Correo",
    "Credencial",
    "Desenlace",
    "Eleccion",
    "EnlaceDeUnaVez",
    "Entrega",
    "Estado",
    "EstadoDeCorreo",
    "EstadoDeSolicitud",
    "Evento",
    "FichaDeApi",
    "Firma",
    "Flujo",
    "Gasto",
    "Historia",
    "Horario",
    "ImagenDeCorreo",
    "Intento",
    "IntentoDeEntrada",
    "Lectura",
    "Medicion",
    "MedicionAjena",
    "Medio",
    "MedioDePublicacion",
    "Monitor",
    "Nombramiento",
    "Perfil",
    "Publicacion",
    "Recepcion",
    "Rol",
    "Secreto",
    "Sesion",
    "Silencio",
    "Solicitud",
    "Suceso",
    "Suscripcion",
    "Toque",
    "Usuario",
    "Veredicto",
    "Version",
    "Vista",
    "tabla",
]

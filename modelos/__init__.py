"""Las tablas. Importar este paquete las registra todas en `SQLModel.metadata`."""

from modelos.base import Base, tabla
from modelos.correo import Correo, EstadoDeCorreo
from modelos.entrega import Entrega, Intento
from modelos.estados import Desenlace, Estado
from modelos.evento import Evento
from modelos.medicion import Medicion
from modelos.perfil import Perfil
from modelos.publicacion import Medio, MedioDePublicacion, Publicacion
from modelos.recepcion import Recepcion, Veredicto

__all__ = [
    "Base",
    "Correo",
    "Desenlace",
    "Entrega",
    "Estado",
    "EstadoDeCorreo",
    "Evento",
    "Intento",
    "Medicion",
    "Medio",
    "MedioDePublicacion",
    "Perfil",
    "Publicacion",
    "Recepcion",
    "Veredicto",
    "tabla",
]

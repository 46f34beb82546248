"""Las tablas de publicar, medir y avisar. Importar este paquete las registra en `SQLModel.metadata`.

Las de lo que se oye están en `modelos.escucha`, con sus propios metadatos y su propia base.
"""

from modelos.base import Base, tabla
from modelos.correo import Correo, EstadoDeCorreo, ImagenDeCorreo
from modelos.entrega import Entrega, Intento
from modelos.estados import Desenlace, Estado
from modelos.evento import Evento
from modelos.gasto import Gasto
from modelos.historia import Historia, Silencio, Suceso
from modelos.horario import Eleccion, Horario
from modelos.medicion import Lectura, Medicion, MedicionAjena, Vista
from modelos.monitor import Monitor
from modelos.perfil import Perfil
from modelos.publicacion import Medio, MedioDePublicacion, Publicacion
from modelos.recepcion import Recepcion, Veredicto
from modelos.secreto import Secreto

__all__ = [
    "Base",
    "Correo",
    "Desenlace",
    "Eleccion",
    "Entrega",
    "Estado",
    "EstadoDeCorreo",
    "Evento",
    "Gasto",
    "Historia",
    "Horario",
    "ImagenDeCorreo",
    "Intento",
    "Lectura",
    "Medicion",
    "MedicionAjena",
    "Medio",
    "MedioDePublicacion",
    "Monitor",
    "Perfil",
    "Publicacion",
    "Recepcion",
    "Secreto",
    "Silencio",
    "Suceso",
    "Veredicto",
    "Vista",
    "tabla",
]

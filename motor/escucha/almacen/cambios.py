"""Qué cambia en un mensaje que ya se tenía cuando se oye otra vez. Puro."""

from dataclasses import dataclass
from datetime import datetime

from conectores.contrato_escucha import Clase, Oido

# El mismo mensaje llega por varias partes; queda la clase que más dice de él. «Nos lo dijeron en privado» y «es un
# comentario en lo nuestro» dicen más que «nos nombra», y «salió en una búsqueda» es lo que menos.
PRECEDENCIA: dict[Clase, int] = {
    Clase.BUSQUEDA: 0,
    Clase.ARTICULO: 1,
    Clase.COMPETIDOR: 2,
    Clase.AJENA: 3,
    Clase.MENCION: 4,
    Clase.COMENTARIO: 5,
    Clase.DIRECTO: 6,
}


@dataclass(frozen=True, slots=True)
class Visto:
    """Lo que se tiene de un mensaje, hasta donde hace falta para decidir."""

    id: int
    id_externo: str
    clase: Clase
    perfil_id: int
    titulo: str
    texto: str
    interacciones: int | None
    publicado_en: datetime
    editado_en: datetime | None
    borrado_en: datetime | None


def hay_que_entender(visto: Visto | None, oido: Oido) -> bool:
    """Si hay que volver a leer de qué habla: porque es nuevo, porque lo cambiaron o porque reapareció."""
    if oido.borrado:
        return False
    return visto is None or visto.borrado_en is not None or cambio_lo_dicho(visto, oido)


def cambio_lo_dicho(visto: Visto, oido: Oido) -> bool:
    """Si su autor lo cambió.

    Una búsqueda suele dar el texto cortado y una mención entero: el de una clase menos precisa no cuenta como cambio,
    salvo que la red diga que se editó después.
    """
    if (visto.titulo, visto.texto) == (oido.titulo, oido.texto):
        return False
    if PRECEDENCIA[oido.clase] >= PRECEDENCIA[visto.clase]:
        return True
    return oido.editado_en is not None and oido.editado_en > (visto.editado_en or visto.publicado_en)


def clase_mas_precisa(visto: Visto, oido: Oido) -> Clase | None:
    """La clase nueva del mensaje, si la de ahora dice más; None si se queda como estaba."""
    return oido.clase if PRECEDENCIA[oido.clase] > PRECEDENCIA[visto.clase] else None

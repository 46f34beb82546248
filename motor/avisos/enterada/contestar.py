"""Lo que hace cada botón de la página que abre el correo: decir «enterada» o silenciar el tema, sin contraseña."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from motor.avisos.historias.historia import atender
from motor.avisos.historias.plazos import Plazo, fin_de
from motor.avisos.historias.silencio import silenciar, temas

QUIEN = "desde el correo"
ENTERADA = "enterada"
ACTOS = (ENTERADA, Plazo.CUATRO.value, Plazo.HOY.value)


class NoSeHizo(Exception):
    """Ese botón no existe, o la historia ya no está."""


def contestar(
    sesion: Session, historia_id: int, accion: str, *, zona: ZoneInfo, ahora: datetime, quien: str = QUIEN
) -> datetime | None:
    """Silenciar es estar enterada. Hasta cuándo quedó callada; None si sólo se dijo «enterada». Lanza NoSeHizo."""
    if accion not in ACTOS:
        raise NoSeHizo
    historia = atender(sesion, historia_id, quien=quien, ahora=ahora)
    if historia is None:
        raise NoSeHizo
    if accion == ENTERADA:
        return None
    hasta = fin_de(Plazo(accion), ahora=ahora, zona=zona)
    silenciar(sesion, temas(historia), ahora=ahora, hasta=hasta, por=quien)
    return hasta

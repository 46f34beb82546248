"""Otros canales además del correo (Telegram, Teams, Slack…), con Apprise: un texto corto por cada correo de historia.

Esperan en la misma bandeja que los correos, un renglón por canal: al menos una vez, y el que falla no estorba a los
demás ni al correo. Lo que en un día no pudo salir ya no se manda: el correo lo dice todo.

La dirección de un canal es una credencial: no se guarda en la base (sólo su huella) ni aparece en la bitácora.
"""

import hashlib
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, text, update
from sqlmodel import Session, col

from conectores.secretos import recordar
from modelos import Base, Correo, EstadoDeCorreo
from motor.avisos.aviso import Aviso, escribir
from motor.avisos.correo import ESPERA_MAXIMA, GRUPO_DE_CANALES, PRIMERA_ESPERA, RESERVA
from motor.avisos.redaccion.hechos import Pliego
from motor.avisos.voz import entregar
from motor.reloj import Reloj

logger = logging.getLogger(__name__)

CADUCAN = timedelta(days=1)
LARGO_DE_UN_SECRETO = 16
"""Los pedazos de la dirección que se tapan también sueltos; más cortos serían un nombre de servidor."""


def huella(canal: str) -> str:
    return "canal:" + hashlib.sha256(canal.encode()).hexdigest()[:16]


def a_los_canales(
    sesion: Session,
    canales: Sequence[str],
    pliego: Pliego,
    *,
    clave: str,
    historia_id: int | None,
    ahora: datetime,
    cuando: datetime,
) -> None:
    """Dejar el mismo aviso, en corto, para cada canal."""
    for canal in canales:
        quien = huella(canal)
        aviso = Aviso(
            clave=f"{quien} {clave}"[:200],
            grupo=GRUPO_DE_CANALES,
            asunto=pliego.asunto,
            texto=pliego.corto or pliego.texto,
            historia_id=historia_id,
        )
        escribir(sesion, aviso, para=(quien,), ahora=ahora, no_antes_de=cuando)


@dataclass(slots=True)
class Mensajero:
    """Quien manda a los otros canales. Recuerda cuáles fallan, para decirlo en la bitácora una sola vez."""

    base: Base
    reloj: Reloj
    canales: tuple[str, ...] = field(repr=False)
    _caidos: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for canal in self.canales:
            recordar(canal)
            for parte in re.split(r"[/@:?&=]", canal):
                if len(parte) >= LARGO_DE_UN_SECRETO:
                    recordar(parte)

    def repartir(self) -> int:
        """Mandar lo que toca; cuántos salieron. No lanza porque un canal falle."""
        por_huella = {huella(c): c for c in self.canales}
        salidos = 0
        for correo in self._apartar():
            if correo.para not in por_huella:
                self._cambiar(correo, estado=EstadoDeCorreo.RECHAZADO, error="Ese canal ya no está en los ajustes.")
            elif self._mandar(correo, por_huella[correo.para]):
                salidos += 1
        return salidos

    def _apartar(self) -> list[Correo]:
        ahora = self.reloj.ahora()
        toca = (text("estado = 'pendiente'"), col(Correo.grupo) == GRUPO_DE_CANALES, col(Correo.no_antes_de) <= ahora)
        with self.base.leer() as sesion:
            if sesion.scalars(select(col(Correo.id)).where(*toca).limit(1)).first() is None:
                return []
        with self.base.escribir() as sesion:
            reserva = update(Correo).where(*toca).values(no_antes_de=ahora + RESERVA).returning(col(Correo.id))
            ids = sesion.scalars(reserva.execution_options(synchronize_session=False)).all()
            return list(sesion.scalars(select(Correo).where(col(Correo.id).in_(ids)).order_by(col(Correo.id))))

    def _mandar(self, correo: Correo, canal: str) -> bool:
        ahora = self.reloj.ahora()
        motivo = entregar(canal, correo.asunto, correo.texto)
        if not motivo:
            self._caidos.discard(correo.para)
            self._cambiar(correo, estado=EstadoDeCorreo.ENVIADO, enviado_en=ahora, error="")
            return True
        if correo.para not in self._caidos:
            self._caidos.add(correo.para)
            logger.error("Un canal de avisos no contesta: %s", motivo, extra={"accion": "canal_caido"})
        if ahora - correo.creado_en > CADUCAN:
            self._cambiar(correo, estado=EstadoDeCorreo.RECHAZADO, error=f"Un día sin poder. {motivo}")
        else:
            espera = min(PRIMERA_ESPERA * 2 ** min(correo.intentos, 12), ESPERA_MAXIMA)
            self._cambiar(correo, no_antes_de=ahora + espera, error=motivo)
        return False

    def _cambiar(self, correo: Correo, **cambios: object) -> None:
        with self.base.escribir() as sesion:
            cambio = update(Correo).where(col(Correo.id) == correo.id)
            sesion.execute(
                cambio.values(intentos=col(Correo.intentos) + 1, **cambios).execution_options(synchronize_session=False)
            )

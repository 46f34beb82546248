"""Mandar lo que hay en la bandeja de salida por SMTP: al menos una vez, nunca perdido.

Un servidor de correo caído un día retrasa los avisos; no tira ninguno. Los que esperan juntos y son del mismo
grupo se mandan en un solo mensaje: tras un apagón llega un correo con doce publicaciones, no doce correos.
"""

import logging
import smtplib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from itertools import groupby
from pathlib import Path

from sqlalchemy import select, text, update
from sqlmodel import col

from conectores.secretos import redactar
from modelos import Base, Correo, EstadoDeCorreo
from motor.reloj import Reloj

logger = logging.getLogger(__name__)

PLAZO_S = 20.0
ESPERA_MAXIMA = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Servidor:
    """Por dónde sale el correo. cifrado: «starttls», «tls» o «ninguno». La clave no aparece en su repr."""

    anfitrion: str
    puerto: int
    remitente: str
    cifrado: str = "starttls"
    usuario: str = ""
    clave: str = field(default="", repr=False)
    certificados: Path | None = None

    def conectar(self) -> smtplib.SMTP:
        """Una sesión lista para mandar. Lanza OSError o smtplib.SMTPException si no se puede."""
        contexto = ssl.create_default_context(cafile=str(self.certificados) if self.certificados else None)
        if self.cifrado == "tls":
            sesion: smtplib.SMTP = smtplib.SMTP_SSL(self.anfitrion, self.puerto, timeout=PLAZO_S, context=contexto)
        else:
            sesion = smtplib.SMTP(self.anfitrion, self.puerto, timeout=PLAZO_S)
            if self.cifrado == "starttls":
                sesion.starttls(context=contexto)
        if self.usuario:
            sesion.login(self.usuario, self.clave)
        return sesion


@dataclass(slots=True)
class Cartero:
    """El que manda. Recuerda si el servidor está caído, para decirlo en la bitácora una sola vez."""

    base: Base
    reloj: Reloj
    servidor: Servidor | None
    _caido: bool = False

    def repartir(self) -> int:
        """Mandar lo que toca; cuántos avisos salieron. No lanza: lo que falla se intenta más tarde."""
        ahora = self.reloj.ahora()
        with self.base.leer() as sesion:
            orden = select(Correo).where(text("estado = 'pendiente'"), col(Correo.no_antes_de) <= ahora)
            pendientes = list(sesion.scalars(orden.order_by(col(Correo.para), col(Correo.grupo), col(Correo.id))))
        if not pendientes or self.servidor is None:
            return 0
        try:
            with self.servidor.conectar() as smtp:
                salidos = sum(self._mandar(smtp, montones) for montones in _agrupados(pendientes))
        except (OSError, smtplib.SMTPException) as error:
            self._anotar_caida(pendientes, error)
            return 0
        if self._caido:
            self._caido = False
            logger.info("El servidor de correo volvió.", extra={"accion": "correo_vuelve"})
        return salidos

    def _mandar(self, smtp: smtplib.SMTP, correos: list[Correo]) -> int:
        assert self.servidor is not None  # noqa: S101 # lo comprobó `repartir`
        mensaje = redactar_mensaje(correos, self.servidor.remitente, self.reloj.ahora())
        try:
            smtp.send_message(mensaje)
        except smtplib.SMTPRecipientsRefused as error:
            motivo = "; ".join(f"{quien}: {razon!r}" for quien, (_, razon) in error.recipients.items())
            self._rechazar(correos, motivo, definitivo=all(c >= 500 for c, _ in error.recipients.values()))
            return 0
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            self._rechazar(correos, f"{error.smtp_code} {error.smtp_error!r}", definitivo=error.smtp_code >= 500)
            return 0
        self._cambiar(correos, estado=EstadoDeCorreo.ENVIADO, enviado_en=self.reloj.ahora(), error="")
        return len(correos)

    def _rechazar(self, correos: list[Correo], motivo: str, *, definitivo: bool) -> None:
        logger.error("El servidor rechazó un aviso: %s", redactar(motivo), extra={"accion": "correo_rechazado"})
        if definitivo:
            self._cambiar(correos, estado=EstadoDeCorreo.RECHAZADO, error=redactar(motivo))
        else:
            self._aplazar(correos, motivo)

    def _anotar_caida(self, correos: list[Correo], error: Exception) -> None:
        motivo = redactar(f"{type(error).__name__}: {error}")
        if not self._caido:
            self._caido = True
            logger.error("No se puede mandar correo; los avisos esperan. %s", motivo, extra={"accion": "correo_caido"})
        self._aplazar(correos, motivo)

    def _aplazar(self, correos: list[Correo], motivo: str) -> None:
        for correo in correos:
            espera = min(timedelta(seconds=5) * 2 ** min(correo.intentos, 12), ESPERA_MAXIMA)
            self._cambiar([correo], no_antes_de=self.reloj.ahora() + espera, error=redactar(motivo))

    def _cambiar(self, correos: list[Correo], **cambios: object) -> None:
        ids = [c.id for c in correos]
        with self.base.escribir() as sesion:
            sesion.execute(
                update(Correo)
                .where(col(Correo.id).in_(ids))
                .values(intentos=col(Correo.intentos) + 1, **cambios)
                .execution_options(synchronize_session=False)
            )


def _agrupados(correos: Iterable[Correo]) -> list[list[Correo]]:
    return [list(monton) for _, monton in groupby(correos, key=lambda c: (c.para, c.grupo))]


def redactar_mensaje(correos: list[Correo], remitente: str, ahora: datetime) -> EmailMessage:
    """Un mensaje con uno o varios avisos del mismo grupo. Puro, salvo el identificador."""
    mensaje = EmailMessage()
    mensaje["From"] = f"Pregonero <{remitente}>"
    mensaje["To"] = correos[0].para
    asunto = correos[0].asunto
    if len(correos) > 1:
        asunto = f"{asunto} (y {len(correos) - 1} avisos más)"
    mensaje["Subject"] = " ".join(asunto.split())
    mensaje["Date"] = format_datetime(ahora)
    mensaje["Message-ID"] = make_msgid(f"pregonero-{correos[0].id}", domain=remitente.rpartition("@")[2] or "localhost")
    separador = "\n\n" + "─" * 40 + "\n\n"
    mensaje.set_content(
        separador.join(c.texto for c in correos) + "\n\n-- \nPregonero, el pregonero del ayuntamiento\n"
    )
    return mensaje

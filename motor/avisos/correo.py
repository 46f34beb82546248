"""Mandar lo que hay en la bandeja de salida por SMTP: al menos una vez, nunca perdido.

Un servidor de correo caído un día retrasa los avisos; no tira ninguno. Los que esperan juntos y son del mismo
grupo se mandan en un solo mensaje: tras un apagón llega un correo con doce publicaciones, no doce correos. Los de
una historia van sueltos: son las respuestas de una conversación.
"""

import logging
import smtplib
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby, product
from pathlib import Path

from sqlalchemy import select, text, update
from sqlmodel import Session, col

from conectores.secretos import redactar
from modelos import Base, Correo, EstadoDeCorreo, ImagenDeCorreo
from motor.avisos.mensaje import Anexos, clave_original, clave_para, redactar_mensaje
from motor.avisos.motivos import motivo_de_la_caida
from motor.reloj import Reloj

logger = logging.getLogger(__name__)

PLAZO_S = 20.0
PRIMERA_ESPERA = timedelta(seconds=5)
ESPERA_MAXIMA = timedelta(minutes=15)
RESERVA = timedelta(minutes=2)
GRUPO_DE_CANALES = "canales"
"""Los que esperan en la misma bandeja y no salen por correo: de ellos se encarga `motor.avisos.canales`."""

Rechazos = Mapping[str, tuple[int, bytes]]


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
        try:
            if self.cifrado == "starttls":
                sesion.starttls(context=contexto)
            if self.usuario:
                sesion.login(self.usuario, self.clave)
        except BaseException:
            sesion.close()
            raise
        return sesion


@dataclass(slots=True)
class Cartero:
    """El que manda. Recuerda si el servidor está caído, para decirlo en la bitácora una sola vez."""

    base: Base
    reloj: Reloj
    servidor: Servidor | None
    _caido: bool = False

    def repartir(self) -> int:
        """Mandar lo que toca; cuántos avisos salieron. No lanza por el correo: lo que falla se intenta más tarde."""
        montones = _agrupados(self._apartar()) if self.servidor is not None else []
        if not montones or self.servidor is None:
            return 0
        salidos = 0
        try:
            with self.servidor.conectar() as smtp:
                while montones:
                    salidos += self._mandar(smtp, montones[0], self.servidor.remitente)
                    montones.pop(0)
        except (OSError, smtplib.SMTPException) as error:
            self._anotar_caida([correo for monton in montones for correo in monton], error)
            return salidos
        if self._caido:
            self._caido = False
            logger.info("El servidor de correo volvió.", extra={"accion": "correo_vuelve"})
        return salidos

    def _apartar(self) -> list[Correo]:
        """Lo que toca mandar, reservado un rato: varios procesos con la misma base no mandan lo mismo.

        Si este proceso muere entre mandar y anotarlo, al acabar la reserva se manda otra vez.
        """
        ahora = self.reloj.ahora()
        toca = (
            text("estado = 'pendiente'"),
            col(Correo.no_antes_de) <= ahora,
            col(Correo.grupo) != GRUPO_DE_CANALES,
        )
        with self.base.leer() as sesion:
            if sesion.scalars(select(col(Correo.id)).where(*toca).limit(1)).first() is None:
                return []
        with self.base.escribir() as sesion:
            reserva = update(Correo).where(*toca).values(no_antes_de=ahora + RESERVA).returning(col(Correo.id))
            ids = sesion.scalars(reserva.execution_options(synchronize_session=False)).all()
            orden = select(Correo).where(col(Correo.id).in_(ids))
            return list(sesion.scalars(orden.order_by(col(Correo.para), col(Correo.grupo), col(Correo.id))))

    def _mandar(self, smtp: smtplib.SMTP, correos: list[Correo], remitente: str) -> int:
        """Que rechace al remitente no es cosa de este aviso, sino de los ajustes: se trata como una caída."""
        try:
            anexos = self._anexos(correos[0])
            rechazados = smtp.send_message(redactar_mensaje(correos, remitente, self.reloj.ahora(), anexos=anexos))
        except smtplib.SMTPRecipientsRefused as error:
            self._rechazar(correos, _motivo(error.recipients), definitivo=not _pasajeros(error.recipients))
            return 0
        except smtplib.SMTPDataError as error:
            self._rechazar(correos, f"{error.smtp_code} {error.smtp_error!r}", definitivo=error.smtp_code >= 500)
            return 0
        except (ValueError, smtplib.SMTPNotSupportedError) as error:  # una dirección mal escrita no tapa a las demás
            self._rechazar(correos, f"{type(error).__name__}: {error}", definitivo=False)
            return 0
        if rechazados:
            self._para_los_demas(correos, rechazados)
        enviado = {"estado": EstadoDeCorreo.ENVIADO, "enviado_en": self.reloj.ahora()}
        self._cambiar(correos, **enviado, error=redactar(_motivo(rechazados)))
        return len(correos)

    def _para_los_demas(self, correos: list[Correo], rechazados: Rechazos) -> None:
        """A unos les llegó y a otros no: a los que el servidor pidió esperar se les manda aparte, más tarde."""
        logger.error(
            "El servidor no aceptó un aviso para todos: %s",
            redactar(_motivo(rechazados)),
            extra={"accion": "correo_rechazado"},
        )
        no_antes_de = self.reloj.ahora() + PRIMERA_ESPERA
        with self.base.escribir() as sesion:
            for correo, quien in product(correos, _pasajeros(rechazados)):
                _repetir_para(sesion, correo, quien, no_antes_de=no_antes_de)

    def _anexos(self, correo: Correo) -> Anexos | None:
        """Las imágenes de un correo y el primero de su historia; None si no tiene nada de eso."""
        if correo.historia_id is None and not correo.html:
            return None
        suyas = (
            select(ImagenDeCorreo).where(col(ImagenDeCorreo.correo_id) == correo.id).order_by(col(ImagenDeCorreo.id))
        )
        de_la_historia = select(Correo).where(
            col(Correo.historia_id) == correo.historia_id, col(Correo.grupo) != GRUPO_DE_CANALES
        )
        with self.base.leer() as sesion:
            imagenes = tuple(sesion.scalars(suyas))
            raiz = sesion.scalars(de_la_historia.order_by(col(Correo.id)).limit(1)).first()
        es_otro = raiz is not None and raiz.clave != clave_original(correo)
        return Anexos(imagenes=imagenes, raiz=raiz if es_otro else None)

    def _rechazar(self, correos: list[Correo], motivo: str, *, definitivo: bool) -> None:
        logger.error("El servidor rechazó un aviso: %s", redactar(motivo), extra={"accion": "correo_rechazado"})
        if definitivo:
            self._cambiar(correos, estado=EstadoDeCorreo.RECHAZADO, error=redactar(motivo))
        else:
            self._aplazar(correos, motivo)

    def _anotar_caida(self, correos: list[Correo], error: Exception) -> None:
        motivo = redactar(motivo_de_la_caida(error))
        if not self._caido:
            self._caido = True
            logger.error("No se puede mandar correo; los avisos esperan. %s", motivo, extra={"accion": "correo_caido"})
        self._aplazar(correos, motivo)

    def _aplazar(self, correos: list[Correo], motivo: str) -> None:
        for correo in correos:
            espera = min(PRIMERA_ESPERA * 2 ** min(correo.intentos, 12), ESPERA_MAXIMA)
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


def _motivo(rechazos: Rechazos) -> str:
    return "; ".join(f"{quien}: {codigo} {razon!r}" for quien, (codigo, razon) in rechazos.items())


def _pasajeros(rechazos: Rechazos) -> list[str]:
    """A quiénes el servidor dijo «ahora no» (4xx), y no «nunca» (5xx)."""
    return [quien for quien, (codigo, _) in rechazos.items() if codigo < 500]


def _agrupados(correos: Iterable[Correo]) -> list[list[Correo]]:
    """Los de una historia, uno a uno: cada cual contesta a los anteriores."""
    montones = (list(m) for _, m in groupby(correos, key=lambda c: (c.para, c.grupo, _se_juntan(c))))
    return [parte for monton in montones for parte in ([monton] if _se_juntan(monton[0]) else [[c] for c in monton])]


def _se_juntan(correo: Correo) -> bool:
    return correo.historia_id is None and not correo.html


def _repetir_para(sesion: Session, correo: Correo, quien: str, *, no_antes_de: datetime) -> None:
    """El mismo correo, sólo para quien no lo recibió. Conserva su `creado_en`, y con él su Message-ID."""
    clave = clave_para(correo, quien)
    if sesion.scalars(select(col(Correo.id)).where(col(Correo.clave) == clave)).first() is not None:
        return
    propio = {"id": None, "clave": clave, "para": quien, "no_antes_de": no_antes_de, "intentos": 0, "error": ""}
    nuevo = Correo(**(correo.model_dump() | propio))
    sesion.add(nuevo)
    sesion.flush()
    suyas = sesion.scalars(select(ImagenDeCorreo).where(col(ImagenDeCorreo.correo_id) == correo.id)).all()
    sesion.add_all(ImagenDeCorreo(**(i.model_dump() | {"id": None, "correo_id": nuevo.id})) for i in suyas)

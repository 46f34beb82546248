"""Un buzón que recibe correos por SMTP de verdad y los enseña. Acepta cualquier usuario y contraseña."""

import asyncio
import contextlib
import email.policy
import time
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from simulador.estado import ahora
from simulador.hilo import BucleEnHilo

_PESO_MAXIMO_BYTES = 32 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Correo:
    """Un correo recibido. para: los destinatarios del sobre. texto: su parte de texto llano."""

    de: str
    para: tuple[str, ...]
    asunto: str
    texto: str
    llego_en: datetime
    mensaje: EmailMessage


class Buzon:
    """El servidor SMTP; vive en el bucle donde se arranque. `correos` se puede leer desde cualquier hilo."""

    def __init__(self) -> None:
        self.correos: list[Correo] = []
        self.puerto = 0
        self._rechazos: deque[str] = deque()
        self._servidor: asyncio.Server | None = None

    async def arrancar(self, puerto: int = 0) -> int:
        bucle = asyncio.get_running_loop()

        def atender() -> SMTP:
            return SMTP(
                self,
                data_size_limit=_PESO_MAXIMO_BYTES,
                enable_SMTPUTF8=True,
                hostname="buzon.local",
                authenticator=_dejar_pasar,
                auth_require_tls=False,
                loop=bucle,
            )

        self._servidor = await bucle.create_server(atender, "127.0.0.1", puerto)
        self.puerto = int(self._servidor.sockets[0].getsockname()[1])
        return self.puerto

    async def detener(self) -> None:
        if self._servidor is not None:
            self._servidor.close()
            with contextlib.suppress(TimeoutError):  # desde Python 3.12 espera también a quien siga conectado
                await asyncio.wait_for(self._servidor.wait_closed(), 1)

    def rechazar(self, respuesta: str, *, veces: int = 1) -> None:
        """Contestar esto («451 4.3.0 Más tarde», «550 5.1.1 No existe») a los próximos correos."""
        self._rechazos.extend([respuesta] * veces)

    async def handle_DATA(self, servidor: SMTP, sesion: Session, sobre: Envelope) -> str:  # noqa: ARG002 — lo llama aiosmtpd
        if self._rechazos:
            return self._rechazos.popleft()
        self.correos.append(_leer(sobre))
        return "250 Recibido"


def _dejar_pasar(*_: Any) -> AuthResult:
    return AuthResult(success=True)


def _leer(sobre: Envelope) -> Correo:
    mensaje = BytesParser(policy=email.policy.default).parsebytes(sobre.original_content or b"")
    cuerpo = mensaje.get_body(preferencelist=("plain", "html"))
    return Correo(
        de=sobre.mail_from or "",
        para=tuple(sobre.rcpt_tos),
        asunto=str(mensaje["Subject"] or ""),
        texto=str(cuerpo.get_content()) if cuerpo is not None else "",
        llego_en=ahora(),
        mensaje=mensaje,
    )


class BuzonDePrueba:
    """El buzón, mientras dure el `with`: `PREGONERO_SMTP_…` se apunta a `127.0.0.1` y a `puerto`."""

    def __init__(self) -> None:
        self._bucle = BucleEnHilo("buzon")
        self._buzon = Buzon()

    def __enter__(self) -> Self:
        self._bucle.arrancar()
        self._bucle.esperar(self._buzon.arrancar())
        return self

    def __exit__(
        self, clase: type[BaseException] | None, error: BaseException | None, rastro: TracebackType | None
    ) -> None:
        self._bucle.esperar(self._buzon.detener())
        self._bucle.cerrar()

    @property
    def puerto(self) -> int:
        return self._buzon.puerto

    @property
    def correos(self) -> list[Correo]:
        return list(self._buzon.correos)

    def rechazar(self, respuesta: str, *, veces: int = 1) -> None:
        self._bucle.hacer(lambda: self._buzon.rechazar(respuesta, veces=veces))

    def esperar(self, cuantos: int = 1, *, plazo_s: float = 5.0) -> list[Correo]:
        """Los correos en cuanto haya tantos. Lanza TimeoutError si no llegan."""
        limite = time.monotonic() + plazo_s
        while len(self._buzon.correos) < cuantos:
            if time.monotonic() > limite:
                raise TimeoutError(f"Llegaron {len(self._buzon.correos)} correos y se esperaban {cuantos}.")
            time.sleep(0.01)
        return self.correos

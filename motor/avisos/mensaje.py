"""De los avisos de la bandeja al mensaje que viaja: sus partes, su identificador y a cuál contesta. Puro."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from modelos import Correo, ImagenDeCorreo

FIRMA = "\n\n-- \nPregonero, el pregonero del ayuntamiento\n"
_SEPARADOR = "\n\n" + "─" * 40 + "\n\n"
_A_QUIEN = " a "


@dataclass(frozen=True, slots=True, kw_only=True)
class Anexos:
    """Lo que un correo necesita además de sí mismo.

    imagenes: las suyas. raiz: el primer correo de su historia; None si es él, o si no es de ninguna.
    """

    imagenes: tuple[ImagenDeCorreo, ...] = ()
    raiz: Correo | None = None


def clave_para(correo: Correo, quien: str) -> str:
    """La clave del mismo correo cuando se repite sólo para una persona."""
    return f"{correo.clave}{_A_QUIEN}{quien}"[:200]


def clave_original(correo: Correo) -> str:
    """La del correo del que es copia; la suya, si no es copia de otro."""
    return correo.clave.partition(_A_QUIEN)[0]


def identificador(correos: Sequence[Correo], remitente: str) -> str:
    """El Message-ID: el mismo si lo mismo se manda otra vez, para que quien lo lee no lo vea doble.

    Si a los que esperaban se sumó otro aviso, el mensaje ya es otro.
    """
    quienes = "\n".join(f"{clave_original(c)} {c.creado_en.isoformat()}" for c in correos)
    huella = hashlib.sha256(quienes.encode()).hexdigest()[:32]
    return f"<pregonero-{huella}@{remitente.rpartition('@')[2] or 'localhost'}>"


def redactar_mensaje(
    correos: list[Correo], remitente: str, ahora: datetime, *, anexos: Anexos | None = None
) -> EmailMessage:
    """Un mensaje con uno o varios avisos del mismo grupo. anexos: sólo si es uno, y lleva html o es de una historia."""
    mensaje = EmailMessage()
    mensaje["From"] = f"Pregonero <{remitente}>"
    mensaje["To"] = correos[0].para
    asunto = correos[0].asunto
    if len(correos) > 1:
        asunto = f"{asunto} (y {len(correos) - 1} {'aviso' if len(correos) == 2 else 'avisos'} más)"
    mensaje["Subject"] = " ".join(asunto.split())
    mensaje["Date"] = format_datetime(ahora)
    mensaje["Message-ID"] = identificador(correos, remitente)
    mensaje["Auto-Submitted"] = "auto-generated"  # que un «estoy de vacaciones» no nos conteste (RFC 3834)
    if anexos is not None and anexos.raiz is not None:
        raiz = identificador([anexos.raiz], remitente)
        mensaje["In-Reply-To"] = raiz
        mensaje["References"] = raiz
    mensaje.set_content(_SEPARADOR.join(c.texto for c in correos) + FIRMA)
    if len(correos) == 1 and correos[0].html:
        _con_html(mensaje, correos[0].html, anexos.imagenes if anexos is not None else ())
    return mensaje


def _con_html(mensaje: EmailMessage, html: str, imagenes: Sequence[ImagenDeCorreo]) -> None:
    """multipart/alternative: el texto, y el html con sus imágenes dentro (multipart/related)."""
    mensaje.add_alternative(html, subtype="html")
    partes = mensaje.get_payload()
    assert isinstance(partes, list)  # noqa: S101 # lo acaba de hacer add_alternative
    parte = partes[-1]
    assert isinstance(parte, EmailMessage)  # noqa: S101 # ídem
    for imagen in imagenes:
        principal, _, secundario = imagen.mime.partition("/")
        parte.add_related(
            imagen.datos,
            maintype=principal,
            subtype=secundario,
            cid=f"<{imagen.cid}>",
            filename=imagen.nombre,
            disposition="inline",
        )

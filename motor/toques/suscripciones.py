"""Los aparatos que pidieron toques. La dirección la da el navegador: se mira como lo que escribió un desconocido."""

import base64
import binascii
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from modelos import Suscripcion
from motor.toques.bandeja import TEMAS

MAXIMAS = 10
"""Por persona; al pasarse se olvida la más vieja."""
_LARGO_DE_DIRECCION = 1000


class NoSirve(Exception):
    """Lo que mandó el navegador no es una suscripción; el mensaje lo dice."""


@dataclass(frozen=True, slots=True)
class Aparato:
    """Lo que da el navegador al suscribirse. p256dh: su llave pública; autenticacion: su secreto, en base64 de URL."""

    direccion: str = field(repr=False)
    p256dh: str = field(repr=False)
    autenticacion: str = field(repr=False)

    @classmethod
    def de(cls, direccion: str, p256dh: str, autenticacion: str, *, con_tls: bool = True) -> "Aparato":
        """Lanza NoSirve. con_tls: exigir https (sólo una prueba, en su propia máquina, puede no exigirlo)."""
        try:
            partes = urlsplit(direccion)
            puerto = partes.port
        except ValueError:
            raise NoSirve("La dirección del servicio de avisos no se entiende.") from None
        esquemas = ("https",) if con_tls else ("https", "http")
        extrana = not direccion.isascii() or any(c.isspace() or not c.isprintable() for c in direccion)
        if extrana or len(direccion) > _LARGO_DE_DIRECCION:
            raise NoSirve("La dirección del servicio de avisos no se entiende.")
        if partes.scheme not in esquemas or not partes.hostname or partes.username is not None:
            raise NoSirve("La dirección del servicio de avisos no se entiende.")
        if con_tls and puerto not in (None, 443):
            raise NoSirve("El servicio de avisos de este navegador usa un puerto que no admitimos.")
        if len(_bytes(p256dh)) != 65 or _bytes(p256dh)[:1] != b"\x04" or len(_bytes(autenticacion)) != 16:
            raise NoSirve("Las llaves que dio el navegador no sirven.")
        return cls(direccion, p256dh, autenticacion)


def _bytes(escrito: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(escrito + "=" * (-len(escrito) % 4))
    except (binascii.Error, ValueError):
        return b""


def suscribir(
    sesion: Session,
    aparato: Aparato,
    *,
    usuario_id: int,
    sesion_id: int,
    temas: Collection[str],
    con_texto: bool,
    agente: str,
    ahora: datetime,
) -> Suscripcion:
    """Anotar un aparato, o cambiarle lo que quiere. Si era de otra persona, ahora es de quien lo tiene en la mano."""
    suya = sesion.scalars(select(Suscripcion).where(col(Suscripcion.direccion) == aparato.direccion)).first()
    if suya is not None and suya.usuario_id != usuario_id:
        quitar(sesion, suya.id)  # y con ella lo que esperaba salir para la otra persona
        suya = None
    if suya is None:
        suya = Suscripcion(
            usuario_id=usuario_id,
            sesion_id=sesion_id,
            direccion=aparato.direccion,
            p256dh=aparato.p256dh,
            autenticacion=aparato.autenticacion,
            creada_en=ahora,
        )
        sesion.add(suya)
    suya.sesion_id, suya.p256dh, suya.autenticacion = sesion_id, aparato.p256dh, aparato.autenticacion
    suya.temas, suya.con_texto = [t for t in TEMAS if t in temas], con_texto
    suya.agente = agente[:300]
    sesion.flush()
    _olvidar_las_que_sobran(sesion, usuario_id)
    return suya


def renovar(sesion: Session, direccion: str, *, usuario_id: int, sesion_id: int) -> bool:
    """Que siga valiendo en la sesión de ahora; False si ese aparato no es suyo."""
    suyo = (col(Suscripcion.direccion) == direccion, col(Suscripcion.usuario_id) == usuario_id)
    hechas = sesion.execute(update(Suscripcion).where(*suyo).values(sesion_id=sesion_id).returning(col(Suscripcion.id)))
    return hechas.first() is not None


def de_persona(sesion: Session, usuario_id: int) -> list[Suscripcion]:
    orden = select(Suscripcion).where(col(Suscripcion.usuario_id) == usuario_id)
    return list(sesion.scalars(orden.order_by(col(Suscripcion.id))))


def quitar_de(sesion: Session, suscripcion_id: int, *, usuario_id: int) -> bool:
    """False si no es suya."""
    suya = (col(Suscripcion.id) == suscripcion_id, col(Suscripcion.usuario_id) == usuario_id)
    return sesion.execute(delete(Suscripcion).where(*suya).returning(col(Suscripcion.id))).first() is not None


def quitar(sesion: Session, suscripcion_id: int) -> None:
    """Y lo que tuviera por mandar."""
    sesion.execute(delete(Suscripcion).where(col(Suscripcion.id) == suscripcion_id))


def _olvidar_las_que_sobran(sesion: Session, usuario_id: int) -> None:
    ids = [s.id for s in de_persona(sesion, usuario_id)]
    for de_mas in ids[: max(len(ids) - MAXIMAS, 0)]:
        quitar(sesion, de_mas)

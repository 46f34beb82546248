"""Las listas largas, por páginas: el cursor dice cuál fue la última que se vio, así que nada se repite ni se salta."""

import base64
import binascii
from datetime import UTC, datetime

from fastapi.exceptions import RequestValidationError

from panel.api.formas import ENTERO_MAXIMO

Ultima = tuple[datetime, int]


def cursor(en: datetime, id_: int) -> str:
    return base64.urlsafe_b64encode(f"{en.isoformat()}|{id_}".encode()).decode().rstrip("=")


def abrir_cursor(escrito: str) -> Ultima | None:
    """None si está vacío. Lanza RequestValidationError si no es uno que dimos."""
    if not escrito:
        return None
    try:
        texto = base64.b64decode(escrito + "=" * (-len(escrito) % 4), altchars=b"-_", validate=True).decode()
        en, _, id_ = texto.partition("|")
        ultima = (datetime.fromisoformat(en).astimezone(UTC), int(id_))
    except (ValueError, binascii.Error, OverflowError):
        raise _mal("siguiente") from None
    if not 0 < ultima[1] <= ENTERO_MAXIMO:
        raise _mal("siguiente")
    return ultima


def instante(escrito: datetime) -> datetime:
    """En UTC. Lanza RequestValidationError si no dice su zona, o si no cabe en el calendario."""
    try:
        if escrito.tzinfo is None:
            raise _mal("desde, hasta")
        return escrito.astimezone(UTC)
    except OverflowError:
        raise _mal("desde, hasta") from None


def _mal(campo: str) -> RequestValidationError:
    return RequestValidationError([{"loc": ("query", campo), "msg": "", "type": "value_error"}])

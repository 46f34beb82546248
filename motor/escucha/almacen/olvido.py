"""La huella de quien pidió que no se guardara lo suyo: se reconoce a la persona sin tener su nombre."""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert as insertar_en_postgresql
from sqlalchemy.dialects.sqlite import insert as insertar_en_sqlite
from sqlmodel import Session, col, select

from conectores.contrato_escucha import Autor
from modelos import Base, Secreto, tabla
from modelos.escucha import Olvidado
from motor.escucha.almacen.granel import entre

_NOMBRE = "olvido"
_ALGUNO = select(tabla(Olvidado).c.huella).limit(1)


@dataclass(frozen=True, slots=True)
class Firma:
    """Con qué se hacen las huellas. Su repr no enseña la clave."""

    _clave: bytes

    def __repr__(self) -> str:
        return "Firma(•••)"

    def huellas(self, red: str, autor: Autor) -> tuple[str, ...]:
        """Las huellas de una persona en una red: por su identificador y por su usuario; por su nombre si no hay más."""
        senas = [("id", autor.id), ("usuario", autor.usuario.removeprefix("@").lower())]
        if not any(valor for _, valor in senas):
            senas = [("nombre", autor.nombre.strip().lower())]
        return tuple(self._huella(f"{red}|{que}|{valor}") for que, valor in senas if valor)

    def de_mensaje(self, red: str, id_externo: str) -> str:
        """La de un mensaje suyo: lo reconoce aunque llegue otra vez por donde la red no dice de quién es."""
        return self._huella(f"{red}|mensaje|{id_externo}")

    def _huella(self, sena: str) -> str:
        return hmac.digest(self._clave, sena.encode(errors="replace"), hashlib.sha256).hex()


def abrir_firma(principal: Base) -> Firma:
    """La de esta oficina; si no la tiene todavía, se hace."""
    with principal.leer() as sesion:
        secreto = sesion.get(Secreto, _NOMBRE)
    if secreto is None:
        insertar = insertar_en_sqlite if principal.es_sqlite else insertar_en_postgresql
        with principal.escribir() as sesion:  # si otro proceso la hizo a la vez, vale la suya
            nueva = insertar(Secreto).values(nombre=_NOMBRE, valor=secrets.token_hex(32))
            sesion.execute(nueva.on_conflict_do_nothing())
        with principal.leer() as sesion:
            secreto = sesion.get_one(Secreto, _NOMBRE)
    return Firma(bytes.fromhex(secreto.valor))


def hay_olvidados(sesion: Session) -> bool:
    return sesion.connection().execute(_ALGUNO).first() is not None


def olvidadas(sesion: Session, huellas: Collection[str]) -> frozenset[str]:
    """Cuáles de esas huellas son de alguien que pidió el olvido."""
    if not huellas:
        return frozenset()
    return frozenset(
        sesion.exec(
            select(col(Olvidado.huella)).where(entre(sesion.connection(), col(Olvidado.huella), sorted(huellas)))
        )
    )


def apuntar(sesion: Session, huellas: Iterable[str], *, ahora: datetime) -> None:
    """Recordar que lo de estas personas no se guarda. Apuntarlas dos veces no importa."""
    filas = [{"huella": huella, "olvidado_en": ahora} for huella in sorted(set(huellas))]
    if filas:
        es_sqlite = sesion.connection().dialect.name == "sqlite"
        insertar = insertar_en_sqlite if es_sqlite else insertar_en_postgresql
        sesion.execute(insertar(Olvidado).on_conflict_do_nothing(), filas)

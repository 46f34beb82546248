"""Frenar a quien prueba contraseñas sin dejar fuera a su dueña.

Se cuentan los fallos de cada pareja de cuenta y dirección, de cada dirección, y de cada cuenta. La pareja espera cada
vez más; la cuenta, atacada desde muchos sitios, nunca más de medio minuto: nadie puede cerrarle la puerta a la
coordinadora.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from modelos import IntentoDeEntrada

VENTANA = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Regla:
    """Tras `gratis` fallos se espera 2 segundos, y el doble con cada uno más, hasta `tope`."""

    gratis: int
    tope: timedelta


PAREJA = Regla(5, timedelta(minutes=15))
DIRECCION = Regla(30, timedelta(minutes=15))
CUENTA = Regla(20, timedelta(seconds=30))


def espera(regla: Regla, fallos: int) -> timedelta:
    """Cuánto hay que esperar desde el último fallo. Pura."""
    if fallos < regla.gratis:
        return timedelta()
    return min(timedelta(seconds=2 ** min(fallos - regla.gratis + 1, 20)), regla.tope)


def _claves(correo: str, direccion: str) -> Mapping[str, Regla]:
    return {
        f"pareja:{correo}|{direccion}"[:300]: PAREJA,
        f"direccion:{direccion}"[:300]: DIRECCION,
        f"cuenta:{correo}"[:300]: CUENTA,
    }


def cuanto_falta(sesion: Session, correo: str, direccion: str, *, ahora: datetime) -> timedelta:
    """Lo que aún debe esperar antes de otro intento; cero si puede."""
    reglas = _claves(correo, direccion)
    orden = (
        select(col(IntentoDeEntrada.de), func.count(), func.max(col(IntentoDeEntrada.ocurrido_en)))
        .where(col(IntentoDeEntrada.de).in_(reglas), col(IntentoDeEntrada.ocurrido_en) > ahora - VENTANA)
        .group_by(col(IntentoDeEntrada.de))
    )
    faltan = [timedelta()]
    for de, fallos, ultimo in sesion.execute(orden):
        faltan.append(ultimo + espera(reglas[de], fallos) - ahora)
    return max(faltan)


def anotar_fallo(sesion: Session, correo: str, direccion: str, *, ahora: datetime) -> None:
    for de in _claves(correo, direccion):
        sesion.add(IntentoDeEntrada(de=de, ocurrido_en=ahora))
    sesion.execute(delete(IntentoDeEntrada).where(col(IntentoDeEntrada.ocurrido_en) < ahora - 2 * VENTANA))


def olvidar(sesion: Session, correo: str, direccion: str) -> None:
    """Entró: lo que falló desde ese sitio con esa cuenta ya no cuenta."""
    sesion.execute(delete(IntentoDeEntrada).where(col(IntentoDeEntrada.de) == f"pareja:{correo}|{direccion}"[:300]))

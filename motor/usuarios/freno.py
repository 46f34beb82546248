"""Frenar a quien prueba contraseñas sin dejar fuera a su dueña.

Se cuentan los fallos de cada pareja de cuenta y dirección, de cada dirección, y de cada cuenta. La pareja espera cada
vez más; la dirección y la cuenta, atacadas por muchos lados, nunca mucho: nadie puede cerrarle la puerta a la
coordinadora. Desde un aparato en que ella ya entró sólo cuentan los fallos de ese aparato.
"""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from modelos import IntentoDeEntrada
from motor.usuarios import turnos
from motor.usuarios.turnos import Turno

VENTANA = timedelta(minutes=30)
_LARGO = 300
"""Lo que cabe en la columna."""


@dataclass(frozen=True, slots=True)
class Regla:
    """Tras `gratis` fallos se espera 2 segundos, y el doble con cada uno más, hasta `tope`."""

    gratis: int
    tope: timedelta


PAREJA = Regla(5, timedelta(minutes=15))
DIRECCION = Regla(30, timedelta(minutes=1))
CUENTA = Regla(20, timedelta(seconds=30))
CUENTA_CON_CODIGO = Regla(10, timedelta(minutes=15))
"""Más dura: a quien prueba códigos sólo le falta eso."""


@dataclass(frozen=True, slots=True)
class Sitio:
    """Desde dónde se intenta. aparato: cuál de los que esa cuenta ya usó; vacío si no se sabe."""

    direccion: str
    aparato: str = ""


@dataclass(frozen=True, slots=True)
class Intento:
    """falta: cuánto hay que esperar; cero si se puede probar. filas: lo que se anotó, por si resulta bueno."""

    falta: timedelta
    filas: Sequence[int] = ()


def espera(regla: Regla, fallos: int) -> timedelta:
    """Cuánto hay que esperar desde el último fallo. Pura."""
    if fallos < regla.gratis:
        return timedelta()
    return min(timedelta(seconds=2 ** min(fallos - regla.gratis + 1, 20)), regla.tope)


def intentar(sesion: Session, correo: str, sitio: Sitio, *, ahora: datetime, con_codigo: bool = False) -> Intento:
    """Contarlo como fallo antes de saber si lo es: quien manda cien a la vez no prueba cien."""
    turnos.tomar(sesion, Turno.ENTRADA)
    reglas = _reglas(correo, sitio, con_codigo=con_codigo)
    falta = cuanto_falta(sesion, reglas, ahora=ahora)
    if falta > timedelta():
        return Intento(falta)
    sesion.execute(delete(IntentoDeEntrada).where(col(IntentoDeEntrada.ocurrido_en) < ahora - 2 * VENTANA))
    nuevas = [IntentoDeEntrada(de=de, ocurrido_en=ahora) for de in reglas]
    sesion.add_all(nuevas)
    sesion.flush()
    return Intento(timedelta(), [n.id for n in nuevas])


def acertar(sesion: Session, intento: Intento, correo: str, sitio: Sitio) -> None:
    """Era bueno: no fue un fallo, y lo que falló antes desde ese sitio con esa cuenta ya no cuenta."""
    suyo = next(iter(_reglas(correo, sitio, con_codigo=False)))
    sesion.execute(delete(IntentoDeEntrada).where(col(IntentoDeEntrada.de) == suyo))
    sesion.execute(delete(IntentoDeEntrada).where(col(IntentoDeEntrada.id).in_(intento.filas)))


def cuanto_falta(sesion: Session, reglas: Mapping[str, Regla], *, ahora: datetime) -> timedelta:
    orden = (
        select(col(IntentoDeEntrada.de), func.count(), func.max(col(IntentoDeEntrada.ocurrido_en)))
        .where(col(IntentoDeEntrada.de).in_(reglas), col(IntentoDeEntrada.ocurrido_en) > ahora - VENTANA)
        .group_by(col(IntentoDeEntrada.de))
    )
    faltan = [timedelta()]
    for de, fallos, ultimo in sesion.execute(orden):
        faltan.append(ultimo + espera(reglas[de], fallos) - ahora)
    return max(faltan)


def _reglas(correo: str, sitio: Sitio, *, con_codigo: bool) -> Mapping[str, Regla]:
    """Lo que se cuenta de un intento, lo más suyo primero."""
    if sitio.aparato:
        return {f"aparato:{sitio.aparato}|{correo}"[:_LARGO]: PAREJA}
    lugar = _lugar(sitio.direccion)
    return {
        f"pareja:{lugar}|{correo}"[:_LARGO]: PAREJA,
        f"direccion:{lugar}"[:_LARGO]: DIRECCION,
        f"cuenta:{correo}"[:_LARGO]: CUENTA_CON_CODIGO if con_codigo else CUENTA,
    }


def _lugar(direccion: str) -> str:
    """En IPv6 una casa tiene trillones de direcciones: se cuenta su red."""
    try:
        ip = ipaddress.ip_address(direccion)
    except ValueError:
        return direccion[:64]
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)

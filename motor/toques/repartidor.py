"""Mandar los toques: al menos una vez, y sólo mientras sirva decirlo.

2xx        lo tomó el servicio
404, 410   ese aparato ya no existe: se olvida
429, 5xx   más tarde, cada vez más espaciado
lo demás   no lo aceptará nunca: se anota y se deja
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from py_vapid import Vapid02
from sqlalchemy import select, text, update
from sqlmodel import Session, col

from modelos import Base, Sesion, Suscripcion, Toque, Usuario
from motor.reloj import Reloj
from motor.toques import bandeja, suscripciones
from motor.toques.sobre import AparatoIlegible, cerrar

logger = logging.getLogger(__name__)

PRIMERA_ESPERA = timedelta(seconds=15)
ESPERA_MAXIMA = timedelta(minutes=15)
RESERVA = timedelta(minutes=3)
A_LA_VEZ = 20
_YA_NO_ESTA = frozenset({404, 410})


class NoSalio(Exception):
    """No se pudo hablar con el servicio; se intenta más tarde."""


class DestinoProhibido(Exception):
    """La dirección lleva a donde no debe (la red interna): nunca se le mandará nada."""


@dataclass(frozen=True, slots=True)
class Acuse:
    """Lo que contestó el servicio. espera: la que pidió, si pidió una."""

    estado: int
    espera: timedelta | None = None


Mandar = Callable[[str, bytes, Mapping[str, str]], Acuse]
"""(dirección, cuerpo, cabeceras): la puerta a la red. Lanza NoSalio o DestinoProhibido."""


@dataclass(slots=True)
class Repartidor:
    """contacto: a quién busca el servicio si algo va mal («mailto:…» o «https://…»)."""

    base: Base
    reloj: Reloj
    vapid: Vapid02
    contacto: str
    mandar: Mandar
    _limpiado_en: datetime | None = None

    def repartir(self) -> int:
        """Mandar los que tocan; cuántos salieron. No lanza por lo que haga un servicio."""
        salidos = 0
        for toque, suya in self._apartar():
            salidos += self._llevar(toque, suya)
        self._limpiar()
        return salidos

    def _apartar(self) -> list[tuple[Toque, Suscripcion]]:
        """Los que tocan, reservados un rato: dos procesos no mandan lo mismo, y si éste muere salen al acabar.

        Los que ya no sirven se dan por hechos sin mandarlos: vencieron, o se cerró la sesión desde la que se pidieron.
        """
        ahora = self.reloj.ahora()
        toca = (text("mandado_en IS NULL"), col(Toque.proximo_en) <= ahora)
        with self.base.leer() as sesion:
            if sesion.scalars(select(col(Toque.id)).where(*toca).limit(1)).first() is None:
                return []
        with self.base.escribir() as sesion:
            ids = sesion.scalars(select(col(Toque.id)).where(*toca).order_by(col(Toque.proximo_en)).limit(A_LA_VEZ))
            vivos, hechos = _repartidos(sesion, list(ids), ahora)
            _cambiar(sesion, hechos, mandado_en=ahora)
            _cambiar(sesion, [t.id for t, _ in vivos], proximo_en=ahora + RESERVA)
            return vivos

    def _llevar(self, toque: Toque, suya: Suscripcion) -> bool:
        ahora = self.reloj.ahora()
        try:
            sobre = cerrar(toque, suya, vapid=self.vapid, contacto=self.contacto, ahora=ahora)
            acuse = self.mandar(sobre.direccion, sobre.cuerpo, sobre.cabeceras)
        except NoSalio as error:
            self._mas_tarde(toque, None, str(error))
            return False
        except (AparatoIlegible, DestinoProhibido) as error:
            self._olvidar(suya, str(error))
            return False
        if acuse.estado in _YA_NO_ESTA:
            self._olvidar(suya, f"contestó {acuse.estado}")
            return False
        if acuse.estado == 429 or acuse.estado >= 500:
            self._mas_tarde(toque, acuse.espera, f"contestó {acuse.estado}")
            return False
        if not 200 <= acuse.estado < 300:
            logger.warning("El servicio de avisos no aceptó un toque (%d).", acuse.estado, extra={"accion": "toque_no"})
        with self.base.escribir() as sesion:
            _cambiar(sesion, [toque.id], mandado_en=ahora)
        return 200 <= acuse.estado < 300

    def _mas_tarde(self, toque: Toque, espera: timedelta | None, motivo: str) -> None:
        proximo = self.reloj.ahora() + max(espera_de(toque.fallos), espera or timedelta())
        with self.base.escribir() as sesion:
            _cambiar(sesion, [toque.id], fallos=toque.fallos + 1, proximo_en=proximo)
        if not toque.fallos:
            logger.warning("Un toque al teléfono espera: %s.", motivo, extra={"accion": "toque_espera"})

    def _olvidar(self, suya: Suscripcion, motivo: str) -> None:
        with self.base.escribir() as sesion:
            suscripciones.quitar(sesion, suya.id)
        logger.info("Un aparato ya no recibe toques: %s.", motivo, extra={"accion": "suscripcion_quitada"})

    def _limpiar(self) -> None:
        ahora = self.reloj.ahora()
        if self._limpiado_en is None or ahora - self._limpiado_en > timedelta(hours=1):
            self._limpiado_en = ahora
            with self.base.escribir() as sesion:
                bandeja.olvidar_viejos(sesion, ahora)


def espera_de(fallos: int) -> timedelta:
    """15 s, 30 s, 1 min, 2 min… hasta 15 min. Pura."""
    return min(PRIMERA_ESPERA * (1 << min(fallos, 10)), ESPERA_MAXIMA)


def _repartidos(sesion: Session, ids: list[int], ahora: datetime) -> tuple[list[tuple[Toque, Suscripcion]], list[int]]:
    """Los que hay que mandar, con a quién; y los ids de los que ya no."""
    orden = (
        select(Toque, Suscripcion)
        .join(Suscripcion, col(Suscripcion.id) == col(Toque.suscripcion_id))
        .join(Sesion, col(Sesion.id) == col(Suscripcion.sesion_id))
        .join(Usuario, col(Usuario.id) == col(Suscripcion.usuario_id))
        .where(
            col(Toque.id).in_(ids), col(Toque.vence_en) > ahora, col(Usuario.activo), col(Sesion.cerrada_en).is_(None)
        )
    )
    vivos = [(toque, suya) for toque, suya in sesion.execute(orden)]
    quedan = {t.id for t, _ in vivos}
    return vivos, [i for i in ids if i not in quedan]


def _cambiar(sesion: Session, ids: list[int], **valores: object) -> None:
    if ids:
        orden = update(Toque).where(col(Toque.id).in_(ids)).values(**valores)
        sesion.execute(orden.execution_options(synchronize_session=False))

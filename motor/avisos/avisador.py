"""Avisador: lo que el demonio llama para que nadie se entere tarde.

`atender()` cada diez segundos; `resumenes()` cada minuto; `mensajero.repartir()` cada pocos segundos, aparte, porque
un canal que no contesta tarda. Ninguna lanza por algo de una sola regla: se anota y se sigue con las demás; sólo lanzan
si la base no contesta, y la vez siguiente no se pierde nada.
"""

import logging
from collections.abc import Callable
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as SinConexiones
from sqlmodel import col

from modelos import Correo
from motor.avisos.alzas.picos import atender_picos, cerrar_las_que_pasaron
from motor.avisos.canales import Mensajero
from motor.avisos.enterada.enlaces import Enlaces
from motor.avisos.historias.escalada import escalar
from motor.avisos.historias.limpieza import vaciar_mandados
from motor.avisos.historias.mesa import Mesa
from motor.avisos.pedidos.menciones import Menciones
from motor.avisos.pedidos.metas import atender_metas
from motor.avisos.resumen import debidos, mandar
from motor.escucha.entorno import EntornoDeEscucha
from motor.medios_publicos import Firmante

logger = logging.getLogger(__name__)


class Avisador:
    def __init__(
        self, escucha: EntornoDeEscucha, *, firmante: Firmante | None = None, canales: tuple[str, ...] = ()
    ) -> None:
        """firmante: sólo si el panel tiene dirección pública.

        canales: las direcciones de Apprise.
        """
        self._escucha = escucha
        self.mesa = mesa_de(escucha, enlaces=Enlaces.de_firmante(firmante), canales=canales)
        self.mensajero = Mensajero(escucha.principal.base, escucha.reloj, canales)
        self._menciones = Menciones(escucha)
        self._sin_nada_que_contar: date | None = None

    def atender(self) -> int:
        """Alzas, menciones, las que ya pasaron y las que nadie atendió; cuántas cosas hizo."""
        return (
            self._protegida("las alzas", lambda: atender_picos(self._escucha, self.mesa))
            + self._protegida("las alzas que pasaron", lambda: cerrar_las_que_pasaron(self._escucha, self.mesa))
            + self._protegida("las menciones", lambda: self._menciones.atender(self.mesa))
            + self._protegida("las que nadie atendió", lambda: escalar(self._escucha.principal, self.mesa))
        )

    def resumenes(self) -> int:
        """Metas, resúmenes y limpieza de la bandeja; cuántos correos dejó escritos."""
        metas = self._menciones.pedido().metas
        hechos = self._protegida("las metas", lambda: atender_metas(self._escucha.principal, metas, self.mesa))
        hechos += self._protegida("los resúmenes", self._resumir)
        self._protegida("la limpieza", lambda: vaciar_mandados(self._escucha.principal))
        return hechos

    def _resumir(self) -> int:
        escritos = 0
        for debido in debidos(self.mesa.reglas, self._escucha.reloj.ahora(), self.mesa.zona):
            if (debido.dias == 1 and debido.hasta == self._sin_nada_que_contar) or self._ya_esta(debido.clave):
                continue
            if mandar(self._escucha, debido, para=self.mesa.para):
                escritos += 1
            elif debido.dias == 1:
                self._sin_nada_que_contar = debido.hasta
        return escritos

    def _ya_esta(self, clave: str) -> bool:
        with self._escucha.principal.base.leer() as sesion:
            return sesion.scalars(select(col(Correo.id)).where(col(Correo.clave) == clave)).first() is not None

    @staticmethod
    def _protegida(que: str, tarea: Callable[[], int]) -> int:
        try:
            return tarea()
        except (OperationalError, InterfaceError, SinConexiones):
            raise  # la base no contesta: ya lo dice el demonio, y una sola vez
        except Exception as error:  # una regla que falla no debe callar a las demás
            logger.error("No se pudo atender %s.", que, exc_info=error, extra={"accion": "aviso_falla"})
            return 0


def mesa_de(escucha: EntornoDeEscucha, *, enlaces: Enlaces | None = None, canales: tuple[str, ...] = ()) -> Mesa:
    reglas = escucha.reglas
    return Mesa(para=reglas.coordinacion, reglas=reglas.avisos, zona=reglas.zona, enlaces=enlaces, canales=canales)

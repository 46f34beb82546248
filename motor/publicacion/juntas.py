"""Escribir juntos: mientras un hilo escribe, los demás hacen fila, y el primero de la fila escribe por todos.

Confirmar treinta intenciones en una transacción cuesta poco más que confirmar una. Nadie espera a que se llene nada:
quien llega y no encuentra a nadie escribe en seguida lo suyo.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Pedido = TypeVar("Pedido")
Respuesta = TypeVar("Respuesta")

MAXIMO = 64


class _Turno(Generic[Pedido, Respuesta]):
    def __init__(self, pedido: Pedido) -> None:
        self.pedido = pedido
        self.despierta = threading.Event()
        self.hecho = False
        self.respuesta: list[Respuesta] = []
        self.error: BaseException | None = None


class Junta(Generic[Pedido, Respuesta]):
    """hacer: cumple varios pedidos y da sus respuestas en el mismo orden; una excepción como respuesta se lanza sólo
    para quien la pidió. Si lanza, lanza para todos ellos.
    """

    def __init__(self, hacer: Callable[[Sequence[Pedido]], Sequence[Respuesta | Exception]]) -> None:
        self._hacer = hacer
        self._fila: list[_Turno[Pedido, Respuesta]] = []
        self._ocupada = False
        self._candado = threading.Lock()

    def pedir(self, pedido: Pedido) -> Respuesta:
        turno = _Turno[Pedido, Respuesta](pedido)
        with self._candado:
            self._fila.append(turno)
            manda, self._ocupada = not self._ocupada, True
        if not manda:
            turno.despierta.wait()
        if not turno.hecho:  # es el primero de la fila: le toca escribir por todos
            self._escribir()
        if turno.error is not None:
            raise turno.error
        return turno.respuesta[0]

    def _escribir(self) -> None:
        with self._candado:
            tanda, self._fila = self._fila[:MAXIMO], self._fila[MAXIMO:]
        try:
            respuestas = self._hacer([t.pedido for t in tanda])
            for turno, respuesta in zip(tanda, respuestas, strict=True):
                if isinstance(respuesta, Exception):
                    turno.error = respuesta
                else:
                    turno.respuesta.append(respuesta)
        except BaseException as error:  # también una muerte a propósito en las pruebas: nadie debe quedar esperando
            for turno in tanda:
                turno.error = error
        finally:
            with self._candado:
                siguiente = self._fila[0] if self._fila else None
                self._ocupada = siguiente is not None
            for turno in tanda:
                turno.hecho = True
                turno.despierta.set()
            if siguiente is not None:
                siguiente.despierta.set()

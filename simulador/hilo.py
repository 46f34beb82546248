"""Un bucle de asyncio en su propio hilo, para que una prueba corriente use servidores que viven en él."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
_ESPERA_S = 10


class BucleEnHilo:
    def __init__(self, nombre: str) -> None:
        self._bucle = asyncio.new_event_loop()
        self._hilo = threading.Thread(target=self._bucle.run_forever, name=nombre, daemon=True)

    def arrancar(self) -> None:
        self._hilo.start()

    def esperar(self, corrutina: Coroutine[Any, Any, T]) -> T:
        """Correrla en el hilo del bucle y devolver su resultado. Lanza TimeoutError a los diez segundos."""
        return asyncio.run_coroutine_threadsafe(corrutina, self._bucle).result(_ESPERA_S)

    def hacer(self, funcion: Callable[[], T]) -> T:
        """Llamarla en el hilo del bucle, que es el único que toca lo que vive en él."""

        async def llamar() -> T:
            return funcion()

        return self.esperar(llamar())

    def cerrar(self) -> None:
        self.esperar(_cancelar_lo_pendiente())
        self._bucle.call_soon_threadsafe(self._bucle.stop)
        self._hilo.join(_ESPERA_S)
        self._bucle.close()


async def _cancelar_lo_pendiente() -> None:
    pendientes = asyncio.all_tasks() - {asyncio.current_task()}
    for tarea in pendientes:
        tarea.cancel()
    await asyncio.gather(*pendientes, return_exceptions=True)

"""Hacer varias cosas en el mismo instante, cada una en su hilo."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def a_la_vez(*tareas: Callable[[], T]) -> Sequence[T | Exception]:
    """Lo que dio cada una, o lo que lanzó."""
    salida = threading.Barrier(len(tareas))
    dado: list[T | Exception] = [RuntimeError("no acabó")] * len(tareas)

    def correr(n: int, tarea: Callable[[], T]) -> None:
        salida.wait(10)
        try:
            dado[n] = tarea()
        except Exception as error:
            dado[n] = error

    hilos = [threading.Thread(target=correr, args=(n, t)) for n, t in enumerate(tareas)]
    for hilo in hilos:
        hilo.start()
    for hilo in hilos:
        hilo.join(30)
    return dado

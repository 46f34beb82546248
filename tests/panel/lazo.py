"""Correr algo asíncrono aparte: en el hilo de las pruebas puede estar ya el lazo del navegador."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Valor = TypeVar("Valor")


def correr(tarea: Coroutine[Any, Any, Valor]) -> Valor:
    with ThreadPoolExecutor(1) as aparte:
        return aparte.submit(asyncio.run, tarea).result()

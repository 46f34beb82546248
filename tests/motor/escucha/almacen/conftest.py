from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from conectores.contrato_escucha import Oido, Tanda
from modelos.escucha import Fuente
from motor.escucha.almacen.guardar import Guardado, guardar
from motor.escucha.entorno import EntornoDeEscucha
from tests.conftest import COMIENZO
from tests.motor.escucha.almacen.dichos import entender


@pytest.fixture
def fuente_de(escucha: EntornoDeEscucha) -> Callable[..., Fuente]:
    def crear(clave: str = "f1", **columnas: Any) -> Fuente:
        obligadas = {"red": "memoria", "desde": COMIENZO - timedelta(days=1), "proxima_en": COMIENZO}
        with escucha.base.escribir() as sesion:
            fuente = Fuente(**({"clave": clave} | obligadas | columnas))
            sesion.add(fuente)
        return fuente

    return crear


@pytest.fixture
def llega(escucha: EntornoDeEscucha, fuente_de: Callable[..., Fuente]) -> Callable[..., Guardado]:
    """Guarda esos mensajes, como si los hubiera mandado la fuente «f1» (u otra)."""
    fuentes: dict[str, Fuente] = {}

    def llegar(*oidos: Oido, de: str = "f1", **campos: Any) -> Guardado:
        if de not in fuentes:
            fuentes[de] = fuente_de(de)
        return guardar(escucha, fuentes[de], Tanda(oidos=oidos, **campos), entender=entender)

    return llegar

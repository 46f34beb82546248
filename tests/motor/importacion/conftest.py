from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from conectores import registro
from modelos import Lectura, Medicion, Perfil, Vista
from motor.entorno import Entorno
from motor.importacion.importador import Opciones, Resumen, importar_archivo
from tests.motor.importacion.tablas import NOMBRE_DE_PAGINA, PAGINA

AYER = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)


class Oficina:
    """Importar y mirar lo que quedó."""

    def __init__(self, entorno: Entorno, perfil_de: Callable[..., Perfil]) -> None:
        self.entorno = entorno
        self.perfil_de = perfil_de

    def importar(self, ruta: Path, **opciones: Any) -> Resumen:
        (resumen,) = self.importar_hojas(ruta, **opciones)
        return resumen

    def importar_hojas(self, ruta: Path, **opciones: Any) -> list[Resumen]:
        dichas = {"zona": self.entorno.reglas.zona, "fecha": AYER} | opciones
        return importar_archivo(self.entorno, ruta, Opciones(**dichas))

    def vistas(self) -> list[Vista]:
        with self.entorno.base.leer() as sesion:
            return list(sesion.exec(select(Vista).order_by(col(Vista.id))))

    def lecturas(self) -> list[Lectura]:
        with self.entorno.base.leer() as sesion:
            return list(sesion.exec(select(Lectura).order_by(col(Lectura.id))))

    def mediciones(self) -> list[Medicion]:
        with self.entorno.base.leer() as sesion:
            return list(sesion.exec(select(Medicion).order_by(col(Medicion.id))))

    def numeros(self) -> dict[str, int]:
        """Los de la única lectura, o los últimos de cada métrica."""
        return {m.metrica: m.valor for m in self.mediciones()}


@pytest.fixture
def oficina(entorno: Entorno, perfil_de: Callable[..., Perfil]) -> Oficina:
    return Oficina(replace(entorno, exportaciones=registro.exportaciones), perfil_de)


@pytest.fixture
def pagina(oficina: Oficina) -> Perfil:
    return oficina.perfil_de("facebook", nombre="facebook-ayuntamiento", id_externo=PAGINA, titulo=NOMBRE_DE_PAGINA)

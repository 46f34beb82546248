"""El arnés: lo que la suite de contrato necesita de cada red para probar su conector.

Cada red da el suyo en `tests/conectores/<red>/arnes.py`: una `MUESTRA` con un acceso, una pieza de ejemplo, cuál de
sus peticiones es la visible y cómo encender el otro extremo (el simulador o un servidor oficial). Entre el conector y
ese extremo va un `Intermediario`, que anota y estropea; así los cortes son los mismos para todas las redes.
"""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image

from conectores import registro
from conectores.contrato import (
    Acceso,
    Adjunto,
    Busqueda,
    Conector,
    EnProceso,
    Pieza,
    Preparada,
    TipoDeMedio,
    calcular_huella,
)
from tests.intermediario import Intermediario, Recibida, Sabotaje

SIN_NADIE = "http://127.0.0.1:9"
"""Un puerto en el que nadie escucha."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extremo:
    """El otro lado, encendido. publicadas: los identificadores de lo que la gente ve.

    sabotear: sólo si la red no habla HTTP y hay que estropearla desde dentro.
    """

    acceso: Acceso
    publicadas: Callable[[], list[str]]
    sabotear: Callable[[Sabotaje], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Muestra:
    """acceso: uno completo, aunque su url no lleve a nadie. rechazadas: credenciales que la red no reconoce.

    prepara_en_la_red: si preparar la pieza sube algo; si no, no hay nada que cortar ahí.
    """

    acceso: Acceso
    rechazadas: Mapping[str, str]
    pieza: Callable[[str, Path], Pieza]
    es_visible: Callable[[Recibida], bool]
    encender: Callable[[], AbstractContextManager[Extremo]]
    prepara_en_la_red: bool = True


def muestra_de(red: str) -> Muestra:
    try:
        modulo = import_module(f"tests.conectores.{red}.arnes")
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("tests."):
            pytest.skip(f"falta la biblioteca {error.name}")
        pytest.fail(f"La red «{red}» no tiene arnés: escriba tests/conectores/{red}/arnes.py.")
    return cast(Muestra, modulo.MUESTRA)


class Arnes:
    """Una red encendida, lista para una prueba."""

    def __init__(
        self, red: str, muestra: Muestra, extremo: Extremo, intermediario: Intermediario | None, carpeta: Path
    ) -> None:
        self.red = red
        self.muestra = muestra
        self.extremo = extremo
        self.intermediario = intermediario
        self._carpeta = carpeta
        url = intermediario.url if intermediario else extremo.acceso.url
        self.acceso = replace(extremo.acceso, url=url)

    def abrir(self, **cambios: Any) -> Conector:
        return registro.abrir(self.red, replace(self.acceso, **cambios))

    def pieza(self, texto: str) -> Pieza:
        return self.muestra.pieza(texto, self._carpeta)

    def preparar(self, pieza: Pieza, *, clave: str = "clave-1") -> Preparada:
        """Preparada del todo, y pasada por JSON como cuando la lee otro proceso."""
        conector, limite = self.abrir(), time.monotonic() + 20
        resultado = conector.preparar(pieza, clave=clave)
        while isinstance(resultado, EnProceso):
            assert time.monotonic() < limite, "la red no termina de procesar"
            time.sleep(0.02)
            resultado = conector.preparar(pieza, clave=clave, previa=resultado.preparada)
        return Preparada(json.loads(json.dumps(resultado.datos)))

    def publicadas(self) -> list[str]:
        return self.extremo.publicadas()

    def visibles(self) -> list[Recibida]:
        """Las peticiones visibles que llegaron a salir."""
        recibidas = self.intermediario.recibidas if self.intermediario else []
        return [r for r in recibidas if self.muestra.es_visible(r)]

    def sabotear(self, sabotaje: Sabotaje) -> None:
        (self.extremo.sabotear or self._intermediario.sabotear)(sabotaje)

    def sabotear_la_visible(self, **como: Any) -> None:
        self.sabotear(Sabotaje(cuando=self.muestra.es_visible, **como))

    def exigir_http(self) -> Intermediario:
        if self.intermediario is None:
            pytest.skip(f"la red «{self.red}» no habla HTTP")
        return self.intermediario

    @property
    def _intermediario(self) -> Intermediario:
        assert self.intermediario is not None
        return self.intermediario


def busqueda(
    pieza: Pieza, preparada: Preparada, *, clave: str = "clave-1", adoptados: frozenset[str] = frozenset()
) -> Busqueda:
    return Busqueda(
        pieza=pieza,
        preparada=preparada,
        huella=calcular_huella(pieza.texto, len(pieza.adjuntos)),
        clave=clave,
        desde=datetime.now(UTC) - timedelta(seconds=30),
        ya_adoptados=adoptados,
    )


def permitir() -> None:
    """Un permiso que siempre se da."""


def foto(carpeta: Path, *, lado: int = 640) -> Adjunto:
    ruta = carpeta / "foto.jpg"
    if not ruta.exists():
        Image.new("RGB", (lado, lado), "teal").save(ruta)
    return Adjunto(
        ruta=ruta,
        tipo=TipoDeMedio.IMAGEN,
        mime="image/jpeg",
        peso_bytes=ruta.stat().st_size,
        ancho=lado,
        alto=lado,
        texto_alternativo="Un cuadro verde azulado.",
    )


def con_foto(texto: str, carpeta: Path) -> Pieza:
    return Pieza(texto=texto, adjuntos=(foto(carpeta),))

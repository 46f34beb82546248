"""De qué exportación son los renglones de una hoja: se sabe por sus títulos. Puro."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from conectores.contrato_exportacion import Dato, Exportacion, Exportaciones, Grano, Titulos
from motor.entrada.entender.campos import llano
from motor.entrada.leer.hoja import letra
from motor.importacion.celdas import texto_de
from motor.importacion.hojas import Fila, Valor

RENGLONES_DE_PORTADA = 30
"""Hasta dónde se busca el encabezado: hay tablas con un título, un periodo o un «sep=,» encima."""

_llano = lru_cache(maxsize=4096)(llano)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconocida:
    """Una tabla que se entiende.

    red: vacía si es la tabla propia, que vale para todas. encabezado: en qué renglón están los títulos (en una
    serie, el primer título suelto). datos, metricas: en qué columnas está cada uno, desde 0 y la preferida primero.
    sin_usar: los títulos que sólo se guardan en lo crudo.
    """

    red: str
    exportaciones: Exportaciones
    tipo: Exportacion
    encabezado: int
    titulos: tuple[str, ...]
    datos: Mapping[Dato, tuple[int, ...]] = field(default_factory=dict)
    metricas: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def sin_usar(self) -> tuple[str, ...]:
        if self.tipo.grano is Grano.SERIE:
            return ()
        usadas = {i for columnas in (*self.datos.values(), *self.metricas.values()) for i in columnas}
        return tuple(t for i, t in enumerate(self.titulos) if i not in usadas)


def reconocer(portada: Sequence[Fila], oficina: Mapping[str, Exportaciones]) -> tuple[Reconocida, ...]:
    """Las exportaciones que pueden ser: ninguna, una, o la misma tabla de varias redes (la sabrá el perfil).

    oficina: las de cada red, y la propia con la red vacía.
    """
    for numero, celdas in portada[:RENGLONES_DE_PORTADA]:
        titulos = titulos_de(celdas)
        halladas = [
            hallada
            for red, exportaciones in oficina.items()
            for tipo in exportaciones.tablas
            if (hallada := _casa(red, exportaciones, tipo, numero, titulos)) is not None
        ]
        if halladas:
            return tuple(_mejores(halladas))
    return ()


def titulos_de(celdas: Sequence[Valor]) -> tuple[str, ...]:
    """Los títulos de las columnas; la que no tiene se llama por su letra, y la repetida lleva número."""
    vistos: dict[str, int] = {}
    titulos = []
    for i, celda in enumerate(celdas, 1):
        titulo = texto_de(celda) or f"columna {letra(i)}"
        vistos[titulo] = vistos.get(titulo, 0) + 1
        titulos.append(titulo if vistos[titulo] == 1 else f"{titulo} ({vistos[titulo]})")
    return tuple(titulos)


def titulo_suelto(celdas: Sequence[Valor]) -> str:
    """El texto de un renglón que sólo tiene uno, en su primera celda; si no, vacío."""
    return texto_de(celdas[0]) if celdas and not any(c is not None for c in celdas[1:]) else ""


@lru_cache(maxsize=256)
def _llanos(titulos: Titulos) -> frozenset[str]:
    return frozenset(_llano(t) for t in titulos)


def es_alguno(titulo: str, titulos: Titulos) -> bool:
    return _llano(titulo) in _llanos(titulos)


def serie_de(tipo: Exportacion, titulo: str) -> str | None:
    """La métrica que cuenta una serie, por su título suelto."""
    return next((metrica for metrica, titulos in tipo.metricas.items() if es_alguno(titulo, titulos)), None)


def _casa(
    red: str, exportaciones: Exportaciones, tipo: Exportacion, numero: int, titulos: tuple[str, ...]
) -> Reconocida | None:
    if tipo.grano is Grano.SERIE:
        suelto = len(titulos) == 1 or all(t.startswith("columna ") for t in titulos[1:])
        if not suelto or serie_de(tipo, titulos[0]) is None:
            return None
        return Reconocida(red=red, exportaciones=exportaciones, tipo=tipo, encabezado=numero, titulos=titulos)
    hay: dict[str, int] = {}
    for i, titulo in enumerate(titulos):
        hay.setdefault(_llano(titulo), i)
    if not all(any(_llano(t) in hay for t in grupo) for grupo in tipo.senas):
        return None
    return Reconocida(
        red=red,
        exportaciones=exportaciones,
        tipo=tipo,
        encabezado=numero,
        titulos=titulos,
        datos={dato: c for dato, suyos in tipo.datos.items() if (c := tuple(_columnas(suyos, hay)))},
        metricas={m: c for m, suyos in tipo.metricas.items() if (c := tuple(_columnas(suyos, hay)))},
    )


def _columnas(titulos: Titulos, hay: Mapping[str, int]) -> Iterator[int]:
    return (hay[_llano(t)] for t in titulos if _llano(t) in hay)


def _mejores(halladas: Sequence[Reconocida]) -> Iterator[Reconocida]:
    """Las que más columnas entienden (la de publicaciones lleva también las del día); varias si empatan."""

    def cuanto(una: Reconocida) -> tuple[int, int]:
        return len(una.datos) + len(una.metricas), len(una.tipo.senas)

    mejor = max(map(cuanto, halladas))
    return (una for una in halladas if cuanto(una) == mejor)

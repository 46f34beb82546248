"""El arnés de oír y medir: lo que `test_escuchar.py` necesita de cada red que tenga alguno de esos poderes.

Cada red da el suyo en `tests/conectores/<red>/arnes.py`, en la constante `ESCUCHA`. Las que sólo se oyen (los medios,
por ejemplo) no tienen `MUESTRA`; con esta les basta. Entre el conector y el otro extremo va un `Intermediario`.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any, cast

import pytest

from conectores import registro
from conectores.contrato import Acceso, ErrorDeRed
from conectores.contrato_escucha import (
    Buscador,
    Canal,
    Competidor,
    Desde,
    Escucha,
    HechosDeEscucha,
    Medidor,
    Oido,
    Revisor,
    Tanda,
)
from tests.intermediario import Intermediario, Recibida, Sabotaje

PODERES = (Escucha, Buscador, Medidor, Competidor, Revisor)
_VUELTAS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtremoDeEscucha:
    """El otro lado, encendido.

    decir: que alguien diga un texto en un canal (o en la búsqueda, por su nombre); devuelve el id_externo que debe
    oírse.
    publicaciones: identificadores de publicaciones nuestras que ya están en la red, la más nueva primero.
    quitar: borrar de la red un mensaje dicho; None si allá no se puede. fallar: sólo si la red no habla HTTP.
    """

    acceso: Acceso
    decir: Callable[[str, str], str]
    publicaciones: tuple[str, ...] = ()
    quitar: Callable[[str], None] | None = None
    fallar: Callable[[ErrorDeRed], None] | None = None


def _nada(_: Recibida) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class MuestraDeEscucha:
    """acceso: uno completo, aunque su url no lleve a nadie. rechazadas: credenciales que la red no reconoce; vacío si
    no pide ninguna.

    mudos: canales que el otro extremo no sabe llenar. lee_sin_get: peticiones que no son GET y aun así no escriben nada
    que vea la gente (abrir sesión, una lectura por POST). repite_el_borde: la red sólo sabe de segundos, o no sabe de
    cursores, y al volver a preguntar repite lo último (el almacén lo guarda una vez). cuenta_visible, cuenta_ilegible:
    para retratar.
    """

    acceso: Acceso
    rechazadas: Mapping[str, str]
    encender: Callable[[], AbstractContextManager[ExtremoDeEscucha]]
    mudos: frozenset[str] = frozenset()
    lee_sin_get: Callable[[Recibida], bool] = _nada
    repite_el_borde: bool = False
    cuantos: int = 5
    cuenta_visible: str = ""
    cuenta_ilegible: str = ""


def redes_que_oyen() -> list[str]:
    """Las que ya tienen algún poder de oír o de medir; a las que les falta su biblioteca no se les pregunta."""
    return [red for red in sorted({**registro.CONECTORES, **registro.OYENTES}) if _poderes(red)]


def _poderes(red: str) -> bool:
    try:
        clase = registro.oyente(red)
    except ImportError:
        return False
    metodos = ("escuchar", "buscar", "medir_publicaciones", "retratar", "revisar")
    return any(hasattr(clase, metodo) for metodo in metodos)


def muestra_de_escucha(red: str) -> MuestraDeEscucha:
    try:
        modulo = import_module(f"tests.conectores.{red}.arnes")
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("tests."):
            pytest.skip(f"falta la biblioteca {error.name}")
        pytest.fail(f"La red «{red}» no tiene arnés: escriba tests/conectores/{red}/arnes.py con ESCUCHA.")
    if not hasattr(modulo, "ESCUCHA"):
        pytest.fail(f"La red «{red}» se oye y su arnés no lo dice: escriba ESCUCHA en tests/conectores/{red}/arnes.py.")
    return cast(MuestraDeEscucha, modulo.ESCUCHA)


class ArnesDeEscucha:
    """Una red encendida, lista para que se la oiga."""

    def __init__(
        self, red: str, muestra: MuestraDeEscucha, extremo: ExtremoDeEscucha, intermediario: Intermediario | None
    ) -> None:
        self.red = red
        self.muestra = muestra
        self.extremo = extremo
        self.intermediario = intermediario
        url = intermediario.url if intermediario else extremo.acceso.url
        self.acceso = replace(extremo.acceso, url=url)

    def abrir(self, **cambios: Any) -> object:
        return registro.oyente(self.red)(replace(self.acceso, **cambios))

    def con(self, poder: type[Any], **cambios: Any) -> Any:
        """El conector, si tiene ese poder; si no, la prueba no va con esta red."""
        conector = self.abrir(**cambios)
        if not isinstance(conector, poder):
            pytest.skip(f"la red «{self.red}» no es {poder.__name__}")
        return conector

    @property
    def hechos(self) -> HechosDeEscucha:
        hechos = registro.hechos_de_escucha(self.red)
        if hechos is None:
            pytest.skip(f"la red «{self.red}» no dice qué deja oír")
        return hechos

    def canales(self) -> list[Canal]:
        """Los que el otro extremo sabe llenar."""
        self.con(Escucha)
        canales = [c for c in self.hechos.canales if c.nombre not in self.muestra.mudos]
        if not canales:
            pytest.skip(f"el otro extremo de «{self.red}» no llena ningún canal")
        return canales

    def decir(self, canal: str, cuantos: int, *, texto: str = "Se inundó la avenida") -> list[str]:
        return [self.extremo.decir(canal, f"{texto} {i}") for i in range(cuantos)]

    def desde(self, cursor: str = "") -> Desde:
        hace_un_dia = datetime.now(UTC) - timedelta(days=1)
        return Desde(cursor=cursor, no_antes_de=hace_un_dia, publicaciones=self.extremo.publicaciones)

    def escurrir(self, preguntar: Callable[[Desde], Tanda], cursor: str = "") -> tuple[list[Oido], str]:
        """Preguntar hasta que no haya más: todo lo oído, en orden, y el último cursor."""
        oidos: list[Oido] = []
        for _ in range(_VUELTAS):
            tanda = preguntar(self.desde(cursor))
            oidos += tanda.oidos
            assert tanda.cursor != cursor or not tanda.hay_mas, "dice que hay más y no avanza"
            cursor = tanda.cursor
            if not tanda.hay_mas:
                return oidos, cursor
        raise AssertionError(f"tras {_VUELTAS} tandas todavía dice que hay más")

    def preguntas(self) -> dict[str, Callable[[Any], object]]:
        """Una pregunta de cada poder que tenga, por su nombre: para cortarlas todas."""
        conector, ids = self.abrir(), self.extremo.publicaciones[:1] or ("1",)
        todas: dict[str, Callable[[Any], object]] = {}
        if isinstance(conector, Escucha):
            for canal in self.hechos.canales:
                todas[canal.nombre] = lambda c, nombre=canal.nombre: c.escuchar(nombre, self.desde())
        if isinstance(conector, Buscador):
            consulta = conector.consultas(["avenida"])[0]
            todas["buscar"] = lambda c: c.buscar(consulta, self.desde())
        if isinstance(conector, Medidor):
            hace_un_dia = datetime.now(UTC) - timedelta(days=1)
            todas["medir_publicaciones"] = lambda c: c.medir_publicaciones(ids)
            todas["medir_perfil"] = lambda c: c.medir_perfil()
            todas["listar"] = lambda c: c.listar(hace_un_dia)
        if isinstance(conector, Revisor):
            todas["revisar"] = lambda c: c.revisar(ids)
        if isinstance(conector, Competidor) and self.muestra.cuenta_visible:
            todas["retratar"] = lambda c: c.retratar(self.muestra.cuenta_visible)
        return todas

    @property
    def cobra(self) -> bool:
        hechos = registro.hechos_de_escucha(self.red)
        return hechos is not None and any(c.costo for c in hechos.canales)

    def sabotear(self, sabotaje: Sabotaje) -> None:
        self.exigir_http().sabotear(sabotaje)

    def exigir_http(self) -> Intermediario:
        if self.intermediario is None:
            pytest.skip(f"la red «{self.red}» no habla HTTP")
        return self.intermediario

    def secretos(self) -> list[str]:
        dados = [*self.acceso.credenciales.items(), *self.muestra.rechazadas.items()]
        publicos = {self.acceso.id_externo, *(v for n, v in dados if n == "identificador")}
        return [v for _, v in dados if v and v not in publicos]

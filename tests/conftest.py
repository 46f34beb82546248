"""Lo que comparten las pruebas: un reloj que se adelanta a mano, una base de verdad y un entorno completo."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, Dialect, Engine, event
from sqlmodel import select

# La pantalla toma su ancho al importarse: que no dependa de quién la importó primero.
os.environ["COLUMNS"] = "200"

from conectores import registro
from conectores.contrato import Acceso, Conector
from modelos import Base, Perfil
from modelos.migraciones import ESCUCHAR, PUBLICAR, Cadena, migrar
from motor.entorno import Entorno
from motor.escucha.entorno import EntornoDeEscucha
from motor.reglas import Reglas
from tests.servidores.bluesky import NoDisponible
from tests.servidores.postgresql import ServidorPostgreSQL

COMIENZO = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
"""Domingo 22 de noviembre de 2026, 9:00 en el centro de México."""


class RelojFijo:
    """Un reloj que sólo anda cuando se le dice. `saltar` mueve la hora de pared sin que pase el tiempo."""

    def __init__(self, ahora: datetime = COMIENZO) -> None:
        self._ahora = ahora
        self._arranque_s = 1000.0

    def ahora(self) -> datetime:
        return self._ahora

    def desde_el_arranque(self) -> float:
        return self._arranque_s

    def avanzar(self, cuanto: timedelta) -> None:
        self._ahora += cuanto
        self._arranque_s += cuanto.total_seconds()

    def saltar(self, cuanto: timedelta) -> None:
        self._ahora += cuanto


_COMPILADO: dict[tuple[str, str], tuple[Dialect, dict[Any, Any]]] = {}


@event.listens_for(Engine, "engine_connect")
def _recordar_lo_compilado(conexion: Connection) -> None:
    """Cada prueba abre su base, y con ella SQLAlchemy olvida las órdenes que ya compiló, que es la cuarta parte de lo
    que tarda la suite. Que las recuerden entre todas: las busca por dialecto, así que se comparte también.
    """
    motor = conexion.engine
    dialecto, ordenes = _COMPILADO.setdefault((motor.dialect.name, motor.dialect.driver), (motor.dialect, {}))
    if motor.get_execution_options().get("compiled_cache") is not ordenes:
        motor.dialect = dialecto
        motor.update_execution_options(compiled_cache=ordenes)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Repartir de una en una, salvo lo de la red oficial de Bluesky: encenderla cuesta de siete a catorce segundos, y
    así lo hace un solo proceso. La marca `xdist_group` no llega al reparto con pytest 9.2 y xdist 3.8.
    """
    from xdist.scheduler import LoadScopeScheduling

    class PorServidor(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith("tests/aceptacion/test_escucha.py"):
                return "oír en bluesky"
            if nodeid.startswith("tests/contrato/") and "[bluesky" in nodeid:
                return "oír en bluesky" if "test_escuchar" in nodeid else "publicar en bluesky"
            return "publicar en bluesky" if "bluesky/test_servidor_oficial" in nodeid else nodeid

    return PorServidor(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Las historias enteras casi sólo esperan: repartidas entre las demás, mientras tanto se prueba otra cosa."""
    historias = [i for i in items if i.nodeid.startswith("tests/aceptacion/")]
    demas = [i for i in items if not i.nodeid.startswith("tests/aceptacion/")]
    entre = max(1, len(demas) * 2 // 3 // max(1, len(historias)))
    items[:] = []
    for n, prueba in enumerate(demas):
        if n % entre == 0 and historias:
            items.append(historias.pop(0))
        items.append(prueba)
    items += historias


@pytest.fixture(autouse=True)
def _sin_nuestras_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for nombre in [n for n in os.environ if n.startswith("PREGONERO_")]:
        monkeypatch.delenv(nombre)


@pytest.fixture
def reloj() -> RelojFijo:
    return RelojFijo()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Con la marca `dos_bases`, la prueba (o su archivo entero) corre en SQLite y en PostgreSQL."""
    if "base" in metafunc.fixturenames and metafunc.definition.get_closest_marker("dos_bases"):
        postgresql = pytest.param("postgresql", marks=pytest.mark.servidor)
        metafunc.parametrize("gestor", ["sqlite", postgresql], indirect=True)


@pytest.fixture
def gestor(request: pytest.FixtureRequest) -> str:
    """Qué base de datos usa la prueba."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="session")
def plantilla_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    ruta = tmp_path_factory.mktemp("plantilla") / "pregonero.db"
    _con_tablas(f"sqlite:///{ruta}", PUBLICAR)
    return ruta


@pytest.fixture(scope="session")
def plantilla_de_escucha(tmp_path_factory: pytest.TempPathFactory) -> Path:
    ruta = tmp_path_factory.mktemp("plantilla") / "escucha.db"
    _con_tablas(f"sqlite:///{ruta}", ESCUCHAR)
    return ruta


@pytest.fixture(scope="session")
def servidor_postgresql() -> Iterator[ServidorPostgreSQL]:
    try:
        encendido = ServidorPostgreSQL(lambda url: _con_tablas(url, PUBLICAR, ESCUCHAR)).__enter__()
    except NoDisponible as motivo:
        pytest.skip(f"Sin PostgreSQL: {motivo}.")
    yield encendido
    encendido.__exit__()


def _con_tablas(url: str, *cadenas: Cadena) -> None:
    base = Base(url)
    for cadena in cadenas:
        migrar(base.motor, cadena)
    base.cerrar()


@pytest.fixture
def url_de_base(gestor: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Una base con sus tablas, sólo de esta prueba."""
    if gestor == "sqlite":
        ruta = tmp_path / "pregonero.db"
        shutil.copy(request.getfixturevalue("plantilla_sqlite"), ruta)
        yield f"sqlite:///{ruta}"
        return
    servidor: ServidorPostgreSQL = request.getfixturevalue("servidor_postgresql")
    with servidor.base() as url:
        yield url


@pytest.fixture
def base(url_de_base: str) -> Iterator[Base]:
    base = Base(url_de_base)
    yield base
    base.cerrar()


def abrir_perfil(perfil: Perfil) -> Conector:
    """El conector de un perfil sin credenciales; su red en memoria es la del nombre que diga su opción `red`."""
    opciones = {nombre: str(valor) for nombre, valor in perfil.opciones.items()}
    return registro.abrir(perfil.red, Acceso(perfil=perfil.nombre, id_externo=perfil.id_externo, opciones=opciones))


@pytest.fixture
def reglas() -> Reglas:
    return Reglas(zona=ZoneInfo("America/Mexico_City"))


@pytest.fixture
def entorno(tmp_path: Path, base: Base, reloj: RelojFijo, reglas: Reglas) -> Entorno:
    return Entorno(
        base=base,
        reloj=reloj,
        reglas=reglas,
        buzon=tmp_path / "buzon",
        acervo=tmp_path / "acervo",
        trabajador="prueba",
        abrir=abrir_perfil,
        capacidades_de=lambda red: registro.clase(red).capacidades,
        reconocer_red=registro.slug,
    )


@pytest.fixture
def base_de_escucha(base: Base, tmp_path: Path, plantilla_de_escucha: Path) -> Iterator[Base]:
    """La base de lo que se oye: otro archivo en SQLite, la misma en PostgreSQL."""
    if not base.es_sqlite:
        yield base
        return
    shutil.copy(plantilla_de_escucha, tmp_path / "escucha.db")
    otra = Base(f"sqlite:///{tmp_path / 'escucha.db'}", duradera=False)
    yield otra
    otra.cerrar()


@pytest.fixture
def escucha(entorno: Entorno, base_de_escucha: Base, tmp_path: Path) -> EntornoDeEscucha:
    """Con qué se escucha, sin fuentes ni monitores; los oyentes sueltos son la red en memoria."""
    archivos = tmp_path / "config"
    archivos.mkdir()
    return EntornoDeEscucha(
        principal=entorno,
        base=base_de_escucha,
        oyente=lambda fuente: abrir_perfil(Perfil(nombre=fuente.clave, red=fuente.red)),
        hechos_de=registro.hechos_de_escucha,
        encendida=lambda _: False,
        presupuesto=lambda _: Decimal(0),
        archivos=archivos,
    )


@pytest.fixture
def perfil_de(base: Base, reloj: RelojFijo, request: pytest.FixtureRequest) -> Callable[..., Perfil]:
    """Crea perfiles: `perfil_de("memoria")` es «memoria»; el segundo, «memoria-2». Cada prueba tiene su red."""

    def crear(red: str = "memoria", *, nombre: str = "", **columnas: object) -> Perfil:
        with base.escribir() as sesion:
            cuantos = len(sesion.exec(select(Perfil).where(Perfil.red == red)).all())
            perfil = Perfil(
                nombre=nombre or (red if not cuantos else f"{red}-{cuantos + 1}"),
                red=red,
                creado_en=reloj.ahora(),
                **({"opciones": {"red": request.node.nodeid}} | columnas),
            )
            sesion.add(perfil)
        return perfil

    return crear

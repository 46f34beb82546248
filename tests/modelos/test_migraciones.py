"""Las tablas: se suben desde cero en las dos bases y quedan como dicen los modelos."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlmodel import SQLModel

from modelos import Base, Estado
from modelos.migraciones import ESCUCHAR, PUBLICAR, Cadena, _configuracion, migrar, version_de, version_ultima

AYER = "2026-11-20 12:00:00"


@pytest.fixture
def vacia(gestor: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Base]:
    if gestor == "sqlite":
        base = Base(f"sqlite:///{tmp_path / 'vacía.db'}")
        yield base
        base.cerrar()
        return
    with request.getfixturevalue("servidor_postgresql").base_vacia() as url:
        base = Base(url)
        yield base
        base.cerrar()


en_las_dos = pytest.mark.parametrize(
    "gestor", ["sqlite", pytest.param("postgresql", marks=pytest.mark.servidor)], indirect=True
)


las_dos_cadenas = pytest.mark.parametrize("cadena", [PUBLICAR, ESCUCHAR], ids=lambda c: c.versiones)


def _tablas(base: Base) -> set[str]:
    """Sin los índices de palabras, que en SQLite son tablas."""
    return {nombre for nombre in inspect(base.motor).get_table_names() if "_fts" not in nombre}


@en_las_dos
@las_dos_cadenas
def test_desde_cero_hasta_las_tablas_de_hoy(vacia: Base, cadena: Cadena) -> None:
    assert version_de(vacia.motor, cadena) is None
    migrar(vacia.motor, cadena)
    assert version_de(vacia.motor, cadena) == version_ultima(cadena)
    assert _tablas(vacia) == {*cadena.metadatos.tables, cadena.tabla}


@en_las_dos
@las_dos_cadenas
def test_lo_migrado_es_lo_que_dicen_los_modelos(vacia: Base, cadena: Cadena) -> None:
    migrar(vacia.motor, cadena)
    with vacia.motor.connect() as conexion:
        opciones = {
            "compare_type": True,
            "version_table": cadena.tabla,
            "include_name": lambda nombre, *_: "_fts" not in (nombre or ""),
        }
        contexto = MigrationContext.configure(conexion, opts=opciones)
        assert compare_metadata(contexto, cadena.metadatos) == []


@en_las_dos
def test_las_dos_cadenas_caben_en_la_misma_base(vacia: Base) -> None:
    for cadena in (PUBLICAR, ESCUCHAR, PUBLICAR, ESCUCHAR):
        migrar(vacia.motor, cadena)
    esperadas = {*SQLModel.metadata.tables, *ESCUCHAR.metadatos.tables, PUBLICAR.tabla, ESCUCHAR.tabla}
    assert _tablas(vacia) == esperadas


def test_ninguna_tabla_esta_en_las_dos_cadenas() -> None:
    assert not set(SQLModel.metadata.tables) & set(ESCUCHAR.metadatos.tables)


@en_las_dos
def test_los_indices_parciales_llevan_su_condicion(vacia: Base) -> None:
    """`compare_metadata` no mira las condiciones, y sin ellas sólo cabría una entrega por perfil."""
    migrar(vacia.motor)
    consulta = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE%'"
        if vacia.es_sqlite
        else "SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '%WHERE%'"
    )
    with vacia.motor.connect() as conexion:
        parciales = {nombre: sql.partition("WHERE")[2] for nombre, sql in conexion.execute(text(consulta))}
    assert {nombre: sorted(e for e in Estado if f"'{e}'" in donde) for nombre, donde in parciales.items()} == {
        "ix_correo_pendientes": [],
        "ix_entrega_dudosas": ["en_duda", "por_decidir"],
        "ix_entrega_en_duda": ["en_duda"],
        "ix_entrega_fallidas": ["fallida"],
        "ix_entrega_programadas": ["programada"],
        "ix_entrega_publicadas": ["publicada"],
        "ix_medio_vence_en": [],
        "uq_historia_abierta": [],
        "ix_toque_por_mandar": [],
        "uq_entrega_en_vuelo": ["enviando", "reclamada"],
        "uq_nombramiento_general": [],
        "uq_solicitud_pendiente": [],
    }


@en_las_dos
def test_migrar_dos_veces_no_hace_nada(vacia: Base) -> None:
    migrar(vacia.motor)
    migrar(vacia.motor)
    assert version_de(vacia.motor) == version_ultima()


def _llevar_a(base: Base, version: str) -> None:
    """Subir o bajar la base hasta esa versión."""
    configuracion = _configuracion(PUBLICAR)
    orden = command.upgrade if version_de(base.motor) is None else command.downgrade
    with base.motor.connect() as conexion:
        configuracion.attributes["conexion"] = conexion
        orden(configuracion, version)
        conexion.commit()


def _sembrar(conexion: Connection, columnas: Mapping[str, Sequence[Any]], de_tabla: str, /, **valores: Any) -> None:
    """Una fila de una tabla como era entonces: lo que no se diga y haga falta, vacío."""
    vacios = {
        "DATETIME": AYER,
        "TIMESTAMP": AYER,
        "BOOLEAN": False,
        "INTEGER": 0,
        "FLOAT": 0.0,
        "DOUBLE_PRECISION": 0.0,
        "JSON": "{}",
    }
    for columna in columnas[de_tabla]:
        if not columna["nullable"] and columna["name"] not in valores:
            valores[columna["name"]] = vacios.get(columna["type"].__visit_name__.upper(), "")
    columnas_dichas, huecos = ", ".join(valores), ", ".join(f":{c}" for c in valores)
    conexion.execute(text(f"INSERT INTO {de_tabla} ({columnas_dichas}) VALUES ({huecos})"), valores)  # noqa: S608


@en_las_dos
def test_una_base_llena_sube_a_las_horas_y_baja_sin_perder_nada(vacia: Base) -> None:
    _llevar_a(vacia, "0002")
    tablas = ("perfil", "publicacion", "entrega", "evento", "vista")
    columnas = {t: inspect(vacia.motor).get_columns(t) for t in tablas}
    with vacia.motor.begin() as conexion:
        _sembrar(conexion, columnas, "perfil", id=1, nombre="p", red="x")
        _sembrar(conexion, columnas, "publicacion", id=1, texto="hola", origen="orden")
        _sembrar(conexion, columnas, "entrega", id=1, publicacion_id=1, perfil_id=1, clave="k", estado="programada")
        _sembrar(conexion, columnas, "evento", id=1, entrega_id=1, accion="x")
        _sembrar(conexion, columnas, "vista", id=1, perfil_id=1, id_externo="a")
    migrar(vacia.motor)
    with vacia.motor.begin() as conexion:
        nuevas = "SELECT mejor_hora, mejor_hora_hasta, prioridad, promocionada FROM publicacion, vista"
        assert [tuple(f) for f in conexion.execute(text(nuevas))] == [("", None, 0, False)]
        columnas = {t: inspect(conexion).get_columns(t) for t in ("horario", "eleccion")}
        _sembrar(conexion, columnas, "horario", id=1, perfil_id=1)
        _sembrar(conexion, columnas, "eleccion", id=1, entrega_id=1, horario_id=1)
    _llevar_a(vacia, "0002")
    with vacia.motor.connect() as conexion:
        assert {t: conexion.scalar(text(f"SELECT count(*) FROM {t}")) for t in tablas} == dict.fromkeys(tablas, 1)  # noqa: S608
    migrar(vacia.motor)
    assert version_de(vacia.motor) == version_ultima()

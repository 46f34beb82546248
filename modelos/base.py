"""La base de datos: un tipo para los instantes, y la puerta por la que se lee y se escribe.

SQLite y PostgreSQL son el mismo código con otra URL. En SQLite escribe uno a la vez dentro del proceso, con
`BEGIN IMMEDIATE` y `synchronous=FULL`: la intención de publicar debe sobrevivir a un corte de luz. Lo que se oye
vive en otro archivo, con `NORMAL`: es mucho, se puede volver a pedir, y no debe retrasar lo que se publica.
"""

import contextlib
import threading
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import DateTime, Dialect, Engine, Enum, Table, TypeDecorator, create_engine, event, inspect
from sqlalchemy.engine import make_url
from sqlmodel import Session, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class FechaUTC(TypeDecorator[datetime]):
    """Un instante. Rechaza los que no dicen su zona y devuelve siempre UTC, también desde SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"El instante {value} no dice su zona.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 # la firma es de SQLAlchemy
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def columna_enum(clase: type[StrEnum], nombre: str) -> Enum:
    """Un enumerado guardado por su valor, como texto con CHECK: añadir uno no exige ALTER TYPE."""
    return Enum(
        clase,
        name=nombre,
        native_enum=False,
        create_constraint=True,
        length=16,
        values_callable=lambda c: [m.value for m in c],
    )


def tabla(clase: type[SQLModel]) -> Table:
    """La tabla pelada de una clase, para repetir una misma orden con muchas filas."""
    return cast(Table, inspect(clase).local_table)


class _Fila:
    """Un candado que se da por orden de llegada.

    Con el de `threading`, quien escribe sin descanso lo suelta y lo vuelve a tomar antes de que despierte otro.
    """

    def __init__(self) -> None:
        self._fila: deque[threading.Lock] = deque()
        self._tomado = False
        self._candado = threading.Lock()

    def __enter__(self) -> None:
        with self._candado:
            if not self._tomado:
                self._tomado = True
                return
            turno = threading.Lock()
            turno.acquire()
            self._fila.append(turno)
        try:
            turno.acquire()  # lo suelta quien nos pasa el candado
        except BaseException:  # un Ctrl-C en plena espera: que el turno no quede sin dueño
            with self._candado:
                esperaba = turno in self._fila
                if esperaba:
                    self._fila.remove(turno)
            if not esperaba:
                self.__exit__()
            raise

    def __exit__(self, *_: object) -> None:
        with self._candado:
            if self._fila:
                self._fila.popleft().release()
            else:
                self._tomado = False


class Base:
    """Una base de datos abierta. `escribir` y `leer` dan sesiones; nada se escribe fuera de `escribir`."""

    def __init__(self, url: str, *, duradera: bool = True) -> None:
        """duradera: en SQLite, que lo confirmado sobreviva a un corte de luz (con False, sólo a la muerte del
        proceso).
        """
        self.url = make_url(url)
        self.es_sqlite = self.url.get_backend_name() == "sqlite"
        if self.es_sqlite:
            self._escritura = _motor_sqlite(url, "BEGIN IMMEDIATE", duradera=duradera)
            self._lectura = _motor_sqlite(url, "BEGIN", duradera=duradera)
        else:
            self._escritura = self._lectura = _motor_postgresql(url)
        self._candado: contextlib.AbstractContextManager[Any] = _Fila() if self.es_sqlite else contextlib.nullcontext()

    @property
    def motor(self) -> Engine:
        return self._escritura

    @contextlib.contextmanager
    def escribir(self) -> Iterator[Session]:
        """Una transacción que se confirma al salir y se deshace si algo lanza."""
        with self._candado, Session(self._escritura, expire_on_commit=False) as sesion, sesion.begin():
            yield sesion

    @contextlib.contextmanager
    def leer(self) -> Iterator[Session]:
        with Session(self._lectura, expire_on_commit=False) as sesion:
            yield sesion

    def cerrar(self) -> None:
        self._escritura.dispose()
        self._lectura.dispose()


def _motor_sqlite(url: str, comienzo: str, *, duradera: bool) -> Engine:
    motor = create_engine(url, connect_args={"check_same_thread": False, "timeout": 15})

    @event.listens_for(motor, "connect")
    def _al_conectar(conexion: Any, _registro: Any) -> None:
        conexion.isolation_level = None  # las transacciones las abre SQLAlchemy, no el módulo sqlite3
        for orden in (
            "journal_mode=WAL",
            f"synchronous={'FULL' if duradera else 'NORMAL'}",
            "foreign_keys=ON",
            "busy_timeout=15000",
            "cache_size=-4096",  # por conexión: son varias, y el sistema ya guarda el archivo
        ):
            conexion.execute(f"PRAGMA {orden}")

    @event.listens_for(motor, "begin")
    def _al_comenzar(conexion: Any) -> None:
        conexion.exec_driver_sql(comienzo)

    return motor


def _motor_postgresql(url: str) -> Engine:
    """Con plazos: un trabajador congelado dentro de una transacción no debe bloquear a los demás."""
    plazos = "-c idle_in_transaction_session_timeout=5000 -c lock_timeout=5000 -c statement_timeout=60000"
    direccion = make_url(url)
    if direccion.drivername in ("postgresql", "postgres"):
        direccion = direccion.set(drivername="postgresql+psycopg")
    return create_engine(
        direccion,
        pool_size=10,
        max_overflow=30,
        pool_pre_ping=True,
        connect_args={"options": f"{plazos} -c timezone=UTC", "connect_timeout": 10},
    )

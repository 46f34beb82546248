"""Mensajes de prueba, quien los entiende por una palabra, y lo que quedó en las tablas."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlmodel import SQLModel, col, func, select

from conectores.contrato_escucha import Autor, Clase, Oido
from modelos.escucha import Conteo, Mensaje
from motor.escucha.almacen.contar import HORA_S
from motor.escucha.entendido import Entendido
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.lugares.donde import Donde, Por
from tests.conftest import COMIENZO

MONITORES = {"bache": 1, "agua": 2, "luz": 3}
PLAZA = Donde(latitud=19.29, longitud=-99.65, por=Por.TEXTO, confianza=0.8, nombre="Plaza de los Mártires")


def entender(red: str, oidos: Sequence[Oido]) -> list[Entendido]:
    """Cuenta un mensaje el monitor cuya palabra lleva."""
    return [
        Entendido(PLAZA if "plaza" in o.texto else None, tuple(m for p, m in MONITORES.items() if p in o.texto))
        for o in oidos
    ]


def oido(id_externo: str = "1", texto: str = "hay un bache", **campos: Any) -> Oido:
    propios = {"clase": Clase.MENCION, "publicado_en": COMIENZO - timedelta(minutes=10)}
    autor = Autor(id="a1", usuario="vecina", nombre="Una Vecina", seguidores=40)
    return Oido(
        **({"id_externo": id_externo, "texto": texto, "autor": autor, "crudo": {"id": id_externo}} | propios | campos)
    )


def todo(escucha: EntornoDeEscucha, clase: type[SQLModel]) -> list[dict[str, Any]]:
    with escucha.base.leer() as sesion:
        return sorted((f.model_dump() for f in sesion.exec(select(clase))), key=repr)


def conteos(escucha: EntornoDeEscucha, paso_s: int = HORA_S) -> dict[int, int]:
    """Cuánto lleva cada monitor, sumados sus intervalos."""
    with escucha.base.leer() as sesion:
        orden = select(col(Conteo.monitor_id), func.sum(col(Conteo.cuenta))).where(col(Conteo.paso_s) == paso_s)
        return {m: int(n) for m, n in sesion.exec(orden.group_by(col(Conteo.monitor_id)))}


def unico(escucha: EntornoDeEscucha) -> Mensaje:
    with escucha.base.leer() as sesion:
        return sesion.exec(select(Mensaje)).one()

"""La bitácora de quién hizo qué: sólo se añade, y lo que se toque por fuera se nota."""

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from modelos import Asiento, Base
from motor.usuarios.bitacora import Autor, asentar, verificar
from tests.conftest import RelojFijo
from tests.motor.usuarios.a_la_vez import a_la_vez

JULIA = Autor("julia@sanjacinto.gob.mx", direccion="10.0.0.1")


def anotar(base: Base, reloj: RelojFijo, detalle: str) -> None:
    with base.escribir() as sesion:
        asentar(sesion, JULIA, "comentario", ahora=reloj.ahora(), sobre="publicacion:7", detalle=detalle)


@pytest.mark.dos_bases
def test_veinte_que_anotan_a_la_vez_encadenan_cada_uno_con_el_anterior(base: Base, reloj: RelojFijo) -> None:
    dado = a_la_vez(*(lambda n=n: anotar(base, reloj, f"el {n}") for n in range(20)))
    assert dado == [None] * 20
    with base.leer() as sesion:
        assert verificar(sesion) is None
        assert len(sesion.exec(select(Asiento)).all()) == 20


@pytest.mark.dos_bases
def test_la_base_no_deja_cambiarla_ni_borrarla(base: Base, reloj: RelojFijo) -> None:
    anotar(base, reloj, "lo que fue")
    prohibidas = [
        "UPDATE asiento SET quien = 'nadie'",
        "DELETE FROM asiento",
        "INSERT OR REPLACE INTO asiento SELECT * FROM asiento" if base.es_sqlite else "TRUNCATE asiento",
    ]
    for prohibida in prohibidas:
        with pytest.raises(DBAPIError, match="sólo se añade"), base.escribir() as sesion:
            sesion.execute(text(prohibida))
    with base.leer() as sesion:
        assert sesion.exec(select(Asiento)).one().detalle == "lo que fue"


@pytest.mark.parametrize(
    "cambio", [{"quien": "otra"}, {"accion": "salio"}, {"sobre": "publicacion:8"}, {"detalle": "no fue"}]
)
def test_uno_cambiado_por_fuera_se_nota(base: Base, reloj: RelojFijo, cambio: dict[str, str]) -> None:
    for n in range(3):
        anotar(base, reloj, f"el {n}")
    with base.escribir() as sesion:
        sesion.execute(text("DROP TRIGGER asiento_no_update"))
        sesion.execute(update(Asiento).where(col(Asiento.id) == 2).values(**cambio))
    with base.leer() as sesion:
        assert verificar(sesion) == 2


def test_uno_borrado_por_fuera_se_nota(base: Base, reloj: RelojFijo) -> None:
    for n in range(3):
        anotar(base, reloj, f"el {n}")
    with base.escribir() as sesion:
        sesion.execute(text("DROP TRIGGER asiento_no_delete"))
        sesion.execute(text("DELETE FROM asiento WHERE id = 2"))
    with base.leer() as sesion:
        assert verificar(sesion) == 3

"""Un pasado en la base: publicaciones con sus medidas a cada edad."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlmodel import Session

from conectores.contrato_escucha import Mediciones
from modelos import Base, Perfil, Vista
from motor.escucha.recoleccion.lecturas import Leida, guardar_lecturas
from tests.conftest import COMIENZO

Sembrar = Callable[..., int]
Medidas = Mapping[datetime, Mapping[str, int]]

EDADES = [timedelta(hours=h) for h in (8, 24, 48, 96, 192, 384)]
_NUMERO = count(1)


def _anotar(sesion: Session, perfil: Perfil, en: datetime, medidas: Medidas, **columnas: object) -> int:
    vista = Vista(
        perfil_id=perfil.id,
        id_externo=f"p{next(_NUMERO)}",
        publicada_en=en,
        **({"vista_en": en, "texto": "Hola."} | columnas),
    )
    sesion.add(vista)
    sesion.flush()
    leidas = [
        Leida(
            perfil_id=perfil.id,
            vista_id=vista.id,
            mediciones=Mediciones(valores=numeros, version="v1"),
            leida_en=medida_en,
        )
        for medida_en, numeros in medidas.items()
    ]
    guardar_lecturas(sesion, leidas)
    return vista.id


def _creciendo(en: datetime, valor: float, hasta: datetime) -> Medidas:
    """Lo medido a cada edad que ya cumplió: la mitad llega en tres horas."""
    return {en + e: {"me_gusta": round(valor * (e / (e + timedelta(hours=3))))} for e in EDADES if en + e <= hasta}


@pytest.fixture
def sembrar(base: Base) -> Sembrar:
    """Anota una publicación y sus medidas: a cada edad hasta `hasta`, o sólo en `medidas` (cuándo: números)."""

    def anotar(
        perfil: Perfil,
        en: datetime,
        valor: float = 100,
        *,
        hasta: datetime = COMIENZO,
        medidas: Medidas | None = None,
        **columnas: object,
    ) -> int:
        suyas = _creciendo(en, valor, hasta) if medidas is None else medidas
        with base.escribir() as sesion:
            return _anotar(sesion, perfil, en, suyas, **columnas)

    return anotar


@pytest.fixture
def un_pasado(base: Base) -> Callable[..., None]:
    """Casi un año de publicaciones, en el que a una hora local la gente responde varias veces más."""

    def anotar(
        perfil: Perfil,
        cuantas: int = 60,
        *,
        hasta: datetime = COMIENZO,
        mejor: int = 20,
        veces: float = 3,
        **columnas: object,
    ) -> None:
        with base.escribir() as sesion:
            for n in range(cuantas):
                hora = (9, 13, mejor)[n % 3]
                dia = hasta - timedelta(days=2 + n * 300 / cuantas)
                en = datetime(dia.year, dia.month, dia.day, hora, 7 * n % 60, tzinfo=UTC) + timedelta(hours=6)
                valor = 100 * (veces if hora == mejor else 1) + n % 7
                _anotar(sesion, perfil, en, _creciendo(en, valor, hasta), **columnas)

    return anotar

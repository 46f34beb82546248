"""Un pasado en la base: publicaciones con sus medidas a cada edad."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from conectores.contrato_escucha import Mediciones
from modelos import Base, Perfil, Vista
from motor.escucha.recoleccion.cadencia import EDADES
from motor.escucha.recoleccion.lecturas import Leida, guardar_lecturas
from tests.conftest import COMIENZO

Sembrar = Callable[..., int]


@pytest.fixture
def sembrar(base: Base) -> Sembrar:
    """Anota una publicación y sus medidas: a cada edad hasta `hasta`, o sólo en `medidas` (cuándo: números)."""
    numero = count(1)

    def anotar(
        perfil: Perfil,
        en: datetime,
        valor: float = 100,
        *,
        hasta: datetime = COMIENZO,
        medidas: Mapping[datetime, Mapping[str, int]] | None = None,
        **columnas: object,
    ) -> int:
        if medidas is None:
            cuando = [en + e for e in EDADES if en + e <= hasta]
            medidas = {c: {"me_gusta": round(valor * (c - en) / (c - en + timedelta(hours=3)))} for c in cuando}
        with base.escribir() as sesion:
            vista = Vista(
                perfil_id=perfil.id,
                id_externo=f"p{next(numero)}",
                publicada_en=en,
                **({"vista_en": en, "texto": "Hola."} | columnas),
            )
            sesion.add(vista)
            sesion.flush()
            for medida_en, numeros in medidas.items():
                leida = Mediciones(valores=numeros, version="v1")
                guardar_lecturas(
                    sesion, [Leida(perfil_id=perfil.id, vista_id=vista.id, mediciones=leida, leida_en=medida_en)]
                )
            return vista.id

    return anotar


@pytest.fixture
def un_pasado(sembrar: Sembrar) -> Callable[..., None]:
    """Un año de publicaciones con la tarde mejor: a las 20 h, hora de la oficina, la gente responde el doble."""

    def anotar(perfil: Perfil, cuantas: int = 60, *, hasta: datetime = COMIENZO, mejor: int = 20) -> None:
        for n in range(cuantas):
            hora = (9, 13, mejor)[n % 3]
            dia = hasta.date() - timedelta(days=2 + n * 300 // cuantas)
            en = datetime(dia.year, dia.month, dia.day, hora, 7 * n % 60, tzinfo=UTC) + timedelta(hours=6)
            sembrar(perfil, en, (200 if hora == mejor else 100) + n % 7, hasta=hasta)

    return anotar

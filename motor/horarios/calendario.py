"""Los días que no son ordinarios: festivos y vacaciones escolares de México. Puro.

Un festivo se parece a un domingo, y toma sus horas. En vacaciones la gente vive a otras horas que nadie ha medido: lo
aprendido vale menos y se sabe con menos certeza (`esperado`).
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from motor.horarios.reglas import ReglasDeHorarios

_DOMINGO = 6
_UN_DIA = timedelta(days=1)

Periodo = tuple[date, date]
"""Primer y último día, los dos incluidos."""


class ClaseDeDia(StrEnum):
    ORDINARIO = "ordinario"
    FESTIVO = "festivo"
    VACACIONES = "vacaciones"


def clase_de_dia(dia: date, reglas: ReglasDeHorarios) -> ClaseDeDia:
    """Un festivo dentro de las vacaciones es festivo."""
    if nombre_del_festivo(dia, reglas):
        return ClaseDeDia.FESTIVO
    if any(primero <= dia <= ultimo for primero, ultimo in _vacaciones(dia, reglas)):
        return ClaseDeDia.VACACIONES
    return ClaseDeDia.ORDINARIO


def ranura_de(local: datetime, reglas: ReglasDeHorarios) -> int:
    """La hora de la semana de ese instante local, de 0 a 167; la de un festivo, como si fuera domingo."""
    dia = _DOMINGO if nombre_del_festivo(local.date(), reglas) else local.weekday()
    return dia * 24 + local.hour


def nombre_del_festivo(dia: date, reglas: ReglasDeHorarios) -> str:
    """«Navidad»; «día de la oficina» si lo añadió ella; vacío si no es festivo."""
    return _festivos(dia.year).get(dia, "") or ("día de la oficina" if dia in reglas.festivos else "")


@lru_cache(maxsize=64)
def _festivos(anual: int) -> Mapping[date, str]:
    """Los de ley (los sabe `holidays`) y los que, sin serlo, vacían oficinas o escuelas.

    Jueves y Viernes Santo, 2 de noviembre y 12 de diciembre: la banca cierra (disposiciones de la CNBV que cada
    diciembre publica el Diario Oficial de la Federación). 10 de mayo: no es de asueto en la Ley Federal del Trabajo
    (artículo 74), pero dependencias y escuelas dan la jornada, o media, a las madres.
    """
    # Se importa aquí: tarda 60 ms, y sólo hace falta a quien elige o aprende horas.
    import holidays
    from dateutil.easter import easter

    pascua = easter(anual)
    return {
        date(anual, 5, 10): "Día de las Madres",
        date(anual, 11, 2): "Día de Muertos",
        date(anual, 12, 12): "Virgen de Guadalupe",
        pascua - 3 * _UN_DIA: "Jueves Santo",
        pascua - 2 * _UN_DIA: "Viernes Santo",
        **holidays.country_holidays("MX", years=anual, language="es"),
    }


def _vacaciones(dia: date, reglas: ReglasDeHorarios) -> Iterator[Periodo]:
    """Las escritas por la oficina, y las aproximadas que ninguna de ésas toca: lo escrito las corrige."""
    yield from reglas.vacaciones
    for primero, ultimo in (*_vacaciones_de(dia.year - 1), *_vacaciones_de(dia.year)):
        if not any(desde <= ultimo and primero <= hasta for desde, hasta in reglas.vacaciones):
            yield primero, ultimo


@lru_cache(maxsize=64)
def _vacaciones_de(anual: int) -> tuple[Periodo, ...]:
    """Las que comienzan ese año. Es una aproximación al calendario de la SEP, que cambia cada ciclo y en cada estado.

    Semana Santa y la de Pascua, de sábado a domingo; del 16 de julio al último domingo de agosto; del último sábado
    hasta el 22 de diciembre al 6 de enero. Fuente: calendario escolar 2025-2026 de la SEP (30 de marzo a 10 de abril,
    fin de clases el 15 de julio, regreso el 1 de septiembre, 22 de diciembre a 6 de enero).
    """
    from dateutil.easter import easter  # llega con `holidays`: que cueste al mismo tiempo que ella

    pascua = easter(anual)
    ultimo_de_agosto, adviento = date(anual, 8, 31), date(anual, 12, 22)
    return (
        (pascua - 8 * _UN_DIA, pascua + 7 * _UN_DIA),
        (date(anual, 7, 16), ultimo_de_agosto - (ultimo_de_agosto.isoweekday() % 7) * _UN_DIA),
        (adviento - ((adviento.weekday() - 5) % 7) * _UN_DIA, date(anual + 1, 1, 6)),
    )

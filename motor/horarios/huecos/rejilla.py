"""La rejilla: los cuartos de hora entre los que se elige, con la hora local de cada uno. Pura.

Todo son instantes UTC en segundos; la hora local se calcula de ellos y nunca al revés, así que la noche en que cambia
la hora no tiene horas repetidas ni perdidas.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from motor.horarios.calendario import ClaseDeDia, clase_de_dia
from motor.horarios.reglas import ReglasDeHorarios

PASO_S = 900
"""Un cuarto de hora. Los desfases de todas las zonas del mundo son múltiplos de él."""

LO_MAS_LEJOS = timedelta(days=366)
"""Nadie aprende hoy la hora de una publicación de dentro de dos años."""

_DIA_S = 86400
_PUNTOS_AL_DIA = _DIA_S // PASO_S
_EPOCA = date(1970, 1, 1)
_DOMINGO = 6

Enteros = npt.NDArray[np.int64]
Reales = npt.NDArray[np.float64]
Mascara = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejilla:
    """Todos del mismo largo, un valor por cuarto de hora, en orden.

    instantes: segundos UTC. dias: días locales desde 1970. segundos: del día local. ranuras: 0 a 167, la de un festivo
    como si fuera domingo. en_vacaciones: es de vacaciones escolares.
    """

    zona: ZoneInfo
    instantes: Enteros
    dias: Enteros
    segundos: Enteros
    ranuras: Enteros
    en_vacaciones: Mascara
    clases: dict[int, ClaseDeDia]

    def primero_desde(self, instante_s: float) -> int:
        """El índice del primer cuarto de hora que no es anterior a ese instante; el largo, si no hay."""
        return int(np.searchsorted(self.instantes, instante_s, side="left"))

    def primero_tras(self, instante_s: float) -> int:
        """El índice del primero que es posterior."""
        return int(np.searchsorted(self.instantes, instante_s, side="right"))

    def callados(self, callar: tuple[time, time] | None) -> Mascara:
        """Los que caen en las horas de callar, que pueden cruzar la medianoche. Si empiezan donde acaban, ninguno."""
        if callar is None or callar[0] == callar[1]:
            return np.zeros(self.instantes.size, dtype=bool)
        desde, hasta = (h.hour * 3600 + h.minute * 60 + h.second for h in callar)
        tras, antes = self.segundos >= desde, self.segundos < hasta
        return tras & antes if desde < hasta else tras | antes


def rejilla_entre(desde: datetime, hasta: datetime, *, zona: ZoneInfo, reglas: ReglasDeHorarios) -> Rejilla:
    """Los cuartos de hora en punto desde uno hasta antes del otro; a lo más los de un año."""
    hasta = min(hasta, desde + LO_MAS_LEJOS)
    comienzo = -int(-desde.timestamp() // PASO_S) * PASO_S
    instantes = np.arange(comienzo, int(np.ceil(hasta.timestamp())), PASO_S, dtype=np.int64)
    locales = instantes + _desfases(instantes, zona)
    dias = locales // _DIA_S
    clases = {int(d): clase_de_dia(_EPOCA + timedelta(days=int(d)), reglas) for d in np.unique(dias)}
    festivos = [d for d, clase in clases.items() if clase is ClaseDeDia.FESTIVO]
    vacaciones = [d for d, clase in clases.items() if clase is ClaseDeDia.VACACIONES]
    de_la_semana = np.where(np.isin(dias, festivos), _DOMINGO, (dias + _EPOCA.weekday()) % 7)
    segundos = locales % _DIA_S
    return Rejilla(
        zona=zona,
        instantes=instantes,
        dias=dias,
        segundos=segundos,
        ranuras=de_la_semana * 24 + segundos // 3600,
        en_vacaciones=np.isin(dias, vacaciones),
        clases=clases,
    )


def dia_local(instante: datetime, zona: ZoneInfo) -> int:
    """El día local de un instante, como en `Rejilla.dias`."""
    return (instante.astimezone(zona).date() - _EPOCA).days


def _desfases(instantes: Enteros, zona: ZoneInfo) -> Enteros:
    """Segundos de cada uno respecto de UTC. De día en día, y de uno en uno sólo el día en que cambia la hora."""
    desfases = np.empty_like(instantes)
    for i in range(0, instantes.size, _PUNTOS_AL_DIA):
        tramo = instantes[i : i + _PUNTOS_AL_DIA]
        primero, ultimo = _desfase(int(tramo[0]), zona), _desfase(int(tramo[-1]), zona)
        desfases[i : i + _PUNTOS_AL_DIA] = primero if primero == ultimo else [_desfase(int(t), zona) for t in tramo]
    return desfases


def _desfase(instante_s: int, zona: ZoneInfo) -> int:
    desfase = datetime.fromtimestamp(instante_s, UTC).astimezone(zona).utcoffset()
    return int(desfase.total_seconds()) if desfase else 0

"""Saber cuándo algo terminó de llegar, sin fiarse de los avisos del sistema de archivos.

Algo está quieto si dos miradas separadas por el reposo lo ven igual. El reloj es el que no salta con la hora.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from motor.entrada.mirar.inventario import Firma, Hallado, Inventario
from motor.reloj import Reloj


@dataclass(frozen=True, slots=True)
class Observado:
    """quieto: terminó de llegar. agotado: lleva tanto así que lo que le falte ya no va a llegar.

    vista_en: cuándo se le vio por primera vez tal como está; es el «hoy» de quien escribió «mañana».
    """

    hallado: Hallado
    quieto: bool
    agotado: bool
    vista_en: datetime


@dataclass(slots=True)
class _Lectura:
    firma: Firma
    desde_s: float
    vista_en: datetime


class Vigia:
    """Recuerda la última mirada a cada cosa. Con la carpeta quieta no crece."""

    def __init__(self, *, reposo: timedelta, gracia: timedelta) -> None:
        self._reposo_s = reposo.total_seconds()
        self._gracia_s = gracia.total_seconds()
        self._lecturas: dict[str, _Lectura] = {}
        self._a_medias = _Lectura((), float("-inf"), datetime.min)  # noqa: DTZ901 # aún no se ha visto nada

    def observar(self, inventario: Inventario, reloj: Reloj) -> list[Observado]:
        """Las cosas de la carpeta, de la más antigua a la más nueva."""
        arranque_s, ahora = reloj.desde_el_arranque(), reloj.ahora()
        if inventario.a_medias != self._a_medias.firma:
            self._a_medias = _Lectura(inventario.a_medias, arranque_s, ahora)
        # Mientras una copia grande sigue llegando con otro nombre, nada de lo que falta se da por perdido.
        llega_algo = bool(inventario.a_medias) and arranque_s - self._a_medias.desde_s < self._gracia_s
        lecturas: dict[str, _Lectura] = {}
        observados = []
        for hallado in inventario.hallados:
            lectura = self._lecturas.get(hallado.nombre)
            if lectura is None or lectura.firma != hallado.firma:
                lectura = _Lectura(hallado.firma, arranque_s, ahora)
            lecturas[hallado.nombre] = lectura
            quieto_s = arranque_s - lectura.desde_s
            agotado = quieto_s >= self._gracia_s and not llega_algo
            observados.append(Observado(hallado, quieto_s >= self._reposo_s, agotado, lectura.vista_en))
        self._lecturas = lecturas
        return sorted(observados, key=lambda o: (o.vista_en, o.hallado.nombre))

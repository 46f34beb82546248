"""Qué intervalos se pueden decidir ya, y con qué cuenta; para mil monitores a la vez.

Las fuentes y sus lagunas se leen una vez. Los monitores que miran las mismas redes y van por el mismo intervalo
comparten la cuenta: casi siempre son todos.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import Session

from modelos.escucha.consultas import fuentes_activas, lagunas
from motor.escucha.almacen.cobertura import Alcance, Cobertura, Punto, cubrir, se_puede_decidir
from motor.escucha.almacen.contar import inicio_de
from motor.escucha.almacen.conteos import alcance, espera_de

PUNTOS_MAXIMOS = 3000
"""A lo más, los que se dan a decidir de una vez: cuatro meses de horas, diez días de cinco minutos."""

Redes = frozenset[str]
"""Las que mira un monitor; vacío, todas."""


class Decidible:
    """Lo que se puede decidir en este momento. desde: lo más viejo por lo que se va a preguntar.

    Un intervalo se decide cuando ya se oyó todo lo suyo. A las fuentes atrasadas se las espera `espera_de(paso_s)`
    desde que acabó, o desde `arrancado_en` si el motor estuvo apagado: pasado eso el intervalo se da parcial (se puede
    alertar con lo que hay, no aprender de él) o sin dato. Nunca se salta uno.
    """

    def __init__(
        self, sesion: Session, *, desde: datetime, ahora: datetime, arrancado_en: datetime | None = None
    ) -> None:
        self._ahora = ahora
        self._arrancado_en = arrancado_en
        self._fuentes = [f for f in fuentes_activas(sesion) if f.trabajo == "oir"]
        self._huecos: dict[int, list[tuple[datetime, datetime]]] = {}
        for fuente_id, inicio, fin in lagunas(sesion, [f.id for f in self._fuentes], desde=desde, hasta=ahora):
            self._huecos.setdefault(fuente_id, []).append((inicio, fin))
        self._alcances: dict[Redes, tuple[Alcance, ...]] = {}
        self._coberturas: dict[tuple[Redes, int], Cobertura] = {}
        self._hasta: dict[tuple[Redes, int, datetime], datetime] = {}
        self._parciales: dict[tuple[Redes, int, datetime], list[tuple[datetime, bool]]] = {}

    def hasta(self, redes: Redes, paso_s: int, desde: datetime) -> datetime:
        """El fin del último intervalo decidible, sin saltar ninguno desde ahí; `desde` si no hay ninguno."""
        marca = (redes, paso_s, desde)
        if marca not in self._hasta:
            self._hasta[marca] = self._sin_saltar(redes, paso_s, desde)
        return self._hasta[marca]

    def puntos(self, redes: Redes, paso_s: int, desde: datetime, cuentas: Mapping[datetime, int]) -> list[Punto]:
        """Los intervalos decidibles desde ahí, seguidos. cuentas: las de un monitor; la que falta es cero, o laguna."""
        return [
            Punto(inicio, cuentas.get(inicio) or (None if parcial else 0), parcial)
            for inicio, parcial in self._parciales_de(redes, paso_s, desde)
        ]

    def _sin_saltar(self, redes: Redes, paso_s: int, desde: datetime) -> datetime:
        paso, inicio = timedelta(seconds=paso_s), primero(desde, paso_s)
        ultimo = min(inicio_de(self._ahora, paso_s), inicio + PUNTOS_MAXIMOS * paso)
        alcances, espera = self._alcances_de(redes), espera_de(paso_s)
        if ultimo <= inicio:
            return desde
        while inicio < ultimo:
            fin = inicio + paso
            limite = max(fin, self._arrancado_en or fin) + espera
            if not se_puede_decidir(alcances, inicio, fin, ahora=self._ahora, limite=limite):
                break
            inicio = fin
        return max(inicio, desde)

    def _parciales_de(self, redes: Redes, paso_s: int, desde: datetime) -> list[tuple[datetime, bool]]:
        marca = (redes, paso_s, desde)
        if marca not in self._parciales:
            paso, inicio, fin = timedelta(seconds=paso_s), primero(desde, paso_s), self.hasta(redes, paso_s, desde)
            cobertura, todos = self._cobertura_de(redes, paso_s), []
            while inicio < fin:
                todos.append((inicio, cobertura.punto(inicio, inicio + paso, 0).parcial))
                inicio += paso
            self._parciales[marca] = todos
        return self._parciales[marca]

    def _alcances_de(self, redes: Redes) -> tuple[Alcance, ...]:
        if redes not in self._alcances:
            suyas = [f for f in self._fuentes if not redes or f.red in redes]
            self._alcances[redes] = tuple(alcance(f, self._huecos.get(f.id, ())) for f in suyas)
        return self._alcances[redes]

    def _cobertura_de(self, redes: Redes, paso_s: int) -> Cobertura:
        marca = (redes, paso_s)
        if marca not in self._coberturas:
            self._coberturas[marca] = cubrir(self._alcances_de(redes), ahora=self._ahora, margen=espera_de(paso_s))
        return self._coberturas[marca]


def primero(desde: datetime, paso_s: int) -> datetime:
    """El primer intervalo que empieza en ese instante o después."""
    inicio = inicio_de(desde, paso_s)
    return inicio if inicio >= desde else inicio + timedelta(seconds=paso_s)

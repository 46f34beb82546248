"""La agenda de un perfil: qué horas tiene libres y cuánto vale cada una. Pura, salvo que cambia al poner algo en ella.

Lo que vale una hora es lo que se espera de ella más lo que cambia el espaciado: la respuesta de una publicación crece
con las horas que pasaron desde la anterior, y la que ya estaba puesta después pierde las que le quitamos. Por eso
muchas publicaciones se reparten solas por la semana en vez de amontonarse en la mejor hora.
"""

import bisect
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

import numpy as np

from conectores.contrato import Cupo
from motor.horarios.espaciado import espaciado
from motor.horarios.esperado import ENCOGE_EN_VACACIONES, LO_MENOS
from motor.horarios.huecos.rejilla import Mascara, Reales, Rejilla, dia_local
from motor.horarios.mapa import Mapa
from motor.horarios.reglas import ReglasDePerfil

ESPACIADO_MINIMO = 0.02
"""Un perfil que siempre publicó seguido no enseña lo que cuesta amontonar. Con esto, pasar de dos horas a tres días
vale 7 puntos: bastante para separar, poco para mandar sobre la hora."""

_HORA_S = 3600


class Regla(StrEnum):
    """Lo que puede dejar una hora fuera, en el orden en que se le explica a una persona."""

    CALLAR = "callar"
    AL_DIA = "al_dia"
    SEPARACION = "separacion"
    CUPO = "cupo"


class Agenda:
    """vetos: por regla, los cuartos de hora que no se pueden elegir. de_la_hora: lo que vale cada uno, en logaritmo de
    la respuesta; valor: lo mismo, con lo que cambia el espaciado.
    """

    def __init__(
        self,
        rejilla: Rejilla,
        *,
        mapa: Mapa,
        reglas: ReglasDePerfil,
        cupos: Sequence[Cupo],
        ocupados: Sequence[datetime],
    ) -> None:
        self.rejilla = rejilla
        self._al_dia = reglas.al_dia
        self._topes = [(Regla.SEPARACION, Cupo(1, reglas.separacion)), *((Regla.CUPO, c) for c in cupos)]
        self._puestos = sorted(o.timestamp() for o in ocupados)
        self._por_dia = Counter(dia_local(o, rejilla.zona) for o in ocupados)
        self.de_la_hora = _de_la_hora(rejilla, mapa)
        self._espaciado = max(mapa.espaciado, ESPACIADO_MINIMO)
        self.vetos: dict[Regla, Mascara] = {r: np.zeros(rejilla.instantes.size, dtype=bool) for r in Regla}
        self.vetos[Regla.CALLAR] = rejilla.callados(reglas.callar)
        self.libre: Mascara = ~self.vetos[Regla.CALLAR]
        self._vetar_dias(self._por_dia)
        for regla, cupo in self._topes:
            self._vetar_racimos(regla, cupo, 0, len(self._puestos) - cupo.maximo)
        self.valor: Reales = self.de_la_hora.copy()
        self._espaciar(0, rejilla.instantes.size)

    def poner(self, i: int) -> None:
        """Ocupar el cuarto de hora `i`: se cierran los que quedan demasiado cerca y cambia lo que valen los vecinos."""
        instante = float(self.rejilla.instantes[i])
        k = bisect.bisect_left(self._puestos, instante)
        self._puestos.insert(k, instante)
        if self._al_dia is not None:
            dia = int(self.rejilla.dias[i])
            self._por_dia[dia] += 1
            self._vetar_dias([dia])
        for regla, cupo in self._topes:
            # Sólo los racimos en que entra el nuevo: los demás ya estaban vetados, y poner nunca abre nada.
            self._vetar_racimos(regla, cupo, k - cupo.maximo + 1, k)
        vecino = self._puestos[k - 1] if k else -np.inf
        siguiente = self._puestos[k + 1] if k + 1 < len(self._puestos) else np.inf
        self._espaciar(self._indice(vecino), self._indice(siguiente))

    def mejor_sin_sitio(self, tramo: slice) -> float:
        """Lo que vale la mejor hora de ese tramo que no se calla y que otras publicaciones no dejan elegir."""
        sin_sitio = ~self.libre[tramo] & ~self.vetos[Regla.CALLAR][tramo]
        return float(self.de_la_hora[tramo][sin_sitio].max(initial=-np.inf))

    def _indice(self, instante_s: float) -> int:
        if np.isinf(instante_s):
            return 0 if instante_s < 0 else self.rejilla.instantes.size
        return self.rejilla.primero_desde(instante_s)

    def _vetar(self, regla: Regla, a: int, b: int) -> None:
        self.vetos[regla][a:b] = True
        self.libre[a:b] = False

    def _vetar_dias(self, dias: Iterable[int]) -> None:
        if self._al_dia is None:
            return
        for dia in dias:
            if self._por_dia[dia] >= self._al_dia:
                a, b = np.searchsorted(self.rejilla.dias, [dia, dia + 1])
                self._vetar(Regla.AL_DIA, int(a), int(b))

    def _vetar_racimos(self, regla: Regla, cupo: Cupo, primero: int, ultimo: int) -> None:
        """Con `maximo` publicaciones entre a y b no cabe otra que quede con todas ellas en menos de una ventana: ni en
        (b - ventana, a + ventana). La separación es lo mismo con una sola.
        """
        ventana = cupo.ventana.total_seconds()
        for i in range(max(primero, 0), min(ultimo, len(self._puestos) - cupo.maximo) + 1):
            a, b = self._puestos[i], self._puestos[i + cupo.maximo - 1]
            if b - a < ventana:
                self._vetar(regla, self.rejilla.primero_tras(b - ventana), self.rejilla.primero_desde(a + ventana))

    def _espaciar(self, a: int, b: int) -> None:
        """Volver a calcular el valor de ese tramo con lo que hay puesto antes y después de cada cuarto de hora."""
        instantes = self.rejilla.instantes[a:b]
        puestos = np.array([-np.inf, *self._puestos, np.inf])
        k = np.searchsorted(puestos, instantes, side="right")
        previo, siguiente = puestos[k - 1], puestos[k]
        propio = espaciado((instantes - previo) / _HORA_S)
        hay = np.isfinite(siguiente)
        pierde = espaciado((siguiente - previo) / _HORA_S) - espaciado((siguiente - instantes) / _HORA_S)
        ajeno = np.where(hay, -pierde, 0.0)
        self.valor[a:b] = self.de_la_hora[a:b] + self._espaciado * (propio + ajeno)


def _de_la_hora(rejilla: Rejilla, mapa: Mapa) -> Reales:
    """Lo que se espera de cada cuarto de hora, en logaritmo; en vacaciones vale menos lo aprendido."""
    ganancia = np.log1p(np.maximum(np.array(mapa.ganancia), LO_MENOS) / 100)[rejilla.ranuras]
    return np.asarray(np.where(rejilla.en_vacaciones, ganancia * ENCOGE_EN_VACACIONES, ganancia))

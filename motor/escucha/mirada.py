"""Lo que un detector saca de unos intervalos: qué alzas hubo y cuándo volvió lo normal. Puro, salvo su `Estado`.

Un detector que aprende otra vez (se volvió a contar su monitor, o se empezó a mirar cada cinco minutos) no sabe de qué
se avisó ya. Se le cuenta en su momento, para que ni lo repita ni olvide que sigue pasando.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from motor.escucha.almacen.cobertura import Punto
from motor.escucha.picos import Estado, Lectura, asomar, con_alerta, nuevo, observar

DE_UN_EPISODIO = timedelta(hours=24)
"""Lo que se nota a menos de un día de un pico ya anotado es ese mismo pico."""
POCAS = 3.0
"""Menos menciones que éstas en un intervalo no son un alza, por raras que sean: quien vigila algo de lo que no se habla
en meses no quiere un correo por una.
"""


@dataclass(slots=True)
class Alza:
    """Lo que se notó en un intervalo. fin: cuándo acaba el intervalo. hasta: cuándo volvió a lo normal, si volvió."""

    inicio: datetime
    fin: datetime
    valor: float
    lectura: Lectura
    maximo: float
    hasta: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sabido:
    """Un pico que ya está anotado, lo haya notado este detector u otro de otro paso."""

    desde: datetime
    paso_s: int
    puntaje: float


@dataclass(slots=True)
class Mirada:
    """Lo que resulta de poner al día a un detector. vueltas: cuándo se vio que volvía a lo normal, en orden.

    maximo: lo más que se contó en un intervalo mientras duraba un alza.
    """

    estado: Estado
    hasta: datetime
    alzas: list[Alza] = field(default_factory=list)
    vueltas: list[datetime] = field(default_factory=list)
    maximo: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ojo:
    """Cómo se mira: cada cuánto, con qué hora local y cuántas falsas alarmas al mes se toleran."""

    paso_s: int
    zona: ZoneInfo
    falsas_al_mes: float

    def mirar(
        self, mirada: Mirada, puntos: Sequence[Punto], abierto: Punto | None, *, sabidos: Sequence[Sabido] = ()
    ) -> Mirada:
        """Aprender de los cerrados, en orden, y asomarse al abierto. Cambia `mirada` y su estado.

        Lanza ErrorDePicos si los intervalos no siguen a los que el estado ya vio.
        """
        paso, pendientes = timedelta(seconds=self.paso_s), sorted(sabidos, key=lambda s: s.desde, reverse=True)
        for punto in puntos:
            fin = punto.inicio + paso
            while pendientes and pendientes[-1].desde < fin:
                self._recordar(mirada.estado, punto, pendientes.pop())
            self._cerrado(mirada, punto, fin)
            mirada.hasta = fin
        if abierto is not None and abierto.cuenta:
            for sabido in reversed(pendientes):
                self._recordar(mirada.estado, abierto, sabido)
            self._asomar(mirada, abierto, abierto.inicio + paso)
        mirada.alzas = [a for a in mirada.alzas if not self._es_de_uno_sabido(a, sabidos)]
        return mirada

    def _recordar(self, estado: Estado, punto: Punto, sabido: Sabido) -> None:
        """Los puntajes de dos pasos no se comparan; lo que pasan de su umbral, sí."""
        proporcion = 1.0
        if sabido.paso_s != self.paso_s:
            proporcion = estado.umbral(self.falsas_al_mes) / nuevo(sabido.paso_s).umbral(self.falsas_al_mes)
        con_alerta(estado, punto.inicio.astimezone(self.zona), sabido.puntaje * proporcion)

    def _cerrado(self, mirada: Mirada, punto: Punto, fin: datetime) -> None:
        local = punto.inicio.astimezone(self.zona)
        valor = None if punto.cuenta is None else float(punto.cuenta)
        if punto.parcial and valor is not None:
            # Es lo menos que hubo: puede alertar, pero de ello no se aprende.
            self._asomar(mirada, punto, fin)
            valor = None
        _sumar(
            mirada, punto, observar(mirada.estado, local, valor, falsas_al_mes=self.falsas_al_mes, minimo=POCAS), fin
        )

    def _asomar(self, mirada: Mirada, punto: Punto, fin: datetime) -> None:
        local = punto.inicio.astimezone(self.zona)
        lectura = asomar(mirada.estado, local, float(punto.cuenta or 0), falsas_al_mes=self.falsas_al_mes, minimo=POCAS)
        if lectura.alerta:
            con_alerta(mirada.estado, local, lectura.puntaje)
        _sumar(mirada, punto, lectura, fin)

    def _es_de_uno_sabido(self, alza: Alza, sabidos: Sequence[Sabido]) -> bool:
        """Lo que se adelanta a uno ya anotado, o sigue a uno que notó el otro paso: sus puntajes no se comparan."""
        return any(
            alza.inicio <= s.desde < alza.inicio + DE_UN_EPISODIO
            or (s.paso_s != self.paso_s and s.desde <= alza.inicio < s.desde + DE_UN_EPISODIO)
            for s in sabidos
        )


def _sumar(mirada: Mirada, punto: Punto, lectura: Lectura, fin: datetime) -> None:
    valor = float(punto.cuenta or 0)
    if lectura.alerta:
        mirada.alzas.append(Alza(punto.inicio, fin, valor, lectura, valor))
    if lectura.alerta or lectura.sigue:
        mirada.maximo = max(mirada.maximo, valor)
        for alza in mirada.alzas:
            if alza.hasta is None:
                alza.maximo = max(alza.maximo, valor)
    if lectura.recuperado:
        mirada.vueltas.append(fin)
        for alza in mirada.alzas:
            alza.hasta = alza.hasta or fin

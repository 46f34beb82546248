"""Lo que se pide al elegir hora, y lo que se contesta. Puro."""

from dataclasses import dataclass
from datetime import datetime

from motor.horarios.calendario import ClaseDeDia


@dataclass(frozen=True, slots=True, kw_only=True)
class Pedido:
    """Una publicación que espera hora en un perfil.

    clave: única en la llamada; de ella sale el sorteo, así que la misma clave da siempre la misma hora.
    desde, hasta: UTC; puede salir en `desde`, ya no en `hasta`. prioridad: la mayor elige primero.
    """

    clave: str
    perfil: str
    desde: datetime
    hasta: datetime
    prioridad: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hueco:
    """La hora elegida, y todo lo que hace falta para explicarla y, un día, para medir cuánto valió.

    en: UTC. ranura: 0 a 167. Los por ciento son lo que se espera de esa hora ese día.
    al_azar: se sorteó. probabilidad: la de que saliera esta hora (no este cuarto de hora). candidatas: entre cuántas
    horas. la_mejor: es la que se habría elegido sin sorteo. quitada: había una hora bastante mejor, que por otras
    publicaciones ya no tenía sitio.
    """

    en: datetime
    ranura: int
    clase: ClaseDeDia
    ganancia_pct: float
    inferior_pct: float
    superior_pct: float
    al_azar: bool
    probabilidad: float
    candidatas: int
    la_mejor: bool
    quitada: bool = False


class SinHueco(Exception):
    """Ninguna hora cumple todas las reglas. mensaje: cuál la dejó sin sitio. remedio: qué puede hacer el editor."""

    def __init__(self, mensaje: str, remedio: str) -> None:
        super().__init__(f"{mensaje} {remedio}")
        self.mensaje = mensaje
        self.remedio = remedio

"""La semana dibujada: qué dice y de qué color es cada una de las 168 celdas. Puro."""

from collections.abc import Sequence
from dataclasses import dataclass

from motor.horarios.frases import con_signo
from motor.horarios.semana import Hora, Semana, Vale
from motor.legible import DIAS
from panel.textos import _

NIVELES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Celda:
    """clase: la del color. corto: lo que cabe dentro. texto: lo mismo, para oírlo. puesto: 1 la mejor; 0 si no."""

    hora: int
    clase: str
    corto: str
    texto: str
    puesto: int


@dataclass(frozen=True, slots=True)
class Dia:
    nombre: str
    celdas: Sequence[Celda]


def dibujar(semana: Semana) -> list[Dia]:
    mayor = max((abs(h.ganancia) for h in semana.horas if not h.callada), default=0.0)
    return [
        Dia(nombre, [_celda(h, mayor) for h in semana.horas[24 * dia : 24 * dia + 24]])
        for dia, nombre in enumerate(DIAS)
    ]


def _celda(h: Hora, mayor: float) -> Celda:
    return Celda(hora=h.hora, clase=_clase(h, mayor), corto=_corto(h), texto=_texto(h), puesto=h.puesto)


def _corto(h: Hora) -> str:
    return "" if h.callada else con_signo(h.ganancia)


def _texto(h: Hora) -> str:
    """«jueves 20 h: +14 %, entre +3 y +26; segura»."""
    que = _("%(dia)s %(hora)d h") % {"dia": DIAS[h.dia], "hora": h.hora}
    vale = _("%(n)s %%, entre %(menos)s y %(mas)s") % {
        "n": con_signo(h.ganancia),
        "menos": con_signo(h.inferior),
        "mas": con_signo(h.superior),
    }
    dicho = _("no se elige a esta hora") if h.callada else certezas()[h.vale]
    return f"{que}: {vale}; {dicho}"


def certezas() -> dict[Vale, str]:
    return {
        Vale.MEJOR: _("mejor, segura"),
        Vale.QUIZA_MEJOR: _("quizá mejor"),
        Vale.PAREJA: _("como siempre"),
        Vale.QUIZA_PEOR: _("quizá peor"),
        Vale.PEOR: _("peor, segura"),
    }


_HACIA = {
    Vale.MEJOR: "sube segura",
    Vale.QUIZA_MEJOR: "sube quiza",
    Vale.PAREJA: "igual",
    Vale.QUIZA_PEOR: "baja quiza",
    Vale.PEOR: "baja segura",
}


def _clase(h: Hora, mayor: float) -> str:
    """Del color, su lado y qué tan fuerte; de la trama, si es seguro."""
    if h.callada:
        return "callada"
    if h.vale is Vale.PAREJA or not mayor:
        return "igual"
    nivel = min(int(NIVELES * abs(h.ganancia) / mayor) + 1, NIVELES)
    return f"{_HACIA[h.vale]} n{nivel}"

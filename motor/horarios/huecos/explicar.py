"""Por qué no hubo hueco: qué regla dejó la ventana sin sitio, y qué puede hacer el editor. Puro."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from conectores.contrato import Cupo
from motor.horarios.huecos.agenda import Agenda, Regla
from motor.horarios.huecos.pedido import Pedido, SinHueco
from motor.horarios.reglas import ReglasDePerfil
from motor.legible import instante_legible

_AMPLIE = "Amplíe el plazo, o ponga usted la hora."


def sin_hueco(
    pedido: Pedido, agenda: Agenda, tramo: slice, *, reglas: ReglasDePerfil, cupos: Sequence[Cupo]
) -> SinHueco:
    """Se van sumando las reglas en orden: se nombra la que se llevó lo último que quedaba."""
    quedan = ~agenda.vetos[Regla.CALLAR][tramo]
    entre = _entre(pedido, agenda.rejilla.zona)
    if not quedan.size:
        return SinHueco(f"{entre} ya no queda ningún cuarto de hora por venir.", _AMPLIE)
    if not quedan.any():
        return SinHueco(
            f"{entre} todo cae en las horas de callar de «{pedido.perfil}» ({_horas(reglas)}).",
            f"{_AMPLIE} Las horas de callar se cambian en horarios.toml («callar»).",
        )
    for regla in (Regla.AL_DIA, Regla.SEPARACION):
        quedan &= ~agenda.vetos[regla][tramo]
        if not quedan.any():
            break
    else:
        regla = Regla.CUPO
    motivo, ajuste = _motivo(regla, reglas, cupos)
    return SinHueco(f"{entre} no queda sitio en «{pedido.perfil}»: {motivo}.", f"{_AMPLIE} {ajuste}")


def _motivo(regla: Regla, reglas: ReglasDePerfil, cupos: Sequence[Cupo]) -> tuple[str, str]:
    match regla:
        case Regla.AL_DIA:
            cuantas = "una publicación" if reglas.al_dia == 1 else f"{reglas.al_dia} publicaciones"
            return (
                f"cada día tiene ya {cuantas}, lo más que se elige para un día",
                "El tope se cambia en horarios.toml («al_dia»).",
            )
        case Regla.SEPARACION:
            return (
                f"lo que no se calla está a menos de {_plazo(reglas.separacion)} de otra publicación",
                "Lo que se separan se cambia en horarios.toml («separacion_min»).",
            )
        case _:
            topes = ", ".join(f"{c.maximo} cada {_plazo(c.ventana)}" for c in cupos)
            return f"su cupo está lleno ({topes})", "El cupo es de la red, o del perfil («pregonero perfiles»)."


def _entre(pedido: Pedido, zona: ZoneInfo) -> str:
    return f"Entre {instante_legible(pedido.desde, zona)} y {instante_legible(pedido.hasta, zona)}"


def _horas(reglas: ReglasDePerfil) -> str:
    desde, hasta = reglas.callar or ("", "")
    return f"de {desde:%-H:%M} a {hasta:%-H:%M}" if reglas.callar else ""


def _plazo(plazo: timedelta) -> str:
    """«2 h», «1 h 30 min», «24 h»."""
    horas, minutos = divmod(int(plazo.total_seconds() // 60), 60)
    return " ".join(parte for parte in (f"{horas} h" if horas else "", f"{minutos} min" if minutos else "") if parte)

"""Las fechas como se leen en el panel: «hoy 9:00», «mañana», «mar 1 dic». Puro."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from motor.legible import DIAS, MESES
from panel.textos import _


def hora(instante: datetime, zona: ZoneInfo) -> str:
    """«9:05»."""
    return f"{instante.astimezone(zona):%-H:%M}"


def dia_corto(instante: datetime, zona: ZoneInfo, ahora: datetime) -> str:
    """«hoy», «mañana», «ayer», «mar 1 dic», «mar 1 dic 2027» si es de otro año."""
    local, hoy = instante.astimezone(zona).date(), ahora.astimezone(zona).date()
    cerca = {hoy: _("hoy"), hoy + timedelta(days=1): _("mañana"), hoy - timedelta(days=1): _("ayer")}.get(local)
    if cerca:
        return cerca
    ano = f" {local.year}" if local.year != hoy.year else ""
    return f"{DIAS[local.weekday()][:3]} {local.day} {MESES[local.month - 1][:3]}{ano}"


def larga(instante: datetime, zona: ZoneInfo) -> str:
    """«domingo 22 de noviembre»."""
    local = instante.astimezone(zona).date()
    return _("%(dia)s %(numero)d de %(mes)s") % {
        "dia": DIAS[local.weekday()],
        "numero": local.day,
        "mes": MESES[local.month - 1],
    }


def cuando(instante: datetime, zona: ZoneInfo, ahora: datetime) -> str:
    """«hoy 9:05», «mar 1 dic 9:05»."""
    return f"{dia_corto(instante, zona, ahora)} {hora(instante, zona)}"


def hace(instante: datetime, ahora: datetime) -> str:
    """«hace 5 min», «dentro de 2 h», «hace 3 días»."""
    diferencia = ahora - instante
    pasado, cuanto = diferencia >= timedelta(), abs(diferencia)
    minutos = int(cuanto.total_seconds() // 60)
    if minutos < 1:
        return _("ahora mismo")
    if minutos < 60:
        dicho = _("%(n)d min") % {"n": minutos}
    elif minutos < 48 * 60:
        dicho = _("%(n)d h") % {"n": minutos // 60}
    else:
        dicho = _("%(n)d días") % {"n": minutos // (24 * 60)}
    return (_("hace %(cuanto)s") if pasado else _("dentro de %(cuanto)s")) % {"cuanto": dicho}

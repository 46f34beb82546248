"""Lo que sale, como eventos de iCalendar. Puro.

Lo de una publicación al mismo minuto es un evento. Su UID es el de su primera entrega, y no cambia aunque se mueva.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from modelos import Estado
from panel.textos import _

DURA = timedelta(minutes=15)
_RENUEVA = timedelta(hours=1)
_FIRMES = frozenset({Estado.PROGRAMADA, Estado.RECLAMADA, Estado.ENVIANDO, Estado.PUBLICADA})
_PALABRAS = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Saliente:
    """Una entrega como se enseña fuera. perfil: «Facebook · Ayuntamiento». cambios: cuántas veces cambió;
    cambiada_en: la última.
    """

    entrega_id: int
    publicacion_id: int
    estado: Estado
    en: datetime
    perfil: str
    texto: str
    cambios: int
    cambiada_en: datetime


def calendario_de(salientes: Iterable[Saliente], *, url: str, anfitrion: str) -> bytes:
    """El archivo. url: la del panel, sin barra final. anfitrion: con qué acaban los UID."""
    calendario = Calendar()
    calendario.add("prodid", "-//Pregonero//Calendario//ES")
    calendario.add("version", "2.0")
    calendario.add("name", "Pregonero")
    calendario.add("x-wr-calname", "Pregonero")
    calendario.add("refresh-interval", _RENUEVA, parameters={"VALUE": "DURATION"})
    calendario.add("x-published-ttl", "PT1H")
    for juntas in _agrupadas(salientes).values():
        calendario.add_component(_evento(juntas, url=url, anfitrion=anfitrion))
    return bytes(calendario.to_ical())


def _agrupadas(salientes: Iterable[Saliente]) -> Mapping[tuple[int, datetime], list[Saliente]]:
    juntas: dict[tuple[int, datetime], list[Saliente]] = {}
    for s in salientes:
        juntas.setdefault((s.publicacion_id, s.en.replace(second=0, microsecond=0)), []).append(s)
    return juntas


def _evento(juntas: Sequence[Saliente], *, url: str, anfitrion: str) -> Event:
    primera = min(juntas, key=lambda s: s.entrega_id)
    firme = all(s.estado in _FIRMES for s in juntas)
    evento = Event()
    evento.add("uid", f"entrega-{primera.entrega_id}@{anfitrion}")
    evento.add("dtstamp", max(s.cambiada_en for s in juntas).replace(microsecond=0))
    evento.add("sequence", primera.cambios)
    evento.add("dtstart", primera.en.replace(microsecond=0))
    evento.add("dtend", primera.en.replace(microsecond=0) + DURA)
    evento.add("summary", _resumen(juntas, firme=firme))
    evento.add("description", "\n".join([limpio(primera.texto), "", *(limpio(s.perfil) for s in juntas)]))
    evento.add("url", f"{url}/publicacion/{primera.publicacion_id}")
    evento.add("status", "CONFIRMED" if firme else "TENTATIVE")
    evento.add("transp", "TRANSPARENT")  # no ocupa el tiempo de quien la mira
    return evento


def _resumen(juntas: Sequence[Saliente], *, firme: bool) -> str:
    texto = " ".join(limpio(juntas[0].texto).split())
    corto = texto if len(texto) <= _PALABRAS else f"{texto[: _PALABRAS - 1]}…"
    hecho = all(s.estado is Estado.PUBLICADA for s in juntas)
    return f"{'✓ ' if hecho else '' if firme else _('(sin confirmar) ')}{corto}"


def limpio(texto: str) -> str:
    """Sin caracteres de control: ninguno puede empezar otro renglón del archivo."""
    return "".join(c for c in texto.replace("\r\n", "\n") if c == "\n" or c.isprintable())

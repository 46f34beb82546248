"""Lo que la oficina decide sobre sus horas: cuándo callar, qué mide, cuánto prueba al azar. Puro."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ReglasDePerfil:
    """callar: (desde, hasta), hora local, en que no se elige hora (puede cruzar la medianoche); None: nunca.

    metrica: qué se quiere que crezca: «interacciones», «alcance», «clics» o «comentarios». separacion: lo menos entre
    dos publicaciones del perfil al elegir hora. al_dia: lo más que se elige para un mismo día; None: sin tope.
    azar: qué parte de las horas se sortea entre las permitidas, para saber un día cuánto valió elegir (0: ninguna).
    plazo: hasta cuándo se busca si el editor no lo dice. organizacion: los perfiles de una misma se ayudan a aprender.
    """

    callar: tuple[time, time] | None = (time(22), time(7))
    metrica: str = "interacciones"
    separacion: timedelta = timedelta(hours=2)
    al_dia: int | None = None
    azar: float = 0.1
    plazo: timedelta = timedelta(days=7)
    organizacion: str = "la oficina"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReglasDeHorarios:
    """perfiles: las del que tiene propias, por su nombre. vacaciones: periodos escolares (primer y último día) y
    festivos: días que la oficina añade a los que ya se conocen.
    """

    generales: ReglasDePerfil = field(default_factory=ReglasDePerfil)
    perfiles: Mapping[str, ReglasDePerfil] = field(default_factory=dict)
    vacaciones: tuple[tuple[date, date], ...] = ()
    festivos: tuple[date, ...] = ()

    def de(self, perfil: str) -> ReglasDePerfil:
        return self.perfiles.get(perfil, self.generales)

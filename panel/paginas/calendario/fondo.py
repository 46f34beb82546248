"""Lo que va detrás de las tarjetas: qué horas convienen, qué días se echan en falta, y los huecos que se proponen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlmodel import Session

from modelos import Perfil
from motor.entorno import Entorno
from motor.horarios.asignacion import vigentes
from motor.horarios.libres import HuecoLibre, dias_sin_nada, huecos_libres
from motor.horarios.mapa import SEMANA
from motor.horarios.semana import Hora, Vale, semana_de

LOS_QUE_SE_PROPONEN = 3
"""Con más huecos, el calendario sería una lista de pendientes."""
CON_HUECOS = 6
"""Con más perfiles a la vista no se proponen horas: se elige uno en los filtros."""


@dataclass(frozen=True, slots=True)
class Fondo:
    """niveles: por ranura de la semana, de 0 (nada) a 3 (de las mejores), o -1 si la oficina calla.

    faltan: por día, los ids de los perfiles que suelen publicar y no tienen nada.
    """

    niveles: Sequence[int] = ()
    faltan: Mapping[date, list[int]] = field(default_factory=dict)
    huecos: Mapping[date, list[HuecoLibre]] = field(default_factory=dict)


def niveles_de(sesion: Session, entorno: Entorno, perfiles: Sequence[Perfil], *, ahora: datetime) -> list[int]:
    """Lo que vale cada hora de la semana; con varios perfiles, en promedio."""
    if not perfiles:
        return []
    mapas = [v.mapa for v in vigentes(sesion, perfiles, ahora=ahora).values()]
    medio = replace(
        mapas[0],
        ganancia=tuple(sum(m.ganancia[i] for m in mapas) / len(mapas) for i in range(SEMANA)),
        inferior=tuple(sum(m.inferior[i] for m in mapas) / len(mapas) for i in range(SEMANA)),
        superior=tuple(sum(m.superior[i] for m in mapas) / len(mapas) for i in range(SEMANA)),
    )
    semana = semana_de(medio, entorno.horarios().de(perfiles[0].nombre if len(perfiles) == 1 else "").callar)
    return [_nivel(hora) for hora in semana.horas]


def _nivel(hora: Hora) -> int:
    if hora.callada:
        return -1
    if hora.puesto:
        return 3
    return {Vale.MEJOR: 2, Vale.QUIZA_MEJOR: 1}.get(hora.vale, 0)


def fondo_de(
    sesion: Session,
    entorno: Entorno,
    perfiles: Sequence[Perfil],
    *,
    desde: date,
    hasta: date,
    ahora: datetime,
    con_horas: bool,
) -> Fondo:
    """con_horas: también lo que vale cada una (la semana las pinta)."""
    vivos = [p for p in perfiles if p.pausado_en is None]
    faltan = dias_sin_nada(sesion, entorno, [p.id for p in vivos], desde=desde, hasta=hasta, ahora=ahora)
    pedidos = {p: dias[:LOS_QUE_SE_PROPONEN] for p, dias in faltan.items()} if len(vivos) <= CON_HUECOS else {}
    por_dia: dict[date, list[int]] = {}
    for perfil_id, dias in faltan.items():
        for dia in dias:
            por_dia.setdefault(dia, []).append(perfil_id)
    huecos: dict[date, list[HuecoLibre]] = {}
    for hueco in huecos_libres(sesion, entorno, pedidos, ahora=ahora):
        huecos.setdefault(hueco.dia, []).append(hueco)
    return Fondo(niveles_de(sesion, entorno, vivos, ahora=ahora) if con_horas else (), por_dia, huecos)

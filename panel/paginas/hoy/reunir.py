"""Todo lo de Hoy, sólo de lo que esa persona puede ver: pocas consultas, y ninguna por renglón."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import select
from sqlmodel import Session, col

from modelos import Perfil
from motor.aprobaciones.pendientes import pendientes_de
from motor.usuarios.permisos import Accion
from panel.paginas.hoy import alzas, asuntos, salidas
from panel.paginas.hoy.alzas import Alza
from panel.paginas.hoy.asuntos import Asunto
from panel.paginas.hoy.salidas import Dia, Renglon
from panel.peticion import Peticion

TONOS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Hoy:
    """perfiles: los que puede ver, por id. tonos: con cuál se distingue cada red. con_alzas: si puede ver las alertas.
    mas_alzas, mas_por_salir, mas_salidas: cuántas hay que no se enseñan aquí.
    """

    asuntos: Sequence[Asunto]
    alzas: Sequence[Alza]
    mas_alzas: int
    con_alzas: bool
    dias: Sequence[Dia]
    mas_por_salir: int
    salidas: Sequence[Renglon]
    mas_salidas: int
    perfiles: Mapping[int, Perfil]
    tonos: Mapping[str, int]


def reunir(p: Peticion) -> Hoy:
    """Lanza NoEsta si no puede ver nada."""
    ahora, zona = p.ahora, p.entorno.reglas.zona
    permitidos = p.permisos.perfiles(Accion.VER)
    de_oficina = p.puede(Accion.VER)
    with p.entorno.base.leer() as sesion:
        perfiles = _perfiles(sesion, permitidos)
        historias = alzas.historias_abiertas(sesion) if de_oficina else []
        suyos = asuntos.de_entregas(sesion, p.permisos, perfiles=permitidos, ahora=ahora)
        suyos += asuntos.de_perfiles(perfiles, p.permisos, ahora=ahora)
        suyos += asuntos.de_aprobaciones(pendientes_de(sesion, p.permisos, ahora=ahora))
        suyos += asuntos.de_alzas(historias, p.permisos)
        if de_oficina:
            suyos += asuntos.de_la_carpeta(sesion, desde=_medianoche(p))
        dias, mas_por_salir = salidas.lo_que_sale(sesion, perfiles=permitidos, ahora=ahora, zona=zona)
        salio, mas_salidas = salidas.lo_que_salio(sesion, perfiles=permitidos, ahora=ahora)
    redes = sorted({perfil.red for perfil in perfiles})
    en_curso = alzas.averiguar(p.escucha, historias, ahora=ahora)
    return Hoy(
        asuntos=sorted(suyos, key=lambda a: a.orden),
        alzas=en_curso,
        mas_alzas=len(historias) - len(en_curso),
        con_alzas=de_oficina,
        dias=dias,
        mas_por_salir=mas_por_salir,
        salidas=salio,
        mas_salidas=mas_salidas,
        perfiles={perfil.id: perfil for perfil in perfiles},
        tonos={red: n % TONOS for n, red in enumerate(redes)},
    )


def _perfiles(sesion: Session, permitidos: frozenset[int] | None) -> list[Perfil]:
    orden = select(Perfil).order_by(col(Perfil.nombre))
    return list(sesion.scalars(orden if permitidos is None else orden.where(col(Perfil.id).in_(permitidos))))


def _medianoche(p: Peticion) -> datetime:
    zona = p.entorno.reglas.zona
    return datetime.combine(p.ahora.astimezone(zona).date(), time(), zona)

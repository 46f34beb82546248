"""El resumen del día y el de la semana: qué se juntó, averiguado. Lo escribe `redaccion.resumen`.

Sale a su hora, una vez por fecha; si Pregonero estaba detenido sale tarde, y lo de hace más de dos días ya no sale. Un
día en que no hubo nada que contar no manda correo; la semana se cuenta siempre.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from modelos import Entrega, Estado, Historia, Medicion, Monitor, Perfil
from modelos.consultas import perfiles
from modelos.escucha.consultas import Cada, cuentas_por, fuentes_activas, lagunas
from motor.avisos.aviso import Aviso, avisar
from motor.avisos.redaccion.resumen import Fuera, Renglon, Resumen, Seguidores, redactar_resumen
from motor.escucha.entorno import EntornoDeEscucha
from motor.reglas import ReglasDeAvisos

GRUPO = "resumen"
TARDE = 2
"""Días de retraso con que todavía se manda."""
SEMANAS = 4
POR_ATENDER = (Estado.POR_DECIDIR, Estado.EN_DUDA, Estado.FALLIDA)
POR_SALIR = (Estado.PROGRAMADA, Estado.RECLAMADA, Estado.ENVIANDO)


@dataclass(frozen=True, slots=True)
class Debido:
    """Un resumen que toca. dias: 1 o 7; hasta: el primer día que ya no entra."""

    dias: int
    hasta: date

    @property
    def clave(self) -> str:
        return f"resumen:{'semana' if self.dias == 7 else 'dia'}:{self.hasta.isoformat()}"


def debidos(reglas: ReglasDeAvisos, ahora: datetime, zona: ZoneInfo) -> list[Debido]:
    """Los que ya tocan, aunque sea tarde. Pura."""
    local = ahora.astimezone(zona)
    hora = reglas.resumen_diario or time(8, 0)
    tocan = []
    if reglas.resumen_diario is not None and local.time() >= hora:
        tocan.append(Debido(1, local.date()))
    if reglas.resumen_semanal is not None:
        for tarde in range(TARDE + 1):
            dia = local.date() - timedelta(days=tarde)
            if dia.weekday() == reglas.resumen_semanal and (tarde or local.time() >= hora):
                tocan.append(Debido(7, dia))
    return tocan


def mandar(escucha: EntornoDeEscucha, debido: Debido, *, para: tuple[str, ...], clave: str = "") -> bool:
    """Dejar un resumen en la bandeja; False si ya estaba o no hay nada que contar."""
    ahora = escucha.reloj.ahora()
    resumen = juntar(escucha, debido, ahora)
    if resumen.vacio and debido.dias == 1:
        return False
    pliego = redactar_resumen(resumen, escucha.reglas.zona)
    aviso = Aviso(clave=clave or debido.clave, grupo=GRUPO, asunto=pliego.asunto, texto=pliego.texto, html=pliego.html)
    with escucha.principal.base.escribir() as sesion:
        return avisar(sesion, aviso, para=para, ahora=ahora)


def juntar(escucha: EntornoDeEscucha, debido: Debido, ahora: datetime) -> Resumen:
    """Todo lo de esos días, leído de las dos bases."""
    zona = escucha.reglas.zona
    hasta = datetime.combine(debido.hasta, time(), zona)
    desde = datetime.combine(debido.hasta - timedelta(days=debido.dias), time(), zona)
    with escucha.principal.base.leer() as sesion:
        monitores = list(sesion.scalars(select(Monitor).where(col(Monitor.activo)).order_by(col(Monitor.nombre))))
        historias = _historias(sesion, desde, hasta)
        publicadas = _cuantas(sesion, (Estado.PUBLICADA,), _entre(col(Entrega.publicada_en), desde, hasta))
        siguiente = hasta + timedelta(days=debido.dias)
        por_salir = _cuantas(sesion, POR_SALIR, _entre(col(Entrega.no_antes_de), ahora, siguiente))
        una_semana_antes = desde - timedelta(days=7)
        por_atender = _cuantas(sesion, POR_ATENDER, _entre(col(Entrega.no_antes_de), una_semana_antes, siguiente))
        seguidores = _seguidores(sesion, desde, hasta)
    with escucha.base.leer() as sesion:
        renglones = [_renglon(sesion, m, desde, hasta=hasta, dias=debido.dias, zona=zona) for m in monitores]
        fuera = _fuera(sesion, desde, hasta, ahora)
    return Resumen(
        dias=debido.dias,
        desde=desde,
        hasta=hasta,
        escrito_en=ahora,
        renglones=tuple(sorted(renglones, key=lambda r: (-r.mensajes, r.nombre))),
        historias=tuple(historias),
        publicadas=publicadas,
        por_salir=por_salir,
        por_atender=por_atender,
        seguidores=tuple(seguidores),
        fuera=tuple(fuera),
        escuchando=escucha.reglas.escucha.activa,
    )


def _renglon(
    sesion: Session, monitor: Monitor, desde: datetime, *, hasta: datetime, dias: int, zona: ZoneInfo
) -> Renglon:
    """Lo de estos días contra la media de los mismos días de las cuatro semanas de antes."""
    principio = desde - timedelta(weeks=SEMANAS)
    por_dia = cuentas_por(sesion, monitor.id, cada=Cada.DIA, desde=principio, hasta=hasta, zona=zona)
    mensajes = sum(n for dia, n in por_dia.items() if dia >= desde)
    pasadas = []
    for semana in range(1, SEMANAS + 1):
        inicio = desde - timedelta(weeks=semana)
        if inicio < monitor.desde:
            break  # entonces no se contaba todavía
        fin = inicio + timedelta(days=dias)
        pasadas.append(sum(n for dia, n in por_dia.items() if inicio <= dia < fin))
    normal = sum(pasadas) / len(pasadas) if len(pasadas) >= 2 else None
    return Renglon(nombre=monitor.nombre, mensajes=mensajes, normal=normal)


def _historias(sesion: Session, desde: datetime, hasta: datetime) -> list[Historia]:
    orden = select(Historia).where(col(Historia.abierta_en) >= desde, col(Historia.abierta_en) < hasta)
    return list(sesion.scalars(orden.order_by(col(Historia.abierta_en))))


def _entre(columna: Mapped[Any], desde: datetime, hasta: datetime) -> ColumnElement[bool]:
    return (columna >= desde) & (columna < hasta)


def _cuantas(sesion: Session, estados: Sequence[Estado], cuando: ColumnElement[bool]) -> int:
    orden = select(func.count(col(Entrega.id))).where(col(Entrega.estado).in_(estados), cuando)
    return sesion.scalar(orden) or 0


def _seguidores(sesion: Session, desde: datetime, hasta: datetime) -> list[Seguidores]:
    """Cómo acabó cada perfil y cuánto cambió; None donde nadie midió."""
    cambios = []
    for perfil in perfiles(sesion):
        fin = _ultima(sesion, perfil, hasta)
        principio = _ultima(sesion, perfil, desde)
        al_fin = fin[0] if fin is not None and fin[1] >= desde else None
        cambio = al_fin - principio[0] if al_fin is not None and principio is not None else None
        cambios.append(Seguidores(perfil=perfil.titulo or perfil.nombre, red=perfil.red, total=al_fin, cambio=cambio))
    return cambios


def _ultima(sesion: Session, perfil: Perfil, antes_de: datetime) -> tuple[int, datetime] | None:
    orden = (
        select(col(Medicion.valor), col(Medicion.medida_en))
        .where(
            col(Medicion.perfil_id) == perfil.id,
            col(Medicion.metrica) == "seguidores",
            col(Medicion.vista_id).is_(None),
            col(Medicion.medida_en) < antes_de,
        )
        .order_by(col(Medicion.medida_en).desc())
        .limit(1)
    )
    fila = sesion.execute(orden).first()
    return None if fila is None else (fila[0], fila[1])


def _fuera(sesion: Session, desde: datetime, hasta: datetime, ahora: datetime) -> list[Fuera]:
    """Las fuentes que debían oírse y no se oyeron un rato de esos días, o que ahora fallan."""
    fuentes = {f.id: f for f in fuentes_activas(sesion, trabajo="oir")}
    perdido: dict[int, timedelta] = {}
    for fuente_id, inicio, fin in lagunas(sesion, list(fuentes), desde=desde, hasta=hasta):
        perdido[fuente_id] = perdido.get(fuente_id, timedelta(0)) + min(fin, hasta) - max(inicio, desde)
    for f in fuentes.values():
        if f.fallos > 0 and (f.oida_en is None or ahora - f.oida_en > timedelta(hours=1)):
            sin_oir = hasta - max(f.oida_en, desde) if f.oida_en is not None else hasta - max(f.desde, desde)
            perdido[f.id] = max(perdido.get(f.id, timedelta(0)), sin_oir)
    return [
        Fuera(
            nombre=fuentes[i].nombre or fuentes[i].clave,
            cuanto=rato,
            motivo=fuentes[i].detalle if fuentes[i].fallos else "",
        )
        for i, rato in sorted(perdido.items(), key=lambda x: -x[1])
        if rato >= timedelta(minutes=10)
    ]

"""Cerrar lo que terminó: de `procesando/` a `publicadas/` o `rechazadas/`, con una nota de qué fue de cada red."""

import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import exists, func
from sqlmodel import Session, col, select

from modelos import Entrega, Estado, Evento, Publicacion, Recepcion, Veredicto
from modelos.estados import TERMINALES
from motor.entorno import Entorno
from motor.entrada.colocar.colocacion import anotar_estado, ruta_de_estado
from motor.entrada.colocar.rechazo import escribir_nota
from motor.entrada.colocar.traslado import PUBLICADAS, RECHAZADAS, lugar_libre, mover_si_esta, nombre_de_nota, nota_de
from motor.entrada.contar import actas, devolucion, textos
from motor.entrada.contar.actas import Acta, acta_de
from motor.entrada.leer.codificacion import mostrable
from motor.entrada.mirar.inventario import SUFIJO_MOTIVO, SUFIJO_RESULTADO

TANDA = 200
"""Cuántas se cierran en un recorrido: mil que terminan a la vez no deben retrasar lo que acaba de llegar."""


def cerrar_terminadas(entorno: Entorno, *, ahora: datetime) -> list[str]:
    """Cerrar las unidades cuyas entregas ya terminaron todas. Devuelve sus nombres."""
    with entorno.base.leer() as sesion:
        terminadas = _sin_pendientes(sesion)
    for recepcion in terminadas:
        _cerrar(entorno, recepcion, ahora)
    return [recepcion.nombre for recepcion in terminadas]


def _sin_pendientes(sesion: Session) -> list[Recepcion]:
    """Recepciones en curso sin ninguna entrega que el motor aún pueda tocar.

    Se unen por el nombre de origen, que tiene índice: así ni cien mil programadas cuestan memoria.
    """
    pendiente = (
        select(Entrega.id)
        .join(Publicacion, col(Publicacion.id) == col(Entrega.publicacion_id))
        .where(col(Publicacion.origen_nombre) == col(Recepcion.nombre), col(Entrega.estado).not_in(list(TERMINALES)))
    )
    orden = select(Recepcion).where(col(Recepcion.veredicto) == Veredicto.EN_CURSO, ~exists(pendiente))
    return list(sesion.exec(orden.order_by(col(Recepcion.id)).limit(TANDA)))


def _cerrar(entorno: Entorno, recepcion: Recepcion, ahora: datetime) -> None:
    acta = acta_de(recepcion)
    with entorno.base.leer() as sesion:
        lineas = actas.lineas_de(sesion, entorno, acta.publicaciones)
    salio = any(linea.estado is Estado.PUBLICADA for linea in lineas)
    acta.cierre = acta.cierre or _destinos(entorno, acta, PUBLICADAS if salio else RECHAZADAS)
    # Lo decidido se guarda antes de mover: una muerte a la mitad sigue con los mismos nombres.
    _guardar(entorno, recepcion.id, acta)
    final = entorno.buzon / acta.cierre[acta.principal]
    _anotar(entorno, recepcion, acta, lineas, final, salio, ahora)
    for nombre, relativa in acta.cierre.items():
        mover_si_esta(entorno.buzon / acta.rutas[nombre], entorno.buzon / relativa)
    with contextlib.suppress(FileNotFoundError):
        ruta_de_estado(entorno, acta).unlink()
    if acta.copia:
        (entorno.buzon / acta.copia).unlink(missing_ok=True)
    acta.rutas = acta.cierre
    _guardar(entorno, recepcion.id, acta, veredicto=Veredicto.PUBLICADO if salio else Veredicto.RECHAZADO, ahora=ahora)


def _destinos(entorno: Entorno, acta: Acta, carpeta: str) -> dict[str, str]:
    destinos: dict[str, str] = {}
    ocupados: set[Path] = set()
    for nombre, relativa in acta.rutas.items():
        con = _acompanantes(acta) if nombre == acta.principal else []
        libre = lugar_libre(entorno.buzon / carpeta, Path(relativa).name, ocupados=ocupados, con=con)
        ocupados.add(libre)
        destinos[nombre] = libre.relative_to(entorno.buzon).as_posix()
    return destinos


def _acompanantes(acta: Acta) -> list[Callable[[str], str]]:
    """Lo que irá al lado del principal: su nota y, si es un calendario, su copia."""
    con = [nota_de(SUFIJO_RESULTADO), nota_de(SUFIJO_MOTIVO)]
    return [*con, lambda nombre: devolucion.nombre_de_copia(nombre, acta.copia)] if acta.es_calendario else con


def _anotar(
    entorno: Entorno,
    recepcion: Recepcion,
    acta: Acta,
    lineas: Sequence[textos.Linea],
    final: Path,
    salio: bool,
    ahora: datetime,
) -> None:
    texto = textos.resultado(recepcion.nombre, lineas, acta.arreglos, ahora=ahora, zona=entorno.reglas.zona)
    if acta.es_calendario:
        copia = final.parent / devolucion.nombre_de_copia(final.name, acta.copia)
        devolucion.rehacer_copia(entorno, acta, copia)
    escribir_nota(final.parent / nombre_de_nota(final.name, SUFIJO_RESULTADO if salio else SUFIJO_MOTIVO), texto)


def _guardar(
    entorno: Entorno,
    recepcion_id: int,
    acta: Acta,
    *,
    veredicto: Veredicto = Veredicto.EN_CURSO,
    ahora: datetime | None = None,
) -> None:
    with entorno.base.escribir() as sesion:
        recepcion = sesion.get_one(Recepcion, recepcion_id)
        recepcion.detalle = acta.en_texto()
        recepcion.veredicto = veredicto
        recepcion.terminada_en = ahora
        if ahora is not None:
            recepcion.destino = mostrable(acta.cierre[acta.principal])[:400]
        sesion.add(recepcion)


# ── al corriente ─────────────────────────────────────────────────────────────────────────────────────────────────


def poner_al_corriente(entorno: Entorno, *, desde_evento: int | None, ahora: datetime) -> int:
    """Rehacer las notas de lo que sigue en curso y cambió desde un evento. Devuelve el último evento que hay."""
    with entorno.base.leer() as sesion:
        ultimo = int(sesion.exec(select(func.max(Evento.id))).one() or 0)
        tocadas = _tocadas(sesion, desde_evento) if desde_evento is not None and ultimo != desde_evento else []
    for recepcion in tocadas:
        if not acta_de(recepcion).es_calendario:
            anotar_estado(entorno, recepcion, ahora=ahora)
    return ultimo


def _tocadas(sesion: Session, desde_evento: int) -> list[Recepcion]:
    orden = (
        select(Recepcion)
        .join(Publicacion, col(Publicacion.origen_nombre) == col(Recepcion.nombre))
        .join(Entrega, col(Entrega.publicacion_id) == col(Publicacion.id))
        .join(Evento, col(Evento.entrega_id) == col(Entrega.id))
        .where(col(Evento.id) > desde_evento, col(Recepcion.veredicto) == Veredicto.EN_CURSO)
        .distinct()
        .limit(TANDA)
    )
    return list(sesion.exec(orden))

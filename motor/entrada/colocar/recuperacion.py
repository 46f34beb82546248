"""Terminar lo que una muerte dejó a medias: lo registrado se coloca, y lo demás vuelve a la entrada."""

import logging
import os
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlmodel import col, select

from conectores.contrato import Problema
from modelos import Recepcion, Veredicto
from motor.entorno import Entorno
from motor.entrada.colocar import traslado
from motor.entrada.colocar.colocacion import ordenar, ruta_de_estado
from motor.entrada.colocar.pasajeros import es_pasajero
from motor.entrada.colocar.rechazo import rechazar
from motor.entrada.colocar.traslado import ENTRADA, PROCESANDO
from motor.entrada.contar.actas import acta_de
from motor.entrada.leer.codificacion import mostrable
from motor.entrada.mirar.inventario import es_de_pregonero, inventariar

logger = logging.getLogger(__name__)


def recuperar(entorno: Entorno, *, ahora: datetime) -> None:
    """Repetible. Lo que no se pueda mover se deja donde está y se dice: no impide atender lo demás."""
    with entorno.base.leer() as sesion:
        en_curso = list(sesion.exec(select(Recepcion).where(col(Recepcion.veredicto) == Veredicto.EN_CURSO)))
    suyos = {acta_de(recepcion).taller for recepcion in en_curso}
    for carpeta in traslado.talleres(entorno.buzon):
        if carpeta.name not in suyos:
            _sin_parar(carpeta.name, partial(_devolver, entorno, carpeta, ahora))
    conocidas: set[str] = set()
    for recepcion in en_curso:
        acta = acta_de(recepcion)
        conocidas.update([*acta.rutas.values(), acta.copia])
        if not ruta_de_estado(entorno, acta).exists() or (entorno.buzon / PROCESANDO / acta.taller).is_dir():
            _sin_parar(recepcion.nombre, partial(ordenar, entorno, recepcion.id, ahora=ahora))
    _devolver_sueltos(entorno, conocidas)


def esta_registrado(entorno: Entorno, taller: Path) -> bool:
    """Alguna unidad en curso dice que salió de este taller: sus publicaciones ya están guardadas."""
    with entorno.base.leer() as sesion:
        suyas = sesion.exec(
            select(Recepcion).where(
                col(Recepcion.veredicto) == Veredicto.EN_CURSO,
                col(Recepcion.detalle).contains(taller.name, autoescape=True),
            )
        )
        return any(acta_de(recepcion).taller == taller.name for recepcion in suyas)


def _sin_parar(nombre: str, accion: Callable[[], None]) -> None:
    try:
        accion()
    except Exception as error:
        if es_pasajero(error):
            raise
        logger.exception("No se pudo recuperar «%s».", mostrable(nombre), extra={"accion": "entrada_sin_recuperar"})


def _devolver(entorno: Entorno, carpeta: Path, ahora: datetime) -> None:
    for ruta in traslado.devolver(entorno.buzon, carpeta):
        problema = Problema("llegó otro con el mismo nombre antes de que pudiéramos leerlo.", "Se tomó el nuevo.")
        rechazar(entorno, ruta.name, {ruta.name: ruta}, [problema], ahora=ahora)
    traslado.vaciar(carpeta, {})


def _devolver_sueltos(entorno: Entorno, conocidas: set[str]) -> None:
    """Lo que alguien puso a mano en `procesando/` y no es de ninguna unidad se lee como si acabara de llegar."""
    for hallado in inventariar(entorno.buzon / PROCESANDO).hallados:
        destino = entorno.buzon / ENTRADA / hallado.nombre
        if f"{PROCESANDO}/{hallado.nombre}" in conocidas or es_de_pregonero(hallado.nombre):
            continue
        if not os.path.lexists(destino):
            traslado.mover(hallado.ruta, destino)

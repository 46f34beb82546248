"""Repasar el acervo: que no falte ningún archivo, y que cada medio tenga su huella y sus miniaturas.

Lo que llega por la carpeta se publica sin esperar a nada de esto; aquí se completa.
"""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlmodel import col, select

from conectores.contrato import TipoDeMedio
from modelos import Medio
from motor.acervo import miniaturas, parecido
from motor.acervo.ficha import palabras_de
from motor.acervo.ingreso import LLEGANDO
from motor.acervo.medios import MedioInadmisible, datos_de, inspeccionar
from motor.acervo.miniaturas import LADOS
from motor.entorno import Entorno

_SOBRA_TRAS_S = 24 * 3600


@dataclass(slots=True)
class Repaso:
    """faltan: los medios cuyo archivo no está o no se lee. sobras: subidas a medias de ayer o antes, ya borradas."""

    mirados: int = 0
    completados: int = 0
    miniaturas: int = 0
    sobras: int = 0
    faltan: list[str] = field(default_factory=list)


def repasar(entorno: Entorno, *, avance: Callable[[int, int], None] = lambda _hechos, _todos: None) -> Repaso:
    """De uno en uno y en transacciones cortas: se puede interrumpir y repetir, y no estorba a quien publica."""
    repaso = Repaso(sobras=_quitar_sobras(entorno))
    with entorno.base.leer() as sesion:
        ids = list(sesion.exec(select(Medio.id).order_by(col(Medio.id))))
    for id_ in ids:
        _repasar_uno(entorno, id_, repaso)
        repaso.mirados += 1
        avance(repaso.mirados, len(ids))
    return repaso


def completar_lo_nuevo(entorno: Entorno, *, limite: int = 20) -> int:
    """Lo que llegó por la carpeta desde la última vez: su huella y sus miniaturas. Cuántos; pocos cada vez."""
    pendiente = (col(Medio.huella_visual) == "") & (col(Medio.tipo) == TipoDeMedio.IMAGEN.value)
    with entorno.base.leer() as sesion:
        ids = list(sesion.exec(select(Medio.id).where(pendiente).order_by(col(Medio.id)).limit(limite)))
    for id_ in ids:
        repaso = Repaso()
        _repasar_uno(entorno, id_, repaso)
        if repaso.faltan:  # no se lee: que no se quede a la cabeza de la fila
            with entorno.base.escribir() as sesion:
                parecido.anotar(sesion, sesion.get_one(Medio, id_), parecido.LISA)
    return len(ids)


def _repasar_uno(entorno: Entorno, medio_id: int, repaso: Repaso) -> None:
    with entorno.base.leer() as sesion:
        medio = sesion.get_one(Medio, medio_id)
    datos = datos_de(medio, entorno.acervo)
    if not datos.ruta.is_file():
        repaso.faltan.append(f"{medio.nombre} ({medio.ruta})")
        return
    if not medio.sha256_guardado or (not medio.huella_visual and datos.tipo is TipoDeMedio.IMAGEN):
        try:
            _completar(entorno, medio_id, datos.tipo is TipoDeMedio.IMAGEN)
        except MedioInadmisible as error:
            repaso.faltan.append(str(error.problema))
            return
        repaso.completados += 1
    for tamano in LADOS:
        if not miniaturas.ruta_de(entorno.acervo, datos.sha256, tamano).is_file():
            repaso.miniaturas += miniaturas.hacer(entorno.acervo, datos, tamano) is not None


def _completar(entorno: Entorno, medio_id: int, es_imagen: bool) -> None:
    with entorno.base.leer() as sesion:
        ruta = entorno.acervo / sesion.get_one(Medio, medio_id).ruta
    guardado = inspeccionar(ruta)
    huella = parecido.huella_visual(ruta) if es_imagen else ""
    with entorno.base.escribir() as sesion:
        medio = sesion.get_one(Medio, medio_id)
        medio.sha256_guardado = guardado.sha256
        medio.buscable = palabras_de(medio)
        parecido.anotar(sesion, medio, huella)


def _quitar_sobras(entorno: Entorno) -> int:
    """Lo que se estaba subiendo cuando se apagó el servidor."""
    quitadas = 0
    for sobra in (entorno.acervo / LLEGANDO).glob("s-*"):
        with contextlib.suppress(OSError):
            if time.time() - sobra.stat().st_mtime > _SOBRA_TRAS_S:
                sobra.unlink()
                quitadas += 1
    return quitadas

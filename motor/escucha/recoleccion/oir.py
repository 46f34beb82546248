"""Oír una fuente: pedir lo nuevo de su canal (o de su búsqueda), guardarlo y seguir mientras haya más."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from sqlmodel import Session, col, select

from conectores.contrato_escucha import Buscador, Desde, Escucha, Tanda
from modelos import Entrega, Estado, Vista
from motor.escucha.almacen.guardar import guardar
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.recoleccion.presupuesto import apartado, ritmo
from motor.escucha.recoleccion.turno import TANDAS_POR_TURNO, Resultado, Turno, canal_de

RECIENTES = timedelta(days=30)
PUBLICACIONES = 100
"""Las nuestras en que se miran comentarios: las del último mes, a lo más tantas."""


def oir(turno: Turno) -> Resultado:
    """Lo nuevo, a lo más `TANDAS_POR_TURNO` peticiones. Lanza un veredicto, o PresupuestoAgotado."""
    fuente, preguntar = turno.fuente, _pregunta(turno)
    canal = canal_de(turno.hechos, fuente.canal)
    costo = canal.costo if canal is not None else Decimal(0)
    publicaciones = _publicaciones(turno.escucha, fuente.perfil_id)
    nuevos, hay_mas, cobrado = 0, False, Decimal(0)
    for _ in range(TANDAS_POR_TURNO):
        desde = Desde(
            cursor=fuente.cursor, no_antes_de=_no_antes_de(turno.escucha, fuente.desde), publicaciones=publicaciones
        )
        with apartado(turno.escucha, fuente.red, costo=costo, concepto=f"{fuente.canal} leídos"[:120]) as cuenta:
            tanda = preguntar(desde)
            cuenta.anotar(tanda.gastos)
        nuevos += guardar(turno.escucha, fuente, tanda, entender=turno.entender).nuevos
        fuente.cursor, hay_mas = tanda.cursor, tanda.hay_mas
        cobrado += cuenta.dolares
        if not hay_mas or not turno.seguir() or ritmo(turno.escucha, fuente.red, cobrado):
            break
    return Resultado(nuevos=nuevos, hay_mas=hay_mas, costo=cobrado)


def _pregunta(turno: Turno) -> Callable[[Desde], Tanda]:
    fuente, busqueda = turno.fuente, turno.hechos.busqueda
    if busqueda is not None and fuente.canal == busqueda.nombre:
        buscador = turno.conector(Buscador)  # type: ignore[type-abstract] # es un protocolo que se comprueba al vuelo
        return lambda desde: buscador.buscar(fuente.direccion, desde)
    quien = turno.conector(Escucha)  # type: ignore[type-abstract] # ídem
    return lambda desde: quien.escuchar(fuente.canal, desde)


def _no_antes_de(escucha: EntornoDeEscucha, desde: datetime) -> datetime:
    """Nunca más pasado del que se guardaría."""
    return max(desde, escucha.reloj.ahora() - escucha.reglas.escucha.vida_de_mensajes)


def _publicaciones(escucha: EntornoDeEscucha, perfil_id: int) -> tuple[str, ...]:
    """Las nuestras que conviene mirar, las más nuevas primero: las que publicó Pregonero y las que se vieron ahí."""
    if not perfil_id:
        return ()
    desde = escucha.reloj.ahora() - RECIENTES
    with escucha.principal.base.leer() as sesion:
        fechas = {**_vistas(sesion, perfil_id, desde), **_entregadas(sesion, perfil_id, desde)}
    return tuple(sorted(fechas, key=lambda i: fechas[i], reverse=True)[:PUBLICACIONES])


def _entregadas(sesion: Session, perfil_id: int, desde: datetime) -> dict[str, datetime]:
    orden = select(Entrega.id_externo, Entrega.publicada_en).where(
        col(Entrega.perfil_id) == perfil_id,
        col(Entrega.estado) == Estado.PUBLICADA,
        col(Entrega.publicada_en) >= desde,
        col(Entrega.borrada_en).is_(None),
        col(Entrega.id_externo).is_not(None),
    )
    return {i: en for i, en in sesion.exec(orden) if i and en is not None}


def _vistas(sesion: Session, perfil_id: int, desde: datetime) -> dict[str, datetime]:
    orden = select(Vista.id_externo, Vista.publicada_en).where(
        col(Vista.perfil_id) == perfil_id, col(Vista.publicada_en) >= desde, col(Vista.borrada_en).is_(None)
    )
    return dict(sesion.exec(orden).all())

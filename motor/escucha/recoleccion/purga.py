"""Revisar: donde la red exige que lo borrado allá se borre aquí, volver a preguntar por lo guardado antes del plazo.

Se pregunta a media vida del plazo, por orden de llegada y dando la vuelta: uno del que la red no dice nada no estorba a
los demás. Lo que no se alcance a comprobar en el plazo se vacía, aunque la red no conteste o ya no se escuche.
"""

from datetime import timedelta

from sqlmodel import col, select

from conectores.contrato_escucha import Revisor
from modelos.escucha import Fuente, Mensaje
from motor.escucha.almacen.caducidad import purgar
from motor.escucha.almacen.guardar import guardar_revision
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.recoleccion.presupuesto import apartado
from motor.escucha.recoleccion.turno import TANDAS_POR_TURNO, Resultado, Turno


def revisar(turno: Turno) -> Resultado:
    """Lo que ya va a la mitad de su plazo, por lotes. Lanza un veredicto, o PresupuestoAgotado."""
    purga = turno.hechos.purga
    if purga is None:
        return Resultado(detalle="Esta red ya no lo exige.")
    revisor = turno.conector(Revisor)  # type: ignore[type-abstract] # es un protocolo que se comprueba al vuelo
    borrados, quedan = 0, False
    for _ in range(TANDAS_POR_TURNO):
        lote = _por_comprobar(turno, purga, revisor.lote_de_revision)
        quedan = bool(lote)
        if not lote or not turno.seguir():
            break
        borrados += _revisar_lote(turno, revisor, list(lote.values()))
        turno.fuente.cursor = str(max(lote))
    if not quedan:
        turno.fuente.cursor = ""
    return Resultado(nuevos=borrados, hay_mas=quedan)


def purgar_lo_vencido(escucha: EntornoDeEscucha) -> int:
    """Vaciar lo que ya pasó del plazo de su red sin poderse comprobar; cuántos. No pregunta nada a nadie."""
    with escucha.base.leer() as sesion:
        redes = sesion.exec(select(Fuente.red).distinct()).all()
    return sum(purgar(escucha, red) for red in redes)


def _revisar_lote(turno: Turno, revisor: Revisor, ids: list[str]) -> int:
    costo = revisor.costo_de_revision * len(ids)
    with apartado(turno.escucha, turno.fuente.red, costo=costo, concepto="mensajes vueltos a comprobar") as cuenta:
        revision = revisor.revisar(ids)
        cuenta.anotar(revision.gastos)
    guardado = guardar_revision(
        turno.escucha, turno.fuente.red, revision.vivos, revision.borrados, entender=turno.entender
    )
    return guardado.borrados


def _por_comprobar(turno: Turno, purga: timedelta, cuantos: int) -> dict[int, str]:
    """Los que siguen al cursor, de su número al identificador que les da la red."""
    cursor = turno.fuente.cursor
    orden = (
        select(Mensaje.id, Mensaje.id_externo)
        .where(
            col(Mensaje.red) == turno.fuente.red,
            col(Mensaje.id) > (int(cursor) if cursor.isdecimal() else 0),
            col(Mensaje.borrado_en).is_(None),
            col(Mensaje.texto) != "",
            col(Mensaje.comprobado_en) <= turno.escucha.reloj.ahora() - purga / 2,
        )
        .order_by(col(Mensaje.id))
        .limit(cuantos)
    )
    with turno.escucha.base.leer() as sesion:
        return dict(sesion.exec(orden).all())

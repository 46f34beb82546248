"""Revisar: donde la red exige que lo borrado allá se borre aquí, volver a preguntar por lo guardado antes del plazo.

Se pregunta a media vida del plazo, por orden de llegada y dando la vuelta: uno del que la red no dice nada no estorba a
los demás. Donde preguntar cuesta, primero lo más nuevo y sólo con una parte del presupuesto: si no, comprobar lo viejo
dejaría sin dinero para oír lo que se dice hoy. Lo que no se alcance a comprobar en el plazo se vacía, aunque la red no
conteste o ya no se escuche.
"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import true
from sqlmodel import col, select

from conectores.contrato_escucha import Revisor
from modelos.escucha import Fuente, Mensaje
from motor.escucha.almacen.caducidad import purgar
from motor.escucha.almacen.guardar import guardar_revision
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.recoleccion.cadencia import inicio_de_mes, mes_siguiente
from motor.escucha.recoleccion.presupuesto import apartado, gastado_en
from motor.escucha.recoleccion.turno import TANDAS_POR_TURNO, Resultado, Turno

CONCEPTO = "mensajes vueltos a comprobar"
PARTE_DEL_PRESUPUESTO = Decimal("0.25")
SIN_SU_PARTE = (
    "Ya se usó la parte del presupuesto que va a comprobar lo guardado; lo que no se compruebe a tiempo se borra aquí, "
    "como pide la red."
)


def revisar(turno: Turno) -> Resultado:
    """Lo que ya va a la mitad de su plazo, por lotes. Lanza un veredicto, o PresupuestoAgotado."""
    purga = turno.hechos.purga
    if purga is None:
        return Resultado(detalle="Esta red ya no lo exige.")
    revisor = turno.conector(Revisor)  # type: ignore[type-abstract] # es un protocolo que se comprueba al vuelo
    borrados, quedan, cuesta = 0, False, revisor.costo_de_revision > 0
    for _ in range(TANDAS_POR_TURNO):
        if cuesta and _se_gasto_su_parte(turno):
            return Resultado(nuevos=borrados, detalle=SIN_SU_PARTE)
        lote = _por_comprobar(turno, purga, revisor.lote_de_revision, primero_lo_nuevo=cuesta)
        quedan = bool(lote)
        if not lote or not turno.seguir():
            break
        borrados += _revisar_lote(turno, revisor, list(lote.values()))
        turno.fuente.cursor = str(min(lote) if cuesta else max(lote))
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
    with apartado(turno.escucha, turno.fuente.red, costo=costo, concepto=CONCEPTO) as cuenta:
        revision = revisor.revisar(ids)
        cuenta.anotar([replace(g, concepto=CONCEPTO) for g in revision.gastos])
    guardado = guardar_revision(
        turno.escucha, turno.fuente.red, revision.vivos, revision.borrados, entender=turno.entender
    )
    return guardado.borrados


def _se_gasto_su_parte(turno: Turno) -> bool:
    """Su parte crece con el mes, para que alcance hasta el final."""
    escucha, red = turno.escucha, turno.fuente.red
    ahora = escucha.reloj.ahora()
    inicio = inicio_de_mes(ahora)
    pasado = Decimal((ahora - inicio + timedelta(days=1)) / (mes_siguiente(ahora) - inicio))
    tope = escucha.presupuesto(red) * PARTE_DEL_PRESUPUESTO * min(pasado, Decimal(1))
    return gastado_en(escucha, red, concepto=CONCEPTO) >= tope


def _por_comprobar(turno: Turno, purga: timedelta, cuantos: int, *, primero_lo_nuevo: bool) -> dict[int, str]:
    """Los que siguen al cursor, de su número al identificador que les da la red."""
    cursor = int(turno.fuente.cursor) if turno.fuente.cursor.isdecimal() else 0
    numero = col(Mensaje.id)
    orden = (
        select(Mensaje.id, Mensaje.id_externo)
        .where(
            col(Mensaje.red) == turno.fuente.red,
            (numero < cursor if cursor else true()) if primero_lo_nuevo else numero > cursor,
            col(Mensaje.borrado_en).is_(None),
            col(Mensaje.texto) != "",
            col(Mensaje.comprobado_en) <= turno.escucha.reloj.ahora() - purga / 2,
        )
        .order_by(numero.desc() if primero_lo_nuevo else numero)
        .limit(cuantos)
    )
    with turno.escucha.base.leer() as sesion:
        return dict(sesion.exec(orden).all())

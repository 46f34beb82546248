"""Retratar otras cuentas: sus números públicos, para comparar, y lo último que publicaron.

Que una cuenta no se pueda leer no prueba que se haya borrado: se anota como ilegible, con su motivo, y se insiste al
día siguiente.
"""

from dataclasses import replace

from conectores.contrato_escucha import METRICAS, Clase, Competidor, Ilegible, Retrato, Tanda
from modelos import MedicionAjena
from motor.escucha.almacen.guardar import guardar
from motor.escucha.almacen.limpieza import entero
from motor.escucha.recoleccion.cadencia import manana
from motor.escucha.recoleccion.presupuesto import apartado
from motor.escucha.recoleccion.previstas import costo_de_retrato
from motor.escucha.recoleccion.turno import Resultado, Turno

ILEGIBLE = "No se pudo leer (no prueba que se haya borrado): "


def retratar(turno: Turno) -> Resultado:
    """Una vez al día, por la mañana. Lanza un veredicto, o PresupuestoAgotado."""
    fuente, escucha = turno.fuente, turno.escucha
    quien = turno.conector(Competidor)  # type: ignore[type-abstract] # es un protocolo que se comprueba al vuelo
    costo = costo_de_retrato(turno.hechos)
    with apartado(escucha, fuente.red, costo=costo, concepto="cuentas que se comparan") as cuenta:
        retrato = quien.retratar(fuente.direccion)
        if isinstance(retrato, Retrato):
            cuenta.anotar(retrato.mediciones.gastos)
    cuando = manana(escucha.reloj.ahora(), escucha.reglas.zona, minuto=fuente.id)
    if isinstance(retrato, Ilegible):
        return Resultado(proxima_en=cuando, detalle=f"{ILEGIBLE}{retrato.motivo}"[:1000])
    _guardar_numeros(turno, retrato)
    recientes = tuple(replace(o, clase=Clase.COMPETIDOR) for o in retrato.recientes)
    guardado = guardar(escucha, fuente, Tanda(oidos=recientes), entender=turno.entender)
    return Resultado(nuevos=guardado.nuevos, proxima_en=cuando)


def _guardar_numeros(turno: Turno, retrato: Retrato) -> None:
    ahora = turno.escucha.reloj.ahora()
    with turno.escucha.principal.base.escribir() as sesion:
        sesion.add_all(
            MedicionAjena(
                fuente=turno.fuente.clave,
                metrica=metrica,
                valor=valor,
                version=retrato.mediciones.version[:120],
                medida_en=ahora,
            )
            for metrica, dado in retrato.mediciones.valores.items()
            if metrica in METRICAS and (valor := entero(dado)) is not None
        )

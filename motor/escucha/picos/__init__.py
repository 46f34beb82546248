"""Picos: alzas anormales en los conteos de un monitor. Puro y causal: cada intervalo se decide al llegar.

    estado = nuevo(3600)
    lectura = observar(estado, instante_local, 14, falsas_al_mes=1.0)   # un intervalo cerrado: decide y aprende
    lectura = asomar(estado, instante_local, 9, falsas_al_mes=1.0)      # el que sigue abierto: decide y no aprende
    if lectura.alerta:
        con_alerta(estado, instante_local, lectura.puntaje)             # ya se avisó: `observar` no lo repetirá
    guardado = a_bytes(estado)                                          # menos de 8 KB; `de_bytes` lo recupera igual

Por qué así, y lo medido: docs/decisiones/0006-picos.md
"""

from motor.escucha.picos.detector import Estado, Lectura, asomar, con_alerta, nuevo, observar
from motor.escucha.picos.guardado import VERSION, a_bytes, de_bytes
from motor.escucha.picos.instantes import ErrorDePicos
from motor.escucha.picos.umbrales import PRESUPUESTO

__all__ = [
    "PRESUPUESTO",
    "VERSION",
    "ErrorDePicos",
    "Estado",
    "Lectura",
    "a_bytes",
    "asomar",
    "con_alerta",
    "de_bytes",
    "nuevo",
    "observar",
]

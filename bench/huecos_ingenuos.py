"""Elegir huecos como se escribiría sin pensar en el tiempo que tarda: cuarto por cuarto, en Python y sin recordar nada.

Es la vara de `bench.huecos` y el testigo de sus pruebas: dice lo mismo que `motor.horarios.huecos` sin sortear nada.
"""

import bisect
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from conectores.contrato import Cupo
from motor.horarios.calendario import ClaseDeDia, clase_de_dia, ranura_de
from motor.horarios.espaciado import LIMITES_H
from motor.horarios.esperado import ENCOGE_EN_VACACIONES
from motor.horarios.huecos import Pedido
from motor.horarios.huecos.agenda import ESPACIADO_MINIMO
from motor.horarios.huecos.elegir import CASI_IGUALES, MARGEN
from motor.horarios.mapa import Mapa
from motor.horarios.reglas import ReglasDeHorarios, ReglasDePerfil

CUARTO = timedelta(minutes=15)


def elegir_sin_prisa(
    pedidos: Sequence[Pedido],
    *,
    mapas: Mapping[str, Mapa],
    ocupados: Mapping[str, Sequence[datetime]],
    reglas: ReglasDeHorarios,
    cupos: Mapping[str, Sequence[Cupo]],
    zona: ZoneInfo,
    ahora: datetime,
) -> dict[str, datetime | None]:
    """El instante de cada pedido, por su clave; None si no cabe. Como si `azar` fuera 0."""
    puestos = {p.perfil: sorted(ocupados.get(p.perfil, ())) for p in pedidos}
    elegidos: dict[str, datetime | None] = {}
    for pedido in sorted(pedidos, key=lambda p: (-p.prioridad, p.hasta, p.clave)):
        suyos, de_perfil = puestos[pedido.perfil], reglas.de(pedido.perfil)
        valores = {
            cuarto: _valor(cuarto, suyos, mapas[pedido.perfil], reglas, zona=zona)
            for cuarto in _cuartos(max(pedido.desde, ahora + MARGEN), pedido.hasta)
            if _se_puede(cuarto, suyos, de_perfil, cupos.get(pedido.perfil, ()), zona=zona)
        }
        mejor = max(valores.values(), default=0.0)
        elegido = min((c for c, v in valores.items() if v >= mejor - CASI_IGUALES), default=None)
        if elegido is not None:
            bisect.insort(suyos, elegido)
        elegidos[pedido.clave] = elegido
    return elegidos


def _cuartos(desde: datetime, hasta: datetime) -> list[datetime]:
    cuarto = desde.astimezone(UTC).replace(minute=desde.minute // 15 * 15, second=0, microsecond=0)
    if cuarto < desde:
        cuarto += CUARTO
    todos = []
    while cuarto < hasta:
        todos.append(cuarto)
        cuarto += CUARTO
    return todos


def _se_puede(
    cuarto: datetime, puestos: Sequence[datetime], reglas: ReglasDePerfil, cupos: Sequence[Cupo], *, zona: ZoneInfo
) -> bool:
    if reglas.callar and _es_de_callar(cuarto.astimezone(zona), reglas):
        return False
    if reglas.al_dia is not None:
        dia = cuarto.astimezone(zona).date()
        if sum(p.astimezone(zona).date() == dia for p in puestos) >= reglas.al_dia:
            return False
    return all(_cabe(cuarto, puestos, c) for c in (Cupo(1, reglas.separacion), *cupos))


def _es_de_callar(local: datetime, reglas: ReglasDePerfil) -> bool:
    assert reglas.callar
    desde, hasta = reglas.callar
    return desde <= local.time() < hasta if desde < hasta else local.time() >= desde or local.time() < hasta


def _cabe(cuarto: datetime, puestos: Sequence[datetime], cupo: Cupo) -> bool:
    """Si al ponerla ninguna ventana que la incluya lleva más de las que caben."""
    i = bisect.bisect_left(puestos, cuarto)
    con_ella = [*puestos[max(i - cupo.maximo, 0) : i], cuarto, *puestos[i : i + cupo.maximo]]
    return all(
        con_ella[k + cupo.maximo] - con_ella[k] >= cupo.ventana
        for k in range(len(con_ella) - cupo.maximo)
        if con_ella[k] <= cuarto <= con_ella[k + cupo.maximo]
    )


def _valor(
    cuarto: datetime, puestos: Sequence[datetime], mapa: Mapa, reglas: ReglasDeHorarios, *, zona: ZoneInfo
) -> float:
    local = cuarto.astimezone(zona)
    valor = math.log1p(mapa.ganancia[ranura_de(local, reglas)] / 100)
    if clase_de_dia(local.date(), reglas) is ClaseDeDia.VACACIONES:
        valor *= ENCOGE_EN_VACACIONES
    i = bisect.bisect_right(puestos, cuarto)
    previo, siguiente = puestos[i - 1] if i else None, puestos[i] if i < len(puestos) else None
    espaciado = _logaritmo(previo, cuarto)
    if siguiente is not None:
        espaciado += _logaritmo(cuarto, siguiente) - _logaritmo(previo, siguiente)
    return valor + max(mapa.espaciado, ESPACIADO_MINIMO) * espaciado


def _logaritmo(desde: datetime | None, hasta: datetime) -> float:
    if desde is None:
        return math.log(LIMITES_H[1])
    return math.log(min(max((hasta - desde).total_seconds() / 3600, LIMITES_H[0]), LIMITES_H[1]))

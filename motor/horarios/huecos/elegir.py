"""Elegir la hora de varias publicaciones a la vez. Puro.

Por turnos: primero la prioridad mayor, luego la que antes deja de servir, luego la clave. A cada una le toca el mejor
de los huecos que quedan en su ventana; entre casi iguales, el más pronto.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from conectores.contrato import Cupo
from motor.horarios.esperado import esperado
from motor.horarios.huecos.agenda import Agenda
from motor.horarios.huecos.explicar import sin_hueco
from motor.horarios.huecos.pedido import Hueco, Pedido, SinHueco
from motor.horarios.huecos.rejilla import Mascara, Reales, Rejilla, rejilla_entre
from motor.horarios.huecos.sorteo import Suerte, echar_suerte
from motor.horarios.mapa import Mapa
from motor.horarios.reglas import ReglasDeHorarios, ReglasDePerfil

MARGEN = timedelta(minutes=5)
"""Lo menos que falta para una hora elegida: que dé tiempo de guardarla y de preparar sus medios."""

CASI_IGUALES = 0.01
"""Un punto de ganancia: el intervalo de cualquier hora es diez veces más ancho, y esperar por él sería creerle."""

BASTANTE = 0.05
"""Lo que ha de perderse por llegar después de otras para que haga falta decirlo."""


def elegir(
    pedidos: Sequence[Pedido],
    *,
    mapas: Mapping[str, Mapa],
    ocupados: Mapping[str, Sequence[datetime]],
    reglas: ReglasDeHorarios,
    cupos: Mapping[str, Sequence[Cupo]],
    zona: ZoneInfo,
    ahora: datetime,
) -> Mapping[str, Hueco | SinHueco]:
    """Lo que le tocó a cada pedido, por su clave.

    mapas, ocupados, cupos: por nombre de perfil; de todo pedido debe estar el mapa de su perfil. ocupados: los
    instantes de lo que ya salió o tiene hora. Ni el orden de los pedidos ni el de los ocupados cambia nada.
    """
    if not pedidos:
        return {}
    desde, hasta = min(p.desde for p in pedidos), max(p.hasta for p in pedidos)
    rejilla = rejilla_entre(max(desde, ahora + MARGEN), hasta, zona=zona, reglas=reglas)
    agendas: dict[str, Agenda] = {}
    elegidos: dict[str, Hueco | SinHueco] = {}
    for pedido in sorted(pedidos, key=lambda p: (-p.prioridad, p.hasta, p.clave)):
        mapa, suyas, topes = mapas[pedido.perfil], reglas.de(pedido.perfil), cupos.get(pedido.perfil, ())
        if pedido.perfil not in agendas:
            ya = ocupados.get(pedido.perfil, ())
            agendas[pedido.perfil] = Agenda(rejilla, mapa=mapa, reglas=suyas, cupos=topes, ocupados=ya)
        elegidos[pedido.clave] = _elegir_uno(pedido, agendas[pedido.perfil], mapa=mapa, reglas=suyas, cupos=topes)
    return elegidos


def _elegir_uno(
    pedido: Pedido, agenda: Agenda, *, mapa: Mapa, reglas: ReglasDePerfil, cupos: Sequence[Cupo]
) -> Hueco | SinHueco:
    primero, fin = (agenda.rejilla.primero_desde(t.timestamp()) for t in (pedido.desde, pedido.hasta))
    tramo = slice(primero, fin)
    libres, valores = agenda.libre[tramo], agenda.valor[tramo]
    if not libres.any():
        return sin_hueco(pedido, agenda, tramo, reglas=reglas, cupos=cupos)
    horas = agenda.rejilla.instantes[tramo] // 3600
    mejor = _el_mas_pronto(libres, valores)
    candidatas = np.unique(horas[libres])
    suerte = echar_suerte(pedido.clave, azar=reglas.azar, candidatas=candidatas.size)
    tocado = mejor
    if suerte.cual is not None and candidatas[suerte.cual] != horas[mejor]:
        tocado = _el_mas_pronto(libres & (horas == candidatas[suerte.cual]), valores)
    i = primero + tocado
    quitada = suerte.cual is None and agenda.mejor_sin_sitio(tramo) > agenda.de_la_hora[i] + BASTANTE
    agenda.poner(i)
    return replace(_hueco(agenda.rejilla, i, mapa, suerte, es_la_mejor=tocado == mejor), quitada=bool(quitada))


def _el_mas_pronto(libres: Mascara, valores: Reales) -> int:
    """De los libres casi tan buenos como el mejor, el primero."""
    entre: Reales = np.where(libres, valores, -np.inf)
    return int(np.argmax(entre >= entre.max() - CASI_IGUALES))


def _hueco(rejilla: Rejilla, i: int, mapa: Mapa, suerte: Suerte, *, es_la_mejor: bool) -> Hueco:
    ranura, clase = int(rejilla.ranuras[i]), rejilla.clases[int(rejilla.dias[i])]
    vale = esperado(mapa, ranura, clase=clase)
    return Hueco(
        en=datetime.fromtimestamp(int(rejilla.instantes[i]), UTC),
        ranura=ranura,
        clase=clase,
        ganancia_pct=vale.ganancia,
        inferior_pct=vale.inferior,
        superior_pct=vale.superior,
        al_azar=suerte.cual is not None,
        probabilidad=suerte.probabilidad(es_la_mejor=es_la_mejor),
        candidatas=suerte.candidatas,
        la_mejor=es_la_mejor,
    )

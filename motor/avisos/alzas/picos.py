"""Del pico que notó el detector al correo de la coordinadora: al menos una vez, y un correo por historia.

1. Los picos sin avisar se leen de la base de lo que se oye, con sus hechos y su gráfica: tarda, y no bloquea a nadie.
2. Historia, sucesos y correo se escriben en la base principal, en una transacción. El suceso tiene clave única.
3. Los picos se marcan como avisados en la otra base. Si el proceso muere antes, al volver se ve que su suceso ya está:
   sólo falta la marca, y nadie recibe nada dos veces.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select, text, update
from sqlmodel import Session, col

from modelos import Correo, Historia, Suceso
from modelos.escucha import Pico
from motor import toques
from motor.avisos.alzas.averiguar import monitores_de, rastro, reunir
from motor.avisos.alzas.parecido import Rastro, agrupar, es_la_misma
from motor.avisos.grafica.dibujo import dibujar
from motor.avisos.historias.contar import contar
from motor.avisos.historias.historia import (
    abiertas,
    abrir,
    cerrar,
    contados,
    monitores,
    recientes,
    sucesos_de,
    sumar_monitores,
)
from motor.avisos.historias.mesa import Mesa
from motor.avisos.redaccion.alza import Carta
from motor.avisos.redaccion.hechos import Hechos, Momento
from motor.escucha.entorno import EntornoDeEscucha

logger = logging.getLogger(__name__)

CLASE = "pico"
MUCHO_PEOR = 3.0
"""Un monitor que se suma a una historia sólo se dice si su puntaje es tantas veces el mayor avisado: lo mismo que el
detector pide al suyo para avisar otra vez.
"""
VIEJO = timedelta(days=3)
SIN_NOTICIAS = timedelta(days=7)
A_LA_VEZ = 200


@dataclass(frozen=True, slots=True)
class Alza:
    """Unos picos que son de una misma historia. historia_id: la que ya existe; None si empieza con ellos."""

    picos: tuple[Pico, ...]
    historia_id: int | None


def atender_picos(escucha: EntornoDeEscucha, mesa: Mesa) -> int:
    """Avisar de los picos que nadie ha avisado; cuántos atendió."""
    with escucha.base.leer() as sesion:
        orden = select(Pico).where(text("avisado_en IS NULL")).order_by(col(Pico.id)).limit(A_LA_VEZ)
        pendientes = list(sesion.scalars(orden))
    if not pendientes:
        return 0
    ahora = escucha.reloj.ahora()
    nuevos = _sin_contar(escucha, pendientes, ahora)
    for alza in repartir(escucha, nuevos, ahora):
        _contar_alza(escucha, mesa, alza, ahora)
    with escucha.base.escribir() as sesion:
        hechos = update(Pico).where(col(Pico.id).in_([p.id for p in pendientes])).values(avisado_en=ahora)
        sesion.execute(hechos.execution_options(synchronize_session=False))
    return len(pendientes)


def clave_de(pico: Pico) -> str:
    """Con su instante: si se borra la base de lo que se oye, los números vuelven a empezar."""
    return f"pico:{pico.id}:{pico.monitor_id}:{pico.visto_en:%Y%m%dT%H%M%S}"


def _sin_contar(escucha: EntornoDeEscucha, picos: Sequence[Pico], ahora: datetime) -> list[Pico]:
    """Los que no están ya en una historia. Los muy viejos (se contó el pasado de un monitor) no son noticia."""
    with escucha.principal.base.leer() as sesion:
        ya = contados(sesion, [clave_de(p) for p in picos])
    faltan = [p for p in picos if clave_de(p) not in ya]
    viejos = [p for p in faltan if ahora - p.visto_en > VIEJO]
    if viejos:
        logger.info("%d alzas de hace días no se avisan.", len(viejos), extra={"accion": "picos_viejos"})
    return [p for p in faltan if p not in viejos]


def repartir(escucha: EntornoDeEscucha, picos: Sequence[Pico], ahora: datetime) -> list[Alza]:
    """A qué historia va cada pico: la de su monitor, una que cuente lo mismo, o una nueva con los que se le parecen."""
    if not picos:
        return []
    with escucha.principal.base.leer() as sesion:
        historias = recientes(sesion, clase=CLASE, ahora=ahora)
    de_la_historia: dict[int, list[Pico]] = {}
    sueltos: list[tuple[Pico, Rastro]] = []
    for pico in sorted(picos, key=lambda p: -p.puntaje):
        suyo = rastro(escucha, [pico.monitor_id], pico.desde, ahora)
        historia = _la_suya(escucha, pico, suyo, historias, ahora=ahora)
        if historia is not None:
            de_la_historia.setdefault(historia.id, []).append(pico)
        else:
            sueltos.append((pico, suyo))
    alzas = [Alza(tuple(suyos), historia_id) for historia_id, suyos in de_la_historia.items()]
    grupos = _mismo_monitor_junto(sueltos)
    return alzas + [Alza(tuple(p for i in g for p in grupos[i][0]), None) for g in agrupar([r for _, r in grupos])]


def _mismo_monitor_junto(sueltos: Sequence[tuple[Pico, Rastro]]) -> list[tuple[list[Pico], Rastro]]:
    por_monitor: dict[int, tuple[list[Pico], Rastro]] = {}
    for pico, suyo in sueltos:
        por_monitor.setdefault(pico.monitor_id, ([], suyo))[0].append(pico)
    return list(por_monitor.values())


def _la_suya(
    escucha: EntornoDeEscucha, pico: Pico, suyo: Rastro, historias: Sequence[Historia], *, ahora: datetime
) -> Historia | None:
    for historia in historias:
        if pico.monitor_id in monitores(historia):
            return historia
    for historia in historias:
        if historia.cerrada_en is None:
            de_ella = rastro(escucha, monitores(historia), min(pico.desde, historia.abierta_en), ahora)
            if es_la_misma(de_ella, suyo):
                return historia
    return None


def _contar_alza(escucha: EntornoDeEscucha, mesa: Mesa, alza: Alza, ahora: datetime) -> None:
    """Averiguar, dibujar y, al final, escribir: la base principal sólo se toma para lo último."""
    siguen = [p for p in _picos_de(escucha, alza.historia_id) if p.hasta is None]
    todos = [*siguen, *alza.picos]
    hechos = _hechos(escucha, todos, ahora)
    momento = Momento.NUEVA if alza.historia_id is None else Momento.PEOR
    carta = Carta(hechos=hechos, momento=momento, zona=mesa.zona, grafica=_grafica(hechos, mesa))
    mayor = max(alza.picos, key=lambda p: p.puntaje)
    ids = [mayor.monitor_id, *(p.monitor_id for p in alza.picos)]
    with escucha.principal.base.escribir() as sesion:
        historia = _historia(sesion, alza, mayor, asunto=hechos.temas[0], ahora=ahora)
        decirlo = _hay_que_decirlo(historia, alza.picos)
        sumar_monitores(historia, ids)
        correo = contar(sesion, mesa, historia, carta, clave=clave_de(mayor), ahora=ahora) if decirlo else None
        if correo is not None:
            _tocar(sesion, historia, correo, hechos, ahora=ahora)
        historia.detalle = replace(carta, a_tiempo=False).resumen()  # se leerá después: con sus horas
        historia.gravedad = max(historia.gravedad, mayor.puntaje)
        correo_id = correo.id if correo is not None else None
        for pico in alza.picos:
            sesion.add(
                Suceso(
                    clave=clave_de(pico), historia_id=historia.id, correo_id=correo_id, de=pico.id, ocurrido_en=ahora
                )
            )
    logger.info(
        "Alza de «%s»: %s",
        hechos.temas[0],
        "avisada" if decirlo else "se suma a una historia ya contada",
        extra={"accion": "pico_avisado", "historia": historia.id},
    )


def _tocar(sesion: Session, historia: Historia, correo: Correo, hechos: Hechos, *, ahora: datetime) -> None:
    """Lo mismo al teléfono, cuando salga el correo: calla de noche si él calla."""
    toques.avisar(
        sesion,
        toques.de_oficina(sesion),
        tema=toques.ALERTAS,
        clave=f"historia:{historia.id}:{correo.id}",
        titulo=f"Alza de «{hechos.temas[0]}»",
        texto=correo.asunto,
        camino=f"/alertas/{historia.id}",
        ahora=ahora,
        no_antes_de=correo.no_antes_de,
    )


def _historia(sesion: Session, alza: Alza, mayor: Pico, *, asunto: str, ahora: datetime) -> Historia:
    """La que ya existe (abierta otra vez si se había cerrado), o una nueva."""
    if alza.historia_id is not None:
        historia = sesion.get_one(Historia, alza.historia_id, with_for_update=True)
        otra = [h for h in abiertas(sesion, clase=CLASE) if h.clave == historia.clave and h.id != historia.id]
        if otra:
            return otra[0]
        if historia.cerrada_en is not None:  # otra vez lo mismo: hay que volver a decir «enterada»
            historia.cerrada_en = historia.atendida_en = historia.escalada_en = None
            historia.abierta_en = ahora
        return historia
    return abrir(
        sesion, clase=CLASE, clave=f"monitor:{mayor.monitor_id}", asunto=asunto, ahora=ahora, temas=[mayor.monitor_id]
    )


def _hay_que_decirlo(historia: Historia, picos: Sequence[Pico]) -> bool:
    """Pura. Si el detector vuelve a avisar de un monitor suyo es que empeoró; de otro, sólo si es mucho peor."""
    if not historia.gravedad:
        return True
    suyos = monitores(historia)
    return any(p.monitor_id in suyos or p.puntaje >= MUCHO_PEOR * historia.gravedad for p in picos)


def cerrar_las_que_pasaron(escucha: EntornoDeEscucha, mesa: Mesa) -> int:
    """Decir una vez «volvió a lo normal» cuando todos sus picos acabaron, y cerrar; cuántas cerró.

    Las que llevan una semana sin noticias (se quitó su monitor, se borró la base) se cierran en silencio.
    """
    ahora = escucha.reloj.ahora()
    with escucha.principal.base.leer() as sesion:
        vivas = abiertas(sesion, clase=CLASE)
    cerradas = 0
    for historia in vivas:
        suyos = _picos_de(escucha, historia.id)
        if suyos and all(p.hasta is not None for p in suyos):
            _despedir(escucha, mesa, historia.id, suyos, ahora=ahora)
        elif ahora - historia.ultima_en > SIN_NOTICIAS:
            with escucha.principal.base.escribir() as sesion:
                cerrar(sesion, sesion.get_one(Historia, historia.id), ahora)
        else:
            continue
        cerradas += 1
    return cerradas


def _despedir(
    escucha: EntornoDeEscucha, mesa: Mesa, historia_id: int, picos: Sequence[Pico], *, ahora: datetime
) -> None:
    hechos = _hechos(escucha, picos, ahora)
    carta = Carta(hechos=hechos, momento=Momento.RECUPERADA, zona=mesa.zona, grafica=_grafica(hechos, mesa))
    with escucha.principal.base.escribir() as sesion:
        historia = sesion.get_one(Historia, historia_id, with_for_update=True)
        if historia.cerrada_en is None:
            contar(sesion, mesa, historia, carta, clave=f"recuperada:{historia_id}:{len(picos)}", ahora=ahora)
            historia.detalle = carta.resumen()
            cerrar(sesion, historia, ahora)


def _hechos(escucha: EntornoDeEscucha, picos: Sequence[Pico], ahora: datetime) -> Hechos:
    conocidos = monitores_de(escucha, {p.monitor_id for p in picos})
    temas = {}
    for pico in sorted(picos, key=lambda p: -p.puntaje):
        monitor = conocidos.get(pico.monitor_id)  # None: se quitó mientras tanto
        temas[pico.monitor_id] = monitor.nombre if monitor is not None else f"monitor {pico.monitor_id}"
    return reunir(escucha, picos, temas, ahora=ahora)


def _grafica(hechos: Hechos, mesa: Mesa) -> bytes | None:
    fin = hechos.hasta or hechos.ahora
    return dibujar(hechos.puntos, alza_desde=hechos.desde, alza_hasta=fin, zona=mesa.zona)


def _picos_de(escucha: EntornoDeEscucha, historia_id: int | None) -> list[Pico]:
    """Los picos que ya se contaron en una historia y siguen en la base de lo que se oye."""
    if historia_id is None:
        return []
    with escucha.principal.base.leer() as sesion:
        claves = {s.de: s.clave for s in sucesos_de(sesion, historia_id)}
    with escucha.base.leer() as sesion:
        picos = sesion.scalars(select(Pico).where(col(Pico.id).in_(claves))).all()
    return [p for p in picos if clave_de(p) == claves[p.id]]

"""Las horas que elige el motor para una publicación: darlas, respetar las ya dichas, y decir por qué."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from conectores.contrato import Problema
from modelos import Eleccion, Entrega, Estado, Perfil, Publicacion
from modelos.consultas import perfiles, ultimas_elecciones, ultimos_detalles
from motor.entorno import Entorno
from motor.fechas.escritas import fecha_larga, llano
from motor.horarios.asignacion import Asignada, SinHueco, asignar, vigentes
from motor.horarios.reglas import ReglasDeHorarios
from motor.horarios.ventana import Ventana
from motor.publicacion.propuesta import Propuesta
from motor.publicacion.transiciones import anotar

__all__ = [
    "HORA_ELEGIDA",
    "SinHueco",
    "anotar_eleccion",
    "conservadas",
    "elegir",
    "por_que",
    "preparar",
    "previstas",
    "problema_de",
]

HORA_ELEGIDA = "entrega_hora_elegida"
"""El evento cuyo detalle es la frase que leyó el editor."""

RECIEN = timedelta(minutes=5)
"""Una hora ya dicha que acaba de llegar se queda: está por salir."""


def preparar(entorno: Entorno, propuestas: Iterable[Propuesta], *, ahora: datetime) -> None:
    """Cargar lo que se sabe de las redes antes de abrir una transacción: la primera vez tarda."""
    nombres = {nombre for p in propuestas if p.ventana is not None for nombre in p.perfiles}
    if nombres:
        with entorno.base.leer() as sesion:
            vigentes(sesion, perfiles(sesion, nombres=nombres), ahora=ahora)


def elegir(
    sesion: Session,
    entorno: Entorno,
    propuesta: Propuesta,
    *,
    claves: Mapping[int, str],
    suyos: Sequence[Perfil],
    ahora: datetime,
    salvo: int | None = None,
) -> Mapping[int, Asignada]:
    """La hora de cada perfil, por su id; ninguna si la puso el editor. Lanza SinHueco si en alguno no cabe.

    salvo: el id de la publicación, si ya tenía horas y se le buscan otras.
    """
    if propuesta.ventana is None or not suyos:
        return {}
    return asignar(
        sesion,
        entorno,
        perfiles=suyos,
        ventana=propuesta.ventana,
        prioridad=propuesta.prioridad,
        claves=claves,
        ahora=ahora,
        salvo=salvo,
    )


def conservadas(
    publicacion: Publicacion, propuesta: Propuesta, entregas: Iterable[Entrega], *, ahora: datetime
) -> Mapping[int, datetime]:
    """Las horas ya dichas que un cambio no mueve, por el id del perfil: las que siguen dentro de lo que se pide.

    «mejor hora» sin más, leída otra vez, es otro plazo; pero su hora ya se dijo.
    """
    ventana = propuesta.ventana
    if ventana is None or llano(publicacion.mejor_hora) != llano(ventana.dicha):
        return {}
    return {
        e.perfil_id: e.no_antes_de
        for e in entregas
        if e.parte == 0
        and e.estado in (Estado.PROGRAMADA, Estado.RETENIDA)
        and e.no_antes_de >= ahora - RECIEN
        and (propuesta.vence_en is None or e.no_antes_de < propuesta.vence_en)
        and _sirve(e.no_antes_de, ventana, publicacion.mejor_hora_hasta)
    }


def _sirve(dicha: datetime, ventana: Ventana, hasta_antes: datetime | None) -> bool:
    return ventana.hasta == hasta_antes or ventana.desde - RECIEN <= dicha < ventana.hasta


def anotar_eleccion(
    sesion: Session,
    entorno: Entorno,
    entrega: Entrega,
    asignada: Asignada,
    *,
    ahora: datetime,
    antes: datetime | None = None,
    autor: str = "motor",
) -> str:
    """Dejar escrita la elección y decir por qué en la historia; devuelve lo dicho. antes: la hora que deja, si la hay.

    Las partes de un hilo comparten hora: la elección es de la primera.
    """
    if entrega.parte == 0:
        sesion.add(asignada.eleccion(entrega.id))
    deja = f", en lugar del {fecha_larga(antes, entorno.reglas.zona)}" if antes not in (None, asignada.en) else ""
    dicho = f"Mejor hora{deja}: {asignada.frase}"
    anotar(sesion, HORA_ELEGIDA, ahora=ahora, entrega_id=entrega.id, detalle=dicho, autor=autor)
    return dicho


def problema_de(sin_hueco: SinHueco) -> Problema:
    """Por qué no hubo hora, como se le dicen los demás problemas al editor."""
    mensaje = sin_hueco.mensaje
    return Problema(f"{mensaje[:1].lower()}{mensaje[1:]}", sin_hueco.remedio, "fecha")


def por_que(sesion: Session, entregas: Collection[Entrega]) -> Mapping[int, str]:
    """Lo que se dijo de la hora de cada entrega, por su id; sólo de las que siguen a la hora que se eligió."""
    elecciones: Mapping[int, Eleccion] = ultimas_elecciones(sesion, [e.id for e in entregas])
    elegidas = [e.id for e in entregas if e.id in elecciones and elecciones[e.id].elegida == e.no_antes_de]
    return ultimos_detalles(sesion, elegidas, accion=HORA_ELEGIDA)


def previstas(entorno: Entorno, propuesta: Propuesta, *, ahora: datetime) -> Mapping[str, Asignada]:
    """La hora que elegiría ahora mismo en cada perfil, por su nombre, sin sortear ni guardar nada. Lanza SinHueco."""
    sin_azar = replace(entorno, horarios=lambda: _sin_azar(entorno.horarios()))
    with entorno.base.leer() as sesion:
        suyos = perfiles(sesion, nombres=propuesta.perfiles)
        claves = {p.id: uuid.uuid4().hex for p in suyos}
        horas = elegir(sesion, sin_azar, propuesta, claves=claves, suyos=suyos, ahora=ahora)
    return {p.nombre: horas[p.id] for p in suyos if p.id in horas}


def _sin_azar(reglas: ReglasDeHorarios) -> ReglasDeHorarios:
    return replace(
        reglas,
        generales=replace(reglas.generales, azar=0.0),
        perfiles={nombre: replace(suyas, azar=0.0) for nombre, suyas in reglas.perfiles.items()},
    )

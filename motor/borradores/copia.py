"""El contenido de una publicación que ya existe, para cambiarla o para hacer otra igual."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from modelos import Entrega, Estado, Publicacion
from modelos.consultas import entregas_de, medios_de
from modelos.estados import EDITABLES
from motor.borradores.contenido import Contenido, Cuando, Elegido
from motor.entorno import Entorno

_PRIORIDADES = {1: "alta", 0: "", -1: "baja"}


def para_cambiar(sesion: Session, entorno: Entorno, publicacion: Publicacion) -> Contenido:
    """Como está, y cada perfil a la hora que tiene. Un perfil en que se canceló no vuelve solo."""
    vivas = [e for e in entregas_de(sesion, publicacion.id) if e.estado is not Estado.CANCELADA]
    contenido = _comun(sesion, entorno, publicacion, vivas or entregas_de(sesion, publicacion.id))
    return replace(contenido, cuando=Cuando.IGUAL, version=publicacion.version)


def para_repetir(sesion: Session, entorno: Entorno, publicacion: Publicacion) -> Contenido:
    """Lo mismo, sin hora: la pone quien lo repite. Lo que caducaba, caducó."""
    contenido = _comun(sesion, entorno, publicacion, entregas_de(sesion, publicacion.id))
    return replace(contenido, cuando=Cuando.HORA, fecha="", ventana="", vence="")


def horas_de(entregas: Collection[Entrega]) -> dict[int, datetime]:
    """La hora que tiene hoy cada perfil, por su id; de lo que aún puede cambiar y nadie canceló."""
    sirven = EDITABLES - {Estado.CANCELADA}
    return {e.perfil_id: e.no_antes_de for e in entregas if e.parte == 0 and e.estado in sirven}


def _comun(sesion: Session, entorno: Entorno, publicacion: Publicacion, entregas: Sequence[Entrega]) -> Contenido:
    zona, encuesta = entorno.reglas.zona, publicacion.encuesta
    horas = {e.no_antes_de for e in entregas if e.parte == 0}
    una = next(iter(horas)) if len(horas) == 1 else publicacion.programada_en
    return Contenido(
        texto=publicacion.texto,
        perfiles=tuple(dict.fromkeys(e.perfil_id for e in entregas)),
        variantes=dict(publicacion.variantes),
        medios=tuple(Elegido(m.id, alternativo) for m, alternativo in medios_de(sesion, publicacion.id)),
        fecha=f"{una.astimezone(zona):%Y-%m-%dT%H:%M}",
        ventana=publicacion.mejor_hora,
        titulo=publicacion.titulo,
        enlace=publicacion.enlace,
        tipo="" if publicacion.tipo == "publicacion" else publicacion.tipo,
        hilo=publicacion.hilo,
        encuesta=tuple(encuesta["opciones"]) if encuesta else (),
        duracion=_dicha(encuesta["duracion_s"]) if encuesta else "",
        campana=publicacion.campana,
        etiquetas=", ".join(publicacion.etiquetas),
        prioridad=_PRIORIDADES.get(publicacion.prioridad, ""),
        vence=f"{publicacion.vence_en.astimezone(zona):%Y-%m-%d %H:%M}" if publicacion.vence_en else "",
        opciones={red: {k: str(v) for k, v in suyas.items()} for red, suyas in publicacion.opciones.items()},
    )


def _dicha(segundos: int) -> str:
    for unidad, nombre in ((86_400, "días"), (3600, "horas")):
        if segundos % unidad == 0:
            return f"{segundos // unidad} {nombre}"
    return f"{segundos // 60} minutos"

"""Darle hora a una publicación: lo aprendido, lo ya ocupado y las reglas de cada perfil, y con ello un hueco."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import select
from sqlmodel import Session, col

from conectores.contrato import Cupo
from modelos import Eleccion, Horario, Perfil
from modelos.consultas import instantes_ocupados, ultimos_horarios
from motor.entorno import Entorno
from motor.horarios.espaciado import LIMITES_H
from motor.horarios.frases import frase_de
from motor.horarios.huecos import Hueco, Pedido, SinHueco, elegir
from motor.horarios.mapa import Mapa, MapaIlegible
from motor.horarios.reglas import ReglasDeHorarios
from motor.horarios.ventana import Ventana
from motor.publicacion.turnos import cupos_de, separacion_de

logger = logging.getLogger(__name__)

ALCANCE = timedelta(hours=LIMITES_H[1])
"""Hasta dónde se mira alrededor de la ventana: más lejos, el espaciado ya no cambia nada."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vigente:
    """Lo que se sabe hoy de un perfil. horario_id: None si nada, y el mapa es la curva pública de su red. metrica: de
    qué se aprendió; vacía, de nada.
    """

    mapa: Mapa
    horario_id: int | None
    metrica: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asignada:
    """La hora que le tocó a una publicación en un perfil. en: UTC. frase: por qué, para el editor y la historia."""

    en: datetime
    frase: str
    hueco: Hueco
    ventana: Ventana
    horario_id: int | None
    hecha_en: datetime

    def eleccion(self, entrega_id: int) -> Eleccion:
        """La fila que lo deja escrito, cuando la entrega ya tiene número."""
        return Eleccion(
            entrega_id=entrega_id,
            horario_id=self.horario_id,
            hecha_en=self.hecha_en,
            elegida=self.en,
            desde=self.ventana.desde,
            hasta=self.ventana.hasta,
            ranura=self.hueco.ranura,
            ganancia_pct=self.hueco.ganancia_pct,
            inferior_pct=self.hueco.inferior_pct,
            superior_pct=self.hueco.superior_pct,
            al_azar=self.hueco.al_azar,
            probabilidad=self.hueco.probabilidad,
            candidatas=self.hueco.candidatas,
            la_mejor=self.hueco.la_mejor,
        )


def asignar(
    sesion: Session,
    entorno: Entorno,
    *,
    perfiles: Sequence[Perfil],
    ventana: Ventana,
    prioridad: int,
    claves: Mapping[int, str],
    ahora: datetime,
    salvo: int | None = None,
) -> Mapping[int, Asignada]:
    """La hora de una publicación en cada perfil, por el id del perfil. Lanza SinHueco si en alguno no cabe.

    claves: por el id del perfil; de ella sale el sorteo, así que debe ser la que guardará la entrega. salvo: el id de
    la publicación, si ya existe y se le busca otra hora.
    Debe llamarse en la misma transacción que guarda la entrega: hasta que se confirme, nadie más elige en ese perfil.
    """
    _cerrar_el_paso(sesion, [p.id for p in perfiles])
    sabido = vigentes(sesion, perfiles, ahora=ahora)
    cupos = {p.nombre: cupos_de(entorno, p) for p in perfiles}
    huecos = elegir(
        [_pedido(p, ventana, prioridad, clave=claves[p.id]) for p in perfiles],
        mapas={p.nombre: sabido[p.id].mapa for p in perfiles},
        ocupados=_ocupados(sesion, perfiles, ventana, cupos=cupos, salvo=salvo),
        reglas=_reglas(entorno, perfiles),
        cupos=cupos,
        zona=entorno.reglas.zona,
        ahora=ahora,
    )
    asignadas = {}
    for p in perfiles:
        hueco = huecos[claves[p.id]]
        if isinstance(hueco, SinHueco):
            raise hueco
        asignadas[p.id] = _asignada(hueco, sabido[p.id], ventana, entorno=entorno, ahora=ahora)
    return asignadas


def _asignada(hueco: Hueco, sabido: Vigente, ventana: Ventana, *, entorno: Entorno, ahora: datetime) -> Asignada:
    return Asignada(
        en=hueco.en,
        frase=_frase(hueco, sabido.mapa, entorno),
        hueco=hueco,
        ventana=ventana,
        horario_id=sabido.horario_id,
        hecha_en=ahora,
    )


def vigentes(sesion: Session, perfiles: Sequence[Perfil], *, ahora: datetime) -> Mapping[int, Vigente]:
    """Lo que se sabía en ese instante de cada perfil, por su id. Del que nada, la curva pública de su red."""
    ultimos = ultimos_horarios(sesion, [p.id for p in perfiles], ahora=ahora)
    return {p.id: _vigente(p, ultimos.get(p.id)) for p in perfiles}


def _vigente(perfil: Perfil, horario: Horario | None) -> Vigente:
    """Si lo aprendido se dañó, la curva pública: por eso no se deja de publicar."""
    if horario is not None:
        try:
            mapa = Mapa.de_json(horario.mapa, aprendido_en=horario.aprendido_en)
            return Vigente(mapa=mapa, horario_id=horario.id, metrica=horario.metrica)
        except MapaIlegible:
            logger.error(
                "Lo aprendido de las horas de %s está dañado: se usa la curva pública hasta que se aprenda otra vez.",
                perfil.nombre,
                extra={"accion": "horario_ilegible", "perfil": perfil.nombre},
            )
    return Vigente(mapa=curva_publica(perfil.red), horario_id=None)


@lru_cache(maxsize=32)
def curva_publica(red: str) -> Mapa:
    """El mapa de una red sin haber publicado nada en ella."""
    from motor.horarios.modelo import Historial, aprender  # tarda en cargar, y casi siempre ya hay algo aprendido

    return aprender({red: Historial(red=red, publicadas=())})[red]


def _cerrar_el_paso(sesion: Session, perfiles: Sequence[int]) -> None:
    """Que dos procesos no den la misma hora: el segundo espera aquí a que el primero confirme la suya.

    En SQLite escribe uno a la vez y basta. En PostgreSQL se toma la fila de cada perfil, por orden para no trabarse, y
    sin estorbar a quien sólo guarda entregas suyas (FOR NO KEY UPDATE).
    """
    orden = select(col(Perfil.id)).where(col(Perfil.id).in_(perfiles)).order_by(col(Perfil.id))
    sesion.execute(orden.with_for_update(key_share=True)).all()


def _ocupados(
    sesion: Session,
    perfiles: Sequence[Perfil],
    ventana: Ventana,
    *,
    cupos: Mapping[str, Sequence[Cupo]],
    salvo: int | None,
) -> Mapping[str, Sequence[datetime]]:
    """Lo que ya tiene hora o ya salió, por nombre de perfil, hasta donde puede estorbar a la ventana."""
    alcance = max([ALCANCE, *(c.ventana for suyos in cupos.values() for c in suyos)])
    desde, hasta = ventana.desde - alcance, ventana.hasta + alcance
    por_id = instantes_ocupados(sesion, [p.id for p in perfiles], desde=desde, hasta=hasta, salvo=salvo)
    return {p.nombre: por_id.get(p.id, ()) for p in perfiles}


def _pedido(perfil: Perfil, ventana: Ventana, prioridad: int, *, clave: str) -> Pedido:
    desde = max(ventana.desde, perfil.libre_desde) if perfil.libre_desde else ventana.desde
    return Pedido(clave=clave, perfil=perfil.nombre, desde=desde, hasta=ventana.hasta, prioridad=prioridad)


def _reglas(entorno: Entorno, perfiles: Sequence[Perfil]) -> ReglasDeHorarios:
    """Las de `horarios.toml`, sin separar menos de lo que el despacho esperaría de todos modos."""
    reglas = entorno.horarios()
    suyas = {}
    for p in perfiles:
        regla = reglas.de(p.nombre)
        suyas[p.nombre] = replace(regla, separacion=max(regla.separacion, separacion_de(entorno, p)))
    return replace(reglas, perfiles=suyas)


def _frase(hueco: Hueco, mapa: Mapa, entorno: Entorno) -> str:
    frase = frase_de(mapa, hueco.ranura, entorno.reglas.zona, en=hueco.en, clase=hueco.clase)
    if hueco.al_azar:
        return f"{frase}; sorteada entre {hueco.candidatas} horas, para medir cuánto vale elegir"
    return f"{frase}; las mejores de su plazo ya no tenían sitio" if hueco.quitada else frase


__all__ = ["Asignada", "SinHueco", "Vigente", "asignar", "curva_publica", "vigentes"]

"""Poner al día las fuentes: las que debe haber, las que ya no, y por qué está apagada la que lo está."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from conectores.secretos import redactar
from modelos import Monitor
from modelos.consultas import perfiles
from modelos.escucha import Fuente
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.monitores.definicion import Definicion, DefinicionInvalida
from motor.escucha.monitores.guardados import definicion_de
from motor.escucha.recoleccion.archivo import Dichas, FuentesInvalidas, leer
from motor.escucha.recoleccion.previstas import (
    Perfilado,
    Permisos,
    Prevista,
    de_las_ajenas,
    de_los_medios,
    de_un_perfil,
    de_una_red,
)

logger = logging.getLogger(__name__)

QUITADA = "Ya no hace falta: se quitó su perfil, su término o su renglón del archivo."
SUENO = timedelta(days=2)
"""Una que duerme más que esto espera al mes que entra: al arrancar se la despierta, por si ahora hay más dinero."""


@dataclass(frozen=True, slots=True)
class Sincronizadas:
    """faltas: lo que está mal escrito en el archivo, o no se puede atender."""

    nuevas: int = 0
    cambiadas: int = 0
    quitadas: int = 0
    faltas: tuple[str, ...] = ()


def sincronizar_fuentes(escucha: EntornoDeEscucha, *, despertar: bool = False) -> Sincronizadas:
    """Dejar las fuentes como piden los perfiles, los monitores y el archivo. La que sobra se apaga, no se borra.

    Con el archivo mal escrito, lo suyo se queda como estaba. despertar: volver a probar las que duermen por dinero.
    """
    permisos = Permisos(
        hechos_de=escucha.hechos_de,
        encendida=escucha.encendida,
        presupuesto=escucha.presupuesto,
        red_de_medios=escucha.red_de_medios,
    )
    faltas: list[str] = []
    suyos, mudos = _perfilados(escucha)
    previstas = [p for u in suyos for p in de_un_perfil(u, permisos)]
    por_red: dict[str, list[Perfilado]] = {}
    for uno in suyos:
        por_red.setdefault(uno.perfil.red, []).append(uno)
    definiciones = _definiciones(escucha)
    for juntos in por_red.values():
        previstas += de_una_red(juntos, definiciones, permisos)
    dichas = _dichas(escucha, faltas)
    if dichas is not None:
        de_medios, sin_lector = de_los_medios(dichas, permisos)
        previstas += de_medios + de_las_ajenas(dichas, por_red, permisos)
        faltas += sin_lector
    intocables = _Intocables(perfiles=frozenset(mudos), archivo=dichas is None)
    return _escribir(escucha, previstas, intocables, tuple(faltas), despertar=despertar)


@dataclass(frozen=True, slots=True)
class _Intocables:
    """De quién no se supo nada esta vez: lo suyo se queda como está."""

    perfiles: frozenset[int]
    archivo: bool

    def __contains__(self, fuente: Fuente) -> bool:
        if self.archivo and fuente.clave.startswith(("medio:", "competidor:")):
            return True
        return fuente.perfil_id in self.perfiles


def _perfilados(escucha: EntornoDeEscucha) -> tuple[list[Perfilado], list[int]]:
    """(los que se pueden abrir, los que no)."""
    with escucha.principal.base.leer() as sesion:
        todos = sorted(perfiles(sesion), key=lambda p: p.id)
    abiertos, mudos = [], []
    for perfil in todos:
        try:
            abiertos.append(Perfilado(perfil, escucha.principal.abrir(perfil)))
        except Exception as error:  # un perfil mal configurado no debe dejar sordos a los demás
            mudos.append(perfil.id)
            detalle = redactar(f"{type(error).__name__}: {error}")
            logger.warning(
                "El perfil %s no se puede abrir: %s", perfil.nombre, detalle, extra={"accion": "perfil_ilegible"}
            )
    return abiertos, mudos


def _definiciones(escucha: EntornoDeEscucha) -> list[Definicion]:
    with escucha.principal.base.leer() as sesion:
        monitores = sesion.exec(select(Monitor).where(col(Monitor.activo)).order_by(col(Monitor.id))).all()
    definiciones = []
    for monitor in monitores:
        try:
            definiciones.append(definicion_de(monitor))
        except DefinicionInvalida as error:  # ya lo dice quien los lee; aquí sólo no se busca
            logger.debug("Sin buscar: %s", error)
    return definiciones


def _dichas(escucha: EntornoDeEscucha, faltas: list[str]) -> Dichas | None:
    try:
        return leer(escucha.archivos, reconocer_red=escucha.principal.reconocer_red)
    except FuentesInvalidas as error:
        faltas += error.faltas
        return None


def _escribir(
    escucha: EntornoDeEscucha,
    previstas: Iterable[Prevista],
    intocables: _Intocables,
    faltas: tuple[str, ...],
    *,
    despertar: bool,
) -> Sincronizadas:
    debidas = {p.clave[:600]: p for p in previstas}
    ahora = escucha.reloj.ahora()
    nuevas = cambiadas = quitadas = 0
    with escucha.base.escribir() as sesion:
        hay = {f.clave: f for f in sesion.exec(select(Fuente).order_by(col(Fuente.id)).with_for_update())}
        for clave, fuente in hay.items():
            if clave in debidas:
                cambiadas += _cambiar(sesion, fuente, debidas[clave], ahora, despertar=despertar)
            elif fuente.apagada_porque != QUITADA and fuente not in intocables:
                fuente.apagada_porque = QUITADA
                sesion.add(fuente)
                quitadas += 1
        for clave, prevista in debidas.items():
            if clave not in hay:
                sesion.add(_nueva(clave, prevista, ahora, pasado=escucha.reglas.escucha.pasado))
                nuevas += 1
    return Sincronizadas(nuevas, cambiadas, quitadas, faltas)


def _nueva(clave: str, p: Prevista, ahora: datetime, *, pasado: timedelta) -> Fuente:
    return Fuente(
        clave=clave,
        red=p.red,
        trabajo=p.trabajo,
        canal=p.canal,
        perfil_id=p.perfil_id,
        direccion=p.direccion[:2048],
        nombre=p.nombre[:300],
        desde=ahora - pasado if p.trabajo == "oir" else ahora,
        proxima_en=ahora,
        apagada_porque=p.apagada_porque[:1000],
    )


def _cambiar(sesion: Session, fuente: Fuente, p: Prevista, ahora: datetime, *, despertar: bool) -> bool:
    antes = fuente.model_dump()
    se_enciende = bool(fuente.apagada_porque) and not p.apagada_porque
    fuente.red, fuente.trabajo, fuente.canal, fuente.perfil_id = p.red, p.trabajo, p.canal, p.perfil_id
    fuente.direccion, fuente.nombre = p.direccion[:2048], p.nombre[:300]
    fuente.apagada_porque = p.apagada_porque[:1000]
    if se_enciende or (despertar and fuente.proxima_en - ahora > SUENO):
        fuente.proxima_en, fuente.fallos, fuente.detalle = ahora, 0, ""
    if fuente.model_dump() == antes:
        return False
    sesion.add(fuente)
    return True

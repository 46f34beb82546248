"""Los monitores que hace una persona, y no el archivo: crearlos, cambiarlos, dejar de vigilarlos.

Se leen con las mismas reglas que `monitores.toml`. El de un archivo no se toca aquí: volvería a ser el del archivo.
"""

import math
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from modelos.monitor import Monitor
from motor.escucha.entendedor import falta_en_sus_lugares
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.monitores.archivo import ORIGEN
from motor.escucha.monitores.definicion import Definicion, DefinicionInvalida
from motor.escucha.monitores.lectura import definir

FALSAS_MINIMAS, FALSAS_MAXIMAS = 0.1, 10.0


class NoSePuede(ValueError):
    """El mensaje dice por qué, para quien lo pidió."""


def revisar(escucha: EntornoDeEscucha, clave: str, datos: Mapping[str, Any]) -> Definicion:
    """La definición, si se entiende y sus lugares existen. Lanza DefinicionInvalida con todo lo que hay que cambiar.

    Abrir los lugares puede tardar: nunca dentro de una transacción.
    """
    definicion = definir(clave, datos, reconocer_red=escucha.principal.reconocer_red)
    if falta := falta_en_sus_lugares(escucha, definicion):
        raise DefinicionInvalida(clave, (falta,))
    return definicion


def clave_para(nombre: str) -> str:
    """«Falta de agua» es «falta-de-agua». Pura."""
    sin_marcas = "".join(c for c in unicodedata.normalize("NFD", nombre.casefold()) if not unicodedata.combining(c))
    letras = "".join(c if c.isascii() and c.isalnum() else " " for c in sin_marcas)
    return "-".join(letras.split())[:60].strip("-") or "monitor"


def crear(
    sesion: Session, escucha: EntornoDeEscucha, definicion: Definicion, datos: Mapping[str, Any], *, autor: str
) -> Monitor:
    """Su pasado queda por contar. autor: quien lo hizo; su clave, si ya la hay, lleva un número detrás."""
    ahora = escucha.reloj.ahora()
    monitor = Monitor(
        clave=_libre(sesion, definicion.clave),
        nombre=definicion.nombre,
        definicion=_sin_nombre(datos),
        origen=autor,
        version=1,
        contado=0,
        desde=ahora - escucha.reglas.escucha.pasado,
        creado_en=ahora,
    )
    sesion.add(monitor)
    sesion.flush()
    return monitor


def _libre(sesion: Session, clave: str) -> str:
    tomadas = set(sesion.exec(select(Monitor.clave).where(col(Monitor.clave).startswith(clave, autoescape=True))))
    return next(c for n in range(1, len(tomadas) + 2) if (c := clave if n == 1 else f"{clave}-{n}") not in tomadas)


def cambiar(sesion: Session, monitor: Monitor, definicion: Definicion, datos: Mapping[str, Any]) -> bool:
    """Si cambió lo que busca (y no sólo su nombre): entonces su pasado queda por contar. Lanza NoSePuede."""
    exigir_propio(monitor)
    nueva = _sin_nombre(datos)
    cambio = monitor.definicion != nueva
    if cambio:
        monitor.definicion = nueva
        monitor.version += 1
    monitor.nombre = definicion.nombre
    sesion.add(monitor)
    return cambio


def vigilar(sesion: Session, monitor: Monitor, *, activo: bool) -> None:
    """Dejar de vigilarlo no borra sus conteos ni sus alzas; mientras no se vigila, nadie lo cuenta. Lanza NoSePuede."""
    exigir_propio(monitor)
    if activo and not monitor.activo:
        monitor.contado = 0
    monitor.activo = activo
    sesion.add(monitor)


def tolerar(sesion: Session, monitor: Monitor, falsas_al_mes: float | None) -> None:
    """Cuántas falsas alarmas al mes; None, las de la oficina. También en los del archivo. Lanza NoSePuede."""
    valido = falsas_al_mes is None or (
        math.isfinite(falsas_al_mes) and FALSAS_MINIMAS <= falsas_al_mes <= FALSAS_MAXIMAS
    )
    if not valido:
        raise NoSePuede(f"Las falsas alarmas al mes van de {FALSAS_MINIMAS:g} a {FALSAS_MAXIMAS:g}.")
    monitor.falsas_alarmas = falsas_al_mes
    sesion.add(monitor)


def exigir_propio(monitor: Monitor) -> None:
    """Lanza NoSePuede si manda el archivo."""
    if monitor.origen == ORIGEN:
        raise NoSePuede(
            f"«{monitor.nombre}» es de monitores.toml: ahí se cambia. Para cambiarlo aquí, cópielo al panel."
        )


def _sin_nombre(datos: Mapping[str, Any]) -> dict[str, Any]:
    return {clave: valor for clave, valor in datos.items() if clave != "nombre"}


def presupuesto_de(escucha: EntornoDeEscucha, monitor: Monitor) -> float:
    """Las falsas alarmas al mes que se le toleran."""
    return escucha.reglas.escucha.falsas_alarmas if monitor.falsas_alarmas is None else monitor.falsas_alarmas


def por_contar(monitor: Monitor) -> bool:
    """Si su pasado no se ha contado con su definición de ahora."""
    return monitor.activo and monitor.contado != monitor.version


def desde_cuando(monitor: Monitor, ahora: datetime) -> int:
    """Los días que lleva contándose. Pura."""
    return max((ahora - monitor.desde).days, 0)

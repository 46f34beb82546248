"""`config/monitores.toml` manda en los suyos: lo nuevo, lo cambiado y lo quitado pasa a la base.

Un monitor que hizo una persona en la base no se toca. Uno mal escrito se dice, sigue como estaba y no estorba a los
demás. Uno que se quita del archivo deja de vigilarse, pero no se borra: sus conteos se quedan.
"""

import json
import logging
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from modelos.monitor import Monitor
from motor.escucha.entendedor import falta_en_sus_lugares
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.monitores.definicion import Definicion, DefinicionInvalida
from motor.escucha.monitores.lectura import definir
from motor.renglones import donde, que_revisar

logger = logging.getLogger(__name__)

NOMBRE = "monitores.toml"
ORIGEN = "archivo"
_MAYOR_POLIGONO_BYTES = 5_000_000

Comprobar = Callable[[Definicion], str]
"""Lo que le falta a un rango para poder usarse (un lugar que nadie conoce, un polígono cruzado); vacío si nada."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leidos:
    """definiciones: por clave, ya revisadas. malas: las claves que no se entendieron. errores: para una persona.

    falta: no hay archivo. roto: no se entiende ni qué monitores trae.
    """

    definiciones: Mapping[str, Definicion] = field(default_factory=dict)
    datos: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    malas: frozenset[str] = frozenset()
    errores: tuple[str, ...] = ()
    falta: bool = False
    roto: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cambios:
    """Lo que cambia en la base (o cambiaría), por clave. errores: lo que hay que corregir en el archivo."""

    nuevos: tuple[str, ...] = ()
    cambiados: tuple[str, ...] = ()
    renombrados: tuple[str, ...] = ()
    quitados: tuple[str, ...] = ()
    iguales: tuple[str, ...] = ()
    errores: tuple[str, ...] = ()

    @property
    def hay(self) -> bool:
        return bool(self.nuevos or self.cambiados or self.renombrados or self.quitados)


# ── Leer el archivo ──────────────────────────────────────────────────────────────────────────────────────────


def leer(
    carpeta: Path,
    *,
    reconocer_red: Callable[[str], str | None] | None = None,
    comprobar: Comprobar = lambda _: "",
) -> Leidos:
    """Los monitores de una carpeta de configuración. No lanza: lo que está mal viene en `errores`."""
    try:
        escrito = (carpeta / NOMBRE).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        tablas = tomllib.loads(escrito)
    except FileNotFoundError:
        return Leidos(falta=True)
    except UnicodeDecodeError:
        falta = f"{NOMBRE} no está en UTF-8: ábralo en su editor y guárdelo con esa codificación."
        return Leidos(errores=(falta,), roto=True)
    except OSError as error:
        return Leidos(errores=(f"No se pudo leer {NOMBRE}: {error.strerror}.",), roto=True)
    except tomllib.TOMLDecodeError as error:
        return Leidos(errores=(_por_que_no_se_entiende(error, escrito),), roto=True)
    definiciones, datos, errores = {}, {}, []
    for clave, tabla in tablas.items():
        try:
            en_linea = _con_poligono(clave, tabla, carpeta)
            definicion = definir(clave, en_linea, reconocer_red=reconocer_red)
            if falta := comprobar(definicion):
                raise DefinicionInvalida(clave, (falta,))
        except DefinicionInvalida as error:
            errores.append(str(error))
        else:
            definiciones[clave], datos[clave] = definicion, json.loads(json.dumps(en_linea))
    return Leidos(
        definiciones=definiciones, datos=datos, malas=frozenset(set(tablas) - set(datos)), errores=tuple(errores)
    )


def _por_que_no_se_entiende(error: tomllib.TOMLDecodeError, escrito: str) -> str:
    """Lo que dice tomllib, en español y con el renglón a la vista."""
    sitio = donde(error, escrito)
    if (repetida := re.search(r"Cannot declare \('([^']+)',?\) twice", str(error))) is not None:
        return f"{NOMBRE}: hay dos monitores [{repetida[1]}]; el segundo está {sitio}. Cambie la clave de uno."
    if "overwrite" in str(error):
        return f"{NOMBRE}: una clave está repetida dentro del mismo monitor, {sitio}. Deje sólo una."
    return f"{NOMBRE} {que_revisar(error, escrito)}"


def _con_poligono(clave: str, tabla: object, carpeta: Path) -> dict[str, Any]:
    """La tabla de un monitor, con el GeoJSON en el lugar de la ruta de su archivo."""
    if not isinstance(tabla, dict):
        raise DefinicionInvalida(clave, (f"Está fuera de un monitor: escriba antes su nombre, como [{clave}].",))
    lugar = tabla.get("lugar")
    if not isinstance(lugar, dict) or not isinstance(ruta := lugar.get("poligono"), str):
        return tabla
    return tabla | {"lugar": lugar | {"poligono": _geojson(clave, ruta, carpeta)}}


def _geojson(clave: str, ruta: str, carpeta: Path) -> object:
    raiz = carpeta.resolve()
    archivo = (raiz / ruta).resolve()  # resuelve también los enlaces: nada de fuera, por ningún camino
    if not archivo.is_relative_to(raiz):
        raise DefinicionInvalida(clave, (f"El polígono «{ruta}» está fuera de la carpeta de configuración.",))
    try:
        if archivo.stat().st_size > _MAYOR_POLIGONO_BYTES:
            raise DefinicionInvalida(clave, (f"El polígono «{ruta}» pesa más de 5 MB: simplifíquelo.",))
        return json.loads(archivo.read_bytes())
    except OSError:
        raise DefinicionInvalida(clave, (f"No se pudo leer el polígono «{ruta}» de la carpeta {raiz.name}.",)) from None
    except ValueError:
        raise DefinicionInvalida(clave, (f"El polígono «{ruta}» no es GeoJSON.",)) from None


# ── Llevarlo a la base ───────────────────────────────────────────────────────────────────────────────────────


def revisar(escucha: EntornoDeEscucha) -> tuple[Cambios, Leidos]:
    """Lo que cambiaría, sin cambiarlo, y lo que se leyó."""
    comprobar = partial(falta_en_sus_lugares, escucha)
    leidos = leer(escucha.archivos, reconocer_red=escucha.principal.reconocer_red, comprobar=comprobar)
    with escucha.principal.base.leer() as sesion:
        return _comparar(_guardados(sesion), leidos), leidos


def sincronizar(escucha: EntornoDeEscucha) -> Cambios:
    """Poner la base como dice el archivo. Repetirla no cambia nada. Los errores los dice quien llama."""
    cambios, leidos = revisar(escucha)
    if cambios.hay:
        with escucha.principal.base.escribir() as sesion:
            guardados = _guardados(sesion)  # otra vez, ya con la base para nosotros
            cambios = _comparar(guardados, leidos)
            _aplicar(sesion, guardados, cambios, leidos, escucha)
    return cambios


def _guardados(sesion: Session) -> dict[str, Monitor]:
    return {m.clave: m for m in sesion.exec(select(Monitor).order_by(col(Monitor.clave)))}


def _comparar(guardados: Mapping[str, Monitor], leidos: Leidos) -> Cambios:
    suyos = {clave: m for clave, m in guardados.items() if m.origen == ORIGEN}
    errores = list(leidos.errores)
    if leidos.falta and any(m.activo for m in suyos.values()):
        errores.append(f"Falta {NOMBRE}: sus monitores siguen como estaban. Para quitarlos, deje el archivo vacío.")
    grupos: dict[str, list[str]] = {g: [] for g in ("nuevos", "cambiados", "renombrados", "quitados", "iguales")}
    for clave, datos in leidos.datos.items():
        monitor = guardados.get(clave)
        if monitor is not None and monitor.origen != ORIGEN:
            errores.append(f"Monitor «{clave}»: ya hay uno con esa clave, de {monitor.origen}. Use otra en el archivo.")
        else:
            grupos[_que_es(monitor, datos, leidos.definiciones[clave].nombre)].append(clave)
    if not leidos.falta and not leidos.roto:
        presentes = set(leidos.datos) | leidos.malas
        grupos["quitados"] = [clave for clave, m in suyos.items() if m.activo and clave not in presentes]
    return Cambios(errores=tuple(errores), **{grupo: tuple(claves) for grupo, claves in grupos.items()})


def _que_es(monitor: Monitor | None, datos: Mapping[str, Any], nombre: str) -> str:
    if monitor is None or not monitor.activo:
        return "nuevos"
    if monitor.definicion != _sin_nombre(datos):
        return "cambiados"
    return "renombrados" if monitor.nombre != nombre else "iguales"


def _sin_nombre(datos: Mapping[str, Any]) -> dict[str, Any]:
    return {clave: valor for clave, valor in datos.items() if clave != "nombre"}


def _aplicar(
    sesion: Session, guardados: Mapping[str, Monitor], cambios: Cambios, leidos: Leidos, escucha: EntornoDeEscucha
) -> None:
    ahora = escucha.reloj.ahora()
    desde = ahora - escucha.reglas.escucha.pasado  # las fuentes nuevas traen de vuelta ese pasado, y se cuenta
    for clave in cambios.quitados:
        guardados[clave].activo = False
        sesion.add(guardados[clave])
    for clave in (*cambios.nuevos, *cambios.cambiados, *cambios.renombrados):
        monitor = guardados.get(clave) or Monitor(
            clave=clave, nombre="", origen=ORIGEN, version=0, contado=0, desde=desde, creado_en=ahora
        )
        definicion = _sin_nombre(leidos.datos[clave])
        if monitor.definicion != definicion or monitor.version == 0:
            monitor.version += 1
        if not monitor.activo:  # mientras no se vigiló, nadie lo contó
            monitor.contado = 0
        monitor.activo, monitor.definicion = True, definicion
        monitor.nombre = leidos.definiciones[clave].nombre
        sesion.add(monitor)
    logger.info("Monitores al día con su archivo.", extra={"accion": "monitores_sincronizados"})

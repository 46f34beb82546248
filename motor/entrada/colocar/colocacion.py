"""Poner cada cosa en su sitio: lo registrado en `procesando/`, con su nota; lo que no se acepta en `rechazadas/`."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from conectores.contrato import Problema
from modelos import Recepcion
from motor.entorno import Entorno
from motor.entrada.colocar.rechazo import escribir_nota, rechazar
from motor.entrada.colocar.traslado import (
    PROCESANDO,
    Taller,
    lugar_libre,
    mover_si_esta,
    nombre_de_nota,
    nota_de,
    recortado,
    vaciar,
)
from motor.entrada.contar import actas, devolucion, textos
from motor.entrada.contar.actas import Acta, acta_de
from motor.entrada.decidir.desenlaces import Recibida
from motor.entrada.mirar.inventario import SUFIJO_ESTADO
from motor.entrada.mirar.unidades import Unidad

_ANTERIOR = ".anterior-"
"""En las rutas de un acta, la clave de una versión que se reemplazó: «aviso.md.anterior-1»."""


def apartar(
    entorno: Entorno,
    unidad: Unidad,
    taller: Taller,
    problemas: Sequence[Problema],
    *,
    ahora: datetime,
    sha256: str = "",
    nota: str = "",
) -> Recibida:
    rutas = {miembro.nombre: taller.carpeta / miembro.nombre for miembro in unidad.miembros}
    recibida = rechazar(entorno, unidad.nombre, rutas, problemas, ahora=ahora, sha256=sha256, nota=nota)
    vaciar(taller.carpeta, {})
    return recibida


def lugares(entorno: Entorno, unidad: Unidad, anterior: Recepcion | None) -> dict[str, str]:
    """Dónde quedará cada cosa en `procesando/`. La versión anterior se aparta, no se pisa."""
    previas = acta_de(anterior).rutas if anterior else {}
    rutas = dict(previas)
    ocupados: set[Path] = set()
    for miembro in unidad.miembros:
        destino = previas.get(miembro.nombre)
        if destino is None:
            libre = lugar_libre(
                entorno.buzon / PROCESANDO, miembro.nombre, ocupados=ocupados, con=[nota_de(SUFIJO_ESTADO)]
            )
            ocupados.add(libre)
            rutas[miembro.nombre] = libre.relative_to(entorno.buzon).as_posix()
            continue
        numero = 1 + sum(clave.startswith(f"{miembro.nombre}{_ANTERIOR}") for clave in rutas)
        tronco, extension = os.path.splitext(Path(destino).name)  # noqa: PTH122 # se parte el nombre, no la ruta
        nombre = recortado(tronco, f" (versión anterior {numero}){extension}")
        libre = lugar_libre(entorno.buzon / PROCESANDO, nombre, ocupados=ocupados)
        ocupados.add(libre)
        rutas[f"{miembro.nombre}{_ANTERIOR}{numero}"] = libre.relative_to(entorno.buzon).as_posix()
    return rutas


def ordenar(entorno: Entorno, recepcion_id: int, *, ahora: datetime) -> None:
    """Llevar del taller a su sitio lo de una unidad registrada, y escribir su nota. Repetible."""
    with entorno.base.leer() as sesion:
        recepcion = sesion.get(Recepcion, recepcion_id)
    if recepcion is None:
        return
    acta = acta_de(recepcion)
    taller = entorno.buzon / PROCESANDO / acta.taller
    if acta.taller and taller.is_dir():
        _apartar_anteriores(entorno, acta, taller)
        vaciar(taller, {nombre: entorno.buzon / relativa for nombre, relativa in acta.rutas.items()})
    if acta.es_calendario and not (entorno.buzon / acta.copia).exists():
        devolucion.rehacer_copia(entorno, acta, entorno.buzon / acta.copia)
    anotar_estado(entorno, recepcion, ahora=ahora)


def _apartar_anteriores(entorno: Entorno, acta: Acta, taller: Path) -> None:
    for hijo in list(taller.iterdir()):
        previas = [nombre for nombre in acta.rutas if nombre.startswith(f"{hijo.name}{_ANTERIOR}")]
        destino = entorno.buzon / acta.rutas[previas[-1]] if previas else None
        # Si ya se apartó antes de la muerte, lo que hay en su sitio es la nueva.
        if destino is not None and not os.path.lexists(destino):
            mover_si_esta(entorno.buzon / acta.rutas[hijo.name], destino)


def anotar_estado(entorno: Entorno, recepcion: Recepcion, *, ahora: datetime) -> None:
    """Escribir (o rehacer) la nota que acompaña a lo que espera en `procesando/`."""
    acta = acta_de(recepcion)
    zona = entorno.reglas.zona
    dicho = f"«{recepcion.nombre}» {'se cambió: vale esta versión.' if acta.cambios else 'está aceptado.'}"
    if acta.es_calendario:
        rechazadas = {int(fila): texto for fila, texto in acta.rechazadas.items()}
        copia = Path(acta.copia).name
        texto = textos.estado_de_calendario(
            dicho, len(acta.filas), rechazadas, acta.avisos, copia, ahora=ahora, zona=zona
        )
    else:
        with entorno.base.leer() as sesion:
            lineas = actas.lineas_de(sesion, entorno, acta.publicaciones)
        texto = textos.estado(
            dicho, recepcion.nombre, lineas, acta.arreglos, acta.avisos, acta.sin_fecha, ahora=ahora, zona=zona
        )
    escribir_nota(ruta_de_estado(entorno, acta), texto)


def ruta_de_estado(entorno: Entorno, acta: Acta) -> Path:
    principal = Path(acta.rutas[acta.principal]).name
    return entorno.buzon / PROCESANDO / nombre_de_nota(principal, SUFIJO_ESTADO)

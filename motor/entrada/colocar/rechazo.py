"""Apartar lo que no se acepta: a `rechazadas/`, con una nota que dice por qué y qué hacer."""

import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from conectores.contrato import Problema
from motor.acervo.archivos import escribir_bytes
from motor.entorno import Entorno
from motor.entrada.colocar.traslado import RECHAZADAS, lugar_libre, mover, nombre_de_nota, nota_de
from motor.entrada.contar import textos
from motor.entrada.contar.actas import anotar_rechazo
from motor.entrada.decidir.desenlaces import Desenlace, Recibida
from motor.entrada.leer.codificacion import mostrable
from motor.entrada.mirar.inventario import SUFIJO_MOTIVO


def escribir_nota(ruta: Path, texto: str) -> None:
    escribir_bytes(ruta, texto.encode("utf-8", "replace"))


def rechazar(
    entorno: Entorno,
    nombre: str,
    rutas: Mapping[str, Path],
    problemas: Sequence[Problema],
    *,
    ahora: datetime,
    sha256: str = "",
    nota: str = "",
) -> Recibida:
    """Mover a `rechazadas/` todo lo de una unidad (el principal, que se llama `nombre`, al final) con su motivo.

    El motivo se escribe antes de mover: así nada queda en `rechazadas/` sin decir por qué.
    """
    carpeta = entorno.buzon / RECHAZADAS
    destino = lugar_libre(carpeta, nombre, con=[nota_de(SUFIJO_MOTIVO)])
    texto = textos.motivo(mostrable(nombre), problemas, ahora=ahora, zona=entorno.reglas.zona, nota=nota)
    escrita = carpeta / nombre_de_nota(destino.name, SUFIJO_MOTIVO)
    escribir_nota(escrita, texto)
    try:
        for otro, ruta in rutas.items():
            if otro != nombre:
                with contextlib.suppress(FileNotFoundError):
                    mover(ruta, lugar_libre(carpeta, otro))
        mover(rutas[nombre], destino)
    except OSError:
        escrita.unlink(missing_ok=True)
        raise
    anotar_rechazo(entorno, nombre, sha256=sha256, destino=destino, motivo=texto, ahora=ahora)
    return Recibida(nombre, Desenlace.RECHAZADA)

"""Dictaminar un texto con sus medios: lo que se publicaría y lo que tiene mal, sin aceptar ni mover nada."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from conectores.contrato import Conector, Gravedad, Problema
from modelos import Perfil
from modelos.consultas import perfiles
from motor.acervo.medios import MedioInadmisible, inspeccionar
from motor.entorno import Entorno
from motor.entrada.contar.actas import nombre_de_red
from motor.entrada.entender.armado import Armada, Contexto, armar
from motor.entrada.entender.directorio import Directorio, PerfilConocido
from motor.entrada.leer.lectura import PESO_MAXIMO_BYTES, leer
from motor.fechas.escritas import Anclaje
from motor.publicacion.propuesta import MedioPropuesto, Propuesta
from motor.publicacion.revision import revisar


@dataclass(frozen=True, slots=True, kw_only=True)
class Dictamen:
    """propuesta: None si no se pudo ni armar. sha256: de todo lo que llegó. anclaje: de qué depende su fecha."""

    propuesta: Propuesta | None
    problemas: tuple[Problema, ...]
    arreglos: tuple[str, ...] = ()
    sha256: str = ""
    anclaje: Anclaje = Anclaje.MOMENTO
    sin_fecha: bool = False

    @property
    def admisible(self) -> bool:
        return self.propuesta is not None and not self.errores

    @property
    def errores(self) -> tuple[Problema, ...]:
        return tuple(p for p in self.problemas if p.gravedad is Gravedad.ERROR)

    @property
    def avisos(self) -> tuple[Problema, ...]:
        return tuple(p for p in self.problemas if p.gravedad is Gravedad.AVISO)


class NoSePuedeLeer(Exception):
    def __init__(self, problema: Problema) -> None:
        super().__init__(str(problema))
        self.problema = problema


def directorio_de(entorno: Entorno) -> Directorio:
    with entorno.base.leer() as sesion:
        conocidos = tuple(PerfilConocido(p.nombre, p.red, p.pausado_en is None) for p in perfiles(sesion))
    return Directorio(conocidos, entorno.reconocer_red, lambda red: nombre_de_red(entorno, red))


def sin_reabrir(entorno: Entorno) -> Entorno:
    """El mismo entorno, que abre una vez el conector de cada perfil: para revisar de un tirón miles de filas."""
    abiertos: dict[int, Conector] = {}

    def abrir(perfil: Perfil) -> Conector:
        if perfil.id not in abiertos:
            abiertos[perfil.id] = entorno.abrir(perfil)
        return abiertos[perfil.id]

    return replace(entorno, abrir=abrir)


def leer_archivo(ruta: Path, *, maximo_bytes: int = PESO_MAXIMO_BYTES) -> bytes:
    """El contenido de un archivo corriente, hasta un octeto más del máximo. Lanza NoSePuedeLeer."""
    try:
        descriptor = os.open(ruta, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise NoSePuedeLeer(_por_que(error)) from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NoSePuedeLeer(Problema("no es un archivo corriente.", "Suelte un archivo normal."))
        with os.fdopen(os.dup(descriptor), "rb") as archivo:
            return archivo.read(maximo_bytes + 1)
    except OSError as error:
        raise NoSePuedeLeer(_por_que(error)) from None
    finally:
        os.close(descriptor)


def _por_que(error: OSError) -> Problema:
    if error.errno in (errno.EACCES, errno.EPERM):
        return Problema("no tenemos permiso para leerlo.", "Cambie sus permisos, o cópielo otra vez en la carpeta.")
    if error.errno == errno.ELOOP:
        return Problema("es un enlace a otro lugar, y no los seguimos.", "Suelte una copia del archivo mismo.")
    return Problema(f"no se puede leer ({error.strerror}).", "Cópielo otra vez en la carpeta.")


def dictaminar(
    entorno: Entorno,
    contenido: bytes,
    *,
    nombre: str,
    medios: Mapping[str, Path],
    sin_nombrar: tuple[str, ...],
    ahora: datetime,
    referencia: datetime,
) -> Dictamen:
    """El dictamen de una publicación suelta. nombre: el de la unidad; medios: los que la acompañan, por nombre."""
    directorio = directorio_de(entorno)
    solicitud = leer(contenido, directorio=directorio)
    contexto = Contexto(
        ahora=ahora,
        referencia=referencia,
        zona=entorno.reglas.zona,
        directorio=directorio,
        medios=medios,
        origen="carpeta",
        nombre=nombre,
        horarios=entorno.horarios(),
    )
    armada = armar(solicitud, contexto, sin_nombrar=sin_nombrar)
    sha256 = _sha256(contenido, armada.propuesta.medios if armada.propuesta else ())
    sin_fecha = not solicitud.texto_de("fecha") and not solicitud.texto_de("hora")
    return replace(revisada(entorno, armada, ahora=ahora, sha256=sha256), sin_fecha=sin_fecha)


def revisada(entorno: Entorno, armada: Armada, *, ahora: datetime, sha256: str) -> Dictamen:
    """Lo armado, mirado además con los ojos de cada red."""
    if armada.propuesta is None:
        return Dictamen(propuesta=None, problemas=armada.problemas, sha256=sha256, anclaje=armada.anclaje)
    propuesta = replace(armada.propuesta, origen_huella=sha256)
    revision = revisar(entorno, propuesta, ahora=ahora)
    return Dictamen(
        propuesta=propuesta,
        problemas=_sin_repetir((*armada.problemas, *revision.problemas)),
        arreglos=revision.arreglos,
        sha256=sha256,
        anclaje=armada.anclaje,
    )


def _sin_repetir(problemas: Iterable[Problema]) -> tuple[Problema, ...]:
    return tuple(dict.fromkeys(problemas))


def _sha256(contenido: bytes, medios: Iterable[MedioPropuesto]) -> str:
    """De un texto solo, el suyo; con medios, el de todo junto, en el orden en que se publican."""
    suma = hashlib.sha256(contenido)
    for medio in medios:
        try:
            suma.update(b"\x00" + inspeccionar(medio.ruta).sha256.encode())
        except MedioInadmisible:
            suma.update(b"\x00")  # no se va a aceptar: lo dirá la revisión
    return suma.hexdigest()

"""Mover sin perder: siempre `os.replace` dentro del mismo disco, y nunca encima de nada.

Lo que se toma pasa antes por un taller (`procesando/.tomando-…`). Si el proceso muere con el taller a medias y la
unidad no quedó registrada, todo vuelve a `entrada/` y se lee otra vez.
"""

import contextlib
import errno
import fcntl
import filecmp
import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from motor.acervo.archivos import sincronizar_carpeta
from motor.entrada.leer.codificacion import mostrable
from motor.entrada.mirar.unidades import Unidad

ENTRADA, PROCESANDO, PUBLICADAS, RECHAZADAS = "entrada", "procesando", "publicadas", "rechazadas"
PREFIJO_DE_TALLER = ".tomando-"
_LARGO_DE_NOMBRE_BYTES = 255  # de casi todos los sistemas de archivos


class BuzonInservible(Exception):
    """La carpeta no se puede usar; el mensaje dice por qué y qué hacer."""


@dataclass(frozen=True, slots=True)
class Taller:
    """La unidad, ya nuestra: sus archivos por nombre, fuera del alcance de quien la soltó."""

    carpeta: Path
    archivos: dict[str, Path]


def asegurar(buzon: Path) -> None:
    """Crear las cuatro carpetas y comprobar que se puede mover entre ellas. Lanza BuzonInservible."""
    discos = set()
    for nombre in (ENTRADA, PROCESANDO, PUBLICADAS, RECHAZADAS):
        carpeta = buzon / nombre
        try:
            carpeta.mkdir(parents=True, exist_ok=True)
            discos.add(carpeta.stat().st_dev)
        except OSError as error:
            raise BuzonInservible(f"No se puede usar la carpeta «{carpeta}»: {error.strerror}.") from error
        if not os.access(carpeta, os.R_OK | os.W_OK | os.X_OK):
            raise BuzonInservible(f"No tenemos permiso para escribir en «{carpeta}»: déselo al usuario de Pregonero.")
    if len(discos) > 1:
        raise BuzonInservible(
            f"Las carpetas de «{buzon}» están en discos distintos: entrada, procesando, publicadas y rechazadas deben "
            "estar en el mismo, para mover los archivos de un golpe."
        )


@contextlib.contextmanager
def turno(buzon: Path) -> Iterator[bool]:
    """Un solo proceso recorre la carpeta a la vez; False si ahora lo hace otro."""
    with (buzon / ".pregonero.cerrojo").open("a") as archivo:
        try:
            fcntl.flock(archivo, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        except OSError:
            pass  # un disco de red sin cerrojos: se confía en que hay un solo demonio
        yield True


def mover(origen: Path, destino: Path) -> None:
    """Mover de un golpe, sin seguir enlaces. Lanza FileExistsError antes que pisar algo, y BuzonInservible."""
    if os.path.lexists(destino):
        raise FileExistsError(errno.EEXIST, "ya hay algo con ese nombre", str(destino))
    try:
        os.replace(origen, destino)  # noqa: PTH105 # es la garantía: o está en un sitio o en el otro
    except OSError as error:
        if error.errno == errno.EXDEV:
            raise BuzonInservible(
                f"«{origen.parent}» y «{destino.parent}» están en discos distintos: póngalas en el mismo."
            ) from error
        raise


def mover_si_esta(origen: Path, destino: Path) -> None:
    """Como `mover`, pero sin queja si ya se movió: para lo que se repite después de una muerte."""
    if os.path.lexists(origen):
        mover(origen, destino)


def lugar_libre(
    carpeta: Path, nombre: str, *, ocupados: Collection[Path] = (), con: Sequence[Callable[[str], str]] = ()
) -> Path:
    """Un nombre que no exista todavía en la carpeta: «aviso.md», «aviso (2).md», «aviso (3).md»…

    con: cómo se llamarán los que van a su lado (su nota, su copia): tampoco pueden existir.
    """
    tronco, extension = os.path.splitext(nombre)  # noqa: PTH122 # el nombre puede no ser texto
    candidato, numero = carpeta / nombre, 1
    while candidato in ocupados or _existe_alguno(carpeta, [candidato.name, *(f(candidato.name) for f in con)]):
        numero += 1
        candidato = carpeta / recortado(tronco, f" ({numero}){extension}")
    return candidato


def _existe_alguno(carpeta: Path, nombres: Iterable[str]) -> bool:
    return any(os.path.lexists(carpeta / nombre) for nombre in nombres)


def recortado(tronco: str, cola: str) -> str:
    """Un nombre que cabe en el disco; si hubo que cortarlo, lleva una seña para no confundirse con otro."""
    if len(os.fsencode(tronco + cola)) <= _LARGO_DE_NOMBRE_BYTES:
        return tronco + cola
    sena = "~" + hashlib.sha256(os.fsencode(tronco)).hexdigest()[:8]
    while len(os.fsencode(tronco + sena + cola)) > _LARGO_DE_NOMBRE_BYTES:
        tronco = tronco[:-1]
    return tronco + sena + cola


def nombre_de_nota(nombre: str, sufijo: str) -> str:
    """El nombre de la nota que acompaña a un archivo: legible y admisible también en Windows."""
    return recortado(re.sub(r'[<>:"|?*\\/]', "_", mostrable(nombre)), sufijo)


def nota_de(sufijo: str) -> Callable[[str], str]:
    """Para `lugar_libre`: cómo se llamará la nota de un archivo."""
    return lambda nombre: nombre_de_nota(nombre, sufijo)


# ── el taller ────────────────────────────────────────────────────────────────────────────────────────────────────


def tomar(buzon: Path, unidad: Unidad) -> Taller:
    """Llevar la unidad a un taller propio. Lanza FileNotFoundError si alguien se la llevó antes."""
    carpeta = buzon / PROCESANDO / f"{PREFIJO_DE_TALLER}{uuid.uuid4().hex[:12]}"
    carpeta.mkdir()
    archivos: dict[str, Path] = {}
    try:
        for miembro in unidad.miembros:
            destino = carpeta / miembro.nombre
            if miembro.copiar:
                shutil.copyfile(miembro.ruta, destino, follow_symlinks=False)
            else:
                mover(miembro.ruta, destino)
            archivos[miembro.nombre] = destino
    except OSError:
        devolver(buzon, carpeta)
        raise
    if unidad.es_carpeta:
        raiz = archivos[unidad.nombre]
        archivos = {ruta.name: ruta for ruta in raiz.iterdir() if ruta.is_file() and not ruta.is_symlink()}
    return Taller(carpeta, archivos)


def devolver(buzon: Path, taller: Path) -> list[Path]:
    """Regresar a `entrada/` lo que hay en un taller. Devuelve lo que se queda: allí ya llegó otro con ese nombre."""
    quedan = []
    for ruta in sorted(taller.iterdir()):
        destino = buzon / ENTRADA / ruta.name
        if not os.path.lexists(destino):
            mover(ruta, destino)
        elif _es_copia(ruta, destino):
            ruta.unlink()
        else:
            quedan.append(ruta)
    if not quedan:
        taller.rmdir()
    return quedan


def _es_copia(ruta: Path, otra: Path) -> bool:
    """Los dos son archivos corrientes con el mismo contenido: una foto compartida, de la que hicimos copia."""
    corrientes = all(r.is_file() and not r.is_symlink() for r in (ruta, otra))
    return corrientes and filecmp.cmp(ruta, otra, shallow=False)


def talleres(buzon: Path) -> list[Path]:
    return sorted((buzon / PROCESANDO).glob(f"{PREFIJO_DE_TALLER}*"))


def vaciar(taller: Path, destinos: dict[str, Path]) -> None:
    """Sacar del taller cada cosa a su sitio; repetible si se corta a la mitad."""
    for nombre, destino in destinos.items():
        mover_si_esta(taller / nombre, destino)
    with contextlib.suppress(OSError):
        taller.rmdir()
    for carpeta in {destino.parent for destino in destinos.values()}:
        sincronizar_carpeta(carpeta)

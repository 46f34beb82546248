"""Lo que llega al acervo por mano de una persona: mirarlo por dentro, guardarlo, y decir si ya estaba o se parece.

El archivo ya está en la carpeta del acervo, con un nombre nuestro; el suyo sólo se recuerda.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from sqlmodel import Session

from conectores.contrato import TipoDeMedio
from modelos import Medio
from motor.acervo import miniaturas, parecido
from motor.acervo.captura import fecha_de_captura
from motor.acervo.medios import DatosDeMedio, MedioInadmisible, datos_de, depositar, guardar, inspeccionar, ya_guardado
from motor.acervo.miniaturas import LADOS
from motor.acervo.nombres import nombre_seguro
from motor.acervo.palabras import buscable
from motor.entorno import Entorno

LLEGANDO = "llegando"
HOLGURA_BYTES = 500_000_000
"""Lo que se deja libre en el disco: sin él la base no puede escribir, y no se publica nada."""


class SinSitio(Exception):
    """No cabe en el disco; el mensaje lo dice."""


@dataclass(frozen=True, slots=True)
class Ingresado:
    """medio: el nuevo, o el que ya estaba. parecidos: ids de otros que se le parecen."""

    medio: Medio
    repetido: bool
    parecidos: tuple[int, ...] = ()


@contextlib.contextmanager
def llegando(acervo: Path, *, peso: int = 0) -> Iterator[tuple[BinaryIO, Path]]:
    """Un archivo vacío donde escribir lo que llega, en el mismo disco; se borra al salir. Lanza SinSitio."""
    carpeta = acervo / LLEGANDO
    carpeta.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(carpeta).free < peso + HOLGURA_BYTES:
        raise SinSitio("No queda sitio en el disco del servidor. Avise a informática.")
    descriptor, temporal = tempfile.mkstemp(dir=carpeta, prefix="s-")
    try:
        with os.fdopen(descriptor, "wb") as salida:
            yield salida, Path(temporal)
    finally:
        with contextlib.suppress(FileNotFoundError):
            Path(temporal).unlink()


def mirar(ruta: Path, nombre: str) -> DatosDeMedio:
    """Lo que es, dicho con el nombre que le puso la persona. Lanza MedioInadmisible."""
    try:
        return inspeccionar(ruta)
    except MedioInadmisible as error:
        problema = replace(error.problema, donde=nombre_seguro(nombre, extension=Path(nombre).suffix[:6]))
        raise MedioInadmisible(problema) from None


@dataclass(frozen=True, slots=True)
class Preparado:
    """Lo que se supo de un archivo fuera de toda transacción, que es lo que tarda."""

    datos: DatosDeMedio
    sha256_guardado: str
    nombre: str
    tomado: str
    huella: str


def preparar(entorno: Entorno, ruta: Path, nombre: str) -> Preparado:
    """Mirarlo, copiarlo limpio a su sitio y sacarle la huella. Lanza MedioInadmisible."""
    datos = mirar(ruta, nombre)
    es_imagen = datos.tipo is TipoDeMedio.IMAGEN
    hoy = entorno.reloj.ahora().astimezone(entorno.reglas.zona).date()
    tomado = fecha_de_captura(ruta, hoy=hoy) if es_imagen else ""
    guardado = inspeccionar(depositar(datos, carpeta=entorno.acervo))
    huella = parecido.huella_visual(guardado.ruta) if es_imagen else ""
    limpio = nombre_seguro(nombre, extension=guardado.ruta.suffix)
    return Preparado(datos, guardado.sha256, limpio, tomado, huella)


def ingresar(sesion: Session, entorno: Entorno, preparado: Preparado, *, quien: str) -> Ingresado:
    """Guardar su fila. El que ya estaba no cambia, salvo que desde ahora es de la oficina y vuelve a ofrecerse."""
    ahora = entorno.reloj.ahora()
    repetido = ya_guardado(sesion, preparado.datos.sha256, preparado.sha256_guardado) is not None
    medio = guardar(sesion, preparado.datos, carpeta=entorno.acervo, nombre=preparado.nombre, ahora=ahora)
    medio.subido_por = medio.subido_por or quien
    medio.archivado_en = None
    sesion.add(medio)
    if repetido:
        sesion.flush()
        return Ingresado(medio, repetido=True)
    medio.tomado = preparado.tomado
    medio.buscable = buscable([medio.nombre, medio.tomado])
    sesion.flush()
    parecidos = parecido.parecidos(sesion, preparado.huella, menos={medio.id})
    if preparado.huella:
        parecido.anotar(sesion, medio, preparado.huella)
    return Ingresado(medio, repetido=False, parecidos=tuple(parecidos))


def rematar(entorno: Entorno, medio: Medio) -> None:
    """Las miniaturas, ya fuera de la transacción: quien mire la galería no las espera."""
    for tamano in LADOS:
        miniaturas.hacer(entorno.acervo, datos_de(medio, entorno.acervo), tamano)

"""Los medios: mirar uno por dentro antes de aceptarlo, guardarlo por su contenido, ajustarlo a lo que admite una red.

Lo que llega puede ser hostil: se confía en el contenido y no en la extensión, se mira el tamaño antes de abrir, y
una imagen sólo se decodifica si su cabecera promete unas medidas razonables.
"""

import hashlib
import os
import shutil
import stat
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, or_, select

from conectores.contrato import Adjunto, Capacidades, Problema, TipoDeMedio
from modelos import Medio
from motor.acervo import imagenes, videos
from motor.acervo.ajuste import en_megas
from motor.acervo.archivos import escribir_bytes, hasta_estar_entero
from motor.acervo.despojo import despojar
from motor.acervo.firmas import Firma, reconocer
from motor.acervo.palabras import buscable

IMAGEN_MAXIMA_BYTES = 50_000_000
VIDEO_MAXIMO_BYTES = 1_000_000_000
AUDIO_MAXIMO_BYTES = 300_000_000
_TOPES = {
    TipoDeMedio.IMAGEN: IMAGEN_MAXIMA_BYTES,
    TipoDeMedio.VIDEO: VIDEO_MAXIMO_BYTES,
    TipoDeMedio.AUDIO: AUDIO_MAXIMO_BYTES,
}
_TROZO_BYTES = 1 << 20
_HOLGURA_S = 0.5


@dataclass(frozen=True, slots=True)
class DatosDeMedio:
    """Lo que se sabe de un archivo sin fiarse de su nombre.

    sha256: del archivo tal como llegó. ancho, alto: píxeles con la orientación aplicada (0 si no se conocen).
    duracion_s: sólo de un video o un audio que se pudo medir.
    """

    ruta: Path
    sha256: str
    tipo: TipoDeMedio
    mime: str
    peso_bytes: int
    ancho: int = 0
    alto: int = 0
    duracion_s: float | None = None


class MedioInadmisible(Exception):
    """El archivo no sirve como medio; `problema` lo dice a una persona."""

    def __init__(self, problema: Problema) -> None:
        super().__init__(str(problema))
        self.problema = problema


# ── inspeccionar ─────────────────────────────────────────────────────────────────────────────────────────────────

_vistos: OrderedDict[tuple[str, int, int, int, int], DatosDeMedio] = OrderedDict()
_VISTOS_MAXIMOS = 512
_candado = threading.Lock()


def inspeccionar(ruta: Path) -> DatosDeMedio:
    """Medir un archivo y comprobar que está entero. Lanza MedioInadmisible.

    Lo ya inspeccionado se recuerda mientras el archivo no cambie: un calendario repite la misma foto mil veces.
    """
    try:
        descriptor = os.open(ruta, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise _inadmisible(ruta, *_motivo_de_apertura(error)) from None
    estado = os.fstat(descriptor)
    if not stat.S_ISREG(estado.st_mode):
        os.close(descriptor)
        raise _inadmisible(ruta, "no es un archivo corriente.", "Suelte una copia normal de la foto o del video.")
    with os.fdopen(descriptor, "rb") as archivo:
        clave = (str(ruta), estado.st_ino, estado.st_size, estado.st_mtime_ns, estado.st_ctime_ns)
        with _candado:
            if clave in _vistos:
                _vistos.move_to_end(clave)
                return _vistos[clave]
        datos = _inspeccionado(ruta, archivo, estado)
    with _candado:
        _vistos[clave] = datos
        while len(_vistos) > _VISTOS_MAXIMOS:
            _vistos.popitem(last=False)
    return datos


def _inspeccionado(ruta: Path, archivo: BinaryIO, estado: os.stat_result) -> DatosDeMedio:
    if estado.st_size == 0:
        raise _inadmisible(ruta, "está vacío.", "Vuelva a copiarlo: quizá la copia se interrumpió.")
    firma = reconocer(archivo.read(4096))
    if firma is None:
        raise _inadmisible(
            ruta,
            "no es una imagen ni un video ni un audio que sepamos leer.",
            "Guarde la foto como JPG o PNG, o el video como MP4.",
        )
    if not firma.admitida:
        raise _inadmisible(ruta, f"es {firma.nombre}, y ninguna red lo admite.", firma.remedio)
    return _medido(ruta, archivo, firma, estado.st_size)


def _medido(ruta: Path, archivo: BinaryIO, firma: Firma, peso: int) -> DatosDeMedio:
    tope = _TOPES[firma.tipo]
    if peso > tope:
        raise _inadmisible(
            ruta,
            f"pesa {en_megas(peso)} y lo más que aceptamos es {en_megas(tope)}.",
            "Expórtelo con menos resolución o menos calidad.",
        )
    duracion: float | None = None
    try:
        if firma.tipo is TipoDeMedio.IMAGEN:
            vista = imagenes.examinar(archivo, firma.pillow, entera=True)
            ancho, alto = vista.ancho, vista.alto
        elif firma.tipo is TipoDeMedio.AUDIO:
            ancho, alto, duracion = 0, 0, videos.medir_audio(ruta, firma)
        else:
            medidas = videos.medir(ruta, firma)
            ancho, alto, duracion = medidas.ancho, medidas.alto, medidas.duracion_s
    except (imagenes.ImagenIlegible, videos.VideoIlegible) as error:
        raise _inadmisible(ruta, str(error), error.remedio) from None
    return DatosDeMedio(ruta, _sha256(archivo), firma.tipo, firma.mime, peso, ancho, alto, duracion)


def _inadmisible(ruta: Path, mensaje: str, remedio: str) -> MedioInadmisible:
    return MedioInadmisible(Problema(mensaje, remedio, ruta.name.encode("utf-8", "replace").decode()))


def _motivo_de_apertura(error: OSError) -> tuple[str, str]:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "no está.", "Suéltelo junto al texto, con ese mismo nombre."
    if isinstance(error, PermissionError):
        return "no tenemos permiso para leerlo.", "Cambie los permisos del archivo, o cópielo otra vez."
    if isinstance(error, IsADirectoryError):
        return "es una carpeta, no un archivo.", "Nombre el archivo de la foto o del video."
    return "no se puede abrir: no es un archivo corriente (quizá un enlace).", "Suelte el archivo mismo, no un enlace."


def _sha256(archivo: BinaryIO) -> str:
    archivo.seek(0)
    suma = hashlib.sha256()
    while trozo := archivo.read(_TROZO_BYTES):
        suma.update(trozo)
    return suma.hexdigest()


# ── guardar ──────────────────────────────────────────────────────────────────────────────────────────────────────


def depositar(datos: DatosDeMedio, *, carpeta: Path) -> Path:
    """Copiar el archivo al acervo si no está, entero o nada, y decir dónde quedó. No toca la base.

    Se guarda sin metadatos (lo de un celular lleva dónde se tomó), y las imágenes ya enderezadas. Un video grande
    tarda: conviene depositarlo antes de abrir la transacción que llamará a `guardar`.
    """
    limpia = imagenes.forma_de_guardar(datos.mime) if datos.tipo is TipoDeMedio.IMAGEN else None
    extension = limpia.extension if limpia else videos.EXTENSIONES.get(datos.mime, ".mp4")
    destino = carpeta / datos.sha256[:2] / f"{datos.sha256[2:]}{extension}"
    if not destino.exists():
        if limpia:
            escribir_bytes(destino, imagenes.limpiar(datos.ruta.read_bytes(), limpia))
        else:
            with hasta_estar_entero(destino) as temporal:
                if not (despojar(datos.ruta, temporal, datos.mime) and _es_lo_mismo(datos, temporal)):
                    shutil.copyfile(datos.ruta, temporal)  # mejor como llegó que a medias; su ficha lo dirá
    return destino


def _es_lo_mismo(datos: DatosDeMedio, ruta: Path) -> bool:
    """Si se ve y se oye igual: un archivo raro puede perder algo al copiarlo, y eso no se publica."""
    try:
        nuevo = inspeccionar(ruta)
    except MedioInadmisible:
        return False
    dura_igual = abs((nuevo.duracion_s or 0) - (datos.duracion_s or 0)) <= _HOLGURA_S
    return dura_igual and (nuevo.mime, nuevo.ancho, nuevo.alto) == (datos.mime, datos.ancho, datos.alto)


def guardar(sesion: Session, datos: DatosDeMedio, *, carpeta: Path, nombre: str, ahora: datetime) -> Medio:
    """La fila del medio, con su archivo ya en el acervo; el mismo contenido dos veces es una sola.

    `Medio.sha256` es el del archivo que llegó; peso, tipo y medidas son los de lo guardado.
    """
    anterior = ya_guardado(sesion, datos.sha256)
    if anterior is not None and (carpeta / anterior.ruta).is_file():
        return anterior
    destino = depositar(datos, carpeta=carpeta)
    guardado = inspeccionar(destino)
    anterior = anterior or ya_guardado(sesion, guardado.sha256)
    if anterior is not None:
        return anterior  # quizá la misma foto, que llegó con otros metadatos
    medio = Medio(
        sha256=datos.sha256,
        ruta=destino.relative_to(carpeta).as_posix(),
        nombre=nombre[:300],
        tipo=guardado.tipo.value,
        mime=guardado.mime,
        peso_bytes=guardado.peso_bytes,
        ancho=guardado.ancho,
        alto=guardado.alto,
        duracion_s=guardado.duracion_s,
        sha256_guardado=guardado.sha256,
        buscable=buscable([nombre]),
        creado_en=ahora,
    )
    try:
        with sesion.begin_nested():
            sesion.add(medio)
    except IntegrityError:  # otro proceso guardó el mismo contenido entre la pregunta y la escritura
        return sesion.exec(select(Medio).where(Medio.sha256 == datos.sha256)).one()
    return medio


def ya_guardado(sesion: Session, *sumas: str) -> Medio | None:
    """El medio que llegó así, o que así quedó guardado: quien lo baja del acervo y lo suelta no hace otro."""
    orden = select(Medio).where(or_(col(Medio.sha256).in_(sumas), col(Medio.sha256_guardado).in_(sumas)))
    return sesion.exec(orden.order_by(col(Medio.id)).limit(1)).first()


def datos_de(medio: Medio, carpeta: Path) -> DatosDeMedio:
    """Los datos de un medio guardado, sin volver a mirar el archivo."""
    return DatosDeMedio(
        ruta=carpeta / medio.ruta,
        sha256=medio.sha256,
        tipo=TipoDeMedio(medio.tipo),
        mime=medio.mime,
        peso_bytes=medio.peso_bytes,
        ancho=medio.ancho,
        alto=medio.alto,
        duracion_s=medio.duracion_s,
    )


# ── ajustar ──────────────────────────────────────────────────────────────────────────────────────────────────────


def adjunto_de(
    datos: DatosDeMedio, capacidades: Capacidades, *, texto_alternativo: str, variantes: Path
) -> tuple[Adjunto, tuple[str, ...]]:
    """El medio como lo admite la red, y qué hubo que cambiarle, dicho al editor.

    Determinista: el mismo archivo con los mismos límites da la misma variante, que se guarda en `variantes`.
    La razón ancho/alto no se toca. Un video pasa tal cual. Lanza MedioInadmisible si el archivo ya no se puede leer.
    """
    adjunto = _tal_cual(datos, texto_alternativo)
    if datos.tipo is not TipoDeMedio.IMAGEN or capacidades.imagen is None:
        return adjunto, ()
    try:
        variante, arreglos = imagenes.ajustar(
            datos.ruta,
            nombre=datos.ruta.name,
            sha256=datos.sha256,
            limite=capacidades.imagen,
            red=capacidades.nombre,
            variantes=variantes,
        )
    except imagenes.ImagenIlegible as error:
        raise _inadmisible(datos.ruta, str(error), error.remedio) from None
    except OSError as error:
        raise _inadmisible(datos.ruta, *_motivo_de_apertura(error)) from None
    adjunto = replace(
        adjunto,
        ruta=variante.ruta,
        mime=variante.mime,
        peso_bytes=variante.peso_bytes,
        ancho=variante.ancho,
        alto=variante.alto,
    )
    return adjunto, arreglos


def _tal_cual(datos: DatosDeMedio, texto_alternativo: str) -> Adjunto:
    return Adjunto(
        ruta=datos.ruta,
        tipo=datos.tipo,
        mime=datos.mime,
        peso_bytes=datos.peso_bytes,
        ancho=datos.ancho,
        alto=datos.alto,
        duracion_s=datos.duracion_s,
        texto_alternativo=texto_alternativo,
    )

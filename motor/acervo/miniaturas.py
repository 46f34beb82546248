"""Las vistas pequeñas de un medio: se hacen una vez, se guardan en el acervo y se pueden borrar todas sin pérdida."""

import enum
import io
import subprocess
from pathlib import Path

from PIL import Image

from conectores.contrato import TipoDeMedio
from motor.acervo import imagenes, videos
from motor.acervo.archivos import escribir_bytes
from motor.acervo.medios import DatosDeMedio

CARPETA = "miniaturas"
MIME = "image/webp"
_CALIDAD = 78
_PLAZO_S = 20.0


class Tamano(enum.StrEnum):
    ESTAMPILLA = "estampilla"
    MINI = "mini"
    MEDIA = "media"
    ORIGINAL = "original"


LADOS = {Tamano.ESTAMPILLA: 128, Tamano.MINI: 320, Tamano.MEDIA: 1080}
"""Píxeles de ancho; nunca se agranda. El alto, hasta el doble."""


def ruta_de(acervo: Path, sha256: str, tamano: Tamano) -> Path:
    return acervo / CARPETA / sha256[:2] / f"{sha256[2:]}-{LADOS[tamano]}.webp"


def hacer(acervo: Path, datos: DatosDeMedio, tamano: Tamano) -> Path | None:
    """La miniatura, hecha ahora si faltaba. None si de este medio no se puede sacar (un audio, o sin ffmpeg)."""
    destino = ruta_de(acervo, datos.sha256, tamano)
    if destino.is_file():
        return destino
    try:
        contenido = _de_imagen(datos.ruta, tamano) if datos.tipo is TipoDeMedio.IMAGEN else _de_video(datos, tamano)
    except (imagenes.ImagenIlegible, OSError):
        return None
    if contenido is None:
        return None
    escribir_bytes(destino, contenido)
    return destino


def _de_imagen(ruta: Path, tamano: Tamano) -> bytes:
    with imagenes.abierta(ruta, LADOS[tamano]) as imagen:
        return _reducida(imagen, tamano)


def _de_video(datos: DatosDeMedio, tamano: Tamano) -> bytes | None:
    """Un cuadro de después del primer segundo: el primero suele ser negro."""
    if datos.tipo is not TipoDeMedio.VIDEO or (orden := videos.orden_de_ffmpeg(datos.mime)) is None:
        return None
    segundo = "1" if datos.duracion_s is None or datos.duracion_s > 2 else "0"
    orden += ["-ss", segundo, "-i", f"file:{datos.ruta.absolute()}", "-frames:v", "1", "-f", "image2pipe"]
    try:
        proceso = subprocess.run(  # noqa: S603 # el programa es el nuestro y la ruta va como un solo argumento
            [*orden, "-c:v", "png", "pipe:1"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PLAZO_S,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return None
    if not proceso.stdout:
        return None
    with imagenes.abierta_de(io.BytesIO(proceso.stdout), ("PNG",)) as imagen:
        return _reducida(imagen, tamano)


def _reducida(imagen: Image.Image, tamano: Tamano) -> bytes:
    lado = LADOS[tamano]
    chica = imagen.convert("RGBA" if "A" in imagen.getbands() or "transparency" in imagen.info else "RGB")
    chica.thumbnail((lado, 2 * lado), Image.Resampling.LANCZOS)
    salida = io.BytesIO()
    chica.save(salida, "WEBP", quality=_CALIDAD, method=4)
    return salida.getvalue()

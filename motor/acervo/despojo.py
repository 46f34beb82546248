"""Quitarle a un video o a un audio lo que no se ve ni se oye (dónde se grabó, con qué, por quién), sin recodificarlo.

Con el mismo ffmpeg que los mide. Se copian sólo las pistas que se ven y se oyen: las de datos de un teléfono o un dron,
y los subtítulos en que algunos escriben su posición, se quedan fuera.
"""

import logging
import subprocess
from pathlib import Path

from motor.acervo.firmas import AVI, FLAC, M4A, MKV, MOV, MP3, MP4, OGG, WAV
from motor.acervo.videos import orden_de_ffmpeg

logger = logging.getLogger(__name__)

PLAZO_S = 120.0
"""Copiar el mayor de los que aceptamos, en un disco lento."""

_SALIDAS = {
    MP4.mime: ("mp4",),
    MOV.mime: ("mov",),
    MKV.mime: ("webm", "matroska"),  # WEBM no admite todo lo que cabe en un MKV
    AVI.mime: ("avi",),
    MP3.mime: ("mp3",),
    M4A.mime: ("ipod",),
    OGG.mime: ("ogg",),
    WAV.mime: ("wav",),
    FLAC.mime: ("flac",),
}
_AL_FRENTE = ("mp4", "mov", "ipod")
_SIN_NADA_MAS = (
    *("-map", "0:V?", "-map", "0:a?", "-dn", "-sn", "-c", "copy"),
    *("-map_metadata", "-1", "-map_metadata:s", "-1", "-map_chapters", "-1"),
    *("-fflags", "+bitexact", "-strict", "experimental"),
)


def despojar(origen: Path, destino: Path, mime: str) -> bool:
    """Dejar en `destino` lo que se ve y se oye de `origen`. False si no se pudo: lo que haya quedado no sirve.

    El mismo archivo da siempre los mismos bytes.
    """
    orden = orden_de_ffmpeg(mime)
    return orden is not None and any(_copiar([*orden], origen, destino, formato) for formato in _SALIDAS[mime])


def _copiar(orden: list[str], origen: Path, destino: Path, formato: str) -> bool:
    al_frente = ("-movflags", "+faststart") if formato in _AL_FRENTE else ()
    try:
        hecho = subprocess.run(  # noqa: S603 # el programa es el nuestro y las rutas van como un solo argumento
            [
                *(*orden, "-i", f"file:{origen.absolute()}", *_SIN_NADA_MAS, *al_frente),
                *("-f", formato, "-y", f"file:{destino.absolute()}"),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PLAZO_S,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError) as error:
        logger.warning("No se pudieron quitar los datos ocultos de %s: %s", origen.name, error)
        return False
    if hecho.returncode != 0:
        dicho = hecho.stderr.decode("utf-8", "replace")[-400:]
        logger.warning("No se pudieron quitar los datos ocultos de %s: %s", origen.name, dicho)
    return hecho.returncode == 0

"""Medir un video con el ffmpeg que trae imageio-ffmpeg; sin él, sólo se sabe qué dice su firma."""

import math
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from motor.acervo.firmas import Firma

EXTENSIONES = {
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-msvideo": ".avi",
}

PLAZO_S = 20.0

_DURACION = re.compile(r"Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)")
_VIDEO = re.compile(r"Stream #\S+.*?: Video: (\w+).*?, (\d{2,5})x(\d{2,5})")
_GIRO = re.compile(r"rotation of (-?\d+(?:\.\d+)?) degrees")


@dataclass(frozen=True, slots=True)
class MedidasDeVideo:
    """ancho, alto: píxeles ya girados (0 si no se conocen). duracion_s: None si no se pudo medir."""

    ancho: int = 0
    alto: int = 0
    duracion_s: float | None = None
    codec: str = ""


class VideoIlegible(Exception):
    remedio = "Ábralo en su computadora: si no se ve entero, vuelva a exportarlo como MP4 y a copiarlo."


def medir(ruta: Path, firma: Firma) -> MedidasDeVideo:
    """Duración y medidas de un video. Lanza VideoIlegible si no se puede leer o tarda demasiado."""
    ffmpeg = _ffmpeg()
    if ffmpeg is None:
        return MedidasDeVideo()
    # El formato va fijo y sólo se le dejan abrir archivos: un «video» que fuera una lista de direcciones
    # haría que ffmpeg saliera a la red.
    orden = [ffmpeg, "-hide_banner", "-nostdin", "-protocol_whitelist", "file", "-f", firma.ffmpeg]
    try:
        proceso = subprocess.run(  # noqa: S603 # el programa es el nuestro y la ruta va como un solo argumento
            [*orden, "-i", f"file:{ruta.absolute()}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PLAZO_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise VideoIlegible(f"no se pudo leer en {PLAZO_S:.0f} segundos.") from None
    except OSError:
        return MedidasDeVideo()  # el ffmpeg de esta máquina no arranca: vale lo que diga la firma
    medidas = interpretar(proceso.stderr.decode("utf-8", "replace"))
    if medidas is None:
        raise VideoIlegible("no contiene ningún video que se pueda leer, o está incompleto.")
    return medidas


def _ffmpeg() -> str | None:
    try:
        import imageio_ffmpeg
    except ImportError:
        return None
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        return None


def interpretar(salida: str) -> MedidasDeVideo | None:
    """Lo que ffmpeg dijo de un archivo, o None si no halló video. Pura."""
    video = _VIDEO.search(salida)
    if video is None:
        return None
    codec, ancho, alto = video[1], int(video[2]), int(video[3])
    giro = _GIRO.search(salida)
    if giro and round(abs(float(giro[1]))) % 180 == 90:
        ancho, alto = alto, ancho
    duracion = _DURACION.search(salida)
    segundos = int(duracion[1]) * 3600 + int(duracion[2]) * 60 + float(duracion[3]) if duracion else math.nan
    return MedidasDeVideo(ancho, alto, None if math.isnan(segundos) else segundos, codec)

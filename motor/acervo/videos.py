"""Medir un video o un audio con el ffmpeg que trae imageio-ffmpeg; sin él, sólo se sabe qué dice su firma."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from motor.acervo.firmas import AVI, FLAC, M4A, MKV, MOV, MP3, MP4, OGG, WAV, Firma

EXTENSIONES = {
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-msvideo": ".avi",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/ogg": ".ogg",
    "audio/wav": ".wav",
    "audio/flac": ".flac",
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
    """También de un audio; el mensaje dice cuál."""

    remedio = "Ábralo en su computadora: si no se ve entero, vuelva a exportarlo como MP4 y a copiarlo."


def medir(ruta: Path, firma: Firma) -> MedidasDeVideo:
    """Duración y medidas de un video. Lanza VideoIlegible si no se puede leer o tarda demasiado."""
    dicho = _mirado(ruta, firma)
    if dicho is None:
        return MedidasDeVideo()
    medidas = interpretar(dicho)
    if medidas is None:
        raise VideoIlegible("no contiene ningún video que se pueda leer, o está incompleto.")
    return medidas


def medir_audio(ruta: Path, firma: Firma) -> float | None:
    """Cuántos segundos dura un audio; None si no se sabe. Lanza VideoIlegible si no tiene ninguno que se pueda oír."""
    dicho = _mirado(ruta, firma)
    if dicho is None:
        return None
    if "Audio: " not in dicho:
        raise VideoIlegible("no contiene ningún audio que se pueda oír, o está incompleto.")
    return _segundos(dicho)


def _mirado(ruta: Path, firma: Firma) -> str | None:
    """Lo que ffmpeg dice de un archivo; None si no hay ffmpeg. Lanza VideoIlegible si tarda demasiado."""
    orden = orden_de_ffmpeg(firma.mime)
    if orden is None:
        return None
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
        return None  # el ffmpeg de esta máquina no arranca: vale lo que diga la firma
    return proceso.stderr.decode("utf-8", "replace")


_FORMATOS = {firma.mime: firma.ffmpeg for firma in (MP4, MOV, MKV, AVI, MP3, M4A, OGG, WAV, FLAC)}


def orden_de_ffmpeg(mime: str) -> list[str] | None:
    """El principio de toda orden sobre un video de ese tipo; None si no hay ffmpeg.

    El formato va fijo y sólo se le dejan abrir archivos: un «video» que fuera una lista de direcciones haría que
    ffmpeg saliera a la red.
    """
    ffmpeg = _ffmpeg()
    if ffmpeg is None or mime not in _FORMATOS:
        return None
    return [ffmpeg, "-hide_banner", "-nostdin", "-protocol_whitelist", "file,pipe", "-f", _FORMATOS[mime]]


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
    return MedidasDeVideo(ancho, alto, _segundos(salida), codec)


def _segundos(salida: str) -> float | None:
    duracion = _DURACION.search(salida)
    return int(duracion[1]) * 3600 + int(duracion[2]) * 60 + float(duracion[3]) if duracion else None

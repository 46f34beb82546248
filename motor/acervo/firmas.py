"""Qué es un archivo, por sus primeros bytes. Puro: la extensión no prueba nada."""

from dataclasses import dataclass

from conectores.contrato import TipoDeMedio

IMAGEN, VIDEO, AUDIO = TipoDeMedio.IMAGEN, TipoDeMedio.VIDEO, TipoDeMedio.AUDIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Firma:
    """nombre: como se le dice a una persona. pillow: con qué lo abre Pillow. ffmpeg: con qué lo abre ffmpeg.

    admitida: falso en lo que reconocemos sólo para decir qué hacer con ello (`remedio`).
    """

    nombre: str
    mime: str = ""
    tipo: TipoDeMedio = IMAGEN
    pillow: tuple[str, ...] = ()
    ffmpeg: str = ""
    admitida: bool = True
    remedio: str = "Guárdela como JPG o PNG."


JPEG = Firma(nombre="una foto JPEG", mime="image/jpeg", pillow=("JPEG", "MPO"))
PNG = Firma(nombre="una imagen PNG", mime="image/png", pillow=("PNG",))
GIF = Firma(nombre="un GIF", mime="image/gif", pillow=("GIF",))
WEBP = Firma(nombre="una imagen WEBP", mime="image/webp", pillow=("WEBP",))
HEIC = Firma(nombre="una foto HEIC", mime="image/heic", pillow=("HEIF",))
AVIF = Firma(nombre="una imagen AVIF", mime="image/avif", pillow=("AVIF",))
MP4 = Firma(nombre="un video MP4", mime="video/mp4", tipo=VIDEO, ffmpeg="mov")
MOV = Firma(nombre="un video MOV", mime="video/quicktime", tipo=VIDEO, ffmpeg="mov")
MKV = Firma(nombre="un video WEBM o MKV", mime="video/webm", tipo=VIDEO, ffmpeg="matroska")
AVI = Firma(nombre="un video AVI", mime="video/x-msvideo", tipo=VIDEO, ffmpeg="avi")
MP3 = Firma(nombre="un audio MP3", mime="audio/mpeg", tipo=AUDIO, ffmpeg="mp3")
M4A = Firma(nombre="un audio M4A", mime="audio/mp4", tipo=AUDIO, ffmpeg="mov")
OGG = Firma(nombre="un audio OGG", mime="audio/ogg", tipo=AUDIO, ffmpeg="ogg")
WAV = Firma(nombre="un audio WAV", mime="audio/wav", tipo=AUDIO, ffmpeg="wav")
FLAC = Firma(nombre="un audio FLAC", mime="audio/flac", tipo=AUDIO, ffmpeg="flac")

MIMES = frozenset(f.mime for f in (JPEG, PNG, GIF, WEBP, HEIC, AVIF, MP4, MOV, MKV, AVI, MP3, M4A, OGG, WAV, FLAC))
"""Los únicos tipos con que se sirve un archivo guardado."""

_MARCAS_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_MARCAS_AVIF = {b"avif", b"avis"}
_MARCAS_M4A = {b"M4A ", b"M4B ", b"M4P "}
_CAJAS_MOV = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}


def _ajena(nombre: str, remedio: str) -> Firma:
    return Firma(nombre=nombre, admitida=False, remedio=remedio)


_AJENAS = (
    (b"%PDF", _ajena("un PDF", "Exporte la página como JPG o PNG.")),
    (b"PK\x03\x04", _ajena("un documento de Office o un ZIP", "Suelte la foto o el video sueltos, no el paquete.")),
    (b"\xd0\xcf\x11\xe0", _ajena("un documento de Office", "Guarde la imagen como JPG o PNG.")),
    (b"BM", _ajena("una imagen BMP", "Guárdela como JPG o PNG.")),
    (b"II*\x00", _ajena("una imagen TIFF", "Guárdela como JPG o PNG.")),
    (b"MM\x00*", _ajena("una imagen TIFF", "Guárdela como JPG o PNG.")),
    (b"8BPS", _ajena("un archivo de Photoshop", "Expórtelo como JPG o PNG.")),
    (b"<svg", _ajena("un dibujo SVG", "Expórtelo como PNG.")),
    (b"<?xml", _ajena("un dibujo o documento XML", "Expórtelo como PNG.")),
    (b"MZ", _ajena("un programa", "Suelte sólo fotos y videos.")),
    (b"\x7fELF", _ajena("un programa", "Suelte sólo fotos y videos.")),
)


def reconocer(cabecera: bytes) -> Firma | None:
    """La firma de unos primeros bytes (bastan 64), o None si no la conocemos."""
    if cabecera[4:8] == b"ftyp":
        return _por_marcas(cabecera)
    if cabecera[:4] == b"RIFF":
        return {b"WEBP": WEBP, b"AVI ": AVI, b"WAVE": WAV}.get(cabecera[8:12])
    for inicio, firma in (
        (b"\xff\xd8\xff", JPEG),
        (b"\x89PNG\r\n\x1a\n", PNG),
        (b"GIF87a", GIF),
        (b"GIF89a", GIF),
        (b"\x1aE\xdf\xa3", MKV),
        (b"ID3", MP3),
        (b"OggS", OGG),
        (b"fLaC", FLAC),
        *_AJENAS,
    ):
        if cabecera.startswith(inicio):
            return firma
    if cabecera[4:8] in _CAJAS_MOV:
        return MOV
    return MP3 if _es_mpeg(cabecera) else None


def _es_mpeg(cabecera: bytes) -> bool:
    """Un cuadro de MP3 sin etiqueta delante: once unos, capa III, y velocidad y frecuencia posibles."""
    return (
        len(cabecera) >= 4
        and cabecera[0] == 0xFF
        and cabecera[1] in (0xFA, 0xFB, 0xF2, 0xF3, 0xE2, 0xE3)
        and cabecera[2] >> 4 not in (0, 15)
        and cabecera[2] >> 2 & 3 != 3
    )


def _por_marcas(cabecera: bytes) -> Firma:
    """La familia ISO: la marca principal decide; en las genéricas («mif1») deciden las compatibles."""
    largo = min(int.from_bytes(cabecera[:4], "big"), len(cabecera), 64)
    principal = cabecera[8:12]
    marcas = [principal, *(cabecera[i : i + 4] for i in range(16, largo - 3, 4))]
    if principal in _MARCAS_AVIF or (principal in {b"mif1", b"msf1"} and _MARCAS_AVIF & set(marcas)):
        return AVIF
    if principal in _MARCAS_HEIC:
        return HEIC
    if principal in _MARCAS_M4A:
        return M4A
    return MOV if principal == b"qt  " else MP4

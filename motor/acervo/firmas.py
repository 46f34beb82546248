"""Qué es un archivo, por sus primeros bytes. Puro: la extensión no prueba nada."""

from dataclasses import dataclass

from conectores.contrato import TipoDeMedio

IMAGEN, VIDEO = TipoDeMedio.IMAGEN, TipoDeMedio.VIDEO


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

_MARCAS_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_MARCAS_AVIF = {b"avif", b"avis"}
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
        return {b"WEBP": WEBP, b"AVI ": AVI}.get(cabecera[8:12])
    for inicio, firma in (
        (b"\xff\xd8\xff", JPEG),
        (b"\x89PNG\r\n\x1a\n", PNG),
        (b"GIF87a", GIF),
        (b"GIF89a", GIF),
        (b"\x1aE\xdf\xa3", MKV),
        *_AJENAS,
    ):
        if cabecera.startswith(inicio):
            return firma
    return MOV if cabecera[4:8] in _CAJAS_MOV else None


def _por_marcas(cabecera: bytes) -> Firma:
    """La familia ISO: la marca principal decide; en las genéricas («mif1») deciden las compatibles."""
    largo = min(int.from_bytes(cabecera[:4], "big"), len(cabecera), 64)
    principal = cabecera[8:12]
    marcas = [principal, *(cabecera[i : i + 4] for i in range(16, largo - 3, 4))]
    if principal in _MARCAS_AVIF or (principal in {b"mif1", b"msf1"} and _MARCAS_AVIF & set(marcas)):
        return AVIF
    if principal in _MARCAS_HEIC:
        return HEIC
    return MOV if principal == b"qt  " else MP4

"""Quitarle a una imagen lo que no se ve (dónde se tomó, con qué, por quién) sin tocar un solo píxel. Puro.

Se conserva lo que hace falta para verla igual: perfil de color, transparencia, gamma. `None` quiere decir que no
entendimos el archivo y que hay que recodificarlo.
"""

import re
import struct

_FIN_DE_SEGMENTO = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_SOS, _EOI, _APP1, _COM, _APP15 = 0xDA, 0xD9, 0xE1, 0xFE, 0xEF
_APP2, _APP14 = 0xE2, 0xEE

_TROZOS_PNG = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
_TROZOS_WEBP = frozenset({b"EXIF", b"XMP "})
_BANDERAS_WEBP = 0x08 | 0x04  # EXIF y XMP, en el primer octeto de VP8X


def sin_metadatos(contenido: bytes, formato: str) -> bytes | None:
    """Los mismos píxeles sin metadatos; `formato` en nombres de Pillow. Lo que no los lleva vuelve igual."""
    try:
        match formato:
            case "JPEG" | "MPO":
                return _jpeg(contenido)
            case "PNG":
                return _png(contenido)
            case "WEBP":
                return _webp(contenido)
            case "GIF":
                return contenido
            case _:
                return None
    except (IndexError, struct.error):
        return None


def _jpeg(contenido: bytes) -> bytes | None:
    """Copiar los segmentos que hacen falta; lo que sigue al final (otras fotos, datos del fabricante) se deja."""
    salida = [contenido[:2]]
    i = 2
    while True:
        while contenido[i] == 0xFF and contenido[i + 1] == 0xFF:
            i += 1
        if contenido[i] != 0xFF:
            return None
        marca = contenido[i + 1]
        if marca == _EOI:
            return b"".join([*salida, b"\xff\xd9"])
        fin = i + 2 + struct.unpack_from(">H", contenido, i + 2)[0]
        if marca == _SOS:
            hallado = _FIN_DE_SEGMENTO.search(contenido, fin)
            if hallado is None:
                return None
            fin = hallado.start()
        if not _sobra_en_jpeg(marca, contenido[i + 4 : i + 16]):
            salida.append(contenido[i:fin])
        i = fin


def _sobra_en_jpeg(marca: int, comienzo: bytes) -> bool:
    """De los segmentos de aplicación sólo se quedan JFIF, el perfil ICC y el de Adobe (dice cómo va el color)."""
    if marca == _COM:
        return True
    if not _APP1 <= marca <= _APP15:
        return False
    return not (marca == _APP14 or (marca == _APP2 and comienzo.startswith(b"ICC_PROFILE")))


def _png(contenido: bytes) -> bytes | None:
    salida = [contenido[:8]]
    i = 8
    while i < len(contenido):
        (largo,) = struct.unpack_from(">I", contenido, i)
        nombre, fin = contenido[i + 4 : i + 8], i + 12 + largo
        if fin > len(contenido):
            return None
        if nombre not in _TROZOS_PNG:
            salida.append(contenido[i:fin])
        if nombre == b"IEND":
            return b"".join(salida)
        i = fin
    return None


def _webp(contenido: bytes) -> bytes | None:
    salida = []
    i, fin_total = 12, min(len(contenido), 8 + struct.unpack_from("<I", contenido, 4)[0])
    while i + 8 <= fin_total:
        nombre, largo = contenido[i : i + 4], struct.unpack_from("<I", contenido, i + 4)[0]
        fin = i + 8 + largo + (largo & 1)
        if i + 8 + largo > len(contenido):
            return None
        trozo = contenido[i:fin]
        if nombre == b"VP8X":
            trozo = trozo[:8] + bytes([trozo[8] & ~_BANDERAS_WEBP]) + trozo[9:]
        if nombre not in _TROZOS_WEBP:
            salida.append(trozo)
        i = fin
    cuerpo = b"".join(salida)
    return b"RIFF" + struct.pack("<I", len(cuerpo) + 4) + b"WEBP" + cuerpo

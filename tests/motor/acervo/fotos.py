"""Imágenes de mentira para las pruebas, con los metadatos que trae una de verdad."""

import io
import struct
import zlib
from pathlib import Path

from PIL import Image

ORIENTACION = 0x0112


def foto(ancho: int = 640, alto: int = 480, *, modo: str = "RGB") -> Image.Image:
    """Un degradado con forma: se nota si se gira o se corta."""
    franja = Image.linear_gradient("L").resize((ancho, alto))
    if modo == "L":
        return franja
    imagen = Image.merge("RGB", (franja, franja.transpose(Image.Transpose.ROTATE_180), Image.new("L", franja.size, 90)))
    imagen.paste((255, 0, 0), (0, 0, ancho // 4, alto // 4))  # la esquina roja es la de arriba a la izquierda
    if modo == "RGBA":
        imagen.putalpha(franja)
    return imagen.convert(modo)


def ruido(ancho: int, alto: int) -> Image.Image:
    return Image.effect_noise((ancho, alto), 120).convert("RGB")


def exif_con_gps(orientacion: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTACION] = orientacion
    exif[0x010F] = "Marca de la cámara"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (19.0, 17.0, 30.0), "W", (99.0, 39.0, 15.0)
    return exif


def guardada(ruta: Path, imagen: Image.Image, formato: str = "JPEG", **opciones: object) -> Path:
    imagen.save(ruta, format=formato, **opciones)
    return ruta


def bytes_de(imagen: Image.Image, formato: str = "JPEG", **opciones: object) -> bytes:
    salida = io.BytesIO()
    imagen.save(salida, format=formato, **opciones)
    return salida.getvalue()


def bomba_png(lado: int) -> bytes:
    """Un PNG de pocos kilobytes que promete `lado`×`lado` píxeles."""

    def trozo(nombre: bytes, datos: bytes) -> bytes:
        return struct.pack(">I", len(datos)) + nombre + datos + struct.pack(">I", zlib.crc32(nombre + datos))

    cabecera = struct.pack(">IIBBBBB", lado, lado, 1, 0, 0, 0, 0)
    fila = b"\x00" + bytes((lado + 7) // 8)
    datos = zlib.compress(fila * 64, 9)
    return b"\x89PNG\r\n\x1a\n" + trozo(b"IHDR", cabecera) + trozo(b"IDAT", datos) + trozo(b"IEND", b"")

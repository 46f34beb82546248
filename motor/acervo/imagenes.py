"""Abrir imágenes ajenas sin que hagan daño, limpiarlas y hacer las variantes que piden las redes."""

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import pillow_heif
from PIL import Image, ImageCms, ImageOps

from conectores.contrato import LimiteDeImagen
from motor.acervo.ajuste import CALIDADES, REDUCCION, Plan, Resultado, Vista, contar, decidir, nombre_de_variante
from motor.acervo.archivos import escribir_bytes
from motor.acervo.firmas import reconocer
from motor.acervo.metadatos import sin_metadatos

PIXELES_MAXIMOS = 80_000_000
"""Más no cabe con holgura en la memoria de un servidor pequeño: 80 millones son 240 MB ya decodificados."""

_ORIENTACION, _IFD_GPS = 0x0112, 0x8825
_EXTENSIONES = {"JPEG": ".jpg", "PNG": ".png", "GIF": ".gif", "WEBP": ".webp"}
_MIMES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}

pillow_heif.register_heif_opener()


class ImagenIlegible(Exception):
    """Por qué no se pudo leer, para una persona. `remedio`: qué hacer."""

    def __init__(self, mensaje: str, remedio: str) -> None:
        super().__init__(mensaje)
        self.remedio = remedio


@dataclass(frozen=True, slots=True)
class Variante:
    ruta: Path
    mime: str
    peso_bytes: int
    ancho: int
    alto: int


@dataclass(frozen=True, slots=True)
class FormaDeGuardar:
    formato: str
    extension: str


def forma_de_guardar(mime: str) -> FormaDeGuardar:
    """Cómo queda una imagen en el acervo: como vino, salvo HEIC y AVIF, que ninguna red admite y pasan a JPEG."""
    formato = next((f for f, m in _MIMES.items() if m == mime), "JPEG")
    return FormaDeGuardar(formato, _EXTENSIONES[formato])


# ── mirar ────────────────────────────────────────────────────────────────────────────────────────────────────────


def examinar(archivo: IO[bytes], formatos: tuple[str, ...], *, entera: bool = False) -> Vista:
    """Leer la cabecera y, con `entera`, decodificar para saber que no está cortada. Lanza ImagenIlegible."""
    archivo.seek(0)
    with _abierta(archivo, formatos) as imagen:
        vista = _vista(imagen, archivo)
        if entera:
            # A un octavo, un JPEG se decodifica sin ocupar la memoria de la foto completa.
            imagen.draft(None, (max(1, imagen.width // 8), max(1, imagen.height // 8)))
            imagen.load()
        return vista


@contextlib.contextmanager
def _abierta(archivo: IO[bytes], formatos: tuple[str, ...]) -> Iterator[Image.Image]:
    try:
        with Image.open(archivo, formats=formatos) as imagen:
            if imagen.width * imagen.height > PIXELES_MAXIMOS:
                raise _desmedida(f"mide {imagen.width}×{imagen.height} píxeles")
            yield imagen
    except ImagenIlegible:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _desmedida("promete más píxeles de los que caben en la memoria") from None
    except Exception as error:  # los decodificadores lanzan de todo ante un archivo mal hecho
        raise ImagenIlegible(
            "está dañada o incompleta: no se puede leer entera.",
            "Ábrala en su computadora; si se ve bien, guárdela otra vez como JPG y vuelva a copiarla.",
        ) from error


@contextlib.contextmanager
def abierta(ruta: Path, lado: int) -> Iterator[Image.Image]:
    """Una imagen del acervo, derecha y en sRGB, decodificada con lo justo para que su ancho llegue a `lado`.

    Lanza ImagenIlegible, u OSError si el archivo no está.
    """
    with ruta.open("rb") as archivo, abierta_de(archivo, _formatos_de(archivo.read(64)), lado) as imagen:
        yield imagen


@contextlib.contextmanager
def abierta_de(archivo: IO[bytes], formatos: tuple[str, ...], lado: int = 0) -> Iterator[Image.Image]:
    """Como `abierta`, de algo ya abierto. lado: 0 para decodificarla entera. Lanza ImagenIlegible."""
    archivo.seek(0)
    with _abierta(archivo, formatos) as imagen:
        if lado:
            imagen.draft(None, (lado, lado))  # sólo los JPEG saben hacerlo, y son los grandes
        derecha = _en_srgb(ImageOps.exif_transpose(imagen))
        yield derecha.point(lambda v: v / 256).convert("L") if derecha.mode.startswith("I") else derecha


def _desmedida(mensaje: str) -> ImagenIlegible:
    return ImagenIlegible(
        f"{mensaje}; lo más que aceptamos son {PIXELES_MAXIMOS // 1_000_000} millones.", "Expórtela más pequeña."
    )


def _vista(imagen: Image.Image, archivo: IO[bytes]) -> Vista:
    orientacion, gps, camara = _de_la_camara(imagen)
    ancho, alto = imagen.size
    if orientacion in range(5, 9):
        ancho, alto = alto, ancho
    formato = "JPEG" if imagen.format == "MPO" else str(imagen.format)
    peso = archivo.seek(0, io.SEEK_END)
    archivo.seek(0)
    return Vista(
        formato=formato,
        ancho=ancho,
        alto=alto,
        peso_bytes=peso,
        modo=imagen.mode,
        girada=orientacion in range(2, 9),
        transparente="A" in imagen.getbands() or "transparency" in imagen.info,
        animada=formato != "JPEG" and bool(getattr(imagen, "is_animated", False)),
        color_ajeno=_es_color_ajeno(imagen),
        metadatos=_tiene_metadatos(archivo, formato),
        camara=camara,
        gps=gps,
    )


def _de_la_camara(imagen: Image.Image) -> tuple[int, bool, bool]:
    """Orientación (1: derecha), si dice dónde se tomó, y si lleva datos de la cámara."""
    xmp = imagen.info.get("xmp") or b""
    gps_en_xmp = (b"GPSLatitude" in xmp) if isinstance(xmp, bytes) else ("GPSLatitude" in str(xmp))
    try:
        exif = imagen.getexif()
        return int(exif.get(_ORIENTACION, 1)), bool(exif.get_ifd(_IFD_GPS)) or gps_en_xmp, bool(len(exif))
    except Exception:  # un EXIF mal hecho no impide ver la foto, y se va a quitar de todos modos
        return 1, gps_en_xmp, True


def _tiene_metadatos(archivo: IO[bytes], formato: str) -> bool:
    contenido = archivo.read()
    archivo.seek(0)
    limpio = sin_metadatos(contenido, formato)
    return limpio is None or len(limpio) != len(contenido)


def _es_color_ajeno(imagen: Image.Image) -> bool:
    perfil = imagen.info.get("icc_profile")
    if not perfil or imagen.mode not in ("RGB", "RGBA", "CMYK"):
        return False
    try:
        return "srgb" not in ImageCms.getProfileDescription(_perfil(perfil)).lower()
    except (ImageCms.PyCMSError, OSError):
        return False


def _perfil(datos: bytes) -> Any:
    return ImageCms.ImageCmsProfile(io.BytesIO(datos))


# ── limpiar ──────────────────────────────────────────────────────────────────────────────────────────────────────


def limpiar(contenido: bytes, forma: FormaDeGuardar) -> bytes:
    """La imagen sin metadatos, enderezada y en el formato de guardar; sin recodificar si no hace falta."""
    formatos = _formatos_de(contenido)
    vista = examinar(io.BytesIO(contenido), formatos)
    if vista.formato == forma.formato and not vista.girada:
        limpio = sin_metadatos(contenido, vista.formato)
        if limpio is not None:
            return limpio
    with _abierta(io.BytesIO(contenido), formatos) as imagen:
        derecha = ImageOps.exif_transpose(imagen)
        return _codificada(_aplanada(derecha, forma.formato), forma.formato, 95, icc=imagen.info.get("icc_profile"))


def _formatos_de(contenido: bytes) -> tuple[str, ...]:
    firma = reconocer(contenido[:64])
    return firma.pillow if firma else ()


# ── ajustar ──────────────────────────────────────────────────────────────────────────────────────────────────────


def ajustar(
    ruta: Path, *, nombre: str, sha256: str, limite: LimiteDeImagen, red: str, variantes: Path
) -> tuple[Variante, tuple[str, ...]]:
    """La variante que admite la red (el mismo archivo, si ya la admite) y qué se le cambió.

    Lanza ImagenIlegible, u OSError si el archivo ya no está.
    """
    estado = ruta.stat()
    vista = _vista_de(str(ruta), estado.st_ino, estado.st_size, estado.st_mtime_ns, estado.st_ctime_ns)
    plan = decidir(vista, limite)
    if plan is None:
        return Variante(ruta, _mime(vista.formato), vista.peso_bytes, vista.ancho, vista.alto), ()
    destino = variantes / sha256[:2] / nombre_de_variante(sha256, limite, _EXTENSIONES[plan.formato])
    if not destino.exists():
        escribir_bytes(destino, _variante(ruta.read_bytes(), plan, limite))
    resultado = _medidas(destino, plan.formato)
    variante = Variante(destino, _mime(plan.formato), resultado.peso_bytes, resultado.ancho, resultado.alto)
    return variante, tuple(contar(vista, resultado, nombre=nombre, red=red))


@lru_cache(maxsize=512)
def _vista_de(ruta: str, *_identidad: int) -> Vista:
    """La vista de un archivo; `_identidad` (inodo, tamaño, fechas) la renueva en cuanto cambia."""
    with Path(ruta).open("rb") as archivo:
        formatos = _formatos_de(archivo.read(64))
        return examinar(archivo, formatos)


def _mime(formato: str) -> str:
    return _MIMES.get(formato, f"image/{formato.lower()}")


def _medidas(ruta: Path, formato: str) -> Resultado:
    with ruta.open("rb") as archivo, _abierta(archivo, (formato,)) as imagen:
        return Resultado(formato, imagen.width, imagen.height, ruta.stat().st_size)


def _variante(contenido: bytes, plan: Plan, limite: LimiteDeImagen) -> bytes:
    if not plan.recodificar:
        limpio = sin_metadatos(contenido, plan.formato)
        if limpio is not None:
            return limpio
    with _abierta(io.BytesIO(contenido), _formatos_de(contenido)) as imagen:
        imagen.draft(None, (plan.ancho, plan.alto) if not _de_lado(imagen) else (plan.alto, plan.ancho))
        derecha = ImageOps.exif_transpose(imagen)
        lista = _aplanada(_en_srgb(derecha), plan.formato)
        return _que_quepa(lista, plan, limite)


def _de_lado(imagen: Image.Image) -> bool:
    return _de_la_camara(imagen)[0] in range(5, 9)


def _que_quepa(imagen: Image.Image, plan: Plan, limite: LimiteDeImagen) -> bytes:
    """La mejor calidad que cabe en el peso; si no cabe ninguna, más pequeña. La última si nada cabe."""
    ancho, alto = plan.ancho, plan.alto
    while True:
        medida = imagen if imagen.size == (ancho, alto) else imagen.resize((ancho, alto), Image.Resampling.LANCZOS)
        for calidad in CALIDADES if plan.formato in ("JPEG", "WEBP") else CALIDADES[:1]:
            salida = _codificada(medida, plan.formato, calidad)
            if len(salida) <= limite.peso_maximo_bytes:
                return salida
        ancho, alto = round(ancho * REDUCCION), round(alto * REDUCCION)
        if ancho < max(limite.ancho_minimo, 16) or alto < 1:
            return salida


def _en_srgb(imagen: Image.Image) -> Image.Image:
    if _es_color_ajeno(imagen):
        modo = "RGBA" if imagen.mode == "RGBA" else "RGB"
        with contextlib.suppress(ImageCms.PyCMSError, ValueError):
            convertida = ImageCms.profileToProfile(
                imagen, _perfil(imagen.info["icc_profile"]), ImageCms.createProfile("sRGB"), outputMode=modo
            )
            if convertida is not None:
                return convertida
    return imagen


def _aplanada(imagen: Image.Image, formato: str) -> Image.Image:
    """En un modo que el formato sepa guardar; sobre blanco si el formato no admite transparencia."""
    if imagen.mode.startswith("I"):  # 16 bits por canal: se quedan los 8 de arriba
        imagen = imagen.point(lambda v: v / 256).convert("L")
    transparente = "A" in imagen.getbands() or "transparency" in imagen.info
    if not transparente:
        return imagen if imagen.mode in ("RGB", "L") else imagen.convert("RGB")
    imagen = imagen.convert("RGBA")
    if formato != "JPEG":
        return imagen
    fondo = Image.new("RGB", imagen.size, "white")
    fondo.paste(imagen, mask=imagen.getchannel("A"))
    return fondo


def _codificada(imagen: Image.Image, formato: str, calidad: int, *, icc: bytes | None = None) -> bytes:
    salida = io.BytesIO()
    opciones: dict[str, Any] = {"exif": b"", "icc_profile": icc if imagen.mode != "L" else None}
    match formato:
        case "JPEG":
            opciones |= {"quality": calidad, "optimize": True, "progressive": True}
        case "WEBP":
            opciones |= {"quality": calidad, "method": 4}
        case "PNG":
            opciones |= {"optimize": False}
        case _:
            opciones = {}
    imagen.save(salida, format=formato, **opciones)
    return salida.getvalue()

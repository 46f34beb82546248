"""Las fotografías de San Jacinto: dibujadas, porque es un municipio inventado y ninguna foto suya es de nadie."""

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

Color = tuple[int, int, int]
ANCHO, ALTO = 1600, 1067
_NOCHE: tuple[Color, Color] = ((20, 24, 60), (120, 70, 110))
_DIA: tuple[Color, Color] = ((94, 164, 220), (226, 240, 246))
_TARDE: tuple[Color, Color] = ((238, 140, 80), (252, 220, 160))
_PAPEL: tuple[Color, ...] = ((214, 40, 94), (250, 176, 40), (28, 140, 120), (90, 60, 160), (236, 96, 40))


@dataclass(frozen=True, slots=True, kw_only=True)
class Foto:
    """Una fotografía y su ficha, como la habría escrito el fotógrafo."""

    nombre: str
    descripcion: str
    evento: str
    lugar: str
    personas: tuple[str, ...] = ()
    dibujar: Callable[[random.Random], Image.Image]

    def jpeg(self) -> bytes:
        """La misma siempre: el azar lleva por semilla su nombre."""
        salida = BytesIO()
        self.dibujar(random.Random(self.nombre)).save(salida, "JPEG", quality=82, optimize=True)  # noqa: S311 # dibujo
        return salida.getvalue()


def _cielo(colores: tuple[Color, Color]) -> Image.Image:
    arriba, abajo = colores
    columna = Image.new("RGB", (1, ALTO))
    for y in range(ALTO):
        t = y / ALTO
        columna.putpixel((0, y), tuple(round(a + (b - a) * t) for a, b in zip(arriba, abajo, strict=True)))
    return columna.resize((ANCHO, ALTO))


def _cerros(imagen: Image.Image, azar: random.Random, colores: tuple[Color, ...], desde: int) -> None:
    pincel = ImageDraw.Draw(imagen)
    for capa, color in enumerate(colores):
        base, fase, onda = desde + capa * 90, azar.uniform(0, 6), azar.uniform(180, 320)
        alturas = [
            base - 60 * math.sin(x / onda + fase) - 25 * math.sin(x / 70 + fase * 2) for x in range(0, ANCHO + 8, 8)
        ]
        pincel.polygon([(0, ALTO), *((x * 8, y) for x, y in enumerate(alturas)), (ANCHO, ALTO)], fill=color)


def _arbol(pincel: ImageDraw.ImageDraw, x: float, y: float, alto: float, verde: Color) -> None:
    pincel.rectangle((x - alto * 0.05, y - alto * 0.35, x + alto * 0.05, y), fill=(96, 68, 44))
    for dx, dy, radio in ((0, 0.72, 0.3), (-0.18, 0.52, 0.24), (0.18, 0.52, 0.24)):
        cx, cy, r = x + dx * alto, y - dy * alto, radio * alto
        pincel.ellipse((cx - r, cy - r, cx + r, cy + r), fill=verde)


def _gente(pincel: ImageDraw.ImageDraw, azar: random.Random, suelo: float, cuantas: int) -> None:
    for _ in range(cuantas):
        x, alto = azar.uniform(120, ANCHO - 120), azar.uniform(110, 170)
        y, ropa = suelo + azar.uniform(-20, 60), azar.choice(_PAPEL)
        pincel.rounded_rectangle((x - alto * 0.16, y - alto * 0.72, x + alto * 0.16, y), 18, fill=ropa)
        piel = azar.choice(((198, 140, 104), (168, 110, 78), (140, 90, 62)))
        pincel.ellipse((x - alto * 0.12, y - alto, x + alto * 0.12, y - alto * 0.76), fill=piel)


def _papel_picado(pincel: ImageDraw.ImageDraw, alto: int) -> None:
    for n, x in enumerate(range(0, ANCHO, 120)):
        y = alto + 40 * math.sin(x / ANCHO * math.pi)
        pincel.polygon([(x, y), (x + 108, y), (x + 108, y + 96), (x + 54, y + 78), (x, y + 96)], fill=_PAPEL[n % 5])
        pincel.ellipse((x + 38, y + 26, x + 70, y + 58), fill=(250, 244, 230))


def _reforestacion(azar: random.Random) -> Image.Image:
    imagen = _cielo(_DIA)
    _cerros(imagen, azar, ((132, 172, 132), (92, 142, 92), (70, 118, 66)), 520)
    pincel = ImageDraw.Draw(imagen)
    for _ in range(26):
        y = azar.uniform(700, 980)
        _arbol(pincel, azar.uniform(60, ANCHO - 60), y, 60 + (y - 640) * 0.32, (40, azar.randrange(96, 140), 56))
    _gente(pincel, azar, 960, 9)
    return imagen


def _mercado(azar: random.Random) -> Image.Image:
    imagen = _cielo(_TARDE)
    pincel = ImageDraw.Draw(imagen)
    pincel.rectangle((0, 620, ANCHO, ALTO), fill=(196, 168, 136))
    for n in range(5):
        x = 40 + n * 310
        for franja in range(6):
            color = _PAPEL[n] if franja % 2 else (252, 246, 236)
            pincel.polygon(
                [
                    (x + franja * 46, 420),
                    (x + 46 + franja * 46, 420),
                    (x + 56 + franja * 46, 520),
                    (x - 8 + franja * 46, 520),
                ],
                fill=color,
            )
        pincel.rectangle((x, 660, x + 276, 760), fill=(126, 88, 56))
        for _ in range(34):
            cx, cy = azar.uniform(x + 14, x + 262), azar.uniform(616, 664)
            pincel.ellipse((cx - 17, cy - 17, cx + 17, cy + 17), fill=azar.choice(_PAPEL))
    _gente(pincel, azar, 950, 12)
    return imagen


def _fiesta(azar: random.Random) -> Image.Image:
    imagen = _cielo(_NOCHE)
    pincel = ImageDraw.Draw(imagen)
    for _ in range(5):
        cx, cy, color = azar.uniform(200, ANCHO - 200), azar.uniform(90, 330), azar.choice(_PAPEL)
        for rayo in range(30):
            angulo, largo = rayo / 30 * 2 * math.pi, azar.uniform(60, 150)
            pincel.line((cx, cy, cx + largo * math.cos(angulo), cy + largo * math.sin(angulo)), fill=color, width=5)
    imagen = imagen.filter(ImageFilter.GaussianBlur(1.2))
    pincel = ImageDraw.Draw(imagen)
    pincel.rectangle((640, 500, 960, 900), fill=(232, 214, 180))
    pincel.polygon([(620, 500), (800, 360), (980, 500)], fill=(168, 72, 56))
    pincel.rectangle((760, 700, 840, 900), fill=(84, 52, 40))
    pincel.rectangle((0, 880, ANCHO, ALTO), fill=(58, 46, 66))
    _papel_picado(pincel, 430)
    _gente(pincel, azar, 1010, 22)
    return imagen


def _bacheo(azar: random.Random) -> Image.Image:
    imagen = _cielo(_DIA)
    pincel = ImageDraw.Draw(imagen)
    for n in range(7):
        alto = azar.uniform(220, 420)
        pincel.rectangle(
            (n * 240, 640 - alto, n * 240 + 220, 640),
            fill=azar.choice(((224, 196, 160), (206, 160, 130), (188, 204, 196))),
        )
    pincel.polygon([(0, ALTO), (520, 620), (1080, 620), (ANCHO, ALTO)], fill=(82, 84, 90))
    for y in range(640, ALTO, 90):
        pincel.polygon(
            [(792 - y * 0.01, y), (808 + y * 0.01, y), (812 + y * 0.012, y + 46), (788 - y * 0.012, y + 46)],
            fill=(240, 220, 120),
        )
    for x in (420, 640, 960, 1180):
        pincel.polygon([(x, 900), (x + 44, 780), (x + 88, 900)], fill=(240, 110, 30))
        pincel.polygon([(x + 18, 852), (x + 30, 816), (x + 58, 816), (x + 70, 852)], fill=(250, 246, 240))
    _gente(pincel, azar, 800, 4)
    return imagen


def _vacunas(azar: random.Random) -> Image.Image:
    imagen = Image.new("RGB", (ANCHO, ALTO), (232, 240, 242))
    pincel = ImageDraw.Draw(imagen)
    pincel.rectangle((0, 760, ANCHO, ALTO), fill=(196, 212, 214))
    for n in range(3):
        x = 120 + n * 500
        pincel.rounded_rectangle((x, 180, x + 380, 760), 24, fill=(250, 252, 252), outline=(160, 186, 190), width=6)
        pincel.rectangle((x + 165, 300, x + 215, 460), fill=(36, 140, 120))
        pincel.rectangle((x + 110, 355, x + 270, 405), fill=(36, 140, 120))
    _gente(pincel, azar, 950, 8)
    return imagen


def _lluvia(azar: random.Random) -> Image.Image:
    imagen = _cielo(((84, 96, 110), (150, 160, 168)))
    pincel = ImageDraw.Draw(imagen)
    for n in range(6):
        pincel.rectangle((n * 280, 300, n * 280 + 250, 700), fill=(118 + n * 8, 110, 112))
    pincel.rectangle((0, 690, ANCHO, ALTO), fill=(108, 92, 76))
    for _ in range(60):
        x, y = azar.uniform(0, ANCHO), azar.uniform(710, ALTO)
        pincel.ellipse((x, y, x + azar.uniform(60, 220), y + 10), fill=(146, 132, 116))
    for _ in range(700):
        x, y = azar.uniform(0, ANCHO), azar.uniform(0, ALTO)
        pincel.line((x, y, x - 8, y + 34), fill=(196, 206, 214), width=2)
    return imagen


FOTOS: tuple[Foto, ...] = (
    Foto(
        nombre="reforestacion-cerro-de-la-cruz.jpg",
        descripcion="Vecinas y vecinos plantan encinos en la ladera del cerro de la Cruz",
        evento="Jornada de reforestación",
        lugar="Cerro de la Cruz",
        personas=("Comité Vecinal El Mirador",),
        dibujar=_reforestacion,
    ),
    Foto(
        nombre="mercado-domingo.jpg",
        descripcion="Puestos de fruta con toldos de colores en el mercado, a media tarde",
        evento="Mercado campesino",
        lugar="Mercado Municipal",
        dibujar=_mercado,
    ),
    Foto(
        nombre="fiesta-patronal.jpg",
        descripcion="La plaza llena de gente y papel picado bajo los fuegos artificiales",
        evento="Fiesta patronal",
        lugar="Plaza de Armas",
        dibujar=_fiesta,
    ),
    Foto(
        nombre="bacheo-avenida-juarez.jpg",
        descripcion="Una cuadrilla repara la avenida Juárez, con conos anaranjados a los lados",
        evento="Programa de bacheo",
        lugar="Avenida Juárez",
        personas=("Obras Públicas",),
        dibujar=_bacheo,
    ),
    Foto(
        nombre="vacunacion-centro-de-salud.jpg",
        descripcion="Familias esperan su vacuna ante los módulos del centro de salud",
        evento="Jornada de vacunación",
        lugar="Centro de Salud",
        dibujar=_vacunas,
    ),
    Foto(
        nombre="lluvia-colonia-centro.jpg",
        descripcion="Una calle del centro encharcada bajo la lluvia",
        evento="Lluvias de noviembre",
        lugar="Colonia Centro",
        dibujar=_lluvia,
    ),
)

POR_NOMBRE: Mapping[str, Foto] = {foto.nombre: foto for foto in FOTOS}

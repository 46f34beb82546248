"""Los archivos que la demostración suelta en la carpeta, y las fotos que dibuja para ellos."""

import math
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from openpyxl import Workbook
from PIL import Image, ImageDraw, ImageFilter

ESPERADAS = 2 + 3 + 6 + 3 + 1
"""Lo que debe verse en las redes: el aviso, la feria, las filas buenas del calendario, el hilo y la encuesta. Lo que se
pidió a la mejor hora no: sale otro día.
"""

Soltar = Callable[[], str]
"""Suelta un archivo (o una carpeta) y devuelve qué soltó, dicho a quien mira."""


def archivos(entrada: Path, ahora: datetime) -> list[Soltar]:
    """En orden de aparición. `ahora`: hora local de la oficina."""
    return [
        lambda: _aviso(entrada),
        lambda: _feria(entrada),
        lambda: _calendario(entrada, ahora),
        lambda: _hilo(entrada),
        lambda: _encuesta(entrada),
        lambda: _a_la_mejor_hora(entrada),
        lambda: _roto(entrada),
        lambda: _enlace_que_escapa(entrada),
    ]


def _aviso(entrada: Path) -> str:
    (entrada / "cierre-juarez.md").write_text(
        "---\n"
        "redes: X, Facebook\n"
        "fecha: ya\n"
        "x: |\n"
        "  🚧 Cierre parcial en Av. Juárez, de Morelos a Hidalgo, hasta las 14:00 por bacheo. Vía alterna: Allende.\n"
        "---\n"
        "Cuadrillas de Obras Públicas reparan hoy la avenida Juárez, entre Morelos e Hidalgo. Habrá cierre parcial "
        "hasta las 14:00 horas; le sugerimos tomar Allende. Gracias por su paciencia.\n",
        encoding="utf-8",
    )
    return "[bold]cierre-juarez.md[/] · un aviso para X y Facebook, con texto propio para X"


def _feria(entrada: Path) -> str:
    carpeta = entrada / "feria-del-alfenique"
    carpeta.mkdir()
    _foto_de_plaza().save(carpeta / "plaza.jpg", quality=92, exif=_exif_con_gps())
    _foto_de_calaveritas().save(carpeta / "calaveritas.png")
    _foto_del_volcan().save(carpeta / "volcan.jpg", quality=92)
    (carpeta / "feria.md").write_text(
        "---\n"
        "redes: Facebook, Instagram, Pinterest\n"
        "fecha: ya\n"
        "titulo: Feria del Alfeñique\n"
        "imagenes:\n"
        "  - archivo: plaza.jpg\n"
        "    alt: La plaza al atardecer, con el kiosco y papel picado de colores\n"
        "  - archivo: calaveritas.png\n"
        "    alt: Tres calaveritas de azúcar sobre una mesa azul\n"
        "  - archivo: volcan.jpg\n"
        "    alt: El volcán nevado detrás de los techos del centro\n"
        "---\n"
        "¡Ya huele a azúcar! 💀🍬 Este fin de semana, Feria del Alfeñique en los Portales: más de ochenta artesanas y "
        "artesanos, talleres para niñas y niños, y concierto el domingo a las 19:00. Entrada libre.\n",
        encoding="utf-8",
    )
    return "[bold]feria-del-alfenique/[/] · tres fotos (una trae la ubicación GPS del fotógrafo)"


def _calendario(entrada: Path, ahora: datetime) -> str:
    libro = Workbook()
    hoja = libro.active
    assert hoja is not None  # noqa: S101 # un libro nuevo tiene una hoja
    hoja.append(["Fecha", "Redes", "Mensaje", "Campaña"])
    filas = [
        (
            12,
            "X, Facebook",
            "💧 Mañana no habrá agua en La Merced de 9:00 a 15:00: reparamos la línea. Prevenga.",
        ),
        (
            14,
            "X",
            "🐶 Esterilización canina gratuita: sábado 9:00, unidad deportiva Centro. Lleve cartilla.",
        ),
        (
            16,
            "Facebook",
            "El DIF abre inscripciones a los talleres de invierno: repostería, guitarra y náhuatl.",
        ),
        (18, "Facebook, X", "🚌 Ruta nueva: Centro–Santa Ana, cada 20 minutos, de 6:00 a 22:00. Tarifa de siempre."),
        (60, "X", "Consulte aquí el pago del predial. " * 12),
        (60, "Mastodonte", "Esta fila nombra una red que la oficina no tiene."),
    ]
    for segundos, redes, mensaje in filas:
        instante = (ahora + timedelta(seconds=segundos)).replace(tzinfo=None, microsecond=0)
        hoja.append([instante, redes, mensaje, "Agua" if "agua" in mensaje else ""])
    libro.save(entrada / "calendario.xlsx")
    return "[bold]calendario.xlsx[/] · un calendario de seis filas, dos de ellas con errores"


def _hilo(entrada: Path) -> str:
    (entrada / "presupuesto.md").write_text(
        "---\nredes: X\nhilo: sí\nfecha: ya\n---\n"
        "El Cabildo aprobó hoy el presupuesto 2027. Le contamos en qué se gastará cada peso y cómo puede vigilarlo.\n\n"
        "Seguridad y alumbrado: 31 de cada 100 pesos. Habrá 1,200 luminarias nuevas y dos módulos de policía de "
        "proximidad, en San Pablo y en La Teresona.\n\n"
        "Agua y drenaje: 27 de cada 100. Se cambian 14 km de tubería de los años setenta, por donde hoy se pierde uno "
        "de cada tres litros.\n\n"
        "Y lo demás: salud, cultura, deporte y mercados. El documento completo está en la Tesorería y en la página del "
        "ayuntamiento; pregunte lo que quiera, contestamos.\n",
        encoding="utf-8",
    )
    return "[bold]presupuesto.md[/] · un texto largo que saldrá en X como hilo"


def _encuesta(entrada: Path) -> str:
    (entrada / "encuesta-parque.md").write_text(
        "---\nredes: X\nfecha: ya\nencuesta:\n  - Juegos infantiles\n  - Cancha\n  - Más árboles\n---\n"
        "¿Qué le hace más falta al parque de tu colonia? 🌳\n",
        encoding="utf-8",
    )
    return "[bold]encuesta-parque.md[/] · una encuesta"


def _a_la_mejor_hora(entrada: Path) -> str:
    (entrada / "biblioteca.md").write_text(
        "---\nredes: Facebook\nfecha: mejor hora desde mañana\n---\n"
        "La biblioteca de la calle Galeana estrena sala infantil: cuentos, títeres y una tortuga. 🐢 Entrada libre.\n",
        encoding="utf-8",
    )
    return "[bold]biblioteca.md[/] · sin prisa: que salga [bold]a la mejor hora[/]"


def _roto(entrada: Path) -> str:
    (entrada / "invitacion.md").write_text(
        "---\nredes: Instagrama, X\nfecha: 31 de febrero de 2027, 9:00\n---\nLos esperamos.\n", encoding="utf-8"
    )
    return "[bold]invitacion.md[/] · con errores: una red mal escrita y una fecha que no existe"


def _enlace_que_escapa(entrada: Path) -> str:
    (entrada / "secretos.txt").symlink_to("/etc/hostname")
    return "[bold]secretos.txt[/] · un enlace a un archivo del servidor, a ver si se lo traga"


# ── las fotos ────────────────────────────────────────────────────────────────────────────────────────────────────


def _cielo(ancho: int, alto: int, arriba: tuple[int, int, int], abajo: tuple[int, int, int]) -> Image.Image:
    columna = Image.new("RGB", (1, alto))
    for y in range(alto):
        t = y / (alto - 1)
        r, v, a = (round(c0 + (c1 - c0) * t) for c0, c1 in zip(arriba, abajo, strict=True))
        columna.putpixel((0, y), (r, v, a))
    return columna.resize((ancho, alto))


def _foto_de_plaza() -> Image.Image:
    """4 000 × 2 600 píxeles, como las de una cámara: hay que reducirla."""
    foto = _cielo(1000, 650, (52, 58, 120), (255, 160, 96))
    dibujo = ImageDraw.Draw(foto)
    dibujo.rectangle((0, 520, 1000, 650), fill=(110, 84, 74))
    for x in range(40, 1000, 160):  # los portales
        dibujo.rectangle((x - 30, 330, x + 130, 520), fill=(214, 138, 88))
        dibujo.pieslice((x + 5, 390, x + 95, 480), 180, 360, fill=(92, 52, 48))
        dibujo.rectangle((x + 5, 434, x + 95, 520), fill=(92, 52, 48))
    dibujo.polygon([(380, 330), (500, 230), (620, 330)], fill=(150, 40, 50))  # el kiosco
    for x in (400, 470, 530, 600):
        dibujo.rectangle((x - 5, 330, x + 5, 520), fill=(240, 226, 200))
    dibujo.rectangle((370, 500, 630, 540), fill=(196, 172, 150))
    azar, colores = random.Random(3), [(230, 30, 110), (250, 200, 20), (40, 180, 90), (40, 130, 220), (240, 110, 30)]  # noqa: S311 # un dibujo
    for y0 in (60, 130, 200):
        for x in range(0, 1000, 36):
            y = y0 + 24 * math.sin(x / 150 + y0)
            dibujo.polygon([(x, y), (x + 28, y), (x + 14, y + 30)], fill=azar.choice(colores))
    return foto.resize((4000, 2600), Image.Resampling.BICUBIC)


def _foto_de_calaveritas() -> Image.Image:
    foto = _cielo(1200, 1200, (36, 80, 140), (70, 150, 190))
    dibujo = ImageDraw.Draw(foto)
    for x, tono in ((260, (255, 250, 240)), (600, (255, 236, 226)), (940, (250, 246, 255))):
        dibujo.ellipse((x - 140, 460, x + 140, 760), fill=tono)
        dibujo.rounded_rectangle((x - 80, 690, x + 80, 820), 30, fill=tono)
        for lado in (-1, 1):
            dibujo.ellipse((x + lado * 60 - 38, 560, x + lado * 60 + 38, 640), fill=(40, 30, 60))
            dibujo.ellipse((x + lado * 60 - 16, 584, x + lado * 60 + 16, 616), fill=(235, 60, 130))
        dibujo.polygon([(x, 650), (x - 20, 690), (x + 20, 690)], fill=(40, 30, 60))
        for i in range(-2, 3):
            dibujo.line((x + i * 26, 740, x + i * 26, 800), fill=(40, 30, 60), width=6)
        for i in range(8):
            angulo = i * math.pi / 4
            cx, cy = x + 70 * math.cos(angulo), 500 + 28 * math.sin(angulo)
            dibujo.ellipse((cx - 12, cy - 12, cx + 12, cy + 12), fill=(250, 190, 40))
    return foto


def _foto_del_volcan() -> Image.Image:
    foto = _cielo(1600, 1100, (120, 180, 230), (236, 244, 250))
    dibujo = ImageDraw.Draw(foto)
    dibujo.polygon([(150, 760), (620, 300), (760, 350), (900, 290), (1480, 760)], fill=(98, 110, 136))
    dibujo.polygon(
        [(500, 420), (620, 300), (760, 350), (900, 290), (1060, 420), (880, 400), (760, 470), (640, 400)], fill="white"
    )
    foto = foto.filter(ImageFilter.GaussianBlur(2))
    dibujo = ImageDraw.Draw(foto)
    azar = random.Random(8)  # noqa: S311 # un dibujo
    for x in range(0, 1600, 90):
        alto = azar.randint(120, 320)
        tono = azar.choice([(202, 120, 84), (226, 188, 140), (180, 96, 80), (238, 224, 204)])
        dibujo.rectangle((x, 1100 - alto, x + 86, 1100), fill=tono)
        dibujo.polygon([(x - 6, 1100 - alto), (x + 43, 1060 - alto), (x + 92, 1100 - alto)], fill=(140, 60, 48))
    return foto


def _exif_con_gps() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "Camara de demostracion"
    exif.get_ifd(0x8825).update({1: "N", 2: (19.0, 17.0, 32.0), 3: "W", 4: (99.0, 39.0, 14.0)})
    return exif

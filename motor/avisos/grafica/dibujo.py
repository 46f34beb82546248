"""Dibujar la gráfica en un proceso que nace y muere: el motor de dibujo deja 117 MB ocupados, y el demonio vive meses.

Medido: el demonio no crece; cada gráfica tarda poco más de un segundo. Si algo falla el correo va sin gráfica.
"""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from conectores.secretos import redactar
from motor.avisos.grafica.normal import Punto

logger = logging.getLogger(__name__)

PROGRAMA = sys.executable
PLAZO_S = 60
ESCALA = 2.0
PESO_MAXIMO_BYTES = 60_000
_FIRMA_DE_PNG = b"\x89PNG\r\n\x1a\n"


def dibujar(puntos: Sequence[Punto], *, alza_desde: datetime, alza_hasta: datetime, zona: ZoneInfo) -> bytes | None:
    """El PNG, o None si no se pudo o no hay qué dibujar (y queda en la bitácora por qué)."""
    if not any(p.visto for p in puntos):
        return None
    encargo = {
        "puntos": [[p.inicio.isoformat(), p.visto, p.normal] for p in puntos],
        "alza": [alza_desde.isoformat(), alza_hasta.isoformat()],
        "zona": zona.key,
    }
    try:
        hecho = subprocess.run(  # noqa: S603 # nuestro propio módulo, con argumentos fijos
            [PROGRAMA, "-m", "motor.avisos.grafica.dibujo"],
            input=json.dumps(encargo).encode(),
            capture_output=True,
            timeout=PLAZO_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        dicho = getattr(error, "stderr", None) or b""
        logger.warning(
            "No se pudo dibujar la gráfica; el aviso va sin ella. %s",
            redactar(f"{type(error).__name__}: {dicho.decode(errors='replace')[-300:]}"),
            extra={"accion": "grafica_falla"},
        )
        return None
    return hecho.stdout if hecho.stdout.startswith(_FIRMA_DE_PNG) else None


def principal() -> None:
    """Lo que hace el proceso: leer el encargo de la entrada y escribir el PNG en la salida."""
    import vl_convert

    from motor.avisos.grafica.especificacion import FECHAS, NUMEROS, especificacion

    encargo = json.load(sys.stdin)
    puntos = [Punto(datetime.fromisoformat(t), visto, normal) for t, visto, normal in encargo["puntos"]]
    desde, hasta = (datetime.fromisoformat(t) for t in encargo["alza"])
    dibujo = especificacion(puntos, alza_desde=desde, alza_hasta=hasta, zona=ZoneInfo(encargo["zona"]))
    png = vl_convert.vegalite_to_png(
        dibujo, scale=ESCALA, format_locale=NUMEROS, time_format_locale=FECHAS, allowed_base_urls=[]
    )
    sys.stdout.buffer.write(aligerar(png))


def aligerar(png: bytes) -> bytes:
    """Con 32 colores basta para unas barras: pesa la décima parte."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as imagen:
        pocos = imagen.convert("RGB").quantize(32, dither=Image.Dither.NONE)
    salida = io.BytesIO()
    pocos.save(salida, "PNG", optimize=True)
    return salida.getvalue()


if __name__ == "__main__":
    principal()

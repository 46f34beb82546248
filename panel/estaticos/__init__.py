"""Los archivos que no cambian: estilo, guiones, iconos. Su dirección lleva la huella de todos: se guardan para siempre.

La huella va en el camino y no detrás de «?»: así un guion que pide a otro por su nombre recibe el mismo, y no otro
igual que correría dos veces.
"""

import hashlib
from functools import cache
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

CARPETA = Path(__file__).parent
CAMINO = "/estaticos"
_SERVIDOS = frozenset({".css", ".js", ".svg", ".png", ".ico", ".woff2", ".webmanifest"})


@cache
def huella() -> str:
    """De todos juntos: otra en cuanto cambia uno."""
    suma = hashlib.sha256()
    for ruta in servidos():
        suma.update(ruta.name.encode() + b"\0" + ruta.read_bytes())
    return suma.hexdigest()[:10]


def servidos() -> list[Path]:
    return sorted(ruta for ruta in CARPETA.iterdir() if ruta.suffix in _SERVIDOS)


@cache
def direccion(nombre: str) -> str:
    """«/estaticos/1a2b3c4d5e/pregonero.css». Lanza FileNotFoundError si no está: mejor al probar que en producción."""
    if not (CARPETA / nombre).is_file():
        raise FileNotFoundError(nombre)
    return f"{CAMINO}/{huella()}/{nombre}"


class Estaticos(StaticFiles):
    def __init__(self) -> None:
        super().__init__(directory=CARPETA)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Con la huella de otra versión (una página abierta de antes) se da lo de ahora, sin guardarlo."""
        primero, _, resto = path.partition("/")
        nombre = resto or primero
        if Path(nombre).suffix not in _SERVIDOS:
            return Response(status_code=404)
        respuesta = await super().get_response(nombre, scope)
        de_ahora = bool(resto) and primero == huella()
        respuesta.headers["Cache-Control"] = "public, max-age=31536000, immutable" if de_ahora else "no-cache"
        return respuesta

"""Los archivos que no cambian: estilo, guiones, iconos. Su dirección lleva su huella: se guardan para siempre."""

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
def direccion(nombre: str) -> str:
    """«/estaticos/pregonero.css?v=1a2b3c4d». Lanza FileNotFoundError si no está: mejor al probar que en producción."""
    huella = hashlib.sha256((CARPETA / nombre).read_bytes()).hexdigest()[:8]
    return f"{CAMINO}/{nombre}?v={huella}"


class Estaticos(StaticFiles):
    def __init__(self) -> None:
        super().__init__(directory=CARPETA)

    async def get_response(self, path: str, scope: Scope) -> Response:
        if Path(path).suffix not in _SERVIDOS:
            return Response(status_code=404)
        respuesta = await super().get_response(path, scope)
        con_huella = b"v=" in scope.get("query_string", b"")
        respuesta.headers["Cache-Control"] = "public, max-age=31536000, immutable" if con_huella else "no-cache"
        return respuesta

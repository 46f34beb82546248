"""Lo mismo que el panel, en JSON, para otros sistemas del municipio: `/api/v1`, con OpenAPI y fichas.

acceso         quién pide, por su ficha («Authorization: Bearer …»)
formas         cómo se ve cada cosa en JSON
errores        toda respuesta que no es la esperada dice qué cambiar, en español
Lo demás, un archivo por cosa. No hay aquí ninguna regla: se llama a las mismas funciones que la carpeta y el panel.
"""

from fastapi import FastAPI

from panel.api import entregas, errores, escucha, horarios, perfiles
from panel.entorno import EntornoDelPanel

CAMINO = "/api/v1"
_DESCRIPCION = """
Publicar, consultar y vigilar desde otros sistemas del municipio.

Cada petición lleva una ficha, que se hace en el panel («Mi cuenta»): `Authorization: Bearer <ficha>`. Puede lo que
pueda su dueño, ni más ni menos. Los instantes van en ISO 8601 con su zona y vuelven en UTC. Las listas largas se leen
por páginas: pida otra vez con el `siguiente` que se le dio.
"""


def crear_api(panel: EntornoDelPanel) -> FastAPI:
    """La aplicación que se monta en `/api/v1`."""
    api = FastAPI(
        title="Pregonero",
        version="1",
        description=_DESCRIPCION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        responses=errores.DOCUMENTADOS,
    )
    api.state.panel = panel
    for modulo in (perfiles, entregas, horarios, escucha):
        api.include_router(modulo.rutas)
    errores.poner(api)
    return api

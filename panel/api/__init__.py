"""Lo mismo que el panel, en JSON, para otros sistemas del municipio: `/api/v1`, con OpenAPI y fichas.

acceso, ritmo  quién pide, por su ficha («Authorization: Bearer …»), y cuánto se le atiende por minuto
formas         cómo se ve cada cosa en JSON; lo que se publica, en formas_de_publicar
errores        toda respuesta que no es la esperada dice qué cambiar, en español
escrito        de lo que llega a un borrador, y de ahí a publicarlo una sola vez
Lo demás, un archivo por cosa. No hay aquí ninguna regla: se llama a las mismas funciones que la carpeta y el panel.
"""

from functools import cache

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute

from panel.api import (
    actos,
    alta,
    aprobaciones,
    borradores,
    entregas,
    errores,
    escucha,
    flujos,
    hemeroteca,
    historias,
    horarios,
    hoy,
    medios,
    monitores,
    mover,
    oficina,
    paquetes,
    perfiles,
    publicaciones,
    usuarios,
)
from panel.api.ritmo import POR_MINUTO, Ritmo
from panel.direcciones import API
from panel.entorno import EntornoDelPanel

CAMINO = API
_MODULOS = (
    publicaciones,
    mover,
    entregas,
    actos,
    aprobaciones,
    flujos,
    borradores,
    medios,
    hemeroteca,
    paquetes,
    perfiles,
    alta,
    horarios,
    monitores,
    escucha,
    historias,
    hoy,
    oficina,
    usuarios,
)
_TEMAS = {
    "publicaciones": "Lo que se publica: hacerlo, revisarlo antes, cambiarlo y cancelarlo.",
    "entregas": "Cada publicación en cada perfil: cómo va, y qué se manda sobre ella.",
    "aprobaciones": "Lo que espera una firma, y los flujos que la piden. Se firma exactamente lo que se vio.",
    "borradores": "Lo que se está escribiendo.",
    "medios": "El acervo: fotos, videos y audios con su ficha.",
    "hemeroteca": "Lo publicado, tal como se publicó, y lo que contestaron.",
    "perfiles": "Las cuentas de la oficina. Sus credenciales entran y no salen.",
    "horarios": "A qué hora responde más la gente.",
    "monitores": "Los temas que se vigilan, cuánto se habla de ellos y qué se dice.",
    "historias": "Lo que pasa y se avisa.",
    "oficina": "Hoy; quién entra, qué puede, y quién hizo qué.",
}
_DESCRIPCION = f"""
Publicar, consultar y vigilar desde otros sistemas del municipio.

Cada petición lleva una ficha, que se hace en el panel («Mi cuenta»): `Authorization: Bearer <ficha>`. Puede lo que
pueda su dueño, hasta donde diga su alcance (sólo leer, leer y publicar, o todo), y se le atienden {POR_MINUTO}
peticiones por minuto. Los instantes van en ISO 8601 con su zona y vuelven en UTC. Las listas largas se leen por
páginas: pida otra vez con el `siguiente` que se le dio.
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
        openapi_tags=[{"name": nombre, "description": texto} for nombre, texto in _TEMAS.items()],
    )
    api.state.panel = panel
    api.state.ritmo = Ritmo(panel.entorno.reloj.desde_el_arranque)
    api.router.routes.extend(_rutas())
    errores.poner(api)
    return api


@cache
def _rutas() -> tuple[BaseRoute, ...]:
    """Como las de las páginas: se preparan una vez por proceso."""
    todas = APIRouter(responses=errores.DOCUMENTADOS)
    for modulo in _MODULOS:
        todas.include_router(modulo.rutas)
    return tuple(todas.routes)

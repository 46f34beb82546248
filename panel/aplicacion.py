"""El panel armado: rutas, guardias y plantillas. La raíz de composición de lo que se ve."""

import logging
from functools import cache
from http import HTTPStatus
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute

from motor.arranque import Oficina
from motor.escucha.monitores.recuentos import Recuentos
from panel import api, estaticos, paginas, textos
from panel.entorno import EntornoDelPanel
from panel.guardias import Cabeceras, Caminos, Procedencia, Tope, Turnos
from panel.peticion import PONER_FACTOR, FaltaFactor, NoEsta, NoPermitido, SinSesion
from panel.plantillas import abrir_plantillas
from panel.textos import _
from panel.vivo import Vivo

logger = logging.getLogger(__name__)


def crear(oficina: Oficina) -> FastAPI:
    """La aplicación ASGI de esa oficina. Lanza textos.SinCatalogo si no hay textos en su idioma."""
    textos.usar(oficina.panel.idioma)
    panel = EntornoDelPanel(
        oficina=oficina,
        url=oficina.panel.url,
        plantillas=abrir_plantillas(oficina.entorno),
        recuentos=Recuentos(oficina.escucha),
    )
    app = FastAPI(title="Pregonero", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.panel = panel
    app.state.vivo = Vivo(oficina.entorno.base, oficina.entorno.reloj)
    app.router.routes.extend(_rutas())
    app.mount(api.CAMINO, api.crear_api(panel))
    app.mount(estaticos.CAMINO, estaticos.Estaticos())
    _poner_errores(app)
    # De dentro afuera: lo último que se añade es lo primero que ve la petición.
    app.add_middleware(Turnos)
    app.add_middleware(GZipMiddleware, minimum_size=600, compresslevel=5)
    app.add_middleware(Caminos)
    app.add_middleware(Tope)
    app.add_middleware(Procedencia, panel=panel)
    app.add_middleware(Cabeceras, panel=panel)
    return app


@cache
def _rutas() -> tuple[BaseRoute, ...]:
    """Las de todas las páginas. FastAPI las prepara al primer uso, y no dependen de la oficina: una vez por proceso."""
    todas = APIRouter()
    for rutas in paginas.RUTAS:
        todas.include_router(rutas, include_in_schema=False)
    return tuple(todas.routes)


def _poner_errores(app: FastAPI) -> None:
    app.add_exception_handler(SinSesion, _sin_sesion)
    app.add_exception_handler(FaltaFactor, _falta_factor)
    app.add_exception_handler(NoPermitido, _no_permitido)
    app.add_exception_handler(NoEsta, _no_esta)
    app.add_exception_handler(RequestValidationError, _mal_pedido)
    app.add_exception_handler(DataError, _no_cabe)
    app.add_exception_handler(OverflowError, _no_cabe)
    app.add_exception_handler(HTTPException, _de_http)
    app.add_exception_handler(Exception, _inesperado)


def _sin_sesion(request: Request, _error: Exception) -> Response:
    """A entrar, y de vuelta a donde iba. A un guion no se le manda a otra página: se le dice."""
    if _quiere_json(request):
        return JSONResponse({"error": _("Su sesión terminó. Vuelva a entrar.")}, HTTPStatus.UNAUTHORIZED)
    iba = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    volver = f"?volver={quote(iba)}" if request.method == "GET" and iba != "/" else ""
    return RedirectResponse(f"/entrar{volver}", HTTPStatus.SEE_OTHER)


def _falta_factor(request: Request, _error: Exception) -> Response:
    if _quiere_json(request):
        texto = _("Su cargo exige un segundo factor. Póngalo en «Mi cuenta» y repita lo que hizo.")
        return JSONResponse({"error": texto}, HTTPStatus.FORBIDDEN)
    return RedirectResponse(PONER_FACTOR, HTTPStatus.SEE_OTHER)


def _no_permitido(request: Request, error: Exception) -> Response:
    return _decir(request, HTTPStatus.FORBIDDEN, _("No se puede"), str(error))


def _no_esta(request: Request, _error: Exception) -> Response:
    texto = _("Esta página no existe, se quitó, o su cuenta no puede verla.")
    return _decir(request, HTTPStatus.NOT_FOUND, _("No está"), texto)


def _mal_pedido(request: Request, _error: Exception) -> Response:
    texto = _("Falta algo en lo que se envió, o está mal escrito. Vuelva a la página y repítalo.")
    return _decir(request, HTTPStatus.UNPROCESSABLE_ENTITY, _("No se entendió"), texto)


def _no_cabe(request: Request, error: Exception) -> Response:
    """Algo que la base no puede guardar ni buscar (un número enorme, un carácter nulo): lo escribió quien pide."""
    logger.warning("No cabe en la base lo que se pidió en %s.", request.url.path, exc_info=error)
    return _mal_pedido(request, error)


def _de_http(request: Request, error: Exception) -> Response:
    codigo = error.status_code if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
    if codigo == HTTPStatus.NOT_FOUND:
        return _no_esta(request, error)
    return _decir(request, HTTPStatus(codigo), _("No se puede"), _("Esa página no admite lo que se le pidió."))


def _inesperado(request: Request, _error: Exception) -> Response:
    texto = _("Algo falló de nuestro lado y quedó anotado. Lo que escribió sigue en su navegador; inténtelo otra vez.")
    return _decir(request, HTTPStatus.INTERNAL_SERVER_ERROR, _("Algo falló"), texto)


def _decir(request: Request, estado: HTTPStatus, titulo: str, texto: str) -> Response:
    if _quiere_json(request):
        return JSONResponse({"error": texto}, estado)
    plantilla = request.app.state.panel.plantillas.get_template("error.html")
    return HTMLResponse(plantilla.render(titulo=titulo, texto=texto), estado)


def _quiere_json(request: Request) -> bool:
    return request.url.path.startswith("/api/") or "application/json" in request.headers.get("accept", "")

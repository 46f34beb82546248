"""Lo que se enseña sin sesión porque su dirección va firmada: la página que abre el correo, y la imagen que descarga
una red. Quien no tenga la firma no ve ni que existen.

Abrir la del correo no hace nada: los antivirus abren los enlaces antes que la persona. Lo hace el botón (POST).
"""

import mimetypes
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from starlette.responses import FileResponse, HTMLResponse, Response

from modelos import Historia
from motor.avisos.enterada.contestar import ENTERADA, QUIEN, NoSeHizo, contestar
from motor.avisos.enterada.enlaces import Enlaces
from motor.avisos.historias.plazos import HORAS
from motor.avisos.historias.silencio import silencio_vigente
from motor.legible import instante_legible
from panel.entorno import EntornoDelPanel
from panel.peticion import panel_de
from panel.textos import _

rutas = APIRouter()

_DEL_AVISO = {
    # La dirección lleva la firma y no debe ir en la referencia; con «no-referrer» el formulario no traería su origen.
    "Referrer-Policy": "strict-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
_DEL_MEDIO = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "private, max-age=3600",
}


@rutas.get("/avisos/{historia_id}")
def aviso(request: Request, historia_id: int) -> HTMLResponse:
    panel = panel_de(request)
    return _ensenar(panel, request) if _abierta(panel, request) == historia_id else _caducado(panel)


@rutas.post("/avisos/{historia_id}")
def contestar_aviso(request: Request, historia_id: int, accion: Annotated[str, Form()] = "") -> HTMLResponse:
    panel = panel_de(request)
    if _abierta(panel, request) != historia_id:
        return _caducado(panel)
    reglas, ahora = panel.entorno.reglas, panel.entorno.reloj.ahora()
    try:
        with panel.entorno.base.escribir() as sesion:
            hasta = contestar(sesion, historia_id, accion, zona=reglas.zona, ahora=ahora)
    except NoSeHizo:
        return _decir(panel, _("No se entendió"), _("Vuelva al correo y abra otra vez el enlace."), estado=400)
    hecho = _("Listo: queda anotado que está enterada.")
    if hasta is not None:
        dicho = _("Listo: no le llegará nada de este tema hasta %(hasta)s. Lo que pase se le contará después.")
        hecho = dicho % {"hasta": instante_legible(hasta, reglas.zona)}
    return _ensenar(panel, request, hecho=hecho)


def _abierta(panel: EntornoDelPanel, request: Request) -> int | None:
    """La historia que abre esa dirección; None si su firma no vale, caducó, o aquí no se firma."""
    enlaces = Enlaces.de_firmante(panel.oficina.firmante)
    return enlaces.abrir(_pedido(request), panel.entorno.reloj.ahora()) if enlaces is not None else None


def _pedido(request: Request) -> str:
    return f"{quote(request.url.path)}?{request.url.query}"


def _ensenar(panel: EntornoDelPanel, request: Request, *, hecho: str = "") -> HTMLResponse:
    ahora = panel.entorno.reloj.ahora()
    with panel.entorno.base.leer() as sesion:
        historia = sesion.get(Historia, int(request.path_params["historia_id"]))
        if historia is None:
            return _caducado(panel)
        callada = silencio_vigente(sesion, {historia.clave}, ahora)
    return _hoja(
        panel,
        "firmadas/aviso.html",
        historia=historia,
        hecho=hecho,
        callada=callada,
        zona=panel.entorno.reglas.zona,
        quien="" if historia.atendida_por == QUIEN else historia.atendida_por,
        enterada=ENTERADA,
        horas=HORAS,
    )


def _caducado(panel: EntornoDelPanel) -> HTMLResponse:
    texto = _("Los enlaces de los avisos valen siete días. Si necesita algo de éste, entre al panel, en «Alertas».")
    return _decir(panel, _("Este enlace ya no sirve"), texto, estado=404)


def _decir(panel: EntornoDelPanel, titulo: str, texto: str, *, estado: int) -> HTMLResponse:
    return _hoja(panel, "error.html", estado=estado, titulo=titulo, texto=texto)


def _hoja(panel: EntornoDelPanel, plantilla: str, *, estado: int = 200, **datos: object) -> HTMLResponse:
    html = panel.plantillas.get_template(plantilla).render(**datos)
    return HTMLResponse(html, status_code=estado, headers=_DEL_AVISO)


@rutas.api_route("/medios/{ruta:path}", methods=["GET", "HEAD"])
def medio(request: Request, ruta: str) -> Response:  # noqa: ARG001 # se firma entera, como se pidió
    """Una imagen del acervo, para la red que la descarga."""
    firmante = panel_de(request).oficina.firmante
    archivo = firmante.abrir(_pedido(request)) if firmante is not None else None
    if archivo is None:
        return Response(status_code=404)
    tipo = mimetypes.guess_type(archivo.name)[0] or "application/octet-stream"
    return FileResponse(archivo, media_type=tipo, headers=_DEL_MEDIO)

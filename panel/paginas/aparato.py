"""Lo que hace del panel una aplicación del teléfono: su ficha de instalación, su trabajador, y la página sin señal."""

import json
from functools import cache

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from panel.estaticos import CARPETA, direccion, huella, servidos
from panel.peticion import panel_de
from panel.textos import _

rutas = APIRouter()

SIN_SENAL = "/sin-senal"
COPIADAS = ("/", "/calendario", "/componer", "/mas")
"""Las páginas de las que el teléfono guarda copia: lo de hoy, y desde dónde escribir."""
_BORRADORES = "pendientes.js"
"""Define `self.pendientes`: manda los borradores escritos sin señal, también con el panel cerrado."""
_FUERA_DE_LA_CASCARA = frozenset({"icono-512.png", "icono-recortable-512.png", "icono-180.png", "trabajador.js"})


@rutas.get("/manifest.webmanifest")
def ficha_de_instalacion() -> Response:
    """Abierta: el navegador la pide sin la cookie, y no dice nada de nadie."""
    return Response(
        json.dumps(_ficha(), ensure_ascii=False),
        media_type="application/manifest+json",
        headers={"Cache-Control": "no-cache"},
    )


@rutas.get("/sw.js")
def trabajador() -> Response:
    """En la raíz, para que alcance todas las páginas. Abierto: es código, y no lleva datos."""
    return Response(_trabajador(), media_type="text/javascript", headers={"Cache-Control": "no-cache"})


@rutas.get(SIN_SENAL)
def sin_senal(request: Request) -> HTMLResponse:
    """Abierta: se guarda antes de que nadie entre, y no dice nada de nadie."""
    html = panel_de(request).plantillas.get_template("aparato/sin_senal.html").render()
    return HTMLResponse(html, headers={"Cache-Control": "no-cache"})


@cache
def _trabajador() -> str:
    datos = {
        "huella": huella(),
        "cascara": [SIN_SENAL, *(direccion(r.name) for r in servidos() if r.name not in _FUERA_DE_LA_CASCARA)],
        "sinSenal": SIN_SENAL,
        "copiadas": COPIADAS,
        "pendientes": direccion("pendientes.js"),
        "borradores": direccion(_BORRADORES),
        "icono": direccion("icono-192.png"),
        "insignia": direccion("insignia-96.png"),
    }
    cuerpo = (CARPETA / "trabajador.js").read_text(encoding="utf-8")
    return f"const PREGONERO = {json.dumps(datos)}\n{cuerpo}"


def _ficha() -> dict[str, object]:
    return {
        "id": "/",
        "name": "Pregonero",
        "short_name": "Pregonero",
        "description": _("Lo que el municipio publica y lo que el pueblo contesta."),
        "lang": "es-MX",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "orientation": "any",
        "background_color": "#f6f7f8",
        "theme_color": "#14532d",
        "categories": ["government", "productivity", "social"],
        "icons": [
            _icono("icono-192.png", "192x192"),
            _icono("icono-512.png", "512x512"),
            _icono("icono-recortable-512.png", "512x512", proposito="maskable"),
            {"src": direccion("icono.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
        ],
        "shortcuts": [
            {"name": _("Escribir"), "url": "/componer", "icons": [_icono("icono-192.png", "192x192")]},
            {"name": _("Calendario"), "url": "/calendario", "icons": [_icono("icono-192.png", "192x192")]},
            {"name": _("Aprobaciones"), "url": "/aprobaciones", "icons": [_icono("icono-192.png", "192x192")]},
        ],
        "share_target": {
            "action": "/compartir",
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {
                "title": "titulo",
                "text": "texto",
                "url": "enlace",
                "files": [{"name": "fotos", "accept": ["image/*", "video/*"]}],
            },
        },
    }


def _icono(nombre: str, medidas: str, proposito: str = "any") -> dict[str, str]:
    return {"src": direccion(nombre), "sizes": medidas, "type": "image/png", "purpose": proposito}

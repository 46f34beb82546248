"""Lo que se comparte desde la galería del teléfono: sus fotos entran al acervo y se abre un borrador con ellas.

Llega sin la ficha de nuestros formularios (lo manda el teléfono), así que aquí no se publica ni se programa nada.
"""

from typing import Any
from urllib.parse import urlencode

from anyio.to_thread import run_sync
from fastapi import APIRouter
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from motor.usuarios.permisos import Accion
from panel.paginas.acervo.permiso import exigir_en_alguno
from panel.paginas.acervo.subir import recibir
from panel.peticion import Peticion, PideSinFicha
from panel.textos import _

rutas = APIRouter()

FOTOS_MAXIMAS = 20
_TEXTO_MAXIMO = 2000
"""Va en la dirección de la página que se abre; más largo lo cortarían por el camino."""


@rutas.get("/compartir")
def entrar_antes(_p: PideSinFicha) -> Response:
    """A donde se vuelve si hubo que entrar primero: lo compartido ya no está, pero se puede escribir."""
    return RedirectResponse("/componer", 303)


@rutas.post("/compartir")
async def compartir(p: PideSinFicha) -> Response:
    exigir_en_alguno(p, Accion.REDACTAR)
    formulario = await p.request.form(max_files=FOTOS_MAXIMAS, max_fields=20)
    try:
        fotos = [f for f in formulario.getlist("fotos") if isinstance(f, UploadFile) and f.filename]
        subidos = await recibir(p, fotos)
        texto = _texto(formulario)
    finally:
        await formulario.close()
    ids = list(dict.fromkeys(s.id for s in subidos if s.id))
    problemas = " ".join(s.problema for s in subidos if s.problema)
    await run_sync(_asentar, p, len(ids))
    campos: list[tuple[str, Any]] = [("medio", i) for i in ids]
    if texto:
        campos.append(("texto", texto))
    destino = f"/componer?{urlencode(campos)}" if campos else "/componer"
    if p.quiere_json:  # lo manda el trabajador al volver la señal: lo que no sirve no debe volver a intentarse
        return p.volver(destino, hecho=_("Llegó lo que compartió.") + (f" {problemas}" if problemas else ""))
    return p.volver(destino, error=problemas)


def _texto(formulario: FormData) -> str:
    """El título, el texto y el enlace que dio la otra aplicación, sin repetir lo que ya dice uno de ellos."""
    partes: list[str] = []
    for nombre in ("titulo", "texto", "enlace"):
        dicho = str(formulario.get(nombre) or "").strip()
        if dicho and not any(dicho in parte for parte in partes):
            partes.append(dicho)
    return "\n".join(partes)[:_TEXTO_MAXIMO]


def _asentar(p: Peticion, cuantas: int) -> None:
    with p.entorno.base.escribir() as sesion:
        p.asentar(sesion, "compartido_desde_el_telefono", detalle=f"{cuantas} archivos")

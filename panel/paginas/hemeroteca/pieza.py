"""Una publicación como quedó: para leerla, enseñarla o imprimirla."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from motor.hemeroteca.pieza import RESPUESTAS_MAXIMAS, Pieza, identificadores, pieza, respuestas
from motor.usuarios.permisos import Accion
from panel.fechas import larga
from panel.peticion import NoEsta, Peticion, Pide

rutas = APIRouter()


@rutas.get("/hemeroteca/{entrega_id:int}")
def ver(p: Pide, entrega_id: int) -> HTMLResponse:
    with p.entorno.base.leer() as sesion:
        hallada = pieza(sesion, entrega_id)
        if hallada is None:
            raise NoEsta
        p.exigir(Accion.VER, hallada.perfil.id)
        suyos = identificadores(sesion, [e.id for e in hallada.partes])
    with p.escucha.base.leer() as de_escucha:
        dichas = respuestas(de_escucha, hallada.perfil.red, suyos)
    return p.pagina(
        "hemeroteca/pieza.html",
        x=hallada,
        respuestas=dichas,
        muchas=len(dichas) >= RESPUESTAS_MAXIMAS,
        publicada_en=_cuando(p, hallada),
    )


def _cuando(p: Peticion, hallada: Pieza) -> str:
    """Con su año, sus segundos y su zona: es la constancia de cuándo salió."""
    en, zona = hallada.entrega.publicada_en, p.entorno.reglas.zona
    return f"{larga(en, zona)} de {en.astimezone(zona):%Y, %H:%M:%S (UTC%z)}" if en else ""

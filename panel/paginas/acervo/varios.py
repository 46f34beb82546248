"""Describir muchos a la vez: sólo se pone lo que se escribe, y las personas y etiquetas se añaden."""

from fastapi import APIRouter
from sqlmodel import col, select
from starlette.responses import HTMLResponse, Response

from modelos import Medio
from motor.acervo import ficha as fichas
from motor.acervo import galeria
from motor.acervo.alcance import a_la_vista
from motor.acervo.derechos import programadas_tras_vencer
from motor.usuarios.permisos import Accion
from panel.paginas.acervo.ficha import aviso_de_vencidas
from panel.paginas.acervo.formularios import CAMPOS, Elegidos, ElegidosAlEnviar, Escrito
from panel.paginas.acervo.permiso import exigir_en_alguno
from panel.peticion import NoEsta, Peticion, Pide
from panel.textos import _, n_

rutas = APIRouter()

A_LA_VEZ = 200


@rutas.get("/acervo/varios")
def elegir(p: Pide, elegidos: Elegidos) -> Response:
    exigir_en_alguno(p, Accion.REDACTAR)
    if not elegidos:
        return p.volver("/acervo", error=_("Elija primero uno o más, con su casilla."))
    return _pagina(p, elegidos, dict.fromkeys(CAMPOS, ""), {})


@rutas.post("/acervo/varios")
def escribir(p: Pide, elegidos: ElegidosAlEnviar, escrito: Escrito) -> Response:
    exigir_en_alguno(p, Accion.REDACTAR)
    entendida = fichas.entender(escrito)
    if entendida.faltas:
        return _pagina(p, elegidos, escrito, dict(entendida.faltas), estado=422)
    with p.entorno.base.escribir() as sesion:
        orden = select(Medio).where(col(Medio.id).in_(elegidos[:A_LA_VEZ]), a_la_vista(p.permisos))
        medios = list(sesion.scalars(orden))
        if not medios:
            raise NoEsta
        cambiados = fichas.poner_en_varios(sesion, medios, entendida, zona=p.entorno.reglas.zona)
        cuales = ", ".join(str(m.id) for m in medios)
        p.asentar(sesion, "medios_descritos", sobre=f"medio:{medios[0].id}", detalle=f"{cambiados} de: {cuales}")
        tarde = programadas_tras_vencer(sesion, [m.id for m in medios]) if entendida.vence else 0
    galeria.olvidar_sugerencias()
    hecho = n_("Se cambió %(n)d ficha.", "Se cambiaron %(n)d fichas.", cambiados) % {"n": cambiados}
    return p.volver("/acervo", hecho=hecho + aviso_de_vencidas(tarde))


def _pagina(
    p: Peticion, ids: list[int], escrito: dict[str, str], faltas: dict[str, str], *, estado: int = 200
) -> HTMLResponse:
    with p.entorno.base.leer() as sesion:
        elegidos = galeria.por_ids(sesion, ids[:A_LA_VEZ], permisos=p.permisos)
        if not elegidos:
            raise NoEsta
        sugeridos = galeria.sugerencias(sesion)
    return p.pagina(
        "acervo/varios.html", estado=estado, elegidos=elegidos, escrito=escrito, faltas=faltas, sugeridos=sugeridos
    )

"""La ficha de un medio: mirarlo, describirlo, saber dónde se usó, y quitarlo de la vista sin perderlo."""

from datetime import datetime

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import HTMLResponse, Response

from modelos import Medio
from motor.acervo import ficha as fichas
from motor.acervo import galeria, parecido
from motor.acervo.derechos import programadas_tras_vencer
from motor.acervo.ficha import Ficha
from motor.usuarios.permisos import Accion
from panel.paginas.acervo.formularios import CAMPOS, Escrito
from panel.paginas.acervo.permiso import exigir_en_alguno
from panel.paginas.medio import medio_a_la_vista
from panel.peticion import Peticion, Pide
from panel.textos import _, n_

rutas = APIRouter()


@rutas.get("/acervo/{medio_id:int}")
def ver(p: Pide, medio_id: int) -> HTMLResponse:
    with p.entorno.base.leer() as sesion:
        medio = medio_a_la_vista(sesion, p, medio_id)
        return _pagina(p, sesion, medio, escrito_de(p, medio))


@rutas.post("/acervo/{medio_id:int}")
def escribir(p: Pide, medio_id: int, escrito: Escrito) -> Response:
    entendida = fichas.entender(escrito)
    if entendida.faltas:
        return _otra_vez(p, medio_id, escrito, entendida)
    with p.entorno.base.escribir() as sesion:
        medio = _suyo(sesion, p, medio_id)
        cambios = fichas.poner(sesion, medio, entendida, zona=p.entorno.reglas.zona)
        if cambios:
            p.asentar(sesion, "medio_descrito", sobre=f"medio:{medio_id}", detalle=", ".join(cambios))
        tarde = programadas_tras_vencer(sesion, [medio_id]) if "vence_en" in cambios else 0
    galeria.olvidar_sugerencias()
    return p.volver(f"/acervo/{medio_id}", hecho=_("Ficha guardada.") + aviso_de_vencidas(tarde))


def aviso_de_vencidas(tarde: int) -> str:
    if not tarde:
        return ""
    dicho = n_(
        "Ojo: %(n)d publicación programada lo usa después de ese día.",
        "Ojo: %(n)d publicaciones programadas lo usan después de ese día.",
        tarde,
    )
    return " " + dicho % {"n": tarde}


@rutas.post("/acervo/{medio_id:int}/archivar")
def archivar(p: Pide, medio_id: int) -> Response:
    return _mover(p, medio_id, p.ahora, _("Archivado: ya no se ofrece. Donde se publicó sigue."))


@rutas.post("/acervo/{medio_id:int}/restaurar")
def restaurar(p: Pide, medio_id: int) -> Response:
    return _mover(p, medio_id, None, _("De vuelta en el acervo."))


def _mover(p: Peticion, medio_id: int, en: datetime | None, hecho: str) -> Response:
    with p.entorno.base.escribir() as sesion:
        medio = _suyo(sesion, p, medio_id)
        medio.archivado_en = en
        sesion.add(medio)
        p.asentar(sesion, "medio_archivado" if en else "medio_restaurado", sobre=f"medio:{medio_id}")
    return p.volver(f"/acervo/{medio_id}", hecho=hecho)


def _suyo(sesion: Session, p: Peticion, medio_id: int) -> Medio:
    medio = medio_a_la_vista(sesion, p, medio_id)
    exigir_en_alguno(p, Accion.REDACTAR)
    return medio


def _otra_vez(p: Peticion, medio_id: int, escrito: dict[str, str], entendida: Ficha) -> Response:
    """Con lo que escribió, y qué está mal en cada campo."""
    with p.entorno.base.leer() as sesion:
        medio = _suyo(sesion, p, medio_id)
        if p.quiere_json:
            return p.volver(f"/acervo/{medio_id}", error=" ".join(entendida.faltas.values()))
        return _pagina(p, sesion, medio, escrito, entendida)


def escrito_de(p: Peticion, medio: Medio) -> dict[str, str]:
    """La ficha como se escribe en el formulario."""
    suyo = {campo: getattr(medio, campo) for campo in CAMPOS if campo not in ("vence", "personas", "etiquetas")}
    listas = {"personas": ", ".join(medio.personas), "etiquetas": ", ".join(medio.etiquetas)}
    return {**suyo, **listas, "vence": fichas.ultimo_dia(medio.vence_en, p.entorno.reglas.zona)}


def _pagina(
    p: Peticion, sesion: Session, medio: Medio, escrito: dict[str, str], entendida: Ficha | None = None
) -> HTMLResponse:
    cercanos = parecido.parecidos(sesion, medio.huella_visual, menos={medio.id})
    return p.pagina(
        "acervo/ficha.html",
        estado=422 if entendida else 200,
        m=medio,
        escrito=escrito,
        faltas=entendida.faltas if entendida else {},
        usos=galeria.usos(sesion, medio.id, permisos=p.permisos),
        parecidos=galeria.por_ids(sesion, cercanos, permisos=p.permisos),
        sugeridos=galeria.sugerencias(sesion),
        puede=p.permisos.puede_en_alguno(Accion.REDACTAR),
        vencido=medio.vence_en is not None and medio.vence_en <= p.ahora,
    )

"""Las publicaciones: buscarlas, verlas enteras, hacerlas, cambiarlas y cancelarlas."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from sqlalchemy import exists, select, tuple_
from sqlalchemy.sql import ColumnElement
from sqlmodel import Session, col

from modelos import Entrega, Estado, Perfil, Publicacion
from modelos.busqueda import con_palabras
from modelos.consultas import entregas_de, medios_de
from modelos.estados import EDITABLES
from motor.acervo import palabras
from motor.aprobaciones import comentarios, versiones
from motor.borradores import copia, envio
from motor.publicacion import mando
from motor.publicacion.mando import NoSePuede
from motor.usuarios.permisos import Accion
from panel.api import formas_de_publicar as suyas
from panel.api.acceso import PeticionDeApi, PideApi
from panel.api.errores import CON_CHOQUE, NoProcede
from panel.api.escrito import clave_para, contenido_de, mandar, remitente
from panel.api.formas import Buscado, Corto, Desde, Hasta, Hecho, Limite, Numero, Pagina, PorPerfil, Siguiente
from panel.api.paginas import abrir_cursor, cursor, instante
from panel.api.revisar import revision_de
from panel.peticion import NoEsta, NoPermitido
from panel.textos import _

rutas = APIRouter(prefix="/publicaciones", tags=["publicaciones"])

Llave = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[!-~]+$",
        description="La inventa quien pide: repetir la petición con ella no publica dos veces.",
        examples=["corte-de-agua-2026-12-01"],
    ),
]


# ── leer ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@rutas.get("", summary="Buscar publicaciones")
def lista(
    p: PideApi,
    q: Buscado = "",
    perfil_id: PorPerfil = None,
    estado: Annotated[list[Estado] | None, Query(description="Con alguna entrega así.")] = None,
    campana: Corto = "",
    desde: Desde = None,
    hasta: Hasta = None,
    limite: Limite = 50,
    siguiente: Siguiente = "",
) -> Pagina[suyas.Publicacion]:
    """Por su hora, de la más nueva a la más antigua. Las que salen en algún perfil que el dueño puede ver."""
    with p.entorno.base.leer() as sesion:
        orden = select(Publicacion).where(_con_entrega(sesion, p, q, perfil_id, estado))
        if campana:
            orden = orden.where(col(Publicacion.campana) == campana)
        if desde is not None:
            orden = orden.where(col(Publicacion.programada_en) >= instante(desde))
        if hasta is not None:
            orden = orden.where(col(Publicacion.programada_en) < instante(hasta))
        if ultima := abrir_cursor(siguiente):
            orden = orden.where(tuple_(col(Publicacion.programada_en), col(Publicacion.id)) < ultima)
        orden = orden.order_by(col(Publicacion.programada_en).desc(), col(Publicacion.id).desc())
        filas = list(sesion.scalars(orden.limit(limite + 1)))
        visibles = _visibles(sesion, p, [f.id for f in filas[:limite]])
    sigue = cursor(filas[limite - 1].programada_en, filas[limite - 1].id) if len(filas) > limite else None
    return Pagina(datos=[_forma(f, visibles[f.id]) for f in filas[:limite]], siguiente=sigue)


def _con_entrega(
    sesion: Session, p: PeticionDeApi, q: str, perfil_id: int | None, estado: list[Estado] | None
) -> ColumnElement[bool]:
    """Que tenga una entrega que pueda ver y cumpla todo eso."""
    condiciones: list[Any] = [col(Entrega.publicacion_id) == col(Publicacion.id)]
    if (ve := p.permisos.perfiles(Accion.VER)) is not None:
        condiciones.append(col(Entrega.perfil_id).in_(ve))
    if perfil_id is not None:
        condiciones.append(col(Entrega.perfil_id) == perfil_id)
    if estado:
        condiciones.append(col(Entrega.estado).in_(estado))
    if terminos := palabras.de(q):
        condiciones.append(con_palabras(sesion, Entrega, terminos))
    return exists().where(*condiciones)


Visibles = Sequence[tuple[Entrega, Perfil]]


def _visibles(sesion: Session, p: PeticionDeApi, ids: list[int]) -> dict[int, list[tuple[Entrega, Perfil]]]:
    """Por publicación, las entregas de los perfiles que puede ver."""
    orden = (
        select(Entrega, Perfil)
        .join(Perfil, col(Perfil.id) == col(Entrega.perfil_id))
        .where(col(Entrega.publicacion_id).in_(ids))
        .order_by(col(Perfil.nombre), col(Entrega.parte))
    )
    halladas: dict[int, list[tuple[Entrega, Perfil]]] = {i: [] for i in ids}
    for entrega, perfil in sesion.execute(orden):
        if p.puede(Accion.VER, perfil.id):
            halladas[entrega.publicacion_id].append((entrega, perfil))
    return halladas


def _forma(publicacion: Publicacion, visibles: Visibles) -> suyas.Publicacion:
    return suyas.Publicacion.model_validate(_datos(publicacion, visibles))


def _datos(publicacion: Publicacion, visibles: Visibles) -> dict[str, Any]:
    redes = {perfil.red for _e, perfil in visibles}
    destinos = redes | {perfil.nombre for _e, perfil in visibles}
    return publicacion.model_dump() | {
        "entregas": [e for e, _perfil in visibles],
        "variantes": {d: t for d, t in publicacion.variantes.items() if d in destinos},
        "opciones": {red: o for red, o in publicacion.opciones.items() if red in redes},
    }


@rutas.get("/{publicacion_id}", summary="Una publicación, con todo lo suyo")
def una(p: PideApi, publicacion_id: Numero) -> suyas.PublicacionEntera:
    """Sus entregas, sus medios, cómo ha ido cambiando y lo que se ha dicho de ella."""
    return _entera(p, publicacion_id)


def _entera(p: PeticionDeApi, publicacion_id: int) -> suyas.PublicacionEntera:
    with p.entorno.base.leer() as sesion:
        publicacion = sesion.get(Publicacion, publicacion_id)
        visibles = _visibles(sesion, p, [publicacion_id])[publicacion_id]
        if publicacion is None or not visibles:
            raise NoEsta
        todos = {e.perfil_id for e in entregas_de(sesion, publicacion_id)}
        datos = _datos(publicacion, visibles)
        nombres = {perfil.nombre for _e, perfil in visibles}
        return suyas.PublicacionEntera.model_validate(
            datos
            | {
                "medios": [m.model_dump() | {"texto_alternativo": a} for m, a in medios_de(sesion, publicacion_id)],
                "versiones": [
                    v.model_dump() | {"contenido": _sin_lo_ajeno(v.contenido, nombres, datos)}
                    for v in versiones.de(sesion, publicacion_id)
                ],
                "comentarios": [
                    {"quien": u.nombre, "texto": c.texto, "version": c.version, "en": c.creado_en}
                    for c, u in comentarios.de(sesion, publicacion_id)
                ],
                "ocultos": len(todos) - len(nombres),
            }
        )


def _sin_lo_ajeno(contenido: dict[str, Any], nombres: set[str], datos: dict[str, Any]) -> dict[str, Any]:
    """Una instantánea sin lo que dice en los perfiles que no puede ver."""
    perfiles = {n: dicho for n, dicho in dict(contenido.get("perfiles", {})).items() if n in nombres}
    propias = {
        campo: {k: v for k, v in dict(contenido.get(campo, {})).items() if k in datos[campo]} for campo in _PROPIO
    }
    return {**contenido, **propias, "perfiles": perfiles}


_PROPIO = ("variantes", "opciones")


# ── hacerla y cambiarla ──────────────────────────────────────────────────────────────────────────────────────────


@rutas.post(
    "",
    summary="Publicar",
    status_code=201,
    responses={
        **CON_CHOQUE,
        200: {"model": suyas.PublicacionEntera, "description": "Ya se había hecho con esa clave."},
    },
)
def crear(
    p: PideApi, escrito: suyas.PublicacionNueva, respuesta: Response, llave: Llave = None
) -> suyas.PublicacionEntera:
    """Programarla en esos perfiles, a esa hora o a la mejor que halle Pregonero. Si exige aprobación, queda retenida
    hasta que la aprueben.
    """
    p.exigir_en_alguno(Accion.REDACTAR)
    enviado = mandar(p, contenido_de(p, escrito), clave=clave_para(p, llave))
    if enviado.ya:
        respuesta.status_code = 200
    return _entera(p, enviado.publicacion_id)


@rutas.post("/revisar", summary="Ver cómo quedaría, sin guardar nada")
def revisar(p: PideApi, escrito: suyas.PublicacionNueva) -> suyas.Revision:
    """Qué está mal, cómo se leería en cada perfil, cuánto mide ahí, y a qué hora saldría."""
    p.exigir_en_alguno(Accion.REDACTAR)
    contenido = contenido_de(p, escrito)
    mirado = envio.mirar(p.entorno, contenido, clave="revision", publicacion_id=None, quien=remitente(p), ahora=p.ahora)
    return revision_de(p.entorno, mirado, ahora=p.ahora)


@rutas.put("/{publicacion_id}", summary="Cambiar una que no ha salido", responses=CON_CHOQUE)
def cambiar(p: PideApi, publicacion_id: Numero, escrito: suyas.PublicacionCambiada) -> suyas.PublicacionEntera:
    """Hay que poder escribir en todos sus perfiles. Lo aprobado, si cambia lo que dice, se aprueba otra vez."""
    with p.entorno.base.leer() as sesion:
        publicacion = _cambiable(sesion, p, publicacion_id)
        if publicacion.version != escrito.version:
            raise NoProcede(
                _("Ya va en la versión %(n)d. Léala otra vez antes de cambiarla.") % {"n": publicacion.version}
            )
        base = copia.para_cambiar(sesion, p.entorno, publicacion)
    mandar(p, contenido_de(p, escrito, base), clave=clave_para(p, None), publicacion_id=publicacion_id)
    return _entera(p, publicacion_id)


@rutas.post("/{publicacion_id}/cancelar", summary="Que no salga", responses=CON_CHOQUE)
def cancelar(p: PideApi, publicacion_id: Numero) -> Hecho:
    """En ninguno de sus perfiles. Se deshace reprogramando cada entrega. Lo que ya salió no se toca."""
    with p.entorno.base.escribir() as sesion:
        _cambiable(sesion, p, publicacion_id)
        vivas = EDITABLES - {Estado.CANCELADA}
        por_perfil: dict[int, Entrega] = {}
        for entrega in entregas_de(sesion, publicacion_id):
            if entrega.estado in vivas:
                por_perfil.setdefault(entrega.perfil_id, entrega)
        if not por_perfil:
            raise NoProcede(_("No queda nada por salir."))
        try:
            for entrega in por_perfil.values():
                mando.cancelar(sesion, entrega, autor=p.autor.quien[:120], ahora=p.ahora)
        except NoSePuede as error:
            raise NoProcede(str(error)) from None
        cuales = ", ".join(str(e.id) for e in por_perfil.values())
        p.asentar(sesion, "entrega_cancelada", sobre=f"publicacion:{publicacion_id}", detalle=f"por la API: {cuales}")
    return Hecho(hecho=_("No saldrá."))


def _cambiable(sesion: Session, p: PeticionDeApi, publicacion_id: int) -> Publicacion:
    publicacion = sesion.get(Publicacion, publicacion_id)
    perfiles = {e.perfil_id for e in entregas_de(sesion, publicacion_id)}
    if publicacion is None or not any(p.puede(Accion.VER, i) for i in perfiles):
        raise NoEsta
    if not all(p.puede(Accion.REDACTAR, i) for i in perfiles):
        raise NoPermitido(_("También sale en perfiles en que su cuenta no puede escribir."))
    return publicacion

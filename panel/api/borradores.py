"""Los borradores: los mismos que se ven en el panel, con sus mismas guardas."""

import uuid

from fastapi import APIRouter

from modelos import Borrador
from motor.borradores.contenido import leer
from motor.borradores.envio import perfiles_que_toca
from motor.borradores.guardado import Guardado, descartar, guardar, propios
from motor.usuarios.permisos import Accion
from panel.api import formas_de_publicar as suyas
from panel.api.acceso import PideApi
from panel.api.errores import CON_CHOQUE, NoProcede
from panel.api.escrito import contenido_de, enviar
from panel.api.formas import Hecho
from panel.paginas.componer.permiso import borrador_a_la_vista
from panel.textos import _

rutas = APIRouter(prefix="/borradores", tags=["borradores"])


@rutas.get("", summary="Los propios, sin mandar", response_model=list[suyas.Borrador])
def lista(p: PideApi) -> list[Borrador]:
    """Del último que se tocó al primero."""
    p.exigir_en_alguno(Accion.REDACTAR)
    with p.entorno.base.leer() as sesion:
        return propios(sesion, p.usuario.id)


@rutas.post("", summary="Empezar uno", status_code=201, response_model=suyas.Borrador)
def crear(p: PideApi, escrito: suyas.BorradorEscrito) -> Borrador:
    """Puede ir a medias: sin hora, sin perfiles, sin texto."""
    p.exigir_en_alguno(Accion.REDACTAR)
    contenido = contenido_de(p, escrito)
    with p.entorno.base.escribir() as sesion:
        guardado = guardar(
            sesion, contenido, clave=uuid.uuid4().hex, usuario_id=p.usuario.id, revision=0, ahora=p.ahora
        )
        p.asentar(sesion, "borrador_creado", sobre=f"borrador:{guardado.borrador.id}")
    return guardado.borrador


@rutas.get("/{clave}", summary="Uno", response_model=suyas.Borrador)
def uno(p: PideApi, clave: str) -> Borrador:
    p.exigir_en_alguno(Accion.REDACTAR)
    with p.entorno.base.leer() as sesion:
        return borrador_a_la_vista(sesion, p, _clave(clave))


@rutas.put("/{clave}", summary="Cambiarlo", response_model=suyas.Borrador, responses=CON_CHOQUE)
def cambiar(p: PideApi, clave: str, escrito: suyas.BorradorEscrito) -> Borrador:
    """Lo que no se nombra se queda como está."""
    p.exigir_en_alguno(Accion.REDACTAR)
    with p.entorno.base.leer() as sesion:
        anterior = borrador_a_la_vista(sesion, p, _clave(clave))
        base = leer(anterior.contenido)
    contenido = contenido_de(p, escrito, base)
    with p.entorno.base.escribir() as sesion:
        guardado = guardar(
            sesion,
            contenido,
            clave=clave,
            usuario_id=p.usuario.id,
            revision=escrito.revision,
            publicacion_id=anterior.publicacion_id,
            ahora=p.ahora,
        )
        _exigir_sin_choque(guardado)  # deshace: por la API no se dejan copias aparte que nadie pidió
    return guardado.borrador


def _exigir_sin_choque(guardado: Guardado) -> None:
    if guardado.choque is None:
        return
    if guardado.choque.enviado_en is not None:
        raise NoProcede(_("Ese borrador ya se mandó."))
    raise NoProcede(
        _("Ya va en la revisión %(n)d. Léalo otra vez antes de cambiarlo.") % {"n": guardado.choque.revision}
    )


@rutas.delete("/{clave}", summary="Descartarlo")
def quitar(p: PideApi, clave: str) -> Hecho:
    """Se puede recuperar en el panel."""
    p.exigir_en_alguno(Accion.REDACTAR)
    with p.entorno.base.escribir() as sesion:
        borrador = borrador_a_la_vista(sesion, p, _clave(clave))
        descartar(sesion, borrador, ahora=p.ahora)
        p.asentar(sesion, "borrador_descartado", sobre=f"borrador:{borrador.id}")
    return Hecho(hecho=_("Descartado."))


@rutas.post("/{clave}/enviar", summary="Publicarlo", responses=CON_CHOQUE, response_model=suyas.Borrador)
def mandar(p: PideApi, clave: str) -> Borrador:
    """Una sola vez, aunque se pida diez. `publicacion_id` dice cuál es."""
    p.exigir_en_alguno(Accion.REDACTAR)
    with p.entorno.base.leer() as sesion:
        borrador = borrador_a_la_vista(sesion, p, _clave(clave))
        tocados = perfiles_que_toca(sesion, leer(borrador.contenido), borrador.publicacion_id)
    for perfil_id in tocados:
        p.exigir(Accion.REDACTAR, perfil_id)
    enviar(p, clave, cambio=borrador.publicacion_id is not None)
    with p.entorno.base.leer() as sesion:
        return borrador_a_la_vista(sesion, p, clave)


def _clave(escrita: str) -> str:
    """Sin lo que una base no puede buscar: ninguna nuestra lo lleva."""
    return escrita if escrita.isascii() and escrita.isprintable() else ""

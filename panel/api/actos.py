"""Lo que se manda sobre una entrega. Las reglas son de `motor.publicacion.mando`."""

from collections.abc import Callable

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from sqlmodel import Session

from conectores.contrato import ErrorDeRed
from modelos import Entrega, Perfil
from motor.publicacion import mando
from motor.publicacion.mando import NoSePuede, Respuesta
from motor.usuarios.permisos import Accion
from panel.api.acceso import PeticionDeApi, PideApi
from panel.api.errores import CON_CHOQUE, NoProcede, NoSirve
from panel.api.formas import Corto, Cuerpo, Hecho, Mediano, Numero
from panel.peticion import NoEsta
from panel.textos import _

rutas = APIRouter(prefix="/entregas/{entrega_id}", tags=["entregas"], responses=CON_CHOQUE)


class Motivo(Cuerpo):
    motivo: Corto = Field(default="", examples=["Veda electoral"])


class Cita(Cuerpo):
    model_config = ConfigDict(json_schema_extra={"examples": [{"cuando": "mejor hora antes del viernes"}]})

    cuando: Corto = Field(min_length=1, examples=["2026-12-01 09:00", "mañana 9:00", "mejor hora antes del viernes"])


class Desenlace(Cuerpo):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"respuesta": "salio", "enlace": "https://x.com/ayuntamiento/status/17283"}]}
    )

    respuesta: Respuesta
    enlace: Mediano = Field(default="", description="Si salió: el de lo publicado, o su identificador en la red.")


class Seguro(Cuerpo):
    seguro: bool = Field(description="Debe ser true: lo borrado de la red no vuelve.")


@rutas.post("/reprogramar", summary="Darle otra hora")
def reprogramar(p: PideApi, entrega_id: Numero, cita: Cita) -> Hecho:
    """Revive lo cancelado, lo fallido y lo vencido. Lo retenido sigue retenido."""
    with p.entorno.base.leer() as sesion:
        _entrega, perfil = _suya(sesion, p, entrega_id, Accion.REDACTAR)
        try:
            leida = mando.leer_hora(sesion, p.entorno, perfil, cita.cuando, ahora=p.ahora)
        except NoSePuede as error:
            raise NoSirve(str(error), donde=["cuando"]) from None
    return _hacer(
        p,
        entrega_id,
        Accion.REDACTAR,
        "entrega_reprogramada",
        lambda sesion, e: mando.reprogramar(sesion, p.entorno, e, leida, autor=_autor(p), ahora=p.ahora),
    )


@rutas.post("/cancelar", summary="Que no salga")
def cancelar(p: PideApi, entrega_id: Numero, porque: Motivo | None = None) -> Hecho:
    """Ni lo que le sigue en su hilo. Se deshace reprogramándola."""
    motivo = porque.motivo if porque else ""
    return _hacer(
        p,
        entrega_id,
        Accion.REDACTAR,
        "entrega_cancelada",
        lambda sesion, e: mando.cancelar(sesion, e, motivo=motivo, autor=_autor(p), ahora=p.ahora),
    )


@rutas.post("/retener", summary="Apartarla hasta que alguien la suelte")
def retener(p: PideApi, entrega_id: Numero, porque: Motivo | None = None) -> Hecho:
    motivo = porque.motivo if porque else ""
    return _hacer(
        p,
        entrega_id,
        Accion.REDACTAR,
        "entrega_retenida",
        lambda sesion, e: mando.retener(sesion, e, motivo=motivo, autor=_autor(p), ahora=p.ahora),
    )


@rutas.post("/soltar", summary="Dejarla salir a su hora")
def soltar(p: PideApi, entrega_id: Numero) -> Hecho:
    """Lo que espera una aprobación no se suelta: sale cuando la aprueben."""
    return _hacer(
        p,
        entrega_id,
        Accion.REDACTAR,
        "entrega_soltada",
        lambda sesion, e: mando.soltar(sesion, e, autor=_autor(p), ahora=p.ahora),
    )


@rutas.post("/reintentar", summary="Que salga ya lo que falló")
def reintentar(p: PideApi, entrega_id: Numero) -> Hecho:
    return _hacer(
        p,
        entrega_id,
        Accion.REDACTAR,
        "entrega_reintentada",
        lambda sesion, e: mando.reintentar(sesion, e, autor=_autor(p), ahora=p.ahora),
    )


@rutas.post("/resolver", summary="Decir si salió, después de mirar el perfil")
def resolver(p: PideApi, entrega_id: Numero, desenlace: Desenlace) -> Hecho:
    """Sólo quien coordina. «no_salio» la publica ya; «no_hace_falta» la cancela."""
    return _hacer(
        p,
        entrega_id,
        Accion.COORDINAR,
        f"duda_{desenlace.respuesta}",
        lambda sesion, e: mando.resolver(
            sesion, e, desenlace.respuesta, enlace=desenlace.enlace, autor=_autor(p), ahora=p.ahora
        ),
    )


@rutas.post("/borrar", summary="Quitar de la red lo publicado")
def borrar(p: PideApi, entrega_id: Numero, seguro: Seguro) -> Hecho:
    """Sólo quien coordina, y no vuelve."""
    with p.entorno.base.leer() as sesion:
        entrega, perfil = _suya(sesion, p, entrega_id, Accion.COORDINAR)
    if not seguro.seguro:
        raise NoSirve(_("Diga seguro: true. Lo borrado de la red no vuelve."), donde=["seguro"])
    try:
        mando.exigir_borrable(p.entorno, entrega, perfil)
        with p.entorno.base.escribir() as sesion:
            sobre = f"publicacion:{entrega.publicacion_id}"
            p.asentar(sesion, "borrado_pedido", sobre=sobre, detalle=f"{entrega.id}: {entrega.url}")
        return Hecho(hecho=mando.borrar(p.entorno, entrega, perfil, autor=_autor(p)))
    except (NoSePuede, ErrorDeRed) as error:
        raise NoProcede(str(error)) from None


def _hacer(
    p: PeticionDeApi, entrega_id: int, accion: Accion, nombre: str, hacer: Callable[[Session, Entrega], str]
) -> Hecho:
    """Exigir, hacerlo y asentarlo en una transacción."""
    try:
        with p.entorno.base.escribir() as sesion:
            entrega, perfil = _suya(sesion, p, entrega_id, accion)
            dicho = hacer(sesion, entrega)
            sobre = f"publicacion:{entrega.publicacion_id}"
            p.asentar(sesion, nombre, sobre=sobre, detalle=f"{perfil.nombre}: {dicho}")
    except NoSePuede as error:
        raise NoProcede(str(error)) from None
    return Hecho(hecho=dicho)


def _suya(sesion: Session, p: PeticionDeApi, entrega_id: int, accion: Accion) -> tuple[Entrega, Perfil]:
    entrega = sesion.get(Entrega, entrega_id)
    if entrega is None:
        raise NoEsta
    p.exigir(accion, entrega.perfil_id)
    return entrega, sesion.get_one(Perfil, entrega.perfil_id)


def _autor(p: PeticionDeApi) -> str:
    return p.autor.quien[:120]

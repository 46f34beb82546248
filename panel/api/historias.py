"""Las historias que se avisan: verlas, decir «enterada», y silenciarlas un rato. Son de toda la oficina."""

from collections.abc import Collection
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field
from sqlalchemy import select
from sqlmodel import Session, col

from modelos import Historia
from motor.avisos.avisador import mesa_de
from motor.avisos.historias.historia import atender
from motor.avisos.historias.plazos import Plazo, PlazoIlegible, fin_de
from motor.avisos.historias.silencio import reanudar, silenciar, temas
from motor.legible import instante_legible
from motor.usuarios.permisos import Accion
from panel.api import formas
from panel.api.acceso import PeticionDeApi, PideApi
from panel.api.errores import NoSirve
from panel.api.formas import Corto, Cuerpo, Hecho, Limite, Numero
from panel.peticion import NoEsta
from panel.textos import _

rutas = APIRouter(prefix="/historias", tags=["historias"])


class Silencio(Cuerpo):
    model_config = ConfigDict(json_schema_extra={"examples": [{"hasta": "mañana 9:00", "motivo": "Ya se sabe"}]})

    plazo: Plazo = Field(default=Plazo.HASTA, description="«cuatro» horas, lo que queda de «hoy», o «hasta».")
    hasta: Corto = Field(default="", description="Si el plazo es «hasta»: cuándo. Lo más, 90 días.")
    motivo: Corto = ""


@rutas.get("", summary="Lo que se ha avisado", response_model=list[formas.Historia])
def lista(
    p: PideApi,
    abiertas: Annotated[bool, Query(description="Sólo las que siguen.")] = False,
    limite: Limite = 50,
) -> list[Historia]:
    """De lo más nuevo a lo más antiguo."""
    p.exigir(Accion.VER)
    orden = select(Historia).order_by(col(Historia.abierta_en).desc()).limit(limite)
    if abiertas:
        orden = orden.where(col(Historia.cerrada_en).is_(None))
    with p.entorno.base.leer() as sesion:
        return list(sesion.scalars(orden))


@rutas.get("/{historia_id}", summary="Una", response_model=formas.Historia)
def una(p: PideApi, historia_id: Numero) -> Historia:
    p.exigir(Accion.VER)
    with p.entorno.base.leer() as sesion:
        return _historia(sesion, historia_id)


@rutas.post("/{historia_id}/enterada", summary="Alguien la atiende", response_model=formas.Historia)
def enterada(p: PideApi, historia_id: Numero) -> Historia:
    """Ya no se avisa a nadie más. La primera vez es la que cuenta. Sólo quien coordina toda la oficina."""
    p.exigir(Accion.COORDINAR)
    with p.entorno.base.escribir() as sesion:
        historia = _historia(sesion, historia_id)
        nueva = historia.atendida_en is None
        atender(sesion, historia_id, quien=p.usuario.nombre, ahora=p.ahora)
        if nueva:
            p.asentar(sesion, "historia_atendida", sobre=f"historia:{historia_id}", detalle=historia.asunto)
    return historia


@rutas.post("/{historia_id}/silenciar", summary="No oír de ella hasta entonces")
def callar(p: PideApi, historia_id: Numero, silencio: Silencio) -> Hecho:
    """Callar retrasa y no tira: lo que pase se contará después."""
    p.exigir(Accion.COORDINAR)
    with p.entorno.base.leer() as sesion:
        ambitos = temas(_historia(sesion, historia_id))
    return Hecho(hecho=silenciado(p, silencio, ambitos, sobre=f"historia:{historia_id}"))


@rutas.post("/{historia_id}/reanudar", summary="Volver a oír de ella")
def volver_a_oir(p: PideApi, historia_id: Numero) -> Hecho:
    p.exigir(Accion.COORDINAR)
    with p.entorno.base.leer() as sesion:
        ambitos = temas(_historia(sesion, historia_id))
    return Hecho(hecho=oido_otra_vez(p, ambitos, sobre=f"historia:{historia_id}"))


def silenciado(p: PeticionDeApi, silencio: Silencio, ambitos: Collection[str], *, sobre: str) -> str:
    """Callar esos ámbitos; lo que pasó, en palabras. Lanza NoSirve si no se entiende hasta cuándo."""
    zona = p.entorno.reglas.zona
    try:
        fin = fin_de(silencio.plazo, silencio.hasta, ahora=p.ahora, zona=zona)
    except PlazoIlegible as error:
        raise NoSirve(str(error), donde=["hasta"]) from None
    with p.entorno.base.escribir() as sesion:
        silenciar(sesion, ambitos, ahora=p.ahora, hasta=fin, motivo=silencio.motivo, por=p.usuario.nombre)
        p.asentar(sesion, "silencio", sobre=sobre, detalle=f"{', '.join(ambitos)} hasta {fin}")
    dicho = _("Silenciado hasta %(hasta)s. Lo que pase se contará después.")
    return dicho % {"hasta": instante_legible(fin, zona)}


def oido_otra_vez(p: PeticionDeApi, ambitos: Collection[str], *, sobre: str) -> str:
    with p.entorno.base.escribir() as sesion:
        mesa = mesa_de(p.escucha)
        quitados = sum(reanudar(sesion, mesa, ambito=a, ahora=p.ahora, por=p.usuario.nombre) for a in ambitos)
        if quitados:
            p.asentar(sesion, "silencio_quitado", sobre=sobre, detalle=", ".join(ambitos))
    return _("Ya se avisa otra vez.") if quitados else _("Eso no estaba silenciado.")


def _historia(sesion: Session, historia_id: int) -> Historia:
    historia = sesion.get(Historia, historia_id)
    if historia is None:
        raise NoEsta
    return historia

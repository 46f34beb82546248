"""Los perfiles que administra la oficina. Sus credenciales entran y no salen."""

from datetime import datetime
from typing import Annotated

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter
from pydantic import ConfigDict, Field, SecretStr
from sqlmodel import Session

from conectores.contrato import EstadoDePerfil
from modelos import Perfil
from modelos.consultas import perfiles
from motor import credenciales
from motor.credenciales import LARGO_MAXIMO, CredencialIlegible
from motor.perfiles import mando
from motor.perfiles.comprobada import Comprobada, comprobadas
from motor.usuarios.permisos import Accion
from motor.vigilancia import comprobar
from panel.api import formas
from panel.api.acceso import PeticionDeApi, PideApi
from panel.api.errores import CON_CHOQUE, NoProcede, NoSirve
from panel.api.formas import Corto, Cuerpo, Numero
from panel.paginas.perfiles.suyo import leer_perfil, perfil_de, red_de
from panel.textos import _

rutas = APIRouter(prefix="/perfiles", tags=["perfiles"])

ESPERA_S = 45.0
_TALLER = anyio.CapacityLimiter(2)
"""Aparte de los hilos de lo demás: una red que no contesta no deja a nadie sin API."""


class Pausa(Cuerpo):
    motivo: Corto = Field(default="", examples=["Veda electoral"])


class Credenciales(Cuerpo):
    """Por nombre. Las que no se nombran siguen como estaban."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"credenciales": {"ACCESS_TOKEN": "…"}}]})

    credenciales: dict[
        Annotated[Corto, Field(min_length=1, max_length=80)], Annotated[SecretStr, Field(max_length=LARGO_MAXIMO)]
    ] = Field(min_length=1, max_length=20)


@rutas.get("", summary="Los que su dueño puede ver", response_model=list[formas.Perfil])
def lista(p: PideApi) -> list[Perfil]:
    with p.entorno.base.leer() as sesion:
        return [x for x in perfiles(sesion) if p.permisos.puede(Accion.VER, x.id)]


@rutas.get("/{perfil_id}", summary="Uno", response_model=formas.Perfil)
def uno(p: PideApi, perfil_id: Numero) -> Perfil:
    return leer_perfil(p, perfil_id, Accion.VER)


@rutas.post("/{perfil_id}/pausar", summary="Detenerlo", response_model=formas.Perfil)
def pausar(p: PideApi, perfil_id: Numero, pausa: Pausa | None = None) -> Perfil:
    """Lo suyo espera hasta que alguien lo reanude. Sólo quien coordina."""
    with p.entorno.base.escribir() as sesion:
        perfil = _tomado(sesion, p, perfil_id)
        mando.pausar(sesion, perfil, pausa.motivo if pausa else "", ahora=p.ahora, autor=p.autor.quien[:120])
        p.asentar(sesion, "perfil_en_pausa", sobre=f"perfil:{perfil_id}", detalle=perfil.pausa_motivo)
    return perfil


@rutas.post("/{perfil_id}/reanudar", summary="Volver a publicar", response_model=formas.Perfil)
def reanudar(p: PideApi, perfil_id: Numero) -> Perfil:
    """Lo que se atrasó demasiado lo decide una persona. Sólo quien coordina."""
    with p.entorno.base.escribir() as sesion:
        perfil = _tomado(sesion, p, perfil_id)
        mando.reanudar(sesion, perfil, ahora=p.ahora, autor=p.autor.quien[:120])
        p.asentar(sesion, "perfil_reanudado", sobre=f"perfil:{perfil_id}", detalle=perfil.nombre)
    return perfil


def _tomado(sesion: Session, p: PeticionDeApi, perfil_id: int) -> Perfil:
    return perfil_de(sesion, p, perfil_id, Accion.COORDINAR, tomar=True)


# ── comprobarlo ──────────────────────────────────────────────────────────────────────────────────────────────────


@rutas.get("/{perfil_id}/comprobacion", summary="Lo último que contestó su red")
def comprobacion(p: PideApi, perfil_id: Numero) -> formas.Comprobada | None:
    """null si nunca se le ha preguntado."""
    leer_perfil(p, perfil_id, Accion.COORDINAR)
    return _ultima(p, perfil_id)


@rutas.post("/{perfil_id}/comprobar", summary="Preguntarle ahora a su red", responses=CON_CHOQUE)
async def comprobar_ahora(p: PideApi, perfil_id: Numero) -> formas.Comprobada:
    """Tarda lo que tarde la red; si pasa de 45 segundos, 409, y lo que conteste se anotará. Sólo quien coordina."""
    perfil = await run_sync(leer_perfil, p, perfil_id, Accion.COORDINAR)
    hecha: formas.Comprobada | None = None
    with anyio.move_on_after(ESPERA_S):
        hecha = await run_sync(_preguntar, p, perfil, limiter=_TALLER, abandon_on_cancel=True)
    if hecha is None:
        raise NoProcede(_("La red tarda en contestar. Lo que diga se anotará: vuelva a mirar en un par de minutos."))
    return hecha


def _preguntar(p: PeticionDeApi, perfil: Perfil) -> formas.Comprobada | None:
    try:
        respuesta = comprobar(p.entorno, perfil)
    except ImportError as error:
        falta = _("Falta la biblioteca «%(cual)s» para esa red. Pídale a quien instaló que la ponga.")
        raise NoProcede(falta % {"cual": error.name}) from None
    sirve = isinstance(respuesta, EstadoDePerfil)
    with p.entorno.base.escribir() as sesion:
        suyo = _tomado(sesion, p, perfil.id)
        p.asentar(sesion, "perfil_comprobado", sobre=f"perfil:{perfil.id}", detalle="sirve" if sirve else "no sirve")
        if isinstance(respuesta, EstadoDePerfil):
            ahora = p.entorno.reloj.ahora()
            mando.terminar_de_conectar(sesion, suyo, respuesta, ahora=ahora, autor=p.autor.quien[:120])
    return _ultima(p, perfil.id)


def _ultima(p: PeticionDeApi, perfil_id: int) -> formas.Comprobada | None:
    with p.entorno.base.leer() as sesion:
        ultima: Comprobada | None = comprobadas(sesion, [perfil_id]).get(perfil_id)
    return None if ultima is None else formas.Comprobada.model_validate(ultima)


# ── sus credenciales ─────────────────────────────────────────────────────────────────────────────────────────────


@rutas.get("/{perfil_id}/credenciales", summary="Cuáles están puestas")
def puestas(p: PideApi, perfil_id: Numero) -> list[formas.Credencial]:
    """Cuáles pide su red, de dónde sale cada una y desde cuándo; su valor, nunca. Sólo quien administra."""
    return _credenciales(p, leer_perfil(p, perfil_id, Accion.ADMINISTRAR))


@rutas.put("/{perfil_id}/credenciales", summary="Ponerlas")
def poner(p: PideApi, perfil_id: Numero, nuevas: Credenciales) -> list[formas.Credencial]:
    """Se guardan cifradas y no se vuelven a leer. Compruebe después que sirven. Sólo quien administra."""
    perfil = leer_perfil(p, perfil_id, Accion.ADMINISTRAR)
    red = red_de(p, perfil.red)
    conocidas = {c.nombre for c in red.claves} if red else set()
    if ajenas := sorted(set(nuevas.credenciales) - conocidas):
        hay = ", ".join(sorted(conocidas)) or _("ninguna")
        raise NoSirve(_("Esa red no las pide. Las suyas son: %(hay)s.") % {"hay": hay}, donde=[n[:80] for n in ajenas])
    escritas = {nombre: valor.get_secret_value() for nombre, valor in nuevas.credenciales.items()}
    try:
        with p.entorno.base.escribir() as sesion:
            perfil = perfil_de(sesion, p, perfil_id, Accion.ADMINISTRAR)
            llavero = p.panel.oficina.llavero
            credenciales.poner(sesion, llavero, perfil, escritas, autor=p.autor, ahora=p.ahora)
    except CredencialIlegible as error:
        raise NoSirve(str(error), donde=[error.nombre]) from None
    return _credenciales(p, perfil)


def _credenciales(p: PeticionDeApi, perfil: Perfil) -> list[formas.Credencial]:
    origenes = p.entorno.origenes_de(perfil)
    with p.entorno.base.leer() as sesion:
        guardadas = credenciales.puestas(sesion, perfil.id)
    red = red_de(p, perfil.red)
    return [
        formas.Credencial(
            nombre=clave.nombre,
            de=origen.value if (origen := origenes.get(clave.nombre)) else None,
            puesta_en=_en(guardadas.get(clave.nombre)),
            puesta_por=suya.por if (suya := guardadas.get(clave.nombre)) else "",
        )
        for clave in (red.claves if red else ())
    ]


def _en(puesta: credenciales.Puesta | None) -> datetime | None:
    return puesta.en if puesta else None

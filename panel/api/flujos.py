"""Quién aprueba qué: el primer flujo que toque a una publicación es el que manda. Sólo quien administra la oficina."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from modelos import Flujo
from motor.aprobaciones import edicion
from motor.aprobaciones import flujos as los_flujos
from motor.aprobaciones.edicion import PASOS_MAXIMOS, FlujoInvalido, FlujoPedido
from motor.aprobaciones.flujo import Condiciones, Cuantos, Paso
from motor.usuarios.permisos import Accion
from panel.api.acceso import PeticionDeApi, PideApi
from panel.api.errores import NoSirve
from panel.api.formas import Corto, Cuerpo, Forma, Hecho, Numero
from panel.api.formas_de_publicar import Id
from panel.paginas.flujos.componer import alcanzar_lo_programado, detalle_de
from panel.paginas.flujos.lista import flujo_de
from panel.textos import _

rutas = APIRouter(prefix="/flujos", tags=["aprobaciones"])

Varios = Annotated[list[Corto], Field(default_factory=list, max_length=200)]
Ids = Annotated[list[Id], Field(default_factory=list, max_length=200)]


class CondicionesEscritas(Cuerpo):
    """A qué publicaciones toca; lo vacío no se mira. De las etiquetas basta una."""

    perfiles: Ids
    redes: Varios
    tipos: Varios
    etiquetas: Varios
    campanas: Varios
    origenes: Varios


class PasoEscrito(Cuerpo):
    """aprobadores: ids de usuario; vacío, cualquiera que apruebe en esos perfiles. suplentes: firman si aquéllos no
    pueden, o pasadas esas horas.
    """

    nombre: Corto = ""
    aprobadores: Ids
    cuantos: Cuantos = Cuantos.UNO
    suplentes: Ids
    suplentes_tras_h: int = Field(default=0, ge=0, le=720)
    autor_aprueba: bool = False


class FlujoEscrito(Cuerpo):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"nombre": "Salud", "condiciones": {"etiquetas": ["salud"]}, "pasos": [{"nombre": "Jefa"}]}]
        }
    )

    nombre: Corto = Field(min_length=1)
    condiciones: CondicionesEscritas = Field(default_factory=lambda: CondicionesEscritas.model_validate({}))
    pasos: list[PasoEscrito] = Field(min_length=1, max_length=PASOS_MAXIMOS)

    def pedido(self) -> FlujoPedido:
        return FlujoPedido(
            nombre=self.nombre.strip(),
            condiciones=Condiciones.de(self.condiciones.model_dump()),
            pasos=tuple(Paso.de(paso.model_dump()) for paso in self.pasos),
        )


class Lugar(Cuerpo):
    arriba: bool = Field(description="true: antes que el anterior; false: después del siguiente.")


class FlujoDeApi(Forma):
    id: int
    nombre: str
    orden: int
    activo: bool
    condiciones: dict[str, Any]
    pasos: list[dict[str, Any]]


class TocadaDeApi(Forma):
    publicacion_id: int
    texto: str
    perfil: str
    hora: datetime


class Alcanzaria(Forma):
    """Lo que todavía va a salir y tocaría: cuántas, y las primeras."""

    cuantas: int
    muestra: list[TocadaDeApi]


@rutas.get("", summary="Quién aprueba qué", response_model=list[FlujoDeApi])
def lista(p: PideApi) -> list[Flujo]:
    p.exigir(Accion.ADMINISTRAR)
    with p.entorno.base.leer() as sesion:
        return los_flujos.todos(sesion)


@rutas.post("", summary="Componer uno", status_code=201, response_model=FlujoDeApi)
def crear(p: PideApi, escrito: FlujoEscrito) -> Flujo:
    """Al final de los que hay, encendido. Toca a lo que llegue desde ahora; a lo ya programado, con `alcanzar`."""
    return _guardado(p, None, escrito)


@rutas.post("/probar", summary="A qué tocaría, sin guardar nada")
def probar(p: PideApi, escrito: FlujoEscrito) -> Alcanzaria:
    p.exigir(Accion.ADMINISTRAR)
    with p.entorno.base.leer() as sesion:
        cuantas, muestra = edicion.tocadas(sesion, escrito.pedido().condiciones, ahora=p.ahora)
    return Alcanzaria(cuantas=cuantas, muestra=[TocadaDeApi.model_validate(t) for t in muestra])


@rutas.put("/{flujo_id}", summary="Cambiarlo", response_model=FlujoDeApi)
def cambiar(p: PideApi, flujo_id: Numero, escrito: FlujoEscrito) -> Flujo:
    """Lo ya pedido sigue con los pasos que tenía."""
    return _guardado(p, flujo_id, escrito)


def _guardado(p: PeticionDeApi, flujo_id: int | None, escrito: FlujoEscrito) -> Flujo:
    p.exigir(Accion.ADMINISTRAR)
    try:
        with p.entorno.base.escribir() as sesion:
            suyo = flujo_de(sesion, flujo_id) if flujo_id is not None else None
            flujo = edicion.guardar(sesion, suyo, escrito.pedido(), ahora=p.ahora)
            accion = "flujo_creado" if suyo is None else "flujo_cambiado"
            p.asentar(sesion, accion, sobre=f"flujo:{flujo.id}", detalle=detalle_de(flujo))
    except FlujoInvalido as error:
        raise NoSirve(str(error)) from None
    return flujo


@rutas.post("/{flujo_id}/alcanzar", summary="Que también espere lo que ya estaba programado")
def alcanzar(p: PideApi, flujo_id: Numero) -> Hecho:
    p.exigir(Accion.ADMINISTRAR)
    with p.entorno.base.leer() as sesion:
        flujo = flujo_de(sesion, flujo_id)
    if not flujo.activo:
        return Hecho(hecho=_("Está apagado: no toca a nada."))
    return Hecho(hecho=alcanzar_lo_programado(p, flujo))


@rutas.post("/{flujo_id}/mover", summary="Cambiar su lugar con el vecino", response_model=list[FlujoDeApi])
def mover(p: PideApi, flujo_id: Numero, lugar: Lugar) -> list[Flujo]:
    p.exigir(Accion.ADMINISTRAR)
    with p.entorno.base.escribir() as sesion:
        flujo = flujo_de(sesion, flujo_id)
        edicion.mover(sesion, flujo, arriba=lugar.arriba)
        p.asentar(sesion, "flujo_movido", sobre=f"flujo:{flujo.id}", detalle=flujo.nombre)
        sesion.flush()
        return los_flujos.todos(sesion)


@rutas.post("/{flujo_id}/encender", summary="Que toque a lo que llegue", response_model=FlujoDeApi)
def encender(p: PideApi, flujo_id: Numero) -> Flujo:
    return _encendido(p, flujo_id, activo=True)


@rutas.post("/{flujo_id}/apagar", summary="Que ya no toque a nada nuevo", response_model=FlujoDeApi)
def apagar(p: PideApi, flujo_id: Numero) -> Flujo:
    """Lo que ya espera sigue esperando a los mismos."""
    return _encendido(p, flujo_id, activo=False)


def _encendido(p: PeticionDeApi, flujo_id: int, *, activo: bool) -> Flujo:
    p.exigir(Accion.ADMINISTRAR)
    with p.entorno.base.escribir() as sesion:
        flujo = flujo_de(sesion, flujo_id)
        edicion.encender(sesion, flujo, activo=activo, ahora=p.ahora)
        accion = "flujo_encendido" if activo else "flujo_apagado"
        p.asentar(sesion, accion, sobre=f"flujo:{flujo.id}", detalle=flujo.nombre)
    return flujo

"""Lo que espera una firma: verlo, firmarlo y comentarlo."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field, StringConstraints

from modelos import EstadoDeSolicitud, Publicacion
from motor.aprobaciones.comentarios import SinTexto, comentar
from motor.aprobaciones.firmas import NoSePuedeFirmar, firmar
from motor.aprobaciones.pendientes import CUANTAS, Cuales, Pendiente, listar, pendientes_de
from motor.usuarios.permisos import Accion
from panel.api.acceso import PeticionDeApi, PideApi
from panel.api.errores import CON_CHOQUE, NoProcede, NoSirve
from panel.api.formas import Cuerpo, Forma, Hecho, Mediano, Numero
from panel.paginas.aprobaciones.consulta import Pedida, asentar_firma, exigir_verla, pedida, perfiles_de
from panel.peticion import NoPermitido
from panel.textos import _

rutas = APIRouter(tags=["aprobaciones"])

Huella = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class CualesDeApi(StrEnum):
    MIAS = "mias"
    ESPERAN = "esperan"
    PEDIDAS = "pedidas"
    HECHAS = "hechas"


class EnEspera(Forma):
    """mia: si el dueño de la ficha puede firmarla ahora. vista: con qué se firma; cambia si cambia lo que se diría."""

    id: int
    publicacion_id: int
    texto: str
    estado: EstadoDeSolicitud
    perfiles: list[str]
    hora: datetime | None
    espera: str
    mia: bool
    vista: str
    pedida_por: str
    pedida_en: datetime
    resuelta_en: datetime | None

    @classmethod
    def de(cls, p: Pendiente) -> "EnEspera":
        datos = {campo: getattr(p, campo) for campo in cls.model_fields if campo != "perfiles"}
        return cls.model_validate(datos | {"perfiles": [nombre for nombre, _red in p.perfiles]})


class TextosEnPerfil(Forma):
    perfil_id: int
    perfil: str
    hora: datetime
    textos: list[str]


class DichoEnEspera(Forma):
    quien: str
    en: datetime
    texto: str
    clase: str = Field(description="«comentario», «aprobo» o «cambios».")
    version: int


class Solicitud(Forma):
    """Todo lo que hace falta para decidir. vigente: la que la sustituye, si ésta ya no vale."""

    id: int
    publicacion_id: int
    version: int
    estado: EstadoDeSolicitud
    espera: str
    vista: str
    puede_firmar: bool
    por_que_no: str
    pedida_por: str
    pedida_en: datetime
    vigente: int | None
    ocultos: int
    perfiles: list[TextosEnPerfil]
    medios: list[int]
    conversacion: list[DichoEnEspera]


class FirmaPuesta(Cuerpo):
    model_config = ConfigDict(json_schema_extra={"examples": [{"vista": "3f" * 32, "comentario": ""}]})

    vista: Huella = Field(description="La que se leyó: si ya se diría otra cosa, 409 y no se firma.")
    comentario: Mediano = ""


class CambiosPedidos(FirmaPuesta):
    comentario: Mediano = Field(min_length=1, description="Qué hay que cambiar.")


class ComentarioNuevo(Cuerpo):
    texto: Mediano = Field(min_length=1, examples=["¿Confirmaron el horario con la cuadrilla?"])


@rutas.get("/aprobaciones", summary="Lo que espera una firma")
def lista(
    p: PideApi,
    cuales: Annotated[CualesDeApi, Query(description="«mias»: las que puede firmar ahora.")] = CualesDeApi.MIAS,
    limite: Annotated[int, Query(ge=1, le=CUANTAS)] = CUANTAS,
) -> list[EnEspera]:
    with p.entorno.base.leer() as sesion:
        if cuales is CualesDeApi.MIAS:
            filas = pendientes_de(sesion, p.permisos, ahora=p.ahora, limite=limite)
        else:
            filas = listar(sesion, p.permisos, Cuales(cuales.value), ahora=p.ahora, usuario=p.usuario, limite=limite)
    return [EnEspera.de(f) for f in filas]


@rutas.get("/aprobaciones/{solicitud_id}", summary="Una solicitud, con todo para decidir")
def una(p: PideApi, solicitud_id: Numero) -> Solicitud:
    with p.entorno.base.leer() as sesion:
        suya = pedida(sesion, p, solicitud_id, desde=None)
    return _forma(suya)


def _forma(s: Pedida) -> Solicitud:
    solicitud = s.caso.solicitud
    return Solicitud(
        id=solicitud.id,
        publicacion_id=solicitud.publicacion_id,
        version=solicitud.version,
        estado=solicitud.estado,
        espera=s.espera,
        vista=s.vista,
        puede_firmar=s.puede_firmar,
        por_que_no=s.por_que_no,
        pedida_por=s.pedida_por,
        pedida_en=solicitud.pedida_en,
        vigente=s.vigente,
        ocultos=s.ocultos,
        perfiles=[
            TextosEnPerfil(perfil_id=e.perfil.id, perfil=e.perfil.nombre, hora=e.hora, textos=list(e.textos))
            for e in s.perfiles
        ],
        medios=[m.id for m, _alternativo in s.medios],
        conversacion=[DichoEnEspera.model_validate(d) for d in s.dichos],
    )


@rutas.post("/aprobaciones/{solicitud_id}/aprobar", summary="Aprobar exactamente lo que se vio", responses=CON_CHOQUE)
def aprobar(p: PideApi, solicitud_id: Numero, firma: FirmaPuesta) -> Hecho:
    return _firmada(p, solicitud_id, firma, aprueba=True)


@rutas.post("/aprobaciones/{solicitud_id}/pedir-cambios", summary="Pedir cambios", responses=CON_CHOQUE)
def pedir_cambios(p: PideApi, solicitud_id: Numero, firma: CambiosPedidos) -> Hecho:
    """No sale hasta que se corrija y se apruebe."""
    return _firmada(p, solicitud_id, firma, aprueba=False)


def _firmada(p: PeticionDeApi, solicitud_id: int, firma: FirmaPuesta, *, aprueba: bool) -> Hecho:
    """La última palabra sobre quién firma es del flujo; quien no aprueba en ningún perfil ni siquiera llega."""
    try:
        with p.entorno.base.escribir() as sesion:
            suya = exigir_verla(sesion, p, solicitud_id)
            if not any(p.puede(Accion.APROBAR, i) for i in perfiles_de(sesion, suya)):
                raise NoPermitido(_("Su cuenta no aprueba en los perfiles de esta publicación."))
            caso = firmar(
                sesion,
                p.entorno,
                solicitud_id,
                p.usuario,
                aprueba=aprueba,
                vista=firma.vista,
                comentario=firma.comentario,
                ahora=p.ahora,
            )
            asentar_firma(sesion, p, caso, aprueba=aprueba)
            dicho, estado = caso.dicho, caso.solicitud.estado
    except NoSePuedeFirmar as error:
        raise NoProcede(str(error)) from None
    except SinTexto as error:
        raise NoSirve(str(error), donde=["comentario"]) from None
    return Hecho(hecho=_resultado(estado, dicho))


def _resultado(estado: EstadoDeSolicitud, espera: str) -> str:
    match estado:
        case EstadoDeSolicitud.APROBADA:
            return _("Aprobada. Sale a su hora.")
        case EstadoDeSolicitud.RECHAZADA:
            return _("Se pidieron los cambios. No saldrá hasta que la corrijan y se apruebe.")
        case _otro:
            return _("Su firma quedó. %(espera)s") % {"espera": espera}


@rutas.post("/aprobaciones/{solicitud_id}/comentarios", summary="Comentar", status_code=201)
def comentar_una(p: PideApi, solicitud_id: Numero, nuevo: ComentarioNuevo) -> Hecho:
    """Quien escribe o aprueba en alguno de sus perfiles; quien sólo mira, no."""
    try:
        with p.entorno.base.escribir() as sesion:
            suya = exigir_verla(sesion, p, solicitud_id)
            perfiles = perfiles_de(sesion, suya)
            if not any(p.puede(a, i) for i in perfiles for a in (Accion.REDACTAR, Accion.APROBAR)):
                raise NoPermitido(_("Su cuenta sólo mira: no puede comentar."))
            publicacion = sesion.get_one(Publicacion, suya.publicacion_id)
            comentar(sesion, publicacion, p.usuario, nuevo.texto, ahora=p.ahora)
            p.asentar(sesion, "comentario", sobre=f"publicacion:{publicacion.id}")
    except SinTexto as error:
        raise NoSirve(str(error), donde=["texto"]) from None
    return Hecho(hecho=_("Su comentario quedó."))

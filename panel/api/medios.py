"""El acervo: subir, hallar, describir, archivar y descargar."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query
from pydantic import ConfigDict, Field
from sqlmodel import Session
from starlette.responses import JSONResponse, Response

from modelos import Medio
from motor.acervo import ficha as fichas
from motor.acervo import galeria
from motor.acervo.miniaturas import Tamano
from motor.usuarios.permisos import Accion
from panel.api.acceso import PeticionDeApi, PideApi
from panel.api.errores import DOCUMENTADOS, NoSirve
from panel.api.formas import ENTERO_MAXIMO, Buscado, Corto, Cuerpo, Forma, Hecho, Limite, Mediano, Numero, Pagina
from panel.paginas import medio as servidos
from panel.paginas.acervo import subir as subidas
from panel.paginas.acervo.subir import Subido
from panel.textos import _

rutas = APIRouter(prefix="/medios", tags=["medios"])


class MedioDeApi(Forma):
    """Un archivo y su ficha. sha256: el del archivo tal como llegó. vence_en: desde cuándo ya no se puede usar."""

    id: int
    nombre: str
    tipo: str
    mime: str
    sha256: str
    peso_bytes: int
    ancho: int
    alto: int
    duracion_s: float | None
    descripcion: str
    evento: str
    lugar: str
    personas: list[str]
    etiquetas: list[str]
    tomado: str
    autoria: str
    derechos: str
    vence_en: datetime | None
    subido_por: str
    archivado_en: datetime | None
    creado_en: datetime


class Uso(Forma):
    """Dónde se publicó o se publicará."""

    publicacion_id: int
    perfil: str
    estado: str
    en: datetime
    url: str


class MedioEntero(MedioDeApi):
    usos: list[Uso]


class MedioEnLista(Forma):
    id: int
    nombre: str
    tipo: str
    descripcion: str
    evento: str
    tomado: str
    ancho: int
    alto: int
    duracion_s: float | None
    vence_en: datetime | None
    creado_en: datetime


class FichaEscrita(Cuerpo):
    """La ficha entera: lo que no se nombra queda vacío."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"descripcion": "La alcaldesa corta el listón del puente", "evento": "Puente", "tomado": "2026-11"}
            ]
        }
    )

    descripcion: Mediano = ""
    evento: Corto = ""
    lugar: Corto = ""
    personas: list[Corto] = Field(default_factory=list, max_length=40)
    etiquetas: list[Corto] = Field(default_factory=list, max_length=40)
    tomado: Corto = Field(default="", description="«2026», «2026-09» o «2026-09-15».")
    autoria: Corto = ""
    derechos: Mediano = ""
    vence: Corto = Field(default="", description="El último día en que se puede usar: «2026-12-31».")


class MedioSubido(Forma):
    """repetido: ya estaba, y es ése. parecidos: otros que se le parecen."""

    id: int
    nombre: str
    repetido: bool
    parecidos: list[int]


class NoSubido(Forma):
    nombre: str
    problema: str


class Subida(Forma):
    medios: list[MedioSubido]
    rechazados: list[NoSubido]


_CUERPO_DE_SUBIDA: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["archivos"],
                    "properties": {"archivos": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                }
            },
        },
    }
}


@rutas.post(
    "",
    summary="Subir",
    status_code=201,
    response_model=Subida,
    responses={413: {"description": "Pesa demasiado."}},
    openapi_extra=_CUERPO_DE_SUBIDA,
)
async def subir(
    p: PideApi,
    _nombre: Annotated[
        str | None, Header(alias="X-Nombre", max_length=900, description="Si va suelto: su nombre, con %20.")
    ] = None,
) -> Response:
    """El archivo solo, como cuerpo, con su nombre en `X-Nombre`; o un formulario con varios `archivos`. Imágenes hasta
    50 MB, audio hasta 300 MB, video hasta 1 GB. El tipo lo dice el contenido. Si ninguno sirve, 422.
    """
    p.exigir_en_alguno(Accion.REDACTAR)
    recibidos = await subidas.recibidos(p)
    buenos = [s for s in recibidos if s.id]
    if not buenos:
        raise NoSirve(" ".join(s.problema for s in recibidos) or _("No llegó ningún archivo."), donde=["archivos"])
    return JSONResponse(_en_forma(recibidos).model_dump(), 201)


def _en_forma(recibidos: list[Subido]) -> Subida:
    return Subida(
        medios=[
            MedioSubido(id=s.id, nombre=s.nombre, repetido=s.repetido, parecidos=[x.id for x in s.parecidos])
            for s in recibidos
            if s.id
        ],
        rechazados=[NoSubido(nombre=s.nombre, problema=s.problema) for s in recibidos if not s.id],
    )


@rutas.get("", summary="Buscar en el acervo")
def lista(
    p: PideApi,
    q: Buscado = "",
    tipo: Literal["", "imagen", "video", "audio"] = "",
    evento: Corto = "",
    lugar: Corto = "",
    persona: Corto = "",
    etiqueta: Corto = "",
    uso: Literal["", "usado", "sin usar"] = "",
    derechos: Literal["", "por vencer", "vencidos"] = "",
    archivados: bool = False,
    limite: Limite = 50,
    siguiente: Annotated[str, Query(pattern=r"^\d{0,10}$")] = "",
) -> Pagina[MedioEnLista]:
    """De lo más nuevo a lo más antiguo."""
    filtros = galeria.Filtros(
        q=q, tipo=tipo, evento=evento, lugar=lugar, persona=persona, etiqueta=etiqueta, uso=uso, derechos=derechos,
        archivados=archivados,
    )  # fmt: skip
    antes = min(int(siguiente or 0), ENTERO_MAXIMO)
    with p.entorno.base.leer() as sesion:
        hallada = galeria.pagina(sesion, filtros, permisos=p.permisos, ahora=p.ahora, antes=antes, limite=limite)
    datos = [MedioEnLista.model_validate(asdict(r)) for r in hallada.renglones]
    return Pagina(datos=datos, siguiente=str(hallada.sigue) if hallada.sigue else None)


@rutas.get("/{medio_id}", summary="Un medio, su ficha y dónde se usó")
def uno(p: PideApi, medio_id: Numero) -> MedioEntero:
    with p.entorno.base.leer() as sesion:
        medio = servidos.medio_a_la_vista(sesion, p, medio_id)
        usos = galeria.usos(sesion, medio_id, permisos=p.permisos)
    return MedioEntero.model_validate(medio.model_dump() | {"usos": [asdict(u) for u in usos]})


@rutas.put("/{medio_id}", summary="Escribir su ficha", response_model=MedioDeApi)
def describir(p: PideApi, medio_id: Numero, escrita: FichaEscrita) -> Medio:
    listas = {"personas": ", ".join(escrita.personas), "etiquetas": ", ".join(escrita.etiquetas)}
    entendida = fichas.entender({**escrita.model_dump(), **listas})
    with p.entorno.base.escribir() as sesion:
        medio = _cambiable(sesion, p, medio_id)
        if entendida.faltas:
            raise NoSirve(" ".join(entendida.faltas.values()), donde=list(entendida.faltas))
        cambios = fichas.poner(sesion, medio, entendida, zona=p.entorno.reglas.zona)
        if cambios:
            p.asentar(sesion, "medio_descrito", sobre=f"medio:{medio_id}", detalle=", ".join(cambios))
    galeria.olvidar_sugerencias()
    return medio


@rutas.post("/{medio_id}/archivar", summary="Que ya no se ofrezca")
def archivar(p: PideApi, medio_id: Numero) -> Hecho:
    """Donde se publicó, sigue."""
    return _mover(p, medio_id, p.ahora, _("Archivado: ya no se ofrece. Donde se publicó sigue."))


@rutas.post("/{medio_id}/restaurar", summary="Devolverlo al acervo")
def restaurar(p: PideApi, medio_id: Numero) -> Hecho:
    return _mover(p, medio_id, None, _("De vuelta en el acervo."))


def _mover(p: PeticionDeApi, medio_id: int, en: datetime | None, hecho: str) -> Hecho:
    with p.entorno.base.escribir() as sesion:
        medio = _cambiable(sesion, p, medio_id)
        medio.archivado_en = en
        sesion.add(medio)
        p.asentar(sesion, "medio_archivado" if en else "medio_restaurado", sobre=f"medio:{medio_id}")
    return Hecho(hecho=hecho)


def _cambiable(sesion: Session, p: PeticionDeApi, medio_id: int) -> Medio:
    medio = servidos.medio_a_la_vista(sesion, p, medio_id)
    p.exigir_en_alguno(Accion.REDACTAR)
    return medio


@rutas.get(
    "/{medio_id}/{tamano}",
    summary="Descargar",
    response_class=Response,
    responses={
        200: {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}, "description": "El archivo."},
        304: {"description": "Es el que ya tiene."},
        **{c: d for c, d in DOCUMENTADOS.items() if c in (401, 403, 404, 422, 429)},
    },
)
async def descargar(p: PideApi, medio_id: Numero, tamano: Tamano) -> Response:
    """estampilla (128 px), mini (320 px), media (1080 px) u original. Con las cabeceras del panel: no puede correr."""
    return await servidos.medio(p, medio_id, tamano)

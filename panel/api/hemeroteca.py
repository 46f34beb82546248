"""Lo publicado, tal como se publicó, con su identificador en la red y lo que le contestaron."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from motor.hemeroteca.lista import Filtros, pagina
from motor.hemeroteca.pieza import Pieza, Respuesta, identificadores, pieza, respuestas
from motor.usuarios.permisos import Accion
from panel.api.acceso import PideApi
from panel.api.formas import Buscado, Forma, Limite, Numero, Pagina, PorPerfil, Siguiente
from panel.api.paginas import abrir_cursor, cursor
from panel.peticion import NoEsta

rutas = APIRouter(prefix="/hemeroteca", tags=["hemeroteca"])


class Publicada(Forma):
    id: int = Field(description="El de la entrega.")
    publicacion_id: int
    perfil: str
    red: str
    parte: int
    texto: str
    publicada_en: datetime
    url: str
    borrada_en: datetime | None = Field(description="Cuándo dejó de estar en la red.")
    medios: list[int]


class Dicha(Forma):
    """Lo que alguien contestó en público. nivel: 0 si contesta a lo publicado, 1 si contesta a eso… texto: vacío si ya
    se borró.
    """

    id_externo: str
    en_respuesta_a: str
    texto: str
    usuario: str
    nombre: str
    url: str
    publicado_en: datetime
    nivel: int


class NumeroDeRed(Forma):
    metrica: str
    valor: int
    medida_en: datetime


class PiezaDeApi(Forma):
    """textos: lo que se dijo, entero y en orden. id_externo: el que le dio la red."""

    id: int
    publicacion_id: int
    perfil: str
    red: str
    textos: list[str]
    id_externo: str | None
    url: str
    publicada_en: datetime | None
    borrada_en: datetime | None
    medios: list[int]
    numeros: list[NumeroDeRed]
    respuestas: list[Dicha]


@rutas.get("", summary="Buscar lo publicado")
def lista(
    p: PideApi,
    q: Buscado = "",
    perfil_id: PorPerfil = None,
    desde: Annotated[date | None, Query(description="Día local; entra.")] = None,
    hasta: Annotated[date | None, Query(description="Día local; entra.")] = None,
    borradas: Annotated[bool, Query(description="Sólo lo que ya no está en la red.")] = False,
    limite: Limite = 50,
    siguiente: Siguiente = "",
) -> Pagina[Publicada]:
    """Lo último primero."""
    filtros = Filtros(q=q, perfil=perfil_id or 0, desde=dia(desde), hasta=dia(hasta), borradas=borradas)
    with p.entorno.base.leer() as sesion:
        hallada = pagina(
            sesion,
            filtros,
            perfiles=p.permisos.perfiles(Accion.VER),
            zona=p.entorno.reglas.zona,
            antes=abrir_cursor(siguiente),
            limite=limite,
        )
    datos = [Publicada.model_validate(asdict(r)) for r in hallada.renglones]
    return Pagina(datos=datos, siguiente=cursor(*hallada.sigue) if hallada.sigue else None)


def dia(dicho: date | None) -> date | None:
    """Dentro de lo que cabe en un calendario, con el día de más que se le suma."""
    return None if dicho is None else min(max(dicho, date(1900, 1, 1)), date(9000, 1, 1))


@rutas.get("/{entrega_id}", summary="Una, con lo que le contestaron")
def una(p: PideApi, entrega_id: Numero) -> PiezaDeApi:
    with p.entorno.base.leer() as sesion:
        hallada = pieza(sesion, entrega_id)
        if hallada is None:
            raise NoEsta
        p.exigir(Accion.VER, hallada.perfil.id)
        suyos = identificadores(sesion, [e.id for e in hallada.partes])
    with p.escucha.base.leer() as de_escucha:
        dichas = respuestas(de_escucha, hallada.perfil.red, suyos)
    return _forma(hallada, dichas)


def _forma(hallada: Pieza, dichas: list[Respuesta]) -> PiezaDeApi:
    entrega = hallada.entrega
    return PiezaDeApi(
        id=entrega.id,
        publicacion_id=entrega.publicacion_id,
        perfil=hallada.perfil.nombre,
        red=hallada.perfil.red,
        textos=[e.texto for e in hallada.partes],
        id_externo=entrega.id_externo,
        url=entrega.url,
        publicada_en=entrega.publicada_en,
        borrada_en=hallada.borrada_en,
        medios=[m.id for m, _alternativo in hallada.medios],
        numeros=[NumeroDeRed.model_validate(asdict(n)) for n in hallada.numeros],
        respuestas=[Dicha.model_validate(asdict(r)) for r in dichas],
    )

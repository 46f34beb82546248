"""Hoy, como lo enseña el panel: lo que necesita a una persona, lo que sale, lo que salió y de qué se habla más."""

from collections.abc import Iterable
from datetime import datetime

from fastapi import APIRouter
from pydantic import Field

from modelos import Estado
from motor.usuarios.permisos import Accion
from panel.api import formas
from panel.api.acceso import PideApi
from panel.api.formas import Forma
from panel.paginas.hoy.asuntos import Asunto
from panel.paginas.hoy.reunir import reunir
from panel.paginas.hoy.salidas import Renglon
from panel.peticion import NoEsta

rutas = APIRouter(prefix="/hoy", tags=["oficina"])


class AsuntoDeApi(Forma):
    """Algo que necesita a una persona. enlace: en qué página del panel se resuelve; vacío si en ninguna."""

    urgencia: str = Field(
        description="«decidir», «falla», «alza», «aprobar», «perfil», «archivo», «mirando» o «token», de más a menos."
    )
    titulo: str
    de: str
    mirar: str = Field(description="Qué comprobar, o cómo se arregla.")
    en: datetime | None
    perfil_id: int | None
    enlace: str
    grave: bool


class EnPerfil(Forma):
    entrega_id: int
    perfil_id: int
    estado: Estado
    url: str


class Salida(Forma):
    """Una publicación a una hora, en uno o varios perfiles. texto: su comienzo. interacciones: null si no se sabe."""

    publicacion_id: int
    en: datetime
    texto: str
    interacciones: int | None
    entregas: list[EnPerfil]


class HoyDeApi(Forma):
    """Hasta mañana a medianoche, y las últimas 24 horas. mas_…: cuántas hay que no se enseñan aquí."""

    asuntos: list[AsuntoDeApi]
    por_salir: list[Salida]
    mas_por_salir: int
    salieron: list[Salida]
    mas_que_salieron: int
    alzas: list[formas.Historia]
    mas_alzas: int


@rutas.get("", summary="Qué sale, qué salió y qué necesita a una persona")
def hoy(p: PideApi) -> HoyDeApi:
    if not p.permisos.puede_en_alguno(Accion.VER):
        raise NoEsta
    reunido = reunir(p)
    return HoyDeApi(
        asuntos=[_asunto(a) for a in reunido.asuntos],
        por_salir=_salidas(r for dia in reunido.dias for r in dia.renglones),
        mas_por_salir=reunido.mas_por_salir,
        salieron=_salidas(reunido.salidas),
        mas_que_salieron=reunido.mas_salidas,
        alzas=[formas.Historia.model_validate(a.historia) for a in reunido.alzas],
        mas_alzas=reunido.mas_alzas,
    )


def _asunto(a: Asunto) -> AsuntoDeApi:
    campos = {campo: getattr(a, campo) for campo in AsuntoDeApi.model_fields if campo != "urgencia"}
    return AsuntoDeApi.model_validate({**campos, "urgencia": a.urgencia.name.lower()})


def _salidas(renglones: Iterable[Renglon]) -> list[Salida]:
    return [
        Salida(
            publicacion_id=r.publicacion_id,
            en=r.en,
            texto=r.texto,
            interacciones=r.numero,
            entregas=[EnPerfil(entrega_id=s.id, perfil_id=s.perfil_id, estado=s.estado, url=s.url) for s in r.suyas],
        )
        for r in renglones
    ]

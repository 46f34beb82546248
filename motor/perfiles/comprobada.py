"""Lo último que contestó la red al preguntarle por un perfil: se guarda, para decir qué falta sin preguntar más."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from conectores.contrato import ErrorDePerfil, ErrorDeRed, EstadoDePerfil
from conectores.secretos import redactar
from modelos import Comprobacion


@dataclass(frozen=True, slots=True, kw_only=True)
class Comprobada:
    """sirve: si puede actuar; None: la red no contestó, y no se sabe. detalle, remedio: por qué no, y qué hacer.

    Lo demás, como en `EstadoDePerfil`.
    """

    hecha_en: datetime
    sirve: bool | None
    nombre: str = ""
    permisos: tuple[str, ...] = ()
    faltan: tuple[str, ...] = ()
    avisos: tuple[str, ...] = ()
    cupo_restante: int | None = None
    detalle: str = ""
    remedio: str = ""


def anotar_comprobada(sesion: Session, perfil_id: int, respuesta: EstadoDePerfil | ErrorDeRed, ahora: datetime) -> None:
    """Sustituir lo que se sabía. Lo que escribió la red va sin secretos."""
    fila = sesion.get(Comprobacion, perfil_id) or Comprobacion(perfil_id=perfil_id, hecha_en=ahora)
    fila.hecha_en, fila.respuesta = ahora, _como_json(de_respuesta(respuesta, ahora))
    sesion.add(fila)


def de_respuesta(respuesta: EstadoDePerfil | ErrorDeRed, ahora: datetime) -> Comprobada:
    """Pura."""
    if isinstance(respuesta, ErrorDeRed):
        return Comprobada(
            hecha_en=ahora,
            sirve=False if isinstance(respuesta, ErrorDePerfil) else None,
            detalle=redactar(respuesta.detalle)[:1000],
            remedio=redactar(respuesta.remedio)[:1000],
        )
    return Comprobada(
        hecha_en=ahora,
        sirve=True,
        nombre=respuesta.nombre,
        permisos=respuesta.permisos,
        faltan=respuesta.faltan,
        avisos=tuple(redactar(a) for a in respuesta.avisos),
        cupo_restante=respuesta.cupo_restante,
    )


def comprobadas(sesion: Session, perfiles: Collection[int]) -> dict[int, Comprobada]:
    """La última de cada uno; los que nunca se han comprobado no aparecen."""
    orden = select(Comprobacion).where(col(Comprobacion.perfil_id).in_(perfiles))
    return {c.perfil_id: _de_json(c.respuesta, c.hecha_en) for c in sesion.scalars(orden)}


def _como_json(comprobada: Comprobada) -> dict[str, Any]:
    datos = asdict(comprobada)
    del datos["hecha_en"]
    return datos


def _de_json(datos: dict[str, Any], hecha_en: datetime) -> Comprobada:
    return Comprobada(
        hecha_en=hecha_en,
        sirve=datos.get("sirve"),
        nombre=datos.get("nombre", ""),
        permisos=tuple(datos.get("permisos", ())),
        faltan=tuple(datos.get("faltan", ())),
        avisos=tuple(datos.get("avisos", ())),
        cupo_restante=datos.get("cupo_restante"),
        detalle=datos.get("detalle", ""),
        remedio=datos.get("remedio", ""),
    )

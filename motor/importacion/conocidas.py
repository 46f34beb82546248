"""Lo que ya se conoce de un perfil, para que la misma publicación no esté dos veces."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from conectores.contrato_exportacion import Exportaciones
from modelos import Entrega, Vista


@dataclass(slots=True)
class Conocida:
    """vista_id: None si todavía no tiene `Vista`. exacta: cuándo salió según Pregonero, si la publicó él."""

    id_externo: str
    publicada_en: datetime | None
    vista_id: int | None = None
    entrega_id: int | None = None
    url: str = ""
    texto: str = ""
    con_entrega: bool = False
    exacta: datetime | None = None


@dataclass(slots=True)
class Conocidas:
    """Por identificador y por dirección, en la forma en que los compara su red."""

    exportaciones: Exportaciones
    _por_clave: dict[str, Conocida] = field(default_factory=dict)
    _por_url: dict[str, Conocida] = field(default_factory=dict)

    def hallar(self, ids: Sequence[str], url: str) -> Conocida | None:
        claves = (self.exportaciones.clave(i) for i in ids)
        if (por_id := next((c for k in claves if (c := self._por_clave.get(k)) is not None), None)) is not None:
            return por_id
        return self._por_url.get(self.exportaciones.clave_de_url(url)) if url else None

    def agregar(self, conocida: Conocida) -> None:
        self._por_clave[self.exportaciones.clave(conocida.id_externo)] = conocida
        if conocida.url:
            self._por_url[self.exportaciones.clave_de_url(conocida.url)] = conocida


def cargar(sesion: Session, perfil_id: int, exportaciones: Exportaciones) -> Conocidas:
    """Las publicaciones de un perfil, medidas o hechas por Pregonero; de cada una, sólo lo que hace falta."""
    conocidas = Conocidas(exportaciones)
    de_vista = map(col, (Vista.id, Vista.id_externo, Vista.url, Vista.publicada_en, Vista.entrega_id))
    vistas = select(*de_vista).where(col(Vista.perfil_id) == perfil_id)
    for vista_id, id_externo, url, publicada_en, entrega_id in sesion.execute(vistas):
        conocidas.agregar(
            Conocida(
                id_externo=id_externo,
                publicada_en=publicada_en,
                vista_id=vista_id,
                url=url,
                con_entrega=entrega_id is not None,
            )
        )
    de_entrega = map(col, (Entrega.id, Entrega.id_externo, Entrega.url, Entrega.publicada_en, Entrega.texto))
    entregas = select(*de_entrega).where(col(Entrega.perfil_id) == perfil_id, col(Entrega.id_externo).is_not(None))
    for entrega_id, externo, url, publicada_en, texto in sesion.execute(entregas):
        _con_entrega(conocidas, entrega_id, Conocida(str(externo), publicada_en, url=url, texto=texto))
    return conocidas


def _con_entrega(conocidas: Conocidas, entrega_id: int, entregada: Conocida) -> None:
    ya = conocidas.hallar([entregada.id_externo], entregada.url)
    if ya is None:
        entregada.entrega_id, entregada.exacta = entrega_id, entregada.publicada_en
        conocidas.agregar(entregada)
        return
    ya.exacta = entregada.publicada_en
    if not ya.con_entrega:
        ya.entrega_id = entrega_id

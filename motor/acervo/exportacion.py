"""Llevarse medios del acervo: qué archivos, cuánto pesan, y su índice."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from modelos import Entrega, Medio, MedioDePublicacion, Perfil
from motor.acervo.alcance import a_la_vista
from motor.acervo.ficha import ultimo_dia
from motor.acervo.nombres import nombre_seguro
from motor.paquete import renglones_csv
from motor.usuarios.permisos import Accion, Permisos

MAXIMO = 5000
_LOTE = 500

CABECERA = (
    "archivo",
    "qué se ve",
    "evento",
    "lugar",
    "personas",
    "etiquetas",
    "tomado",
    "autoría",
    "derechos",
    "se puede usar hasta",
    "sha256",
    "publicado en",
)


@dataclass(frozen=True, slots=True)
class Pieza:
    """Un medio que se lleva. dentro: su nombre en el paquete. publicado: dónde, en los perfiles que esa persona ve."""

    medio: Medio
    dentro: str
    publicado: tuple[str, ...]


def piezas(sesion: Session, ids: Collection[int], *, permisos: Permisos) -> list[Pieza]:
    """Las que esa persona puede ver de esos ids, hasta `MAXIMO`, en su orden."""
    pedidos = list(dict.fromkeys(ids))[:MAXIMO]
    medios: dict[int, Medio] = {}
    publicados: dict[int, list[str]] = {}
    for i in range(0, len(pedidos), _LOTE):
        lote = pedidos[i : i + _LOTE]
        orden = select(Medio).where(col(Medio.id).in_(lote), a_la_vista(permisos))
        medios |= {m.id: m for m in sesion.scalars(orden)}
        for medio_id, perfil, url in _publicados(sesion, lote, permisos):
            publicados.setdefault(medio_id, []).append(url or perfil)
    return [
        Pieza(medios[id_], _dentro(medios[id_]), tuple(publicados.get(id_, ()))) for id_ in pedidos if id_ in medios
    ]


def _publicados(sesion: Session, ids: Collection[int], permisos: Permisos) -> list[tuple[int, str, str]]:
    perfiles = permisos.perfiles(Accion.VER)
    orden = (
        select(col(MedioDePublicacion.medio_id), col(Perfil.nombre), col(Entrega.url))
        .join(Entrega, col(Entrega.publicacion_id) == col(MedioDePublicacion.publicacion_id))
        .join(Perfil, col(Perfil.id) == col(Entrega.perfil_id))
        .where(col(MedioDePublicacion.medio_id).in_(ids), col(Entrega.publicada_en).is_not(None))
        .where(col(Entrega.parte) == 0)
        .order_by(col(Entrega.publicada_en))
    )
    if perfiles is not None:
        orden = orden.where(col(Entrega.perfil_id).in_(perfiles))
    return [(medio_id, perfil, url) for medio_id, perfil, url in sesion.execute(orden)]


def _dentro(medio: Medio) -> str:
    """Con su número delante: dos fotos se llaman igual muchas veces."""
    return f"archivos/{medio.id:06d} {nombre_seguro(medio.nombre, extension=Path(medio.ruta).suffix)}"


def indice_csv(suyas: Collection[Pieza], zona: ZoneInfo) -> Iterator[str]:
    return renglones_csv(CABECERA, (_fila(s, zona) for s in suyas))


def _fila(suya: Pieza, zona: ZoneInfo) -> tuple[object, ...]:
    m = suya.medio
    return (
        suya.dentro,
        m.descripcion,
        m.evento,
        m.lugar,
        ", ".join(m.personas),
        ", ".join(m.etiquetas),
        m.tomado,
        m.autoria,
        m.derechos,
        ultimo_dia(m.vence_en, zona),
        m.sha256_guardado or m.sha256,
        " ".join(suya.publicado),
    )

"""Lo que recordamos de cada unidad que llegó, en su fila de Recepcion."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, select

from modelos import Entrega, Estado, Perfil, Publicacion, Recepcion, Veredicto
from motor.aprobaciones.puerta import falta_aprobar
from motor.entorno import Entorno
from motor.entrada.contar.textos import Linea
from motor.entrada.leer.codificacion import mostrable
from motor.publicacion.horas_elegidas import por_que

_NOMBRE_MAXIMO = 300
_TANDA = 500


@dataclass(slots=True)
class Acta:
    """Lo que no cabe en las columnas de Recepcion: va en su `detalle`, como JSON.

    rutas: dónde está cada cosa de la unidad, relativo al buzón, por su nombre original. principal: la que la nombra.
    publicaciones: sus ids; en un calendario, `filas` dice cuál es cada fila y `rechazadas` por qué no se aceptó otra.
    copia: dónde está la copia del calendario con sus resultados. taller: de dónde salió, mientras no esté todo en su
    sitio. cierre: a dónde va todo al terminar, ya decidido.
    """

    rutas: dict[str, str] = field(default_factory=dict)
    principal: str = ""
    publicaciones: list[int] = field(default_factory=list)
    filas: dict[str, int] = field(default_factory=dict)
    rechazadas: dict[str, str] = field(default_factory=dict)
    arreglos: list[str] = field(default_factory=list)
    avisos: list[str] = field(default_factory=list)
    taller: str = ""
    cierre: dict[str, str] = field(default_factory=dict)
    cambios: int = 0
    sin_fecha: bool = False
    es_calendario: bool = False
    copia: str = ""
    motivo: str = ""

    def en_texto(self) -> str:
        return json.dumps({k: v for k, v in asdict(self).items() if v}, ensure_ascii=False)


def acta_de(recepcion: Recepcion) -> Acta:
    return Acta(**json.loads(recepcion.detalle or "{}"))


def nombre_guardable(nombre: str) -> str:
    """El nombre con que se busca una unidad: legible y que quepa."""
    return mostrable(nombre)[:_NOMBRE_MAXIMO]


def vigente(sesion: Session, nombre: str) -> Recepcion | None:
    """La recepción en curso de ese nombre, si la hay: lo que llegue igual la cambia."""
    return _ultima(sesion, Recepcion.nombre == nombre_guardable(nombre), [Veredicto.EN_CURSO])


def publicada(sesion: Session, nombre: str) -> Recepcion | None:
    return _ultima(sesion, Recepcion.nombre == nombre_guardable(nombre), [Veredicto.PUBLICADO])


def gemela(sesion: Session, sha256: str) -> Recepcion | None:
    """La que llegó con el mismo contenido y no se rechazó."""
    return _ultima(sesion, Recepcion.sha256 == sha256, [Veredicto.EN_CURSO, Veredicto.PUBLICADO])


def _ultima(sesion: Session, condicion: bool, veredictos: Iterable[Veredicto]) -> Recepcion | None:
    orden = select(Recepcion).where(condicion, col(Recepcion.veredicto).in_(list(veredictos)))
    return sesion.exec(orden.order_by(col(Recepcion.id).desc()).limit(1)).first()


def anotar_rechazo(entorno: Entorno, nombre: str, *, sha256: str, destino: Path, motivo: str, ahora: datetime) -> None:
    with entorno.base.escribir() as sesion:
        sesion.add(
            Recepcion(
                nombre=nombre_guardable(nombre),
                sha256=sha256,
                veredicto=Veredicto.RECHAZADO,
                destino=_relativa(entorno, destino)[:400],
                detalle=Acta(motivo=motivo).en_texto(),
                recibida_en=ahora,
                terminada_en=ahora,
            )
        )


def _relativa(entorno: Entorno, ruta: Path) -> str:
    return mostrable(ruta.relative_to(entorno.buzon).as_posix())


def archivos_de(entorno: Entorno, acta: Acta) -> dict[str, Path]:
    """Los archivos de una unidad que ya tenemos, por su nombre original; los de una carpeta, por el suyo."""
    archivos: dict[str, Path] = {}
    for nombre, relativa in acta.rutas.items():
        ruta = entorno.buzon / relativa
        if ruta.is_dir():
            archivos |= {hijo.name: hijo for hijo in ruta.iterdir() if hijo.is_file() and not hijo.is_symlink()}
        elif ruta.is_file():
            archivos[nombre] = ruta
    return archivos


def lineas_de(sesion: Session, entorno: Entorno, publicaciones: Iterable[int]) -> list[Linea]:
    """Cómo va cada entrega de unas publicaciones, por hora y perfil."""
    return [linea for lineas in lineas_por_publicacion(sesion, entorno, publicaciones).values() for linea in lineas]


def lineas_por_publicacion(sesion: Session, entorno: Entorno, publicaciones: Iterable[int]) -> dict[int, list[Linea]]:
    lineas: dict[int, list[Linea]] = {}
    ids = list(publicaciones)
    for desde in range(0, len(ids), _TANDA):
        orden = (
            select(Entrega, Perfil)
            .join(Perfil, col(Perfil.id) == col(Entrega.perfil_id))
            .where(col(Entrega.publicacion_id).in_(ids[desde : desde + _TANDA]))
            .order_by(col(Entrega.no_antes_de), col(Perfil.nombre), col(Entrega.parte))
        )
        filas = list(sesion.exec(orden))
        razones = por_que(sesion, [entrega for entrega, _ in filas])
        for entrega, perfil in filas:
            linea = _linea(entorno, entrega, perfil, razones.get(entrega.id, ""))
            lineas.setdefault(entrega.publicacion_id, []).append(linea)
    return lineas


def _linea(entorno: Entorno, entrega: Entrega, perfil: Perfil, razon: str) -> Linea:
    return Linea(
        entrega_id=entrega.id,
        perfil=perfil.nombre,
        red=nombre_de_red(entorno, perfil.red),
        estado=entrega.estado,
        instante=entrega.publicada_en or entrega.no_antes_de,
        parte=entrega.parte,
        url=entrega.url,
        detalle=entrega.detalle,
        por_que=razon,
        por_aprobar=entrega.estado is Estado.RETENIDA and falta_aprobar(entrega),
    )


def nombre_de_red(entorno: Entorno, red: str) -> str:
    """«Facebook» por «facebook»; el slug si su conector no está instalado."""
    try:
        return entorno.capacidades_de(red).nombre
    except (KeyError, ImportError):
        return red


def publicacion_de(sesion: Session, acta: Acta) -> Publicacion | None:
    return sesion.get(Publicacion, acta.publicaciones[0]) if acta.publicaciones else None

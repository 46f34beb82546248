"""Guardar un borrador sin perder nada de nadie, hallarlo, descartarlo y recuperarlo."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from modelos import Borrador
from motor.borradores.contenido import Contenido, cambios, leer

_CLAVE = re.compile(r"[A-Za-z0-9_-]{8,64}")
LISTADOS = 200


class ClaveInvalida(Exception):
    """No la inventó ninguna página nuestra."""


@dataclass(frozen=True, slots=True)
class Guardado:
    """borrador: donde quedó lo que llegó. choque: el que se quedó como estaba porque otro lo guardó antes; lo que llegó
    está aparte. difieren: en qué. nuevo: si no había nada con esa clave.
    """

    borrador: Borrador
    choque: Borrador | None = None
    difieren: tuple[str, ...] = ()
    nuevo: bool = False


def guardar(
    sesion: Session,
    contenido: Contenido,
    *,
    clave: str,
    usuario_id: int,
    revision: int,
    publicacion_id: int | None = None,
    ahora: datetime,
) -> Guardado:
    """Guardar lo que llega encima de lo que había, o aparte si otro lo cambió entretanto. Lanza ClaveInvalida.

    revision: la que tenía delante quien lo escribió (0: ninguna). Lo mismo dos veces no cambia nada.
    """
    if not _CLAVE.fullmatch(clave):
        raise ClaveInvalida
    anterior = buscar(sesion, clave, tomado=True)
    if anterior is None:
        nuevo = _nuevo(sesion, clave, usuario_id, contenido, publicacion_id, ahora)
        return Guardado(nuevo, nuevo=True)
    suyo = leer(anterior.contenido)
    difieren = cambios(suyo, contenido)
    if not difieren:
        return Guardado(anterior)
    mismo_aparato = bool(contenido.aparato) and contenido.aparato == suyo.aparato
    if mismo_aparato and contenido.sello < suyo.sello:
        return Guardado(anterior)  # esperaba en el teléfono, y esa misma página ya guardó algo más nuevo
    if anterior.enviado_en is None and (revision >= anterior.revision or mismo_aparato):
        _poner(sesion, anterior, contenido, ahora)
        return Guardado(anterior)
    aparte = _aparte(sesion, anterior, contenido, usuario_id, ahora)
    return Guardado(aparte, choque=anterior, difieren=difieren, nuevo=True)


def _nuevo(
    sesion: Session, clave: str, usuario_id: int, contenido: Contenido, publicacion_id: int | None, ahora: datetime
) -> Borrador:
    nuevo = Borrador(
        clave=clave,
        usuario_id=usuario_id,
        contenido=contenido.como_json(),
        publicacion_id=publicacion_id,
        creado_en=ahora,
        actualizado_en=ahora,
    )
    sesion.add(nuevo)
    sesion.flush()
    return nuevo


def _poner(sesion: Session, borrador: Borrador, contenido: Contenido, ahora: datetime) -> None:
    """Lo descartado que alguien sigue escribiendo vuelve: descartar no debe comerse un párrafo."""
    borrador.contenido = contenido.como_json()
    borrador.revision += 1
    borrador.actualizado_en = ahora
    borrador.descartado_en = None
    sesion.add(borrador)


def _aparte(sesion: Session, anterior: Borrador, contenido: Contenido, usuario_id: int, ahora: datetime) -> Borrador:
    """Su clave sale de lo que dice: si vuelve a llegar lo mismo, es el mismo."""
    dicho = json.dumps(contenido.como_json() | {"aparato": "", "sello": 0}, sort_keys=True, ensure_ascii=False)
    clave = f"{anterior.clave[:40]}-{hashlib.sha256(dicho.encode()).hexdigest()[:16]}"
    ya = buscar(sesion, clave, tomado=True)
    if ya is not None:
        return ya
    # De lo ya enviado sale otra publicación: no se cambia a escondidas la que salió.
    cambia = None if anterior.enviado_en else anterior.publicacion_id
    return _nuevo(sesion, clave, usuario_id, contenido, cambia, ahora)


def buscar(sesion: Session, clave: str, *, tomado: bool = False) -> Borrador | None:
    """tomado: y de nadie más hasta que acabe la transacción."""
    orden = select(Borrador).where(col(Borrador.clave) == clave)
    return sesion.exec(orden.with_for_update() if tomado else orden).first()


def de_publicacion(sesion: Session, publicacion_id: int, usuario_id: int) -> Borrador | None:
    """El cambio que esa persona dejó a medias, si dejó alguno."""
    orden = _abiertos().where(col(Borrador.publicacion_id) == publicacion_id, col(Borrador.usuario_id) == usuario_id)
    return sesion.exec(orden.limit(1)).first()


def propios(sesion: Session, usuario_id: int) -> list[Borrador]:
    return list(sesion.exec(_abiertos().where(col(Borrador.usuario_id) == usuario_id).limit(LISTADOS)))


def ajenos(sesion: Session, usuario_id: int) -> list[Borrador]:
    return list(sesion.exec(_abiertos().where(col(Borrador.usuario_id) != usuario_id).limit(LISTADOS)))


def _abiertos() -> SelectOfScalar[Borrador]:
    orden = select(Borrador).where(col(Borrador.enviado_en).is_(None), col(Borrador.descartado_en).is_(None))
    return orden.order_by(col(Borrador.actualizado_en).desc())


def descartar(sesion: Session, borrador: Borrador, *, ahora: datetime) -> None:
    borrador.descartado_en = borrador.descartado_en or ahora
    sesion.add(borrador)


def recuperar(sesion: Session, borrador: Borrador) -> None:
    borrador.descartado_en = None
    sesion.add(borrador)


def anotar_falla(sesion: Session, clave: str, razones: list[str]) -> None:
    """Por qué no se pudo mandar, para quien lo vea en la lista; se olvida al guardarlo otra vez."""
    borrador = buscar(sesion, clave, tomado=True)
    if borrador is not None and borrador.enviado_en is None:
        borrador.contenido = {**borrador.contenido, "falla": razones}
        sesion.add(borrador)


def falla_de(borrador: Borrador) -> list[str]:
    razones = borrador.contenido.get("falla")
    return [str(r) for r in razones] if isinstance(razones, list) else []

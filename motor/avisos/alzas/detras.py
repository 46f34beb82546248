"""Qué hay detrás de un alza: cuántos mensajes, de qué lugares y redes, cuántas cuentas, y los más ruidosos.

Se lee de una vez y hasta un tope: una página no puede tardar lo que tarde un alza en acabar. De las personas sólo se
cuenta cuántas son.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session, col

from conectores.contrato_escucha import Clase
from modelos.escucha import Coincidencia, Fuente, Mensaje
from modelos.escucha.consultas import cuantos
from motor.avisos.alzas.averiguar import dicho, nombre_de_red
from motor.avisos.redaccion.hechos import Dicho
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.monitores.normalizar import normalizar

TOPE = 1_500
RUIDOSOS = 12
LUGARES = 8

_COLUMNAS = (
    col(Mensaje.id),
    col(Mensaje.red),
    col(Mensaje.clase),
    col(Mensaje.autor_id),
    col(Mensaje.autor_usuario),
    col(Mensaje.interacciones),
    col(Mensaje.lugar),
    col(Mensaje.lugar_por),
    col(Mensaje.borrado_en),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detras:
    """total: los mensajes del rato. leidos: de cuántos es lo demás (los más nuevos). cuentas: cuántas distintas los
    dijeron; None si de más de uno de cada diez la red no lo dice.
    """

    total: int
    leidos: int
    lugares: tuple[tuple[str, int], ...]
    redes: tuple[tuple[str, int], ...]
    cuentas: int | None
    privados: int
    ruidosos: tuple[Dicho, ...]


def detras(
    sesion: Session,
    escucha: EntornoDeEscucha,
    monitores: Collection[int],
    *,
    desde: datetime,
    hasta: datetime,
    tope: int = TOPE,
) -> Detras:
    """sesion: de la base de lo que se oye."""
    filas = _filas(sesion, monitores, desde, hasta, tope=tope)
    sin_lugar = _redes_sin_lugar(sesion, escucha)
    a_la_vista = [f for f in filas if f.borrado_en is None and f.clase != Clase.DIRECTO]
    lugares = Counter(f.lugar for f in a_la_vista if f.lugar and f.lugar_por != "autor" and f.red not in sin_lugar)
    redes = Counter(nombre_de_red(escucha, f.red) for f in filas)
    return Detras(
        total=cuantos(sesion, monitores, desde, hasta) if len(filas) >= tope else len(filas),
        leidos=len(filas),
        lugares=tuple(lugares.most_common(LUGARES)),
        redes=tuple(redes.most_common()),
        cuentas=_cuentas(filas),
        privados=sum(f.clase == Clase.DIRECTO for f in filas),
        ruidosos=_ruidosos(sesion, escucha, a_la_vista),
    )


def _filas(
    sesion: Session, monitores: Collection[int], desde: datetime, hasta: datetime, *, tope: int
) -> Sequence[Row[Any]]:
    orden = (
        select(*_COLUMNAS)
        .join(Coincidencia, col(Coincidencia.mensaje_id) == col(Mensaje.id))
        .where(
            col(Coincidencia.monitor_id).in_(monitores),
            col(Coincidencia.publicado_en) >= desde,
            col(Coincidencia.publicado_en) < hasta,
        )
        .order_by(col(Coincidencia.publicado_en).desc())
        .limit(tope)
    )
    distintas: Mapping[int, Row[Any]] = {f.id: f for f in sesion.execute(orden)}
    return list(distintas.values())


def _cuentas(filas: Sequence[Row[Any]]) -> int | None:
    firmas = [(f.red, f.autor_id or f.autor_usuario) for f in filas]
    sin_firma = sum(not quien for _, quien in firmas)
    return None if 10 * sin_firma > len(firmas) else len({f for f in firmas if f[1]}) or None


def _ruidosos(sesion: Session, escucha: EntornoDeEscucha, filas: Sequence[Row[Any]]) -> tuple[Dicho, ...]:
    """Los de más interacciones que dicen cosas distintas."""
    primeros = sorted(filas, key=lambda f: (f.interacciones is None, -(f.interacciones or 0), -f.id))[: 4 * RUIDOSOS]
    enteros = {m.id: m for m in sesion.scalars(select(Mensaje).where(col(Mensaje.id).in_([f.id for f in primeros])))}
    distintos: dict[str, Mensaje] = {}
    for f in primeros:
        m = enteros[f.id]
        distintos.setdefault(normalizar(m.texto).strip()[:120] or m.id_externo, m)
    return tuple(dicho(escucha, m) for m in list(distintos.values())[:RUIDOSOS])


def _redes_sin_lugar(sesion: Session, escucha: EntornoDeEscucha) -> frozenset[str]:
    """Las que prohíben guardar dónde está la gente aparte de su mensaje."""
    redes = sesion.scalars(select(col(Fuente.red)).distinct())
    return frozenset(r for r in redes if (h := escucha.hechos_de(r)) is not None and h.lugar_solo_con_el_mensaje)

"""Dejar un toque escrito en la misma transacción que lo que cuenta: si aquello se deshace, nadie lo oye."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlmodel import Session, col

from modelos import Nombramiento, Sesion, Suscripcion, Toque, Usuario

ALERTAS, APROBACIONES = "alertas", "aprobaciones"
TEMAS = (ALERTAS, APROBACIONES)
VIGENCIA = timedelta(hours=4)
"""Más tarde ya se enteró por otro lado, o ya pasó."""
RECUERDO = timedelta(days=7)
LARGO_DE_TITULO, LARGO_DE_TEXTO = 80, 160


def avisar(
    sesion: Session,
    usuarios: Collection[int],
    *,
    tema: str,
    clave: str,
    titulo: str,
    texto: str,
    camino: str,
    ahora: datetime,
    no_antes_de: datetime | None = None,
) -> int:
    """Un toque a cada aparato de esas personas que quiera oír de ese tema; cuántos quedaron escritos.

    usuarios: sus ids; quien llama ya sabe que pueden verlo. clave: lo mismo no se dice dos veces en un aparato.
    titulo: se lee con el teléfono bloqueado, así que no lleva nada privado. camino: lo que abre («/alertas/4»).
    """
    if not usuarios:
        return 0
    toca = max(ahora, no_antes_de or ahora)
    escritos = 0
    for suya in _a_quienes(sesion, usuarios, tema, clave):
        cuerpo = {"titulo": _recorte(titulo, LARGO_DE_TITULO), "camino": camino, "tema": tema, "clave": clave}
        if suya.con_texto:
            cuerpo["texto"] = _recorte(texto, LARGO_DE_TEXTO)
        sesion.add(
            Toque(
                suscripcion_id=suya.id,
                clave=clave,
                cuerpo=cuerpo,
                creado_en=ahora,
                proximo_en=toca,
                vence_en=toca + VIGENCIA,
            )
        )
        escritos += 1
    sesion.flush()
    return escritos


def de_oficina(sesion: Session) -> list[int]:
    """Quienes ven lo que no es de ningún perfil: los que tienen algún cargo en toda la oficina."""
    orden = (
        select(col(Usuario.id))
        .join(Nombramiento, col(Nombramiento.usuario_id) == col(Usuario.id))
        .where(col(Nombramiento.perfil_id).is_(None), col(Usuario.activo))
        .distinct()
    )
    return list(sesion.scalars(orden))


def _a_quienes(sesion: Session, usuarios: Collection[int], tema: str, clave: str) -> list[Suscripcion]:
    """Las suyas que siguen valiendo y todavía no lo saben. Los temas no se miran en la base: cada una guarda JSON a
    su modo.
    """
    ya = select(col(Toque.suscripcion_id)).where(col(Toque.clave) == clave)
    orden = (
        select(Suscripcion)
        .join(Usuario, col(Usuario.id) == col(Suscripcion.usuario_id))
        .join(Sesion, col(Sesion.id) == col(Suscripcion.sesion_id))
        .where(
            col(Suscripcion.usuario_id).in_(usuarios),
            col(Usuario.activo),
            col(Sesion.cerrada_en).is_(None),
            col(Suscripcion.id).not_in(ya),
        )
    )
    return [s for s in sesion.scalars(orden) if tema in s.temas]


def olvidar_viejos(sesion: Session, ahora: datetime) -> None:
    """Los de hace días: ya no hacen falta ni para no repetirse."""
    sesion.execute(delete(Toque).where(col(Toque.creado_en) < ahora - RECUERDO))


def _recorte(texto: str, largo: int) -> str:
    seguido = " ".join(texto.split())
    return seguido if len(seguido) <= largo else f"{seguido[: largo - 1]}…"

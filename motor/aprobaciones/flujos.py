"""Los flujos que hay, y cuál toca a cada perfil de una publicación: el primero, por su orden, de los activos."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from modelos import Entrega, Flujo, Perfil, Publicacion, Solicitud
from motor.aprobaciones.flujo import Asunto, Condiciones


def activos(sesion: Session) -> list[Flujo]:
    return list(sesion.scalars(select(Flujo).where(col(Flujo.activo)).order_by(col(Flujo.orden), col(Flujo.id))))


def todos(sesion: Session) -> list[Flujo]:
    """Primero los activos, en su orden."""
    orden = select(Flujo).order_by(col(Flujo.activo).desc(), col(Flujo.orden), col(Flujo.id))
    return list(sesion.scalars(orden))


def asunto_de(publicacion: Publicacion, perfil: Perfil) -> Asunto:
    return Asunto(
        perfil_id=perfil.id,
        red=perfil.red,
        tipo=publicacion.tipo,
        etiquetas=tuple(publicacion.etiquetas),
        campana=publicacion.campana,
        origen=publicacion.origen,
    )


def que_toca(activos_en_orden: Iterable[Flujo], publicacion: Publicacion, perfil: Perfil) -> Flujo | None:
    asunto = asunto_de(publicacion, perfil)
    return next((f for f in activos_en_orden if Condiciones.de(f.condiciones).toca(asunto)), None)


def exigidos(sesion: Session, publicacion: Publicacion, perfiles: Iterable[Perfil]) -> dict[int, Flujo]:
    """El flujo de cada perfil, por su id; los que no esperan a nadie no aparecen.

    Lo que una vez exigió aprobación la sigue exigiendo, con el flujo que tenía, aunque ya no le toque ninguno: quitarle
    una etiqueta no es una manera de que salga.
    """
    suyos = list(perfiles)
    vivos = activos(sesion)
    hallados: dict[int, Flujo] = {}
    for perfil in suyos:
        if (flujo := que_toca(vivos, publicacion, perfil)) is not None:
            hallados[perfil.id] = flujo
    sueltos = [p.id for p in suyos if p.id not in hallados]
    return hallados | _que_ya_exigian(sesion, publicacion.id, sueltos)


def exigidas(sesion: Session, publicacion: Publicacion, perfiles: Iterable[Perfil]) -> Flujo | None:
    """El primer flujo que toca a la publicación en alguno de esos perfiles, o None si puede salir sin firma."""
    return next(iter(exigidos(sesion, publicacion, perfiles).values()), None)


def _que_ya_exigian(sesion: Session, publicacion_id: int | None, perfiles: Sequence[int]) -> dict[int, Flujo]:
    if not perfiles or publicacion_id is None:
        return {}
    orden = select(col(Entrega.id), col(Entrega.perfil_id)).where(
        col(Entrega.publicacion_id) == publicacion_id,
        col(Entrega.perfil_id).in_(perfiles),
        col(Entrega.exige_aprobacion),
    )
    exigen = {str(entrega): perfil for entrega, perfil in sesion.execute(orden)}
    if not exigen:
        return {}
    anteriores = (
        select(Solicitud, Flujo)
        .join(Flujo, col(Flujo.id) == col(Solicitud.flujo_id))
        .where(col(Solicitud.publicacion_id) == publicacion_id)
        .order_by(col(Solicitud.id))
    )
    return {
        exigen[entrega]: flujo
        for solicitud, flujo in sesion.execute(anteriores)
        for entrega in solicitud.alcance
        if entrega in exigen
    }

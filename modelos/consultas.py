"""Las lecturas, todas en un sitio. Ninguna escribe."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Integer, cast, func, null, select, text, union_all
from sqlmodel import Session, col

from modelos.entrega import Entrega, Intento
from modelos.estados import Desenlace, Estado
from modelos.evento import Evento
from modelos.horario import Eleccion, Horario
from modelos.medicion import Medicion, Vista
from modelos.perfil import Perfil
from modelos.publicacion import Medio, MedioDePublicacion, Publicacion

DUDOSOS = (Desenlace.INCIERTO, Desenlace.DUPLICADO)

CON_HORA = (
    Estado.PROGRAMADA,
    Estado.RETENIDA,
    Estado.RECLAMADA,
    Estado.ENVIANDO,
    Estado.EN_DUDA,
    Estado.POR_DECIDIR,
)
"""Tienen su hora guardada, aunque no sea seguro que salgan a ella."""


def perfiles(sesion: Session, *, nombres: Collection[str] | None = None) -> list[Perfil]:
    """Los perfiles, por nombre; sólo los que se piden, si se piden."""
    orden = select(Perfil).order_by(col(Perfil.nombre))
    if nombres is not None:
        orden = orden.where(col(Perfil.nombre).in_(nombres))
    return list(sesion.scalars(orden))


def entregas_de(sesion: Session, publicacion_id: int) -> list[Entrega]:
    orden = select(Entrega).where(col(Entrega.publicacion_id) == publicacion_id)
    return list(sesion.scalars(orden.order_by(col(Entrega.perfil_id), col(Entrega.parte))))


def medios_de(sesion: Session, publicacion_id: int) -> list[tuple[Medio, str]]:
    """Los medios de una publicación, en orden, con su texto alternativo."""
    orden = (
        select(Medio, col(MedioDePublicacion.texto_alternativo))
        .join(MedioDePublicacion, col(MedioDePublicacion.medio_id) == col(Medio.id))
        .where(col(MedioDePublicacion.publicacion_id) == publicacion_id)
        .order_by(col(MedioDePublicacion.orden))
    )
    return [(medio, alternativo) for medio, alternativo in sesion.execute(orden)]


def medios_de_varias(sesion: Session, publicaciones: Collection[int]) -> dict[int, list[tuple[Medio, str]]]:
    """Como `medios_de`, de varias a la vez; las que no llevan ninguno no aparecen."""
    orden = (
        select(col(MedioDePublicacion.publicacion_id), Medio, col(MedioDePublicacion.texto_alternativo))
        .join(MedioDePublicacion, col(MedioDePublicacion.medio_id) == col(Medio.id))
        .where(col(MedioDePublicacion.publicacion_id).in_(publicaciones))
        .order_by(col(MedioDePublicacion.publicacion_id), col(MedioDePublicacion.orden))
    )
    hallados: dict[int, list[tuple[Medio, str]]] = {}
    for publicacion_id, medio, alternativo in sesion.execute(orden):
        hallados.setdefault(publicacion_id, []).append((medio, alternativo))
    return hallados


def con_intento_dudoso(sesion: Session, entregas: Collection[int]) -> set[int]:
    """De estas entregas, las que tienen un intento que pudo salir y no se sabe."""
    orden = select(col(Intento.entrega_id)).where(
        col(Intento.entrega_id).in_(entregas),
        col(Intento.desenlace).is_(None) | col(Intento.desenlace).in_(DUDOSOS),
    )
    return set(sesion.scalars(orden))


def parte_anterior(sesion: Session, entrega: Entrega) -> Entrega | None:
    """La parte del hilo a la que esta responde, o None si es la primera."""
    if entrega.parte == 0:
        return None
    return sesion.scalars(
        select(Entrega).where(
            col(Entrega.publicacion_id) == entrega.publicacion_id,
            col(Entrega.perfil_id) == entrega.perfil_id,
            col(Entrega.parte) == entrega.parte - 1,
        )
    ).one()


def tiene_siguiente(sesion: Session, entrega: Entrega) -> bool:
    """Si a esta parte de un hilo le sigue otra."""
    siguiente = select(col(Entrega.id)).where(
        col(Entrega.publicacion_id) == entrega.publicacion_id,
        col(Entrega.perfil_id) == entrega.perfil_id,
        col(Entrega.parte) == entrega.parte + 1,
    )
    return sesion.scalars(siguiente).first() is not None


def intentos_de(sesion: Session, entrega_id: int) -> list[Intento]:
    return list(
        sesion.scalars(select(Intento).where(col(Intento.entrega_id) == entrega_id).order_by(col(Intento.ficha)))
    )


def historia_de(sesion: Session, entrega_id: int) -> list[Evento]:
    return list(sesion.scalars(select(Evento).where(col(Evento.entrega_id) == entrega_id).order_by(col(Evento.id))))


def enesimo_intento(sesion: Session, perfil_id: int, *, n: int, desde: datetime) -> datetime | None:
    """El instante del n-ésimo intento más reciente del perfil que pudo publicar, si es posterior a `desde`."""
    orden = (
        select(col(Intento.iniciado_en))
        .where(
            col(Intento.perfil_id) == perfil_id,
            col(Intento.iniciado_en) > desde,
            col(Intento.desenlace).is_(None) | col(Intento.desenlace).in_([Desenlace.PUBLICADO, *DUDOSOS]),
        )
        .order_by(col(Intento.iniciado_en).desc())
        .offset(n - 1)
        .limit(1)
    )
    return sesion.scalars(orden).first()


def intentos_por_perfil(sesion: Session, perfiles: Collection[int], *, desde: datetime) -> dict[int, int]:
    """Cuántos intentos que pudieron publicar lleva cada perfil después de `desde`; sin los que no llevan ninguno."""
    orden = (
        select(col(Intento.perfil_id), func.count())
        .where(
            col(Intento.perfil_id).in_(perfiles),
            col(Intento.iniciado_en) > desde,
            col(Intento.desenlace).is_(None) | col(Intento.desenlace).in_([Desenlace.PUBLICADO, *DUDOSOS]),
        )
        .group_by(col(Intento.perfil_id))
    )
    return {perfil_id: cuantos for perfil_id, cuantos in sesion.execute(orden)}


def adoptados(sesion: Session, perfil_id: int, *, menos: int, desde: datetime) -> frozenset[str]:
    """Los identificadores de la red que ya son de otras entregas del perfil."""
    orden = select(col(Entrega.id_externo)).where(
        col(Entrega.perfil_id) == perfil_id,
        col(Entrega.id) != menos,
        col(Entrega.id_externo).is_not(None),
        col(Entrega.publicada_en) >= desde - timedelta(days=2),
    )
    return frozenset(str(i) for i in sesion.scalars(orden))


def proximo_instante(sesion: Session, ahora: datetime) -> datetime | None:
    """El próximo instante en que habrá algo que hacer, o None si no hay nada previsto."""
    programada, duda = text("estado = 'programada'"), text("estado = 'en_duda'")
    espera = (
        select(func.min(Entrega.despertar_en)).where(programada, col(Entrega.despertar_en) > ahora).scalar_subquery()
    )
    mirada = select(func.min(Entrega.conciliar_en)).where(duda, col(Entrega.conciliar_en) > ahora).scalar_subquery()
    libre = (
        select(func.min(Perfil.libre_desde))
        .join(Entrega, col(Entrega.perfil_id) == col(Perfil.id))
        .where(
            text("entrega.estado = 'programada'"),
            col(Entrega.despertar_en) <= ahora,
            col(Perfil.libre_desde) > ahora,
            col(Perfil.pausado_en).is_(None),
        )
        .scalar_subquery()
    )
    instantes = [i for i in sesion.execute(select(espera, mirada, libre)).one() if i is not None]
    return min(instantes, default=None)


def cuentas_por_estado(sesion: Session) -> dict[Estado, int]:
    orden = select(col(Entrega.estado), func.count()).group_by(col(Entrega.estado))
    return {estado: cuantas for estado, cuantas in sesion.execute(orden)}


def agenda(
    sesion: Session,
    *,
    desde: datetime | None = None,
    hasta: datetime | None = None,
    estados: Collection[Estado] = (),
    perfil: str = "",
    limite: int = 500,
) -> Sequence[tuple[Entrega, Perfil, Publicacion]]:
    """Las entregas con su perfil y su publicación, por hora."""
    orden = (
        select(Entrega, Perfil, Publicacion)
        .join(Perfil, col(Perfil.id) == col(Entrega.perfil_id))
        .join(Publicacion, col(Publicacion.id) == col(Entrega.publicacion_id))
        .order_by(col(Entrega.no_antes_de), col(Entrega.id))
        .limit(limite)
    )
    if desde is not None:
        orden = orden.where(col(Entrega.no_antes_de) >= desde)
    if hasta is not None:
        orden = orden.where(col(Entrega.no_antes_de) < hasta)
    if estados:
        orden = orden.where(col(Entrega.estado).in_(estados))
    if perfil:
        orden = orden.where(col(Perfil.nombre) == perfil)
    return [(entrega, suyo, publicacion) for entrega, suyo, publicacion in sesion.execute(orden)]


def serie_de(sesion: Session, vista_id: int, metrica: str) -> list[tuple[datetime, int]]:
    """Las mediciones de una publicación, de la más antigua a la más nueva."""
    orden = (
        select(col(Medicion.medida_en), col(Medicion.valor))
        .where(col(Medicion.vista_id) == vista_id, col(Medicion.metrica) == metrica)
        .order_by(col(Medicion.medida_en))
    )
    return [(instante, valor) for instante, valor in sesion.execute(orden)]


def ultimos_horarios(sesion: Session, perfiles: Collection[int], *, ahora: datetime) -> dict[int, Horario]:
    """Lo último que se había aprendido de cada perfil en ese instante; los que no tienen nada no aparecen."""
    ultimo = (
        select(col(Horario.perfil_id).label("perfil_id"), func.max(col(Horario.aprendido_en)).label("aprendido_en"))
        .where(col(Horario.perfil_id).in_(perfiles), col(Horario.aprendido_en) <= ahora)
        .group_by(col(Horario.perfil_id))
        .subquery()
    )
    orden = select(Horario).join(
        ultimo,
        (ultimo.c.perfil_id == col(Horario.perfil_id)) & (ultimo.c.aprendido_en == col(Horario.aprendido_en)),
    )
    return {h.perfil_id: h for h in sesion.scalars(orden.order_by(col(Horario.id)))}


def instantes_ocupados(
    sesion: Session, perfiles: Collection[int], *, desde: datetime, hasta: datetime, salvo: int | None = None
) -> dict[int, list[datetime]]:
    """Cuándo sale algo, o ya salió (por Pregonero o puesto a mano), en cada perfil entre esos dos instantes.

    salvo: el id de una publicación que no cuenta, porque se le busca otra hora.
    """
    suyas = col(Entrega.perfil_id).in_(perfiles)
    # Consultas unidas, y no un OR: cada una tiene su índice.
    por_salir = select(col(Entrega.perfil_id), col(Entrega.no_antes_de), col(Entrega.publicacion_id)).where(
        # Lo que no ha salido no tiene `publicada_en`: decirlo es lo que deja a SQLite saltarse diez años de publicadas.
        suyas,
        col(Entrega.publicada_en).is_(None),
        col(Entrega.no_antes_de).between(desde, hasta),
        col(Entrega.estado).in_(CON_HORA),
    )
    salidas = select(col(Entrega.perfil_id), col(Entrega.publicada_en), col(Entrega.publicacion_id)).where(
        suyas, col(Entrega.publicada_en).between(desde, hasta), col(Entrega.estado) == Estado.PUBLICADA
    )
    # Las puestas a mano. El «+ 0» y el coalesce apartan a SQLite de sus otros índices: éste, por fecha, son unos días.
    a_mano = select(col(Vista.perfil_id), col(Vista.publicada_en), cast(null(), Integer)).where(
        (col(Vista.perfil_id) + 0).in_(perfiles),
        col(Vista.publicada_en).between(desde, hasta),
        func.coalesce(col(Vista.entrega_id), 0) == 0,
    )
    ocupados: dict[int, list[datetime]] = {}
    for perfil_id, instante, publicacion_id in sesion.execute(union_all(por_salir, salidas, a_mano)):
        if salvo is None or publicacion_id != salvo:
            ocupados.setdefault(perfil_id, []).append(instante)
    return ocupados


def ultimas_elecciones(sesion: Session, entregas: Collection[int]) -> dict[int, Eleccion]:
    """La última hora que el motor eligió para cada entrega; las que no tienen ninguna no aparecen."""
    orden = select(Eleccion).where(col(Eleccion.entrega_id).in_(entregas)).order_by(col(Eleccion.id))
    return {e.entrega_id: e for e in sesion.scalars(orden)} if entregas else {}


def ultimos_detalles(sesion: Session, entregas: Collection[int], *, accion: str) -> dict[int, str]:
    """El detalle del último evento de esa clase en cada entrega; las que no tienen ninguno no aparecen."""
    orden = select(col(Evento.entrega_id), col(Evento.detalle)).where(
        col(Evento.entrega_id).in_(entregas), col(Evento.accion) == accion
    )
    filas = sesion.execute(orden.order_by(col(Evento.id))) if entregas else ()
    return {entrega_id: detalle for entrega_id, detalle in filas if entrega_id is not None}

"""Silencio: de qué no se quiere oír, y hasta cuándo. Callar retrasa y no tira."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import CursorResult, select, update
from sqlmodel import Session, col

from modelos import Correo, Historia, Silencio
from motor.avisos.historias.callar import fin_del_descanso
from motor.avisos.historias.historia import esperan, monitores
from motor.avisos.historias.mesa import Mesa
from motor.publicacion.transiciones import anotar

TODO = "todo"


def ambitos(historia: Historia) -> set[str]:
    """De qué silencios depende: todo, su clase, ella misma y los temas que la ven."""
    return {TODO, historia.clase, historia.clave, *(f"monitor:{m}" for m in monitores(historia))}


def temas(historia: Historia) -> list[str]:
    """De qué no se quiere oír cuando se silencia una historia: ella misma y los monitores que la ven."""
    return list(dict.fromkeys([historia.clave, *(f"monitor:{m}" for m in monitores(historia))]))


def silencio_vigente(sesion: Session, ambitos_: Collection[str], ahora: datetime) -> datetime | None:
    """Hasta cuándo calla lo que pidió una persona; None si no pidió nada."""
    orden = select(col(Silencio.hasta)).where(
        col(Silencio.ambito).in_(ambitos_), col(Silencio.desde) <= ahora, col(Silencio.hasta) > ahora
    )
    return max(sesion.scalars(orden), default=None)


def cuando_decir(sesion: Session, mesa: Mesa, historia: Historia, ahora: datetime) -> datetime:
    """Ahora, o cuando acaben el silencio y las horas de callar: uno puede acabar dentro del otro."""
    cuando = ahora
    for _ in range(4):
        hasta = silencio_vigente(sesion, ambitos(historia), cuando)
        hasta = hasta or fin_del_descanso(cuando, mesa.reglas.callar, mesa.zona)
        if hasta is None:
            break
        cuando = hasta
    return cuando


def silenciar(
    sesion: Session, ambitos_: Collection[str], *, ahora: datetime, hasta: datetime, motivo: str = "", por: str = ""
) -> None:
    """No decir nada de esto hasta entonces; lo que pase se contará después."""
    for ambito in ambitos_:
        sesion.add(Silencio(ambito=ambito, desde=ahora, hasta=hasta, motivo=motivo, por=por))
    anotar(
        sesion,
        "silencio",
        ahora=ahora,
        detalle=f"{', '.join(ambitos_)} hasta {hasta.isoformat()}",
        autor=por or "orden",
    )


def reanudar(sesion: Session, mesa: Mesa, *, ambito: str, ahora: datetime, por: str = "") -> int:
    """Quitar los silencios de un ámbito («todo»: todos); lo que esperaba por ellos sale ya. Cuántos quitó."""
    vigentes = [col(Silencio.desde) <= ahora, col(Silencio.hasta) > ahora]
    if ambito != TODO:
        vigentes.append(col(Silencio.ambito) == ambito)
    hecho = sesion.execute(update(Silencio).where(*vigentes).values(hasta=ahora))
    assert isinstance(hecho, CursorResult)  # noqa: S101 # un UPDATE siempre devuelve un cursor
    sesion.flush()
    for correo in sesion.scalars(select(Correo).where(*esperan(ahora), col(Correo.historia_id).is_not(None))):
        historia = sesion.get_one(Historia, correo.historia_id)
        correo.no_antes_de = cuando_decir(sesion, mesa, historia, ahora)
    if hecho.rowcount:
        anotar(sesion, "silencio_quitado", ahora=ahora, detalle=ambito, autor=por or "orden")
    return hecho.rowcount

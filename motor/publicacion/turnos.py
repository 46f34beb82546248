"""El turno de un perfil: desde cuándo puede volver a publicar, contando sus cupos y su separación."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from conectores.contrato import Cupo
from modelos import Perfil
from modelos.consultas import enesimo_intento, intentos_por_perfil
from motor.entorno import Entorno
from motor.publicacion.cupos import libre_desde


def turno_tras(
    sesion: Session, entorno: Entorno, perfil: Perfil, *, ultimo: datetime | None, ahora: datetime
) -> datetime | None:
    """El turno de un perfil cuyo último intento empezó en `ultimo`."""
    llenos = [
        (c, enesimo_intento(sesion, perfil.id, n=c.maximo, desde=ahora - c.ventana)) for c in cupos_de(entorno, perfil)
    ]
    return libre_desde(ultimo, separacion=separacion_de(entorno, perfil), llenos=llenos)


def turnos_tras_intentar(
    sesion: Session, entorno: Entorno, perfiles: Sequence[Perfil], ahora: datetime, *, seguidos: Collection[int] = ()
) -> dict[int, datetime | None]:
    """Desde cuándo puede volver a publicar cada perfil, que acaba de intentarlo. Lo común: ningún cupo lleno.

    seguidos: los que están diciendo un hilo, cuya parte siguiente no espera la separación.
    """
    cuentas: dict[Cupo, dict[int, int]] = {}
    libres: dict[int, datetime | None] = {}
    for perfil in perfiles:
        ultimo = None if perfil.id in seguidos else ahora
        cupos = cupos_de(entorno, perfil)
        for cupo in cupos:
            if cupo not in cuentas:
                cuentas[cupo] = intentos_por_perfil(sesion, [p.id for p in perfiles], desde=ahora - cupo.ventana)
        if any(cuentas[c].get(perfil.id, 0) >= c.maximo for c in cupos):
            libres[perfil.id] = turno_tras(sesion, entorno, perfil, ultimo=ultimo, ahora=ahora)
        else:
            libres[perfil.id] = libre_desde(ultimo, separacion=separacion_de(entorno, perfil), llenos=())
    return libres


def cupos_de(entorno: Entorno, perfil: Perfil) -> tuple[Cupo, ...]:
    """Los de su red, y el propio si lo tiene."""
    cupos = entorno.capacidades_de(perfil.red).cupos
    if perfil.cupo_maximo and perfil.cupo_ventana_s:
        cupos = (*cupos, Cupo(perfil.cupo_maximo, timedelta(seconds=perfil.cupo_ventana_s)))
    return cupos


def separacion_de(entorno: Entorno, perfil: Perfil) -> timedelta:
    """La suya, o la general."""
    if perfil.separacion_s is not None:
        return timedelta(seconds=perfil.separacion_s)
    return entorno.reglas.separacion

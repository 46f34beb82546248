"""Cuándo se aprende sin que nadie lo pida: cada noche, y en cuanto un perfil tiene diez publicaciones medidas más.

No depende de que se escuche: también se aprende de las tablas que se importan.
"""

import logging
import threading
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select
from sqlmodel import Session, col

from modelos import Horario, Medicion, Perfil, Vista
from modelos.consultas import perfiles as todos_los_perfiles
from modelos.consultas import ultimos_horarios
from motor.entorno import Entorno
from motor.horarios.aprendizaje.aprender import Detenido, Resultado, aprender_ahora
from motor.horarios.aprendizaje.edades import MINIMA
from motor.horarios.aprendizaje.lectura import VENTANA

logger = logging.getLogger(__name__)

DE_NOCHE = time(3, 30)
"""Hora local en que nadie publica ni mira."""
NUEVAS = 10
"""Publicaciones medidas desde la última vez con las que no se espera a la noche."""


class Aprendiz:
    """Recuerda qué miró, para no leer el pasado entero cada vez que nada cambió."""

    def __init__(self, entorno: Entorno) -> None:
        self._entorno = entorno
        self._fin = threading.Event()
        self._noche: date | None = None
        self._mirado: dict[int, tuple[datetime, str]] = {}
        self._dichos: dict[str, str] = {}

    def detener(self) -> None:
        self._fin.set()

    def atender(self) -> Resultado | None:
        """Aprender si toca; None si no tocaba, o si se pidió parar."""
        ahora = self._entorno.reloj.ahora()
        noche = noche_de(ahora, self._entorno.reglas.zona)
        with self._entorno.base.leer() as sesion:
            todos = todos_los_perfiles(sesion)
            ultimos = ultimos_horarios(sesion, [p.id for p in todos], ahora=ahora)
            tocan = todos if noche != self._noche else self._con_novedades(sesion, todos, ultimos, ahora)
        if not tocan or self._fin.is_set():
            return None
        try:
            resultado = aprender_ahora(
                self._entorno, avance=self._seguir, perfiles=None if tocan is todos else [p.nombre for p in tocan]
            )
        except Detenido:
            logger.info("Se deja de aprender; se sigue al arrancar.", extra={"accion": "aprender_a_medias"})
            return None
        self._noche = noche
        reglas = self._entorno.horarios()
        self._mirado |= {p.id: (ahora, reglas.de(p.nombre).metrica) for p in tocan}
        self._decir(resultado, {p.nombre for p in tocan})
        return resultado

    def _seguir(self, _van: int, _de: int) -> None:
        if self._fin.is_set():
            raise Detenido

    def _con_novedades(
        self, sesion: Session, todos: Collection[Perfil], ultimos: Mapping[int, Horario], ahora: datetime
    ) -> list[Perfil]:
        """Los que tienen bastantes medidas nuevas, y los que ahora quieren otra respuesta que la aprendida."""
        reglas, tocan = self._entorno.horarios(), []
        for perfil in todos:
            ultimo, metrica = ultimos.get(perfil.id), reglas.de(perfil.nombre).metrica
            aprendido = (ultimo.aprendido_en, ultimo.metrica) if ultimo is not None else (ahora - VENTANA, metrica)
            desde, medida = max(self._mirado.get(perfil.id, aprendido), aprendido, key=lambda cuando: cuando[0])
            if medida != metrica or medidas_desde(sesion, perfil.id, desde, ahora=ahora) >= NUEVAS:
                tocan.append(perfil)
        return tocan

    def _decir(self, resultado: Resultado, tocaban: Collection[str]) -> None:
        """Cada fallo, una vez; y cuando deja de fallar, también."""
        for perfil, motivo in resultado.fallidos.items():
            if self._dichos.get(perfil) != motivo:
                logger.error(
                    "No se pudieron aprender las horas de %s: %s. Se siguen usando las que se sabían.",
                    perfil,
                    motivo,
                    extra={"accion": "horas_fallan", "perfil": perfil},
                )
        for perfil in [p for p in self._dichos if p in tocaban and p not in resultado.fallidos]:
            del self._dichos[perfil]
            logger.info("Las horas de %s ya se pueden aprender.", perfil, extra={"accion": "horas_vuelven"})
        self._dichos |= resultado.fallidos


def noche_de(ahora: datetime, zona: ZoneInfo) -> date:
    """El día local de la última vez que fueron las tres y media de la mañana."""
    local = ahora.astimezone(zona)
    return local.date() if local.time() >= DE_NOCHE else local.date() - timedelta(days=1)


def medidas_desde(sesion: Session, perfil_id: int, desde: datetime, *, ahora: datetime) -> int:
    """Cuántas publicaciones enseñan algo por primera vez desde entonces: cumplieron su edad, o se importaron."""
    con_numeros = exists(select(col(Medicion.id)).where(col(Medicion.vista_id) == col(Vista.id)))
    orden = (
        select(func.count())
        .select_from(Vista)
        .where(
            col(Vista.perfil_id) == perfil_id,
            col(Vista.publicada_en) > ahora - VENTANA,
            col(Vista.publicada_en) <= ahora - MINIMA,
            (col(Vista.publicada_en) > desde - MINIMA) | (col(Vista.vista_en) > desde),
            con_numeros,
        )
    )
    return sesion.scalar(orden) or 0

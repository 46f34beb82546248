"""De la base, las publicaciones que dicen lo que valió elegir; y las que no, con su porqué.

Qué publicaciones entran se decide antes de ver cómo les fue, y sin mirar a qué hora acabaron saliendo:

- Cuenta la primera hora que se le eligió a cada una, y como se le eligió: si después un editor la movió, o salió tarde,
  sigue en el lado que le tocó. Quitar las movidas quitaría sobre todo las que se sortearon a mala hora, y la diferencia
  ya no sería de la hora sino de quién se queja. Lo más que hace contarlas es acercar el efecto a cero.
- Se espera a que cierre la ventana entera de cada una y pase la edad de referencia, no a la hora que le tocó: si no,
  las de hora temprana entrarían antes.
- Sin respuesta que contar quedan fuera las que no salieron, las borradas antes de medirse y las que la red no midió; y
  las que se promocionaron, porque su respuesta se compró. Se dice cuántas hubo de cada lado: si son muchas más de uno,
  la comparación ya no es limpia (`Leidos.pareja`).
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate

from sqlmodel import Session, col, select

from modelos import Eleccion, Entrega, Perfil, Vista
from motor.entorno import Entorno
from motor.horarios.aprendizaje.edades import REFERENCIA
from motor.horarios.aprendizaje.lectura import VENTANA, Dias, pasado_de
from motor.horarios.prueba.ensayo import Ensayo
from motor.horarios.publicada import Publicada

ANTERIORES = 20
"""De cuántas publicaciones anteriores a elegir se toma el nivel del perfil."""

_DE_GRACIA = timedelta(hours=12)  # lo que puede tardar en medirse la que cumplió su edad

ESPERA = "todavía no tienen su respuesta completa"
SIN_JUEGO = "no tenían otra hora posible, o no se sorteaba"
PROMOCIONADA = "se promocionaron"
SIN_RESPUESTA = "no salieron, se borraron, o la red no las midió"

DISPARES = 0.10
"""Diferencia entre las partes perdidas de cada lado a partir de la cual se avisa."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leidos:
    """fuera: cuántas quedan fuera por cada motivo. movidas: de las que cuentan, las que no salieron a la hora elegida.

    perdidas: por lado (a la mejor hora, o a otra), cuántas se perdieron después de elegir y de cuántas.
    """

    ensayos: Sequence[Ensayo]
    fuera: Mapping[str, int] = field(default_factory=dict)
    movidas: int = 0
    perdidas: Mapping[bool, tuple[int, int]] = field(default_factory=dict)

    @property
    def pareja(self) -> bool:
        """Si de los dos lados se perdió más o menos lo mismo."""
        partes = [perdidas / max(de, 1) for perdidas, de in self.perdidas.values()]
        pocas = min((de for _, de in self.perdidas.values()), default=0) < ANTERIORES
        return pocas or max(partes) - min(partes) < DISPARES


def leer_ensayos(sesion: Session, entorno: Entorno, perfiles: Sequence[Perfil], *, ahora: datetime) -> Leidos:
    """Los de esos perfiles, tal como se conocían en `ahora`."""
    cuenta = _Cuenta()
    dias = Dias(zona=entorno.reglas.zona, reglas=entorno.horarios())
    for perfil in perfiles:
        elegidas = primeras_elecciones(sesion, perfil.id, ahora=ahora)
        if elegidas:
            pasado = pasado_de(sesion, perfil, dias, hasta=ahora)
            de_entrega = _vistas(sesion, perfil.id)
            suyas = dict(zip(pasado.vistas, pasado.publicadas, strict=True))
            respuestas = {e: suyas[v] for e, v in de_entrega.items() if v in suyas}
            cuenta.sumar(perfil, elegidas, respuestas, pasado.publicadas, ahora=ahora, entorno=entorno)
    return cuenta.leidos()


def primeras_elecciones(sesion: Session, perfil_id: int, *, ahora: datetime) -> list[tuple[Eleccion, Entrega]]:
    """La primera de cada entrega del perfil, en orden; hasta donde llega el pasado que se lee."""
    orden = (
        select(Eleccion, Entrega)
        .join(Entrega, col(Entrega.id) == col(Eleccion.entrega_id))
        .where(
            col(Entrega.perfil_id) == perfil_id,
            col(Eleccion.hecha_en) > ahora - VENTANA,
            col(Eleccion.hecha_en) <= ahora,
        )
        .order_by(col(Eleccion.id))
    )
    primeras: dict[int, tuple[Eleccion, Entrega]] = {}
    for eleccion, entrega in sesion.exec(orden):
        primeras.setdefault(entrega.id, (eleccion, entrega))
    return list(primeras.values())


def _vistas(sesion: Session, perfil_id: int) -> dict[int, int]:
    """El id de la Vista de cada entrega del perfil que ya salió."""
    orden = select(Vista.entrega_id, Vista.id).where(
        col(Vista.perfil_id) == perfil_id, col(Vista.entrega_id).is_not(None)
    )
    return {entrega: vista for entrega, vista in sesion.exec(orden) if entrega is not None}


class _Cuenta:
    def __init__(self) -> None:
        self._ensayos: list[Ensayo] = []
        self._fuera: Counter[str] = Counter()
        self._de: Counter[bool] = Counter()
        self._perdidas: Counter[bool] = Counter()
        self._movidas = 0

    def sumar(
        self,
        perfil: Perfil,
        elegidas: Sequence[tuple[Eleccion, Entrega]],
        respuestas: Mapping[int, Publicada],
        publicadas: Sequence[Publicada],
        *,
        ahora: datetime,
        entorno: Entorno,
    ) -> None:
        """respuestas: por el id de la entrega. publicadas: todas las del perfil, en orden."""
        nivel = _Nivel(publicadas)
        for eleccion, entrega in elegidas:
            suya = respuestas.get(entrega.id)
            elegida_en = eleccion.hecha_en.astimezone(entorno.reglas.zona).replace(tzinfo=None)
            ensayo = _ensayo(perfil, eleccion, suya, nivel.antes_de(elegida_en))
            motivo = _por_que_no(eleccion, suya, ensayo, ahora)
            self._anotar(eleccion, motivo)
            if not motivo:
                self._ensayos.append(ensayo)
                self._movidas += entrega.no_antes_de != eleccion.elegida

    def _anotar(self, eleccion: Eleccion, motivo: str) -> None:
        if motivo:
            self._fuera[motivo] += 1
        if motivo not in (ESPERA, SIN_JUEGO):
            self._de[eleccion.la_mejor] += 1
            self._perdidas[eleccion.la_mejor] += bool(motivo)

    def leidos(self) -> Leidos:
        return Leidos(
            ensayos=tuple(self._ensayos),
            fuera=dict(sorted(self._fuera.items())),
            movidas=self._movidas,
            perdidas={lado: (self._perdidas[lado], self._de[lado]) for lado in (True, False)},
        )


class _Nivel:
    """Lo que un perfil venía recibiendo en cada momento."""

    def __init__(self, publicadas: Sequence[Publicada]) -> None:
        self._horas = [p.local for p in publicadas]
        self._sumas = [0.0, *accumulate(math.log1p(p.valor) for p in publicadas)]

    def antes_de(self, local: datetime) -> float | None:
        """La media del logaritmo de las últimas ANTERIORES; None si no había ninguna."""
        hasta = bisect_left(self._horas, local)
        desde = max(hasta - ANTERIORES, 0)
        return (self._sumas[hasta] - self._sumas[desde]) / (hasta - desde) if hasta else None


def _ensayo(perfil: Perfil, eleccion: Eleccion, suya: Publicada | None, antes: float | None) -> Ensayo:
    return Ensayo(
        perfil=perfil.nombre,
        valor=suya.valor if suya is not None else 0.0,
        probabilidad=eleccion.probabilidad,
        candidatas=eleccion.candidatas,
        la_mejor=eleccion.la_mejor,
        antes=antes,
        tipo=suya.tipo if suya is not None else "",
        largo=suya.largo if suya is not None else 0,
    )


def _por_que_no(eleccion: Eleccion, suya: Publicada | None, ensayo: Ensayo, ahora: datetime) -> str:
    """El motivo por el que no cuenta, o vacío. Los dos primeros se sabían al elegir."""
    if not ensayo.en_juego:
        return SIN_JUEGO
    if eleccion.hasta + REFERENCIA + _DE_GRACIA > ahora:
        return ESPERA
    if suya is None:
        return SIN_RESPUESTA
    return PROMOCIONADA if suya.pagado else ""

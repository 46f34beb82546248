"""El dinero: lo más que se puede gastar al mes en una red que cobra por leer. No se rebasa nunca.

Antes de cada petición se aparta lo más que puede costar, en una transacción que mira lo ya gastado y lo ya apartado; al
volver se ajusta a lo que cobró la red. Si el proceso muere entre lo uno y lo otro, lo apartado cuenta como gastado.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from sqlalchemy import delete, func, select, text
from sqlmodel import Session, col

from conectores.contrato import ErrorDePerfil, ErrorDeRed, ErrorTransitorio
from conectores.contrato_escucha import Gasto as Cobro
from modelos import Gasto
from motor.avisos.aviso import avisar
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.recoleccion import textos
from motor.escucha.recoleccion.cadencia import al_ritmo, mes

logger = logging.getLogger(__name__)

_MILLON = Decimal(1_000_000)
_CASI = Decimal("0.8")


EN_VUELO = timedelta(minutes=10)
"""Lo apartado hace menos que esto quizá se devuelva; lo de antes lo dejó quien murió, y ya es gasto."""


class PresupuestoAgotado(Exception):
    """Lo que queda del mes no alcanza para lo que puede costar la petición. No se hizo.

    momentaneo: alcanzaría si las peticiones que están en el aire cuestan menos de lo que se les apartó.
    """

    def __init__(self, detalle: str, *, momentaneo: bool = False) -> None:
        super().__init__(detalle)
        self.momentaneo = momentaneo


@dataclass(slots=True)
class Cuenta:
    """Lo que se va cobrando dentro de un `apartado`."""

    cobros: tuple[Cobro, ...] = ()

    @property
    def dolares(self) -> Decimal:
        return sum((c.dolares for c in self.cobros), Decimal(0))

    def anotar(self, cobros: Sequence[Cobro]) -> None:
        self.cobros += tuple(cobros)


def a_micros(dolares: Decimal) -> int:
    """Millonésimas de dólar, siempre hacia arriba."""
    return int((dolares * _MILLON).to_integral_value(ROUND_CEILING))


def a_dolares(micros: int) -> Decimal:
    return Decimal(micros) / _MILLON


@contextmanager
def apartado(escucha: EntornoDeEscucha, red: str, *, costo: Decimal, concepto: str) -> Iterator[Cuenta]:
    """Apartar el costo de lo que se haga dentro, y ajustarlo a lo que diga la cuenta. Lanza PresupuestoAgotado.

    Si la red dice que no (o no llegó a saber), se devuelve; si la respuesta se perdió, se da por cobrada.
    """
    cuenta = Cuenta()
    reserva = reservar(escucha, red, costo=costo, concepto=concepto) if costo > 0 else None
    try:
        yield cuenta
    except ErrorDeRed as error:
        ajustar(escucha, red, reserva, cuenta.cobros, quedarse=not seguro_que_no_cobro(error))
        raise
    ajustar(escucha, red, reserva, cuenta.cobros)


def seguro_que_no_cobro(error: ErrorDeRed) -> bool:
    """Pura. Una credencial rechazada o un «espere» no cuestan; de lo demás, lo que diga el error."""
    if isinstance(error, ErrorTransitorio):
        return error.sin_cobro or error.espera is not None
    return isinstance(error, ErrorDePerfil)


def reservar(escucha: EntornoDeEscucha, red: str, *, costo: Decimal, concepto: str) -> int:
    """Apartar un costo y dar el número de lo apartado. Lanza PresupuestoAgotado si con él se pasaría del mes."""
    ahora, presupuesto = escucha.reloj.ahora(), escucha.presupuesto(red)
    periodo = mes(ahora)
    with escucha.principal.base.escribir() as sesion:
        _cerrar_el_paso(sesion, escucha, red)
        llevan = _gastado(sesion, red, periodo)
        if llevan + a_micros(costo) <= a_micros(presupuesto):
            fila = Gasto(
                red=red,
                mes=periodo,
                concepto=concepto,
                microdolares=a_micros(costo),
                reservado=True,
                ocurrido_en=ahora,
            )
            sesion.add(fila)
            sesion.flush()
            return fila.id
        en_el_aire = _gastado(sesion, red, periodo, apartado_desde=ahora - EN_VUELO)
        momentaneo = llevan - en_el_aire + a_micros(costo) <= a_micros(presupuesto)
        if presupuesto > 0 and not momentaneo:
            aviso = textos.presupuesto_agotado(red, periodo, gastado=a_dolares(llevan), presupuesto=presupuesto)
            avisar(sesion, aviso, para=escucha.reglas.coordinacion, ahora=ahora)
    raise PresupuestoAgotado(
        f"Se acabó el presupuesto de {textos.mes_legible(periodo)}: van {textos.dolares(a_dolares(llevan))} de "
        f"{textos.dolares(presupuesto)}. Se sigue el mes que entra.",
        momentaneo=momentaneo,
    )


def ajustar(
    escucha: EntornoDeEscucha, red: str, reserva: int | None, cobros: Sequence[Cobro], *, quedarse: bool = False
) -> None:
    """Cambiar lo apartado por lo cobrado; con `quedarse`, lo que no se sepa cobrado se da por gastado."""
    if reserva is None and not any(c.dolares for c in cobros):
        return
    ahora, presupuesto = escucha.reloj.ahora(), escucha.presupuesto(red)
    with escucha.principal.base.escribir() as sesion:
        _cerrar_el_paso(sesion, escucha, red)
        fila = sesion.get(Gasto, reserva) if reserva is not None else None
        periodo = fila.mes if fila is not None else mes(ahora)
        cobrado = a_micros(sum((c.dolares for c in cobros), Decimal(0)))
        if fila is not None:
            _cambiar(sesion, fila, cobrado, quedarse=quedarse)
        for cobro in cobros:
            if cobro.dolares:
                sesion.add(_anotado(cobro, red, periodo, ahora))
        sesion.flush()
        llevan = a_dolares(_gastado(sesion, red, periodo))
        if presupuesto > 0 and llevan >= presupuesto * _CASI:
            aviso = textos.presupuesto_por_acabarse(red, periodo, gastado=llevan, presupuesto=presupuesto)
            avisar(sesion, aviso, para=escucha.reglas.coordinacion, ahora=ahora)


def _cambiar(sesion: Session, fila: Gasto, cobrado: int, *, quedarse: bool) -> None:
    if cobrado > fila.microdolares:
        logger.error(
            "%s cobró más de lo que se había apartado (%s): revise el costo que declara su conector.",
            fila.red,
            fila.concepto,
            extra={"accion": "cobro_inesperado", "red": fila.red, "cobrado": cobrado, "apartado": fila.microdolares},
        )
    if quedarse and cobrado < fila.microdolares:
        fila.microdolares -= cobrado
        fila.concepto = f"{fila.concepto} (respuesta perdida)"[:120]
        fila.reservado = False
        sesion.add(fila)
    else:
        sesion.execute(delete(Gasto).where(col(Gasto.id) == fila.id))


def _anotado(cobro: Cobro, red: str, periodo: str, ahora: datetime) -> Gasto:
    return Gasto(
        red=red,
        mes=periodo,
        concepto=cobro.concepto[:120],
        unidades=cobro.unidades,
        microdolares=a_micros(cobro.dolares),
        ocurrido_en=ahora,
    )


def gastado_en(escucha: EntornoDeEscucha, red: str, *, concepto: str = "") -> Decimal:
    """Dólares gastados o apartados este mes en una red; sólo en lo que empiece por ese concepto, si se dice."""
    with escucha.principal.base.leer() as sesion:
        return a_dolares(_gastado(sesion, red, mes(escucha.reloj.ahora()), concepto=concepto))


def ritmo(escucha: EntornoDeEscucha, red: str, costo: Decimal) -> timedelta:
    """Cuánto hay que esperar en esa red después de haber gastado `costo`, para llegar a fin de mes."""
    presupuesto = escucha.presupuesto(red)
    if costo <= 0 or presupuesto <= 0:
        return timedelta()
    gastado = gastado_en(escucha, red)
    return al_ritmo(escucha.reloj.ahora(), costo=float(costo), gastado=float(gastado), presupuesto=float(presupuesto))


def _gastado(
    sesion: Session, red: str, periodo: str, *, apartado_desde: datetime | None = None, concepto: str = ""
) -> int:
    """Micros de un mes; con `apartado_desde`, sólo lo que se apartó desde entonces y no se ha ajustado."""
    orden = select(func.coalesce(func.sum(col(Gasto.microdolares)), 0)).where(
        col(Gasto.red) == red, col(Gasto.mes) == periodo
    )
    if concepto:
        orden = orden.where(col(Gasto.concepto).startswith(concepto, autoescape=True))
    if apartado_desde is not None:
        orden = orden.where(col(Gasto.reservado), col(Gasto.ocurrido_en) > apartado_desde)
    return int(sesion.execute(orden).scalar_one())


def _cerrar_el_paso(sesion: Session, escucha: EntornoDeEscucha, red: str) -> None:
    """Que nadie más sume los gastos de esta red hasta que acabe la transacción. En SQLite ya escribe uno a la vez."""
    if not escucha.principal.base.es_sqlite:
        sesion.execute(text("SELECT pg_advisory_xact_lock(hashtext(:llave))"), {"llave": f"gasto:{red}"})

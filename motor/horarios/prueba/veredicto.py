"""Qué se puede decir de lo que valió elegir, y cuánto falta si todavía es pronto. Puro."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from motor.horarios.frases import con_signo
from motor.horarios.prueba.ensayo import Ensayo
from motor.horarios.prueba.estimacion import Efecto, estimar

MINIMAS = 20
"""Con menos sorteadas no se afirma nada: una sola publicación que se hizo famosa lo cambiaría todo."""

BUSCADOS = (20.0, 10.0)
"""De qué diferencias, en por ciento, se dice cuántas publicaciones harían falta para notarlas."""

_AZAR = 0.1
_RUIDO = 0.9
"""Desviación típica del logaritmo de la respuesta entre publicaciones: 0.89 en 145 cuentas públicas (docs/horarios.md).
Sólo se usa para decir cuánto falta mientras no hay con qué medir la propia.
"""

_Z_INTERVALO = 1.645  # 90 %, dos lados
_Z_POTENCIA = 0.842  # notarla ocho veces de cada diez


class Dicho(StrEnum):
    PRONTO = "pronto"
    NO_SE_SABE = "no_se_sabe"
    SIRVE = "sirve"
    ESTORBA = "estorba"


@dataclass(frozen=True, slots=True, kw_only=True)
class Falta:
    """publicaciones: cuántas más, con hora elegida por el motor, para notar una diferencia de `efecto_pct`."""

    efecto_pct: float
    publicaciones: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Veredicto:
    """de: el perfil; vacío, todos juntos. efecto: None si no hay con qué comparar. falta: vacía si ya se sabe."""

    de: str
    dicho: Dicho
    publicaciones: int
    sorteadas: int
    efecto: Efecto | None
    falta: tuple[Falta, ...]

    @property
    def frase(self) -> str:
        """«La mejor hora tuvo +14 % de respuesta (entre +3 y +26) que una hora permitida al azar.»"""
        if self.efecto is None or self.dicho is Dicho.PRONTO:
            return (
                f"Todavía es pronto: {_sorteadas(self.sorteadas)} de {self.publicaciones:,}, y antes de {MINIMAS} "
                "no se dice nada."
            )
        e = self.efecto
        medido = f"{con_signo(e.ganancia_pct)} % (entre {con_signo(e.inferior_pct)} y {con_signo(e.superior_pct)})"
        if self.dicho is Dicho.NO_SE_SABE:
            return f"Todavía no se sabe: {medido}; cabe que elegir no cambie nada."
        sirvio = "respondió más" if self.dicho is Dicho.SIRVE else "respondió menos"
        return f"A la hora elegida la gente {sirvio} que a una permitida al azar: {medido}."


def juzgar(ensayos: Sequence[Ensayo], *, de: str = "") -> Veredicto:
    suyos = [e for e in ensayos if e.en_juego]
    sorteadas = sum(not e.la_mejor for e in suyos)
    efecto = estimar(suyos)
    dicho = _dicho(efecto, sorteadas)
    sabido = dicho in (Dicho.SIRVE, Dicho.ESTORBA)
    return Veredicto(
        de=de,
        dicho=dicho,
        publicaciones=len(suyos),
        sorteadas=sorteadas,
        efecto=efecto,
        falta=() if sabido else tuple(Falta(efecto_pct=b, publicaciones=faltan(suyos, efecto, b)) for b in BUSCADOS),
    )


def por_perfil(ensayos: Iterable[Ensayo]) -> list[Veredicto]:
    """El de cada perfil con alguna hora en juego, en orden."""
    suyos: dict[str, list[Ensayo]] = {}
    for ensayo in ensayos:
        if ensayo.en_juego:
            suyos.setdefault(ensayo.perfil, []).append(ensayo)
    return [juzgar(suyos[perfil], de=perfil) for perfil in sorted(suyos)]


def faltan(ensayos: Sequence[Ensayo], efecto: Efecto | None, buscado_pct: float) -> int:
    """Cuántas más, aproximadamente, para notar esa diferencia ocho veces de cada diez; redondeado a dos cifras.

    El ruido es el que se ve en las propias; mientras haya menos de MINIMAS sorteadas, el de cuentas públicas.
    """
    if efecto is not None and efecto.sorteadas >= MINIMAS:
        varianza = efecto.publicaciones * efecto.error**2
    else:
        azar = sum(e.azar for e in ensayos) / len(ensayos) if ensayos else _AZAR
        varianza = _RUIDO**2 * (1 / azar + 1 / (1 - min(azar, 0.5)))
    total = varianza * ((_Z_INTERVALO + _Z_POTENCIA) / math.log1p(buscado_pct / 100)) ** 2
    return _en_dos_cifras(max(total - len(ensayos), 0))


def _dicho(efecto: Efecto | None, sorteadas: int) -> Dicho:
    if efecto is None or sorteadas < MINIMAS:
        return Dicho.PRONTO
    if efecto.inferior_pct > 0:
        return Dicho.SIRVE
    return Dicho.ESTORBA if efecto.superior_pct < 0 else Dicho.NO_SE_SABE


def _en_dos_cifras(cuantas: float) -> int:
    if cuantas <= 0:
        return 0
    unidad = 10 ** max(int(math.log10(cuantas)) - 1, 0)
    return int(math.ceil(cuantas / unidad) * unidad)


def _sorteadas(n: int) -> str:
    return "1 hora sorteada" if n == 1 else f"{n:,} horas sorteadas"

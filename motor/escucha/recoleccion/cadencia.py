"""Cuándo se vuelve a preguntar. Puro: lo que pasó entra, un instante o un plazo sale."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from conectores.contrato import ErrorDeContenido, ErrorDeContrato, ErrorDePerfil, ErrorTransitorio

MINIMO = timedelta(minutes=1)
MAXIMO = timedelta(hours=12)
MUCHOS = 10
"""Mensajes nuevos de una vez con los que una fuente se considera agitada."""


def siguiente(
    cada: timedelta, *, nuevos: int, calladas: int, de_pago: bool = False, al_menos: timedelta = timedelta()
) -> timedelta:
    """Cuánto esperar, según lo que trajo: la mitad si trajo algo, la cuarta parte si trajo mucho, más si calla.

    calladas (veces seguidas sin nada)   0–3    4–5    6 o más
    espera                              cada   ×1.5    ×2 (×4 donde cobran)

    Nunca menos de un minuto ni más de doce horas; y no más del doble, porque lo que empieza a decirse hay que oírlo
    en minutos. Donde cobran nunca se acelera, y se espera `al_menos` lo que diga el dinero (`al_ritmo`).
    """
    factor = 1.0
    if nuevos and not de_pago:
        factor = 0.25 if nuevos >= MUCHOS else 0.5
    elif calladas > 3:
        factor = 1.5 if calladas < 6 else 4.0 if de_pago else 2.0
    return min(max(cada * factor, al_menos, MINIMO), max(MAXIMO, cada))


def al_ritmo(ahora: datetime, *, costo: float, gastado: float, presupuesto: float) -> timedelta:
    """Cuánto esperar tras algo que costó tanto, para que lo que queda de dinero dure lo que queda de mes.

    Cero mientras se haya gastado menos de lo que tocaba a estas alturas: lo ahorrado se puede usar de corrido.
    """
    inicio, fin = inicio_de_mes(ahora), mes_siguiente(ahora)
    if presupuesto <= 0 or gastado / presupuesto <= (ahora - inicio) / (fin - inicio):
        return timedelta()
    queda = max(presupuesto - gastado, presupuesto / 1000)
    return min((fin - ahora) * (costo / queda), MAXIMO)


def con_azar(espera: timedelta, azar: random.Random) -> timedelta:
    """La misma, hasta una décima parte más o menos: que cien fuentes no pregunten en el mismo segundo."""
    return espera * azar.uniform(0.9, 1.1)


# ── cuando no contesta ───────────────────────────────────────────────────────────────────────────────────────

TRAS_FALLO = timedelta(minutes=1)
TOPE_TRAS_FALLO = timedelta(minutes=30)
DETENIDA, TOPE_DETENIDA = timedelta(hours=1), timedelta(hours=6)
ESPERA_MAXIMA = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pausa:
    """Cuánto calla la fuente tras un fallo. todo_el_perfil: la espera vale también para lo demás de ese perfil."""

    espera: timedelta
    todo_el_perfil: bool = False


def tras_fallo(error: Exception, *, fallos: int, cada: timedelta, azar: random.Random) -> Pausa:
    """Lo que pidió la red; si no pidió nada, 1 min · 2^fallos con tope y azar; una hora (hasta seis, las que
    se preguntan de tarde en tarde) si lo arregla una persona.

    fallos (antes de este)   0       1      2      3       4       5 o más
    espera                0.5–1    1–2    2–4    4–8    8–16     15–30 min
    """
    if isinstance(error, ErrorTransitorio) and error.espera is not None:
        espera = min(error.espera, ESPERA_MAXIMA) + timedelta(seconds=azar.uniform(1, 15))
        return Pausa(espera=espera, todo_el_perfil=error.de_perfil)
    if isinstance(error, (ErrorDePerfil, ErrorDeContenido, ErrorDeContrato)):
        return Pausa(espera=con_azar(min(max(DETENIDA, cada), TOPE_DETENIDA), azar))
    tope = min(TRAS_FALLO * 2 ** min(fallos, 20), TOPE_TRAS_FALLO)
    de_perfil = isinstance(error, ErrorTransitorio) and error.de_perfil
    return Pausa(espera=tope * azar.uniform(0.5, 1.0), todo_el_perfil=de_perfil)


# ── cuánto se mide lo nuestro ────────────────────────────────────────────────────────────────────────────────

_H, _D = timedelta(hours=1), timedelta(days=1)
EDADES: tuple[timedelta, ...] = (
    timedelta(minutes=10),
    timedelta(minutes=30),
    *(_H * n for n in (1, 2, 4, 8, 16)),
    *(_D * n for n in (1, 2, 4, 8, 16, 30, 60, 120, 240, 365)),
)
"""Edades a las que se mide una publicación: casi todo ocurre en las primeras horas. Lo medido se guarda siempre."""


def proxima_medida(publicada_en: datetime, ahora: datetime) -> datetime | None:
    """La próxima edad que le toca; None si ya pasó el año y no se mide más."""
    return next((publicada_en + e for e in EDADES if publicada_en + e > ahora), None)


def manana(ahora: datetime, zona: ZoneInfo, *, minuto: int = 0) -> datetime:
    """Las seis de la mañana que sigue, hora de la oficina, y `minuto` minutos: los seguidores se cuentan a diario."""
    local = ahora.astimezone(zona)
    for dias in (0, 1, 2):
        dia = local.date() + timedelta(days=dias)
        toca = datetime.combine(dia, time(6, minuto % 60), tzinfo=zona).astimezone(UTC)
        if toca > ahora:
            return toca
    raise AssertionError("la mañana siempre llega")


def mes(instante: datetime) -> str:
    """«2026-11», en UTC: como cobran las redes."""
    return f"{instante.astimezone(UTC):%Y-%m}"


def inicio_de_mes(instante: datetime) -> datetime:
    return instante.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def mes_siguiente(instante: datetime) -> datetime:
    return inicio_de_mes(inicio_de_mes(instante) + timedelta(days=32))

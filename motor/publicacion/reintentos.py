"""Qué hacer después de un veredicto. Puro: un error y unas cuentas entran, una decisión sale."""

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from conectores.contrato import (
    Ausente,
    Conciliacion,
    ErrorDeContenido,
    ErrorDePerfil,
    ErrorDeRed,
    ErrorDuplicado,
    ErrorTransitorio,
    Hallada,
    Hallazgo,
    SinSaber,
)
from modelos.estados import Desenlace, Estado
from motor.reglas import Reglas


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A qué estado pasa la entrega y cuándo se la vuelve a mirar.

    espera: hasta el próximo intento (PROGRAMADA) o la próxima mirada (EN_DUDA). espera_de_perfil: lo que debe
    callar todo el perfil. pausar: el perfil no puede actuar hasta que alguien lo arregle.
    """

    estado: Estado
    desenlace: Desenlace
    espera: timedelta = timedelta()
    espera_de_perfil: timedelta | None = None
    pausar: bool = False


def espera_tras(fallos: int, reglas: Reglas, azar: random.Random) -> timedelta:
    """Espera creciente con tope y azar: mínima·2^fallos, entre la mitad y el total, nunca más de la máxima.

    fallos   0      1       2       3     …   7+
    entre   2.5–5  5–10   10–20   20–40   …  300–600 s   (mínima 5 s, máxima 10 min)
    """
    tope: timedelta = min(reglas.espera_minima * 2 ** min(fallos, 20), reglas.espera_maxima)
    return tope * azar.uniform(0.5, 1.0)


def tras_preparar(error: ErrorDeRed, *, fallos: int, dudoso: bool, reglas: Reglas, azar: random.Random) -> Decision:
    """Después de fallar lo que nadie ve: nada salió en este intento.

    dudoso: un intento anterior pudo salir; entonces nada se da por fallido sin que lo vea una persona.
    """
    if isinstance(error, ErrorDeContenido):
        return Decision(estado=Estado.POR_DECIDIR if dudoso else Estado.FALLIDA, desenlace=Desenlace.RECHAZADO)
    if isinstance(error, ErrorDePerfil):
        return Decision(estado=Estado.PROGRAMADA, desenlace=Desenlace.NO_ENVIADO, pausar=True)
    return _otra_vez(error, fallos, reglas, azar)


def tras_enviar(error: ErrorDeRed, *, fallos: int, dudoso: bool, reglas: Reglas, azar: random.Random) -> Decision:
    """Después de fallar la llamada visible. Lo que no sea un «no» seguro es una duda."""
    if isinstance(error, ErrorTransitorio):
        return _otra_vez(error, fallos, reglas, azar)
    if isinstance(error, ErrorDePerfil):
        return Decision(estado=Estado.PROGRAMADA, desenlace=Desenlace.NO_ENVIADO, pausar=True)
    if isinstance(error, ErrorDeContenido):
        if dudoso:  # quizá la rechaza porque el intento dudoso sí salió
            return Decision(estado=Estado.EN_DUDA, desenlace=Desenlace.RECHAZADO, espera=primera_mirada(reglas))
        return Decision(estado=Estado.FALLIDA, desenlace=Desenlace.RECHAZADO)
    desenlace = Desenlace.DUPLICADO if isinstance(error, ErrorDuplicado) else Desenlace.INCIERTO
    return Decision(estado=Estado.EN_DUDA, desenlace=desenlace, espera=primera_mirada(reglas))


def _otra_vez(error: ErrorDeRed, fallos: int, reglas: Reglas, azar: random.Random) -> Decision:
    propia = espera_tras(fallos, reglas, azar)
    pedida = error.espera if isinstance(error, ErrorTransitorio) else None
    # Con azar también sobre lo que pide la red: que cien perfiles no vuelvan en el mismo segundo.
    espera = pedida + propia * 0.2 if pedida is not None else propia
    de_perfil = isinstance(error, ErrorTransitorio) and error.de_perfil
    return Decision(
        estado=Estado.PROGRAMADA,
        desenlace=Desenlace.NO_ENVIADO,
        espera=espera,
        espera_de_perfil=espera if de_perfil else None,
    )


# ── la duda ──────────────────────────────────────────────────────────────────────────────────────────────────────

FALLOS_DE_MIRADA = 4
"""Veces que la red puede no dejarse mirar antes de preguntar a una persona."""


def primera_mirada(reglas: Reglas) -> timedelta:
    """Cuándo mirar por primera vez: pronto, porque encontrarla ya es concluyente aunque no encontrarla no lo sea."""
    return reglas.entre_miradas / 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Duda:
    """Lo que se sabe de una entrega en duda. ultimo_en: cuándo empezó su último intento que pudo salir."""

    ultimo_en: datetime
    revisiones: int
    fallos_de_mirada: int
    desenlaces: Collection[Desenlace | None]
    conciliacion: Conciliacion
    cuarentena: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirada:
    """Qué sigue después de mirar. estado None: sigue en duda, se mira otra vez pasada la `espera`."""

    estado: Estado | None
    espera: timedelta = timedelta()
    revisiones: int = 0
    fallos_de_mirada: int = 0
    motivo: str = ""


def tras_mirar(duda: Duda, hallazgo: Hallazgo | ErrorDeRed, *, ahora: datetime, reglas: Reglas) -> Mirada:
    """Hallada: salió. Ausente dos veces, espaciadas y pasada la cuarentena: no salió. Sin poder mirar: una persona."""
    if isinstance(hallazgo, Hallada):
        return Mirada(estado=Estado.PUBLICADA)
    if isinstance(hallazgo, Ausente):
        return _tras_ausencia(duda, ahora, reglas)
    motivo = hallazgo.motivo if isinstance(hallazgo, SinSaber) else hallazgo.detalle
    fallos = duda.fallos_de_mirada + 1
    if fallos >= FALLOS_DE_MIRADA and ahora >= duda.ultimo_en + duda.cuarentena:
        return Mirada(estado=Estado.POR_DECIDIR, motivo=f"No se pudo comprobar en la red. {motivo}")
    return Mirada(
        estado=None, espera=reglas.entre_miradas, revisiones=duda.revisiones, fallos_de_mirada=fallos, motivo=motivo
    )


def _tras_ausencia(duda: Duda, ahora: datetime, reglas: Reglas) -> Mirada:
    fin = duda.ultimo_en + duda.cuarentena
    if duda.conciliacion is not Conciliacion.IDEMPOTENTE:
        if ahora < fin:  # aún no prueba nada; pero si aparece antes, mejor saberlo pronto
            return Mirada(estado=None, espera=min(fin - ahora, reglas.entre_miradas), motivo="Todavía no aparece.")
        if duda.revisiones + 1 < 2:
            return Mirada(estado=None, espera=reglas.entre_miradas, revisiones=1, motivo="No aparece.")
    ultimo = list(duda.desenlaces)[-1]
    if ultimo in (Desenlace.RECHAZADO, Desenlace.DUPLICADO):
        return Mirada(estado=Estado.FALLIDA, motivo="La red la rechaza y no está publicada.")
    inciertos = sum(d in (Desenlace.INCIERTO, Desenlace.DUPLICADO, None) for d in duda.desenlaces)
    if inciertos >= reglas.intentos_maximos:
        return Mirada(estado=Estado.POR_DECIDIR, motivo=f"{inciertos} intentos acabaron en duda.")
    return Mirada(estado=Estado.PROGRAMADA, motivo="Ausencia confirmada: no llegó a publicarse.")

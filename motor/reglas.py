"""Las reglas de la oficina y los plazos del protocolo, como valores. Puro.

Los números por omisión del protocolo salen de un banco de caos de 50 000 publicaciones y 4 080 muertes
(docs/decisiones/0003-publicar-una-sola-vez.md).
"""

from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class TextoAlternativo(StrEnum):
    """Qué hacer con una imagen sin texto alternativo."""

    AVISAR = "avisar"
    RECHAZAR = "rechazar"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReglasDeEscucha:
    """pasado: cuánto traer la primera vez que se oye una fuente. vida_de_mensajes: cuánto se guarda lo que dice la
    gente (los conteos y lo nuestro se quedan). vida_de_respuestas: cuánto, los comentarios públicos a lo que
    publicamos, donde la red lo permite; lo mismo o menos que los demás, si no se quiere. falsas_alarmas: cuántas se
    toleran por monitor y mes. hilos: redes a la vez.
    """

    activa: bool = True
    pasado: timedelta = timedelta(days=30)
    vida_de_mensajes: timedelta = timedelta(days=180)
    vida_de_respuestas: timedelta = timedelta(days=1825)
    falsas_alarmas: float = 1.0
    hilos: int = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ReglasDeAvisos:
    """escalar_a: a quién se avisa si nadie atiende una historia en `escalar_tras`. callar: (desde, hasta) hora local
    en que
    los avisos esperan a la mañana; None: nunca. resumen_diario: su hora local; None: no se manda. resumen_semanal:
    el día,
    de 0 (lunes) a 6, a la misma hora; None: no se manda. url_del_panel: a dónde llevan los enlaces; vacía si no hay.
    """

    escalar_a: tuple[str, ...] = ()
    escalar_tras: timedelta = timedelta(hours=1)
    callar: tuple[time, time] | None = None
    resumen_diario: time | None = time(8, 0)
    resumen_semanal: int | None = 0
    url_del_panel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reglas:
    """Lo que la oficina decide.

    arriendo: cuánto tiempo es de un trabajador lo que reclamó. limite_envio: lo más que puede pasar entre escribir
    la intención y mandar el primer byte. plazo_http: lo más que dura una petición con su respuesta.
    cuarentena: mínimo antes de creer que algo no salió (cada red puede pedir más). entre_miradas: separación de
    las miradas a la red. tolerancia: lo más que algo puede salir tarde sin preguntar a una persona.
    separacion: mínimo entre dos publicaciones de un perfil. intentos_maximos: tras tantos, decide una persona.
    """

    zona: ZoneInfo
    hilos: int = 16
    arriendo: timedelta = timedelta(seconds=60)
    limite_envio: timedelta = timedelta(seconds=10)
    plazo_http: timedelta = timedelta(seconds=30)
    cuarentena: timedelta = timedelta(seconds=60)
    entre_miradas: timedelta = timedelta(seconds=20)
    desfase_de_reloj: timedelta = timedelta(seconds=1)
    tolerancia: timedelta = timedelta(hours=1)
    separacion: timedelta = timedelta(minutes=1)
    intentos_maximos: int = 8
    espera_minima: timedelta = timedelta(seconds=5)
    espera_maxima: timedelta = timedelta(minutes=10)
    texto_alternativo: TextoAlternativo = TextoAlternativo.AVISAR
    dominios_propios: tuple[str, ...] = ()
    coordinacion: tuple[str, ...] = ()
    escucha: ReglasDeEscucha = field(default_factory=ReglasDeEscucha)
    avisos: ReglasDeAvisos = field(default_factory=ReglasDeAvisos)


MARGEN = timedelta(seconds=5)


def incumplidas(reglas: Reglas) -> list[str]:
    """Las desigualdades que el protocolo exige y estas reglas no cumplen; vacía si todo va bien.

    Sin ellas se publica dos veces: con cuarentena cero, 152 de 3 000 en el banco.
    """
    faltas = []
    margen = min(MARGEN, reglas.arriendo / 10)
    if reglas.arriendo <= reglas.limite_envio + reglas.plazo_http + margen:
        faltas.append(
            f"El arriendo ({reglas.arriendo}) debe ser mayor que el límite de envío más el plazo HTTP más {margen}: "
            f"suba PREGONERO_ARRIENDO_S o baje PREGONERO_PLAZO_HTTP_S."
        )
    if reglas.cuarentena <= reglas.plazo_http + reglas.limite_envio:
        faltas.append(
            f"La cuarentena ({reglas.cuarentena}) debe ser mayor que el plazo HTTP más el límite de envío: "
            f"suba PREGONERO_CUARENTENA_S."
        )
    return faltas

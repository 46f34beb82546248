"""Las reglas de la oficina y los plazos del protocolo, como valores. Puro.

Los números por omisión del protocolo salen de un banco de caos de 50 000 publicaciones y 4 080 muertes
(docs/decisiones/0003-publicar-una-sola-vez.md).
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class TextoAlternativo(StrEnum):
    """Qué hacer con una imagen sin texto alternativo."""

    AVISAR = "avisar"
    RECHAZAR = "rechazar"


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

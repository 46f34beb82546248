"""Los estados de una entrega y sus movimientos: la única tabla que dice qué puede pasar. Pura.

PROGRAMADA ─► RECLAMADA ─► ENVIANDO ─► PUBLICADA
    ▲  │          │            ├─► PROGRAMADA   seguro que no salió: otra vez, más tarde
    │  │          │            ├─► EN_DUDA      nadie sabe: se pregunta a la red
    │  │          │            └─► FALLIDA      no pasará nunca: se dice al editor qué cambiar
    │  │          ├─► PROGRAMADA  se preparó y espera su hora, o se agotó el arriendo sin enviar nada
    │  │          ├─► RETENIDA    lo que se iba a enviar no es lo que se aprobó
    │  │          └─► FALLIDA
    │  ├─► CANCELADA · VENCIDA · RETENIDA
    │  └─► POR_DECIDIR  se pasó de su hora más de lo tolerado
EN_DUDA ─► PUBLICADA · PROGRAMADA (ausencia confirmada) · POR_DECIDIR · FALLIDA
POR_DECIDIR ─► PUBLICADA · PROGRAMADA · CANCELADA   (decide una persona)
RETENIDA ─► PROGRAMADA · CANCELADA · VENCIDA
"""

from enum import StrEnum


class Estado(StrEnum):
    PROGRAMADA = "programada"  # espera su hora, o su próximo intento
    RECLAMADA = "reclamada"  # un trabajador la tiene en arriendo; todavía no ha enviado nada visible
    ENVIANDO = "enviando"  # la intención está escrita: pudo salir en cualquier momento
    EN_DUDA = "en_duda"  # pudo salir y no lo sabemos: hay que mirar en la red
    POR_DECIDIR = "por_decidir"  # no se puede saber, o ya es muy tarde: decide una persona
    RETENIDA = "retenida"  # espera una aprobación, o la levanta la veda
    PUBLICADA = "publicada"
    FALLIDA = "fallida"  # la red no la aceptará nunca tal como está
    CANCELADA = "cancelada"
    VENCIDA = "vencida"  # pasó el plazo en que servía decirlo


MOVIMIENTOS: dict[Estado, frozenset[Estado]] = {
    Estado.PROGRAMADA: frozenset(
        {
            Estado.RECLAMADA,
            Estado.CANCELADA,
            Estado.VENCIDA,
            Estado.RETENIDA,
            Estado.POR_DECIDIR,
            Estado.PUBLICADA,
        }
    ),
    Estado.RECLAMADA: frozenset(
        {
            Estado.ENVIANDO,
            Estado.PROGRAMADA,
            Estado.RETENIDA,
            Estado.FALLIDA,
            Estado.POR_DECIDIR,
            Estado.PUBLICADA,
        }
    ),
    Estado.ENVIANDO: frozenset({Estado.PUBLICADA, Estado.PROGRAMADA, Estado.EN_DUDA, Estado.FALLIDA}),
    Estado.EN_DUDA: frozenset({Estado.PUBLICADA, Estado.PROGRAMADA, Estado.POR_DECIDIR, Estado.FALLIDA}),
    Estado.POR_DECIDIR: frozenset({Estado.PUBLICADA, Estado.PROGRAMADA, Estado.CANCELADA}),
    Estado.RETENIDA: frozenset({Estado.PROGRAMADA, Estado.CANCELADA, Estado.VENCIDA}),
    Estado.FALLIDA: frozenset({Estado.PROGRAMADA, Estado.CANCELADA}),
    Estado.CANCELADA: frozenset({Estado.PROGRAMADA}),
    Estado.VENCIDA: frozenset({Estado.PROGRAMADA}),
    Estado.PUBLICADA: frozenset(),
}

EN_VUELO = frozenset({Estado.RECLAMADA, Estado.ENVIANDO})
"""A lo más una por perfil: lo garantiza un índice único parcial."""

DUDOSOS = frozenset({Estado.EN_DUDA, Estado.POR_DECIDIR})
"""Mientras una está aquí, ninguna con la misma huella sale en su perfil."""

TERMINALES = frozenset({Estado.PUBLICADA, Estado.FALLIDA, Estado.CANCELADA, Estado.VENCIDA})
"""El motor no volverá a tocarlas por su cuenta."""

EDITABLES = frozenset({Estado.PROGRAMADA, Estado.RETENIDA, Estado.FALLIDA, Estado.CANCELADA, Estado.VENCIDA})
"""Seguro que no han salido: su texto y su hora aún pueden cambiar."""


def puede_pasar(de: Estado, a: Estado) -> bool:
    return a in MOVIMIENTOS[de]


class Desenlace(StrEnum):
    """Cómo acabó un intento. Un intento sin desenlace es una muerte entre la intención y el resultado."""

    PUBLICADO = "publicado"
    NO_ENVIADO = "no_enviado"
    INCIERTO = "incierto"
    DUPLICADO = "duplicado"
    RECHAZADO = "rechazado"

"""La historia y los números de una publicación, en palabras. Puro."""

from modelos import Desenlace
from panel.textos import _


def suceso(accion: str) -> str:
    """Qué pasó: «entrega_publicada» es «Se publicó»."""
    dichos = {
        "entrega_programada": _("Se programó"),
        "entrega_hora_elegida": _("Se eligió la hora"),
        "entrega_cambiada": _("Se cambió"),
        "entrega_retenida": _("Se retuvo"),
        "entrega_cancelada": _("Se canceló"),
        "entrega_vencida": _("Venció"),
        "entrega_tarde": _("Se pasó de su hora"),
        "entrega_preparada": _("Se preparó en la red"),
        "entrega_enviando": _("Se envió a la red"),
        "entrega_devuelta": _("Volvió a esperar"),
        "entrega_publicada": _("Se publicó"),
        "entrega_en_duda": _("Quedó en duda"),
        "entrega_por_decidir": _("Espera que alguien decida"),
        "entrega_fallida": _("Falló"),
        "entrega_borrada": _("Se borró de la red"),
        "arriendo_vencido": _("Se interrumpió y volvió a esperar"),
        "prueba_tardia": _("Se supo tarde que sí salió"),
        "desenlace_tardio": _("Se supo tarde cómo acabó"),
    }
    return dichos.get(accion) or accion.removeprefix("entrega_").replace("_", " ").capitalize()


def desenlace(como: Desenlace | None) -> str:
    """Cómo acabó un intento; None es que no se sabe."""
    dichos = {
        None: _("no se sabe"),
        Desenlace.PUBLICADO: _("se publicó"),
        Desenlace.NO_ENVIADO: _("no se envió"),
        Desenlace.INCIERTO: _("no se sabe si salió"),
        Desenlace.DUPLICADO: _("la red dice que ya estaba"),
        Desenlace.RECHAZADO: _("la red no lo aceptó"),
    }
    return dichos[como]


def metrica(nombre: str) -> str:
    dichos = {
        "alcance": _("personas alcanzadas"),
        "vistas": _("vistas"),
        "reproducciones": _("reproducciones"),
        "interacciones": _("interacciones"),
        "me_gusta": _("me gusta y reacciones"),
        "comentarios": _("comentarios"),
        "compartidos": _("veces compartida"),
        "guardados": _("veces guardada"),
        "clics": _("clics en el enlace"),
    }
    return dichos.get(nombre, nombre.replace("_", " "))


ORDEN_DE_METRICAS = (
    "alcance",
    "vistas",
    "reproducciones",
    "interacciones",
    "me_gusta",
    "comentarios",
    "compartidos",
    "guardados",
    "clics",
)
"""Las que se enseñan, por lo que más se pregunta primero."""

"""Cómo se llama un aparato, por lo que su navegador dice de sí. Puro."""

from panel.textos import _


def en_palabras(agente: str) -> str:
    """«Chrome en Android», como se reconoce un aparato de una lista."""
    sistemas = (
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
    )
    navegadores = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
    sistema = next((n for marca, n in sistemas if marca in agente), "Linux" if "Linux" in agente else _("otro sistema"))
    navegador = next((n for marca, n in navegadores if marca in agente), _("Navegador"))
    return _("%(navegador)s en %(sistema)s") % {"navegador": navegador, "sistema": sistema}

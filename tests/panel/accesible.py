"""Lo que axe halla mal en una página que se está viendo."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_axe = Axe()


def faltas(pagina: Page, *, solo_contraste: bool = False) -> list[str]:
    """Una por regla, con los elementos que no la cumplen. solo_contraste: si lo demás ya se miró en claro."""
    # Sin «resultTypes», axe describe también cada elemento que cumple: es casi todo lo que tarda.
    opciones = {"resultTypes": ["violations"]} | ({"runOnly": ["color-contrast"]} if solo_contraste else {})
    halladas = _axe.run(pagina, options=opciones).response["violations"]
    return [f"{pagina.url} {f['id']}: {[n['html'][:150] for n in f['nodes']]}" for f in halladas]

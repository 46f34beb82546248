"""Cómo se ve cada página: en el escritorio y en el teléfono, de día y de noche, y en hojas para compararlas.

python -m bench.panel.capturas CARPETA DONDE [--axe] [--sin-guiones] [--vacia] [--solo calendario] [--modo noche]

CARPETA es la de una oficina que ya esté (la de `bench.panel.lleno`, o una copia de la de la demostración); si no hay,
se hace una con dos semanas de San Jacinto, o sin nada con `--vacia`. `--axe` dice además lo que estorba a quien navega
con el teclado o con un lector de pantalla, con las reglas de WCAG 2.2 AA.
"""

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, sync_playwright
from sqlmodel import Session, col, select

from bench.panel.lleno import variables
from bench.panel.paginas import PAGINAS, panel_en_marcha
from modelos import Nombramiento, Perfil, Rol, Usuario
from motor.arranque import Oficina, abrir_oficina
from motor.demo import gente, quincena
from motor.demo.escucha import escribir_archivos
from motor.usuarios import sesiones

REDES = ("facebook", "instagram", "x")
MAS_PAGINAS = (
    "/acervo/subir",
    "/acervo/exportar",
    "/hemeroteca/exportar",
    "/monitores/nuevo",
    "/flujos/nuevo",
    "/usuarios/nuevo",
    "/perfiles/nuevo",
    "/calendario/suscripcion",
    "/cuenta/factor",
    "/api",
    "/mas",
)
DE_UNA_LISTA = ("/publicacion", "/aprobaciones", "/acervo", "/hemeroteca", "/perfiles", "/monitores", "/alertas")
"""Además de la lista, lo primero que hay en ella."""
SIN_ENTRAR = ("/entrar", "/olvide", "/no-esta")
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@dataclass(frozen=True, slots=True)
class Modo:
    nombre: str
    ancho: int
    alto: int
    oscuro: bool

    @property
    def telefono(self) -> bool:
        return self.ancho < 760


MODOS = (
    Modo("escritorio-dia", 1280, 800, False),
    Modo("escritorio-noche", 1280, 800, True),
    Modo("telefono-dia", 412, 915, False),
    Modo("telefono-noche", 412, 915, True),
)


def preparar(carpeta: Path, *, vacia: bool) -> tuple[dict[str, str], str]:
    """Con qué se abre, y la cookie de quien administra."""
    valores, nueva = variables(carpeta), not (carpeta / "pregonero.db").exists()
    if nueva:
        carpeta.mkdir(parents=True, exist_ok=True)
        if not vacia:
            escribir_archivos(carpeta / "config")
    oficina = abrir_oficina(valores)
    if nueva and not vacia:
        _vivir(oficina, carpeta)
    with oficina.entorno.base.escribir() as sesion:
        quien = _administradora(sesion, oficina)
        ahora = oficina.entorno.reloj.ahora()
        cookie = sesiones.abrir(sesion, quien, agente="capturas", direccion="127.0.0.1", ahora=ahora)
    oficina.entorno.base.cerrar()
    oficina.escucha.base.cerrar()
    return valores, cookie


def _vivir(oficina: Oficina, carpeta: Path) -> None:
    entorno = oficina.entorno
    nombres = [f"{red}-san-jacinto" for red in REDES]
    with entorno.base.escribir() as sesion:
        for n, (nombre, red) in enumerate(zip(nombres, REDES, strict=True), start=1):
            ahora = entorno.reloj.ahora()
            sesion.add(Perfil(nombre=nombre, red=red, titulo="San Jacinto", id_externo=str(n), creado_en=ahora))
    ids = gente.llegar(entorno)
    quincena.vivir(entorno, carpeta / "fotos", nombres, correos={p.nombre: p.correo for p in gente.GENTE})
    gente.dejar_a_medias(entorno, ids)


def _administradora(sesion: Session, oficina: Oficina) -> Usuario:
    orden = select(Usuario).join(Nombramiento).where(col(Nombramiento.rol) == Rol.ADMINISTRADOR)
    if hallada := sesion.exec(orden).first():
        return hallada
    quien = Usuario(correo="ana@sanjacinto.gob.mx", nombre="Ana Ruiz", creado_en=oficina.entorno.reloj.ahora())
    sesion.add(quien)
    sesion.flush()
    sesion.add(Nombramiento(usuario_id=quien.id, perfil_id=None, rol=Rol.ADMINISTRADOR))
    return quien


def caminos(pagina: Page, url: str) -> Iterator[str]:
    """Todas, y lo primero de cada lista; las que aquí no existen, no."""
    yield from (p for p in PAGINAS if not any(c.isdigit() for c in p))
    yield from MAS_PAGINAS
    for lista in DE_UNA_LISTA:
        pagina.goto(url + {"/publicacion": "/calendario?vista=lista"}.get(lista, lista))
        suyos = pagina.eval_on_selector_all(f"main a[href^='{lista}/']", "as => as.map(a => a.getAttribute('href'))")
        yield from [s for s in suyos if s.removeprefix(f"{lista}/").split("?")[0].isdigit()][:1]
    pagina.goto(f"{url}/horarios")
    hallados = pagina.eval_on_selector_all("main a[href^='/horarios/']", "as => as.map(a => a.getAttribute('href'))")
    yield from hallados[:1]


def nombre_de(camino: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in camino.strip("/")) or "hoy"


def abrir_pestana(navegador: Browser, modo: Modo, *, url: str, cookie: str, guiones: bool) -> Page:
    contexto = navegador.new_context(
        viewport={"width": modo.ancho, "height": modo.alto},
        has_touch=modo.telefono,
        is_mobile=modo.telefono,
        color_scheme="dark" if modo.oscuro else "light",
        java_script_enabled=guiones,
        locale="es-MX",
        timezone_id="America/Mexico_City",
        service_workers="block",
    )
    if cookie:
        contexto.add_cookies([{"name": "sesion", "value": cookie, "url": url}])
    return contexto.new_page()


def mirar(pagina: Page, camino: str, *, archivo: Path, axe: bool) -> list[str]:
    """Guardar su captura; devuelve lo que está mal en ella."""
    consola: list[str] = []
    pagina.on("console", lambda m: consola.append(m.text) if m.type == "error" and "404" not in m.text else None)
    respuesta = pagina.goto(camino)
    pagina.wait_for_load_state("load")
    pagina.wait_for_timeout(150)
    malo = [] if respuesta and respuesta.status < 500 else ["no contestó"]
    sobra = pagina.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    malo += [f"se sale {sobra} px a lo ancho"] if sobra > 0 else []
    pagina.screenshot(path=archivo, full_page=True)
    if axe:
        for falta in Axe().run(pagina, options=AXE).response["violations"]:
            malo.append(f"{falta['id']}: {_donde(falta['nodes'])}")
    return malo + consola


def _donde(nodos: Sequence[dict[str, Any]]) -> str:
    return " · ".join(" ".join(n["target"]) for n in nodos[:3]) + (f" y {len(nodos) - 3} más" if len(nodos) > 3 else "")


def hoja_de(modo: Modo, archivos: Sequence[Path], donde: Path) -> None:
    """Las capturas de un modo, reducidas y con su nombre, de seis en seis, o de doce en doce."""
    ancho = 300 if modo.telefono else 620
    columnas, alto = (6, 900) if modo.telefono else (3, 620)
    por_hoja = columnas * 2
    for n in range(0, len(archivos), por_hoja):
        suyos = archivos[n : n + por_hoja]
        hoja = Image.new("RGB", (columnas * (ancho + 8), 2 * (alto + 24)), "#888")
        lapiz = ImageDraw.Draw(hoja)
        for i, archivo in enumerate(suyos):
            x, y = (i % columnas) * (ancho + 8), (i // columnas) * (alto + 24)
            with Image.open(archivo) as captura:
                reducida = captura.resize((ancho, captura.height * ancho // captura.width), Image.Resampling.LANCZOS)
            hoja.paste(reducida.crop((0, 0, ancho, min(alto, reducida.height))), (x, y + 20))
            lapiz.text((x + 4, y + 4), archivo.stem, fill="white")
        hoja.save(donde / f"hoja-{modo.nombre}-{n // por_hoja + 1}.png")


def principal(
    carpeta: Annotated[Path, typer.Argument(help="La de la oficina.")],
    donde: Annotated[Path, typer.Argument(help="Dónde dejar las capturas.")],
    axe: Annotated[bool, typer.Option("--axe")] = False,
    sin_guiones: Annotated[bool, typer.Option("--sin-guiones")] = False,
    vacia: Annotated[bool, typer.Option(help="Si hay que hacerla, sin nada dentro.")] = False,
    solo: Annotated[str, typer.Option(help="Sólo las páginas cuyo camino diga esto.")] = "",
    modo: Annotated[str, typer.Option(help="Sólo los modos cuyo nombre diga esto.")] = "",
) -> None:
    valores, cookie = preparar(carpeta, vacia=vacia)
    faltas: Counter[str] = Counter()
    with panel_en_marcha(valores) as (puerto, _), sync_playwright() as playwright:
        url = f"http://127.0.0.1:{puerto}"
        banderas = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        navegador = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=banderas)
        exploradora = abrir_pestana(navegador, MODOS[0], url=url, cookie=cookie, guiones=True)
        todas = [c for c in caminos(exploradora, url) if solo in c]
        for suyo in [m for m in MODOS if modo in m.nombre]:
            (donde / suyo.nombre).mkdir(parents=True, exist_ok=True)
            archivos = []
            for camino in [*todas, *(c for c in SIN_ENTRAR if solo in c)]:
                galleta = "" if camino in SIN_ENTRAR else cookie
                pagina = abrir_pestana(navegador, suyo, url=url, cookie=galleta, guiones=not sin_guiones)
                archivos.append(donde / suyo.nombre / f"{nombre_de(camino)}.png")
                for mal in mirar(pagina, url + camino, archivo=archivos[-1], axe=axe and not sin_guiones):
                    faltas[f"{camino}  {mal}"] += 1
                pagina.context.close()
            hoja_de(suyo, archivos, donde)
        navegador.close()
    for falta, en in sorted(faltas.items()):
        print(f"{falta}  (en {en} de {len(MODOS)})")
    raise typer.Exit(1 if faltas else 0)


if __name__ == "__main__":
    typer.run(principal)

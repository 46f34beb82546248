"""Lo que la demostración enseña al final: qué se publicó, qué se rechazó y por qué, y qué correos llegaron."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from openpyxl import load_workbook
from rich.panel import Panel

from modelos import Entrega, Perfil, Publicacion
from motor.ordenes.consola import consola, estado_legible, recorte, tabla
from simulador.correo import Correo

Fila = tuple[Entrega, Perfil, Publicacion]


def tabla_de_publicadas(filas: Sequence[Fila], zona: ZoneInfo) -> None:
    cuadro = tabla("\nQué se publicó y dónde", "Hora", "Perfil", "Estado", "Qué dice")
    for entrega, perfil, _ in sorted(filas, key=lambda f: f[0].publicada_en or f[0].no_antes_de):
        hora = (entrega.publicada_en or entrega.no_antes_de).astimezone(zona)
        que = recorte(entrega.texto, max(consola.width - 52, 20))
        cuadro.add_row(f"{hora:%H:%M:%S}", perfil.nombre, estado_legible(entrega.estado), que)
    consola.print(cuadro)


def tabla_de_rechazadas(rechazadas: Iterable[Path], publicadas: Iterable[Path]) -> None:
    """Los archivos de cada carpeta: los motivos están en la primera, y las copias de los calendarios en la segunda."""
    cuadro = tabla("\nLo que se le dejó escrito al editor", "Archivo", "Qué dice")
    for motivo in [p for p in rechazadas if p.name.endswith(".motivo.txt")]:
        renglones = [x.strip() for x in motivo.read_text(encoding="utf-8").splitlines()]
        utiles = [x for x in renglones[1:] if x and not x.startswith(("Cuando esté", "Se leyó"))]
        cuadro.add_row(f"[red]{motivo.name.removesuffix('.motivo.txt')}[/]", "\n".join(utiles))
    for libro in [p for p in publicadas if p.name.endswith(".resultado.xlsx")]:
        for fila, veredicto in _filas_rechazadas(libro):
            cuadro.add_row(f"[red]{libro.name}[/], fila {fila}", veredicto)
    consola.print(cuadro)


def _filas_rechazadas(libro: Path) -> Iterator[tuple[int, str]]:
    """De la copia que se devuelve, las filas que no se aceptaron y lo que dice su columna `resultado`."""
    hoja = load_workbook(libro, read_only=True).active
    assert hoja is not None  # noqa: S101 # la escribió Pregonero
    filas = list(hoja.iter_rows(values_only=True))
    columna = filas[0].index("resultado")
    for numero, fila in enumerate(filas[1:], start=2):
        if str(fila[columna]).startswith("No se aceptó"):
            yield numero, str(fila[columna])


def contar_correos(correos: Iterable[Correo]) -> None:
    consola.print("\n[italic]Correos que recibió la coordinación[/]")
    for correo in correos:
        cuerpo = correo.texto.partition("\n-- ")[0].strip()
        consola.print(Panel(cuerpo, title=f"✉ {correo.asunto}", title_align="left", border_style="magenta"))

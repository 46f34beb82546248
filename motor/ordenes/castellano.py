"""La ayuda y los errores de la línea de órdenes, en español: Typer los trae en inglés y sin dónde traducirlos.

`Ordenes` se usa en lugar de `typer.Typer`; lo demás de este archivo es cómo se ve lo que escribe.
"""

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import typer
from rich.table import Table
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from motor.ordenes.consola import consola, consola_de_errores

F = TypeVar("F", bound=Callable[..., Any])

_ERRORES = (
    (r"Missing argument '(.+?)'\.", "Falta decir «{}»."),
    (r"Missing option '(.+?)'\.", "Falta la opción «{}»."),
    (r"Missing command\.", "Falta decir qué orden."),
    (r"No such command '(.+?)'\. Did you mean (.+)\?", "No hay una orden «{}». ¿Quiso decir {}?"),
    (r"No such command '(.+?)'\.", "No hay una orden «{}»."),
    (r"No such option: (\S+) \(Possible options: (.+)\)", "No hay una opción «{}». ¿Quiso decir {}?"),
    (r"No such option: (\S+)", "No hay una opción «{}»."),
    (r"Got unexpected extra argument\(s\) \((.+)\)", "Sobra «{}»."),
    (r"Option '(.+?)' requires an argument\.", "La opción «{}» necesita un valor."),
    (r"Option '(.+?)' does not take a value\.", "La opción «{}» no lleva valor."),
    (r"Invalid value for '(.+?)': (.+)", "«{}» está mal: {}"),
    (r"Input should be a valid integer.*", "debe ser un número entero."),
    (r"Input should be greater than or equal to (.+)", "debe ser {} o más."),
    (r"Input should be less than or equal to (.+)", "debe ser {} o menos."),
    (r"Input should be (.+)", "debe ser {}."),
    (r"(?:Value error, )?'(.+?)' is not one of (.+)\.", "«{}» no es uno de estos: {}."),
)


def traducir(mensaje: str) -> str:
    """Un error de uso, en español; el que no se conoce queda como está."""
    for patron, plantilla in _ERRORES:
        if (hallado := re.fullmatch(patron, mensaje, re.DOTALL)) is not None:
            return plantilla.format(*(traducir(parte) for parte in hallado.groups()))
    return re.sub("'([^']*)'", "«\\1»", mensaje).replace(" or ", " o ")


class Orden(TyperCommand):
    def format_usage(self, ctx: Any, formatter: Any) -> None:
        formatter.write_usage(ctx.command_path, _uso(self.params), prefix="Uso: ")

    def format_help(self, ctx: Any, _formatter: Any) -> None:
        _ensenar(self, ctx)

    def get_help_option_names(self, ctx: Any) -> list[str]:
        return list(ctx.help_option_names)


class Grupo(TyperGroup):
    def format_usage(self, ctx: Any, formatter: Any) -> None:
        formatter.write_usage(ctx.command_path, _uso(self.params, orden="ORDEN …"), prefix="Uso: ")

    def format_help(self, ctx: Any, _formatter: Any) -> None:
        _ensenar(self, ctx)

    def get_help_option_names(self, ctx: Any) -> list[str]:
        return list(ctx.help_option_names)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        como = (args, prog_name, complete_var, False, windows_expand_args)
        if not standalone_mode:
            return super().main(*como, **extra)
        try:
            sys.exit(super().main(*como, **extra))
        except typer.Abort:
            consola_de_errores.print("Interrumpido.")
            sys.exit(1)
        except typer.TyperException as error:
            _decir(error)
            sys.exit(error.exit_code)


class Ordenes(typer.Typer):
    """Un `typer.Typer` cuyas órdenes hablan español."""

    def __init__(self, **ajustes: Any) -> None:
        ayuda = {"help_option_names": ["--ayuda", "-h", "--help"]}
        propios: dict[str, Any] = {"cls": Grupo, "context_settings": ayuda, "add_completion": False}
        super().__init__(**(propios | ajustes))

    def command(self, *args: Any, **kwargs: Any) -> Callable[[F], F]:
        return super().command(*args, **({"cls": Orden} | kwargs))

    def callback(self, *args: Any, **kwargs: Any) -> Callable[[F], F]:
        return super().callback(*args, **({"cls": Grupo} | kwargs))


def _uso(parametros: Iterable[Any], *, orden: str = "") -> str:
    """Lo que se escribe detrás de la orden: primero lo obligatorio."""
    argumentos = [_nombre(p) if p.required else f"[{_nombre(p)}]" for p in parametros if isinstance(p, TyperArgument)]
    opciones = [_nombre(p) for p in parametros if isinstance(p, TyperOption) and p.required]
    return " ".join([*argumentos, *opciones, "[opciones]", *([orden] if orden else [])])


def _nombre(parametro: Any) -> str:
    if isinstance(parametro, TyperArgument):
        return (parametro.metavar or str(parametro.name).upper()) + ("…" if parametro.nargs != 1 else "")
    valor = "" if parametro.is_flag else f" {parametro.metavar or str(parametro.name).upper()}"
    return (parametro.opts[0] if parametro.required else ", ".join(parametro.opts)) + valor


def _ensenar(orden: TyperCommand | TyperGroup, ctx: Any) -> None:
    consola.print(orden.get_usage(ctx), markup=False, style="bold")
    consola.print(f"\n{orden.help or ''}", markup=False)
    ayuda = orden.get_help_option(ctx)
    if ayuda is not None:
        ayuda.help = "Mostrar esta ayuda."
    if isinstance(orden, TyperGroup):
        _cuadro("Órdenes", [(n, c.get_short_help_str(200)) for n, c in orden.commands.items()])
    argumentos = [p for p in orden.params if isinstance(p, TyperArgument)]
    opciones = [p for p in orden.get_params(ctx) if isinstance(p, TyperOption)]
    _cuadro("Argumentos", [(_nombre(p), _explicacion(p)) for p in argumentos])
    _cuadro("Opciones", [(_nombre(p), _explicacion(p)) for p in opciones])


def _explicacion(parametro: Any) -> str:
    dicho = parametro.help or ""
    if isinstance(parametro, TyperOption) and parametro.required:
        return f"{dicho} Obligatoria."
    por_omision = parametro.default
    if por_omision in (None, "", False, ()) or callable(por_omision):
        return str(dicho)
    return f"{dicho} Si no se dice, {por_omision}."


def _cuadro(titulo: str, filas: list[tuple[str, str]]) -> None:
    if not filas:
        return
    cuadro = Table.grid(padding=(0, 2))
    cuadro.add_column(style="cyan", no_wrap=max(len(f[0]) for f in filas) <= 30)
    cuadro.add_column()
    for nombre, explicacion in filas:
        cuadro.add_row(f"  {nombre}", explicacion)
    consola.print(f"\n[bold]{titulo}[/]")
    consola.print(cuadro, markup=False)


def _decir(error: typer.TyperException) -> None:
    if not (mensaje := error.format_message()):
        return  # una orden sin palabras: ya se enseñó la ayuda
    consola_de_errores.print("[red]✗[/] ", end="")
    consola_de_errores.print(traducir(mensaje), markup=False)
    if (ctx := getattr(error, "ctx", None)) is not None:
        consola_de_errores.print(ctx.get_usage(), markup=False)
        consola_de_errores.print(f"Más: {ctx.command_path} --ayuda", markup=False)

"""Qué parte de lo que ganaría quien supiera la verdad gana un método, y si sus intervalos dicen la verdad.

python -m bench.horarios.verdad [60 180 720 3000] [--mundos 200] [--semilla 1] [--por ley] [--hermanos 720] [--json]

La mejor hora: la ganancia verdadera de la que el método pone primera, entre la de la mejor de verdad. El mejor tercio:
lo mismo con el tercio de lo que se publica que cae en sus mejores horas. Ambas como razón de medias. El intervalo se
cuenta en las 168 horas y, aparte, en la elegida. «Inventa»: de los mundos en que la hora no cambia nada (la mitad de
--mundos, aparte), en cuántos el intervalo de su mejor hora queda entero por encima de cero.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.horarios.leyes import Curva
from bench.horarios.mundo import Mundo, hermano_de, mundos
from motor.horarios.mapa import Mapa
from motor.horarios.modelo import Historial, aprender

Metodo = Callable[[Mapping[str, Historial]], Mapping[str, Mapa]]

CASOS = (60, 180, 720, 3000)
TANDA = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Acierto:
    """De un mundo. hora, tercio: lo ganado y lo que se podía, en logaritmo. cubre: parte de las 168 en su intervalo."""

    mundo: Mundo
    hora: float
    hora_posible: float
    tercio: float
    tercio_posible: float
    cubre: float
    cubre_elegida: float
    afirma: bool
    prometido: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumen:
    """Todo en por ciento; None, si el método no da intervalos.

    ganancia_pct: la verdadera de la hora elegida; prometida_pct: la que el método dijo.
    """

    mundos: int
    hora: float
    tercio: float
    cubre: float | None
    cubre_elegida: float | None
    ganancia_pct: float
    prometida_pct: float
    peor_hora: float
    peor_tercio: float
    inventa: float | None = None


def principal(
    casos: Annotated[list[int] | None, typer.Argument(help="Cuántas publicaciones del pasado.")] = None,
    n: Annotated[list[int] | None, typer.Option("--n", help="Lo mismo.")] = None,
    cuantos: Annotated[int, typer.Option("--mundos", help="Mundos con efecto; sin él, la mitad.")] = 200,
    semilla: Annotated[int, typer.Option(help="La del azar.")] = 1,
    por: Annotated[str, typer.Option(help="Desglosar por ley, usos, ruido, red o confundido.")] = "",
    hermanos: Annotated[int, typer.Option(help="Publicaciones de un hermano de cada perfil; 0: sin él.")] = 0,
    en_json: Annotated[bool, typer.Option("--json", help="Escribir JSON.")] = False,
) -> None:
    """Medir el modelo del motor en mundos cuya verdad se sabe."""
    todo: dict[str, dict[str, Any]] = {}
    for cada in [*(n or []), *(casos or [])] or CASOS:
        aciertos, planos = medir(aprender, cada, cuantos=cuantos, semilla=semilla)
        if hermanos:
            con_hermano = correr(aprender, cada, [a.mundo for a in aciertos], hermanos=hermanos)
            todo[f"{cada} con hermano"] = asdict(resumir(con_hermano, []))
        todo[str(cada)] = asdict(resumir(aciertos, planos))
        for nombre, suyos in agrupar(aciertos, por) if por else ():
            todo[f"{cada} {nombre}"] = asdict(resumir(suyos, []))
    print(json.dumps(todo, ensure_ascii=False)) if en_json else ensenar(todo)


def medir(metodo: Metodo, cuantas: int, *, cuantos: int, semilla: int = 1) -> tuple[list[Acierto], list[Acierto]]:
    """Los aciertos en mundos con efecto y en mundos sin él."""
    con = correr(metodo, cuantas, list(mundos(cuantos, semilla=semilla)))
    return con, correr(metodo, cuantas, list(mundos(cuantos // 2, semilla=semilla, ley="plana")))


def correr(metodo: Metodo, cuantas: int, suyos: Sequence[Mundo], *, hermanos: int = 0) -> list[Acierto]:
    """Por tandas: el método ve muchos perfiles de una vez, como cada noche, y se puede ver cuánto falta.

    hermanos: si no es 0, cada perfil tiene otro en su organización, con tantas publicaciones.
    """
    aciertos, pantalla = [], Console(stderr=True)
    for i in track(range(0, len(suyos), TANDA), f"{cuantas} publicaciones", console=pantalla, transient=True):
        tanda = suyos[i : i + TANDA]
        historiales = {m.clave: m.historial(cuantas) for m in tanda}
        if hermanos:
            historiales |= {f"hermano de {m.clave}": hermano_de(m).historial(hermanos) for m in tanda}
            historiales = {p: replace(h, organizacion=p.removeprefix("hermano de ")) for p, h in historiales.items()}
        mapas = metodo(historiales)
        aciertos += [juzgar(m, mapas[m.clave]) for m in tanda]
    return aciertos


def juzgar(mundo: Mundo, mapa: Mapa) -> Acierto:
    dicho, inferior, superior = (
        np.log1p(np.maximum(np.array(v), -99.9) / 100) for v in (mapa.ganancia, mapa.inferior, mapa.superior)
    )
    real = mundo.ganancia
    dentro = (inferior - 1e-9 <= real) & (real <= superior + 1e-9)
    elegida = int(np.argmax(dicho))
    return Acierto(
        mundo=mundo,
        hora=float(real[elegida]),
        hora_posible=float(real.max()),
        tercio=mejor_tercio(dicho, real, mundo.habito),
        tercio_posible=mejor_tercio(real, real, mundo.habito),
        cubre=float(dentro.mean()) if np.isfinite(inferior).all() else float("nan"),
        cubre_elegida=float(dentro[elegida]) if np.isfinite(inferior).all() else float("nan"),
        afirma=bool(inferior[elegida] > 0),
        prometido=float(dicho[elegida]),
    )


def mejor_tercio(puntos: Curva, real: Curva, habito: Curva, *, parte: float = 1 / 3) -> float:
    """Lo que de verdad se gana, en logaritmo, en la parte de lo publicado que cae en las horas de más puntos."""
    orden = np.argsort(-puntos, kind="stable")
    antes = np.cumsum(habito[orden]) - habito[orden]
    peso = np.clip(parte - antes, 0, habito[orden])
    return float(peso @ real[orden] / parte)


def resumir(aciertos: Sequence[Acierto], planos: Sequence[Acierto]) -> Resumen:
    def media(campo: str) -> float:
        return float(np.mean([getattr(a, campo) for a in aciertos]))

    con_intervalo = np.isfinite(media("cubre"))
    return Resumen(
        mundos=len(aciertos),
        hora=_pct(media("hora") / (media("hora_posible") or 1)),
        tercio=_pct(media("tercio") / (media("tercio_posible") or 1)),
        cubre=_pct(media("cubre")) if con_intervalo else None,
        cubre_elegida=_pct(media("cubre_elegida")) if con_intervalo else None,
        ganancia_pct=_pct(np.expm1(media("hora"))),
        prometida_pct=_pct(np.expm1(media("prometido"))),
        peor_hora=_pct(np.mean([a.hora < -1e-9 for a in aciertos])),
        peor_tercio=_pct(np.mean([a.tercio < -1e-9 for a in aciertos])),
        inventa=_pct(np.mean([a.afirma for a in planos])) if planos and con_intervalo else None,
    )


def agrupar(aciertos: Iterable[Acierto], por: str) -> list[tuple[str, list[Acierto]]]:
    grupos: dict[str, list[Acierto]] = {}
    for a in aciertos:
        grupos.setdefault(str(getattr(a.mundo, por)), []).append(a)
    return sorted(grupos.items())


def _pct(parte: float | np.floating[Any]) -> float:
    return round(100 * float(parte), 1)


def ensenar(todo: Mapping[str, Mapping[str, Any]], titulo: str = "Mundos cuya verdad se sabe (%)") -> None:
    tabla = Table(
        "", "mundos", "mejor hora", "mejor tercio", "intervalo", "en la elegida", "gana", "dijo",
        "peor: hora", "tercio", "inventa", title=titulo, title_justify="left",
    )  # fmt: skip
    for nombre, r in todo.items():
        celdas = [r[c] for c in ("hora", "tercio", "cubre", "cubre_elegida", "ganancia_pct", "prometida_pct")]
        celdas += [r[c] for c in ("peor_hora", "peor_tercio", "inventa")]
        tabla.add_row(nombre, str(r["mundos"]), *("—" if v is None else f"{v:.1f}" for v in celdas))
    (Console() if sys.stdout.isatty() else Console(width=120)).print(tabla)


if __name__ == "__main__":
    typer.run(principal)

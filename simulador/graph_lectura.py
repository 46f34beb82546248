"""Leer en Graph: qué campos se piden, con sus campos de dentro, y las páginas con cursores de los listados."""

import base64
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from simulador import graph_errores as errores
from simulador.graph_errores import NoPasa
from simulador.mensajes import Peticion


class ConId(Protocol):
    """Algo que se lista."""

    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=ConId)
_TOPE = 100
_DE_LISTADO = 25


def fecha(instante: datetime) -> str:
    return instante.strftime("%Y-%m-%dT%H:%M:%S+0000")


@dataclass(frozen=True, slots=True)
class Campo:
    """Un campo pedido: `comments.filter(stream).limit(3){id,message}`."""

    nombre: str
    modificadores: Mapping[str, str] = field(default_factory=dict)
    dentro: str = ""


_CAMPO = re.compile(r"(?P<nombre>[^.{(]+)(?P<modificadores>(?:\.\w+\([^)]*\))*)(?:\{(?P<dentro>.*)\})?", re.DOTALL)
_MODIFICADOR = re.compile(r"\.(\w+)\(([^)]*)\)")


def partir_campos(texto: str) -> list[Campo]:
    """`a,b.limit(3){c,d}` → a, y b con su límite y sus campos de dentro. Lanza el error 2500 si no se entiende."""
    trozos, trozo, hondo = [], "", 0
    for letra in texto + ",":
        hondo += (letra in "{(") - (letra in "})")
        if letra == "," and hondo == 0:
            trozos.append(trozo.strip())
            trozo = ""
        else:
            trozo += letra
    campos = []
    for limpio in filter(None, trozos):
        if (hallado := _CAMPO.fullmatch(limpio)) is None:
            raise NoPasa(errores.error(2500, f"Syntax error at {limpio!r}"))
        modificadores = dict(_MODIFICADOR.findall(hallado["modificadores"] or ""))
        campos.append(Campo(hallado["nombre"].strip(), modificadores, hallado["dentro"] or ""))
    return campos


def elegir(nodo: Mapping[str, Any], pedidos: str, *, tipo: str, de_siempre: Sequence[str] = ("id",)) -> dict[str, Any]:
    """Los campos pedidos de un nodo; los que están a None no se dicen. Lanza el error 100 si alguno no existe.

    El que se calcula según cómo se pida (un listado de dentro) está en el nodo como función de su `Campo`.
    """
    campos = partir_campos(pedidos) or [Campo(nombre) for nombre in de_siempre]
    dicho: dict[str, Any] = {"id": nodo["id"]} if nodo.get("id") is not None else {}
    for campo in campos:
        if campo.nombre not in nodo:
            detalle = f"Tried accessing nonexisting field ({campo.nombre}) on node type ({tipo})"
            raise NoPasa(errores.parametro(detalle))
        valor = nodo[campo.nombre]
        valor = valor(campo) if callable(valor) else valor
        if valor is not None:
            dicho[campo.nombre] = valor
    return dicho


def paginar(
    p: Peticion, elementos: Sequence[T], *, pedido: str, pintar: Callable[[T], dict[str, Any]]
) -> dict[str, Any]:
    """`{"data", "paging"}` con cursores; el «next» lleva el token si venía en la dirección, como el de verdad.

    Sólo se pinta la página que se pide: los elementos pueden ser miles.
    """
    modificadores = {c: p.valor(c) for c in ("limit", "after") if p.valor(c)}
    return rebanar(elementos, modificadores, direccion=f"{p.base}{pedido}", consulta=p.consulta, pintar=pintar)


def rebanar(
    elementos: Sequence[T],
    modificadores: Mapping[str, str],
    *,
    direccion: str,
    pintar: Callable[[T], dict[str, Any]],
    consulta: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """La página de un listado que piden `limit` y `after`. direccion: la del listado, para armar el «next»."""
    crudo = modificadores.get("limit", str(_DE_LISTADO))
    if not crudo.isdigit():
        raise NoPasa(errores.parametro("limit must be a positive integer"))
    cuantas = min(int(crudo), _TOPE)
    ids = [e.id for e in elementos]
    desde = _tras(modificadores.get("after", ""), ids)
    pagina = [pintar(e) for e in elementos[desde : desde + cuantas]]
    if not pagina:
        return {"data": []}
    hasta = desde + len(pagina)
    paginas: dict[str, Any] = {"cursors": {"before": _marca(ids[desde]), "after": _marca(ids[hasta - 1])}}
    if hasta < len(elementos):
        siguiente = {**(consulta or {}), "limit": str(cuantas), "after": paginas["cursors"]["after"]}
        paginas["next"] = f"{direccion}?{urlencode(siguiente)}"
    return {"data": pagina, "paging": paginas}


def _marca(id_externo: str) -> str:
    return base64.urlsafe_b64encode(f"c:{id_externo}".encode()).decode().rstrip("=")


def _tras(cursor: str, ids: Sequence[str]) -> int:
    if not cursor:
        return 0
    try:
        id_externo = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().removeprefix("c:")
        return ids.index(id_externo) + 1
    except ValueError:
        raise NoPasa(errores.parametro("Invalid cursors values")) from None


def instante_de(crudo: str) -> float:
    """Segundos de época de un `scheduled_publish_time`, `since` o `until`: número o ISO 8601. Lanza el error 100."""
    if crudo.isdigit():
        return float(crudo)
    try:
        return datetime.fromisoformat(crudo).timestamp()
    except ValueError:
        raise NoPasa(errores.parametro("The specified time is invalid.")) from None


def entre(p: Peticion, instante: datetime) -> bool:
    """Si un instante cae entre `since` y `until`, cuando se piden."""
    desde, hasta = p.valor("since"), p.valor("until")
    momento = instante.timestamp()
    return (not desde or momento >= instante_de(desde)) and (not hasta or momento <= instante_de(hasta))


def epoca() -> int:
    return int(time.time())

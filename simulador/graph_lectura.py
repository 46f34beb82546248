"""Leer en Graph: qué campos se piden, con sus campos de dentro, y las páginas con cursores de los listados."""

import base64
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from simulador import graph_errores as errores
from simulador.graph_errores import NoPasa
from simulador.mensajes import Peticion

_TOPE = 100
_DE_LISTADO = 25


def fecha(instante: datetime) -> str:
    return instante.strftime("%Y-%m-%dT%H:%M:%S+0000")


def partir_campos(texto: str) -> dict[str, str]:
    """`a,b{c,d}.limit(3)` → {"a": "", "b": "c,d"}."""
    campos: dict[str, str] = {}
    nombre, dentro, hondo = "", "", 0
    for letra in texto + ",":
        if letra == "," and hondo == 0:
            if limpio := nombre.split(".")[0].strip():
                campos[limpio] = dentro
            nombre = dentro = ""
        elif letra in "{}":
            hondo += 1 if letra == "{" else -1
            if hondo and (hondo > 1 or letra == "}"):
                dentro += letra
        elif hondo:
            dentro += letra
        else:
            nombre += letra
    return campos


def elegir(nodo: Mapping[str, Any], pedidos: str, *, tipo: str, de_siempre: Sequence[str] = ("id",)) -> dict[str, Any]:
    """Los campos pedidos de un nodo; los que están a None no se dicen. Lanza el error 100 si alguno no existe."""
    campos = partir_campos(pedidos) or dict.fromkeys(de_siempre, "")
    for nombre in campos:
        if nombre not in nodo:
            detalle = f"Tried accessing nonexisting field ({nombre}) on node type ({tipo})"
            raise NoPasa(errores.parametro(detalle))
    return {n: nodo[n] for n in ("id", *campos) if nodo.get(n) is not None}


def paginar(p: Peticion, filas: Sequence[dict[str, Any]], *, pedido: str) -> dict[str, Any]:
    """`{"data", "paging"}` con cursores; el «next» lleva el token si venía en la dirección, como el de verdad."""
    crudo = p.valor("limit", str(_DE_LISTADO))
    if not crudo.isdigit() or not int(crudo) >= 1:
        raise NoPasa(errores.parametro("limit must be a positive integer"))
    cuantas = min(int(crudo), _TOPE)
    marcas = [_marca(str(f["id"])) for f in filas]
    desde = _tras(p.valor("after"), marcas)
    pagina = list(filas[desde : desde + cuantas])
    if not pagina:
        return {"data": []}
    paginas: dict[str, Any] = {"cursors": {"before": marcas[desde], "after": marcas[desde + len(pagina) - 1]}}
    if desde + len(pagina) < len(filas):
        consulta = {**p.consulta, "limit": str(cuantas), "after": paginas["cursors"]["after"]}
        paginas["next"] = f"{p.base}{pedido}?{urlencode(consulta)}"
    return {"data": pagina, "paging": paginas}


def _marca(id_externo: str) -> str:
    return base64.urlsafe_b64encode(f"c:{id_externo}".encode()).decode().rstrip("=")


def _tras(cursor: str, marcas: Sequence[str]) -> int:
    if not cursor:
        return 0
    if cursor not in marcas:
        raise NoPasa(errores.parametro("Invalid cursors values"))
    return marcas.index(cursor) + 1


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

"""Los filtros de la hemeroteca, como llegan en la dirección y como se escriben en ella."""

from datetime import UTC, date, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request

from motor.hemeroteca.lista import Filtros, Marca

_LARGO, _NUMERO_MAXIMO = 300, 2**31 - 1


def _filtros(request: Request) -> Filtros:
    dicho = request.query_params
    perfil = dicho.get("perfil", "")
    return Filtros(
        q=dicho.get("q", "")[:_LARGO].replace("\0", "").strip(),
        perfil=min(int(perfil), _NUMERO_MAXIMO) if perfil.isascii() and perfil.isdecimal() else 0,
        desde=_dia(dicho.get("desde", "")),
        hasta=_dia(dicho.get("hasta", "")),
        borradas=dicho.get("borradas", "") == "1",
    )


def _marca(request: Request) -> Marca | None:
    """Lo último que ya se vio: «2026-11-22T15:00:00+00:00~17»."""
    instante, _, id_ = request.query_params.get("antes", "").partition("~")
    try:
        en = datetime.fromisoformat(instante)
        return (en if en.tzinfo else en.replace(tzinfo=UTC), min(int(id_), _NUMERO_MAXIMO))
    except ValueError:
        return None


def _dia(escrito: str) -> date | None:
    try:
        dia = date.fromisoformat(escrito)
    except ValueError:
        return None
    return dia if 1990 < dia.year < 2200 else None


Filtrado = Annotated[Filtros, Depends(_filtros)]
Antes = Annotated[Marca | None, Depends(_marca)]


def en_consulta(f: Filtros, *, antes: Marca | None = None) -> str:
    dichos = {
        "q": f.q,
        "perfil": f.perfil,
        "desde": f.desde.isoformat() if f.desde else "",
        "hasta": f.hasta.isoformat() if f.hasta else "",
        "borradas": "1" if f.borradas else "",
        "antes": f"{antes[0].astimezone(UTC).isoformat()}~{antes[1]}" if antes else "",
    }
    return urlencode({campo: valor for campo, valor in dichos.items() if valor})

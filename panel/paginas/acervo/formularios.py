"""Lo que escribe la persona, tal como llega: los filtros de la galería y los campos de la ficha."""

from dataclasses import asdict, fields
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Request

from motor.acervo.galeria import Filtros

CAMPOS = ("descripcion", "evento", "lugar", "personas", "etiquetas", "tomado", "autoria", "derechos", "vence")
_LARGO, _NUMERO_MAXIMO = 300, 2**31 - 1


def _filtros(request: Request) -> Filtros:
    dichos: dict[str, Any] = {}
    for campo in fields(Filtros):
        escrito = request.query_params.get(campo.name, "")[:_LARGO].replace("\0", "").strip()
        dichos[campo.name] = escrito in ("1", "on", "true", "True") if campo.type is bool else escrito
    return Filtros(**dichos)


Filtrado = Annotated[Filtros, Depends(_filtros)]


def en_consulta(filtros: Filtros, **mas: Any) -> str:
    """Los filtros como van en una dirección, sin los vacíos."""
    juntos = {**asdict(filtros), **mas}
    return urlencode({campo: 1 if valor is True else valor for campo, valor in juntos.items() if valor})


async def _escrito(request: Request) -> dict[str, str]:
    formulario = await request.form()
    return {campo: str(formulario.get(campo, "")) for campo in CAMPOS}


Escrito = Annotated[dict[str, str], Depends(_escrito)]


def _elegidos_en_la_direccion(request: Request) -> list[int]:
    return _numeros(request.query_params.getlist("id"))


async def _elegidos_en_el_formulario(request: Request) -> list[int]:
    return _numeros((await request.form()).getlist("id"))


def _numeros(escritos: list[Any]) -> list[int]:
    sueltos = (int(e) for e in escritos if str(e).isdecimal() and len(str(e)) <= 10)
    return [n for n in dict.fromkeys(sueltos) if n <= _NUMERO_MAXIMO]


Elegidos = Annotated[list[int], Depends(_elegidos_en_la_direccion)]
ElegidosAlEnviar = Annotated[list[int], Depends(_elegidos_en_el_formulario)]

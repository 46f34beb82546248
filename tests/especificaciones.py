"""Comprobar peticiones de verdad contra las descripciones oficiales (OpenAPI 3.0) de las redes.

Las descripciones no están en el repositorio (la de X no admite redistribución): se buscan en la carpeta de
`PREGONERO_ESPECIFICACIONES` o, si no, en `../shared/especificaciones`. Sin ellas, la prueba se salta diciéndolo.

    spec = cargar("pinterest-v5-openapi.json")
    assert spec.faltas("POST", "/v5/pins", cuerpo=b"{…}", tipo="application/json") == []
"""

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT4

_RAIZ = Path(__file__).parent.parent
# Se lee al importar: durante una prueba, `conftest.py` esconde nuestras variables de entorno.
CARPETA = Path(os.environ.get("PREGONERO_ESPECIFICACIONES") or _RAIZ.parent / "shared" / "especificaciones")
_URN = "urn:especificacion"


def cargar(nombre: str) -> "Especificacion":
    """La descripción de ese archivo; salta la prueba si no está."""
    ruta = CARPETA / nombre
    if not ruta.is_file():
        pytest.skip(f"no está la descripción oficial {nombre} (PREGONERO_ESPECIFICACIONES dice dónde buscarla)")
    return _leer(ruta)


@lru_cache
def _leer(ruta: Path) -> "Especificacion":
    return Especificacion(_como_draft4(json.loads(ruta.read_text("utf-8"))))


def _como_draft4(nodo: Any) -> Any:
    """Lo que OpenAPI 3.0 añade a JSON Schema, dicho en JSON Schema: `nullable` y los campos de sólo lectura."""
    if isinstance(nodo, list):
        return [_como_draft4(n) for n in nodo]
    if not isinstance(nodo, dict):
        return nodo
    salida = {clave: _como_draft4(valor) for clave, valor in nodo.items()}
    propiedades = salida.get("properties")
    if isinstance(propiedades, dict) and isinstance(requeridos := salida.get("required"), list):
        de_lectura = {n for n, p in propiedades.items() if isinstance(p, dict) and p.get("readOnly") is True}
        salida["required"] = [n for n in requeridos if n not in de_lectura] or None
        if salida["required"] is None:
            del salida["required"]
    if salida.get("nullable") is True and ("type" in salida or "$ref" in salida or "oneOf" in salida):
        return {"anyOf": [{c: v for c, v in salida.items() if c != "nullable"}, {"type": "null"}]}
    return salida


@dataclass
class Especificacion:
    datos: Mapping[str, Any] = field(repr=False)

    def faltas(
        self,
        metodo: str,
        ruta: str,
        *,
        consulta: Iterable[tuple[str, str]] = (),
        cuerpo: bytes = b"",
        tipo: str = "",
    ) -> list[str]:
        """Todo lo que la petición incumple; vacía si cumple. La ruta lleva el prefijo de `servers` («/v5/pins»)."""
        if (hallada := self._operacion(metodo, ruta)) is None:
            return [f"{metodo} {ruta}: la descripción no tiene esta operación"]
        puntero, valores = hallada
        parametros = self._parametros(puntero)
        return [
            f"{metodo} {ruta}: {falta}"
            for falta in [
                *self._faltas_de_ruta(parametros, valores),
                *self._faltas_de_consulta(parametros, list(consulta)),
                *self._faltas_de_cuerpo(puntero, cuerpo, tipo.partition(";")[0].strip().lower()),
            ]
        ]

    # ── La operación ─────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _plantillas(self) -> list[tuple[re.Pattern[str], str]]:
        """Las rutas como expresiones, primero las que tienen menos variables: «/users/me» antes que «/users/{id}»."""
        rutas = sorted(self.datos["paths"], key=lambda r: r.count("{"))
        return [(re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(r)) + "$"), r) for r in rutas]

    def _operacion(self, metodo: str, ruta: str) -> tuple[tuple[str, ...], dict[str, str]] | None:
        for prefijo in self._prefijos():
            for patron, plantilla in self._plantillas:
                hallado = patron.match(ruta.removeprefix(prefijo)) if ruta.startswith(prefijo) else None
                if hallado and metodo.lower() in self.datos["paths"][plantilla]:
                    valores = {n: unquote(v) for n, v in hallado.groupdict().items()}
                    return ("paths", plantilla, metodo.lower()), valores
        return None

    def _prefijos(self) -> list[str]:
        return [urlsplit(s["url"]).path.rstrip("/") for s in self.datos.get("servers", [])] or [""]

    def _parametros(self, puntero: tuple[str, ...]) -> list[Mapping[str, Any]]:
        _, plantilla, metodo = puntero
        camino = self.datos["paths"][plantilla]
        return [self._resolver(p) for p in [*camino.get("parameters", []), *camino[metodo].get("parameters", [])]]

    def _resolver(self, nodo: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in nodo:
            nodo = self._en(*nodo["$ref"].removeprefix("#/").split("/"))
        return nodo

    def _en(self, *partes: str) -> Any:
        nodo: Any = self.datos
        for parte in partes:
            nodo = nodo[parte.replace("~1", "/").replace("~0", "~")]
        return nodo

    # ── Los esquemas ─────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _registro(self) -> "Registry[Any]":
        vacio: Registry[Any] = Registry()
        lleno: Registry[Any] = vacio.with_resource(_URN, DRAFT4.create_resource(self.datos))
        return lleno

    def _faltas_de(self, esquema: Mapping[str, Any], valor: object) -> list[str]:
        """Valida con las referencias resueltas contra toda la descripción."""
        validador = Draft4Validator(_absolutas(esquema), registry=self._registro, format_checker=FormatChecker())
        return [
            f"{'.'.join(map(str, e.absolute_path)) or 'valor'}: {e.message[:300]}" for e in validador.iter_errors(valor)
        ]

    # ── Los parámetros ───────────────────────────────────────────────────────────────────────────────────────

    def _faltas_de_ruta(self, parametros: Sequence[Mapping[str, Any]], valores: Mapping[str, str]) -> list[str]:
        return [
            f"ruta, {p['name']}: {falta}"
            for p in parametros
            if p["in"] == "path"
            for falta in self._faltas_de(p["schema"], self._con_tipo(p["schema"], valores[p["name"]]))
        ]

    def _faltas_de_consulta(
        self, parametros: Sequence[Mapping[str, Any]], consulta: Sequence[tuple[str, str]]
    ) -> list[str]:
        conocidos = {p["name"]: p for p in parametros if p["in"] == "query"}
        dados: dict[str, list[str]] = {}
        for nombre, valor in consulta:
            dados.setdefault(nombre, []).append(valor)
        faltas = [f"consulta: «{nombre}» no existe" for nombre in dados if nombre not in conocidos]
        faltas += [f"consulta: falta «{n}»" for n, p in conocidos.items() if p.get("required") and n not in dados]
        for nombre, valores in dados.items():
            if (parametro := conocidos.get(nombre)) is not None:
                leido = self._leido(parametro, valores)
                faltas += [f"consulta, {nombre}: {f}" for f in self._faltas_de(parametro["schema"], leido)]
        return faltas

    def _leido(self, parametro: Mapping[str, Any], valores: list[str]) -> object:
        """Un parámetro de consulta con su tipo: listas repetidas o separadas por comas, números, booleanos."""
        esquema = self._resolver(parametro["schema"])
        if esquema.get("type") != "array":
            return self._con_tipo(esquema, valores[0]) if len(valores) == 1 else valores
        repetida = parametro.get("explode", True)
        trozos = valores if repetida else ",".join(valores).split(",")
        return [self._con_tipo(esquema.get("items", {}), t) for t in trozos]

    def _con_tipo(self, esquema: Mapping[str, Any], valor: str) -> object:
        tipo = self._resolver(esquema).get("type")
        if tipo == "integer" and re.fullmatch(r"-?\d+", valor):
            return int(valor)
        if tipo == "number" and re.fullmatch(r"-?\d+(\.\d+)?", valor):
            return float(valor)
        if tipo == "boolean" and valor in ("true", "false"):
            return valor == "true"
        return valor

    # ── El cuerpo ────────────────────────────────────────────────────────────────────────────────────────────

    def _faltas_de_cuerpo(self, puntero: tuple[str, ...], cuerpo: bytes, tipo: str) -> list[str]:
        pedido = self._resolver(self._en(*(p.replace("/", "~1") for p in puntero)).get("requestBody", {}))
        if not pedido:
            return ["cuerpo: esta operación no lleva"] if cuerpo else []
        if not cuerpo:
            return ["cuerpo: falta"] if pedido.get("required") else []
        contenidos = pedido["content"]
        if tipo not in contenidos:
            return [f"cuerpo: va como «{tipo}» y se admite {', '.join(contenidos)}"]
        try:
            valor = self._leer_cuerpo(cuerpo, tipo)
        except ValueError as error:
            return [f"cuerpo: no se puede leer como {tipo} ({error})"]
        return [f"cuerpo, {f}" for f in self._faltas_de(contenidos[tipo]["schema"], valor)]

    @staticmethod
    def _leer_cuerpo(cuerpo: bytes, tipo: str) -> Any:
        if tipo.endswith("json"):
            return json.loads(cuerpo)
        if tipo == "application/x-www-form-urlencoded":
            campos = parse_qs(cuerpo.decode(), keep_blank_values=True, strict_parsing=True)
            return {n: v[0] if len(v) == 1 else v for n, v in campos.items()}
        raise ValueError("este validador no lee ese tipo")


def _absolutas(nodo: Any) -> Any:
    """El esquema con sus `$ref` apuntando a la descripción entera."""
    if isinstance(nodo, list):
        return [_absolutas(n) for n in nodo]
    if not isinstance(nodo, Mapping):
        return nodo
    return {
        clave: f"{_URN}{valor}" if clave == "$ref" and isinstance(valor, str) else _absolutas(valor)
        for clave, valor in nodo.items()
    }

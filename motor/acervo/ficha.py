"""La ficha de un medio: lo que una persona escribe de él, comprobado, y cómo se pone. La comprobación es pura."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from modelos import Medio
from motor.acervo.palabras import buscable

LARGOS: Mapping[str, int] = {
    "descripcion": 2000,
    "evento": 300,
    "lugar": 300,
    "autoria": 200,
    "derechos": 500,
}
LISTA_MAXIMA, LARGO_EN_LISTA = 40, 120
_TOMADO = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_SEPARA = re.compile(r"[,;\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ficha:
    """vence: el último día en que se puede usar, hora local; vacío si no caduca."""

    descripcion: str = ""
    evento: str = ""
    lugar: str = ""
    personas: tuple[str, ...] = ()
    etiquetas: tuple[str, ...] = ()
    tomado: str = ""
    autoria: str = ""
    derechos: str = ""
    vence: str = ""
    faltas: Mapping[str, str] = field(default_factory=dict)


def entender(escrito: Mapping[str, str]) -> Ficha:
    """Lo que se escribió en el formulario. `faltas`: por campo, qué está mal."""
    dichos = {campo: _limpio(escrito.get(campo, "")) for campo in (*LARGOS, "tomado", "vence")}
    faltas = {
        campo: f"Tiene {len(dichos[campo])} caracteres y caben {largo}."
        for campo, largo in LARGOS.items()
        if len(dichos[campo]) > largo
    }
    if dichos["tomado"] and not _es_fecha_suelta(dichos["tomado"]):
        faltas["tomado"] = "Escríbala como 2026, 2026-09 o 2026-09-15."
    if dichos["vence"] and _dia(dichos["vence"]) is None:
        faltas["vence"] = "Escríbala como 2026-09-15."
    personas, etiquetas = lista(escrito.get("personas", "")), lista(escrito.get("etiquetas", ""))
    for campo, cuales in (("personas", personas), ("etiquetas", etiquetas)):
        if len(cuales) > LISTA_MAXIMA or any(len(una) > LARGO_EN_LISTA for una in cuales):
            faltas[campo] = f"Son demasiadas o muy largas: caben {LISTA_MAXIMA}, de {LARGO_EN_LISTA} letras."
    return Ficha(**dichos, personas=personas, etiquetas=etiquetas, faltas=faltas)


def lista(escrito: str) -> tuple[str, ...]:
    """Lo separado por comas o renglones, sin repetir."""
    return tuple(dict.fromkeys(limpio for parte in _SEPARA.split(escrito) if (limpio := _limpio(parte).lstrip("#"))))


def _limpio(escrito: str) -> str:
    return "\n".join(" ".join(renglon.split()) for renglon in escrito.replace("\0", "").strip().splitlines())


def _es_fecha_suelta(escrita: str) -> bool:
    if _TOMADO.fullmatch(escrita) is None:
        return False
    return _dia((escrita + "-01-01")[:10]) is not None


def _dia(escrito: str) -> date | None:
    try:
        dia = date.fromisoformat(escrito)
    except ValueError:
        return None
    return dia if dia.isoformat() == escrito and 1800 < dia.year < 2200 else None


def vencimiento(vence: str, zona: ZoneInfo) -> datetime | None:
    """El instante en que deja de poderse usar: al acabar ese día."""
    dia = _dia(vence)
    if dia is None:
        return None
    return datetime.combine(dia + timedelta(days=1), time(), zona).astimezone(UTC)


def ultimo_dia(vence_en: datetime | None, zona: ZoneInfo) -> str:
    """Lo contrario de `vencimiento`: «2026-09-15»."""
    return (vence_en.astimezone(zona) - timedelta(seconds=1)).date().isoformat() if vence_en else ""


# ── poner ────────────────────────────────────────────────────────────────────────────────────────────────────────


def poner(sesion: Session, medio: Medio, ficha: Ficha, *, zona: ZoneInfo) -> tuple[str, ...]:
    """Escribir la ficha entera de un medio; los campos que cambiaron."""
    return _cambiar(sesion, medio, _columnas(ficha, zona))


def poner_en_varios(sesion: Session, medios: Iterable[Medio], ficha: Ficha, *, zona: ZoneInfo) -> int:
    """En muchos a la vez sólo se pone lo escrito: lo vacío no se toca, y personas y etiquetas se añaden. Cuántos."""
    columnas = {campo: valor for campo, valor in _columnas(ficha, zona).items() if valor}
    cambiados = 0
    for medio in medios:
        suyas = dict(columnas)
        for campo in ("personas", "etiquetas"):
            if campo in suyas:
                suyas[campo] = list(dict.fromkeys([*getattr(medio, campo), *suyas[campo]]))[:LISTA_MAXIMA]
        cambiados += bool(_cambiar(sesion, medio, suyas))
    return cambiados


def _columnas(ficha: Ficha, zona: ZoneInfo) -> dict[str, Any]:
    columnas = {f.name: getattr(ficha, f.name) for f in fields(ficha) if f.name not in ("faltas", "vence")}
    columnas |= {"personas": list(ficha.personas), "etiquetas": list(ficha.etiquetas)}
    return columnas | {"vence_en": vencimiento(ficha.vence, zona)}


def _cambiar(sesion: Session, medio: Medio, columnas: Mapping[str, Any]) -> tuple[str, ...]:
    cambiadas = tuple(campo for campo, valor in columnas.items() if getattr(medio, campo) != valor)
    for campo in cambiadas:
        setattr(medio, campo, columnas[campo])
    if cambiadas:
        medio.buscable = palabras_de(medio)
        sesion.add(medio)
    return cambiadas


def palabras_de(medio: Medio) -> str:
    """Por lo que se halla un medio."""
    sueltas = (medio.nombre, medio.descripcion, medio.evento, medio.lugar, medio.tomado, medio.autoria, medio.derechos)
    return buscable([*sueltas, *medio.personas, *medio.etiquetas])

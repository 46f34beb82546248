"""Dejar lo que mandó una red en condiciones de guardarse, sin perder nada en silencio. Puro.

Ninguna rareza de un mensaje debe hundir a los demás de su tanda: se corrige lo que tiene arreglo y se aparta lo que no.
"""

import hashlib
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from conectores.contrato_escucha import Autor, Clase, Oido

LARGO_DEL_TEXTO = 100_000  # ninguna red pasa de unas 63 000 letras; lo demás queda entero en el crudo
_LARGO_DEL_ID = 500
_LARGOS = {
    "texto": LARGO_DEL_TEXTO,
    "titulo": 500,
    "url": 2048,
    "idioma": 16,
    "en_respuesta_a": _LARGO_DEL_ID,
}
_LARGOS_DEL_AUTOR = {"id": 200, "usuario": 200, "nombre": 300}
_MAYOR_ENTERO = 2**31 - 1
_ANTES_NO_HABIA_REDES = datetime(2000, 1, 1, tzinfo=UTC)
_RELOJ_DE_LA_RED = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Apartado:
    """Un mensaje que no se guarda, y por qué, para la bitácora: sin su texto ni su autor."""

    id_externo: str
    motivo: str


def limpiar(oido: Oido, *, ahora: datetime) -> Oido | Apartado:
    """El mismo mensaje, en condiciones de guardarse; el que ya lo está, tal cual.

    Una fecha sin zona se toma como UTC. Una imposible (de antes de 2000, o del futuro) se cambia por `ahora`: lo que ya
    llegó se dijo, a más tardar, ahora. Un identificador larguísimo se acorta con su huella, para que dos no se
    confundan. Sin identificador no hay cómo reconocerlo si llega otra vez: se aparta.
    """
    id_externo = acortar_id(oido.id_externo)
    if not id_externo:
        return Apartado("", "no trae identificador")
    if not isinstance(oido.publicado_en, datetime):
        return Apartado(id_externo, "no trae fecha")
    if not isinstance(oido.clase, Clase):
        return Apartado(id_externo, f"no hay mensajes de la clase «{oido.clase}»")
    cambios: dict[str, Any] = {} if id_externo is oido.id_externo else {"id_externo": id_externo}
    for campo, largo in _LARGOS.items():
        valor = getattr(oido, campo)
        if (limpio := limpiar_texto(valor, largo)) is not valor:
            cambios[campo] = limpio
    if (publicado_en := _instante(oido.publicado_en, ahora)) is not oido.publicado_en:
        cambios["publicado_en"] = publicado_en
    if oido.editado_en is not None and (editado_en := _instante(oido.editado_en, ahora)) is not oido.editado_en:
        cambios["editado_en"] = editado_en
    if (autor := _autor(oido.autor)) is not oido.autor:
        cambios["autor"] = autor
    if (interacciones := _entero(oido.interacciones)) is not oido.interacciones:
        cambios["interacciones"] = interacciones
    return replace(oido, **cambios) if cambios else oido


def limpiar_texto(valor: object, largo: int) -> str:
    """Sin el carácter nulo (PostgreSQL lo rechaza), con los medios caracteres sueltos cambiados por �, y recortado."""
    texto = valor if isinstance(valor, str) else "" if valor is None else str(valor)
    if "\0" in texto:
        texto = texto.replace("\0", "")
    try:
        texto.encode()
    except UnicodeEncodeError:  # medio emoji, de una red que corta por unidades UTF-16
        texto = texto.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return texto[:largo]


def acortar_id(id_externo: object) -> str:
    """El identificador con que se guarda: el mismo siempre para el mismo mensaje, a lo más de 500 letras."""
    limpio = limpiar_texto(id_externo, LARGO_DEL_TEXTO).strip()
    if len(limpio) <= _LARGO_DEL_ID:
        return limpio
    return f"{limpio[: _LARGO_DEL_ID - 65]}#{hashlib.sha256(limpio.encode()).hexdigest()}"


def crudo_en_json(oido: Oido) -> str:
    """Lo que mandó la red, en JSON sin una letra fuera de ASCII: así no hay nada que una base rechace."""
    if not oido.crudo:
        return ""
    try:
        return json.dumps(oido.crudo, default=str, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError):  # una llave que no es texto, o un dato que se contiene a sí mismo
        return json.dumps({"repr": repr(oido.crudo)[:LARGO_DEL_TEXTO]})


def grados(valor: float | None) -> float | None:
    return valor if valor is not None and math.isfinite(valor) else None


def separar(
    oidos: Iterable[Oido], *, ahora: datetime, caducado: datetime, precedencia: dict[Any, int]
) -> tuple[dict[str, Oido], list[Apartado], int]:
    """Los que se pueden guardar por su identificador (cada uno una vez), los apartados, y cuántos son de antes de
    `caducado`.

    De dos iguales queda lo último que se oyó, con la clase más precisa de las dos.
    """
    buenos: dict[str, Oido] = {}
    apartados, caducados = [], 0
    for oido in oidos:
        limpio = limpiar(oido, ahora=ahora)
        if isinstance(limpio, Apartado):
            apartados.append(limpio)
        elif limpio.publicado_en < caducado and not limpio.borrado:
            caducados += 1
        else:
            previo = buenos.get(limpio.id_externo)
            if previo is not None and precedencia[previo.clase] > precedencia[limpio.clase]:
                limpio = replace(limpio, clase=previo.clase)
            buenos[limpio.id_externo] = limpio
    return buenos, apartados, caducados


def _instante(instante: datetime, ahora: datetime) -> datetime:
    if instante.tzinfo is None:
        instante = instante.replace(tzinfo=UTC)
    # Antes de pasarlo a UTC: el año 1 o el 9999 con zona se salen del calendario.
    if not _ANTES_NO_HABIA_REDES <= instante <= ahora + _RELOJ_DE_LA_RED:
        return ahora
    return instante


def _autor(autor: Autor) -> Autor:
    cambios: dict[str, Any] = {}
    for campo, largo in _LARGOS_DEL_AUTOR.items():
        valor = getattr(autor, campo)
        if (limpio := limpiar_texto(valor, largo)) is not valor:
            cambios[campo] = limpio
    if (seguidores := _entero(autor.seguidores)) is not autor.seguidores:
        cambios["seguidores"] = seguidores
    return replace(autor, **cambios) if cambios else autor


def _entero(valor: object) -> int | None:
    """Una cuenta que cabe en la base; lo que no es una cuenta es «sin dato»."""
    if valor is None or (type(valor) is int and 0 <= valor <= _MAYOR_ENTERO):
        return valor
    if not isinstance(valor, int | float) or isinstance(valor, bool) or not math.isfinite(valor) or valor < 0:
        return None
    return min(int(valor), _MAYOR_ENTERO)

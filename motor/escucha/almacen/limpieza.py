"""Dejar lo que mandó una red en condiciones de guardarse, sin perder nada en silencio. Puro.

Ninguna rareza de un mensaje debe hundir a los demás de su tanda: se corrige lo que tiene arreglo y se aparta lo que no.
"""

import hashlib
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from conectores.contrato_escucha import Autor, Clase, LugarDicho, Oido
from conectores.secretos import redactar

LARGO_DEL_TEXTO = 100_000  # ninguna red pasa de unas 63 000 letras; lo demás queda entero en el crudo
_LARGO_DEL_ID = 500
_LARGOS = {
    "texto": LARGO_DEL_TEXTO,
    "titulo": 500,
    "url": 2048,
    "idioma": 16,
    "en_respuesta_a": _LARGO_DEL_ID,
}
_LARGOS_DEL_AUTOR = {"id": 200, "usuario": 200, "nombre": 300, "lugar": 300}
_LARGO_DEL_LUGAR = 300
_MAYOR_ENTERO = 2**31 - 1
_ANTES_NO_HABIA_REDES = datetime(2000, 1, 1, tzinfo=UTC)
_RELOJ_DE_LA_RED = timedelta(minutes=5)
# Una terminal obedece a los de control, y los que voltean el sentido de la lectura (U+202E y parecidos) hacen que se
# lea otra cosa. Se quedan el salto de línea, el tabulador y lo que une los emojis.
_MANDAN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_MARCAS_SEGUIDAS = 4
_QUIZA_UN_MONTON = re.compile("[\u0300-\U0010ffff]{5}")  # basta para casi todo mensaje, y se mira veinte veces antes
"""Acentos sobre una misma letra. Ningún idioma lleva más; con miles, el texto tapa lo que tiene encima y debajo, y
ponerlo en su forma normal tarda el cuadrado de los que sean.
"""


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
    if oido.lugar is not None and (lugar := _lugar(oido.lugar)) is not oido.lugar:
        cambios["lugar"] = lugar
    if (interacciones := entero(oido.interacciones)) is not oido.interacciones:
        cambios["interacciones"] = interacciones
    return replace(oido, **cambios) if cambios else oido


def limpiar_texto(valor: object, largo: int) -> str:
    """Recortado, sin caracteres que manden en la pantalla o la base, sin montones de acentos, y con los medios
    caracteres sueltos cambiados por �. El que ya está bien, tal cual.
    """
    texto = valor if isinstance(valor, str) else "" if valor is None else str(valor)
    if len(texto) > 2 * largo:
        texto = texto[: 2 * largo]
    if texto.isascii() and texto.isprintable():
        return texto[:largo]
    try:
        texto.encode()
    except UnicodeEncodeError:  # medio emoji, de una red que corta por unidades UTF-16
        texto = texto.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if _MANDAN.search(texto) is not None:
        texto = _MANDAN.sub(_por_que_cambiarlos, texto.replace("\r\n", "\n"))
    if _QUIZA_UN_MONTON.search(texto) is not None:
        texto = _montones().sub(lambda m: m[0][:_MARCAS_SEGUIDAS], texto)
    return texto[:largo]


def _por_que_cambiarlos(hallados: re.Match[str]) -> str:
    """El retorno de carro y los saltos de línea de Unicode separan renglones; los demás no separan nada."""
    return "\n" if any(c in "\r\u2028\u2029\x85" for c in hallados[0]) else ""


@cache
def _montones() -> re.Pattern[str]:
    """Más marcas seguidas de las que se dejan."""
    marcas = "".join(c for c in map(chr, range(0x300, 0x1F000)) if unicodedata.combining(c))
    return re.compile(f"[{marcas}]{{{_MARCAS_SEGUIDAS + 1},}}")


def acortar_id(id_externo: object) -> str:
    """El identificador con que se guarda: el mismo siempre para el mismo mensaje, a lo más de 500 letras."""
    limpio = limpiar_texto(id_externo, LARGO_DEL_TEXTO).replace("\n", "").strip()
    if len(limpio) <= _LARGO_DEL_ID:
        return limpio
    return f"{limpio[: _LARGO_DEL_ID - 65]}#{hashlib.sha256(limpio.encode()).hexdigest()}"


def crudo_en_json(oido: Oido) -> str:
    """Lo que mandó la red; vacío si nada."""
    return como_json(oido.crudo) if oido.crudo else ""


def como_json(crudo: Mapping[str, Any]) -> str:
    """En JSON sin una letra fuera de ASCII: así no hay nada que una base rechace.

    Hay redes que dan «la página siguiente» con nuestra credencial dentro: se tapa.
    """
    try:
        escrito = json.dumps(crudo, default=str, separators=(",", ":"))
        if "token" in escrito or "secret" in escrito:
            escrito = json.dumps(_sin_secretos(crudo), default=str, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError):  # una llave que no es texto, o un dato que se contiene a sí mismo
        escrito = json.dumps({"repr": redactar(_repr(crudo))})
    return escrito


def _sin_secretos(dato: Any) -> Any:
    if isinstance(dato, str):
        return redactar(dato)
    if isinstance(dato, Mapping):
        return {k: _sin_secretos(v) for k, v in dato.items()}
    return [_sin_secretos(v) for v in dato] if isinstance(dato, list | tuple) else dato


def _repr(dato: object) -> str:
    try:
        return repr(dato)[:LARGO_DEL_TEXTO]
    except RecursionError:
        return f"({type(dato).__name__} demasiado hondo)"


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
    if (seguidores := entero(autor.seguidores)) is not autor.seguidores:
        cambios["seguidores"] = seguidores
    return replace(autor, **cambios) if cambios else autor


def _lugar(lugar: LugarDicho) -> LugarDicho:
    nombre = limpiar_texto(lugar.nombre, _LARGO_DEL_LUGAR)
    return lugar if nombre is lugar.nombre else replace(lugar, nombre=nombre)


def entero(valor: object) -> int | None:
    """Una cuenta que cabe en la base; lo que no es una cuenta es «sin dato»."""
    if valor is None or (type(valor) is int and 0 <= valor <= _MAYOR_ENTERO):
        return valor
    if not isinstance(valor, int | float) or isinstance(valor, bool) or not math.isfinite(valor) or valor < 0:
        return None
    return min(int(valor), _MAYOR_ENTERO)

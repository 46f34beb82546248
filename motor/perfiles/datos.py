"""Qué se puede escribir de un perfil: su nombre, su identificador, sus opciones, su ritmo. Puro."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from conectores.contrato import Cupo
from conectores.contrato_conexion import Conexion, Dato
from motor.letras import sin_acentos

LARGO_DE_NOMBRE = 79
_NOMBRE = re.compile(r"[a-z0-9][a-z0-9-]{0,78}")
_CUPO = re.compile(r"(\d{1,6})\s*/\s*(\d{1,6})\s*([hmd])")
_UNIDADES = {"m": 60, "h": 3600, "d": 86400}
_SEPARACION_MAXIMA_S = 7 * 86400
_VENTANA_MAXIMA_S = 366 * 86400


class DatoMalo(ValueError):
    """Algo de lo escrito no sirve. campo: cuál. El mensaje dice cómo escribirlo."""

    def __init__(self, campo: str, mensaje: str) -> None:
        super().__init__(mensaje)
        self.campo = campo


@dataclass(frozen=True, slots=True, kw_only=True)
class DatosDePerfil:
    """titulo: cómo llamarlo. id_externo: la cuenta en la red. opciones: lo propio de la red, por su nombre."""

    titulo: str = ""
    id_externo: str = ""
    opciones: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ritmo:
    """separacion_s: lo que pasa entre dos publicaciones; None, lo general. cupo: «10/24h»; vacío, sólo el de la red."""

    separacion_s: int | None = None
    cupo: str = ""


def exigir_nombre(nombre: str) -> str:
    """Lanza DatoMalo."""
    if not _NOMBRE.fullmatch(nombre):
        raise DatoMalo("nombre", "El nombre sólo lleva minúsculas, números y guiones: por ejemplo x-ayuntamiento.")
    return nombre


def nombre_sugerido(red: str, titulo: str, usados: Iterable[str]) -> str:
    """De «DIF San Jacinto» en X, «x-dif-san-jacinto»; si ya está, «x-dif-san-jacinto-2»."""
    llano = re.sub(r"[^a-z0-9]+", "-", sin_acentos(titulo).lower()).strip("-")
    base = f"{red}-{llano}"[: LARGO_DE_NOMBRE - 4].strip("-")
    tomados = set(usados)
    return next(n for i in range(1, len(tomados) + 2) if (n := base if i == 1 else f"{base}-{i}") not in tomados)


def leer_cupo(escrito: str) -> Cupo | None:
    """«10/24h», «3/1h», «1/30m»; None si está vacío. Lanza DatoMalo."""
    if not escrito.strip():
        return None
    hallado = _CUPO.fullmatch(escrito.strip().lower())
    ventana_s = int(hallado[2]) * _UNIDADES[hallado[3]] if hallado else 0
    if hallado is None or int(hallado[1]) < 1 or not 1 <= ventana_s <= _VENTANA_MAXIMA_S:
        raise DatoMalo("cupo", f"El cupo «{escrito.strip()}» no se entiende. Escríbalo como 10/24h, 3/1h o 1/30m.")
    return Cupo(int(hallado[1]), timedelta(seconds=ventana_s))


def cupo_escrito(maximo: int | None, ventana_s: int | None) -> str:
    """Como lo lee `leer_cupo`: «10/24h»."""
    if not maximo or not ventana_s:
        return ""
    unidad = next(u for u in ("h", "m") if u == "m" or ventana_s % _UNIDADES[u] == 0)
    return f"{maximo}/{max(1, ventana_s // _UNIDADES[unidad])}{unidad}"


def exigir_separacion(separacion_s: int | None) -> int | None:
    """Lanza DatoMalo."""
    if separacion_s is not None and not 0 <= separacion_s <= _SEPARACION_MAXIMA_S:
        raise DatoMalo("separacion_s", "La separación va de 0 segundos a 7 días.")
    return separacion_s


def revisar(datos: DatosDePerfil, conexion: Conexion | None) -> DatosDePerfil:
    """Los datos sin blancos de sobra y sin opciones vacías. Lanza DatoMalo si alguno no tiene la forma que pide la red.

    Una red que no dice su forma los admite como vengan: quien los escribe es quien instaló.
    """
    limpios = DatosDePerfil(
        titulo=" ".join(datos.titulo.split())[:200],
        id_externo=datos.id_externo.strip(),
        opciones={n: v.strip() for n, v in datos.opciones.items() if v.strip()},
    )
    if len(limpios.id_externo) > 200:
        raise DatoMalo("id_externo", "El identificador es demasiado largo.")
    if conexion is None:
        return limpios
    if conexion.id_externo is not None:
        _exigir(conexion.id_externo, limpios.id_externo)
    for dato in conexion.opciones:
        _exigir(dato, limpios.opciones.get(dato.nombre, ""))
    return limpios


def _exigir(dato: Dato, valor: str) -> None:
    if valor and not dato.admite(valor):
        ejemplo = f" Por ejemplo: {dato.ejemplo}." if dato.ejemplo else ""
        raise DatoMalo(dato.nombre, f"{dato.titulo}: «{valor[:60]}» no tiene esa forma.{ejemplo}")

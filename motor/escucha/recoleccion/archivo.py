"""`config/fuentes.toml`: los medios digitales y las cuentas con las que nos comparamos, como los escribe la oficina."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from motor.renglones import que_revisar

ARCHIVO = "fuentes.toml"
_CLAVES = {"medio": {"nombre", "direccion", "red"}, "competidor": {"nombre", "red", "cuenta", "via"}}


class FuentesInvalidas(ValueError):
    """El archivo está mal escrito. faltas: todo lo que hay que cambiar, cada cosa en una frase."""

    def __init__(self, faltas: tuple[str, ...]) -> None:
        super().__init__(f"config/{ARCHIVO}: " + " ".join(faltas))
        self.faltas = faltas


@dataclass(frozen=True, slots=True)
class Medio:
    """red: con qué se lee; vacía, con lo que la instalación diga que lee medios."""

    nombre: str
    direccion: str
    red: str = ""


@dataclass(frozen=True, slots=True)
class Ajena:
    """Otra cuenta que se compara con la nuestra. via: con qué se lee, si no es con la red misma."""

    nombre: str
    red: str
    cuenta: str
    via: str = ""


@dataclass(frozen=True, slots=True)
class Dichas:
    medios: tuple[Medio, ...] = ()
    ajenas: tuple[Ajena, ...] = ()


def leer(carpeta: Path, *, reconocer_red: Callable[[str], str | None]) -> Dichas:
    """Lo que dice el archivo; si no hay archivo, nada. Lanza FuentesInvalidas con todas las faltas juntas."""
    ruta = carpeta / ARCHIVO
    if not ruta.exists():
        return Dichas()
    escrito = ""
    try:
        escrito = ruta.read_text("utf-8-sig")
        datos = tomllib.loads(escrito)
    except UnicodeDecodeError:
        raise FuentesInvalidas(("No es un texto en UTF-8: guárdelo otra vez con esa codificación.",)) from None
    except tomllib.TOMLDecodeError as error:
        raise FuentesInvalidas((_mayuscula(que_revisar(error, escrito)),)) from None
    return entender(datos, reconocer_red=reconocer_red)


def _mayuscula(frase: str) -> str:
    return frase[:1].upper() + frase[1:]


def entender(datos: Mapping[str, Any], *, reconocer_red: Callable[[str], str | None]) -> Dichas:
    """Lo mismo, de un diccionario ya leído."""
    faltas = [f"Sobra «{clave}»: sólo se usan [[medio]] y [[competidor]]." for clave in datos if clave not in _CLAVES]
    medios = [_medio(d, n, faltas) for n, d in _filas(datos, "medio", faltas)]
    ajenas = [_ajena(d, n, reconocer_red, faltas) for n, d in _filas(datos, "competidor", faltas)]
    faltas += _repetidas("medio", [m.direccion for m in medios])
    faltas += _repetidas("competidor", [f"{a.red} {a.cuenta.lower()}" for a in ajenas])
    if faltas:
        raise FuentesInvalidas(tuple(faltas))
    return Dichas(tuple(medios), tuple(ajenas))


def _filas(datos: Mapping[str, Any], que: str, faltas: list[str]) -> list[tuple[int, Mapping[str, str]]]:
    filas = datos.get(que, [])
    if not isinstance(filas, list) or not all(isinstance(f, dict) for f in filas):
        faltas.append(f"«{que}» debe escribirse con doble corchete: [[{que}]].")
        return []
    limpias: list[tuple[int, Mapping[str, str]]] = []
    for n, fila in enumerate(filas, 1):
        sobran = sorted(set(fila) - _CLAVES[que])
        faltas += [f"{que} {n}: sobra «{s}»; se usan {', '.join(sorted(_CLAVES[que]))}." for s in sobran]
        faltas += [f"{que} {n}: «{k}» debe ir entre comillas." for k, v in fila.items() if not isinstance(v, str)]
        limpias.append((n, {k: v.strip() for k, v in fila.items() if isinstance(v, str)}))
    return limpias


def _medio(datos: Mapping[str, str], n: int, faltas: list[str]) -> Medio:
    direccion = datos.get("direccion", "")
    partes = urlsplit(direccion)
    if not direccion:
        faltas.append(f"medio {n}: falta «direccion», la de su RSS o Atom.")
    elif partes.scheme not in ("http", "https") or not partes.netloc or " " in direccion:
        faltas.append(f"medio {n}: «{direccion}» no es una dirección; empiece con https://")
    elif len(direccion) > 500:
        faltas.append(f"medio {n}: la dirección es demasiado larga (más de 500 caracteres).")
    return Medio(datos.get("nombre") or partes.netloc, direccion, datos.get("red", ""))


def _ajena(datos: Mapping[str, str], n: int, reconocer_red: Callable[[str], str | None], faltas: list[str]) -> Ajena:
    cuenta, escrita = datos.get("cuenta", "").lstrip("@"), datos.get("red", "")
    if not cuenta:
        faltas.append(f"competidor {n}: falta «cuenta», su nombre de usuario.")
    red = reconocer_red(escrita) if escrita else None
    if not escrita:
        faltas.append(f"competidor {n}: falta «red».")
    elif red is None:
        faltas.append(f"competidor {n}: no conozco la red «{escrita}».")
    return Ajena(datos.get("nombre") or cuenta, red or escrita, cuenta, datos.get("via", "").lower())


def _repetidas(que: str, claves: list[str]) -> list[str]:
    dobles = {c for c in claves if c.strip() and claves.count(c) > 1}
    return [f"{que}: «{c}» está dos veces; deje uno." for c in sorted(dobles)]

"""Lo que la oficina pide saber al momento: `avisos.toml`, leído y revisado. Puro.

Una mención específica es un mensaje que cumple todo lo que pide su condición; una meta, un mínimo por semana.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from conectores.contrato_escucha import Clase
from motor.escucha.monitores.normalizar import normalizar
from motor.legible import DIAS
from motor.renglones import cercana

_CLAVE = re.compile(r"[a-z0-9][a-z0-9-]{0,58}")
_DE_MENCION = ("nombre", "alguna", "cuentas", "seguidores_desde", "redes", "clases", "juntar_min")
_DE_META = ("nombre", "publicaciones", "perfiles", "desde_el")
CLASES = frozenset(Clase) - {Clase.COMPETIDOR, Clase.DIRECTO}
JUNTAR = timedelta(minutes=30)

Reconocer = Callable[[str], str | None]


class AvisosMalEscritos(ValueError):
    """`avisos.toml` tiene algo mal; el mensaje dice todo lo que hay que cambiar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condicion:
    """alguna: términos ya normalizados; basta uno. cuentas: de quién es el mensaje. seguidores_desde: 0 si no importa.

    juntar: tras el primer correo, cuánto se esperan los siguientes para ir en uno solo.
    """

    clave: str
    nombre: str
    alguna: tuple[str, ...] = ()
    cuentas: tuple[str, ...] = ()
    seguidores_desde: int = 0
    redes: frozenset[str] = frozenset()
    clases: frozenset[Clase] = CLASES
    juntar: timedelta = JUNTAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """Publicar al menos tanto en una semana. perfiles: vacío, todos juntos. desde_el: el día, de 0 (lunes) a 6, en que
    ya se avisa si va atrasada.
    """

    clave: str
    nombre: str
    publicaciones: int
    perfiles: tuple[str, ...] = ()
    desde_el: int = 3


@dataclass(frozen=True, slots=True)
class Pedido:
    """Todo `avisos.toml`."""

    menciones: tuple[Condicion, ...] = ()
    metas: tuple[Meta, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidato:
    """De un mensaje, lo que una condición mira. seguidores: None si la red no lo dijo."""

    red: str
    clase: str
    texto: str
    titulo: str = ""
    usuario: str = ""
    seguidores: int | None = None


def cumplen(condiciones: Sequence[Condicion], mensaje: Candidato) -> list[Condicion]:
    """Las condiciones que ese mensaje cumple."""
    linea = ""
    halladas = []
    for c in condiciones:
        if mensaje.clase not in c.clases or (c.redes and mensaje.red not in c.redes):
            continue
        # Lo que la red no dijo no cuenta como grande.
        if c.seguidores_desde and (mensaje.seguidores is None or mensaje.seguidores < c.seguidores_desde):
            continue
        linea = linea or normalizar(mensaje.texto, titulo=mensaje.titulo, autor=mensaje.usuario)
        if c.cuentas and not any(f" de:{cuenta} " in linea for cuenta in c.cuentas):
            continue
        if not c.alguna or any(termino in linea for termino in c.alguna):
            halladas.append(c)
    return halladas


# ── leer el archivo ──────────────────────────────────────────────────────────────────────────────────────────


def leer_pedido(toml: str, *, reconocer_red: Reconocer) -> Pedido:
    """Lo que pide el archivo. Lanza AvisosMalEscritos con todas sus faltas a la vez."""
    try:
        datos = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise AvisosMalEscritos(f"avisos.toml no se entiende: {_en_castellano(error)}") from None
    faltas: list[str] = []
    for clave in datos:
        if clave not in ("mencion", "meta"):
            faltas.append(f"No existe «[{clave}]». {cercana(clave, ('mencion', 'meta'))}")
    menciones = [_condicion(c, d, reconocer_red, faltas) for c, d in _secciones(datos, "mencion", faltas)]
    metas = [_meta(c, d, faltas) for c, d in _secciones(datos, "meta", faltas)]
    if faltas:
        raise AvisosMalEscritos("Corrija avisos.toml. " + " ".join(faltas))
    return Pedido(tuple(menciones), tuple(metas))


def _secciones(datos: Mapping[str, Any], de: str, faltas: list[str]) -> list[tuple[str, Mapping[str, Any]]]:
    todas = datos.get(de, {})
    if not isinstance(todas, dict) or not all(isinstance(d, dict) for d in todas.values()):
        faltas.append(f"Cada «{de}» lleva su nombre corto: [{de}.presidencia].")
        return []
    for clave in todas:
        if not _CLAVE.fullmatch(clave):
            faltas.append(f"«[{de}.{clave}]» sólo lleva minúsculas sin acento, números y guiones.")
    return list(todas.items())


def _condicion(clave: str, d: Mapping[str, Any], reconocer_red: Reconocer, faltas: list[str]) -> Condicion:
    donde = f"[mencion.{clave}]"
    _sobrantes(d, _DE_MENCION, donde, faltas=faltas)
    palabras = _textos(d, "alguna", donde, faltas=faltas)
    cuentas = _textos(d, "cuentas", donde, faltas=faltas)
    seguidores = _entero(d, "seguidores_desde", donde, faltas=faltas, omision=0)
    if not palabras and not cuentas and not seguidores:
        faltas.append(f'{donde} no pide nada: escriba alguna = ["…"], cuentas = ["@…"] o seguidores_desde = 10000.')
    return Condicion(
        clave=clave,
        nombre=_nombre(d, clave, donde, faltas=faltas),
        alguna=tuple(_termino(p, donde, faltas) for p in palabras),
        cuentas=tuple("@" + c.strip().lstrip("@").lower() for c in cuentas),
        seguidores_desde=seguidores,
        redes=frozenset(
            _red(r, donde, reconocer_red, faltas=faltas) for r in _textos(d, "redes", donde, faltas=faltas)
        ),
        clases=_clases(d, donde, faltas),
        juntar=timedelta(
            minutes=_entero(d, "juntar_min", donde, faltas=faltas, omision=int(JUNTAR.total_seconds() // 60))
        ),
    )


def _meta(clave: str, d: Mapping[str, Any], faltas: list[str]) -> Meta:
    donde = f"[meta.{clave}]"
    _sobrantes(d, _DE_META, donde, faltas=faltas)
    cuantas = _entero(d, "publicaciones", donde, faltas=faltas, omision=0)
    if not cuantas:
        faltas.append(f"{donde} no dice cuántas: escriba publicaciones = 3 (por semana).")
    dia = d.get("desde_el", "jueves")
    if dia not in DIAS:
        faltas.append(f"{donde} desde_el = «{dia}» no es un día: escriba lunes, martes… domingo.")
    return Meta(
        clave=clave,
        nombre=_nombre(d, clave, donde, faltas=faltas),
        publicaciones=cuantas,
        perfiles=tuple(_textos(d, "perfiles", donde, faltas=faltas)),
        desde_el=DIAS.index(dia) if dia in DIAS else 3,
    )


def _termino(escrito: str, donde: str, faltas: list[str]) -> str:
    """«Fuga de agua» es « fuga de agua »; una cuenta o una etiqueta se buscan enteras."""
    if escrito.startswith(("@", "#")):
        return f" {escrito[0]}{normalizar(escrito[1:]).strip().replace(' ', '')} "
    termino = normalizar(escrito)
    if not termino.strip():
        faltas.append(f"{donde} el término «{escrito}» no lleva ninguna palabra.")
    return termino


def _red(escrita: str, donde: str, reconocer_red: Reconocer, *, faltas: list[str]) -> str:
    red = reconocer_red(escrita)
    if red is None:
        faltas.append(f"{donde} no conozco la red «{escrita}».")
    return red or ""


def _clases(d: Mapping[str, Any], donde: str, faltas: list[str]) -> frozenset[Clase]:
    if "clases" not in d:
        return CLASES
    validas = {c.value for c in Clase}
    dichas = _textos(d, "clases", donde, faltas=faltas)
    for dicha in dichas:
        if dicha not in validas:
            faltas.append(f"{donde} no existe la clase «{dicha}». {cercana(dicha, sorted(validas))}")
    return frozenset(Clase(c) for c in dichas if c in validas)


def _nombre(d: Mapping[str, Any], clave: str, donde: str, *, faltas: list[str]) -> str:
    nombre = d.get("nombre", clave)
    if not isinstance(nombre, str) or not nombre.strip() or len(nombre) > 120:
        faltas.append(f"{donde} nombre debe ser un texto entre comillas, de 120 letras a lo más.")
        return clave
    return nombre.strip()


def _textos(d: Mapping[str, Any], clave: str, donde: str, *, faltas: list[str]) -> list[str]:
    valor = d.get(clave, [])
    if not isinstance(valor, list) or not all(isinstance(v, str) and v.strip() for v in valor):
        faltas.append(f'{donde} {clave} debe ser una lista de textos: {clave} = ["uno", "otro"].')
        return []
    return [v.strip() for v in valor]


def _entero(d: Mapping[str, Any], clave: str, donde: str, *, faltas: list[str], omision: int) -> int:
    valor = d.get(clave, omision)
    if not isinstance(valor, int) or isinstance(valor, bool) or valor < 0:
        faltas.append(f"{donde} {clave} debe ser un número entero, sin comillas ni comas: {clave} = 10000.")
        return omision
    return valor


def _sobrantes(d: Mapping[str, Any], validas: Sequence[str], donde: str, *, faltas: list[str]) -> None:
    for clave in d:
        if clave not in validas:
            faltas.append(f"{donde} no existe «{clave}». {cercana(clave, validas)}")


def _en_castellano(error: tomllib.TOMLDecodeError) -> str:
    lugar = re.search(r"line (\d+)", str(error))
    renglon = f" cerca del renglón {lugar[1]}" if lugar else " al final" if "end of document" in str(error) else ""
    return f"hay algo mal escrito{renglon}. Revise comillas, corchetes y que ningún nombre se repita."

"""Las reglas de las mejores horas, leídas de `horarios.toml`; cada falta, dicha para quien lo escribió. Puro.

Cada perfil toma lo de [general] y cambia sólo lo que diga su sección.
"""

import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from motor.horarios.calendario import Periodo
from motor.horarios.reglas import ReglasDeHorarios, ReglasDePerfil
from motor.renglones import cercana, que_revisar

METRICAS = ("interacciones", "alcance", "clics", "comentarios")
_SECCIONES = ("general", "perfil", "dias")
_DE_DIAS = ("festivos", "vacaciones")
_HORAS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_SEPARACION_MAXIMA_MIN = 7 * 24 * 60
_PLAZO_MAXIMO_DIAS = 60

Seccion = Mapping[str, Any]
Anotar = Callable[[str], None]


class HorariosMalEscritos(ValueError):
    """`horarios.toml` tiene algo mal; el mensaje dice todo lo que hay que cambiar."""


def leer_horarios(escrito: str) -> ReglasDeHorarios:
    """Lo que dice el archivo. Lanza HorariosMalEscritos con todas sus faltas a la vez."""
    try:
        datos = tomllib.loads(escrito)
    except tomllib.TOMLDecodeError as error:
        raise HorariosMalEscritos(f"horarios.toml {que_revisar(error, escrito)}") from None
    except (RecursionError, ValueError):  # mil corchetes, o un número de cinco mil cifras
        raise HorariosMalEscritos("horarios.toml no se entiende: compárelo con el ejemplo.") from None
    faltas: list[str] = []
    for clave in datos:
        if clave not in _SECCIONES:
            faltas.append(f"No existe «[{clave}]». {cercana(clave, _SECCIONES)}")
    generales = _perfil(_seccion(datos, "general", faltas.append), ReglasDePerfil(), "[general]", anotar=faltas.append)
    suyas = {
        nombre: _perfil(dicho, generales, f"[perfil.{nombre}]", anotar=faltas.append)
        for nombre, dicho in _perfiles(datos, faltas.append)
    }
    dias = _seccion(datos, "dias", faltas.append)
    _sobrantes(dias, _DE_DIAS, "[dias]", anotar=faltas.append)
    reglas = ReglasDeHorarios(
        generales=generales,
        perfiles=suyas,
        festivos=_festivos(dias, faltas.append),
        vacaciones=_vacaciones(dias, faltas.append),
    )
    if faltas:
        raise HorariosMalEscritos("Corrija horarios.toml. " + " ".join(faltas))
    return reglas


def desconocidos(reglas: ReglasDeHorarios, nombres: Collection[str]) -> list[str]:
    """De las secciones que no son de ningún perfil, qué decir. Puede ser uno que todavía no se da de alta."""
    return [
        f"[perfil.{escrito}] no es de ningún perfil. {cercana(escrito, sorted(nombres))}"
        if nombres
        else f"[perfil.{escrito}] no es de ningún perfil: todavía no hay ninguno («pregonero perfiles agregar»)."
        for escrito in reglas.perfiles
        if escrito not in nombres
    ]


# ── Las secciones ────────────────────────────────────────────────────────────────────────────────────────────


def _seccion(datos: Seccion, clave: str, anotar: Anotar) -> Seccion:
    dicha = datos.get(clave, {})
    if not isinstance(dicha, dict):
        anotar(f"«{clave}» es una sección: escriba [{clave}] en un renglón y lo suyo debajo.")
        return {}
    return dicha


def _perfiles(datos: Seccion, anotar: Anotar) -> list[tuple[str, Seccion]]:
    todos = _seccion(datos, "perfil", anotar)
    sueltos = [clave for clave, dicho in todos.items() if not isinstance(dicho, dict)]
    if sueltos:
        anotar("Cada perfil lleva su nombre, como sale en «pregonero perfiles»: [perfil.x-ayuntamiento].")
    return [(clave, dicho) for clave, dicho in todos.items() if clave not in sueltos]


def _perfil(dicho: Seccion, base: ReglasDePerfil, donde: str, *, anotar: Anotar) -> ReglasDePerfil:
    """Lo de `base`, con lo que esa sección cambie."""
    _sobrantes(dicho, tuple(_CLAVES), donde, anotar=anotar)
    cambios: dict[str, Any] = {}
    for clave, (campo, leer) in _CLAVES.items():
        if clave in dicho:
            try:
                cambios[campo] = leer(dicho[clave])
            except _Falta as falta:
                anotar(f"{donde} {clave} {falta}")
    return replace(base, **cambios)


def _sobrantes(dicho: Seccion, validas: tuple[str, ...], donde: str, *, anotar: Anotar) -> None:
    for clave in dicho:
        if clave not in validas:
            anotar(f"{donde} no existe «{clave}». {cercana(clave, validas)}")


# ── Los valores ──────────────────────────────────────────────────────────────────────────────────────────────


class _Falta(ValueError):
    """Lo que hay que cambiar de un valor; se dice tras su sección y su nombre."""


def _callar(valor: object) -> tuple[time, time] | None:
    if valor == "no":
        return None
    hallado = _HORAS.fullmatch(valor.strip()) if isinstance(valor, str) else None
    if hallado is None:
        raise _Falta('son dos horas entre comillas: callar = "22:00-7:00"; o callar = "no".')
    h1, m1, h2, m2 = (int(g) for g in hallado.groups())
    try:
        desde, hasta = time(h1, m1), time(h2, m2)
    except ValueError:
        raise _Falta(f"= «{valor}» no son horas de un día: van de 0:00 a 23:59.") from None
    if desde == hasta:
        raise _Falta('empieza y acaba a la misma hora; para no callar nunca escriba callar = "no".')
    return desde, hasta


def _metrica(valor: object) -> str:
    if valor not in METRICAS:
        raise _Falta(f"= «{valor}» no se mide. {cercana(str(valor), METRICAS)}")
    return str(valor)


def _organizacion(valor: object) -> str:
    if not isinstance(valor, str) or len(valor) > 120:
        raise _Falta('es un texto entre comillas: organizacion = "DIF municipal".')
    return valor.strip()


def _azar(valor: object) -> float:
    if isinstance(valor, bool) or not isinstance(valor, int | float) or not 0 <= valor <= 1:
        raise _Falta("es un número de 0 a 1: 0.1 es una de cada diez, y 0 ninguna.")
    return float(valor)


def _entero(valor: object, *, minimo: int, maximo: int, que: str) -> int:
    if isinstance(valor, bool) or not isinstance(valor, int) or not minimo <= valor <= maximo:
        raise _Falta(f"es un número entero de {que}, de {minimo} a {maximo}, sin comillas.")
    return valor


def _separacion(valor: object) -> timedelta:
    return timedelta(minutes=_entero(valor, minimo=0, maximo=_SEPARACION_MAXIMA_MIN, que="minutos"))


def _plazo(valor: object) -> timedelta:
    return timedelta(days=_entero(valor, minimo=1, maximo=_PLAZO_MAXIMO_DIAS, que="días"))


def _al_dia(valor: object) -> int | None:
    """0: sin tope."""
    return _entero(valor, minimo=0, maximo=100, que="publicaciones") or None


_CLAVES: Mapping[str, tuple[str, Callable[[object], object]]] = {
    "callar": ("callar", _callar),
    "metrica": ("metrica", _metrica),
    "separacion_min": ("separacion", _separacion),
    "al_dia": ("al_dia", _al_dia),
    "azar": ("azar", _azar),
    "plazo_dias": ("plazo", _plazo),
    "organizacion": ("organizacion", _organizacion),
}
"""Cómo se escribe cada regla: su campo en ReglasDePerfil y quién la lee."""


# ── Los días ─────────────────────────────────────────────────────────────────────────────────────────────────


def _festivos(dias: Seccion, anotar: Anotar) -> tuple[date, ...]:
    dichos = dias.get("festivos", [])
    leidos = [_dia(d) for d in dichos] if isinstance(dichos, list) else [None]
    if None in leidos:
        anotar("[dias] festivos es una lista de días: festivos = [2026-07-25, 2026-11-22].")
    return tuple(sorted(d for d in leidos if d is not None))


def _vacaciones(dias: Seccion, anotar: Anotar) -> tuple[Periodo, ...]:
    dichas = dias.get("vacaciones", [])
    leidas = [_periodo(p) for p in dichas] if isinstance(dichas, list) else [None]
    if None in leidas:
        anotar(
            "[dias] vacaciones es una lista de periodos, cada uno con su primer y su último día: "
            "vacaciones = [[2026-12-21, 2027-01-08]]."
        )
    return tuple(sorted(p for p in leidas if p is not None))


def _periodo(dicho: object) -> Periodo | None:
    if not isinstance(dicho, list) or len(dicho) != 2:
        return None
    primero, ultimo = _dia(dicho[0]), _dia(dicho[1])
    return (primero, ultimo) if primero and ultimo and primero <= ultimo else None


def _dia(dicho: object) -> date | None:
    """2026-12-21, con comillas o sin ellas."""
    if isinstance(dicho, date) and not isinstance(dicho, datetime):
        return dicho
    try:
        return date.fromisoformat(dicho) if isinstance(dicho, str) else None
    except ValueError:
        return None

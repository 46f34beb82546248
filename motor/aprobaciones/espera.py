"""A quién se espera, dicho en castellano. Puro."""

from collections.abc import Mapping, Sequence

from motor.aprobaciones.flujo import Avance, Cuantos, Paso

ALGUIEN = "alguien que apruebe en esos perfiles"
_NOMBRADOS = 4


def a_quien(avance: Avance, pasos: Sequence[Paso], nombres: Mapping[int, str]) -> str:
    """«Ana López o Luis Pérez», «Ana López y Luis Pérez» si hacen falta todos."""
    suyos = [nombres[t] for t in avance.titulares if t in nombres]
    if not suyos:
        return ALGUIEN
    todos = pasos[avance.paso].cuantos is Cuantos.TODOS
    sobran = len(suyos) - _NOMBRADOS
    if sobran > 0:
        suyos = [*suyos[:_NOMBRADOS], f"{sobran} más"]
    return _enlistados(suyos, "y" if todos else "o")


def dicho(avance: Avance, pasos: Sequence[Paso], nombres: Mapping[int, str]) -> str:
    """«Espera la aprobación de Ana López (paso 1 de 2: contenido).»"""
    paso = pasos[avance.paso]
    nombre = f": {paso.nombre}" if paso.nombre else ""
    cual = f" (paso {avance.paso + 1} de {len(pasos)}{nombre})" if len(pasos) > 1 else ""
    return f"Espera la aprobación de {a_quien(avance, pasos, nombres)}{cual}."


def explicar(pasos: Sequence[Paso], nombres: Mapping[int, str]) -> list[str]:
    """Qué pide cada paso, en palabras."""
    return [_paso(paso, nombres) for paso in pasos]


def _paso(paso: Paso, nombres: Mapping[int, str]) -> str:
    suyos = [nombres.get(a, "alguien que ya no entra") for a in paso.aprobadores]
    if not suyos:
        quien = "Firma una persona cualquiera de las que aprueban en esos perfiles"
    elif len(suyos) == 1:
        quien = f"Firma {suyos[0]}"
    elif paso.cuantos is Cuantos.TODOS:
        quien = f"Firman {_enlistados(suyos, 'y')}, todos"
    else:
        quien = f"Firma uno de estos: {_enlistados(suyos, 'o')}"
    suplentes = [nombres.get(s, "alguien que ya no entra") for s in paso.suplentes]
    if suplentes:
        horas = f"si pasan {paso.suplentes_tras_h} h sin firma o" if paso.suplentes_tras_h else "también"
        cuando = f"{horas} si alguien ya no puede" if paso.suplentes_tras_h else "en su lugar, cuando haga falta"
        quien = f"{quien}; {cuando}, {_enlistados(suplentes, 'o')}"
    autor = (
        "Quien la escribió puede aprobarla." if paso.autor_aprueba else "Quien la escribió no se aprueba a sí mismo."
    )
    return f"{quien}. {autor}"


def _enlistados(nombres: Sequence[str], conjuncion: str) -> str:
    if len(nombres) < 2:
        return "".join(nombres)
    ultimo = nombres[-1]
    como = conjuncion
    if conjuncion == "y" and ultimo[:1].lower() in ("i", "í"):
        como = "e"
    if conjuncion == "o" and ultimo[:1].lower() in ("o", "ó"):
        como = "u"
    return f"{', '.join(nombres[:-1])} {como} {ultimo}"

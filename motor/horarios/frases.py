"""Cómo se dice lo que se sabe de una hora. Puro.

jueves 20:00, +14 % (entre +3 y +26), 212 publicaciones, aprendido el 3 de marzo
jueves 20:00, sin evidencia todavía: uso la curva pública de la red
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from motor.horarios.calendario import ClaseDeDia
from motor.horarios.esperado import esperado
from motor.horarios.mapa import CURVA_GENERAL, Mapa
from motor.legible import DIAS, MESES

SIN_EVIDENCIA = "sin evidencia todavía: uso la curva pública de la red"
SIN_EVIDENCIA_NI_CURVA = "sin evidencia todavía; de esta red no hay curva pública: uso la general"
CON_HERMANOS = ", con lo aprendido en sus otros perfiles"

_DEL_DIA = {
    ClaseDeDia.ORDINARIO: "",
    ClaseDeDia.FESTIVO: " (día festivo: como domingo)",
    ClaseDeDia.VACACIONES: " (vacaciones escolares: se sabe menos)",
}


def frase_de(
    mapa: Mapa,
    ranura: int,
    zona: ZoneInfo,
    *,
    en: datetime | None = None,
    clase: ClaseDeDia = ClaseDeDia.ORDINARIO,
) -> str:
    """Una hora de la semana y lo que se espera de ella. en: el instante elegido, si lo hay: da el día y el minuto."""
    if not mapa.con_evidencia:
        return f"{hora_de(ranura, zona, en=en)}{_DEL_DIA[clase]}, {evidencia_de(mapa, zona)}"
    vale = esperado(mapa, ranura, clase=clase)
    ganancia = f"{con_signo(vale.ganancia)} % (entre {con_signo(vale.inferior)} y {con_signo(vale.superior)})"
    return f"{hora_de(ranura, zona, en=en)}{_DEL_DIA[clase]}, {ganancia}, {evidencia_de(mapa, zona)}"


def evidencia_de(mapa: Mapa, zona: ZoneInfo) -> str:
    """«212 publicaciones, aprendido el 3 de marzo», o que todavía no se ha aprendido nada."""
    general = mapa.curva == CURVA_GENERAL
    if not mapa.con_evidencia:
        return (SIN_EVIDENCIA_NI_CURVA if general else SIN_EVIDENCIA) + (CON_HERMANOS if mapa.con_hermanos else "")
    partes = [f"{mapa.publicaciones:,} publicaciones"]
    if mapa.aprendido_en is not None:
        local = mapa.aprendido_en.astimezone(zona)
        partes.append(f"aprendido el {local.day} de {MESES[local.month - 1]}")
    return ", ".join(partes) + ("; de esta red no hay curva pública: partí de la general" if general else "")


def hora_de(ranura: int, zona: ZoneInfo, *, en: datetime | None = None) -> str:
    """«jueves 20:00»; con el instante elegido, su día de verdad y su minuto: «lunes 20:15»."""
    if en is not None:
        local = en.astimezone(zona)
        return f"{DIAS[local.weekday()]} {local:%-H:%M}"
    return f"{DIAS[ranura // 24]} {ranura % 24}:00"


def con_signo(valor: float) -> str:
    """«+14», «−3», «0»: redondeado, con el menos de verdad."""
    entero = round(valor)
    return f"+{entero}" if entero > 0 else f"−{-entero}" if entero < 0 else "0"

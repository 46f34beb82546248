"""Cómo se dice el estado de un perfil. Puro."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from conectores.contrato import Cupo
from modelos import Perfil, Rol
from motor.credenciales import Origen
from motor.legible import MESES
from motor.perfiles.mando import CONECTANDO
from motor.perfiles.resumen import ResumenDePerfil
from panel.textos import _, n_

VENCE_PRONTO = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Dicho:
    """clase: la de la ficha que lo enseña («bien», «ojo», «mal»). porque: vacío si no hay más que decir."""

    clase: str
    texto: str
    porque: str = ""
    pide_a_alguien: bool = False


def estado(resumen: ResumenDePerfil, ahora: datetime) -> Dicho:
    """Lo que más importa de él ahora mismo."""
    perfil, comprobada = resumen.perfil, resumen.comprobada
    if perfil.pausado_por == CONECTANDO:
        return Dicho("ojo", _("Sin conectar"), _("Falta terminar de conectarlo."), pide_a_alguien=True)
    if perfil.pausado_en is not None and perfil.pausado_por == "motor":
        return Dicho("mal", _("No puede publicar"), perfil.pausa_motivo, pide_a_alguien=True)
    if perfil.pausado_en is not None:
        return Dicho("ojo", _("En pausa"), perfil.pausa_motivo)
    if comprobada is not None and comprobada.faltan:
        cuantos = len(comprobada.faltan)
        texto = n_("Falta %(n)d permiso", "Faltan %(n)d permisos", cuantos) % {"n": cuantos}
        return Dicho("ojo", texto, ", ".join(comprobada.faltan), pide_a_alguien=True)
    if vence_pronto(perfil, ahora):
        return Dicho(
            "ojo", _("Vence pronto"), _("Renueve su credencial antes de que deje de servir."), pide_a_alguien=True
        )
    return Dicho("bien", _("Activo"))


def vence_pronto(perfil: Perfil, ahora: datetime) -> bool:
    return perfil.token_vence_en is not None and perfil.token_vence_en - ahora < VENCE_PRONTO


def quien_pauso(perfil: Perfil) -> str:
    """«Lo detuvo ana@…»."""
    if perfil.pausado_por == "motor":
        return _("Lo detuvo Pregonero, y vuelve solo cuando la comprobación pase.")
    if perfil.pausado_por == CONECTANDO:
        return _("Empezará a publicar en cuanto la comprobación pase.")
    return _("Lo detuvo %(quien)s.") % {"quien": perfil.pausado_por}


def ventana(cupo: Cupo) -> str:
    """«en 24 h», «en 30 min», «en 7 días»."""
    minutos = int(cupo.ventana.total_seconds() // 60)
    if minutos % 1440 == 0 and minutos > 1440:
        return _("en %(n)d días") % {"n": minutos // 1440}
    if minutos % 60 == 0:
        return _("en %(n)d h") % {"n": minutos // 60}
    return _("en %(n)d min") % {"n": minutos}


def origen(de: Origen | None) -> str:
    """De dónde sale una credencial."""
    return {
        None: _("Falta"),
        Origen.PANEL: _("Guardada aquí"),
        Origen.PERFIL: _("La puso quien instaló, sólo para este perfil"),
        Origen.RED: _("La puso quien instaló, para todos los perfiles de la red"),
    }[de]


def rol(cual: Rol) -> str:
    return {
        Rol.LECTOR: _("lee"),
        Rol.EDITOR: _("edita"),
        Rol.APROBADOR: _("aprueba"),
        Rol.AGENTE: _("atiende"),
        Rol.COORDINADOR: _("coordina"),
        Rol.ADMINISTRADOR: _("administra"),
    }[cual]


def dia(cual: date) -> str:
    """«22 de noviembre de 2026»."""
    return f"{cual.day} de {MESES[cual.month - 1]} de {cual.year}"


def dolares(cuantos: Decimal) -> str:
    return f"{cuantos:,.2f}"

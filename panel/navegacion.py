"""Las puertas del panel: a dónde se puede ir desde cualquier página, según quién mira. Puro."""

from dataclasses import dataclass

from motor.usuarios.permisos import Accion, Permisos
from panel.textos import _


@dataclass(frozen=True, slots=True)
class Puerta:
    """camino: a dónde lleva. icono: el de `iconos.svg`. principal: sale en la barra del teléfono."""

    camino: str
    texto: str
    icono: str
    principal: bool = False


def puertas(permisos: Permisos) -> list[Puerta]:
    """Las que esta persona puede abrir, en orden."""
    todas = [
        (Accion.VER, Puerta("/", _("Hoy"), "hoy", principal=True)),
        (Accion.VER, Puerta("/calendario", _("Calendario"), "calendario", principal=True)),
        (Accion.REDACTAR, Puerta("/componer", _("Componer"), "componer", principal=True)),
        (Accion.VER, Puerta("/aprobaciones", _("Aprobaciones"), "aprobar", principal=True)),
        (Accion.VER, Puerta("/acervo", _("Acervo"), "acervo")),
        (Accion.VER, Puerta("/hemeroteca", _("Hemeroteca"), "hemeroteca")),
        (Accion.VER, Puerta("/horarios", _("Horarios"), "horarios")),
    ]
    de_oficina = [
        (Accion.VER, Puerta("/monitores", _("Monitores"), "monitores")),
        (Accion.VER, Puerta("/alertas", _("Alertas"), "alertas")),
    ]
    de_administrar = [
        (Accion.VER, Puerta("/perfiles", _("Perfiles"), "perfiles")),
    ]
    de_todo = [
        (Accion.ADMINISTRAR, Puerta("/flujos", _("Flujos"), "flujos")),
        (Accion.ADMINISTRAR, Puerta("/usuarios", _("Usuarios"), "usuarios")),
        (Accion.ADMINISTRAR, Puerta("/bitacora", _("Bitácora"), "bitacora")),
    ]
    abiertas = [puerta for accion, puerta in todas if permisos.puede_en_alguno(accion)]
    abiertas += [puerta for accion, puerta in de_oficina if permisos.puede(accion)]
    abiertas += [puerta for accion, puerta in de_administrar if permisos.puede_en_alguno(accion)]
    return abiertas + [puerta for accion, puerta in de_todo if permisos.puede(accion)]

"""Los cargos de una persona: dichos en palabras, y leídos del formulario con que se nombran."""

from collections.abc import Collection, Iterable, Mapping

from sqlmodel import Session

from modelos import Alcance, Rol
from modelos.consultas import perfiles
from motor.usuarios import cuentas
from motor.usuarios.cuentas import Cargo
from panel.textos import _

EN_TODO = 0
"""En el formulario, toda la oficina."""


def nombres_de_roles() -> dict[Rol, str]:
    return {
        Rol.LECTOR: _("lee"),
        Rol.EDITOR: _("escribe y programa"),
        Rol.APROBADOR: _("aprueba"),
        Rol.AGENTE: _("atiende a la gente"),
        Rol.COORDINADOR: _("coordina"),
        Rol.ADMINISTRADOR: _("administra"),
    }


def que_puede_cada_rol() -> dict[Rol, str]:
    return {
        Rol.LECTOR: _("Ve el calendario, el acervo, lo publicado y los horarios."),
        Rol.EDITOR: _("Además, escribe, programa, cambia y cancela publicaciones."),
        Rol.APROBADOR: _("Ve, y aprueba o pide cambios."),
        Rol.AGENTE: _("Ve, y contesta a la gente."),
        Rol.COORDINADOR: _("Todo lo anterior; y decide lo dudoso, pausa perfiles, vigila temas y atiende alertas."),
        Rol.ADMINISTRADOR: _("Todo; y las credenciales de los perfiles, los usuarios y los flujos."),
    }


def alcances() -> dict[Alcance, str]:
    return {
        Alcance.LEER: _("Sólo leer"),
        Alcance.PUBLICAR: _("Leer y publicar"),
        Alcance.TODO: _("Todo lo que puede usted"),
    }


def en_palabras(sesion: Session, usuario_id: int) -> list[tuple[str, str]]:
    """[(dónde, qué)]: «Toda la oficina», «coordina»."""
    return _dichos(cuentas.cargos_de(sesion, usuario_id), _titulos(sesion))


def de_todos(sesion: Session) -> dict[int, list[tuple[str, str]]]:
    """Los de cada persona, en dos consultas; quien no tenga ninguno no está."""
    titulos = _titulos(sesion)
    return {usuario_id: _dichos(suyos, titulos) for usuario_id, suyos in cuentas.cargos(sesion).items()}


def _titulos(sesion: Session) -> dict[int, str]:
    return {p.id: p.titulo or p.nombre for p in perfiles(sesion)}


def _dichos(cargos: Iterable[Cargo], titulos: Mapping[int, str]) -> list[tuple[str, str]]:
    roles = nombres_de_roles()
    por_lugar: dict[str, list[str]] = {}
    for cargo in cargos:
        donde = _("Toda la oficina") if cargo.perfil_id is None else titulos.get(cargo.perfil_id, "—")
        por_lugar.setdefault(donde, []).append(roles[cargo.rol])
    return [(donde, ", ".join(que)) for donde, que in por_lugar.items()]


def leer(escritos: Iterable[str], perfiles_que_hay: Collection[int]) -> list[Cargo]:
    """De «editor:3» a un cargo; lo que no exista se deja fuera."""
    cargos = []
    for escrito in escritos:
        rol, _dos, perfil = escrito.partition(":")
        if rol not in set(Rol) or not perfil.isdecimal() or len(perfil) > 10:
            continue
        if int(perfil) == EN_TODO:
            cargos.append(Cargo(Rol(rol)))
        elif int(perfil) in perfiles_que_hay:
            cargos.append(Cargo(Rol(rol), int(perfil)))
    return cargos


def marcados(cargos: Iterable[Cargo]) -> set[str]:
    return {f"{c.rol.value}:{c.perfil_id or EN_TODO}" for c in cargos}

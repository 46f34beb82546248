"""Qué puede hacer cada rol, y en qué perfiles. Puro: la única tabla que lo dice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from modelos import Alcance, Nombramiento, Rol

TODOS = None
"""En lugar de un perfil: toda la oficina. Lo que no es de ningún perfil (monitores, avisos, usuarios) es de aquí."""


class Accion(StrEnum):
    VER = "ver"  # mirar el calendario, lo publicado, el acervo y los horarios
    REDACTAR = "redactar"  # escribir, programar, cambiar y cancelar
    APROBAR = "aprobar"  # decir que sí o pedir cambios
    ATENDER = "atender"  # contestar a la gente
    COORDINAR = "coordinar"  # decidir lo dudoso, pausar un perfil, vigilar temas y atender alertas
    ADMINISTRAR = "administrar"  # perfiles y sus credenciales, usuarios, flujos, bitácora


_PUEDE: Mapping[Rol, frozenset[Accion]] = {
    Rol.LECTOR: frozenset({Accion.VER}),
    Rol.EDITOR: frozenset({Accion.VER, Accion.REDACTAR}),
    Rol.APROBADOR: frozenset({Accion.VER, Accion.APROBAR}),
    Rol.AGENTE: frozenset({Accion.VER, Accion.ATENDER}),
    Rol.COORDINADOR: frozenset(
        {Accion.VER, Accion.REDACTAR, Accion.APROBAR, Accion.ATENDER, Accion.COORDINAR},
    ),
    Rol.ADMINISTRADOR: frozenset(Accion),
}


_LLEGA: Mapping[Alcance, frozenset[Accion]] = {
    Alcance.LEER: frozenset({Accion.VER}),
    Alcance.PUBLICAR: frozenset({Accion.VER, Accion.REDACTAR}),
    Alcance.TODO: frozenset(Accion),
}


@dataclass(frozen=True, slots=True)
class Permisos:
    """Los de una persona. roles: por id de perfil; en `TODOS`, los que tiene en toda la oficina. alcance: hasta dónde
    llegan, si entró con una ficha que no llega a todo.
    """

    usuario_id: int
    roles: Mapping[int | None, frozenset[Rol]] = field(default_factory=dict)
    alcance: Alcance = Alcance.TODO

    @classmethod
    def de(cls, usuario_id: int, nombramientos: Iterable[Nombramiento]) -> "Permisos":
        juntos: dict[int | None, set[Rol]] = {}
        for n in nombramientos:
            juntos.setdefault(n.perfil_id, set()).add(n.rol)
        return cls(usuario_id, {perfil: frozenset(suyos) for perfil, suyos in juntos.items()})

    def puede(self, accion: Accion, perfil_id: int | None = TODOS) -> bool:
        """Si puede en ese perfil; con `TODOS`, si puede en toda la oficina."""
        suyos = self.roles.get(TODOS, frozenset()) | self.roles.get(perfil_id, frozenset())
        return self._llega(accion) and any(accion in _PUEDE[rol] for rol in suyos)

    def puede_en_alguno(self, accion: Accion) -> bool:
        """Para decidir si se le enseña una puerta; lo que hay detrás se comprueba perfil por perfil."""
        return self._llega(accion) and any(accion in _PUEDE[rol] for suyos in self.roles.values() for rol in suyos)

    def perfiles(self, accion: Accion) -> frozenset[int] | None:
        """Los ids de los perfiles en que puede; None si puede en todos, también en los que vengan."""
        if self.puede(accion):
            return None
        return frozenset(p for p in self.roles if p is not None and self.puede(accion, p))

    def hasta(self, alcance: Alcance) -> "Permisos":
        """Los mismos, sin lo que pase de ese alcance."""
        return replace(self, alcance=alcance)

    def _llega(self, accion: Accion) -> bool:
        return accion in _LLEGA[self.alcance]


def acciones_de(rol: Rol) -> frozenset[Accion]:
    return _PUEDE[rol]

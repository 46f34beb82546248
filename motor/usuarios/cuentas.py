"""Las cuentas: invitar, nombrar, cambiar la contraseña, dejar de entrar. Siempre queda quien administre."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlmodel import Session, col

from modelos import Asiento, Nombramiento, Rol, Usuario
from motor.usuarios import claves, enlaces, fichas, sesiones, turnos
from motor.usuarios.bitacora import Autor, asentar
from motor.usuarios.entrada import correo_llano
from motor.usuarios.turnos import Turno

_CORREO = re.compile(r"[^@\s,;<>\"()]+@[^@\s,;<>\"()]+\.[^@\s,;<>\"()]+")


class NoSePuede(Exception):
    """El mensaje dice por qué y qué hacer."""


@dataclass(frozen=True, slots=True)
class Cargo:
    """Un rol, y dónde; perfil_id None es en toda la oficina."""

    rol: Rol
    perfil_id: int | None = None


def hay_quien_administre(sesion: Session) -> bool:
    """Si ya entró alguna vez alguien que administra la oficina: mientras no, se está instalando."""
    orden = (
        select(col(Usuario.id))
        .join(Nombramiento, col(Nombramiento.usuario_id) == col(Usuario.id))
        .where(*_administra())
    )
    return sesion.scalars(orden.limit(1)).first() is not None


def crear(sesion: Session, correo: str, nombre: str, cargos: Collection[Cargo], *, ahora: datetime) -> Usuario:
    """Una cuenta sin contraseña: la pone su dueña con su enlace. Lanza NoSePuede."""
    correo = correo_valido(correo)
    if sesion.scalars(select(Usuario).where(col(Usuario.correo) == correo)).first() is not None:
        raise NoSePuede(f"Ya hay una cuenta con el correo {correo}.")
    usuario = Usuario(correo=correo, nombre=nombre_limpio(nombre) or correo.partition("@")[0], creado_en=ahora)
    sesion.add(usuario)
    sesion.flush()
    _escribir_cargos(sesion, usuario.id, cargos)
    return usuario


def correo_valido(escrito: str) -> str:
    """Lanza NoSePuede."""
    correo = correo_llano(escrito)
    if not _CORREO.fullmatch(correo):
        raise NoSePuede(f"«{correo}» no parece una dirección de correo.")
    return correo


def presentarse(sesion: Session, usuario: Usuario, *, correo: str, nombre: str) -> None:
    """Quien instaló dice quién es. Lanza NoSePuede."""
    turnos.tomar(sesion, Turno.MANDO)
    if hay_quien_administre(sesion):
        raise NoSePuede("Ya hay quien administre el panel. Pídale una invitación.")
    if sesion.scalars(select(Usuario).where(col(Usuario.correo) == correo)).first() is not None:
        raise NoSePuede(f"Ya hay una cuenta con el correo {correo}.")
    usuario.correo, usuario.nombre = correo, nombre
    sesion.add(usuario)


ANTES = {"nombre_cambiado": "nombre", "correo_cambiado": "correo"}
"""Los hechos de la bitácora cuyo detalle es como se llamaba, o el correo que tenía."""


def anotar_como_se_llamaba(
    sesion: Session, autor: Autor, usuario: Usuario, *, nombre: str = "", correo: str = "", ahora: datetime
) -> None:
    """Antes de cambiarlo: lo que escribió con el de antes sigue siendo suyo, y no lo aprueba quien lo escribió."""
    nuevos = {"nombre": nombre, "correo": correo}
    for accion, que in ANTES.items():
        anterior = getattr(usuario, que)
        if nuevos[que] and nuevos[que] != anterior:
            asentar(sesion, autor, accion, ahora=ahora, sobre=f"usuario:{usuario.id}", detalle=anterior)


def nombres_de_antes(sesion: Session) -> Mapping[int, frozenset[str]]:
    """Por el id de cada persona, los nombres y correos que tuvo."""
    orden = select(col(Asiento.sobre), col(Asiento.detalle)).where(col(Asiento.accion).in_(ANTES))
    juntos: dict[int, set[str]] = {}
    for sobre, detalle in sesion.execute(orden):
        juntos.setdefault(int(sobre.partition(":")[2]), set()).add(detalle)
    return {usuario: frozenset(suyos) for usuario, suyos in juntos.items()}


def cambiar_correo(sesion: Session, usuario: Usuario, correo: str, *, autor: Autor, ahora: datetime) -> None:
    """Cierra sus enlaces pendientes: iban al buzón de antes. Lanza NoSePuede si ya es de otra cuenta."""
    turnos.tomar(sesion, Turno.MANDO)
    if sesion.scalars(select(Usuario).where(col(Usuario.correo) == correo)).first() is not None:
        raise NoSePuede(f"Ya hay una cuenta con el correo {correo}.")
    anotar_como_se_llamaba(sesion, autor, usuario, correo=correo, ahora=ahora)
    usuario.correo = correo
    sesion.add(usuario)
    enlaces.anular(sesion, usuario.id, ahora=ahora)


def nombrar(sesion: Session, usuario: Usuario, cargos: Collection[Cargo], *, ahora: datetime) -> None:
    """Dejarle justo esos. Cierra sus sesiones: lo que ya no puede, no lo sigue viendo. Lanza NoSePuede."""
    turnos.tomar(sesion, Turno.MANDO)  # que dos no se quiten el mando una a otra
    if not any(c.rol is Rol.ADMINISTRADOR and c.perfil_id is None for c in cargos):
        _exigir_otra(sesion, usuario.id)
    sesion.execute(delete(Nombramiento).where(col(Nombramiento.usuario_id) == usuario.id))
    _escribir_cargos(sesion, usuario.id, cargos)
    sesiones.cerrar_todas(sesion, usuario.id, ahora=ahora)


def cargos_de(sesion: Session, usuario_id: int) -> list[Cargo]:
    orden = select(Nombramiento).where(col(Nombramiento.usuario_id) == usuario_id).order_by(col(Nombramiento.id))
    return [Cargo(n.rol, n.perfil_id) for n in sesion.scalars(orden)]


def cargos(sesion: Session) -> dict[int, list[Cargo]]:
    """Los de todas las personas."""
    todos: dict[int, list[Cargo]] = {}
    for n in sesion.scalars(select(Nombramiento).order_by(col(Nombramiento.id))):
        todos.setdefault(n.usuario_id, []).append(Cargo(n.rol, n.perfil_id))
    return todos


def desactivar(sesion: Session, usuario: Usuario, *, ahora: datetime) -> None:
    """Ya no entra, y lo que hizo se conserva. Lanza NoSePuede si es quien queda para administrar."""
    turnos.tomar(sesion, Turno.MANDO)
    _exigir_otra(sesion, usuario.id)
    usuario.activo = False
    sesion.add(usuario)
    sesiones.cerrar_todas(sesion, usuario.id, ahora=ahora)
    fichas.revocar_todas(sesion, usuario.id, ahora=ahora)
    enlaces.anular(sesion, usuario.id, ahora=ahora)


def reactivar(sesion: Session, usuario: Usuario) -> None:
    usuario.activo = True
    sesion.add(usuario)


def poner_clave(
    sesion: Session, usuario: Usuario, hash_nuevo: str, *, ahora: datetime, menos: int | None = None
) -> None:
    """Cambiarla cierra las demás sesiones y deja sin valor los enlaces pendientes. menos: la que se está usando."""
    usuario.clave = hash_nuevo
    sesion.add(usuario)
    sesiones.cerrar_todas(sesion, usuario.id, ahora=ahora, menos=menos)
    enlaces.anular(sesion, usuario.id, ahora=ahora)


def preparar_clave(usuario: Usuario, clave: str, otra_vez: str) -> str:
    """El hash de una contraseña que se admite; se calcula fuera de la transacción. Lanza NoSePuede."""
    if clave != otra_vez:
        raise NoSePuede("Las dos contraseñas no son iguales. Escríbala otra vez.")
    try:
        claves.exigir_buena(clave, correo=usuario.correo, nombre=usuario.nombre)
    except claves.ClaveDebil as error:
        raise NoSePuede(str(error)) from None
    return claves.guardar(clave)


def _escribir_cargos(sesion: Session, usuario_id: int, cargos: Collection[Cargo]) -> None:
    for cargo in dict.fromkeys(cargos):
        sesion.add(Nombramiento(usuario_id=usuario_id, perfil_id=cargo.perfil_id, rol=cargo.rol))
    sesion.flush()


def _administra() -> tuple[ColumnElement[bool], ...]:
    return (
        col(Nombramiento.rol) == Rol.ADMINISTRADOR,
        col(Nombramiento.perfil_id).is_(None),
        col(Usuario.activo).is_(True),
        col(Usuario.entro_en).is_not(None),  # una invitación que nadie aceptó no administra nada
    )


def _exigir_otra(sesion: Session, usuario_id: int) -> None:
    """Que quede alguien más que administre toda la oficina y haya entrado."""
    orden = (
        select(col(Usuario.id))
        .join(Nombramiento, col(Nombramiento.usuario_id) == col(Usuario.id))
        .where(*_administra())
    )
    administran = set(sesion.scalars(orden))
    if administran == {usuario_id}:
        raise NoSePuede("Es la única cuenta que administra toda la oficina. Nombre antes a otra persona.")


def nombre_limpio(nombre: str) -> str:
    """En un renglón, y sin lo que no se ve: un nombre va en correos y en páginas."""
    return "".join(c for c in " ".join(nombre.split()) if c.isprintable())[:200]

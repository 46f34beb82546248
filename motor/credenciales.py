"""Las credenciales que se escriben en el panel: cifradas en la base, con una llave que no está en ella.

De dónde sale cada una, por orden: la guardada aquí para ese perfil; la del servidor para ese perfil
(`PREGONERO_X_ACCESS_TOKEN__X_DIF`); la del servidor para toda la red (`PREGONERO_X_ACCESS_TOKEN`).
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col

from conectores.secretos import recordar
from modelos import Base, Credencial, Perfil, Usuario
from motor.llavero import LlaveEquivocada, Llavero
from motor.usuarios.bitacora import Autor, asentar

logger = logging.getLogger(__name__)

LARGO_MAXIMO = 4000

Cifradas = tuple[tuple[str, str], ...]
"""(nombre, cifrada) de un perfil, por nombre. Cambia con cualquiera de ellas: sirve de versión."""


class Origen(StrEnum):
    """De dónde sale una credencial."""

    PANEL = "panel"
    PERFIL = "perfil"  # del servidor, sólo para este perfil
    RED = "red"  # del servidor, para todos los perfiles de la red


class CredencialIlegible(ValueError):
    """No se puede guardar; el mensaje dice por qué, sin repetirla. nombre: cuál."""

    def __init__(self, nombre: str, mensaje: str) -> None:
        super().__init__(mensaje)
        self.nombre = nombre


@dataclass(frozen=True, slots=True)
class Puesta:
    """Que está, desde cuándo y por quién. Nunca su valor."""

    nombre: str
    en: datetime
    por: str


# ── ponerlas ─────────────────────────────────────────────────────────────────────────────────────────────────────


def limpia(nombre: str, valor: str) -> str:
    """La credencial sin los blancos con que se pegó. Pura. Lanza CredencialIlegible."""
    valor = valor.strip()
    if len(valor) > LARGO_MAXIMO:
        raise CredencialIlegible(nombre, "Es demasiado larga para ser una credencial. Cópiela otra vez.")
    if any(c.isspace() or not c.isprintable() for c in valor):
        raise CredencialIlegible(nombre, "Lleva espacios o renglones en medio. Cópiela otra vez, entera y sola.")
    return valor


def poner(
    sesion: Session,
    llavero: Llavero,
    perfil: Perfil,
    nuevas: Mapping[str, str],
    *,
    autor: Autor,
    ahora: datetime,
) -> list[str]:
    """Guardar o sustituir las que no vengan vacías; sus nombres. Lanza CredencialIlegible sin guardar ninguna."""
    limpias = {nombre: valor for nombre, v in nuevas.items() if (valor := limpia(nombre, v))}
    _tomar(sesion, perfil.id)
    for nombre, valor in limpias.items():
        recordar(valor)
        _guardar(sesion, llavero, perfil.id, nombre, valor, por=autor.quien, ahora=ahora)
    if limpias:
        sin_revisar = update(Perfil).where(col(Perfil.id) == perfil.id).values(revisado_en=None)
        sesion.execute(sin_revisar)  # que la vigilancia lo mire ya, aunque nadie lo compruebe
        asentar(
            sesion,
            autor,
            "credencial_puesta",
            ahora=ahora,
            sobre=f"perfil:{perfil.id}",
            detalle=f"{perfil.nombre}: {', '.join(sorted(limpias))}",
        )
    return sorted(limpias)


def quitar(sesion: Session, perfil: Perfil, nombre: str, *, autor: Autor, ahora: datetime) -> bool:
    """Borrar una; False si no estaba."""
    fila = sesion.get(Credencial, (perfil.id, nombre))
    if fila is None:
        return False
    sesion.delete(fila)
    detalle = f"{perfil.nombre}: {nombre}"
    asentar(sesion, autor, "credencial_quitada", ahora=ahora, sobre=f"perfil:{perfil.id}", detalle=detalle)
    return True


def _de(perfil_id: int) -> ColumnElement[bool]:
    return col(Credencial.perfil_id) == perfil_id


def _guardar(
    sesion: Session, llavero: Llavero, perfil_id: int, nombre: str, valor: str, *, por: str, ahora: datetime
) -> str:
    fila = sesion.get(Credencial, (perfil_id, nombre)) or Credencial(
        perfil_id=perfil_id, nombre=nombre, cifrada="", puesta_en=ahora
    )
    fila.cifrada, fila.puesta_en, fila.puesta_por = llavero.cifrar(valor), ahora, por
    sesion.add(fila)
    return fila.cifrada


def _tomar(sesion: Session, perfil_id: int) -> None:
    """Antes de cifrar: así, quien gira las llaves va antes o después, nunca en medio."""
    sesion.execute(select(col(Perfil.id)).where(col(Perfil.id) == perfil_id).with_for_update())


# ── leerlas ──────────────────────────────────────────────────────────────────────────────────────────────────────


def puestas(sesion: Session, perfil_id: int) -> dict[str, Puesta]:
    """Las guardadas de un perfil, por nombre."""
    columnas = (col(Credencial.nombre), col(Credencial.puesta_en), col(Credencial.puesta_por))
    orden = select(*columnas).where(_de(perfil_id))
    return {nombre: Puesta(nombre, en, por) for nombre, en, por in sesion.execute(orden)}


class Guardadas:
    """Las de la base, para quien abre conectores. llavero: no se abre hasta que hay algo que descifrar."""

    def __init__(self, base: Base, llavero: Callable[[], Llavero], ahora: Callable[[], datetime]) -> None:
        self._base = base
        self._llavero = llavero
        self._ahora = ahora

    def cifradas(self, perfil: Perfil) -> Cifradas:
        """Una lectura por la clave primaria, sin descifrar: para saber si cambiaron, también desde otro proceso."""
        if perfil.id is None:
            return ()
        columnas = (col(Credencial.nombre), col(Credencial.cifrada))
        orden = select(*columnas).where(_de(perfil.id)).order_by(col(Credencial.nombre))
        with self._base.leer() as sesion:
            return tuple(
                (nombre, cifrada) for nombre, cifrada in sesion.execute(orden.order_by(col(Credencial.nombre)))
            )

    def abrir(self, cifradas: Cifradas) -> dict[str, str]:
        """Lanza LlaveEquivocada."""
        if not cifradas:
            return {}
        llavero = self._llavero()
        abiertas = {nombre: llavero.descifrar(cifrada) for nombre, cifrada in cifradas}
        for valor in abiertas.values():
            recordar(valor)
        return abiertas

    def renovador(self, perfil: Perfil, cifradas: Cifradas) -> Callable[[Mapping[str, str]], None]:
        """Con qué guarda un conector las que la red le cambió por otras, si alguna de las viejas salió de aquí.

        Nunca lanza: sin guardarse, las nuevas valen mientras viva el proceso.
        """
        vigentes = dict(cifradas)

        def guardar(renovadas: Mapping[str, str]) -> None:
            for valor in renovadas.values():
                recordar(valor)
            if vigentes.keys().isdisjoint(renovadas):
                return
            try:
                vigentes.update(self._renovar(perfil, renovadas, vigentes))
            except (SQLAlchemyError, LlaveEquivocada) as error:
                logger.error(
                    "No se pudieron guardar las credenciales renovadas de %s: %s",
                    perfil.nombre,
                    type(error).__name__,
                    extra={"accion": "renovada_sin_guardar", "perfil": perfil.nombre},
                )

        return guardar

    def _renovar(self, perfil: Perfil, renovadas: Mapping[str, str], vigentes: Mapping[str, str]) -> dict[str, str]:
        """Lo que quedó cifrado. Si alguien las cambió mientras tanto, mandan las suyas y no se toca nada."""
        ahora, nuevas = self._ahora(), {}
        with self._base.escribir() as sesion:
            _tomar(sesion, perfil.id)
            filas = {c.nombre: c for c in sesion.scalars(select(Credencial).where(_de(perfil.id)))}
            hay = {nombre: fila.cifrada for nombre, fila in filas.items()}
            if any(hay.get(nombre) != vigentes.get(nombre) for nombre in renovadas):
                return {}
            for nombre, valor in renovadas.items():
                por = filas[nombre].puesta_por if nombre in filas else "motor"
                nuevas[nombre] = _guardar(sesion, self._llavero(), perfil.id, nombre, valor, por=por, ahora=ahora)
            asentar(
                sesion,
                Autor("motor"),
                "credencial_renovada",
                ahora=ahora,
                sobre=f"perfil:{perfil.id}",
                detalle=f"{perfil.nombre}: {', '.join(sorted(renovadas))}",
            )
        return nuevas


# ── girar las llaves ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Giro:
    """cifradas: cuántas se volvieron a cifrar. tiradas: cuántas llaves viejas se tiraron."""

    cifradas: int
    tiradas: int


def girar(base: Base, llavero: Llavero) -> Giro:
    """Estrenar llave, volver a cifrarlo todo y tirar las viejas. Lanza LlaveEquivocada si algo no se abre.

    Morir en medio no pierde nada: las viejas no se tiran hasta que no le hacen falta a nadie, y basta repetirlo.
    """
    with base.leer() as sesion:
        for cifrada in _todo_lo_cifrado(sesion):
            llavero.descifrar(cifrada)
    llavero.estrenar()
    with base.escribir() as sesion:
        # Con las filas tomadas, quien está guardando una acaba antes, y quien venga después ya ve la llave nueva.
        sesion.execute(select(col(Perfil.id)).order_by(col(Perfil.id)).with_for_update())
        sesion.execute(select(col(Usuario.id)).order_by(col(Usuario.id)).with_for_update())
        cuantas = _recifrar(sesion, llavero)
    with base.leer() as sesion:
        if not all(llavero.abre_con_la_primera(cifrada) for cifrada in _todo_lo_cifrado(sesion)):
            raise LlaveEquivocada("Alguien guardó algo mientras se giraban las llaves. Repítalo; no se perdió nada.")
    return Giro(cuantas, llavero.tirar_viejas())


def _recifrar(sesion: Session, llavero: Llavero) -> int:
    filas = list(sesion.scalars(select(Credencial)))
    for credencial in filas:
        credencial.cifrada = llavero.recifrar(credencial.cifrada)
    usuarios = list(sesion.scalars(select(Usuario).where(col(Usuario.segundo_factor) != "")))
    for usuario in usuarios:
        usuario.segundo_factor = llavero.recifrar(usuario.segundo_factor)
    sesion.add_all([*filas, *usuarios])
    return len(filas) + len(usuarios)


def _todo_lo_cifrado(sesion: Session) -> list[str]:
    credenciales = sesion.scalars(select(col(Credencial.cifrada)))
    factores = sesion.scalars(select(col(Usuario.segundo_factor)).where(col(Usuario.segundo_factor) != ""))
    return [*credenciales, *factores]

"""Componer un flujo: guardarlo, ordenarlo, apagarlo, y ver a qué tocaría antes de guardarlo."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from modelos import Entrega, Flujo, Perfil, Publicacion, Usuario
from motor.aprobaciones import flujos
from motor.aprobaciones.flujo import Condiciones, Paso
from motor.aprobaciones.solicitudes import POR_SALIR

PASOS_MAXIMOS = 4
_MUESTRA = 20


class FlujoInvalido(Exception):
    """Le falta algo o algo no cuadra; el mensaje lo dice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlujoPedido:
    nombre: str
    condiciones: Condiciones
    pasos: tuple[Paso, ...]


@dataclass(frozen=True, slots=True)
class Tocada:
    """Una publicación que aún no sale, a la que tocaría."""

    publicacion_id: int
    texto: str
    perfil: str
    hora: datetime


def guardar(sesion: Session, flujo: Flujo | None, pedido: FlujoPedido, *, ahora: datetime) -> Flujo:
    """Crear uno (al final, activo) o cambiarlo. Lo ya pedido sigue con los pasos que tenía. Lanza FlujoInvalido."""
    _exigir_valido(sesion, pedido)
    if flujo is None:
        ultimo = sesion.scalars(select(func.max(Flujo.orden))).one()
        flujo = Flujo(nombre="", orden=(ultimo or 0) + 1, creado_en=ahora, actualizado_en=ahora)
    flujo.nombre = pedido.nombre
    flujo.condiciones = pedido.condiciones.en_datos()
    flujo.pasos = [p.en_datos() for p in pedido.pasos]
    flujo.actualizado_en = ahora
    sesion.add(flujo)
    sesion.flush()
    return flujo


def _exigir_valido(sesion: Session, pedido: FlujoPedido) -> None:
    if not pedido.nombre.strip():
        raise FlujoInvalido("Póngale un nombre: así se reconoce en la lista.")
    if len(pedido.nombre) > 120:
        raise FlujoInvalido("El nombre es muy largo: caben 120 letras.")
    if not pedido.pasos:
        raise FlujoInvalido("Le falta al menos un paso: alguien tiene que firmar.")
    if len(pedido.pasos) > PASOS_MAXIMOS:
        raise FlujoInvalido(f"Son demasiados pasos: caben {PASOS_MAXIMOS}.")
    nombrados = {u for p in pedido.pasos for u in (*p.aprobadores, *p.suplentes)}
    conocidos = set(sesion.scalars(select(col(Usuario.id)).where(col(Usuario.id).in_(nombrados))))
    if nombrados - conocidos:
        raise FlujoInvalido("Una de las personas que nombra ya no está. Vuelva a elegirlas.")
    if any(not 0 <= p.suplentes_tras_h <= 720 for p in pedido.pasos):
        raise FlujoInvalido("Las horas antes de que firme un suplente van de 0 a 720.")


def encender(sesion: Session, flujo: Flujo, *, activo: bool, ahora: datetime) -> None:
    """Apagado no toca a lo que venga; lo que ya espera sigue esperando."""
    flujo.activo, flujo.actualizado_en = activo, ahora
    sesion.add(flujo)


def mover(sesion: Session, flujo: Flujo, *, arriba: bool) -> None:
    """Cambiar su lugar con el vecino: el primero que toque es el que manda."""
    en_orden = flujos.activos(sesion)
    donde = next((i for i, f in enumerate(en_orden) if f.id == flujo.id), None)
    if donde is None:
        return
    destino = donde - 1 if arriba else donde + 1
    if 0 <= destino < len(en_orden):
        en_orden[donde], en_orden[destino] = en_orden[destino], en_orden[donde]
    for lugar, suyo in enumerate(en_orden, 1):
        suyo.orden = lugar
        sesion.add(suyo)


def tocadas(
    sesion: Session, condiciones: Condiciones, *, ahora: datetime, muestra: int = _MUESTRA
) -> tuple[int, Sequence[Tocada]]:
    """De lo que todavía va a salir, cuántas entregas tocaría y las primeras."""
    orden = (
        select(Publicacion, Perfil, col(Entrega.no_antes_de))
        .join(Entrega, col(Entrega.publicacion_id) == col(Publicacion.id))
        .join(Perfil, col(Perfil.id) == col(Entrega.perfil_id))
        .where(col(Entrega.estado).in_(POR_SALIR), col(Entrega.parte) == 0, col(Entrega.no_antes_de) >= ahora)
        .order_by(col(Entrega.no_antes_de))
        .limit(2000)
    )
    suyas = [
        Tocada(publicacion.id, publicacion.texto, perfil.nombre, hora)
        for publicacion, perfil, hora in sesion.execute(orden)
        if condiciones.toca(flujos.asunto_de(publicacion, perfil))
    ]
    return len(suyas), suyas[:muestra]

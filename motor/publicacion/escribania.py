"""La escribanía: escribe en una transacción las intenciones y los desenlaces felices de varios hilos.

Con una entrega o con treinta se escribe lo mismo que en `envio`, con las mismas guardas. Si una sola no procede, se
deshace todo y se va de una en una por el camino largo, que sabe qué hacer con cada caso.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.exc import DataError, IntegrityError
from sqlmodel import Session

from conectores.contrato import Publicado
from modelos import Desenlace, Estado, Intento, Perfil, tabla
from motor.entorno import Entorno
from motor.publicacion.envio import Trabajo, anotar_publicada, intentar
from motor.publicacion.juntas import Junta
from motor.publicacion.transiciones import Movimiento, transitar_juntas
from motor.publicacion.turnos import turnos_tras_intentar


@dataclass(frozen=True, slots=True)
class Intencion:
    trabajo: Trabajo
    preparada: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Salida:
    """Lo que la red contestó que publicó."""

    trabajo: Trabajo
    publicado: Publicado


_DE_UNO_SOLO = (IntegrityError, DataError)
"""Lo que la base rechaza por un pedido (un identificador repetido o que no cabe), no por estar caída."""


class _NoTodas(Exception):
    """Alguna de las que se escribían juntas ya no estaba como se creía."""


class Escribania:
    """La de un proceso: sus hilos le piden a la vez."""

    def __init__(self, entorno: Entorno) -> None:
        self._junta: Junta[Intencion | Salida, bool] = Junta(lambda pedidos: escribir_juntas(entorno, pedidos))

    def intentar(self, trabajo: Trabajo, *, preparada: Mapping[str, Any]) -> bool:
        """Como `envio.intentar`."""
        return self._junta.pedir(Intencion(trabajo, preparada))

    def anotar_publicada(self, trabajo: Trabajo, publicado: Publicado) -> bool:
        """Como `envio.anotar_publicada`."""
        return self._junta.pedir(Salida(trabajo, publicado))


def escribir_juntas(entorno: Entorno, pedidos: Sequence[Intencion | Salida]) -> list[bool | Exception]:
    """Todo en una transacción, que cuesta poco más que una sola; si algo no procede, cada cosa por su lado."""
    try:
        with entorno.base.escribir() as sesion:
            ahora = entorno.reloj.ahora()
            if salidas := [p for p in pedidos if isinstance(p, Salida)]:
                _anotar_publicadas(sesion, salidas, ahora)
            if intenciones := [p for p in pedidos if isinstance(p, Intencion)]:
                _intentar(sesion, entorno, intenciones, ahora)
    except (_NoTodas, *_DE_UNO_SOLO):
        return [_por_su_lado(entorno, p) for p in pedidos]
    return [True] * len(pedidos)


def _por_su_lado(entorno: Entorno, pedido: Intencion | Salida) -> bool | Exception:
    try:
        if isinstance(pedido, Intencion):
            return intentar(entorno, pedido.trabajo, preparada=pedido.preparada)
        return anotar_publicada(entorno, pedido.trabajo, pedido.publicado)
    except Exception as error:  # lo que falle a uno no debe contarse como fallo de los demás
        return error


_INTENTO, _PERFIL = tabla(Intento), tabla(Perfil)

# Armar estas órdenes cuesta más que ejecutarlas: se arman una vez.
_ABRIR_INTENTO = insert(_INTENTO)
_DAR_TURNO = update(_PERFIL).where(_PERFIL.c.id == bindparam("_id")).values(libre_desde=bindparam("_libre"))
_CERRAR_INTENTO = (
    update(_INTENTO)
    .where(
        _INTENTO.c.entrega_id == bindparam("_entrega"),
        _INTENTO.c.ficha == bindparam("_ficha"),
        _INTENTO.c.terminado_en.is_(None),
    )
    .values(terminado_en=bindparam("_ahora"), desenlace=Desenlace.PUBLICADO, id_externo=bindparam("_id"), detalle="")
)


def _intentar(sesion: Session, entorno: Entorno, pedidos: Sequence[Intencion], ahora: datetime) -> None:
    hasta = ahora + entorno.reglas.arriendo
    movimientos = [
        Movimiento(
            p.trabajo.entrega.id,
            p.trabajo.reclamo.ficha,
            cambios={"arriendo_hasta": hasta, "preparada": dict(p.preparada)},
        )
        for p in pedidos
    ]
    if not transitar_juntas(
        sesion,
        movimientos,
        de=(Estado.RECLAMADA,),
        a=Estado.ENVIANDO,
        ahora=ahora,
        accion="entrega_enviando",
        arrendada=True,
    ):
        raise _NoTodas
    intentos = [
        {
            "entrega_id": p.trabajo.entrega.id,
            "perfil_id": p.trabajo.entrega.perfil_id,
            "ficha": p.trabajo.reclamo.ficha,
            "huella": p.trabajo.entrega.huella,
            "iniciado_en": ahora,
        }
        for p in pedidos
    ]
    sesion.connection().execute(_ABRIR_INTENTO, intentos)
    seguidos = {p.trabajo.perfil.id for p in pedidos if p.trabajo.sigue}
    perfiles = [p.trabajo.perfil for p in pedidos]
    libres = turnos_tras_intentar(sesion, entorno, perfiles, ahora, seguidos=seguidos)
    sesion.connection().execute(_DAR_TURNO, [{"_id": i, "_libre": libre} for i, libre in libres.items()])


def _anotar_publicadas(sesion: Session, pedidos: Sequence[Salida], ahora: datetime) -> None:
    cierres = [
        {
            "_entrega": p.trabajo.entrega.id,
            "_ficha": p.trabajo.reclamo.ficha,
            "_id": p.publicado.id_externo,
            "_ahora": ahora,
        }
        for p in pedidos
    ]
    sesion.connection().execute(_CERRAR_INTENTO, cierres)
    movimientos = [
        Movimiento(
            p.trabajo.entrega.id,
            p.trabajo.reclamo.ficha,
            detalle=p.publicado.url or p.publicado.id_externo,
            cambios={"id_externo": p.publicado.id_externo, "url": p.publicado.url, "publicada_en": ahora},
        )
        for p in pedidos
    ]
    if not transitar_juntas(
        sesion,
        movimientos,
        de=(Estado.ENVIANDO, Estado.EN_DUDA),
        a=Estado.PUBLICADA,
        ahora=ahora,
        accion="entrega_publicada",
    ):
        raise _NoTodas

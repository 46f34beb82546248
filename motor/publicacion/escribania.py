"""La escribanía: escribe en una transacción las intenciones, o los desenlaces felices, de varios hilos.

Con una entrega o con treinta se escribe lo mismo que en `envio`, con las mismas guardas. Si una sola no procede, se
deshace todo y se va de una en una por el camino largo, que sabe qué hacer con cada caso.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from conectores.contrato import Publicado
from modelos import Desenlace, Estado, Intento, Perfil, tabla
from motor.entorno import Entorno
from motor.publicacion.envio import Trabajo, anotar_publicada, intentar
from motor.publicacion.juntas import Junta
from motor.publicacion.transiciones import Movimiento, transitar_juntas
from motor.publicacion.turnos import turnos_tras_intentar

_INTENTO, _PERFIL = tabla(Intento), tabla(Perfil)

Intencion = tuple[Trabajo, Mapping[str, Any]]
Desenlazada = tuple[Trabajo, Publicado]


class _NoTodas(Exception):
    """Alguna de las que se escribían juntas ya no estaba como se creía."""


class Escribania:
    """La de un proceso: sus hilos le piden a la vez."""

    def __init__(self, entorno: Entorno) -> None:
        self._intenciones: Junta[Intencion, bool] = Junta(lambda pedidos: intentar_juntas(entorno, pedidos))
        self._publicadas: Junta[Desenlazada, bool] = Junta(lambda pedidos: anotar_publicadas(entorno, pedidos))

    def intentar(self, trabajo: Trabajo, *, preparada: Mapping[str, Any]) -> bool:
        """Como `envio.intentar`."""
        return self._intenciones.pedir((trabajo, preparada))

    def anotar_publicada(self, trabajo: Trabajo, publicado: Publicado) -> bool:
        """Como `envio.anotar_publicada`."""
        return self._publicadas.pedir((trabajo, publicado))


def intentar_juntas(entorno: Entorno, pedidos: Sequence[tuple[Trabajo, Mapping[str, Any]]]) -> list[bool]:
    """`intentar` varias en una transacción, que cuesta poco más que una. Si alguna no procede, de una en una."""
    try:
        with entorno.base.escribir() as sesion:
            _intentar_todas(sesion, entorno, pedidos)
    except _NoTodas:
        return [intentar(entorno, trabajo, preparada=preparada) for trabajo, preparada in pedidos]
    return [True] * len(pedidos)


def _intentar_todas(sesion: Session, entorno: Entorno, pedidos: Sequence[tuple[Trabajo, Mapping[str, Any]]]) -> None:
    ahora = entorno.reloj.ahora()
    hasta = ahora + entorno.reglas.arriendo
    movimientos = [
        Movimiento(t.entrega.id, t.reclamo.ficha, cambios={"arriendo_hasta": hasta, "preparada": dict(preparada)})
        for t, preparada in pedidos
    ]
    if not transitar_juntas(
        sesion,
        movimientos,
        de={Estado.RECLAMADA},
        a=Estado.ENVIANDO,
        ahora=ahora,
        accion="entrega_enviando",
        arrendada=True,
    ):
        raise _NoTodas
    trabajos = [t for t, _ in pedidos]
    intentos = [
        {
            "entrega_id": t.entrega.id,
            "perfil_id": t.entrega.perfil_id,
            "ficha": t.reclamo.ficha,
            "huella": t.entrega.huella,
            "iniciado_en": ahora,
        }
        for t in trabajos
    ]
    conexion = sesion.connection()
    conexion.execute(insert(_INTENTO), intentos)
    libres = turnos_tras_intentar(sesion, entorno, [t.perfil for t in trabajos], ahora)
    orden = update(_PERFIL).where(_PERFIL.c.id == bindparam("_id")).values(libre_desde=bindparam("_libre"))
    conexion.execute(orden, [{"_id": perfil_id, "_libre": libre} for perfil_id, libre in libres.items()])


def anotar_publicadas(entorno: Entorno, pedidos: Sequence[tuple[Trabajo, Publicado]]) -> list[bool]:
    """`anotar_publicada` varias en una transacción. Si alguna ya no está donde se dejó, de una en una."""
    try:
        with entorno.base.escribir() as sesion:
            _anotar_todas(sesion, entorno, pedidos)
    except (_NoTodas, IntegrityError):
        return [anotar_publicada(entorno, trabajo, publicado) for trabajo, publicado in pedidos]
    return [True] * len(pedidos)


def _anotar_todas(sesion: Session, entorno: Entorno, pedidos: Sequence[tuple[Trabajo, Publicado]]) -> None:
    ahora = entorno.reloj.ahora()
    cerrar = (
        update(_INTENTO)
        .where(
            _INTENTO.c.entrega_id == bindparam("_entrega"),
            _INTENTO.c.ficha == bindparam("_ficha"),
            _INTENTO.c.terminado_en.is_(None),
        )
        .values(terminado_en=ahora, desenlace=Desenlace.PUBLICADO, id_externo=bindparam("_id"), detalle="")
    )
    sesion.connection().execute(
        cerrar, [{"_entrega": t.entrega.id, "_ficha": t.reclamo.ficha, "_id": p.id_externo} for t, p in pedidos]
    )
    movimientos = [
        Movimiento(
            t.entrega.id,
            t.reclamo.ficha,
            detalle=p.url or p.id_externo,
            cambios={"id_externo": p.id_externo, "url": p.url, "publicada_en": ahora},
        )
        for t, p in pedidos
    ]
    if not transitar_juntas(
        sesion,
        movimientos,
        de={Estado.ENVIANDO, Estado.EN_DUDA},
        a=Estado.PUBLICADA,
        ahora=ahora,
        accion="entrega_publicada",
    ):
        raise _NoTodas

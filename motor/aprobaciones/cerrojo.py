"""La última mirada: que lo que se va a enviar, tal como ha quedado armado, sea exactamente lo que se aprobó.

La base ya comprueba al reclamar y al escribir la intención que `aprobado` es el `contenido`; esto comprueba que ese
contenido sea el de verdad: que nadie cambió una fila, ni un archivo del acervo, por fuera de Pregonero.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from conectores.contrato import Pieza
from modelos import Entrega, Flujo, Medio, Perfil, Publicacion
from modelos.consultas import medios_de
from modelos.estados import Estado
from motor.aprobaciones import medios, noticias, solicitudes
from motor.aprobaciones.contenido import contenido_de
from motor.entorno import Entorno
from motor.publicacion.guardada import pieza_guardada
from motor.publicacion.reclamo import Reclamo
from motor.publicacion.transiciones import transitar

MOTIVO = "Lo que se iba a publicar no es lo que se aprobó: cambió después. No se publicó, y espera otra aprobación."


class NoEsLoAprobado(Exception):
    """La pieza armada no es la que se aprobó; `contenido` es el suyo."""

    def __init__(self, contenido: str) -> None:
        super().__init__(MOTIVO)
        self.contenido = contenido


def contenido_guardado(
    entorno: Entorno,
    entrega: Entrega,
    perfil: Perfil,
    publicacion: Publicacion,
    suyos: Sequence[tuple[Medio, str]],
) -> str:
    """El de una entrega tal como está guardada, con sus archivos como están en el disco."""
    return contenido_de_pieza(entorno, entrega, perfil, pieza_guardada(entorno, entrega, perfil, publicacion), suyos)


def contenido_de_pieza(
    entorno: Entorno, entrega: Entrega, perfil: Perfil, pieza: Pieza, suyos: Sequence[tuple[Medio, str]]
) -> str:
    """Las fotos van en la primera parte; las demás de un hilo no llevan."""
    ensenados = medios.vistos(suyos, entorno.acervo) if entrega.parte == 0 else []
    return contenido_de(pieza, ensenados, perfil_id=perfil.id, clave=entrega.clave)


def exigir_lo_aprobado(
    entorno: Entorno, entrega: Entrega, perfil: Perfil, pieza: Pieza, suyos: Sequence[tuple[Medio, str]]
) -> None:
    """Lanza NoEsLoAprobado si necesita aprobación y esa pieza no es la aprobada."""
    if not entrega.exige_aprobacion:
        return
    contenido = contenido_de_pieza(entorno, entrega, perfil, pieza, suyos)
    if contenido != entrega.aprobado:
        raise NoEsLoAprobado(contenido)


def devolver_a_aprobar(entorno: Entorno, reclamo: Reclamo, publicacion_id: int) -> bool:
    """Apartar lo reclamado que no es lo aprobado, pedir que se apruebe como está y avisar a coordinación. False si ya
    no era nuestro.
    """
    with entorno.base.escribir() as sesion:
        ahora = entorno.reloj.ahora()
        publicacion = solicitudes.tomar(sesion, publicacion_id)
        movida = transitar(
            sesion,
            reclamo.entrega_id,
            de={Estado.RECLAMADA},
            a=Estado.RETENIDA,
            ahora=ahora,
            accion="no_es_lo_aprobado",
            detalle=MOTIVO,
            ficha=reclamo.ficha,
            aprobado="",
            preparada=None,
        )
        if movida:
            _pedir_como_esta(sesion, entorno, publicacion, reclamo.entrega_id, ahora)
            noticias.contar_que_no_coincide(sesion, entorno, publicacion, reclamo.entrega_id, MOTIVO, ahora=ahora)
    return movida


def _pedir_como_esta(
    sesion: Session, entorno: Entorno, publicacion: Publicacion, entrega_id: int, ahora: datetime
) -> None:
    anterior = solicitudes.ultima_de(sesion, publicacion.id, entrega_id)
    if anterior is None:
        return
    poner_contenido(sesion, entorno, publicacion)
    solicitudes.anular(sesion, anterior, MOTIVO, ahora=ahora)
    suyas = [e for e in solicitudes.entregas_vivas(sesion, publicacion.id) if str(e.id) in anterior.alcance]
    solicitudes.pedir(
        sesion,
        entorno,
        publicacion,
        sesion.get_one(Flujo, anterior.flujo_id),
        suyas,
        por=anterior.pedida_por,
        ahora=ahora,
        apartadas=anterior.apartadas,
    )


def poner_contenido(
    sesion: Session, entorno: Entorno, publicacion: Publicacion, *, solo_las_libres: bool = False
) -> None:
    """Recalcular el de las que aún van a salir, con lo que hay guardado. solo_las_libres: las que no exigen firma."""
    suyos = medios_de(sesion, publicacion.id)
    vivas = solicitudes.entregas_vivas(sesion, publicacion.id)
    vivas = [e for e in vivas if not (solo_las_libres and e.exige_aprobacion)]
    perfiles = {p.id: p for p in sesion.scalars(select(Perfil).where(col(Perfil.id).in_({e.perfil_id for e in vivas})))}
    for e in vivas:
        contenido = contenido_guardado(entorno, e, perfiles[e.perfil_id], publicacion, suyos)
        sesion.execute(
            update(Entrega)
            .where(col(Entrega.id) == e.id)
            .values(contenido=contenido)
            .execution_options(synchronize_session=False)
        )

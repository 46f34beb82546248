"""Lo que se borra solo: lo que la gente dijo hace mucho, y lo que una red exige borrar si no se pudo comprobar.

Todo va en transacciones cortas, para que nadie espere; si se interrumpe, la vez siguiente sigue donde iba. Los conteos
y lo que dijimos nosotros se quedan. Lo que dijo la gente caduca también en las copias de los correos ya mandados.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, false, or_, select, update
from sqlmodel import Session, col

from conectores.contrato_escucha import Revision
from modelos import Base, Correo, EstadoDeCorreo, Perfil
from modelos.escucha import Fuente, Mensaje
from motor.escucha.almacen.conservacion import COLUMNAS_DE_VIEJO, Viejo, conservar, que_se_conservan
from motor.escucha.almacen.conteos import podar
from motor.escucha.almacen.granel import entre
from motor.escucha.almacen.guardar import Guardado, guardar_revision
from motor.escucha.almacen.mensajes import vaciar
from motor.escucha.entendido import Entender
from motor.escucha.entorno import EntornoDeEscucha

logger = logging.getLogger(__name__)

LOTE = 500
CADUCADO = "(Lo que decía este correo ya caducó.)"


def caducar(escucha: EntornoDeEscucha, *, lote: int = LOTE) -> int:
    """Borrar los mensajes que cumplieron su tiempo, con su crudo; y los conteos finos que ya no hacen falta.

    Devuelve cuántos mensajes. Los que escribieron nuestros perfiles no caducan, y los que contestan a lo que publicamos
    se conservan más (`conservacion`).
    """
    ahora = escucha.reloj.ahora()
    limite = ahora - escucha.reglas.escucha.vida_de_mensajes
    nuestros = _nuestros(escucha.principal.base)
    borrados = 0
    while (lote_hecho := _borrar_lote(escucha, limite, nuestros, lote)).mirados > 0:
        borrados += lote_hecho.borrados
    podados = podar(escucha.base, ahora=ahora)
    while _vaciar_correos(escucha.principal.base, ahora - _vida_de_una_copia(escucha), lote) > 0:
        pass
    if borrados or podados:
        logger.info(
            "Caducaron %d mensajes.",
            borrados,
            extra={"accion": "mensajes_caducados", "mensajes": borrados, "conteos": podados},
        )
    return borrados


def _nuestros(principal: Base) -> list[tuple[str, str]]:
    with principal.leer() as sesion:
        filas = sesion.execute(select(col(Perfil.red), col(Perfil.id_externo)).where(col(Perfil.id_externo) != ""))
        return [(red, id_externo) for red, id_externo in filas]


@dataclass(frozen=True, slots=True)
class _Hecho:
    mirados: int
    borrados: int


def _borrar_lote(
    escucha: EntornoDeEscucha, limite: datetime, nuestros: Collection[tuple[str, str]], lote: int
) -> _Hecho:
    ahora = escucha.reloj.ahora()
    nuestro = or_(false(), *(and_(col(Mensaje.red) == red, col(Mensaje.autor_id) == autor) for red, autor in nuestros))
    vencido = or_(col(Mensaje.conservar_hasta).is_(None), col(Mensaje.conservar_hasta) <= ahora)
    orden = select(*COLUMNAS_DE_VIEJO).where(col(Mensaje.publicado_en) < limite, vencido, ~nuestro)
    with escucha.base.escribir() as sesion:
        # El que otro tiene tomado se queda para la vez siguiente: no se espera a nadie.
        filas = sesion.execute(
            orden.order_by(col(Mensaje.publicado_en)).limit(lote).with_for_update(skip_locked=True, of=Mensaje)
        )
        viejos = [Viejo(*fila) for fila in filas]
        se_quedan = que_se_conservan(escucha, sesion, viejos, ahora=ahora)
        conservar(sesion, se_quedan)
        ids = [v.id for v in viejos if v.id not in se_quedan]
        sesion.execute(delete(Mensaje).where(entre(sesion.connection(), col(Mensaje.id), ids)))
    return _Hecho(len(viejos), len(ids))


def _vida_de_una_copia(escucha: EntornoDeEscucha) -> timedelta:
    """La de los mensajes, o menos si alguna de las redes que se oyen exige borrar antes."""
    with escucha.base.leer() as sesion:
        redes = list(sesion.scalars(select(col(Fuente.red)).distinct()))
    plazos = [plazo for red in redes if (plazo := plazo_de_purga(escucha, red)) is not None]
    return min([escucha.reglas.escucha.vida_de_mensajes, *plazos])


def _vaciar_correos(principal: Base, limite: datetime, lote: int) -> int:
    """Los que ya salieron y citan mensajes: los de una historia y los que llevan su página."""
    with principal.escribir() as sesion:
        orden = select(col(Correo.id)).where(
            col(Correo.estado) != EstadoDeCorreo.PENDIENTE,
            or_(col(Correo.historia_id).is_not(None), col(Correo.html) != ""),
            col(Correo.texto) != CADUCADO,
            col(Correo.creado_en) < limite,
        )
        ids = list(sesion.scalars(orden.limit(lote)))
        sesion.execute(
            update(Correo)
            .where(col(Correo.id).in_(ids))
            .values(texto=CADUCADO, html="")
            .execution_options(synchronize_session=False)
        )
    return len(ids)


# ── Lo que una red exige borrar ──────────────────────────────────────────────────────────────────────────────


def redes_sin_lugar(escucha: EntornoDeEscucha, redes: Collection[str]) -> frozenset[str]:
    """De esas redes, las que prohíben guardar dónde está la gente aparte de su mensaje."""
    hechos = {red: escucha.hechos_de(red) for red in redes}
    return frozenset(red for red, h in hechos.items() if h is not None and h.lugar_solo_con_el_mensaje)


def plazo_de_purga(escucha: EntornoDeEscucha, red: str) -> timedelta | None:
    """En cuánto hay que borrar aquí lo que se borró allá; None si la red no lo exige."""
    hechos = escucha.hechos_de(red)
    return hechos.purga if hechos is not None else None


def por_comprobar(sesion: Session, red: str, *, antes_de: datetime, limite: int) -> list[str]:
    """Los mensajes de una red que se comprobaron por última vez antes de ese instante, los más atrasados primero."""
    orden = (
        select(col(Mensaje.id_externo))
        .where(col(Mensaje.red) == red, col(Mensaje.borrado_en).is_(None), col(Mensaje.comprobado_en) < antes_de)
        .order_by(col(Mensaje.comprobado_en))
        .limit(limite)
    )
    return list(sesion.scalars(orden))


def aplicar_revision(escucha: EntornoDeEscucha, red: str, revision: Revision, *, entender: Entender) -> Guardado:
    """Guardar lo que contestó la red de unos mensajes: los que siguen quedan comprobados; los que no, vacíos."""
    return guardar_revision(escucha, red, revision.vivos, revision.borrados, entender=entender)


def purgar(escucha: EntornoDeEscucha, red: str, *, lote: int = LOTE) -> int:
    """Vaciar los mensajes que no se pudieron comprobar dentro del plazo que da su red. Devuelve cuántos.

    Se llama *después* de intentar comprobarlos (`por_comprobar`, `aplicar_revision`). No hace nada en una red que no lo
    exige. Que hubo un mensaje, y lo que contó, se queda.
    """
    plazo = plazo_de_purga(escucha, red)
    if plazo is None:
        return 0
    ahora, vaciados = escucha.reloj.ahora(), 0
    while (n := _vaciar_lote(escucha.base, red, ahora - plazo, ahora, lote)) > 0:
        vaciados += n
    if vaciados:
        logger.info(
            "Se vaciaron %d mensajes de %s que no se pudieron comprobar a tiempo.",
            vaciados,
            red,
            extra={"accion": "mensajes_purgados", "red": red, "mensajes": vaciados},
        )
    return vaciados


def _vaciar_lote(base: Base, red: str, limite: datetime, ahora: datetime, lote: int) -> int:
    with base.escribir() as sesion:
        orden = select(col(Mensaje.id)).where(
            col(Mensaje.red) == red, col(Mensaje.borrado_en).is_(None), col(Mensaje.comprobado_en) <= limite
        )
        orden = orden.order_by(col(Mensaje.comprobado_en)).limit(lote).with_for_update(skip_locked=True)
        return vaciar(sesion, list(sesion.scalars(orden)), ahora=ahora)

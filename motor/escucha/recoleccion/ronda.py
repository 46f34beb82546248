"""Atender a una fuente: hacer su trabajo y decidir, según cómo fue, cuándo le vuelve a tocar."""

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.exc import SQLAlchemyError

from conectores.contrato import ErrorDeContenido, ErrorDeContrato, ErrorDePerfil, ErrorDeRed
from conectores.secretos import redactar
from modelos import Perfil
from modelos.escucha import Fuente
from motor.avisos.aviso import Aviso, avisar
from motor.escucha.entendido import Entender
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.recoleccion import textos
from motor.escucha.recoleccion.cadencia import (
    MINIMO,
    con_azar,
    mes_siguiente,
    siguiente,
    tras_fallo,
)
from motor.escucha.recoleccion.competidores import retratar
from motor.escucha.recoleccion.medicion import medir, medir_perfil
from motor.escucha.recoleccion.oir import oir
from motor.escucha.recoleccion.presupuesto import PresupuestoAgotado, ritmo
from motor.escucha.recoleccion.purga import revisar
from motor.escucha.recoleccion.reparto import Desenlace, callar_perfil, soltar
from motor.escucha.recoleccion.turno import Resultado, Turno, cada_de, canal_de

logger = logging.getLogger(__name__)

TRABAJOS: dict[str, Callable[[Turno], Resultado]] = {
    "oir": oir,
    "medir": medir,
    "seguir": medir_perfil,
    "retratar": retratar,
    "revisar": revisar,
}
FALLOS_ANTES_DE_AVISAR = 3


def atender(
    escucha: EntornoDeEscucha,
    fuente: Fuente,
    *,
    entender: Entender,
    azar: random.Random,
    seguir: Callable[[], bool] = lambda: True,
) -> Resultado | Exception:
    """Un turno de una fuente ya reclamada: lo que trajo, o por qué no. Sólo lanza si la base no contesta."""
    try:
        resultado = _trabajar(escucha, fuente, entender, seguir)
    except SQLAlchemyError:
        raise  # no es culpa de la fuente: al vencer su turno se vuelve a intentar
    except PresupuestoAgotado as error:
        _dormir(escucha, fuente, error, azar)
        return error
    except Exception as error:  # un conector que revienta no debe detener a los demás
        _anotar_fallo(escucha, fuente, error, azar)
        return error
    _anotar_exito(escucha, fuente, resultado, azar)
    return resultado


def _trabajar(escucha: EntornoDeEscucha, fuente: Fuente, entender: Entender, seguir: Callable[[], bool]) -> Resultado:
    perfil = None
    if fuente.perfil_id:
        with escucha.principal.base.leer() as sesion:
            perfil = sesion.get(Perfil, fuente.perfil_id)
        if perfil is None:
            raise ErrorDePerfil("Su perfil ya no existe.", remedio="Se quitará sola en un minuto.")
    turno = Turno(escucha=escucha, fuente=fuente, perfil=perfil, entender=entender, seguir=seguir)
    return TRABAJOS[fuente.trabajo](turno)


def _anotar_exito(escucha: EntornoDeEscucha, fuente: Fuente, resultado: Resultado, azar: random.Random) -> None:
    ahora = escucha.reloj.ahora()
    if fuente.fallos:
        logger.info("%s se vuelve a oír.", fuente.nombre, extra={"accion": "fuente_vuelve", "fuente": fuente.clave})
    calladas = 0 if resultado.nuevos or resultado.hay_mas else fuente.calladas + 1
    soltar(
        escucha,
        fuente,
        Desenlace(
            proxima_en=_cuando(escucha, fuente, resultado, calladas, azar),
            calladas=calladas,
            detalle=resultado.detalle,
            cursor=_cursor(fuente),
            oida_en=None if resultado.detalle else ahora,
        ),
    )


def _cursor(fuente: Fuente) -> str | None:
    """El de quien oye lo mueve el almacén, junto con lo oído; el de los demás trabajos se escribe aquí."""
    return None if fuente.trabajo == "oir" else fuente.cursor


def _cuando(
    escucha: EntornoDeEscucha, fuente: Fuente, resultado: Resultado, calladas: int, azar: random.Random
) -> datetime:
    ahora = escucha.reloj.ahora()
    al_menos = ritmo(escucha, fuente.red, resultado.costo)
    if resultado.hay_mas:  # ponerse al día no debe comerse el mes en una tarde
        # Y si dice que hay más y nunca lo trae, que no ocupe a nadie: se le pregunta de minuto en minuto.
        en_vano = fuente.trabajo == "oir" and not resultado.nuevos
        return ahora + (max(al_menos, MINIMO) if en_vano else al_menos)
    if resultado.proxima_en is not None:
        return max(resultado.proxima_en, ahora + al_menos)
    espera = siguiente(
        _cada(escucha, fuente),
        nuevos=resultado.nuevos,
        calladas=calladas,
        de_pago=_costo(escucha, fuente) > 0,
        al_menos=al_menos,
    )
    return ahora + con_azar(espera, azar)


def _cada(escucha: EntornoDeEscucha, fuente: Fuente) -> timedelta:
    hechos = escucha.hechos_de(fuente.red)
    return cada_de(fuente, hechos) if hechos is not None else timedelta(hours=1)


def _costo(escucha: EntornoDeEscucha, fuente: Fuente) -> Decimal:
    hechos = escucha.hechos_de(fuente.red)
    canal = canal_de(hechos, fuente.canal) if hechos is not None else None
    return canal.costo if canal is not None else Decimal(0)


# ── cuando no se pudo ────────────────────────────────────────────────────────────────────────────────────────


def _dormir(escucha: EntornoDeEscucha, fuente: Fuente, error: PresupuestoAgotado, azar: random.Random) -> None:
    """Hasta el mes que entra; repartidas en su primera hora, para no gastarlo todo en un minuto."""
    if error.momentaneo:
        pronto = escucha.reloj.ahora() + timedelta(seconds=azar.uniform(10, 60))
        soltar(escucha, fuente, Desenlace(proxima_en=pronto, calladas=fuente.calladas, cursor=_cursor(fuente)))
        return
    hasta = mes_siguiente(escucha.reloj.ahora()) + timedelta(minutes=azar.uniform(1, 60))
    logger.info("%s: %s", fuente.nombre, error, extra={"accion": "presupuesto_agotado", "fuente": fuente.clave})
    desenlace = Desenlace(proxima_en=hasta, calladas=fuente.calladas, detalle=str(error), cursor=_cursor(fuente))
    soltar(escucha, fuente, desenlace)


def _anotar_fallo(escucha: EntornoDeEscucha, fuente: Fuente, error: Exception, azar: random.Random) -> None:
    ahora, detalle = escucha.reloj.ahora(), _detalle(error)
    pausa = tras_fallo(error, fallos=fuente.fallos, cada=_cada(escucha, fuente), azar=azar)
    if not fuente.fallos:  # una vez al caer, y otra al volver
        logger.error(
            "%s no se puede oír: %s",
            fuente.nombre,
            detalle,
            exc_info=None if isinstance(error, ErrorDeRed) else error,
            extra={"accion": "fuente_cae", "fuente": fuente.clave, "red": fuente.red},
        )
    hasta = ahora + pausa.espera
    soltar(
        escucha,
        fuente,
        Desenlace(
            proxima_en=hasta,
            fallos=fuente.fallos + 1,
            calladas=fuente.calladas,
            detalle=detalle,
            cursor=_cursor(fuente),
        ),
    )
    if pausa.todo_el_perfil:
        callar_perfil(escucha, fuente, hasta)
    fuente.detalle = detalle
    aviso = _aviso(escucha, fuente, error, detalle, ahora)
    if aviso is not None:
        with escucha.principal.base.escribir() as sesion:
            avisar(sesion, aviso, para=escucha.reglas.coordinacion, ahora=ahora)


def _detalle(error: Exception) -> str:
    if isinstance(error, ErrorDeRed):
        return redactar(f"{error.detalle} {error.remedio}".strip())[:1000]
    return redactar(f"Fallo inesperado: {type(error).__name__}: {error}")[:1000]


def _aviso(escucha: EntornoDeEscucha, fuente: Fuente, error: Exception, detalle: str, ahora: datetime) -> Aviso | None:
    """De lo que se arregla solo no se avisa; de lo que arregla una persona, si dura."""
    zona = escucha.reglas.zona
    if isinstance(error, (ErrorDePerfil, ErrorDeContenido)):
        return textos.fuente_detenida(fuente, zona) if fuente.fallos + 1 >= FALLOS_ANTES_DE_AVISAR else None
    if isinstance(error, ErrorDeContrato) or not isinstance(error, ErrorDeRed):
        return textos.contrato_roto_al_oir(fuente, detalle, ahora, zona)
    return None

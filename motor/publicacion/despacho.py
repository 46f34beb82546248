"""Despacho: lo que se hace con una entrega reclamada, de principio a fin.

    preparar (nadie lo ve) → intención (se confirma) → publicar (la única llamada visible) → desenlace

Es la misma función para cualquiera que entregue un id: los hilos de este proceso o un transporte distribuido.
"""

import logging
import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from sqlalchemy import bindparam, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col

from conectores.contrato import (
    Adjunto,
    Capacidades,
    Conector,
    EnProceso,
    ErrorDeContrato,
    ErrorDeRed,
    ErrorDuplicado,
    ErrorIncierto,
    ErrorTransitorio,
    Permiso,
    Pieza,
    Preparada,
    Publicado,
)
from conectores.secretos import redactar
from modelos import Entrega, Estado, Medio, Perfil, Publicacion
from modelos.consultas import con_intento_dudoso, medios_de_varias, parte_anterior, tiene_siguiente
from motor.acervo import derechos
from motor.acervo.derechos import SinDerechos
from motor.acervo.medios import MedioInadmisible, adjunto_de, datos_de
from motor.aprobaciones.cerrojo import NoEsLoAprobado, devolver_a_aprobar, exigir_lo_aprobado
from motor.entorno import Entorno
from motor.publicacion.barrido import devolver
from motor.publicacion.envio import Trabajo, anotar_fallo, apartar_sin_derechos, guardar_preparada
from motor.publicacion.escribania import Escribania
from motor.publicacion.guardada import pieza_guardada
from motor.publicacion.reclamo import Reclamo
from motor.publicacion.reintentos import tras_enviar, tras_preparar
from motor.salud import Salud

logger = logging.getLogger(__name__)

VISTAZO_S = 0.2
"""Cada cuánto mira si se está cerrando quien espera un puesto."""


@dataclass(frozen=True, slots=True)
class Materia:
    """Lo guardado con que se arma una pieza. anterior: la parte del hilo a la que responde."""

    publicacion: Publicacion
    medios: Sequence[tuple[Medio, str]]
    anterior: Entrega | None


@dataclass(frozen=True, slots=True)
class Encargo:
    """Todo lo que hay que saber para llevar una entrega reclamada, leído de una vez."""

    trabajo: Trabajo
    materia: Materia


@dataclass(slots=True)
class Despacho:
    """El que publica. Lo que pase con la red acaba escrito en la base; sólo lanza si falla la base misma."""

    entorno: Entorno
    azar: random.Random
    salud: Salud
    _escribania: Escribania = field(init=False)
    _puestos: threading.BoundedSemaphore = field(init=False)
    _cerrado: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self._escribania = Escribania(self.entorno)
        self._puestos = threading.BoundedSemaphore(self.entorno.reglas.hilos)

    def cerrar(self) -> None:
        """Desde ahora no se empieza ninguna; lo que está saliendo acaba de salir."""
        self._cerrado = True

    def leer(self, reclamos: Sequence[Reclamo]) -> list[Encargo]:
        """Los encargos de unos reclamos, sin los que ya no son nuestros. Lo reclamado no cambia bajo nuestros pies."""
        with self.entorno.base.leer() as sesion:
            return _encargos(sesion, reclamos)

    def procesar(self, reclamo: Reclamo) -> Estado | None:
        """Leer y llevar una sola entrega; None si ya no era nuestra."""
        encargos = self.leer([reclamo])
        return self.llevar(encargos[0]) if encargos else None

    def llevar(self, encargo: Encargo) -> Estado | None:
        """Llevar una entrega tan lejos como se pueda ahora. El estado en que quedó, o None si ya no era nuestra."""
        if not self._tomar_puesto():
            devolver(self.entorno, [encargo.trabajo.reclamo])
            return Estado.PROGRAMADA
        try:
            asentar = self._actuar(encargo)
        finally:
            self._puestos.release()
        return asentar()  # fuera del puesto: mientras uno escribe lo suyo, otro ya habla con la red

    def _tomar_puesto(self) -> bool:
        """False si se está cerrando: quien hace fila no debe esperar a que conteste una red colgada."""
        while not self._cerrado:
            if not self._puestos.acquire(timeout=VISTAZO_S):
                continue
            if not self._cerrado:
                return True
            self._puestos.release()
        return False

    def _actuar(self, encargo: Encargo) -> Callable[[], Estado | None]:
        """Preparar y, si es su hora, enviar. Devuelve lo que falta: escribir cómo acabó."""
        trabajo = encargo.trabajo
        try:
            conector = self.entorno.abrir(trabajo.perfil)
            preparada = _preparar(self.entorno, conector, encargo)
        except SQLAlchemyError:
            raise
        except NoEsLoAprobado:
            return partial(self._devolver_a_aprobar, encargo)
        except SinDerechos as causa:
            return partial(self._apartar_sin_derechos, trabajo, str(causa))
        except Exception as causa:  # un conector defectuoso o un archivo perdido no deben llevarse el hilo
            return partial(self._aplazar, trabajo, causa)
        if isinstance(preparada, EnProceso):
            return partial(self._esperar_a_la_red, trabajo, preparada)
        if trabajo.entrega.no_antes_de > self.entorno.reloj.ahora():
            return partial(self._esperar_su_hora, trabajo, preparada)
        return self._enviar(conector, trabajo, preparada)

    def _devolver_a_aprobar(self, encargo: Encargo) -> Estado | None:
        trabajo = encargo.trabajo
        logger.error(
            "La %d no es lo que se aprobó: no se publica.",
            trabajo.entrega.id,
            extra={"accion": "no_es_lo_aprobado", "entrega": trabajo.entrega.id},
        )
        suya = devolver_a_aprobar(self.entorno, trabajo.reclamo, encargo.materia.publicacion.id)
        return Estado.RETENIDA if suya else None

    def _apartar_sin_derechos(self, trabajo: Trabajo, motivo: str) -> Estado | None:
        logger.warning(
            "La %d no se publica: %s",
            trabajo.entrega.id,
            motivo,
            extra={"accion": "sin_derechos", "entrega": trabajo.entrega.id},
        )
        return Estado.RETENIDA if apartar_sin_derechos(self.entorno, trabajo, motivo) else None

    def _aplazar(self, trabajo: Trabajo, causa: Exception) -> Estado:
        error = self._veredicto(causa, trabajo)
        decision = tras_preparar(
            error,
            fallos=trabajo.entrega.fallos,
            dudoso=trabajo.dudoso,
            reglas=self.entorno.reglas,
            azar=self.azar,
        )
        anotar_fallo(self.entorno, trabajo, decision, error, de=(Estado.RECLAMADA,))
        return decision.estado

    def _esperar_a_la_red(self, trabajo: Trabajo, en_proceso: EnProceso) -> Estado:
        guardar_preparada(
            self.entorno,
            trabajo,
            en_proceso.preparada.datos,
            despertar_en=self.entorno.reloj.ahora() + en_proceso.espera,
            detalle="La red todavía procesa los medios.",
        )
        return Estado.PROGRAMADA

    def _esperar_su_hora(self, trabajo: Trabajo, preparada: Preparada) -> Estado:
        guardar_preparada(
            self.entorno,
            trabajo,
            preparada.datos,
            despertar_en=trabajo.entrega.no_antes_de,
            detalle="Lista; espera su hora.",
        )
        return Estado.PROGRAMADA

    def _enviar(self, conector: Conector, trabajo: Trabajo, preparada: Preparada) -> Callable[[], Estado | None]:
        permiso = _permiso(self.entorno)
        if not self._escribania.intentar(trabajo, preparada=preparada.datos):
            return lambda: None
        try:
            publicado = conector.publicar(preparada, clave=trabajo.entrega.clave, permiso=permiso)
        except Exception as causa:  # lo que no sea un veredicto es una duda: pudo salir
            return partial(self._asentar_fallo, trabajo, causa)
        return partial(self._asentar_publicada, trabajo, publicado)

    def _asentar_fallo(self, trabajo: Trabajo, causa: Exception) -> Estado:
        error = self._veredicto(causa, trabajo)
        decision = tras_enviar(
            error,
            fallos=trabajo.entrega.fallos,
            dudoso=trabajo.dudoso,
            reglas=self.entorno.reglas,
            azar=self.azar,
        )
        anotar_fallo(self.entorno, trabajo, decision, error, de=_de_donde(decision.estado, dudoso=trabajo.dudoso))
        return decision.estado

    def _asentar_publicada(self, trabajo: Trabajo, publicado: Publicado) -> Estado:
        self._escribania.anotar_publicada(trabajo, publicado)
        self._anotar_salud(trabajo.perfil.red, contesto=True)
        logger.info(
            "Publicada la %d en %s: %s",
            trabajo.entrega.id,
            trabajo.perfil.nombre,
            publicado.url or publicado.id_externo,
            extra={"accion": "entrega_publicada", "entrega": trabajo.entrega.id, "red": trabajo.perfil.red},
        )
        return Estado.PUBLICADA

    def _veredicto(self, causa: Exception, trabajo: Trabajo) -> ErrorDeRed:
        if isinstance(causa, MedioInadmisible):  # falta en el acervo: no es culpa de la red, y puede volver
            return ErrorTransitorio(f"No se puede leer un medio guardado. {causa}")
        error = _como_veredicto(causa, trabajo)
        self._anotar_salud(trabajo.perfil.red, contesto=not es_caida(error))
        return error

    def _anotar_salud(self, red: str, *, contesto: bool) -> None:
        noticia = self.salud.anotar(red, contesto=contesto)
        if noticia == "cae":
            logger.error(
                "La red %s no contesta; sus publicaciones esperan.", red, extra={"accion": "red_cae", "red": red}
            )
        elif noticia == "vuelve":
            logger.info("La red %s volvió.", red, extra={"accion": "red_vuelve", "red": red})


def _de_donde(a: Estado, *, dudoso: bool) -> tuple[Estado, ...]:
    """Desde qué estados vale este desenlace.

    Un «seguro que no salió» también saca de EN_DUDA a quien otro puso ahí por creernos muertos; salvo que la duda
    sea además de un intento anterior, que este «no» no resuelve.
    """
    if a is Estado.EN_DUDA or dudoso:
        return (Estado.ENVIANDO,)
    return (Estado.ENVIANDO, Estado.EN_DUDA)


def _permiso(entorno: Entorno) -> Permiso:
    """Desde ya corre el límite de envío, con el reloj de arranque: un proceso congelado que despierta no envía."""
    limite_s = entorno.reglas.limite_envio.total_seconds()
    inicio_s = entorno.reloj.desde_el_arranque()

    def permiso() -> None:
        if entorno.reloj.desde_el_arranque() - inicio_s > limite_s:
            raise ErrorTransitorio("Pasó demasiado tiempo entre decidir y enviar; se vuelve a intentar.")

    return permiso


def es_caida(error: ErrorDeRed) -> bool:
    """Si el fallo es de la red y no de la pieza, del perfil ni de un límite."""
    match error:
        case ErrorTransitorio():
            return not error.de_perfil
        case ErrorDuplicado():
            return False
        case ErrorIncierto() | ErrorDeContrato():
            return True
        case _:
            return False


def _como_veredicto(causa: Exception, trabajo: Trabajo) -> ErrorDeRed:
    if isinstance(causa, ErrorDeRed):
        return causa
    detalle = redactar(f"{type(causa).__name__}: {causa}")
    logger.error(
        "Fallo inesperado del conector de %s: %s",
        trabajo.perfil.red,
        detalle,
        extra={"accion": "conector_defectuoso", "entrega": trabajo.entrega.id, "red": trabajo.perfil.red},
    )
    return ErrorDeContrato(f"Fallo inesperado. {detalle}")


def _preparar(entorno: Entorno, conector: Conector, encargo: Encargo) -> Preparada | EnProceso:
    entrega, perfil = encargo.trabajo.entrega, encargo.trabajo.perfil
    previa = Preparada(entrega.preparada) if entrega.preparada is not None else None
    pieza = _armar(entorno, entrega, perfil, encargo.materia)
    exigir_lo_aprobado(entorno, entrega, perfil, pieza, encargo.materia.medios)
    if entrega.parte == 0:  # las demás de un hilo no llevan medios
        sale = max(entrega.no_antes_de, entorno.reloj.ahora())
        derechos.exigir((m for m, _ in encargo.materia.medios), sale=sale, zona=entorno.reglas.zona)
    return conector.preparar(pieza, clave=entrega.clave, previa=previa)


_DE_ENCARGO = (
    select(Entrega, Perfil, Publicacion)
    .join(Perfil, col(Perfil.id) == col(Entrega.perfil_id))
    .join(Publicacion, col(Publicacion.id) == col(Entrega.publicacion_id))
    .where(col(Entrega.id).in_(bindparam("ids", expanding=True)))
    .order_by(col(Entrega.despertar_en), col(Entrega.id))
)


def _encargos(sesion: Session, reclamos: Sequence[Reclamo]) -> list[Encargo]:
    fichas = {r.entrega_id: r for r in reclamos}
    filas = sesion.execute(_DE_ENCARGO, {"ids": list(fichas)}).all()
    nuestras = [
        (e, perfil, publicacion)
        for e, perfil, publicacion in filas
        if e.ficha == fichas[e.id].ficha and e.estado is Estado.RECLAMADA
    ]
    dudosas = con_intento_dudoso(sesion, [e.id for e, _, _ in nuestras])
    medios = medios_de_varias(sesion, [p.id for _, _, p in nuestras])
    return [
        Encargo(
            Trabajo(fichas[e.id], e, perfil, e.id in dudosas, publicacion.hilo and tiene_siguiente(sesion, e)),
            Materia(publicacion, medios.get(publicacion.id, ()), parte_anterior(sesion, e)),
        )
        for e, perfil, publicacion in nuestras
    ]


def pieza_de(entorno: Entorno, entrega: Entrega, perfil: Perfil) -> Pieza:
    """La pieza de una entrega guardada: su texto tal cual, con los medios ajustados a su red.

    Ajustar una imagen puede tardar segundos: la base se lee antes y se suelta. Lanza MedioInadmisible.
    """
    with entorno.base.leer() as sesion:
        publicacion = sesion.get_one(Publicacion, entrega.publicacion_id)
        medios = medios_de_varias(sesion, [publicacion.id]).get(publicacion.id, ())
        materia = Materia(publicacion, medios, parte_anterior(sesion, entrega))
    return _armar(entorno, entrega, perfil, materia)


def _armar(entorno: Entorno, entrega: Entrega, perfil: Perfil, materia: Materia) -> Pieza:
    pieza = pieza_guardada(entorno, entrega, perfil, materia.publicacion)
    if materia.anterior is not None:
        return replace(pieza, en_respuesta_a=materia.anterior.id_externo or "")
    capacidades = entorno.capacidades_de(perfil.red)
    return replace(pieza, adjuntos=_adjuntos(entorno, materia.medios, capacidades))


def _adjuntos(entorno: Entorno, medios: Sequence[tuple[Medio, str]], capacidades: Capacidades) -> tuple[Adjunto, ...]:
    return tuple(
        adjunto_de(
            datos_de(medio, entorno.acervo),
            capacidades,
            texto_alternativo=alternativo,
            variantes=entorno.acervo / "variantes",
        )[0]
        for medio, alternativo in medios
    )

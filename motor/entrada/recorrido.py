"""Recorrer la carpeta de entrada: cada pocos segundos, tomar lo que terminó de llegar y cerrar lo que terminó de salir.

No hay avisos del sistema de archivos de que fiarse (Samba, Nextcloud y OneDrive no los dan): se mira. La carpeta en
que está un archivo *es* su estado:

    entrada/ ─► procesando/ ─► publicadas/  con NOMBRE.resultado.txt
        └──────────┴─────────► rechazadas/  con NOMBRE.motivo.txt

Morir en cualquier línea no pierde ni repite nada: lo que estaba en un taller sin registrar vuelve a `entrada/`, y lo
registrado termina de colocarse.
"""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.exc import InterfaceError, OperationalError

from conectores.contrato import Problema
from motor.entorno import Entorno
from motor.entrada.colocar import traslado
from motor.entrada.colocar.cierre import cerrar_terminadas, poner_al_corriente
from motor.entrada.colocar.pasajeros import en_breve, es_pasajero
from motor.entrada.colocar.rechazo import rechazar
from motor.entrada.colocar.recuperacion import esta_registrado, recuperar
from motor.entrada.contar import actas
from motor.entrada.contar.actas import acta_de
from motor.entrada.decidir import calendario_recibido, publicacion_recibida
from motor.entrada.decidir.desenlaces import Desenlace, Recibida
from motor.entrada.leer.codificacion import mostrable
from motor.entrada.mirar.inventario import Clase, Firma, Hallado, inventariar
from motor.entrada.mirar.nombrados_en import nombrados_en
from motor.entrada.mirar.unidades import Preguntas, Rechazo, Unidad, decidir
from motor.entrada.mirar.vigia import Observado, Vigia

logger = logging.getLogger(__name__)

REPOSO = timedelta(seconds=2)
GRACIA = timedelta(minutes=2)

_REINTENTO_S = 60.0
"""Cada cuánto se vuelve a probar con lo que no se pudo mover: alguien puede haber arreglado los permisos."""

_REFERENCIA_CREIBLE = timedelta(minutes=10)


@dataclass(slots=True)
class Resumen:
    """Qué pasó en un recorrido. problema: por qué no se pudo recorrer, si no se pudo."""

    aceptadas: list[str] = field(default_factory=list)
    cambiadas: list[str] = field(default_factory=list)
    rechazadas: list[str] = field(default_factory=list)
    terminadas: list[str] = field(default_factory=list)
    publicaciones: int = 0
    problema: str = ""

    @property
    def hubo_algo(self) -> bool:
        return bool(self.aceptadas or self.cambiadas or self.rechazadas or self.terminadas)

    def anotar(self, recibida: Recibida) -> None:
        listas = {
            Desenlace.ACEPTADA: self.aceptadas,
            Desenlace.CAMBIADA: self.cambiadas,
            Desenlace.RECHAZADA: self.rechazadas,
        }
        listas[recibida.desenlace].append(recibida.nombre)
        self.publicaciones += recibida.publicaciones


class Recorrido:
    """Los ojos sobre una carpeta. Uno por proceso; recuerda lo que vio la vez anterior.

    reposo: cuánto debe llevar algo sin cambiar para creer que terminó de llegar.
    gracia: cuánto se espera lo que se nombra y no está, antes de rechazar.
    """

    def __init__(self, entorno: Entorno, *, reposo: timedelta = REPOSO, gracia: timedelta = GRACIA) -> None:
        self._entorno = entorno
        self._vigia = Vigia(reposo=reposo, gracia=gracia)
        self._nombrados: dict[str, tuple[Firma, tuple[str, ...]]] = {}
        self._por_recuperar = True
        self._imposibles: dict[str, tuple[Firma, float]] = {}
        self._por_cerrar = True
        self._evento_visto: int | None = None
        self._caido = ""

    def recorrer(self) -> Resumen:
        """Una mirada a la carpeta. No lanza: lo que falla se dice en la bitácora una vez, y se reintenta."""
        resumen = Resumen()
        try:
            self._recorrer(resumen)
        except (traslado.BuzonInservible, OperationalError, InterfaceError, OSError) as error:
            self._por_recuperar = True
            resumen.problema = en_breve(error)
        self._avisar_de_caidas(resumen.problema)
        return resumen

    def _recorrer(self, resumen: Resumen) -> None:
        traslado.asegurar(self._entorno.buzon)
        with traslado.turno(self._entorno.buzon) as es_nuestro:
            if not es_nuestro:
                return
            if self._por_recuperar:
                recuperar(self._entorno, ahora=self._entorno.reloj.ahora())
                self._por_recuperar = False
            self._tomar_lo_quieto(resumen)
            self._cerrar(resumen)

    def _tomar_lo_quieto(self, resumen: Resumen) -> None:
        inventario = inventariar(self._entorno.buzon / traslado.ENTRADA)
        observados = self._vigia.observar(inventario, self._entorno.reloj)
        if not observados:
            self._nombrados.clear()
            self._imposibles.clear()
            return
        preguntas = Preguntas(nombrados=self._que_nombra, conocidos=self._que_tenemos_de, abiertos=inventario.abiertos)
        por_nombre = {o.hallado.nombre: o for o in observados}
        for paso in decidir(observados, preguntas):
            if isinstance(paso, Rechazo):
                recibida = self._intentar(por_nombre[paso.hallado.nombre], partial(self._rechazar, paso))
            else:
                recibida = self._intentar(por_nombre[paso.nombre], partial(self._tomar, paso))
            if recibida is not None:
                resumen.anotar(recibida)

    def _que_nombra(self, hallado: Hallado) -> tuple[str, ...]:
        """Los medios que nombra un texto; se recuerda mientras no cambie, que puede esperarlos un rato."""
        clave = str(hallado.ruta)
        recordado = self._nombrados.get(clave)
        if recordado is None or recordado[0] != hallado.firma:
            recordado = (hallado.firma, nombrados_en(self._entorno, hallado))
            self._nombrados[clave] = recordado
        return recordado[1]

    def _que_tenemos_de(self, nombre: str) -> Collection[str]:
        with self._entorno.base.leer() as sesion:
            anterior = actas.vigente(sesion, nombre)
        return actas.archivos_de(self._entorno, acta_de(anterior)) if anterior else ()

    # ── tomar y rechazar ──

    def _intentar(self, observado: Observado, accion: Callable[[], Recibida]) -> Recibida | None:
        """Lo que no se puede ni mover se dice una vez y no impide atender lo demás."""
        hallado = observado.hallado
        dicho, arranque_s = self._imposibles.get(hallado.nombre), self._entorno.reloj.desde_el_arranque()
        ya_dicho = dicho is not None and dicho[0] == hallado.firma
        if dicho is not None and ya_dicho and arranque_s - dicho[1] < _REINTENTO_S:
            return None
        try:
            recibida = accion()
        except FileNotFoundError:
            return None  # se lo llevaron mientras tanto
        except Exception as error:
            if es_pasajero(error):
                raise
            self._imposibles[hallado.nombre] = (hallado.firma, arranque_s)
            self._por_recuperar = True
            if not ya_dicho:
                logger.error(
                    "No se puede mover «%s» (%s): revise sus permisos.",
                    mostrable(hallado.nombre),
                    en_breve(error),
                    extra={"accion": "entrada_inamovible"},
                )
            return None
        self._imposibles.pop(hallado.nombre, None)
        logger.info(
            "«%s» %s.",
            mostrable(recibida.nombre),
            recibida.desenlace.value,
            extra={"accion": f"entrada_{recibida.desenlace.value}", "publicaciones": recibida.publicaciones},
        )
        return recibida

    def _rechazar(self, paso: Rechazo) -> Recibida:
        hallado, ahora = paso.hallado, self._entorno.reloj.ahora()
        return rechazar(self._entorno, hallado.nombre, {hallado.nombre: hallado.ruta}, [paso.problema], ahora=ahora)

    def _tomar(self, unidad: Unidad) -> Recibida:
        taller = traslado.tomar(self._entorno.buzon, unidad)
        ahora = self._entorno.reloj.ahora()
        unidad = _con_referencia(unidad, ahora)
        recibir = calendario_recibido.recibir if unidad.clase is Clase.CALENDARIO else publicacion_recibida.recibir
        try:
            return recibir(self._entorno, unidad, taller, ahora=ahora)
        except Exception as error:
            if es_pasajero(error) or esta_registrado(self._entorno, taller.carpeta):
                raise
            return self._tropezar(unidad, taller, error, ahora)

    def _tropezar(self, unidad: Unidad, taller: traslado.Taller, error: Exception, ahora: datetime) -> Recibida:
        """Un error nuestro no debe repetirse cada tres segundos ni dejar al editor sin respuesta."""
        logger.exception("Tropezamos al leer «%s».", mostrable(unidad.nombre), extra={"accion": "entrada_tropieza"})
        problema = Problema(
            f"Pregonero tropezó al leerlo ({type(error).__name__}): es un error nuestro, no suyo.",
            "Avise en informática; mientras tanto, pruebe a escribirlo de otra manera.",
        )
        nota = "Algunas filas pueden haber quedado programadas: vea «pregonero calendario»."
        rutas = {m.nombre: taller.carpeta / m.nombre for m in unidad.miembros}
        nota = nota if unidad.clase is Clase.CALENDARIO else ""
        recibida = rechazar(self._entorno, unidad.nombre, rutas, [problema], ahora=ahora, nota=nota)
        traslado.vaciar(taller.carpeta, {})
        return recibida

    # ── cerrar ──

    def _cerrar(self, resumen: Resumen) -> None:
        """Sólo se busca qué terminó si algo se movió desde la última vez."""
        ahora = self._entorno.reloj.ahora()
        visto = poner_al_corriente(self._entorno, desde_evento=self._evento_visto, ahora=ahora)
        if visto != self._evento_visto or self._por_cerrar:
            resumen.terminadas = cerrar_terminadas(self._entorno, ahora=ahora)
            self._por_cerrar = bool(resumen.terminadas)
        self._evento_visto = visto

    def _avisar_de_caidas(self, problema: str) -> None:
        if problema and problema != self._caido:
            logger.error("No se puede recorrer la carpeta: %s", problema, extra={"accion": "entrada_caida"})
        elif self._caido and not problema:
            logger.info("La carpeta vuelve a recorrerse.", extra={"accion": "entrada_vuelve"})
        self._caido = problema


def _con_referencia(unidad: Unidad, ahora: datetime) -> Unidad:
    """El «hoy» de quien escribió: cuando apareció el archivo, salvo que el reloj haya saltado entretanto."""
    creible = timedelta(0) <= ahora - unidad.vista_en <= _REFERENCIA_CREIBLE
    return unidad if creible else replace(unidad, vista_en=ahora)

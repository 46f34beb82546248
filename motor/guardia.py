"""La guardia: lo que el demonio hace para escuchar y para aprender, con su compás. Cablea las salas; no decide nada."""

import logging
import threading
from collections.abc import Callable, Mapping

from motor.acervo.repaso import completar_lo_nuevo
from motor.avisos.avisador import Avisador
from motor.escucha.almacen.caducidad import caducar
from motor.escucha.deteccion import Deteccion
from motor.escucha.entendedor import EntendedorAlDia
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.monitores.archivo import sincronizar
from motor.escucha.monitores.recuento import pendientes, recontar
from motor.escucha.recoleccion.purga import purgar_lo_vencido
from motor.escucha.recoleccion.recolector import PLAZO_DE_CIERRE_S, Recolector
from motor.horarios.aprendizaje.aprendiz import Aprendiz
from motor.toques.repartidor import Repartidor

logger = logging.getLogger(__name__)

Tareas = Mapping[str, tuple[Callable[[], object], float]]
"""Por su nombre: qué hacer, y cada cuántos segundos."""


class _SeDetiene(Exception):
    """Se pidió parar en medio de un recuento: lo que falte sigue pendiente, y repetir lo hecho no cambia nada."""


class Guardia:
    def __init__(
        self,
        escucha: EntornoDeEscucha,
        avisador: Avisador,
        *,
        toques: Repartidor | None = None,
        cierre_s: float = PLAZO_DE_CIERRE_S,
    ) -> None:
        self._escucha = escucha
        self._toques = toques
        self._cierre_s = cierre_s
        self._fin = threading.Event()
        self._avisador = avisador
        self._deteccion = Deteccion(escucha)
        self._aprendiz = Aprendiz(escucha.principal)
        entendedor = EntendedorAlDia(escucha)
        self._recolector = Recolector(escucha, lambda: entendedor)
        self._contando = threading.Lock()
        self._con_monitores = threading.Event()
        self._dichos: tuple[str, ...] = ()
        purgar_lo_vencido(escucha)  # antes de que nada salga en un correo: quizá llevábamos días apagados

    def tareas(self) -> Tareas:
        """Ni avisar, ni borrar, ni aprender las horas dependen de que se escuche: un perfil en apuros también es
        noticia, lo que se oyó antes de apagar la escucha caduca igual, y hay números que se importan.
        """
        avisos: dict[str, tuple[Callable[[], object], float]] = {
            "avisos": (self._avisador.atender, 10.0),
            "resúmenes": (self._avisador.resumenes, 60.0),
            "canales": (self._avisador.mensajero.repartir, 5.0),
            "caducidad": (self._borrar_lo_vencido, 900.0),
            "horas": (self._aprendiz.atender, 300.0),
            "acervo": (lambda: completar_lo_nuevo(self._escucha.principal), 60.0),
        }
        if self._toques is not None:
            avisos["toques"] = (self._toques.repartir, 3.0)
        if not self._escucha.reglas.escucha.activa:
            return avisos
        return avisos | {
            "monitores": (self._poner_al_dia, 30.0),
            "escucha": (self._recolectar, 3.0),
            "picos": (self._deteccion.detectar, 10.0),
        }

    def cerrar(self) -> None:
        """No empezar nada, dejar donde va lo largo (aprender, volver a contar) y esperar a las redes un momento."""
        self._fin.set()
        self._con_monitores.set()  # quien esperaba por ellos ya no tiene a qué
        self._deteccion.detener()
        self._aprendiz.detener()
        self._recolector.cerrar(self._cierre_s)

    def _recolectar(self) -> None:
        """Nada se oye hasta que se sabe qué vigilar: lo que se entendiera antes se guardaría sin contar."""
        if self._con_monitores.wait(timeout=60):
            self._recolector.recolectar()

    def _borrar_lo_vencido(self) -> None:
        purgar_lo_vencido(self._escucha)
        caducar(self._escucha)

    def _poner_al_dia(self) -> None:
        """Los monitores, como diga su archivo; y lo guardado se cuenta solo para los que nunca se contaron."""
        if self._fin.is_set():
            return
        self._decir(sincronizar(self._escucha).errores)
        self._con_monitores.set()
        if not self._contando.acquire(blocking=False):
            return
        try:
            with self._escucha.principal.base.leer() as sesion:
                nunca = [m.id for m in pendientes(sesion) if m.contado == 0]
            if nunca:
                recontar(self._escucha, nunca, avance=self._seguir)
        except _SeDetiene:
            logger.info("Un recuento queda a medias; se acaba al arrancar.", extra={"accion": "recuento_a_medias"})
        finally:
            self._contando.release()

    def _seguir(self, _van: int, _de: int) -> None:
        if self._fin.is_set():
            raise _SeDetiene

    def _decir(self, errores: tuple[str, ...]) -> None:
        """Cada error del archivo, una vez: se mira cada medio minuto."""
        for error in errores:
            if error not in self._dichos:
                logger.warning("%s", error, extra={"accion": "monitores_mal_escritos"})
        if self._dichos and not errores:
            logger.info("Los monitores ya están bien escritos.", extra={"accion": "monitores_bien_escritos"})
        self._dichos = errores

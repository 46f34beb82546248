"""Un aviso por episodio: mientras un alza dura no se repite, salvo que se vuelva otra cosa."""

from dataclasses import dataclass

from motor.escucha.picos.instantes import DIA_S, HORA_S

SILENCIO_S = DIA_S
"""Tras una alerta se calla un día…"""
SALTO = 3.0
"""… salvo que el puntaje llegue a tres veces el de la alerta…"""
OTRO = 2.0
"""… o que, terminado el episodio, llegue a dos veces el umbral: es otra alza. Sin esto una falsa alarma de la mañana
tapa el pico de la tarde (el retraso medio de los picos de ×8 era 0.83 h; así es 0.76, con las mismas falsas)."""
CALMA_S = 3 * HORA_S
"""Tanto tiempo por debajo de la mitad del umbral, y el episodio terminó."""
_NUNCA = -(10**12)


@dataclass(slots=True)
class Episodio:
    """desde: segundos de pared del intervalo que alertó. puntaje: el de esa alerta. calma_s: cuánto lleva tranquilo."""

    desde: int = _NUNCA
    puntaje: float = 0.0
    abierto: bool = False
    calma_s: int = 0

    def alerta(self, ahora: int, puntaje: float, umbral: float) -> bool:
        """Si este puntaje merece un aviso. El intervalo que ya avisó (al asomarse) no avisa otra vez."""
        if puntaje < umbral or ahora == self.desde:
            return False
        if not 0 <= ahora - self.desde < SILENCIO_S or puntaje >= SALTO * self.puntaje:
            return True
        return not self.abierto and puntaje >= OTRO * umbral

    def abrir(self, ahora: int, puntaje: float) -> None:
        self.desde, self.puntaje, self.abierto, self.calma_s = ahora, puntaje, True, 0

    def seguir(self, puntaje: float, umbral: float, paso_s: int) -> bool:
        """Anotar un intervalo más de un episodio abierto; cierto, una sola vez, cuando volvió a lo normal."""
        if puntaje >= umbral / 2:
            self.calma_s = 0
            return False
        self.calma_s += paso_s
        if self.calma_s < CALMA_S:
            return False
        self.abierto = False
        return True

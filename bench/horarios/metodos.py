"""Los demás métodos, con la interfaz del motor, para que una sola corrida los compare a todos.

Los que sólo ordenan las horas dan un mapa sin intervalo (nan). Código propio, escrito de la descripción de cada uno.
"""

from collections.abc import Callable, Mapping

import numpy as np

from bench.horarios.curvas import columnas
from bench.horarios.leyes import Curva
from bench.horarios.muestra import DIA, HORA, Muestra, mapa, muestra
from bench.horarios.partida import Partida, Partidas, de_fabrica, partida_de
from bench.horarios.referencia import referencia, sin_partida
from motor.horarios.mapa import CURVA_GENERAL, SEMANA, Mapa
from motor.horarios.modelo import Historial, aprender
from motor.horarios.modelo.diseno import disenar
from motor.horarios.modelo.priori import Priori, priori_de

Metodo = Callable[[Mapping[str, Historial]], Mapping[str, Mapa]]


def que_ordena(puntuar: Callable[[Muestra], Curva], *, sin_pasado: bool = False) -> Metodo:
    """De una función que puntúa las 168 horas de un perfil, un método sin intervalo.

    sin_pasado: puntúa aunque el perfil no haya publicado nada; si no, entonces todas valen igual.
    """

    def metodo(historiales: Mapping[str, Historial]) -> dict[str, Mapa]:
        suyas = {perfil: muestra(h) for perfil, h in historiales.items()}
        return {
            perfil: mapa(puntuar(m) if len(m.y) or sin_pasado else np.zeros(SEMANA), m) for perfil, m in suyas.items()
        }

    return metodo


def grafica_generica(m: Muestra) -> Curva:
    """Lo que suelen decir las láminas de «las mejores horas»: de martes a jueves por la mañana; nunca de noche."""
    del m
    hora = np.exp(-(((HORA - 11) / 3.0) ** 2) / 2)
    puntos: Curva = hora * np.array([0.7, 1, 1, 0.95, 0.7, 0.4, 0.35])[DIA]
    return puntos


def media_por_hora(m: Muestra) -> Curva:
    """La media de lo que hubo en cada hora; la que no se ha usado, la última."""
    cuenta = np.bincount(m.ranura, minlength=SEMANA)
    media = np.bincount(m.ranura, m.y, SEMANA) / np.maximum(cuenta, 1)
    return np.where(cuenta > 0, media, m.y.min() - 1)


def bandas(m: Muestra, *, encogen: float = 5.0) -> Curva:
    """Media de cada banda de dos horas de cada día, encogida hacia la del perfil como si hubiera cinco más."""
    banda = DIA * 12 + HORA // 2
    suma, cuenta = np.zeros(84), np.zeros(84)
    np.add.at(suma, banda[m.ranura], m.y - m.y.mean())
    np.add.at(cuenta, banda[m.ranura], 1)
    puntos: Curva = (suma / (cuenta + encogen))[banda]
    return puntos


def solo_publica(partidas: Partidas) -> Metodo:
    """La curva pública de su red, sin mirar nada del perfil."""
    return lambda historiales: {
        perfil: mapa(partida_de(h.red, partidas).media, muestra(h)) for perfil, h in historiales.items()
    }


def refuerzo(m: Muestra) -> Curva:
    """Árboles de refuerzo con la hora y los controles; cada hora, promediada sobre lo que de verdad se publicó."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    arboles = HistGradientBoostingRegressor(
        max_iter=80, learning_rate=0.05, max_leaf_nodes=8, min_samples_leaf=10, l2_regularization=5.0, random_state=1
    )
    arboles.fit(np.hstack([_horas(m.ranura), m.controles]), m.y)
    algunas = m.controles[:: max(1, len(m.controles) // 40)]
    todas = np.hstack([np.repeat(_horas(np.arange(SEMANA)), len(algunas), axis=0), np.tile(algunas, (SEMANA, 1))])
    media: Curva = arboles.predict(todas).reshape(SEMANA, -1).mean(1)
    return media


def fourier_bayesiano(historiales: Mapping[str, Historial]) -> dict[str, Mapa]:
    """Ondas diarias y semanales, con controles, en BayesianRidge; el intervalo, el de sus coeficientes."""
    from sklearn.linear_model import BayesianRidge

    mapas = {}
    for perfil, historial in historiales.items():
        m = muestra(historial)
        if not len(m.y):
            mapas[perfil] = mapa(np.zeros(SEMANA), m)
            continue
        lineal = BayesianRidge().fit(np.hstack([ondas(m.ranura), m.controles]), m.y)
        base = ondas(np.arange(SEMANA))
        base, k = base - m.habito @ base, ondas(np.arange(1)).shape[1]
        error = np.sqrt(np.einsum("ij,jk,ik->i", base, lineal.sigma_[:k, :k], base))
        mapas[perfil] = mapa(base @ lineal.coef_[:k], m, error=error)
    return mapas


def pregonero_con(partidas: Partidas) -> Metodo:
    """El modelo del motor con otras curvas de partida que las que se entregan con él."""
    prioris = {red: priori_con(partida) for red, partida in partidas.items()}

    def metodo(historiales: Mapping[str, Historial]) -> dict[str, Mapa]:
        from motor.horarios.modelo.curva import CurvaSemanal

        mapas = {}
        for perfil, historial in historiales.items():
            m, priori = muestra(historial), prioris[historial.red]
            if not len(m.y):
                mapas[perfil] = mapa(priori.media, m)
                continue
            diseno = disenar(historial.publicadas)
            curva = CurvaSemanal(priori).fit(diseno.x, diseno.y, sample_weight=diseno.pesos)
            mapas[perfil] = mapa(curva.curva_, m, error=curva.desviacion_)
        return mapas

    return metodo


def priori_con(partida: Partida) -> Priori:
    """La covarianza en tantas columnas como usa el motor, y lo que ésas no dicen, hora por hora."""
    suyo = priori_de(CURVA_GENERAL)
    base, resto = columnas(partida.covarianza, suyo.base.shape[1])
    return Priori(media=partida.media, base=base, resto=resto, habito=suyo.habito, curva="otras cuentas")


def ondas(ranura: Curva) -> Curva:
    """Cuatro armónicos del día y tres de la semana."""
    fases = [2 * np.pi * k * ranura / 24 for k in range(1, 5)] + [2 * np.pi * k * ranura / SEMANA for k in range(1, 4)]
    return np.column_stack([f(fase) for fase in fases for f in (np.sin, np.cos)])


def _horas(ranura: Curva) -> Curva:
    return np.column_stack([ranura % 24, ranura // 24, ranura // 24 >= 5, ondas(ranura)[:, :4]])


SIN_VERLAS = "pregonero, curva de otras"

METODOS: dict[str, Callable[[Partidas], Metodo]] = {
    "lámina genérica": lambda _: que_ordena(grafica_generica, sin_pasado=True),
    "media por hora": lambda _: que_ordena(media_por_hora),
    "bandas de dos horas": lambda _: que_ordena(bandas),
    "curva pública sola": solo_publica,
    "árboles de refuerzo": lambda _: que_ordena(refuerzo),
    "ondas y BayesianRidge": lambda _: fourier_bayesiano,
    "proceso gaussiano": lambda _: sin_partida,
    "referencia": referencia,
    SIN_VERLAS: pregonero_con,
    "pregonero": lambda _: aprender,
}
"""Con unas curvas de partida, el método. «pregonero» usa siempre las que se entregan con él, que vieron las cuentas
públicas; el otro, las aprendidas de cuentas distintas de la que se mide.
"""


def con_lo_de_fabrica(nombre: str) -> Metodo:
    return METODOS[nombre](de_fabrica())

"""CurvaSemanal: el estimador de lo que vale cada hora de la semana, con la interfaz de scikit-learn. Puro.

y = nivel + controles @ β + curva[hora] + ruido. La curva es media + base @ z (`priori`), con z normal de varianza
«amplitud»; se promedia sobre varias amplitudes, «casi ninguna» incluida, cada una con el peso de su evidencia: así no
promete ganancias donde la hora no cambia nada. El ruido es de colas pesadas (t de Student), por pesos iterados: una
publicación viral no convierte su hora en la mejor.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from motor.horarios.mapa import CURVA_GENERAL, SEMANA
from motor.horarios.modelo.priori import Priori, Vector, centrar, habito_de, priori_de

VUELTAS = 5
AMPLITUDES = ((0.02, 0.05), (0.3, 0.15), (1.0, 0.5), (2.0, 0.3))
_VARIANZA_MINIMA = 1e-3
"""Del ruido, en logaritmo al cuadrado: quien siempre tiene la misma respuesta no por eso la tiene segura."""
_VARIANZA_DEL_NIVEL = 25.0


@dataclass(frozen=True, slots=True)
class _Sistema:
    """Las ecuaciones normales, ya divididas entre la varianza del ruido: (p, p), (p,), (p,) y tres números."""

    gram: Vector
    de_y: Vector
    de_media: Vector
    y_y: float
    y_media: float
    media_media: float


@dataclass(frozen=True, slots=True)
class _Hipotesis:
    """Lo que se concluye si la amplitud es ésta. media: qué parte de la pública. evidencia: su logaritmo, sin la
    constante común.
    """

    coeficientes: Vector
    covarianza: Vector
    media: float
    evidencia: float


class CurvaSemanal(RegressorMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn no publica sus tipos
    """Regresor bayesiano sobre las 168 horas de la semana.

    La primera columna de X es la hora de la semana (0 es el lunes a las 0 h; se toma módulo 168); las demás son
    controles numéricos, que se centran y escalan aquí. y: logaritmo de la respuesta.

    priori: lo que se sabe antes; None, la curva general. amplitudes: cuánto puede variar la curva de un perfil
    respecto a la pública, en veces su varianza, y cuánto se cree en cada una. grados: los de libertad del ruido.
    control: desviación a priori de cada control, por desviación suya. confusion: desviación de lo que ningún dato
    distingue de la hora (un tema con hora fija), en logaritmo; ensancha el intervalo.

    Tras `fit`: `curva_` (168,), `desviacion_` (168,), `habito_` (168,), `coef_` (un número por control, por unidad),
    `pesos_` de cada amplitud, `ruido_` (desviación entre publicaciones) e `informacion_`, lo que los datos dicen de z:
    (precisión (K, K), precisión por media (K,)).
    """

    def __init__(
        self,
        priori: Priori | None = None,
        *,
        amplitudes: tuple[tuple[float, float], ...] = AMPLITUDES,
        grados: float = 4.0,
        control: float = 0.15,
        confusion: float = 0.08,
    ) -> None:
        self.priori = priori
        self.amplitudes = amplitudes
        self.grados = grados
        self.control = control
        self.confusion = confusion

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Self:
        """X: (n, 1 + controles). y: (n,). sample_weight: (n,). Lanza ValueError si hay huecos o infinitos."""
        x, objetivo = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        pesos = _check_sample_weight(sample_weight, x, dtype=np.float64, ensure_non_negative=True)
        priori = self._priori()
        ranuras = _ranuras(x)
        self.centro_ = np.average(x[:, 1:], axis=0, weights=pesos)
        escala = np.sqrt(np.average((x[:, 1:] - self.centro_) ** 2, axis=0, weights=pesos))
        self.escala_ = np.where(escala > 1e-9, escala, np.inf)
        self.nivel_ = float(np.average(objetivo, weights=pesos))
        datos = np.hstack([np.ones((len(x), 1)), (x[:, 1:] - self.centro_) / self.escala_, priori.base[ranuras]])
        self._aprender(datos, objetivo - self.nivel_, priori.media[ranuras], pesos)
        self.habito_ = habito_de(ranuras, pesos)
        self._resumir(priori)
        return self

    def predict(self, X: npt.ArrayLike, return_std: bool = False) -> Any:
        """El logaritmo esperado de la respuesta, (n,); con `return_std`, también la desviación de una publicación."""
        check_is_fitted(self)
        x = validate_data(self, X, dtype=np.float64, reset=False)
        ranuras = _ranuras(x)
        esperado = self.nivel_ + self._constante + (x[:, 1:] - self.centro_) @ self.coef_ + self._curva_entera[ranuras]
        if not return_std:
            return esperado
        return esperado, np.sqrt(self.desviacion_[ranuras] ** 2 + self.ruido_**2)

    # ── por dentro ──

    def _priori(self) -> Priori:
        return priori_de(CURVA_GENERAL) if self.priori is None else self.priori

    def _aprender(self, datos: Vector, y: Vector, media: Vector, pesos: Vector) -> None:
        """Los pesos del ruido se iteran con la amplitud de la red; con ellos fijos se comparan todas."""
        controles = datos.shape[1] - self._priori().base.shape[1]
        precision = np.full(datos.shape[1], 1.0)
        precision[:controles] = self.control**-2
        precision[0] = 1 / _VARIANZA_DEL_NIVEL
        total = pesos.sum()
        varianza = max(float(np.average(y**2, weights=pesos)), _VARIANZA_MINIMA)
        robustos = pesos
        for _ in range(VUELTAS):
            sistema = _sistema(datos, y, media, robustos / varianza)
            covarianza = np.linalg.inv(sistema.gram + np.diag(precision))
            resto = y - media - datos @ (covarianza @ (sistema.de_y - sistema.de_media))
            cuadrado = resto**2 + np.einsum("ij,ij->i", datos @ covarianza, datos)
            tirones = (self.grados + 1) / (self.grados + cuadrado / varianza)
            varianza = max(float((pesos * tirones * cuadrado).sum() / total), _VARIANZA_MINIMA)
            robustos = pesos * tirones
        sistema = _sistema(datos, y, media, robustos / varianza)
        self._hipotesis = [_suponer(sistema, precision, controles, amplitud) for amplitud, _ in self.amplitudes]
        self.ruido_ = float(np.sqrt(varianza * self.grados / (self.grados - 2)))
        self.informacion_ = _informacion(sistema, precision, controles)

    def _resumir(self, priori: Priori) -> None:
        creencias = np.log([creencia for _, creencia in self.amplitudes])
        evidencias = creencias + [h.evidencia for h in self._hipotesis]
        self.pesos_ = np.exp(evidencias - evidencias.max())
        self.pesos_ /= self.pesos_.sum()
        controles = len(self.centro_) + 1
        coeficientes = self.pesos_ @ np.array([h.coeficientes for h in self._hipotesis])
        self._constante = coeficientes[0]
        self.coef_ = coeficientes[1:controles] / self.escala_
        curvas = np.array([h.media * priori.media + priori.base @ h.coeficientes[controles:] for h in self._hipotesis])
        self._curva_entera = self.pesos_ @ curvas
        self.curva_ = centrar(self._curva_entera, self.habito_)
        base = centrar(priori.base, self.habito_)
        dentro = [
            np.einsum("ij,ij->i", base @ h.covarianza[controles:, controles:], base) + amplitud * priori.resto
            for h, (amplitud, _) in zip(self._hipotesis, self.amplitudes, strict=True)
        ]
        entre = (np.array([centrar(c, self.habito_) for c in curvas]) - self.curva_) ** 2
        self.desviacion_ = np.sqrt(self.pesos_ @ (np.array(dentro) + entre) + self.confusion**2)


def _ranuras(x: Vector) -> npt.NDArray[np.int_]:
    return np.floor(np.mod(x[:, 0], SEMANA)).astype(int) % SEMANA


def _sistema(datos: Vector, y: Vector, media: Vector, pesos: Vector) -> _Sistema:
    pesados = datos * pesos[:, None]
    return _Sistema(
        gram=pesados.T @ datos,
        de_y=pesados.T @ y,
        de_media=pesados.T @ media,
        y_y=float(pesos @ y**2),
        y_media=float(pesos @ (y * media)),
        media_media=float(pesos @ media**2),
    )


def _suponer(sistema: _Sistema, precision: Vector, controles: int, amplitud: float) -> _Hipotesis:
    """También la media pública se encoge: un perfil en que la hora apenas importa tampoco sigue la de los demás."""
    cuanta = min(1.0, float(np.sqrt(amplitud)))
    previa = precision.copy()
    previa[controles:] /= amplitud
    de_resto = sistema.de_y - cuanta * sistema.de_media
    inferior = np.linalg.cholesky(sistema.gram + np.diag(previa))
    inversa = np.linalg.inv(inferior)
    coeficientes = inversa.T @ (inversa @ de_resto)
    cuadrados = sistema.y_y - 2 * cuanta * sistema.y_media + cuanta**2 * sistema.media_media
    evidencia = (
        0.5 * np.log(previa).sum() - np.log(np.diag(inferior)).sum() - 0.5 * (cuadrados - de_resto @ coeficientes)
    )
    return _Hipotesis(coeficientes, inversa.T @ inversa, np.float64(cuanta), float(evidencia))


def _informacion(sistema: _Sistema, precision: Vector, controles: int) -> tuple[Vector, Vector]:
    """Lo que los datos dicen de z, quitado lo que explican el nivel y los controles."""
    gram, de_resto = sistema.gram, sistema.de_y - sistema.de_media
    quitar = gram[controles:, :controles] @ np.linalg.inv(gram[:controles, :controles] + np.diag(precision[:controles]))
    return gram[controles:, controles:] - quitar @ gram[:controles, controles:], de_resto[
        controles:
    ] - quitar @ de_resto[:controles]

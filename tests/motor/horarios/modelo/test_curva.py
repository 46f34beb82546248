import numpy as np
import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import estimator_checks_generator

from motor.horarios.mapa import CURVA_GENERAL, SEMANA
from motor.horarios.modelo.curva import CurvaSemanal
from motor.horarios.modelo.priori import Priori, centrar, priori_de
from tests.motor.horarios.modelo.oficina_inventada import de_noche

HORAS = np.arange(SEMANA)
DE_OTRAS_BIBLIOTECAS = {
    "check_sample_weights_pandas_series",
    "check_regressor_data_not_an_array",
    "check_array_api_input",
}
"""Las que sólo dicen algo si está pandas o se enciende la interfaz experimental de matrices; aquí no se usan."""


def _datos(verdad, cuantas, azar, *, ruido=0.89):
    ranuras = azar.integers(0, SEMANA, cuantas)
    y = 5 + verdad[ranuras] + ruido / np.sqrt(2) * azar.standard_t(4, cuantas)
    return ranuras[:, None].astype(float), y


def _sacada(priori: Priori, azar):
    """Una verdad como las que el modelo espera."""
    return priori.media + priori.base @ azar.standard_normal(priori.base.shape[1])


@pytest.mark.parametrize(
    ("estimador", "comprobacion"),
    [
        pytest.param(estimador, c, id=c.func.__name__)
        for estimador, c in estimator_checks_generator(CurvaSemanal())
        if c.func.__name__ not in DE_OTRAS_BIBLIOTECAS
    ],
)
@pytest.mark.filterwarnings("ignore")  # algunas comprobaciones avisan a propósito
def test_cumple_lo_que_scikit_learn_pide_a_un_regresor(estimador, comprobacion):
    comprobacion(estimador)


def test_encuentra_una_hora_que_de_verdad_es_mejor_y_ensena_cuanto():
    azar = np.random.default_rng(3)
    verdad = de_noche(0.9)
    curva = CurvaSemanal().fit(*_datos(verdad, 3000, azar))
    assert abs(curva.curva_.argmax() % 24 - 20) <= 1
    cerca = HORAS % 24 == 20
    assert np.all(np.abs(curva.curva_[cerca] - centrar(verdad, curva.habito_)[cerca]) < 0.25)
    assert np.all(curva.curva_[cerca] - 1.645 * curva.desviacion_[cerca] > 0)


def test_donde_la_hora_no_cambia_nada_casi_nunca_promete_ganancia():
    promesas = 0
    for semilla in range(60):
        curva = CurvaSemanal().fit(*_datos(np.zeros(SEMANA), 240, np.random.default_rng(semilla)))
        mejor = curva.curva_.argmax()
        promesas += curva.curva_[mejor] > 1.645 * curva.desviacion_[mejor]
    assert promesas <= 3


def test_el_intervalo_del_90_por_ciento_lo_es_en_mundos_como_los_que_espera():
    priori, dentro = priori_de(CURVA_GENERAL), []
    for semilla in range(40):
        azar = np.random.default_rng(semilla)
        verdad = _sacada(priori, azar)
        curva = CurvaSemanal(priori).fit(*_datos(verdad, 180, azar))
        falta = np.abs(curva.curva_ - centrar(verdad, curva.habito_))
        dentro.append(np.mean(falta <= 1.645 * curva.desviacion_))
    assert 0.85 <= np.mean(dentro) <= 0.97


def test_gana_mas_de_la_mitad_de_lo_que_ganaria_quien_supiera_la_verdad():
    priori, logrado, posible = priori_de(CURVA_GENERAL), 0.0, 0.0
    for semilla in range(40):
        azar = np.random.default_rng(semilla)
        verdad = _sacada(priori, azar)
        curva = CurvaSemanal(priori).fit(*_datos(verdad, 720, azar))
        ganancia = centrar(verdad, curva.habito_)
        logrado, posible = logrado + ganancia[curva.curva_.argmax()], posible + ganancia.max()
    assert logrado / posible > 0.6


def test_una_publicacion_viral_no_convierte_su_hora_en_la_mejor():
    azar = np.random.default_rng(5)
    x, y = _datos(np.zeros(SEMANA), 300, azar)
    sin = CurvaSemanal().fit(x, y)
    peor = int(sin.curva_.argmin())
    con = CurvaSemanal().fit(np.vstack([x, [[peor]]]), np.append(y, y.max() + 8))
    assert con.curva_[peor] - sin.curva_[peor] < 0.05
    assert con.curva_.argmax() != peor


def test_descuenta_lo_que_explican_los_controles():
    azar = np.random.default_rng(6)
    x, y = _datos(np.zeros(SEMANA), 600, azar, ruido=0.3)
    video = (x[:, 0] % 24 >= 18) & (azar.random(600) < 0.8)
    y = y + 1.5 * video
    sin, con = CurvaSemanal().fit(x, y), CurvaSemanal().fit(np.column_stack([x, video]), y)
    tarde = HORAS % 24 >= 18
    assert sin.curva_[tarde].mean() - sin.curva_[~tarde].mean() > 0.4
    assert abs(con.curva_[tarde].mean() - con.curva_[~tarde].mean()) < 0.2
    assert con.coef_ == pytest.approx([1.5], abs=0.3)


def test_con_mas_publicaciones_sabe_mas():
    anchos = []
    for cuantas in (60, 600, 6000):
        verdad = 0.3 * np.sin(2 * np.pi * HORAS / 24)
        anchos.append(CurvaSemanal().fit(*_datos(verdad, cuantas, np.random.default_rng(7))).desviacion_.mean())
    assert anchos[0] > anchos[1] > anchos[2]


def test_predice_con_su_incertidumbre_y_la_hora_da_la_vuelta_a_la_semana():
    curva = CurvaSemanal().fit(*_datos(np.zeros(SEMANA), 200, np.random.default_rng(8)))
    esperado, desviacion = curva.predict([[5.0], [5.0 + SEMANA], [100.5]], return_std=True)
    assert esperado.shape == desviacion.shape == (3,)
    assert esperado[0] == esperado[1]
    assert np.all(desviacion >= curva.ruido_)


def test_los_pesos_de_las_amplitudes_dicen_cuanto_importa_la_hora():
    azar = np.random.default_rng(9)
    mucho = CurvaSemanal().fit(*_datos(1.2 * np.sin(2 * np.pi * HORAS / 24), 1500, azar))
    nada = CurvaSemanal().fit(*_datos(np.zeros(SEMANA), 1500, azar))
    assert mucho.pesos_.sum() == pytest.approx(1)
    assert mucho.pesos_[-1] > 0.5 > 0.3 > mucho.pesos_[0]
    assert nada.pesos_[0] > mucho.pesos_[0]


def test_quien_siempre_tiene_la_misma_respuesta_no_la_tiene_segura():
    curva = CurvaSemanal().fit(np.arange(50.0)[:, None], np.full(50, 3.0))
    assert np.isfinite(curva.curva_).all()
    assert np.all(curva.desviacion_ > 0.05)


def test_un_clon_aprende_lo_mismo():
    x, y = _datos(np.zeros(SEMANA), 100, np.random.default_rng(10))
    uno = CurvaSemanal(priori_de(CURVA_GENERAL), grados=6.0).fit(x, y)
    otro = clone(uno).fit(x, y)
    assert otro.grados == 6.0
    assert np.array_equal(uno.curva_, otro.curva_)

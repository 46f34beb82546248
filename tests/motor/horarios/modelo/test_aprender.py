import dataclasses
import subprocess
import sys
from datetime import timedelta

import numpy as np
import pytest

from motor.horarios.espaciado import espaciado
from motor.horarios.mapa import SEMANA
from motor.horarios.modelo import Historial, aprender
from motor.horarios.modelo.diseno import ESPACIADO, disenar
from tests.motor.horarios.modelo.oficina_inventada import HORA, LUNES, de_noche, publicadas


def _historial(suyas, *, red="", organizacion=""):
    return Historial(red=red, publicadas=suyas, organizacion=organizacion)


def test_sin_publicaciones_contesta_la_curva_publica_de_su_red_y_lo_dice():
    mapa = aprender({"fb": _historial((), red="facebook")})["fb"]
    assert (mapa.publicaciones, mapa.con_evidencia, mapa.curva) == (0, False, "facebook")
    assert len(mapa.ganancia) == len(mapa.inferior) == len(mapa.superior) == SEMANA
    assert all(a < b < c for a, b, c in zip(mapa.inferior, mapa.ganancia, mapa.superior, strict=True))


def test_una_red_sin_curva_publica_parte_de_la_general():
    mapas = aprender({r: _historial((), red=r) for r in ("facebook", "instagram", "x", "la-que-venga")})
    assert [m.curva for m in mapas.values()] == ["facebook", "instagram", "general", "x"]
    assert len({m.ganancia for m in mapas.values()}) == 4


def test_la_ganancia_es_sobre_lo_que_el_perfil_ya_hace():
    suyas = publicadas(de_noche(0.8), 400)
    mapa = aprender({"a": _historial(suyas)})["a"]
    logaritmo = np.log1p(np.array(mapa.ganancia) / 100)
    pesos = disenar(suyas).pesos
    en_orden = sorted(suyas, key=lambda p: (p.local, p.valor))
    assert np.average(logaritmo[[p.ranura for p in en_orden]], weights=pesos) == pytest.approx(0, abs=1e-9)


def test_aprende_la_hora_que_es_mejor():
    mapa = aprender({"a": _historial(publicadas(de_noche(1.0, hora=11), 700))})["a"]
    assert abs(int(np.argmax(mapa.ganancia)) % 24 - 11) <= 1
    assert mapa.inferior[int(np.argmax(mapa.ganancia))] > 0


def test_el_orden_en_que_llegan_no_cambia_nada_y_lo_mismo_da_lo_mismo():
    suyas = publicadas(de_noche(0.5), 200)
    uno = aprender({"a": _historial(suyas), "b": _historial(suyas[:50])})
    otro = aprender({"b": _historial(suyas[:50][::-1]), "a": _historial(suyas[::-1])})
    assert uno == otro


def test_lo_que_se_promociono_con_dinero_no_hace_buena_su_hora():
    suyas = publicadas(np.zeros(SEMANA), 400, ruido=0.4)
    pagadas = [
        dataclasses.replace(p, valor=p.valor * 3, pagado=True) if p.local.hour in (9, 10, 11) and i % 3 else p
        for i, p in enumerate(suyas)
    ]
    calladas = [dataclasses.replace(p, pagado=False) for p in pagadas]
    dicho = aprender({"dicho": _historial(pagadas), "callado": _historial(calladas)})
    a_las_diez = HORA == 10
    assert np.mean(np.array(dicho["callado"].ganancia)[a_las_diez]) > 25
    assert np.mean(np.array(dicho["dicho"].ganancia)[a_las_diez]) < 8


def test_que_el_perfil_crezca_no_hace_buenas_las_horas_de_ultimamente():
    """Publicaba de mañana cuando tenía poca gente, y de tarde ahora que tiene mucha."""
    suyas = []
    for p in publicadas(np.zeros(SEMANA), 600, ruido=0.4):
        parte = (p.local - LUNES) / timedelta(days=364)
        tarde = parte > 0.5
        if (p.local.hour >= 15) is tarde:
            suyas.append(dataclasses.replace(p, valor=p.valor * (1 + 3 * parte)))
    ganancia = np.array(aprender({"a": _historial(suyas)})["a"].ganancia)
    de_tarde, de_manana = (HORA >= 15) & (HORA < 23), (HORA >= 7) & (HORA < 15)
    # Sin descontar la tendencia saldría cerca de +80 %.
    assert abs(ganancia[de_tarde].mean() - ganancia[de_manana].mean()) < 25


def test_se_cree_menos_en_lo_que_pesa_menos():
    buenas = publicadas(de_noche(1.0, hora=11), 300)
    dudosas = [dataclasses.replace(p, peso=0.05) for p in buenas]
    mapas = aprender({"seguro": _historial(buenas), "dudoso": _historial(dudosas)})
    ancho = {k: np.mean(np.subtract(m.superior, m.inferior)) for k, m in mapas.items()}
    assert ancho["dudoso"] > ancho["seguro"]
    assert max(mapas["seguro"].ganancia) > max(mapas["dudoso"].ganancia)


def test_lo_viejo_ensena_menos_que_lo_reciente():
    antes, ahora = publicadas(de_noche(1.0, hora=9), 300), publicadas(de_noche(1.0, hora=20), 300, semilla=2)
    ahora = [dataclasses.replace(p, local=p.local + timedelta(days=364)) for p in ahora]
    ganancia = np.array(aprender({"a": _historial([*antes, *ahora])})["a"].ganancia)
    assert ganancia[HORA == 20].mean() > ganancia[HORA == 9].mean()


def test_los_perfiles_de_la_misma_oficina_se_ayudan_y_los_de_otra_no():
    verdad = de_noche(1.2, hora=11)
    nuevo, viejo = publicadas(verdad, 15), publicadas(verdad, 900, semilla=2)
    solo = aprender({"nuevo": _historial(nuevo), "viejo": _historial(viejo)})["nuevo"]
    ajeno = aprender({"nuevo": _historial(nuevo, organizacion="A"), "viejo": _historial(viejo, organizacion="B")})[
        "nuevo"
    ]
    juntos = aprender({"nuevo": _historial(nuevo, organizacion="A"), "viejo": _historial(viejo, organizacion="A")})[
        "nuevo"
    ]
    assert ajeno == solo
    a_las_once = HORA == 11
    assert np.array(juntos.ganancia)[a_las_once].mean() > np.array(solo.ganancia)[a_las_once].mean() + 5
    assert np.mean(np.subtract(juntos.superior, juntos.inferior)) < np.mean(np.subtract(solo.superior, solo.inferior))


def test_un_perfil_nuevo_de_la_oficina_parte_de_lo_que_saben_los_demas():
    viejo = publicadas(de_noche(1.2, hora=11), 900)
    casa = {"nuevo": _historial((), organizacion="A"), "viejo": _historial(viejo, organizacion="A")}
    mapa = aprender(casa, de=["nuevo"])["nuevo"]
    assert mapa.ganancia != aprender({"nuevo": _historial(())})["nuevo"].ganancia
    assert abs(int(np.argmax(mapa.ganancia)) % 24 - 11) <= 2
    assert not mapa.con_evidencia


def test_nadie_se_informa_de_si_mismo():
    suyas = publicadas(de_noche(0.5), 100)
    callado = _historial((), organizacion="A")
    acompanado = aprender({"a": _historial(suyas, organizacion="A"), "b": callado})["a"]
    assert acompanado == aprender({"a": _historial(suyas)})["a"]


def test_pedir_uno_es_lo_mismo_que_pedirlos_todos():
    casa = {
        n: _historial(publicadas(de_noche(0.5), 80, semilla=s), organizacion="A") for s, n in enumerate("abc", start=1)
    }
    vistos: list[str] = []
    uno = aprender(casa, de=["b"], avance=vistos.append)
    assert vistos == ["b"]
    assert uno["b"].ganancia == pytest.approx(aprender(casa)["b"].ganancia, abs=1e-9)


def test_publicar_dos_seguidas_cuesta_y_el_modelo_lo_aprende():
    mapa = aprender({"a": _historial(_segun_el_espacio(0.3))})["a"]
    assert mapa.espaciado == pytest.approx(0.3, abs=0.08)


def test_amontonar_nunca_se_premia():
    assert aprender({"a": _historial(_segun_el_espacio(-0.4))})["a"].espaciado == 0


def _segun_el_espacio(cuanto):
    """Cada una responde según el logaritmo de las horas desde la anterior."""
    azar, local, suyas = np.random.default_rng(4), LUNES, []
    for p in publicadas(np.zeros(SEMANA), 400):
        horas = float(np.exp(azar.uniform(-1, 4)))
        local = local + timedelta(hours=horas)
        esperado = 5 + cuanto * espaciado(np.array([horas]))[0] + 0.2 * azar.standard_normal()
        suyas.append(dataclasses.replace(p, local=local, valor=float(np.expm1(esperado))))
    return suyas


def test_una_sola_publicacion_y_muchas_iguales_tambien_tienen_respuesta():
    una = publicadas(np.zeros(SEMANA), 1)
    ceros = [dataclasses.replace(p, valor=0.0) for p in publicadas(np.zeros(SEMANA), 30)]
    a_la_misma_hora = [dataclasses.replace(p, local=LUNES + timedelta(days=7 * i)) for i, p in enumerate(ceros)]
    for suyas in (una, ceros, a_la_misma_hora):
        mapa = aprender({"a": _historial(suyas)})["a"]
        assert np.isfinite([*mapa.ganancia, *mapa.inferior, *mapa.superior]).all()
        assert mapa.publicaciones == len(suyas)


def test_el_diseno_pone_la_hora_y_el_espaciado_donde_dice():
    diseno = disenar(publicadas(np.zeros(SEMANA), 20))
    assert diseno.x.shape[0] == len(diseno.y) == len(diseno.pesos) == 20
    assert np.all((diseno.x[:, 0] >= 0) & (diseno.x[:, 0] < SEMANA))
    assert np.all(diseno.x[:, ESPACIADO] <= np.log(72))
    assert diseno.pesos[-1] == 1
    assert np.all(np.diff(diseno.pesos) >= 0)


def test_conocer_el_modelo_no_trae_scikit_learn_al_demonio():
    orden = (
        "import sys, motor.horarios.modelo as m;"
        "m.aprender({'a': m.Historial(red='', publicadas=())});"
        "print('sklearn' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", orden], capture_output=True, text=True, check=True).stdout == "False\n"

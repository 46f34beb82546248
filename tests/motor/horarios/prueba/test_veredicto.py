from motor.horarios.prueba.ensayo import Ensayo
from motor.horarios.prueba.veredicto import MINIMAS, Dicho, juzgar, por_perfil
from tests.motor.horarios.prueba.mundos import mundo


def test_sin_nada_dice_que_es_pronto_y_cuantas_faltan() -> None:
    veredicto = juzgar([])
    assert veredicto.dicho is Dicho.PRONTO
    assert veredicto.frase == "Todavía es pronto: 0 horas sorteadas de 0, y antes de 20 no se dice nada."
    # Con la décima parte sorteada y el ruido de siempre: 0.81 · (1/0.1 + 1/0.9) · (2.487 / log 1.2)² ≈ 1 676.
    assert [(f.efecto_pct, f.publicaciones) for f in veredicto.falta] == [(20.0, 1700), (10.0, 6200)]


def test_con_pocas_sorteadas_no_afirma_nada_aunque_el_intervalo_no_toque_el_cero() -> None:
    claras = [
        Ensayo(perfil="x", valor=v + (100 if m else 0), probabilidad=0.91 if m else 0.01, candidatas=10, la_mejor=m)
        for m in [True] * 60 + [False] * (MINIMAS - 1)
        for v in [len(str(m))]
    ]
    veredicto = juzgar(claras)
    assert veredicto.efecto is not None and veredicto.efecto.inferior_pct > 0
    assert veredicto.dicho is Dicho.PRONTO


def test_mientras_quepa_el_cero_dice_que_no_se_sabe_y_cuantas_faltan() -> None:
    ensayos, _ = mundo(0, cuantas=400, desviacion=0.0)
    veredicto = juzgar(ensayos)
    assert veredicto.dicho is Dicho.NO_SE_SABE
    assert veredicto.frase.startswith("Todavía no se sabe: ")
    veinte, diez = veredicto.falta
    assert 0 < veinte.publicaciones < diez.publicaciones


def test_lo_que_falta_baja_conforme_se_publica() -> None:
    ensayos, _ = mundo(0, cuantas=1200, desviacion=0.0)
    antes, despues = juzgar(ensayos[:600]), juzgar(ensayos)
    assert despues.falta[1].publicaciones < antes.falta[1].publicaciones


def test_de_cada_perfil_se_dice_lo_suyo_y_se_calla_el_que_no_tiene_nada_en_juego() -> None:
    ensayos, _ = mundo(0, cuantas=300, desviacion=0.1)
    fija = Ensayo(perfil="quieto", valor=1, probabilidad=1.0, candidatas=5, la_mejor=True)
    veredictos = por_perfil([*ensayos, fija])
    assert [v.de for v in veredictos] == ["perfil-0", "perfil-1", "perfil-2"]
    assert sum(v.publicaciones for v in veredictos) == 300

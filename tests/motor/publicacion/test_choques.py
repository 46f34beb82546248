"""Lo que estorba a una hora, dicho antes de darla."""

from datetime import timedelta

from modelos import Perfil
from motor.publicacion.choques import Choque, Puesta, choques_entre, estorbos
from tests.motor.oficina import HORA, MINUTO, Oficina

DIEZ_MINUTOS = {1: timedelta(minutes=10), 2: timedelta(minutes=10)}


def puesta(id_: int, minuto: float, *, huella: str = "", perfil: int = 1, pendiente: bool = True) -> Puesta:
    return Puesta(id_, id_, perfil, minuto * 60, huella or f"h{id_}", pendiente)


def test_dos_mas_juntas_que_su_separacion_chocan_y_en_otro_perfil_no() -> None:
    assert choques_entre([puesta(1, 0), puesta(2, 9)], DIEZ_MINUTOS) == {1: Choque.CERCA, 2: Choque.CERCA}
    assert choques_entre([puesta(1, 0), puesta(2, 10)], DIEZ_MINUTOS) == {}
    assert choques_entre([puesta(1, 0), puesta(2, 5, perfil=2)], DIEZ_MINUTOS) == {}


def test_lo_mismo_dos_veces_en_una_semana_choca_y_despues_no() -> None:
    de_una_semana = 7 * 24 * 60
    iguales = [puesta(1, 0, huella="h"), puesta(2, de_una_semana - 1, huella="h")]
    assert choques_entre(iguales, DIEZ_MINUTOS) == {1: Choque.REPETIDA, 2: Choque.REPETIDA}
    lejanas = [puesta(1, 0, huella="h"), puesta(2, de_una_semana, huella="h")]
    assert choques_entre(lejanas, DIEZ_MINUTOS) == {}


def test_de_lo_que_ya_salio_no_se_senala_nada() -> None:
    assert choques_entre([puesta(1, 0, pendiente=False), puesta(2, 5)], DIEZ_MINUTOS) == {2: Choque.CERCA}


def decir(oficina: Oficina, minutos: int, **columnas: object) -> list[str]:
    """Lo que estorbaría si la segunda se moviera a esos minutos de la primera."""
    oficina.cambiar_perfil(**columnas)
    manana = oficina.reloj.ahora() + timedelta(days=1)
    oficina.programar_una("Una", programada_en=manana)
    otra = oficina.programar_una("Otra", programada_en=manana + 5 * HORA)
    perfil: Perfil = oficina.perfil()
    with oficina.entorno.base.leer() as sesion:
        return estorbos(sesion, oficina.entorno, otra, perfil, manana + minutos * MINUTO)


def test_se_dice_si_queda_demasiado_cerca_de_otra(oficina: Oficina) -> None:
    (dicho,) = decir(oficina, 20, separacion_s=1800)
    assert "deja 30 min" in dicho


def test_se_dice_si_no_cabe_en_su_cupo(oficina: Oficina) -> None:
    (dicho,) = decir(oficina, 120, cupo_maximo=1, cupo_ventana_s=4 * 3600)
    assert "admite una publicación cada 4 h" in dicho


def test_donde_nada_estorba_no_se_dice_nada(oficina: Oficina) -> None:
    assert decir(oficina, 120) == []


def test_se_dice_si_a_esa_hora_ya_vencio(oficina: Oficina) -> None:
    manana = oficina.reloj.ahora() + timedelta(days=1)
    suya = oficina.programar_una(programada_en=manana, vence_en=manana + HORA)
    with oficina.entorno.base.leer() as sesion:
        (dicho,) = estorbos(sesion, oficina.entorno, suya, oficina.perfil(), manana + 2 * HORA)
    assert "se le quita el vencimiento" in dicho

import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest

from conectores.contrato import Cupo, ErrorIncierto, ErrorTransitorio
from modelos import Estado, Perfil
from motor.publicacion.cupos import libre_desde
from tests.conftest import COMIENZO
from tests.motor.oficina import HORA, MINUTO, SEGUNDO, Oficina, con_capacidades, con_reglas

DOS_POR_HORA = Cupo(2, HORA)


@pytest.mark.parametrize(
    ("ultimo_min", "mas_antiguo_min", "libre_min"),
    [
        (None, None, None),  # nunca publicó
        (0, None, 1),  # sólo la separación: 0 + 1
        (10, 0, 60),  # cupo lleno: el más antiguo (0) sale de la ventana a los 60
        (59.5, 0, 60.5),  # la separación (59,5 + 1) acaba después que el cupo (60)
    ],
)
def test_cuando_puede_volver_a_publicar(
    ultimo_min: float | None, mas_antiguo_min: float | None, libre_min: float | None
) -> None:
    def instante(minutos: float | None) -> object:
        return None if minutos is None else COMIENZO + minutos * MINUTO

    libre = libre_desde(
        instante(ultimo_min),  # type: ignore[arg-type] # la tabla lleva minutos
        separacion=MINUTO,
        llenos=[(DOS_POR_HORA, instante(mas_antiguo_min))],  # type: ignore[list-item] # ídem
    )
    assert libre == instante(libre_min)


@pytest.mark.dos_bases
def test_el_cupo_es_una_ventana_que_se_desliza(oficina: Oficina) -> None:
    """Dos por hora. Salen a las 0:00 y 0:01; la tercera espera a la 1:00, y la cuarta a la 1:01."""
    oficina = con_capacidades(oficina, cupos=(DOS_POR_HORA,))
    oficina.cambiar_perfil(separacion_s=60)
    for n in range(4):
        oficina.programar(f"Aviso {n}", programada_en=COMIENZO + n * SEGUNDO)
    oficina = con_reglas_de_prueba(oficina)
    oficina.pasar(HORA + 2 * MINUTO)
    salieron = [round((v.aceptada_en - COMIENZO) / MINUTO) for v in oficina.red.vistas]
    assert salieron == [0, 1, 60, 61]


def con_reglas_de_prueba(oficina: Oficina) -> Oficina:
    return con_reglas(oficina, tolerancia=24 * HORA)


def test_el_cupo_propio_del_perfil_tambien_cuenta(oficina: Oficina) -> None:
    oficina = con_reglas_de_prueba(oficina)
    oficina.cambiar_perfil(cupo_maximo=1, cupo_ventana_s=600, separacion_s=0)
    for n in range(3):
        oficina.programar(f"Aviso {n}")
    oficina.pasar(25 * MINUTO)
    assert [(v.aceptada_en - COMIENZO) / MINUTO for v in oficina.red.vistas] == [0, 10, 20]


def test_tras_un_apagon_lo_pendiente_sale_de_uno_en_uno_y_espaciado(oficina: Oficina) -> None:
    """100 pendientes del mismo perfil, con 20 s de separación: nunca una ráfaga, y ninguna se pierde."""
    oficina.cambiar_perfil(separacion_s=20)
    entregas = [oficina.programar_una(f"Pendiente {n}") for n in range(100)]
    oficina.reloj.avanzar(10 * MINUTO)  # el apagón
    inicio = oficina.reloj.ahora()
    oficina.pasar(100 * 20 * SEGUNDO)
    salieron = [v.aceptada_en for v in oficina.red.vistas]
    assert oficina.estados(entregas) == [Estado.PUBLICADA] * 100
    assert salieron[0] == inicio
    assert {b - a for a, b in itertools.pairwise(salieron)} == {20 * SEGUNDO}
    assert oficina.textos_publicados() == [f"Pendiente {n}" for n in range(100)]


def test_la_separacion_es_de_cada_perfil(oficina: Oficina, perfil_de: Callable[..., Perfil]) -> None:
    perfil_de(nombre="dif")
    oficina.programar("Uno", perfiles=("memoria", "dif"))
    assert oficina.publicar() == [Estado.PUBLICADA, Estado.PUBLICADA]


def test_lo_que_seguro_no_salio_no_gasta_cupo_ni_separacion(oficina: Oficina) -> None:
    """Cupo de uno al día: si el único intento falló antes de salir, el turno sigue libre."""
    oficina.cambiar_perfil(cupo_maximo=1, cupo_ventana_s=86_400)
    entrega = oficina.programar_una()
    oficina.red.fallar(ErrorTransitorio("Sin internet."))
    assert oficina.publicar() == [Estado.PROGRAMADA]
    assert oficina.perfil().libre_desde is None
    oficina.reloj.avanzar(5 * SEGUNDO)
    assert oficina.publicar() == [Estado.PUBLICADA]
    assert oficina.perfil().libre_desde == oficina.reloj.ahora() + timedelta(days=1)
    assert oficina.estado(entrega) is Estado.PUBLICADA


def test_devolver_el_turno_respeta_el_de_la_publicacion_anterior(oficina: Oficina) -> None:
    oficina.programar("Uno")
    oficina.programar("Dos")
    oficina.publicar()
    primera = oficina.reloj.ahora()
    oficina.reloj.avanzar(2 * MINUTO)
    oficina.red.fallar(ErrorTransitorio("Sin internet."))
    oficina.publicar()
    assert oficina.perfil().libre_desde == primera + MINUTO


def test_lo_dudoso_si_gasta_cupo(oficina: Oficina) -> None:
    oficina.cambiar_perfil(cupo_maximo=1, cupo_ventana_s=600)
    oficina.programar()
    oficina.red.fallar(ErrorIncierto("Se cortó."))
    assert oficina.publicar() == [Estado.EN_DUDA]
    assert oficina.perfil().libre_desde == COMIENZO + 10 * MINUTO

"""Lo que se le dice a una persona: cómo se sabe un lugar, y cuáles se repiten."""

import pytest

from motor.escucha.lugares.donde import Donde, Por, explicar, lugares_que_mas_se_repiten


def en(nombre: str, *, por: Por = Por.TEXTO, confianza: float = 0.85, radio_km: float = 2.0) -> Donde:
    return Donde(latitud=19.3, longitud=-99.7, por=por, confianza=confianza, nombre=nombre, radio_km=radio_km)


@pytest.mark.parametrize(
    ("donde", "dicho"),
    [
        (en("Tecaxic"), "Tecaxic: el mensaje lo nombra (muy probable; a 2 km más o menos)"),
        (
            en("", por=Por.COORDENADAS, confianza=1, radio_km=0),
            "Un punto sin nombre: la red dio las coordenadas (seguro)",
        ),
        (
            en("Toluca", por=Por.AUTOR, confianza=0.3, radio_km=8.1),
            "Toluca: el autor dice en su perfil que es de ahí (sólo un indicio; a 8.1 km más o menos)",
        ),
        (
            en("México", por=Por.RECUADRO, confianza=0.4, radio_km=50),
            "México: la red dio el lugar (probable; a 50 km más o menos)",
        ),
    ],
)
def test_se_explica_como_se_sabe(donde: Donde, dicho: str) -> None:
    assert explicar(donde) == dicho


def test_los_lugares_que_mas_se_repiten_van_de_mas_a_menos() -> None:
    dondes = [en("B"), None, en("A"), en("C"), en("C"), en(""), en("A")]
    assert lugares_que_mas_se_repiten(dondes) == [("A", 2), ("C", 2), ("B", 1)]
    assert lugares_que_mas_se_repiten(dondes, 1) == [("A", 2)]
    assert lugares_que_mas_se_repiten([]) == []


def test_de_donde_dice_ser_la_gente_no_se_cuenta() -> None:
    assert lugares_que_mas_se_repiten([en("Metepec", por=Por.AUTOR), en("Toluca")]) == [("Toluca", 1)]

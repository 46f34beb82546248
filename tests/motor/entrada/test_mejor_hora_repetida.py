"""Lo que un plazo abierto podría publicar dos veces: la fila que vuelve en otro calendario, o corregida y corrida."""

from datetime import timedelta

import pytest

from tests.motor.entrada.conftest import Carpeta

FERIA, AGUA = "Feria del libro en la plaza.", "Corte de agua en la colonia Centro."


def agenda(*textos: str, fecha: str = "mejor hora") -> str:
    return "\n".join(["fecha,redes,texto", *(f"{fecha},memoria,{texto}" for texto in textos), ""])


def soltar(carpeta: Carpeta, nombre: str, contenido: str) -> list[str]:
    """Los textos de lo que hay después de tomarlo, en orden."""
    carpeta.soltar(nombre, contenido)
    carpeta.esperar()
    return [p.texto for p in carpeta.publicaciones()]


def test_la_misma_fila_sin_dia_en_otro_calendario_tampoco_sale_otra_vez_cuando_su_plazo_ya_paso(
    carpeta: Carpeta,
) -> None:
    soltar(carpeta, "agenda.csv", agenda(FERIA, AGUA))
    carpeta.publicar()
    carpeta.esperar()
    carpeta.entorno.reloj.avanzar(timedelta(days=10))
    assert soltar(carpeta, "otra agenda.csv", agenda(FERIA)) == [FERIA, AGUA]
    assert "idéntica a la fila" in carpeta.nota("rechazadas/otra agenda.csv.motivo.txt")


def test_la_misma_fila_con_su_dia_dicho_otra_semana_si_es_otra(carpeta: Carpeta) -> None:
    semanal = "mejor hora esta semana"
    soltar(carpeta, "agenda.csv", agenda(FERIA, fecha=semanal))
    carpeta.publicar()
    carpeta.esperar()
    carpeta.entorno.reloj.avanzar(timedelta(days=10))
    assert soltar(carpeta, "otra agenda.csv", agenda(FERIA, AGUA, fecha=semanal)) == [FERIA, FERIA, AGUA]


@pytest.mark.parametrize("ya_salio", [True, False])
def test_una_errata_corregida_en_otro_renglon_no_publica_dos_veces(carpeta: Carpeta, ya_salio: bool) -> None:
    soltar(carpeta, "agenda.csv", agenda("Feria del lirbo en la plaza.", AGUA))
    if ya_salio:
        carpeta.publicar(carpeta.entregas()[0])
    textos = soltar(carpeta, "agenda.csv", agenda("Vacunas gratis el sábado.", FERIA, AGUA))
    primera = "Feria del lirbo en la plaza." if ya_salio else FERIA
    assert textos == [primera, AGUA, "Vacunas gratis el sábado."]


def test_a_quien_si_queria_otra_se_le_dice_como_pedirla(carpeta: Carpeta) -> None:
    soltar(carpeta, "agenda.csv", agenda("Vacunas gratis en la colonia Norte.", AGUA))
    carpeta.publicar(carpeta.entregas()[0])
    soltar(carpeta, "agenda.csv", agenda("Hola.", "Vacunas gratis en la colonia Norte!", AGUA))
    copia = carpeta.nota("procesando/agenda.resultado.csv")
    assert "ya salió o está saliendo" in copia
    assert "Si es otra publicación, dígale su fecha y su hora." in copia

"""De qué perfil es una tabla: si no se sabe, se pregunta diciendo cuáles hay."""

import pytest

from motor.importacion.cuentas import NINGUNA, Cuenta, NoSeSabeDeQuien, PerfilConocido, repartir


def perfil(nombre: str, *, red: str = "Red", titulo: str = "", id_externo: str = "", numero: int = 1) -> PerfilConocido:
    return PerfilConocido(
        id=numero, nombre=nombre, red=red.lower(), nombre_de_red=red, titulo=titulo, id_externo=id_externo
    )


AYUNTAMIENTO = perfil("ayuntamiento", titulo="Ayuntamiento de Metepec", id_externo="111")
CULTURA = perfil("cultura", titulo="Cultura", id_externo="222", numero=2)
OTRA_RED = perfil("otra", red="Otra", numero=3)
TODOS = (AYUNTAMIENTO, CULTURA, OTRA_RED)


def quien(*cuentas: Cuenta, pedido: str = "", perfiles: tuple[PerfilConocido, ...] = TODOS) -> dict[Cuenta, str]:
    reparto = repartir(list(cuentas), perfiles, que="la tabla", redes=["Red"], pedido=pedido)
    return {cuenta: p.nombre for cuenta, p in reparto.items()}


@pytest.mark.parametrize("cuenta", [("111", "Otro nombre"), ("999", "AYUNTAMIENTO DE METEPEC"), ("", "@Ayuntamiento")])
def test_por_el_identificador_o_por_el_nombre(cuenta: Cuenta) -> None:
    assert quien(cuenta) == {cuenta: "ayuntamiento"}


def test_si_hay_un_solo_perfil_y_la_tabla_no_lo_dice_es_ese() -> None:
    assert quien(NINGUNA, perfiles=(CULTURA, OTRA_RED)) == {NINGUNA: "cultura"}


def test_varias_cuentas_van_cada_una_al_suyo_y_la_ajena_a_nadie() -> None:
    una, otra, ajena = ("111", "A"), ("222", "B"), ("333", "C")
    assert quien(una, otra, ajena) == {una: "ayuntamiento", otra: "cultura"}
    assert quien(una, otra, pedido="cultura") == {otra: "cultura"}


def test_lo_que_se_pide_manda_si_la_tabla_es_de_una_sola_cuenta() -> None:
    assert quien(("333", "C"), pedido="cultura") == {("333", "C"): "cultura"}


@pytest.mark.parametrize(
    ("cuentas", "pedido", "dice"),
    [
        ([NINGUNA], "", "no dice de qué perfil.*--perfil ayuntamiento; .*ayuntamiento, cultura"),
        ([("333", "Turismo")], "", "«Turismo», que no es ningún perfil.*--perfil"),
        ([NINGUNA], "nadie", "no hay un perfil «nadie».*ayuntamiento, cultura, otra"),
        ([NINGUNA], "otra", "«otra» es un perfil de Otra"),
        ([("333", "C"), ("444", "D")], "cultura", "varias cuentas: «C», «D»"),
    ],
)
def test_si_no_se_sabe_se_pregunta(cuentas: list[Cuenta], pedido: str, dice: str) -> None:
    with pytest.raises(NoSeSabeDeQuien, match=dice):
        quien(*cuentas, pedido=pedido)


def test_sin_ningun_perfil_de_la_red_dice_como_darlo_de_alta() -> None:
    with pytest.raises(NoSeSabeDeQuien, match=r"no hay ningún perfil de Red.*perfiles agregar"):
        quien(NINGUNA, perfiles=(OTRA_RED,))

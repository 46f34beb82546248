from motor.salud import Salud


def noticias(*contestaciones: bool, red: str = "una") -> list[str | None]:
    salud = Salud()
    return [salud.anotar(red, contesto=c) for c in contestaciones]


def test_cae_al_tercer_fallo_seguido_y_se_dice_una_vez() -> None:
    assert noticias(False, False, False, False, False) == [None, None, "cae", None, None]


def test_vuelve_a_la_primera_y_se_dice_una_vez() -> None:
    assert noticias(False, False, False, True, True) == [None, None, "cae", "vuelve", None]


def test_dos_fallos_sueltos_no_son_una_caida() -> None:
    assert noticias(*[False, False, True] * 3) == [None] * 9


def test_cada_red_lleva_su_cuenta() -> None:
    salud = Salud()
    for _ in range(3):
        salud.anotar("una", contesto=False)
    assert salud.anotar("otra", contesto=True) is None
    assert salud.anotar("una", contesto=True) == "vuelve"

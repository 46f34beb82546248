"""Las palabras detrás de un alza."""

from motor.avisos.alzas.palabras import del_alza


def test_las_palabras_nuevas_son_las_que_antes_no_se_decían() -> None:
    antes = ["hay un bache en la esquina", "otro bache en mi calle", "bache, bache y más baches"] * 5
    ahora = ["bache en Tollocan, agua", "se inundó Tollocan #Tollocan", "tollocan con agua y un bache"] * 2
    palabras = dict(del_alza(ahora, antes))
    assert palabras["tollocan"] == 6
    assert palabras["agua"] == 4
    assert "bache" not in palabras  # lo de siempre
    assert "#tollocan" not in palabras  # ya está
    assert "una" not in palabras


def test_sin_nada_de_antes_son_las_más_dichas() -> None:
    assert del_alza(["fuga en el centro"] * 3, []) == [("centro", 3), ("fuga", 3)]


def test_ni_enlaces_ni_cuentas_son_palabras() -> None:
    assert del_alza(["mira https://inundacion.mx @vecina"] * 4, []) == [("mira", 4)]

"""La plantilla: se escribe, se llena a mano y vale para cualquier red."""

from datetime import UTC, datetime
from pathlib import Path

from openpyxl import load_workbook

from motor.importacion.plantilla import escribir_plantilla
from tests.motor.importacion.conftest import Oficina


def llena(ruta: Path, **hojas: list[dict[str, object]]) -> Path:
    escribir_plantilla(ruta, ["pin", "face"])
    libro = load_workbook(ruta)
    for nombre, renglones in hojas.items():
        hoja = libro[nombre.replace("_", " ")]
        titulos = [c.value for c in hoja[1]]
        for n, renglon in enumerate(renglones, 2):
            for titulo, valor in renglon.items():
                hoja.cell(n, titulos.index(titulo) + 1).value = valor
    libro.save(ruta)
    return ruta


def test_la_plantilla_recien_escrita_no_importa_nada(oficina: Oficina, tmp_path: Path) -> None:
    oficina.perfil_de("facebook", nombre="face")
    resumenes = oficina.importar_hojas(llena(tmp_path / "n.xlsx"))
    assert [(r.hoja, r.renglones) for r in resumenes] == [("Publicaciones", 0), ("Por día", 0)]
    assert (oficina.vistas(), oficina.lecturas()) == ([], [])


def test_llena_entra_en_el_perfil_de_cada_renglon(oficina: Oficina, tmp_path: Path) -> None:
    face, pin = oficina.perfil_de("facebook", nombre="face"), oficina.perfil_de("pinterest", nombre="pin")
    ruta = llena(
        tmp_path / "n.xlsx",
        Publicaciones=[
            {"Perfil": "face", "Identificador": "122158000000000011", "Publicada": "20/11/2026 9:00", "Me gusta": 5},
            {"Perfil": "pin", "Enlace": "https://mx.pinterest.com/pin/998877665544/", "Publicada": "19/11/2026 9:00"},
            {"Perfil": "nadie", "Enlace": "https://red.example/1", "Publicada": "19/11/2026 9:00"},
            {"Perfil": "face", "Enlace": "https://www.facebook.com/a/posts/pfbid1", "Publicada": "2/11/2026"},
        ],
        Por_día=[{"Perfil": "face", "Día": "10/11/2026", "Seguidores": "12,500"}],
    )
    publicaciones, dias = oficina.importar_hojas(ruta)
    assert {(v.perfil_id, v.id_externo) for v in oficina.vistas()} == {
        (face.id, "122158000000000011"), (pin.id, "998877665544"),
    }  # fmt: skip
    assert [(a.numero, a.columna) for a in publicaciones.apartadas] == [(4, "Perfil"), (5, "Publicada")]
    assert "no dice la hora" in publicaciones.apartadas[1].mensaje
    assert publicaciones.copia == tmp_path / "n.Publicaciones.apartadas.xlsx"
    assert dias.dias == 1
    (seguidores,) = [m for m in oficina.mediciones() if m.metrica == "seguidores"]
    assert (seguidores.valor, seguidores.vista_id, seguidores.perfil_id) == (12500, None, face.id)
    assert seguidores.medida_en == datetime(2026, 11, 11, 5, 59, 59, tzinfo=UTC)


def test_la_que_se_pago_queda_como_promocionada(oficina: Oficina, tmp_path: Path) -> None:
    oficina.perfil_de("facebook", nombre="face")
    dichas = ["sí", "SI", "Verdadero", "no", "", "0", None]
    renglones = [
        {"Perfil": "face", "Enlace": f"https://red.example/{n}", "Publicada": "19/11/2026 9:00", "Promocionada": dicha}
        for n, dicha in enumerate(dichas)
    ]
    oficina.importar_hojas(llena(tmp_path / "n.xlsx", Publicaciones=renglones))
    assert [v.promocionada for v in oficina.vistas()] == [True] * 3 + [False] * 4


def test_una_tabla_que_no_lo_dice_no_desmiente_a_la_que_lo_dijo(oficina: Oficina, tmp_path: Path) -> None:
    oficina.perfil_de("facebook", nombre="face")
    renglon = {"Perfil": "face", "Enlace": "https://red.example/1", "Publicada": "19/11/2026 9:00", "Me gusta": 5}
    for n, mas in enumerate([{}, {"Promocionada": "sí", "Me gusta": 6}, {"Me gusta": 7}]):
        oficina.importar_hojas(llena(tmp_path / f"{n}.xlsx", Publicaciones=[renglon | mas]))
        assert [v.promocionada for v in oficina.vistas()] == [n > 0]

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motor.horarios.publicada import Publicada
from motor.horarios.tabla.renglones import Leido, TablaIlegible, leer_encabezado, leer_historial, separador_de

MEXICO = ZoneInfo("America/Mexico_City")
NUEVE_Y_MEDIA = datetime(2026, 12, 1, 9, 30)  # noqa: DTZ001 # la hora local, sin zona
COMPLETO = "perfil,red,publicada_en,interacciones,tipo,largo,url,hashtag,mencion,pregunta,pagado,organizacion"


def leer(*renglones: str, encabezado: str = "perfil,red,publicada_en,interacciones", ensenados: int = 10) -> Leido:
    filas = [(n, renglon.split(",")) for n, renglon in enumerate(renglones, 2)]
    leido = leer_encabezado(encabezado.split(","))
    conocidas = {"twitter": "x", "x": "x"}
    return leer_historial(
        leido, filas, zona=MEXICO, reconocer_red=lambda red: conocidas.get(red.lower()), ensenados=ensenados
    )


def test_un_renglon_completo_se_vuelve_una_publicacion_con_todo_lo_suyo() -> None:
    leido = leer("bomberos,x,2026-12-01T09:30,12,photo,140,1,0,sí,,no,Toluca", encabezado=COMPLETO)
    assert leido.apartados == 0
    historial = leido.historiales["bomberos"]
    assert (historial.red, historial.organizacion) == ("x", "Toluca")
    assert historial.publicadas == [
        Publicada(local=NUEVE_Y_MEDIA, valor=12, tipo="photo", largo=140, url=True, mencion=True)
    ]


def test_el_encabezado_se_reconoce_en_cualquier_orden_y_con_acentos() -> None:
    leido = leer("7,2026-12-01 09:30,x,dif,extra", encabezado="Interacciones,PUBLICADA_EN,Red, Perfil ,Nota")
    assert list(leido.historiales) == ["dif"]
    assert leido.sin_usar == ("Nota",)
    assert leer_encabezado(COMPLETO.replace("organizacion", "Organización").split(",")).columnas["organizacion"] == 11


def test_sin_una_columna_obligada_se_dice_cual_y_que_trae_el_archivo() -> None:
    with pytest.raises(TablaIlegible, match="«publicada_en» y la columna «interacciones»: el primer renglón dice"):
        leer_encabezado(["perfil", "red", "fecha"])
    with pytest.raises(TablaIlegible, match="el archivo está vacío"):
        leer_encabezado([])
    with pytest.raises(TablaIlegible, match="«red» está dos veces"):
        leer_encabezado(["perfil", "red", "Red", "publicada_en", "interacciones"])


def test_un_renglon_malo_se_aparta_con_su_numero_y_los_demas_entran() -> None:
    leido = leer(
        "dif,x,2026-12-01 09:30,3",
        "dif,x,ayer,3",
        "dif,x,2026-12-01 09:30,1.234",
        "dif,x,2026-12-01 09:30",
        ",x,2026-12-01 09:30,3",
        "dif,facebook,2026-12-01 09:30,3",
        "dif,,2026-12-01 09:30,3",
        "dif,x,2026-12-02 09:30,4",
    )
    assert len(leido.historiales["dif"].publicadas) == 2
    assert (leido.renglones, leido.apartados) == (8, 6)
    assert [(a.numero, a.columna) for a in leido.primeros] == [
        (3, "publicada_en"),
        (4, "interacciones"),
        (5, ""),
        (6, "perfil"),
        (7, "red"),
        (8, "red"),
    ]
    assert "renglón 7, red: dice «facebook», y antes «dif» era de «x»" in str(leido.primeros[4])


def test_solo_se_ensenan_los_primeros_apartados_y_se_cuentan_todos() -> None:
    leido = leer(*["dif,x,nunca,1"] * 25, ensenados=10)
    assert (len(leido.primeros), leido.apartados) == (10, 25)


def test_al_perfil_que_no_dice_nada_util_tambien_se_le_contesta() -> None:
    leido = leer("nuevo,x,,", "roto,x,nunca,1")
    assert {p: len(h.publicadas) for p, h in leido.historiales.items()} == {"nuevo": 0, "roto": 0}
    assert leido.apartados == 1


def test_la_red_se_reconoce_por_sus_otros_nombres_y_la_desconocida_se_deja_como_esta() -> None:
    leido = leer("a,Twitter,2026-12-01 09:30,3", "b,Threads,2026-12-01 09:30,3")
    assert [h.red for h in leido.historiales.values()] == ["x", "threads"]


def test_sin_organizacion_cada_perfil_aprende_solo() -> None:
    encabezado = "perfil,red,publicada_en,interacciones,organizacion"
    leido = leer("a,x,2026-12-01 09:30,3,", "b,x,2026-12-01 09:30,3,Toluca", encabezado=encabezado)
    assert [h.organizacion for h in leido.historiales.values()] == ["", "Toluca"]


@given(st.permutations([f"{p},x,2026-12-0{d} 09:30,{v}" for p in "ab" for d in (1, 2) for v in (3, 4)]))
def test_el_orden_de_los_renglones_no_cambia_nada(renglones: list[str]) -> None:
    assert leer(*renglones).historiales == leer(*sorted(renglones)).historiales


@pytest.mark.parametrize("separador", [",", ";", "\t"])
def test_el_separador_es_el_del_encabezado_aunque_un_perfil_lleve_otro(separador: str) -> None:
    assert separador_de(separador.join(["perfil", '"red"', "publicada_en", "interacciones", "una, nota"])) == separador


@pytest.mark.parametrize(
    "nombre", ["=1+1", "@SUM(1+9)*cmd|' /C calc'!A0", "\x1b[31mrojo", '"dos\nrenglones"', "-2+cmd|x"]
)
def test_un_nombre_que_ejecutaria_quien_abra_la_respuesta_no_entra(nombre: str) -> None:
    leido = leer(f"{nombre},x,2026-12-01 09:30,3")
    assert (leido.apartados, dict(leido.historiales)) == (1, {})


@pytest.mark.parametrize("nombre", ["@toluca", "+5215512345678", "-", "DIF (Toluca)", "a=b"])
def test_los_nombres_de_las_cuentas_de_verdad_si_entran(nombre: str) -> None:
    assert list(leer(f"{nombre},x,2026-12-01 09:30,3").historiales) == [nombre]

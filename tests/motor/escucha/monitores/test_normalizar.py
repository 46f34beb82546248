import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motor.escucha.monitores.normalizar import normalizar, partir, plegar


@pytest.mark.parametrize(
    ("texto", "linea"),
    [
        ("Hay un BACHE en la Av. Juárez.", " hay un bache en la av juarez "),
        ("¡Feliz año, Ñandú!", " feliz año ñandu "),
        ("n\u0303o, pingüino, ação", " ño pinguino acao "),  # la tilde suelta se junta con su n
        ("𝐁𝐚𝐜𝐡𝐞 ｂａｃｈｅ ﬁn", " bache bache fin "),
        ("ba\u00adche ba\u200dche", " bache bache "),  # guion y unión invisibles
        ("agua🔥fuego ☔️", " agua fuego "),
        ("covid-19; 3.5 km/h", " covid 19 3 5 km h "),
        ("Straße", " strasse "),
        ("mira https://ejemplo.mx/agua#bache y www.agua.mx", " mira y "),
        ("tel|fono", " tel fono "),  # una persona no puede escribir la barrera
        ("", "  "),
        ("🔥🔥", "  "),
        ("вода 水", " вода 水 "),
    ],
)
def test_la_linea_de_un_texto(texto: str, linea: str) -> None:
    assert normalizar(texto) == linea


@pytest.mark.parametrize(
    ("texto", "linea"),
    [
        ("¡#SinAgua2026 en la #Colonia!", " sin agua 2026 en la colonia | #sinagua2026 #colonia "),
        ("calle #Juárez norte", " calle juarez norte | #juarez "),  # la frase no se parte
        ("#baches_toluca", " baches toluca | #baches_toluca "),
        ("gracias @TolucaGob por nada", " gracias | por nada | @tolucagob "),
        ("ay @toluca.gob.mx. Y @ana@mastodonte.mx", " ay | y | | @toluca.gob.mx @ana@mastodonte.mx "),
        ("ana@ejemplo.mx # @ solos", " ana ejemplo mx solos "),
        ("＃Agua ＠Gob", " agua | | @gob #agua "),
    ],
)
def test_las_etiquetas_y_las_cuentas_quedan_al_final(texto: str, linea: str) -> None:
    assert normalizar(texto) == linea


def test_el_titulo_va_antes_y_una_frase_no_cruza_hacia_el_texto() -> None:
    assert normalizar("potable", titulo="Sin agua") == " sin agua | potable "


def test_el_autor_se_halla_como_cuenta_y_como_quien_habla() -> None:
    assert normalizar("hola", autor="@Juan.Pérez") == " hola | @juan.perez de:@juan.perez "


@pytest.mark.parametrize(
    ("etiqueta", "palabras"),
    [
        ("BachesToluca2026", "Baches Toluca 2026"),
        ("SOSToluca", "SOS Toluca"),
        ("ÁguilaÑandú", "Águila Ñandú"),
        ("agua", "agua"),
        ("__", ""),
    ],
)
def test_una_etiqueta_se_parte_por_sus_mayusculas(etiqueta: str, palabras: str) -> None:
    assert partir(etiqueta) == palabras


@settings(deadline=None)
@given(st.text())
def test_siempre_sale_una_linea_de_palabras_con_un_espacio_a_cada_lado(texto: str) -> None:
    linea = normalizar(texto)
    assert linea == (f" {' '.join(linea.split(' ')).strip(' ')} " if linea.strip(" ") else "  ")
    assert "  " not in linea.strip(" ")


@settings(deadline=None)
@given(st.text(alphabet=st.characters(max_codepoint=0x24F)))
def test_el_camino_corto_de_las_letras_latinas_da_lo_mismo_que_el_largo(texto: str) -> None:
    # La letra griega no cabe en latin-1: con ella se va por el camino largo.
    assert normalizar(f"Ω {texto}").removeprefix(" ω").strip() == normalizar(texto).strip()


@settings(deadline=None)
@given(st.text(alphabet="abcdñáéü 1_-.,", min_size=1))
def test_lo_ya_normalizado_no_cambia(texto: str) -> None:
    linea = normalizar(texto)
    assert normalizar(linea) == linea


def test_la_enie_no_es_una_ene() -> None:
    assert (plegar("Ñ"), plegar("N"), plegar("é")) == ("ñ", "n", "e")

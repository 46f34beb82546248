"""Las palabras de un texto, y lo que se nota alrededor de un nombre."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motor.escucha.lugares.catalogo import Catalogo
from motor.escucha.lugares.contexto import Previa, contexto
from motor.escucha.lugares.palabras import clave, frase, sonido


@pytest.mark.parametrize(
    ("escrito", "doblado"),
    [
        ("Sta. Ana Tlapaltitlán", "santa ana tlapaltitlan"),
        ("AV. HIDALGO", "avenida hidalgo"),
        ("Edo. de Méx.", "estado de mexico"),
        ("Sn Mateo", "san mateo"),
        ("La Peña", "la peña"),
        ("Blvd. Aeropuerto", "bulevar aeropuerto"),
    ],
)
def test_un_nombre_se_dobla_y_se_le_deshacen_las_abreviaturas(escrito: str, doblado: str) -> None:
    assert clave(escrito) == doblado


def test_una_frase_guarda_como_estaba_escrita() -> None:
    leida = frase("Choque en Av. Hidalgo. Eviten la zona, vecinos de #SanPablo")
    assert " ".join(leida.palabras) == "choque en avenida hidalgo eviten la zona vecinos de san pablo"
    assert [leida.es_mayuscula(i) for i in (0, 1, 2)] == [True, False, True]
    assert leida.sigue(3)  # el punto de «Av.» no corta
    assert leida.corta(4)  # el de «Hidalgo.», sí
    assert not leida.corta(7)
    assert not leida.sigue(7)


@pytest.mark.parametrize("texto", ["@TolucaGob hola", "vean https://ejemplo.mx/toluca", "escriba a toluca@ejemplo.mx"])
def test_las_cuentas_las_direcciones_y_los_correos_no_son_palabras(texto: str) -> None:
    assert "toluca" not in " ".join(frase(texto).palabras)


@given(st.text(max_size=300))
def test_cualquier_texto_se_parte_y_cada_palabra_esta_donde_dice(texto: str) -> None:
    leida = frase(texto)
    assert len(leida.palabras) == len(leida.limites)
    for desde, hasta in leida.limites:
        assert leida.texto[desde:hasta]
        assert desde < hasta <= len(leida.texto)


@given(st.text(max_size=300))
def test_ningun_texto_hace_lanzar_al_catalogo(catalogo: Catalogo, texto: str) -> None:
    catalogo.ubicar(f"en {texto}, Toluca", lugar_del_autor=texto)


@pytest.mark.parametrize(
    ("bien", "mal"),
    [
        ("oxtotitlan", "ostotitlan"),
        ("zinacantepec", "sinacantepec"),
        ("tollocan", "toyocan"),
        ("autopan", "autopam"),
        ("huixquilucan", "uisquilucan"),
    ],
)
def test_lo_mal_escrito_suena_igual(bien: str, mal: str) -> None:
    assert sonido(bien) == sonido(mal)


@pytest.mark.parametrize(
    ("texto", "previa"),
    [
        ("en la colonia Universidad", Previa.ASENTAMIENTO),
        ("vecinos del municipio de Universidad", Previa.ASENTAMIENTO),
        ("Av. Universidad", Previa.VIA),
        ("la señora Universidad", Previa.TRATO),
        ("el gobernador de Universidad", Previa.ESTADO),
        ("la primaria Universidad", Previa.INSTITUCION),
        ("el mercado Universidad", Previa.SITIO),
        ("se cayó. Universidad", Previa.NADA),
    ],
)
def test_se_nota_que_clase_de_palabra_lo_introduce(texto: str, previa: Previa) -> None:
    leida = frase(texto)
    ultima = len(leida.palabras) - 1
    assert contexto(leida, ultima, ultima + 1).previa is previa

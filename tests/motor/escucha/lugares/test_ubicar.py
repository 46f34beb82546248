"""Dónde es un mensaje: las frases de cuatro tablas, los homónimos, y qué seña manda."""

from pathlib import Path
from typing import NamedTuple

import pytest

from conectores.contrato_escucha import LugarDicho
from motor.escucha.lugares.archivos import leer
from motor.escucha.lugares.catalogo import Catalogo
from motor.escucha.lugares.donde import Donde, Por
from motor.escucha.lugares.lugar import km_entre


class Ejemplo(NamedTuple):
    """lugar: vacío si no debe hallarse ninguno. estado: vacío si no importa."""

    frase: str
    lugar: str = ""
    estado: str = ""


def leer_tabla(nombre: str) -> list[Ejemplo]:
    lineas = (Path(__file__).parent / nombre).read_text(encoding="utf-8").splitlines()
    return [Ejemplo(*linea.split("\t")) for linea in lineas if linea and not linea.startswith("# ")]


def es_el_esperado(catalogo: Catalogo, ejemplo: Ejemplo, donde: Donde | None) -> bool:
    if donde is None or not ejemplo.lugar:
        return donde is None and not ejemplo.lugar
    if ejemplo.lugar not in donde.nombre:
        return False
    punto = (donde.latitud, donde.longitud)
    estados = {lugar.estado for lugar in catalogo.lugares if (lugar.latitud, lugar.longitud) == punto}
    return not ejemplo.estado or ejemplo.estado in estados


def medir(catalogo: Catalogo, ejemplos: list[Ejemplo]) -> tuple[float, float]:
    """La precisión (de lo que dijo, cuánto acertó) y la exhaustividad (de lo que había, cuánto halló)."""
    dichos = [(e, catalogo.ubicar(e.frase)) for e in ejemplos]
    acertados = sum(bool(e.lugar) and es_el_esperado(catalogo, e, d) for e, d in dichos)
    return acertados / sum(d is not None for _, d in dichos), acertados / sum(bool(e.lugar) for e in ejemplos)


@pytest.mark.parametrize("ejemplo", leer_tabla("frases.tsv"), ids=lambda e: e.frase[:60])
def test_cada_frase_es_de_donde_dice(catalogo: Catalogo, ejemplo: Ejemplo) -> None:
    donde = catalogo.ubicar(ejemplo.frase)
    assert es_el_esperado(catalogo, ejemplo, donde), donde
    assert donde is None or donde.por is Por.TEXTO


@pytest.mark.parametrize("tabla", ["frases_apartadas.tsv", "frases_segundas.tsv", "frases_terceras.tsv"])
def test_las_frases_apartadas_no_empeoran(catalogo: Catalogo, tabla: str) -> None:
    """Lo que dieron la primera vez, antes de corregir nada, está en docs/decisiones/0007-lugares.md: es menos."""
    precision, exhaustividad = medir(catalogo, leer_tabla(tabla))
    assert precision >= 0.95
    assert exhaustividad >= 0.95


# ── Homónimos ────────────────────────────────────────────────────────────────────────────────────────────────


def donde(catalogo: Catalogo, texto: str) -> Donde:
    hallado = catalogo.ubicar(texto)
    assert hallado is not None, texto
    return hallado


def abrir(tmp_path: Path, nombre: str, estado: str, *, centro: tuple[float, float]) -> Catalogo:
    (tmp_path / "nuestro.toml").write_text(
        f'[municipio]\nnombre = "{nombre}"\nestado = "{estado}"\ncentro = [{centro[0]}, {centro[1]}]\nradio_km = 10\n',
        encoding="utf-8",
    )
    return Catalogo.abrir(tmp_path)


def test_metepec_es_el_vecino_y_no_el_de_hidalgo(catalogo: Catalogo) -> None:
    assert km_entre(donde(catalogo, "fuga en Metepec").latitud, -99.60, 19.259, -99.60) < 1


def test_metepec_es_el_de_hidalgo_para_una_oficina_de_hidalgo(tmp_path: Path) -> None:
    de_tulancingo = abrir(tmp_path, "Tulancingo de Bravo", "Hidalgo", centro=(20.0847, -98.3675))
    assert donde(de_tulancingo, "fuga en Metepec").latitud == pytest.approx(20.2376, abs=0.01)


def test_metepec_con_su_estado_es_el_que_dice(catalogo: Catalogo) -> None:
    hidalgo = donde(catalogo, "fuga en Metepec, Hidalgo")
    assert (hidalgo.nombre, round(hidalgo.latitud, 2)) == ("Metepec, Hidalgo", 20.24)


def test_sin_municipio_elegido_gana_el_mas_grande(tmp_path: Path) -> None:
    (tmp_path / "municipio.toml").write_text('municipio = ""\n', encoding="utf-8")
    sin_municipio = Catalogo.abrir(tmp_path)
    assert sin_municipio.nuestro is None
    assert donde(sin_municipio, "Inundación en Puebla").nombre == "Puebla"
    assert sin_municipio.ubicar("Inundación en Toluca") is not None


def test_una_ciudad_grande_y_lejana_se_nombra_sin_su_estado_y_un_pueblo_lejano_no(catalogo: Catalogo) -> None:
    assert donde(catalogo, "Choque en Monterrey").nombre == "Monterrey, Nuevo León"
    assert catalogo.ubicar("Chucándiro también existe") is None
    assert donde(catalogo, "Saludos desde Chucándiro, Michoacán").nombre == "Chucándiro, Michoacán"


def test_un_nombre_de_otro_lado_lleva_su_estado_y_el_de_aqui_no(catalogo: Catalogo) -> None:
    assert donde(catalogo, "baches en Zinacantepec").nombre == "Zinacantepec"
    assert donde(catalogo, "baches en Monterrey").nombre == "Monterrey, Nuevo León"


# ── Cuánto se cree ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("mas", "menos"),
    [
        ("Fuga en Zinacantepec", "Zinacantepec"),
        ("colonia Universidad sin luz", "Sin luz en Universidad"),
        ("Fuga en Metepec, Estado de México", "Metepec: fuga"),
        ("Seminario Conciliar, en Toluca", "Seminario Conciliar"),
        ("bache en Toluca", "bache en toluka"),
        ("bache en Toluca", "bache de Toluca a Valle de Bravo"),
        ("En Hidalgo nevó", "nadie escribe nada"),
    ],
)
def test_la_confianza_sube_con_mas_senas(catalogo: Catalogo, mas: str, menos: str) -> None:
    otra = catalogo.ubicar(menos)
    assert donde(catalogo, mas).confianza > (otra.confianza if otra else 0)


def test_la_confianza_va_de_cero_a_uno(catalogo: Catalogo) -> None:
    for ejemplo in leer_tabla("frases.tsv"):
        hallado = catalogo.ubicar(ejemplo.frase)
        assert hallado is None or 0.25 <= hallado.confianza <= 1


def test_lo_mas_preciso_gana_a_la_ciudad(catalogo: Catalogo) -> None:
    assert donde(catalogo, "Toluca: se inundó la colonia Celanese").nombre == "Celanese"
    assert donde(catalogo, "colonia Celanese, en Alfredo del Mazo").nombre == "Avenida Alfredo del Mazo"


def test_la_avenida_de_otro_municipio_no_es_la_nuestra(catalogo: Catalogo) -> None:
    assert donde(catalogo, "choque en avenida Hidalgo").nombre == "Avenida Hidalgo"
    assert donde(catalogo, "choque en avenida Hidalgo, en Metepec").nombre == "Metepec"


@pytest.mark.parametrize(
    "texto",
    ["", " ", "🤬🤬🤬", "#", "@", "https://ejemplo.mx/toluca", "|||", "a" * 20_000, "\x00\x1f Tol\u200buca"[:4]],
)
def test_un_texto_raro_no_es_de_ningun_lado_ni_lanza(catalogo: Catalogo, texto: str) -> None:
    assert catalogo.ubicar(texto) is None


@pytest.mark.parametrize(
    "texto",
    [
        "𝐓𝐨𝐥𝐮𝐜𝐚 sin agua",
        "ＴＯＬＵＣＡ sin agua",
        "Tol\u200buca sin agua",
        "TOLUCA‼️ sin agua",
        "#toluca",
        "#BachesToluca",
    ],
)
def test_las_letras_de_adorno_y_las_etiquetas_se_leen(catalogo: Catalogo, texto: str) -> None:
    assert donde(catalogo, texto).nombre == "Toluca"


def test_a_las_avenidas_se_les_dice_la(catalogo: Catalogo) -> None:
    assert donde(catalogo, "Inundada la Juárez desde Morelos hasta Hidalgo").nombre == "Avenida Juárez"
    assert catalogo.ubicar("la Independencia de México") is None


def test_un_pueblo_pequeno_con_nombre_de_cosa_pide_mayuscula(catalogo: Catalogo) -> None:
    assert catalogo.ubicar("El árbol tiene las raíces levantando la banqueta") is None
    assert catalogo.ubicar("Confirmar treinta cuesta lo que confirmar una") is None
    assert donde(catalogo, "Nevó en Raíces, al pie del volcán").nombre == "Raíces"


# ── Qué seña manda ───────────────────────────────────────────────────────────────────────────────────────────


def test_las_coordenadas_mandan_sobre_el_texto(catalogo: Catalogo) -> None:
    dicho = LugarDicho(nombre="El parque", punto=(19.2, -99.5))
    hallado = catalogo.ubicar("baches en Toluca", dicho=dicho, lugar_del_autor="Metepec")
    assert hallado == Donde(latitud=19.2, longitud=-99.5, por=Por.COORDENADAS, confianza=1.0, nombre="El parque")


def test_un_recuadro_pequeno_manda_sobre_el_texto(catalogo: Catalogo) -> None:
    hallado = catalogo.ubicar(
        "baches en Monterrey", dicho=LugarDicho(nombre="Toluca", recuadro=(-99.72, 19.22, -99.58, 19.36))
    )
    assert hallado is not None
    assert (hallado.por, hallado.nombre) == (Por.RECUADRO, "Toluca")
    assert (hallado.latitud, hallado.longitud) == pytest.approx((19.29, -99.65))
    assert hallado.radio_km == pytest.approx(10.7, abs=0.3)
    assert hallado.confianza == 0.7


MEXICO = LugarDicho(nombre="México", recuadro=(-118.4, 14.5, -86.7, 32.7))


def test_el_recuadro_de_un_pais_cede_ante_el_texto(catalogo: Catalogo) -> None:
    hallado = catalogo.ubicar("baches en Toluca", dicho=MEXICO)
    assert hallado is not None
    assert (hallado.por, hallado.nombre) == (Por.TEXTO, "Toluca")


def test_el_recuadro_de_un_pais_solo_vale_muy_poco(catalogo: Catalogo) -> None:
    hallado = catalogo.ubicar("qué coraje", dicho=MEXICO, lugar_del_autor="Toluca")
    assert hallado is not None
    assert (hallado.por, hallado.confianza) == (Por.RECUADRO, 0.1)
    assert hallado.radio_km > 1000


def test_un_lugar_con_nombre_y_sin_recuadro_se_busca_en_el_catalogo(catalogo: Catalogo) -> None:
    hallado = catalogo.ubicar("qué coraje", dicho=LugarDicho(nombre="Metepec, Estado de México"))
    assert hallado is not None
    assert (hallado.por, hallado.nombre, hallado.confianza) == (Por.RECUADRO, "Metepec", 0.6)


@pytest.mark.parametrize(
    ("perfil", "nombre"),
    [
        ("Toluca, México", "Toluca"),
        ("toluca", "Toluca"),
        ("📍 Metepec, Edo. Méx.", "Metepec"),
        ("Puebla, Pue.", "Puebla"),
        ("CDMX", "Ciudad de México"),
        ("México", ""),
        ("En tu corazón", ""),
        ("🌎", ""),
    ],
)
def test_el_perfil_del_autor_vale_poco_y_solo_si_no_hay_mas(catalogo: Catalogo, perfil: str, nombre: str) -> None:
    hallado = catalogo.ubicar("qué coraje", lugar_del_autor=perfil)
    assert (hallado.nombre if hallado else "") == nombre
    assert hallado is None or (hallado.por is Por.AUTOR and hallado.confianza <= 0.35)
    con_texto = catalogo.ubicar("fuga en Lerma", lugar_del_autor=perfil)
    assert con_texto is not None
    assert con_texto.por is Por.TEXTO


def test_chapultepec_es_el_municipio_si_es_el_nuestro(tmp_path: Path, carpeta: Path) -> None:
    for archivo in ("toluca.toml", "chapultepec.toml"):
        (tmp_path / archivo).write_text((carpeta / archivo).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "municipio.toml").write_text('municipio = "chapultepec"\n', encoding="utf-8")
    leido = leer(tmp_path)
    assert leido.nuestro is not None
    assert leido.nuestro.nombre == "Chapultepec"
    assert donde(Catalogo(leido), "fiesta en Chapultepec").latitud == pytest.approx(19.20216)

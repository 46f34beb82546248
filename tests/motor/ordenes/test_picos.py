"""`pregonero picos`: una serie o una carpeta, sin configuración, y sin dejar nada más que la salida."""

import csv
from pathlib import Path

import pytest

from tests.motor.escucha.picos.series import conteos, instantes
from tests.motor.ordenes.conftest import Orden


@pytest.fixture
def serie(tmp_path: Path) -> Path:
    valores = conteos(24 * 15, media=3)
    valores[24 * 12 + 10] = 80
    return escribir(tmp_path / "serie.csv", [f"{t},{v}" for t, v in zip(instantes(len(valores)), valores, strict=True)])


def escribir(ruta: Path, lineas: list[str], encabezado: str = "timestamp,value") -> Path:
    ruta.parent.mkdir(parents=True, exist_ok=True)
    ruta.write_text("\n".join([encabezado, *lineas]) + "\n", encoding="utf-8")
    return ruta


def leer(ruta: Path) -> list[dict[str, str]]:
    with ruta.open(encoding="utf-8", newline="") as archivo:
        return list(csv.DictReader(archivo))


@pytest.mark.usefixtures("sin_estrenar")
def test_escribe_un_renglon_por_renglon_al_pie_de_la_letra(pregonero: Orden, serie: Path, tmp_path: Path) -> None:
    resultado = pregonero("picos", "serie.csv", "-o", "salida.csv")
    assert resultado.exit_code == 0, resultado.output
    assert "1 serie, 1 alerta" in resultado.stdout
    filas, originales = leer(tmp_path / "salida.csv"), leer(serie)
    assert list(filas[0]) == ["timestamp", "value", "puntaje", "alerta"]
    assert [(f["timestamp"], f["value"]) for f in filas] == [(f["timestamp"], f["value"]) for f in originales]
    assert [i for i, f in enumerate(filas) if f["alerta"] == "1"] == [24 * 12 + 10]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["salida.csv", "serie.csv"]


def test_una_carpeta_va_a_otra_con_los_mismos_nombres(pregonero: Orden, serie: Path, tmp_path: Path) -> None:
    texto = serie.read_text(encoding="utf-8")
    for nombre in ("a.csv", "b.csv", "mas/c.csv"):
        ruta = tmp_path / "entran" / nombre
        ruta.parent.mkdir(parents=True, exist_ok=True)
        ruta.write_text(texto, encoding="utf-8")
    assert pregonero("picos", "entran", "-o", "salen").exit_code == 0
    hallados = sorted(str(p.relative_to(tmp_path / "salen")) for p in (tmp_path / "salen").rglob("*.csv"))
    assert hallados == ["a.csv", "b.csv", "mas/c.csv"]


def test_en_una_carpeta_un_archivo_malo_no_detiene_a_los_demas(pregonero: Orden, serie: Path, tmp_path: Path) -> None:
    escribir(tmp_path / "entran" / "malo.csv", ["2026-01-05,x"])
    (tmp_path / "entran" / "bueno.csv").write_text(serie.read_text(encoding="utf-8"), encoding="utf-8")
    resultado = pregonero("picos", "entran", "-o", "salen")
    assert resultado.exit_code == 1
    assert "malo.csv: Renglón 2: «x» no es un número" in resultado.stderr
    assert [p.name for p in (tmp_path / "salen").iterdir()] == ["bueno.csv"]


def test_con_mas_presupuesto_suena_mas(pregonero: Orden, serie: Path, tmp_path: Path) -> None:
    assert pregonero("picos", "serie.csv", "-o", "poco.csv", "--presupuesto", "0.2").exit_code == 0
    assert pregonero("picos", "serie.csv", "-o", "mucho.csv", "--presupuesto", "25").exit_code == 0
    poco, mucho = (sum(int(f["alerta"]) for f in leer(tmp_path / n)) for n in ("poco.csv", "mucho.csv"))
    assert poco == 1 < mucho


def test_las_columnas_pueden_venir_en_otro_orden_y_con_otras(pregonero: Orden, serie: Path, tmp_path: Path) -> None:
    lineas = [f"x,{f['value']},{f['timestamp']}" for f in leer(serie)]
    escribir(tmp_path / "otra.csv", lineas, "nota,value,timestamp")
    assert pregonero("picos", "otra.csv", "-o", "a.csv").exit_code == 0
    assert pregonero("picos", "serie.csv", "-o", "b.csv").exit_code == 0
    assert leer(tmp_path / "a.csv") == leer(tmp_path / "b.csv")


@pytest.mark.usefixtures("sin_estrenar")
@pytest.mark.parametrize(
    ("contenido", "dice"),
    [
        ("", "el archivo está vacío"),
        ("fecha,conteo\n2026-01-05,3\n", "Falta la columna «timestamp» y la columna «value»"),
        ("timestamp;value\n2026-01-05;3\n", "separadas por comas"),
        ("timestamp,value\n2026-01-05 00:00,3\n2026-01-05 01:00\n", "Renglón 3: tiene 1 columnas"),
        ("timestamp,value\n05/01/2026,3\n", "Renglón 2: «05/01/2026» no es una fecha"),
    ],
)
def test_un_archivo_malo_se_explica_y_no_deja_nada(pregonero: Orden, tmp_path: Path, contenido: str, dice: str) -> None:
    (tmp_path / "mala.csv").write_text(contenido, encoding="utf-8")
    resultado = pregonero("picos", "mala.csv", "-o", "salida.csv")
    assert resultado.exit_code == 1
    assert dice in resultado.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["mala.csv"]


def test_si_falla_a_la_mitad_la_salida_de_antes_queda_como_estaba(
    pregonero: Orden, serie: Path, tmp_path: Path
) -> None:
    assert pregonero("picos", "serie.csv", "-o", "salida.csv").exit_code == 0
    antes = (tmp_path / "salida.csv").read_bytes()
    with serie.open("a", encoding="utf-8") as archivo:
        archivo.write("basura,1\n")
    assert pregonero("picos", "serie.csv", "-o", "salida.csv").exit_code == 1
    assert (tmp_path / "salida.csv").read_bytes() == antes


@pytest.mark.parametrize(
    ("palabras", "dice"),
    [
        (("no-hay.csv", "-o", "s.csv"), "No existe no-hay.csv"),
        (("serie.csv", "-o", "serie.csv"), "La salida es la misma que la entrada"),
        (("serie.csv", "-o", "s.csv", "--presupuesto", "0"), "debe ser mayor que cero"),
        (("vacia", "-o", "otra"), "no hay ningún archivo .csv"),
        (("vacia", "-o", "serie.csv"), "diga otra carpeta"),
    ],
)
def test_lo_que_no_se_puede_se_dice(
    pregonero: Orden, serie: Path, tmp_path: Path, palabras: tuple[str, ...], dice: str
) -> None:
    (tmp_path / "vacia").mkdir()
    antes = serie.read_bytes()
    resultado = pregonero("picos", *palabras)
    assert resultado.exit_code == 1
    assert dice in resultado.stderr
    assert serie.read_bytes() == antes

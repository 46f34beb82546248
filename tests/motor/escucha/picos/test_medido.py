"""Lo medido no se pierde: las series con etiquetas y los pueblos de mentira, con el puntaje de quien juzga.

Los márgenes están por debajo de lo medido (docs/decisiones/0006-picos.md); más arriba de 85 sería sobreajuste.
"""

import csv
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from motor.escucha.picos.series import numerados
from motor.ordenes.picos import decidir_archivo

DATOS = Path(__file__).parents[5] / "shared" / "datos" / "picos"
SEMILLAS = range(1000, 1006)


@pytest.fixture(scope="module")
def datos() -> Path:
    if not DATOS.is_dir():
        pytest.skip("faltan las series con etiquetas y el generador, que no viven en este repositorio")
    pytest.importorskip("numpy", reason="los puntajes se calculan con numpy")
    return DATOS


def modulo(ruta: Path) -> ModuleType:
    especificacion = importlib.util.spec_from_file_location(f"medido_{ruta.stem}", ruta)
    assert especificacion is not None
    assert especificacion.loader is not None
    cargado = importlib.util.module_from_spec(especificacion)
    especificacion.loader.exec_module(cargado)
    return cargado


def puntaje_de(datos: Path, umbral: float) -> tuple[dict[str, float], int, float]:
    """(puntos por perfil, ventanas halladas, falsas al día) de las cinco series, con el umbral por `umbral`."""
    juez: Any = modulo(datos / "puntaje.py")
    crudos = dict.fromkeys(juez.PERFILES, 0.0)
    ventanas, halladas, falsas, dias = 0, 0, 0, 0.0
    for nombre, v in json.loads((datos / "ventanas.json").read_text(encoding="utf-8")).items():
        alertas = juez.np.array(_alertas(datos / nombre, umbral), int)
        crudo, cuenta = juez.puntuar(datos / nombre, v["ventanas"], v["etiquetas"], alertas)
        for perfil in crudos:
            crudos[perfil] += crudo[perfil]
        ventanas, halladas = ventanas + cuenta["ventanas"], halladas + cuenta["halladas"]
        falsas, dias = falsas + cuenta["alertas"] - cuenta["aciertos"], dias + cuenta["dias"]
    puntos = {p: 100 * (crudos[p] + fn * ventanas) / (1 + fn) / ventanas for p, (_, fn) in juez.PERFILES.items()}
    return puntos, halladas, falsas / dias


def _alertas(ruta: Path, presupuesto: float) -> list[int]:
    with ruta.open(encoding="utf-8", newline="") as archivo:
        filas: Iterator[tuple[int, str, str]] = (
            (i, f["timestamp"], f["value"]) for i, f in enumerate(csv.DictReader(archivo), 2)
        )
        return [int(alerta) for _, alerta in numerados(filas, falsas_al_mes=presupuesto)]


@pytest.mark.parametrize("presupuesto", [0.9, 1.1])  # el umbral, ±5 %
def test_las_series_densas_con_etiquetas(datos: Path, presupuesto: float) -> None:
    puntos, halladas, falsas = puntaje_de(datos, presupuesto)
    assert 80 <= puntos["standard"] <= 85
    assert puntos["reward_low_FP"] >= 73
    assert puntos["reward_low_FN"] >= 84
    assert halladas >= 15
    assert falsas <= 0.09


def test_los_pueblos_de_mentira_por_hora(datos: Path, tmp_path: Path) -> None:
    juez: Any = modulo(datos / "generador.py")
    juez.escribir(tmp_path / "entran", SEMILLAS)
    for origen in (tmp_path / "entran").rglob("*.csv"):
        decidir_archivo(origen, tmp_path / "salen" / origen.relative_to(tmp_path / "entran"), presupuesto=1.0)
    medido = juez.puntuar(tmp_path / "entran", tmp_path / "salen")
    assert medido["falsas_por_monitor_mes"] <= 1.2
    assert medido["recall"]["x4"] >= 0.88
    assert medido["recall"]["x8"] >= 0.94
    assert medido["recall_todas"] >= 0.88


def test_ninguna_decision_sobre_una_serie_de_verdad_mira_al_futuro(datos: Path) -> None:
    """Cortar la serie en cualquier lado no cambia lo decidido antes del corte."""
    ruta = min(datos.glob("*.csv"))
    with ruta.open(encoding="utf-8", newline="") as archivo:
        filas = [(i, f["timestamp"], f["value"]) for i, f in enumerate(csv.DictReader(archivo), 2)]
    enteras = list(numerados(iter(filas[:4000]), falsas_al_mes=1.0))
    for corte in (1, 2, 47, 48, 577, 2999):
        assert list(numerados(iter(filas[:corte]), falsas_al_mes=1.0)) == enteras[:corte]

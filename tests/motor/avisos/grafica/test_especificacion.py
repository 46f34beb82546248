"""La gráfica: lo visto contra lo normal, en español y en la hora de aquí; y si no se puede, el correo va sin ella."""

import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from motor.avisos.grafica import dibujo
from motor.avisos.grafica.especificacion import especificacion
from motor.avisos.grafica.normal import HORA, Punto

MEXICO = ZoneInfo("America/Mexico_City")
AHORA = datetime(2026, 11, 22, 22, 47, tzinfo=UTC)


def puntos(*, alto: int = 63) -> list[Punto]:
    inicio = AHORA.replace(minute=0)
    vistos = [None if n in (30, 31) else alto if n == 0 else n % 5 for n in range(72)]
    return [Punto(inicio - n * HORA, vistos[n], 2.0) for n in reversed(range(72))]


def test_el_alza_se_resalta_y_la_laguna_no_es_cero() -> None:
    hecha = especificacion(puntos(), alza_desde=AHORA - 2 * HORA, alza_hasta=AHORA, zona=MEXICO)
    filas = hecha["datasets"].popitem()[1] if "datasets" in hecha else hecha["layer"][0]["data"]["values"]
    assert [f["t"] for f in filas if f["que"] == "el alza"] == [f"2026-11-22T{h}:00:00Z" for h in (14, 15, 16)]
    assert [f["visto"] for f in filas].count(None) == 2
    assert filas[-1]["t"] == "2026-11-22T16:00:00Z"  # la hora de aquí, no la UTC


def test_se_dibuja_un_png_ligero() -> None:
    png = dibujo.dibujar(puntos(), alza_desde=AHORA - 2 * HORA, alza_hasta=AHORA, zona=MEXICO)
    assert png is not None
    assert len(png) <= dibujo.PESO_MAXIMO_BYTES
    with Image.open(io.BytesIO(png)) as imagen:
        assert imagen.format == "PNG"
        assert imagen.width >= 2 * 400  # nítida en un teléfono
        colores = {c for _, c in imagen.convert("RGB").getcolors(maxcolors=4096) or []}
    assert any(r > 150 and g < 60 and b < 60 for r, g, b in colores)  # el alza, en rojo


@pytest.mark.parametrize("programa", ["/no/existe/python", "/bin/false", "/bin/true"])
def test_si_no_se_puede_dibujar_no_hay_gráfica_y_nada_se_rompe(programa: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dibujo, "PROGRAMA", programa)
    assert dibujo.dibujar(puntos(), alza_desde=AHORA - HORA, alza_hasta=AHORA, zona=MEXICO) is None


def test_sin_nada_visto_no_se_dibuja() -> None:
    nada = [Punto(AHORA - timedelta(hours=n), 0, None) for n in range(5)]
    assert dibujo.dibujar(nada, alza_desde=AHORA, alza_hasta=AHORA, zona=MEXICO) is None

"""Leer una carpeta de cuentas públicas: cada CSV, con una de estas dos formas.

- la de `pregonero horarios`: perfil, red, publicada_en, interacciones y, si se saben, tipo, largo, url, hashtag,
  mencion, pregunta, pagado, organizacion;
- la de «minimaxir/interactive-facebook-reactions» en GitHub (licencia MIT, carpeta data/, 147 páginas de Facebook, de
  febrero a junio de 2016): un archivo por página, con status_message, status_type, status_published, num_reactions,
  num_comments y num_shares.
"""

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from motor.horarios.modelo import Historial
from motor.horarios.publicada import Publicada
from motor.horarios.tabla.archivo import leer_archivo

DE_DONDE = """No hay datos públicos en este repositorio. Puede traerlos así:

    la carpeta data/ de «minimaxir/interactive-facebook-reactions», en GitHub (licencia MIT)
    python -m bench.horarios.cuentas --datos interactive-facebook-reactions/data

o exportar los de sus propias cuentas con las columnas de `pregonero horarios`: perfil, red, publicada_en e
interacciones. Cuantas más cuentas y más redes, menos bailan las cifras."""

_CAMPOS = 1 << 24  # hay textos de más de lo que csv admite como viene


def leer_carpeta(carpeta: Path) -> dict[str, Historial]:
    """Lo publicado por cada cuenta, en orden. Lanza ValueError, que dice de dónde sacar datos, si no hay ninguna."""
    csv.field_size_limit(_CAMPOS)
    cuentas: dict[str, Historial] = {}
    for ruta in sorted(carpeta.glob("*.csv")):
        with ruta.open(encoding="utf-8-sig", newline="") as archivo:
            columnas = archivo.readline()
        if "status_published" in columnas:
            cuentas[ruta.stem] = Historial(red="facebook", publicadas=sorted(_paginas(ruta), key=lambda p: p.local))
        else:
            cuentas |= leer_archivo(ruta, zona=ZoneInfo("UTC"), reconocer_red=str.casefold).historiales
    if not cuentas:
        raise ValueError(f"En {carpeta} no hay ningún CSV. {DE_DONDE}")
    return cuentas


def _paginas(ruta: Path) -> Iterator[Publicada]:
    with ruta.open(encoding="utf-8-sig", newline="") as archivo:
        for r in csv.DictReader(archivo):
            texto = r["status_message"] or ""
            yield Publicada(
                local=datetime.fromisoformat(r["status_published"]),
                valor=float(sum(int(r[c] or 0) for c in ("num_reactions", "num_comments", "num_shares"))),
                tipo=r["status_type"],
                largo=len(texto),
                url="http" in texto,
                hashtag="#" in texto,
                mencion="@" in texto,
                pregunta="?" in texto,
            )

"""Lo que X cobraría por leer: por cada recurso devuelto, y una sola vez por recurso y día UTC.

Fuente: https://docs.x.com/x-api/getting-started/pricing, consultada 2026-11-22. Que los autores que vienen como
expansión se cobren como usuarios leídos se supone: la página no lo dice, y es lo más caro.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

PRECIOS = {
    "post": Decimal("0.005"),
    "usuario": Decimal("0.010"),
    "mensaje": Decimal("0.010"),
    "propio": Decimal("0.001"),
}


class Cobros:
    def __init__(self) -> None:
        self._vistos: set[tuple[str, str, str]] = set()
        self.por_concepto: dict[str, Decimal] = defaultdict(Decimal)
        self.recursos: dict[str, int] = defaultdict(int)

    def cobrar(self, concepto: str, ids: Iterable[str], *, ahora: datetime) -> None:
        """Anotar unos recursos devueltos; lo ya cobrado ese día no se cobra otra vez."""
        clase = "post" if concepto == "propio" else concepto
        for id_externo in ids:
            marca = (f"{ahora:%Y-%m-%d}", clase, id_externo)
            if marca not in self._vistos:
                self._vistos.add(marca)
                self.por_concepto[concepto] += PRECIOS[concepto]
                self.recursos[concepto] += 1

    @property
    def total(self) -> Decimal:
        return sum(self.por_concepto.values(), Decimal())

"""El número de algo, tal como llega en un camino: lo que no cabe en la base no es de nada."""

from typing import Annotated

from fastapi import Path

ENTERO_MAXIMO = 2**31 - 1
"""Lo que cabe en una columna entera de PostgreSQL: preguntar por más no debe romper."""

Numero = Annotated[int, Path(ge=1, le=ENTERO_MAXIMO)]

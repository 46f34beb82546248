"""Qué nombres de lugar son también palabras de todos los días, y piden más señas para creer que son un lugar. Puro.

Dos indicios: la palabra se repite en muchos nombres de lugar distintos del país (santos, héroes, virtudes, plantas:
«Guadalupe», «Juárez», «Progreso», «Sauces»), o está en una lista corta de las que nombran colonias sin ser de ningún
lugar («Universidad», «Seminario», «5 de Mayo»).
"""

from collections import Counter
from collections.abc import Iterable

REPETIDA = 6
"""En tantos nombres distintos, una palabra ya no es de nadie. Con 6, «metepec» (2) distingue y «reforma» (9), no."""

_VACIAS = frozenset(("de", "del", "la", "el", "los", "las", "y", "a", "i", "ii", "iii"))

COMUNES = frozenset(
    """
    adolfo alameda altamirano america americas arboledas azteca aviacion bosque bosques bicentenario campesino campesina
    cardenas cientificos ciudad civica colon comision conciliar constitucion constituyentes corazon cuauhtemoc cultural
    central centro charco comercial curva delicias deporte del diciembre doctores electricidad electricistas enero abril
    febrero federal flores floresta frontera frontón galia hidalgo hogar huerta independencia industrial insurgentes
    interior jardin jardines javier junta justicia juventud lerdo leon libertad local locales lombardo lomas
    maquinita margaritas mayo mercado merced meteoro metropolitana moderna monte morelos nacional nacionales norte
    noviembre nueva nuevo ocho octubre olimpo olivos oriente paja palomas panteon parque parques paseo paseos paz
    pensador pilares pino pinos plaza poniente popular portales porvenir principal progreso pueblo ranchito rancho raya
    real reforma refugio retama revolucion ricardo rosas sagrado sanchez sauces sector seminario septiembre soledad
    sol sor sur terminal tierra torres trabajo trigo trinidad union unidad universidad universitaria valle venta verde
    vicente victoria villa villas virgen vista vigilancia xinantecatl zaragoza juarez madero allende guerrero mina bravo
    aldama matamoros abasolo ocampo galeana rayon obregon carranza zapata obrera militar marina progresista tabasco
    """.split()  # noqa: SIM905 - cien palabras entre comillas no se leen
) - {"xinantecatl"}


class Comunes:
    """Con la cuenta de las palabras de los nombres distintos del país, ya doblados."""

    def __init__(self, claves: Iterable[str]) -> None:
        veces = Counter(palabra for clave in claves for palabra in set(clave.split()))
        self._repetidas = frozenset(palabra for palabra, n in veces.items() if n >= REPETIDA)

    def es_comun(self, clave: str) -> bool:
        """Si todas sus palabras son de todos los días."""
        return all(
            p in _VACIAS or p in COMUNES or p in self._repetidas or p.isdigit() or len(p) < 3 for p in clave.split()
        )

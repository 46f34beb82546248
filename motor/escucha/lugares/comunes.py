"""Qué nombres de lugar son también palabras de todos los días, y piden más señas para creer que son un lugar. Puro.

Dos indicios: la palabra se repite en muchos nombres de lugar distintos y en muchos estados (santos, héroes, virtudes,
plantas: «Guadalupe», «Juárez», «Progreso», «Sauces»), o está en una lista corta de las que nombran colonias sin ser de
ningún sitio («Universidad», «Seminario», «5 de Mayo»).
"""

import re
from collections import defaultdict
from collections.abc import Iterable

REPETIDA = 6
EN_ESTADOS = 5
"""En tantos nombres distintos y de tantos estados, una palabra no es de ningún sitio: «metepec» está en 2 nombres y
«tlalmimilolpan» en varios, pero de un solo estado; «esperanza» está en todas partes.
"""

_VACIAS = frozenset(("de", "del", "la", "el", "los", "las", "y", "a", "i", "ii", "iii"))

_NAHUAS = re.compile("tl|tz|hua|tepec")
"""Por muchas veces que se repita «ixtlahuaca», nadie la dice si no es por un lugar."""

_ARTICULOS = frozenset(("el", "la", "los", "las"))

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
    """nombres: los del país, ya doblados, cada uno con su estado."""

    def __init__(self, nombres: Iterable[tuple[str, str]]) -> None:
        distintos: dict[str, set[str]] = defaultdict(set)
        estados: dict[str, set[str]] = defaultdict(set)
        for nombre, estado in nombres:
            for palabra in nombre.split():
                distintos[palabra].add(nombre)
                estados[palabra].add(estado)
        self._repetidas = frozenset(
            palabra
            for palabra, en in distintos.items()
            if len(en) >= REPETIDA and len(estados[palabra]) >= EN_ESTADOS and not _NAHUAS.search(palabra)
        )

    def es_comun(self, clave: str) -> bool:
        """Si todas sus palabras son de todos los días, o es un artículo y una palabra («La Glorieta», «El Palacio»)."""
        articulo, _, resto = clave.partition(" ")
        if articulo in _ARTICULOS and " " not in resto:
            return True
        return all(
            p in _VACIAS or p in COMUNES or p in self._repetidas or p.isdigit() or len(p) < 3 for p in clave.split()
        )

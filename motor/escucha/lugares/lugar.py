"""Un lugar que conocemos, y cuánto hay de un punto a otro. Puro."""

from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, degrees, hypot, pi, radians, sin, sqrt

RADIO_DE_LA_TIERRA_KM = 6371.0088


class Tipo(StrEnum):
    """Qué clase de lugar es, del menos preciso al más."""

    REGION = "región"
    ESTADO = "estado"
    LOCALIDAD = "localidad"  # una ciudad o un pueblo
    COLONIA = "colonia"  # y barrios, delegaciones, fraccionamientos
    SITIO = "sitio"  # una plaza, un mercado, un parque, un cerro
    VIA = "vía"  # una avenida o una calle


PRECISION = {tipo: orden for orden, tipo in enumerate(Tipo)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lugar:
    """clase: como la llamó quien escribió el archivo («delegación», «mercado»). municipio: vacío si no es de un archivo
    de municipio. poblacion: 0 si no se sabe. radio_km: hasta dónde llega, y también lo que se puede errar.
    """

    nombre: str
    tipo: Tipo
    latitud: float
    longitud: float
    radio_km: float
    estado: str
    otros: tuple[str, ...] = ()
    municipio: str = ""
    clase: str = ""
    poblacion: int = 0

    @property
    def propio(self) -> bool:
        """Si viene del archivo de un municipio."""
        return bool(self.municipio)

    def a_km(self, otro: "Lugar") -> float:
        return km_entre(self.latitud, self.longitud, otro.latitud, otro.longitud)


def km_entre(latitud: float, longitud: float, otra_latitud: float, otra_longitud: float) -> float:
    """La distancia por el círculo máximo, en km (fórmula del semiverseno)."""
    norte = radians(otra_latitud - latitud) / 2
    este = radians(otra_longitud - longitud) / 2
    a = sin(norte) ** 2 + cos(radians(latitud)) * cos(radians(otra_latitud)) * sin(este) ** 2
    return 2 * RADIO_DE_LA_TIERRA_KM * asin(sqrt(min(1.0, a)))


def grados(km: float, latitud: float) -> tuple[float, float]:
    """Cuántos grados de latitud y de longitud abarcan unos km a esa latitud, sin quedarse cortos."""
    alto = degrees(km / RADIO_DE_LA_TIERRA_KM)
    mas_al_polo = min(89.9, abs(latitud) + alto)
    return alto, min(180.0, alto / cos(radians(mas_al_polo)))


def del_recuadro(oeste: float, sur: float, este: float, norte: float) -> tuple[float, float, float]:
    """El centro de un recuadro (latitud, longitud) y los km que hay de él a una esquina."""
    latitud, longitud = (sur + norte) / 2, (oeste + este) / 2
    alto = radians(norte - sur) / 2
    ancho = radians(este - oeste) / 2 * cos(radians(latitud))
    return latitud, longitud, hypot(alto, ancho) * RADIO_DE_LA_TIERRA_KM


def radio_de_una_poblacion(habitantes: int) -> float:
    """A qué distancia del centro vive casi toda la gente de un lugar, en km.

    Como si vivieran 4,000 personas en cada km², y un tercio más por lo que se dispersan; entre 0.5 y 25 km. Es un
    supuesto nuestro, no una medida: da 8 km para Toluca (489 mil) y 2 para Metepec (28 mil).
    """
    return round(min(25.0, max(0.5, 1.3 * sqrt(habitantes / 4000 / pi))), 2)

"""Los rangos geográficos de los monitores, y cuáles contienen el lugar de un mensaje. Puro.

Un lugar casi nunca es un punto: se sabe hasta cierta distancia (`Donde.radio_km`). La regla: **un mensaje está en un
rango si al menos la mitad de donde pudo ser cae dentro**. Así, lo que sólo se sabe con ±30 km no cuenta como dentro de
un círculo de 2 km, y una colonia pegada al borde cuenta si la mitad de ella está dentro. En un rango de lugares con
nombre cuenta además, aunque sea grande, el que es uno de ellos: una avenida larga no cabe en ninguna colonia, pero es
de Toluca.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import acos, cos, pi, radians, sin, sqrt
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from motor.escucha.lugares.donde import Donde
from motor.escucha.lugares.lugar import Lugar, Tipo, grados, km_entre
from motor.escucha.lugares.palabras import clave

if TYPE_CHECKING:
    from shapely import Geometry

MITAD = 0.5
PUNTO_KM = 0.05
"""Con menos incertidumbre que esta, es un punto."""
LADOS = 48
"""De cuántos lados es el polígono que hace de círculo: así su área se queda corta en 0.3 %."""

RECORDADOS = 5_000
"""De cuántos lugares se recuerda la respuesta: unos 2 MB."""

_MEXICO = (14.0, 33.5, -119.0, -86.0)  # sur, norte, oeste, este


class RangoInvalido(ValueError):
    """Un rango mal escrito. El mensaje dice qué cambiar."""


class Conocedor(Protocol):
    """Lo que hace falta del catálogo: qué lugares abarca un nombre, y a cuáles se parece uno desconocido."""

    def lugares_de(self, nombre: str) -> tuple[Lugar, ...]: ...

    def parecidos(self, nombre: str) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Circulo:
    """latitud, longitud: grados, del centro."""

    latitud: float
    longitud: float
    radio_km: float

    def __post_init__(self) -> None:
        if _al_reves(self.longitud, self.latitud):
            raise RangoInvalido(
                f"El centro ({self.latitud}, {self.longitud}) parece al revés: primero va la latitud, "
                f"({self.longitud}, {self.latitud})."
            )
        if not (-90 <= self.latitud <= 90 and -180 <= self.longitud <= 180):
            raise RangoInvalido(
                f"El centro ({self.latitud}, {self.longitud}) no es un punto de la Tierra: la latitud va de -90 a 90 y "
                "la longitud de -180 a 180."
            )
        if not 0 < self.radio_km <= 20_000:
            raise RangoInvalido(f"El radio ({self.radio_km} km) debe ser mayor que 0 (y caber en la Tierra).")


@dataclass(frozen=True, slots=True)
class Poligono:
    """geojson: Polygon, MultiPolygon, Feature o FeatureCollection, con cada punto como [longitud, latitud]."""

    geojson: Mapping[str, Any] = field(hash=False)

    def __post_init__(self) -> None:
        for anillos in poligonos_de(self.geojson):
            _revisar_anillos(anillos)


@dataclass(frozen=True, slots=True)
class Lugares:
    """nombres: de lugares del catálogo. Si existen se comprueba con `faltas_de`, que tiene el catálogo a la mano."""

    nombres: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.nombres or not all(isinstance(n, str) and n.strip() for n in self.nombres):
            raise RangoInvalido("La lista de lugares debe llevar al menos un nombre, y ninguno vacío.")


Rango: TypeAlias = Circulo | Poligono | Lugares


def faltas_de(rango: Rango, catalogo: Conocedor) -> tuple[str, ...]:
    """Los lugares de un rango que el catálogo no conoce, cada uno en una frase que sugiere los parecidos."""
    if not isinstance(rango, Lugares):
        return ()
    faltas = []
    for nombre in rango.nombres:
        if not catalogo.lugares_de(nombre):
            parecidos = " o ".join(f"«{p}»" for p in catalogo.parecidos(nombre))
            sugerencia = (
                f"¿Quiso decir {parecidos}?" if parecidos else "Añádalo al archivo de su municipio, en config/lugares/."
            )
            faltas.append(f"No conozco el lugar «{nombre}». {sugerencia}")
    return tuple(faltas)


class Rangos:
    """Los rangos de muchos monitores, listos para preguntar de qué monitores es un lugar.

    rangos: por número de monitor. Un lugar que el catálogo no conoce no contiene nada (véase `faltas_de`). Sin rangos
    no se abre shapely, que ocupa unos 20 MB.
    """

    def __init__(self, rangos: Mapping[int, Rango], catalogo: Conocedor) -> None:
        self._de: dict[Circulo | Geometry, set[int]] = {}  # cada figura una vez, aunque la pidan muchos
        self._suyas: dict[int, list[Circulo | Geometry]] = {}
        self._llamados: dict[str, list[tuple[int, Lugar]]] = {}
        self._recordados: dict[tuple[float, float, float, str], frozenset[int]] = {}
        for monitor, rango in rangos.items():
            lugares = _lugares(rango, catalogo)
            for lugar in lugares:
                self._llamados.setdefault(clave(lugar.nombre), []).append((monitor, lugar))
            for figura in _figuras(rango, lugares):
                self._de.setdefault(figura, set()).add(monitor)
                self._suyas.setdefault(monitor, []).append(figura)
        self._figuras = list(self._de)
        if self._figuras:
            from shapely import STRtree, prepare

            prepare([f for f in self._figuras if not isinstance(f, Circulo)])
            self._arbol = STRtree([_recuadro(f) for f in self._figuras])

    def que_contienen(self, donde: Donde) -> set[int]:
        """Los monitores en cuyo rango está el lugar: al menos la mitad de donde pudo ser cae dentro, o es uno de los
        suyos.
        """
        if not self._figuras:
            return set()
        cual = (donde.latitud, donde.longitud, donde.radio_km, donde.nombre)
        hallados = self._recordados.get(cual)  # casi todos los mensajes son de unos pocos lugares
        if hallados is None:
            if len(self._recordados) >= RECORDADOS:
                self._recordados.clear()
            hallados = self._recordados[cual] = frozenset(self._buscar(donde))
        return set(hallados)

    def _buscar(self, donde: Donde) -> set[int]:
        hallados = self._que_lo_nombran(donde)
        for indice in self._arbol.query(_recuadro(donde)).tolist():
            figura = self._figuras[indice]
            monitores = self._de[figura]
            if not monitores <= hallados and _parte(donde, figura) >= MITAD:
                hallados |= monitores
        return hallados

    def contiene(self, monitor: int, donde: Donde) -> bool:
        """Lo mismo, de un solo monitor: más corto cuando casi ninguno de los demás interesa."""
        return any(_parte(donde, figura) >= MITAD for figura in self._suyas.get(monitor, ())) or (
            monitor in self._que_lo_nombran(donde)
        )

    def _que_lo_nombran(self, donde: Donde) -> set[int]:
        if not self._llamados or not donde.nombre:
            return set()
        return {monitor for monitor, lugar in self._llamados.get(clave(donde.nombre), ()) if _es_el(donde, lugar)}


def _lugares(rango: Rango, catalogo: Conocedor) -> list[Lugar]:
    if not isinstance(rango, Lugares):
        return []
    return [lugar for nombre in rango.nombres for lugar in catalogo.lugares_de(nombre)]


def _figuras(rango: Rango, lugares: Sequence[Lugar]) -> "list[Circulo | Geometry]":
    match rango:
        case Circulo():
            return [rango]
        case Poligono():
            return [_geometria(rango)]
    return [Circulo(lugar.latitud, lugar.longitud, lugar.radio_km) for lugar in los_que_cubren(lugares)]


def los_que_cubren(lugares: Sequence[Lugar]) -> Sequence[Lugar]:
    """De unos lugares, los que dibujan su rango: un municipio lo cubren sus colonias, no sus avenidas."""
    if any(lugar.tipo is Tipo.COLONIA for lugar in lugares):
        return [lugar for lugar in lugares if lugar.propio and lugar.tipo in (Tipo.COLONIA, Tipo.LOCALIDAD)]
    return lugares


def _es_el(donde: Donde, lugar: Lugar) -> bool:
    return km_entre(donde.latitud, donde.longitud, lugar.latitud, lugar.longitud) < 1


def _geometria(rango: Poligono) -> "Geometry":
    """El polígono de shapely; el que se cruza a sí mismo se endereza."""
    from shapely import make_valid
    from shapely.geometry import MultiPolygon, Polygon

    partes = [Polygon(anillos[0], anillos[1:]) for anillos in poligonos_de(rango.geojson)]
    junto = MultiPolygon(partes)
    return junto if junto.is_valid else make_valid(junto)


def _recuadro(que: "Circulo | Donde | Geometry") -> "Geometry":
    from shapely import box

    if not isinstance(que, Circulo | Donde):
        return box(*que.bounds)
    alto, ancho = grados(que.radio_km * 1.01, que.latitud)
    return box(que.longitud - ancho, que.latitud - alto, que.longitud + ancho, que.latitud + alto)


def _parte(donde: Donde, figura: "Circulo | Geometry") -> float:
    """Qué parte de donde pudo ser, de 0 a 1, cae en la figura."""
    if isinstance(figura, Circulo):
        lejos = km_entre(donde.latitud, donde.longitud, figura.latitud, figura.longitud)
        return parte_dentro(lejos, donde.radio_km, figura.radio_km)
    from shapely import Point

    if donde.radio_km <= PUNTO_KM:
        return float(figura.covers(Point(donde.longitud, donde.latitud)))
    disco = _disco(donde)
    if figura.contains(disco):
        return 1.0
    return float(figura.intersection(disco).area / disco.area)


@lru_cache(maxsize=64)
def _disco(donde: Donde) -> "Geometry":
    from shapely import Polygon

    alto, _ = grados(donde.radio_km, 0.0)
    ancho = alto / cos(radians(min(89.9, abs(donde.latitud))))
    vueltas = [2 * pi * k / LADOS for k in range(LADOS)]
    return Polygon([(donde.longitud + ancho * cos(v), donde.latitud + alto * sin(v)) for v in vueltas])


def parte_dentro(lejos_km: float, radio_km: float, del_rango_km: float) -> float:
    """Qué parte de un círculo de `radio_km` cae en otro cuyo centro queda a `lejos_km`. En plano: basta a esta escala.

    >>> parte_dentro(1.0, 0.0, 2.0), parte_dentro(3.0, 0.0, 2.0), parte_dentro(0.0, 30.0, 2.0) < 0.01
    (1.0, 0.0, True)
    """
    d, r, grande = lejos_km, radio_km, del_rango_km
    if r <= PUNTO_KM:
        return float(d <= grande)
    if d >= r + grande:
        return 0.0
    if d + r <= grande:
        return 1.0
    if d + grande <= r:
        return (grande / r) ** 2
    uno = r * r * acos(_en_uno((d * d + r * r - grande * grande) / (2 * d * r)))
    otro = grande * grande * acos(_en_uno((d * d + grande * grande - r * r) / (2 * d * grande)))
    producto = (-d + r + grande) * (d + r - grande) * (d - r + grande) * (d + r + grande)
    return (uno + otro - sqrt(max(0.0, producto)) / 2) / (pi * r * r)


def _en_uno(coseno: float) -> float:
    return max(-1.0, min(1.0, coseno))


# ── GeoJSON ──────────────────────────────────────────────────────────────────────────────────────────────────


def poligonos_de(geojson: object) -> list[Any]:
    """Los polígonos de un GeoJSON, cada uno como su lista de anillos. Lanza RangoInvalido si no lleva ninguno."""
    if not isinstance(geojson, Mapping):
        raise RangoInvalido("El polígono debe ser un objeto GeoJSON, con su «type» y sus «coordinates».")
    match geojson.get("type"):
        case "Feature":
            return poligonos_de(geojson.get("geometry"))
        case "FeatureCollection" if isinstance(geojson.get("features"), list):
            juntos = [poligono for parte in geojson["features"] for poligono in poligonos_de(parte)]
        case "GeometryCollection" if isinstance(geojson.get("geometries"), list):
            juntos = [poligono for parte in geojson["geometries"] for poligono in poligonos_de(parte)]
        case "Polygon":
            juntos = [geojson.get("coordinates")]
        case "MultiPolygon" if isinstance(geojson.get("coordinates"), list | tuple):
            juntos = list(geojson["coordinates"])
        case otro:
            raise RangoInvalido(
                f"El polígono es de tipo «{otro}»: debe ser Polygon o MultiPolygon (o un Feature que los lleve)."
            )
    if not juntos or not all(isinstance(anillos, list | tuple) and anillos for anillos in juntos):
        raise RangoInvalido("El polígono no lleva coordenadas.")
    return juntos


def _revisar_anillos(anillos: list[Any]) -> None:
    for anillo in anillos:
        if not isinstance(anillo, list | tuple) or not all(_es_punto(p) for p in anillo):
            raise RangoInvalido("Cada punto del polígono debe ser [longitud, latitud], dos números.")
        if len({(p[0], p[1]) for p in anillo}) < 3:
            raise RangoInvalido("Un polígono necesita al menos tres puntos distintos.")
        if all(_al_reves(p[0], p[1]) for p in anillo):
            raise RangoInvalido(
                f"Las coordenadas del polígono parecen al revés: en GeoJSON primero va la longitud, "
                f"[{anillo[0][1]}, {anillo[0][0]}] y no [{anillo[0][0]}, {anillo[0][1]}]."
            )
        if not all(-180 <= p[0] <= 180 and -90 <= p[1] <= 90 for p in anillo):
            raise RangoInvalido(
                "El polígono tiene puntos que no son de la Tierra: deben ser grados, [longitud, latitud] (si salen "
                "números grandes, está en metros: expórtelo otra vez en WGS 84)."
            )


def _es_punto(punto: object) -> bool:
    return (
        isinstance(punto, list | tuple)
        and len(punto) >= 2
        and all(isinstance(n, int | float) and not isinstance(n, bool) for n in punto[:2])
    )


def _al_reves(longitud: float, latitud: float) -> bool:
    """Si sólo cambiando una por otra queda en México."""
    sur, norte, oeste, este = _MEXICO
    return sur <= longitud <= norte and oeste <= latitud <= este

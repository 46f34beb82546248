"""Dónde vigila un monitor, dibujado por nosotros con los lugares que conocemos: sin pedir nada a otro servidor."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from motor.escucha.entendedor import lugares_de
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.lugares.archivos import ArchivoDeLugaresInvalido
from motor.escucha.lugares.catalogo import Catalogo
from motor.escucha.lugares.lugar import Lugar, Tipo, grados, km_entre
from motor.escucha.lugares.rangos import Circulo, Lugares, Poligono, Rango, los_que_cubren, poligonos_de
from panel.textos import _, n_

ANCHO = 640.0
ALTO_MAXIMO = 560.0
_PUNTOS = 400
_NOMBRES = 14
_MARGEN = 0.06


@dataclass(frozen=True, slots=True)
class Redondo:
    x: float
    y: float
    radio: float
    nombre: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapa:
    """municipio: su contorno aproximado. puntos: los lugares que se conocen. circulos, trazos: el rango. nombres:
    rótulos. dicho: lo mismo en palabras.
    """

    ancho: float
    alto: float
    municipio: Redondo | None
    puntos: tuple[Redondo, ...]
    circulos: tuple[Redondo, ...]
    trazos: tuple[str, ...]
    nombres: tuple[Redondo, ...]
    dicho: str


@dataclass(frozen=True, slots=True)
class _Plano:
    """De grados a unidades del dibujo; a esta escala la Tierra es plana."""

    oeste: float
    norte: float
    escala: float
    encoge: float

    def punto(self, latitud: float, longitud: float) -> tuple[float, float]:
        x = (longitud - self.oeste) * self.encoge * self.escala
        return round(x, 1), round((self.norte - latitud) * self.escala, 1)

    def largo(self, km: float) -> float:
        return round(math.degrees(km / 6371.0) * self.escala, 1)


def dibujar(escucha: EntornoDeEscucha, rango: Rango) -> Mapa | None:
    """None si los lugares no se pudieron leer, o no hay nada que dibujar."""
    try:
        catalogo = lugares_de(escucha)
    except (ArchivoDeLugaresInvalido, OSError):
        return None
    discos = _discos(rango, catalogo)
    anillos = [a for p in poligonos_de(rango.geojson) for a in p] if isinstance(rango, Poligono) else []
    if not discos and not anillos:
        return None
    plano, ancho, alto = _plano(discos, anillos, catalogo)
    conocidos = [
        lugar for lugar in _nuestros(catalogo) if _cabe(plano.punto(lugar.latitud, lugar.longitud), ancho, alto)
    ]
    dentro = _dentro(rango, discos, conocidos)
    return Mapa(
        ancho=ancho,
        alto=alto,
        municipio=_municipio(plano, catalogo),
        puntos=tuple(_redondo(plano, lugar, 2.0) for lugar in conocidos[:_PUNTOS]),
        circulos=tuple(Redondo(*plano.punto(d.latitud, d.longitud), max(plano.largo(d.radio_km), 3.0)) for d in discos),
        trazos=tuple(_trazo(plano, anillo) for anillo in anillos),
        nombres=tuple(_rotulos(plano, dentro or conocidos)),
        dicho=_dicho(rango, dentro),
    )


def _discos(rango: Rango, catalogo: Catalogo) -> list[Circulo]:
    match rango:
        case Circulo():
            return [rango]
        case Lugares(nombres):
            hallados = [lugar for nombre in nombres for lugar in catalogo.lugares_de(nombre)]
            return [Circulo(x.latitud, x.longitud, x.radio_km) for x in los_que_cubren(hallados)]
    return []


@lru_cache(maxsize=1)
def _nuestros(catalogo: Catalogo) -> tuple[Lugar, ...]:
    """Los pueblos y colonias de nuestros municipios, los más grandes primero."""
    suyos = [x for x in catalogo.lugares if x.propio and x.tipo in (Tipo.LOCALIDAD, Tipo.COLONIA)]
    return tuple(sorted(suyos, key=lambda x: (-x.poblacion, -x.radio_km, x.nombre)))


def _plano(
    discos: Sequence[Circulo], anillos: Sequence[Sequence[Sequence[float]]], catalogo: Catalogo
) -> tuple[_Plano, float, float]:
    """El que hace caber el rango y, si no lo empequeñece demasiado, también el municipio."""
    cajas = [(d.latitud, d.longitud, *grados(d.radio_km, d.latitud)) for d in discos]
    sures = [la - al for la, _lo, al, _an in cajas] + [p[1] for a in anillos for p in a]
    nortes = [la + al for la, _lo, al, _an in cajas] + [p[1] for a in anillos for p in a]
    oestes = [lo - an for _la, lo, _al, an in cajas] + [p[0] for a in anillos for p in a]
    estes = [lo + an for _la, lo, _al, an in cajas] + [p[0] for a in anillos for p in a]
    sur, norte, oeste, este = min(sures), max(nortes), min(oestes), max(estes)
    if (m := catalogo.nuestro) is not None:
        alto, ancho = grados(m.radio_km, m.latitud)
        cerca = km_entre(m.latitud, m.longitud, (sur + norte) / 2, (oeste + este) / 2) < 4 * m.radio_km
        if cerca:
            sur, norte = min(sur, m.latitud - alto), max(norte, m.latitud + alto)
            oeste, este = min(oeste, m.longitud - ancho), max(este, m.longitud + ancho)
    encoge = max(math.cos(math.radians((sur + norte) / 2)), 0.05)
    ancho_grados, alto_grados = max((este - oeste) * encoge, 1e-4), max(norte - sur, 1e-4)
    escala = min(ANCHO / ancho_grados, ALTO_MAXIMO / alto_grados) * (1 - 2 * _MARGEN)
    ancho_total, alto_total = ancho_grados * escala / (1 - 2 * _MARGEN), alto_grados * escala / (1 - 2 * _MARGEN)
    margen_x, margen_y = ancho_total * _MARGEN / escala / encoge, alto_total * _MARGEN / escala
    return _Plano(oeste - margen_x, norte + margen_y, escala, encoge), round(ancho_total), round(alto_total)


def _cabe(punto: tuple[float, float], ancho: float, alto: float) -> bool:
    return 0 <= punto[0] <= ancho and 0 <= punto[1] <= alto


def _municipio(plano: _Plano, catalogo: Catalogo) -> Redondo | None:
    m = catalogo.nuestro
    if m is None:
        return None
    return Redondo(*plano.punto(m.latitud, m.longitud), plano.largo(m.radio_km), m.nombre)


def _redondo(plano: _Plano, lugar: Lugar, radio: float) -> Redondo:
    return Redondo(*plano.punto(lugar.latitud, lugar.longitud), radio, lugar.nombre)


def _trazo(plano: _Plano, anillo: Sequence[Sequence[float]]) -> str:
    salto = max(1, len(anillo) // 500)  # lo que sobra no se vería
    puntos = [plano.punto(p[1], p[0]) for p in anillo[::salto]]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in puntos) + "Z"


def _rotulos(plano: _Plano, lugares: Iterable[Lugar]) -> list[Redondo]:
    """Los nombres que caben sin encimarse."""
    puestos: list[Redondo] = []
    for lugar in lugares:
        suyo = _redondo(plano, lugar, 0)
        if len(puestos) >= _NOMBRES:
            break
        if all(abs(suyo.y - o.y) > 16 or abs(suyo.x - o.x) > 130 for o in puestos):
            puestos.append(suyo)
    return puestos


def _dentro(rango: Rango, discos: Sequence[Circulo], conocidos: Sequence[Lugar]) -> list[Lugar]:
    if isinstance(rango, Poligono):
        return _en_el_poligono(rango, conocidos)
    return [
        x
        for x in conocidos
        if any(km_entre(x.latitud, x.longitud, d.latitud, d.longitud) <= d.radio_km for d in discos)
    ]


def _en_el_poligono(rango: Poligono, conocidos: Sequence[Lugar]) -> list[Lugar]:
    from shapely import Point, Polygon  # ocupa unos 20 MB: sólo si hay un polígono

    figuras = [Polygon(anillos[0], anillos[1:]).buffer(0) for anillos in poligonos_de(rango.geojson)]
    return [x for x in conocidos if any(f.covers(Point(x.longitud, x.latitud)) for f in figuras)]


def _dicho(rango: Rango, dentro: Sequence[Lugar]) -> str:
    nombres = list(dict.fromkeys(x.nombre for x in dentro))
    match rango:
        case Circulo(latitud, longitud, radio):
            que = _("Un círculo de %(km)s km alrededor de %(la)s, %(lo)s.") % {
                "km": f"{radio:g}",
                "la": f"{latitud:g}",
                "lo": f"{longitud:g}",
            }
        case Lugares(suyos):
            que = ", ".join(suyos) + "."
        case _otro:
            que = _("Un polígono.")
    if not nombres:
        return que
    dichos = ", ".join(nombres[:_NOMBRES])
    mas = len(nombres) - _NOMBRES
    lista = _("Abarca %(lugares)s") % {"lugares": dichos}
    if mas > 0:
        lista += n_(" y %(num)d lugar más", " y %(num)d lugares más", mas) % {"num": mas}
    return f"{que} {lista}."

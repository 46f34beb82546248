"""Leer los archivos de lugares: el de México, que viene con Pregonero, y los de cada municipio, que hace su gente."""

import csv
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from motor.escucha.lugares.lugar import Lugar, Tipo, radio_de_una_poblacion
from motor.escucha.lugares.palabras import clave
from motor.renglones import que_revisar

NACIONAL = "mexico.csv"
ELECCION = "municipio.toml"
PLANTILLA = "plantilla.toml"
CLASES = {
    **dict.fromkeys(("estado",), Tipo.ESTADO),
    **dict.fromkeys(("región", "valle", "zona metropolitana"), Tipo.REGION),
    **dict.fromkeys(("ciudad", "cabecera", "pueblo", "localidad", "ranchería", "ejido"), Tipo.LOCALIDAD),
    **dict.fromkeys(
        ("colonia", "barrio", "delegación", "subdelegación", "fraccionamiento", "unidad habitacional", "conjunto"),
        Tipo.COLONIA,
    ),
    **dict.fromkeys(
        ("plaza", "mercado", "parque", "sitio", "glorieta", "puente", "terminal", "escuela", "hospital"), Tipo.SITIO
    ),
    **dict.fromkeys(("avenida", "calle", "calzada", "bulevar", "paseo", "carretera", "vía"), Tipo.VIA),
}
_DE_UN_LUGAR = {"nombre", "tipo", "centro", "radio_km", "en", "otros", "colonias", "fuente"}


class ArchivoDeLugaresInvalido(ValueError):
    """Un archivo de lugares mal escrito. faltas: cada cosa que hay que cambiar, con su archivo y su lugar."""

    def __init__(self, faltas: Sequence[str]) -> None:
        super().__init__("\n".join(faltas))
        self.faltas = tuple(faltas)


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipio:
    """archivo: su nombre sin «.toml»."""

    archivo: str
    nombre: str
    estado: str
    latitud: float
    longitud: float
    radio_km: float


@dataclass(frozen=True, slots=True)
class Leido:
    """nuestro: None si ningún archivo es el nuestro; entonces los homónimos sólo se distinguen por su tamaño."""

    lugares: tuple[Lugar, ...]
    municipios: tuple[Municipio, ...]
    nuestro: Municipio | None


def leer(carpeta: Path | None) -> Leido:
    """Los lugares de México y los de los municipios de una carpeta. Lanza ArchivoDeLugaresInvalido.

    carpeta: la de la oficina (`config/lugares`); si no existe o es None, sólo los de México. Un `mexico.csv` en ella se
    prefiere al que viene con Pregonero.
    """
    propio = carpeta / NACIONAL if carpeta is not None else None
    # Junto al código, y no en `config`: quien arranca en una carpeta con la suya no debe tapar la nuestra.
    incluido = files(__package__ or "").joinpath(NACIONAL)
    lugares = list(_nacionales(propio if propio is not None and propio.is_file() else incluido))
    faltas: list[str] = []
    municipios: list[Municipio] = []
    hay = carpeta is not None and carpeta.is_dir()
    for archivo in sorted(carpeta.iterdir(), key=lambda a: a.name) if carpeta is not None and hay else []:
        if archivo.name.endswith(".toml") and archivo.name not in (ELECCION, PLANTILLA):
            leido = _Archivo(archivo, faltas)
            if leido.municipio:
                municipios.append(leido.municipio)
                lugares += leido.lugares
    nuestro = _elegido(carpeta / ELECCION, municipios, faltas) if carpeta is not None and hay else None
    if faltas:
        raise ArchivoDeLugaresInvalido(faltas)
    return Leido(tuple(lugares), tuple(municipios), nuestro)


def _nacionales(archivo: Traversable) -> Iterator[Lugar]:
    with archivo.open(encoding="utf-8") as abierto:
        filas = csv.reader(linea for linea in abierto if not linea.startswith("#"))
        next(filas)
        for nombre, otros, tipo, latitud, longitud, poblacion, estado, radio in filas:
            habitantes = int(poblacion or 0)
            yield Lugar(
                nombre=nombre,
                otros=tuple(otros.split("|")) if otros else (),
                tipo=Tipo(tipo) if tipo else Tipo.LOCALIDAD,
                latitud=float(latitud),
                longitud=float(longitud),
                radio_km=float(radio) if radio else radio_de_una_poblacion(habitantes),
                estado=estado,
                poblacion=habitantes,
            )


def _elegido(archivo: Traversable, municipios: list[Municipio], faltas: list[str]) -> Municipio | None:
    """El nuestro: el que dice `municipio.toml` o, sin él, el único que hay."""
    if not archivo.is_file():
        return municipios[0] if len(municipios) == 1 else None
    cual = _toml(archivo, faltas).get("municipio", "")
    if not cual:
        return None
    for municipio in municipios:
        if municipio.archivo == cual:
            return municipio
    hay = ", ".join(f"«{m.archivo}»" for m in municipios) or "ninguno todavía"
    faltas.append(
        f"{ELECCION}: dice municipio = «{cual}», pero no hay un {cual}.toml en su carpeta. Los que hay: {hay}."
    )
    return None


def _toml(archivo: Traversable, faltas: list[str]) -> dict[str, Any]:
    escrito = ""
    try:
        escrito = archivo.read_text(encoding="utf-8")
        return tomllib.loads(escrito)
    except UnicodeDecodeError:
        faltas.append(f"{archivo.name}: no está guardado en UTF-8; vuelva a guardarlo eligiendo esa codificación.")
    except tomllib.TOMLDecodeError as error:
        faltas.append(f"{archivo.name}: {que_revisar(error, escrito)}")
    return {}


class _Falta(Exception):
    """Lo que hay que cambiar de un lugar; los demás del archivo se siguen leyendo."""


class _Archivo:
    """El archivo de un municipio, leído; lo que esté mal se anota en `faltas` y lo demás se lee igual."""

    def __init__(self, archivo: Traversable, faltas: list[str]) -> None:
        self._nombre = archivo.name
        self._faltas = faltas
        self.lugares: list[Lugar] = []
        self.municipio: Municipio | None = None
        antes = len(faltas)
        datos = _toml(archivo, faltas)
        if len(faltas) > antes:
            return
        self._fuentes = datos.get("fuentes", {})
        try:
            self.municipio = self._municipio(datos.get("municipio"))
        except _Falta as falta:
            self._anotar(str(falta))
            return
        self._leer_todos(datos.get("lugares", []), self.municipio)

    def _anotar(self, falta: str) -> None:
        self._faltas.append(f"{self._nombre}: {falta}")

    def _municipio(self, dicho: object) -> Municipio:
        if not isinstance(dicho, dict) or not dicho.get("nombre") or not dicho.get("estado"):
            raise _Falta("falta «[municipio]» con su nombre y su estado.")
        latitud, longitud = _centro(dicho.get("centro"), "[municipio]")
        return Municipio(
            archivo=self._nombre.removesuffix(".toml"),
            nombre=str(dicho["nombre"]),
            estado=str(dicho["estado"]),
            latitud=latitud,
            longitud=longitud,
            radio_km=_radio(dicho.get("radio_km"), "[municipio]"),
        )

    def _leer_todos(self, entradas: object, municipio: Municipio) -> None:
        if not isinstance(entradas, list) or not all(isinstance(e, dict) for e in entradas):
            self._anotar("cada lugar va bajo su propio «[[lugares]]», con dobles corchetes.")
            return
        for numero, entrada in enumerate(entradas, 1):
            try:
                self._leer(numero, entrada, municipio)
            except _Falta as falta:
                self._anotar(str(falta))

    def _leer(self, numero: int, entrada: Mapping[str, Any], municipio: Municipio) -> None:
        nombre = entrada.get("nombre")
        if not isinstance(nombre, str) or not clave(nombre):
            raise _Falta(f"al lugar número {numero} le falta «nombre».")
        quien = f"«{nombre}»"
        for sobra in sorted(entrada.keys() - _DE_UN_LUGAR):
            cerca = get_close_matches(sobra, _DE_UN_LUGAR, 1)
            self._anotar(f"{quien} lleva «{sobra}», que no se usa" + (f": ¿es «{cerca[0]}»?" if cerca else "."))
        clase = entrada.get("tipo", "")
        if clase not in CLASES:
            raise _Falta(f"{quien}: el tipo «{clase}» no se conoce. Use uno de: {', '.join(CLASES)}.")
        if entrada.get("fuente") not in self._fuentes:
            self._anotar(f"{quien}: diga de dónde salió en «fuente», con uno de los nombres de «[fuentes]».")
        latitud, longitud, radio = self._sitio(entrada, quien)
        lugar = Lugar(
            nombre=nombre.strip(),
            tipo=CLASES[clase],
            clase=clase,
            latitud=latitud,
            longitud=longitud,
            radio_km=radio,
            estado=municipio.estado,
            municipio=municipio.nombre,
            otros=_nombres(entrada, "otros", quien),
        )
        colonias = _nombres(entrada, "colonias", quien)
        self.lugares.append(lugar)
        self.lugares += [
            replace(lugar, nombre=colonia, otros=(), clase="colonia", tipo=Tipo.COLONIA) for colonia in colonias
        ]

    def _sitio(self, entrada: Mapping[str, Any], quien: str) -> tuple[float, float, float]:
        """Su centro y su radio. El que no tiene centro toma el del lugar en que está, y nunca un radio menor."""
        radio = _radio(entrada.get("radio_km"), quien)
        if "en" not in entrada:
            return (*_centro(entrada.get("centro"), quien), radio)
        if "centro" in entrada:
            raise _Falta(f"{quien}: lleva «centro» y «en»; deje sólo uno.")
        buscado = clave(str(entrada["en"]))
        for lugar in self.lugares:
            if clave(lugar.nombre) == buscado:
                return lugar.latitud, lugar.longitud, max(radio, lugar.radio_km)
        raise _Falta(f"{quien}: está en «{entrada['en']}», que debe aparecer antes en el mismo archivo.")


def _nombres(entrada: Mapping[str, Any], cual: str, quien: str) -> tuple[str, ...]:
    dichos = entrada.get(cual, [])
    if not isinstance(dichos, list) or not all(isinstance(d, str) and clave(d) for d in dichos):
        raise _Falta(f'{quien}: «{cual}» es una lista de nombres entre comillas: ["Uno", "Otro"].')
    return tuple(dichos)


def _centro(dicho: object, quien: str) -> tuple[float, float]:
    if not isinstance(dicho, list) or len(dicho) != 2 or not all(_es_numero(n) for n in dicho):
        raise _Falta(f"{quien}: «centro» son dos números, [latitud, longitud]: centro = [19.29, -99.65].")
    latitud, longitud = float(dicho[0]), float(dicho[1])
    if -119 <= latitud <= -86 and 14 <= longitud <= 33.5:
        raise _Falta(f"{quien}: «centro» está al revés; primero la latitud: [{longitud}, {latitud}].")
    if not (-90 <= latitud <= 90 and -180 <= longitud <= 180):
        raise _Falta(f"{quien}: «centro» ({latitud}, {longitud}) no es un punto de la Tierra.")
    return latitud, longitud


def _radio(dicho: object, quien: str) -> float:
    if not _es_numero(dicho) or not isinstance(dicho, int | float) or not 0 < dicho <= 300:
        raise _Falta(f"{quien}: «radio_km» son los km de su centro a su orilla: un número mayor que 0.")
    return float(dicho)


def _es_numero(que: object) -> bool:
    return isinstance(que, int | float) and not isinstance(que, bool)

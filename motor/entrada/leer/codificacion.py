"""De octetos a texto sin estropear acentos. Puro.

Se acepta UTF-8 con o sin marca, UTF-16 con marca y Windows-1252 (lo que guardan el Bloc de notas y Excel antiguos).
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from conectores.contrato import Problema

GUARDAR_EN_UTF8 = "Ábralo en el Bloc de notas y guárdelo con «Guardar como», codificación UTF-8."

_MARCAS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SALTOS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_DE_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_AL_REVES = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SUELTOS = re.compile("[\ud800-\udfff]")
_MAL_LEIDOS = re.compile("Ã[\x80-\xbf¡-¿]|Â[¿¡°º]|â€[œ™“”\x9c\x9d]|ï¿½|\ufffd")


@dataclass(frozen=True, slots=True)
class Texto:
    """texto: con los saltos de línea en «\\n». codificacion: «UTF-8», «UTF-16» o «Windows-1252»."""

    texto: str
    codificacion: str


def decodificar(contenido: bytes) -> Texto | Problema:
    """El texto de un archivo, o por qué no se puede leer."""
    for marca, nombre in _MARCAS:
        if contenido.startswith(marca):
            return _con(contenido, nombre, "UTF-8" if "8" in nombre else "UTF-16")
    if b"\x00" in contenido:
        return Problema("no es un archivo de texto, o está en una codificación que no dice cuál es.", GUARDAR_EN_UTF8)
    en_utf8 = _con(contenido, "utf-8", "UTF-8")
    return en_utf8 if isinstance(en_utf8, Texto) else _con(contenido, "cp1252", "Windows-1252")


def codec_de(trozos: Iterator[bytes]) -> str | Problema:
    """Con qué `codec` se lee un archivo dado a trozos: lo que decide `decodificar`, sin tenerlo entero."""
    primero = next(trozos, b"")
    nombre = next((codec for marca, codec in _MARCAS if primero.startswith(marca)), "utf-8")
    decodificador = codecs.getincrementaldecoder(nombre)()
    con_nulos = nombre == "utf-8" and b"\x00" in primero
    try:
        decodificador.decode(primero)
        for trozo in trozos:
            con_nulos = con_nulos or (nombre == "utf-8" and b"\x00" in trozo)
            decodificador.decode(trozo)
        decodificador.decode(b"", final=True)
    except UnicodeDecodeError:
        if nombre != "utf-8":
            return Problema("no es un archivo de texto que podamos leer.", GUARDAR_EN_UTF8)
        nombre = "cp1252"
    if con_nulos:
        return Problema("no es un archivo de texto, o está en una codificación que no dice cuál es.", GUARDAR_EN_UTF8)
    return nombre


def _con(contenido: bytes, codec: str, nombre: str) -> Texto | Problema:
    try:
        texto = contenido.decode(codec)
    except UnicodeDecodeError:
        return Problema("no es un archivo de texto que podamos leer.", GUARDAR_EN_UTF8)
    return Texto(_SALTOS.sub("\n", texto), nombre)


_REPAROS = (
    (_DE_CONTROL, "lleva un carácter de control, que no se ve y estropea el texto.", "Bórrelo y escríbalo otra vez."),
    (
        _AL_REVES,
        "lleva un carácter que invierte el sentido de la escritura y hace leer otra cosa.",
        "Copie el texto como «sólo texto» y péguelo de nuevo.",
    ),
    (_SUELTOS, "lleva medio carácter, que no se puede guardar.", "Escriba otra vez el emoji o la letra."),
    (
        _MAL_LEIDOS,
        "tiene los acentos estropeados.",
        f"Cópielo otra vez del original. Si vuelve a pasar: {GUARDAR_EN_UTF8}",
    ),
)


def reparos(texto: str) -> list[Problema]:
    """Lo que un texto no puede llevar si lo va a leer la gente; cada uno dice en qué línea está."""
    problemas = []
    for forma, mensaje, remedio in _REPAROS:
        if hallado := forma.search(texto):
            linea = texto.count("\n", 0, hallado.start()) + 1
            problemas.append(Problema(mensaje, remedio, f"línea {linea}"))
    return problemas


def mostrable(nombre: str) -> str:
    """Un nombre de archivo que se puede enseñar y guardar: lo que no se ve o no es texto queda a la vista."""
    limpio = nombre.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return re.sub(
        "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]", lambda c: f"<{ord(c[0]):04X}>", limpio
    )


def es_nombre_limpio(nombre: str) -> bool:
    return mostrable(nombre) == nombre

"""El texto de un mensaje, listo para buscar palabras en él de una pasada. Puro.

Lo que sale es una línea de palabras separadas por un espacio, con uno al principio y otro al final: así « bache » sólo
se halla como palabra entera, sin comprobar nada después de hallarla.

- Sin mayúsculas ni acentos; la ñ se queda («año» no es «ano»). Antes, NFKC: «𝐁𝐚𝐜𝐡𝐞» y «ｂａｃｈｅ» son «bache».
- Todo lo que no es letra, número ni guion bajo separa palabras: puntos, comas, emojis. «covid-19» son dos palabras, y
  como los términos pasan por aquí también, se halla igual. Una frase sí cruza una coma: «no hay, otra vez, agua».
- Las direcciones (https://…, www.…) no son palabras: se quitan.
- «#BachesToluca» deja en su sitio las palabras «baches toluca» (lo parten las mayúsculas y los guiones bajos), y al
  final de la línea la etiqueta entera, «#bachestoluca».
- «@TolucaGob» no deja palabras: es una cuenta. En su sitio queda una barrera que ninguna frase cruza, y al final
  «@tolucagob». Un correo (ana@ejemplo.mx) no es una cuenta.
"""

import re
import unicodedata

BARRERA = "|"
"""Una palabra que ningún término puede llevar."""

_MARCA = "\x1f"  # lo que la tabla convierte en barrera; va entre espacios, y no es de ningún teclado
_BORRADAS = "\u00ad\u200c\u200d\u2060\ufeff"  # invisibles que van dentro de una palabra
_DIRECCION = re.compile(r"(?:https?://|\bwww\.)\S+", re.IGNORECASE)
_ETIQUETA = re.compile(r"[#＃](\w+)")
_CUENTA = re.compile(r"(?<![\w.])[@＠](\w[\w.\-]*(?:@\w[\w.\-]*)?)")
_INVISIBLES = re.compile(f"[{_BORRADAS}]")
_PARTES = re.compile(r"[A-ZÁÉÍÓÚÜÑ]?[a-záéíóúüñ]+|[A-ZÁÉÍÓÚÜÑ]+(?![a-záéíóúüñ])|\d+|[^\W\d_]+")


def plegar(letra: str) -> str:
    """Una letra como se compara: sin mayúscula ni acento, salvo la ñ; un espacio si no es de ninguna palabra."""
    if letra == _MARCA:
        return BARRERA
    if letra in _BORRADAS:
        return ""
    plegada = letra.casefold()
    if plegada == "ñ" or (plegada.isascii() and (plegada.isalnum() or plegada == "_")):
        return plegada
    sin_marcas = "".join(c for c in unicodedata.normalize("NFD", plegada) if not unicodedata.combining(c))
    if not sin_marcas:  # una marca suelta: se pega a lo que sigue
        return ""
    return sin_marcas if all(c.isalnum() for c in sin_marcas) else " "


class _Tabla(dict[int, str]):
    """La tabla de `str.translate`, que se va llenando con lo que aparece."""

    def __missing__(self, codigo: int) -> str:
        self[codigo] = plegada = plegar(chr(codigo))
        return plegada


_TABLA = _Tabla()
_LATIN = bytes(ord(p) if len(p := plegar(chr(c))) == 1 and p < "\u0100" else 0x20 for c in range(256))
_SIN_LUGAR_EN_LATIN = re.compile("[\u00ad\u00df]")  # las que se pliegan en ninguna letra o en varias


def _palabras(texto: str) -> str:
    """Sólo las palabras. El español entero cabe en 256 letras, y con una tabla de bytes se pliega diez veces antes."""
    if not unicodedata.is_normalized("NFKC", texto):
        texto = unicodedata.normalize("NFKC", texto)
    if texto.isascii():
        return " ".join(texto.encode("ascii").translate(_LATIN).decode("ascii").split())
    if _SIN_LUGAR_EN_LATIN.search(texto) is None:
        try:
            return " ".join(texto.encode("latin-1").translate(_LATIN).decode("latin-1").split())
        except UnicodeEncodeError:
            pass
    return " ".join(texto.translate(_TABLA).split())


def plegar_etiqueta(nombre: str) -> str:
    """El nombre de una etiqueta o de una cuenta, sin su signo, como se compara."""
    if nombre.isascii():
        return nombre.strip().lower()
    nombre = unicodedata.normalize("NFKC", nombre)
    return "".join("." if c == "." else "-" if c == "-" else plegar(c).strip() for c in nombre.strip())


def normalizar(texto: str, *, titulo: str = "", autor: str = "") -> str:
    """La línea donde se buscan los términos: título, texto y, al final, etiquetas y cuentas.

    autor: el usuario de quien lo dijo; se halla como «@usuario», igual que si lo nombraran, y como «de:@usuario».
    """
    cola: list[str] = []
    if titulo:
        texto = f"{titulo} {_MARCA} {texto}"
    if "@" in texto or "#" in texto or "＠" in texto or "＃" in texto:
        texto = _apartar(_sin_direcciones(texto), cola)
    else:
        texto = _sin_direcciones(texto)
    if autor and (plegado := _cuenta(autor)):
        cola += (f"@{plegado}", f"de:@{plegado}")
    palabras = _palabras(texto)
    return f" {palabras} {BARRERA} {' '.join(cola)} " if cola else f" {palabras} "


def _sin_direcciones(texto: str) -> str:
    if "://" in texto or "www." in texto or "WWW." in texto:
        return _DIRECCION.sub(" ", texto)
    return texto


def _cuenta(nombre: str) -> str:
    return plegar_etiqueta(nombre.lstrip("@＠").rstrip(".-")).replace(" ", "")


def _apartar(texto: str, cola: list[str]) -> str:
    """Partir las etiquetas en palabras y quitar las cuentas; unas y otras quedan, enteras, en `cola`."""
    texto = _INVISIBLES.sub("", texto)

    def cuenta(hallada: re.Match[str]) -> str:
        cola.append(f"@{_cuenta(hallada[1])}")
        return f" {_MARCA} "

    def etiqueta(hallada: re.Match[str]) -> str:
        cola.append(f"#{plegar_etiqueta(hallada[1])}")
        return f" {partir(hallada[1])} "

    return _ETIQUETA.sub(etiqueta, _CUENTA.sub(cuenta, texto))


def partir(etiqueta: str) -> str:
    """«BachesToluca2026» es «Baches Toluca 2026»; «sin_agua», «sin agua»; «SOSToluca», «SOS Toluca»."""
    return " ".join(_PARTES.findall(etiqueta if etiqueta.isascii() else unicodedata.normalize("NFKC", etiqueta)))

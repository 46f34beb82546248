"""Qué hay que cambiarle a una imagen para que una red la admita, y cómo se le dice al editor. Puro.

Se arregla lo que no cambia lo que se dice: formato, ancho, peso, metadatos, orientación y color. La razón
ancho/alto no: recortar es decisión de una persona.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from conectores.contrato import LimiteDeImagen

VERSION = 1
"""Sube cuando un mismo ajuste deja de dar los mismos bytes: las variantes viejas se vuelven a hacer."""

CALIDADES = (92, 85, 75, 65)
"""Calidades de JPEG y WEBP que se prueban, de mejor a peor, antes de achicar."""

REDUCCION = 0.75
"""Cuánto se achica cada vez que ni la peor calidad cabe en el peso."""

_MODOS_CORRIENTES = frozenset({"RGB", "RGBA", "L", "LA", "P", "1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Vista:
    """Lo que se ve de una imagen en su cabecera. ancho y alto, con la orientación aplicada.

    girada: hay que enderezarla al quitarle los metadatos. color_ajeno: su perfil de color no es sRGB.
    """

    formato: str
    ancho: int
    alto: int
    peso_bytes: int
    modo: str = "RGB"
    girada: bool = False
    transparente: bool = False
    animada: bool = False
    color_ajeno: bool = False
    metadatos: bool = False
    camara: bool = False
    gps: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Qué hacer. recodificar: falso si basta quitar los metadatos sin tocar un solo píxel."""

    formato: str
    ancho: int
    alto: int
    recodificar: bool


@dataclass(frozen=True, slots=True)
class Resultado:
    formato: str
    ancho: int
    alto: int
    peso_bytes: int


def decidir(vista: Vista, limite: LimiteDeImagen) -> Plan | None:
    """El ajuste que pide la red, o None si la imagen puede ir tal cual."""
    if vista.animada and vista.formato in limite.formatos:
        return None  # recodificarla le quitaría el movimiento; si pesa de más, lo dirá el conector
    formato = _formato(vista, limite)
    ancho = min(vista.ancho, limite.ancho_maximo)
    alto = vista.alto if ancho == vista.ancho else max(1, round(vista.alto * ancho / vista.ancho))
    recodificar = (
        formato != vista.formato
        or ancho != vista.ancho
        or vista.peso_bytes > limite.peso_maximo_bytes
        or vista.girada
        or vista.color_ajeno
        or vista.modo not in _MODOS_CORRIENTES
    )
    return Plan(formato, ancho, alto, recodificar) if recodificar or vista.metadatos else None


def _formato(vista: Vista, limite: LimiteDeImagen) -> str:
    admitidos = limite.formatos
    if vista.formato in admitidos:
        # Un PNG que pesa de más suele ser una foto: en JPEG cabe sin achicarla.
        pesa = vista.peso_bytes > limite.peso_maximo_bytes
        return "JPEG" if pesa and vista.formato == "PNG" and "JPEG" in admitidos else vista.formato
    if vista.transparente and "PNG" in admitidos:
        return "PNG"
    return "JPEG" if "JPEG" in admitidos else admitidos[0]


def nombre_de_variante(sha256: str, limite: LimiteDeImagen, extension: str) -> str:
    """El nombre de archivo de un ajuste: el mismo contenido con los mismos límites da el mismo."""
    limites = f"{VERSION}|{','.join(limite.formatos)}|{limite.peso_maximo_bytes}|{limite.ancho_maximo}"
    return f"{sha256}-{hashlib.sha256(limites.encode()).hexdigest()[:12]}{extension}"


def contar(vista: Vista, resultado: Resultado, *, nombre: str, red: str) -> Iterator[str]:
    """Lo que se cambió, una frase por cambio, para quien soltó la imagen."""
    if vista.gps:
        yield f"{nombre}: se quitó la ubicación GPS y los demás datos de la cámara."
    elif vista.camara:
        yield f"{nombre}: se quitaron los datos de la cámara."
    if vista.formato != resultado.formato:
        yield f"{nombre}: se convirtió de {_llamar(vista.formato)} a {_llamar(resultado.formato)} para {red}."
    if vista.animada:
        yield f"{nombre}: en {red} sólo se verá el primer cuadro de la animación."
    if vista.transparente and resultado.formato == "JPEG":
        yield f"{nombre}: el fondo transparente quedó blanco para {red}."
    if (vista.ancho, vista.alto) != (resultado.ancho, resultado.alto):
        medidas = f"de {vista.ancho}×{vista.alto} a {resultado.ancho}×{resultado.alto}"
        yield f"{nombre}: se redujo {medidas} para {red}."
    elif resultado.formato == vista.formato and resultado.peso_bytes < vista.peso_bytes * 0.8:
        yield f"{nombre}: se comprimió de {en_megas(vista.peso_bytes)} a {en_megas(resultado.peso_bytes)} para {red}."
    if vista.color_ajeno:
        yield f"{nombre}: sus colores se pasaron a sRGB para {red}."


def _llamar(formato: str) -> str:
    return {"HEIF": "HEIC", "MPO": "JPEG"}.get(formato, formato)


def en_megas(peso_bytes: int) -> str:
    """Un peso, como se dice: «8.5 MB», «320 KB»."""
    if peso_bytes >= 1_000_000:
        return f"{peso_bytes / 1_000_000:.1f}".rstrip("0").rstrip(".") + " MB"
    return f"{max(1, round(peso_bytes / 1000))} KB"

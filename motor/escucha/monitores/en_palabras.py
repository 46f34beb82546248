"""Cómo se dice qué busca un monitor y dónde es un mensaje. Puro."""

from motor.escucha.lugares.donde import Donde, Por
from motor.escucha.lugares.rangos import Circulo, Lugares
from motor.escucha.monitores.definicion import Definicion

_POR = {
    Por.COORDENADAS: "la red dio el punto",
    Por.RECUADRO: "la red dio el lugar",
    Por.TEXTO: "lo nombra el texto",
    Por.AUTOR: "lo dice el perfil de su autor",
}


def en_palabras(d: Definicion) -> list[str]:
    """La definición, para leerla."""
    renglones = []
    for titulo, terminos in (("Todas", d.todas), ("Alguna", d.alguna), ("Ninguna", d.ninguna)):
        for con_variantes, detalle in ((False, ""), (True, ", o sus variantes")):
            if suyos := [t.escrito for t in terminos if t.flexion is con_variantes]:
                renglones.append(f"{titulo}{detalle}: {', '.join(suyos)}")
    if d.redes:
        renglones.append(f"Redes: {', '.join(sorted(d.redes))}")
    if d.idiomas:
        renglones.append(f"Idiomas: {', '.join(sorted(d.idiomas))}")
    renglones.append(f"Clases: {', '.join(sorted(d.clases))}")
    if d.zona is not None:
        sin_lugar = "se cuentan" if d.zona.incluir_sin_lugar else "no se cuentan"
        minima = f"con confianza de {d.zona.confianza_minima:g} o más; " if d.zona.confianza_minima else ""
        renglones.append(f"Lugar: {_rango(d)}; {minima}los que no se sabe de dónde son {sin_lugar}")
    return renglones


def _rango(d: Definicion) -> str:
    match d.zona and d.zona.rango:
        case Circulo(latitud, longitud, radio_km):
            return f"a {radio_km:g} km de {latitud:g}, {longitud:g}"
        case Lugares(nombres):
            return ", ".join(nombres)
    return "dentro de su polígono"


def donde_en_palabras(donde: Donde | None) -> str:
    if donde is None:
        return "no se sabe"
    sitio = donde.nombre or f"{donde.latitud:.4f}, {donde.longitud:.4f}"
    return f"{sitio} ({_POR[donde.por]}; confianza {donde.confianza:.2g})"

"""La semana de un perfil, a un archivo .png o .svg. Cargar el motor de dibujo cuesta: sólo cuando se pide."""

from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from modelos import Perfil
from motor.acervo.archivos import escribir_donde_dicen
from motor.avisos.grafica.especificacion import NUMEROS
from motor.horarios.dibujo import especificacion
from motor.horarios.frases import con_signo, evidencia_de, hora_de
from motor.horarios.mapa import Mapa
from motor.horarios.semana import Semana
from motor.ordenes.horarios_en_pantalla import sobre_que

ESCALA = 2.0

PIE = [
    "Con borde: ya se sabe de qué lado cae (intervalo del 90 %). Rayado: horas de callar. Los números, las mejores.",
    "Los festivos se cuentan como domingo; en vacaciones escolares lo aprendido vale la mitad.",
    "Es una predicción: un tema que siempre sale a la misma hora parece mérito de la hora.",
]


def dibujar(destino: Path, perfil: Perfil, mapa: Mapa, semana: Semana, *, zona: ZoneInfo) -> None:
    """Lanza OSError si no se puede escribir. El archivo aparece entero, o queda como estaba."""
    import vl_convert

    dibujo = especificacion(
        semana, titulo=f"Las horas de {perfil.nombre}", subtitulo=_subtitulo(mapa, semana, zona), pie=PIE
    )
    if destino.suffix.lower() == ".svg":
        contenido = vl_convert.vegalite_to_svg(dibujo, format_locale=NUMEROS, allowed_base_urls=[]).encode()
    else:
        contenido = vl_convert.vegalite_to_png(dibujo, scale=ESCALA, format_locale=NUMEROS, allowed_base_urls=[])

    def escribir(salida: BinaryIO) -> None:
        salida.write(contenido)

    escribir_donde_dicen(destino, escribir)


def _subtitulo(mapa: Mapa, semana: Semana, zona: ZoneInfo) -> list[str]:
    evidencia = evidencia_de(mapa, zona)
    lineas = [f"{evidencia[0].upper()}{evidencia[1:]} · hora de {zona.key}"]
    if semana.mejores:
        primera = semana.mejores[0]
        vale = f"{con_signo(primera.ganancia)} % (entre {con_signo(primera.inferior)} y {con_signo(primera.superior)})"
        lineas.insert(0, f"La mejor: {hora_de(primera.ranura, zona)}, {vale} {sobre_que(mapa)}")
    return lineas

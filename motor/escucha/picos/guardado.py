"""El estado en bytes, para un renglón de la base: exacto, con versión, de menos de 8 KB."""

from struct import Struct, calcsize, error, pack, unpack

from motor.escucha.picos.detector import Estado
from motor.escucha.picos.instantes import ErrorDePicos

VERSION = 2
"""Sube cuando cambia lo que se guarda o lo que significa: un estado de otra versión se vuelve a aprender."""

_CABEZA = Struct("<4sHIqQqd?q?qdQ")
_MARCA = b"pico"
_SIN_ULTIMO = -(2**62)


def a_bytes(estado: Estado) -> bytes:
    """El estado entero; el mismo estado da los mismos bytes."""
    episodio, hora = estado.episodio, estado.hora
    cabeza = _CABEZA.pack(
        *(_MARCA, VERSION, estado.paso_s, _SIN_ULTIMO if estado.ultimo is None else estado.ultimo, estado.observados),
        *(episodio.desde, episodio.puntaje, episodio.abierto, episodio.calma_s),
        *(estado.manda_escaso, hora.clave, hora.cuenta, hora.vistos),
    )
    numeros = estado.escasos.volcar()
    if estado.denso is not None:
        numeros += estado.denso.volcar()
    return cabeza + pack(f"<{len(numeros)}d", *numeros)


def de_bytes(datos: bytes) -> Estado:
    """El estado guardado. ErrorDePicos si no es uno, o es de otra versión: hay que aprender de nuevo."""
    try:
        marca, version, paso_s, ultimo, observados, *resto = _CABEZA.unpack_from(datos)
    except error:
        raise ErrorDePicos("Esto no es el estado de un detector de picos: está cortado.") from None
    if marca != _MARCA:
        raise ErrorDePicos("Esto no es el estado de un detector de picos.")
    if version != VERSION:
        raise ErrorDePicos(f"El estado es de la versión {version} y ésta es la {VERSION}: vuelva a aprender el ritmo.")
    estado = Estado(paso_s)
    estado.ultimo = None if ultimo == _SIN_ULTIMO else ultimo
    estado.observados = observados
    episodio, hora = estado.episodio, estado.hora
    episodio.desde, episodio.puntaje, episodio.abierto, episodio.calma_s = resto[:4]
    estado.manda_escaso, hora.clave, hora.cuenta, hora.vistos = resto[4:]
    de_escasos = len(estado.escasos.volcar())
    de_denso = len(estado.denso.volcar()) if estado.denso is not None else 0
    cuerpo = datos[_CABEZA.size :]
    if len(cuerpo) != calcsize(f"<{de_escasos + de_denso}d"):
        raise ErrorDePicos("El estado del detector de picos está cortado: vuelva a aprender el ritmo.")
    numeros = unpack(f"<{de_escasos + de_denso}d", cuerpo)
    estado.escasos.cargar(numeros[:de_escasos])
    if estado.denso is not None:
        estado.denso.cargar(numeros[de_escasos:])
    return estado

"""Qué fotos y videos nombra un texto o un calendario que aún está en la entrada: para esperar a que lleguen."""

from motor.entorno import Entorno
from motor.entrada.decidir.dictamen import NoSePuedeLeer, directorio_de, leer_archivo
from motor.entrada.entender.medios_nombrados import nombrados, nombre_prohibido
from motor.entrada.entender.solicitud import Solicitud
from motor.entrada.leer.calendario import interpretar
from motor.entrada.leer.hoja import PESO_MAXIMO_BYTES, HojaIlegible, leer_hojas
from motor.entrada.leer.lectura import leer
from motor.entrada.mirar.inventario import Clase, Hallado


def nombrados_en(entorno: Entorno, hallado: Hallado) -> tuple[str, ...]:
    """Los nombres, sin repetir; ninguno si no se puede leer (ya se dirá al recibirlo)."""
    try:
        solicitudes = _solicitudes(entorno, hallado)
    except (NoSePuedeLeer, HojaIlegible):
        return ()
    nombres = (m.nombre for solicitud in solicitudes for m in nombrados(solicitud))
    return tuple(dict.fromkeys(n for n in nombres if nombre_prohibido(n, "") is None))


def _solicitudes(entorno: Entorno, hallado: Hallado) -> list[Solicitud]:
    directorio = directorio_de(entorno)
    if hallado.clase is not Clase.CALENDARIO:
        return [leer(leer_archivo(hallado.ruta), directorio=directorio)]
    contenido = leer_archivo(hallado.ruta, maximo_bytes=PESO_MAXIMO_BYTES)
    calendario = interpretar(leer_hojas(contenido, hallado.nombre), directorio)
    return [fila.solicitud for fila in calendario.filas if not fila.omitida]

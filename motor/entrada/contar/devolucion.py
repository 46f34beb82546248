"""La copia con resultados de un calendario que ya se tomó: rehacerla al terminar, o si se perdió."""

from pathlib import Path

from motor.acervo.archivos import escribir_bytes
from motor.entorno import Entorno
from motor.entrada.contar import actas
from motor.entrada.contar.actas import Acta
from motor.entrada.contar.copia import con_resultados
from motor.entrada.contar.filas import Suerte, VeredictoDeFila, dicho_de_lineas
from motor.entrada.decidir.dictamen import NoSePuedeLeer, directorio_de, leer_archivo
from motor.entrada.leer.calendario import Calendario, interpretar
from motor.entrada.leer.hoja import PESO_MAXIMO_BYTES, HojaIlegible, leer_hojas
from motor.entrada.mirar.inventario import Clase, clase_de

_DE_TEXTO = (".csv", ".tsv")


def nombre_propio(nombre: str) -> str:
    """El nombre con que se conoce un calendario: la copia que devolvimos es él mismo."""
    ruta = Path(nombre)
    return ruta.stem.removesuffix(".resultado") + ruta.suffix if ruta.stem.endswith(".resultado") else nombre


def nombre_de_copia(nombre: str, principal: str) -> str:
    """«agenda.resultado.xlsx» para «agenda.xlsx», o para la carpeta «agenda» que lleva un calendario dentro."""
    extension = Path(principal).suffix.lower()
    tronco = Path(nombre_propio(nombre)).stem if clase_de(nombre) is Clase.CALENDARIO else nombre
    return f"{tronco}.resultado{extension if extension in _DE_TEXTO else '.xlsx'}"


def rehacer_copia(entorno: Entorno, acta: Acta, destino: Path) -> None:
    """Escribir en `destino` el calendario con lo que va de cada fila. No hace nada si el libro ya no se puede leer."""
    libro = _libro_de(entorno, acta)
    if libro is None:
        return
    try:
        contenido = leer_archivo(libro, maximo_bytes=PESO_MAXIMO_BYTES)
        calendario = interpretar(leer_hojas(contenido, libro.name), directorio_de(entorno))
    except (NoSePuedeLeer, HojaIlegible):
        return
    escribir_bytes(destino, con_resultados(contenido, calendario, _veredictos(entorno, acta, calendario)))


def _libro_de(entorno: Entorno, acta: Acta) -> Path | None:
    raiz = entorno.buzon / acta.rutas[acta.principal]
    if not raiz.is_dir():
        return raiz if raiz.is_file() else None
    return next((r for r in sorted(raiz.iterdir()) if clase_de(r.name) is Clase.CALENDARIO), None)


def _veredictos(entorno: Entorno, acta: Acta, calendario: Calendario) -> dict[int, VeredictoDeFila]:
    with entorno.base.leer() as sesion:
        lineas = actas.lineas_por_publicacion(sesion, entorno, acta.filas.values())
    veredictos = {}
    for fila in calendario.filas:
        publicacion_id = acta.filas.get(str(fila.numero))
        rechazo = acta.rechazadas.get(str(fila.numero), "")
        if rechazo:
            veredictos[fila.numero] = VeredictoDeFila(fila.numero, Suerte.RECHAZADA, rechazo, publicacion_id)
        elif publicacion_id is not None:
            dicho = dicho_de_lineas(lineas.get(publicacion_id, []), entorno.reglas.zona)
            veredictos[fila.numero] = VeredictoDeFila(fila.numero, Suerte.ACEPTADA, dicho, publicacion_id)
    return veredictos

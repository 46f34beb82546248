"""Lo que se sabe de una hoja antes de guardar nada: qué tabla es, de qué cuentas, cuánto trae, si Excel la dañó."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from conectores.contrato_exportacion import Dato, Exportaciones
from motor.entrada.leer.hoja import HojaIlegible
from motor.importacion import celdas as leer
from motor.importacion.cuentas import Cuenta
from motor.importacion.hojas import Hoja, Valor
from motor.importacion.reconocer import RENGLONES_DE_PORTADA, Reconocida, reconocer, titulos_de

_CUENTAS_MAXIMAS = 200


@dataclass(slots=True, kw_only=True)
class Mirada:
    """candidatas: ninguna si no se reconoce. dia_primero: sus fechas van al revés de como las escribe la red."""

    hoja: Hoja
    candidatas: tuple[Reconocida, ...]
    renglones: int = 0
    cuentas: dict[Cuenta, None] = field(default_factory=dict)
    dia_primero: bool = False


def mirar(hoja: Hoja, oficina: Mapping[str, Exportaciones]) -> Mirada:
    """Recorrerla entera sin guardar nada. Lanza HojaIlegible si está dañada o Excel la estropeó."""
    candidatas = reconocer(list(islice(hoja.filas(), RENGLONES_DE_PORTADA)), oficina)
    mirada = Mirada(hoja=hoja, candidatas=candidatas)
    if not candidatas:
        return mirada
    tabla = candidatas[0]
    fechas: Counter[bool | None] = Counter()
    ids = estropeados = 0
    for numero, celdas in hoja.filas():
        if numero <= tabla.encabezado:
            continue
        mirada.renglones += 1
        fechas.update(leer.va_el_dia_primero(c) for c in _en(tabla, Dato.CUANDO, celdas))
        if (largo := _id_largo(tabla, celdas)) is not None:
            ids += 1
            estropeados += largo
        if len(mirada.cuentas) < _CUENTAS_MAXIMAS:
            mirada.cuentas[_cuenta_de(tabla, celdas)] = None
    if ids >= 3 and estropeados == ids:
        raise HojaIlegible(
            "todos los identificadores acaban en ceros: Excel les quitó las últimas cifras.", leer.SIN_EXCEL
        )
    mirada.dia_primero = fechas[True] > 0 and not fechas[False]
    return mirada


def _en(tabla: Reconocida, dato: Dato, celdas: Sequence[Valor]) -> Iterator[Valor]:
    return (celdas[i] for i in tabla.datos.get(dato, ()) if i < len(celdas))


def _id_largo(tabla: Reconocida, celdas: Sequence[Valor]) -> bool | None:
    """Si un identificador de más de quince cifras acaba en ceros; None si no es de esos."""
    escrito = next((c for c in _en(tabla, Dato.ID, celdas) if isinstance(c, str)), "")
    if len(escrito) <= 15 or not escrito.isdecimal():
        return None
    return leer.acaba_en_ceros(escrito)


def _cuenta_de(tabla: Reconocida, celdas: Sequence[Valor]) -> Cuenta:
    """Como la dará el renglón. Un identificador estropeado no se usa: queda el nombre."""
    return _cuenta_en(
        next((c for c in _en(tabla, Dato.CUENTA, celdas)), None),
        next((c for c in _en(tabla, Dato.NOMBRE_DE_CUENTA, celdas) if c is not None), None),
    )


def _cuenta_en(identificador: Valor, nombre: Valor) -> Cuenta:
    try:
        limpio = leer.id_de(identificador)
    except leer.IdEstropeado:
        limpio = ""
    return limpio, leer.texto_de(nombre)


def que_no_se_reconoce(miradas: Sequence[Mirada], oficina: Mapping[str, Exportaciones]) -> str:
    """Qué títulos trae, cuáles se entienden y qué hacer."""
    titulos: tuple[str, ...] = ()
    for mirada in miradas:
        portada = [titulos_de(celdas) for _, celdas in islice(mirada.hoja.filas(), RENGLONES_DE_PORTADA)]
        titulos = max([titulos, *portada], key=len)
    hay = "; ".join(dict.fromkeys(t.nombre for e in oficina.values() for t in e.tablas))
    dice = (
        f"Sus títulos son: {', '.join(t[:30] for t in titulos[:8])}{'…' if len(titulos) > 8 else ''}. "
        if titulos
        else ""
    )
    return (
        f"no se reconoce de qué red es esta tabla. {dice}Las que se entienden: {hay}. "
        "Si la suya es otra, pase sus números a la plantilla: pregonero importar --plantilla"
    )

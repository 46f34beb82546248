"""De una tabla a las publicaciones que pide, una por fila. Puro.

Los nombres de columna se perdonan como los del encabezado de un .md. Además: «Imagen 1», «Imagen 2»…; «Texto X» o
«Variante Facebook» es el texto propio de esa red; y una columna que se llama como una red vale de las dos maneras:
con una marca («x», «sí», ✓) es que se publica en ella, y con un texto, que ése es el suyo.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from conectores.contrato import Gravedad, Problema
from motor.entrada.entender import campos
from motor.entrada.entender.directorio import Directorio
from motor.entrada.entender.solicitud import Celda, Dato, Solicitud, como_texto
from motor.entrada.leer.codificacion import reparos
from motor.entrada.leer.frente import Valor
from motor.entrada.leer.hoja import FILAS_MAXIMAS, Hoja, HojaIlegible, SinCalcular, letra
from motor.fechas.mejor_hora import es_mejor_hora

FILAS_DE_PORTADA = 20
"""Hasta qué fila se busca el encabezado: muchos calendarios llevan arriba un título y el escudo."""

_MARCAS = frozenset({"x", "si", "s", "✓", "✔", "☑", "1", "true", "verdadero"})
_SIN_MARCA = frozenset({"", "no", "n", "-", "0", "false", "falso"})
_NO_SE_PUBLICA = frozenset(
    {"cancelada", "cancelado", "borrador", "pendiente", "por aprobar", "en revision", "no publicar", "rechazada",
     "rechazado", "suspendida", "suspendido", "publicada", "publicado", "ya publicada", "ya publicado"}
)  # fmt: skip
_PREFIJO = re.compile(r"\s*(?:variante|texto|copy|mensaje)(?:\s+(?:para|en|de))?(?:\s+la\s+red)?\s+(?P<red>.+)", re.I)
_NUMERADA = re.compile(r"^(?P<nombre>.+?) ?\d{1,2}$")
_ERROR_DE_EXCEL = re.compile(r"#(REF|N/A|VALUE|VALOR|NAME|NOMBRE|DIV/0|NUM|NULL)[!?]?.*", re.I)
_NUESTRO_ID = re.compile(r"P(\d{1,18})")

COLUMNA_RESULTADO, COLUMNA_ID = "resultado", "id"


@dataclass(frozen=True, slots=True)
class Columna:
    """Qué dice una columna. canonico: de `campos`; destinatario: de quién es el texto propio, o la marca."""

    indice: int
    titulo: str
    canonico: str = ""
    destinatario: str = ""
    admite_marca: bool = False


@dataclass(frozen=True, slots=True)
class Fila:
    """numero: el de la hoja. id: el de su publicación, si la escribimos nosotros. huella: sha256 de lo que pide."""

    numero: int
    solicitud: Solicitud
    huella: str
    id: int | None = None
    omitida: str = ""


@dataclass(frozen=True, slots=True)
class Calendario:
    """encabezado: en qué fila están los títulos. columna_resultado, columna_id: desde 0; None si no las tiene aún."""

    hoja: str
    encabezado: int
    columnas: tuple[Columna, ...]
    filas: tuple[Fila, ...]
    avisos: tuple[Problema, ...] = ()
    separador: str = ""
    ids_ajenos: int = 0

    @property
    def id_ajeno(self) -> bool:
        """Su columna «id» es de la oficina y no nuestra: lleva algo que no escribimos nosotros."""
        return self.ids_ajenos > 0

    def indice_de(self, titulo: str) -> int | None:
        return next((c.indice for c in self.columnas if campos.llano(c.titulo) == titulo), None)


def interpretar(hojas: Sequence[Hoja], directorio: Directorio) -> Calendario:
    """El calendario de la primera hoja que lo parezca. Lanza HojaIlegible si ninguna."""
    candidatas = [(hoja, hallado) for hoja in hojas if (hallado := _encabezado(hoja, directorio)) is not None]
    if not candidatas:
        raise HojaIlegible(
            "ninguna hoja tiene una fila de títulos que reconozcamos.",
            "Ponga al menos las columnas «Fecha», «Hora», «Red» y «Texto». «pregonero plantilla» escribe un ejemplo.",
        )
    hoja, (numero, columnas) = candidatas[0]
    filas = tuple(
        _fila(n, celdas, columnas) for n, celdas in hoja.filas if n > numero and _tiene_algo(celdas, columnas)
    )
    if len(filas) > FILAS_MAXIMAS:
        raise HojaIlegible(f"el calendario tiene más de {FILAS_MAXIMAS} filas.", "Divídalo en varios.")
    if not filas:
        raise HojaIlegible("el calendario no tiene ninguna fila con datos.", "Escriba una publicación por fila.")
    avisos = [*_de_columnas(columnas), *_de_hojas(hoja, [h for h, _ in candidatas[1:]])]
    ajenos = sum(fila.id is None and "id" in fila.solicitud.datos for fila in filas)
    return Calendario(hoja.nombre, numero, columnas, filas, tuple(avisos), hoja.separador, ajenos)


# ── columnas ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _encabezado(hoja: Hoja, directorio: Directorio) -> tuple[int, tuple[Columna, ...]] | None:
    for numero, celdas in hoja.filas:
        if numero > FILAS_DE_PORTADA:
            return None
        columnas = tuple(
            _columna(i, como_texto(celda), directorio)
            for i, celda in enumerate(celdas)
            if celda is not None and not isinstance(celda, SinCalcular)
        )
        conocidas = {c.canonico or c.destinatario for c in columnas if c.canonico or c.destinatario} - {"ignorado"}
        dice_algo = any(c.canonico in ("texto", "imagenes") or c.destinatario for c in columnas)
        if dice_algo and len(conocidas) >= 2:
            return numero, columnas
    return None


def _columna(indice: int, titulo: str, directorio: Directorio) -> Columna:
    llano = campos.llano(titulo)
    canonico = campos.reconocer(titulo) or ""
    numerada = _NUMERADA.match(llano)
    if not canonico and numerada and campos.reconocer(numerada["nombre"]) in ("imagenes", "alt"):
        canonico = campos.reconocer(numerada["nombre"]) or ""
    if canonico:
        return Columna(indice, titulo, canonico)
    con_prefijo = _PREFIJO.fullmatch(titulo)
    quien = directorio.destinatario(con_prefijo["red"] if con_prefijo else titulo)
    return Columna(indice, titulo, "", quien or "", admite_marca=con_prefijo is None)


def _de_columnas(columnas: tuple[Columna, ...]) -> Iterator[Problema]:
    for columna in columnas:
        if not columna.canonico and not columna.destinatario:
            remedio = campos.parecido(columna.titulo) or "Se ignora."
            yield Problema(
                f"no conocemos la columna «{columna.titulo[:60]}».",
                remedio,
                f"columna {letra(columna.indice + 1)}",
                Gravedad.AVISO,
            )


def _de_hojas(hoja: Hoja, otras: Sequence[Hoja]) -> Iterator[Problema]:
    if otras:
        nombres = ", ".join(f"«{h.nombre}»" for h in otras)
        mensaje = f"sólo se leyó la hoja «{hoja.nombre}»; {nombres} también parece un calendario."
        yield Problema(mensaje, "Suéltelas en libros aparte.", "hojas", Gravedad.AVISO)


# ── filas ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _tiene_algo(celdas: Sequence[Celda | SinCalcular | None], columnas: tuple[Columna, ...]) -> bool:
    """Una fila con sólo un número, una nota o nuestro resultado no es una publicación."""
    return any(
        c.indice < len(celdas) and celdas[c.indice] is not None
        for c in columnas
        if c.destinatario or c.canonico not in ("", "ignorado", "id", "redes", "tipo", "autor", "campana")
    )


def _fila(numero: int, celdas: Sequence[Celda | SinCalcular | None], columnas: tuple[Columna, ...]) -> Fila:
    datos: dict[str, Dato] = {}
    imagenes: list[Dato] = []
    variantes: dict[str, Dato] = {}
    problemas: list[Problema] = []
    alternativos: list[Valor] = []
    marcadas: list[Valor] = []
    identificador: int | None = None
    omitida = ""
    for columna in columnas:
        celda = celdas[columna.indice] if columna.indice < len(celdas) else None
        if celda is None:
            continue
        donde = f"fila {numero}, columna {columna.titulo}"
        if malos := list(_de_celda(celda, donde)):
            problemas += malos
            continue
        dato = Dato(celda, donde)  # type: ignore[arg-type] # una SinCalcular ya es un problema
        texto = como_texto(dato.valor)
        match columna.canonico:
            case "id":
                hallado = _NUESTRO_ID.fullmatch(texto)
                identificador = int(hallado[1]) if hallado else identificador
                datos["id"] = dato
            case "ignorado":
                omitida = omitida or _omision(columna, texto)
            case "imagenes":
                imagenes.append(dato)
            case "alt":
                alternativos.append(texto)
                datos["alt"] = dato
            case "":
                _de_una_red(columna, dato, texto, variantes, marcadas)
            case canonico if canonico in datos:
                problemas.append(Problema("repite un dato de otra columna.", "Deje una sola columna.", donde))
            case canonico:
                datos[canonico] = dato
    _sin_la_hora_que_nadie_escribio(datos, columnas)
    if len(alternativos) > 1:
        datos["alt"] = replace(datos["alt"], valor=alternativos)
    if marcadas:
        anteriores = [como_texto(datos["redes"].valor)] if "redes" in datos else []
        datos["redes"] = Dato([*anteriores, *marcadas], f"fila {numero}, redes")
    solicitud = Solicitud(datos=datos, imagenes=tuple(imagenes), variantes=variantes, problemas=tuple(problemas))
    if not solicitud.texto_de("fecha") and not es_mejor_hora(solicitud.texto_de("hora")) and not omitida:
        falta = Problema("falta la fecha.", "Escriba el día y la hora, o «ya».", f"fila {numero}, fecha")
        solicitud = replace(solicitud, problemas=(*problemas, falta))
    return Fila(numero, solicitud, huella_de(solicitud), identificador, omitida)


def _sin_la_hora_que_nadie_escribio(datos: dict[str, Dato], columnas: tuple[Columna, ...]) -> None:
    """Si la hora va en su columna, las 0:00 de la fecha sólo son cómo guarda Excel un día."""
    fecha = datos.get("fecha")
    if fecha is None or not isinstance(fecha.valor, datetime) or all(c.canonico != "hora" for c in columnas):
        return
    if fecha.valor.time() == time(0, 0):
        datos["fecha"] = replace(fecha, valor=fecha.valor.date())


def _de_celda(celda: Celda | SinCalcular, donde: str) -> Iterator[Problema]:
    if isinstance(celda, SinCalcular):
        yield Problema(
            f"la fórmula «{celda.formula[:40]}» no tiene resultado guardado.",
            "Abra el libro en Excel, guárdelo y suéltelo otra vez; o escriba el valor en lugar de la fórmula.",
            donde,
        )
    elif isinstance(celda, str) and _ERROR_DE_EXCEL.fullmatch(celda):
        yield Problema(f"la celda tiene un error de Excel ({celda[:20]}).", "Corrija la fórmula.", donde)
    elif isinstance(celda, str):
        for problema in reparos(celda):
            yield replace(problema, donde=donde)


def _omision(columna: Columna, texto: str) -> str:
    de_estado = campos.llano(columna.titulo) in ("estado", "estatus", "status")
    return texto if de_estado and campos.llano(texto) in _NO_SE_PUBLICA else ""


def _de_una_red(columna: Columna, dato: Dato, texto: str, variantes: dict[str, Dato], marcadas: list[Valor]) -> None:
    if not columna.destinatario:
        return
    if columna.admite_marca and texto.casefold().replace("í", "i") in _MARCAS:
        marcadas.append(columna.destinatario)
    elif not (columna.admite_marca and texto.casefold() in _SIN_MARCA):
        variantes[columna.destinatario] = dato


def huella_de(solicitud: Solicitud) -> str:
    """sha256 de lo que pide una fila, sin contar su número ni nuestras columnas."""
    contenido = {
        "datos": {nombre: _estable(dato.valor) for nombre, dato in solicitud.datos.items() if nombre != "id"},
        "imagenes": [_estable(dato.valor) for dato in solicitud.imagenes],
        "variantes": {quien: _estable(dato.valor) for quien, dato in solicitud.variantes.items()},
    }
    return hashlib.sha256(
        json.dumps(contenido, sort_keys=True, ensure_ascii=False).encode("utf-8", "replace")
    ).hexdigest()


def _estable(valor: Celda) -> str:
    return valor.isoformat() if isinstance(valor, datetime | date | time) else como_texto(valor)

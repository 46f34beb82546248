"""Las notas que se dejan junto a los archivos: qué pasó, dónde y qué hacer. Puro."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from conectores.contrato import Gravedad, Problema
from modelos.estados import Estado
from motor.fechas.escritas import fecha_larga

LEGIBLES: dict[Estado, str] = {
    Estado.PROGRAMADA: "espera su hora",
    Estado.RECLAMADA: "se está preparando",
    Estado.ENVIANDO: "se está publicando",
    Estado.EN_DUDA: "no se sabe si salió; se está preguntando a la red",
    Estado.POR_DECIDIR: "espera que una persona decida (se mandó un correo)",
    Estado.RETENIDA: "está retenida",
    Estado.PUBLICADA: "publicada",
    Estado.FALLIDA: "no se publicó",
    Estado.CANCELADA: "se canceló",
    Estado.VENCIDA: "venció antes de poder salir",
}

_DICHOS_MAXIMOS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Linea:
    """Cómo va una publicación en un perfil. instante: cuándo salió, o cuándo saldrá. por_que: por qué a esa hora, si la
    eligió Pregonero. por_aprobar: espera una aprobación, y `detalle` dice la de quién.
    """

    entrega_id: int
    perfil: str
    red: str
    estado: Estado
    instante: datetime
    parte: int = 0
    url: str = ""
    detalle: str = ""
    por_que: str = ""
    por_aprobar: bool = False


def motivo(nombre: str, problemas: Sequence[Problema], *, ahora: datetime, zona: ZoneInfo, nota: str = "") -> str:
    """Por qué no se aceptó un archivo. Los errores primero; los avisos, después."""
    errores = [p for p in problemas if p.gravedad is Gravedad.ERROR]
    avisos = [p for p in problemas if p.gravedad is Gravedad.AVISO]
    renglones = [f"«{nombre}» no se aceptó: no se publicará tal como está.", ""]
    for numero, problema in enumerate(errores, 1):
        renglones += [f"{numero}. {_dicho(problema)}", *_remedio(problema), ""]
    if nota:
        renglones += [nota, ""]
    renglones += _lista("Además, conviene que sepa:", [str(p) for p in avisos])
    renglones += ["Cuando esté corregido, suéltelo otra vez en la carpeta «entrada».", "", _pie("Se leyó", ahora, zona)]
    return _texto(renglones)


def estado(
    dicho: str,
    nombre: str,
    lineas: Sequence[Linea],
    arreglos: Sequence[str],
    avisos: Sequence[str],
    sin_fecha: bool,
    *,
    ahora: datetime,
    zona: ZoneInfo,
) -> str:
    """Cómo va lo que se aceptó: cuándo y dónde saldrá, qué se arregló solo, y cómo cambiarlo o cancelarlo."""
    renglones = [dicho, ""]
    if sin_fecha:
        renglones += ["No traía fecha, así que sale en cuanto le toca.", ""]
    renglones += ["Dónde y cuándo:", *(f"  · {_como_va(linea, zona)}" for linea in lineas), ""]
    renglones += _lista("Lo que se arregló solo:", arreglos)
    renglones += _lista("Conviene que sepa:", avisos)
    vivas = [linea.entrega_id for linea in lineas if linea.estado in (Estado.PROGRAMADA, Estado.RETENIDA)]
    if vivas:
        numeros = " ".join(map(str, vivas))
        renglones += [
            f"Para cambiarlo: antes de su hora, suelte en «entrada» otra vez «{nombre}» ya corregido, con ese nombre.",
            f"Para cancelarlo: pida en informática «pregonero entregas cancelar {numeros}».",
            "",
        ]
    return _texto([*renglones, _pie("Al corriente", ahora, zona)])


def estado_de_calendario(
    dicho: str,
    aceptadas: int,
    rechazadas: Mapping[int, str],
    avisos: Sequence[str],
    copia: str,
    *,
    ahora: datetime,
    zona: ZoneInfo,
) -> str:
    """Cómo va un calendario que se aceptó: cuántas filas, y por qué no las demás."""
    renglones = [dicho, "", f"Filas aceptadas: {aceptadas}. No aceptadas: {len(rechazadas)}.", ""]
    renglones += [f"«{copia}» es su copia, con el resultado de cada fila en la columna «resultado».", ""]
    dichas = [f"fila {fila}: {texto}" for fila, texto in sorted(rechazadas.items())]
    renglones += _lista("Filas que no se aceptaron:", dichas)
    renglones += _lista("Conviene que sepa:", avisos)
    renglones += [
        "Para corregir filas: suelte en «entrada» el calendario corregido, con su nombre; o mejor, la copia corregida.",
        "Las que no cambien se quedan como están. Quitar una fila no cancela su publicación: pídalo en informática.",
        "",
    ]
    return _texto([*renglones, _pie("Al corriente", ahora, zona)])


def _lista(titulo: str, dichos: Sequence[str]) -> list[str]:
    if not dichos:
        return []
    sobran = [f"  · … y {len(dichos) - _DICHOS_MAXIMOS} más."] if len(dichos) > _DICHOS_MAXIMOS else []
    return [titulo, *(f"  · {dicho}" for dicho in dichos[:_DICHOS_MAXIMOS]), *sobran, ""]


def resultado(nombre: str, lineas: Sequence[Linea], arreglos: Sequence[str], *, ahora: datetime, zona: ZoneInfo) -> str:
    """Qué fue de lo que se aceptó, red por red, y qué se le arregló solo."""
    salieron = sum(linea.estado is Estado.PUBLICADA for linea in lineas)
    titulo = f"«{nombre}» se publicó." if salieron == len(lineas) else f"«{nombre}» se publicó sólo en parte."
    titulo = titulo if salieron else f"«{nombre}» no se publicó en ningún perfil."
    # Lo que no salió va primero: es lo que hay que atender.
    ordenadas = sorted(lineas, key=lambda linea: linea.estado is Estado.PUBLICADA)
    renglones = [
        titulo,
        "",
        *_lista(f"Publicadas: {salieron} de {len(lineas)}.", [_como_va(li, zona) for li in ordenadas]),
    ]
    if salieron < len(lineas):
        renglones += ["Para publicar lo que faltó, corríjalo y suéltelo en «entrada» con otro nombre.", ""]
    renglones += _lista("Lo que se arregló solo:", arreglos)
    return _texto([*renglones, _pie("Terminó", ahora, zona)])


def _como_va(linea: Linea, zona: ZoneInfo) -> str:
    parte = f", parte {linea.parte + 1}" if linea.parte else ""
    lugar = f"{linea.perfil} ({linea.red}{parte})"
    cuando = fecha_larga(linea.instante, zona)
    if linea.estado is Estado.PUBLICADA:
        return f"{lugar}: publicada el {cuando}" + (f" · {linea.url}" if linea.url else "")
    if linea.estado is Estado.PROGRAMADA:
        return f"{lugar}: el {cuando}" + (f". {linea.por_que}" if linea.por_que else "")
    if linea.por_aprobar:
        return f"{lugar}: {por_aprobar(linea)} Si se aprueba a tiempo, sale el {cuando}"
    return f"{lugar}: {LEGIBLES[linea.estado]}" + (f". {linea.detalle}" if linea.detalle else "")


def por_aprobar(linea: Linea) -> str:
    """Lo que le falta a una que espera una aprobación: «espera la aprobación de Ana López.»"""
    dicho = linea.detalle
    return f"e{dicho[1:]}" if dicho.startswith("Espera ") else f"espera una aprobación. {dicho}".strip()


def _dicho(problema: Problema) -> str:
    lugar = f"{problema.donde}: " if problema.donde else ""
    mensaje = problema.mensaje if lugar else problema.mensaje[:1].upper() + problema.mensaje[1:]
    return f"{lugar}{mensaje}"


def _remedio(problema: Problema) -> list[str]:
    return [f"   Cómo arreglarlo: {problema.remedio}"] if problema.remedio else []


def _pie(que: str, ahora: datetime, zona: ZoneInfo) -> str:
    return f"{que}: {fecha_larga(ahora, zona)} ({zona.key}). — Pregonero"


def _texto(renglones: Iterable[str]) -> str:
    return "\n".join(renglones) + "\n"

"""El correo del resumen: lo dicho contra lo normal, las historias, lo publicado y lo que no se oyó. Puro."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from modelos import Historia
from motor.avisos.redaccion import frases, hoja
from motor.avisos.redaccion.hechos import Pliego
from motor.legible import DIAS, MESES, dia_legible, instante_legible, retraso_legible

SIN_DATO = "sin dato"
RENGLONES = 12
MUCHOS = 10
MOTIVO = 120


@dataclass(frozen=True, slots=True)
class Renglon:
    """Un monitor. normal: None si no hay semanas de antes con qué comparar."""

    nombre: str
    mensajes: int
    normal: float | None


@dataclass(frozen=True, slots=True)
class Seguidores:
    """total, cambio: None si nadie los midió."""

    perfil: str
    red: str
    total: int | None
    cambio: int | None


@dataclass(frozen=True, slots=True)
class Fuera:
    """Una fuente que no se oyó."""

    nombre: str
    cuanto: timedelta
    motivo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumen:
    """Lo de [desde, hasta). por_salir: programadas para los días que siguen."""

    dias: int
    desde: datetime
    hasta: datetime
    escrito_en: datetime
    renglones: tuple[Renglon, ...] = ()
    historias: tuple[Historia, ...] = ()
    publicadas: int = 0
    por_salir: int = 0
    por_atender: int = 0
    seguidores: tuple[Seguidores, ...] = ()
    fuera: tuple[Fuera, ...] = ()
    escuchando: bool = True

    @property
    def mensajes(self) -> int:
        return sum(r.mensajes for r in self.renglones)

    @property
    def vacio(self) -> bool:
        """Nada dicho, nada publicado, nada pendiente y nada roto."""
        quietos = all(s.cambio in (None, 0) for s in self.seguidores)
        nada = not (self.mensajes or self.historias or self.publicadas or self.por_salir or self.por_atender)
        return nada and not self.fuera and quietos


def redactar_resumen(r: Resumen, zona: ZoneInfo) -> Pliego:
    asunto = frases.recortar(f"{_cuando_corto(r, zona)}: {_en_breve(r)}", frases.LARGO_DEL_ASUNTO)
    pie = f"Escrito {instante_legible(r.escrito_en, zona)}"
    partes = [f"{_cuando(r, zona).upper()}\n{_en_breve(r)}."]
    bloques = [hoja.titulo(_cuando(r, zona)), hoja.parrafo(f"{_en_breve(r).capitalize()}.")]
    for titulo, cabeza, filas, notas in _secciones(r, zona):
        partes.append(_en_texto(titulo, cabeza, filas, notas))
        bloques.append(hoja.subtitulo(titulo))
        if filas:
            bloques.append(hoja.tabla(cabeza, filas))
        bloques += [hoja.nota(n) for n in notas]
    partes.append(f"{pie}.")
    html = hoja.pagina(asunto, adelanto=_en_breve(r), bloques=bloques, pie=pie, tono="resumen")
    return Pliego(asunto=asunto, texto="\n\n".join(partes), html=html, corto=f"{asunto}")


Seccion = tuple[str, list[str], list[list[str]], list[str]]


def _secciones(r: Resumen, zona: ZoneInfo) -> list[Seccion]:
    secciones = [_dicho(r), _historias(r, zona), _publicado(r)]
    if r.seguidores:
        secciones.append(_seguidores(r))
    if r.fuera:
        secciones.append(_fuera(r))
    return secciones


def _cuando(r: Resumen, zona: ZoneInfo) -> str:
    if r.dias == 1:
        return f"Resumen del {dia_legible(r.desde.astimezone(zona).date()).lower()}"
    ultimo = (r.hasta - timedelta(days=1)).astimezone(zona).date()
    primero = dia_legible(r.desde.astimezone(zona).date()).lower()
    return f"Resumen de la semana, del {primero} al {dia_legible(ultimo).lower()}"


def _cuando_corto(r: Resumen, zona: ZoneInfo) -> str:
    """«Resumen del sábado 21», «Semana del 15 al 21 de noviembre»."""
    primero = r.desde.astimezone(zona).date()
    ultimo = (r.hasta - timedelta(days=1)).astimezone(zona).date()
    if r.dias == 1:
        return f"Resumen del {DIAS[primero.weekday()]} {primero.day}"
    mes = f" de {MESES[primero.month - 1]}" if primero.month != ultimo.month else ""
    return f"Semana del {primero.day}{mes} al {ultimo.day} de {MESES[ultimo.month - 1]}"


def _en_breve(r: Resumen) -> str:
    alzas = sum(h.clase == "pico" for h in r.historias)
    partes = [frases.mensajes(r.mensajes)]
    partes.append({0: "ninguna alza", 1: "1 alza"}.get(alzas, f"{alzas} alzas"))
    partes.append({1: "1 publicación"}.get(r.publicadas, f"{r.publicadas} publicaciones"))
    if r.por_atender:
        partes.append(f"{r.por_atender} por atender")
    return ", ".join(partes)


def _dicho(r: Resumen) -> Seccion:
    filas = [
        [x.nombre, _con_flecha(x), SIN_DATO if x.normal is None else frases.numero(x.normal)]
        for x in r.renglones[:RENGLONES]
    ]
    notas = []
    if not r.escuchando:
        notas.append("La escucha está apagada (PREGONERO_ESCUCHAR=no).")
    elif not filas:
        notas.append("Todavía no hay monitores: escríbalos en config/monitores.toml.")
    elif any(x.normal is None for x in r.renglones[:RENGLONES]):
        notas.append("«sin dato»: aún no hay semanas de antes con qué comparar.")
    if len(r.renglones) > RENGLONES:
        notas.append(f"Y {len(r.renglones) - RENGLONES} monitores más, con menos mensajes.")
    return "Lo que se dijo", ["Tema", "Mensajes", "Lo normal"], filas, notas


def _con_flecha(x: Renglon) -> str:
    """El número, señalado si pasa del doble de lo normal."""
    sube = x.normal is not None and x.mensajes >= MUCHOS and x.mensajes >= 2 * x.normal
    return f"▲ {frases.numero(x.mensajes)}" if sube else frases.numero(x.mensajes)


def _historias(r: Resumen, zona: ZoneInfo) -> Seccion:
    filas = []
    for h in r.historias:
        inicio = h.abierta_en.astimezone(zona)
        cuando = f"{inicio:%-H:%M}" if r.dias == 1 else f"{inicio.day}/{inicio.month} {inicio:%-H:%M}"
        filas.append([f"{h.asunto} — {h.detalle}" if h.clase == "pico" and h.detalle else h.asunto, cuando, _estado(h)])
    return "Historias", ["Qué", "Desde", "Cómo va"], filas, [] if filas else ["Ninguna: nada se salió de lo normal."]


def _estado(h: Historia) -> str:
    if h.cerrada_en is not None:
        return "ya pasó"
    if h.atendida_en is not None:
        return "atendida"
    return "escalada" if h.escalada_en is not None else "sin atender"


def _publicado(r: Resumen) -> Seccion:
    filas = [["Salieron", frases.numero(r.publicadas)], ["Programadas para lo que sigue", frases.numero(r.por_salir)]]
    notas = []
    if r.por_atender:
        filas.append(["Por atender: en duda o no pudieron salir", frases.numero(r.por_atender)])
        notas.append("Véalas con: pregonero entregas --estado por_decidir (o «fallida»).")
    return "Publicaciones", ["", "Cuántas"], filas, notas


def _seguidores(r: Resumen) -> Seccion:
    filas = []
    for s in r.seguidores:
        total = SIN_DATO if s.total is None else frases.numero(s.total)
        cambio = SIN_DATO if s.cambio is None else f"{s.cambio:+d}".replace("-", "−").replace("+0", "0")
        filas.append([s.perfil, total, cambio])
    return "Seguidores", ["Perfil", "Total", "Cambio"], filas, []


def _fuera(r: Resumen) -> Seccion:
    filas = [[x.nombre, retraso_legible(x.cuanto)] for x in r.fuera[:RENGLONES]]
    notas = ["De ese rato no se sabe qué se dijo: en los conteos es «sin dato», no cero."]
    motivos = {x.nombre: frases.recortar(x.motivo, MOTIVO) for x in r.fuera[:3] if x.motivo}
    notas += [f"{nombre}: {motivo}" for nombre, motivo in motivos.items()]
    return "Lo que no se pudo oír", ["Fuente", "Cuánto"], filas, notas


def _en_texto(titulo: str, cabeza: list[str], filas: list[list[str]], notas: list[str]) -> str:
    """El primer número solo, y los demás entre paréntesis con su nombre: «Baches: 31 (lo normal: 28)»."""
    renglones = [titulo.upper()]
    for fila in filas:
        demas = ", ".join(f"{c.lower()}: {v}" for c, v in zip(cabeza[2:], fila[2:], strict=True))
        renglones.append(f"  · {fila[0].rstrip('.')}: {fila[1]}" + (f" ({demas})" if demas else ""))
    return "\n".join(renglones + [f"  {n}" for n in notas])

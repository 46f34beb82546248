"""Las frases de los avisos, las mismas en el texto y en el html. Puro. Las lee alguien con prisa y en un teléfono."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from motor.avisos.redaccion.hechos import Acciones, Hechos
from motor.legible import DIAS, MESES, retraso_legible

LARGO_DEL_ASUNTO = 70
CLARO, MUY_CLARO = 2.0, 4.0
"""Cuántas veces lo normal, para decir «claro» o «muy claro»."""


def recortar(texto: str, largo: int) -> str:
    """En un renglón y sin pasarse; se corta entre palabras."""
    texto = " ".join(texto.split())
    if len(texto) <= largo:
        return texto
    corte = texto[: largo - 1]
    entero = corte.rsplit(" ", 1)[0]
    return (entero if len(entero) > largo // 2 else corte).rstrip(" ,.;:") + "…"


def numero(n: float) -> str:
    """«1 204», con espacio fino entre miles; lo que no llega a 1, con un decimal."""
    if 0 < n < 1:
        return f"{n:.1f}".replace(".", ",") if n >= 0.05 else "casi 0"
    return f"{round(n):,}".replace(",", "\u202f")


def mensajes(n: int) -> str:
    return "1 mensaje" if n == 1 else f"{numero(n)} mensajes"


def normal(esperado: float) -> str:
    """«lo normal son 4», «lo normal es 1», «lo normal es casi ninguno»."""
    if esperado < 0.5:
        return "lo normal es casi ninguno"
    return f"lo normal {'es 1' if round(esperado) == 1 else f'son {numero(esperado)}'}"


def hora(instante: datetime, zona: ZoneInfo) -> str:
    return f"{instante.astimezone(zona):%-H:%M}"


def el_dia(instante: datetime, ahora: datetime, zona: ZoneInfo) -> str:
    """«de hoy», «de ayer», «del jueves 19», «del 3 de octubre»."""
    local = instante.astimezone(zona)
    dias = (ahora.astimezone(zona).date() - local.date()).days
    if dias in (0, 1):
        return "de hoy" if dias == 0 else "de ayer"
    if dias < 7:
        return f"del {DIAS[local.weekday()]} {local.day}"
    return f"del {local.day} de {MESES[local.month - 1]}"


def las(instante: datetime, zona: ZoneInfo) -> str:
    """«las 16:00», «la 1:00»."""
    local = instante.astimezone(zona)
    return f"{'la' if local.hour == 1 else 'las'} {local:%-H:%M}"


def desde_cuando(h: Hechos, zona: ZoneInfo) -> str:
    """«las 16:00 de hoy (hace 25 min)»."""
    hace = h.ahora - h.desde
    cola = f" (hace {retraso_legible(hace)})" if hace >= timedelta(minutes=1) else ""
    return f"{las(h.desde, zona)} {el_dia(h.desde, h.ahora, zona)}{cola}"


def es_de_la_ultima(h: Hechos) -> bool:
    """Si la cifra que convence es la del último intervalo; si no, la de todo el rato."""
    return h.normal_total is None or h.valor >= 1.5 * max(h.esperado, 1.0)


def cifra(h: Hechos) -> int:
    return h.valor if es_de_la_ultima(h) else h.total


def lo_normal(h: Hechos) -> float:
    return h.esperado if es_de_la_ultima(h) or h.normal_total is None else h.normal_total


def cuando_fueron(h: Hechos, zona: ZoneInfo, *, a_tiempo: bool) -> str:
    """«en la última hora», o con sus horas si el correo esperó a la mañana."""
    if not es_de_la_ultima(h):
        return f"desde {las(h.desde, zona)}"
    if not a_tiempo:
        return f"de {hora(h.ahora - h.lapso, zona)} a {hora(h.ahora, zona)}"
    return "en la última hora" if h.lapso >= timedelta(hours=1) else f"en {retraso_legible(h.lapso)}"


def cuanto(h: Hechos, zona: ZoneInfo, *, a_tiempo: bool = True) -> str:
    """«63 mensajes en la última hora; lo normal a esta hora son 4»."""
    comun = normal(lo_normal(h))
    if es_de_la_ultima(h):
        comun = comun.replace("lo normal ", f"lo normal a {'esta' if a_tiempo else 'esa'} hora ")
    else:
        comun = comun.replace("lo normal ", "lo normal en ese rato ")
    return f"{mensajes(cifra(h))} {cuando_fueron(h, zona, a_tiempo=a_tiempo)}; {comun}"


def veces(h: Hechos) -> str:
    """«16 veces lo normal»; vacía si no se puede decir con sentido."""
    base = lo_normal(h)
    if base < 0.5 or cifra(h) < 1.5 * base:
        return ""
    razon = cifra(h) / base
    dicha = f"{razon:.1f}".replace(".", ",").removesuffix(",0") if razon < 3 else numero(razon)
    return f"{dicha} veces lo normal"


def seguridad(h: Hechos) -> str:
    """Qué tan seguro es, en palabras: por cuánto pasa lo normal, y cuántas falsas alarmas se esperan."""
    razon = cifra(h) / max(lo_normal(h), 0.5)
    if razon >= MUY_CLARO and cifra(h) >= 10:
        grado = "Muy claro: pasa con mucho lo normal."
    elif razon >= CLARO:
        grado = "Claro: pasa lo normal a esta hora."
    else:
        grado = "Leve: puede ser una casualidad."
    return f"{grado} Como está ajustado, esperamos {_falsas(h.falsas_alarmas)} por tema."


def _falsas(al_mes: float) -> str:
    if al_mes == 1:
        return "una falsa alarma al mes"
    if al_mes < 1:
        return f"una falsa alarma cada {numero(1 / al_mes)} meses"
    return f"{numero(al_mes)} falsas alarmas al mes"


_COMO = {
    "coordenadas": "el punto que dio la red",
    "recuadro": "el lugar que marcó quien escribió",
    "texto": "lo que dice el texto",
}


def donde(h: Hechos, *, cuantos: int = 3) -> str:
    """«Paseo Tollocan (9), El Seminario (3)»; vacía si nadie dijo dónde."""
    return ", ".join(f"{nombre} ({numero(n)})" for nombre, n in h.lugares[:cuantos])


def como_se_sabe_donde(h: Hechos) -> str:
    """«según lo que dice el texto de 12 mensajes»."""
    formas = [_COMO[p] for p in ("coordenadas", "recuadro", "texto") if p in h.lugar_por]
    return f"según {enumerar(formas) or 'lo que dio la red'} de {mensajes(h.con_lugar)}"


def quienes(h: Hechos) -> str:
    """«41 cuentas distintas · X 30, Facebook 12»: una cuenta no siempre es una persona."""
    partes = []
    if h.autores is not None:
        partes.append("1 cuenta" if h.autores == 1 else f"{numero(h.autores)} cuentas distintas")
    if h.redes:
        partes.append(", ".join(f"{red} {numero(n)}" for red, n in h.redes[:4]))
    return " · ".join(partes)


def enumerar(cosas: Sequence[str]) -> str:
    """«a, b y c»."""
    if len(cosas) < 2:
        return "".join(cosas)
    return f"{', '.join(cosas[:-1])} {'e' if cosas[-1].lower().startswith(('i', 'hi')) else 'y'} {cosas[-1]}"


def interacciones(n: int | None) -> str:
    """Lo que la red no dio no se dice."""
    return "" if n is None else ("1 interacción" if n == 1 else f"{numero(n)} interacciones")


def asunto(h: Hechos) -> str:
    """«Sube Inundaciones: 63 mensajes en una hora (lo normal: 4)», de 70 letras a lo más."""
    lapso = "en una hora" if h.lapso >= timedelta(hours=1) else f"en {retraso_legible(h.lapso)}"
    rato = lapso if es_de_la_ultima(h) else f"en {retraso_legible(h.ahora - h.desde)}"
    base = lo_normal(h)
    cola = f": {mensajes(cifra(h))} {rato} (lo normal: {'casi 0' if base < 0.5 else numero(base)})"
    return f"Sube {recortar(h.temas[0], LARGO_DEL_ASUNTO - len(cola) - 5)}{cola}"[:LARGO_DEL_ASUNTO]


def contestar(acciones: Acciones) -> list[str]:
    """Cómo decir «enterada» y cómo silenciar: con el enlace o, si no lo hay, desde el servidor."""
    if acciones.enlace:
        con_cuenta = [f"Véala entera en el panel: {acciones.panel}"] if acciones.panel else []
        return [f"Diga «enterada», o silencie este tema un rato: {acciones.enlace}", *con_cuenta]
    return [
        f"Diga «enterada», en el servidor: pregonero avisos atender {acciones.historia_id}",
        f"Para silenciar este tema: pregonero avisos silenciar {acciones.ambito} --horas 4",
    ]

"""El segundo acto de la demostración: el pueblo habla, se inunda una avenida, y llega el correo a la coordinadora."""

import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from rich.panel import Panel
from sqlalchemy import func, select, text, update
from sqlmodel import col

from modelos import Monitor
from modelos.escucha import Fuente, Mensaje, Pico
from modelos.escucha.consultas import Cada, cuentas_por
from motor.demo.voces import DIAS, inundacion, quincena
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.recoleccion.presupuesto import gastado_en
from motor.escucha.recoleccion.textos import dolares
from motor.ordenes.consola import consola, tabla
from simulador.correo import BuzonDePrueba, Correo
from simulador.en_hilo import Simulador

SALIDA = Path("datos/demo")
PLAZO_DE_OIR_S, PLAZO_DEL_AVISO_S = 60.0, 90.0

MONITORES = """\
[inundaciones]
nombre = "Inundaciones"
alguna = ["inundación", "inundado", "encharcamiento", "se metió el agua"]
flexion = true

[agua]
nombre = "Falta de agua y fugas"
alguna = ["no hay agua", "sin agua", "fuga de agua"]
flexion = true

[baches]
nombre = "Baches"
alguna = ["bache", "socavón"]
flexion = true
"""

LUGARES = """\
[municipio]
nombre = "San Jacinto"
estado = "Estado de México"
centro = [19.3, -99.6]
radio_km = 8
fuente = "demo"

[fuentes]
demo = "Inventado para la demostración"

[[lugares]]
nombre = "Avenida Juárez"
tipo = "avenida"
centro = [19.301, -99.602]
radio_km = 1
fuente = "demo"
otros = ["la Juárez", "Juárez"]

[[lugares]]
nombre = "Mercado municipal"
tipo = "mercado"
centro = [19.302, -99.601]
radio_km = 0.3
fuente = "demo"
otros = ["el mercado"]
"""

VOCES = ("facebook", "facebook", "instagram", "x")
"""Dónde se habla: la mitad, en Facebook."""


class Escenario(Protocol):
    """Lo que el segundo acto necesita de la demostración."""

    carpeta: Path
    sim: Simulador
    buzon: BuzonDePrueba

    def decir(self, texto: str) -> None: ...


def escribir_archivos(carpeta: Path) -> None:
    """Los monitores y los lugares de San Jacinto."""
    (carpeta / "lugares").mkdir(parents=True)
    (carpeta / "monitores.toml").write_text(MONITORES, encoding="utf-8")
    (carpeta / "lugares" / "sanjacinto.toml").write_text(LUGARES, encoding="utf-8")
    (carpeta / "lugares" / "municipio.toml").write_text('municipio = "sanjacinto"\n', encoding="utf-8")


def hablar_una_quincena(escena: Escenario, perfiles: dict[str, str], ahora: datetime) -> int:
    """Que el pueblo lleve dos semanas hablando. perfiles: de cada red, el identificador del nuestro."""
    azar = random.Random(4)  # noqa: S311 # siempre la misma quincena
    voces = list(quincena(ahora, azar))
    for voz in voces:
        red = azar.choice(VOCES)
        escena.sim.mencionar(red, perfiles[red], **voz)
    return len(voces)


def representar(escena: Escenario, escucha: EntornoDeEscucha, perfiles: dict[str, str], dichas: int) -> bool:
    """Con el demonio en marcha: oír la quincena, inundar la avenida y esperar el correo. Falso si no llegó."""
    zona = escucha.reglas.zona
    _oir(escena, escucha, dichas)
    _esperar(lambda: _ritmos(escucha) >= 3, PLAZO_DE_OIR_S)
    _tabla_de_conteos(escucha)
    escena.decir(f"De eso no avisa: [bold]{_alzas(escucha)} alzas[/], es lo de siempre")
    escena.decir("[bold red]⛈ Se inunda la avenida Juárez[/] y el pueblo empieza a decirlo")
    azar = random.Random(9)  # noqa: S311 # siempre la misma inundación
    ya = len(escena.buzon.correos)
    for voz in inundacion(datetime.now(zona), azar):
        red = azar.choice(VOCES)
        escena.sim.mencionar(red, perfiles[red], **voz)
    despertar(escucha)
    correo = _esperar_el_aviso(escena, ya)
    if correo is None:
        escena.decir("[red]✗ No llegó el correo del alza[/]")
        return False
    escena.decir(f"[magenta]✉ correo[/]     a coordinación · «{correo.asunto}»")
    _ensenar(correo)
    cobro = gastado_en(escucha, "x")
    consola.print(f"Leer X costó {dolares(cobro)} de su presupuesto: es la única red que cobra, y viene apagada.")
    return True


def despertar(escucha: EntornoDeEscucha) -> None:
    """Que se pregunte ya, en vez de dentro de unos minutos: una demostración no espera."""
    with escucha.base.escribir() as sesion:
        ya = update(Fuente).where(text("apagada_porque = ''")).values(proxima_en=escucha.reloj.ahora())
        sesion.execute(ya.execution_options(synchronize_session=False))


def _oir(escena: Escenario, escucha: EntornoDeEscucha, dichas: int) -> None:
    limite, antes = time.monotonic() + PLAZO_DE_OIR_S, -1
    while time.monotonic() < limite:
        with escucha.base.leer() as sesion:
            oidas = sesion.scalar(select(func.count()).select_from(Mensaje)) or 0
        if oidas != antes and oidas:
            escena.decir(f"[green]👂 oídos[/]      {oidas:>4} de {dichas} mensajes")
            antes = oidas
        if oidas >= dichas:
            return
        time.sleep(0.7)


def _ritmos(escucha: EntornoDeEscucha) -> int:
    """Cuántos monitores ya conocen su ritmo."""
    with escucha.base.leer() as sesion:
        return sesion.scalar(text("SELECT count(*) FROM ritmo")) or 0


def _alzas(escucha: EntornoDeEscucha) -> int:
    with escucha.base.leer() as sesion:
        return sesion.scalar(select(func.count()).select_from(Pico).where(text("avisado_en IS NULL"))) or 0


def _tabla_de_conteos(escucha: EntornoDeEscucha) -> None:
    cuadro = tabla("\nLo que se dijo en dos semanas, día por día", "Monitor", "Mensajes al día", "En total")
    ahora, zona = escucha.reloj.ahora(), escucha.reglas.zona
    desde = ahora - timedelta(days=DIAS - 1)
    with escucha.principal.base.leer() as sesion:
        monitores = list(sesion.scalars(select(Monitor).order_by(col(Monitor.nombre))))
    with escucha.base.leer() as sesion:
        for monitor in monitores:
            cuentas = cuentas_por(sesion, monitor.id, cada=Cada.DIA, desde=desde, hasta=ahora, zona=zona)
            dias = [(ahora - timedelta(days=n)).astimezone(zona).date() for n in range(DIAS - 1, -1, -1)]
            por_dia = {instante.astimezone(zona).date(): cuenta for instante, cuenta in cuentas.items()}
            renglon = [por_dia.get(dia, 0) for dia in dias]
            cuadro.add_row(monitor.nombre, _barras(renglon), str(sum(renglon)))
    consola.print(cuadro)


def _barras(cuentas: list[int]) -> str:
    alto = max([*cuentas, 1])
    return " ".join("▁▂▃▄▅▆▇█"[min(7, cuenta * 8 // (alto + 1))] for cuenta in cuentas)


def _esperar(hasta: Callable[[], bool], plazo_s: float) -> bool:
    limite = time.monotonic() + plazo_s
    while time.monotonic() < limite:
        if hasta():
            return True
        time.sleep(0.3)
    return False


def _esperar_el_aviso(escena: Escenario, ya: int) -> Correo | None:
    def del_alza() -> Correo | None:
        return next((c for c in escena.buzon.correos[ya:] if "nundac" in c.asunto), None)

    _esperar(lambda: del_alza() is not None, PLAZO_DEL_AVISO_S)
    return del_alza()


def _ensenar(correo: Correo) -> None:
    consola.print(Panel(correo.texto.strip(), title=f"✉ {correo.asunto}", title_align="left", border_style="magenta"))
    for ruta in guardar(correo.mensaje, SALIDA):
        consola.print(f"  Guardado: [bold]{ruta.resolve()}[/]", soft_wrap=True)


def guardar(mensaje: EmailMessage, carpeta: Path) -> list[Path]:
    """El html del correo y sus imágenes, para abrirlos sin un programa de correo."""
    carpeta.mkdir(parents=True, exist_ok=True)
    html, guardadas = "", []
    for parte in mensaje.walk():
        if parte.get_content_type() == "text/html":
            html = str(parte.get_content())
    for parte in mensaje.walk():
        cid = str(parte.get("Content-ID", "")).strip("<>")
        if parte.get_content_maintype() != "image" or not cid:
            continue
        ruta = carpeta / f"aviso.{parte.get_content_subtype()}"
        ruta.write_bytes(parte.get_payload(decode=True))  # type: ignore[arg-type] # bytes, con decode
        html = html.replace(f"cid:{cid}", ruta.name)
        guardadas.append(ruta)
    if not html:
        return guardadas
    hoja = carpeta / "aviso.html"
    hoja.write_text(html, encoding="utf-8")
    return [hoja, *guardadas]

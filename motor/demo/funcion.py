"""`pregonero demo`: verlo trabajar un minuto, con redes de mentira y sin configurar nada.

Lo que se ve es de verdad: el demonio es otro proceso, las redes contestan por HTTP, el correo va por SMTP, y al demonio
se le mata a mitad de una publicación. Al final se cuentan, en las redes, las publicaciones que se ven.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer
from rich.panel import Panel
from sqlalchemy import func, select
from sqlmodel import col

from modelos import Entrega, Estado, Evento, Intento, Perfil
from modelos.consultas import agenda, cuentas_por_estado
from motor.arranque import abrir_oficina
from motor.demo import panel
from motor.demo.archivos import ESPERADAS, archivos
from motor.demo.escucha import escribir_archivos, hablar_una_quincena, representar
from motor.demo.horas import HORARIOS, PUBLICADAS, aprender_del_pasado, ensenar_su_semana
from motor.demo.tablas import Fila, contar_correos, tabla_de_publicadas, tabla_de_rechazadas
from motor.entorno import Entorno
from motor.escucha.entorno import EntornoDeEscucha
from motor.fechas.escritas import fecha_larga
from motor.ordenes.consola import consola, recorte
from motor.publicacion.horas_elegidas import HORA_ELEGIDA
from simulador.correo import BuzonDePrueba
from simulador.en_hilo import Simulador

MUNICIPIO = "Municipio de San Jacinto"
PERFILES = {
    "x-san-jacinto": ("x", "2244994945", {}),
    "fb-san-jacinto": ("facebook", "100200300400500", {}),
    "ig-san-jacinto": ("instagram", "17841400000000001", {"pagina": "100200300400500"}),
    "pin-san-jacinto": ("pinterest", "850000000000000001", {"tablero": "850000000000000102"}),
}
CON_PASADO = "fb-san-jacinto"
RITMO = {
    "RECORRIDO_S": "0.4",
    "REPOSO_S": "0.4",
    "SEPARACION_S": "1",
    "ARRIENDO_S": "8",
    "LIMITE_ENVIO_S": "1",
    "PLAZO_HTTP_S": "4",
    "CUARENTENA_S": "6",
    "CUARENTENA_DE_PRUEBAS_S": "6",
    "ENTRE_MIRADAS_S": "1.5",
    "ESPERA_MINIMA_S": "1",
}
"""Los plazos de verdad, entre diez: una demostración no puede esperar dos minutos a salir de dudas."""

PLAZO_S = 75.0
ACABADAS = frozenset({Estado.PUBLICADA, Estado.FALLIDA, Estado.CANCELADA, Estado.VENCIDA, Estado.POR_DECIDIR})


@dataclass(slots=True)
class Escena:
    """Lo que hay montado mientras dura la demostración."""

    carpeta: Path
    entorno: Entorno
    escucha: EntornoDeEscucha
    variables: Mapping[str, str]
    sim: Simulador
    buzon: BuzonDePrueba
    comienzo: float = field(default_factory=time.monotonic)
    evento: int = 0
    dudas: set[int] = field(default_factory=set)
    archivos: set[str] = field(default_factory=set)
    correos: int = 0

    def decir(self, texto: str) -> None:
        consola.print(f"[dim]{time.monotonic() - self.comienzo:5.1f} s[/]  {texto}")


def demostrar(*, seguir: bool = False) -> int:
    """Correr la demostración; 0 si no se perdió ni se repitió nada. `seguir`: dejarla abierta para mirar."""
    carpeta = Path(tempfile.mkdtemp(prefix="pregonero-demo-"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # que también así se detenga el demonio
    try:
        with BuzonDePrueba() as buzon, Simulador(semilla=1, latencia_s=0.25) as sim:
            # Una credencial que vence pronto: se verá llegar el correo que lo avisa.
            vence_en = datetime.now(UTC) + timedelta(days=5)
            credencial = {"token": "token-facebook", "vence_en": vence_en}
            sim.perfil(
                "facebook", PERFILES["fb-san-jacinto"][1], nombre=MUNICIPIO, usuario="sanjacintogob", **credencial
            )
            escena = _montar(carpeta, sim, buzon)
            correcto = _representar(escena)
            quedarse = seguir or (correcto and sys.stdin.isatty() and sys.stdout.isatty())
            correcto = _abrir_el_panel(escena, quedarse=quedarse) and correcto
            escena.entorno.base.cerrar()
            escena.escucha.base.cerrar()
    finally:
        shutil.rmtree(carpeta, ignore_errors=True)
    return 0 if correcto else 1


def _montar(carpeta: Path, sim: Simulador, buzon: BuzonDePrueba) -> Escena:
    variables = {
        "BASE": f"sqlite:///{carpeta}/pregonero.db",
        "BUZON": f"{carpeta}/buzon",
        "ACERVO": f"{carpeta}/acervo",
        "ARCHIVOS": f"{carpeta}/config",
        "LLAVES": f"{carpeta}/llaves",
        "PANEL_PUERTO": "0",  # se abre al final
        "ESCUCHAR": "no",  # en el primer acto sólo se publica
        "PASADO_DIAS": "16",
        "RESUMEN_DIARIO": "no",
        "RESUMEN_SEMANAL": "no",
        "X_ESCUCHA": "si",
        "X_PRESUPUESTO_USD": "20",
        "SMTP_SERVIDOR": "127.0.0.1",
        "SMTP_PUERTO": str(buzon.puerto),
        "SMTP_CIFRADO": "ninguno",
        "CORREO_REMITENTE": "pregonero@sanjacinto.gob.mx",
        "CORREO_COORDINACION": "coordinacion@sanjacinto.gob.mx",
        "X_API_KEY": "clave-de-demostracion",
        "X_API_SECRET": "secreto-de-demostracion",
        "X_ACCESS_TOKEN": "token-x",
        "X_ACCESS_SECRET": "secreto-de-demostracion",
        "FACEBOOK_APP_ID": "1234567890",
        "FACEBOOK_APP_SECRET": "secreto-de-demostracion",
        **{f"{red.upper()}_TOKEN": f"token-{red}" for red in ("facebook", "instagram", "pinterest")},
        **{f"{red.upper()}_URL": url for red, url in sim.urls.items()},
        **RITMO,
    }
    variables = {f"PREGONERO_{clave}": valor for clave, valor in variables.items()}
    escribir_archivos(carpeta / "config")
    (carpeta / "config" / "horarios.toml").write_text(HORARIOS, encoding="utf-8")
    oficina = abrir_oficina(variables)
    entorno = oficina.entorno
    with entorno.base.escribir() as sesion:
        for nombre, (red, id_externo, opciones) in PERFILES.items():
            sesion.add(
                Perfil(
                    nombre=nombre,
                    red=red,
                    titulo=MUNICIPIO,
                    id_externo=id_externo,
                    opciones=opciones,
                    creado_en=entorno.reloj.ahora(),
                )
            )
    return Escena(carpeta, entorno, oficina.escucha, variables, sim, buzon)


# ── la función ───────────────────────────────────────────────────────────────────────────────────────────────────


def _representar(escena: Escena) -> bool:
    consola.print(
        Panel(
            "[bold]Pregonero[/] publica lo que el municipio tiene que decir, una vez y a su hora.\n\n"
            "Este es San Jacinto, un municipio inventado. Sus editores sueltan archivos\n"
            "en una carpeta y salen en X, Facebook, Instagram y Pinterest. Las redes son\n"
            "de mentira y viven en esta máquina: nada sale a internet. Dura dos minutos.",
            border_style="cyan",
            expand=False,
        )
    )
    escena.decir(f"Lo que se va publicando se ve en [bold]{escena.sim.url}[/]")
    aprender_del_pasado(escena.entorno, escena.carpeta, CON_PASADO)
    escena.decir(
        f"Se importa un año de {CON_PASADO} ({PUBLICADAS} publicaciones) y se aprende a qué horas le contestan"
    )
    with _demonio(escena) as primero:
        escena.decir("Pregonero arranca y mira la carpeta [bold]entrada/[/]")
        _soltar_todo(escena)
        _esperar(escena, lambda: _cuantas(escena, Estado.PUBLICADA) >= 4, 20)
        _matar_a_media_publicacion(escena, primero)
    with _demonio(escena):
        escena.decir("Vuelve la luz: lo que quizá salió [bold]se comprueba en la red[/] antes de nada")
        # Que la respuesta se pierda también con el demonio vivo: la red publica y corta antes de contestar.
        escena.sim.fallar("facebook", "reset_despues")
        _esperar(escena, lambda: _todo_acabado(escena), PLAZO_S)
        _esperar(escena, lambda: not any(_en(escena, "procesando")), 5)
    _lo_publicado(escena)
    oido = _escuchar(escena)
    return _desenlace(escena) and oido


@contextlib.contextmanager
def _demonio(escena: Escena, *, escuchar: bool = False, puerto: int = 0) -> Iterator["subprocess.Popen[bytes]"]:
    """El demonio, en otro proceso y con su bitácora en un archivo; al salir se detiene con orden. puerto: del panel."""
    limpio = {k: v for k, v in os.environ.items() if not k.startswith("PREGONERO_")}
    aparte = {"PREGONERO_ESCUCHAR": "si" if escuchar else "no", "PREGONERO_PANEL_PUERTO": str(puerto)}
    variables = {**escena.variables, **aparte}
    with (escena.carpeta / "bitacora.log").open("ab") as bitacora:
        proceso = subprocess.Popen(  # nosotros mismos
            [sys.executable, "-m", "motor", "iniciar"],
            env={**limpio, **variables, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            cwd=escena.carpeta,
            stdout=bitacora,
            stderr=bitacora,
        )
        try:
            yield proceso
        finally:
            if proceso.poll() is None:
                proceso.terminate()
                try:
                    proceso.wait(15)
                except subprocess.TimeoutExpired:
                    proceso.kill()
                    proceso.wait()


def _soltar_todo(escena: Escena) -> None:
    zona = escena.entorno.reglas.zona
    for soltar in archivos(escena.entorno.buzon / "entrada", escena.entorno.reloj.ahora().astimezone(zona)):
        escena.decir(f"Un editor suelta {soltar()}")
        _mirar(escena)
        time.sleep(0.5)


def _matar_a_media_publicacion(escena: Escena, proceso: "subprocess.Popen[bytes]") -> None:
    """Esperar a que algo esté saliendo y matar el proceso de golpe, como un apagón."""
    escena.sim.ajustar(latencia_s=1.2)
    desde, limite = escena.entorno.reloj.ahora(), time.monotonic() + 20
    saliendo = 0
    while not saliendo and time.monotonic() < limite:
        time.sleep(0.02)
        with escena.entorno.base.leer() as sesion:
            recientes = (col(Intento.iniciado_en) > desde, col(Intento.terminado_en).is_(None))
            saliendo = len(sesion.scalars(select(Intento).where(*recientes)).all())
    time.sleep(0.8)  # que la red alcance a aceptarla, y no a contestar
    _mirar(escena)
    proceso.send_signal(signal.SIGKILL)
    proceso.wait()
    escena.sim.ajustar(latencia_s=0.25)
    escena.decir("[bold red]⚡ Se va la luz[/] (kill -9) con algo a medio enviar. ¿Salió o no salió?")


def _esperar(escena: Escena, hasta: Callable[[], bool], plazo_s: float) -> None:
    limite = time.monotonic() + plazo_s
    while time.monotonic() < limite:
        _mirar(escena)
        if hasta():
            return
        time.sleep(0.1)


# ── contarlo mientras pasa ───────────────────────────────────────────────────────────────────────────────────────


def _mirar(escena: Escena) -> None:
    """Decir lo que pasó desde la última mirada: en la historia de las entregas, en la carpeta y en el correo."""
    with escena.entorno.base.leer() as sesion:
        orden = (
            select(Evento, Entrega, Perfil)
            .join(Entrega, col(Entrega.id) == col(Evento.entrega_id))
            .join(Perfil, col(Perfil.id) == col(Entrega.perfil_id))
            .where(col(Evento.id) > escena.evento)
            .order_by(col(Evento.id))
        )
        for evento, entrega, perfil in sesion.execute(orden):
            escena.evento = evento.id
            _contar(escena, evento, entrega, perfil)
    for archivo in [p for p in _en(escena, "rechazadas") if p.name not in escena.archivos]:
        escena.archivos.add(archivo.name)
        if archivo.name.endswith(".motivo.txt"):
            escena.decir(
                f"[red]✗ rechazado[/]  {archivo.name.removesuffix('.motivo.txt')} · se le deja escrito el motivo"
            )
    for correo in escena.buzon.correos[escena.correos :]:
        escena.correos += 1
        escena.decir(f"[magenta]✉ correo[/]     a coordinación · «{correo.asunto}»")


def _contar(escena: Escena, evento: Evento, entrega: Entrega, perfil: Perfil) -> None:
    que = f"{perfil.nombre:<16} [dim]{recorte(entrega.texto, max(consola.width - 41, 20))}[/]"
    match evento.accion:
        case "entrega_publicada" if entrega.id in escena.dudas:
            escena.decir(f"[bold green]✓ sí salió[/]   {que}")
        case accion if accion == HORA_ELEGIDA:
            escena.decir(f"[cyan]◷ su hora[/]    {perfil.nombre:<16} {evento.detalle.removeprefix('Mejor hora: ')}")
        case "entrega_publicada":
            escena.decir(f"[green]✓ publicada[/]  {que}")
        case "entrega_en_duda":
            escena.dudas.add(entrega.id)
            escena.decir(f"[yellow]? en duda[/]    {que}")
        case "entrega_programada" if entrega.id in escena.dudas:
            escena.dudas.discard(entrega.id)
            escena.decir(f"[cyan]↻ no salió[/]   {que}")
        case "entrega_fallida" | "entrega_por_decidir" | "entrega_tarde":
            escena.decir(f"[red]✗ no salió[/]   {que}")


def _en(escena: Escena, carpeta: str) -> list[Path]:
    return sorted((escena.entorno.buzon / carpeta).iterdir())


def _cuantas(escena: Escena, estado: Estado) -> int:
    with escena.entorno.base.leer() as sesion:
        return cuentas_por_estado(sesion).get(estado, 0)


def _todo_acabado(escena: Escena) -> bool:
    tocaban, _ = _tocaban_y_esperan(escena)
    return bool(tocaban) and all(e.estado in ACABADAS for e, _, _ in tocaban) and not any(_en(escena, "entrada"))


def _tocaban_y_esperan(escena: Escena) -> tuple[list[Fila], list[Fila]]:
    """Las que salen durante la demostración, y las que esperan a su mejor hora, otro día."""
    with escena.entorno.base.leer() as sesion:
        filas = agenda(sesion)
    esperan = [f for f in filas if f[2].mejor_hora and f[0].estado is Estado.PROGRAMADA]
    return [f for f in filas if f not in esperan], esperan


# ── el desenlace ─────────────────────────────────────────────────────────────────────────────────────────────────


def _escuchar(escena: Escena) -> bool:
    """El segundo acto: lo que contesta el pueblo."""
    perfiles = {red: id_externo for red, id_externo, _ in PERFILES.values()}
    consola.print()
    escena.decir("[bold]Ahora, escuchar.[/] El pueblo lleva dos semanas hablando del municipio")
    dichas = hablar_una_quincena(escena, perfiles, datetime.now(escena.entorno.reglas.zona))
    with _demonio(escena, escuchar=True):
        return representar(escena, escena.escucha, perfiles, dichas)


def _lo_publicado(escena: Escena) -> None:
    tocaban, esperan = _tocaban_y_esperan(escena)
    tabla_de_publicadas(tocaban, escena.entorno.reglas.zona)
    for entrega, perfil, _ in esperan:
        cuando = fecha_larga(entrega.no_antes_de, escena.entorno.reglas.zona)
        consola.print(f"Y espera a su mejor hora, {perfil.nombre}: [cyan]{cuando}[/]. {recorte(entrega.texto, 60)}")
        ensenar_su_semana(escena.entorno, perfil)
    tabla_de_rechazadas(_en(escena, "rechazadas"), _en(escena, "publicadas"))
    contar_correos(escena.buzon.correos)


def _desenlace(escena: Escena) -> bool:
    tocaban, _ = _tocaban_y_esperan(escena)
    # La cuenta no sale de nuestra base, sino de lo que se soltó y de lo que enseñan las redes.
    vistas = Counter((p.red, " ".join(p.texto.split())) for p in escena.sim.publicadas())
    perdidas, repetidas = max(ESPERADAS - len(vistas), 0), vistas.total() - len(vistas)
    sin_acabar = [e for e, _, _ in tocaban if e.estado is not Estado.PUBLICADA]
    consola.print(f"\nSe esperaban [bold]{ESPERADAS}[/] publicaciones y en las redes se ven [bold]{vistas.total()}[/].")
    for entrega in sin_acabar:
        consola.print(f"[red]La {entrega.id} quedó {entrega.estado.value}: {entrega.detalle}[/]")
    correcto = vistas.total() == ESPERADAS and not repetidas and not sin_acabar
    color = "bold green" if correcto else "bold red"
    consola.print(f"[{color}]perdidas: {perdidas} · repetidas: {repetidas}[/]")
    return correcto


# ── el panel ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _abrir_el_panel(escena: Escena, *, quedarse: bool) -> bool:
    """Con dos semanas de vida dentro. quedarse: hasta Ctrl-C; si no, se recorre y se cierra."""
    consola.print()
    escena.decir("[bold]Y lo que ven las personas.[/] Se llena el panel con dos semanas de la oficina de prensa")
    entradas = panel.preparar(escena.entorno, escena.carpeta, list(PERFILES))
    puerto = panel.puerto_libre()
    url = f"http://127.0.0.1:{puerto}"
    with _demonio(escena, escuchar=True, puerto=puerto):
        if not panel.atiende(url):
            consola.print(f"[red]El panel no contesta en {url}. Vea {escena.carpeta / 'bitacora.log'}[/]")
            return False
        if quedarse:
            panel.ensenar(url, entradas)
            _quedarse(escena)
            return True
        codigos = dict(panel.recorrer(url, entradas[0][1]))
    malas = {pagina: codigo for pagina, codigo in codigos.items() if codigo != 200}
    for pagina, codigo in malas.items():
        consola.print(f"[red]{pagina} contestó {codigo}[/]")
    consola.print(f"[green]✓[/] El panel abrió y contestó en sus {len(codigos) - 1} páginas principales.")
    consola.print(
        "Para dejarlo abierto y mirar: [bold]make demo SEGUIR=1[/]   Para usarlo de verdad: docs/operacion.md"
    )
    return not malas


def _quedarse(escena: Escena) -> None:
    """Para mirar el panel, soltar archivos propios y ver qué pasa."""
    consola.print(f"\nTambién puede soltar archivos en [bold]{escena.entorno.buzon / 'entrada'}[/]")
    consola.print(f"y verlos publicarse en [bold]{escena.sim.url}[/] · Ctrl-C para terminar y borrarlo todo.")
    with escena.entorno.base.leer() as sesion:
        escena.evento = sesion.scalars(select(func.max(Evento.id))).one()  # lo de las dos semanas ya pasó
    with contextlib.suppress(KeyboardInterrupt, typer.Abort):
        while True:
            _mirar(escena)
            time.sleep(0.3)

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
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer
from rich.panel import Panel

from config.ajustes import Variables
from modelos import Entrega, Estado, Perfil, Publicacion
from modelos.consultas import agenda, cuentas_por_estado
from motor.arranque import abrir_entorno
from motor.entorno import Entorno
from motor.ordenes.consola import consola, estado_legible, recorte, tabla
from motor.ordenes.demo_archivos import archivos
from simulador.correo import BuzonDePrueba
from simulador.en_hilo import Simulador

PERFILES = {
    "x-san-jacinto": ("x", "2244994945", {}),
    "fb-san-jacinto": ("facebook", "100200300400500", {}),
    "ig-san-jacinto": ("instagram", "17841400000000001", {"pagina": "100200300400500"}),
    "pin-san-jacinto": ("pinterest", "850000000000000001", {"tablero": "850000000000000102"}),
}
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
    variables: Mapping[str, str]
    sim: Simulador
    buzon: BuzonDePrueba
    comienzo: float = field(default_factory=time.monotonic)
    contadas: dict[int, Estado] = field(default_factory=dict)
    archivos: set[str] = field(default_factory=set)
    correos: int = 0

    def decir(self, texto: str) -> None:
        consola.print(f"[dim]{time.monotonic() - self.comienzo:5.1f} s[/]  {texto}")


def demostrar(*, seguir: bool = False) -> int:
    """Correr la demostración; 0 si no se perdió ni se repitió nada. `seguir`: dejarla abierta para mirar."""
    carpeta = Path(tempfile.mkdtemp(prefix="pregonero-demo-"))
    try:
        with BuzonDePrueba() as buzon, Simulador(semilla=1, latencia_s=0.25) as sim:
            # Una credencial que vence pronto: se verá llegar el correo que lo avisa.
            vence_en = datetime.now(UTC) + timedelta(days=5)
            credencial = {"token": "token-facebook", "vence_en": vence_en}
            sim.perfil("facebook", PERFILES["fb-san-jacinto"][1], nombre="Municipio de San Jacinto", **credencial)
            escena = _montar(carpeta, sim, buzon)
            correcto = _representar(escena)
            if seguir or (correcto and sys.stdin.isatty() and sys.stdout.isatty()):
                _dejar_abierta(escena)
            escena.entorno.base.cerrar()
    finally:
        shutil.rmtree(carpeta, ignore_errors=True)
    return 0 if correcto else 1


def _montar(carpeta: Path, sim: Simulador, buzon: BuzonDePrueba) -> Escena:
    variables = {
        "BASE": f"sqlite:///{carpeta}/pregonero.db",
        "BUZON": f"{carpeta}/buzon",
        "ACERVO": f"{carpeta}/acervo",
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
    entorno = abrir_entorno(Variables(variables))
    with entorno.base.escribir() as sesion:
        for nombre, (red, id_externo, opciones) in PERFILES.items():
            sesion.add(
                Perfil(
                    nombre=nombre,
                    red=red,
                    titulo="Municipio de San Jacinto",
                    id_externo=id_externo,
                    opciones=opciones,
                    creado_en=entorno.reloj.ahora(),
                )
            )
    return Escena(carpeta, entorno, variables, sim, buzon)


# ── la función ───────────────────────────────────────────────────────────────────────────────────────────────────


def _representar(escena: Escena) -> bool:
    consola.print(
        Panel(
            "[bold]Pregonero[/] publica lo que el municipio tiene que decir, una sola vez y a su hora.\n"
            "Verá el municipio inventado de San Jacinto: los editores sueltan archivos en una carpeta y salen en X,\n"
            "Facebook, Instagram y Pinterest. Las redes son de mentira y viven en esta máquina; nada sale a internet.",
            border_style="cyan",
        )
    )
    escena.decir(f"Lo que se va publicando se ve en [bold]{escena.sim.url}[/]")
    with _demonio(escena) as primero:
        escena.decir("Pregonero arranca y mira la carpeta [bold]entrada/[/]")
        _soltar_todo(escena)
        _esperar(escena, lambda: len(escena.contadas) >= 4 and _publicadas(escena) >= 3, 20)
        _matar_a_media_publicacion(escena, primero)
    with _demonio(escena):
        escena.decir("Pregonero vuelve a arrancar: lo que quizá salió [bold]se comprueba en la red[/] antes de nada")
        # Que la respuesta se pierda también con el demonio vivo: la red publica y corta antes de contestar.
        escena.sim.fallar("facebook", "reset_despues")
        _esperar(escena, lambda: _todo_acabado(escena), PLAZO_S)
        _esperar(escena, lambda: not any(_en(escena, "procesando")), 5)
    return _desenlace(escena)


@contextlib.contextmanager
def _demonio(escena: Escena) -> Iterator["subprocess.Popen[bytes]"]:
    """El demonio, en otro proceso y con su bitácora en un archivo; al salir se detiene con orden."""
    limpio = {k: v for k, v in os.environ.items() if not k.startswith("PREGONERO_")}
    with (escena.carpeta / "bitacora.log").open("ab") as bitacora:
        proceso = subprocess.Popen(  # nosotros mismos
            [sys.executable, "-m", "motor", "iniciar"],
            env={**limpio, **escena.variables, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
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
    limite = time.monotonic() + 20
    while time.monotonic() < limite and not _cuantas(escena, Estado.ENVIANDO):
        _mirar(escena)
        time.sleep(0.02)
    saliendo = _cuantas(escena, Estado.ENVIANDO)
    time.sleep(0.7)  # que la red alcance a aceptarla, y no a contestar
    proceso.send_signal(signal.SIGKILL)
    proceso.wait()
    escena.sim.ajustar(latencia_s=0.25)
    cuantas = "una publicación" if saliendo == 1 else f"{saliendo} publicaciones"
    escena.decir(f"[bold red]✗ Se va la luz[/] (kill -9) con {cuantas} a medio enviar. ¿Salió o no salió?")


def _esperar(escena: Escena, hasta: Callable[[], bool], plazo_s: float) -> None:
    limite = time.monotonic() + plazo_s
    while time.monotonic() < limite:
        _mirar(escena)
        if hasta():
            return
        time.sleep(0.1)


# ── contarlo mientras pasa ───────────────────────────────────────────────────────────────────────────────────────


def _mirar(escena: Escena) -> None:
    """Decir lo que cambió desde la última mirada: entregas, archivos y correos."""
    with escena.entorno.base.leer() as sesion:
        filas = agenda(sesion)
    for entrega, perfil, _ in filas:
        antes = escena.contadas.get(entrega.id)
        escena.contadas[entrega.id] = entrega.estado
        if antes is not entrega.estado:
            _contar(escena, entrega, perfil, antes)
    for archivo in [p for p in _en(escena, "rechazadas") if p.name not in escena.archivos]:
        escena.archivos.add(archivo.name)
        if archivo.name.endswith(".motivo.txt"):
            escena.decir(f"[red]✗ rechazado[/]  {archivo.name.removesuffix('.motivo.txt')}: le dejó escrito el motivo")
    for correo in escena.buzon.correos[escena.correos :]:
        escena.correos += 1
        escena.decir(f"[magenta]✉ correo[/]     a {correo.para[0]}: «{correo.asunto}»")


def _contar(escena: Escena, entrega: Entrega, perfil: Perfil, antes: Estado | None) -> None:
    que = f"{perfil.nombre:<16} [dim]{recorte(entrega.texto, 62)}[/]"
    if entrega.estado is Estado.PUBLICADA:
        como = "[green]✓ publicada[/] "
        if antes is Estado.EN_DUDA:
            como = "[bold green]✓ sí salió[/]  "
        escena.decir(f"{como}  {que}")
    elif entrega.estado is Estado.EN_DUDA:
        escena.decir(f"[yellow]? en duda[/]    {que}")
    elif entrega.estado in (Estado.FALLIDA, Estado.POR_DECIDIR):
        escena.decir(f"{estado_legible(entrega.estado)}  {que}")


def _en(escena: Escena, carpeta: str) -> list[Path]:
    return sorted((escena.entorno.buzon / carpeta).iterdir())


def _cuantas(escena: Escena, estado: Estado) -> int:
    with escena.entorno.base.leer() as sesion:
        return cuentas_por_estado(sesion).get(estado, 0)


def _publicadas(escena: Escena) -> int:
    return sum(estado is Estado.PUBLICADA for estado in escena.contadas.values())


def _todo_acabado(escena: Escena) -> bool:
    hay_por_tomar = any(_en(escena, "entrada"))
    return not hay_por_tomar and bool(escena.contadas) and all(e in ACABADAS for e in escena.contadas.values())


# ── el desenlace ─────────────────────────────────────────────────────────────────────────────────────────────────


def _desenlace(escena: Escena) -> bool:
    with escena.entorno.base.leer() as sesion:
        filas = agenda(sesion)
    _tabla_de_publicadas(escena, filas)
    _tabla_de_rechazadas(escena)
    _tabla_de_correos(escena)
    esperadas = len(filas)
    dichas = [(PERFILES[perfil.nombre][0], entrega.texto) for entrega, perfil, _ in filas]
    vistas = Counter((p.red, _sin_blancos(p.texto)) for p in escena.sim.publicadas())
    perdidas = sum(not vistas[(red, _sin_blancos(texto))] for red, texto in dichas)
    repetidas = sum(max(vistas[(red, _sin_blancos(texto))] - 1, 0) for red, texto in set(dichas))
    sin_acabar = [e for e, _, _ in filas if e.estado is not Estado.PUBLICADA]
    consola.print(
        f"\nSe esperaban [bold]{esperadas}[/] publicaciones y en las redes se ven [bold]{sum(vistas.values())}[/]."
    )
    for entrega in sin_acabar:
        consola.print(f"[red]La {entrega.id} quedó {entrega.estado.value}: {entrega.detalle}[/]")
    consola.print(
        "Para dejarla abierta y mirar: [bold]make demo SEGUIR=1[/]   Para usarlo de verdad: docs/operacion.md"
    )
    correcto = esperadas > 0 and not perdidas and not repetidas and not sin_acabar
    color = "bold green" if correcto else "bold red"
    consola.print(f"[{color}]perdidas: {perdidas} · repetidas: {repetidas}[/]")
    return correcto


def _sin_blancos(texto: str) -> str:
    return " ".join(texto.split())


def _tabla_de_publicadas(escena: Escena, filas: Sequence[tuple[Entrega, Perfil, Publicacion]]) -> None:
    cuadro = tabla("\nQué se publicó y dónde", "Hora", "Perfil", "Estado", "Qué dice", "En la red")
    for entrega, perfil, _ in filas:
        hora = (entrega.publicada_en or entrega.no_antes_de).astimezone(escena.entorno.reglas.zona)
        cuadro.add_row(
            f"{hora:%H:%M:%S}",
            perfil.nombre,
            estado_legible(entrega.estado),
            recorte(entrega.texto, 40),
            entrega.id_externo,
        )
    consola.print(cuadro)


def _tabla_de_rechazadas(escena: Escena) -> None:
    cuadro = tabla("\nQué se rechazó y por qué", "Archivo", "Motivo que se le dejó al editor")
    for motivo in [p for p in _en(escena, "rechazadas") if p.name.endswith(".motivo.txt")]:
        cuadro.add_row(motivo.name.removesuffix(".motivo.txt"), motivo.read_text(encoding="utf-8").strip())
    for estado in [p for p in _en(escena, "publicadas") if p.name.endswith(".resultado.txt")]:
        arreglos = [x for x in estado.read_text(encoding="utf-8").splitlines() if "GPS" in x or "redujo" in x]
        if arreglos:
            cuadro.add_row(f"[green]{estado.name.removesuffix('.resultado.txt')}[/]", "Aceptada. " + " ".join(arreglos))
    consola.print(cuadro)


def _tabla_de_correos(escena: Escena) -> None:
    cuadro = tabla("\nCorreos que recibió la coordinación", "Asunto", "Qué dice")
    for correo in escena.buzon.correos:
        cuadro.add_row(correo.asunto, recorte(correo.texto, 300))
    consola.print(cuadro if escena.buzon.correos else "[dim]Ningún correo: no hizo falta molestar a nadie.[/]")


def _dejar_abierta(escena: Escena) -> None:
    """Con el demonio en marcha, para soltar archivos propios y ver qué pasa."""
    consola.print(f"\nSigue abierta. Suelte archivos en [bold]{escena.entorno.buzon / 'entrada'}[/]")
    consola.print(f"y mírelos publicarse en [bold]{escena.sim.url}[/] · Ctrl-C para terminar y borrarlo todo.")
    with _demonio(escena), contextlib.suppress(KeyboardInterrupt, typer.Abort):
        while True:
            _mirar(escena)
            time.sleep(0.3)

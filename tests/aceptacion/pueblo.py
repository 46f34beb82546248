"""Un pueblo entero para contar una historia: carpeta, demonio en otro proceso, redes por HTTP y correo por SMTP."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Self

from config.ajustes import Variables
from modelos import Entrega, Estado, Perfil
from modelos.consultas import agenda
from motor.arranque import abrir_entorno
from motor.demo.funcion import PERFILES, RITMO
from simulador.correo import BuzonDePrueba, Correo
from simulador.en_hilo import Simulador

RAIZ = Path(__file__).parents[2]


class Pueblo:
    """San Jacinto, con un perfil en cada red imitada; los plazos de la demostración."""

    def __init__(self, carpeta: Path, **ajustes: str) -> None:
        self.carpeta = carpeta
        self._pila = contextlib.ExitStack()
        self._ajustes = ajustes
        self.demonio: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.correo = self._pila.enter_context(BuzonDePrueba())
        self.redes = self._pila.enter_context(Simulador(semilla=1))
        self.variables = self._variables()
        self.entorno = abrir_entorno(Variables(self.variables))
        self._pila.callback(self.entorno.base.cerrar)
        self._pila.callback(self.detener)
        with self.entorno.base.escribir() as sesion:
            for nombre, (red, id_externo, opciones) in PERFILES.items():
                ahora = self.entorno.reloj.ahora()
                sesion.add(Perfil(nombre=nombre, red=red, id_externo=id_externo, opciones=opciones, creado_en=ahora))
        return self

    def __exit__(self, *_: object) -> None:
        self._pila.close()

    def _variables(self) -> dict[str, str]:
        valores = {
            "BASE": f"sqlite:///{self.carpeta}/pregonero.db",
            "LLAVES": f"{self.carpeta}/llaves",
            "PANEL_PUERTO": "0",
            "BUZON": f"{self.carpeta}/buzon",
            "ACERVO": f"{self.carpeta}/acervo",
            "SMTP_SERVIDOR": "127.0.0.1",
            "SMTP_PUERTO": str(self.correo.puerto),
            "SMTP_CIFRADO": "ninguno",
            "CORREO_REMITENTE": "pregonero@sanjacinto.gob.mx",
            "CORREO_COORDINACION": "coordinacion@sanjacinto.gob.mx",
            "BITACORA": "json",
            "X_API_KEY": "llave-de-la-aplicacion",
            "X_API_SECRET": "secreto-de-la-aplicacion",
            "X_ACCESS_TOKEN": "token-x",
            "X_ACCESS_SECRET": "secreto-del-acceso",
            **{f"{red.upper()}_TOKEN": f"token-{red}" for red in ("facebook", "instagram", "pinterest")},
            **{f"{red.upper()}_URL": url for red, url in self.redes.urls.items()},
            **RITMO,
            **self._ajustes,
        }
        return {f"PREGONERO_{clave}": valor for clave, valor in valores.items()}

    # ── el demonio ──

    def arrancar(self) -> "subprocess.Popen[bytes]":
        with (self.carpeta / "bitacora.log").open("ab") as bitacora:
            self.demonio = subprocess.Popen(
                [sys.executable, "-m", "motor", "iniciar"],
                env={**os.environ, **self.variables, "PYTHONPATH": str(RAIZ)},
                cwd=self.carpeta,
                stdout=bitacora,
                stderr=bitacora,
            )
        self.esperar(lambda: "demonio_arranca" in self.bitacora() or self.demonio_murio(), que="que arranque")
        return self.demonio

    def demonio_murio(self) -> bool:
        return self.demonio is not None and self.demonio.poll() is not None

    def matar(self) -> None:
        """Como un apagón."""
        assert self.demonio is not None
        self.demonio.send_signal(signal.SIGKILL)
        self.demonio.wait()
        (self.carpeta / "bitacora.log").rename(self.carpeta / "bitacora.anterior.log")

    def detener(self) -> float:
        """Con orden (SIGTERM). Cuánto tardó, en segundos."""
        if self.demonio is None or self.demonio.poll() is not None:
            return 0.0
        antes = time.monotonic()
        self.demonio.terminate()
        self.demonio.wait(30)
        return time.monotonic() - antes

    def bitacora(self) -> str:
        return (self.carpeta / "bitacora.log").read_text(encoding="utf-8")

    # ── la carpeta ──

    def soltar(self, nombre: str, texto: str) -> None:
        (self.entorno.buzon / "entrada" / nombre).write_text(texto, encoding="utf-8")

    def hay(self, carpeta: str) -> set[str]:
        return {p.name for p in (self.entorno.buzon / carpeta).iterdir() if not p.name.startswith(".")}

    def leer(self, ruta: str) -> str:
        return (self.entorno.buzon / ruta).read_text(encoding="utf-8")

    # ── lo que pasó ──

    def entregas(self) -> list[tuple[str, Entrega]]:
        with self.entorno.base.leer() as sesion:
            return [(perfil.nombre, entrega) for entrega, perfil, _ in agenda(sesion)]

    def estados(self) -> set[Estado]:
        return {entrega.estado for _, entrega in self.entregas()}

    def esperar(self, condicion: Callable[[], bool], *, plazo_s: float = 30, que: str = "") -> None:
        limite = time.monotonic() + plazo_s
        while not condicion():
            if time.monotonic() > limite:
                cuenta = [(p, e.estado.value, e.detalle) for p, e in self.entregas()]
                raise TimeoutError(f"No pasó {que} en {plazo_s} s. Entregas: {cuenta}\n{self.bitacora()[-3000:]}")
            time.sleep(0.05)

    def correos_con(self, dicho: str) -> list[Correo]:
        """Los que lo dicen, en cuanto llegue alguno. Los lunes por la mañana llega además el resumen de la semana."""
        self.esperar(
            lambda: any(dicho in c.texto for c in self.correo.correos), que=f"que llegue el correo con «{dicho}»"
        )
        return [c for c in self.correo.correos if dicho in c.texto]

    def hora_local(self) -> datetime:
        return self.entorno.reloj.ahora().astimezone(self.entorno.reglas.zona)


@contextlib.contextmanager
def pueblo(carpeta: Path, **ajustes: str) -> Iterator[Pueblo]:
    with Pueblo(carpeta, **ajustes) as suyo:
        yield suyo

"""Nacer, morir y congelarse: los trabajadores, y cuándo les toca cada cosa."""

import heapq
import os
import random
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from bench.trabajador import LISTO

VIDA_S = (0.02, 0.8)
CONGELADO_S = (0.5, 6.0)
_SIN_ARRANCAR_S = 60.0


class Partera(Protocol):
    """Crea un trabajador; devuelve su pid y por dónde se lee su bitácora."""

    def __call__(self) -> tuple[int, int]: ...


def por_fork(correr: Callable[[Mapping[str, str]], None], valores: Mapping[str, str]) -> Partera:
    def nacer() -> tuple[int, int]:
        lee, escribe = os.pipe()
        pid = os.fork()
        if pid:
            os.close(escribe)
            return pid, lee
        codigo = 1
        try:
            os.close(lee)
            os.dup2(escribe, 2)
            sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
            correr(valores)
            codigo = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(codigo)

    return nacer


def por_orden(orden: list[str], valores: Mapping[str, str]) -> Partera:
    """La orden de verdad, `pregonero iniciar`: un segundo largo por vida."""

    def nacer() -> tuple[int, int]:
        lee, escribe = os.pipe()
        limpio = {n: v for n, v in os.environ.items() if not n.startswith("PREGONERO_")}
        proceso = subprocess.Popen(orden, env={**limpio, **valores}, stderr=escribe, stdout=subprocess.DEVNULL)
        os.close(escribe)
        proceso.returncode = 0  # lo recoge el vivero con waitpid
        return proceso.pid, lee

    return nacer


@dataclass(slots=True)
class _Vida:
    pid: int
    lee: int
    nacida_s: float
    lista: bool = False
    congelada: bool = False


@dataclass(slots=True)
class Vivero:
    """Mantiene vivos unos cuantos trabajadores y los mata al azar. `bitacora`: adonde va lo que dicen."""

    partera: Partera
    azar: random.Random
    bitacora: Path
    vida_s: tuple[float, float] = VIDA_S
    congelar: float = 0.15
    congelado_s: tuple[float, float] = CONGELADO_S
    muertes: int = 0
    congelaciones: int = 0
    arranques_s: list[float] = field(default_factory=list)
    renacidos_en: list[float] = field(default_factory=list)
    _vidas: dict[int, _Vida] = field(default_factory=dict)
    _agenda: list[tuple[float, int, str]] = field(default_factory=list)
    _puertas: selectors.DefaultSelector = field(default_factory=selectors.DefaultSelector)
    _salida: Any = None

    def matar(self, muertes: int, *, trabajadores: int, al_paso: Callable[[int], None]) -> None:
        """Hasta que haya habido esas muertes; al volver no queda ninguno vivo."""
        self._salida = self.bitacora.open("ab")
        for _ in range(trabajadores):
            self._nacer()
        while self.muertes < muertes:
            self._esperar()
            while self._agenda and self._agenda[0][0] <= time.monotonic():
                _, pid, que = heapq.heappop(self._agenda)
                if pid in self._vidas:
                    self._hacer(self._vidas[pid], que)
                    al_paso(self.muertes)
            self._vigilar()
        for vida in list(self._vidas.values()):
            self._matar(vida)

    def vivir(self, *, trabajadores: int, hasta: Callable[[], bool], cada_s: float = 0.5) -> None:
        """Sin matar a nadie, hasta que se cumpla; después se detienen con SIGTERM. Lanza si no se detienen bien."""
        self._salida = self.bitacora.open("ab")
        for _ in range(trabajadores):
            self._nacer(mortal=False)
        proxima = time.monotonic() + cada_s
        while True:
            self._esperar(0.1)
            self._vigilar()
            if time.monotonic() >= proxima:
                if hasta():
                    break
                proxima = time.monotonic() + cada_s
        for vida in list(self._vidas.values()):
            os.kill(vida.pid, signal.SIGTERM)
        limite = time.monotonic() + 12
        while self._vidas:
            self._esperar(0.1)
            for vida in list(self._vidas.values()):
                pid, estado = os.waitpid(vida.pid, os.WNOHANG)
                if pid:
                    self._olvidar(vida)
                    if os.waitstatus_to_exitcode(estado):
                        raise RuntimeError(f"Un trabajador no se detuvo bien: {os.waitstatus_to_exitcode(estado)}.")
            if time.monotonic() > limite:
                raise RuntimeError("Un trabajador no se detuvo en 12 s.")

    # ── por dentro ──

    def _nacer(self, *, mortal: bool = True) -> None:
        pid, lee = self.partera()
        os.set_blocking(lee, False)
        vida = _Vida(pid, lee, time.monotonic(), lista=not mortal)
        self._vidas[pid] = vida
        self._puertas.register(lee, selectors.EVENT_READ, vida)

    def _esperar(self, hasta_s: float = 0.5) -> None:
        if self._agenda:
            hasta_s = min(hasta_s, max(0.0, self._agenda[0][0] - time.monotonic()))
        for llave, _ in self._puertas.select(hasta_s):
            vida: _Vida = llave.data
            dicho = os.read(vida.lee, 1 << 16)
            self._salida.write(dicho)
            if not vida.lista and LISTO in dicho:
                vida.lista = True
                self.arranques_s.append(time.monotonic() - vida.nacida_s)
                self.renacidos_en.append(time.time())
                self._destinar(vida)
            if not dicho:
                self._puertas.unregister(vida.lee)

    def _destinar(self, vida: _Vida) -> None:
        que = "congelar" if not vida.congelada and self.azar.random() < self.congelar else "matar"
        self._apuntar(self.azar.uniform(*self.vida_s), vida, que)

    def _apuntar(self, dentro_de_s: float, vida: _Vida, que: str) -> None:
        heapq.heappush(self._agenda, (time.monotonic() + dentro_de_s, vida.pid, que))

    def _hacer(self, vida: _Vida, que: str) -> None:
        if que == "congelar":
            os.kill(vida.pid, signal.SIGSTOP)
            vida.congelada = True
            self.congelaciones += 1
            self._apuntar(self.azar.uniform(*self.congelado_s), vida, "despertar")
        elif que == "despertar":
            os.kill(vida.pid, signal.SIGCONT)
            self._destinar(vida)
        else:
            self._matar(vida)
            self._nacer()

    def _matar(self, vida: _Vida) -> None:
        os.kill(vida.pid, signal.SIGKILL)
        os.waitpid(vida.pid, 0)
        self._olvidar(vida)
        self.muertes += 1

    def _olvidar(self, vida: _Vida) -> None:
        del self._vidas[vida.pid]
        if vida.lee in self._puertas.get_map():
            self._puertas.unregister(vida.lee)
        os.close(vida.lee)

    def _vigilar(self) -> None:
        """Que nadie muera por su cuenta: sería un fallo nuestro, no del banco."""
        for vida in list(self._vidas.values()):
            if not vida.lista and time.monotonic() - vida.nacida_s > _SIN_ARRANCAR_S:
                raise RuntimeError(f"Un trabajador no arranca; mire {self.bitacora}.")
            pid, estado = os.waitpid(vida.pid, os.WNOHANG)
            if pid:
                self._olvidar(vida)
                codigo = os.waitstatus_to_exitcode(estado)
                raise RuntimeError(f"Un trabajador acabó solo con {codigo}; mire {self.bitacora}.")

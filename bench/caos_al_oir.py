"""Matar al demonio mientras oye, nota y avisa, y hacer las cuentas: lo que dijo la gente contra lo que quedó guardado.

El pueblo lleva dos semanas hablando; se le inundan unas calles, una tras otra, mientras el demonio muere y renace.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from sqlalchemy import func, select, text, update
from sqlmodel import col

from modelos import Correo, EstadoDeCorreo, Gasto, Historia, Monitor, Perfil, Suceso
from modelos.escucha import Coincidencia, Conteo, Fuente, Mensaje, Pico
from motor.arranque import abrir_oficina
from motor.demo.escucha import escribir_archivos
from motor.demo.funcion import PERFILES, RITMO
from motor.demo.voces import inundacion, quincena
from motor.escucha.almacen.contar import inicio_de
from motor.escucha.recoleccion.presupuesto import a_dolares
from simulador.correo import BuzonDePrueba
from simulador.en_hilo import Simulador

PRESUPUESTO = Decimal("0.60")
PACIENCIA_S = 60.0
UN_DIA = timedelta(days=1)
PALABRAS = {"inundaciones": "inundada la calle", "baches": "otro bache en la calle", "agua": "sin agua en la calle"}
CALLES = ("Juárez", "Morelos", "Hidalgo")

Cuentas = dict[str, tuple[str, bool]]
"""De cada cosa que se cuenta, cuánto, y si está bien."""


class Pueblo:
    """San Jacinto: redes imitadas, un buzón, y los demonios que se le pidan."""

    def __init__(self, carpeta: Path, *, base: str, redes: Sequence[str] = ("facebook", "instagram", "x")) -> None:
        """redes: donde habla la gente; X cobra, y sin ella se acaba antes."""
        self.carpeta, self._base, self._redes, self._pila = carpeta, base, redes, ExitStack()
        self.demonios: list[subprocess.Popen[bytes]] = []
        self.dichas: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self.buzon = self._pila.enter_context(BuzonDePrueba())
        self.sim = self._pila.enter_context(Simulador(semilla=1))
        escribir_archivos(self.carpeta / "config")
        self.variables = self._variables()
        self.oficina = abrir_oficina(self.variables)
        self._pila.callback(self.oficina.entorno.base.cerrar)
        self._pila.callback(self.oficina.escucha.base.cerrar)
        self._pila.callback(self.detener)
        ahora = datetime.now(UTC)
        with self.oficina.entorno.base.escribir() as sesion:
            for nombre, (red, suyo, opciones) in PERFILES.items():
                sesion.add(Perfil(nombre=nombre, red=red, id_externo=suyo, opciones=opciones, creado_en=ahora))
        return self

    def __exit__(self, *_: object) -> None:
        self._pila.close()

    def _variables(self) -> dict[str, str]:
        valores = {
            "BASE": self._base,
            "PANEL_PUERTO": "0",
            "BUZON": f"{self.carpeta}/buzon",
            "ACERVO": f"{self.carpeta}/acervo",
            "ARCHIVOS": f"{self.carpeta}/config",
            "PASADO_DIAS": "16",
            "RESUMEN_DIARIO": "no",
            "RESUMEN_SEMANAL": "no",
            "X_ESCUCHA": "si" if "x" in self._redes else "no",
            "X_PRESUPUESTO_USD": str(PRESUPUESTO),
            "SMTP_SERVIDOR": "127.0.0.1",
            "SMTP_PUERTO": str(self.buzon.puerto),
            "SMTP_CIFRADO": "ninguno",
            "CORREO_COORDINACION": "coordinacion@sanjacinto.gob.mx",
            "BITACORA": "json",
            "X_API_KEY": "k",
            "X_API_SECRET": "ks",
            "X_ACCESS_TOKEN": "token-x",
            "X_ACCESS_SECRET": "ts",
            **{f"{red.upper()}_TOKEN": f"token-{red}" for red in ("facebook", "instagram", "pinterest")},
            **{f"{red.upper()}_URL": url for red, url in self.sim.urls.items()},
            **RITMO,
        }
        return {f"PREGONERO_{clave}": valor for clave, valor in valores.items()}

    # ── los demonios ──

    def nacer(self) -> None:
        limpio = {k: v for k, v in os.environ.items() if not k.startswith("PREGONERO_")}
        camino = os.pathsep.join(p for p in sys.path if p)
        with (self.carpeta / "bitacora.log").open("ab") as bitacora:
            self.demonios.append(
                subprocess.Popen(
                    [sys.executable, "-m", "motor", "iniciar"],
                    env={**limpio, **self.variables, "PYTHONPATH": camino},
                    stdout=bitacora,
                    stderr=bitacora,
                )
            )

    def matar_a_uno(self, azar: random.Random) -> None:
        muerto = self.demonios.pop(azar.randrange(len(self.demonios)))
        muerto.send_signal(signal.SIGKILL)
        muerto.wait()

    def detener(self) -> None:
        for demonio in self.demonios:
            demonio.terminate()
        for demonio in self.demonios:
            demonio.wait(20)
        self.demonios.clear()

    def bitacora(self) -> list[dict[str, Any]]:
        renglones = (self.carpeta / "bitacora.log").read_text(encoding="utf-8").splitlines()
        return [json.loads(r) for r in renglones if r.startswith("{") and r.endswith("}")]

    # ── la gente ──

    def hablar(self, azar: random.Random) -> None:
        ahora = datetime.now(self.oficina.entorno.reglas.zona)
        for voz in quincena(ahora, azar):
            self._decir(voz, azar)

    def inundarse(self, azar: random.Random, cual: int) -> None:
        """Que de golpe se hable mucho de lo que cuenta un monitor."""
        palabras = list(PALABRAS.values())[cual % len(PALABRAS)]
        for n, voz in enumerate(inundacion(datetime.now(self.oficina.entorno.reglas.zona), azar, cuantas=40)):
            calle = CALLES[cual % len(CALLES)]
            self._decir(voz | {"texto": f"Vecinos: {palabras} {calle}, van {n} reportes."}, azar)

    def _decir(self, voz: dict[str, Any], azar: random.Random) -> None:
        red = azar.choice(self._redes)
        puesta = self.sim.mencionar(red, {r: i for r, i, _ in PERFILES.values()}[red], **voz)
        self.dichas[f"{red} {puesta.id}"] += 1

    def despertar(self) -> None:
        """Que ninguna fuente espere: ni a su hora, ni a que venza el turno de quien murió. La más atrasada, primero; la
        que se quedó sin dinero sigue durmiendo hasta el mes que entra.
        """
        ya = datetime.now(UTC)
        with self.oficina.escucha.base.escribir() as sesion:
            esperan = update(Fuente).where(
                text("apagada_porque = ''"), col(Fuente.proxima_en) > ya, col(Fuente.proxima_en) < ya + UN_DIA
            )
            sesion.execute(esperan.values(proxima_en=ya).execution_options(synchronize_session=False))


def matar(pueblo: Pueblo, azar: random.Random, *, muertes: int, demonios: int = 1) -> Cuentas:
    """Las cuentas después de matar tantas veces a un demonio en un momento cualquiera, y dejar que todo acabe."""
    pueblo.hablar(azar)
    for _ in range(demonios):
        pueblo.nacer()
    for n in range(muertes):
        time.sleep(azar.uniform(0.6, 4.0))
        if n % 3 == 0 and n // 3 < len(PALABRAS):
            pueblo.inundarse(azar, n // 3)
        pueblo.despertar()
        time.sleep(azar.uniform(0.0, 1.5))
        pueblo.matar_a_uno(azar)
        pueblo.nacer()
    limite = time.monotonic() + PACIENCIA_S
    while time.monotonic() < limite and not _acabo(pueblo):
        pueblo.despertar()
        time.sleep(1.0)
    pueblo.detener()
    return contar(pueblo)


def _acabo(pueblo: Pueblo) -> bool:
    """Si se oyó todo lo de las redes gratuitas, y lo notado está avisado y mandado."""
    gratis = sum(n for clave, n in pueblo.dichas.items() if not clave.startswith("x "))
    with pueblo.oficina.escucha.base.leer() as sesion:
        oidos = sesion.scalar(select(func.count()).select_from(Mensaje).where(col(Mensaje.red) != "x")) or 0
        picos = sesion.scalar(select(func.count()).select_from(Pico)) or 0
        sin_avisar = sesion.scalar(select(func.count()).select_from(Pico).where(col(Pico.avisado_en).is_(None))) or 0
    with pueblo.oficina.entorno.base.leer() as sesion:
        pendientes = select(func.count()).select_from(Correo).where(col(Correo.estado) == EstadoDeCorreo.PENDIENTE)
        por_mandar = sesion.scalar(pendientes) or 0
    return oidos >= gratis and bool(picos) and not sin_avisar and not por_mandar


# ── Las cuentas ──────────────────────────────────────────────────────────────────────────────────────────────────


def contar(pueblo: Pueblo) -> Cuentas:
    return {**_lo_oido(pueblo), **_lo_contado(pueblo), **_lo_avisado(pueblo), **_lo_gastado(pueblo)}


def _lo_oido(pueblo: Pueblo) -> Cuentas:
    with pueblo.oficina.escucha.base.leer() as sesion:
        guardados = Counter(
            f"{red} {i}" for red, i in sesion.execute(select(col(Mensaje.red), col(Mensaje.id_externo)))
        )
        cursores = {c: cursor for c, cursor in sesion.execute(select(col(Fuente.clave), col(Fuente.cursor)))}
    perdidas = [v for v in pueblo.dichas if v not in guardados and not v.startswith("x ")]
    de_mas = [v for v in guardados if v not in pueblo.dichas]
    repetidas = [v for v, n in guardados.items() if n > 1]
    sin_cursor = [
        c for c, cursor in cursores.items() if c in ("perfil:2:menciones", "perfil:3:menciones") and not cursor
    ]
    return {
        "oídas": (f"{len(guardados)} de {len(pueblo.dichas)} (X, hasta donde alcanzó el dinero)", True),
        "perdidas": (str(len(perdidas)), not perdidas),
        "repetidas o inventadas": (str(len(repetidas) + len(de_mas)), not repetidas and not de_mas),
        "fuentes que perdieron su cursor": (", ".join(sin_cursor) or "0", not sin_cursor),
    }


def _lo_contado(pueblo: Pueblo) -> Cuentas:
    """Los conteos, contra contar otra vez las coincidencias; y éstas, contra entender otra vez cada mensaje."""
    with pueblo.oficina.escucha.base.leer() as sesion:
        suyas = sesion.execute(select(col(Coincidencia.monitor_id), col(Coincidencia.publicado_en))).all()
        filas = sesion.execute(
            select(col(Conteo.monitor_id), col(Conteo.paso_s), col(Conteo.inicio), col(Conteo.cuenta))
        )
        hay = {(m, p, i): c for m, p, i, c in filas}
    debe = Counter((m, p, inicio_de(cuando, p)) for m, cuando in suyas for p in (300, 3600))
    mal = [k for k in {*hay, *debe} if hay.get(k, 0) != debe[k]]
    hecho = _recontar(pueblo)
    return {
        "conteos que no son la suma de sus coincidencias": (f"{len(mal)} de {len(debe)}", not mal),
        "coincidencias que cambian al volver a contar": (str(hecho), hecho == 0),
    }


def _recontar(pueblo: Pueblo) -> int:
    from motor.escucha.monitores.recuento import recontar

    with pueblo.oficina.entorno.base.leer() as sesion:
        ids = list(sesion.scalars(select(col(Monitor.id))))
    hecho = recontar(pueblo.oficina.escucha, ids, respiro_s=0, espera_s=0)
    return hecho.sumados + hecho.restados


def _lo_avisado(pueblo: Pueblo) -> Cuentas:
    with pueblo.oficina.escucha.base.leer() as sesion:
        picos = list(sesion.scalars(select(Pico)))
    with pueblo.oficina.entorno.base.leer() as sesion:
        sucesos = Counter(sesion.scalars(select(col(Suceso.de)).where(col(Suceso.clave).startswith("pico:"))))
        historias = list(sesion.scalars(select(Historia).where(col(Historia.clase) == "pico")))
        alzas = list(sesion.scalars(select(Correo).where(col(Correo.clave).startswith("pico:"))))
        escritos = list(sesion.scalars(select(Correo)))
    noticia = [p for p in picos if datetime.now(UTC) - p.visto_en < timedelta(hours=12)]
    sin_contar = [p.id for p in noticia if sucesos[p.id] != 1]
    por_monitor = Counter(p.monitor_id for p in noticia)
    llegados = Counter(str(c.mensaje["Message-ID"]) for c in pueblo.buzon.correos)
    sin_mandar = [c.clave for c in escritos if c.estado is not EstadoDeCorreo.ENVIADO]
    distintos = {str(c.mensaje["Message-ID"]) for c in pueblo.buzon.correos if "Vecinos" in c.texto}
    errores = Counter(str(r.get("accion") or r["mensaje"]) for r in pueblo.bitacora() if r["nivel"] == "ERROR")
    return {
        "alzas": (f"{len(noticia)} en {len(por_monitor)} temas, {len(historias)} historias", bool(noticia)),
        "alzas repetidas de un tema": (
            str(sum(n - 1 for n in por_monitor.values())),
            max(por_monitor.values(), default=0) == 1,
        ),
        "alzas sin su historia, o en dos": (str(len(sin_contar)), not sin_contar),
        "correos del alza escritos y no llegados": (
            f"{len(alzas) - len(distintos)} de {len(alzas)}",
            len(distintos) >= len(alzas) and bool(alzas),
        ),
        "correos sin mandar": (", ".join(sin_mandar) or "0", not sin_mandar),
        "correos que llegaron otra vez, con su mismo Message-ID": (
            str(sum(n - 1 for n in llegados.values())),
            True,
        ),
        "errores en la bitácora": (str(dict(errores)), True),
    }


def _lo_gastado(pueblo: Pueblo) -> Cuentas:
    with pueblo.oficina.entorno.base.leer() as sesion:
        apuntado = a_dolares(int(sesion.scalar(select(func.sum(col(Gasto.microdolares)))) or 0))
    cobrado = pueblo.sim.cobrado()  # con lo que cuesta comprobar el perfil al publicar, que no es de escuchar
    return {
        "dinero": (f"cobrado {cobrado}, apuntado {apuntado}, de {PRESUPUESTO}", max(cobrado, apuntado) <= PRESUPUESTO),
    }

"""Guardar lo que se oye (sin repetir, ya entendido y contado) contra SQLModel de uno en uno, en la misma corrida; y lo
que tarda la página de un monitor con un millón de mensajes.

python -m bench.ingesta [--base sqlite|postgresql] [--mensajes 20000] [--paginas 1000000] [--json]

Los dos lados escriben las mismas filas en las mismas tablas, con sus índices: mensaje, crudo, coincidencias y conteos.
Los dos entienden cada mensaje con el mismo vigía. Uno de cada cinco ya se tenía. En PostgreSQL ninguno espera al disco
(`fsync=off`), y eso favorece a quien confirma mensaje por mensaje.
"""

import contextlib
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sqlmodel import Session, col, func, select

from bench.cuentas import percentil
from bench.terminos import Lengua
from conectores.contrato_escucha import Autor, Clase, Oido, Tanda
from modelos import Base
from modelos.escucha import Coincidencia, Conteo, Crudo, Fuente, Mensaje
from modelos.escucha.consultas import Cada, autores, cuantos, lugares, mas_ruidosos, textos, ultimos
from modelos.migraciones import ESCUCHAR, migrar
from motor.entorno import Entorno
from motor.escucha.almacen.contar import PASOS_S, inicio_de
from motor.escucha.almacen.conteos import pagina
from motor.escucha.almacen.guardar import guardar
from motor.escucha.almacen.limpieza import crudo_en_json
from motor.escucha.entendido import Entender, Entendido
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.lugares.donde import Donde, Por
from motor.escucha.monitores.lectura import definir
from motor.escucha.monitores.vigia import Vigia
from motor.reglas import Reglas
from tests.servidores.postgresql import ServidorPostgreSQL

AHORA = datetime(2026, 11, 22, 15, tzinfo=UTC)
MEXICO = ZoneInfo("America/Mexico_City")
MONITORES = 300
REPETIDOS = 0.2
META = 10.0
META_DE_PAGINA_MS = 100.0
PLAZA = Donde(latitud=19.29, longitud=-99.65, por=Por.TEXTO, confianza=0.8, nombre="Centro")


class BaseDeDatos(StrEnum):
    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


class _Reloj:
    def ahora(self) -> datetime:
        return AHORA

    def desde_el_arranque(self) -> float:
        return time.monotonic()


class _SinRangos:
    def que_contienen(self, _donde: Donde) -> tuple[int, ...]:
        return ()

    def contiene(self, _monitor: int, _donde: Donde) -> bool:
        return False


def vigilar(lengua: Lengua) -> Entender:
    """Trescientos monitores de tres a cinco términos: unos mil doscientos."""
    terminos = lengua.terminos(MONITORES * 4)
    definiciones = {
        n: definir(f"m-{n}", {"alguna": terminos[n * 4 : n * 4 + 3], "ninguna": [terminos[n * 4 + 3]]})
        for n in range(MONITORES)
    }
    vigia = Vigia(definiciones, _SinRangos())

    def entender(red: str, oidos: Sequence[Oido]) -> list[Entendido]:
        return [
            Entendido(None, vigia.coinciden(o.texto, titulo=o.titulo, red=red, clase=o.clase, autor=o.autor.usuario))
            for o in oidos
        ]

    return entender


def inventar(lengua: Lengua, cuantos_: int) -> list[Oido]:
    """Mensajes de los últimos diez días; de cada cinco, uno ya había llegado."""
    azar, oidos = random.Random(5), []
    for n in range(cuantos_):
        quien = azar.randrange(5000)
        oidos.append(
            Oido(
                id_externo=str(7_000_000_000_000 + azar.randrange(10**12)),
                clase=Clase.MENCION,
                texto=lengua.texto(),
                publicado_en=AHORA - timedelta(seconds=azar.randrange(864_000)),
                autor=Autor(id=str(quien), usuario=f"vecina_{quien}", nombre=f"Vecina {quien}"),
                url=f"https://ejemplo.mx/{quien}/{n}",
                interacciones=azar.randrange(200),
                crudo={"id": n, "likes": 3, "user": {"id": quien, "name": f"Vecina {quien}"}},
            )
        )
        if azar.random() < REPETIDOS:
            oidos[-1] = azar.choice(oidos)
    return oidos


# ── Las dos maneras ──────────────────────────────────────────────────────────────────────────────────────────


def uno_por_uno(base: Base, entender: Entender, oidos: Sequence[Oido]) -> None:
    """Lo que se le ocurriría a cualquiera: por cada mensaje, ver si está, `add` y `commit`."""
    with Session(base.motor) as sesion:
        for oido in oidos:
            if sesion.exec(
                select(Mensaje.id).where(Mensaje.red == "x1", Mensaje.id_externo == oido.id_externo)
            ).first():
                continue
            [entendido] = entender("x1", [oido])
            mensaje = Mensaje(
                red="x1",
                id_externo=oido.id_externo,
                clase=oido.clase.value,
                texto=oido.texto,
                url=oido.url,
                autor_id=oido.autor.id,
                autor_usuario=oido.autor.usuario,
                autor_nombre=oido.autor.nombre,
                interacciones=oido.interacciones,
                publicado_en=oido.publicado_en,
                recibido_en=AHORA,
                comprobado_en=AHORA,
            )
            sesion.add(mensaje)
            sesion.flush()
            sesion.add(Crudo(mensaje_id=mensaje.id, datos=crudo_en_json(oido)))
            for monitor in entendido.monitores:
                sesion.add(Coincidencia(mensaje_id=mensaje.id, monitor_id=monitor, publicado_en=oido.publicado_en))
                for paso_s in PASOS_S:
                    inicio = inicio_de(oido.publicado_en, paso_s)
                    conteo = sesion.get(Conteo, (monitor, paso_s, inicio))
                    if conteo is None:
                        conteo = Conteo(monitor_id=monitor, paso_s=paso_s, inicio=inicio, cuenta=0)
                    conteo.cuenta += 1
                    sesion.add(conteo)
            sesion.commit()


def por_tandas(escucha: EntornoDeEscucha, fuente: Fuente, entender: Entender, oidos: Sequence[Oido], de: int) -> None:
    for inicio in range(0, len(oidos), de):
        guardar(escucha, fuente, Tanda(oidos=tuple(oidos[inicio : inicio + de]), cursor=str(inicio)), entender=entender)


def _por_segundo(hacer: Callable[[], object], cuantos_: int) -> float:
    comienzo = time.perf_counter()
    hacer()
    return cuantos_ / (time.perf_counter() - comienzo)


def comparar(escucha: EntornoDeEscucha, mensajes: int) -> dict[str, float]:
    """Mensajes por segundo de cada manera. Los dos conteos deben salir iguales."""
    lengua = Lengua()
    entender, oidos = vigilar(lengua), inventar(lengua, mensajes)
    pocos = oidos[: max(mensajes // 10, 200)]
    medidas = {
        "sólo entender": _por_segundo(lambda: entender("x1", oidos), len(oidos)),
        "SQLModel, add y commit": _por_segundo(lambda: uno_por_uno(escucha.base, entender, pocos), len(pocos)),
    }
    esperado = _conteos(escucha.base)
    assert len(esperado) > 50, "Casi ningún mensaje le importa a un monitor: así no se mide el contar."
    for de in (50, 500, 2000):
        parte = oidos if de > 50 else oidos[: mensajes // 2]
        fuente = fuente_de_otra_red(escucha, f"t{de}")
        medidas[f"guardar, tandas de {de}"] = _por_segundo(
            lambda f=fuente, p=parte, d=de: por_tandas(escucha, f, entender, p, d), len(parte)
        )
    _afirmar_iguales(escucha, entender, pocos, esperado)
    return medidas


def fuente_de_otra_red(escucha: EntornoDeEscucha, red: str) -> Fuente:
    """Una fuente de otra red: así los mensajes son nuevos otra vez."""
    with escucha.base.escribir() as sesion:
        fuente = Fuente(clave=red, red=red, desde=AHORA - timedelta(days=400), proxima_en=AHORA, cubierta_hasta=AHORA)
        sesion.add(fuente)
    return fuente


def _conteos(base: Base) -> dict[tuple[int, int, datetime], int]:
    with base.leer() as sesion:
        return {(c.monitor_id, c.paso_s, c.inicio): c.cuenta for c in sesion.exec(select(Conteo))}


def _afirmar_iguales(
    escucha: EntornoDeEscucha, entender: Entender, oidos: Sequence[Oido], esperado: dict[Any, int]
) -> None:
    antes = _conteos(escucha.base)
    por_tandas(escucha, fuente_de_otra_red(escucha, "testigo"), entender, oidos, 500)
    despues = _conteos(escucha.base)
    nuestros = {clave: n - antes.get(clave, 0) for clave, n in despues.items() if n != antes.get(clave, 0)}
    assert nuestros == esperado, "Las dos maneras no contaron lo mismo."


# ── Las páginas ──────────────────────────────────────────────────────────────────────────────────────────────


def llenar(escucha: EntornoDeEscucha, cuantos_: int) -> None:
    """Medio año de mensajes por el camino de siempre: el monitor 1 cuenta uno de cada dos; los demás, unos cuantos."""
    azar, fuente = random.Random(9), fuente_de_otra_red(escucha, "llena")
    lugares_ = [replace(PLAZA, nombre=f"Colonia {n}") for n in range(80)]

    def entender(_red: str, oidos: Sequence[Oido]) -> list[Entendido]:
        return [
            Entendido(azar.choice(lugares_) if azar.random() < 0.3 else None, (1, azar.randrange(2, 100))[n % 2 :])
            for n, _ in enumerate(oidos)
        ]

    texto = "En la colonia no hay agua desde ayer y nadie contesta, ¿cuándo la van a arreglar? " * 2
    medio_anno_s = 179 * 86_400
    for inicio in track(range(0, cuantos_, 5000), description="Llenando…", console=Console(stderr=True)):
        oidos = tuple(
            Oido(
                id_externo=str(n * 7919 % 10**12),
                clase=Clase.MENCION,
                texto=texto,
                publicado_en=AHORA - timedelta(seconds=azar.randrange(medio_anno_s)),
                autor=Autor(id=str(n % 40_000), usuario=f"u{n % 40_000}"),
                interacciones=azar.randrange(500),
                crudo={"id": n},
            )
            for n in range(inicio, min(inicio + 5000, cuantos_))
        )
        guardar(escucha, fuente, Tanda(oidos=oidos), entender=entender)


def _peor_y_mediana_ms(hacer: Callable[[], object], veces: int = 15) -> tuple[float, float]:
    hacer()
    tiempos = []
    for _ in range(veces):
        comienzo = time.perf_counter()
        hacer()
        tiempos.append((time.perf_counter() - comienzo) * 1000)
    return percentil(tiempos, 0.5), max(tiempos)


def paginas(base: Base) -> dict[str, tuple[float, float]]:
    """(mediana, peor) en milisegundos de cada lectura."""
    dia, hora = timedelta(days=1), timedelta(hours=1)

    def conteos(sesion: Session, cada: Cada, cuanto: timedelta) -> object:
        return pagina(sesion, 1, cada=cada, desde=AHORA - cuanto, hasta=AHORA, zona=MEXICO, ahora=AHORA)

    with base.leer() as sesion:
        hondo = (AHORA - 90 * dia, 0)
        ventana = ((1, 2, 3), AHORA - 6 * hora, AHORA)
        lecturas: dict[str, Callable[[], object]] = {
            "conteos: 3 días por hora": lambda: conteos(sesion, Cada.HORA, 3 * dia),
            "conteos: 30 días por hora": lambda: conteos(sesion, Cada.HORA, 30 * dia),
            "conteos: 180 días por día": lambda: conteos(sesion, Cada.DIA, 180 * dia),
            "conteos: 180 días por hora": lambda: conteos(sesion, Cada.HORA, 180 * dia),
            "conteos: un año por semana": lambda: conteos(sesion, Cada.SEMANA, 365 * dia),
            "últimos 50 mensajes": lambda: ultimos(sesion, 1),
            "50 mensajes de hace 90 días": lambda: ultimos(sesion, 1, antes_de=hondo),
            "cuántos, 6 horas y 3 monitores": lambda: cuantos(sesion, *ventana),
            "los más ruidosos, 6 horas": lambda: mas_ruidosos(sesion, *ventana),
            "textos, 6 horas": lambda: textos(sesion, *ventana),
            "lugares, 6 horas": lambda: lugares(sesion, *ventana, sin_redes=()),
            "autores, 6 horas": lambda: autores(sesion, *ventana),
        }
        medidas = {}
        for que, hacer in lecturas.items():
            medidas[que] = _peor_y_mediana_ms(lambda h=hacer: (h(), sesion.expunge_all()))
    return medidas


# ── La orden ─────────────────────────────────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def escucha_en(base_de_datos: BaseDeDatos) -> Iterator[EntornoDeEscucha]:
    with contextlib.ExitStack() as pila:
        carpeta = Path(pila.enter_context(tempfile.TemporaryDirectory(prefix="pregonero-ingesta-")))
        principal = Base(f"sqlite:///{carpeta / 'pregonero.db'}")
        migrar(principal.motor)
        if base_de_datos is BaseDeDatos.SQLITE:
            base = Base(f"sqlite:///{carpeta / 'escucha.db'}", duradera=False)
        else:
            servidor = pila.enter_context(ServidorPostgreSQL(lambda _: None))
            base = Base(pila.enter_context(servidor.base()))
        migrar(base.motor, ESCUCHAR)
        entorno = Entorno(
            base=principal,
            reloj=_Reloj(),
            reglas=Reglas(zona=MEXICO),
            buzon=carpeta,
            acervo=carpeta,
            trabajador="banco",
            abrir=_nadie,
            capacidades_de=_nadie,
            reconocer_red=str,
        )
        yield EntornoDeEscucha(
            principal=entorno,
            base=base,
            oyente=_nadie,
            hechos_de=lambda _: None,
            encendida=lambda _: False,
            presupuesto=lambda _: Decimal(0),
            archivos=carpeta,
        )
        base.cerrar()
        principal.cerrar()


def _nadie(_: object) -> Any:
    raise AssertionError("El banco no abre ninguna red.")


def principal(
    base: Annotated[BaseDeDatos, typer.Option(help="En qué base.")] = BaseDeDatos.SQLITE,
    mensajes: Annotated[int, typer.Option(help="Mensajes que se guardan para comparar; 0: no comparar.")] = 20_000,
    cuantas: Annotated[
        int, typer.Option("--paginas", help="Mensajes en la base al medir las páginas; 0: no medirlas.")
    ] = 1_000_000,
    en_json: Annotated[bool, typer.Option("--json", help="Escribir JSON.")] = False,
) -> None:
    """Comparar, y medir las páginas de un monitor."""
    datos: dict[str, Any] = {"base": base.value}
    if mensajes:
        with escucha_en(base) as escucha:
            datos["por_segundo"] = comparar(escucha, mensajes)
    if cuantas:
        with escucha_en(base) as escucha:
            datos["llenar_por_segundo"] = _por_segundo(lambda: llenar(escucha, cuantas), cuantas)
            datos["paginas_ms"] = paginas(escucha.base)
            with escucha.base.leer() as sesion:
                datos["mensajes"] = sesion.scalar(select(func.count(col(Mensaje.id))))
    if en_json:
        print(json.dumps(datos, ensure_ascii=False))
    else:
        _ensenar(datos)


def _ensenar(datos: dict[str, Any]) -> None:
    consola = Console() if sys.stdout.isatty() else Console(width=120)
    if medidas := datos.get("por_segundo"):
        una = medidas["SQLModel, add y commit"]
        tabla = Table("Manera", "Por segundo", "Veces", title=f"Guardar, en {datos['base']}", title_justify="left")
        for que, cuanto in medidas.items():
            veces = f"{cuanto / una:.1f}" if que.startswith("guardar") else ""
            tabla.add_row(que, f"{cuanto:,.0f}", veces)
        consola.print(tabla, f"Meta: {META:.0f} veces.\n")
    if tiempos := datos.get("paginas_ms"):
        titulo = f"Leer, en {datos['base']}, con {datos['mensajes']:,} mensajes"
        tabla = Table("Lectura", "Mediana, ms", "La peor, ms", title=titulo, title_justify="left")
        for que, (mediana, peor) in tiempos.items():
            tabla.add_row(que, f"{mediana:.1f}", f"{peor:.1f}")
        consola.print(tabla, f"Meta: {META_DE_PAGINA_MS:.0f} ms.")


if __name__ == "__main__":
    typer.run(principal)

"""Elegir la hora de muchas publicaciones a la vez, contra mirar cuarto por cuarto, en la misma corrida y con la misma
respuesta; y lo que tarda en darse hora a una sola en una base con diez años de entregas.

python -m bench.huecos [--vueltas 5] [--json]
"""

import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert

from bench.huecos_ingenuos import elegir_sin_prisa
from conectores import registro
from modelos import Base, Entrega, Estado, Perfil, Publicacion
from modelos.migraciones import PUBLICAR, migrar
from motor.entorno import Entorno
from motor.horarios.asignacion import asignar
from motor.horarios.huecos import Hueco, Pedido, elegir
from motor.horarios.mapa import SEMANA, Mapa
from motor.horarios.reglas import ReglasDeHorarios, ReglasDePerfil
from motor.horarios.ventana import Ventana
from motor.reglas import Reglas
from motor.reloj import RelojReal

ZONA = ZoneInfo("America/Mexico_City")
AHORA = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
DIA = timedelta(days=1)
TOPE_S = 1.0
"""Lo más que pueden tardar doscientas en un mes."""
ENTREGAS, PERFILES_EN_LA_BASE = 100_000, 20

Fila = tuple[str, str, str, bool]
"""Qué, cuánto, contra qué, y si está bien."""


def un_mapa(azar: random.Random) -> Mapa:
    ganancias = tuple(azar.gauss(0, 18) for _ in range(SEMANA))
    return Mapa(
        ganancia=ganancias, inferior=ganancias, superior=ganancias, publicaciones=200, curva="general", espaciado=0.05
    )


def pedidos(perfiles: Sequence[str], *, cuantos: int, plazo: timedelta, azar: random.Random) -> list[Pedido]:
    """De cada perfil tantas, con su plazo entero por delante y prioridades revueltas."""
    return [
        Pedido(clave=f"{p}-{n}", perfil=p, desde=AHORA, hasta=AHORA + plazo, prioridad=azar.choice((-1, 0, 0, 1)))
        for p in perfiles
        for n in range(cuantos)
    ]


def junto_al_ingenuo(que: str, *, perfiles: int, cuantos: int, plazo: timedelta, vueltas: int) -> Fila:
    """Los dos eligen lo mismo, y si no se dice."""
    azar = random.Random(7)
    nombres = [f"p{n}" for n in range(perfiles)]
    todos = pedidos(nombres, cuantos=cuantos, plazo=plazo, azar=azar)
    situacion: dict[str, Any] = {
        "mapas": {p: un_mapa(azar) for p in nombres},
        "ocupados": {p: [AHORA + timedelta(hours=azar.uniform(-72, 240)) for _ in range(6)] for p in nombres},
        "reglas": ReglasDeHorarios(generales=ReglasDePerfil(azar=0)),
        "cupos": {},
        "zona": ZONA,
        "ahora": AHORA,
    }
    elegir(todos[:1], **situacion)  # la primera carga los festivos
    nuestro = _mediana(lambda: elegir(todos, **situacion), vueltas)
    comienzo = time.perf_counter()
    suyo = elegir_sin_prisa(todos, **situacion)
    ingenuo = time.perf_counter() - comienzo
    elegidos = elegir(todos, **situacion)
    iguales = all((h.en if isinstance(h, Hueco) else None) == suyo[c] for c, h in elegidos.items())
    contra = f"{ingenuo:.2f} s cuarto por cuarto: {ingenuo / nuestro:.0f} veces"
    if not iguales:
        contra += "; NO eligen lo mismo"
    return que, f"{nuestro * 1000:.0f} ms", contra, iguales and nuestro < TOPE_S


def en_la_base(vueltas: int) -> Iterator[Fila]:
    """Una sola, con todo lo que cuesta: leer lo aprendido y lo ocupado, elegir y apuntar."""
    with tempfile.TemporaryDirectory() as carpeta:
        base = Base(f"sqlite:///{carpeta}/banco.db")
        migrar(base.motor, PUBLICAR)
        perfil = _diez_anuales(base)
        entorno = _entorno(base, Path(carpeta))
        ventana = Ventana(desde=AHORA, hasta=AHORA + 7 * DIA, dicha="mejor hora")

        def una() -> None:
            with base.escribir() as sesion:
                asignar(
                    sesion,
                    entorno,
                    perfiles=[perfil],
                    ventana=ventana,
                    prioridad=0,
                    claves={perfil.id: "k"},
                    ahora=AHORA,
                )

        una()
        tarda = _mediana(una, vueltas * 10)
        base.cerrar()
    yield f"dar hora a una, entre {ENTREGAS:,} entregas (SQLite)", f"{tarda * 1000:.1f} ms", "", tarda < TOPE_S


def _diez_anuales(base: Base) -> Perfil:
    """Cien mil entregas publicadas o programadas, repartidas entre veinte perfiles; el primero."""
    azar = random.Random(3)
    with base.escribir() as sesion:
        perfiles = [Perfil(nombre=f"p{n}", red="memoria", creado_en=AHORA) for n in range(PERFILES_EN_LA_BASE)]
        sesion.add_all(perfiles)
        publicacion = Publicacion(
            texto="…", programada_en=AHORA, zona="UTC", origen="banco", creada_en=AHORA, actualizada_en=AHORA
        )
        sesion.add(publicacion)
        sesion.flush()
        filas = []
        for n in range(ENTREGAS):
            en = AHORA - timedelta(hours=azar.uniform(-24 * 30, 24 * 3650))
            filas.append(
                {
                    "publicacion_id": publicacion.id,
                    "perfil_id": perfiles[n % PERFILES_EN_LA_BASE].id,
                    "parte": n,
                    "estado": Estado.PROGRAMADA if en > AHORA else Estado.PUBLICADA,
                    "texto": "…",
                    "clave": str(n),
                    "huella": str(n),
                    "no_antes_de": en,
                    "despertar_en": en,
                    "publicada_en": en if en <= AHORA else None,
                    "creada_en": en,
                }
            )
        sesion.execute(insert(Entrega), filas)
        return perfiles[0]


def _entorno(base: Base, carpeta: Path) -> Entorno:
    def no_se_abre(_: Perfil) -> Any:
        raise AssertionError("elegir hora no habla con ninguna red")

    return Entorno(
        base=base,
        reloj=RelojReal(),
        reglas=Reglas(zona=ZONA),
        buzon=carpeta,
        acervo=carpeta,
        trabajador="banco",
        abrir=no_se_abre,
        capacidades_de=lambda red: registro.clase(red).capacidades,
        reconocer_red=registro.slug,
    )


def _mediana(hacer: Callable[[], object], vueltas: int) -> float:
    tiempos = []
    for _ in range(vueltas):
        comienzo = time.perf_counter()
        hacer()
        tiempos.append(time.perf_counter() - comienzo)
    return statistics.median(tiempos)


def principal(
    vueltas: Annotated[int, typer.Option(help="Cuántas veces se mide cada cosa; vale la mediana.")] = 5,
    en_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    filas = [
        junto_al_ingenuo("200 en un mes, un perfil", perfiles=1, cuantos=200, plazo=30 * DIA, vueltas=vueltas),
        junto_al_ingenuo("3 en la semana de 500 perfiles", perfiles=500, cuantos=3, plazo=7 * DIA, vueltas=vueltas),
        *en_la_base(vueltas),
    ]
    if en_json:
        print(json.dumps([dict(zip(("que", "tarda", "contra", "bien"), f, strict=True)) for f in filas]))
    else:
        tabla = Table("qué", "tarda", "contra", "")
        for que, tarda, contra, bien in filas:
            tabla.add_row(que, tarda, contra, "✔" if bien else "✘")
        Console().print(tabla)
    sys.exit(0 if all(bien for *_, bien in filas) else 1)


if __name__ == "__main__":
    typer.run(principal)

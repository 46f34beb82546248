"""Diez años de un municipio con mucho que decir: 100 000 entregas y 5 millones de mediciones, guardados y leídos.

python -m bench.volumen [--mediciones 5000000] [--entregas 100000] [--json]
"""

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert, select
from sqlmodel import col

from bench.cuentas import percentil
from conectores.contrato import calcular_huella
from modelos import Base, Entrega, Estado, Lectura, Medicion, Perfil, Publicacion, Vista
from modelos.consultas import agenda, cuentas_por_estado, proximo_instante, serie_de
from modelos.migraciones import migrar

_TANDA = 5000


def sembrar_entregas(
    base: Base, instantes: Sequence[datetime], *, ahora: datetime, perfiles: int = 0, publicadas: bool = False
) -> None:
    """Una publicación con una entrega por instante, repartidas entre los perfiles que haya."""
    with base.leer() as sesion:
        ids = list(sesion.scalars(select(col(Perfil.id)).order_by(col(Perfil.id))))[: perfiles or None]
    for inicio in range(0, len(instantes), _TANDA):
        tanda = instantes[inicio : inicio + _TANDA]
        textos = [f"Aviso del municipio, folio {inicio + n:06d}: mañana no habrá agua." for n in range(len(tanda))]
        with base.escribir() as sesion:
            publicaciones = [
                {
                    "texto": texto,
                    "programada_en": instante,
                    "zona": "America/Mexico_City",
                    "origen": "banco",
                    "creada_en": ahora,
                    "actualizada_en": ahora,
                }
                for texto, instante in zip(textos, tanda, strict=True)
            ]
            orden = insert(Publicacion).returning(col(Publicacion.id), sort_by_parameter_order=True)
            nuevas = list(sesion.scalars(orden, publicaciones))
            entregas = [
                {
                    "publicacion_id": publicacion,
                    "perfil_id": ids[(inicio + n) % len(ids)],
                    "texto": texto,
                    "clave": f"banco-{inicio + n}",
                    "huella": calcular_huella(texto, 0),
                    "no_antes_de": instante,
                    "despertar_en": instante,
                    "creada_en": ahora,
                    **_si_salio(instante, inicio + n, publicadas=publicadas),
                }
                for n, (publicacion, texto, instante) in enumerate(zip(nuevas, textos, tanda, strict=True))
            ]
            sesion.execute(insert(Entrega), entregas)


def _si_salio(instante: datetime, n: int, *, publicadas: bool) -> dict[str, object]:
    if not publicadas:
        return {"estado": Estado.PROGRAMADA}
    return {"estado": Estado.PUBLICADA, "id_externo": f"e{n}", "publicada_en": instante}


def sembrar_mediciones(base: Base, *, cuantas: int, tanda: int, entregas: int, semilla: int = 0) -> None:
    """Mediciones al azar, en transacciones de `tanda` filas, de tantas publicaciones vistas como entregas."""
    azar, inicio = random.Random(semilla), datetime(2026, 1, 1, tzinfo=UTC)
    vista = {"perfil_id": 1, "publicada_en": inicio, "vista_en": inicio}
    with base.escribir() as sesion:
        sesion.execute(insert(Vista), [{"id": n, "id_externo": f"e{n}", **vista} for n in range(1, entregas + 1)])
        sesion.add(Lectura(id=1, perfil_id=1, leida_en=inicio, version="banco"))
    for n in range(0, cuantas, tanda):
        filas = [
            {
                "vista_id": azar.randint(1, entregas),
                "perfil_id": 1,
                "lectura_id": 1,
                "metrica": "interacciones",
                "valor": azar.randint(0, 5000),
                "medida_en": inicio + timedelta(seconds=n + k),
            }
            for k in range(tanda)
        ]
        with base.escribir() as sesion:
            sesion.execute(insert(Medicion), filas)


def _tiempo_ms(hacer: Callable[[], object], veces: int = 15) -> float:
    duraciones = []
    for _ in range(veces):
        antes = time.perf_counter()
        hacer()
        duraciones.append((time.perf_counter() - antes) * 1000)
    return percentil(duraciones, 0.5)


def medir(base: Base, ruta: Path, *, entregas: int, mediciones: int) -> dict[str, float]:
    ahora, azar = datetime(2026, 11, 22, 15, tzinfo=UTC), random.Random(3)
    with base.escribir() as sesion:
        for n in range(20):
            sesion.add(Perfil(nombre=f"p-{n}", red="memoria", creado_en=ahora))
    paso = timedelta(days=3650) / entregas
    reloj = time.perf_counter()
    sembrar_entregas(base, [ahora - paso * n for n in range(entregas, 0, -1)], ahora=ahora, publicadas=True)
    sembrar_entregas_s = time.perf_counter() - reloj
    reloj = time.perf_counter()
    sembrar_mediciones(base, cuantas=mediciones, tanda=_TANDA, entregas=entregas)
    sembrar_mediciones_s = time.perf_counter() - reloj
    with base.leer() as sesion:
        mes = ahora - timedelta(days=30)
        return {
            "guardar entregas, por segundo": entregas / sembrar_entregas_s,
            "guardar mediciones, por segundo": mediciones / sembrar_mediciones_s,
            "tamaño en disco, MB": sum(r.stat().st_size for r in ruta.parent.glob(f"{ruta.name}*")) / 1e6,
            "serie de una publicación, ms": _tiempo_ms(
                lambda: serie_de(sesion, azar.randint(1, entregas), "interacciones")
            ),
            "calendario de un mes, ms": _tiempo_ms(lambda: agenda(sesion, desde=mes, hasta=ahora, limite=5000)),
            "calendario de un mes y un perfil, ms": _tiempo_ms(
                lambda: agenda(sesion, desde=mes, hasta=ahora, perfil="p-3", limite=5000)
            ),
            "próximo instante, ms": _tiempo_ms(lambda: proximo_instante(sesion, ahora)),
            "cuentas por estado, ms": _tiempo_ms(lambda: cuentas_por_estado(sesion)),
        }


def principal(
    entregas: Annotated[int, typer.Option(help="Entregas guardadas.")] = 100_000,
    mediciones: Annotated[int, typer.Option(help="Mediciones guardadas.")] = 5_000_000,
    en_json: Annotated[bool, typer.Option("--json", help="Escribir JSON.")] = False,
) -> None:
    """Llenar una base SQLite y medir lo que cuesta leerla."""
    with tempfile.TemporaryDirectory(prefix="pregonero-volumen-") as temporal:
        ruta = Path(temporal) / "pregonero.db"
        base = Base(f"sqlite:///{ruta}")
        migrar(base.motor)
        medidas = medir(base, ruta, entregas=entregas, mediciones=mediciones)
        base.cerrar()
    if en_json:
        print(json.dumps(medidas, ensure_ascii=False))
        return
    tabla = Table("Medida", "Valor", title=f"{entregas:,} entregas, {mediciones:,} mediciones", title_justify="left")
    for que, cuanto in medidas.items():
        tabla.add_row(que, f"{cuanto:,.1f}")
    (Console() if sys.stdout.isatty() else Console(width=120)).print(tabla)


if __name__ == "__main__":
    typer.run(principal)

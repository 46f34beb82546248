"""Lo que tarda la noche de un estado: leer de la base lo medido de cada perfil, aprender sus horas y guardarlas.

python -m bench.horarios.noche [--perfiles 50] [--publicaciones 720]

En SQLite, con las medidas de verdad: cada publicación, a todas las edades a que se mide. En tiempo de procesador y un
solo hilo; se miden unos perfiles y se dice cuánto serían quinientos. Sale con 1 si pasan de un minuto.
"""

import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import track
from sqlalchemy import insert
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # la trae scikit-learn

from bench.horarios.mundo import mundos
from conectores import registro
from modelos import Base, Lectura, Medicion, Perfil, Vista
from modelos.migraciones import migrar
from motor.entorno import Entorno
from motor.escucha.recoleccion.cadencia import EDADES
from motor.horarios.aprendizaje.aprender import aprender_ahora
from motor.horarios.publicada import Publicada
from motor.reglas import Reglas
from motor.reloj import RelojReal

UN_ESTADO, SEGUNDOS = 500, 60.0
METRICAS = {"me_gusta": 0.8, "comentarios": 0.1, "compartidos": 0.1}
VISTA = {"url": "", "texto": "Hay #faena en la plaza.", "tipo": "foto", "origen": "red", "promocionada": False}
Fila = dict[str, Any]


def principal(
    perfiles: Annotated[int, typer.Option(help="Cuántos se miden.")] = 50,
    publicaciones: Annotated[int, typer.Option(help="De cada perfil, en un año.")] = 720,
) -> None:
    """Medir la noche de un estado. Código 1 si no cabe en un minuto."""
    with tempfile.TemporaryDirectory() as carpeta, threadpool_limits(1):
        entorno = _entorno(Path(carpeta))
        sembrar(entorno, perfiles, publicaciones)
        empieza = time.process_time()
        resultado = aprender_ahora(entorno)
        tarda = time.process_time() - empieza
        empieza = time.process_time()
        otra_vez = aprender_ahora(entorno)
        sin_nada_nuevo = time.process_time() - empieza
        entorno.base.cerrar()
    assert len(resultado.aprendidos) == len(otra_vez.iguales) == perfiles, resultado.fallidos
    de_un_estado = tarda / perfiles * UN_ESTADO
    print(f"{perfiles} perfiles de {publicaciones} publicaciones: {tarda:.1f} s de procesador, el primero incluido")
    print(f"Serían {UN_ESTADO} en {de_un_estado:.0f} s; sin nada nuevo, {sin_nada_nuevo / perfiles * UN_ESTADO:.0f} s")
    if de_un_estado > SEGUNDOS:
        raise typer.Exit(1)


def _entorno(carpeta: Path) -> Entorno:
    base = Base(f"sqlite:///{carpeta / 'noche.db'}")
    migrar(base.motor)
    return Entorno(
        base=base,
        reloj=RelojReal(),
        reglas=Reglas(zona=ZoneInfo("America/Mexico_City")),
        buzon=carpeta,
        acervo=carpeta,
        trabajador="banco",
        abrir=registro.abrir,  # type: ignore[arg-type] # aprender no abre ningún perfil
        capacidades_de=lambda red: registro.clase(red).capacidades,
        reconocer_red=registro.slug,
    )


def sembrar(entorno: Entorno, perfiles: int, publicaciones: int) -> None:
    """Un perfil por mundo; sus publicaciones, hasta ayer, y de cada una las lecturas que ya le tocaron."""
    hoy, pantalla = datetime.now(UTC), Console(stderr=True)
    for n, mundo in enumerate(track(list(mundos(perfiles)), "Llenando la base…", console=pantalla, transient=True), 1):
        vistas, lecturas, mediciones = _filas(n, mundo.historial(publicaciones).publicadas, hoy)
        with entorno.base.escribir() as sesion:
            sesion.add(Perfil(id=n, nombre=f"p{n}", red=mundo.red, creado_en=hoy))
            sesion.flush()
            sesion.execute(insert(Vista), vistas)
            sesion.execute(insert(Lectura), lecturas)
            sesion.execute(insert(Medicion), mediciones)


def _filas(perfil: int, publicadas: Sequence[Publicada], hoy: datetime) -> tuple[list[Fila], list[Fila], list[Fila]]:
    corrido = hoy - timedelta(days=1) - publicadas[-1].local.replace(tzinfo=UTC)
    vistas, lecturas, mediciones = [], [], []
    for i, p in enumerate(publicadas):
        vista, salio = perfil * 1_000_000 + i, p.local.replace(tzinfo=UTC) + corrido
        vistas.append(VISTA | {"id": vista, "perfil_id": perfil, "id_externo": str(vista), "publicada_en": salio})
        vistas[-1]["vista_en"] = salio
        for k, edad in enumerate(e for e in EDADES if salio + e <= hoy):
            de_quien, lectura = {"perfil_id": perfil, "vista_id": vista}, vista * len(EDADES) + k
            lecturas.append(de_quien | {"id": lectura, "leida_en": salio + edad, "version": "v1", "datos": ""})
            llego = p.valor * edad / (edad + timedelta(hours=3))
            for metrica, parte in METRICAS.items():
                numero = {"metrica": metrica, "valor": int(llego * parte)}
                mediciones.append(de_quien | numero | {"lectura_id": lectura, "medida_en": salio + edad})
    return vistas, lecturas, mediciones


if __name__ == "__main__":
    typer.run(principal)

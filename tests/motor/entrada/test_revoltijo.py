"""Árboles al azar de lo que sea, soltados de golpe o de a poco: nada lanza, nada desaparece, todo acaba en un sitio."""

import hashlib
import os
import shutil
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelos import Estado, Veredicto
from motor.entrada.colocar.traslado import nombre_de_nota
from motor.entrada.contar.actas import acta_de
from motor.entrada.mirar.inventario import SUFIJO_ESTADO, SUFIJO_MOTIVO, es_de_pregonero
from motor.entrada.recorrido import GRACIA, Recorrido

from ..acervo.fotos import bytes_de, exif_con_gps, foto
from .test_calendario import libro

FOTO, OTRA = bytes_de(foto(80, 60), exif=exif_con_gps()), bytes_de(foto(60, 80), "PNG")
LIBRO = libro(("Fecha", "Hora", "Red", "Texto", "Imagen"), ("1/12/2026", "9:00", "memoria", "Uno", "a.jpg"))

_nombres = st.one_of(
    st.sampled_from(
        ["a", "b", "aviso", "ñandú", "a b", "~$a", ".a", "a.resultado", "a (2)", "a.md.motivo", "a\nb", "\u202ea", "-a",
         "a.md.estado", "con", "a" * 200, "\udcff", "a.sync-conflict-20261122-101010-A", "CAPS", "a.anterior-1"]
    ),
    st.text(st.characters(blacklist_characters="/\x00", blacklist_categories=["Cs"]), min_size=1, max_size=12),
)  # fmt: skip
_extensiones = st.sampled_from(
    [
        ".md",
        ".txt",
        ".jpg",
        ".png",
        ".xlsx",
        ".csv",
        ".mp4",
        ".docx",
        "",
        ".part",
        ".MD",
        ".md.motivo.txt",
        ".zip",
        ".heic",
    ]
)
_contenidos = st.one_of(
    st.sampled_from(
        [b"", b"Hola", b"---\nfecha: 2026-12-01 9:00\n---\nHola", b"---\nimagen: a.jpg\n---\nHola",
         b"---\nred: hi5\n---\nHola", b"---\nimagen: ../a.jpg\n---\nHola", b"---\nx: &a [*a]\n---\n",
         b"Fecha,Hora,Texto\n1/12/2026,9:00,Uno\n", FOTO, OTRA,
         FOTO[:200], LIBRO, LIBRO[:300], b"\x00" * 50, b"\xff\xfeH\x00", b"---\nfecha: ma\xf1ana 9:00\n---\nAdi\xf3s"]
    ),
    st.binary(max_size=80),
    st.text(max_size=60).map(lambda t: t.encode("utf-8", "replace")),
)  # fmt: skip
_archivo = st.tuples(st.just("archivo"), _nombres, _extensiones, _contenidos)
_especial = st.tuples(
    st.sampled_from(["enlace", "tuberia", "carpeta vacía", "duro"]), _nombres, _extensiones, st.just(b"")
)
_hoja = st.one_of(_archivo, _archivo, _archivo, _especial)
_carpeta = st.tuples(st.just("carpeta"), _nombres, st.just(""), st.lists(_hoja, max_size=4))
_tandas = st.lists(st.lists(st.one_of(_hoja, _hoja, _carpeta), max_size=5), min_size=1, max_size=3)


def plantar(donde: Path, cosa, puestos: Counter) -> None:
    """Poner una cosa en la carpeta y apuntar lo que contiene; si no cabe con ese nombre, no se pone."""
    clase, tronco, extension, contenido = cosa
    ruta = donde / f"{tronco}{extension}"
    if ruta.name in (".", "..") or len(os.fsencode(ruta.name)) > 255 or os.path.lexists(ruta):
        return
    match clase:
        case "archivo":
            ruta.write_bytes(contenido)
            puestos[seña(ruta)] += 1
        case "enlace":
            ruta.symlink_to("/etc/hostname")
            puestos[seña(ruta)] += 1
        case "tuberia":
            os.mkfifo(ruta)
            puestos[seña(ruta)] += 1
        case "duro":
            (donde.parents[1] / "fuera").write_bytes(b"lo de fuera")
            os.link(donde.parents[1] / "fuera", ruta)
            puestos[seña(ruta)] += 1
        case "carpeta vacía":
            ruta.mkdir()
        case "carpeta":
            ruta.mkdir()
            for hija in contenido:
                plantar(ruta, hija, puestos)


def seña(ruta: Path) -> str:
    """Con qué se reconoce un archivo esté donde esté."""
    if ruta.is_symlink():
        return f"enlace a {ruta.readlink()}"
    return hashlib.sha256(ruta.read_bytes()).hexdigest() if ruta.is_file() else "especial"


def lo_que_hay(buzon: Path) -> Counter:
    """Todo lo que hay en las cuatro carpetas, por su seña."""
    hay: Counter = Counter()
    for carpeta, subcarpetas, archivos in os.walk(buzon):
        for nombre in [*archivos, *(s for s in subcarpetas if (Path(carpeta) / s).is_symlink())]:
            hay[seña(Path(carpeta) / nombre)] += 1
    return hay


@settings(
    max_examples=40,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(tandas=_tandas, reinicia=st.booleans(), publica=st.booleans())
def test_nada_lanza_nada_desaparece_y_todo_acaba_en_un_sitio(carpeta, tandas, reinicia, publica):
    # La base y el reloj siguen de un ejemplo a otro, como en una oficina; la carpeta empieza limpia.
    for parte in ("entrada", "procesando", "publicadas", "rechazadas"):
        shutil.rmtree(carpeta.buzon / parte, ignore_errors=True)
    with carpeta.entorno.base.motor.begin() as conexion:
        for tabla in ("recepcion", "evento", "entrega", "medio_de_publicacion", "version", "publicacion"):
            conexion.exec_driver_sql(f"DELETE FROM {tabla}")  # noqa: S608 # nombres fijos
    recorrido = Recorrido(carpeta.entorno)
    assert recorrido.recorrer().problema == ""
    puestos: Counter = Counter()
    for tanda in tandas:
        for cosa in tanda:
            plantar(carpeta.entrada, cosa, puestos)
        assert recorrido.recorrer().problema == ""
        carpeta.entorno.reloj.avanzar(timedelta(seconds=3))
        if publica and (vivas := [e for e in carpeta.entregas() if e.estado is Estado.PROGRAMADA]):
            carpeta.publicar(*vivas)
        recorrido = Recorrido(carpeta.entorno) if reinicia else recorrido
        assert recorrido.recorrer().problema == ""
    for _ in range(4):
        carpeta.entorno.reloj.avanzar(GRACIA + timedelta(seconds=1))
        assert recorrido.recorrer().problema == ""
    comprobar(carpeta, puestos)


def comprobar(carpeta, puestos: Counter) -> None:
    perdidas = puestos - lo_que_hay(carpeta.buzon)
    assert not perdidas, "no desaparece nada"
    assert not list((carpeta.buzon / "procesando").glob(".tomando-*"))
    for ruta in (carpeta.buzon / "entrada").iterdir():
        vacia = ruta.is_dir() and not ruta.is_symlink() and not [h for h in ruta.rglob("*") if not es_resto(h.name)]
        assert es_resto(ruta.name) or vacia, f"se quedó en la entrada: {ruta.name!r}"
    con_fila = {r for recepcion in carpeta.recepciones() for r in acta_de(recepcion).rutas.values()}
    for ruta in (carpeta.buzon / "procesando").iterdir():
        nuestra = es_de_pregonero(ruta.name) or ".resultado." in ruta.name
        assert nuestra or f"procesando/{ruta.name}" in con_fila, f"en procesando sin fila: {ruta.name!r}"
    motivos = [r for r in (carpeta.buzon / "rechazadas").iterdir() if r.name.endswith(SUFIJO_MOTIVO)]
    rechazos = [r for r in carpeta.recepciones() if r.veredicto is Veredicto.RECHAZADO]
    assert len(motivos) >= len(rechazos), "cada rechazo tiene su motivo"
    for recepcion in carpeta.recepciones():
        if recepcion.veredicto is Veredicto.EN_CURSO:
            acta = acta_de(recepcion)
            nota = nombre_de_nota(Path(acta.rutas[acta.principal]).name, SUFIJO_ESTADO)
            assert (carpeta.buzon / "procesando" / nota).exists()
    textos = [p.texto for p in carpeta.publicaciones()]
    assert "lo de fuera" not in textos


def es_resto(nombre: str) -> bool:
    return nombre.startswith((".", "~$")) or nombre.lower().endswith((".part", "~", ".tmp")) or nombre == "Icon\r"


@pytest.mark.parametrize("cuantos", [1000])
def test_mirar_una_carpeta_quieta_con_mil_archivos_no_cuesta(carpeta, cuantos):
    for n in range(cuantos):
        carpeta.soltar(f"~$resto{n}.xlsx" if n % 2 else f"foto{n}.jpg", b"x")
    carpeta.recorrido.recorrer()
    tiempos = []
    for _ in range(5):
        comienzo = time.process_time()
        carpeta.recorrido.recorrer()
        tiempos.append(time.process_time() - comienzo)
    assert min(tiempos) < 0.050

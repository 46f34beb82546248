"""Lo que llega por la carpeta se completa después, y de lo que falta se avisa."""

import os
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from sqlmodel import select

from modelos import Medio
from motor.acervo.medios import guardar, inspeccionar
from motor.acervo.repaso import completar_lo_nuevo, repasar
from motor.entorno import Entorno

from .fotos import guardada, ruido


def _guardado(entorno: Entorno, carpeta: Path, nombre: str) -> Medio:
    ruta = guardada(carpeta / nombre, ruido(30, 20).resize((300, 200)))
    with entorno.base.escribir() as sesion:
        return guardar(sesion, inspeccionar(ruta), carpeta=entorno.acervo, nombre=nombre, ahora=entorno.reloj.ahora())


def test_lo_de_la_carpeta_queda_con_su_huella_y_sus_miniaturas(entorno: Entorno, tmp_path: Path) -> None:
    _guardado(entorno, tmp_path, "a.jpg")
    assert (completar_lo_nuevo(entorno), completar_lo_nuevo(entorno)) == (1, 0)
    with entorno.base.leer() as sesion:
        assert len(sesion.exec(select(Medio)).one().huella_visual) == 16
    assert sorted(_anchos(entorno)) == [128, 300, 300]  # la foto mide 300: ninguna se agranda


def _anchos(entorno: Entorno) -> Iterator[int]:
    for ruta in (entorno.acervo / "miniaturas").rglob("*.webp"):
        with Image.open(ruta) as imagen:
            yield imagen.width


def test_lo_que_no_se_lee_no_estorba_a_lo_demas(entorno: Entorno, tmp_path: Path) -> None:
    perdido = _guardado(entorno, tmp_path, "a.jpg")
    (entorno.acervo / perdido.ruta).unlink()
    _guardado(entorno, tmp_path, "b.jpg")
    assert completar_lo_nuevo(entorno, limite=1) == 1
    assert completar_lo_nuevo(entorno, limite=1) == 1
    assert completar_lo_nuevo(entorno) == 0


def test_el_repaso_dice_lo_que_falta_y_quita_lo_que_se_subia_al_apagarse(entorno: Entorno, tmp_path: Path) -> None:
    perdido = _guardado(entorno, tmp_path, "a.jpg")
    _guardado(entorno, tmp_path, "b.jpg")
    (entorno.acervo / perdido.ruta).unlink()
    (entorno.acervo / "llegando").mkdir()
    for nombre, edad in (("s-vieja", 0.0), ("s-de-ahora", None)):
        (entorno.acervo / "llegando" / nombre).write_bytes(b"x")
        if edad is not None:
            os.utime(entorno.acervo / "llegando" / nombre, (edad, edad))
    repaso = repasar(entorno)
    assert (repaso.mirados, repaso.sobras, repaso.miniaturas) == (2, 1, 3)
    assert [f.partition(" ")[0] for f in repaso.faltan] == ["a.jpg"]
    assert repasar(entorno).miniaturas == 0

"""Lo que se escribe para buscar, lo que se parece y lo que se pone en una ficha."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageDraw
from sqlmodel import select

from modelos import Base, Medio
from modelos.busqueda import Termino, con_palabras
from motor.acervo import ficha, palabras, parecido
from motor.acervo.captura import fecha_de_captura
from motor.acervo.medios import guardar, inspeccionar
from motor.acervo.nombres import nombre_seguro
from tests.conftest import RelojFijo

from .fotos import foto, guardada, ruido

MEXICO = ZoneInfo("America/Mexico_City")


@pytest.mark.parametrize(
    ("escrito", "terminos"),
    [
        ("Feria JUÁREZ", (Termino(("feria",)), Termino(("juarez",)))),
        ('"plaza cívica" 2026', (Termino(("plaza", "civica"), comienzo=False), Termino(("2026",)))),
        ("«el grito»", (Termino(("el", "grito"), comienzo=False),)),
        ('feria "', (Termino(("feria",)),)),
        ("a a A", (Termino(("a",)),)),
        ("*:()^-", ()),
        ("DSC_0012.jpg", (Termino(("dsc",)), Termino(("0012",)), Termino(("jpg",)))),
    ],
)
def test_lo_que_se_busca(escrito: str, terminos: tuple[Termino, ...]) -> None:
    assert palabras.de(escrito) == terminos


@pytest.mark.dos_bases
def test_se_halla_por_comienzos_y_por_frases_en_las_dos_bases(base: Base, reloj: RelojFijo) -> None:
    fichas = ["La Feria de la Flor, Plaza Cívica", "Flores en el Mercado Ñandú", "Plaza del mercado"]
    with base.escribir() as sesion:
        for i, escrita in enumerate(fichas):
            sesion.add(
                Medio(
                    sha256=str(i),
                    ruta=str(i),
                    nombre=str(i),
                    tipo="imagen",
                    mime="image/jpeg",
                    peso_bytes=1,
                    buscable=palabras.buscable([escrita]),
                    creado_en=reloj.ahora(),
                )
            )

    def hallados(buscado: str) -> list[str]:
        with base.leer() as sesion:
            condicion = con_palabras(sesion, Medio, palabras.de(buscado))
            return sorted(m.nombre for m in sesion.scalars(select(Medio).where(condicion)))

    assert hallados("flor") == ["0", "1"]
    assert hallados("plaz merc") == ["2"]
    assert hallados('"plaza civica"') == ["0"]
    assert hallados('"civica plaza"') == []
    assert hallados("nandu") == ["1"]


def _con_sello(imagen: Image.Image) -> Image.Image:
    sellada = imagen.copy()
    ImageDraw.Draw(sellada).rectangle((460, 430, 640, 480), fill="white")
    return sellada


@pytest.mark.parametrize(
    "cambio",
    [
        lambda i: i.resize((320, 240)),
        lambda i: i.convert("L").convert("RGB"),
        lambda i: Image.eval(i, lambda v: min(255, int(v * 1.1 + 8))),
        _con_sello,
    ],
    ids=["achicada", "en gris", "más clara", "con un sello"],
)
def test_la_misma_foto_se_parece_a_si_misma(cambio: object, tmp_path: Path) -> None:
    original = ruido(40, 30).resize((640, 480), Image.Resampling.BICUBIC)
    una = parecido.huella_visual(guardada(tmp_path / "a.jpg", original))
    otra = parecido.huella_visual(guardada(tmp_path / "b.jpg", cambio(original), quality=50))  # type: ignore[operator] # es una función
    assert parecido.distancia(una, otra) <= parecido.DISTANCIA


def test_dos_fotos_distintas_no_se_parecen_y_una_lisa_a_ninguna(tmp_path: Path) -> None:
    huellas = [
        parecido.huella_visual(guardada(tmp_path / f"{i}.jpg", ruido(40, 30).resize((640, 480)))) for i in range(4)
    ]
    cercanas = [(a, b) for a in huellas for b in huellas if a < b and parecido.distancia(a, b) <= parecido.DISTANCIA]
    assert cercanas == []
    assert parecido.huella_visual(guardada(tmp_path / "l.png", Image.new("RGB", (90, 90), "navy"), "PNG")) == "-"
    assert parecido.bandas("00ff000000000001")[:2] == [0, 256 + 255]


def test_una_lisa_no_se_anota_como_parecida_a_otra_lisa(base: Base, reloj: RelojFijo, tmp_path: Path) -> None:
    ruta = guardada(tmp_path / "l.png", Image.new("RGB", (90, 90), "navy"), "PNG")
    with base.escribir() as sesion:
        medio = guardar(sesion, inspeccionar(ruta), carpeta=tmp_path / "acervo", nombre="l.png", ahora=reloj.ahora())
        parecido.anotar(sesion, medio, parecido.LISA)
        assert parecido.parecidos(sesion, parecido.LISA) == []


def test_bajada_del_acervo_y_vuelta_a_llegar_es_la_misma(base: Base, reloj: RelojFijo, tmp_path: Path) -> None:
    from .fotos import exif_con_gps

    acervo = tmp_path / "acervo"
    with base.escribir() as sesion:
        original = guardada(tmp_path / "a.jpg", foto(), exif=exif_con_gps())
        primero = guardar(sesion, inspeccionar(original), carpeta=acervo, nombre="a", ahora=reloj.ahora())
        otra_vez = guardar(sesion, inspeccionar(acervo / primero.ruta), carpeta=acervo, nombre="b", ahora=reloj.ahora())
    assert primero.id == otra_vez.id


@pytest.mark.parametrize(
    ("campo", "escrito", "vale"),
    [
        ("tomado", "2026", True),
        ("tomado", "2026-13", False),
        ("tomado", "2026-02-30", False),
        ("tomado", "0000", False),
        ("vence", "2026-12-31", True),
        ("vence", "mañana", False),
        ("evento", "x" * 301, False),
        ("personas", ",".join(f"p{i}" for i in range(41)), False),
        ("etiquetas", "#uno, uno;dos", True),
    ],
)
def test_la_ficha_se_comprueba_campo_por_campo(campo: str, escrito: str, vale: bool) -> None:
    assert (campo not in ficha.entender({campo: escrito}).faltas) is vale


def test_el_ultimo_dia_todavia_se_puede_usar() -> None:
    vence = ficha.vencimiento("2026-12-31", MEXICO)
    assert vence is not None
    assert vence.isoformat() == "2027-01-01T06:00:00+00:00"
    assert ficha.ultimo_dia(vence, MEXICO) == "2026-12-31"


@pytest.mark.parametrize(
    ("nombre", "seguro"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\fotos\\grito.PNG", "grito.jpg"),
        ("con.jpg", "archivo.jpg"),
        ("...", "archivo.jpg"),
        ("a\u202egpj.exe", "a gpj.jpg"),
        ("El  Grito\n2026.heic", "El Grito 2026.jpg"),
        ("v1.2 final", "v1.2 final.jpg"),
    ],
)
def test_los_nombres_quedan_inofensivos(nombre: str, seguro: str) -> None:
    assert nombre_seguro(nombre, extension=".jpg") == seguro


@pytest.mark.parametrize(
    ("dicha", "fecha"),
    [("2026:09:15 23:00:00", "2026-09-15"), ("0000:00:00 00:00:00", ""), ("2031:01:01 00:00:00", ""), ("hola", "")],
)
def test_la_fecha_de_la_camara_si_es_posible(dicha: str, fecha: str, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = dicha
    ruta = guardada(tmp_path / "a.jpg", foto(), exif=exif)
    assert fecha_de_captura(ruta, hoy=date(2026, 11, 22)) == fecha

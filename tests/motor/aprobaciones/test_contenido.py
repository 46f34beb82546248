"""El sha256 de lo que se dirá, y qué cambió entre dos versiones."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conectores.contrato import Encuesta, Pieza
from motor.aprobaciones.contenido import MedioVisto, contenido_de, huella_de
from motor.aprobaciones.diferencias import Marca, comparar, palabra_por_palabra

PIEZA = Pieza(
    texto="Vea https://x.mx/?utm_content=abc123",
    titulo="Aviso",
    enlace="https://x.mx/?utm_content=abc123",
    encuesta=Encuesta(("Sí", "No"), timedelta(days=1)),
    opciones={"tablero": "agua"},
)
MEDIOS = (MedioVisto("a", "La feria"), MedioVisto("b"))


def contenido(
    pieza: Pieza = PIEZA, medios: tuple[MedioVisto, ...] = MEDIOS, *, perfil: int = 1, clave: str = "abc123"
) -> str:
    return contenido_de(pieza, medios, perfil_id=perfil, clave=clave)


@pytest.mark.parametrize(
    "otro",
    [
        contenido(replace(PIEZA, texto="Vea")),
        contenido(replace(PIEZA, titulo="Avisos")),
        contenido(replace(PIEZA, enlace="")),
        contenido(replace(PIEZA, tipo="reel")),
        contenido(replace(PIEZA, opciones={"tablero": "feria"})),
        contenido(replace(PIEZA, encuesta=None)),
        contenido(replace(PIEZA, encuesta=Encuesta(("No", "Sí"), timedelta(days=1)))),
        contenido(replace(PIEZA, encuesta=Encuesta(("Sí", "No"), timedelta(days=2)))),
        contenido(medios=(MEDIOS[1], MEDIOS[0])),
        contenido(medios=MEDIOS[:1]),
        contenido(medios=(replace(MEDIOS[0], texto_alternativo="Otra"), MEDIOS[1])),
        contenido(medios=(replace(MEDIOS[0], sha256="c"), MEDIOS[1])),
        contenido(perfil=2),
    ],
)  # fmt: skip
def test_cualquier_cosa_que_se_vea_distinta_lo_cambia(otro: str) -> None:
    assert otro != contenido()


def test_la_clave_de_nuestros_enlaces_no_lo_cambia() -> None:
    otra = replace(PIEZA, texto=PIEZA.texto.replace("abc123", "zzz9"), enlace=PIEZA.enlace.replace("abc123", "zzz9"))
    assert contenido(otra, clave="zzz9") == contenido() == contenido(clave="abc123-2")


def test_la_huella_no_depende_del_orden() -> None:
    assert huella_de({"1": "a", "2": "b"}) == huella_de({"2": "b", "1": "a"}) != huella_de({"1": "b", "2": "a"})


textos = st.text(alphabet="aáñ :.\n0", max_size=60)


@given(antes=textos, despues=textos)
def test_los_trozos_rehacen_los_dos_textos(antes: str, despues: str) -> None:
    trozos = palabra_por_palabra(antes, despues)
    assert "".join(t.texto for t in trozos if t.marca is not Marca.PUESTO) == antes
    assert "".join(t.texto for t in trozos if t.marca is not Marca.QUITADO) == despues


def test_se_marcan_las_palabras_y_no_las_letras() -> None:
    trozos = palabra_por_palabra("Salida a las 8:00 en punto.", "Salida a las 7:30 en punto.")
    assert [(t.marca.value, t.texto) for t in trozos if t.marca is not Marca.IGUAL] == [
        ("quitado", "8:00"),
        ("puesto", "7:30"),
    ]


def test_un_texto_enorme_no_se_compara_palabra_por_palabra() -> None:
    trozos = palabra_por_palabra("a " * 5000, "b " * 5000)
    assert [t.marca for t in trozos] == [Marca.QUITADO, Marca.PUESTO]


def test_de_dos_versiones_solo_aparece_lo_que_cambio() -> None:
    antes = {"titulo": "Uno", "enlace": "", "perfiles": {"dif": {"partes": ["Hola"]}}, "medios": []}
    medio = {"nombre": "a.jpg", "sha256": "f" * 64, "texto_alternativo": "La feria"}
    despues = {**antes, "titulo": "Dos", "medios": [medio], "encuesta": {"opciones": ["Sí", "No"]}}
    assert [d.parte for d in comparar(antes, despues)] == [
        "Título",
        "Fotos y videos",
        "Archivos",
        "Texto alternativo",
        "Encuesta",
    ]
    assert comparar(antes, antes) == []

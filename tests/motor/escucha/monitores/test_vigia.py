from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conectores.contrato_escucha import Clase
from motor.escucha.lugares.donde import Donde, Por
from motor.escucha.lugares.lugar import Lugar, km_entre
from motor.escucha.lugares.rangos import Circulo, Rangos
from motor.escucha.monitores.definicion import CLASES, Definicion, Termino, Zona
from motor.escucha.monitores.lectura import definir, termino
from motor.escucha.monitores.normalizar import normalizar
from motor.escucha.monitores.raices import raices
from motor.escucha.monitores.vigia import Vigia


class SinCatalogo:
    """Los rangos de estas pruebas son círculos: no hay nombres que buscar."""

    def lugares_de(self, nombre: str) -> tuple[Lugar, ...]:
        raise AssertionError(nombre)

    def parecidos(self, nombre: str) -> tuple[str, ...]:
        raise AssertionError(nombre)


def vigia(definiciones: Mapping[int, Definicion]) -> Vigia:
    zonas = {m: d.zona.rango for m, d in definiciones.items() if d.zona is not None}
    return Vigia(definiciones, Rangos(zonas, SinCatalogo()))


# ── Contra el que pregunta a cada monitor, de uno en uno ─────────────────────────────────────────────────────


def esta(t: Termino, linea: str) -> bool:
    palabras, buscadas = (raices(linea) if t.flexion else linea).split(), t.patron.split()
    return any(palabras[n : n + len(buscadas)] == buscadas for n in range(len(palabras)))


def cuenta(d: Definicion, linea: str, *, red: str, clase: Clase, idioma: str, donde: Donde | None) -> bool:
    """Lo que pide un monitor, dicho otra vez y sin prisa."""
    if not all(esta(t, linea) for t in d.todas) or any(esta(t, linea) for t in d.ninguna):
        return False
    if d.alguna and not any(esta(t, linea) for t in d.alguna):
        return False
    if clase not in d.clases or (d.redes and red not in d.redes):
        return False
    if d.idiomas and idioma and idioma.split("-")[0] not in d.idiomas:
        return False
    if d.zona is None:
        return True
    if donde is None or donde.confianza < d.zona.confianza_minima:
        return d.zona.incluir_sin_lugar
    circulo = d.zona.rango
    assert isinstance(circulo, Circulo)
    return km_entre(circulo.latitud, circulo.longitud, donde.latitud, donde.longitud) <= circulo.radio_km


ESCRITOS = [
    *("bache", "baches", "agua", "sin agua", "agua sin", "no hay agua"),
    *("año", "ano", "#SinAgua", "@Gob", "de:@Gob"),
]
TERMINOS = st.lists(st.builds(termino, st.sampled_from(ESCRITOS), flexion=st.booleans()), max_size=3).map(tuple)
GRADOS = st.sampled_from([19.0, 19.1, 19.5])
OESTE = GRADOS.map(lambda g: -g - 80)
ZONAS = st.builds(
    Zona,
    rango=st.builds(Circulo, GRADOS, OESTE, st.sampled_from([5.0, 20.0])),
    confianza_minima=st.sampled_from([0.0, 0.5]),
    incluir_sin_lugar=st.booleans(),
)
DEFINICIONES = st.builds(
    Definicion,
    clave=st.just("m"),
    nombre=st.just("m"),
    todas=TERMINOS,
    alguna=TERMINOS,
    ninguna=TERMINOS,
    redes=st.sampled_from([frozenset(), frozenset({"azul"})]),
    idiomas=st.sampled_from([frozenset(), frozenset({"es"})]),
    clases=st.sampled_from([CLASES, frozenset(Clase), frozenset({Clase.DIRECTO})]),
    zona=st.none() | ZONAS,
)
PALABRAS = ["bache", "BACHES", "agua", "sin", "no", "hay", "año", "ano", "#SinAgua", "@Gob", "otra", ".", "🔥"]
TEXTOS = st.lists(st.sampled_from(PALABRAS), max_size=8).map(" ".join)
LUGARES = st.none() | st.builds(
    Donde, latitud=GRADOS, longitud=OESTE, por=st.just(Por.TEXTO), confianza=st.sampled_from([0.3, 0.9])
)


@settings(max_examples=120, deadline=None)
@given(
    definiciones=st.lists(DEFINICIONES, max_size=8),
    texto=TEXTOS,
    titulo=TEXTOS,
    autor=st.sampled_from(["", "gob", "Otra"]),
    red=st.sampled_from(["azul", "roja"]),
    clase=st.sampled_from([Clase.MENCION, Clase.DIRECTO, Clase.COMPETIDOR]),
    idioma=st.sampled_from(["", "es", "es-MX", "en"]),
    donde=LUGARES,
)
def test_coincide_con_preguntar_a_cada_monitor(
    definiciones: list[Definicion],
    texto: str,
    titulo: str,
    autor: str,
    red: str,
    clase: Clase,
    idioma: str,
    donde: Donde | None,
) -> None:
    numerados = {10 * (n + 1): d for n, d in enumerate(definiciones)}
    linea = normalizar(texto, titulo=titulo, autor=autor)
    uno_por_uno = tuple(
        m for m, d in numerados.items() if cuenta(d, linea, red=red, clase=clase, idioma=idioma, donde=donde)
    )
    de_una_vez = vigia(numerados).coinciden(
        texto, titulo=titulo, autor=autor, red=red, clase=clase, idioma=idioma, donde=donde
    )
    assert de_una_vez == uno_por_uno


# ── Por ejemplo ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("datos", "texto", "esperado"),
    [
        ({"alguna": ["bache"]}, "Otro BACHE más", True),
        ({"alguna": ["bache"]}, "bachero y baches", False),
        ({"alguna": ["bache"], "flexion": True}, "¡cuántos baches!", True),
        ({"alguna": ["año"]}, "el ano", False),
        ({"alguna": ["policía"]}, "la policia", True),
        ({"alguna": ["fugas de agua"], "flexion": True}, "una fuga de agua enorme", True),
        ({"alguna": ["sin agua"]}, "otra vez #SinAgua", True),
        ({"alguna": ["#sinagua"]}, "otra vez sin agua", False),
        ({"alguna": ["@TolucaGob"]}, "oye @tolucagob", True),
        ({"alguna": ["agua"], "ninguna": ["agua de jamaica"]}, "agua de jamaica", False),
        ({"todas": ["agua", "colonia"], "alguna": ["fuga", "falta"]}, "falta agua en la colonia", True),
        ({"todas": ["agua", "colonia"], "alguna": ["fuga"]}, "falta agua en la colonia", False),
    ],
)
def test_lo_que_cuenta_un_monitor(datos: dict[str, object], texto: str, esperado: bool) -> None:
    hallados = vigia({7: definir("m", datos)}).coinciden(texto, red="azul", clase=Clase.MENCION)
    assert hallados == ((7,) if esperado else ())


def test_sin_monitores_nada_coincide() -> None:
    assert vigia({}).coinciden("agua", red="azul", clase=Clase.MENCION) == ()

"""Lo que un conector dice de sí mismo, y lo que hace sin tocar la red."""

import ast
import socket
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from conectores import registro
from conectores.contrato import (
    Capacidades,
    Clave,
    Conciliacion,
    Conciliador,
    Eliminador,
    Gravedad,
    Hilador,
    MedidorDeTexto,
    Pieza,
)
from tests.contrato.arnes import SIN_NADIE, Muestra, con_foto


@pytest.fixture(autouse=True)
def sin_red(monkeypatch: pytest.MonkeyPatch) -> None:
    def prohibido(*_: object) -> None:
        raise AssertionError("tocó la red")

    monkeypatch.setattr(socket.socket, "connect", prohibido)


def test_declara_sus_hechos_con_fuente_y_fecha(red: str) -> None:
    capacidades = registro.clase(red).capacidades
    assert isinstance(capacidades, Capacidades)
    assert capacidades.red == red
    assert capacidades.fuente
    assert date(2026, 1, 1) <= capacidades.verificado <= date.today()  # noqa: DTZ011 # es un día, no un instante
    assert capacidades.largo_maximo > 0
    assert capacidades.unidad_de_largo


def test_tiene_su_pagina(red: str) -> None:
    carpeta = Path(registro.__file__).parent / red
    assert len((carpeta / "README.md").read_text("utf-8")) > 200


def test_no_conoce_a_ninguna_otra_red(red: str) -> None:
    """Lo que compartan dos redes es una hoja de `conectores/`, como el Graph de Meta; nunca la carpeta de otra."""
    carpeta = Path(registro.__file__).parent
    ajenas = [f"conectores.{otra}" for otra in registro.CONECTORES if otra != red]
    importados = {
        nombre
        for archivo in (carpeta / red).glob("**/*.py")
        for nodo in ast.walk(ast.parse(archivo.read_text("utf-8")))
        for nombre in _importados(nodo)
    }
    assert [i for i in importados if any(i == a or i.startswith(f"{a}.") for a in ajenas)] == []


def _importados(nodo: ast.AST) -> list[str]:
    if isinstance(nodo, ast.Import):
        return [alias.name for alias in nodo.names]
    if isinstance(nodo, ast.ImportFrom):
        return [f"{nodo.module}.{alias.name}" for alias in nodo.names]
    return []


def test_declara_sus_credenciales(red: str, muestra: Muestra) -> None:
    claves = registro.clase(red).claves
    assert all(isinstance(c, Clave) and c.nombre.isidentifier() and c.ayuda for c in claves)
    obligatorias = {c.nombre for c in claves if c.obligatoria}
    assert obligatorias <= set(muestra.acceso.credenciales)


def test_puede_conciliar_si_dice_que_puede(red: str, muestra: Muestra) -> None:
    conector = registro.abrir(red, muestra.acceso)
    assert isinstance(conector, Conciliador) == (conector.capacidades.conciliacion is not Conciliacion.CIEGA)
    assert isinstance(conector, Eliminador)


def test_construirse_no_toca_la_red_ni_exige_credenciales(red: str, muestra: Muestra) -> None:
    registro.abrir(red, replace(muestra.acceso, credenciales={}, url=""))


def test_su_repr_no_ensena_credenciales(red: str, muestra: Muestra) -> None:
    dicho = repr(registro.abrir(red, muestra.acceso)) + repr(muestra.acceso)
    assert not [s for s in muestra.acceso.credenciales.values() if s in dicho]


def test_validar_es_pura_y_admite_la_pieza_de_ejemplo(red: str, muestra: Muestra, tmp_path: Path) -> None:
    conector = registro.abrir(red, replace(muestra.acceso, url=SIN_NADIE))
    pieza = muestra.pieza("Mañana no habrá clases.", tmp_path)
    problemas = conector.validar(pieza)
    assert [p for p in problemas if p.gravedad is Gravedad.ERROR] == []
    assert conector.validar(pieza) == problemas


@pytest.mark.parametrize("caso", ["vacía", "larguísima", "demasiadas imágenes"])
def test_validar_dice_lo_que_la_red_rechazaria(red: str, muestra: Muestra, tmp_path: Path, caso: str) -> None:
    conector = registro.abrir(red, muestra.acceso)
    cuantas = conector.capacidades.imagenes_maximas
    buena = muestra.pieza("Hola", tmp_path)
    pieza = {
        "vacía": Pieza(texto=" "),
        "larguísima": replace(buena, texto="palabra " * (conector.capacidades.largo_maximo // 4)),
        "demasiadas imágenes": replace(buena, adjuntos=con_foto("", tmp_path).adjuntos * (cuantas + 1)),
    }[caso]
    problemas = conector.validar(pieza)
    # Un largo que la red no documenta sólo se avisa.
    graves = problemas if caso == "larguísima" else [p for p in problemas if p.gravedad is Gravedad.ERROR]
    assert graves
    assert all(p.mensaje and p.remedio for p in graves)


def test_mide_el_texto_con_la_misma_cuenta_con_que_lo_valida(red: str, muestra: Muestra, tmp_path: Path) -> None:
    conector = registro.abrir(red, muestra.acceso)
    assert isinstance(conector, MedidorDeTexto)
    maximo = conector.capacidades.largo_maximo
    for largo in (maximo, maximo + 1):
        pieza = replace(muestra.pieza("ñ" * largo, tmp_path), enlace="")
        sobra = [p for p in conector.validar(pieza) if p.donde == "texto" and str(maximo) in p.mensaje.replace(",", "")]
        assert (conector.medir_texto(pieza), bool(sobra)) == (largo, largo > maximo)


@pytest.mark.parametrize(
    "texto",
    ["medio emoji \ud83d", "\x00\x07", "\ufeffhola", "\u202eal revés", "a" * 20_000, "https://" * 2_000, "@a " * 5_000],
    ids=["sustituto", "control", "bom", "bidi", "largo", "enlaces", "menciones"],
)
def test_validar_no_revienta_con_ningun_texto(red: str, muestra: Muestra, tmp_path: Path, texto: str) -> None:
    problemas = registro.abrir(red, muestra.acceso).validar(muestra.pieza(texto, tmp_path))
    assert all(str(p) for p in problemas)


def test_partir_da_partes_que_caben_y_no_pierde_nada(red: str, muestra: Muestra) -> None:
    conector = registro.abrir(red, muestra.acceso)
    if not isinstance(conector, Hilador):
        pytest.skip("esta red no hace hilos")
    texto = "Aviso del municipio en https://leon.gob.mx/avisos. " * (conector.capacidades.largo_maximo // 12)
    partes = conector.partir(Pieza(texto=texto))
    assert len(partes) > 1
    for parte in partes:
        assert [p for p in conector.validar(Pieza(texto=parte)) if p.gravedad is Gravedad.ERROR] == []
    assert sum(p.count("https://leon.gob.mx/avisos") for p in partes) == texto.count("https://")
    assert conector.partir(Pieza(texto="Cabe.")) == ["Cabe."]

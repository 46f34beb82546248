"""Lo que el código promete y se olvida sin querer: que ajustes, claves, redes y órdenes sigan documentados."""

import ast
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from conectores import registro
from config.ajustes import PREFIJO, Ajustes
from motor.__main__ import app

RAIZ = Path(__file__).parent.parent
REDES = sorted(registro.CONECTORES)
OYENTES = sorted(registro.OYENTES)


@pytest.fixture(scope="module")
def ejemplo() -> str:
    return (RAIZ / ".env.example").read_text(encoding="utf-8")


def esta_en(ejemplo: str, variable: str) -> bool:
    return re.search(rf"^#?{variable}=", ejemplo, re.MULTILINE) is not None


@pytest.mark.parametrize("campo", Ajustes.model_fields)
def test_cada_ajuste_esta_en_el_ejemplo_y_explicado(campo: str, ejemplo: str) -> None:
    assert esta_en(ejemplo, PREFIJO + campo.upper())
    descripcion = Ajustes.model_fields[campo].description
    assert descripcion, f"El ajuste {campo} no dice para qué sirve."
    assert descripcion in ejemplo


@pytest.mark.parametrize("red", [r for r in REDES if r != "memoria"])
def test_cada_credencial_y_la_direccion_de_cada_red_estan_en_el_ejemplo(red: str, ejemplo: str) -> None:
    variables = [f"{PREFIJO}{red.upper()}_{clave.nombre.upper()}" for clave in registro.clase(red).claves]
    faltan = [v for v in [*variables, f"{PREFIJO}{red.upper()}_URL"] if not esta_en(ejemplo, v)]
    assert faltan == []


def test_el_ejemplo_no_ofrece_lo_que_no_existe(ejemplo: str) -> None:
    credenciales = {f"{r}_{c.nombre}".upper() for r in REDES for c in registro.clase(r).claves}
    por_red = {f"{r}_{n}".upper() for r in REDES + OYENTES for n in ("url", "escucha", "presupuesto_usd")}
    conocidas = {c.upper() for c in Ajustes.model_fields} | credenciales | por_red
    ofrecidas = {m.removeprefix(PREFIJO) for m in re.findall(r"^#?(PREGONERO_\w+)=", ejemplo, re.MULTILINE)}
    assert {o for o in ofrecidas - conocidas if "__" not in o} == set()


def test_el_ejemplo_no_lleva_ningun_secreto(ejemplo: str) -> None:
    claves = {f"{PREFIJO}{r}_{c.nombre}".upper() for r in REDES for c in registro.clase(r).claves}
    llenas = [n for n, v in re.findall(r"^#?(PREGONERO_\w+)=(.+)$", ejemplo, re.MULTILINE) if n in claves and v.strip()]
    assert llenas == []


@pytest.mark.parametrize("red", REDES)
def test_cada_red_dice_de_donde_salen_sus_limites_y_desde_cuando(red: str) -> None:
    capacidades = registro.clase(red).capacidades
    assert capacidades.red == red
    assert capacidades.fuente
    assert date(2026, 1, 1) <= capacidades.verificado <= date.today()  # noqa: DTZ011 # basta el día
    assert (RAIZ / "conectores" / red / "README.md").read_text(encoding="utf-8").strip()
    assert all(clave.ayuda.strip() for clave in registro.clase(red).claves)


def apagadas() -> list[str]:
    hechos = {red: registro.hechos_de_escucha(red) for red in REDES + OYENTES}
    return [red for red, suyos in hechos.items() if suyos is not None and suyos.apagada_porque]


@pytest.mark.parametrize("red", apagadas())
def test_cada_red_que_hay_que_encender_dice_como_y_por_que(red: str, ejemplo: str) -> None:
    variable = f"{PREFIJO}{red.upper()}_ESCUCHA"
    assert re.search(rf"^# .+\n#{variable}=no$", ejemplo, re.MULTILINE), f"Falta {variable} con su motivo."
    assert variable in (RAIZ / "conectores" / red / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("red", OYENTES)
def test_cada_red_que_solo_se_oye_dice_que_deja_oir(red: str) -> None:
    hechos = registro.hechos_de_escucha(red)
    assert hechos is not None
    assert hechos.fuente
    assert (RAIZ / "conectores" / red / "README.md").read_text(encoding="utf-8").strip()


def test_los_medios_digitales_tienen_con_que_leerse() -> None:
    assert registro.DE_MEDIOS in registro.OYENTES


@pytest.mark.parametrize("alias", registro.ALIAS.items(), ids=str)
def test_cada_alias_lleva_a_una_red_que_existe(alias: tuple[str, str]) -> None:
    nombre, red = alias
    assert registro.slug(nombre.upper()) == red


def constantes(archivo: Path) -> set[str]:
    arbol = ast.parse(archivo.read_text(encoding="utf-8"))
    return {n.value for n in ast.walk(arbol) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


EQUIS = "una equis en una celda es un «sí»"
NO_SON_REDES = {
    ("motor/entrada/entender/armado.py", "x"): EQUIS,
    ("motor/entrada/leer/calendario.py", "x"): EQUIS,
}
DEMOSTRACION = {"motor/demo/funcion.py", "motor/demo/escucha.py"}
"""Montan un municipio de mentira con sus cuatro redes: son un guion, no el motor."""


def test_el_motor_y_las_tablas_no_nombran_ninguna_red() -> None:
    """Una red es una carpeta: el motor lee sus capacidades. Un `if red == "x"` se nota aquí."""
    prohibidas = {*registro.CONECTORES, *registro.ALIAS}
    nombradas = {
        (str(archivo.relative_to(RAIZ)), texto)
        for sala in ("motor", "modelos")
        for archivo in sorted((RAIZ / sala).rglob("*.py"))
        for texto in constantes(archivo)
        if texto in prohibidas
    }
    assert {n for n in nombradas if n[0] not in DEMOSTRACION} == set(NO_SON_REDES)


def ordenes(grupo: TyperGroup, camino: str = "pregonero") -> list[tuple[str, str]]:
    halladas = []
    for nombre, orden in grupo.commands.items():
        halladas.append((f"{camino} {nombre}", orden.help or ""))
        if isinstance(orden, TyperGroup):
            halladas += ordenes(orden, f"{camino} {nombre}")
    return halladas


def test_cada_orden_explica_para_que_sirve() -> None:
    raiz = get_command(app)
    assert isinstance(raiz, TyperGroup)
    todas = ordenes(raiz)
    assert len(todas) > 10
    assert [camino for camino, ayuda in todas if len(ayuda.split()) < 3] == []


def test_las_flechas_de_la_casa_se_cumplen() -> None:
    orden = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    hecho = subprocess.run(orden, cwd=RAIZ, capture_output=True, text=True, check=False)
    assert hecho.returncode == 0, hecho.stdout


@pytest.mark.parametrize("sala", ["motor", "conectores", "modelos", "config", "simulador"])
def test_no_hay_archivos_cajon_de_sastre(sala: str) -> None:
    cajones = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
    assert [a.name for a in (RAIZ / sala).rglob("*.py") if a.stem in cajones] == []

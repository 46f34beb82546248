"""requisitos.lock: con él instala quien clona. Si le falta algo que pide pyproject.toml, en su máquina no arranca."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

RAIZ = Path(__file__).parent.parent
CERRADO = (RAIZ / "requisitos.lock").read_text(encoding="utf-8")
VERSIONES = dict(re.findall(r"^([\w.-]+)==(\S+)$", CERRADO, flags=re.MULTILINE))


def pedidos() -> list[str]:
    proyecto = tomllib.loads((RAIZ / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    todos = [*proyecto["dependencies"], *(r for extra in proyecto["optional-dependencies"].values() for r in extra)]
    return sorted({r for r in todos if not r.startswith("pregonero")})


@pytest.mark.parametrize("pedido", pedidos())
def test_lo_que_pide_el_proyecto_tiene_una_version_cerrada_que_le_sirve(pedido: str) -> None:
    requisito = Requirement(pedido)
    version = VERSIONES.get(requisito.name)
    assert version is not None, f"falta {requisito.name}: make cerrar-versiones"
    assert requisito.specifier.contains(version, prereleases=True)


def test_no_se_pide_nada_de_una_carpeta_de_quien_cerro_las_versiones() -> None:
    assert "file:" not in CERRADO

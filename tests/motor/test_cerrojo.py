import os
import subprocess
import sys
from pathlib import Path

import pytest

from modelos import Base
from motor.cerrojo import OtroDemonio, exclusivo


def test_el_segundo_demonio_de_una_base_sqlite_se_niega_y_dice_quien_esta(base: Base) -> None:
    with exclusivo(base) as solos:
        assert solos
        with pytest.raises(OtroDemonio, match=rf"proceso {os.getpid()}\)\. Deténgalo antes, o use PostgreSQL"):
            exclusivo(base).__enter__()
    with exclusivo(base):  # al soltarlo, cabe otro
        pass


def test_llegar_por_un_enlace_a_la_misma_base_tampoco_vale(base: Base, tmp_path: Path) -> None:
    enlace = tmp_path / "otra-ruta.db"
    enlace.symlink_to(str(base.url.database))
    otra = Base(f"sqlite:///{enlace}")
    with exclusivo(base), pytest.raises(OtroDemonio):
        exclusivo(otra).__enter__()
    otra.cerrar()


def test_el_cerrojo_lo_suelta_el_sistema_aunque_el_proceso_muera(base: Base) -> None:
    guion = (
        "import os, sys; from modelos import Base; from motor.cerrojo import exclusivo\n"
        "exclusivo(Base(sys.argv[1])).__enter__(); os.kill(os.getpid(), 9)"
    )
    hecho = subprocess.run([sys.executable, "-c", guion, str(base.url)], check=False, cwd=Path(__file__).parents[2])
    assert hecho.returncode == -9
    with exclusivo(base) as solos:
        assert solos


@pytest.mark.servidor
@pytest.mark.parametrize("gestor", ["postgresql"], indirect=True)
def test_en_postgresql_caben_varios(base: Base) -> None:
    with exclusivo(base) as uno, exclusivo(base) as otro:
        assert (uno, otro) == (False, False)

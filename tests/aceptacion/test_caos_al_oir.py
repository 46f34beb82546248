"""Apagones mientras se oye, se nota y se avisa: nada se pierde, nada se cuenta dos veces (lo largo: bench.escucha)."""

import random
from pathlib import Path

import pytest

from bench.caos_al_oir import Pueblo, matar


@pytest.mark.timeout(180)
def test_dos_apagones_mientras_el_pueblo_habla_ni_pierden_ni_repiten(tmp_path: Path) -> None:
    base = f"sqlite:///{tmp_path}/pregonero.db"
    with Pueblo(tmp_path, base=base, redes=("facebook", "instagram")) as pueblo:
        cuentas = matar(pueblo, random.Random(3), muertes=2)
    mal = {que: cuanto for que, (cuanto, bien) in cuentas.items() if not bien}
    assert mal == {}

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.aceptacion.pueblo import RAIZ


@pytest.mark.timeout(240)
def test_la_demostracion_acaba_sola_sin_perder_ni_repetir_nada(tmp_path: Path) -> None:
    """Como la ve quien llega: sin terminal, sin configurar nada, y con un apagón a la mitad."""
    corrida = subprocess.run(
        [sys.executable, "-m", "motor", "demo"],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(RAIZ), "COLUMNS": "120"},
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert corrida.returncode == 0, corrida.stdout[-3000:] + corrida.stderr[-2000:]
    assert "perdidas: 0 · repetidas: 0" in corrida.stdout
    assert "El panel abrió y contestó en sus 7 páginas principales." in corrida.stdout
    assert "kill -9" in corrida.stdout
    assert "invitacion.md" in corrida.stdout
    assert "208 publicaciones, aprendido el" in " ".join(corrida.stdout.split())
    assert "espera a su mejor hora, fb-san-jacinto" in corrida.stdout
    assert corrida.stderr == ""

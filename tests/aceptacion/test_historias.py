"""Historias enteras, de punta a punta: un archivo en una carpeta, un demonio en otro proceso, redes por HTTP."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from modelos import Estado
from tests.aceptacion.pueblo import RAIZ, Pueblo, pueblo


@pytest.fixture
def san_jacinto(tmp_path: Path) -> Iterator[Pueblo]:
    with pueblo(tmp_path) as suyo:
        yield suyo


def todo_publicado(p: Pueblo, cuantas: int) -> bool:
    entregas = p.entregas()
    return len(entregas) == cuantas and all(e.estado is Estado.PUBLICADA for _, e in entregas)


def test_un_texto_soltado_en_la_carpeta_sale_en_sus_redes_y_deja_dicho_donde(san_jacinto: Pueblo) -> None:
    p = san_jacinto
    p.arrancar()
    p.soltar("aviso.md", "---\nredes: X, Facebook\nfecha: ya\nx: Para X.\n---\nPara las demás.\n")
    p.esperar(lambda: todo_publicado(p, 2), que="que se publique en las dos")
    p.esperar(lambda: "aviso.md" in p.hay("publicadas"), que="que el archivo acabe en publicadas")
    assert [(v.red, v.texto) for v in sorted(p.redes.publicadas(), key=lambda v: v.red)] == [
        ("facebook", "Para las demás."),
        ("x", "Para X."),
    ]
    resultado = p.leer("publicadas/aviso.md.resultado.txt")
    assert all(entrega.url in resultado for _, entrega in p.entregas())
    assert p.hay("entrada") == p.hay("procesando") == set()


def test_lo_que_espera_su_hora_se_queda_en_procesando_y_sale_a_su_hora(san_jacinto: Pueblo) -> None:
    p = san_jacinto
    p.arrancar()
    hora = p.hora_local() + timedelta(seconds=7)
    p.soltar("luego.md", f"---\nredes: X\nfecha: {hora:%Y-%m-%d %H:%M:%S}\n---\nA su hora.\n")
    p.esperar(lambda: {"luego.md", "luego.md.estado.txt"} <= p.hay("procesando"), que="que se acepte y se diga")
    assert p.redes.publicadas() == []
    p.esperar(lambda: todo_publicado(p, 1), que="que salga")
    [publicada] = p.redes.publicadas("x")
    retraso = publicada.instante - hora.replace(microsecond=0)
    assert timedelta() <= retraso < timedelta(seconds=1)


def test_un_apagon_a_media_publicacion_ni_pierde_ni_repite(san_jacinto: Pueblo) -> None:
    p = san_jacinto
    p.arrancar()
    p.redes.ajustar(latencia_s=1.0)
    for n in range(4):
        p.soltar(f"aviso-{n}.md", f"---\nredes: X, Facebook\nfecha: ya\n---\nAviso número {n}.\n")
    p.esperar(lambda: Estado.ENVIANDO in p.estados(), que="que algo esté saliendo")
    p.esperar(lambda: len(p.redes.publicadas()) > 0, que="que la red acepte algo")
    p.matar()
    p.redes.ajustar(latencia_s=0.0)
    p.arrancar()
    p.esperar(lambda: todo_publicado(p, 8), plazo_s=60, que="que salga todo")
    assert Counter((v.red, v.texto) for v in p.redes.publicadas()) == {
        (red, f"Aviso número {n}."): 1 for red in ("x", "facebook") for n in range(4)
    }


def test_una_respuesta_perdida_se_comprueba_en_la_red_y_no_se_repite(san_jacinto: Pueblo) -> None:
    p = san_jacinto
    for red in ("x", "facebook", "pinterest", "instagram"):
        p.redes.fallar(red, "reset_despues")
    p.arrancar()
    p.soltar("aviso.md", "---\nredes: X, Facebook\nfecha: ya\n---\nSe perdió la respuesta.\n")
    p.esperar(lambda: todo_publicado(p, 2), que="que se concilien las dos")
    assert Counter(v.red for v in p.redes.publicadas()) == {"x": 1, "facebook": 1}


def test_lo_que_no_se_puede_comprobar_se_pregunta_por_correo(tmp_path: Path) -> None:
    with pueblo(tmp_path) as p:
        p.redes.fallar("x", "reset_despues")
        p.redes.fallar("x", "error_500_antes", veces=1000, alcance="todas", ruta="/users/")
        p.arrancar()
        p.soltar("aviso.md", "---\nredes: X\nfecha: ya\n---\n¿Salió o no salió?\n")
        p.esperar(lambda: p.estados() == {Estado.POR_DECIDIR}, plazo_s=60, que="que quede por decidir")
        [(_, entrega)] = p.entregas()
        [correo] = p.correos_con(f"pregonero entregas resolver {entrega.id} --publicada")
        assert "¿Salió o no salió?" in correo.texto
        assert len(p.redes.publicadas("x")) == 1


def test_un_archivo_con_errores_vuelve_con_su_motivo(san_jacinto: Pueblo) -> None:
    p = san_jacinto
    p.arrancar()
    p.soltar("mal.md", "---\nredes: Mastodonte\nfecha: 31 de febrero de 2027, 9:00\n---\nHola.\n")
    p.esperar(lambda: "mal.md" in p.hay("rechazadas"), que="que se rechace")
    motivo = p.leer("rechazadas/mal.md.motivo.txt")
    assert "Mastodonte" in motivo
    assert "febrero" in motivo
    assert p.entregas() == []


def test_se_detiene_en_segundos_y_no_deja_arrancar_otro(san_jacinto: Pueblo) -> None:
    p = san_jacinto
    p.arrancar()
    otro = subprocess.run(
        [sys.executable, "-m", "motor", "iniciar"],
        env={**p.variables, "PYTHONPATH": str(RAIZ), "PATH": "/usr/bin:/bin"},
        cwd=p.carpeta,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert otro.returncode == 1
    assert "Ya hay un Pregonero" in otro.stderr
    assert p.detener() < 10
    assert p.demonio is not None
    assert p.demonio.returncode == 0


def test_se_detiene_en_segundos_aunque_una_red_no_conteste(san_jacinto: Pueblo) -> None:
    p = san_jacinto
    p.redes.fallar("x", "cuelgue", aceptar=True)
    p.arrancar()
    p.soltar("aviso.md", "---\nredes: X\nfecha: ya\n---\nSin respuesta.\n")
    p.esperar(lambda: Estado.ENVIANDO in p.estados(), que="que esté saliendo")
    assert p.detener() < 12
    p.arrancar()
    p.esperar(lambda: todo_publicado(p, 1), plazo_s=60, que="que se compruebe")
    assert len(p.redes.publicadas("x")) == 1


def test_ningun_secreto_llega_a_la_bitacora_ni_a_los_correos(san_jacinto: Pueblo) -> None:
    p = san_jacinto
    p.redes.fallar("facebook", "token_vencido", veces=1000, alcance="todas")
    p.redes.fallar("x", "html", aceptar=False)
    p.arrancar()
    p.soltar("aviso.md", "---\nredes: X, Facebook\nfecha: ya\n---\nCon la credencial vencida.\n")
    p.correos_con("El token de este perfil venció")
    p.detener()
    dicho = p.bitacora() + "".join(c.texto for c in p.correo.correos)
    for nombre, valor in p.variables.items():
        if nombre.endswith(("TOKEN", "SECRET", "_KEY")):
            assert valor not in dicho, nombre

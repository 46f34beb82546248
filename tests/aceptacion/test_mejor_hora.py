"""De «fecha: mejor hora …» en la carpeta a publicado, una vez y a la hora que se le dijo al editor."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from conectores.memoria.conector import RedEnMemoria, red_en_memoria
from modelos import Perfil
from motor.entorno import Entorno
from motor.entrada.recorrido import REPOSO, Recorrido
from tests.conftest import RelojFijo
from tests.motor.lo_aprendido import MIERCOLES, aprender, hora, sin_azar
from tests.motor.oficina import HORA, Oficina

MIERCOLES_20 = datetime(2026, 11, 26, 2, tzinfo=UTC)
AVISO = """---
fecha: mejor hora antes del viernes 18:00
---
El viernes a las 18:00 prendemos el árbol.
"""


@pytest.fixture
def red(request: pytest.FixtureRequest, reloj: RelojFijo) -> RedEnMemoria:
    red = red_en_memoria(request.node.nodeid)
    red.ahora = reloj.ahora
    return red


@pytest.fixture
def oficina(entorno: Entorno, reloj: RelojFijo, red: RedEnMemoria, perfil_de: Callable[..., Perfil]) -> Oficina:
    perfil_de()
    aprender(entorno.base, reloj, {hora(MIERCOLES, 20): 50.0})
    return Oficina(sin_azar(entorno), reloj, red)


@pytest.mark.dos_bases
def test_se_suelta_se_dice_la_hora_y_sale_una_vez_a_esa_hora(oficina: Oficina) -> None:
    recorrido = Recorrido(oficina.entorno)
    buzon = oficina.entorno.buzon

    def soltar() -> None:
        (buzon / "entrada" / "arbol.md").write_text(AVISO, encoding="utf-8")
        recorrido.recorrer()
        oficina.reloj.avanzar(REPOSO)
        recorrido.recorrer()

    recorrido.recorrer()
    soltar()
    nota = (buzon / "procesando" / "arbol.md.estado.txt").read_text(encoding="utf-8")
    assert "el miércoles 25 de noviembre de 2026 a las 20:00. Mejor hora: miércoles 20:00, +50 %" in nota
    soltar()  # otra vez, por si no llegó
    oficina.pasar(MIERCOLES_20 - oficina.reloj.ahora() - timedelta(minutes=1), tick=HORA)
    assert oficina.textos_publicados() == []
    aprender(oficina.entorno.base, oficina.reloj, {hora(MIERCOLES, 21): 90.0})  # aunque aprenda otra cosa
    oficina.pasar(timedelta(minutes=2))
    recorrido.recorrer()
    assert oficina.textos_publicados() == ["El viernes a las 18:00 prendemos el árbol."]
    assert "publicada el miércoles 25 de noviembre de 2026 a las 20:00" in (
        buzon / "publicadas" / "arbol.md.resultado.txt"
    ).read_text(encoding="utf-8")
    soltar()
    oficina.pasar(timedelta(days=8), tick=6 * HORA)
    assert len(oficina.textos_publicados()) == 1


def test_si_el_motor_estuvo_apagado_hasta_despues_del_evento_ya_no_sale(oficina: Oficina) -> None:
    recorrido = Recorrido(oficina.entorno)
    recorrido.recorrer()
    (oficina.entorno.buzon / "entrada" / "arbol.md").write_text(AVISO, encoding="utf-8")
    recorrido.recorrer()
    oficina.reloj.avanzar(REPOSO)
    recorrido.recorrer()
    oficina.reloj.avanzar(timedelta(days=6))  # sábado
    oficina.pasar(HORA)
    recorrido.recorrer()
    assert oficina.textos_publicados() == []
    nota = (oficina.entorno.buzon / "rechazadas" / "arbol.md.motivo.txt").read_text(encoding="utf-8")
    assert "venció antes de poder salir" in nota

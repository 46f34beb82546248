"""Lo que dijo la gente no se queda en la bandeja."""

from collections.abc import Callable
from datetime import time

import pytest

from modelos import EstadoDeCorreo
from motor.avisos.avisador import Avisador
from motor.avisos.historias.limpieza import A_PETICION
from motor.escucha.almacen.privacidad import borrar, buscar
from tests.motor.avisos.conftest import Pueblo, hora_local

pytestmark = pytest.mark.usefixtures("sin_dibujar")


def test_quien_pide_el_olvido_no_sale_en_el_correo_que_espera_a_la_mañana(
    pueblo: Pueblo, con_callar: Callable[..., Avisador], agua: int
) -> None:
    avisador = con_callar(callar=(time(22, 0), time(7, 0)))
    hora_local(pueblo, 23)
    pueblo.inundacion(agua, cuantos=12)
    pueblo.dicen("A mi casa en Tollocan ya entró el agua", agua, interacciones=999, autor_usuario="doña_luz")
    pueblo.pico(agua)
    avisador.atender()
    assert "@doña_luz" in pueblo.correos()[0].texto
    with pueblo.escucha.base.leer() as sesion:
        personas = buscar(sesion, "@doña_luz")
    borrar(pueblo.escucha, personas)
    [correo] = pueblo.correos()
    assert correo.estado is EstadoDeCorreo.PENDIENTE
    assert correo.texto.startswith("SUBE LO QUE SE DICE DE: INUNDACIONES")
    assert A_PETICION in correo.texto
    assert "pregonero avisos atender" in correo.texto
    assert not any(suyo in correo.texto + correo.html for suyo in ("doña_luz", "A mi casa"))

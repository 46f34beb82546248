"""Un alza también toca el teléfono de quien lo pidió, cuando sale su correo."""

from datetime import timedelta

import pytest
from sqlmodel import select

from modelos import Nombramiento, Rol, Sesion, Suscripcion, Toque, Usuario
from motor.avisos.avisador import Avisador
from tests.motor.avisos.conftest import Pueblo

pytestmark = pytest.mark.usefixtures("sin_dibujar")


def con_telefono(pueblo: Pueblo) -> None:
    ahora = pueblo.reloj.ahora()
    with pueblo.escucha.principal.base.escribir() as sesion:
        ana = Usuario(correo="ana@x.mx", nombre="Ana", creado_en=ahora)
        sesion.add(ana)
        sesion.flush()
        suya = Sesion(
            huella="h", usuario_id=ana.id, creada_en=ahora, vista_en=ahora, vence_en=ahora + timedelta(days=30)
        )
        sesion.add_all([Nombramiento(usuario_id=ana.id, rol=Rol.COORDINADOR), suya])
        sesion.flush()
        sesion.add(
            Suscripcion(
                usuario_id=ana.id,
                sesion_id=suya.id,
                direccion="https://avisos.example/a",
                p256dh="p",
                autenticacion="a",
                temas=["alertas"],
                creada_en=ahora,
            )
        )


def toques(pueblo: Pueblo) -> list[Toque]:
    with pueblo.escucha.principal.base.leer() as sesion:
        return list(sesion.exec(select(Toque)))


def test_un_alza_es_un_toque_que_abre_su_alerta_y_no_dice_nada_privado(
    pueblo: Pueblo, avisador: Avisador, agua: int
) -> None:
    con_telefono(pueblo)
    pueblo.inundacion(agua)
    pueblo.pico(agua)
    avisador.atender()
    avisador.atender()
    (toque,) = toques(pueblo)
    (historia,) = pueblo.historias()
    assert toque.cuerpo["titulo"] == "Alza de «Inundaciones»"
    assert toque.cuerpo["camino"] == f"/alertas/{historia.id}"
    assert "texto" not in toque.cuerpo
    assert toque.proximo_en == pueblo.correos()[0].no_antes_de

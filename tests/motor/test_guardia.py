"""Lo que la guardia hace aunque la escucha esté apagada, y antes de que nada se mande."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from conectores.contrato_escucha import Autor, Clase, Oido, Tanda
from modelos import Correo, EstadoDeCorreo
from modelos.escucha import Fuente, Mensaje
from motor.avisos.avisador import Avisador
from motor.escucha.almacen.caducidad import CADUCADO
from motor.escucha.almacen.guardar import guardar
from motor.escucha.entendido import Entendido
from motor.escucha.entorno import EntornoDeEscucha
from motor.guardia import Guardia
from tests.conftest import RelojFijo


@pytest.fixture
def exigente(escucha: EntornoDeEscucha, reloj: RelojFijo) -> EntornoDeEscucha:
    """Una red que exige borrar a las 23 horas, con un mensaje guardado y un correo que lo cita."""
    hechos = escucha.hechos_de("memoria")
    assert hechos is not None
    purga = replace(hechos, purga=timedelta(hours=23))
    escucha = replace(escucha, hechos_de=lambda _: purga)
    ahora = reloj.ahora()
    fuente = Fuente(clave="f", red="memoria", desde=ahora, proxima_en=ahora)
    with escucha.base.escribir() as sesion:
        sesion.add(fuente)
    oido = Oido(id_externo="1", clase=Clase.MENCION, texto="hay un bache", publicado_en=ahora, autor=Autor(id="7"))
    guardar(escucha, fuente, Tanda(oidos=(oido,)), entender=lambda _, oidos: [Entendido(None, ()) for _ in oidos])
    with escucha.principal.base.escribir() as sesion:
        for estado in (EstadoDeCorreo.ENVIADO, EstadoDeCorreo.RECHAZADO):
            citado = Correo(
                clave=estado.value, grupo="historias", para="a@b.mx", asunto="Sube", texto="«hay un bache»", html="<p>",
                estado=estado, no_antes_de=ahora, creado_en=ahora,
            )  # fmt: skip
            sesion.add(citado)
    return escucha


def quedan(escucha: EntornoDeEscucha) -> tuple[list[str], set[str]]:
    with escucha.base.leer() as sesion:
        mensajes = list(sesion.exec(select(Mensaje.texto)))
    with escucha.principal.base.leer() as sesion:
        return mensajes, set(sesion.exec(select(Correo.texto)))


def test_tras_dos_dias_apagado_lo_vencido_se_borra_antes_de_la_primera_tarea(
    exigente: EntornoDeEscucha, reloj: RelojFijo
) -> None:
    reloj.avanzar(timedelta(days=2))
    guardia = Guardia(exigente, Avisador(exigente))
    assert quedan(exigente) == ([""], {CADUCADO})
    guardia.cerrar()


def test_aunque_se_apague_la_escucha_lo_que_se_oyo_se_borra_a_tiempo(
    exigente: EntornoDeEscucha, reloj: RelojFijo, con_escucha: Callable[[EntornoDeEscucha, bool], EntornoDeEscucha]
) -> None:
    apagada = con_escucha(exigente, False)
    guardia = Guardia(apagada, Avisador(apagada))
    tareas = guardia.tareas()
    assert "escucha" not in tareas
    borrar, cada_s = tareas["caducidad"]
    reloj.avanzar(timedelta(hours=23, minutes=1))
    borrar()
    assert quedan(apagada) == ([""], {CADUCADO})
    assert timedelta(hours=23, seconds=cada_s) < timedelta(hours=24)
    guardia.cerrar()


@pytest.fixture
def con_escucha() -> Callable[[EntornoDeEscucha, bool], EntornoDeEscucha]:
    def poner(escucha: EntornoDeEscucha, activa: bool) -> EntornoDeEscucha:
        reglas = replace(escucha.reglas, escucha=replace(escucha.reglas.escucha, activa=activa))
        return replace(escucha, principal=replace(escucha.principal, reglas=reglas))

    return poner

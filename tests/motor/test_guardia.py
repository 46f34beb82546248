"""La guardia dentro del demonio: qué hace, que se detenga con orden, y que nada de ella retrase lo que se publica."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, text, update
from sqlmodel import col, select

from conectores.contrato_escucha import Mediciones
from conectores.memoria.conector import RedEnMemoria, red_en_memoria
from modelos import Horario, Monitor, Perfil, Vista
from modelos.escucha import Coincidencia, Fuente, Mensaje, Ritmo
from motor.avisos.avisador import Avisador
from motor.avisos.correo import Cartero
from motor.demonio import Demonio
from motor.entrada.recorrido import Recorrido
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.recoleccion.lecturas import Leida, guardar_lecturas
from motor.guardia import Guardia
from motor.publicacion.alta import registrar
from motor.publicacion.propuesta import Propuesta
from motor.reglas import ReglasDeEscucha
from motor.reloj import RelojReal

S = timedelta(seconds=1)
MONITORES = '[baches]\nnombre = "Baches"\nalguna = ["bache"]\nflexion = true\n'


@pytest.fixture
def red(request: pytest.FixtureRequest) -> RedEnMemoria:
    return red_en_memoria(request.node.nodeid)


@pytest.fixture
def oye(escucha: EntornoDeEscucha, perfil_de: Callable[..., Perfil]) -> EntornoDeEscucha:
    """Con el reloj de verdad, un perfil que oye y un monitor en su archivo."""
    perfil_de(separacion_s=0)
    (escucha.archivos / "monitores.toml").write_text(MONITORES, encoding="utf-8")
    (escucha.principal.buzon / "entrada").mkdir(parents=True)
    reglas = replace(escucha.principal.reglas, separacion=timedelta(), hilos=2)
    return replace(escucha, principal=replace(escucha.principal, reloj=RelojReal(), reglas=reglas))


@contextmanager
def de_guardia(escucha: EntornoDeEscucha, guardia: Guardia) -> Iterator[Demonio]:
    entorno = escucha.principal
    cartero = Cartero(entorno.base, entorno.reloj, None)
    demonio = Demonio(entorno, cartero, Recorrido(entorno), recorrido_s=3600, solos=True, guardia=guardia, cierre_s=1)
    hilo = threading.Thread(target=demonio.correr, name="demonio")
    antes = set(threading.enumerate())
    hilo.start()
    try:
        yield demonio
    finally:
        demonio.parar()
        hilo.join(20)
        assert not hilo.is_alive()
        esperar(lambda: set(threading.enumerate()) <= antes)  # que nadie use la base después de cerrada


def esperar(condicion: Callable[[], bool], *, s: float = 10.0) -> None:
    limite = time.monotonic() + s
    while not condicion():
        assert time.monotonic() < limite, "No pasó a tiempo."
        time.sleep(0.02)


def publicar(escucha: EntornoDeEscucha, red: RedEnMemoria, texto: str) -> None:
    """Programar algo para ya, y esperar a que salga."""
    entorno, antes = escucha.principal, len(red.vistas)
    ahora = entorno.reloj.ahora()
    propuesta = Propuesta(texto=texto, perfiles=("memoria",), programada_en=ahora, zona="America/Mexico_City")
    with entorno.base.escribir() as sesion:
        registrar(sesion, entorno, propuesta, ahora=ahora)
    esperar(lambda: len(red.vistas) > antes)


def cuantos(escucha: EntornoDeEscucha, tabla: type[Mensaje] | type[Coincidencia] | type[Ritmo]) -> int:
    with escucha.base.leer() as sesion:
        return len(sesion.scalars(select(tabla)).all())


def hay_monitor(escucha: EntornoDeEscucha) -> bool:
    with escucha.principal.base.leer() as sesion:
        return sesion.scalars(select(Monitor).where(col(Monitor.contado) == col(Monitor.version))).first() is not None


def test_oye_cuenta_y_se_detiene(oye: EntornoDeEscucha, red: RedEnMemoria) -> None:
    red.pueblo.por_tanda = 30
    for n in range(30):
        red.pueblo.decir("menciones", f"Otro bache en la calle {n}", en=RelojReal().ahora() - n * S)
    with de_guardia(oye, Guardia(oye, Avisador(oye))):
        esperar(lambda: cuantos(oye, Coincidencia) == 30, s=20)
        publicar(oye, red, "Mientras se oye")


def test_sin_escuchar_solo_avisa(oye: EntornoDeEscucha) -> None:
    reglas = replace(oye.reglas, escucha=ReglasDeEscucha(activa=False))
    callada = replace(oye, principal=replace(oye.principal, reglas=reglas))
    assert set(Guardia(callada, Avisador(callada)).tareas()) == {
        "avisos",
        "resúmenes",
        "canales",
        "caducidad",
        "horas",
        "acervo",
    }


def test_aprende_las_horas_aunque_no_se_escuche_y_entre_tanto_se_publica(
    oye: EntornoDeEscucha, red: RedEnMemoria
) -> None:
    """De lo que se importó; y la hora que se elija desde entonces ya sale de ahí."""
    reglas = replace(oye.reglas, escucha=ReglasDeEscucha(activa=False))
    callada = replace(oye, principal=replace(oye.principal, reglas=reglas))
    ahora = RelojReal().ahora()
    with callada.principal.base.escribir() as sesion:
        (perfil,) = sesion.exec(select(Perfil)).all()
        for n in range(12):
            salio = ahora - timedelta(days=30 + n)
            vista = Vista(perfil_id=perfil.id, id_externo=f"i{n}", publicada_en=salio, vista_en=ahora)
            sesion.add(vista)
            sesion.flush()
            numeros = Mediciones(valores={"me_gusta": 10 + n}, version="tabla")
            guardar_lecturas(
                sesion, [Leida(perfil_id=perfil.id, vista_id=vista.id, mediciones=numeros, leida_en=ahora)]
            )

    def aprendido() -> bool:
        with callada.principal.base.leer() as sesion:
            return [h.publicaciones for h in sesion.exec(select(Horario))] == [12]

    with de_guardia(callada, Guardia(callada, Avisador(callada))):
        publicar(callada, red, "Mientras se aprende")
        esperar(aprendido)


def test_una_tarea_que_falla_ni_calla_a_las_demas_ni_estorba_a_lo_que_se_publica(
    oye: EntornoDeEscucha, red: RedEnMemoria, caplog: pytest.LogCaptureFixture
) -> None:
    """La base de lo que se oye pierde una tabla: todo lo de escuchar falla, y publicar ni se entera."""
    guardia, red.pueblo.al_contestar = Guardia(oye, Avisador(oye)), lambda: 1 / 0
    with oye.base.escribir() as sesion:
        sesion.execute(text("ALTER TABLE conteo RENAME TO otra"))
    with de_guardia(oye, guardia):
        esperar(lambda: "fuente_cae" in {r.__dict__.get("accion") for r in caplog.records})
        publicar(oye, red, "De todos modos")
        assert hay_monitor(oye)


def test_una_red_que_no_contesta_no_retrasa_lo_que_se_publica_ni_el_cierre(
    oye: EntornoDeEscucha, red: RedEnMemoria
) -> None:
    colgada, soltar = threading.Event(), threading.Event()

    def colgarse() -> None:
        colgada.set()
        soltar.wait(30)

    red.pueblo.al_contestar = colgarse
    guardia = Guardia(oye, Avisador(oye), cierre_s=0.3)
    with de_guardia(oye, guardia) as demonio:
        assert colgada.wait(10)
        publicar(oye, red, "Con la red colgada")
        empieza = time.monotonic()
        demonio.parar()
        threading.Timer(0.5, soltar.set).start()
    assert time.monotonic() - empieza < 10


def test_al_cerrar_un_recuento_largo_se_interrumpe_y_sigue_pendiente(oye: EntornoDeEscucha, red: RedEnMemoria) -> None:
    red.pueblo.decir("menciones", "Un bache", en=RelojReal().ahora())
    with de_guardia(oye, Guardia(oye, Avisador(oye))):
        esperar(lambda: cuantos(oye, Mensaje) == 1)
    with oye.principal.base.escribir() as sesion:
        sesion.execute(update(Monitor).values(contado=0))
    guardia = Guardia(oye, Avisador(oye))

    def cerrar_a_media_tanda(_conexion: object, _cursor: object, orden: str, *_: object) -> None:
        if "FROM coincidencia" in orden:
            guardia.cerrar()

    event.listen(oye.base.motor, "before_cursor_execute", cerrar_a_media_tanda)
    guardia.tareas()["monitores"][0]()
    event.remove(oye.base.motor, "before_cursor_execute", cerrar_a_media_tanda)
    assert not hay_monitor(oye), "quedó pendiente"
    otra = Guardia(oye, Avisador(oye))
    otra.tareas()["monitores"][0]()
    otra.cerrar()
    assert hay_monitor(oye)


def test_cerrada_no_empieza_nada(oye: EntornoDeEscucha) -> None:
    guardia = Guardia(oye, Avisador(oye))
    tareas = guardia.tareas()
    guardia.cerrar()
    for nombre in ("escucha", "picos", "monitores"):
        tareas[nombre][0]()
    with oye.base.leer() as sesion:
        assert sesion.scalars(select(Fuente)).all() == []
    assert not hay_monitor(oye)

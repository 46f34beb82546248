"""Lo que se borra solo."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from conectores.contrato_escucha import Autor, HechosDeEscucha, Revision
from modelos import Correo, EstadoDeCorreo, Perfil
from modelos.escucha import Coincidencia, Crudo, Mensaje
from motor.escucha.almacen.caducidad import CADUCADO, aplicar_revision, caducar, por_comprobar, purgar, redes_sin_lugar
from motor.escucha.almacen.guardar import Guardado
from motor.escucha.entorno import EntornoDeEscucha
from tests.conftest import RelojFijo
from tests.motor.escucha.almacen.dichos import conteos, entender, oido, todo

DIA = timedelta(days=1)


def con_hechos(escucha: EntornoDeEscucha, hechos: HechosDeEscucha) -> EntornoDeEscucha:
    return replace(escucha, hechos_de=lambda red: hechos if red == "memoria" else None)


@pytest.mark.dos_bases
def test_lo_viejo_caduca_con_su_crudo_y_los_conteos_se_quedan(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado], reloj: RelojFijo
) -> None:
    llega(*(oido(str(n)) for n in range(25)))
    reloj.avanzar(100 * DIA)
    llega(oido("nuevo", publicado_en=reloj.ahora()))
    reloj.avanzar(81 * DIA)
    assert caducar(escucha, lote=10) == 25
    assert [m["id_externo"] for m in todo(escucha, Mensaje)] == ["nuevo"]
    assert len(todo(escucha, Crudo)) == len(todo(escucha, Coincidencia)) == 1
    assert conteos(escucha) == {1: 26}
    assert caducar(escucha) == 0


def test_lo_que_dijimos_nosotros_no_caduca(
    escucha: EntornoDeEscucha,
    llega: Callable[..., Guardado],
    reloj: RelojFijo,
    perfil_de: Callable[..., Perfil],
) -> None:
    perfil_de("memoria", id_externo="ayuntamiento")
    llega(oido("nuestra", autor=Autor(id="ayuntamiento")), oido("suya"))
    reloj.avanzar(400 * DIA)
    assert caducar(escucha) == 1
    assert [m["id_externo"] for m in todo(escucha, Mensaje)] == ["nuestra"]


def test_las_copias_en_los_correos_ya_mandados_caducan_tambien(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado], reloj: RelojFijo
) -> None:
    def correo(clave: str, **columnas: object) -> Correo:
        obligadas = {"grupo": "g", "para": "c@ejemplo.mx", "asunto": "Sube", "texto": "lo que dijo la gente"}
        propias = {"html": "<p>lo que dijo", "estado": EstadoDeCorreo.ENVIADO, "creado_en": reloj.ahora()}
        return Correo(**({"clave": clave, "no_antes_de": reloj.ahora()} | obligadas | propias | columnas))

    llega()  # hay una fuente de esa red
    with escucha.principal.base.escribir() as sesion:
        sesion.add_all([correo("mandado"), correo("por-salir", estado=EstadoDeCorreo.PENDIENTE)])
        sesion.add(correo("de-publicar", html=""))
    reloj.avanzar(2 * DIA)
    caducar(escucha)
    with escucha.principal.base.leer() as sesion:
        assert {c.html for c in sesion.exec(select(Correo))} == {"", "<p>lo que dijo"}
    caducar(con_hechos(escucha, HechosDeEscucha(canales=(), purga=DIA)))
    with escucha.principal.base.leer() as sesion:
        quedan = {c.clave: (c.texto, c.html) for c in sesion.exec(select(Correo))}
    assert quedan == {
        "mandado": (CADUCADO, ""),
        "por-salir": ("lo que dijo la gente", "<p>lo que dijo"),
        "de-publicar": ("lo que dijo la gente", ""),
    }


@pytest.mark.dos_bases
def test_donde_lo_exige_la_red_se_vacia_lo_que_no_se_pudo_comprobar_a_tiempo(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado], reloj: RelojFijo
) -> None:
    escucha = con_hechos(escucha, HechosDeEscucha(canales=(), purga=DIA))
    llega(*(oido(str(n)) for n in range(6)))
    reloj.avanzar(20 * timedelta(hours=1))
    with escucha.base.leer() as sesion:
        assert len(por_comprobar(sesion, "memoria", antes_de=reloj.ahora(), limite=100)) == 6
        assert por_comprobar(sesion, "memoria", antes_de=reloj.ahora() - DIA, limite=100) == []
    revision = Revision(vivos=(oido("0"), oido("1")), borrados=frozenset({"2"}))
    aplicar_revision(escucha, "memoria", revision, entender=entender)
    assert purgar(escucha, "memoria") == 0  # todavía no se cumplen las 24 horas de los demás
    reloj.avanzar(4 * timedelta(hours=1))
    assert purgar(escucha, "memoria", lote=2) == 3
    assert {m["id_externo"] for m in todo(escucha, Mensaje) if m["texto"]} == {"0", "1"}
    assert len(todo(escucha, Crudo)) == 2
    assert conteos(escucha) == {1: 6}


def test_donde_la_red_no_lo_exige_no_se_purga_nada(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado], reloj: RelojFijo
) -> None:
    llega(oido())
    reloj.avanzar(100 * DIA)
    sin_purga = con_hechos(escucha, HechosDeEscucha(canales=()))
    assert purgar(sin_purga, "memoria") == purgar(sin_purga, "desconocida") == 0
    assert todo(escucha, Mensaje)[0]["texto"]


def test_se_sabe_que_redes_prohiben_sumar_sus_lugares(escucha: EntornoDeEscucha) -> None:
    escucha = con_hechos(escucha, HechosDeEscucha(canales=(), lugar_solo_con_el_mensaje=True))
    assert redes_sin_lugar(escucha, ["memoria", "otra"]) == {"memoria"}

"""La mejor hora al dar de alta y al cambiar: cada perfil la suya, y una hora ya dicha sólo se mueve si se dice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from conectores.contrato import Pieza
from conectores.memoria.conector import ConectorMemoria
from modelos import Eleccion, Entrega, Estado, Perfil, Publicacion
from modelos.consultas import entregas_de, historia_de
from motor.horarios.asignacion import SinHueco
from motor.horarios.reglas import ReglasDeHorarios, ReglasDePerfil
from motor.horarios.ventana import Ventana
from motor.publicacion import horas_elegidas
from motor.publicacion.alta import actualizar
from motor.publicacion.cita import Cita
from motor.publicacion.transiciones import transitar
from tests.conftest import COMIENZO
from tests.motor.lo_aprendido import JUEVES, MARTES, MIERCOLES, SIN_AZAR, aprender, hora, sin_azar
from tests.motor.oficina import HORA, Oficina, con_conector

DIA = timedelta(days=1)

SEMANA = Ventana(desde=COMIENZO, hasta=COMIENZO + timedelta(days=7), dicha="mejor hora")
DE_NOCHE = Ventana(desde=COMIENZO + 15 * HORA, hasta=COMIENZO + 16 * HORA, dicha="mejor hora mañana de 0:00 a 1:00")
"""Cuando la oficina calla."""
MIERCOLES_20 = datetime(2026, 11, 26, 2, tzinfo=UTC)  # 20:00 del miércoles 25 en el centro de México
JUEVES_13 = datetime(2026, 11, 26, 19, tzinfo=UTC)
MARTES_10 = datetime(2026, 11, 24, 16, tzinfo=UTC)


@pytest.fixture
def oficina(oficina: Oficina) -> Oficina:
    """La misma oficina sin sorteos, que sabe que el miércoles a las 20:00 es su mejor hora."""
    oficina = Oficina(sin_azar(oficina.entorno), oficina.reloj, oficina.red)
    aprender(oficina.entorno.base, oficina.reloj, {hora(MIERCOLES, 20): 50.0})
    return oficina


def pedir(
    oficina: Oficina, ventana: Ventana = SEMANA, texto: str = "Mañana no hay clases.", **mas: object
) -> list[Entrega]:
    return oficina.programar(texto, ventana=ventana, programada_en=ventana.desde, **mas)


def cambiar(oficina: Oficina, entrega: Entrega, *, texto: str = "Corregido.", **mas: object) -> list[Entrega]:
    with oficina.entorno.base.escribir() as sesion:
        publicacion = sesion.get_one(Publicacion, entrega.publicacion_id)
        actualizar(sesion, oficina.entorno, publicacion, oficina.proponer(texto, **mas), ahora=oficina.reloj.ahora())
    with oficina.entorno.base.leer() as sesion:
        return entregas_de(sesion, entrega.publicacion_id)


def a_la_mejor(ventana: Ventana) -> dict[str, object]:
    return {"ventana": ventana, "programada_en": ventana.desde}


def elecciones(oficina: Oficina) -> list[Eleccion]:
    with oficina.entorno.base.leer() as sesion:
        return list(sesion.exec(select(Eleccion).order_by(col(Eleccion.id))))


def dichos(oficina: Oficina, entrega: Entrega) -> list[str]:
    with oficina.entorno.base.leer() as sesion:
        return [h.detalle for h in historia_de(sesion, entrega.id)]


def por_que(oficina: Oficina, entrega: Entrega) -> str:
    with oficina.entorno.base.leer() as sesion:
        return horas_elegidas.por_que(sesion, [sesion.get_one(Entrega, entrega.id)]).get(entrega.id, "")


class EnHilo(ConectorMemoria):
    def partir(self, pieza: Pieza) -> list[str]:
        return [pieza.texto[i : i + 10] for i in range(0, len(pieza.texto), 10)]


# ── dar de alta ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
def test_cada_perfil_tiene_su_mejor_hora_y_queda_escrito_por_que(
    oficina: Oficina, perfil_de: Callable[..., Perfil]
) -> None:
    perfil_de(nombre="dif")
    aprender(oficina.entorno.base, oficina.reloj, {hora(JUEVES, 13): 30.0}, perfil="dif")
    una, otra = pedir(oficina, perfiles=("memoria", "dif"))
    assert (una.no_antes_de, otra.no_antes_de) == (MIERCOLES_20, JUEVES_13)
    assert una.despertar_en == MIERCOLES_20
    assert {(e.entrega_id, e.elegida, e.desde, e.hasta, e.horario_id) for e in elecciones(oficina)} == {
        (una.id, MIERCOLES_20, SEMANA.desde, SEMANA.hasta, 1),
        (otra.id, JUEVES_13, SEMANA.desde, SEMANA.hasta, 2),
    }
    assert dichos(oficina, una)[-1] == (
        "Mejor hora: miércoles 20:00, +50 % (entre +45 y +55), 212 publicaciones, aprendido el 22 de noviembre"
    )


def test_la_publicacion_recuerda_lo_que_se_pidio(oficina: Oficina) -> None:
    (entrega,) = pedir(oficina, prioridad=1)
    with oficina.entorno.base.leer() as sesion:
        fila = sesion.get_one(Publicacion, entrega.publicacion_id)
    assert (fila.mejor_hora, fila.programada_en, fila.mejor_hora_hasta, fila.prioridad) == (
        "mejor hora", SEMANA.desde, SEMANA.hasta, 1,
    )  # fmt: skip


def test_las_partes_de_un_hilo_comparten_hora_y_la_eleccion_es_una(oficina: Oficina) -> None:
    oficina = con_conector(oficina, EnHilo)
    partes = pedir(oficina, texto="aaaaaaaaaabbbbbbbbbb", hilo=True)
    assert len(partes) == 2
    assert {parte.no_antes_de for parte in partes} == {MIERCOLES_20}
    assert [e.entrega_id for e in elecciones(oficina)] == [partes[0].id]


def test_la_segunda_no_toma_la_hora_de_la_primera(oficina: Oficina) -> None:
    (una,), (otra,) = pedir(oficina), pedir(oficina, texto="Otra cosa.")
    assert abs(una.no_antes_de - otra.no_antes_de) >= SIN_AZAR.generales.separacion


@pytest.mark.dos_bases
def test_si_no_cabe_en_ninguna_hora_no_se_guarda_nada(oficina: Oficina) -> None:
    with pytest.raises(SinHueco) as fallo:
        pedir(oficina, DE_NOCHE)
    assert fallo.value.remedio
    with oficina.entorno.base.leer() as sesion:
        assert sesion.exec(select(Publicacion)).all() == []
        assert sesion.exec(select(Eleccion)).all() == []


def test_sale_una_vez_a_la_hora_elegida(oficina: Oficina) -> None:
    (entrega,) = pedir(oficina)
    oficina.pasar(MIERCOLES_20 - oficina.reloj.ahora() - timedelta(minutes=1), tick=HORA)
    assert oficina.textos_publicados() == []
    oficina.pasar(DIA, tick=HORA)
    assert oficina.textos_publicados() == ["Mañana no hay clases."]
    assert oficina.ver(entrega).publicada_en == MIERCOLES_20


# ── cambiar ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
def test_corregir_el_texto_no_mueve_la_hora_aunque_haya_aparecido_otra_mejor(oficina: Oficina) -> None:
    (entrega,) = pedir(oficina)
    oficina.reloj.avanzar(HORA)
    aprender(oficina.entorno.base, oficina.reloj, {hora(MARTES, 10): 90.0})
    ahora = oficina.reloj.ahora()
    otra_vez = Ventana(desde=ahora, hasta=ahora + timedelta(days=7), dicha="Mejor hora")
    (cambiada,) = cambiar(oficina, entrega, **a_la_mejor(otra_vez))
    assert (cambiada.texto, cambiada.no_antes_de) == ("Corregido.", MIERCOLES_20)
    assert len(elecciones(oficina)) == 1
    assert por_que(oficina, entrega).startswith("Mejor hora: miércoles 20:00")


@pytest.mark.dos_bases
def test_pedir_otro_plazo_elige_otra_hora_y_lo_dice(oficina: Oficina) -> None:
    (entrega,) = pedir(oficina)
    aprender(oficina.entorno.base, oficina.reloj, {hora(MARTES, 10): 20.0})
    antes = replace(SEMANA, hasta=MIERCOLES_20 - HORA, dicha="mejor hora antes del miércoles 19:00")
    (cambiada,) = cambiar(oficina, entrega, **a_la_mejor(antes))
    assert cambiada.no_antes_de == MARTES_10
    assert [e.elegida for e in elecciones(oficina)] == [MIERCOLES_20, MARTES_10]
    assert por_que(oficina, entrega).startswith(
        "Mejor hora, en lugar del miércoles 25 de noviembre de 2026 a las 20:00: martes 10:00, +20 %"
    )
    assert any("Pasa del miércoles 25 de noviembre" in d for d in dichos(oficina, entrega))


def test_su_propia_hora_anterior_no_le_estorba_al_cambiar(oficina: Oficina) -> None:
    (entrega,) = pedir(oficina)
    otra = replace(SEMANA, hasta=MIERCOLES_20 + HORA, dicha="mejor hora antes del miércoles 21:00")
    (cambiada,) = cambiar(oficina, entrega, **a_la_mejor(otra))
    assert cambiada.no_antes_de == MIERCOLES_20


def test_un_vencimiento_que_deja_fuera_la_hora_dicha_la_mueve(oficina: Oficina) -> None:
    (entrega,) = pedir(oficina)
    corta = replace(SEMANA, hasta=MIERCOLES_20 - HORA)
    (cambiada,) = cambiar(oficina, entrega, **a_la_mejor(corta), vence_en=corta.hasta)
    assert cambiada.no_antes_de < corta.hasta


def test_de_una_hora_a_la_mejor_y_de_vuelta(oficina: Oficina) -> None:
    (entrega,) = oficina.programar(programada_en=COMIENZO + DIA)
    (cambiada,) = cambiar(oficina, entrega, **a_la_mejor(SEMANA))
    assert cambiada.no_antes_de == MIERCOLES_20
    assert "en lugar del lunes 23 de noviembre de 2026 a las 9:00" in por_que(oficina, entrega)
    (otra_vez,) = cambiar(oficina, entrega, programada_en=COMIENZO + 2 * DIA)
    assert otra_vez.no_antes_de == COMIENZO + 2 * DIA
    assert por_que(oficina, entrega) == ""
    with oficina.entorno.base.leer() as sesion:
        fila = sesion.get_one(Publicacion, entrega.publicacion_id)
    assert (fila.mejor_hora, fila.mejor_hora_hasta) == ("", None)


def test_un_perfil_que_se_anade_elige_la_suya_y_el_otro_se_queda(
    oficina: Oficina, perfil_de: Callable[..., Perfil]
) -> None:
    (entrega,) = pedir(oficina)
    perfil_de(nombre="dif")
    aprender(oficina.entorno.base, oficina.reloj, {hora(JUEVES, 13): 30.0}, perfil="dif")
    aprender(oficina.entorno.base, oficina.reloj, {hora(MARTES, 10): 90.0})
    una, otra = cambiar(oficina, entrega, **a_la_mejor(SEMANA), perfiles=("memoria", "dif"))
    assert (una.no_antes_de, otra.no_antes_de) == (MIERCOLES_20, JUEVES_13)


def test_la_que_fallo_elige_otra_hora_al_corregirla(oficina: Oficina) -> None:
    (entrega,) = pedir(oficina)
    oficina.reloj.avanzar(MIERCOLES_20 + HORA - oficina.reloj.ahora())
    with oficina.entorno.base.escribir() as sesion:
        ahora = oficina.reloj.ahora()
        for de, a in ((Estado.PROGRAMADA, Estado.RECLAMADA), (Estado.RECLAMADA, Estado.FALLIDA)):
            assert transitar(sesion, entrega.id, de={de}, a=a, ahora=ahora, accion="prueba")
    (cambiada,) = cambiar(oficina, entrega, **a_la_mejor(replace(SEMANA, desde=ahora)))
    assert cambiada.estado is Estado.PROGRAMADA
    assert cambiada.no_antes_de >= ahora


def test_si_el_cambio_no_cabe_la_version_anterior_queda_entera(oficina: Oficina) -> None:
    (entrega,) = pedir(oficina)
    with pytest.raises(SinHueco):
        cambiar(oficina, entrega, **a_la_mejor(DE_NOCHE))
    assert (oficina.ver(entrega).texto, oficina.ver(entrega).no_antes_de) == ("Mañana no hay clases.", MIERCOLES_20)


# ── antes de aceptar ─────────────────────────────────────────────────────────────────────────────────────────────


def test_ver_la_hora_prevista_no_guarda_nada_ni_sortea(oficina: Oficina) -> None:
    siempre = ReglasDeHorarios(generales=ReglasDePerfil(azar=1.0))
    entorno = sin_azar(oficina.entorno, siempre)
    propuesta = oficina.proponer(**a_la_mejor(SEMANA))
    previstas = horas_elegidas.previstas(entorno, propuesta, ahora=oficina.reloj.ahora())
    assert previstas["memoria"].en == MIERCOLES_20
    assert elecciones(oficina) == []


def test_sin_pedir_la_mejor_hora_no_hay_ninguna_prevista(oficina: Oficina) -> None:
    assert horas_elegidas.previstas(oficina.entorno, oficina.proponer(), ahora=oficina.reloj.ahora()) == {}


# ── la misma cita ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("una", "otra", "misma"),
    [
        ((0, None), (0, None), True),
        ((0, None), (1, None), False),
        ((0, 5), (1, 6), True),  # el mismo plazo abierto, leído dos veces
        ((0, 5), (0, 5), True),
        ((0, 5), (5, 9), False),
        ((0, 5), (0, None), False),
    ],
)
def test_dos_plazos_que_se_tocan_son_la_misma_cita(
    una: tuple[int, int | None], otra: tuple[int, int | None], misma: bool
) -> None:
    def cita(desde: int, hasta: int | None) -> Cita:
        return Cita(COMIENZO + desde * DIA, None if hasta is None else COMIENZO + hasta * DIA)

    assert cita(*una).es_la_misma(cita(*otra)) is misma
    assert cita(*otra).es_la_misma(cita(*una)) is misma


def test_la_hora_que_puso_una_persona_despues_del_vencimiento_no_la_deja_sin_salir(oficina: Oficina) -> None:
    """La reprogramó más allá de su plazo, y el editor corrige el texto: guardar las dos cosas la vencería sin salir."""
    (entrega,) = pedir(oficina, vence_en=SEMANA.hasta)
    with oficina.entorno.base.escribir() as sesion:
        de, ahora, tarde = {Estado.PROGRAMADA}, oficina.reloj.ahora(), SEMANA.hasta + DIA
        cambios = {"no_antes_de": tarde, "vence_en": None}
        assert transitar(sesion, entrega.id, de=de, a=Estado.PROGRAMADA, ahora=ahora, accion="prueba", **cambios)
    (corregida,) = cambiar(oficina, entrega, vence_en=SEMANA.hasta, **a_la_mejor(SEMANA))
    assert corregida.no_antes_de < SEMANA.hasta

"""Dar hora: lo aprendido, lo ocupado y las reglas de cada perfil; y que dos procesos no den la misma."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import update
from sqlmodel import Session, select

from modelos import Base, Eleccion, Entrega, Estado, Horario, Perfil, Publicacion, Vista
from motor.entorno import Entorno
from motor.horarios.asignacion import Asignada, asignar
from motor.horarios.frases import SIN_EVIDENCIA_NI_CURVA
from motor.horarios.huecos import SinHueco
from motor.horarios.mapa import SEMANA, Mapa
from motor.horarios.reglas import ReglasDeHorarios, ReglasDePerfil
from motor.horarios.ventana import Ventana
from tests.conftest import COMIENZO
from tests.motor.oficina import HORA

DOS_HORAS = 2 * HORA
JUEVES_20 = 3 * 24 + 20
LA_MEJOR = datetime(2026, 11, 27, 2, tzinfo=UTC)
"""Jueves 26 de noviembre, 20:00 en el centro de México."""
SIN_AZAR = ReglasDeHorarios(generales=ReglasDePerfil(azar=0, callar=None))
SEMANA_ENTERA = Ventana(desde=COMIENZO, hasta=COMIENZO + timedelta(days=7), dicha="mejor hora")


def mapa_con(mejor: int, *, ganancia: float = 40.0, publicaciones: int = 212) -> Mapa:
    """Una hora vale `ganancia` y las demás nada."""
    plano = [0.0] * SEMANA
    alto = [ganancia if r == mejor else 0.0 for r in range(SEMANA)]
    return Mapa(
        ganancia=tuple(alto),
        inferior=tuple(plano),
        superior=tuple(alto),
        publicaciones=publicaciones,
        curva="general",
        espaciado=0.02,
    )


def aprender_de(sesion: Session, perfil: Perfil, mapa: Mapa, *, en: datetime) -> Horario:
    horario = Horario(
        perfil_id=perfil.id,
        aprendido_en=en,
        publicaciones=mapa.publicaciones,
        metrica="interacciones",
        mapa=mapa.a_json(),
        huella=f"{en}",
    )
    sesion.add(horario)
    sesion.flush()
    return horario


def guardar(sesion: Session, perfil: Perfil, en: datetime, *, clave: str, estado: Estado = Estado.PROGRAMADA) -> int:
    """Una entrega con esa hora (o publicada a ella); el id de su publicación."""
    publicacion = Publicacion(
        texto="Hola", programada_en=en, zona="UTC", origen="orden", creada_en=COMIENZO, actualizada_en=COMIENZO
    )
    sesion.add(publicacion)
    sesion.flush()
    sesion.add(
        Entrega(
            publicacion_id=publicacion.id,
            perfil_id=perfil.id,
            estado=estado,
            texto="Hola",
            clave=clave,
            huella=clave,
            no_antes_de=en,
            despertar_en=en,
            publicada_en=en if estado is Estado.PUBLICADA else None,
            creada_en=COMIENZO,
        )
    )
    sesion.flush()
    return publicacion.id


def asignar_en(
    sesion: Session, entorno: Entorno, perfil: Perfil, *, clave: str = "k", salvo: int | None = None
) -> Asignada:
    return asignar(
        sesion,
        entorno,
        perfiles=[perfil],
        ventana=SEMANA_ENTERA,
        prioridad=0,
        claves={perfil.id: clave},
        ahora=COMIENZO,
        salvo=salvo,
    )[perfil.id]


@pytest.fixture
def sin_azar(entorno: Entorno) -> Entorno:
    return replace(entorno, horarios=lambda: SIN_AZAR)


@pytest.fixture
def perfil(perfil_de: Callable[..., Perfil]) -> Perfil:
    return perfil_de()


def test_sin_nada_aprendido_usa_la_curva_publica_y_lo_dice(base: Base, sin_azar: Entorno, perfil: Perfil) -> None:
    with base.escribir() as sesion:
        asignada = asignar_en(sesion, sin_azar, perfil)
    assert asignada.horario_id is None
    assert asignada.frase.endswith(SIN_EVIDENCIA_NI_CURVA)


@pytest.mark.dos_bases
def test_usa_lo_ultimo_que_se_sabia_y_deja_escrito_de_donde_salio(
    base: Base, sin_azar: Entorno, perfil: Perfil
) -> None:
    with base.escribir() as sesion:
        aprender_de(sesion, perfil, mapa_con(8), en=COMIENZO - timedelta(days=2))
        ultimo = aprender_de(sesion, perfil, mapa_con(JUEVES_20), en=COMIENZO - timedelta(days=1))
        aprender_de(sesion, perfil, mapa_con(12), en=COMIENZO + timedelta(days=1))  # el futuro no se sabe
        asignada = asignar_en(sesion, sin_azar, perfil)
        entrega_de = guardar(sesion, perfil, asignada.en, clave="k")
        entrega = sesion.exec(select(Entrega).where(Entrega.publicacion_id == entrega_de)).one()
        sesion.add(asignada.eleccion(entrega.id))
    with base.leer() as sesion:
        eleccion = sesion.exec(select(Eleccion)).one()
    assert (eleccion.horario_id, eleccion.ranura, eleccion.elegida) == (ultimo.id, JUEVES_20, asignada.en)
    assert (eleccion.desde, eleccion.hasta) == (SEMANA_ENTERA.desde, SEMANA_ENTERA.hasta)
    assert asignada.frase.startswith(
        "jueves 20:00, +40 % (entre 0 y +40), 212 publicaciones, aprendido el 21 de noviembre"
    )


@pytest.mark.dos_bases
def test_lo_que_ya_tiene_hora_o_ya_salio_ocupa_su_sitio(
    base: Base, sin_azar: Entorno, perfil: Perfil, subtests: pytest.Subtests
) -> None:
    with base.escribir() as sesion:
        aprender_de(sesion, perfil, mapa_con(JUEVES_20), en=COMIENZO)
        libre = asignar_en(sesion, sin_azar, perfil).en
        guardar(sesion, perfil, libre, clave="otra")
        for estado in (Estado.PROGRAMADA, Estado.RETENIDA, Estado.EN_DUDA, Estado.POR_DECIDIR, Estado.PUBLICADA):
            with subtests.test(str(estado)):
                salio = libre if estado is Estado.PUBLICADA else None
                sesion.execute(update(Entrega).values(estado=estado, publicada_en=salio))
                assert abs(asignar_en(sesion, sin_azar, perfil).en - libre) >= DOS_HORAS


@pytest.mark.dos_bases
def test_lo_puesto_a_mano_en_la_red_tambien_ocupa_su_sitio(base: Base, sin_azar: Entorno, perfil: Perfil) -> None:
    with base.escribir() as sesion:
        aprender_de(sesion, perfil, mapa_con(JUEVES_20), en=COMIENZO)
        sesion.add(Vista(perfil_id=perfil.id, id_externo="1", publicada_en=LA_MEJOR, vista_en=LA_MEJOR))
        assert abs(asignar_en(sesion, sin_azar, perfil).en - LA_MEJOR) >= DOS_HORAS


@pytest.mark.parametrize("estado", [Estado.CANCELADA, Estado.FALLIDA, Estado.VENCIDA])
def test_lo_que_ya_no_saldra_deja_libre_su_sitio(base: Base, sin_azar: Entorno, perfil: Perfil, estado: Estado) -> None:
    with base.escribir() as sesion:
        aprender_de(sesion, perfil, mapa_con(JUEVES_20), en=COMIENZO)
        libre = asignar_en(sesion, sin_azar, perfil).en
        guardar(sesion, perfil, libre, clave="otra", estado=estado)
        assert asignar_en(sesion, sin_azar, perfil).en == libre


def test_a_la_que_se_le_busca_otra_hora_no_se_estorba_a_si_misma(base: Base, sin_azar: Entorno, perfil: Perfil) -> None:
    with base.escribir() as sesion:
        aprender_de(sesion, perfil, mapa_con(JUEVES_20), en=COMIENZO)
        libre = asignar_en(sesion, sin_azar, perfil).en
        suya = guardar(sesion, perfil, libre, clave="k")
        assert asignar_en(sesion, sin_azar, perfil, salvo=suya).en == libre


def test_cada_perfil_tiene_su_hora(base: Base, sin_azar: Entorno, perfil_de: Callable[..., Perfil]) -> None:
    uno, otro = perfil_de(), perfil_de()
    with base.escribir() as sesion:
        aprender_de(sesion, uno, mapa_con(JUEVES_20), en=COMIENZO)
        aprender_de(sesion, otro, mapa_con(8), en=COMIENZO)
        claves = {uno.id: "a", otro.id: "b"}
        asignadas = asignar(
            sesion, sin_azar, perfiles=[uno, otro], ventana=SEMANA_ENTERA, prioridad=0, claves=claves, ahora=COMIENZO
        )
    assert [asignadas[p.id].hueco.ranura for p in (uno, otro)] == [JUEVES_20, 8]


def test_el_cupo_propio_y_la_separacion_propia_mandan(
    base: Base, sin_azar: Entorno, perfil_de: Callable[..., Perfil]
) -> None:
    """Uno al día y seis horas entre dos: manda lo más estricto de lo que diga cada quien."""
    perfil = perfil_de(cupo_maximo=1, cupo_ventana_s=86400, separacion_s=6 * 3600)
    with base.escribir() as sesion:
        for n in range(5):
            guardar(sesion, perfil, asignar_en(sesion, sin_azar, perfil, clave=f"k{n}").en, clave=f"k{n}")
        horas = sorted(sesion.exec(select(Entrega.no_antes_de)).all())
    assert all(b - a >= timedelta(days=1) for a, b in pairwise(horas))


def test_no_se_elige_antes_de_que_el_perfil_pueda_publicar(
    base: Base, sin_azar: Entorno, perfil_de: Callable[..., Perfil]
) -> None:
    perfil = perfil_de(libre_desde=COMIENZO + timedelta(days=6))
    with base.escribir() as sesion:
        assert asignar_en(sesion, sin_azar, perfil).en >= COMIENZO + timedelta(days=6)


def test_si_no_cabe_se_dice_que_regla_no_deja(base: Base, entorno: Entorno, perfil: Perfil) -> None:
    ventana = Ventana(desde=COMIENZO + 14 * HORA, hasta=COMIENZO + 20 * HORA, dicha="mejor hora de madrugada")
    with base.escribir() as sesion, pytest.raises(SinHueco, match=r"horas de callar de «memoria» \(de 22:00 a 7:00\)"):
        asignar(
            sesion, entorno, perfiles=[perfil], ventana=ventana, prioridad=0, claves={perfil.id: "k"}, ahora=COMIENZO
        )


def test_la_que_llega_tarde_a_la_mejor_hora_lo_dice(base: Base, sin_azar: Entorno, perfil: Perfil) -> None:
    with base.escribir() as sesion:
        aprender_de(sesion, perfil, mapa_con(JUEVES_20), en=COMIENZO)
        primera = asignar_en(sesion, sin_azar, perfil)
        guardar(sesion, perfil, LA_MEJOR, clave="otra")
        segunda = asignar_en(sesion, sin_azar, perfil)
    assert "sitio" not in primera.frase
    assert segunda.frase.endswith("; las mejores de su plazo ya no tenían sitio")


def test_la_sorteada_lo_dice(base: Base, entorno: Entorno, perfil: Perfil) -> None:
    siempre = ReglasDeHorarios(generales=ReglasDePerfil(azar=1))
    with base.escribir() as sesion:
        asignada = asignar_en(sesion, replace(entorno, horarios=lambda: siempre), perfil)
    assert asignada.hueco.al_azar
    assert asignada.frase.endswith("horas, para medir cuánto vale elegir")


@pytest.mark.dos_bases
def test_varios_procesos_a_la_vez_no_dan_la_misma_hora(
    url_de_base: str, base: Base, sin_azar: Entorno, perfil: Perfil
) -> None:
    """Cada uno con su conexión, como procesos distintos, y todos quieren el jueves a las 20:00."""
    cuantos = 6
    with base.escribir() as sesion:
        aprender_de(sesion, perfil, mapa_con(JUEVES_20, ganancia=900), en=COMIENZO)
    salida = threading.Barrier(cuantos)

    def registrar_una(n: int) -> datetime:
        suya = Base(url_de_base)
        salida.wait()
        try:
            with suya.escribir() as sesion:
                hora = asignar_en(sesion, sin_azar, perfil, clave=f"k{n}").en
                guardar(sesion, perfil, hora, clave=f"k{n}")
            return hora
        finally:
            suya.cerrar()

    with ThreadPoolExecutor(cuantos) as hilos:
        horas = sorted(hilos.map(registrar_una, range(cuantos)))
    assert all(b - a >= DOS_HORAS for a, b in pairwise(horas))
    assert LA_MEJOR in horas

"""Reclamar: una fila o nadie, una en vuelo por perfil, y nada que no deba salir."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from modelos import Base, Entrega, Estado, Perfil
from modelos.consultas import proximo_instante
from motor.publicacion.reclamo import Reclamo, reclamar, reclamar_una
from tests.conftest import COMIENZO, RelojFijo
from tests.motor.oficina import HORA, MINUTO, SEGUNDO, Oficina

pytestmark = pytest.mark.dos_bases


def reclamar_la(oficina: Oficina, entrega: Entrega, *, trabajador: str = "prueba") -> Reclamo | None:
    ahora, reglas = oficina.reloj.ahora(), oficina.entorno.reglas
    return reclamar_una(oficina.entorno.base, entrega.id, ahora=ahora, reglas=reglas, trabajador=trabajador)


def test_reclamar_sube_la_ficha_y_escribe_un_arriendo(oficina: Oficina) -> None:
    entrega = oficina.programar_una()
    assert oficina.reclamar(trabajador="ana") == [Reclamo(entrega.id, 1)]
    fila = oficina.ver(entrega)
    assert (fila.estado, fila.ficha, fila.trabajador) == (Estado.RECLAMADA, 1, "ana")
    assert fila.arriendo_hasta == oficina.reloj.ahora() + oficina.entorno.reglas.arriendo


def test_lo_reclamado_no_es_de_nadie_mas(oficina: Oficina) -> None:
    entrega = oficina.programar_una()
    assert len(oficina.reclamar()) == 1
    assert oficina.reclamar() == []
    assert reclamar_la(oficina, entrega) is None


def test_a_lo_mas_una_por_perfil_y_la_mas_atrasada_primero(oficina: Oficina, perfil_de: Callable[..., Perfil]) -> None:
    perfil_de(nombre="dif")
    segunda = oficina.programar_una("Segunda", programada_en=COMIENZO - MINUTO)
    primera = oficina.programar_una("Primera", programada_en=COMIENZO - 2 * MINUTO)
    del_dif = oficina.programar_una("Otra", perfiles=("dif",), programada_en=COMIENZO - HORA / 2)
    assert {r.entrega_id for r in oficina.reclamar()} == {del_dif.id, primera.id}
    assert oficina.estado(segunda) is Estado.PROGRAMADA


def test_el_limite_se_respeta(oficina: Oficina, perfil_de: Callable[..., Perfil]) -> None:
    nombres = [perfil_de(nombre=f"p{n}").nombre for n in range(5)]
    oficina.programar(perfiles=tuple(nombres))
    assert [len(oficina.reclamar(limite=3)) for _ in range(3)] == [3, 2, 0]


def test_un_perfil_con_mucho_atraso_no_tapa_a_los_demas(oficina: Oficina, perfil_de: Callable[..., Perfil]) -> None:
    for n in range(20):
        oficina.programar(f"Atrasada {n}", programada_en=COMIENZO - MINUTO)
    otra = oficina.programar_una("Puntual", perfiles=(perfil_de(nombre="dif").nombre,))
    oficina.reclamar(limite=1)
    assert [r.entrega_id for r in oficina.reclamar(limite=1)] == [otra.id]


def test_sale_lo_que_toca_y_nada_mas(oficina: Oficina, subtests: pytest.Subtests) -> None:
    entrega = oficina.programar_una()
    como_estaba = {n: getattr(entrega, n) for n in ("estado", "despertar_en", "vence_en", "no_antes_de")}
    for columnas, sale in (
        ({}, True),
        ({"despertar_en": COMIENZO + SEGUNDO}, False),
        ({"vence_en": COMIENZO}, False),
        ({"vence_en": COMIENZO + SEGUNDO}, True),
        ({"no_antes_de": COMIENZO - HORA}, True),  # justo la tolerancia
        ({"no_antes_de": COMIENZO - HORA - SEGUNDO}, False),
        ({"no_antes_de": COMIENZO - 30 * HORA, "aprobada_tarde": True}, True),
        ({"no_antes_de": COMIENZO - 30 * HORA, "aprobada_tarde": True, "vence_en": COMIENZO - HORA}, False),
        *(({"estado": estado}, False) for estado in Estado if estado is not Estado.PROGRAMADA),
    ):
        with subtests.test(str(columnas)):
            oficina.cambiar(entrega, **(como_estaba | {"aprobada_tarde": False} | columnas))
            assert (reclamar_la(oficina, entrega) is not None) is sale


def test_el_perfil_debe_poder(oficina: Oficina, subtests: pytest.Subtests) -> None:
    entrega = oficina.programar_una()
    for columnas, sale in (
        ({"pausado_en": COMIENZO - HORA, "libre_desde": None}, False),
        ({"pausado_en": None, "libre_desde": COMIENZO + SEGUNDO}, False),
        ({"pausado_en": None, "libre_desde": COMIENZO}, True),
    ):
        with subtests.test(str(columnas)):
            oficina.cambiar(entrega, estado=Estado.PROGRAMADA)
            oficina.cambiar_perfil(**columnas)
            assert bool(oficina.reclamar()) is sale


def test_nada_sale_mientras_una_gemela_este_en_duda(oficina: Oficina, subtests: pytest.Subtests) -> None:
    """Con el mismo texto adoptaría la publicación ajena; con otro, sale."""
    gemela = oficina.programar_una("Mañana no hay clases.")
    otra = oficina.programar_una("Mañana  no hay\nclases.")  # la huella ignora los blancos
    tapan = {Estado.EN_DUDA, Estado.POR_DECIDIR, Estado.RECLAMADA, Estado.ENVIANDO}
    for estado in Estado:
        with subtests.test(str(estado)):
            oficina.cambiar(otra, estado=Estado.PROGRAMADA)
            oficina.cambiar(gemela, estado=estado, despertar_en=COMIENZO + HORA)
            assert bool(oficina.reclamar()) is (estado not in tapan)


def test_la_duda_de_un_texto_no_detiene_a_los_demas(oficina: Oficina, perfil_de: Callable[..., Perfil]) -> None:
    perfil_de(nombre="dif")
    dudosa = oficina.programar_una("Uno")
    oficina.cambiar(dudosa, estado=Estado.EN_DUDA)
    otro_texto, otro_perfil = oficina.programar_una("Dos"), oficina.programar_una("Uno", perfiles=("dif",))
    assert {r.entrega_id for r in oficina.reclamar()} == {otro_texto.id, otro_perfil.id}


def test_la_base_misma_impide_dos_en_vuelo_en_un_perfil(oficina: Oficina) -> None:
    """Aunque un error nuestro saltara las guardas: índice único parcial."""
    for texto in ("Uno", "Dos"):
        oficina.programar(texto)
    todas = update(Entrega).values(estado=Estado.ENVIANDO)
    with pytest.raises(IntegrityError), oficina.entorno.base.escribir() as sesion:
        sesion.execute(todas)


# ── a la vez ─────────────────────────────────────────────────────────────────────────────────────────────────────


def a_la_vez(tareas: list[Callable[[], list[Reclamo]]]) -> list[Reclamo]:
    """Empezar todas en el mismo instante, cada una en su hilo; lo que reclamaron entre todas."""
    salida = threading.Barrier(len(tareas))

    def correr(tarea: Callable[[], list[Reclamo]]) -> list[Reclamo]:
        salida.wait(10)
        return tarea()

    with ThreadPoolExecutor(len(tareas)) as hilos:
        return [r for hechos in hilos.map(correr, tareas) for r in hechos]


@pytest.mark.parametrize("ronda", range(3))
def test_dos_trabajadores_a_la_vez_no_toman_nada_los_dos(
    oficina: Oficina, perfil_de: Callable[..., Perfil], ronda: int
) -> None:
    nombres = tuple(perfil_de(nombre=f"p{n}").nombre for n in range(10))
    for texto in ("Uno", "Dos"):
        oficina.programar(texto, perfiles=nombres)
    bases = [Base(str(oficina.entorno.base.url.render_as_string(hide_password=False))) for _ in range(4)]

    def tarea(base: Base, quien: int) -> Callable[[], list[Reclamo]]:
        def correr() -> list[Reclamo]:
            ahora, reglas = oficina.reloj.ahora(), oficina.entorno.reglas
            return [
                r for _ in range(3) for r in reclamar(base, ahora=ahora, reglas=reglas, trabajador=f"{quien}", limite=4)
            ]

        return correr

    hechos = a_la_vez([tarea(base, n) for n, base in enumerate(bases)])
    for base in bases:
        base.cerrar()
    # Quien halla los perfiles apartados por otro se va con las manos vacías: las tres vueltas de todos pueden no
    # bastar. Alguno siempre toma las suyas, y lo que quede lo toma el siguiente que pase.
    assert len(hechos) >= 4
    hechos += oficina.reclamar()
    tomadas = [r.entrega_id for r in hechos]
    assert len(tomadas) == len(set(tomadas)) == 10  # una por perfil, y ninguna dos veces


def test_pedir_a_la_vez_dos_entregas_de_un_perfil_da_una(oficina: Oficina) -> None:
    """Un transporte distribuido reparte ids sin saber de perfiles."""
    entregas = [oficina.programar_una(f"Aviso {n}") for n in range(4)]

    def tarea(entrega: Entrega) -> Callable[[], list[Reclamo]]:
        return lambda: [r for r in [reclamar_la(oficina, entrega)] if r is not None]

    assert len(a_la_vez([tarea(e) for e in entregas])) == 1


def test_dar_de_alta_no_esconde_el_perfil_a_quien_reclama(oficina: Oficina) -> None:
    """Mientras alguien escribe otra entrega del perfil (todavía sin confirmar), las suyas pueden salir."""
    entrega = oficina.programar_una("Toca ya")
    base = oficina.entorno.base
    if base.es_sqlite:
        pytest.skip("En SQLite escribe uno a la vez: no hay transacciones a medias de otro.")
    with base.escribir() as sesion:
        sesion.add(
            Entrega(
                publicacion_id=entrega.publicacion_id,
                perfil_id=entrega.perfil_id,
                parte=1,
                texto="Otra",
                clave="otra",
                huella="otra",
                no_antes_de=COMIENZO,
                despertar_en=COMIENZO,
                creada_en=COMIENZO,
            )
        )
        sesion.flush()
        assert [r.entrega_id for r in oficina.reclamar()] == [entrega.id]


# ── el plan de la base ───────────────────────────────────────────────────────────────────────────────────────────


def test_las_consultas_de_cada_segundo_usan_los_indices_parciales(oficina: Oficina) -> None:
    """Con 100 000 filas, un recorrido entero por segundo sería el demonio ocupado en no hacer nada."""
    base = oficina.entorno.base
    if not base.es_sqlite:
        pytest.skip("El demostrador literal es el de SQLite; el de PostgreSQL decide por estadísticas.")
    oficina.programar()
    consultas: list[tuple[str, object]] = []

    def anotar(_conexion: object, _cursor: object, orden: str, parametros: object, *_: object) -> None:
        if re.match(r"SELECT|UPDATE", orden):
            consultas.append((orden, parametros))

    for motor in (base._escritura, base._lectura):
        event.listen(motor, "before_cursor_execute", anotar)
    oficina.vuelta()
    with base.leer() as sesion:
        proximo_instante(sesion, oficina.reloj.ahora())
    for motor in (base._escritura, base._lectura):
        event.remove(motor, "before_cursor_execute", anotar)

    with base.motor.connect() as conexion:
        planes = {orden: conexion.exec_driver_sql(f"EXPLAIN QUERY PLAN {orden}", p).all() for orden, p in consultas}
    recorridos = [
        (paso[3], orden)
        for orden, plan in planes.items()
        for paso in plan
        if re.search(r"SCAN (entrega|otra|dudosa|previa|intento|correo)\b(?!.*USING)", str(paso[3]))
    ]
    usados = {m[1] for plan in planes.values() for paso in plan if (m := re.search(r"INDEX (\w+)", str(paso[3])))}
    assert recorridos == []
    assert {"ix_entrega_programadas", "ix_entrega_en_duda", "uq_entrega_en_vuelo", "ix_entrega_dudosas"} <= usados


# ── el despertador ───────────────────────────────────────────────────────────────────────────────────────────────


def test_el_proximo_instante_es_el_primero_en_que_habra_algo_que_hacer(oficina: Oficina, reloj: RelojFijo) -> None:
    base, ahora = oficina.entorno.base, reloj.ahora()

    def proximo() -> timedelta | None:
        with base.leer() as sesion:
            instante = proximo_instante(sesion, ahora)
        return None if instante is None else instante - ahora

    assert proximo() is None
    oficina.programar("Mañana", programada_en=ahora + 24 * HORA)
    assert proximo() == 24 * HORA
    tocaba = oficina.programar_una("Ya", programada_en=ahora)
    oficina.cambiar_perfil(libre_desde=ahora + 3 * MINUTO)
    assert proximo() == 3 * MINUTO
    oficina.cambiar_perfil(pausado_en=ahora)
    assert proximo() == 24 * HORA  # nadie sabe cuándo se arreglará
    oficina.cambiar(tocaba, estado=Estado.EN_DUDA, conciliar_en=ahora + 5 * SEGUNDO)
    assert proximo() == 5 * SEGUNDO


def test_las_partes_de_un_hilo_salen_en_orden(oficina: Oficina) -> None:
    partes = [oficina.programar_una(f"Parte {n}") for n in range(3)]
    with oficina.entorno.base.escribir() as sesion:
        for n, parte in enumerate(partes):
            sesion.execute(
                update(Entrega)
                .where(col(Entrega.id) == parte.id)
                .values(publicacion_id=partes[0].publicacion_id, parte=n, despertar_en=COMIENZO - n * SEGUNDO)
            )
    for n in range(3):
        assert [r.entrega_id for r in oficina.reclamar()] == [partes[n].id]
        oficina.cambiar(partes[n], estado=Estado.PUBLICADA)

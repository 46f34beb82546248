"""Guardar una tanda: una vez, entera o nada, con su cursor, y lo que cambia después."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from conectores.contrato_escucha import Autor, Clase, Oido, Tanda
from modelos.escucha import Coincidencia, Conteo, Crudo, Fuente, Laguna, Mensaje
from motor.escucha.almacen.contar import CINCO_MINUTOS_S, HORA_S
from motor.escucha.almacen.guardar import Guardado, guardar, guardar_revision
from motor.escucha.entendido import Entendido
from motor.escucha.entorno import EntornoDeEscucha
from tests.conftest import COMIENZO, RelojFijo
from tests.motor.escucha.almacen.dichos import conteos, entender, oido, todo, unico

# ── Una vez ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
def test_un_mensaje_nuevo_queda_con_su_crudo_su_lugar_y_en_los_conteos(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado]
) -> None:
    guardado = llega(oido(texto="un bache en la plaza, y sin agua"))
    mensaje = unico(escucha)
    assert (guardado.nuevos, guardado.ids, guardado.monitores) == (1, (mensaje.id,), {1, 2})
    assert (mensaje.texto, mensaje.autor_usuario, mensaje.lugar) == (
        "un bache en la plaza, y sin agua",
        "vecina",
        "Plaza de los Mártires",
    )
    assert (mensaje.lugar_por, mensaje.lugar_confianza, mensaje.latitud) == ("texto", 0.8, 19.29)
    assert (mensaje.publicado_en, mensaje.recibido_en) == (COMIENZO - timedelta(minutes=10), COMIENZO)
    assert todo(escucha, Crudo) == [{"mensaje_id": mensaje.id, "datos": '{"id":"1"}'}]
    assert [c["monitor_id"] for c in todo(escucha, Coincidencia)] == [1, 2]
    inicios = {(c["paso_s"], c["inicio"], c["cuenta"]) for c in todo(escucha, Conteo) if c["monitor_id"] == 1}
    hora = datetime(2026, 11, 22, 14, tzinfo=UTC)
    assert inicios == {(HORA_S, hora, 1), (CINCO_MINUTOS_S, hora + timedelta(minutes=50), 1)}


@pytest.mark.dos_bases
def test_la_misma_tanda_dos_veces_deja_las_mismas_tablas(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado]
) -> None:
    tanda = {
        "cursor": "c1",
        "cubierto_hasta": COMIENZO,
        "perdido": (COMIENZO - timedelta(hours=5), COMIENZO - timedelta(hours=3)),
    }
    mensajes = [oido(str(n), f"bache número {n}", interacciones=n) for n in range(30)]
    llega(*mensajes, **tanda)
    tablas = (Mensaje, Crudo, Coincidencia, Conteo, Laguna, Fuente)
    antes = {t: todo(escucha, t) for t in tablas}
    segunda = llega(*mensajes, **tanda)
    assert {t: todo(escucha, t) for t in tablas} == antes
    assert (segunda.nuevos, segunda.repetidos, segunda.monitores) == (0, 30, frozenset())


@pytest.mark.dos_bases
def test_lo_mismo_por_dos_fuentes_y_dos_redes_se_distingue_por_la_red(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado], fuente_de: Callable[..., Fuente]
) -> None:
    llega(oido(), de="f1")
    llega(oido(), de="f2")
    otra = fuente_de("f3", red="otra")
    guardar(escucha, otra, Tanda(oidos=(oido(),)), entender=entender)
    assert [(m["red"], m["id_externo"]) for m in todo(escucha, Mensaje)] == [("memoria", "1"), ("otra", "1")]
    assert conteos(escucha) == {1: 2}


def test_de_dos_clases_queda_la_que_mas_dice_venga_en_el_orden_que_venga(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado]
) -> None:
    llega(oido(clase=Clase.BUSQUEDA))
    llega(oido(clase=Clase.MENCION), de="f2")
    assert unico(escucha).clase == "mencion"
    llega(oido(clase=Clase.COMENTARIO), oido(clase=Clase.BUSQUEDA))
    assert unico(escucha).clase == "comentario"
    llega(oido(clase=Clase.BUSQUEDA))
    assert unico(escucha).clase == "comentario"


def test_repetido_dentro_de_la_misma_tanda_se_guarda_uno(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado]
) -> None:
    assert llega(oido(texto="bache"), oido(texto="bache y agua")).nuevos == 1
    assert unico(escucha).texto == "bache y agua"
    assert conteos(escucha) == {1: 1, 2: 1}


def test_no_se_vuelve_a_entender_lo_que_ya_se_tenia(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado], fuente_de: Callable[..., Fuente]
) -> None:
    llega(oido("1"))
    entendidos: list[str] = []

    def atento(red: str, oidos: Sequence[Oido]) -> list[Entendido]:
        entendidos.extend(o.id_externo for o in oidos)
        return entender(red, oidos)

    guardar(escucha, fuente_de("f2"), Tanda(oidos=(oido("1"), oido("2"))), entender=atento)
    assert entendidos == ["2"]


# ── Todo o nada ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
def test_si_algo_falla_antes_de_confirmar_no_queda_nada_y_el_cursor_no_se_mueve(
    escucha: EntornoDeEscucha, fuente_de: Callable[..., Fuente]
) -> None:
    fuente = fuente_de(cursor="viejo")
    futura_mal = (COMIENZO - timedelta(hours=1), "no es una fecha")
    tanda = Tanda(oidos=(oido(),), cursor="nuevo", perdido=futura_mal)  # type: ignore[arg-type] # a propósito
    with pytest.raises(AttributeError):
        guardar(escucha, fuente, tanda, entender=entender)
    assert todo(escucha, Mensaje) == todo(escucha, Conteo) == todo(escucha, Crudo) == []
    assert todo(escucha, Fuente)[0]["cursor"] == "viejo"


def test_con_lo_oido_se_mueve_la_fuente_y_se_apunta_la_laguna(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado]
) -> None:
    perdido = (COMIENZO - timedelta(hours=5), COMIENZO - timedelta(hours=3))
    llega(cursor="c0")
    llega(cursor="c1", cubierto_hasta=COMIENZO - timedelta(minutes=1), perdido=perdido)
    llega(cursor="c2", cubierto_hasta=COMIENZO - timedelta(minutes=9))  # nunca hacia atrás
    llega(cursor="c3", perdido=(perdido[0] + timedelta(minutes=5), perdido[1]))  # ya se sabía
    [fuente], [laguna] = todo(escucha, Fuente), todo(escucha, Laguna)
    assert (fuente["cursor"], fuente["cubierta_hasta"], fuente["oida_en"]) == (
        "c3",
        COMIENZO - timedelta(minutes=1),
        COMIENZO,
    )
    assert (laguna["fuente_id"], laguna["desde"], laguna["hasta"]) == (fuente["id"], *perdido)


def test_lo_que_la_red_ya_no_da_la_primera_vez_no_es_laguna_sino_que_aun_no_se_la_oia(
    escucha: EntornoDeEscucha, fuente_de: Callable[..., Fuente]
) -> None:
    fuente = fuente_de(desde=COMIENZO - timedelta(days=30))
    hace_una_semana = COMIENZO - timedelta(days=7)
    guardar(escucha, fuente, Tanda(cursor="c1", perdido=(fuente.desde, hace_una_semana)), entender=entender)
    assert todo(escucha, Laguna) == []
    assert todo(escucha, Fuente)[0]["desde"] == hace_una_semana


def test_una_fuente_no_puede_decir_que_oyo_el_futuro(escucha: EntornoDeEscucha, llega: Callable[..., Guardado]) -> None:
    llega(cubierto_hasta=COMIENZO + timedelta(days=400))
    assert todo(escucha, Fuente)[0]["cubierta_hasta"] == COMIENZO


def test_lo_que_oyo_una_fuente_que_ya_quitaron_se_guarda(
    escucha: EntornoDeEscucha, fuente_de: Callable[..., Fuente]
) -> None:
    fuente = fuente_de()
    with escucha.base.escribir() as sesion:
        sesion.delete(sesion.get_one(Fuente, fuente.id))
    assert guardar(escucha, fuente, Tanda(oidos=(oido(),)), entender=entender).nuevos == 1


# ── Lo que cambia después ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
def test_lo_editado_cambia_de_texto_de_monitores_y_de_conteos(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado], reloj: RelojFijo
) -> None:
    llega(oido(texto="un bache sin agua"))
    reloj.avanzar(timedelta(hours=2))
    guardado = llega(oido(texto="sin agua ni luz en la plaza", crudo={"v": 2}))
    mensaje = unico(escucha)
    assert (guardado.editados, guardado.nuevos, guardado.monitores) == (1, 0, {1, 3})
    assert (mensaje.texto, mensaje.lugar, mensaje.editado_en) == (
        "sin agua ni luz en la plaza",
        "Plaza de los Mártires",
        COMIENZO + timedelta(hours=2),
    )
    assert conteos(escucha) == conteos(escucha, CINCO_MINUTOS_S) == {2: 1, 3: 1}
    assert [c["monitor_id"] for c in todo(escucha, Coincidencia)] == [2, 3]
    assert todo(escucha, Crudo)[0]["datos"] == '{"v":2}'


def test_el_texto_cortado_de_una_busqueda_no_es_una_edicion(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado]
) -> None:
    llega(oido(texto="un bache enorme y sin agua"))
    assert llega(oido(texto="un bache…", clase=Clase.BUSQUEDA)).repetidos == 1
    assert unico(escucha).texto == "un bache enorme y sin agua"
    editado = oido(texto="sin agua", clase=Clase.BUSQUEDA, editado_en=COMIENZO)
    assert llega(editado).editados == 1
    assert (unico(escucha).texto, unico(escucha).editado_en) == ("sin agua", COMIENZO)


@pytest.mark.dos_bases
def test_lo_borrado_se_vacia_y_sus_conteos_se_quedan(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado], reloj: RelojFijo
) -> None:
    llega(oido(texto="un bache en la plaza", titulo="T", url="https://ejemplo.mx/vecina/1"))
    reloj.avanzar(timedelta(minutes=5))
    assert llega(oido(borrado=True, texto="", crudo={"borrado": True})).borrados == 1
    mensaje = unico(escucha)
    assert mensaje.borrado_en == COMIENZO + timedelta(minutes=5)
    vacios = ("titulo", "texto", "url", "autor_id", "autor_usuario", "autor_nombre", "lugar", "lugar_por")
    assert {getattr(mensaje, campo) for campo in vacios} == {""}
    assert (mensaje.latitud, mensaje.longitud, mensaje.autor_seguidores) == (None, None, None)
    assert todo(escucha, Crudo) == []
    assert conteos(escucha) == {1: 1}
    assert llega(oido(borrado=True)).borrados == 0
    assert llega(oido("nunca-oido", borrado=True)).nuevos == 0


@pytest.mark.dos_bases
def test_lo_que_reaparece_en_la_red_vuelve_sin_contarse_dos_veces(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado]
) -> None:
    llega(oido())
    llega(oido(borrado=True))
    llega(oido())
    mensaje = unico(escucha)
    assert (mensaje.borrado_en, mensaje.texto, mensaje.autor_usuario) == (None, "hay un bache", "vecina")
    assert mensaje.editado_en is None
    assert conteos(escucha) == {1: 1}
    assert len(todo(escucha, Crudo)) == 1


def test_las_interacciones_se_mueven_y_un_sin_dato_no_las_borra(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado], reloj: RelojFijo
) -> None:
    llega(oido(interacciones=3))
    reloj.avanzar(timedelta(hours=1))
    assert llega(oido(interacciones=9)).repetidos == 1
    llega(oido(interacciones=None))
    mensaje = unico(escucha)
    assert (mensaje.interacciones, mensaje.comprobado_en) == (9, COMIENZO + timedelta(hours=1))


@pytest.mark.dos_bases
def test_una_revision_dice_cuales_siguen_y_cuales_no(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado], reloj: RelojFijo
) -> None:
    llega(oido("1"), oido("2"), oido("3"))
    reloj.avanzar(timedelta(hours=20))
    hecho = guardar_revision(escucha, "memoria", [oido("1", "ahora sin agua")], {"2", "jamas"}, entender=entender)
    assert (hecho.editados, hecho.borrados, hecho.nuevos) == (1, 1, 0)
    comprobados = {m["id_externo"]: (m["texto"], m["comprobado_en"] > COMIENZO) for m in todo(escucha, Mensaje)}
    assert comprobados == {"1": ("ahora sin agua", True), "2": ("", False), "3": ("hay un bache", False)}


# ── Rarezas ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
def test_ninguna_rareza_hunde_a_los_demas_de_su_tanda(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado], caplog: pytest.LogCaptureFixture
) -> None:
    contenido: dict[str, Any] = {}
    contenido["yo"] = contenido
    raros = [
        oido("nulo\0s", "un bache\0 con \0 nulos", crudo={"t": "\0"}, autor=Autor(usuario="a\0")),
        oido("medio", "un bache \ud83d y \ud83d\ude00", crudo={"t": "\ud83d"}),
        oido("enorme", "bache " * 200_000),
        oido("x" * 2000, url="u" * 9000, titulo="t" * 9000, idioma="i" * 99, en_respuesta_a="r" * 9000),
        oido("sin-zona", publicado_en=datetime(2026, 11, 22, 14, 30)),  # noqa: DTZ001 # a propósito
        oido("de-1970", publicado_en=datetime(1970, 1, 1, tzinfo=UTC)),
        oido("del-futuro", publicado_en=datetime(9999, 12, 31, 23, tzinfo=UTC)),
        oido("cuentas", interacciones=10**12, autor=Autor(seguidores=-4)),
        oido("circular", crudo=contenido),
        oido("", "sin identificador"),
        oido("sin-fecha", publicado_en=None),
        oido("sin-clase", clase="chisme"),
        oido("bueno"),
    ]
    with caplog.at_level(logging.WARNING):
        guardado = llega(*raros)
    assert (guardado.nuevos, guardado.apartados) == (10, 3)
    assert [r.message for r in caplog.records] == [
        "Un mensaje de memoria no se guardó: no trae identificador.",
        "Un mensaje de memoria no se guardó: no trae fecha.",
        "Un mensaje de memoria no se guardó: no hay mensajes de la clase «chisme».",
    ]
    por_id = {m["id_externo"][:10]: m for m in todo(escucha, Mensaje)}
    assert por_id["nulos"]["texto"] == "un bache con  nulos"
    assert por_id["medio"]["texto"] == "un bache � y 😀"
    assert len(por_id["enorme"]["texto"]) == 100_000
    assert len(por_id["x" * 10]["id_externo"]) == 500
    assert por_id["sin-zona"]["publicado_en"] == datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
    assert {por_id[i]["publicado_en"] for i in ("de-1970", "del-futuro")} == {COMIENZO}
    assert (por_id["cuentas"]["interacciones"], por_id["cuentas"]["autor_seguidores"]) == (2**31 - 1, None)
    assert llega(*raros).repetidos == 10


def test_un_mensaje_que_no_se_sabe_leer_se_guarda_sin_entender(
    escucha: EntornoDeEscucha, fuente_de: Callable[..., Fuente], caplog: pytest.LogCaptureFixture
) -> None:
    def quisquilloso(red: str, oidos: Sequence[Oido]) -> list[Entendido]:
        if any("veneno" in o.texto for o in oidos):
            raise ValueError("no lo entiendo")
        return entender(red, oidos)

    tanda = Tanda(oidos=tuple(oido(str(n), "veneno" if n == 3 else "bache") for n in range(8)))
    assert guardar(escucha, fuente_de(), tanda, entender=quisquilloso).nuevos == 8
    assert conteos(escucha) == {1: 7}
    assert any("sin entender" in r.message for r in caplog.records)


def test_lo_mas_viejo_que_lo_que_se_guarda_no_se_cuenta_otra_vez(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado]
) -> None:
    vida = escucha.reglas.escucha.vida_de_mensajes
    guardado = llega(oido("viejo", publicado_en=COMIENZO - vida - timedelta(seconds=1)))
    assert (guardado.nuevos, guardado.caducados) == (0, 1)
    assert todo(escucha, Conteo) == []


def test_lo_de_hace_meses_solo_cuenta_por_hora(escucha: EntornoDeEscucha, llega: Callable[..., Guardado]) -> None:
    llega(oido(publicado_en=COMIENZO - timedelta(days=61)))
    assert (conteos(escucha), conteos(escucha, CINCO_MINUTOS_S)) == ({1: 1}, {})


# ── Varios a la vez ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
def test_con_varios_guardando_a_la_vez_cada_mensaje_queda_una_vez_y_los_conteos_son_exactos(
    escucha: EntornoDeEscucha, fuente_de: Callable[..., Fuente]
) -> None:
    """Seis fuentes que se pisan: la mitad de lo que oye cada una lo oye también la siguiente, y en otro orden."""
    fuentes = [fuente_de(f"f{n}") for n in range(6)]
    errores: list[BaseException] = []
    listos = threading.Barrier(6)

    def oir(n: int) -> None:
        try:
            listos.wait(20)
            for ronda in range(4):
                numeros = range(ronda * 200 + n * 20, ronda * 200 + n * 20 + 40)
                oidos = [oido(str(k), "bache y agua" if k % 2 else "bache") for k in numeros]
                tanda = Tanda(oidos=tuple(oidos if n % 2 else reversed(oidos)), cursor=str(ronda))
                guardar(escucha, fuentes[n], tanda, entender=entender)
        except BaseException as error:
            errores.append(error)

    hilos = [threading.Thread(target=oir, args=(n,)) for n in range(6)]
    for hilo in hilos:
        hilo.start()
    for hilo in hilos:
        hilo.join(60)
    assert errores == []
    distintos = {
        k for n in range(6) for ronda in range(4) for k in range(ronda * 200 + n * 20, ronda * 200 + n * 20 + 40)
    }
    assert len(todo(escucha, Mensaje)) == len(distintos)
    exactos = {1: len(distintos), 2: sum(k % 2 for k in distintos)}
    assert conteos(escucha) == conteos(escucha, CINCO_MINUTOS_S) == exactos
    assert {f["cursor"] for f in todo(escucha, Fuente)} == {"3"}


@pytest.mark.dos_bases
def test_con_varios_que_notan_la_misma_edicion_se_descuenta_una_vez(
    escucha: EntornoDeEscucha, fuente_de: Callable[..., Fuente]
) -> None:
    guardar(escucha, fuente_de("f0"), Tanda(oidos=tuple(oido(str(n)) for n in range(20))), entender=entender)
    fuentes = [fuente_de(f"e{n}") for n in range(4)]
    listos = threading.Barrier(4)
    hechos: list[int] = []

    def notar(fuente: Fuente, paso: int) -> None:
        oidos = tuple(oido(str(n), "ahora sin agua") for n in range(20))[::paso]
        listos.wait(20)
        hechos.append(guardar(escucha, fuente, Tanda(oidos=oidos), entender=entender).editados)

    hilos = [threading.Thread(target=notar, args=(f, 1 if n % 2 else -1)) for n, f in enumerate(fuentes)]
    for hilo in hilos:
        hilo.start()
    for hilo in hilos:
        hilo.join(60)
    assert sum(hechos) == 20
    assert len(hechos) == 4
    assert conteos(escucha) == {2: 20}


@pytest.mark.dos_bases
def test_si_otro_guarda_lo_mismo_mientras_se_entendia_no_se_duplica(
    escucha: EntornoDeEscucha, fuente_de: Callable[..., Fuente]
) -> None:
    una, otra = fuente_de("f1"), fuente_de("f2")
    adelantado: list[Guardado] = []

    def lento(red: str, oidos: Sequence[Oido]) -> list[Entendido]:
        if not adelantado:
            adelantado.append(guardar(escucha, otra, Tanda(oidos=(oido("1"), oido("9"))), entender=entender))
        return entender(red, oidos)

    guardado = guardar(escucha, una, Tanda(oidos=(oido("1"), oido("2"))), entender=lento)
    assert (guardado.nuevos, guardado.repetidos) == (1, 1)
    assert conteos(escucha) == {1: 3}


@pytest.mark.dos_bases
def test_si_otro_lo_borro_mientras_se_entendia_se_vuelve_a_leer(
    escucha: EntornoDeEscucha, fuente_de: Callable[..., Fuente]
) -> None:
    una, otra = fuente_de("f1"), fuente_de("f2")
    guardar(escucha, otra, Tanda(oidos=(oido("1"),)), entender=entender)
    veces: list[int] = []

    def lento(red: str, oidos: Sequence[Oido]) -> list[Entendido]:
        veces.append(len(oidos))
        if len(veces) == 1:  # entretanto, «1» caduca
            with escucha.base.escribir() as sesion:
                sesion.delete(sesion.exec(select(Mensaje)).one())
        return entender(red, oidos)

    guardado = guardar(escucha, una, Tanda(oidos=(replace(oido("1"), url=""), oido("2"))), entender=lento)
    assert guardado.nuevos == 2
    assert veces == [1, 1]

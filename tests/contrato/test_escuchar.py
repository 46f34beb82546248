"""Oír y medir, en cualquier red: lo mismo dos veces, sin saltos ni repeticiones, sin escribir y sin decir secretos."""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conectores.contrato import ErrorDeContrato, ErrorDePerfil, ErrorDeRed, ErrorIncierto, ErrorTransitorio
from conectores.contrato_escucha import (
    METRICAS,
    Buscador,
    Clase,
    Competidor,
    Escucha,
    Ilegible,
    Mediciones,
    Medidor,
    Oido,
    Retrato,
    Revisor,
    Tanda,
)
from tests.contrato.arnes import SIN_NADIE
from tests.contrato.arnes_de_escucha import PODERES, ArnesDeEscucha, muestra_de_escucha, redes_que_oyen
from tests.intermediario import Clase as Averia
from tests.intermediario import Intermediario, Sabotaje

BREVE = timedelta(seconds=1.5)


@pytest.fixture(params=redes_que_oyen())
def arnes_de_escucha(request: pytest.FixtureRequest) -> Iterator[ArnesDeEscucha]:
    red = str(request.param)
    muestra = muestra_de_escucha(red)
    with ExitStack() as pila:
        extremo = pila.enter_context(muestra.encender())
        intermediario = None
        if extremo.fallar is None:
            intermediario = pila.enter_context(Intermediario(extremo.acceso.url))
        yield ArnesDeEscucha(red, muestra, extremo, intermediario)


@pytest.fixture
def arnes(arnes_de_escucha: ArnesDeEscucha) -> ArnesDeEscucha:
    return arnes_de_escucha


# ── lo que dice de sí misma ──────────────────────────────────────────────────────────────────────────────────


def test_tiene_algun_poder_y_dice_sus_hechos_con_fuente(arnes: ArnesDeEscucha) -> None:
    conector, hechos = arnes.abrir(), arnes.hechos
    assert [p for p in PODERES if isinstance(conector, p)]
    assert hechos.fuente
    canales = [*hechos.canales, *([hechos.busqueda] if hechos.busqueda else [])]
    assert len({c.nombre for c in canales}) == len(canales)
    for canal in canales:
        assert canal.ayuda
        assert canal.cada >= timedelta(minutes=1)
        assert canal.costo >= 0
    assert bool(hechos.canales) == isinstance(conector, Escucha)
    assert (hechos.busqueda is not None) == isinstance(conector, Buscador)
    if hechos.purga is not None:
        assert isinstance(conector, Revisor)


# ── oír ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_lo_que_se_dice_se_oye_entero_y_una_vez(arnes: ArnesDeEscucha) -> None:
    for canal in arnes.canales():
        dichos = arnes.decir(canal.nombre, arnes.muestra.cuantos)
        conector = arnes.con(Escucha)
        oidos, cursor = arnes.escurrir(lambda d, n=canal.nombre, c=conector: c.escuchar(n, d))
        ids = [o.id_externo for o in oidos]
        assert set(dichos) <= set(ids), canal.nombre
        assert len(ids) == len(set(ids)), f"{canal.nombre}: repetidos entre páginas"
        assert {o.clase for o in oidos} == {canal.clase}
        for oido in oidos:
            _revisar_oido(arnes, oido)
        if not arnes.muestra.repite_el_borde:
            assert arnes.escurrir(lambda d, n=canal.nombre, c=conector: c.escuchar(n, d), cursor)[0] == []


def test_lo_nuevo_aparece_aunque_ya_se_hubiera_oido_lo_anterior(arnes: ArnesDeEscucha) -> None:
    for canal in arnes.canales():
        arnes.decir(canal.nombre, 2)
        _, cursor = arnes.escurrir(lambda d, n=canal.nombre: arnes.con(Escucha).escuchar(n, d))
        nuevos = arnes.decir(canal.nombre, arnes.muestra.cuantos, texto="Ya bajó el agua")
        oidos, _ = arnes.escurrir(lambda d, n=canal.nombre: arnes.con(Escucha).escuchar(n, d), cursor)
        assert set(nuevos) <= {o.id_externo for o in oidos}, canal.nombre


def test_preguntar_dos_veces_lo_mismo_da_lo_mismo(arnes: ArnesDeEscucha) -> None:
    for canal in arnes.canales():
        arnes.decir(canal.nombre, arnes.muestra.cuantos)
        conector, desde = arnes.con(Escucha), arnes.desde()
        primera, segunda = conector.escuchar(canal.nombre, desde), conector.escuchar(canal.nombre, desde)
        assert [o.id_externo for o in primera.oidos] == [o.id_externo for o in segunda.oidos]
        assert primera.hay_mas == segunda.hay_mas
        assert len(primera.cursor) == len(segunda.cursor) or primera.cursor == segunda.cursor


def test_lo_anterior_a_lo_que_interesa_no_se_trae(arnes: ArnesDeEscucha) -> None:
    canal = arnes.canales()[0]
    arnes.decir(canal.nombre, 2)
    conector = arnes.con(Escucha)
    desde = arnes.desde()
    manana = type(desde)(no_antes_de=datetime.now(UTC) + timedelta(days=1), publicaciones=desde.publicaciones)
    assert conector.escuchar(canal.nombre, manana).oidos == ()


def test_un_canal_sin_nada_no_es_un_error(arnes: ArnesDeEscucha) -> None:
    for canal in arnes.hechos.canales:
        tanda = arnes.con(Escucha).escuchar(canal.nombre, arnes.desde())
        _revisar_tanda(arnes, tanda, costo=canal.costo)


def test_un_canal_o_un_cursor_que_no_se_entienden_dan_un_veredicto(arnes: ArnesDeEscucha) -> None:
    conector = arnes.con(Escucha)
    with pytest.raises(ErrorDeRed):
        conector.escuchar("no-existe", arnes.desde())
    for canal in arnes.hechos.canales:
        for cursor in ("{", "de otra versión", '{"v": 99}', "[]", "null", "-1"):
            try:
                tanda = conector.escuchar(canal.nombre, arnes.desde(cursor))
            except ErrorDeRed:
                continue
            assert isinstance(tanda, Tanda)


def test_buscar_halla_lo_que_dice_cualquiera_de_los_terminos(arnes: ArnesDeEscucha) -> None:
    conector, canal = arnes.con(Buscador), arnes.hechos.busqueda
    assert canal is not None
    terminos = [
        "inundación",
        "socavón",
        "bache",
        "drenaje tapado",
        "#SinAgua",
        "colonia San Ángel",
        '«comillas" raras»',
    ]
    consultas = conector.consultas(terminos)
    assert consultas == conector.consultas(terminos)
    assert all(c.strip() for c in consultas)
    assert conector.consultas([]) == ()
    assert conector.consultas(["a" * 5_000]) is not None
    if canal.nombre in arnes.muestra.mudos:
        pytest.skip("el otro extremo no sabe llenar la búsqueda")
    dichos = arnes.decir(canal.nombre, arnes.muestra.cuantos, texto="Hay un socavón")
    oidos: list[Oido] = []
    for consulta in consultas:
        oidos += arnes.escurrir(lambda d, q=consulta: conector.buscar(q, d))[0]
    assert set(dichos) <= {o.id_externo for o in oidos}
    assert {o.clase for o in oidos} == {canal.clase}


def _revisar_oido(arnes: ArnesDeEscucha, oido: Oido) -> None:
    assert oido.id_externo
    assert oido.publicado_en.tzinfo is not None
    assert oido.editado_en is None or oido.editado_en.tzinfo is not None
    assert oido.interacciones is None or oido.interacciones >= 0
    assert oido.crudo, "lo que llegó se guarda sin tocar"
    escrito = json.dumps(oido.crudo, ensure_ascii=False)
    assert [s for s in arnes.secretos() if s in escrito] == []
    if oido.lugar is not None and oido.lugar.punto is not None:
        latitud, longitud = oido.lugar.punto
        assert -90 <= latitud <= 90
        assert -180 <= longitud <= 180


def _revisar_tanda(arnes: ArnesDeEscucha, tanda: Tanda, *, costo: Any) -> None:
    assert isinstance(tanda, Tanda)
    assert tanda.cubierto_hasta is None or tanda.cubierto_hasta.tzinfo is not None
    if tanda.perdido is not None:
        desde, hasta = tanda.perdido
        assert desde.tzinfo is not None
        assert desde <= hasta
    assert sum(g.dolares for g in tanda.gastos) <= costo, "cobró más de lo que dijo"
    assert all(g.concepto and g.unidades >= 0 and g.dolares >= 0 for g in tanda.gastos)
    for oido in tanda.oidos:
        _revisar_oido(arnes, oido)


# ── medir ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_se_miden_las_publicaciones_que_hay_y_las_que_no_estan_no_aparecen(arnes: ArnesDeEscucha) -> None:
    conector = arnes.con(Medidor)
    assert conector.lote_de_medida >= 1
    ids = list(arnes.extremo.publicaciones)[: conector.lote_de_medida]
    if not ids:
        pytest.skip("el otro extremo no tiene publicaciones nuestras")
    medidas = conector.medir_publicaciones(ids)
    assert set(medidas) == set(ids)
    for mediciones in medidas.values():
        _revisar_mediciones(mediciones)
    assert conector.medir_publicaciones([]) == {}


def test_se_mide_el_perfil(arnes: ArnesDeEscucha) -> None:
    mediciones = arnes.con(Medidor).medir_perfil()
    _revisar_mediciones(mediciones)
    assert mediciones.valores


def test_se_lista_lo_que_hay_en_el_perfil(arnes: ArnesDeEscucha) -> None:
    conector = arnes.con(Medidor)
    listadas = conector.listar(datetime.now(UTC) - timedelta(days=2))
    assert set(arnes.extremo.publicaciones) <= {p.id_externo for p in listadas}
    assert all(p.publicada_en.tzinfo is not None for p in listadas)
    assert conector.listar(datetime.now(UTC) + timedelta(days=1)) in ([], ())


def _revisar_mediciones(mediciones: Mediciones) -> None:
    assert set(mediciones.valores) <= set(METRICAS), "una métrica fuera de nuestro vocabulario"
    assert all(isinstance(v, int) and not isinstance(v, bool) for v in mediciones.valores.values())
    assert mediciones.version
    json.dumps(mediciones.crudo)


# ── otras cuentas, y lo borrado ──────────────────────────────────────────────────────────────────────────────


def test_una_cuenta_que_se_ve_se_retrata(arnes: ArnesDeEscucha) -> None:
    conector = arnes.con(Competidor)
    if not arnes.muestra.cuenta_visible:
        pytest.skip("el otro extremo no tiene cuentas ajenas")
    retrato = conector.retratar(arnes.muestra.cuenta_visible)
    assert isinstance(retrato, Retrato)
    _revisar_mediciones(retrato.mediciones)
    assert {o.clase for o in retrato.recientes} <= {Clase.COMPETIDOR}
    for oido in retrato.recientes:
        _revisar_oido(arnes, oido)


def test_una_cuenta_que_no_se_ve_es_ilegible_y_no_borrada(arnes: ArnesDeEscucha) -> None:
    conector = arnes.con(Competidor)
    if not arnes.muestra.cuenta_ilegible:
        pytest.skip("el otro extremo no tiene cuentas ilegibles")
    ilegible = conector.retratar(arnes.muestra.cuenta_ilegible)
    assert isinstance(ilegible, Ilegible)
    assert ilegible.motivo


def test_se_sabe_que_mensajes_siguen_y_cuales_ya_no(arnes: ArnesDeEscucha) -> None:
    conector = arnes.con(Revisor)
    if arnes.extremo.quitar is None:
        pytest.skip("en el otro extremo no se puede borrar un mensaje")
    canal = arnes.canales()[0]
    sigue, quitado = arnes.decir(canal.nombre, 2)
    arnes.extremo.quitar(quitado)
    revision = conector.revisar([sigue, quitado])
    assert [o.id_externo for o in revision.vivos] == [sigue]
    assert revision.borrados == {quitado}


# ── lo que sale mal ──────────────────────────────────────────────────────────────────────────────────────────


def test_una_credencial_rechazada_es_del_perfil(arnes: ArnesDeEscucha) -> None:
    if not arnes.muestra.rechazadas:
        pytest.skip("esta red no pide credenciales")
    conector = arnes.abrir(credenciales=arnes.muestra.rechazadas)
    for nombre, preguntar in arnes.preguntas().items():
        with pytest.raises(ErrorDePerfil) as caso:
            preguntar(conector)
        assert caso.value.remedio, nombre


@pytest.mark.parametrize("estado", [401, 429, 500, 503])
def test_cada_estado_tiene_su_veredicto(arnes: ArnesDeEscucha, estado: int) -> None:
    arnes.exigir_http()
    for nombre, preguntar in arnes.preguntas().items():
        cabeceras = {"Content-Type": "application/json", "Retry-After": "40"}
        arnes.sabotear(Sabotaje(clase=Averia.CONTESTAR_ANTES, estado=estado, cuerpo=b"{}", cabeceras=cabeceras))
        with pytest.raises(ErrorDePerfil if estado == 401 else ErrorTransitorio) as caso:
            preguntar(arnes.abrir())
        if estado == 429:
            assert isinstance(caso.value, ErrorTransitorio)
            assert caso.value.espera == timedelta(seconds=40), nombre


@pytest.mark.parametrize("averia", [Averia.CORTAR_ANTES, Averia.CORTAR_DESPUES, Averia.TRUNCAR, Averia.COLGAR])
def test_un_corte_es_transitorio(arnes: ArnesDeEscucha, averia: Averia) -> None:
    arnes.exigir_http()
    plazo = {"plazo_total": BREVE} if averia is Averia.COLGAR else {}
    preguntas = arnes.preguntas()
    elegidas = dict([next(iter(preguntas.items()))]) if averia is Averia.COLGAR else preguntas
    for nombre, preguntar in elegidas.items():
        arnes.sabotear(Sabotaje(clase=averia))
        try:
            preguntar(arnes.abrir(**plazo))
        except ErrorTransitorio:
            continue
        except ErrorDeContrato:
            assert averia is Averia.TRUNCAR, nombre  # lo que llegó a medias puede parecer otra cosa
        else:
            pytest.fail(f"{nombre}: dio por buena una respuesta que no llegó")


def test_sin_nadie_al_otro_lado_todo_es_transitorio_y_no_costo(arnes: ArnesDeEscucha) -> None:
    arnes.exigir_http()
    for nombre, preguntar in arnes.preguntas().items():
        with pytest.raises(ErrorTransitorio) as caso:
            preguntar(arnes.abrir(url=SIN_NADIE))
        assert caso.value.sin_cobro or not arnes.cobra, nombre


CUERPOS = (b"", b"{}", b"[]", b"null", b"<html>Portal cautivo</html>", b'{"data": 7}', b'{"data": [{"id": null}]}')


@pytest.mark.parametrize("estado", [200, 204, 302, 400, 403, 404, 418])
def test_ninguna_respuesta_rara_lanza_otra_cosa_que_un_veredicto(arnes: ArnesDeEscucha, estado: int) -> None:
    intermediario = arnes.exigir_http()
    for nombre, preguntar in arnes.preguntas().items():
        for cuerpo in CUERPOS:
            arnes.sabotear(Sabotaje(clase=Averia.CONTESTAR_ANTES, estado=estado, cuerpo=cuerpo))
            try:
                preguntar(arnes.abrir())
            except ErrorIncierto as error:
                pytest.fail(f"{nombre} con {estado} {cuerpo!r}: leer no deja dudas de si se publicó ({error})")
            except ErrorDeRed as veredicto:
                assert veredicto.detalle
            except Exception as error:  # es lo que se prueba
                pytest.fail(f"{nombre} con {estado} {cuerpo!r}: escapó {type(error).__name__}: {error}")
            intermediario.sin_sabotajes()


# ── lo que no debe pasar ─────────────────────────────────────────────────────────────────────────────────────


def test_oir_y_medir_no_escriben_nada(arnes: ArnesDeEscucha) -> None:
    intermediario = arnes.exigir_http()
    if isinstance(arnes.abrir(), Escucha):
        for canal in arnes.hechos.canales:
            if canal.nombre not in arnes.muestra.mudos:
                arnes.decir(canal.nombre, 1)
    antes = len(intermediario.recibidas)
    for preguntar in arnes.preguntas().values():
        preguntar(arnes.abrir())
    escriben = [r for r in intermediario.recibidas[antes:] if r.escribe and not arnes.muestra.lee_sin_get(r)]
    assert [(r.metodo, r.ruta) for r in escriben] == []


def test_ni_la_bitacora_ni_los_errores_llevan_credenciales(
    arnes: ArnesDeEscucha, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    delator = " ".join(arnes.secretos())
    cuerpo = json.dumps({"error": {"message": delator, "code": 1}, "message": delator, "detail": delator}).encode()
    dichos = []
    for preguntar in arnes.preguntas().values():
        preguntar(arnes.abrir())
        if arnes.intermediario is not None:
            dichos += [str(_veredicto(arnes, preguntar, {"estado": e, "cuerpo": cuerpo})) for e in (400, 401, 500)]
            with pytest.raises(ErrorDeRed) as caso:
                preguntar(arnes.abrir(url=SIN_NADIE))
            dichos.append(f"{caso.value!r} {caso.value.detalle} {caso.value.remedio}")
            assert caso.value.__cause__ is None
    escrito = caplog.text + "".join(str(r.__dict__) for r in caplog.records) + " ".join(dichos)
    assert [s for s in arnes.secretos() if s in escrito] == []


def _veredicto(arnes: ArnesDeEscucha, preguntar: Any, como: Mapping[str, Any]) -> str:
    arnes.sabotear(Sabotaje(clase=Averia.CONTESTAR_ANTES, **como))
    try:
        preguntar(arnes.abrir())
    except ErrorDeRed as error:
        return f"{error!r} {error} {error.detalle} {error.remedio}"
    return ""

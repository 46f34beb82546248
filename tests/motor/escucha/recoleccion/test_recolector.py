"""Rondas enteras contra la red en memoria: lo que se oye, lo que falla y lo que no debe estorbar."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from sqlmodel import select

from conectores.contrato import ErrorDeContrato, ErrorDePerfil, ErrorTransitorio
from conectores.contrato_escucha import Desde, HechosDeEscucha, Tanda
from conectores.memoria.conector import ConectorMemoria, red_en_memoria
from conectores.memoria.pueblo import Pueblo
from modelos import Perfil, Vista
from modelos.escucha import Fuente, Laguna
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.recoleccion.archivo import ARCHIVO
from motor.escucha.recoleccion.recolector import Recolector
from motor.escucha.recoleccion.reparto import arriendo, pendientes, reclamar
from motor.escucha.recoleccion.ronda import atender
from motor.escucha.recoleccion.turno import TANDAS_POR_TURNO
from tests.conftest import RelojFijo
from tests.motor.escucha.recoleccion.conftest import Casa, entender

MENCIONES, COMENTARIOS = "perfil:1:menciones", "perfil:1:comentarios"


@pytest.mark.dos_bases
def test_lo_que_se_dice_se_guarda_una_vez_y_en_orden(
    casa: Casa, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo
) -> None:
    for n in range(5):
        pueblo.decir("menciones", f"Se inundó la avenida {n}", en=reloj.ahora())
    casa.vuelta()
    assert [m.texto for m in casa.mensajes()] == [f"Se inundó la avenida {n}" for n in range(5)]
    fuente = casa.fuente(MENCIONES)
    assert fuente.cubierta_hasta == reloj.ahora()
    assert fuente.proxima_en > reloj.ahora()
    reloj.avanzar(timedelta(hours=1))
    casa.vuelta()
    assert len(casa.mensajes()) == 5


def test_lo_que_cambia_o_se_borra_alla_se_nota_aqui(
    casa: Casa, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo
) -> None:
    uno, otro = (pueblo.decir("menciones", t, en=reloj.ahora()) for t in ("Hay un bache", "Se fue la luz"))
    casa.vuelta()
    reloj.avanzar(timedelta(hours=1))
    pueblo.editar(uno.id_externo, "Hay un socavón", en=reloj.ahora())
    pueblo.borrar(otro.id_externo)
    casa.vuelta()
    dichos = {m.id_externo: m for m in casa.mensajes()}
    assert dichos[uno.id_externo].texto == "Hay un socavón"
    assert dichos[otro.id_externo].texto == ""
    assert dichos[otro.id_externo].borrado_en == reloj.ahora()


def test_lo_que_la_red_ya_no_da_es_una_laguna(casa: Casa, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo) -> None:
    casa.vuelta()
    reloj.avanzar(timedelta(hours=6))
    pueblo.perder("menciones", reloj.ahora() - timedelta(hours=5), reloj.ahora() - timedelta(hours=2))
    casa.vuelta()
    with casa.escucha.base.leer() as sesion:
        laguna = sesion.exec(select(Laguna)).one()
    assert laguna.hasta - laguna.desde == timedelta(hours=3)


def test_se_miran_los_comentarios_de_lo_publicado_lo_mas_nuevo_primero(
    casa: Casa, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo
) -> None:
    with casa.escucha.principal.base.escribir() as sesion:
        for n in range(3):
            en = reloj.ahora() - timedelta(days=n)
            sesion.add(Vista(perfil_id=perfil.id, id_externo=f"m{n}", publicada_en=en, vista_en=en))
        vieja = reloj.ahora() - timedelta(days=90)
        sesion.add(Vista(perfil_id=perfil.id, id_externo="vieja", publicada_en=vieja, vista_en=vieja))
    casa.vuelta()
    desde = next(d for canal, d in pueblo.preguntas if canal == "comentarios")
    assert desde.publicaciones == ("m0", "m1", "m2")
    assert desde.no_antes_de == reloj.ahora() - casa.escucha.reglas.escucha.pasado


def test_un_fallo_pasajero_se_reintenta_cada_vez_mas_tarde_y_se_dice_una_vez(
    casa: Casa, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo, caplog: pytest.LogCaptureFixture
) -> None:
    casa.vuelta()
    esperas = []
    for _ in range(4):
        reloj.avanzar(casa.fuente(MENCIONES).proxima_en - reloj.ahora())
        casa.solo(MENCIONES, ya=True)
        pueblo.fallar(ErrorTransitorio("No contesta."))
        casa.vuelta()
        esperas.append(casa.fuente(MENCIONES).proxima_en - reloj.ahora())
    assert esperas == sorted(esperas)
    assert esperas[-1] <= timedelta(minutes=30)
    assert casa.fuente(MENCIONES).fallos == 4
    assert len([r for r in caplog.records if getattr(r, "accion", "") == "fuente_cae"]) == 1
    reloj.avanzar(timedelta(hours=1))
    casa.vuelta()
    assert casa.fuente(MENCIONES).fallos == 0
    assert casa.correos() == []


def test_si_la_red_pide_esperar_espera_todo_el_perfil(
    casa: Casa, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo
) -> None:
    casa.vuelta()
    reloj.avanzar(timedelta(hours=1))
    casa.solo(MENCIONES, ya=True)
    pueblo.fallar(ErrorTransitorio("Más despacio.", espera=timedelta(minutes=40), de_perfil=True))
    casa.vuelta()
    esperan = [f.proxima_en for f in casa.fuentes().values() if f.perfil_id == perfil.id]
    assert min(esperan) >= reloj.ahora() + timedelta(minutes=40)


def test_un_fallo_del_perfil_detiene_la_fuente_y_no_la_publicacion(
    casa: Casa, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo
) -> None:
    casa.vuelta()
    for _ in range(4):
        reloj.avanzar(timedelta(hours=2))
        casa.solo(MENCIONES, ya=True)
        pueblo.fallar(ErrorDePerfil("Falta un permiso.", remedio="Pídalo en la red."))
        casa.vuelta()
    fuente = casa.fuente(MENCIONES)
    assert fuente.detalle == "Falta un permiso. Pídalo en la red."
    assert timedelta(minutes=50) < fuente.proxima_en - reloj.ahora() < timedelta(minutes=70)
    assert len([c for c in casa.correos() if "No se puede oír" in c.asunto]) == 1
    with casa.escucha.principal.base.leer() as sesion:
        assert sesion.get_one(Perfil, perfil.id).pausado_en is None


def test_una_respuesta_que_no_se_entiende_se_avisa_una_vez_al_dia(
    casa: Casa, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo
) -> None:
    casa.vuelta()
    for _ in range(3):
        reloj.avanzar(timedelta(hours=2))
        casa.solo(MENCIONES, ya=True)
        pueblo.fallar(ErrorDeContrato("Contestó una página en blanco."))
        casa.vuelta()
    assert len(casa.correos()) == 1
    assert "Contestó una página en blanco" in casa.correos()[0].texto


def test_una_red_que_no_contesta_no_retrasa_a_otra(
    escucha: EntornoDeEscucha, reloj: RelojFijo, perfil_de: Callable[..., Perfil]
) -> None:
    """La lenta se queda con sus hilos ocupados hasta el final; la otra acaba todas sus vueltas entre tanto."""
    perfil_de(opciones={"red": "lenta"})
    rapida = perfil_de(opciones={"red": "rapida"})
    red_en_memoria("rapida").pueblo.decir("menciones", "Se oye bien", en=reloj.ahora())
    suelta = threading.Event()
    red_en_memoria("lenta").pueblo.al_contestar = lambda: suelta.wait(20) and None
    separadas = replace(escucha, hechos_de=lambda _: escucha.hechos_de("memoria"))
    casa = Casa(separadas, reloj)
    casa.sincronizar()
    with escucha.base.escribir() as sesion:  # la misma red en memoria hace de dos redes distintas
        for fuente in casa.fuentes().values():
            if fuente.perfil_id == rapida.id:
                fuente.red = "otra"
                sesion.merge(fuente)
    try:
        for _ in range(6):
            casa.recolector._al_dia_s = float("inf")  # que no vuelva a juntarlas
            casa.recolector.recolectar()
            _esperar(lambda: not casa.recolector._en_curso.get("otra"))
        assert [m.texto for m in casa.mensajes()] == ["Se oye bien"]
        assert {h[0] for h in casa.hechos} >= {f"perfil:{rapida.id}:menciones", f"perfil:{rapida.id}:directos"}
        assert all(f"perfil:{rapida.id}" in c or f":{rapida.id}" in c for c, _ in casa.hechos)
    finally:
        suelta.set()
        casa.recolector.cerrar()


@pytest.mark.dos_bases
def test_dos_procesos_no_preguntan_lo_mismo(casa: Casa, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo) -> None:
    casa.sincronizar()
    tocan = pendientes(casa.escucha)
    ganadas: list[int] = []

    def pelear() -> None:
        for pendiente in tocan:
            if reclamar(casa.escucha, pendiente) is not None:
                ganadas.append(pendiente.id)

    hilos = [threading.Thread(target=pelear) for _ in range(4)]
    for hilo in hilos:
        hilo.start()
    for hilo in hilos:
        hilo.join()
    assert sorted(ganadas) == sorted(p.id for p in tocan)
    reloj.avanzar(arriendo(casa.escucha) + timedelta(seconds=1))
    assert {p.id for p in pendientes(casa.escucha)} == set(ganadas)


def test_al_cerrar_se_guarda_lo_que_se_habia_pedido_y_no_se_empieza_nada(
    casa: Casa, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo
) -> None:
    for n in range(20):
        pueblo.decir("menciones", f"Dicho {n}", en=reloj.ahora())
    casa.recolector.recolectar()
    casa.recolector.cerrar(20)
    assert casa.recolector.recolectar() == 0
    guardados = len(casa.mensajes())
    otro = Recolector(casa.escucha, lambda: entender)
    reloj.avanzar(timedelta(hours=1))
    while otro.recolectar():
        assert otro.esperar(20)
    assert len(casa.mensajes()) == 20
    assert guardados <= 20


def test_con_mucho_que_contar_se_sigue_en_la_vuelta_siguiente(
    casa: Casa, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo
) -> None:
    for n in range(25):
        pueblo.decir("menciones", f"Dicho {n}", en=reloj.ahora())
    casa.recolector.recolectar()
    assert casa.recolector.esperar(20)
    assert 0 < len(casa.mensajes()) < 25
    assert casa.fuente(MENCIONES).proxima_en <= reloj.ahora()
    casa.vuelta()
    assert len(casa.mensajes()) == 25


def test_si_la_oficina_no_escucha_no_se_pregunta_nada(
    escucha: EntornoDeEscucha, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo
) -> None:
    reglas = replace(escucha.reglas, escucha=replace(escucha.reglas.escucha, activa=False))
    sorda = Casa(replace(escucha, principal=replace(escucha.principal, reglas=reglas)), reloj)
    assert sorda.vuelta() == 0
    assert pueblo.preguntas == []


def _esperar(hasta: Callable[[], bool]) -> None:
    reposo = threading.Event()
    for _ in range(2_000):
        if hasta():
            return
        reposo.wait(0.005)
    raise AssertionError("no acabó")


def test_un_periodico_que_no_contesta_no_retrasa_a_los_demas(escucha: EntornoDeEscucha, reloj: RelojFijo) -> None:
    escucha = replace(escucha, red_de_medios="memoria")
    (escucha.archivos / ARCHIVO).write_text(
        "".join(
            f'[[medio]]\ndireccion = "https://{n}.ejemplo.mx/rss"\n' for n in ("caido", "caido2", "caido3", "vivo")
        ),
        encoding="utf-8",
    )
    suelta = threading.Event()

    class Caido:
        escucha = ConectorMemoria.escucha

        def escuchar(self, canal: str, desde: Desde) -> Tanda:
            suelta.wait(20)
            raise ErrorTransitorio("No contestó.")

    class Vivo(Caido):
        def escuchar(self, canal: str, desde: Desde) -> Tanda:
            return Tanda(cursor="1")

    casa = Casa(replace(escucha, oyente=lambda f: Vivo() if "vivo" in f.direccion else Caido()), reloj)
    try:
        casa.recolector.recolectar()
        _esperar(lambda: bool(casa.hechos))
        assert [clave for clave, _ in casa.hechos] == ["medio:https://vivo.ejemplo.mx/rss"]
    finally:
        suelta.set()
        casa.recolector.cerrar()


def test_lo_que_no_se_pudo_comprobar_a_tiempo_se_vacia_aunque_la_red_no_conteste(
    casa: Casa, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo
) -> None:
    hechos = casa.escucha.hechos_de("memoria")
    assert hechos is not None
    exigente = replace(hechos, purga=timedelta(hours=24))
    casa = Casa(replace(casa.escucha, hechos_de=lambda _: exigente), reloj)
    pueblo.decir("menciones", "Lo que dijo alguien", en=reloj.ahora())
    casa.vuelta()
    pueblo.fallar(ErrorTransitorio("Caída."), veces=10_000)
    for _ in range(26):
        reloj.avanzar(timedelta(hours=1))
        casa.solo("revisar:memoria", ya=True)
        casa.vuelta()
    (mensaje,) = casa.mensajes()
    assert (mensaje.texto, mensaje.autor_usuario) == ("", "")
    assert [h for clave, h in casa.hechos if clave == "revisar:memoria" and isinstance(h, ErrorTransitorio)]


class _SinFin:
    """Una red que siempre dice que hay más, con un cursor distinto, y nunca trae nada."""

    preguntas = 0

    def escuchar(self, canal: str, desde: Desde) -> Tanda:
        self.preguntas += 1
        return Tanda(cursor=f"{canal}-{self.preguntas}", hay_mas=True)

    @property
    def escucha(self) -> HechosDeEscucha:
        return HechosDeEscucha(canales=())


def test_la_que_dice_que_hay_mas_y_nunca_lo_trae_no_ocupa_a_nadie(casa: Casa, perfil: Perfil, reloj: RelojFijo) -> None:
    red = _SinFin()
    principal = replace(casa.escucha.principal, abrir=lambda _: red)
    escucha = replace(casa.escucha, principal=principal)
    ahora = reloj.ahora()
    fuente = Fuente(
        clave="sin_fin", red="memoria", canal="menciones", perfil_id=perfil.id, desde=ahora, proxima_en=ahora
    )
    with escucha.base.escribir() as sesion:
        sesion.add(fuente)
    atender(escucha, fuente, entender=entender, azar=Random(1))
    with escucha.base.leer() as sesion:
        despues = sesion.get_one(Fuente, fuente.id)
    assert red.preguntas == TANDAS_POR_TURNO
    assert despues.proxima_en - ahora >= timedelta(minutes=1)

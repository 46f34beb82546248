"""La intención antes, el desenlace después: qué queda escrito cuando algo muere, se congela o llega tarde."""

import pytest

from conectores.contrato import ErrorDeContenido, ErrorIncierto, ErrorTransitorio, Publicado
from modelos import Desenlace, Entrega, Estado, Perfil
from motor.publicacion.envio import Trabajo, anotar_publicada, intentar
from motor.publicacion.reclamo import Reclamo
from tests.motor.oficina import MINUTO, SEGUNDO, MuereAqui, Oficina

pytestmark = pytest.mark.dos_bases


def morir(_perfil: str) -> None:
    raise MuereAqui


def trabajo(oficina: Oficina, entrega: Entrega, reclamo: Reclamo, *, dudoso: bool = False) -> Trabajo:
    perfil: Perfil = oficina.perfil()
    return Trabajo(reclamo, oficina.ver(entrega), perfil, dudoso)


def test_la_historia_feliz_queda_escrita_entera(oficina: Oficina) -> None:
    entrega = oficina.programar_una("Feria del libro")
    assert oficina.publicar() == [Estado.PUBLICADA]
    fila, (intento,) = oficina.ver(entrega), oficina.intentos(entrega)
    assert (fila.estado, fila.id_externo, fila.url) == (Estado.PUBLICADA, "m1", "memoria://memoria/m1")
    assert (intento.desenlace, intento.id_externo) == (Desenlace.PUBLICADO, "m1")
    assert (intento.ficha, intento.huella) == (1, entrega.huella)
    assert oficina.historia(entrega) == ["entrega_programada", "entrega_enviando", "entrega_publicada"]
    assert fila.arriendo_hasta is None


def test_la_intencion_esta_confirmada_antes_de_que_la_red_vea_nada(oficina: Oficina) -> None:
    entrega = oficina.programar_una()
    visto_en_la_base: list[tuple[Estado, int]] = []

    def mirar_la_base(_perfil: str) -> None:
        visto_en_la_base.append((oficina.estado(entrega), len(oficina.intentos(entrega))))

    oficina.red.al_publicar = mirar_la_base
    oficina.publicar()
    assert visto_en_la_base == [(Estado.ENVIANDO, 1)]


def test_morir_tras_publicar_deja_una_duda_y_nunca_una_repeticion(oficina: Oficina) -> None:
    entrega = oficina.programar_una()
    oficina.red.al_publicar = morir
    oficina.morir_publicando()
    assert oficina.estado(entrega) is Estado.ENVIANDO
    assert oficina.intentos(entrega)[0].desenlace is None  # nadie vivió para escribirlo

    oficina.red.al_publicar = None
    assert oficina.barrer(solos=True) == 1
    assert oficina.estado(entrega) is Estado.EN_DUDA
    oficina.pasar(2 * MINUTO)
    assert oficina.estado(entrega) is Estado.PUBLICADA
    assert len(oficina.red.vistas) == 1


def test_morir_antes_de_la_intencion_devuelve_la_entrega_a_la_fila(oficina: Oficina) -> None:
    entrega = oficina.programar_una()
    oficina.reclamar()  # y aquí muere
    assert oficina.barrer() == 0  # su arriendo aún vale: quizá sólo es lento
    oficina.reloj.avanzar(oficina.entorno.reglas.arriendo)
    assert oficina.barrer() == 1
    assert oficina.estado(entrega) is Estado.PROGRAMADA
    assert oficina.publicar() == [Estado.PUBLICADA]
    assert [i.ficha for i in oficina.intentos(entrega)] == [2]


def test_sin_arriendo_no_se_envia(oficina: Oficina) -> None:
    entrega = oficina.programar_una()
    (reclamo,) = oficina.reclamar()
    oficina.reloj.avanzar(oficina.entorno.reglas.arriendo)
    assert oficina.despacho.procesar(reclamo) is None
    assert oficina.intentos(entrega) == []
    assert oficina.textos_publicados() == []


def test_con_una_ficha_vieja_no_se_envia(oficina: Oficina) -> None:
    entrega = oficina.programar_una()
    (viejo,) = oficina.reclamar()
    oficina.reloj.avanzar(oficina.entorno.reglas.arriendo)
    oficina.barrer()
    (nuevo,) = oficina.reclamar()
    assert not intentar(oficina.entorno, trabajo(oficina, entrega, viejo), preparada={})
    assert oficina.despacho.procesar(viejo) is None
    assert oficina.despacho.procesar(nuevo) is Estado.PUBLICADA


@pytest.mark.parametrize(("congelado_s", "estado"), [(10, Estado.PUBLICADA), (10.1, Estado.PROGRAMADA)])
def test_quien_se_congela_entre_la_intencion_y_el_envio_no_envia(
    oficina: Oficina, congelado_s: float, estado: Estado
) -> None:
    """El límite de envío (10 s) se mide con el reloj de arranque, que cuenta el tiempo dormido."""
    entrega = oficina.programar_una()
    oficina.red.demora_s = 0
    conector = oficina.entorno.abrir(oficina.perfil())
    comprobar = conector.comprobar

    def congelarse() -> object:
        oficina.reloj.avanzar(congelado_s * SEGUNDO)
        return comprobar()

    conector.comprobar = congelarse  # type: ignore[method-assign,assignment] # lo que pasa entre intención y permiso
    object.__setattr__(oficina.entorno, "abrir", lambda _: conector)
    assert oficina.publicar() == [estado]
    assert len(oficina.red.vistas) == (estado is Estado.PUBLICADA)
    assert oficina.estado(entrega) is estado


# ── lo que llega tarde ───────────────────────────────────────────────────────────────────────────────────────────


def test_un_si_que_llega_tras_el_barrido_se_adopta(oficina: Oficina) -> None:
    entrega = oficina.programar_una()
    (reclamo,) = oficina.reclamar()
    suyo = trabajo(oficina, entrega, reclamo)
    intentar(oficina.entorno, suyo, preparada={})
    oficina.reloj.avanzar(oficina.entorno.reglas.arriendo)
    oficina.barrer()
    assert anotar_publicada(oficina.entorno, suyo, Publicado("tardía", "memoria://tardía"))
    assert oficina.ver(entrega).id_externo == "tardía"


def test_un_si_con_ficha_vieja_se_adopta_si_nadie_la_envia(oficina: Oficina) -> None:
    """Que está publicada es un hecho: quien la tiene reclamada ya no la enviará."""
    entrega = oficina.programar_una()
    (viejo,) = oficina.reclamar()
    suyo = trabajo(oficina, entrega, viejo)
    intentar(oficina.entorno, suyo, preparada={})
    oficina.cambiar(entrega, estado=Estado.PROGRAMADA)  # la ausencia se confirmó, mal
    oficina.reloj.avanzar(MINUTO)
    (nuevo,) = oficina.reclamar()
    assert anotar_publicada(oficina.entorno, suyo, Publicado("m7"))
    assert oficina.despacho.procesar(nuevo) is None
    assert (oficina.estado(entrega), oficina.ver(entrega).id_externo) == (Estado.PUBLICADA, "m7")
    assert oficina.textos_publicados() == []


@pytest.mark.parametrize("estado", [Estado.ENVIANDO, Estado.CANCELADA, Estado.PUBLICADA, Estado.FALLIDA])
def test_un_si_con_ficha_vieja_queda_como_prueba_si_ya_no_procede(oficina: Oficina, estado: Estado) -> None:
    entrega = oficina.programar_una()
    (viejo,) = oficina.reclamar()
    suyo = trabajo(oficina, entrega, viejo)
    intentar(oficina.entorno, suyo, preparada={})
    oficina.cambiar(entrega, estado=estado, ficha=2)
    assert not anotar_publicada(oficina.entorno, suyo, Publicado("m7", "memoria://m7"))
    assert oficina.estado(entrega) is estado
    assert oficina.historia(entrega)[-1] == "prueba_tardia"
    assert oficina.intentos(entrega)[0].id_externo == "m7"


def test_un_no_seguro_saca_de_la_duda_a_quien_creimos_muerto(oficina: Oficina) -> None:
    entrega = oficina.programar_una()

    def barrer_mientras_tanto(_perfil: str) -> None:
        oficina.reloj.avanzar(oficina.entorno.reglas.arriendo)
        oficina.barrer()
        assert oficina.estado(entrega) is Estado.EN_DUDA
        raise ErrorTransitorio("La red dijo que no.")

    oficina.red.al_publicar = barrer_mientras_tanto
    assert oficina.publicar() == [Estado.PROGRAMADA]
    assert oficina.estado(entrega) is Estado.PROGRAMADA
    assert oficina.intentos(entrega)[0].desenlace is Desenlace.NO_ENVIADO


def test_un_no_seguro_no_resuelve_la_duda_de_un_intento_anterior(oficina: Oficina) -> None:
    entrega = oficina.programar_una()
    oficina.red.fallar(ErrorIncierto("Se cortó."))
    oficina.publicar()
    oficina.cambiar(entrega, estado=Estado.PROGRAMADA)
    oficina.cambiar_perfil(libre_desde=None)

    def barrer_mientras_tanto(_perfil: str) -> None:
        oficina.reloj.avanzar(oficina.entorno.reglas.arriendo)
        oficina.barrer()
        raise ErrorTransitorio("La red dijo que no.")

    oficina.red.al_publicar = barrer_mientras_tanto
    oficina.publicar()
    assert oficina.estado(entrega) is Estado.EN_DUDA
    assert oficina.historia(entrega)[-1] == "desenlace_tardio"


def test_dos_entregas_no_comparten_un_identificador_de_la_red(oficina: Oficina) -> None:
    """Si la red contesta a una con el id de otra, no se adopta: hay algo raro y se mira."""
    primera = oficina.programar_una("Uno")
    oficina.publicar()
    oficina.reloj.avanzar(MINUTO)
    segunda = oficina.programar_una("Dos")
    (reclamo,) = oficina.reclamar()
    suyo = trabajo(oficina, segunda, reclamo)
    intentar(oficina.entorno, suyo, preparada={})
    assert not anotar_publicada(oficina.entorno, suyo, Publicado("m1"))
    assert oficina.estados([primera, segunda]) == [Estado.PUBLICADA, Estado.ENVIANDO]


# ── los demás ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_que_una_falle_ni_repite_ni_esconde_a_las_otras_dos(oficina: Oficina, perfil_de: object) -> None:
    for nombre in ("facebook-de-mentira", "instagram-de-mentira"):
        perfil_de(nombre=nombre)  # type: ignore[operator] # fixture que es una función
    nombres = ("memoria", "facebook-de-mentira", "instagram-de-mentira")
    entregas = oficina.programar("Corte de agua", perfiles=nombres)
    oficina.red.fallar(ErrorDeContenido("No se admite.", remedio="Quite el enlace."))
    oficina.pasar(30 * MINUTO)
    estados = sorted(oficina.estados(entregas))
    assert estados == [Estado.FALLIDA, Estado.PUBLICADA, Estado.PUBLICADA]
    assert len(oficina.red.vistas) == len({v.perfil for v in oficina.red.vistas}) == 2
    assert len(oficina.correos()) == 1


def test_si_una_parte_falla_el_resto_del_hilo_no_se_dice(oficina: Oficina) -> None:
    partes = [oficina.programar_una(f"Parte {n}") for n in range(4)]
    for n, parte in enumerate(partes):
        oficina.cambiar(parte, publicacion_id=partes[0].publicacion_id, parte=n)
    assert oficina.publicar() == [Estado.PUBLICADA]
    oficina.reloj.avanzar(MINUTO)
    oficina.red.fallar(ErrorDeContenido("No se admite."))
    assert oficina.publicar() == [Estado.FALLIDA]
    esperado = [Estado.PUBLICADA, Estado.FALLIDA, Estado.CANCELADA, Estado.CANCELADA]
    assert oficina.estados(partes) == esperado

"""Salir de la duda: mirar en la red, creer sólo lo que prueba algo, y si no se puede, preguntar a una persona."""

from dataclasses import replace
from typing import Any

import pytest

from conectores.contrato import (
    Busqueda,
    Conciliacion,
    ErrorDeContenido,
    ErrorDuplicado,
    ErrorIncierto,
    ErrorTransitorio,
    Hallazgo,
    Publicado,
    SinSaber,
)
from conectores.memoria.conector import ConectorMemoria
from modelos import Entrega, Estado
from motor.publicacion.conciliacion import apartar_dudas, conciliar
from motor.publicacion.envio import adoptar
from tests.conftest import COMIENZO
from tests.motor.oficina import HORA, MINUTO, SEGUNDO, Oficina, con_capacidades, con_conector

CORTE = ErrorIncierto("Se cortó la comunicación después de enviar.")


def en_duda(oficina: Oficina, *, salio: bool, texto: str = "Mañana no hay clases.") -> Entrega:
    """Una entrega cuya respuesta se perdió; `salio`: la red sí la aceptó."""
    entrega = oficina.programar_una(texto)
    oficina.red.fallar(CORTE, acepta=salio)
    oficina.publicar()
    assert oficina.estado(entrega) is Estado.EN_DUDA
    return entrega


@pytest.mark.dos_bases
def test_si_salio_se_adopta_su_identificador(oficina: Oficina) -> None:
    entrega = en_duda(oficina, salio=True)
    oficina.pasar(10 * SEGUNDO)
    fila = oficina.ver(entrega)
    assert (fila.estado, fila.id_externo, fila.detalle) == (
        Estado.PUBLICADA,
        "m1",
        "memoria://memoria/m1 Se halló en la red.",
    )
    assert len(oficina.red.vistas) == 1
    assert oficina.correos() == []  # nadie tiene que enterarse


@pytest.mark.dos_bases
def test_si_no_salio_se_repite_tras_la_cuarentena_y_dos_miradas(oficina: Oficina) -> None:
    """60 s de cuarentena y 20 más hasta la segunda mirada: antes de los 80 s no se repite."""
    entrega = en_duda(oficina, salio=False)
    oficina.pasar(79 * SEGUNDO)
    assert oficina.estado(entrega) is Estado.EN_DUDA
    oficina.pasar(2 * MINUTO)
    assert oficina.estado(entrega) is Estado.PUBLICADA
    assert [v.aceptada_en >= COMIENZO + 80 * SEGUNDO for v in oficina.red.vistas] == [True]
    assert [i.ficha for i in oficina.intentos(entrega)] == [1, 2]


@pytest.mark.parametrize("tarda_s", [1, 30, 59])
def test_una_red_que_lista_con_retraso_no_engana(oficina: Oficina, tarda_s: int) -> None:
    oficina.red.visibilidad = tarda_s * SEGUNDO
    entrega = en_duda(oficina, salio=True)
    oficina.pasar(5 * MINUTO)
    assert oficina.estado(entrega) is Estado.PUBLICADA
    assert len(oficina.red.vistas) == 1


def test_la_cuarentena_de_la_red_manda_si_es_mas_larga(oficina: Oficina) -> None:
    oficina = con_capacidades(oficina, cuarentena=5 * MINUTO)
    oficina.red.visibilidad = 4 * MINUTO
    entrega = en_duda(oficina, salio=True)
    oficina.pasar(10 * MINUTO)
    assert oficina.estado(entrega) is Estado.PUBLICADA
    assert len(oficina.red.vistas) == 1


def test_donde_la_clave_es_idempotente_no_se_espera(oficina: Oficina) -> None:
    oficina = con_capacidades(oficina, conciliacion=Conciliacion.IDEMPOTENTE)
    entrega = en_duda(oficina, salio=False)
    oficina.pasar(5 * SEGUNDO)
    assert oficina.estado(entrega) is Estado.PROGRAMADA


class SinPoderMirar(ConectorMemoria):
    """Una red a la que le falta el poder de conciliar: el método no existe."""

    conciliar = None  # type: ignore[assignment] # para `isinstance` con un protocolo, None es que no lo tiene


@pytest.mark.dos_bases
@pytest.mark.parametrize("como", ["ciega", "sin el poder"])
def test_en_una_red_ciega_decide_una_persona_en_seguida(oficina: Oficina, como: str) -> None:
    if como == "ciega":
        oficina = con_capacidades(oficina, conciliacion=Conciliacion.CIEGA)
    else:
        oficina = con_conector(oficina, SinPoderMirar)
    entrega = en_duda(oficina, salio=True)
    oficina.pasar(6 * SEGUNDO)
    assert oficina.estado(entrega) is Estado.POR_DECIDIR
    (correo,) = oficina.correos()
    assert correo.asunto == f"Decida: ¿salió la publicación {entrega.id} en memoria?"
    oficina.pasar(HORA)
    assert len(oficina.red.vistas) == 1  # nunca se repite sola
    assert len(oficina.correos()) == 1


def que_mira(hallazgo: Any) -> type[ConectorMemoria]:
    class Mira(ConectorMemoria):
        def conciliar(self, busqueda: Busqueda) -> Hallazgo:
            if isinstance(hallazgo, Exception):
                raise hallazgo
            return hallazgo  # type: ignore[no-any-return] # lo que diga la prueba

    return Mira


@pytest.mark.parametrize(
    "hallazgo",
    [ErrorTransitorio("La red no contesta."), SinSaber("Aún la procesa."), RuntimeError("un error nuestro")],
    ids=repr,
)
def test_si_la_red_no_se_deja_mirar_decide_una_persona(oficina: Oficina, hallazgo: object) -> None:
    """Cuatro miradas cada 20 s, y nunca antes de la cuarentena; el peor caso, bajo dos minutos."""
    oficina = con_conector(oficina, que_mira(hallazgo))
    entrega = en_duda(oficina, salio=True)
    oficina.pasar(59 * SEGUNDO)
    assert oficina.estado(entrega) is Estado.EN_DUDA
    oficina.pasar(61 * SEGUNDO)
    assert oficina.estado(entrega) is Estado.POR_DECIDIR
    assert "No se pudo comprobar en la red." in oficina.correos()[0].texto


def test_una_duda_de_un_perfil_que_ya_no_abre_acaba_en_una_persona(oficina: Oficina) -> None:
    entrega = en_duda(oficina, salio=True)

    def no_abre(_perfil: object) -> Any:
        raise ImportError("Falta la biblioteca de esta red.")

    rota = Oficina(replace(oficina.entorno, abrir=no_abre), oficina.reloj, oficina.red)
    rota.pasar(2 * MINUTO)
    assert rota.estado(entrega) is Estado.POR_DECIDIR
    assert "Falta la biblioteca de esta red." in rota.correos()[0].texto


# ── gemelas ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
@pytest.mark.parametrize("salio", [True, False])
def test_dos_entregas_iguales_no_adoptan_la_misma_publicacion(oficina: Oficina, salio: bool) -> None:
    oficina.programar_una("Cierre de calle")
    oficina.publicar()
    oficina.reloj.avanzar(MINUTO)
    segunda = en_duda(oficina, salio=salio, texto="Cierre de calle")
    tercera = oficina.programar_una("Cierre de calle")
    oficina.pasar(10 * MINUTO)
    assert oficina.estados([segunda, tercera]) == [Estado.PUBLICADA] * 2
    assert len(oficina.red.vistas) == 3
    assert len({oficina.ver(e).id_externo for e in (segunda, tercera)} | {"m1"}) == 3


def test_lo_hallado_que_ya_es_de_otra_cuenta_como_ausencia(oficina: Oficina) -> None:
    """Aunque la red (o su conector) no haga caso de `ya_adoptados`: lo impide la base."""

    class Confundida(ConectorMemoria):
        def conciliar(self, busqueda: Busqueda) -> Hallazgo:
            return super().conciliar(replace(busqueda, ya_adoptados=frozenset(), desde=COMIENZO))

    oficina = con_conector(oficina, Confundida)
    primera = oficina.programar_una("Cierre de calle")
    oficina.publicar()
    oficina.reloj.avanzar(MINUTO)
    segunda = en_duda(oficina, salio=False, texto="Cierre de calle")
    oficina.pasar(5 * MINUTO)
    assert oficina.estados([primera, segunda]) == [Estado.PUBLICADA] * 2
    assert oficina.ver(primera).id_externo != oficina.ver(segunda).id_externo


# ── un no después de una duda ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("salio", [True, False])
def test_un_duplicado_despues_de_una_duda_se_mira_antes_de_creer_nada(oficina: Oficina, salio: bool) -> None:
    """La red tardó más que la cuarentena en listar la primera: al repetir dice «ya la tengo»."""
    entrega = en_duda(oficina, salio=salio)
    oficina.red.visibilidad = 90 * SEGUNDO
    oficina.red.fallar(ErrorDuplicado("Ya existe."))
    oficina.pasar(5 * MINUTO)
    assert oficina.estado(entrega) is (Estado.PUBLICADA if salio else Estado.FALLIDA)
    assert len(oficina.red.vistas) == salio


def test_un_duplicado_sin_duda_previa_y_sin_estar_falla_con_remedio(oficina: Oficina) -> None:
    """Alguien publicó lo mismo a mano hace una semana."""
    entrega = oficina.programar_una()
    oficina.red.fallar(ErrorDuplicado("Ya existe."))
    oficina.pasar(5 * MINUTO)
    assert oficina.estado(entrega) is Estado.FALLIDA
    assert "la red no admite repetir el mismo" in oficina.correos()[0].texto


@pytest.mark.parametrize(("salio", "final"), [(True, Estado.PUBLICADA), (False, Estado.FALLIDA)])
def test_un_rechazo_despues_de_una_duda_tambien_se_mira(oficina: Oficina, salio: bool, final: Estado) -> None:
    entrega = en_duda(oficina, salio=salio)
    oficina.red.visibilidad = 90 * SEGUNDO
    oficina.red.fallar(ErrorDeContenido("No se admite."))
    oficina.pasar(5 * MINUTO)
    assert oficina.estado(entrega) is final


def test_demasiados_intentos_dudosos_acaban_en_una_persona(oficina: Oficina) -> None:
    entrega = oficina.programar_una()
    oficina.red.fallar(CORTE, veces=20)
    oficina.pasar(HORA)
    assert oficina.estado(entrega) is Estado.POR_DECIDIR
    assert len(oficina.intentos(entrega)) == oficina.entorno.reglas.intentos_maximos
    assert "8 intentos acabaron en duda." in oficina.correos()[0].texto


def test_si_falla_sin_remedio_el_resto_del_hilo_se_cancela(oficina: Oficina) -> None:
    partes = [oficina.programar_una(f"Parte {n}") for n in range(3)]
    for n, parte in enumerate(partes):
        oficina.cambiar(parte, publicacion_id=partes[0].publicacion_id, parte=n)
    oficina.red.fallar(ErrorDuplicado("Ya existe."))
    oficina.pasar(5 * MINUTO)
    assert oficina.estados(partes) == [Estado.FALLIDA, Estado.CANCELADA, Estado.CANCELADA]


# ── varios mirando ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
def test_una_duda_la_mira_uno_solo_mientras_dura_su_arriendo(oficina: Oficina) -> None:
    en_duda(oficina, salio=False)
    oficina.reloj.avanzar(5 * SEGUNDO)
    assert [len(apartar_dudas(oficina.entorno, limite=5)) for _ in range(2)] == [1, 0]
    oficina.reloj.avanzar(oficina.entorno.reglas.arriendo)  # quien la miraba murió
    assert len(apartar_dudas(oficina.entorno, limite=5)) == 1


def test_lo_que_una_persona_resolvio_mientras_se_miraba_no_se_pisa(oficina: Oficina) -> None:
    entrega = en_duda(oficina, salio=False)
    oficina.reloj.avanzar(2 * MINUTO)
    (duda,) = apartar_dudas(oficina.entorno, limite=5)
    oficina.cambiar(entrega, revisiones=1)
    (duda,) = [replace(duda, entrega=oficina.ver(entrega))]
    with oficina.entorno.base.escribir() as sesion:
        adoptar(sesion, entrega.id, Publicado("a mano"), de=(Estado.EN_DUDA,), ahora=oficina.reloj.ahora())
    conciliar(oficina.entorno, duda)
    assert (oficina.estado(entrega), oficina.ver(entrega).id_externo) == (Estado.PUBLICADA, "a mano")
    assert oficina.textos_publicados() == []

"""El dinero no se rebasa nunca: ni con muchos hilos, ni con varios procesos, ni muriendo a la mitad."""

import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from conectores.contrato import ErrorDePerfil, ErrorDeRed, ErrorTransitorio
from conectores.contrato_escucha import Gasto as Cobro
from conectores.memoria.pueblo import Pueblo
from modelos import Base, Perfil
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.recoleccion.presupuesto import (
    EN_VUELO,
    PresupuestoAgotado,
    a_micros,
    apartado,
    gastado_en,
    reservar,
)
from tests.conftest import RelojFijo
from tests.motor.escucha.recoleccion.conftest import Casa, de_pago

RED = "memoria"


def _con(escucha: EntornoDeEscucha, presupuesto: str) -> EntornoDeEscucha:
    return replace(escucha, presupuesto=lambda _: Decimal(presupuesto))


def test_lo_apartado_se_cambia_por_lo_cobrado(escucha: EntornoDeEscucha, reloj: RelojFijo) -> None:
    escucha = _con(escucha, "10")
    with apartado(escucha, RED, costo=Decimal("0.5"), concepto="menciones") as cuenta:
        assert gastado_en(escucha, RED) == Decimal("0.5")
        cuenta.anotar([Cobro("menciones leídas", 3, Decimal("0.015"))])
    casa = Casa(escucha, reloj)
    assert [(g.concepto, g.unidades, g.microdolares, g.reservado) for g in casa.gastos()] == [
        ("menciones leídas", 3, 15_000, False)
    ]


def test_lo_que_no_costo_nada_no_deja_nada(escucha: EntornoDeEscucha, reloj: RelojFijo) -> None:
    escucha = _con(escucha, "10")
    with apartado(escucha, RED, costo=Decimal("0.5"), concepto="menciones"):
        pass
    assert Casa(escucha, reloj).gastos() == []


@pytest.mark.parametrize(
    ("error", "queda"),
    [
        (ErrorDePerfil("La credencial no sirve."), "0"),
        (ErrorTransitorio("Espere.", espera=timedelta(minutes=15)), "0"),
        (ErrorTransitorio("Nadie contesta.", sin_cobro=True), "0"),
        (ErrorTransitorio("Se cortó a media respuesta."), "0.5"),
        (ErrorDeRed("Contestó algo raro."), "0.5"),
    ],
)
def test_lo_que_se_perdio_cuenta_como_gastado_y_lo_rechazado_no(
    escucha: EntornoDeEscucha, error: ErrorDeRed, queda: str
) -> None:
    escucha = _con(escucha, "10")
    with pytest.raises(ErrorDeRed), apartado(escucha, RED, costo=Decimal("0.5"), concepto="menciones"):
        raise error
    assert gastado_en(escucha, RED) == Decimal(queda)


def test_si_el_proceso_muere_a_la_mitad_cuenta_como_gastado(escucha: EntornoDeEscucha) -> None:
    escucha = _con(escucha, "1")
    with pytest.raises(KeyboardInterrupt), apartado(escucha, RED, costo=Decimal("0.7"), concepto="menciones"):
        raise KeyboardInterrupt
    with pytest.raises(PresupuestoAgotado), apartado(escucha, RED, costo=Decimal("0.7"), concepto="menciones"):
        raise AssertionError("no debió preguntar")


def test_sin_dinero_no_se_pregunta_y_se_dice_con_que_seguir(escucha: EntornoDeEscucha, reloj: RelojFijo) -> None:
    escucha = _con(escucha, "1")
    reservar(escucha, RED, costo=Decimal("0.9"), concepto="menciones")
    reloj.avanzar(EN_VUELO)  # quien la apartó ya no volverá
    for _ in range(3):
        with pytest.raises(PresupuestoAgotado, match="noviembre de 2026"):
            reservar(escucha, RED, costo=Decimal("0.2"), concepto="menciones")
    reservar(escucha, RED, costo=Decimal("0.1"), concepto="menciones")
    correos = Casa(escucha, reloj).correos()
    assert [c.asunto for c in correos] == ["Se acabó el presupuesto de noviembre de 2026 para escuchar memoria"]
    assert "PREGONERO_MEMORIA_PRESUPUESTO_USD" in correos[0].texto


def test_lo_que_esta_en_el_aire_hace_esperar_un_momento_y_no_un_mes(
    escucha: EntornoDeEscucha, reloj: RelojFijo
) -> None:
    escucha = _con(escucha, "1")
    with apartado(escucha, RED, costo=Decimal("0.9"), concepto="menciones"):
        with pytest.raises(PresupuestoAgotado) as caso:
            reservar(escucha, RED, costo=Decimal("0.2"), concepto="comentarios")
        assert caso.value.momentaneo
    assert Casa(escucha, reloj).correos() == []
    assert reservar(escucha, RED, costo=Decimal("0.2"), concepto="comentarios")


def test_al_80_por_ciento_se_avisa_una_vez(escucha: EntornoDeEscucha, reloj: RelojFijo) -> None:
    escucha = _con(escucha, "1")
    for _ in range(9):
        with apartado(escucha, RED, costo=Decimal("0.1"), concepto="menciones") as cuenta:
            cuenta.anotar([Cobro("menciones leídas", 1, Decimal("0.1"))])
    assert ["80 %" in c.asunto for c in Casa(escucha, reloj).correos()] == [True]


def test_cada_mes_empieza_de_cero(escucha: EntornoDeEscucha, reloj: RelojFijo) -> None:
    escucha = _con(escucha, "1")
    reservar(escucha, RED, costo=Decimal(1), concepto="menciones")
    with pytest.raises(PresupuestoAgotado):
        reservar(escucha, RED, costo=Decimal(1), concepto="menciones")
    reloj.avanzar(timedelta(days=10))
    assert reservar(escucha, RED, costo=Decimal(1), concepto="menciones")


@pytest.mark.dos_bases
def test_veinte_hilos_de_dos_procesos_no_pasan_del_presupuesto(escucha: EntornoDeEscucha, url_de_base: str) -> None:
    """Cada «proceso» tiene su propia puerta a la base: el candado de uno no protege al otro."""
    otra = Base(url_de_base)
    casas = [_con(escucha, "1"), _con(replace(escucha, principal=replace(escucha.principal, base=otra)), "1")]
    hechas, rechazadas, raros = [], [], []
    salida = threading.Barrier(20)

    def gastar(n: int) -> None:
        salida.wait(20)
        for _ in range(3):
            try:
                with apartado(casas[n % 2], RED, costo=Decimal("0.07"), concepto=f"hilo {n}") as cuenta:
                    cuenta.anotar([Cobro("leídas", 1, Decimal("0.07") if n % 3 else Decimal("0.03"))])
                hechas.append(n)
            except PresupuestoAgotado:
                rechazadas.append(n)
            except Exception as error:  # un hilo no debe morir callado
                raros.append(error)

    hilos = [threading.Thread(target=gastar, args=(n,)) for n in range(20)]
    for hilo in hilos:
        hilo.start()
    for hilo in hilos:
        hilo.join()
    otra.cerrar()
    assert raros == []
    assert len(hechas) + len(rechazadas) == 60
    assert rechazadas
    assert Decimal("0.5") < gastado_en(escucha, RED) <= Decimal(1)


def test_los_dolares_se_redondean_hacia_arriba() -> None:
    assert a_micros(Decimal("0.0000001")) == 1
    assert a_micros(Decimal("0.005")) == 5_000


# ── en una ronda ─────────────────────────────────────────────────────────────────────────────────────────────


def test_una_ronda_entera_no_pasa_de_lo_presupuestado_y_duerme_hasta_el_mes_que_entra(
    escucha: EntornoDeEscucha, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo
) -> None:
    pueblo.cobra = Decimal("0.005")
    casa = Casa(de_pago(escucha, costo="0.01", presupuesto="0.1"), reloj)
    for n in range(60):
        pueblo.decir("menciones", f"Dicho {n}", en=reloj.ahora())
    _hasta_agotarlo(casa)
    assert gastado_en(casa.escucha, RED) <= Decimal("0.1")
    leidos = len([m for m in casa.mensajes()])
    assert leidos == 20  # a 0.005 cada uno
    fuente = casa.fuente("perfil:1:menciones")
    assert "presupuesto de noviembre" in fuente.detalle
    assert fuente.proxima_en.month == 12
    assert fuente.fallos == 0
    reloj.avanzar(fuente.proxima_en - reloj.ahora())
    casa.vuelta()
    assert len(casa.mensajes()) > leidos


def test_si_ponen_mas_dinero_al_reiniciar_despiertan_las_que_dormian(
    escucha: EntornoDeEscucha, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo
) -> None:
    pueblo.cobra = Decimal("0.005")
    pobre = Casa(de_pago(escucha, costo="0.01", presupuesto="0.01"), reloj)
    for n in range(8):
        pueblo.decir("menciones", f"Dicho {n}", en=reloj.ahora())
    _hasta_agotarlo(pobre)
    assert len(pobre.mensajes()) == 2
    Casa(de_pago(escucha, costo="0.01", presupuesto="1"), reloj).vuelta()
    assert len(pobre.mensajes()) == 8


def test_ponerse_al_dia_no_se_come_el_mes_en_una_tarde(
    escucha: EntornoDeEscucha, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo
) -> None:
    pueblo.cobra = Decimal("0.05")
    casa = Casa(de_pago(escucha, costo="0.1", presupuesto="10"), reloj)
    for n in range(300):
        pueblo.decir("menciones", f"Dicho {n}", en=reloj.ahora())
    gastado = []
    for _ in range(6):
        casa.vuelta()
        gastado.append(gastado_en(casa.escucha, RED))
        reloj.avanzar(timedelta(minutes=30))
    assert gastado[0] < Decimal("8")  # va el 70 % del mes: hasta ahí se pone al día de corrido
    assert gastado[-1] < Decimal("10")


def _hasta_agotarlo(casa: Casa) -> None:
    while "presupuesto" not in casa.fuente("perfil:1:menciones").detalle if casa.fuentes() else True:
        casa.vuelta()
        casa.reloj.avanzar(timedelta(minutes=30))


def test_donde_cobran_y_no_hay_presupuesto_no_se_pregunta_y_se_dice_por_que(
    escucha: EntornoDeEscucha, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo
) -> None:
    casa = Casa(de_pago(escucha, costo="0.01", presupuesto="0"), reloj)
    casa.vuelta()
    assert [c for c, _ in pueblo.preguntas if c == "menciones"] == []
    assert "PREGONERO_MEMORIA_PRESUPUESTO_USD" in casa.fuente("perfil:1:menciones").apagada_porque


def test_si_el_presupuesto_no_alcanza_ni_para_una_pregunta_se_dice(
    escucha: EntornoDeEscucha, perfil: Perfil, reloj: RelojFijo
) -> None:
    casa = Casa(de_pago(escucha, costo="1.51", presupuesto="1"), reloj)
    casa.sincronizar()
    assert "puede costar hasta 1.51 dólares" in casa.fuente("perfil:1:menciones").apagada_porque

"""Medir pines y su perfil: lo que Pinterest todavía no contó no es un cero."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from conectores.contrato import Acceso, ErrorDeContrato, ErrorDePerfil
from conectores.contrato_escucha import Buscador, Escucha, Medidor, Revisor
from conectores.pinterest.conector import ConectorPinterest
from conectores.pinterest.medidas import de_cuenta, de_pin, dias, en_el_perfil
from simulador.en_hilo import Simulador
from tests.especificaciones import cargar
from tests.intermediario import Clase as Averia
from tests.intermediario import Intermediario, Sabotaje

YO = "850000000000000001"


@pytest.fixture
def sim() -> Iterator[Simulador]:
    with Simulador(semilla=1) as simulador:
        yield simulador


@pytest.fixture
def entre(sim: Simulador) -> Iterator[Intermediario]:
    with Intermediario(sim.url_de("pinterest")) as intermediario:
        yield intermediario


@pytest.fixture
def conector(entre: Intermediario) -> ConectorPinterest:
    return ConectorPinterest(
        Acceso(perfil="pinterest", url=entre.url, credenciales={"token": "token-pinterest"}, id_externo=YO)
    )


def test_solo_se_mide_porque_la_api_no_ensena_lo_que_dice_la_gente(conector: ConectorPinterest) -> None:
    assert isinstance(conector, Medidor)
    assert not isinstance(conector, (Escucha, Buscador, Revisor))
    assert conector.escucha.canales == ()


def test_un_pin_reciente_da_todos_sus_numeros(sim: Simulador, conector: ConectorPinterest) -> None:
    pin = sim.publicar_como("pinterest", YO, "Feria", hace=timedelta(days=3)).id
    numeros = {"vistas": 900, "guardados": 12, "clics": 7, "visitas_al_perfil": 3, "me_gusta": 5, "comentarios": 1}
    sim.reaccionar("pinterest", pin, **numeros)
    medidas = conector.medir_publicaciones([pin, "123"])
    assert medidas.keys() == {pin}
    assert medidas[pin].valores == numeros
    assert "5.23.0" in medidas[pin].version


def test_de_uno_viejo_solo_se_da_lo_de_toda_su_vida(
    sim: Simulador, conector: ConectorPinterest, entre: Intermediario
) -> None:
    pin = sim.publicar_como("pinterest", YO, "Feria", hace=timedelta(days=200)).id
    sim.reaccionar("pinterest", pin, vistas=900, guardados=12, clics=7)
    valores = conector.medir_publicaciones([pin])[pin].valores
    assert (valores["vistas"], valores["clics"]) == (900, 7)
    assert "guardados" not in valores, "los de una ventana no son los de toda su vida"
    assert len(entre.recibidas) == 1


def test_lo_que_pinterest_aun_no_cuenta_no_es_cero(sim: Simulador, conector: ConectorPinterest) -> None:
    sim.ajustar("pinterest", retraso_metricas_s=172_800)
    pin = sim.publicar_como("pinterest", YO, "Feria", hace=timedelta(hours=5)).id
    sim.reaccionar("pinterest", pin, vistas=900)
    assert conector.medir_publicaciones([pin])[pin].valores == {}


def test_se_mide_el_perfil_y_lo_que_no_dio_no_esta(sim: Simulador, conector: ConectorPinterest) -> None:
    sim.seguidores("pinterest", YO, 340, publicaciones=58)
    assert conector.medir_perfil().valores == {"seguidores": 340, "seguidos": 0, "publicaciones": 58}
    assert de_cuenta({"id": YO, "follower_count": None}).valores == {}


def test_se_listan_todos_los_pines_desde_un_dia(sim: Simulador, conector: ConectorPinterest) -> None:
    dias_atras = (1, 40, 2)
    pines = [sim.publicar_como("pinterest", YO, f"Pin {d}", hace=timedelta(days=d)).id for d in dias_atras]
    listados = conector.listar(datetime.now(UTC) - timedelta(days=7))
    assert {p.id_externo for p in listados} == {pines[0], pines[2]}
    assert all(p.url.endswith(f"/{p.id_externo}/") and p.publicada_en.tzinfo for p in listados)


@pytest.mark.parametrize(("estado", "error"), [(403, ErrorDePerfil), (400, ErrorDeContrato)])
def test_una_negativa_al_leer_no_culpa_a_ningun_tablero(
    conector: ConectorPinterest, entre: Intermediario, estado: int, error: type[Exception]
) -> None:
    entre.sabotear(Sabotaje(clase=Averia.CONTESTAR_ANTES, estado=estado, cuerpo=b'{"code": 3, "message": "no"}'))
    with pytest.raises(error) as caso:
        conector.medir_perfil()
    assert "tablero" not in str(caso.value)


def test_las_lecturas_cumplen_la_descripcion_oficial(
    sim: Simulador, conector: ConectorPinterest, entre: Intermediario
) -> None:
    descripcion = cargar("pinterest-v5-openapi.json")
    pin = sim.publicar_como("pinterest", YO, "Feria", hace=timedelta(days=3)).id
    conector.medir_publicaciones([pin])
    conector.medir_perfil()
    conector.listar(datetime.now(UTC) - timedelta(days=7))
    rutas = [r.ruta.removeprefix("/pinterest") for r in entre.recibidas]
    assert rutas == [f"/v5/pins/{pin}", f"/v5/pins/{pin}/analytics", "/v5/user_account", "/v5/pins"]
    faltas = [
        falta
        for r in entre.recibidas
        for falta in descripcion.faltas(r.metodo, r.ruta.removeprefix("/pinterest"), consulta=r.consulta)
    ]
    # La descripción se contradice: ofrece «una sola de» dos listas de métricas que comparten casi todas.
    assert [f for f in faltas if "is valid under each of" not in f] == []


# ── puro ─────────────────────────────────────────────────────────────────────────────────────────────────────

HOY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("creado", "ventana"),
    [
        ("2026-11-20T10:00:00", (date(2026, 11, 20), HOY)),
        ("2026-08-25T23:59:59", (date(2026, 8, 25), HOY)),
        ("2026-08-20T10:00:00", None),
        ("2026-11-23T01:00:00", (HOY, HOY)),
    ],
)
def test_la_ventana_va_desde_que_nacio_y_no_pasa_de_90_dias(creado: str, ventana: tuple[date, date] | None) -> None:
    assert dias({"id": "1", "created_at": creado}, HOY) == ventana


def _analitica(**cambios: Any) -> dict[str, Any]:
    dia = {"date": "2026-11-20", "data_status": "READY", "metrics": {"IMPRESSION": 0, "SAVE": 0}}
    return {"all": {"summary_metrics": {"IMPRESSION": 0, "SAVE": 0}, "daily_metrics": [dia | cambios]}}


def test_un_cero_ya_contado_es_un_cero() -> None:
    assert de_pin({"id": "1"}, _analitica()).valores == {"vistas": 0, "guardados": 0}


@pytest.mark.parametrize("estado", ["PROCESSING", "BEFORE_PIN_CREATED", "BEFORE_BUSINESS_CREATED"])
def test_un_cero_sin_contar_no_es_un_cero(estado: str) -> None:
    assert de_pin({"id": "1"}, _analitica(data_status=estado)).valores == {}


def test_una_metrica_que_no_esta_en_ningun_dia_no_esta() -> None:
    assert de_pin({"id": "1"}, _analitica(metrics={"SAVE": 0})).valores == {"guardados": 0}


def test_lo_de_toda_la_vida_manda() -> None:
    pin = {"id": "1", "pin_metrics": {"90d": {"impression": 3}, "lifetime_metrics": {"impression": 40, "comment": 2}}}
    assert de_pin(pin, _analitica()).valores == {"vistas": 40, "guardados": 0, "comentarios": 2}


def test_un_pin_sin_identificador_o_sin_fecha_es_de_contrato() -> None:
    for raro in ({}, {"id": None}, {"id": "1"}):
        with pytest.raises(ErrorDeContrato):
            en_el_perfil(raro)

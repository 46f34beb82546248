"""Leer de Meta en pocas peticiones y sin agotar su cupo."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from conectores.contrato import Acceso, ErrorDeRed, ErrorTransitorio
from conectores.contrato_escucha import Desde
from conectores.facebook.conector import ConectorFacebook
from conectores.grafo import Grafo
from conectores.grafo_errores import DemasiadosDatos, MetricaMuerta, NoExiste, SinPermiso, leer_falla, veredicto
from conectores.grafo_lectura import Lector, aligerar, espera_por_uso
from simulador.en_hilo import Simulador

PAGINA = "100200300400500"


@pytest.fixture
def sim() -> Iterator[Simulador]:
    with Simulador(semilla=2) as simulador:
        yield simulador


def acceso(sim: Simulador) -> Acceso:
    return Acceso(perfil="fb", id_externo=PAGINA, url=sim.url_de("facebook"), credenciales={"token": "token-facebook"})


def lector(sim: Simulador, **demas: int) -> Lector:
    return Lector(Grafo(acceso(sim)), llave=sim.url, **demas)


def desde() -> Desde:
    return Desde(no_antes_de=datetime.now(UTC) - timedelta(days=1))


def test_varias_publicaciones_se_leen_de_una_vez(sim: Simulador) -> None:
    ids = [sim.publicar_como("facebook", PAGINA, f"Aviso {i}").id for i in range(60)]
    leidas = lector(sim).leer_varios(ids, "id,message")
    assert list(leidas) == ids
    assert len(sim.peticiones("facebook")) == 2  # de cincuenta en cincuenta


def test_la_que_ya_no_esta_no_aparece_y_no_hunde_a_las_demas(sim: Simulador) -> None:
    ids = [sim.publicar_como("facebook", PAGINA, f"Aviso {i}").id for i in range(20)]
    perdidas = [f"{PAGINA}_1", f"{PAGINA}_2"]
    leidas = lector(sim).leer_varios([*ids[:10], perdidas[0], *ids[10:], perdidas[1]], "id")
    assert set(leidas) == set(ids)
    assert len(sim.peticiones("facebook")) == 3  # Meta dice cuál falta: se pide sin ella


def test_si_faltan_demasiadas_se_deja_para_despues_y_no_se_dan_por_borradas(sim: Simulador) -> None:
    with pytest.raises(ErrorTransitorio, match="se seguirá después"):
        lector(sim).leer_varios([f"{PAGINA}_{i}" for i in range(50)], "id")


def test_con_el_cupo_casi_gastado_se_para_y_se_espera_lo_que_dice_meta(sim: Simulador) -> None:
    for i in range(60):
        sim.publicar_como("facebook", PAGINA, f"Aviso {i}")
    sim.ajustar("facebook", uso_pct=85, regreso_min=7)
    tanda = ConectorFacebook(acceso(sim)).escuchar("comentarios", desde())
    assert not tanda.hay_mas  # falta, pero no se puede pedir ya
    assert tanda.cubierto_hasta is None
    with pytest.raises(ErrorTransitorio) as caso:
        ConectorFacebook(acceso(sim)).escuchar("comentarios", desde())
    assert caso.value.espera is not None
    assert timedelta(minutes=6) < caso.value.espera <= timedelta(minutes=7)
    assert caso.value.de_perfil
    assert len(sim.peticiones("facebook")) == 1


def test_el_freno_de_escuchar_no_detiene_lo_que_se_publica(sim: Simulador) -> None:
    sim.ajustar("facebook", uso_pct=85, regreso_min=7)
    conector = ConectorFacebook(acceso(sim))
    conector.escuchar("menciones", desde())
    assert conector.comprobar().nombre


@pytest.mark.parametrize(("uso_pct", "minutos"), [(80, 5), (90, 32.5), (100, 60), (140, 60)])
def test_si_meta_no_dice_cuanto_esperar_se_espera_segun_lo_gastado(uso_pct: int, minutos: float) -> None:
    assert espera_por_uso(uso_pct) == timedelta(minutes=minutos)


@pytest.mark.parametrize("codigo", [4, 17, 32, 613, 80001, 80002])
def test_cada_limite_de_meta_es_una_pausa_con_su_plazo(sim: Simulador, codigo: int) -> None:
    sim.ajustar("facebook", limite_codigo=codigo)
    sim.fallar("facebook", "limite_429", alcance="todas")
    with pytest.raises(ErrorTransitorio) as caso:
        ConectorFacebook(acceso(sim)).escuchar("menciones", desde())
    assert caso.value.de_perfil
    assert caso.value.espera == timedelta(minutes=1)


def test_si_meta_dice_que_es_demasiado_se_pide_menos() -> None:
    pedidos = []

    def leer(limite: int) -> dict[str, object]:
        pedidos.append(limite)
        if limite > 10:
            raise DemasiadosDatos("Please reduce the amount of data you're asking for")
        return {"data": []}

    assert aligerar(leer, cuantos=(25, 10, 5)) == {"data": []}
    assert pedidos == [25, 10]


@pytest.mark.parametrize(
    ("error", "estado", "clase"),
    [
        ({"code": 10, "message": "(#10) This endpoint requires the 'read_insights' permission."}, 403, SinPermiso),
        ({"code": 283, "message": "Requires permission"}, 403, SinPermiso),
        ({"code": 100, "message": "(#100) The value must be a valid insights metric"}, 400, MetricaMuerta),
        ({"code": 100, "message": "(#100) metric[0] must be one of the following values: views"}, 400, MetricaMuerta),
        ({"code": 3001, "error_subcode": 1504028, "message": "No metric was specified"}, 400, MetricaMuerta),
        ({"code": 100, "error_subcode": 33, "message": "Object with ID '1' does not exist"}, 400, NoExiste),
        ({"code": 803, "message": "(#803) Some of the aliases you requested do not exist: 1"}, 404, NoExiste),
        ({"code": 110, "error_subcode": 2207013, "message": "Invalid user id"}, 400, NoExiste),
        (
            {"code": 1, "message": "Please reduce the amount of data you're asking for, then retry"},
            500,
            DemasiadosDatos,
        ),
    ],
    ids=str,
)
def test_los_errores_que_quien_lee_puede_remediar(
    error: dict[str, object], estado: int, clase: type[ErrorDeRed]
) -> None:
    falla = leer_falla({"error": error}, estado=estado, cabeceras={})
    assert type(veredicto(falla, visible=False, lee=True)) is clase

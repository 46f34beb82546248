"""Por dónde va un canal de Meta: qué es nuevo, qué falta por mirar y qué parece haberse borrado."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from conectores.contrato_escucha import Clase, Desde, Oido
from conectores.grafo_ronda import RECORDADOS_MAXIMOS, Ronda, abrir

AHORA = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
HACE_UNA_SEMANA = AHORA - timedelta(days=7)


def oido(id_externo: str, hace_min: float, texto: str = "hola", *, interacciones: int = 0) -> Oido:
    return Oido(
        id_externo=id_externo,
        clase=Clase.COMENTARIO,
        texto=texto,
        publicado_en=AHORA - timedelta(minutes=hace_min),
        interacciones=interacciones,
    )


def ronda(cursor: str = "", *, tras: timedelta = timedelta()) -> Ronda:
    return abrir(Desde(cursor=cursor, no_antes_de=HACE_UNA_SEMANA), ahora=AHORA + tras)


def terminar(una: Ronda) -> str:
    una.listado = None
    assert una.terminada
    return una.guardar()


def tras_oir(*oidos: Oido) -> str:
    una = ronda()
    una.recibir("post", oidos)
    return terminar(una)


def test_lo_ya_visto_no_se_repite_y_lo_nuevo_si() -> None:
    cursor = tras_oir(oido("b", 5), oido("a", 10))
    otra = ronda(cursor, tras=timedelta(minutes=5))
    assert [o.id_externo for o in otra.recibir("post", [oido("c", -2), oido("b", 5), oido("a", 10)])] == ["c"]


@pytest.mark.parametrize("cambio", [{"texto": "corregido"}, {"interacciones": 9}])
def test_lo_que_cambia_vuelve_a_decirse_una_vez(cambio: dict[str, object]) -> None:
    otra = ronda(tras_oir(oido("a", 10)))
    cambiado = oido("a", 10, **cambio)  # type: ignore[arg-type] # la tabla de arriba
    assert otra.recibir("post", [cambiado]) == [cambiado]
    assert ronda(terminar(otra)).recibir("post", [cambiado]) == []


def test_lo_que_no_interesa_por_viejo_no_se_oye() -> None:
    assert ronda().recibir("post", [oido("viejo", 60 * 24 * 8)]) == []


def test_un_comentario_que_tardo_en_mostrarse_se_oye_aunque_su_fecha_sea_de_antes() -> None:
    otra = ronda(tras_oir(oido("a", 10)))
    assert len(otra.recibir("post", [oido("retenido", 60 * 20), oido("a", 10)])) == 1


def test_se_para_al_llegar_a_lo_ya_oido_y_se_sigue_si_aun_no() -> None:
    otra = ronda(tras_oir(oido("a", 10)))
    otra.recibir("post", [oido("c", 1), oido("b", 2)], sigue="cursor-2")
    assert otra.siguen == {"post": "cursor-2"}
    otra.recibir("post", [oido("a", 10), oido("z", 300)], sigue="cursor-3", desde_arriba=False)
    assert otra.siguen == {}


def test_un_listado_al_reves_se_lee_hasta_el_final() -> None:
    otra = ronda(tras_oir(oido("a", 10)))
    otra.recibir("post", [oido("antiguo", 9000), oido("menos", 8000)], sigue="cursor-2")
    assert otra.siguen == {"post": "cursor-2"}


def test_una_ronda_a_medias_no_promete_nada_y_sigue_donde_iba() -> None:
    una = ronda()
    una.faltan = ["p1", "p2"]
    una.recibir("post", [oido("a", 1)], sigue="cursor-2")
    assert una.cubierto_hasta is None
    otra = ronda(una.guardar(), tras=timedelta(hours=2))
    assert (otra.listado, otra.faltan, otra.siguen) == ("", ["p1", "p2"], {"post": "cursor-2"})
    assert otra.empezo == AHORA  # lo cubierto se cuenta desde que empezó la ronda, no desde que terminó
    assert otra.hasta is None


def test_lo_cubierto_es_hasta_un_minuto_antes_de_empezar() -> None:
    una = ronda()
    terminar(una)
    assert una.cubierto_hasta == AHORA - timedelta(minutes=1)


def test_lo_visto_que_ya_no_sale_es_sospechoso() -> None:
    otra = ronda(tras_oir(oido("b", 5), oido("a", 10)))
    otra.recibir("post", [oido("b", 5)])
    [sospechoso] = otra.sospechosos()
    assert (sospechoso.grupo, sospechoso.id) == ("post", "a")
    otra.olvidar(sospechoso)
    assert otra.sospechosos() == []


def test_lo_que_queda_por_debajo_de_lo_leido_no_es_sospechoso() -> None:
    otra = ronda(tras_oir(oido("b", 5), oido("a", 10)))
    otra.recibir("post", [oido("b", 5)], sigue="hay-más")
    assert otra.sospechosos() == []


def test_lo_de_un_grupo_que_no_se_miro_no_es_sospechoso() -> None:
    otra = ronda(tras_oir(oido("a", 10)))
    otra.recibir("otro-post", [])
    assert otra.sospechosos() == []


def test_lo_leido_a_partir_de_la_mitad_no_prueba_nada() -> None:
    una = ronda()
    una.recibir("post", [oido("c", 1), oido("b", 5)], sigue="cursor-2")
    otra = ronda(una.guardar())
    otra.recibir("post", [oido("a", 10)], desde_arriba=False)
    assert otra.sospechosos() == []


@pytest.mark.parametrize("cursor", ["", "{", "null", "[]", '{"v": 99}', '{"hasta": "ayer"}', "de otra versión"])
def test_un_cursor_que_no_se_entiende_es_como_ninguno(cursor: str) -> None:
    una = ronda(cursor)
    assert (una.hasta, una.vistos, una.listado) == (None, {}, "")


def test_el_cursor_no_crece_sin_fin() -> None:
    una = ronda()
    una.recibir("post", [oido(str(i), i / 100) for i in range(5000)])
    cursor = terminar(una)
    assert sum(len(v) for v in json.loads(cursor)["vistos"].values()) == RECORDADOS_MAXIMOS
    assert "0" in json.loads(cursor)["vistos"]["post"]  # se recuerda lo más nuevo


def test_lo_que_no_cupo_en_la_memoria_no_se_vuelve_a_decir() -> None:
    una = ronda()
    todos = [oido(str(i), i / 100) for i in range(5000)]
    una.recibir("post", todos)
    otra = ronda(terminar(una))
    assert otra.recibir("post", todos) == []
    assert [o.id_externo for o in otra.recibir("post", [oido("nuevo", -1)])] == ["nuevo"]

"""Mirar una cuenta ajena: lo que se ve, lo que no se ve, y que nadie duerma ni reintente."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from conectores.contrato import Acceso, ErrorDePerfil, ErrorTransitorio
from conectores.contrato_escucha import Ilegible, Retrato

pytest.importorskip("instaloader", reason="falta el extra instaloader")

from conectores.instaloader.conector import ESPERA_TRAS_LIMITE, OyenteInstaloader
from tests.conectores.instaloader.arnes import METEPEC, Web, web


@pytest.fixture
def sitio() -> Iterator[Web]:
    with web() as servidor:
        yield servidor


def retratar(sitio: Web, cuenta: str = "metepec") -> Retrato | Ilegible:
    return OyenteInstaloader(Acceso(perfil="comparadas", url=sitio.url)).retratar(cuenta)


def test_una_cuenta_publica_dice_sus_numeros_con_una_sola_peticion(sitio: Web) -> None:
    retrato = retratar(sitio, "@Metepec")
    assert isinstance(retrato, Retrato)
    assert retrato.mediciones.valores == {"seguidores": 9_123, "seguidos": 45, "publicaciones": 812}
    assert sitio.pedidas == ["/metepec/"]


def test_un_numero_que_no_viene_es_sin_dato_y_no_se_pregunta_otra_vez(sitio: Web) -> None:
    sitio.perfiles["metepec"] = {c: v for c, v in METEPEC.items() if c != "media_count"}
    retrato = retratar(sitio)
    assert isinstance(retrato, Retrato)
    assert "publicaciones" not in retrato.mediciones.valores
    assert len(sitio.pedidas) == 1


def test_una_pagina_sin_los_datos_no_dice_que_la_cuenta_se_borro(sitio: Web) -> None:
    sitio.cuerpo = b"<html>Otra pagina</html>"
    ilegible = retratar(sitio)
    assert isinstance(ilegible, Ilegible)
    assert "no enseñó" in ilegible.motivo


def test_si_manda_a_iniciar_sesion_es_ilegible(sitio: Web) -> None:
    sitio.estado = 302
    sitio.cabeceras = {"Location": "https://www.instagram.com/accounts/login/"}
    assert retratar(sitio) == Ilegible("Instagram pide iniciar sesión para verla.")


def test_un_limite_sin_plazo_espera_medio_dia_y_no_duerme_aqui(sitio: Web) -> None:
    sitio.estado = 429
    with pytest.raises(ErrorTransitorio) as caso:
        retratar(sitio)
    assert caso.value.espera == ESPERA_TRAS_LIMITE
    assert len(sitio.pedidas) == 1


def test_si_no_deja_mirar_se_dice_que_hacer(sitio: Web) -> None:
    sitio.estado = 403
    with pytest.raises(ErrorDePerfil) as caso:
        retratar(sitio)
    assert "fuentes.toml" in caso.value.remedio


def test_muchas_seguidas_piden_esperar_en_vez_de_dormir(sitio: Web) -> None:
    oyente = OyenteInstaloader(Acceso(perfil="comparadas", url=sitio.url, plazo_total=timedelta(seconds=5)))
    for _ in range(5):
        assert isinstance(oyente.retratar("metepec"), Retrato)


@pytest.mark.parametrize("cuenta", ["", "../etc", "dos palabras", "ñandú"])
def test_un_nombre_imposible_no_se_pregunta(sitio: Web, cuenta: str) -> None:
    assert isinstance(retratar(sitio, cuenta), Ilegible)
    assert sitio.pedidas == []

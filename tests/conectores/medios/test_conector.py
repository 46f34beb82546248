"""Los medios, por HTTP de verdad: acentos, fechas, lagunas, redirecciones y lo que no es un RSS."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from conectores.contrato import Acceso, ErrorDePerfil
from conectores.contrato_escucha import Desde, Tanda
from conectores.medios.conector import OyenteMedios
from tests.conectores.medios.arnes import DIRECCION, Diario, diario

AYER = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture
def medio() -> Iterator[Diario]:
    with diario() as servidor:
        yield servidor


def leer(medio: Diario, cursor: str = "", *, no_antes_de: datetime = AYER) -> Tanda:
    oyente = OyenteMedios(Acceso(perfil="diario", id_externo=DIRECCION, url=medio.url))
    return oyente.escuchar("articulos", Desde(cursor=cursor, no_antes_de=no_antes_de))


def test_un_articulo_llega_sin_etiquetas_y_con_su_medio(medio: Diario) -> None:
    medio.publicar("Se inunda <b>Juárez</b>", texto="<p>El agua</p><script>x()</script><p>llegó &amp; subió</p>")
    (oido,) = leer(medio).oidos
    assert oido.titulo == "Se inunda Juárez"
    assert oido.texto == "El agua llegó & subió"
    assert oido.autor.nombre == "El Diario"
    assert oido.url == "https://diario.example/nota/1"


def test_si_no_cambio_no_se_baja_otra_vez(medio: Diario) -> None:
    medio.publicar("Una nota")
    cursor = leer(medio).cursor
    assert leer(medio, cursor).oidos == ()
    assert (medio.servidos, medio.sin_cambios) == (1, 1)


def test_los_acentos_se_leen_aunque_el_medio_diga_mal_su_codificacion(medio: Diario) -> None:
    medio.cuerpo = (
        '<?xml version="1.0" encoding="windows-1252"?><rss version="2.0"><channel><title>El Sol</title>'
        "<item><title>Inundación en Zinacantepec, ¿y la ñ?</title><guid>7</guid></item></channel></rss>"
    ).encode("windows-1252")
    medio.tipo = "text/html"
    (oido,) = leer(medio).oidos
    assert oido.titulo == "Inundación en Zinacantepec, ¿y la ñ?"
    assert oido.id_externo == "diario.example:7"


@pytest.mark.parametrize("fecha", ["", "mañana", "Sun, 22 Nov 2099 10:00:00 GMT"])
def test_sin_fecha_o_con_una_que_no_se_cree_lleva_la_hora_en_que_se_leyo(medio: Diario, fecha: str) -> None:
    medio.cuerpo = (
        f'<rss version="2.0"><channel><title>El Sol</title><item><title>Nota</title><link>https://d.example/1</link>'
        f"<pubDate>{fecha}</pubDate></item></channel></rss>"
    ).encode()
    (oido,) = leer(medio).oidos
    assert abs(oido.publicado_en - datetime.now(UTC)) < timedelta(minutes=1)


def test_un_atom_tambien_se_lee_y_se_sabe_que_cambio(medio: Diario) -> None:
    ahora = datetime.now(UTC)
    medio.cuerpo = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Gobierno</title><entry><id>tag:gob.example,2026:1</id>'
        f"<title>Aviso</title><published>{(ahora - timedelta(hours=2)).isoformat()}</published>"
        f"<updated>{(ahora - timedelta(hours=1)).isoformat()}</updated><summary>Corto</summary>"
        '<content type="html">&lt;p&gt;Todo el texto&lt;/p&gt;</content></entry></feed>'
    ).encode()
    (oido,) = leer(medio).oidos
    assert oido.texto == "Todo el texto"
    assert oido.editado_en is not None
    assert oido.editado_en - oido.publicado_en == timedelta(hours=1)


def test_si_el_medio_se_renovo_entero_lo_de_en_medio_es_una_laguna(medio: Diario) -> None:
    medio.publicar("La de antes")
    cursor = leer(medio).cursor
    medio.articulos.clear()
    en_una_hora = datetime.now(UTC) + timedelta(minutes=30)
    medio.publicar("Nueva", fecha=en_una_hora.strftime("%a, %d %b %Y %H:%M:%S GMT"), guid="https://diario.example/n2")
    perdido = leer(medio, cursor).perdido
    assert perdido is not None
    assert perdido[0] < perdido[1]


def test_lo_que_no_es_un_rss_dice_que_corregir(medio: Diario) -> None:
    medio.cuerpo = b"<html><body>Bienvenidos</body></html>"
    with pytest.raises(ErrorDePerfil) as caso:
        leer(medio)
    assert "RSS" in caso.value.detalle
    assert "fuentes.toml" in caso.value.remedio


@pytest.mark.parametrize("estado", [403, 404, 410])
def test_una_direccion_que_ya_no_esta_pide_corregirla(medio: Diario, estado: int) -> None:
    medio.estado = estado
    with pytest.raises(ErrorDePerfil, match=str(estado)):
        leer(medio)


def test_una_redireccion_se_sigue(medio: Diario) -> None:
    medio.publicar("Se mudó")
    medio.redirige = "/nuevo"
    assert [o.titulo for o in leer(medio).oidos] == ["Se mudó"]


def test_una_redireccion_no_lleva_a_la_red_interna(medio: Diario) -> None:
    medio.redirige = f"{medio.url}/nuevo"
    with pytest.raises(ErrorDePerfil, match="red interna"):
        leer(medio)


def test_una_redireccion_sin_fin_se_acaba(medio: Diario) -> None:
    medio.redirige = "/otra"
    with pytest.raises(ErrorDePerfil, match="vueltas"):
        leer(medio)


def test_un_rss_enorme_no_llena_la_memoria(medio: Diario) -> None:
    medio.cuerpo = b"<rss>" + b" " * 9_000_000
    with pytest.raises(ErrorDePerfil, match="MB"):
        leer(medio)

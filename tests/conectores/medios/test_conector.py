"""Los medios, por HTTP de verdad: acentos, fechas, lagunas, redirecciones y lo que no es un RSS."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conectores.contrato import Acceso, ErrorDePerfil, ErrorTransitorio
from conectores.contrato_escucha import Desde, Tanda
from conectores.destinos import es_publico
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


def test_una_bomba_comprimida_no_llena_la_memoria(medio: Diario) -> None:
    medio.cuerpo, medio.comprime = b"<rss>" + b" " * 50_000_000, True
    with pytest.raises(ErrorDePerfil, match="MB"):
        leer(medio)


def test_uno_que_llega_gota_a_gota_no_ocupa_a_nadie_mas_alla_del_plazo(medio: Diario) -> None:
    medio.gotea = True
    oyente = OyenteMedios(
        Acceso(perfil="diario", id_externo=DIRECCION, url=medio.url, plazo_total=timedelta(seconds=0.3))
    )
    with pytest.raises(ErrorTransitorio, match="despacio"):
        oyente.escuchar("articulos", Desde(no_antes_de=AYER))
    medio.gotea = False


def test_uno_con_millones_de_etiquetas_no_se_lee(medio: Diario) -> None:
    medio.cuerpo = b'<rss version="2.0"><channel>' + b"<a>" * 500_000
    with pytest.raises(ErrorDePerfil, match="etiquetas"):
        leer(medio)


@pytest.mark.parametrize("roto", ["<!--", "<script>", "<a ", "</", "<![", "<", "<a href='", "<p><", "&lt;"])
def test_un_html_hecho_para_atascar_se_lee_de_una_pasada(medio: Diario, roto: str) -> None:
    """Con un analizador que vuelve atrás, trescientas mil letras de esto tardan horas."""
    medio.cuerpo = (
        '<rss version="2.0"><channel><title>El Sol</title><item><title>Nota</title><guid>7</guid>'
        f"<description><![CDATA[Hola {roto * (100_000 // len(roto))}>]]></description></item></channel></rss>"
    ).encode()
    (oido,) = leer(medio).oidos
    assert oido.texto.startswith("Hola")


def test_ni_entidades_externas_ni_bombas_de_entidades(medio: Diario) -> None:
    bomba = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 9))
    medio.cuerpo = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY b0 "lol"><!ENTITY f SYSTEM "file:///etc/passwd">{bomba}]>'
        '<rss version="2.0"><channel><title>El Sol</title><item><title>Nota</title><guid>7</guid>'
        "<description>a &f; &b8; z</description></item></channel></rss>"
    ).encode()
    oidos = leer(medio).oidos
    assert all("root:" not in o.texto and len(o.texto) < 10_000 for o in oidos)


def test_un_medio_no_puede_tapar_lo_que_publico_otro(medio: Diario) -> None:
    medio.publicar("Falso", guid="https://otro.example/nota/1")
    medio.publicar("Falso", guid="tag:otro.example,2026:1")
    medio.publicar("Cierto", guid="https://rss.diario.example/nota/1")
    assert {o.id_externo for o in leer(medio).oidos} == {
        "diario.example:https://otro.example/nota/1",
        "diario.example:tag:otro.example,2026:1",
        "https://rss.diario.example/nota/1",
    }


def test_un_nombre_que_cambia_de_numero_al_conectarse_tampoco_lleva_a_la_red_interna(
    medio: Diario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Quien administra el nombre contesta un número público a quien pregunta, y uno interno a quien se conecta."""
    contestadas: list[str] = []
    de_verdad = socket.getaddrinfo

    def cambiante(anfitrion: str, puerto: int | None, *args: Any, **kwargs: Any) -> Any:
        if anfitrion == "malo.test":
            contestadas.append(anfitrion)
            return de_verdad("8.8.8.8" if len(contestadas) == 1 else "127.0.0.1", puerto, *args, **kwargs)
        return de_verdad("127.0.0.1" if anfitrion == "127.0.0.1" else "8.8.8.8", puerto, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", cambiante)
    medio.redirige = f"http://malo.test:{medio.server_port}/nuevo"
    with pytest.raises(ErrorDePerfil, match="red interna"):
        leer(medio)
    assert (len(contestadas), medio.servidos) == (2, 0)


@pytest.mark.parametrize(
    "numero",
    ["127.0.0.1", "::1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "169.254.169.254", "fe80::1"],
)
def test_ningun_disfraz_de_un_numero_interno_pasa_por_publico(numero: str) -> None:
    assert not es_publico(numero)

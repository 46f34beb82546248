"""El enlace del correo: se abre sin hacer nada, el botón lo hace, y nadie más que quien lo recibió puede."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from motor.avisos.avisador import Avisador
from motor.avisos.enterada.enlaces import Enlaces
from motor.medios_publicos import Firmante, Respuesta, ServidorDeMedios
from tests.motor.avisos.conftest import HORA, Pueblo

pytestmark = pytest.mark.usefixtures("sin_dibujar")
CLAVE = "una clave bien larga y al azar"


@pytest.fixture
def firmante(tmp_path: Path) -> Firmante:
    firmante = Firmante.de("https://pregonero.municipio.mx", CLAVE, tmp_path)
    assert firmante is not None
    return firmante


@pytest.fixture
def avisada(pueblo: Pueblo, firmante: Firmante) -> Avisador:
    """Una historia con su correo, en una oficina que tiene dirección pública."""
    avisador = Avisador(pueblo.escucha, firmante=firmante)
    monitor = pueblo.monitor("inundaciones", "Inundaciones <3")
    pueblo.inundacion(monitor)
    pueblo.pico(monitor)
    avisador.atender()
    return avisador


@pytest.fixture
def camino(pueblo: Pueblo, avisada: Avisador) -> str:
    """Lo que pide el enlace del correo, sin el nombre del servidor."""
    (correo,) = pueblo.correos()
    partes = urlsplit(next(p for p in correo.texto.split() if p.startswith("https://pregonero")))
    return f"{partes.path}?{partes.query}"


@pytest.fixture
def pedir(avisada: Avisador) -> Callable[..., Respuesta]:
    """Pedir una dirección a la página, sin el servidor de por medio."""

    def pedir(camino: str, accion: str = "") -> Respuesta:
        assert avisada.pagina is not None
        return avisada.pagina.contestar("POST" if accion else "GET", camino, f"accion={accion}")

    return pedir


def test_en_el_servidor_de_verdad(pueblo: Pueblo, avisada: Avisador, firmante: Firmante, camino: str) -> None:
    """Abrirla no atiende nada (los antivirus abren los enlaces antes que la persona); el botón, sí."""
    assert avisada.pagina is not None
    with ServidorDeMedios(firmante, 0, [avisada.pagina]) as servidor:
        direccion = f"http://127.0.0.1:{servidor.puerto}{camino}"
        vista = requests.get(direccion, timeout=5)
        assert (vista.status_code, vista.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert (vista.headers["Cache-Control"], vista.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
        assert "Inundaciones &lt;3" in vista.text
        assert pueblo.historias()[0].atendida_en is None
        hecho = requests.post(direccion, data={"accion": "enterada"}, timeout=5)
        assert "queda anotado que está enterada" in hecho.text
        assert pueblo.historias()[0].atendida_por == "desde el correo"
        assert requests.post(direccion, data="x" * 5000, timeout=5).status_code == 413
        assert requests.post(f"http://127.0.0.1:{servidor.puerto}/otra", data={}, timeout=5).status_code == 404


def test_atendida_ya_no_pregunta(camino: str, pedir: Callable[..., Respuesta]) -> None:
    assert 'value="enterada"' in pedir(camino).html
    pedir(camino, "enterada")
    assert 'value="enterada"' not in pedir(camino).html


@pytest.mark.parametrize(("accion", "horas"), [("cuatro", 4), ("hoy", 15)])  # son las 9:00
def test_silenciar_es_también_estar_enterada(
    pueblo: Pueblo, avisada: Avisador, camino: str, pedir: Callable[..., Respuesta], *, accion: str, horas: int
) -> None:
    assert "Lo que pase se le contará después" in pedir(camino, accion).html
    assert pueblo.historias()[0].atendida_en is not None
    pueblo.salen()
    ahora = pueblo.reloj.ahora()
    pueblo.pico(pueblo.monitores["inundaciones"], puntaje=90.0)
    avisada.atender()
    assert pueblo.correos()[-1].no_antes_de == ahora + horas * HORA
    assert "Silenciado hasta" in pedir(camino).html


@pytest.mark.parametrize(
    "cambio",
    [("/avisos/1?", "/avisos/2?"), ("caduca=", "caduca=9"), ("firma=", "firma=0"), ("firma=", "f="), ("/1?", "/x?")],
    ids=str,
)
def test_lo_que_no_firmamos_no_se_abre(
    pueblo: Pueblo, camino: str, pedir: Callable[..., Respuesta], cambio: tuple[str, str]
) -> None:
    for accion in ("", "enterada"):
        assert pedir(camino.replace(*cambio), accion).codigo == 404
    assert pueblo.historias()[0].atendida_en is None


def test_caduca_a_los_siete_días(pueblo: Pueblo, camino: str, pedir: Callable[..., Respuesta]) -> None:
    pueblo.reloj.avanzar(timedelta(days=7, seconds=1))
    assert pedir(camino).codigo == 404


def test_una_acción_que_no_existe_no_hace_nada(pueblo: Pueblo, camino: str, pedir: Callable[..., Respuesta]) -> None:
    assert pedir(camino, "borrar").codigo == 400
    assert pueblo.historias()[0].atendida_en is None


def test_la_firma_de_un_medio_no_abre_un_aviso(firmante: Firmante, pueblo: Pueblo) -> None:
    """La misma clave sirve para los dos, y una firma de allá no debe valer aquí."""
    enlaces = Enlaces.de_firmante(firmante)
    assert enlaces is not None
    ahora = pueblo.reloj.ahora()
    propia = enlaces.de(12, ahora)
    con_la_de_medios = Enlaces(enlaces.url, firmante.clave).de(12, ahora)
    assert enlaces.abrir(propia.removeprefix(enlaces.url), ahora) == 12
    assert enlaces.abrir(con_la_de_medios.removeprefix(enlaces.url), ahora) is None
    assert "clave" not in repr(enlaces)


def test_sin_dirección_pública_no_hay_página(pueblo: Pueblo) -> None:
    assert Avisador(pueblo.escucha).pagina is None

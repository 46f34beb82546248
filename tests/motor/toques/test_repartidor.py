"""De la bandeja al aparato, por HTTP y con cifrado de verdad."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from py_vapid import Vapid02
from sqlmodel import select

from conectores.destinos import Buzonera
from modelos import Base, Sesion, Suscripcion, Toque, Usuario
from motor import toques
from motor.arranque import por_la_puerta
from motor.toques.repartidor import Repartidor, espera_de
from tests.conftest import RelojFijo
from tests.motor.toques.conftest import Navegador, Servicio

pytestmark = pytest.mark.dos_bases
Entra = Callable[..., tuple[Usuario, Sesion]]
Suscribe = Callable[..., tuple[Suscripcion, Navegador]]


def avisar(base: Base, reloj: RelojFijo, *usuarios: Usuario, clave: str = "historia:4:1", tema: str = "alertas") -> int:
    with base.escribir() as sesion:
        return toques.avisar(
            sesion,
            [u.id for u in usuarios],
            tema=tema,
            clave=clave,
            titulo="Alza de «Baches»",
            texto="48 mensajes en la última hora",
            camino="/alertas/4",
            ahora=reloj.ahora(),
        )


def por_mandar(base: Base) -> list[Toque]:
    with base.leer() as sesion:
        return [t for t in sesion.exec(select(Toque)) if t.mandado_en is None]


def aparatos(base: Base) -> int:
    with base.leer() as sesion:
        return len(sesion.exec(select(Suscripcion)).all())


def test_el_aparato_lee_lo_que_se_le_mando_y_el_servicio_no(
    base: Base, reloj: RelojFijo, persona: Entra, suscribir: Suscribe, servicio: Servicio, repartidor: Repartidor
) -> None:
    ana = persona()
    _, navegador = suscribir(ana, f"{servicio.url}/a", con_texto=True)
    avisar(base, reloj, ana[0])
    assert repartidor.repartir() == 1
    (recibido,) = servicio.recibidos
    assert b"Baches" not in recibido.cuerpo
    assert navegador.leer(recibido.cuerpo) == {
        "titulo": "Alza de «Baches»",
        "texto": "48 mensajes en la última hora",
        "camino": "/alertas/4",
        "tema": "alertas",
        "clave": "historia:4:1",
    }
    assert recibido.cabeceras["content-encoding"] == "aes128gcm"
    assert recibido.cabeceras["ttl"] == str(4 * 3600)
    assert por_mandar(base) == []


def test_va_firmado_con_la_llave_de_la_oficina_y_dice_a_quien_buscar(
    base: Base, reloj: RelojFijo, persona: Entra, suscribir: Suscribe, servicio: Servicio, repartidor: Repartidor
) -> None:
    ana = persona()
    suscribir(ana, f"{servicio.url}/a")
    avisar(base, reloj, ana[0])
    repartidor.repartir()
    firma = servicio.recibidos[0].cabeceras["authorization"]
    assert Vapid02.verify(firma)
    cuerpo = firma.removeprefix("vapid t=").split(",")[0].split(".")[1]
    dicho = json.loads(base64.urlsafe_b64decode(cuerpo + "=="))
    assert dicho["aud"] == servicio.url
    assert dicho["sub"] == "mailto:sistemas@sanjacinto.gob.mx"


def test_sin_pedir_el_texto_no_va_lo_que_dice(
    base: Base, reloj: RelojFijo, persona: Entra, suscribir: Suscribe, servicio: Servicio, repartidor: Repartidor
) -> None:
    ana = persona()
    _, navegador = suscribir(ana, f"{servicio.url}/a")
    avisar(base, reloj, ana[0])
    repartidor.repartir()
    assert "texto" not in navegador.leer(servicio.recibidos[0].cuerpo)


@pytest.mark.parametrize("estado", [404, 410])
def test_el_aparato_que_ya_no_existe_se_olvida(
    base: Base,
    reloj: RelojFijo,
    persona: Entra,
    suscribir: Suscribe,
    servicio: Servicio,
    repartidor: Repartidor,
    estado: int,
) -> None:
    ana = persona()
    suscribir(ana, f"{servicio.url}/a")
    avisar(base, reloj, ana[0])
    servicio.contesta = [(estado, {})]
    assert repartidor.repartir() == 0
    assert aparatos(base) == 0
    assert por_mandar(base) == []


@pytest.mark.parametrize(("estado", "cabeceras", "espera_s"), [(503, {}, 15), (429, {"Retry-After": "120"}, 120)])
def test_lo_que_el_servicio_no_pudo_tomar_se_manda_mas_tarde(
    base: Base,
    reloj: RelojFijo,
    persona: Entra,
    suscribir: Suscribe,
    servicio: Servicio,
    repartidor: Repartidor,
    estado: int,
    cabeceras: dict[str, str],
    espera_s: int,
) -> None:
    ana = persona()
    suscribir(ana, f"{servicio.url}/a")
    avisar(base, reloj, ana[0])
    servicio.contesta = [(estado, cabeceras)]
    assert repartidor.repartir() == 0
    reloj.avanzar(timedelta(seconds=espera_s - 1))
    assert repartidor.repartir() == 0
    reloj.avanzar(timedelta(seconds=1))
    assert repartidor.repartir() == 1


def test_una_redireccion_no_se_sigue(
    base: Base, reloj: RelojFijo, persona: Entra, suscribir: Suscribe, servicio: Servicio, repartidor: Repartidor
) -> None:
    ana = persona()
    suscribir(ana, f"{servicio.url}/a")
    avisar(base, reloj, ana[0])
    servicio.contesta = [(307, {"Location": f"{servicio.url}/otra"})]
    assert repartidor.repartir() == 0
    assert [r.camino for r in servicio.recibidos] == ["/a"]


def test_a_la_red_interna_no_se_manda_nada_y_el_aparato_se_olvida(
    base: Base, reloj: RelojFijo, vapid: Vapid02, persona: Entra, suscribir: Suscribe, servicio: Servicio
) -> None:
    """El de verdad, sin el permiso de las pruebas: ni por http, ni por https a un número de dentro."""
    ana = persona()
    suscribir(ana, f"{servicio.url}/a")
    avisar(base, reloj, ana[0])
    de_verdad = Repartidor(base, reloj, vapid, contacto="mailto:a@x.mx", mandar=por_la_puerta(Buzonera()))
    assert de_verdad.repartir() == 0
    assert servicio.recibidos == []
    assert aparatos(base) == 0


def test_lo_que_ya_no_sirve_decir_no_sale(
    base: Base, reloj: RelojFijo, persona: Entra, suscribir: Suscribe, servicio: Servicio, repartidor: Repartidor
) -> None:
    ana = persona()
    suscribir(ana, f"{servicio.url}/a")
    avisar(base, reloj, ana[0])
    reloj.avanzar(timedelta(hours=4, seconds=1))
    assert repartidor.repartir() == 0
    assert servicio.recibidos == []
    assert por_mandar(base) == []


def test_cerrada_la_sesion_ya_no_se_le_dice_nada(
    base: Base, reloj: RelojFijo, persona: Entra, suscribir: Suscribe, servicio: Servicio, repartidor: Repartidor
) -> None:
    ana = persona()
    suscribir(ana, f"{servicio.url}/a")
    avisar(base, reloj, ana[0])
    with base.escribir() as sesion:
        sesion.get_one(Sesion, ana[1].id).cerrada_en = reloj.ahora()
    assert repartidor.repartir() == 0
    assert servicio.recibidos == []
    assert avisar(base, reloj, ana[0], clave="otra") == 0


def test_si_muere_al_mandarlo_sale_otra_vez_cuando_acaba_la_reserva(
    base: Base, reloj: RelojFijo, persona: Entra, suscribir: Suscribe, servicio: Servicio, repartidor: Repartidor
) -> None:
    ana = persona()
    suscribir(ana, f"{servicio.url}/a")
    avisar(base, reloj, ana[0])
    assert len(repartidor._apartar()) == 1  # y aquí muere
    assert repartidor.repartir() == 0
    reloj.avanzar(timedelta(minutes=3))
    assert repartidor.repartir() == 1


@pytest.mark.parametrize(("fallos", "segundos"), [(0, 15), (1, 30), (3, 120), (6, 900), (40, 900)])
def test_cada_vez_se_espera_mas_hasta_un_cuarto_de_hora(fallos: int, segundos: int) -> None:
    assert espera_de(fallos) == timedelta(seconds=segundos)

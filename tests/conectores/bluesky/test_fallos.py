"""Lo que el servidor oficial no contesta cuando uno quiere: un servidor de guion que habla su idioma."""

import base64
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from conectores.bluesky.conector import ConectorBluesky
from conectores.contrato import (
    Acceso,
    ErrorDeContrato,
    ErrorDePerfil,
    ErrorDeRed,
    ErrorIncierto,
    ErrorTransitorio,
    Pieza,
    Preparada,
)
from tests.servidores.guion import Contestacion, Corta, Guion, Pedido

CLAVE = "abcd-efgh-ijkl-mnop"
DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"


def ficha(nombre: str, *, dura_s: float = 7200) -> str:
    """Un JWT bien formado, que la biblioteca lee para saber cuándo vence."""

    def parte(datos: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(datos).encode()).decode().rstrip("=")

    return f"{parte({'alg': 'none'})}.{parte({'sub': DID, 'jti': nombre, 'exp': int(time.time() + dura_s)})}.ZmlybWE"


class Pds:
    """Un PDS de mentira. `falla[metodo]` decide la contestación de ese método en lugar de la normal."""

    def __init__(self, *, sesion_dura_s: float = 7200) -> None:
        self.falla: dict[str, Callable[[Pedido], Contestacion]] = {}
        self.sesion_dura_s = sesion_dura_s

    def __call__(self, pedido: Pedido) -> Contestacion:
        metodo = pedido.ruta.removeprefix("/xrpc/")
        if metodo in self.falla:
            return self.falla[metodo](pedido)
        match metodo:
            case "com.atproto.server.createSession":
                return Contestacion(cuerpo=self._sesion("primera", self.sesion_dura_s))
            case "com.atproto.server.refreshSession":
                return Contestacion(cuerpo=self._sesion("renovada", 7200))
            case "com.atproto.server.getSession":
                return Contestacion(cuerpo={"did": DID, "handle": "leon.test", "active": True})
            case "com.atproto.repo.putRecord":
                rkey = pedido.json["rkey"]
                return Contestacion(cuerpo={"uri": f"at://{DID}/app.bsky.feed.post/{rkey}", "cid": "bafy"})
        return Contestacion(404, {"error": "XRPCNotSupported"})

    def _sesion(self, nombre: str, dura_s: float) -> dict[str, Any]:
        return {
            "accessJwt": ficha(nombre, dura_s=dura_s),
            "refreshJwt": ficha(f"{nombre}-r"),
            "did": DID,
            "handle": "leon.test",
            "active": True,
            "didDoc": {
                "@context": ["https://www.w3.org/ns/did/v1"],
                "id": DID,
                "service": [
                    {
                        "id": "#atproto_pds",
                        "type": "AtprotoPersonalDataServer",
                        "serviceEndpoint": "https://otro-servidor.invalid",
                    }
                ],
            },
        }


def conectar(url: str, *, total_s: float = 10) -> ConectorBluesky:
    credenciales = {"identificador": "@leon.test ", "clave_de_aplicacion": CLAVE}
    return ConectorBluesky(
        Acceso(perfil="leon", url=url, credenciales=credenciales, plazo_total=timedelta(seconds=total_s))
    )


def preparar(conector: ConectorBluesky) -> Preparada:
    preparada = conector.preparar(Pieza(texto="Hola"), clave="e1")
    assert isinstance(preparada, Preparada)
    return preparada


def publicar(conector: ConectorBluesky, preparada: Preparada, permiso: Callable[[], None] = lambda: None) -> None:
    conector.publicar(preparada, clave="e1", permiso=permiso)


def caducada(_: Pedido) -> Contestacion:
    return Contestacion(400, {"error": "ExpiredToken", "message": "Token has expired"})


def cortada(_: Pedido) -> Contestacion:
    raise Corta


def test_se_publica_con_una_sola_peticion_que_solo_crea() -> None:
    permisos: list[bool] = []
    with Guion(Pds()) as pds:
        conector = conectar(pds.url)
        publicar(conector, preparar(conector), lambda: permisos.append(True))
        publicar(conector, preparar(conector))
    primera, segunda = pds.recibidos("POST", "putRecord")
    assert primera.json["swapRecord"] is None
    assert "swapRecord" in primera.json
    assert primera.json["rkey"] != segunda.json["rkey"]
    assert permisos == [True]
    assert len(pds.recibidos("POST", "createSession")) == 1  # entrar se admite 30 veces en 5 minutos


def test_la_direccion_configurada_manda_sobre_la_que_dice_el_servidor() -> None:
    with Guion(Pds()) as pds:
        conectar(pds.url).comprobar()
    assert pds.recibidos("GET", "getSession")


def test_sin_permiso_no_sale_nada() -> None:
    def tarde() -> None:
        raise ErrorTransitorio("Ya es tarde.")

    with Guion(Pds()) as pds:
        conector = conectar(pds.url)
        preparada = preparar(conector)
        with pytest.raises(ErrorTransitorio, match="Ya es tarde"):
            publicar(conector, preparada, tarde)
    assert pds.recibidos("POST", "putRecord") == []


@pytest.mark.parametrize(
    ("falla", "esperado"),
    [
        (cortada, ErrorIncierto),
        (lambda _: Contestacion(500, {"error": "InternalServerError"}), ErrorIncierto),
        (lambda _: Contestacion(503, b"<html>", {"Content-Type": "text/html"}), ErrorIncierto),
        (lambda _: Contestacion(200, b"<html>", {"Content-Type": "text/html"}), ErrorDeContrato),
        (lambda _: Contestacion(200, b'{"uri": "at:'), ErrorDeContrato),
        (lambda _: Contestacion(200, b'{"uri": "at:', {"Content-Length": "900"}), ErrorIncierto),
        (lambda _: Contestacion(200, b"x" * 50, goteo_s=0.1), ErrorIncierto),
        (lambda _: Contestacion(307, {}, {"Location": "/xrpc/com.atproto.repo.createRecord"}), ErrorDeContrato),
        (lambda _: Contestacion(429, {"error": "RateLimitExceeded"}, {"Retry-After": "7"}), ErrorTransitorio),
    ],
    ids=["corte", "500", "503 HTML", "200 HTML", "a medias", "truncada", "goteo", "redirección", "429"],
)
def test_cada_fallo_al_publicar_tiene_su_veredicto_y_no_se_repite(
    falla: Callable[[Pedido], Contestacion], esperado: type[ErrorDeRed]
) -> None:
    guion = Pds()
    guion.falla["com.atproto.repo.putRecord"] = falla
    with Guion(guion) as pds:
        conector = conectar(pds.url, total_s=0.5)
        preparada = preparar(conector)
        with pytest.raises(ErrorDeRed) as hallado:
            publicar(conector, preparada)
    assert type(hallado.value) is esperado
    assert len(pds.recibidos("POST", "putRecord")) == 1
    assert pds.recibidos("POST", "createRecord") == []


def test_un_corte_al_entrar_es_transitorio() -> None:
    guion = Pds()
    guion.falla["com.atproto.server.createSession"] = cortada
    with Guion(guion) as pds, pytest.raises(ErrorTransitorio):
        conectar(pds.url).comprobar()


def test_un_servidor_apagado_es_transitorio() -> None:
    with Guion(Pds()) as pds:
        conector = conectar(pds.url)
        preparada = preparar(conector)
    with pytest.raises(ErrorTransitorio, match="No llegó a enviarse"):
        publicar(conector, preparada)


def test_una_sesion_caducada_al_leer_se_pide_otra_vez_y_una_sola() -> None:
    guion, veces = Pds(), []

    def una_vez(pedido: Pedido) -> Contestacion:
        veces.append(pedido)
        return caducada(pedido) if len(veces) == 1 else Contestacion(cuerpo={"active": True})

    guion.falla["com.atproto.server.getSession"] = una_vez
    with Guion(guion) as pds:
        assert conectar(pds.url).comprobar().nombre == "leon.test"
        guion.falla["com.atproto.server.getSession"] = caducada
        with pytest.raises(ErrorDePerfil):
            conectar(pds.url).comprobar()
    assert len(pds.recibidos("POST", "createSession")) == 4
    assert len(pds.recibidos("GET", "getSession")) == 4


def test_una_sesion_que_caduca_justo_al_publicar_espera_al_siguiente_intento() -> None:
    guion = Pds()
    with Guion(guion) as pds:
        conector = conectar(pds.url)
        preparada = preparar(conector)
        guion.falla["com.atproto.repo.putRecord"] = caducada
        with pytest.raises(ErrorTransitorio):
            publicar(conector, preparada)
        with pytest.raises(ErrorDePerfil):  # recién entrado y tampoco: ya no es cuestión de caducidad
            publicar(conector, preparada)
    assert len(pds.recibidos("POST", "createSession")) == 2


def test_una_sesion_por_vencer_se_renueva_antes_de_publicar_y_no_en_medio() -> None:
    with Guion(Pds(sesion_dura_s=600)) as pds:
        conector = conectar(pds.url)
        publicar(conector, preparar(conector))
    metodos = [p.ruta.rsplit(".", 1)[-1] for p in pds.pedidos]
    assert metodos == ["createSession", "refreshSession", "putRecord"]
    datos = pds.pedidos[-1].cabeceras["Authorization"].split(".")[1]
    assert b"renovada" in base64.urlsafe_b64decode(datos + "==")


def test_una_cuenta_suspendida_no_puede_actuar() -> None:
    guion = Pds()
    guion.falla["com.atproto.server.getSession"] = lambda _: Contestacion(
        cuerpo={"active": False, "status": "suspended"}
    )
    with Guion(guion) as pds, pytest.raises(ErrorDePerfil, match="suspended"):
        conectar(pds.url).comprobar()


def test_ningun_secreto_sale_en_un_error() -> None:
    guion = Pds()

    def indiscreta(pedido: Pedido) -> Contestacion:
        return Contestacion(400, {"error": "InvalidRequest", "message": f"{pedido.cabeceras['Authorization']} {CLAVE}"})

    guion.falla["com.atproto.repo.putRecord"] = indiscreta
    with Guion(guion) as pds:
        conector = conectar(pds.url)
        preparada = preparar(conector)
        with pytest.raises(ErrorDeRed) as hallado:
            publicar(conector, preparada)
    assert CLAVE not in str(hallado.value)
    assert "eyJ" not in str(hallado.value)


def test_sin_credenciales_se_dice_sin_tocar_la_red() -> None:
    with pytest.raises(ErrorDePerfil, match="Faltan"):
        ConectorBluesky(Acceso(perfil="leon", url="http://127.0.0.1:9")).comprobar()

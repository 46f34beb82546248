"""El conector contra el servidor oficial de Bluesky: lo que se publica se lee de vuelta."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from conectores.bluesky.conector import ConectorBluesky
from conectores.contrato import (
    Ausente,
    Busqueda,
    Conciliador,
    ErrorDeContenido,
    ErrorDePerfil,
    ErrorIncierto,
    ErrorTransitorio,
    Hallada,
    Hilador,
    Pieza,
    Preparada,
    Publicado,
    SinSaber,
)
from simulador.proxy import ProxyCaos
from tests.conectores.bluesky.conftest import Dibujar, conectar
from tests.servidores.bluesky import Cuenta, ServidorBluesky

pytestmark = [pytest.mark.servidor, pytest.mark.timeout(700)]  # la primera vez, npm instala el servidor

ENTRAR = "com.atproto.server.createSession"
_numeros = itertools.count()


def _preparar(conector: ConectorBluesky, pieza: Pieza, previa: Preparada | None = None) -> Preparada:
    preparada = conector.preparar(pieza, clave=f"entrega-{next(_numeros)}", previa=previa)
    assert isinstance(preparada, Preparada)
    return preparada


def _publicar(conector: ConectorBluesky, preparada: Preparada) -> Publicado:
    return conector.publicar(preparada, clave="la misma", permiso=lambda: None)


def _busqueda(pieza: Pieza, preparada: Preparada, adoptados: frozenset[str] = frozenset()) -> Busqueda:
    return Busqueda(
        pieza=pieza,
        preparada=preparada,
        huella="",
        clave="la misma",
        desde=datetime.now(UTC) - timedelta(minutes=1),
        ya_adoptados=adoptados,
    )


def _textos(servidor: ServidorBluesky, cuenta: Cuenta) -> list[str]:
    return [p["value"]["text"] for p in servidor.publicaciones(cuenta.did)]


def _leer(servidor: ServidorBluesky, publicado: Publicado) -> dict[str, Any]:
    did = publicado.id_externo.split("/")[2]
    return next(p["value"] for p in servidor.publicaciones(did) if p["uri"] == publicado.id_externo)


@pytest.fixture
def proxy(servidor: ServidorBluesky) -> Iterator[ProxyCaos]:
    with ProxyCaos(("127.0.0.1", int(servidor.url.rpartition(":")[2]))) as proxy:
        yield proxy


def test_el_texto_llega_entero_y_sus_partes_llevan_donde_deben(
    servidor: ServidorBluesky, cuenta: Cuenta, conector: ConectorBluesky
) -> None:
    texto = "¡Ñandú 👨‍👩‍👧! Vea https://leon.gob.mx/niñez. #Protección @municipio.test @nadie.test"
    publicado = _publicar(conector, _preparar(conector, Pieza(texto=texto)))
    registro = _leer(servidor, publicado)
    assert (registro["text"], registro["langs"]) == (texto, ["es"])
    tramos = {
        texto.encode()[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode(): f["features"][0]
        for f in registro["facets"]
    }
    assert tramos == {
        "https://leon.gob.mx/niñez": {"$type": "app.bsky.richtext.facet#link", "uri": "https://leon.gob.mx/niñez"},
        "#Protección": {"$type": "app.bsky.richtext.facet#tag", "tag": "Protección"},
        "@municipio.test": {"$type": "app.bsky.richtext.facet#mention", "did": cuenta.did},
    }
    assert publicado.url == f"https://bsky.app/profile/municipio.test/post/{publicado.id_externo.split('/')[-1]}"


def test_las_imagenes_llegan_en_su_orden_con_su_texto_alternativo(
    servidor: ServidorBluesky, cuenta: Cuenta, conector: ConectorBluesky, dibujar: Dibujar
) -> None:
    fotos = tuple(
        dibujar(f"{color}.jpg", color=color, texto_alternativo=f"Ñ {color}")
        for color in ("red", "green", "blue", "white")
    )
    registro = _leer(servidor, _publicar(conector, _preparar(conector, Pieza(texto="Cuatro", adjuntos=fotos))))
    publicadas = registro["embed"]["images"]
    assert [i["alt"] for i in publicadas] == ["Ñ red", "Ñ green", "Ñ blue", "Ñ white"]
    assert publicadas[0]["aspectRatio"] == {"width": 64, "height": 48}
    assert servidor.imagen(cuenta.did, publicadas[2]["image"]["ref"]["$link"]) == fotos[2].ruta.read_bytes()


def test_un_enlace_se_publica_como_tarjeta(servidor: ServidorBluesky, conector: ConectorBluesky) -> None:
    pieza = Pieza(texto="Obras", titulo="Obras de 2026", enlace="https://leon.gob.mx/obras?utm_content=p1")
    registro = _leer(servidor, _publicar(conector, _preparar(conector, pieza)))
    assert registro["embed"]["external"]["uri"] == "https://leon.gob.mx/obras?utm_content=p1"


def test_un_hilo_cuelga_cada_parte_de_la_anterior_y_todas_de_la_primera(
    servidor: ServidorBluesky, conector: ConectorBluesky
) -> None:
    assert isinstance(conector, Hilador)
    publicados: list[Publicado] = []
    for texto in conector.partir(Pieza(texto="El martes se cierra la avenida Juárez por obras de drenaje. " * 14)):
        anterior = publicados[-1].id_externo if publicados else ""
        publicados.append(_publicar(conector, _preparar(conector, Pieza(texto=texto, en_respuesta_a=anterior))))
    primera, segunda, tercera = (_leer(servidor, p) for p in publicados)
    assert "reply" not in primera
    assert segunda["reply"]["parent"]["uri"] == segunda["reply"]["root"]["uri"] == publicados[0].id_externo
    assert tercera["reply"]["parent"]["uri"] == publicados[1].id_externo
    assert tercera["reply"]["root"] == segunda["reply"]["root"]


@pytest.mark.parametrize(("averia", "salio"), [("tras_enviar", True), ("corte", True), ("reset", False)])
def test_una_respuesta_perdida_es_duda_y_al_preguntar_se_sabe(
    servidor: ServidorBluesky, cuenta: Cuenta, proxy: ProxyCaos, averia: str, salio: bool
) -> None:
    conector, pieza = conectar(proxy.url, cuenta), Pieza(texto=f"Se perdió la respuesta: {averia}")
    assert isinstance(conector, Conciliador)
    preparada = _preparar(conector, pieza)
    assert conector.conciliar(_busqueda(pieza, preparada)) == Ausente()
    proxy.fallar(averia, arg=20, veces=1, cuando=b"putRecord")
    with pytest.raises(ErrorIncierto):
        _publicar(conector, preparada)
    hallazgo = conector.conciliar(_busqueda(pieza, preparada))
    assert isinstance(hallazgo, Hallada if salio else Ausente)
    publicado = _publicar(conector, preparada)
    assert conector.conciliar(_busqueda(pieza, preparada)) == Hallada(publicado)
    assert _textos(servidor, cuenta).count(pieza.texto) == 1


def test_un_intento_con_fecha_nueva_no_publica_otra_vez(
    servidor: ServidorBluesky, cuenta: Cuenta, conector: ConectorBluesky, dibujar: Dibujar
) -> None:
    """Horas después el registro lleva otra fecha: la red lo rechaza, se compara, y es el nuestro."""
    pieza = Pieza(texto="Con fecha nueva", adjuntos=(dibujar("foto.jpg"),))
    primera = _preparar(conector, pieza)
    publicado = _publicar(conector, primera)
    antigua = {**primera.datos["registro"], "createdAt": "2026-01-01T00:00:00.000Z"}
    segunda = _preparar(conector, pieza, Preparada({**primera.datos, "registro": antigua}))
    assert segunda.datos["rkey"] == primera.datos["rkey"]
    assert segunda.datos["registro"]["createdAt"] > primera.datos["registro"]["createdAt"]
    assert _publicar(conector, segunda) == publicado
    assert _textos(servidor, cuenta).count(pieza.texto) == 1


def test_lo_preparado_se_conserva_aunque_se_prepare_otra_vez(conector: ConectorBluesky, dibujar: Dibujar) -> None:
    pieza = Pieza(texto="Dos veces", adjuntos=(dibujar("foto.jpg"),))
    primera = _preparar(conector, pieza)
    assert _preparar(conector, pieza, primera) == primera


def test_un_texto_cambiado_tras_la_duda_no_se_publica_encima(
    servidor: ServidorBluesky, cuenta: Cuenta, conector: ConectorBluesky
) -> None:
    primera = _preparar(conector, Pieza(texto="Antes del cambio"))
    _publicar(conector, primera)
    pieza = Pieza(texto="Después del cambio")
    segunda = _preparar(conector, pieza, primera)
    with pytest.raises(ErrorIncierto):
        _publicar(conector, segunda)
    assert isinstance(conector.conciliar(_busqueda(pieza, segunda)), SinSaber)
    assert "Después del cambio" not in _textos(servidor, cuenta)


def test_lo_adoptado_por_otra_entrega_no_se_adopta(conector: ConectorBluesky) -> None:
    pieza = Pieza(texto="De otra entrega")
    preparada = _preparar(conector, pieza)
    publicado = _publicar(conector, preparada)
    hallazgo = conector.conciliar(_busqueda(pieza, preparada, frozenset({publicado.id_externo})))
    assert isinstance(hallazgo, SinSaber)


def test_borrar_dos_veces_es_borrar(servidor: ServidorBluesky, cuenta: Cuenta, conector: ConectorBluesky) -> None:
    publicado = _publicar(conector, _preparar(conector, Pieza(texto="Para borrar")))
    conector.borrar(publicado.id_externo)
    conector.borrar(publicado.id_externo)
    assert "Para borrar" not in _textos(servidor, cuenta)


def test_no_se_sigue_un_hilo_cuya_parte_anterior_se_borro(conector: ConectorBluesky) -> None:
    publicado = _publicar(conector, _preparar(conector, Pieza(texto="Raíz")))
    conector.borrar(publicado.id_externo)
    with pytest.raises(ErrorDeContenido, match="parte anterior"):
        _preparar(conector, Pieza(texto="Rama", en_respuesta_a=publicado.id_externo))


def test_comprobar_dice_quien_es(cuenta: Cuenta, conector: ConectorBluesky) -> None:
    estado = conector.comprobar()
    assert (estado.nombre, estado.id_externo) == ("municipio.test", cuenta.did)


def test_una_clave_equivocada_es_del_perfil_y_no_sale_en_el_error(servidor: ServidorBluesky, cuenta: Cuenta) -> None:
    conector = conectar(servidor.url, cuenta, clave="xxxx-mala-clave-9999")
    with pytest.raises(ErrorDePerfil, match="no reconoce") as hallado:
        conector.comprobar()
    assert "xxxx-mala-clave-9999" not in f"{hallado.value} {hallado.value.remedio} {conector!r}"


def test_una_imagen_que_pesa_de_mas_se_dice_antes_de_publicar(conector: ConectorBluesky, dibujar: Dibujar) -> None:
    foto = dibujar("enorme.jpg")
    foto.ruta.write_bytes(foto.ruta.read_bytes() + bytes(6_000_000))
    with pytest.raises(ErrorDeContenido, match="pesa más"):
        _preparar(conector, Pieza(texto="x", adjuntos=(foto,)))


def test_lo_que_la_red_rechaza_lo_puede_arreglar_el_editor(conector: ConectorBluesky) -> None:
    preparada = _preparar(conector, Pieza(texto="ñ" * 301))
    with pytest.raises(ErrorDeContenido, match="grapheme"):
        _publicar(conector, preparada)


def test_un_archivo_que_ya_no_esta_se_dice(conector: ConectorBluesky, dibujar: Dibujar) -> None:
    foto = dibujar("foto.jpg")
    with pytest.raises(ErrorDeContenido, match=r"otra\.jpg"):
        _preparar(conector, Pieza(texto="x", adjuntos=(replace(foto, ruta=foto.ruta.with_name("otra.jpg")),)))


def test_pedir_demasiadas_sesiones_es_esperar_lo_que_pide_la_red(servidor: ServidorBluesky) -> None:
    desconocida = Cuenta(nombre="insistente.test", did="", clave="no-importa", contrasena="")
    conector = conectar(servidor.url, desconocida)
    entrada = {"identifier": desconocida.nombre, "password": desconocida.clave}
    with ThreadPoolExecutor(10) as hilos:  # la red tarda a propósito en decir que no
        list(hilos.map(lambda _: requests.post(f"{servidor.url}/xrpc/{ENTRAR}", json=entrada, timeout=20), range(30)))
    with pytest.raises(ErrorTransitorio) as hallado:
        conector.comprobar()
    assert hallado.value.de_perfil
    assert hallado.value.espera is not None
    assert timedelta() < hallado.value.espera <= timedelta(minutes=5)

"""El conector contra el simulador: lo que se publica, cada fallo, y que toda petición cumpla la descripción oficial."""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from conectores.contrato import (
    Acceso,
    Adjunto,
    Ausente,
    Busqueda,
    ErrorDeContenido,
    ErrorDeContrato,
    ErrorDePerfil,
    ErrorDeRed,
    ErrorIncierto,
    ErrorTransitorio,
    Hallada,
    Pieza,
    Preparada,
    Publicado,
    TipoDeMedio,
)
from conectores.pinterest.conector import ConectorPinterest
from simulador.en_hilo import Simulador
from simulador.proxy import ProxyCaos
from tests.especificaciones import cargar
from tests.intermediario import Intermediario
from tests.servidores.guion import Contestacion, Guion, Pedido

TABLERO = "850000000000000101"
Dibujar = Callable[..., Adjunto]


@pytest.fixture
def sim() -> Iterator[Simulador]:
    with Simulador(semilla=1) as simulador:
        yield simulador


@pytest.fixture
def entre(sim: Simulador) -> Iterator[Intermediario]:
    with Intermediario(sim.url_de("pinterest")) as intermediario:
        yield intermediario


@pytest.fixture
def dibujar(tmp_path: Path) -> Dibujar:
    def _dibujar(nombre: str = "foto.jpg", *, formato: str = "JPEG", color: str = "teal") -> Adjunto:
        salida = io.BytesIO()
        Image.new("RGB", (100, 150), color).save(salida, formato)
        ruta = tmp_path / nombre
        ruta.write_bytes(salida.getvalue())
        return Adjunto(
            ruta=ruta,
            tipo=TipoDeMedio.IMAGEN,
            mime=f"image/{formato.lower()}",
            peso_bytes=ruta.stat().st_size,
            ancho=100,
            alto=150,
            texto_alternativo=f"Un cuadro {color}",
        )

    return _dibujar


def conectar(
    url: str, credenciales: Mapping[str, str] | None = None, *, total_s: float = 10, tablero: str = TABLERO
) -> ConectorPinterest:
    return ConectorPinterest(
        Acceso(
            perfil="municipio-pinterest",
            url=url,
            credenciales={"token": "token-pinterest"} if credenciales is None else credenciales,
            opciones={"tablero": tablero},
            plazo_total=timedelta(seconds=total_s),
        )
    )


def preparar(conector: ConectorPinterest, pieza: Pieza) -> Preparada:
    preparada = conector.preparar(pieza, clave="e-7")
    assert isinstance(preparada, Preparada)
    return preparada


def publicar(conector: ConectorPinterest, preparada: Preparada) -> Publicado:
    return conector.publicar(preparada, clave="e-7", permiso=lambda: None)


def busqueda(pieza: Pieza, preparada: Preparada, adoptados: frozenset[str] = frozenset()) -> Busqueda:
    desde = datetime.now(UTC) - timedelta(seconds=30)
    return Busqueda(pieza=pieza, preparada=preparada, huella="", clave="e-7", desde=desde, ya_adoptados=adoptados)


def test_un_pin_llega_entero(sim: Simulador, dibujar: Dibujar) -> None:
    conector = conectar(sim.url_de("pinterest"))
    pieza = Pieza(
        texto="¡Ñandú & <obras>!", titulo="Obras", enlace="https://leon.gob.mx/o?a=1&b=2", adjuntos=(dibujar(),)
    )
    publicado = publicar(conector, preparar(conector, pieza))
    (pin,) = sim.publicadas("pinterest")
    assert (pin.texto, pin.titulo, pin.enlace) == (pieza.texto, pieza.titulo, pieza.enlace)
    assert (pin.extra["tablero"], pin.extra["alternativo"]) == (TABLERO, "Un cuadro teal")
    assert publicado == Publicado(pin.id, f"https://www.pinterest.com/pin/{pin.id}/")


def test_varias_imagenes_van_en_un_solo_pin_y_en_su_orden(sim: Simulador, dibujar: Dibujar) -> None:
    conector = conectar(sim.url_de("pinterest"))
    fotos = (dibujar("a.jpg", color="red"), dibujar("b.png", formato="PNG"), dibujar("c.jpg", color="blue"))
    publicar(conector, preparar(conector, Pieza(texto="Tres", adjuntos=fotos)))
    (pin,) = sim.publicadas("pinterest")
    assert [m.mime for m in pin.medios] == ["image/jpeg", "image/png", "image/jpeg"]
    assert pin.extra["alternativo"] == "1. Un cuadro red 2. Un cuadro teal 3. Un cuadro blue"


def test_la_publicacion_puede_elegir_otro_tablero(sim: Simulador, dibujar: Dibujar) -> None:
    conector = conectar(sim.url_de("pinterest"))
    pieza = Pieza(texto="A otro", adjuntos=(dibujar(),), opciones={"tablero": "850000000000000102"})
    publicar(conector, preparar(conector, pieza))
    assert sim.publicadas("pinterest")[0].extra["tablero"] == "850000000000000102"


@pytest.mark.parametrize(
    ("clase", "como", "esperado", "salieron"),
    [
        ("reset_antes", {}, ErrorIncierto, 0),
        ("reset_despues", {}, ErrorIncierto, 1),
        ("cuelgue", {}, ErrorIncierto, 1),
        ("error_500_antes", {}, ErrorIncierto, 0),
        ("error_500_despues", {}, ErrorIncierto, 1),
        ("truncado", {}, ErrorIncierto, 1),
        ("html", {"estado": 503}, ErrorIncierto, 1),
        ("html", {"estado": 200}, ErrorDeContrato, 1),
        ("lento", {"segundos": 5.0}, ErrorIncierto, 1),
        ("limite_429", {}, ErrorTransitorio, 0),
        ("token_vencido", {}, ErrorDePerfil, 0),
    ],
)
def test_cada_fallo_al_publicar_tiene_su_veredicto_y_se_sale_de_la_duda(
    sim: Simulador, dibujar: Dibujar, clase: str, como: dict[str, Any], esperado: type[ErrorDeRed], salieron: int
) -> None:
    conector = conectar(sim.url_de("pinterest"), total_s=1)
    pieza = Pieza(texto="¿Salió?", adjuntos=(dibujar(),))
    preparada = preparar(conector, pieza)
    sim.fallar("pinterest", clase, **como)
    with pytest.raises(ErrorDeRed) as hallado:
        publicar(conector, preparada)
    assert type(hallado.value) is esperado
    assert len(sim.publicadas("pinterest")) == salieron
    hallazgo = conector.conciliar(busqueda(pieza, preparada))
    if salieron:
        (pin,) = sim.publicadas("pinterest")
        assert isinstance(hallazgo, Hallada)
        assert hallazgo.publicado.id_externo == pin.id
    else:
        assert hallazgo == Ausente()


def test_cortada_la_respuesta_en_el_cable_el_pin_se_encuentra(sim: Simulador, dibujar: Dibujar) -> None:
    pieza = Pieza(texto="Se cortó", adjuntos=(dibujar(),))
    with ProxyCaos(("127.0.0.1", sim.puerto)) as proxy:
        conector = conectar(f"{proxy.url}/pinterest")
        preparada = preparar(conector, pieza)
        proxy.fallar("tras_enviar", veces=1, cuando=b"POST /pinterest/v5/pins")
        with pytest.raises(ErrorIncierto):
            publicar(conector, preparada)
        hallazgo = conector.conciliar(busqueda(pieza, preparada))
    assert isinstance(hallazgo, Hallada)
    assert [p.id for p in sim.publicadas("pinterest")] == [hallazgo.publicado.id_externo]


def test_se_busca_en_todas_las_paginas_del_tablero(sim: Simulador, dibujar: Dibujar) -> None:
    conector, foto = conectar(sim.url_de("pinterest")), dibujar()
    pieza = Pieza(texto="La primera de muchas", adjuntos=(foto,))
    publicado = publicar(conector, preparar(conector, pieza))
    for n in range(260):
        publicar(conector, preparar(conector, Pieza(texto=f"Otra {n}", adjuntos=(foto,))))
    hallazgo = conector.conciliar(busqueda(pieza, preparar(conector, pieza)))
    assert hallazgo == Hallada(publicado)


def test_lo_que_todavia_no_se_lista_no_se_encuentra(sim: Simulador, dibujar: Dibujar) -> None:
    """Por eso hay cuarentena: ausente, de momento, no prueba nada."""
    sim.ajustar("pinterest", retraso_listado_s=0.3)
    conector = conectar(sim.url_de("pinterest"))
    pieza = Pieza(texto="Tarda en verse", adjuntos=(dibujar(),))
    preparada = preparar(conector, pieza)
    publicado = publicar(conector, preparada)
    assert conector.conciliar(busqueda(pieza, preparada)) == Ausente()
    limite = datetime.now(UTC) + timedelta(seconds=5)
    while (hallazgo := conector.conciliar(busqueda(pieza, preparada))) == Ausente():
        assert datetime.now(UTC) < limite
    assert hallazgo == Hallada(publicado)


def test_un_tablero_que_no_existe_es_de_quien_lo_dijo(sim: Simulador, dibujar: Dibujar) -> None:
    sim.ajustar("pinterest", estricto=True)
    pieza = Pieza(texto="Sin tablero", adjuntos=(dibujar(),))
    del_perfil = conectar(sim.url_de("pinterest"), tablero="1")
    with pytest.raises(ErrorDePerfil):
        publicar(del_perfil, preparar(del_perfil, pieza))
    with pytest.raises(ErrorDePerfil):
        del_perfil.comprobar()
    conector = conectar(sim.url_de("pinterest"))
    with pytest.raises(ErrorDeContenido):
        publicar(conector, preparar(conector, replace(pieza, opciones={"tablero": "1"})))


def test_lo_que_la_red_rechaza_lo_puede_arreglar_el_editor(sim: Simulador, dibujar: Dibujar) -> None:
    conector = conectar(sim.url_de("pinterest"))
    with pytest.raises(ErrorDeContenido, match="800"):
        publicar(conector, preparar(conector, Pieza(texto="ñ" * 801, adjuntos=(dibujar(),))))


def test_un_archivo_que_ya_no_esta_no_llega_a_publicarse(sim: Simulador, dibujar: Dibujar) -> None:
    conector, foto = conectar(sim.url_de("pinterest")), dibujar()
    preparada = preparar(conector, Pieza(texto="x", adjuntos=(foto,)))
    foto.ruta.unlink()
    with pytest.raises(ErrorDeContenido, match=r"foto\.jpg"):
        publicar(conector, preparada)
    assert sim.publicadas("pinterest") == []


def test_comprobar_dice_quien_es_y_avisa_de_lo_que_nadie_vera(sim: Simulador) -> None:
    estado = conectar(sim.url_de("pinterest")).comprobar()
    assert (estado.nombre, estado.id_externo, estado.avisos) == ("sanjacintogob", "850000000000000001", ())
    (aviso,) = conectar(sim.url_de("pinterest"), tablero="").comprobar().avisos
    assert "no tiene tablero" in aviso

    def secreto(pedido: Pedido) -> Contestacion:
        if pedido.ruta.endswith("/user_account"):
            return Contestacion(cuerpo={"username": "leon"}, cabeceras={"X-RateLimit-Limit": "1000, 1000;w=86400"})
        return Contestacion(cuerpo={"id": TABLERO, "name": "Borradores", "privacy": "SECRET"})

    with Guion(secreto) as red:
        de_prueba, oculto = conectar(red.url).comprobar().avisos
    assert "Trial" in de_prueba
    assert "Borradores" in oculto


class ConRenovacion:
    """Una red cuyo token caduca: sólo vale el último que dio."""

    def __init__(self) -> None:
        self.dados = 0

    def __call__(self, pedido: Pedido) -> Contestacion:
        if pedido.ruta.endswith("/oauth/token"):
            self.dados += 1
            cuerpo = {"access_token": f"token-nuevo-{self.dados}", "refresh_token": "renovacion-2"}
            return Contestacion(cuerpo={**cuerpo, "refresh_token_expires_in": 5_184_000})
        if pedido.cabeceras.get("Authorization") != f"Bearer token-nuevo-{self.dados}":
            return Contestacion(401, {"code": 2, "message": "Authentication failed."})
        if pedido.metodo == "POST":
            return Contestacion(201, {"id": "9001"})
        return Contestacion(cuerpo={"id": "1", "username": "leon", "name": "Avisos"})


RENOVABLE = {
    "token": "token-caducado",
    "id_de_aplicacion": "1500000",
    "secreto_de_aplicacion": "secreto-de-la-app",
    "token_de_renovacion": "renovacion-1",
}


def test_un_token_caducado_se_renueva_y_se_sabe_cuando_vence(dibujar: Dibujar) -> None:
    with Guion(ConRenovacion()) as red:
        conector = conectar(red.url, RENOVABLE)
        estado = conector.comprobar()
        publicar(conector, preparar(conector, Pieza(texto="x", adjuntos=(dibujar(),))))
    assert len(red.recibidos("POST", "/oauth/token")) == 1
    assert estado.vence_en is not None
    assert timedelta(days=59) < estado.vence_en - datetime.now(UTC) < timedelta(days=61)


def test_un_token_que_caduca_al_publicar_se_renueva_antes_del_siguiente_intento(dibujar: Dibujar) -> None:
    with Guion(ConRenovacion()) as red:
        conector = conectar(red.url, RENOVABLE)
        preparada = preparar(conector, Pieza(texto="x", adjuntos=(dibujar(),)))
        with pytest.raises(ErrorTransitorio):
            publicar(conector, preparada)
        assert publicar(conector, preparada).id_externo == "9001"
    assert len(red.recibidos("POST", "/v5/pins")) == 2


def test_lo_renovado_se_da_a_guardar_y_quien_lo_lea_despues_sigue_de_ahi() -> None:
    """El token de renovación cambia cada vez: sin guardarlo, al reiniciar habría que autorizar otra vez."""
    guardadas = dict(RENOVABLE)
    red_que_renueva = ConRenovacion()
    with Guion(red_que_renueva) as red:
        acceso = Acceso(perfil="p", url=red.url, credenciales=RENOVABLE, al_renovar=guardadas.update)
        ConectorPinterest(acceso).comprobar()
        assert (guardadas["token"], guardadas["token_de_renovacion"]) == ("token-nuevo-1", "renovacion-2")
        conectar(red.url, guardadas).comprobar()
    assert red_que_renueva.dados == 1


def test_lo_que_no_se_puede_renovar_es_del_perfil(dibujar: Dibujar) -> None:
    with Guion(lambda _: Contestacion(401, {"code": 2, "message": "Authentication failed."})) as red:
        with pytest.raises(ErrorDePerfil, match="no renueva"):
            conectar(red.url, RENOVABLE).comprobar()
        with pytest.raises(ErrorDePerfil, match="Falta el token"):
            conectar(red.url, {}).comprobar()


def test_todas_las_peticiones_cumplen_la_descripcion_oficial(entre: Intermediario, dibujar: Dibujar) -> None:
    descripcion = cargar("pinterest-v5-openapi.json")
    conector = conectar(entre.url)
    conector.comprobar()
    larga = Pieza(texto="ñ" * 800, titulo="t" * 100, enlace="https://leon.gob.mx/" + "x" * 2028, adjuntos=(dibujar(),))
    for pieza in (larga, Pieza(texto="Dos", adjuntos=(dibujar("a.jpg"), dibujar("b.png", formato="PNG")))):
        preparada = preparar(conector, pieza)
        publicado = publicar(conector, preparada)
        conector.conciliar(busqueda(pieza, preparada))
        conector.borrar(publicado.id_externo)
    hechas = [(r.metodo, r.ruta.removeprefix("/pinterest")) for r in entre.recibidas]
    assert len(set(hechas)) >= 6
    faltas = [
        falta
        for r in entre.recibidas
        for falta in descripcion.faltas(
            r.metodo, r.ruta.removeprefix("/pinterest"), consulta=r.consulta, cuerpo=r.cuerpo, tipo=r.tipo
        )
    ]
    assert faltas == []


def test_la_renovacion_cumple_la_descripcion_oficial() -> None:
    descripcion = cargar("pinterest-v5-openapi.json")
    with Guion(ConRenovacion()) as red:
        conectar(red.url, RENOVABLE).comprobar()
    (pedido,) = red.recibidos("POST", "/oauth/token")
    tipo = pedido.cabeceras["Content-Type"]
    assert descripcion.faltas("POST", pedido.ruta, cuerpo=pedido.cuerpo, tipo=tipo) == []

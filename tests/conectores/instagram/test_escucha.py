"""Oír una cuenta de Instagram imitada, por HTTP de verdad."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conectores.contrato import Acceso, ErrorDePerfil
from conectores.contrato_escucha import Clase, Desde, Oido, Tanda
from conectores.grafo_errores import SinPermiso
from conectores.instagram.conector import ConectorInstagram
from simulador.en_hilo import Simulador
from simulador.estado import Publicada
from simulador.voces import COMENTARIO, Voz

CUENTA = "17841400000000001"
PAGINA = "100200300400500"
TOKEN = "token-instagram"


@pytest.fixture
def sim() -> Iterator[Simulador]:
    with Simulador(semilla=3) as simulador:
        yield simulador


def abrir(sim: Simulador, **demas: Any) -> ConectorInstagram:
    datos = {"opciones": {"pagina": PAGINA}, "credenciales": {"token": TOKEN}, "url": sim.url_de("instagram")}
    return ConectorInstagram(Acceso(perfil="ig", id_externo=CUENTA, **(datos | demas)))


@pytest.fixture
def ig(sim: Simulador) -> ConectorInstagram:
    return abrir(sim)


def publicar(sim: Simulador, texto: str = "Aviso", *, hace: timedelta = timedelta(hours=1)) -> Publicada:
    return sim.publicar_como("instagram", CUENTA, texto, hace=hace)


def oir(ig: ConectorInstagram, canal: str = "comentarios", cursor: str = "", **demas: Any) -> Tanda:
    no_antes_de = datetime.now(UTC) - timedelta(days=14)
    return ig.escuchar(canal, Desde(cursor=cursor, no_antes_de=no_antes_de, **demas))


def oir_todo(ig: ConectorInstagram, canal: str = "comentarios", cursor: str = "") -> tuple[list[Oido], str, int]:
    """Todo lo que hay, el último cursor y cuántas tandas hicieron falta."""
    oidos: list[Oido] = []
    for tandas in range(1, 30):
        tanda = oir(ig, canal, cursor)
        oidos += tanda.oidos
        cursor = tanda.cursor
        if not tanda.hay_mas:
            assert tanda.cubierto_hasta is not None
            return oidos, cursor, tandas
    raise AssertionError("no termina")


def test_un_comentario_trae_su_usuario_y_a_que_contesta(sim: Simulador, ig: ConectorInstagram) -> None:
    medio = publicar(sim)
    dicho = sim.comentar("instagram", None, "¡Se inundó!", autor="Rosa Díaz", me_gusta=4, hace=timedelta(minutes=3))
    respuesta = sim.comentar("instagram", None, "Aquí también", en_respuesta_a=dicho.id)
    primero, segundo = oir(ig).oidos
    assert (primero.id_externo, primero.texto, primero.autor.usuario) == (dicho.id, "¡Se inundó!", "rosadíaz")
    assert (primero.clase, primero.en_respuesta_a, primero.interacciones) == (Clase.COMENTARIO, medio.id, 4)
    assert (segundo.id_externo, segundo.en_respuesta_a) == (respuesta.id, dicho.id)
    assert "replies" not in primero.crudo  # cada quien con lo suyo


def test_lo_que_contesta_la_propia_cuenta_no_se_oye(sim: Simulador, ig: ConectorInstagram) -> None:
    publicar(sim)
    dicho = sim.comentar("instagram", None, "¿Cuándo?")
    sim.comentar("instagram", None, "Mañana", autor="sanjacintogob", autor_id="otro-numero", en_respuesta_a=dicho.id)
    sim.comentar("instagram", None, "Ya quedó", autor="otro nombre", autor_id=CUENTA)
    assert [o.texto for o in oir(ig).oidos] == ["¿Cuándo?"]


def test_una_respuesta_nueva_a_un_comentario_viejo_no_se_pierde(sim: Simulador, ig: ConectorInstagram) -> None:
    publicar(sim, hace=timedelta(days=5))
    dicho = sim.comentar("instagram", None, "Primero", hace=timedelta(days=4))
    for i in range(30):
        sim.comentar("instagram", None, f"Otro {i}", hace=timedelta(hours=i))
    _, cursor, _ = oir_todo(ig)
    respuesta = sim.comentar("instagram", None, "Sigue igual", en_respuesta_a=dicho.id)
    assert [o.id_externo for o in oir_todo(ig, cursor=cursor)[0]] == [respuesta.id]


def test_un_comentario_en_una_publicacion_de_hace_un_mes_se_nota_por_su_cuenta(
    sim: Simulador, ig: ConectorInstagram
) -> None:
    antigua = publicar(sim, "La del mes pasado", hace=timedelta(days=30))
    for i in range(5):
        publicar(sim, f"Aviso {i}", hace=timedelta(hours=i))
    _, cursor, _ = oir_todo(ig)
    sim.comentar("instagram", antigua.id, "¿Y esto?")
    tanda = oir(ig, cursor=cursor)
    assert [o.texto for o in tanda.oidos] == ["¿Y esto?"]
    antes = len(sim.peticiones("instagram"))
    assert oir(ig, cursor=tanda.cursor).oidos == ()
    assert len(sim.peticiones("instagram")) - antes == 1  # nadie dijo nada en lo reciente: basta con contar


def test_la_que_no_sale_en_el_listado_se_mira_si_el_motor_la_pide(sim: Simulador, ig: ConectorInstagram) -> None:
    for i in range(60):
        publicar(sim, f"Aviso {i}", hace=timedelta(hours=8 * i))
    antigua = publicar(sim, "La del mes pasado", hace=timedelta(days=30))
    sim.comentar("instagram", antigua.id, "¿Y esto?")
    assert oir(ig).oidos == ()
    pedidas = (antigua.id, "999123")  # la segunda ya no existe
    tanda = oir(ig, publicaciones=pedidas)
    assert [o.texto for o in tanda.oidos] == ["¿Y esto?"]
    sim.comentar("instagram", antigua.id, "¿Nadie contesta?")
    tanda = oir(ig, cursor=tanda.cursor, publicaciones=pedidas)
    assert [o.texto for o in tanda.oidos] == ["¿Nadie contesta?"]


def test_miles_de_comentarios_y_respuestas_llegan_todos_una_vez(sim: Simulador, ig: ConectorInstagram) -> None:
    medio = publicar(sim)
    ahora = datetime.now(UTC)
    sim.decir(
        Voz(
            red="instagram",
            perfil=CUENTA,
            id=str(500_000 + i),
            clase=COMENTARIO,
            texto=f"Mensaje {i}",
            instante=ahora - timedelta(seconds=30 * i),
            publicacion=medio.id,
            en_respuesta_a="500000" if i % 9 == 1 else "",
        )
        for i in range(900)
    )
    oidos, cursor, tandas = oir_todo(ig)
    assert len(oidos) == len({o.id_externo for o in oidos}) == 900
    assert sum(o.en_respuesta_a == "500000" for o in oidos) == 100  # y dentro sólo caben cincuenta
    assert tandas > 1
    assert oir_todo(ig, cursor=cursor)[0] == []


def test_lo_borrado_se_dice_borrado_una_vez(sim: Simulador, ig: ConectorInstagram) -> None:
    publicar(sim)
    sim.comentar("instagram", None, "Este sigue")
    dicho = sim.comentar("instagram", None, "Este no")
    cursor = oir(ig).cursor
    sim.borrar_voz("instagram", dicho.id)
    tanda = oir(ig, cursor=cursor)
    assert [(o.id_externo, o.borrado) for o in tanda.oidos] == [(dicho.id, True)]
    assert oir(ig, cursor=tanda.cursor).oidos == ()


def test_muchas_publicaciones_pedidas_que_ya_no_existen_no_atascan_el_canal(
    sim: Simulador, ig: ConectorInstagram
) -> None:
    publicar(sim)
    sim.comentar("instagram", None, "Hola")
    perdidas = tuple(str(10**17 + i) for i in range(100))
    oidos, cursor = [], ""
    for _ in range(10):
        tanda = oir(ig, cursor=cursor, publicaciones=perdidas)
        oidos += tanda.oidos
        cursor = tanda.cursor
        if not tanda.hay_mas:
            break
    assert [o.texto for o in oidos] == ["Hola"]
    assert tanda.cubierto_hasta is not None


def test_quien_etiqueta_a_la_cuenta(sim: Simulador, ig: ConectorInstagram) -> None:
    sim.mencionar("instagram", CUENTA, "Con @sanjacintogob", autor="Luis", me_gusta=3)
    tanda = oir(ig, "menciones")
    [oido] = tanda.oidos
    assert (oido.clase, oido.texto, oido.autor.usuario, oido.interacciones) == (
        Clase.MENCION,
        "Con @sanjacintogob",
        "luis",
        3,
    )
    assert oir(ig, "menciones", tanda.cursor).oidos == ()


def test_los_mensajes_se_leen_por_su_pagina(sim: Simulador, ig: ConectorInstagram) -> None:
    sim.mensaje("instagram", CUENTA, "¿A qué hora abren?", autor="Rosa", conversacion="rosa")
    sim.mensaje("instagram", CUENTA, "A las nueve", autor="San Jacinto", autor_id=CUENTA, conversacion="rosa")
    [oido] = oir(ig, "mensajes").oidos
    assert (oido.clase, oido.texto, oido.autor.usuario) == (Clase.DIRECTO, "¿A qué hora abren?", "rosa")


def test_sin_el_numero_de_la_pagina_no_hay_mensajes_y_se_dice_que_poner(sim: Simulador) -> None:
    with pytest.raises(ErrorDePerfil) as caso:
        oir(abrir(sim, opciones={}), "mensajes")
    assert "«pagina»" in caso.value.remedio
    assert oir(abrir(sim, opciones={})).oidos == ()


def test_sin_permiso_se_dice_cual_falta(sim: Simulador, ig: ConectorInstagram) -> None:
    sim.perfil("instagram", CUENTA, usuario="sanjacintogob", token=TOKEN, permisos=["instagram_basic"], pagina=PAGINA)
    publicar(sim)
    sim.comentar("instagram", None, "Hola")
    for canal in ("comentarios", "menciones"):
        with pytest.raises(SinPermiso) as caso:
            oir(ig, canal)
        assert "instagram_manage_comments" in caso.value.remedio

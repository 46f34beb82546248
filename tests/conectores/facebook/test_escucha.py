"""Oír una página de Facebook imitada, por HTTP de verdad."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conectores.contrato import Acceso, ErrorDePerfil
from conectores.contrato_escucha import Clase, Desde, Oido, Tanda
from conectores.facebook.conector import ConectorFacebook
from conectores.grafo_errores import SinPermiso
from simulador.en_hilo import Simulador
from simulador.estado import Publicada
from simulador.voces import COMENTARIO, Voz

PAGINA = "100200300400500"
TOKEN = "token-facebook"


@pytest.fixture
def sim() -> Iterator[Simulador]:
    with Simulador(semilla=3) as simulador:
        yield simulador


@pytest.fixture
def fb(sim: Simulador) -> ConectorFacebook:
    return ConectorFacebook(
        Acceso(perfil="fb", id_externo=PAGINA, url=sim.url_de("facebook"), credenciales={"token": TOKEN})
    )


def publicar(sim: Simulador, texto: str = "Aviso", *, hace: timedelta = timedelta(hours=1)) -> Publicada:
    return sim.publicar_como("facebook", PAGINA, texto, hace=hace)


def oir(fb: ConectorFacebook, canal: str = "comentarios", cursor: str = "", **demas: Any) -> Tanda:
    no_antes_de = datetime.now(UTC) - timedelta(days=14)
    return fb.escuchar(canal, Desde(cursor=cursor, no_antes_de=no_antes_de, **demas))


def oir_todo(fb: ConectorFacebook, canal: str = "comentarios", cursor: str = "") -> tuple[list[Oido], str, int]:
    """Todo lo que hay, el último cursor y cuántas tandas hicieron falta."""
    oidos: list[Oido] = []
    for tandas in range(1, 30):
        tanda = oir(fb, canal, cursor)
        oidos += tanda.oidos
        cursor = tanda.cursor
        if not tanda.hay_mas:
            assert tanda.cubierto_hasta is not None
            return oidos, cursor, tandas
    raise AssertionError("no termina")


# ── Comentarios ──────────────────────────────────────────────────────────────────────────────────────────────


def test_un_comentario_trae_quien_donde_y_cuantas_reacciones(sim: Simulador, fb: ConectorFacebook) -> None:
    post = publicar(sim)
    dicho = sim.comentar("facebook", None, "¡Se inundó la avenida!", autor="Rosa Díaz", me_gusta=4)
    respuesta = sim.comentar("facebook", None, "También aquí", en_respuesta_a=dicho.id)
    primero, segundo = oir(fb).oidos
    assert (primero.id_externo, primero.texto, primero.autor.nombre) == (dicho.id, dicho.texto, "Rosa Díaz")
    assert (primero.clase, primero.en_respuesta_a) == (Clase.COMENTARIO, post.id)
    assert primero.interacciones == 5  # cuatro «me gusta» y una respuesta
    assert primero.url.startswith("https://www.facebook.com/")
    assert (segundo.id_externo, segundo.en_respuesta_a) == (respuesta.id, dicho.id)


def test_lo_que_contesta_la_propia_pagina_no_se_oye(sim: Simulador, fb: ConectorFacebook) -> None:
    publicar(sim)
    sim.comentar("facebook", None, "Ya va la cuadrilla", autor="San Jacinto", autor_id=PAGINA)
    assert oir(fb).oidos == ()


def test_un_comentario_nuevo_en_una_publicacion_de_hace_dias_no_se_pierde(sim: Simulador, fb: ConectorFacebook) -> None:
    vieja = publicar(sim, "La de hace seis días", hace=timedelta(days=6))
    for i in range(40):
        publicar(sim, f"Aviso {i}", hace=timedelta(hours=i))
    _, cursor, _ = oir_todo(fb)
    dicho = sim.comentar("facebook", vieja.id, "Sigue sin agua")
    assert [o.id_externo for o in oir_todo(fb, cursor=cursor)[0]] == [dicho.id]


def test_una_publicacion_de_hace_un_mes_se_mira_si_el_motor_la_pide(sim: Simulador, fb: ConectorFacebook) -> None:
    for i in range(60):
        publicar(sim, f"Aviso {i}", hace=timedelta(hours=8 * i))
    antigua = publicar(sim, "La del mes pasado", hace=timedelta(days=30))
    sim.comentar("facebook", antigua.id, "¿Y esto?")
    assert oir(fb).oidos == ()
    [oido] = oir(fb, publicaciones=(antigua.id, f"{PAGINA}_1")).oidos  # la segunda ya no existe
    assert oido.texto == "¿Y esto?"


def test_miles_de_comentarios_llegan_todos_una_vez_y_en_tandas_con_tope(sim: Simulador, fb: ConectorFacebook) -> None:
    post = publicar(sim)
    ahora = datetime.now(UTC)
    sim.decir(
        Voz(
            red="facebook",
            perfil=PAGINA,
            id=str(500_000 + i),
            clase=COMENTARIO,
            texto=f"Mensaje {i}",
            instante=ahora - timedelta(seconds=30 * i),
            publicacion=post.id,
        )
        for i in range(3000)
    )
    oidos, cursor, tandas = oir_todo(fb)
    assert len(oidos) == len({o.id_externo for o in oidos}) == 3000
    assert tandas > 1
    assert len(sim.peticiones("facebook")) <= 12 * tandas
    assert len(cursor) < 40_000
    antes = len(sim.peticiones("facebook"))
    assert oir(fb, cursor=cursor).oidos == ()
    assert len(sim.peticiones("facebook")) - antes == 2  # los del último cuarto de hora no caben en la primera


def test_un_dia_corriente_se_oye_en_una_peticion(sim: Simulador, fb: ConectorFacebook) -> None:
    for i in range(20):
        publicar(sim, f"Aviso {i}", hace=timedelta(hours=7 * i))
        sim.comentar("facebook", None, "Gracias")
    _, cursor, _ = oir_todo(fb)
    antes = len(sim.peticiones("facebook"))
    sim.comentar("facebook", None, "De nada")
    assert len(oir(fb, cursor=cursor).oidos) == 1
    assert len(sim.peticiones("facebook")) - antes == 1


def test_lo_editado_se_vuelve_a_oir(sim: Simulador, fb: ConectorFacebook) -> None:
    publicar(sim)
    dicho = sim.comentar("facebook", None, "Hay un vache")
    cursor = oir(fb).cursor
    sim.editar_voz("facebook", dicho.id, "Hay un bache")
    [oido] = oir(fb, cursor=cursor).oidos
    assert (oido.id_externo, oido.texto, oido.borrado) == (dicho.id, "Hay un bache", False)


def test_lo_borrado_se_dice_borrado_una_vez(sim: Simulador, fb: ConectorFacebook) -> None:
    post = publicar(sim)
    sim.comentar("facebook", None, "Este sigue")
    dicho = sim.comentar("facebook", None, "Este no")
    cursor = oir(fb).cursor
    sim.borrar_voz("facebook", dicho.id)
    tanda = oir(fb, cursor=cursor)
    [oido] = tanda.oidos
    assert (oido.id_externo, oido.borrado, oido.texto, oido.en_respuesta_a) == (dicho.id, True, "", post.id)
    assert oir(fb, cursor=tanda.cursor).oidos == ()


def test_borrar_la_publicacion_entera_no_se_toma_por_borrar_sus_comentarios(
    sim: Simulador, fb: ConectorFacebook
) -> None:
    publicar(sim)
    post = publicar(sim, "Otra")
    sim.comentar("facebook", post.id, "Hola")
    cursor = oir(fb).cursor
    fb.borrar(post.id)
    assert oir(fb, cursor=cursor).oidos == ()


def test_lo_que_el_filtro_esconde_sin_borrar_no_tapa_lo_que_si_se_borro(sim: Simulador, fb: ConectorFacebook) -> None:
    publicar(sim)
    anuncios = [sim.comentar("facebook", None, f"Compre aquí {i}") for i in range(15)]
    dicho = sim.comentar("facebook", None, "Este se borra", hace=timedelta(minutes=5))
    cursor = oir(fb).cursor
    sim.decir(replace(anuncio, extra={"escondido": True}) for anuncio in anuncios)
    sim.borrar_voz("facebook", dicho.id)
    borrados = []
    for _ in range(3):
        tanda = oir(fb, cursor=cursor)
        cursor = tanda.cursor
        borrados += [o.id_externo for o in tanda.oidos if o.borrado]
    assert borrados == [dicho.id]


def test_muchas_publicaciones_pedidas_que_ya_no_existen_no_atascan_el_canal(
    sim: Simulador, fb: ConectorFacebook
) -> None:
    publicar(sim)
    sim.comentar("facebook", None, "Hola")
    perdidas = tuple(f"{PAGINA}_{i}" for i in range(100))
    oidos, cursor = [], ""
    for _ in range(10):
        tanda = oir(fb, cursor=cursor, publicaciones=perdidas)
        oidos += tanda.oidos
        cursor = tanda.cursor
        if not tanda.hay_mas:
            break
    assert [o.texto for o in oidos] == ["Hola"]
    assert tanda.cubierto_hasta is not None


def test_si_no_se_puede_comprobar_lo_que_falta_no_se_da_por_borrado(sim: Simulador, fb: ConectorFacebook) -> None:
    publicar(sim)
    dicho = sim.comentar("facebook", None, "Hola")
    cursor = oir(fb).cursor
    sim.borrar_voz("facebook", dicho.id)
    sim.ajustar("facebook", uso_pct=90)  # sin cupo ya no se pregunta nada más
    assert oir(fb, cursor=cursor).oidos == ()


# ── Etiquetas, visitantes y mensajes ─────────────────────────────────────────────────────────────────────────


def test_quien_etiqueta_a_la_pagina_no_se_sabe(sim: Simulador, fb: ConectorFacebook) -> None:
    sim.mencionar("facebook", PAGINA, "Miren @sanjacintogob", autor="Luis", me_gusta=3, compartidos=2)
    [oido] = oir(fb, "menciones").oidos
    assert (oido.clase, oido.texto, oido.autor.nombre, oido.interacciones) == (
        Clase.MENCION,
        "Miren @sanjacintogob",
        "",
        5,
    )


def test_lo_que_publica_un_visitante_es_ajeno_y_lo_borrado_se_nota(sim: Simulador, fb: ConectorFacebook) -> None:
    visita = sim.visitar("facebook", PAGINA, "Quejas aquí", autor="Luis")
    tanda = oir(fb, "visitantes")
    [oido] = tanda.oidos
    assert (oido.clase, oido.autor.nombre) == (Clase.AJENA, "Luis")
    sim.borrar_voz("facebook", visita.id)
    assert [o.borrado for o in oir(fb, "visitantes", tanda.cursor).oidos] == [True]


def test_de_una_conversacion_se_oye_lo_que_dice_la_gente(sim: Simulador, fb: ConectorFacebook) -> None:
    sim.mensaje("facebook", PAGINA, "¿A qué hora abren?", autor="Rosa", conversacion="rosa")
    sim.mensaje("facebook", PAGINA, "A las nueve", autor="San Jacinto", autor_id=PAGINA, conversacion="rosa")
    sim.mensaje("facebook", PAGINA, "Gracias", autor="Rosa", conversacion="rosa")
    tanda = oir(fb, "mensajes")
    assert [(o.clase, o.texto) for o in tanda.oidos] == [
        (Clase.DIRECTO, "¿A qué hora abren?"),
        (Clase.DIRECTO, "Gracias"),
    ]
    assert len({o.en_respuesta_a for o in tanda.oidos}) == 1
    sim.mensaje("facebook", PAGINA, "Otra cosa", autor="Luis")
    assert [o.texto for o in oir(fb, "mensajes", tanda.cursor).oidos] == ["Otra cosa"]


def test_muchas_conversaciones_se_leen_por_paginas_y_luego_solo_las_que_se_movieron(
    sim: Simulador, fb: ConectorFacebook
) -> None:
    for i in range(70):
        sim.mensaje("facebook", PAGINA, f"Hola {i}", autor=f"Vecino {i}", autor_id=str(i), hace=timedelta(hours=i))
    oidos, cursor, _ = oir_todo(fb, "mensajes")
    assert len(oidos) == 70
    antes = len(sim.peticiones("facebook"))
    sim.mensaje("facebook", PAGINA, "¿Siguen ahí?", autor="Vecino 60", autor_id="60")
    assert [o.texto for o in oir(fb, "mensajes", cursor).oidos] == ["¿Siguen ahí?"]
    assert len(sim.peticiones("facebook")) - antes == 1


# ── Permisos ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("canal", "permiso"),
    [
        ("menciones", "pages_read_user_content"),
        ("visitantes", "pages_read_user_content"),
        ("mensajes", "pages_messaging"),
    ],
)
def test_sin_permiso_se_dice_cual_falta_y_lo_demas_sigue(
    sim: Simulador, fb: ConectorFacebook, canal: str, permiso: str
) -> None:
    sim.perfil("facebook", PAGINA, token=TOKEN, permisos=["pages_read_engagement"])
    publicar(sim)
    sim.comentar("facebook", None, "Hola", autor="Rosa")
    with pytest.raises(SinPermiso) as caso:
        oir(fb, canal)
    assert isinstance(caso.value, ErrorDePerfil)
    assert permiso in caso.value.remedio
    [oido] = oir(fb).oidos
    assert (oido.texto, oido.autor.nombre) == ("Hola", "")  # sin ese permiso, Facebook esconde quién comenta


def test_un_cursor_que_meta_ya_no_reconoce_no_atasca_el_canal(sim: Simulador, fb: ConectorFacebook) -> None:
    for i in range(120):
        sim.mencionar("facebook", PAGINA, f"Mención {i}", hace=timedelta(minutes=i))
    atascado = (
        '{"hasta":null,"vistos":{},"cuentas":{},"a_medias":'
        f'{{"empezo":{datetime.now(UTC).timestamp()},"listado":null,"faltan":[],"siguen":{{"":"muerto"}}}}}}'
    )
    assert len(oir_todo(fb, "menciones", atascado)[0]) == 120

"""De lo que contesta X a lo oído, con los dos dialectos y con respuestas que no vienen enteras."""

from datetime import UTC, datetime
from typing import Any

import pytest

from conectores.contrato import ErrorDeContrato, ErrorDePerfil
from conectores.contrato_escucha import Clase, LugarDicho, Oido
from conectores.x.barrida import id_en
from conectores.x.oidos import Propio, leer_mensajes, leer_posts

YO = Propio(id="1001", publicaciones=("900",))
AHORA = datetime(2026, 11, 22, 18, 30, 15, tzinfo=UTC)
ID = str(id_en(AHORA))


def post(**campos: Any) -> dict[str, Any]:
    return {"id": ID, "text": "Se inundó", "author_id": "77", "created_at": "2026-11-22T18:30:15.000Z"} | campos


def oir(*posts: dict[str, Any], clase: Clase = Clase.MENCION, **incluidos: Any) -> list[Oido]:
    respuesta = {"data": list(posts), "meta": {"result_count": len(posts)}, "includes": incluidos}
    return list(leer_posts(respuesta, clase=clase, propio=YO).oidos)


def test_un_post_con_todo_lo_suyo() -> None:
    autora = {
        "id": "77",
        "username": "vecina",
        "name": "Vecina Pérez",
        "location": "Toluca, México",
        "verified": True,
        "public_metrics": {"followers_count": 1200},
    }
    metricas = {"like_count": 3, "reply_count": 1, "retweet_count": 2, "quote_count": 1, "impression_count": 900}
    (oido,) = oir(post(lang="es", public_metrics=metricas), users=[autora])
    assert (oido.id_externo, oido.clase, oido.texto, oido.idioma) == (ID, Clase.MENCION, "Se inundó", "es")
    assert oido.publicado_en == AHORA
    assert (oido.autor.usuario, oido.autor.nombre, oido.autor.seguidores) == ("vecina", "Vecina Pérez", 1200)
    assert oido.autor.lugar == "Toluca, México"
    assert oido.interacciones == 7
    assert oido.url == f"https://x.com/vecina/status/{ID}"
    assert oido.editado_en is None
    assert oido.crudo["autor"]["verified"] is True


def test_lo_que_no_vino_no_se_inventa() -> None:
    (oido,) = oir({"id": ID, "text": "Se inundó"})
    assert oido.autor.seguidores is None
    assert oido.interacciones is None
    assert oido.lugar is None
    assert oido.publicado_en == AHORA, "los identificadores llevan su hora"
    assert oido.url == f"https://x.com/i/web/status/{ID}"


@pytest.mark.parametrize("nombre", ["retweet_count", "repost_count"])
def test_los_dos_nombres_de_lo_republicado_suman(nombre: str) -> None:
    assert oir(post(public_metrics={"like_count": 1, nombre: 4}))[0].interacciones == 5


@pytest.mark.parametrize("nombre", ["note_tweet", "note_post"])
def test_el_texto_de_un_post_largo_viene_aparte_y_entero(nombre: str) -> None:
    largo = {
        "text": "a" * 400 + " https://t.co/x",
        "entities": {"urls": [{"url": "https://t.co/x", "expanded_url": "https://gob.mx"}]},
    }
    assert oir(post(text="a" * 270 + "…", **{nombre: largo}))[0].texto == "a" * 400 + " https://gob.mx"


def test_los_enlaces_se_alargan_y_el_de_la_foto_se_quita() -> None:
    urls = [
        {"url": "https://t.co/a", "expanded_url": "https://toluca.gob.mx/agua"},
        {"url": "https://t.co/b", "expanded_url": "https://x.com/v/status/1/photo/1", "media_key": "3_1"},
    ]
    dicho = post(text="Mira https://t.co/a &amp; ya https://t.co/b", entities={"urls": urls})
    assert oir(dicho)[0].texto == "Mira https://toluca.gob.mx/agua & ya"


@pytest.mark.parametrize("historia", ["edit_history_tweet_ids", "edit_history_post_ids"])
def test_una_edicion_conserva_el_primer_identificador(historia: str) -> None:
    nueva = str(id_en(AHORA.replace(minute=40)))
    (oido,) = oir(post(id=nueva, **{historia: [nueva, ID]}))
    assert oido.id_externo == ID
    assert oido.publicado_en == AHORA
    assert oido.editado_en == AHORA.replace(minute=40)
    assert oido.url.endswith(nueva)


def test_contestar_a_lo_nuestro_es_un_comentario() -> None:
    nuestra = {"referenced_tweets": [{"type": "replied_to", "id": "555"}], "in_reply_to_user_id": "1001"}
    ajena = {"referenced_tweets": [{"type": "replied_to", "id": "556"}], "in_reply_to_user_id": "88"}
    comentario, mencion, citada = oir(
        post(**nuestra), post(**ajena), post(referenced_tweets=[{"type": "quoted", "id": "900"}])
    )
    assert (comentario.clase, comentario.en_respuesta_a) == (Clase.COMENTARIO, "555")
    assert (mencion.clase, mencion.en_respuesta_a) == (Clase.MENCION, "556")
    assert (citada.clase, citada.en_respuesta_a) == (Clase.MENCION, "")


def test_en_el_dialecto_nuevo_la_conversacion_dice_a_que_contesta() -> None:
    nuestra, ajena = oir(post(conversation_id="900"), post(conversation_id="901"))
    assert (nuestra.clase, nuestra.en_respuesta_a) == (Clase.COMENTARIO, "900")
    assert (ajena.clase, ajena.en_respuesta_a) == (Clase.MENCION, "")


def test_lo_que_decimos_nosotros_no_se_oye_pero_cuenta_para_bajar() -> None:
    nuestro = post(author_id="1001", id=str(int(ID) + 1))
    pagina = leer_posts({"data": [nuestro, post()], "meta": {}}, clase=Clase.MENCION, propio=YO)
    assert ([o.id_externo for o in pagina.oidos], len(pagina.ids)) == ([ID], 2)


def test_el_lugar_se_lee_en_su_orden() -> None:
    lugar = {"id": "ab", "full_name": "Toluca, México", "geo": {"bbox": [-99.75, 19.2, -99.55, 19.4]}}
    punto = {"type": "Point", "coordinates": [-99.65, 19.29]}
    (oido,) = oir(post(geo={"place_id": "ab", "coordinates": punto}), places=[lugar])
    assert oido.lugar == LugarDicho(
        nombre="Toluca, México", punto=(19.29, -99.65), recuadro=(-99.75, 19.2, -99.55, 19.4)
    )


@pytest.mark.parametrize(
    "bbox", [[19.2, -99.75, 19.4, -99.55], [-99.75, 19.4, -99.55, 19.2], [0, 0, 0], None, ["a", 1, 2, 3]]
)
def test_un_recuadro_imposible_no_se_da_por_bueno(bbox: Any) -> None:
    lugar = {"id": "ab", "full_name": "Toluca", "geo": {"bbox": bbox}}
    (oido,) = oir(post(geo={"place_id": "ab"}), places=[lugar])
    assert oido.lugar == LugarDicho(nombre="Toluca")


def test_un_idioma_que_x_no_supo_no_se_guarda() -> None:
    assert [o.idioma for o in oir(post(lang="und"), post(lang="qme"), post(lang="es"))] == ["", "", "es"]


def test_los_errores_parciales_no_tiran_lo_que_si_vino() -> None:
    aparte = [{"type": "https://api.x.com/2/problems/not-authorized-for-resource", "value": "88", "title": "x"}]
    pagina = leer_posts({"data": [post()], "meta": {}, "errors": aparte}, clase=Clase.MENCION, propio=YO)
    assert [o.id_externo for o in pagina.oidos] == [ID]


def test_un_200_que_solo_trae_errores_es_del_perfil() -> None:
    for clase in ("not-authorized-for-resource", "resource-not-found"):
        aparte = {"errors": [{"type": f"https://api.twitter.com/2/problems/{clase}", "detail": "Could not find user"}]}
        with pytest.raises(ErrorDePerfil, match="Could not find user"):
            leer_posts(aparte, clase=Clase.MENCION, propio=YO)


@pytest.mark.parametrize("respuesta", [None, [], {}, {"data": 7}, {"data": [7]}, {"data": [{"id": None}], "meta": {}}])
def test_lo_que_no_se_sabe_leer_es_de_contrato(respuesta: object) -> None:
    with pytest.raises(ErrorDeContrato):
        leer_posts(respuesta, clase=Clase.MENCION, propio=YO)


def test_los_mensajes_que_mandamos_no_se_oyen_pero_cuentan() -> None:
    evento = {"event_type": "MessageCreate", "dm_conversation_id": "1001-77", "created_at": "2026-11-22T18:30:15Z"}
    respuesta = {
        "data": [
            evento | {"id": "12", "text": "Gracias", "sender_id": "1001"},
            evento | {"id": "11", "text": "No hay agua", "sender_id": "77"},
        ],
        "includes": {"users": [{"id": "77", "username": "vecina", "name": "Vecina"}]},
        "meta": {"next_token": "n"},
    }
    pagina = leer_mensajes(respuesta, propio=YO)
    assert [(o.id_externo, o.clase, o.texto, o.autor.usuario) for o in pagina.oidos] == [
        ("dm-11", Clase.DIRECTO, "No hay agua", "vecina")
    ]
    assert (pagina.ids, pagina.siguiente) == ((12, 11), "n")

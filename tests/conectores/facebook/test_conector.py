"""El conector de Facebook contra la red imitada, por HTTP de verdad."""

import io
import json
from collections.abc import Iterator
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
    EnProceso,
    ErrorDeContenido,
    ErrorDeContrato,
    ErrorDePerfil,
    ErrorDeRed,
    ErrorDuplicado,
    ErrorIncierto,
    ErrorTransitorio,
    Hallada,
    Hallazgo,
    Pieza,
    Preparada,
    SinSaber,
    TipoDeMedio,
    calcular_huella,
)
from conectores.facebook.conector import ConectorFacebook
from simulador.en_hilo import Simulador

PAGINA = "100200300400500"
TOKEN = "token-facebook"
CLAVE = "pub-7"


@pytest.fixture
def sim() -> Iterator[Simulador]:
    with Simulador(semilla=3, proceso_video_s=0.0) as simulador:
        yield simulador


def acceso(sim: Simulador, **demas: Any) -> Acceso:
    datos = {
        "perfil": "toluca-fb",
        "id_externo": PAGINA,
        "url": sim.url_de("facebook"),
        "credenciales": {"token": TOKEN},
    }
    return Acceso(**(datos | demas))


@pytest.fixture
def fb(sim: Simulador) -> ConectorFacebook:
    return ConectorFacebook(acceso(sim))


def foto(carpeta: Path, nombre: str, color: str = "teal", alternativo: str = "") -> Adjunto:
    ruta, salida = carpeta / nombre, io.BytesIO()
    Image.new("RGB", (800, 600), color).save(salida, "JPEG")
    ruta.write_bytes(salida.getvalue())
    return Adjunto(
        ruta=ruta,
        tipo=TipoDeMedio.IMAGEN,
        mime="image/jpeg",
        peso_bytes=len(salida.getvalue()),
        ancho=800,
        alto=600,
        texto_alternativo=alternativo,
    )


def video(carpeta: Path, peso_bytes: int = 2_500_000) -> Adjunto:
    cabeza = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
    ruta = carpeta / "informe.mp4"
    ruta.write_bytes(cabeza + bytes(i % 251 for i in range(peso_bytes - len(cabeza))))
    return Adjunto(ruta=ruta, tipo=TipoDeMedio.VIDEO, mime="video/mp4", peso_bytes=peso_bytes, duracion_s=12.0)


def dejar_pasar() -> None:
    """El permiso de quien va a tiempo."""


def lista(preparada: Preparada | EnProceso) -> Preparada:
    """Lo preparado, como lo leería otro proceso de la base de datos."""
    assert isinstance(preparada, Preparada)
    return Preparada(json.loads(json.dumps(dict(preparada.datos))))


def busqueda(pieza: Pieza, preparada: Preparada, *, adoptados: frozenset[str] = frozenset()) -> Busqueda:
    return Busqueda(
        pieza=pieza,
        preparada=preparada,
        huella=calcular_huella(pieza.texto, len(pieza.adjuntos)),
        clave=CLAVE,
        desde=datetime.now(UTC) - timedelta(seconds=2),
        ya_adoptados=adoptados,
    )


# ── Cada clase de publicación ────────────────────────────────────────────────────────────────────────────────


def test_un_texto_no_lo_ve_nadie_hasta_la_unica_llamada_visible(sim: Simulador, fb: ConectorFacebook) -> None:
    preparada = lista(fb.preparar(Pieza(texto="Mañana no hay clases"), clave=CLAVE))
    assert sim.publicadas("facebook") == []
    publicado = fb.publicar(preparada, clave=CLAVE, permiso=dejar_pasar)
    [vista] = sim.publicadas("facebook")
    assert (vista.id, vista.texto, vista.perfil) == (publicado.id_externo, "Mañana no hay clases", PAGINA)
    assert publicado.url == f"https://www.facebook.com/{publicado.id_externo}"
    [visible] = [p for p in sim.peticiones("facebook") if p.metodo == "POST" and "is_published" in p.campos]
    assert visible.campos == {"is_published": "true"}


def test_un_enlace_lleva_su_vista_previa(sim: Simulador, fb: ConectorFacebook) -> None:
    pieza = Pieza(texto="Pague su predial", enlace="https://toluca.gob.mx/predial")
    fb.publicar(lista(fb.preparar(pieza, clave=CLAVE)), clave=CLAVE, permiso=dejar_pasar)
    [vista] = sim.publicadas("facebook")
    assert (vista.texto, vista.enlace) == ("Pague su predial", "https://toluca.gob.mx/predial")


@pytest.mark.parametrize("cuantas", [1, 3])
def test_las_fotos_salen_juntas_con_su_texto_alternativo(
    sim: Simulador, fb: ConectorFacebook, tmp_path: Path, cuantas: int
) -> None:
    colores = ("teal", "gold", "navy")[:cuantas]
    fotos = tuple(foto(tmp_path, f"{c}.jpg", c, f"Un cuadro {c}") for c in colores)
    pieza = Pieza(texto="Feria", enlace="https://a.mx", adjuntos=fotos)
    preparada = lista(fb.preparar(pieza, clave=CLAVE))
    assert sim.publicadas("facebook") == []
    fb.publicar(preparada, clave=CLAVE, permiso=dejar_pasar)
    [vista] = sim.publicadas("facebook")
    assert vista.texto == "Feria\n\nhttps://a.mx"
    assert [m.texto_alternativo for m in vista.medios] == [f"Un cuadro {c}" for c in colores]


def test_un_video_se_sube_por_partes_y_sale_al_final(sim: Simulador, fb: ConectorFacebook, tmp_path: Path) -> None:
    pelicula = video(tmp_path)
    preparada = lista(fb.preparar(Pieza(texto="Informe", titulo="Primer año", adjuntos=(pelicula,)), clave=CLAVE))
    assert sim.publicadas("facebook") == []
    tramos = [p for p in sim.peticiones("facebook") if p.campos.get("upload_phase") == "transfer"]
    assert len(tramos) == 3
    publicado = fb.publicar(preparada, clave=CLAVE, permiso=dejar_pasar)
    [vista] = sim.publicadas("facebook")
    assert (vista.id, vista.texto, vista.titulo) == (publicado.id_externo, "Informe", "Primer año")
    assert vista.medios[0].peso_bytes == pelicula.peso_bytes


def test_un_video_que_facebook_procesa_se_espera_sin_dormir(
    sim: Simulador, fb: ConectorFacebook, tmp_path: Path
) -> None:
    sim.ajustar("facebook", proceso_video_s=60.0)
    pieza = Pieza(texto="Informe", adjuntos=(video(tmp_path, 5000),))
    primera = fb.preparar(pieza, clave=CLAVE)
    assert isinstance(primera, EnProceso)
    assert primera.espera > timedelta()
    segunda = fb.preparar(pieza, clave=CLAVE, previa=primera.preparada)
    assert isinstance(segunda, EnProceso)
    assert segunda.preparada == primera.preparada  # el mismo video, no otro


def test_un_archivo_que_no_es_video_es_del_contenido(fb: ConectorFacebook, tmp_path: Path) -> None:
    falso = tmp_path / "falso.mp4"
    falso.write_bytes(b"esto no es un video")
    adjunto = Adjunto(ruta=falso, tipo=TipoDeMedio.VIDEO, mime="video/mp4", peso_bytes=19)
    with pytest.raises(ErrorDeContenido, match="formato del video"):
        fb.preparar(Pieza(texto="x", adjuntos=(adjunto,)), clave=CLAVE)


def test_un_video_con_fotos_no_deja_nada_fuera_en_silencio(fb: ConectorFacebook, tmp_path: Path) -> None:
    with pytest.raises(ErrorDeContenido, match="un video solo"):
        fb.preparar(Pieza(texto="x", adjuntos=(video(tmp_path, 5000), foto(tmp_path, "a.jpg"))), clave=CLAVE)


def test_una_foto_que_ya_no_esta_en_el_disco_es_del_contenido(fb: ConectorFacebook, tmp_path: Path) -> None:
    perdida = foto(tmp_path, "perdida.jpg")
    perdida.ruta.unlink()
    with pytest.raises(ErrorDeContenido, match=r"No se puede leer perdida\.jpg"):
        fb.preparar(Pieza(texto="x", adjuntos=(perdida,)), clave=CLAVE)


def test_ningun_token_llega_a_la_bitacora_ni_al_repr(sim: Simulador, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    secretos = {"token": TOKEN, "app_id": "1234567890", "app_secret": "secreto-de-la-aplicacion"}
    fb = ConectorFacebook(acceso(sim, credenciales=secretos))
    pieza = Pieza(texto="Hola")
    preparada = lista(fb.preparar(pieza, clave=CLAVE))
    sim.fallar("facebook", "error_500_despues")
    with pytest.raises(ErrorIncierto):
        fb.publicar(preparada, clave=CLAVE, permiso=dejar_pasar)
    fb.conciliar(busqueda(pieza, preparada))
    fb.comprobar()
    dicho = f"{caplog.text} {[r.__dict__ for r in caplog.records]} {fb!r} {acceso(sim)!r} {preparada!r}"
    assert "debug_token?input_token=•••" in dicho  # urllib3 sí escribe las direcciones
    assert TOKEN not in dicho
    assert secretos["app_secret"] not in dicho
    assert "appsecret_proof=•••" in dicho


# ── Lo que puede salir mal al publicar ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fallo", "clase", "salio"),
    [
        ({"clase": "reset_antes"}, ErrorIncierto, False),
        ({"clase": "reset_despues"}, ErrorIncierto, True),
        ({"clase": "cuelgue", "aceptar": True}, ErrorIncierto, True),
        ({"clase": "cuelgue", "aceptar": False}, ErrorIncierto, False),
        ({"clase": "lento", "segundos": 3.0}, ErrorIncierto, True),
        ({"clase": "error_500_antes"}, ErrorIncierto, False),
        ({"clase": "error_500_despues"}, ErrorIncierto, True),
        ({"clase": "truncado"}, ErrorIncierto, True),
        ({"clase": "html", "estado": 503}, ErrorIncierto, True),
        ({"clase": "html", "estado": 200}, ErrorDeContrato, True),
        ({"clase": "html", "estado": 200, "aceptar": False}, ErrorDeContrato, False),
        ({"clase": "limite_429"}, ErrorTransitorio, False),
        ({"clase": "token_vencido"}, ErrorDePerfil, False),
    ],
)
def test_cada_fallo_tiene_su_veredicto_y_conciliar_dice_la_verdad(
    sim: Simulador, fallo: dict[str, Any], clase: type[ErrorDeRed], salio: bool
) -> None:
    fb = ConectorFacebook(acceso(sim, plazo_total=timedelta(seconds=0.6)))
    pieza = Pieza(texto="Corte de agua")
    preparada = lista(fb.preparar(pieza, clave=CLAVE))
    sim.fallar("facebook", **fallo)
    with pytest.raises(ErrorDeRed) as error:
        fb.publicar(preparada, clave=CLAVE, permiso=dejar_pasar)
    assert type(error.value) is clase
    assert len(sim.publicadas("facebook")) == int(salio)
    hallazgo = ConectorFacebook(acceso(sim)).conciliar(busqueda(pieza, preparada))
    assert isinstance(hallazgo, Hallada if salio else Ausente)
    if isinstance(hallazgo, Hallada):
        assert hallazgo.publicado.id_externo == sim.publicadas("facebook")[0].id
    assert TOKEN not in f"{error.value} {error.value!r}"


@pytest.mark.parametrize(
    ("clase_de_fallo", "clase"),
    [
        ("reset_antes", ErrorTransitorio),
        ("reset_despues", ErrorTransitorio),
        ("error_500_despues", ErrorTransitorio),
        ("cuelgue", ErrorTransitorio),
        ("html", ErrorTransitorio),
        ("truncado", ErrorTransitorio),
        ("limite_429", ErrorTransitorio),
        ("token_vencido", ErrorDePerfil),
    ],
)
def test_al_preparar_todo_corte_es_transitorio_porque_nadie_lo_ve(
    sim: Simulador, clase_de_fallo: str, clase: type[ErrorDeRed]
) -> None:
    fb = ConectorFacebook(acceso(sim, plazo_total=timedelta(seconds=0.6)))
    sim.fallar("facebook", clase_de_fallo, alcance="escrituras")
    with pytest.raises(ErrorDeRed) as error:
        fb.preparar(Pieza(texto="Corte de agua"), clave=CLAVE)
    assert type(error.value) is clase
    fb.publicar(lista(fb.preparar(Pieza(texto="Corte de agua"), clave=CLAVE)), clave=CLAVE, permiso=dejar_pasar)
    assert len(sim.publicadas("facebook")) == 1  # el borrador que quedó huérfano no lo ve nadie


def test_el_permiso_negado_no_publica(sim: Simulador, fb: ConectorFacebook) -> None:
    preparada = lista(fb.preparar(Pieza(texto="Hola"), clave=CLAVE))

    def tarde() -> None:
        raise ErrorTransitorio("Ya es tarde.")

    with pytest.raises(ErrorTransitorio, match="Ya es tarde"):
        fb.publicar(preparada, clave=CLAVE, permiso=tarde)
    assert sim.publicadas("facebook") == []


def test_publicar_dos_veces_lo_mismo_no_lo_repite(sim: Simulador, fb: ConectorFacebook) -> None:
    preparada = lista(fb.preparar(Pieza(texto="Hola"), clave=CLAVE))
    ids = {fb.publicar(preparada, clave=CLAVE, permiso=dejar_pasar).id_externo for _ in range(2)}
    assert len(ids) == len(sim.publicadas("facebook")) == 1


def test_facebook_rechaza_lo_igual_a_lo_anterior_y_es_solo_un_indicio(sim: Simulador, fb: ConectorFacebook) -> None:
    pieza = Pieza(texto="Buenos días")
    fb.publicar(lista(fb.preparar(pieza, clave="pub-1")), clave="pub-1", permiso=dejar_pasar)
    otra = lista(fb.preparar(pieza, clave="pub-2"))
    with pytest.raises(ErrorDuplicado):
        fb.publicar(otra, clave="pub-2", permiso=dejar_pasar)
    # El borrador de esta entrega sigue sin publicar: lo igual era de la otra, y no se adopta.
    assert isinstance(fb.conciliar(busqueda(pieza, otra)), Ausente)


def test_sin_permiso_de_publicar_se_pausa_el_perfil(sim: Simulador) -> None:
    sim.perfil("facebook", PAGINA, token=TOKEN, permisos=["pages_read_engagement"])
    with pytest.raises(ErrorDePerfil) as error:
        ConectorFacebook(acceso(sim)).preparar(Pieza(texto="Hola"), clave=CLAVE)
    assert error.value.remedio


# ── Morir y volver ───────────────────────────────────────────────────────────────────────────────────────────


def test_otro_proceso_publica_lo_que_este_preparo(sim: Simulador, fb: ConectorFacebook) -> None:
    preparada = lista(fb.preparar(Pieza(texto="Hola"), clave=CLAVE))
    ConectorFacebook(acceso(sim)).publicar(preparada, clave=CLAVE, permiso=dejar_pasar)
    assert [v.texto for v in sim.publicadas("facebook")] == ["Hola"]


def test_lo_preparado_se_aprovecha_si_la_pieza_es_la_misma(sim: Simulador, fb: ConectorFacebook) -> None:
    pieza = Pieza(texto="Hola")
    primera = lista(fb.preparar(pieza, clave=CLAVE))
    assert fb.preparar(pieza, clave=CLAVE, previa=primera) == primera
    cambiada = lista(fb.preparar(replace(pieza, texto="Hola, Toluca"), clave=CLAVE, previa=primera))
    assert cambiada.datos["id"] != primera.datos["id"]


def test_lo_preparado_hace_mas_de_23_horas_se_hace_otra_vez(sim: Simulador, fb: ConectorFacebook) -> None:
    pieza = Pieza(texto="Hola")
    primera = lista(fb.preparar(pieza, clave=CLAVE))
    ayer = (datetime.now(UTC) - timedelta(hours=24)).isoformat()
    otra = lista(fb.preparar(pieza, clave=CLAVE, previa=Preparada({**primera.datos, "preparado_en": ayer})))
    assert otra.datos["id"] != primera.datos["id"]


def test_lo_que_ya_salio_no_se_prepara_otra_vez_ni_sale_dos_veces(sim: Simulador, fb: ConectorFacebook) -> None:
    """La aceptación llegó después de darla por ausente: el mismo borrador, la misma publicación."""
    pieza = Pieza(texto="Hola")
    primera = lista(fb.preparar(pieza, clave=CLAVE))
    sim.fallar("facebook", "reset_despues")
    with pytest.raises(ErrorIncierto):
        fb.publicar(primera, clave=CLAVE, permiso=dejar_pasar)
    segunda = lista(fb.preparar(pieza, clave=CLAVE, previa=primera))
    fb.publicar(segunda, clave=CLAVE, permiso=dejar_pasar)
    assert len(sim.publicadas("facebook")) == 1


def test_si_borraron_el_borrador_se_dice_que_no_salio_y_se_hace_otro(sim: Simulador, fb: ConectorFacebook) -> None:
    pieza = Pieza(texto="Hola")
    primera = lista(fb.preparar(pieza, clave=CLAVE))
    fb.borrar(primera.datos["id"])
    with pytest.raises(ErrorTransitorio, match="El borrador ya no está"):
        fb.publicar(primera, clave=CLAVE, permiso=dejar_pasar)
    assert isinstance(fb.conciliar(busqueda(pieza, primera)), Ausente)
    segunda = lista(fb.preparar(pieza, clave=CLAVE, previa=primera))
    fb.publicar(segunda, clave=CLAVE, permiso=dejar_pasar)
    assert len(sim.publicadas("facebook")) == 1


def test_lo_preparado_por_otra_version_no_estorba(sim: Simulador, fb: ConectorFacebook) -> None:
    assert lista(fb.preparar(Pieza(texto="Hola"), clave=CLAVE, previa=Preparada({"post": 1}))).datos["id"]
    with pytest.raises(ErrorDeContrato):
        fb.publicar(Preparada({"post": 1}), clave=CLAVE, permiso=dejar_pasar)


# ── Conciliar ────────────────────────────────────────────────────────────────────────────────────────────────


def test_dos_entregas_iguales_no_se_adoptan_una_a_otra(sim: Simulador, fb: ConectorFacebook) -> None:
    sim.ajustar("facebook", duplicados=False)
    pieza = Pieza(texto="Buenos días")
    una, otra = (lista(fb.preparar(pieza, clave=c)) for c in ("pub-1", "pub-2"))
    publicada = fb.publicar(una, clave="pub-1", permiso=dejar_pasar).id_externo
    assert isinstance(fb.conciliar(busqueda(pieza, otra)), Ausente)
    assert fb.conciliar(busqueda(pieza, una)) == Hallada(fb.publicar(una, clave="pub-1", permiso=dejar_pasar))
    hallazgo: Hallazgo = fb.conciliar(busqueda(pieza, una, adoptados=frozenset({publicada})))
    assert isinstance(hallazgo, SinSaber)


def test_la_visibilidad_retrasada_no_engana_porque_se_pregunta_por_el_borrador(
    sim: Simulador, fb: ConectorFacebook
) -> None:
    sim.ajustar("facebook", retraso_listado_s=30.0)
    pieza = Pieza(texto="Hola")
    preparada = lista(fb.preparar(pieza, clave=CLAVE))
    sim.fallar("facebook", "reset_despues")
    with pytest.raises(ErrorIncierto):
        fb.publicar(preparada, clave=CLAVE, permiso=dejar_pasar)
    assert isinstance(fb.conciliar(busqueda(pieza, preparada)), Hallada)


def test_un_video_en_duda_se_concilia_por_el_suyo(sim: Simulador, fb: ConectorFacebook, tmp_path: Path) -> None:
    pieza = Pieza(texto="Informe", adjuntos=(video(tmp_path, 5000),))
    preparada = lista(fb.preparar(pieza, clave=CLAVE))
    assert isinstance(fb.conciliar(busqueda(pieza, preparada)), Ausente)
    sim.fallar("facebook", "error_500_despues")
    with pytest.raises(ErrorIncierto):
        fb.publicar(preparada, clave=CLAVE, permiso=dejar_pasar)
    hallazgo = fb.conciliar(busqueda(pieza, preparada))
    assert isinstance(hallazgo, Hallada)
    assert hallazgo.publicado.url.startswith(f"https://www.facebook.com/{PAGINA}/videos/")


def test_si_el_borrador_ya_no_existe_se_busca_el_texto_en_el_listado(
    sim: Simulador, fb: ConectorFacebook, tmp_path: Path
) -> None:
    otra = Pieza(texto="Un video también sale en el listado", adjuntos=(video(tmp_path, 5000),))
    fb.publicar(lista(fb.preparar(otra, clave="pub-1")), clave="pub-1", permiso=dejar_pasar)
    pieza = Pieza(texto="Hola,  Toluca")
    preparada = lista(fb.preparar(pieza, clave=CLAVE))
    publicado = fb.publicar(preparada, clave=CLAVE, permiso=dejar_pasar)
    perdida = Preparada({**preparada.datos, "id": f"{PAGINA}_999"})
    assert fb.conciliar(busqueda(pieza, perdida)) == Hallada(publicado)
    assert isinstance(fb.conciliar(busqueda(replace(pieza, texto="Otra cosa"), perdida)), Ausente)
    adoptados = frozenset({publicado.id_externo})
    assert isinstance(fb.conciliar(busqueda(pieza, perdida, adoptados=adoptados)), Ausente)


def test_si_no_se_puede_preguntar_se_lanza_un_veredicto(sim: Simulador, fb: ConectorFacebook) -> None:
    pieza = Pieza(texto="Hola")
    preparada = lista(fb.preparar(pieza, clave=CLAVE))
    sim.fallar("facebook", "reset_antes", alcance="todas")
    with pytest.raises(ErrorTransitorio):
        fb.conciliar(busqueda(pieza, preparada))


# ── Borrar y comprobar ───────────────────────────────────────────────────────────────────────────────────────


def test_borrar_lo_que_ya_no_esta_tambien_es_exito(sim: Simulador, fb: ConectorFacebook) -> None:
    publicado = fb.publicar(lista(fb.preparar(Pieza(texto="Hola"), clave=CLAVE)), clave=CLAVE, permiso=dejar_pasar)
    fb.borrar(publicado.id_externo)
    fb.borrar(publicado.id_externo)
    assert sim.publicadas("facebook") == []


def test_borrar_sin_alcanzar_la_pagina_no_se_da_por_hecho(sim: Simulador) -> None:
    sim.perfil("facebook", PAGINA, token=TOKEN, permisos=["pages_manage_posts"])
    with pytest.raises(ErrorDePerfil):
        ConectorFacebook(acceso(sim)).borrar(f"{PAGINA}_1")


def test_comprobar_dice_como_se_llama_la_pagina_y_que_no_puede_vigilar(fb: ConectorFacebook) -> None:
    estado = fb.comprobar()
    assert (estado.nombre, estado.id_externo) == ("Municipio de San Jacinto", PAGINA)
    assert estado.vence_en is None
    assert any("app_id" in aviso for aviso in estado.avisos)


def test_comprobar_con_la_aplicacion_dice_permisos_y_vencimiento(sim: Simulador) -> None:
    vence = datetime.now(UTC) + timedelta(days=5)
    sim.perfil("facebook", PAGINA, token=TOKEN, vence_en=vence.isoformat(), permisos=["pages_read_engagement"])
    credenciales = {"token": TOKEN, "app_id": "1234567890", "app_secret": "secreto-de-la-app"}
    estado = ConectorFacebook(acceso(sim, credenciales=credenciales)).comprobar()
    assert estado.vence_en == vence.replace(microsecond=0)
    assert estado.permisos == ("pages_read_engagement",)
    assert estado.faltan == ("pages_manage_posts", "pages_show_list")


def test_comprobar_con_el_token_vencido_es_del_perfil(sim: Simulador) -> None:
    with pytest.raises(ErrorDePerfil, match="venció"):
        ConectorFacebook(acceso(sim, credenciales={"token": "token-vencido"})).comprobar()


def test_sin_identificador_de_pagina_no_se_manda_nada(sim: Simulador) -> None:
    fb = ConectorFacebook(acceso(sim, id_externo=""))
    with pytest.raises(ErrorDePerfil, match="identificador de la página"):
        fb.preparar(Pieza(texto="Hola"), clave=CLAVE)
    assert sim.peticiones("facebook") == []

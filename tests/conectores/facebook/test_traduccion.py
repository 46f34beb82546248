"""Lo puro de Facebook: qué se rechaza antes de mandarlo, qué se manda y cómo se reconoce lo publicado."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from conectores.contrato import (
    Adjunto,
    Busqueda,
    Encuesta,
    ErrorDeContrato,
    Gravedad,
    Pieza,
    Preparada,
    TipoDeMedio,
    calcular_huella,
)
from conectores.facebook import traduccion
from conectores.grafo_piezas import es_vieja, firmar, leer_instante, texto_con_enlace

AHORA = datetime(2026, 12, 1, 15, 0, 0, tzinfo=UTC)


def por_json(preparada: Preparada) -> Preparada:
    """Como queda después de guardarse en la base y leerse en otro proceso."""
    return Preparada(json.loads(json.dumps(dict(preparada.datos))))


def foto(nombre: str = "foto.jpg", **demas: Any) -> Adjunto:
    datos = {"tipo": TipoDeMedio.IMAGEN, "mime": "image/jpeg", "peso_bytes": 200_000, "ancho": 800, "alto": 800}
    return Adjunto(ruta=Path(nombre), **(datos | demas))


def video(nombre: str = "informe.mp4", **demas: Any) -> Adjunto:
    datos = {"tipo": TipoDeMedio.VIDEO, "mime": "video/mp4", "peso_bytes": 5_000_000, "duracion_s": 30.0}
    return Adjunto(ruta=Path(nombre), **(datos | demas))


# ── Validar ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "pieza",
    [
        Pieza(texto="Buenos días"),
        Pieza(texto="", enlace="https://sanjacinto.gob.mx"),
        Pieza(texto="", adjuntos=(foto(),)),
        Pieza(texto="Obra", adjuntos=tuple(foto(f"{i}.jpg") for i in range(10))),
        Pieza(texto="Informe", adjuntos=(video(),)),
    ],
)
def test_lo_que_facebook_publica_no_tiene_problemas(pieza: Pieza) -> None:
    assert traduccion.validar(pieza) == []


@pytest.mark.parametrize(
    ("pieza", "dicho"),
    [
        (Pieza(texto="a" * 63_300), "texto: tiene 63,300 caracteres y Facebook admite 63,206. Quite 94."),
        (Pieza(texto="  \n"), "texto: no dice nada. Escriba un texto o adjunte una imagen o un video."),
        (
            Pieza(texto="x", adjuntos=(foto(), video())),
            "adjuntos: Facebook no publica imágenes y video juntos. Deje sólo las imágenes o sólo el video.",
        ),
        (
            Pieza(texto="x", adjuntos=tuple(foto(f"{i}.jpg") for i in range(12))),
            "adjuntos: lleva 12 imágenes y en Facebook se publican hasta 10. Quite 2.",
        ),
        (
            Pieza(texto="x", adjuntos=(video("a.mp4"), video("b.mp4"))),
            "adjuntos: lleva 2 videos y Facebook admite 1. Deje uno solo.",
        ),
        (
            Pieza(texto="x", adjuntos=(foto("gorda.png", peso_bytes=12_345_678),)),
            "gorda.png: pesa 12.3 MB y Facebook admite 10 MB. Use una imagen más ligera.",
        ),
        (
            Pieza(texto="x", adjuntos=(video("viejo.avi"),)),
            "viejo.avi: no es un video MP4 ni MOV. Conviértalo a MP4.",
        ),
        (
            Pieza(texto="x", adjuntos=(video(duracion_s=5 * 3600.0),)),
            "informe.mp4: dura 5.0 h y Facebook admite 4 h. Publique una versión más corta.",
        ),
        (
            Pieza(texto="x", encuesta=Encuesta(("sí", "no"), timedelta(days=1))),
            "encuesta: Facebook no admite encuestas. Quite la encuesta o no la mande a Facebook.",
        ),
        (Pieza(texto="x", en_respuesta_a="1_2"), "hilo: Facebook no admite hilos. Deje un solo texto."),
        (
            Pieza(texto="x", tipo="historia"),
            "tipo: Pregonero no publica historias en Facebook. Quite el tipo o publíquela como normal.",
        ),
    ],
)
def test_lo_que_facebook_rechazaria_se_dice_con_su_remedio(pieza: Pieza, dicho: str) -> None:
    [problema] = traduccion.validar(pieza)
    assert str(problema) == dicho
    assert problema.gravedad is Gravedad.ERROR


# ── Mandar ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_un_enlace_sin_imagenes_va_con_su_vista_previa() -> None:
    datos = traduccion.datos_de_publicacion(Pieza(texto="Trámites", enlace="https://a.mx"), [])
    assert (datos["message"], datos["link"], datos["attached_media"]) == ("Trámites", "https://a.mx", None)
    assert (datos["published"], datos["unpublished_content_type"]) == (False, "DRAFT")


def test_con_imagenes_el_enlace_va_escrito_una_sola_vez() -> None:
    pieza = Pieza(texto="Trámites", enlace="https://a.mx", adjuntos=(foto(),))
    datos = traduccion.datos_de_publicacion(pieza, ["11", "12"])
    assert (datos["message"], datos["link"]) == ("Trámites\n\nhttps://a.mx", None)
    assert datos["attached_media"] == [{"media_fbid": "11"}, {"media_fbid": "12"}]
    assert texto_con_enlace(replace(pieza, texto="Ya: https://a.mx")) == "Ya: https://a.mx"


def test_la_foto_lleva_su_texto_alternativo() -> None:
    assert traduccion.datos_de_foto(foto(texto_alternativo="Un parque"))["alt_text_custom"] == "Un parque"
    assert traduccion.datos_de_foto(foto())["alt_text_custom"] is None


def test_el_video_lleva_titulo_y_descripcion() -> None:
    datos = traduccion.datos_de_video(Pieza(texto="Informe", titulo="Primer año", adjuntos=(video(),)))
    assert (datos["title"], datos["description"], datos["published"]) == ("Primer año", "Informe", False)


# ── Lo preparado ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("pieza", [Pieza(texto="a"), Pieza(texto="a", adjuntos=(video(),))])
def test_lo_preparado_va_y_vuelve_por_json(pieza: Pieza) -> None:
    nodo = traduccion.nodo_nuevo(pieza, "77_1", ahora=AHORA)
    assert traduccion.leer_preparada(por_json(nodo.guardar())) == nodo


@pytest.mark.parametrize("datos", [{}, {"id": "1"}, {"id": "1", "clase": "video", "firma": "x"}])
def test_lo_preparado_por_otro_es_un_error_de_contrato(datos: dict[str, str]) -> None:
    with pytest.raises(ErrorDeContrato):
        traduccion.leer_preparada(Preparada(datos))


def test_cualquier_cambio_de_la_pieza_cambia_su_firma() -> None:
    pieza = Pieza(texto="a", enlace="b", adjuntos=(foto(),))
    otras = [
        replace(pieza, texto="c"),
        replace(pieza, enlace=""),
        replace(pieza, titulo="t"),
        replace(pieza, adjuntos=()),
        replace(pieza, adjuntos=(foto(peso_bytes=1),)),
        replace(pieza, adjuntos=(foto(texto_alternativo="algo"),)),
    ]
    assert len({firmar(p) for p in (pieza, *otras)}) == len(otras) + 1
    assert firmar(replace(pieza, adjuntos=(foto("/otra/carpeta/foto.jpg"),))) == firmar(pieza)


@pytest.mark.parametrize(
    ("horas", "vieja"),
    [(0, False), (22, False), (24, True)],
)
def test_lo_preparado_caduca_antes_de_que_meta_borre_las_fotos(horas: int, vieja: bool) -> None:
    assert es_vieja((AHORA - timedelta(hours=horas)).isoformat(), AHORA) is vieja


def test_lo_preparado_sin_fecha_se_da_por_viejo() -> None:
    assert es_vieja("", AHORA)
    assert es_vieja(None, AHORA)


# ── Reconocer ────────────────────────────────────────────────────────────────────────────────────────────────


def buscar(texto: str = "Hola a todos", *, adoptados: frozenset[str] = frozenset()) -> Busqueda:
    pieza = Pieza(texto=texto)
    preparada = traduccion.nodo_nuevo(pieza, "77_1", ahora=AHORA - timedelta(minutes=10)).guardar()
    return Busqueda(
        pieza=pieza,
        preparada=preparada,
        huella=calcular_huella(texto, 0),
        clave="pub-1",
        desde=AHORA,
        ya_adoptados=adoptados,
    )


def publicada(id_externo: str, texto: str, cuando: datetime) -> dict[str, Any]:
    return {"id": id_externo, "message": texto, "created_time": cuando.strftime("%Y-%m-%dT%H:%M:%S+0000")}


def test_se_reconoce_por_el_texto_aunque_cambien_los_blancos() -> None:
    hallada = traduccion.buscar_en_listado([publicada("77_9", "Hola  a\ntodos ", AHORA)], buscar())
    assert hallada is not None
    assert (hallada.id_externo, hallada.url) == ("77_9", "https://www.facebook.com/77_9")


def test_vale_la_fecha_en_que_se_hizo_el_borrador_y_no_una_anterior() -> None:
    del_borrador = publicada("77_9", "Hola a todos", AHORA - timedelta(minutes=10))
    de_ayer = publicada("77_8", "Hola a todos", AHORA - timedelta(days=1))
    assert traduccion.buscar_en_listado([del_borrador, de_ayer], buscar()).id_externo == "77_9"  # type: ignore[union-attr] # None sería el fallo
    assert traduccion.buscar_en_listado([de_ayer], buscar()) is None


def test_lo_de_otra_entrega_no_se_adopta() -> None:
    listado = [publicada("77_9", "Hola a todos", AHORA), publicada("77_8", "Otra cosa", AHORA)]
    assert traduccion.buscar_en_listado(listado, buscar(adoptados=frozenset({"77_9"}))) is None


def test_una_publicacion_sin_fecha_o_sin_texto_no_revienta_la_busqueda() -> None:
    raras: list[dict[str, Any]] = [{"id": "1"}, {"id": "2", "created_time": 5}, {"id": "3", "created_time": "ayer"}]
    assert traduccion.buscar_en_listado(raras, buscar()) is None


def test_las_fechas_de_meta_se_leen_con_su_zona() -> None:
    assert leer_instante("2026-12-01T09:00:00-0600") == AHORA
    assert leer_instante("2026-12-01T15:00:00") == AHORA


def test_la_direccion_de_un_video_se_completa() -> None:
    nodo = traduccion.nodo_nuevo(Pieza(texto="", adjuntos=(video(),)), "55", ahora=AHORA)
    assert (
        traduccion.publicado(nodo, {"permalink_url": "/77/videos/55/"}).url == "https://www.facebook.com/77/videos/55/"
    )
    assert traduccion.publicado(nodo).url == "https://www.facebook.com/55"

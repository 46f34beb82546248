"""Lo puro de Instagram: qué se rechaza antes de mandarlo, qué se manda y cómo se lee un contenedor."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from conectores.contrato import (
    Adjunto,
    Busqueda,
    ErrorDeContenido,
    ErrorDeContrato,
    ErrorDePerfil,
    Gravedad,
    Pieza,
    Preparada,
    TipoDeMedio,
    calcular_huella,
)
from conectores.instagram import traduccion
from conectores.instagram.traduccion import Avance, Contenedores
from conectores.instagram.validacion import validar

AHORA = datetime(2026, 12, 1, 15, 0, 0, tzinfo=UTC)


def por_json(preparada: Preparada) -> Preparada:
    """Como queda después de guardarse en la base y leerse en otro proceso."""
    return Preparada(json.loads(json.dumps(dict(preparada.datos))))


def foto(nombre: str = "foto.jpg", ancho: int = 1080, alto: int = 1080, **demas: Any) -> Adjunto:
    datos = {"tipo": TipoDeMedio.IMAGEN, "mime": "image/jpeg", "peso_bytes": 200_000}
    return Adjunto(ruta=Path(nombre), ancho=ancho, alto=alto, **(datos | demas))


def video(nombre: str = "informe.mp4", **demas: Any) -> Adjunto:
    datos = {"tipo": TipoDeMedio.VIDEO, "mime": "video/mp4", "peso_bytes": 5_000_000, "duracion_s": 30.0}
    return Adjunto(ruta=Path(nombre), **(datos | demas))


def con(*adjuntos: Adjunto, texto: str = "Hola", **demas: Any) -> Pieza:
    return Pieza(texto=texto, adjuntos=adjuntos, **demas)


# ── Validar ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "pieza",
    [
        con(foto()),
        con(foto(), texto=""),
        con(foto(ancho=1080, alto=1350)),  # 0.80 justo
        con(foto(ancho=1080, alto=566)),  # 1.908
        con(*(foto(f"{i}.jpg") for i in range(10))),
        con(video()),
        con(video(duracion_s=None)),
        con(video(duracion_s=3.0)),
        con(foto(), video(), texto="mezcla"),
        con(video(), tipo="reel"),
        con(foto(), texto="a" * 2200),
        con(foto(), texto=" ".join(f"#e{i}" for i in range(30)) + " " + " ".join(f"@m{i}" for i in range(20))),
    ],
)
def test_lo_que_instagram_publica_no_tiene_problemas(pieza: Pieza) -> None:
    assert validar(pieza) == []


@pytest.mark.parametrize(
    ("pieza", "dicho"),
    [
        (con(), "adjuntos: Instagram no publica texto solo. Adjunte al menos una imagen o un video."),
        (
            con(foto("feria.jpg", ancho=4000, alto=1000)),
            "feria.jpg: mide 4000×1000 (4.00:1) e Instagram admite de 0.80:1 a 1.91:1. Recórtela o póngale marco.",
        ),
        (
            con(foto("cartel.jpg", ancho=1000, alto=1414)),
            "cartel.jpg: mide 1000×1414 (0.71:1) e Instagram admite de 0.80:1 a 1.91:1. Recórtela o póngale marco.",
        ),
        (con(foto("logo.png", mime="image/png")), "logo.png: no es una imagen JPEG. Guárdela como JPEG (.jpg)."),
        (
            con(foto(peso_bytes=9_400_000)),
            "foto.jpg: pesa 9.4 MB e Instagram admite 8 MB. Use una imagen más ligera.",
        ),
        (
            con(foto(ancho=300, alto=300)),
            "foto.jpg: mide 300 píxeles de ancho e Instagram pide al menos 320. Use la imagen original, más grande.",
        ),
        (
            con(foto(texto_alternativo="a" * 1_010)),
            "foto.jpg: su texto alternativo tiene 1,010 caracteres e Instagram admite 1,000. Quite 10.",
        ),
        (con(foto(), texto="a" * 2_345), "texto: tiene 2,345 caracteres e Instagram admite 2,200. Quite 145."),
        (
            con(foto(), texto=" ".join(f"#e{i}" for i in range(33))),
            "texto: lleva 33 etiquetas (#) e Instagram admite 30. Quite 3.",
        ),
        (
            con(foto(), texto=" ".join(f"@m{i}" for i in range(21))),
            "texto: lleva 21 menciones (@) e Instagram admite 20. Quite 1.",
        ),
        (
            con(*(foto(f"{i}.jpg") for i in range(11))),
            "adjuntos: lleva 11 imágenes o videos y un carrusel de Instagram admite 10. Quite 1.",
        ),
        (
            con(video(duracion_s=2.0)),
            "informe.mp4: dura 2.0 s e Instagram admite de 3 s a 15 min. Publique uno más largo.",
        ),
        (
            con(video(duracion_s=1000.0)),
            "informe.mp4: dura 16 min 40 s e Instagram admite de 3 s a 15 min. Córtelo.",
        ),
        (
            con(video(peso_bytes=350_000_000)),
            "informe.mp4: pesa 350 MB e Instagram admite 300 MB. Comprímalo o publique una versión más corta.",
        ),
        (con(video("informe.avi")), "informe.avi: no es un video MP4 ni MOV. Conviértalo a MP4."),
        (con(foto(), tipo="reel"), "tipo: un reel es un solo video. Deje sólo el video, o quite el tipo «reel»."),
        (
            con(foto(), tipo="Historia"),
            "tipo: Pregonero no publica historias en Instagram. Quite el tipo o publíquela como normal.",
        ),
    ],
)
def test_lo_que_instagram_rechazaria_se_dice_con_numeros_y_remedio(pieza: Pieza, dicho: str) -> None:
    [problema] = validar(pieza)
    assert str(problema) == dicho
    assert problema.gravedad is Gravedad.ERROR


@pytest.mark.parametrize(
    "pieza", [con(foto(), texto="Ver https://a.mx"), con(foto(), enlace="https://a.mx"), con(foto(), texto="www.a.mx")]
)
def test_un_enlace_que_nadie_podra_tocar_se_avisa(pieza: Pieza) -> None:
    [problema] = validar(pieza)
    assert problema.gravedad is Gravedad.AVISO
    assert "no se pueden tocar" in problema.mensaje


def test_un_carrusel_de_formas_distintas_avisa_de_que_se_recortara() -> None:
    [problema] = validar(con(foto("a.jpg"), foto("b.jpg", ancho=1080, alto=1350)))
    assert problema.gravedad is Gravedad.AVISO
    assert "recortará b.jpg a la forma de a.jpg" in problema.mensaje


def test_un_correo_no_es_una_mencion_ni_una_entidad_html_una_etiqueta() -> None:
    texto = " ".join(["avisos@a.mx", "&#39;"] * 40)
    assert validar(con(foto(), texto=texto)) == []


# ── Mandar ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_una_imagen_lleva_su_leyenda_su_direccion_y_su_texto_alternativo() -> None:
    imagen = foto(texto_alternativo="Un parque")
    datos = traduccion.datos_de_contenedor(con(imagen, enlace="https://a.mx"), imagen, direccion="https://x/1.jpg")
    assert datos == {
        "caption": "Hola\n\nhttps://a.mx",
        "image_url": "https://x/1.jpg",
        "alt_text": "Un parque",
    }


def test_en_un_carrusel_la_leyenda_va_solo_en_el_conjunto() -> None:
    pieza = con(foto(), video())
    hijo = traduccion.datos_de_contenedor(pieza, pieza.adjuntos[1], en_carrusel=True)
    assert hijo == {"is_carousel_item": True, "media_type": "VIDEO", "upload_type": "resumable"}
    assert traduccion.datos_de_carrusel(pieza, ("1", "2")) == {
        "media_type": "CAROUSEL",
        "children": ["1", "2"],
        "caption": "Hola",
    }


def test_un_video_solo_es_un_reel() -> None:
    pieza = con(video())
    datos = traduccion.datos_de_contenedor(pieza, pieza.adjuntos[0])
    assert (datos["media_type"], datos["upload_type"], datos["share_to_feed"]) == ("REELS", "resumable", True)


@pytest.mark.parametrize(
    ("anchos", "elegido"),
    [([2048, 1440, 720], 1440), ([2048, 1600], 1600), ([720, 480], 720), ([960], 960)],
)
def test_de_la_portadora_se_toma_la_version_mas_chica_que_no_pierda_nada(anchos: list[int], elegido: int) -> None:
    foto_portadora = {"images": [{"width": a, "source": f"https://cdn/{a}.jpg"} for a in anchos]}
    assert traduccion.elegir_direccion(foto_portadora) == f"https://cdn/{elegido}.jpg"


def test_una_portadora_sin_direccion_es_un_error_de_contrato() -> None:
    with pytest.raises(ErrorDeContrato):
        traduccion.elegir_direccion({"images": []})


# ── El contenedor ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("estado", "avance"),
    [
        ("FINISHED", Avance.LISTO),
        ("IN_PROGRESS", Avance.EN_PROCESO),
        ("PUBLISHED", Avance.PUBLICADO),
        ("EXPIRED", Avance.CADUCADO),
    ],
)
def test_cada_estado_de_contenedor_tiene_su_avance(estado: str, avance: Avance) -> None:
    assert traduccion.leer_avance({"status_code": estado}, vueltas=1) is avance


@pytest.mark.parametrize("leido", [{}, {"status_code": "OTRO"}])
def test_un_estado_desconocido_no_se_toma_por_bueno(leido: dict[str, str]) -> None:
    with pytest.raises(ErrorDeContrato):
        traduccion.leer_avance(leido, vueltas=1)


def fallido(numero: int) -> dict[str, str]:
    return {"status_code": "ERROR", "status": f"Error: Media upload has failed with error code {numero}"}


def test_un_video_que_instagram_no_admite_se_dice_en_espanol() -> None:
    with pytest.raises(ErrorDeContenido, match="no admite el formato del video") as fallo:
        traduccion.leer_avance(fallido(2207026), vueltas=1)
    assert "H.264" in fallo.value.remedio
    assert "2207026" in fallo.value.detalle


def test_una_razon_desconocida_se_cita_tal_cual() -> None:
    with pytest.raises(ErrorDeContenido, match="2207999"):
        traduccion.leer_avance(fallido(2207999), vueltas=1)


def test_un_fallo_de_instagram_merece_otro_contenedor_pero_no_para_siempre() -> None:
    assert traduccion.leer_avance(fallido(2207003), vueltas=1) is Avance.CADUCADO
    with pytest.raises(ErrorDeContenido, match="Se intentó 3 veces"):
        traduccion.leer_avance(fallido(2207003), vueltas=3)


def test_una_cuenta_restringida_es_del_perfil_y_no_del_contenido() -> None:
    with pytest.raises(ErrorDePerfil):
        traduccion.leer_avance(fallido(2207050), vueltas=1)


@pytest.mark.parametrize(("hace_s", "espera_s"), [(0, 2), (5, 5), (40, 40), (500, 60)])
def test_se_vuelve_a_mirar_cada_vez_mas_espaciado(hace_s: int, espera_s: int) -> None:
    preparado_en = (AHORA - timedelta(seconds=hace_s)).isoformat()
    assert traduccion.espera_de_proceso(preparado_en, AHORA) == timedelta(seconds=espera_s)


# ── Lo preparado ─────────────────────────────────────────────────────────────────────────────────────────────

CONTENEDORES = Contenedores(
    firma="f", preparado_en=AHORA.isoformat(), contenedor="9", hijos=("1", "2"), portadoras=("5",), vueltas=2
)


@pytest.mark.parametrize("contenedores", [CONTENEDORES, CONTENEDORES.publicado_ya(), replace(CONTENEDORES, hijos=())])
def test_lo_preparado_va_y_vuelve_por_json(contenedores: Contenedores) -> None:
    assert traduccion.leer_preparada(por_json(contenedores.guardar())) == contenedores


@pytest.mark.parametrize("datos", [{}, {"firma": "x"}, CONTENEDORES.guardar().datos | {"hijos": None}])
def test_lo_preparado_por_otro_es_un_error_de_contrato_y_no_se_aprovecha(datos: dict[str, Any]) -> None:
    with pytest.raises(ErrorDeContrato):
        traduccion.leer_preparada(Preparada(datos))
    assert traduccion.aprovechable(Preparada(datos), con(foto())) is None


@pytest.mark.parametrize(
    ("limite", "restante"),
    [
        ({"data": [{"quota_usage": 3, "config": {"quota_total": 50, "quota_duration": 86400}}]}, 47),
        ({"data": [{"quota_usage": 52, "config": {"quota_total": 50}}]}, 0),
        ({"data": [{"quota_usage": 3}]}, None),
        ({"data": []}, None),
        ({}, None),
    ],
)
def test_el_cupo_se_lee_de_lo_que_conteste_instagram(limite: dict[str, Any], restante: int | None) -> None:
    assert traduccion.cupo_restante(limite) == restante


def test_de_dos_leyendas_iguales_se_toma_la_mas_antigua_que_no_sea_de_otra() -> None:
    pieza = con(foto())
    listado = [
        {"id": str(i), "caption": "Hola", "timestamp": f"2026-12-01T15:00:0{i}+0000", "permalink": f"https://i/{i}"}
        for i in (3, 2, 1)
    ]
    busqueda = Busqueda(
        pieza=pieza,
        preparada=CONTENEDORES.guardar(),
        huella=calcular_huella("Hola", 1),
        clave="pub-1",
        desde=AHORA + timedelta(seconds=1, microseconds=700_000),  # Instagram da el instante sin fracción
        ya_adoptados=frozenset({"1"}),
    )
    hallado = traduccion.buscar_en_listado(listado, busqueda)
    assert hallado is not None
    assert (hallado.id_externo, hallado.url) == ("2", "https://i/2")
    solo_la_primera = replace(busqueda, ya_adoptados=frozenset())
    assert traduccion.buscar_en_listado(listado, solo_la_primera).id_externo == "1"  # type: ignore[union-attr] # None sería el fallo

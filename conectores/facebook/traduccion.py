"""De nuestra pieza a lo que Facebook entiende, y al revés. Puro."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from conectores.contrato import (
    Adjunto,
    Busqueda,
    ErrorDeContrato,
    Pieza,
    Preparada,
    Problema,
    Publicado,
)
from conectores.facebook.capacidades import CAPACIDADES, IMAGENES_MAXIMAS, LARGO_ACOSTUMBRADO
from conectores.grafo_piezas import (
    buscar_igual,
    firmar,
    imagenes,
    leer_instante,
    problemas_comunes,
    texto_con_enlace,
    videos,
)

PAGINA_WEB = "https://www.facebook.com"
CAMPOS_DEL_LISTADO = "id,message,created_time,permalink_url"

_BORRADOR = {"published": False, "unpublished_content_type": "DRAFT"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodo:
    """Lo que quedó sin publicar en la página: una publicación o un video, que se publican con otro parámetro."""

    id: str
    es_video: bool
    firma: str
    preparado_en: str

    @property
    def campos(self) -> str:
        return "published,status,permalink_url" if self.es_video else "is_published,permalink_url"

    @property
    def orden_de_publicar(self) -> dict[str, object]:
        return {"published" if self.es_video else "is_published": True}

    def esta_publicado(self, leido: Mapping[str, Any]) -> bool | None:
        """None si la respuesta no lo dice."""
        valor = leido.get("published" if self.es_video else "is_published")
        return valor if isinstance(valor, bool) else None

    def guardar(self) -> Preparada:
        return Preparada(
            {
                "id": self.id,
                "clase": "video" if self.es_video else "publicacion",
                "firma": self.firma,
                "preparado_en": self.preparado_en,
            }
        )


def leer_preparada(preparada: Preparada) -> Nodo:
    """Lanza ErrorDeContrato si no la escribió este conector."""
    datos = preparada.datos
    try:
        return Nodo(
            id=str(datos["id"]),
            es_video=datos["clase"] == "video",
            firma=str(datos["firma"]),
            preparado_en=str(datos["preparado_en"]),
        )
    except (KeyError, TypeError):
        raise ErrorDeContrato("Lo preparado para Facebook no es de este conector.") from None


def nodo_nuevo(pieza: Pieza, id_de_nodo: str, *, ahora: datetime) -> Nodo:
    return Nodo(
        id=id_de_nodo,
        es_video=bool(videos(pieza)),
        firma=firmar(pieza),
        preparado_en=ahora.isoformat(timespec="seconds"),
    )


def texto_final(pieza: Pieza) -> str:
    """El texto que se leerá. Con imágenes o video no hay vista previa: el enlace va escrito."""
    return texto_con_enlace(pieza) if pieza.adjuntos else pieza.texto


def datos_de_publicacion(pieza: Pieza, fotos: Sequence[str]) -> dict[str, object]:
    return {
        "message": texto_final(pieza) or None,
        "link": (pieza.enlace or None) if not fotos else None,
        "attached_media": [{"media_fbid": foto} for foto in fotos] or None,
        **_BORRADOR,
    }


def datos_de_foto(adjunto: Adjunto) -> dict[str, object]:
    return {"published": False, "alt_text_custom": adjunto.texto_alternativo or None}


def datos_de_video(pieza: Pieza) -> dict[str, object]:
    return {"title": pieza.titulo or None, "description": texto_final(pieza) or None, **_BORRADOR}


def estado_de_video(leido: Mapping[str, Any]) -> str:
    """Cómo va el video que Facebook procesa («processing», «ready», «error»…); vacío si no lo dice."""
    estado = leido.get("status")
    return str(estado.get("video_status") or "") if isinstance(estado, Mapping) else ""


def publicado(nodo: Nodo, leido: Mapping[str, Any] | None = None) -> Publicado:
    """El identificador con su dirección: la que dé Facebook o, si no, la que lleva a lo mismo."""
    direccion = str((leido or {}).get("permalink_url") or nodo.id)
    if not direccion.startswith("http"):  # la de un video viene sin el servidor
        direccion = f"{PAGINA_WEB}/{direccion.lstrip('/')}"
    return Publicado(nodo.id, direccion)


def buscar_en_listado(publicaciones: Sequence[Mapping[str, Any]], busqueda: Busqueda) -> Publicado | None:
    """La misma publicación en el listado de la página, si por su identificador no se pudo saber."""
    hallada = buscar_igual(
        publicaciones,
        busqueda,
        texto=texto_final(busqueda.pieza),
        campo_de_texto="message",
        campo_de_fecha="created_time",
        desde=_desde(busqueda),
    )
    if hallada is None:
        return None
    return Publicado(str(hallada["id"]), str(hallada.get("permalink_url") or f"{PAGINA_WEB}/{hallada['id']}"))


def _desde(busqueda: Busqueda) -> datetime:
    """Un borrador se creó al prepararlo, antes del primer intento: su fecha puede ser la de entonces."""
    preparado_en = leer_instante(busqueda.preparada.datos.get("preparado_en"))
    if preparado_en is None:
        return busqueda.desde
    return min(busqueda.desde, preparado_en - timedelta(minutes=1))


def validar(pieza: Pieza) -> list[Problema]:
    problemas = problemas_comunes(pieza, red="Facebook")
    if not pieza.texto.strip() and not pieza.adjuntos and not pieza.enlace:
        problemas.append(Problema("no dice nada.", "Escriba un texto o adjunte una imagen o un video.", "texto"))
    if (largo := len(texto_final(pieza))) > LARGO_ACOSTUMBRADO:
        problemas.append(
            Problema(
                f"tiene {largo:,} caracteres y Facebook admite {LARGO_ACOSTUMBRADO:,}.",
                f"Quite {largo - LARGO_ACOSTUMBRADO:,}.",
                "texto",
            )
        )
    return problemas + _problemas_de_medios(pieza)


def _problemas_de_medios(pieza: Pieza) -> list[Problema]:
    fotos, peliculas = imagenes(pieza), videos(pieza)
    problemas = []
    if fotos and peliculas:
        problemas.append(
            Problema(
                "Facebook no publica imágenes y video juntos.", "Deje sólo las imágenes o sólo el video.", "adjuntos"
            )
        )
    if len(peliculas) > 1:
        problemas.append(Problema(f"lleva {len(peliculas)} videos y Facebook admite 1.", "Deje uno solo.", "adjuntos"))
    if len(fotos) > IMAGENES_MAXIMAS:
        problemas.append(
            Problema(
                f"lleva {len(fotos)} imágenes y en Facebook se publican hasta {IMAGENES_MAXIMAS}.",
                f"Quite {len(fotos) - IMAGENES_MAXIMAS}.",
                "adjuntos",
            )
        )
    return problemas + [p for foto in fotos for p in _de_foto(foto)] + [p for v in peliculas for p in _de_video(v)]


def _de_foto(foto: Adjunto) -> list[Problema]:
    limite = CAPACIDADES.imagen
    if limite is None or foto.peso_bytes <= limite.peso_maximo_bytes:
        return []
    return [
        Problema(
            f"pesa {foto.peso_bytes / 1e6:.1f} MB y Facebook admite {limite.peso_maximo_bytes / 1e6:.0f} MB.",
            "Use una imagen más ligera.",
            foto.ruta.name,
        )
    ]


def _de_video(video: Adjunto) -> list[Problema]:
    limite = CAPACIDADES.video
    if limite is None:
        return []
    problemas = []
    if video.ruta.suffix.lower().lstrip(".") not in limite.formatos:
        problemas.append(Problema("no es un video MP4 ni MOV.", "Conviértalo a MP4.", video.ruta.name))
    if video.peso_bytes > limite.peso_maximo_bytes:
        problemas.append(
            Problema(
                f"pesa {video.peso_bytes / 1e9:.1f} GB y Facebook admite {limite.peso_maximo_bytes / 1e9:.0f} GB.",
                "Comprímalo o publique una versión más corta.",
                video.ruta.name,
            )
        )
    if video.duracion_s is not None and video.duracion_s > limite.duracion_maxima_s:
        problemas.append(
            Problema(
                f"dura {video.duracion_s / 3600:.1f} h y Facebook admite {limite.duracion_maxima_s / 3600:.0f} h.",
                "Publique una versión más corta.",
                video.ruta.name,
            )
        )
    return problemas

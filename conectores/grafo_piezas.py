"""Lo que Facebook e Instagram comparten y no es hablar con la red: textos, señas y fechas. Puro."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from conectores.contrato import Adjunto, Busqueda, Pieza, Problema, TipoDeMedio, texto_normalizado

# Meta borra a las 24 h las fotos sin publicar y los contenedores; con una hora de margen se preparan otra vez.
# Fuentes: https://developers.facebook.com/docs/graph-api/reference/page/photos («about 24 hours») y
# https://developers.facebook.com/docs/instagram-platform/content-publishing (EXPIRED), consultadas 2026-11-22.
VIDA_DE_LO_PREPARADO = timedelta(hours=23)

HISTORIAS = frozenset({"historia", "story", "stories"})


def texto_con_enlace(pieza: Pieza) -> str:
    """El texto, con el enlace al final si el editor lo dio aparte y no lo escribió ya."""
    if not pieza.enlace or pieza.enlace in pieza.texto:
        return pieza.texto
    return f"{pieza.texto}\n\n{pieza.enlace}".strip()


def firmar(pieza: Pieza) -> str:
    """Las señas de una pieza: si cambian, lo que se preparó con la anterior ya no sirve. 16 hexadecimales."""
    medios = [(a.ruta.name, a.peso_bytes, a.mime, a.texto_alternativo) for a in pieza.adjuntos]
    todo = [pieza.texto, pieza.titulo, pieza.enlace, pieza.tipo, medios, sorted(pieza.opciones.items())]
    return hashlib.sha256(json.dumps(todo, ensure_ascii=False).encode()).hexdigest()[:16]


def imagenes(pieza: Pieza) -> list[Adjunto]:
    return [a for a in pieza.adjuntos if a.tipo is TipoDeMedio.IMAGEN]


def videos(pieza: Pieza) -> list[Adjunto]:
    return [a for a in pieza.adjuntos if a.tipo is TipoDeMedio.VIDEO]


def problemas_comunes(pieza: Pieza, *, red: str) -> list[Problema]:
    """Lo que ninguna de las dos redes publica."""
    problemas = []
    if pieza.encuesta is not None:
        problemas.append(
            Problema(f"{red} no admite encuestas.", f"Quite la encuesta o no la mande a {red}.", "encuesta")
        )
    if pieza.en_respuesta_a:
        problemas.append(Problema(f"{red} no admite hilos.", "Deje un solo texto.", "hilo"))
    if pieza.tipo.strip().lower() in HISTORIAS:
        problemas.append(
            Problema(f"Pregonero no publica historias en {red}.", "Quite el tipo o publíquela como normal.", "tipo")
        )
    return problemas


def leer_instante(texto: object) -> datetime | None:
    """Una fecha de Meta («2026-11-22T15:00:00+0000»), con zona; None si no lo es."""
    if not isinstance(texto, str):
        return None
    try:
        instante = datetime.fromisoformat(texto)
    except ValueError:
        return None
    return instante if instante.tzinfo else instante.replace(tzinfo=UTC)


def es_vieja(preparada_en: object, ahora: datetime) -> bool:
    """Si lo preparado entonces ya pudo borrarse; sin fecha, se da por viejo."""
    instante = leer_instante(preparada_en)
    return instante is None or ahora - instante > VIDA_DE_LO_PREPARADO


def buscar_igual(
    publicaciones: Iterable[Mapping[str, Any]],
    busqueda: Busqueda,
    *,
    texto: str,
    campo_de_texto: str,
    campo_de_fecha: str,
    desde: datetime | None = None,
) -> Mapping[str, Any] | None:
    """La más antigua del listado que dice lo mismo, salió desde entonces y no es ya de otra entrega."""
    desde = (desde or busqueda.desde).replace(microsecond=0)  # Meta da las fechas sin fracción de segundo
    buscado = texto_normalizado(texto)
    halladas = []
    for publicacion in publicaciones:
        creada = leer_instante(publicacion.get(campo_de_fecha))
        if (
            creada is not None
            and creada >= desde
            and str(publicacion.get("id")) not in busqueda.ya_adoptados
            and texto_normalizado(str(publicacion.get(campo_de_texto) or "")) == buscado
        ):
            halladas.append((creada, publicacion))
    return min(halladas, key=lambda par: par[0])[1] if halladas else None

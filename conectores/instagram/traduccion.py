"""De nuestra pieza a contenedores de Instagram, y al revés. Puro."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from conectores.contrato import (
    Adjunto,
    Busqueda,
    ErrorDeContrato,
    Pieza,
    Preparada,
    Publicado,
    TipoDeMedio,
)
from conectores.grafo_errores import Clase, Regla, razon_de_contenedor, segun_regla
from conectores.grafo_piezas import buscar_igual, es_vieja, firmar, leer_instante, texto_con_enlace
from conectores.secretos import redactar

CAMPOS_DEL_LISTADO = "id,caption,permalink,timestamp"
VUELTAS_MAXIMAS = 3

_RAZON_DESCONOCIDA = Regla(
    Clase.CONTENIDO,
    "Instagram no pudo procesar la imagen o el video.",
    "Revise la imagen o el video y vuelva a programarla.",
)
_ANCHO_UTIL = 1_440  # más ancha, Instagram la reduce: no hace falta que descargue más


class Avance(IntEnum):
    """Cómo va un contenedor; de varios, manda el mayor."""

    LISTO = 0
    EN_PROCESO = 1
    PUBLICADO = 2
    CADUCADO = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Contenedores:
    """Lo que quedó preparado. hijos: los de un carrusel; contenedor: el que se publica, vacío si aún no se junta.

    portadoras: fotos sin publicar de la página que sirvieron de dirección; Facebook las borra a las 24 h.
    ya_salio: Instagram dice que el contenedor ya se publicó (un intento anterior cuya respuesta se perdió).
    vueltas: cuántas veces se ha tenido que empezar, con ésta.
    """

    firma: str
    preparado_en: str
    contenedor: str = ""
    hijos: tuple[str, ...] = ()
    portadoras: tuple[str, ...] = ()
    ya_salio: bool = False
    vueltas: int = 1

    @property
    def por_mirar(self) -> tuple[str, ...]:
        return (self.contenedor,) if self.contenedor else self.hijos

    def juntado(self, contenedor: str) -> "Contenedores":
        return replace(self, contenedor=contenedor)

    def publicado_ya(self) -> "Contenedores":
        return replace(self, ya_salio=True)

    def guardar(self) -> Preparada:
        return Preparada(
            {
                "firma": self.firma,
                "preparado_en": self.preparado_en,
                "contenedor": self.contenedor,
                "hijos": list(self.hijos),
                "portadoras": list(self.portadoras),
                "ya_salio": self.ya_salio,
                "vueltas": self.vueltas,
            }
        )


def leer_preparada(preparada: Preparada) -> Contenedores:
    """Lanza ErrorDeContrato si no la escribió este conector."""
    datos = preparada.datos
    try:
        return Contenedores(
            firma=str(datos["firma"]),
            preparado_en=str(datos["preparado_en"]),
            contenedor=str(datos["contenedor"]),
            hijos=tuple(str(h) for h in datos["hijos"]),
            portadoras=tuple(str(p) for p in datos["portadoras"]),
            ya_salio=bool(datos["ya_salio"]),
            vueltas=int(datos["vueltas"]),
        )
    except (KeyError, TypeError, ValueError):
        raise ErrorDeContrato("Lo preparado para Instagram no es de este conector.") from None


def aprovechable(previa: Preparada | None, pieza: Pieza) -> Contenedores | None:
    """Los contenedores de la otra vez, si son de esta misma pieza."""
    if previa is None:
        return None
    try:
        contenedores = leer_preparada(previa)
    except ErrorDeContrato:  # la escribió otra versión de Pregonero
        return None
    return contenedores if contenedores.firma == firmar(pieza) else None


def datos_de_contenedor(
    pieza: Pieza, adjunto: Adjunto, *, direccion: str = "", en_carrusel: bool = False
) -> dict[str, object]:
    """direccion: de dónde descarga Instagram la imagen; los videos se le suben después."""
    datos: dict[str, object] = {"is_carousel_item": True} if en_carrusel else {"caption": leyenda(pieza)}
    if adjunto.tipo is TipoDeMedio.IMAGEN:
        return datos | {"image_url": direccion, "alt_text": adjunto.texto_alternativo or None}
    if en_carrusel:
        return datos | {"media_type": "VIDEO", "upload_type": "resumable"}
    return datos | {"media_type": "REELS", "upload_type": "resumable", "share_to_feed": True}


def datos_de_carrusel(pieza: Pieza, hijos: Sequence[str]) -> dict[str, object]:
    return {"media_type": "CAROUSEL", "children": list(hijos), "caption": leyenda(pieza)}


def leyenda(pieza: Pieza) -> str | None:
    return texto_con_enlace(pieza) or None


def leer_avance(leido: Mapping[str, Any], *, vueltas: int) -> Avance:
    """El avance de un contenedor.

    Lanza un veredicto si Instagram lo dio por malo. Si lo malo fue suyo y no del medio, vale por caducado para que
    se haga otro, hasta VUELTAS_MAXIMAS.
    """
    match leido.get("status_code"):
        case "FINISHED":
            return Avance.LISTO
        case "IN_PROGRESS":
            return Avance.EN_PROCESO
        case "PUBLISHED":
            return Avance.PUBLICADO
        case "EXPIRED":
            return Avance.CADUCADO
        case "ERROR":
            return _leer_error(str(leido.get("status") or ""), vueltas=vueltas)
        case otro:
            raise ErrorDeContrato(f"Instagram contestó un estado de contenedor que no conocemos: {otro!r}.")


def _leer_error(estado: str, *, vueltas: int) -> Avance:
    regla = razon_de_contenedor(estado) or _RAZON_DESCONOCIDA
    if regla.clase in (Clase.PASAJERO, Clase.DUDA):
        if vueltas < VUELTAS_MAXIMAS:
            return Avance.CADUCADO
        regla = replace(_RAZON_DESCONOCIDA, dicho=f"{regla.dicho} Se intentó {vueltas} veces.")
    raise segun_regla(regla, redactar(f"{regla.dicho} Instagram dice: «{estado}»")[:600])


def espera_de_proceso(preparado_en: str, ahora: datetime) -> timedelta:
    """Cuándo volver a mirar: tanto como lleva esperando, entre 2 s y 60 s.

    Meta pide mirar una vez por minuto a lo más cinco minutos; las imágenes suelen estar en segundos.
    """
    instante = leer_instante(preparado_en) or ahora
    return min(max(ahora - instante, timedelta(seconds=2)), timedelta(seconds=60))


def elegir_direccion(foto: Mapping[str, Any]) -> str:
    """De las versiones que Facebook guarda de una foto, la más pequeña que no pierda nada en Instagram."""
    versiones = [v for v in foto.get("images") or () if isinstance(v, Mapping) and v.get("source")]
    if not versiones:
        raise ErrorDeContrato("Facebook no dio la dirección de la foto portadora.")
    por_ancho = sorted(versiones, key=lambda v: int(v.get("width") or 0))
    sobradas = [v for v in por_ancho if int(v.get("width") or 0) >= _ANCHO_UTIL]
    return str((sobradas or por_ancho[-1:])[0]["source"])


def cupo_restante(limite: Mapping[str, Any]) -> int | None:
    """Cuántas publicaciones admite aún Instagram en 24 h; None si no lo dice."""
    datos = limite.get("data")
    primero = datos[0] if isinstance(datos, list) and datos and isinstance(datos[0], Mapping) else {}
    config = primero.get("config")
    total = config.get("quota_total") if isinstance(config, Mapping) else None
    usado = primero.get("quota_usage")
    if not isinstance(total, int) or not isinstance(usado, int):
        return None
    return max(total - usado, 0)


def buscar_en_listado(publicaciones: Sequence[Mapping[str, Any]], busqueda: Busqueda) -> Publicado | None:
    hallada = buscar_igual(
        publicaciones,
        busqueda,
        texto=leyenda(busqueda.pieza) or "",
        campo_de_texto="caption",
        campo_de_fecha="timestamp",
    )
    return None if hallada is None else Publicado(str(hallada["id"]), str(hallada.get("permalink") or ""))


def caducaron(contenedores: Contenedores, ahora: datetime) -> bool:
    return es_vieja(contenedores.preparado_en, ahora)

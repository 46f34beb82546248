"""De lo que X contesta a lo oído, en sus dos dialectos. Puro.

X da otro identificador a cada edición de un post: aquí lo identifica siempre el primero, para que una edición se
reconozca como tal. Fuente: https://docs.x.com/x-api/fundamentals/edit-posts, consultada 2026-11-22.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from conectores.contrato import ErrorDeContrato, ErrorDePerfil, ErrorDeRed
from conectores.contrato_escucha import Autor, Clase, LugarDicho, Oido
from conectores.secretos import redactar
from conectores.x.barrida import instante_de
from conectores.x.traduccion import describir, direccion, respondida, texto_del_editor, uno_de

# Etiquetas con que X dice que no sabe el idioma, o que no hay texto. Fuente:
# https://docs.x.com/x-api/posts/search/integrate/operators (lang), consultada 2026-11-22.
_SIN_IDIOMA = frozenset({"und", "qme", "qht", "qam", "qct", "qst", "zxx", "art"})
PREFIJO_DE_MENSAJE = "dm-"  # los directos y los posts son cosas distintas, y sus números no deben confundirse
_INTERACCIONES = (("like_count",), ("reply_count",), ("repost_count", "retweet_count"), ("quote_count",))


@dataclass(frozen=True, slots=True)
class Pagina:
    """Una página de posts o de mensajes. ids: con los que X los lista, que son los de su última versión."""

    oidos: tuple[Oido, ...]
    ids: tuple[int, ...]
    siguiente: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Propio:
    """Quiénes somos: nuestra cuenta y los identificadores de lo que publicamos."""

    id: str
    publicaciones: Collection[str] = ()


def leer_posts(respuesta: object, *, clase: Clase, propio: Propio) -> Pagina:
    """Una página de posts, sin los nuestros. Lanza un veredicto si no viene entera: callar uno lo da por no dicho."""
    datos, incluidos, siguiente = _partes(respuesta)
    usuarios, lugares = _por_id(incluidos.get("users")), _por_id(incluidos.get("places"))
    oidos = tuple(_post(d, usuarios, lugares, clase=clase, propio=propio) for d in datos if not _es_nuestro(d, propio))
    return Pagina(oidos, tuple(_id(d) for d in datos), siguiente)


def leer_mensajes(respuesta: object, *, propio: Propio) -> Pagina:
    """Una página de mensajes directos; los que mandamos nosotros cuentan para bajar, pero no se oyen."""
    datos, incluidos, siguiente = _partes(respuesta)
    usuarios = _por_id(incluidos.get("users"))
    llegados = [d for d in datos if d.get("event_type", "MessageCreate") == "MessageCreate"]
    oidos = tuple(_mensaje(d, usuarios) for d in llegados if str(d.get("sender_id") or "") != propio.id)
    return Pagina(oidos, tuple(_id(d) for d in datos), siguiente)


# ── La respuesta ─────────────────────────────────────────────────────────────────────────────────────────────


def _partes(respuesta: object) -> tuple[Sequence[Mapping[str, Any]], Mapping[str, Any], str]:
    """Sus datos, lo que trae incluido y la marca de la página siguiente."""
    if not isinstance(respuesta, Mapping):
        raise ErrorDeContrato("X contestó algo que no es un objeto.")
    datos, meta = respuesta.get("data"), respuesta.get("meta")
    if datos is None and not isinstance(meta, Mapping):
        raise negativa(respuesta)
    datos = [] if datos is None else datos
    if not isinstance(datos, list) or not all(isinstance(d, Mapping) for d in datos):
        raise ErrorDeContrato("X no contestó con una lista.")
    incluidos = respuesta.get("includes")
    return datos, incluidos if isinstance(incluidos, Mapping) else {}, siguiente_de(respuesta)


def siguiente_de(respuesta: object) -> str:
    """La marca de la página siguiente; vacía si es la última."""
    meta = respuesta.get("meta") if isinstance(respuesta, Mapping) else None
    return str(meta.get("next_token") or "") if isinstance(meta, Mapping) else ""


def negativa(respuesta: Mapping[str, Any]) -> ErrorDeRed:
    """El veredicto de un 200 que sólo trae errores."""
    detalle = redactar(describir(respuesta))[:300]
    clases = {c.rpartition("/")[2] for e in errores(respuesta) if (c := str(e.get("type") or ""))}
    if clases & {"not-authorized-for-resource", "resource-not-found", "client-forbidden"}:
        return ErrorDePerfil(
            f"X no deja leer esta cuenta. {detalle}",
            remedio="Entre a x.com con la cuenta y vea si está suspendida; y si su aplicación conserva el permiso.",
        )
    return ErrorDeContrato(f"X contestó sin datos. {detalle}")


def errores(respuesta: object) -> Iterator[Mapping[str, Any]]:
    """Los errores parciales: X los manda dentro de un 200, junto a lo que sí pudo leer."""
    varios = respuesta.get("errors") if isinstance(respuesta, Mapping) else None
    return (e for e in varios if isinstance(e, Mapping)) if isinstance(varios, list) else iter(())


def _por_id(varios: object) -> dict[str, Mapping[str, Any]]:
    lista = varios if isinstance(varios, list) else []
    return {str(v["id"]): v for v in lista if isinstance(v, Mapping) and "id" in v}


def _es_nuestro(dato: Mapping[str, Any], propio: Propio) -> bool:
    return bool(propio.id) and str(dato.get("author_id") or "") == propio.id


def _id(dato: Mapping[str, Any]) -> int:
    try:
        return int(dato["id"])
    except (KeyError, TypeError, ValueError):
        raise ErrorDeContrato("X listó algo sin identificador.") from None


# ── Un post ──────────────────────────────────────────────────────────────────────────────────────────────────


def _post(
    dato: Mapping[str, Any],
    usuarios: Mapping[str, Mapping[str, Any]],
    lugares: Mapping[str, Mapping[str, Any]],
    *,
    clase: Clase,
    propio: Propio,
) -> Oido:
    versiones = historia(dato)
    autor = leer_autor(str(dato.get("author_id") or ""), usuarios)
    contestada = _contestada(dato, propio)
    geo = dato.get("geo")
    lugar = _lugar(geo, lugares) if isinstance(geo, Mapping) else None
    aparte = {"autor": usuarios.get(autor.id), "lugar": lugares.get(_texto_de(geo, "place_id"))}
    return Oido(
        id_externo=versiones[0],
        clase=Clase.COMENTARIO if clase is Clase.MENCION and _a_nosotros(dato, contestada, propio) else clase,
        texto=texto_de(dato),
        publicado_en=instante_de(int(versiones[0])) if len(versiones) > 1 else _creado_en(dato),
        autor=autor,
        url=f"https://x.com/{autor.usuario}/status/{versiones[-1]}" if autor.usuario else direccion(versiones[-1]),
        en_respuesta_a=contestada,
        idioma=_idioma(dato),
        lugar=lugar,
        interacciones=interacciones(dato.get("public_metrics")),
        editado_en=instante_de(int(versiones[-1])) if len(versiones) > 1 else None,
        crudo={"post": dato, **{nombre: valor for nombre, valor in aparte.items() if valor}},
    )


def historia(dato: Mapping[str, Any]) -> list[str]:
    """Los identificadores de todas sus versiones, de la primera a la última."""
    propia = str(_id(dato))
    varias = uno_de(dato, "edit_history_tweet_ids", "edit_history_post_ids")
    limpias = [str(v) for v in varias if str(v).isdigit()] if isinstance(varias, list) else []
    return sorted({*limpias, propia}, key=int)


def texto_de(dato: Mapping[str, Any]) -> str:
    """El texto entero, con los enlaces como se escribieron; el de un post largo viene aparte."""
    largo = uno_de(dato, "note_tweet", "note_post")
    fuente = largo if isinstance(largo, Mapping) and largo.get("text") else dato
    entidades = fuente.get("entities")
    enlaces = entidades.get("urls") if isinstance(entidades, Mapping) else None
    buenos = [u for u in enlaces if isinstance(u, Mapping) and u.get("url")] if isinstance(enlaces, list) else []
    return texto_del_editor(str(fuente.get("text") or ""), buenos).strip()


def _creado_en(dato: Mapping[str, Any]) -> datetime:
    try:
        creado = datetime.fromisoformat(str(dato["created_at"]))
    except (KeyError, ValueError):
        return instante_de(_id(dato))
    return creado if creado.tzinfo else creado.replace(tzinfo=UTC)


def _contestada(dato: Mapping[str, Any], propio: Propio) -> str:
    """A qué contesta; en el dialecto nuevo sólo se sabe de qué conversación es."""
    try:
        directa = respondida(dato)
    except (AttributeError, KeyError, TypeError):
        directa = ""
    conversacion = _texto_de(dato, "conversation_id")
    return directa or (conversacion if conversacion in propio.publicaciones else "")


def _a_nosotros(dato: Mapping[str, Any], contestada: str, propio: Propio) -> bool:
    """Si contesta a una publicación nuestra, y no a otra persona que nos nombra."""
    if contestada in propio.publicaciones:
        return True
    return bool(contestada and propio.id) and _texto_de(dato, "in_reply_to_user_id") == propio.id


def _idioma(dato: Mapping[str, Any]) -> str:
    idioma = _texto_de(dato, "lang")
    return "" if idioma in _SIN_IDIOMA else idioma


def interacciones(metricas: object) -> int | None:
    """La suma de las que X dio; None si no dio ninguna."""
    if not isinstance(metricas, Mapping):
        return None
    dadas = [
        next((metricas[n] for n in nombres if isinstance(metricas.get(n), int)), None) for nombres in _INTERACCIONES
    ]
    sumables = [d for d in dadas if d is not None]
    return sum(sumables) if sumables else None


def leer_autor(id_externo: str, usuarios: Mapping[str, Mapping[str, Any]]) -> Autor:
    cuenta = usuarios.get(id_externo, {})
    metricas = cuenta.get("public_metrics")
    seguidores = metricas.get("followers_count") if isinstance(metricas, Mapping) else None
    return Autor(
        id=id_externo,
        usuario=_texto_de(cuenta, "username"),
        nombre=_texto_de(cuenta, "name"),
        seguidores=seguidores if isinstance(seguidores, int) else None,
        lugar=_texto_de(cuenta, "location"),
    )


def _lugar(geo: Mapping[str, Any], lugares: Mapping[str, Mapping[str, Any]]) -> LugarDicho | None:
    lugar = lugares.get(_texto_de(geo, "place_id"), {})
    forma = lugar.get("geo")
    punto = _punto(geo.get("coordinates"))
    recuadro = _recuadro(forma.get("bbox")) if isinstance(forma, Mapping) else None
    nombre = _texto_de(lugar, "full_name") or _texto_de(lugar, "name")
    return LugarDicho(nombre=nombre, punto=punto, recuadro=recuadro) if nombre or punto or recuadro else None


def _punto(geojson: object) -> tuple[float, float] | None:
    """GeoJSON pone primero la longitud."""
    coordenadas = geojson.get("coordinates") if isinstance(geojson, Mapping) else None
    match coordenadas:
        case [int() | float() as lon, int() | float() as lat] if abs(lat) <= 90 and abs(lon) <= 180:
            return float(lat), float(lon)
    return None


def _recuadro(bbox: object) -> tuple[float, float, float, float] | None:
    """[oeste, sur, este, norte]. Fuente: OpenAPI 2.167, PlaceGeo."""
    match bbox:
        case [int() | float(), int() | float(), int() | float(), int() | float()]:
            oeste, sur, este, norte = map(float, bbox)
            if -180 <= oeste <= este <= 180 and -90 <= sur <= norte <= 90:
                return oeste, sur, este, norte
    return None


def _texto_de(objeto: object, nombre: str) -> str:
    valor = objeto.get(nombre) if isinstance(objeto, Mapping) else None
    return str(valor) if isinstance(valor, (str, int)) else ""


# ── Un mensaje directo ───────────────────────────────────────────────────────────────────────────────────────


def _mensaje(dato: Mapping[str, Any], usuarios: Mapping[str, Mapping[str, Any]]) -> Oido:
    autor = leer_autor(_texto_de(dato, "sender_id"), usuarios)
    aparte = {"autor": usuarios[autor.id]} if autor.id in usuarios else {}
    return Oido(
        id_externo=f"{PREFIJO_DE_MENSAJE}{_id(dato)}",
        clase=Clase.DIRECTO,
        texto=texto_de(dato),
        publicado_en=_creado_en(dato),
        autor=autor,
        en_respuesta_a=_texto_de(dato, "dm_conversation_id"),
        crudo={"mensaje": dato, **aparte},
    )

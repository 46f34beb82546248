"""De lo que enseña Bluesky a mensajes y números. Puro.

Las páginas van de lo más nuevo a lo más viejo. El cursor recuerda hasta dónde se oyó (`tope`), por dónde va la página
que se está leyendo y qué se oyó cerca del tope: la red tarda unos segundos en ordenar lo recién llegado.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from conectores.bluesky.traduccion import Direccion
from conectores.contrato import ErrorDeContrato
from conectores.contrato_escucha import Autor, Clase, EnElPerfil, Mediciones, Oido, Tanda

VERSION = "app.bsky 2026-08"
BORDE = timedelta(minutes=2)
"""Cuánto se vuelve a mirar de lo ya oído, por si algo se ordenó tarde."""
DE_SOBRA = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """tope: lo más nuevo oído. pagina: el cursor de la red, si se quedó a medias; nuevo_tope: lo más nuevo de esta
    pasada. vistos: lo oído cerca del tope, para no repetirlo.
    """

    tope: str = ""
    pagina: str = ""
    nuevo_tope: str = ""
    vistos: tuple[str, ...] = ()

    @classmethod
    def leer(cls, escrito: str) -> Self:
        """Lanza ErrorDeContrato si no es nuestro."""
        if not escrito:
            return cls()
        try:
            datos = json.loads(escrito)
            cursor = cls(
                tope=str(datos["tope"]),
                pagina=str(datos["pagina"]),
                nuevo_tope=str(datos["nuevo_tope"]),
                vistos=tuple(str(v) for v in datos["vistos"]),
            )
            for instante in (cursor.tope, cursor.nuevo_tope):
                if instante:
                    leer_instante(instante)
        except (ValueError, KeyError, TypeError):
            raise ErrorDeContrato("El cursor de esta fuente de Bluesky no se entiende.") from None
        return cursor

    def escribir(self) -> str:
        partes = {"tope": self.tope, "pagina": self.pagina, "nuevo_tope": self.nuevo_tope, "vistos": list(self.vistos)}
        return json.dumps(partes)


@dataclass(frozen=True, slots=True)
class Hallado:
    """Un mensaje y el instante por el que la red lo ordena, que no siempre es cuando se escribió."""

    oido: Oido
    orden: datetime


def pagina_a_tanda(
    hallados: Sequence[Hallado],
    *,
    siguiente: str,
    cursor: Cursor,
    no_antes_de: datetime,
    clases: frozenset[Clase],
    preguntado_en: datetime,
) -> Tanda:
    """Una página, de lo nuevo a lo viejo. `siguiente`: el cursor de la red, vacío si no hay más."""
    tope = leer_instante(cursor.tope) if cursor.tope else no_antes_de
    limite = max(tope - BORDE, no_antes_de) if cursor.tope else no_antes_de
    dentro = [h for h in hallados if h.orden >= limite]
    vistos = frozenset(cursor.vistos)
    nuevos = [h for h in dentro if h.oido.id_externo not in vistos and h.oido.clase in clases]
    mas_nuevo = max(
        [tope, *(h.orden for h in hallados), *([leer_instante(cursor.nuevo_tope)] if cursor.nuevo_tope else [])]
    )
    sigue = bool(siguiente) and len(dentro) == len(hallados) and bool(hallados)
    ids = tuple(h.oido.id_externo for h in dentro)
    # Lo que importa recordar es lo más nuevo, que está en la primera página.
    recordados = tuple(dict.fromkeys((*cursor.vistos, *ids) if cursor.pagina else (*ids, *cursor.vistos)))[:DE_SOBRA]
    if sigue:
        despues = Cursor(tope=cursor.tope, pagina=siguiente, nuevo_tope=mas_nuevo.isoformat(), vistos=recordados)
    else:
        despues = Cursor(tope=mas_nuevo.isoformat(), vistos=recordados)
    return Tanda(
        oidos=tuple(h.oido for h in nuevos if h.oido.publicado_en >= no_antes_de),
        cursor=despues.escribir(),
        hay_mas=sigue,
        cubierto_hasta=None if sigue else preguntado_en,
    )


# ── Lo que enseña la red ─────────────────────────────────────────────────────────────────────────────────────

_RAZONES = {"mention": Clase.MENCION, "reply": Clase.COMENTARIO, "quote": Clase.COMENTARIO}


def de_aviso(aviso: Mapping[str, Any]) -> Hallado | None:
    """Un aviso de la cuenta (app.bsky.notification.listNotifications); None si no es de los que se leen."""
    clase = _RAZONES.get(str(aviso.get("reason")))
    return None if clase is None else _hallar(aviso, clase)


def de_publicacion(vista: Mapping[str, Any], clase: Clase) -> Hallado:
    """Una publicación tal como la enseña la red (app.bsky.feed.defs#postView), que las ordena por su fecha."""
    hallado = _hallar(vista, clase)
    return Hallado(hallado.oido, hallado.oido.publicado_en)


def _hallar(vista: Mapping[str, Any], clase: Clase) -> Hallado:
    """Lanza ErrorDeContrato si le falta lo que no puede faltar."""
    try:
        registro, autor = dict(vista["record"]), dict(vista["author"])
        ordenado = leer_instante(str(vista["indexedAt"]))
        escrito = leer_instante(str(registro.get("createdAt") or vista["indexedAt"]))
        oido = Oido(
            id_externo=str(vista["uri"]),
            clase=clase,
            texto=str(registro.get("text", "")),
            # Quien escribe pone la fecha que quiere: la red no la enseña antes de recibirla.
            publicado_en=min(escrito, ordenado),
            autor=Autor(
                id=str(autor["did"]),
                usuario=str(autor.get("handle", "")),
                nombre=str(autor.get("displayName") or ""),
            ),
            url=direccion_publica(str(vista["uri"]), str(autor.get("handle", ""))),
            en_respuesta_a=_a_que_responde(registro, vista),
            idioma=_idioma(registro),
            interacciones=_interacciones(vista),
            crudo=dict(vista),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ErrorDeContrato("Bluesky enseñó un mensaje sin lo que debe llevar.") from None
    return Hallado(oido, ordenado)


def direccion_publica(uri: str, usuario: str) -> str:
    donde = Direccion.leer(uri)
    quien = usuario if "." in usuario and usuario != "handle.invalid" else donde.did
    return f"https://bsky.app/profile/{quien}/post/{donde.rkey}"


def _a_que_responde(registro: Mapping[str, Any], vista: Mapping[str, Any]) -> str:
    respuesta = registro.get("reply") or {}
    return str((respuesta.get("parent") or {}).get("uri") or vista.get("reasonSubject") or "")


def _idioma(registro: Mapping[str, Any]) -> str:
    idiomas = registro.get("langs") or [""]
    return str(idiomas[0])[:16]


_CUENTAS = {
    "likeCount": "me_gusta",
    "replyCount": "comentarios",
    "repostCount": "compartidos",
    "quoteCount": "compartidos",
    "bookmarkCount": "guardados",
}


def _interacciones(vista: Mapping[str, Any]) -> int | None:
    dadas = [vista[c] for c in _CUENTAS if _es_cuenta(vista.get(c))]
    return sum(dadas) if dadas else None


def _es_cuenta(valor: object) -> bool:
    return isinstance(valor, int) and not isinstance(valor, bool) and valor >= 0


def mediciones_de(vista: Mapping[str, Any]) -> Mediciones:
    """Los números de una publicación."""
    valores: dict[str, int] = {}
    for suya, nuestra in _CUENTAS.items():
        if _es_cuenta(vista.get(suya)):
            valores[nuestra] = valores.get(nuestra, 0) + vista[suya]
    crudo = {c: vista[c] for c in (*_CUENTAS, "indexedAt") if c in vista}
    return Mediciones(valores=valores, version=VERSION, crudo=crudo)


_DE_PERFIL = {"followersCount": "seguidores", "followsCount": "seguidos", "postsCount": "publicaciones"}


def mediciones_del_perfil(perfil: Mapping[str, Any]) -> Mediciones:
    valores = {nuestra: perfil[suya] for suya, nuestra in _DE_PERFIL.items() if _es_cuenta(perfil.get(suya))}
    return Mediciones(valores=valores, version=VERSION, crudo={c: perfil[c] for c in _DE_PERFIL if c in perfil})


def en_el_perfil(vista: Mapping[str, Any]) -> EnElPerfil:
    hallado = _hallar(vista, Clase.AJENA)
    embebido = dict(vista["record"].get("embed") or {})
    return EnElPerfil(
        id_externo=hallado.oido.id_externo,
        texto=hallado.oido.texto,
        publicada_en=hallado.oido.publicado_en,
        url=hallado.oido.url,
        tipo=str(embebido.get("$type", "")).rpartition(".")[2] or "texto",
    )


# ── Buscar ───────────────────────────────────────────────────────────────────────────────────────────────────

LARGO_DE_CONSULTA = 300


def consultas(terminos: Sequence[str]) -> tuple[str, ...]:
    """Una por término: la búsqueda de Bluesky exige todas las palabras y no tiene «o»."""
    limpios = (" ".join(t.replace('"', " ").split())[:LARGO_DE_CONSULTA].strip() for t in terminos)
    return tuple(dict.fromkeys(f'"{t}"' if " " in t else t for t in limpios if t))


def leer_instante(escrito: str) -> datetime:
    """Lanza ValueError si no es una fecha con zona."""
    instante = datetime.fromisoformat(escrito)
    if instante.tzinfo is None:
        raise ValueError(f"«{escrito}» no dice su zona.")
    return instante.astimezone(UTC)

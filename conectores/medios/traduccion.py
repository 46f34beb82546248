"""Lo puro de los medios: de un RSS o un Atom, como venga escrito, a mensajes."""

import hashlib
import io
import json
import re
from calendar import timegm
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, Self
from urllib.parse import urlsplit

import feedparser

from conectores.contrato import ErrorDeContrato, ErrorDePerfil
from conectores.contrato_escucha import Autor, Clase, Oido, Tanda

RECORDADOS = 400
LARGO_DE_UN_TEXTO = 300_000
"""Letras de html que se leen de un artículo; lo demás no es suyo."""
ADELANTO_TOLERADO = timedelta(hours=1)
"""Hay medios con el reloj mal puesto; más allá, la fecha no se cree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """etag, modificado: lo que dijo el medio, para que conteste «sin cambios». vistos: huellas de lo ya oído, lo más
    nuevo al final. mirado_en: cuándo se leyó por última vez."""

    etag: str = ""
    modificado: str = ""
    vistos: tuple[str, ...] = ()
    mirado_en: str = ""

    @classmethod
    def leer(cls, escrito: str) -> Self:
        """Lanza ErrorDeContrato si no es nuestro."""
        if not escrito:
            return cls()
        try:
            datos = json.loads(escrito)
            return cls(
                etag=str(datos["etag"]),
                modificado=str(datos["modificado"]),
                vistos=tuple(str(v) for v in datos["vistos"]),
                mirado_en=str(datos["mirado_en"]),
            )
        except (ValueError, KeyError, TypeError):
            raise ErrorDeContrato("El cursor de este medio no se entiende.") from None

    def escribir(self) -> str:
        return json.dumps(
            {
                "etag": self.etag,
                "modificado": self.modificado,
                "vistos": list(self.vistos),
                "mirado_en": self.mirado_en,
            }
        )

    def cabeceras(self) -> dict[str, str]:
        pedidas = {"If-None-Match": self.etag, "If-Modified-Since": self.modificado}
        return {nombre: valor for nombre, valor in pedidas.items() if valor}


def tanda(
    cuerpo: bytes,
    cabeceras: Mapping[str, str],
    *,
    direccion: str,
    cursor: Cursor,
    no_antes_de: datetime,
    ahora: datetime,
) -> Tanda:
    """Lanza ErrorDePerfil si lo que llegó no es un RSS ni un Atom."""
    minusculas = {nombre.lower(): valor for nombre, valor in cabeceras.items()}
    fuente = feedparser.parse(
        io.BytesIO(cuerpo),
        response_headers=_para_leer(minusculas),
        # Su limpieza tarda el cuadrado de lo que mida un html hecho a propósito, y aquí se quita todo el html.
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not fuente.version:
        raise ErrorDePerfil(
            "En la dirección de este medio no hay un RSS ni un Atom.",
            remedio="Abra el sitio del medio, busque su RSS y corrija la dirección en fuentes.toml.",
        )
    medio = _llano(str(fuente.feed.get("title", ""))) or (urlsplit(direccion).hostname or direccion)
    leidos = [_leer(entrada, medio=medio, direccion=direccion, ahora=ahora) for entrada in fuente.entries]
    vistos = dict.fromkeys(cursor.vistos)
    nuevos = {o.id_externo: o for o in leidos if _huella(o.id_externo) not in vistos and o.publicado_en >= no_antes_de}
    todos = [*cursor.vistos, *(_huella(o.id_externo) for o in reversed(leidos) if _huella(o.id_externo) not in vistos)]
    siguiente = replace(
        cursor,
        etag=minusculas.get("etag", ""),
        modificado=minusculas.get("last-modified", ""),
        vistos=tuple(dict.fromkeys(todos))[-RECORDADOS:],
        mirado_en=ahora.isoformat(),
    )
    return Tanda(
        oidos=tuple(nuevos.values()),
        cursor=siguiente.escribir(),
        cubierto_hasta=ahora,
        perdido=_perdido(leidos, cursor, no_antes_de),
    )


def _para_leer(cabeceras: Mapping[str, str]) -> dict[str, str]:
    """Sólo lo que ayuda a leer las letras; que el servidor diga «text/html» no impide que sea un RSS."""
    tipo = cabeceras.get("content-type", "")
    return {"content-type": tipo} if "charset" in tipo.lower() and "xml" in tipo.lower() else {}


def _perdido(leidos: list[Oido], cursor: Cursor, no_antes_de: datetime) -> tuple[datetime, datetime] | None:
    """Si nada de lo que hay se había visto, entre medias pudo publicarse algo que el medio ya no enseña.

    La primera vez, todo lo anterior a su artículo más viejo.
    """
    if not cursor.mirado_en:
        mas_viejo = min((o.publicado_en for o in leidos), default=None)
        return (no_antes_de, mas_viejo) if mas_viejo is not None and no_antes_de < mas_viejo else None
    if not cursor.vistos or not leidos or {_huella(o.id_externo) for o in leidos} & set(cursor.vistos):
        return None
    try:
        desde, hasta = datetime.fromisoformat(cursor.mirado_en), min(o.publicado_en for o in leidos)
    except ValueError:
        return None
    return (desde, hasta) if desde.tzinfo is not None and desde < hasta else None


def _leer(entrada: dict[str, Any], *, medio: str, direccion: str, ahora: datetime) -> Oido:
    enlace, titulo = str(entrada.get("link", "")), _llano(str(entrada.get("title", "")))
    cuerpos = [str(c.get("value", "")) for c in entrada.get("content", ()) if isinstance(c, Mapping)]
    textos = [_llano(t) for t in (*cuerpos, str(entrada.get("summary", "")))]
    # `FeedParserDict.get` da una fecha por la otra: se pregunta al diccionario que hay debajo.
    editado = _instante(dict.get(entrada, "updated_parsed"))
    publicado = _instante(dict.get(entrada, "published_parsed")) or editado
    return Oido(
        id_externo=_identidad(entrada, enlace, titulo, direccion),
        clase=Clase.ARTICULO,
        titulo=titulo,
        texto=max(textos, key=len),
        publicado_en=publicado if publicado and publicado <= ahora + ADELANTO_TOLERADO else ahora,
        editado_en=editado if editado and publicado and editado > publicado else None,
        autor=Autor(id=direccion, usuario="", nombre=medio),
        url=enlace if enlace.startswith(("http://", "https://")) else "",
        crudo={c: entrada[c] for c in ("id", "link", "title", "summary", "published", "updated") if c in entrada}
        or {"title": titulo},
    )


def _identidad(entrada: Mapping[str, Any], enlace: str, titulo: str, direccion: str) -> str:
    """La que dice el medio, si es suya: con la de otro sitio, un medio podría tapar lo que publicó otro."""
    suya = str(entrada.get("id", "")).strip() or enlace
    anfitrion = urlsplit(direccion).hostname or ""
    if suya.startswith(("http://", "https://")) and _del_mismo_sitio(_anfitrion(suya), anfitrion):
        return suya
    return f"{anfitrion}:{suya or _huella(titulo)}"


def _anfitrion(direccion: str) -> str:
    try:
        return urlsplit(direccion).hostname or ""
    except ValueError:
        return ""


def _del_mismo_sitio(uno: str, otro: str) -> bool:
    """«www.diario.mx», «rss.diario.mx» y «diario.mx»: el mismo, o uno dentro del otro."""
    uno, otro = uno.removeprefix("www."), otro.removeprefix("www.")
    return uno == otro or uno.endswith(f".{otro}") or otro.endswith(f".{uno}")


def _huella(texto: str) -> str:
    return hashlib.sha256(texto.encode("utf-8", "replace")).hexdigest()[:16]


def _instante(partes: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(partes), UTC) if partes else None
    except (ValueError, OverflowError, TypeError):
        return None


_CALLAN = ("script", "style")
_SEPARAN = frozenset({"p", "br", "div", "li", "h1", "h2", "h3", "tr"})
_ETIQUETA = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]*)")


def _llano(html: str) -> str:
    """Lo que se lee de un html: sin etiquetas, comentarios, guiones ni estilos.

    De una pasada y sin volver atrás: el `HTMLParser` de Python tarda el cuadrado de lo que mida un html mal cerrado.
    """
    html = html[:LARGO_DE_UN_TEXTO]
    trozos, aqui, hay_cierre = [], 0, html.rfind(">")
    while 0 <= (abre := html.find("<", aqui)) < hay_cierre:
        trozos.append(html[aqui:abre])
        etiqueta = _ETIQUETA.match(html, abre + 1)
        if etiqueta is None and html[abre + 1] not in "!?":
            trozos.append("<")  # un «menor que», no una etiqueta
            aqui = abre + 1
            continue
        nombre = etiqueta[1].lower() if etiqueta is not None else ""
        aqui = _tras(html, "-->" if html.startswith("<!--", abre) else ">", abre)
        if etiqueta is not None and nombre in _CALLAN and html[abre + 1] != "/":
            aqui = _tras(html, ">", _donde(html, f"</{etiqueta[1]}", aqui))
        if nombre in _SEPARAN:
            trozos.append(" ")
    trozos.append(html[aqui:])
    return " ".join(unescape("".join(trozos)).split())


def _tras(html: str, cierre: str, desde: int) -> int:
    """Dónde sigue lo que hay tras un cierre; el final, si no lo hay."""
    return _donde(html, cierre, desde) + len(cierre)


def _donde(html: str, que: str, desde: int) -> int:
    hallado = html.find(que, desde)
    return hallado if hallado >= 0 else len(html)

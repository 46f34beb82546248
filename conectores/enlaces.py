"""Mirar a dónde lleva un enlace que escribió alguien: título y descripción, y nunca a la red interna.

Como con el RSS de un medio: se siguen las redirecciones a mano y se mira el número al que de verdad se conectó, antes
del primer byte (`conectores.destinos`). Sólo https y http en su puerto, poco tiempo, pocos bytes y sólo HTML.
"""

import re
from contextlib import AbstractContextManager, closing, nullcontext
from datetime import timedelta
from html.parser import HTMLParser
from time import monotonic
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from conectores.contrato import ErrorDeRed
from conectores.contrato_enlaces import SinTarjeta, Tarjeta
from conectores.destinos import DestinoInterno, exigir_publico
from conectores.http import Puerta, mirando_destino

PESO_MAXIMO_BYTES = 512_000
PLAZO = timedelta(seconds=4)
SALTOS_MAXIMOS = 2
_SALTOS = frozenset({301, 302, 303, 307, 308})
_PUERTOS = {"http": 80, "https": 443}
_LARGO = 300
_NO_SE_PUEDE = "no se puede mirar ese enlace desde aquí."


class Mirador:
    """en_esta_maquina: sólo para las pruebas, que encienden su propio sitio; ningún ajuste lo cambia."""

    def __init__(self, *, en_esta_maquina: bool = False, plazo: timedelta = PLAZO) -> None:
        self._en_esta_maquina = en_esta_maquina
        self._plazo_s = plazo.total_seconds()

    def mirar(self, enlace: str) -> Tarjeta:
        """Lanza SinTarjeta."""
        fin = monotonic() + self._plazo_s
        try:
            return self._mirado(enlace, fin)
        except DestinoInterno:
            raise SinTarjeta(_NO_SE_PUEDE) from None
        except (ErrorDeRed, requests.RequestException, HTTPError, OSError, ValueError):
            raise SinTarjeta("ese sitio no contestó, o contestó algo que no se entiende.") from None

    def _mirado(self, enlace: str, fin: float) -> Tarjeta:
        direccion = enlace.strip()
        for _ in range(SALTOS_MAXIMOS + 1):
            partes = self._exigida(direccion)
            with self._pedida(direccion, fin) as respuesta:
                siguiente = respuesta.headers.get("Location", "")
                if respuesta.status_code not in _SALTOS or not siguiente:
                    return _tarjeta(respuesta, direccion, partes.hostname or "", fin)
            direccion = urljoin(direccion, siguiente)
        raise SinTarjeta("ese enlace da demasiadas vueltas.")

    def _exigida(self, direccion: str) -> SplitResult:
        partes = urlsplit(direccion)
        if partes.scheme not in _PUERTOS or not partes.hostname or partes.username is not None:
            raise SinTarjeta("no es la dirección de una página.")
        if not self._en_esta_maquina and partes.port not in (None, _PUERTOS[partes.scheme]):
            raise DestinoInterno(_NO_SE_PUEDE)
        return partes

    def _pedida(self, direccion: str, fin: float) -> AbstractContextManager[requests.Response]:
        resta = timedelta(seconds=max(0.1, fin - monotonic()))
        puerta = Puerta(conexion=resta, total=resta)
        puerta.headers["Accept"] = "text/html,application/xhtml+xml"
        # Con un proxy de salida, a quien se conecta es al proxy: él decide a dónde se puede ir.
        libre = self._en_esta_maquina or bool(requests.utils.get_environ_proxies(direccion))
        with nullcontext() if libre else mirando_destino(exigir_publico), puerta.invisible():
            return closing(puerta.get(direccion, stream=True))


def _tarjeta(respuesta: requests.Response, direccion: str, dominio: str, fin: float) -> Tarjeta:
    if respuesta.status_code != 200:
        raise SinTarjeta(f"ese sitio contestó {respuesta.status_code}: quizá la página ya no está.")
    tipo = respuesta.headers.get("Content-Type", "")
    if not tipo.lower().startswith(("text/html", "application/xhtml+xml")):
        raise SinTarjeta("ese enlace no es de una página, sino de un archivo.")
    lector = _Cabeza()
    lector.feed(_texto(_cuerpo(respuesta, fin), tipo))
    datos = lector.datos
    titulo = datos.get("og:title") or datos.get("title", "")
    if not titulo:
        raise SinTarjeta("esa página no dice cómo se llama.")
    return Tarjeta(
        titulo=titulo,
        descripcion=datos.get("og:description") or datos.get("description", ""),
        dominio=dominio.removeprefix("www."),
        imagen=_imagen(direccion, datos.get("og:image", "")),
    )


def _imagen(direccion: str, escrita: str) -> str:
    entera = urljoin(direccion, escrita) if escrita else ""
    return entera if entera.startswith(("http://", "https://")) else ""


def _cuerpo(respuesta: requests.Response, fin: float) -> bytes:
    """Lo primero que llegue: lo que interesa está al principio."""
    trozos, peso = [], 0
    while peso < PESO_MAXIMO_BYTES and monotonic() < fin:
        trozo: bytes = respuesta.raw.read1(65_536, decode_content=True)
        if not trozo:
            break
        trozos.append(trozo[: PESO_MAXIMO_BYTES - peso])
        peso += len(trozo)
    return b"".join(trozos)


_JUEGO = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,30})", re.IGNORECASE)


def _texto(cuerpo: bytes, tipo: str) -> str:
    dicho = re.search(r"charset=\"?([A-Za-z0-9_-]{2,30})", tipo)
    escrito = _JUEGO.search(cuerpo[:4096])
    juego = dicho[1] if dicho else escrito[1].decode("ascii") if escrito else "utf-8"
    try:
        return cuerpo.decode(juego, "replace")
    except LookupError:
        return cuerpo.decode("utf-8", "replace")


class _Cabeza(HTMLParser):
    """El título y los `meta` de la cabeza; lo demás no se mira."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.datos: dict[str, str] = {}
        self._en_titulo = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title":
            self._en_titulo = "title" not in self.datos
        elif tag == "meta":
            dichos = {nombre: valor or "" for nombre, valor in attrs}
            nombre = (dichos.get("property") or dichos.get("name") or "").lower()
            if nombre in ("og:title", "og:description", "og:image", "description"):
                self.datos.setdefault(nombre, _limpio(dichos.get("content", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._en_titulo = False

    def handle_data(self, data: str) -> None:
        if self._en_titulo:
            self.datos["title"] = _limpio(f"{self.datos.get('title', '')} {data}")


def _limpio(texto: str) -> str:
    """En un renglón, sin caracteres de control ni de los que cambian el sentido de la escritura."""
    visible = "".join(c if c.isprintable() else " " for c in texto)
    return " ".join(visible.split())[:_LARGO]

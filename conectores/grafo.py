"""La puerta a la Graph API de Meta, que comparten Facebook e Instagram: facebook-sdk, sin sus trampas.

facebook-sdk 3.1.0 (2018) se queda en la versión 3.1 de la API, no pone plazos, manda mal las listas, no mira el
estado HTTP, pone el token en las direcciones y no firma las peticiones. Aquí se le da una `Puerta` como sesión, la
versión fijada después de construirlo, los valores ya en JSON y el token en la cabecera; y lo que conteste se mira
entero (estado, cabeceras y cuerpo) antes de darlo por bueno.
"""

import hashlib
import hmac
import json
import logging
import re
import warnings
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import requests

from conectores.contrato import (
    Acceso,
    Clave,
    ErrorDeContenido,
    ErrorDeContrato,
    ErrorDePerfil,
    ErrorDeRed,
    ErrorTransitorio,
    Permiso,
)
from conectores.grafo_errores import espera_de_uso, leer_falla, uso_pct, veredicto
from conectores.http import Paso, Puerta
from conectores.secretos import recordar, redactar

with warnings.catch_warnings():
    # Sus expresiones regulares usan «\d» sin `r`: un aviso al compilarla por primera vez.
    warnings.simplefilter("ignore")
    import facebook

logger = logging.getLogger(__name__)

GRAFO = "https://graph.facebook.com"
SUBIDAS = "https://rupload.facebook.com"

# La más nueva (2026-07-29). Meta atiende con otra, sin avisar, a quien pide una caducada.
# Fuente: https://developers.facebook.com/docs/graph-api/changelog/versions/, consultada 2026-11-22.
VERSION = "v26.0"

CLAVES = (
    Clave("token", "Token de página o de usuario del sistema, de larga duración."),
    Clave("app_id", "Número de la aplicación de Meta: permite vigilar cuándo vence el token.", obligatoria=False),
    Clave("app_secret", "Secreto de la aplicación de Meta: firma las peticiones.", obligatoria=False),
)

Respuesta = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """Lo que Meta dice del token. vence_en: la primera de sus dos fechas; None si no caduca."""

    permisos: tuple[str, ...]
    vence_en: datetime | None


class Grafo:
    """Las peticiones de un perfil. Cada método es un solo paso, y sólo `publicar` es visible."""

    def __init__(self, acceso: Acceso, *, total: timedelta | None = None, token: str = "") -> None:
        self._acceso = acceso
        self._token = (token or acceso.credenciales.get("token", "")).strip()
        self._secreto = acceso.credenciales.get("app_secret", "").strip()
        for credencial in (self._token, self._secreto):
            recordar(credencial)
        self._puerta = Puerta(hacia={GRAFO: acceso.url, SUBIDAS: acceso.url}, total=total or acceso.plazo_total)
        # En la cabecera y no en la dirección: las direcciones acaban en bitácoras ajenas.
        self._puerta.headers["Authorization"] = f"Bearer {self._token}"
        self._api = facebook.GraphAPI(session=self._puerta)
        self._api.version = VERSION  # el constructor no acepta ninguna posterior a la 3.1
        self._cabeceras: Mapping[str, str] = {}

    @property
    def uso_pct(self) -> int:
        """Cuánto del cupo de llamadas llevaba gastado el perfil en la última respuesta."""
        return uso_pct(self._cabeceras)

    @property
    def espera_de_uso(self) -> timedelta | None:
        """Cuánto falta para que el cupo se renueve, si la última respuesta lo dijo."""
        return espera_de_uso(self._cabeceras)

    def leer(self, ruta: str, **parametros: object) -> Respuesta:
        return self._pedir(self._puerta.invisible(), "GET", ruta, consulta=parametros)

    def escribir(self, ruta: str, datos: Mapping[str, object], *, archivo: bytes = b"", campo: str = "") -> Respuesta:
        """Lo que nadie ve. archivo: los bytes que se mandan en `campo`, como formulario de varias partes."""
        archivos = {campo: ("medio", archivo, "application/octet-stream")} if campo else None
        return self._pedir(self._puerta.invisible(), "POST", ruta, datos=datos, archivos=archivos)

    def publicar(self, ruta: str, datos: Mapping[str, object], *, permiso: Permiso) -> Respuesta:
        return self._pedir(self._puerta.visible(permiso), "POST", ruta, datos=datos)

    def borrar(self, ruta: str) -> None:
        """Repetirlo no hace daño, así que no lleva la disciplina de lo visible."""
        exigir_exito(self._pedir(self._puerta.invisible(), "DELETE", ruta))

    def subir(self, contenedor: str, ruta: Path) -> None:
        """Subir un video al contenedor de Instagram que lo espera, leyéndolo del disco según se manda.

        Fuente: https://developers.facebook.com/documentation/instagram-platform/content-publishing/resumable-uploads,
        consultada 2026-11-22. La dirección se arma aquí: la que devuelve Meta podría llevar el token a otra parte.
        """
        direccion = f"{SUBIDAS}/ig-api-upload/{VERSION}/{contenedor}"
        cabeceras = {"Authorization": f"OAuth {self._token}", "offset": "0", "file_size": str(pesar(ruta))}
        try:
            archivo = ruta.open("rb")
        except OSError as error:
            raise _ilegible(ruta, error) from None
        with archivo, self._puerta.invisible() as paso:
            respuesta = self._puerta.post(direccion, data=archivo, headers=cabeceras)
            try:
                cuerpo = respuesta.json()
            except ValueError:
                cuerpo = None
            if _es_buena(respuesta) and isinstance(cuerpo, dict) and cuerpo.get("success") is True:
                return
            raise _falla_de_subida(cuerpo) or self._veredicto(cuerpo, paso)

    def leer_token(self) -> Token | None:
        """Qué permite el token y hasta cuándo; None sin las credenciales de la aplicación, que hacen falta.

        Lanza ErrorDePerfil si Meta ya no lo acepta.
        """
        app_id = self._acceso.credenciales.get("app_id", "")
        if not (app_id and self._secreto):
            return None
        recordar(f"{app_id}|{self._secreto}")
        como_aplicacion = Grafo(self._acceso, token=f"{app_id}|{self._secreto}")
        datos = como_aplicacion.leer("debug_token", input_token=self._token).get("data")
        if not isinstance(datos, dict):
            raise ErrorDeContrato("Meta contestó sin decir nada del token.")
        if datos.get("is_valid") is not True:
            error = datos.get("error") or {"code": 190}
            raise veredicto(leer_falla({"error": error}, estado=400, cabeceras={}), visible=False)
        fechas = [int(datos.get(c) or 0) for c in ("expires_at", "data_access_expires_at")]
        vence = min((f for f in fechas if f > 0), default=None)
        return Token(
            permisos=tuple(str(p) for p in datos.get("scopes") or ()),
            vence_en=None if vence is None else datetime.fromtimestamp(vence, UTC),
        )

    def _pedir(
        self,
        abrir: AbstractContextManager[Paso],
        metodo: str,
        ruta: str,
        *,
        consulta: Mapping[str, object] | None = None,
        datos: Mapping[str, object] | None = None,
        archivos: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> Respuesta:
        if not self._token:
            raise ErrorDePerfil(
                "A este perfil le falta el token.", remedio="Escríbalo en el panel (Perfiles, Credenciales) o en .env."
            )
        parametros = self._firmar(codificar(datos if datos is not None else consulta or {}))
        sitio = {"post_args": parametros} if datos is not None else {"args": parametros}
        with abrir as paso:
            try:
                contestado = self._api.request(f"{VERSION}/{ruta}", files=archivos, method=metodo, **sitio)
            except facebook.GraphAPIError as error:
                raise self._veredicto(error.result, paso) from None
            except (KeyError, ValueError):  # sin tipo de contenido, o con un JSON roto
                if paso.respuesta is None:
                    raise
                raise self._veredicto(None, paso) from None
            self._anotar(paso)
            if paso.respuesta is None or not _es_buena(paso.respuesta) or not isinstance(contestado, dict):
                raise self._veredicto(contestado, paso)
            return contestado

    def _firmar(self, parametros: dict[str, str]) -> dict[str, str]:
        if self._secreto and "|" not in self._token:
            prueba = hmac.new(self._secreto.encode(), self._token.encode(), hashlib.sha256)
            parametros["appsecret_proof"] = prueba.hexdigest()
        return parametros

    def _anotar(self, paso: Paso) -> None:
        if paso.respuesta is None:
            return
        self._cabeceras = paso.respuesta.headers
        servida = self._cabeceras.get("facebook-api-version")
        if servida and servida != VERSION:
            _avisar_version(servida)

    def _veredicto(self, cuerpo: object, paso: Paso) -> ErrorDeRed:
        self._anotar(paso)
        estado = paso.respuesta.status_code if paso.respuesta is not None else 0
        falla = leer_falla(cuerpo, estado=estado, cabeceras=self._cabeceras)
        if falla.codigo is None and falla.estado < 400:
            return ErrorDeContrato(f"Meta contestó algo que no es lo que sabemos leer (HTTP {estado}).")
        return veredicto(falla, visible=paso.visible, lee=paso.escrituras == 0)


def _es_buena(respuesta: requests.Response) -> bool:
    """El `ok` de requests da por buena una redirección que no seguimos."""
    return 200 <= respuesta.status_code < 300


@lru_cache  # una vez por versión y por proceso
def _avisar_version(servida: str) -> None:
    logger.warning(
        "Meta atiende con la versión %s de su API y Pregonero pide la %s: conviene actualizar Pregonero.",
        servida,
        VERSION,
        extra={"accion": "version_de_grafo", "servida": servida},
    )


def _falla_de_subida(cuerpo: object) -> ErrorDeRed | None:
    """El error propio del servidor de subidas: `{"debug_info": {"retriable", "type", "message"}}`."""
    detalle = cuerpo.get("debug_info") if isinstance(cuerpo, dict) else None
    if not isinstance(detalle, dict):
        return None
    mensaje = redactar(f"Instagram no recibió el video: {detalle.get('message') or detalle.get('type')}")[:500]
    if detalle.get("retriable") is True:
        return ErrorTransitorio(mensaje)
    return ErrorDeContenido(mensaje, remedio="Conviértalo a MP4 con video H.264 y audio AAC, de 3 s a 15 min.")


def codificar(datos: Mapping[str, object]) -> dict[str, str]:
    """Los valores como los espera la Graph API: listas, objetos y lógicos en JSON; lo que es None no se manda."""
    return {
        clave: valor if isinstance(valor, str) else json.dumps(valor, ensure_ascii=False, separators=(",", ":"))
        for clave, valor in datos.items()
        if valor is not None
    }


def exigir(respuesta: Mapping[str, object], clave: str) -> str:
    """El valor que toda respuesta buena trae. Lanza ErrorDeContrato si no está."""
    valor = respuesta.get(clave)
    if isinstance(valor, bool) or not isinstance(valor, (str, int)) or valor == "":
        raise ErrorDeContrato(f"Meta contestó que sí, pero sin «{clave}».")
    return str(valor)


def exigir_exito(respuesta: Mapping[str, object]) -> None:
    if respuesta.get("success") is not True:
        raise ErrorDeContrato("Meta contestó que sí, pero sin «success».")


def exigir_numero(respuesta: Mapping[str, object], clave: str) -> int:
    try:
        return int(exigir(respuesta, clave))
    except ValueError:
        raise ErrorDeContrato(f"Meta contestó un «{clave}» que no es un número.") from None


def exigir_lista(respuesta: Mapping[str, object]) -> list[Respuesta]:
    datos = respuesta.get("data")
    if not isinstance(datos, list):
        raise ErrorDeContrato("Meta contestó un listado sin «data».")
    return [d for d in datos if isinstance(d, dict)]


def exigir_id(id_externo: str, *, de: str) -> str:
    """El identificador del perfil en la red, que hace falta en toda dirección."""
    if not re.fullmatch(r"[\w.-]+", id_externo):
        raise ErrorDePerfil(
            f"A este perfil le falta el identificador de {de}.",
            remedio="Es un número: se dice al agregar el perfil, con --id.",
        )
    return id_externo


def leer_medio(ruta: Path, desde: int = 0, hasta: int | None = None) -> bytes:
    """Los bytes de un archivo, o de un tramo suyo. Lanza ErrorDeContenido si ya no se puede leer."""
    try:
        with ruta.open("rb") as archivo:
            archivo.seek(desde)
            return archivo.read() if hasta is None else archivo.read(hasta - desde)
    except OSError as error:
        raise _ilegible(ruta, error) from None


def pesar(ruta: Path) -> int:
    """El peso en bytes. Lanza ErrorDeContenido si el archivo ya no está."""
    try:
        return ruta.stat().st_size
    except OSError as error:
        raise _ilegible(ruta, error) from None


def _ilegible(ruta: Path, error: OSError) -> ErrorDeContenido:
    return ErrorDeContenido(
        f"No se puede leer {ruta.name} ({error.strerror or type(error).__name__}).",
        remedio="Vuelva a dejar la publicación con su archivo.",
    )

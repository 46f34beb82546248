"""Mirar cuentas públicas de Instagram que la API oficial no deja ver: apagado de fábrica, una petición por cuenta.

instaloader duerme y reintenta por su cuenta, abre una sesión en cada petición y llama «no existe» a lo que no pudo ver.
Aquí se le da nuestra puerta, un solo intento, ninguna espera, y lo que no se ve es `Ilegible`.
"""

from datetime import timedelta
from typing import Any, ClassVar

import instaloader
import requests
from instaloader import exceptions
from instaloader.instaloadercontext import InstaloaderContext, RateController

from conectores.contrato import Acceso, Clave, ErrorDeContrato, ErrorDePerfil, ErrorTransitorio
from conectores.contrato_escucha import HechosDeEscucha, Ilegible, Mediciones, Retrato
from conectores.http import Paso, Puerta, veredicto_por_estado

SITIO = "https://www.instagram.com"
ESPERA_TRAS_LIMITE = timedelta(hours=12)
_NO_DEJAN = frozenset({401, 403})


class _SinDormir(RateController):
    """La espera la decide quien programa, no la biblioteca: si toca esperar, no se pregunta."""

    def sleep(self, secs: float) -> None:
        raise ErrorTransitorio("Demasiadas preguntas seguidas a Instagram.", espera=timedelta(seconds=secs))


class _Contexto(InstaloaderContext):
    """La sesión que usa es nuestra puerta: con plazos, y sin cuenta ni galletas de nadie."""

    def __init__(self, puerta: Puerta) -> None:
        self._nuestra = puerta
        super().__init__(
            sleep=False,
            quiet=True,
            max_connection_attempts=1,
            rate_controller=_SinDormir,
            iphone_support=False,
        )

    def get_anonymous_session(self) -> requests.Session:
        return self._nuestra


class OyenteInstaloader:
    claves: ClassVar[tuple[Clave, ...]] = ()
    escucha: ClassVar[HechosDeEscucha] = HechosDeEscucha(
        canales=(),
        apagada_porque=(
            "Lee la página web de Instagram sin su permiso, y sus condiciones lo prohíben. Las cuentas de empresa o de "
            "creador se pueden comparar por la API oficial, sin esto."
        ),
        fuente="https://help.instagram.com/581066165581870",
    )

    def __init__(self, acceso: Acceso) -> None:
        self._puerta = Puerta(hacia={SITIO: acceso.url}, total=acceso.plazo_total)

    def retratar(self, cuenta: str) -> Retrato | Ilegible:
        """Seguidores, seguidos y publicaciones de una cuenta pública; ni sus publicaciones ni quién la sigue."""
        nombre = cuenta.strip().removeprefix("@").strip("/").lower()
        if not nombre or not all(c.isascii() and (c.isalnum() or c in "._") for c in nombre):
            return Ilegible(f"«{cuenta}» no es un nombre de usuario de Instagram.")
        with self._puerta.invisible() as paso:
            try:
                perfil = instaloader.Profile.from_username(_Contexto(self._puerta), nombre)
            except exceptions.LoginRequiredException:
                return Ilegible("Instagram pide iniciar sesión para verla.")
            except exceptions.ProfileNotExistsException:
                return _sin_perfil(paso)
            except exceptions.InstaloaderException as error:
                raise _veredicto(error, paso) from None
            return Retrato(cuenta=nombre, mediciones=_medir(perfil))


def _sin_perfil(paso: Paso) -> Ilegible:
    """«No existe» es también lo que dice cuando Instagram cambió su página o no quiso enseñarla."""
    if paso.respuesta is not None and paso.respuesta.status_code == 404:
        return Ilegible("Instagram contesta que esa cuenta no está; puede haber cambiado de nombre.")
    return Ilegible("Instagram no enseñó la cuenta: puede ser privada, no existir o estar cerrada a quien no entra.")


def _veredicto(error: exceptions.InstaloaderException, paso: Paso) -> Exception:
    if isinstance(error.__context__, requests.RequestException):
        return paso.traducir(error.__context__)
    estado = paso.respuesta.status_code if paso.respuesta is not None else 0
    if estado in _NO_DEJAN:
        return ErrorDePerfil(
            f"Instagram no deja mirar sin entrar ({estado}).",
            remedio="Espere unos días, o quite esta cuenta de fuentes.toml.",
        )
    if (conocido := veredicto_por_estado(estado, "Instagram no contestó.", paso=paso)) is not None:
        if isinstance(conocido, ErrorTransitorio) and estado == 429 and conocido.espera is None:
            return ErrorTransitorio(conocido.detalle, espera=ESPERA_TRAS_LIMITE, de_perfil=True)
        return conocido
    return ErrorDeContrato(f"Instagram contestó {estado} y no se sabe leer ({type(error).__name__}).")


def _medir(perfil: Any) -> Mediciones:
    """Sólo lo que venía en la página: pedir lo que falta sería otra petición."""
    nodo: dict[str, Any] = perfil._node  # sus propiedades preguntan a la red cuando un dato falta
    cuentas = {
        "seguidores": nodo.get("edge_followed_by", {}).get("count", nodo.get("follower_count")),
        "seguidos": nodo.get("edge_follow", {}).get("count", nodo.get("following_count")),
        "publicaciones": (nodo.get("edge_owner_to_timeline_media") or {}).get("count", nodo.get("media_count")),
    }
    valores = {m: v for m, v in cuentas.items() if isinstance(v, int) and not isinstance(v, bool)}
    publico: dict[str, Any] = {c: nodo[c] for c in ("username", "pk", "is_private", "is_verified") if c in nodo}
    return Mediciones(valores=valores, version=f"instaloader {instaloader.__version__}", crudo={**publico, **valores})

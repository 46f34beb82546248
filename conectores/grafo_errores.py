"""Los errores de la Graph API, dichos con los cinco veredictos. Puro: ni habla con la red ni mira el reloj.

Una regla por código (o por subcódigo, que manda sobre el código). Lo que no está en la tabla no es transitorio:
es un error de contrato, que deja en duda lo visible y avisa a quien mantiene Pregonero.

Fuentes, consultadas 2026-11-22:
https://developers.facebook.com/docs/graph-api/guides/error-handling (códigos generales)
https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/error-codes (-2…36004, 22070xx)
https://developers.facebook.com/docs/graph-api/overview/rate-limiting (4, 17, 32, 613, 80001, 80002 y cabeceras)
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

from conectores.contrato import (
    ErrorDeContenido,
    ErrorDeContrato,
    ErrorDePerfil,
    ErrorDeRed,
    ErrorDuplicado,
    ErrorIncierto,
    ErrorTransitorio,
)
from conectores.http import espera_pedida
from conectores.secretos import redactar


class NoExiste(ErrorDePerfil):
    """Meta no encuentra lo que se nombra, o el token no lo alcanza: con el mismo código dice las dos cosas."""


class SinPermiso(ErrorDePerfil):
    """El token sirve, pero no para esto: lo demás del perfil sigue andando."""


class MetricaMuerta(ErrorDeContrato):
    """Una de las métricas pedidas ya no existe, o no es de esto: hunde la petición entera."""


class DemasiadosDatos(ErrorTransitorio):
    """Meta pide que se pida menos de una vez."""


class Clase(Enum):
    """Qué se puede hacer con un error, antes de saber si la petición era visible."""

    DUDA = auto()  # visible: nadie sabe; invisible: otra vez, más tarde
    PASAJERO = auto()  # no se hizo: otra vez, más tarde
    PAUSA = auto()  # no se hizo, y el perfil entero debe esperar
    PERFIL = auto()
    PERMISO = auto()
    NO_EXISTE = auto()
    CONTENIDO = auto()
    DUPLICADO = auto()


@dataclass(frozen=True, slots=True)
class Regla:
    clase: Clase
    dicho: str
    remedio: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Falla:
    """Lo que contestó Meta. codigo y subcodigo son None si el cuerpo no era un error suyo."""

    estado: int
    codigo: int | None = None
    subcodigo: int | None = None
    transitoria: bool = False
    mensaje: str = ""
    cabeceras: Mapping[str, str]


_RECONECTAR = "Vuelva a conectar el perfil: genere un token nuevo y escríbalo en el panel o en .env."
_PERMISOS = (
    "Revise que el token tenga los permisos que pide `pregonero diagnostico` y que su rol en la página siga vigente."
)
_AMPLIAR = "Espere; si pasa a menudo, espacie las publicaciones de este perfil."

_TOKEN = Regla(Clase.PERFIL, "Meta ya no acepta el token de este perfil.", _RECONECTAR)
_SIN_PERMISO = Regla(Clase.PERMISO, "El token no tiene permiso para esto.", _PERMISOS)
_DESPACIO = Regla(Clase.PAUSA, "Meta pide ir más despacio.", _AMPLIAR)
_SERVIDOR = Regla(Clase.DUDA, "Meta falló al atender la petición.")
_OTRO_CONTENEDOR = Regla(Clase.PASAJERO, "Instagram ya no tiene lo que se había preparado; se preparará de nuevo.")

POR_SUBCODIGO: dict[int, Regla] = {
    # Del código 100: «el objeto no existe, o faltan permisos, o no admite esta operación».
    33: Regla(Clase.NO_EXISTE, "Meta no lo encuentra, o el token no lo alcanza.", _PERMISOS),
    # Del código 190.
    458: Regla(Clase.PERFIL, "La persona que conectó el perfil quitó la aplicación.", _RECONECTAR),
    459: Regla(
        Clase.PERFIL,
        "Facebook pide a la persona que conectó el perfil que confirme su identidad.",
        "Entre a facebook.com con esa cuenta, siga las instrucciones y vuelva a conectar el perfil.",
    ),
    460: Regla(Clase.PERFIL, "Cambió la contraseña de la persona que conectó el perfil.", _RECONECTAR),
    463: Regla(Clase.PERFIL, "El token de este perfil venció.", _RECONECTAR),
    464: Regla(
        Clase.PERFIL,
        "La cuenta que conectó el perfil está sin confirmar.",
        "Entre a facebook.com con esa cuenta, confírmela y vuelva a conectar el perfil.",
    ),
    467: Regla(Clase.PERFIL, "El token de este perfil fue anulado.", _RECONECTAR),
    492: Regla(Clase.PERFIL, "La persona que conectó el perfil ya no tiene un papel en la página.", _RECONECTAR),
    # De Instagram.
    2207001: Regla(Clase.DUDA, "Instagram falló al atender la petición."),
    2207003: Regla(Clase.PASAJERO, "Instagram tardó demasiado en descargar la imagen o el video."),
    2207004: Regla(Clase.CONTENIDO, "La imagen pesa más de 8 MB.", "Use una imagen más ligera."),
    2207005: Regla(Clase.CONTENIDO, "Instagram no admite el formato de la imagen.", "Use una imagen JPEG."),
    2207006: _OTRO_CONTENEDOR,
    2207008: _OTRO_CONTENEDOR,
    2207009: Regla(
        Clase.CONTENIDO,
        "Instagram no admite la proporción de la imagen.",
        "Recórtela o póngale marco: de 0.80:1 (vertical 4:5) a 1.91:1 (horizontal).",
    ),
    # Del código 110, al mirar otra cuenta: no existe, es personal o no deja que la miren.
    2207013: Regla(Clase.NO_EXISTE, "Instagram no enseña esa cuenta: no existe, es personal o es privada."),
    2207010: Regla(
        Clase.CONTENIDO, "El texto es demasiado largo.", "Déjelo en 2,200 caracteres, 30 etiquetas y 20 menciones."
    ),
    2207020: _OTRO_CONTENEDOR,
    2207023: Regla(Clase.CONTENIDO, "Instagram no conoce este tipo de publicación."),
    2207026: Regla(
        Clase.CONTENIDO, "Instagram no admite el formato del video.", "Conviértalo a MP4 con video H.264 y audio AAC."
    ),
    2207027: Regla(Clase.PASAJERO, "Instagram aún no termina de procesar lo que se va a publicar."),
    2207028: Regla(Clase.CONTENIDO, "El carrusel no tiene entre 2 y 10 imágenes o videos.", "Quite o añada alguno."),
    2207032: Regla(Clase.PASAJERO, "Instagram no pudo preparar la imagen o el video."),
    2207040: Regla(Clase.CONTENIDO, "Lleva demasiadas menciones.", "Deje 20 o menos."),
    2207042: Regla(Clase.PAUSA, "Se agotó el cupo de publicaciones de Instagram en 24 horas.", _AMPLIAR),
    2207050: Regla(
        Clase.PERFIL,
        "La cuenta de Instagram está restringida o inactiva.",
        "Entre a la aplicación de Instagram con esa cuenta y atienda lo que le pida.",
    ),
    2207051: Regla(
        Clase.PERFIL,
        "Instagram restringió la cuenta porque sospecha que publica correo basura.",
        "Entre a la aplicación de Instagram con esa cuenta y reclame; publique más espaciado.",
    ),
    2207052: Regla(
        Clase.PASAJERO,
        "Instagram no pudo descargar la imagen o el video de la dirección que se le dio.",
        "Revise que la dirección pública de este servidor se pueda abrir desde fuera de su red.",
    ),
    2207053: Regla(Clase.PASAJERO, "Se interrumpió la subida del video a Instagram."),
    2207057: Regla(Clase.CONTENIDO, "El cuadro de portada está fuera de la duración del video."),
}

POR_CODIGO: dict[int, Regla] = {
    -2: Regla(Clase.PASAJERO, "Instagram no pudo tomar la imagen o el video."),
    -1: _SERVIDOR,
    1: _SERVIDOR,
    2: _SERVIDOR,
    3: _SIN_PERMISO,
    4: _DESPACIO,
    9: Regla(Clase.PAUSA, "Se agotó el cupo de publicaciones de Instagram en 24 horas.", _AMPLIAR),
    10: _SIN_PERMISO,
    17: _DESPACIO,
    24: _OTRO_CONTENEDOR,
    25: POR_SUBCODIGO[2207050],
    32: _DESPACIO,
    100: Regla(Clase.CONTENIDO, "Meta rechazó la publicación tal como está."),
    102: _TOKEN,
    104: Regla(
        Clase.PERFIL,
        "Meta exige firmar las peticiones y la firma falta o no corresponde.",
        "Revise el secreto de la aplicación (`app_secret`) de este perfil.",
    ),
    110: POR_SUBCODIGO[2207013],
    190: _TOKEN,
    341: _DESPACIO,
    352: POR_SUBCODIGO[2207026],
    368: Regla(
        Clase.PERFIL,
        "Facebook bloqueó por un tiempo las acciones de este perfil por sus normas.",
        "Entre a la página, mire «Calidad de la página» y espere a que termine el bloqueo antes de reanudar el perfil.",
    ),
    506: Regla(
        Clase.DUPLICADO,
        "Facebook dice que es igual a la publicación anterior.",
        "Si de verdad quiere repetirla, cambie alguna palabra.",
    ),
    613: _DESPACIO,
    803: POR_SUBCODIGO[33],  # «Some of the aliases you requested do not exist», al pedir varios de una vez
    9004: POR_SUBCODIGO[2207052],
    9007: POR_SUBCODIGO[2207027],
    36000: POR_SUBCODIGO[2207004],
    36001: POR_SUBCODIGO[2207005],
    36003: POR_SUBCODIGO[2207009],
    36004: POR_SUBCODIGO[2207010],
    80001: _DESPACIO,
    80002: _DESPACIO,
    80006: _DESPACIO,
    1609005: Regla(
        Clase.PASAJERO,
        "Facebook no pudo abrir el enlace para sacar su vista previa.",
        "Revise que el enlace se pueda abrir desde fuera de su red.",
    ),
}


def leer_falla(cuerpo: object, *, estado: int, cabeceras: Mapping[str, str]) -> Falla:
    """Lo que se entienda de un cuerpo de error; si no es de Meta, queda sólo el estado HTTP."""
    error = cuerpo.get("error") if isinstance(cuerpo, Mapping) else None
    if not isinstance(error, Mapping):
        return Falla(estado=estado, cabeceras=cabeceras)
    return Falla(
        estado=estado,
        codigo=_entero(error.get("code")),
        subcodigo=_entero(error.get("error_subcode", error.get("subcode"))),  # así lo llama debug_token
        transitoria=error.get("is_transient") is True,
        mensaje=str(error.get("error_user_msg") or error.get("message") or ""),
        cabeceras=cabeceras,
    )


def buscar_regla(falla: Falla) -> Regla | None:
    """La regla que toca; None si nadie la ha escrito."""
    if falla.estado == 429:
        return _DESPACIO
    if falla.estado >= 500:  # pudo aceptar y caerse al contestar, diga lo que diga el cuerpo
        return _SERVIDOR
    if falla.subcodigo in POR_SUBCODIGO:
        return POR_SUBCODIGO[falla.subcodigo]
    if falla.codigo in POR_CODIGO:
        return POR_CODIGO[falla.codigo]
    if falla.codigo is not None and 200 <= falla.codigo <= 299:
        return _SIN_PERMISO
    if falla.transitoria:
        return _SERVIDOR
    return _TOKEN if falla.estado == 401 else None


def veredicto(falla: Falla, *, visible: bool, lee: bool = False) -> ErrorDeRed:
    """El veredicto de una falla. visible: si la petición la iba a ver la gente; lee: si no iba a cambiar nada."""
    regla = buscar_regla(falla)
    if lee and (propio := _al_leer(falla)) is not None:
        return propio
    if regla is None:
        return ErrorDeContrato(_detalle("Meta contestó un error que no conocemos.", falla))
    if lee and regla.clase is Clase.CONTENIDO:  # al leer no hay contenido que corregir: pedimos algo que ya no existe
        return ErrorDeContrato(_detalle("Meta ya no entiende lo que le preguntamos.", falla))
    return segun_regla(regla, _detalle(regla.dicho, falla), visible=visible, cabeceras=falla.cabeceras)


def _al_leer(falla: Falla) -> ErrorDeRed | None:
    """Los errores que quien lee puede remediar él mismo, pidiendo otra cosa.

    Meta los dice con códigos que valen para todo: el texto es lo único que los distingue.
    """
    dicho = falla.mensaje.lower()
    if falla.codigo == 1 and "reduce the amount of data" in dicho:
        return DemasiadosDatos(_detalle("Meta pide que se pida menos de una vez.", falla))
    if falla.codigo == 3001 or (falla.codigo == 100 and falla.subcodigo != 33 and "metric" in dicho):
        return MetricaMuerta(_detalle("Meta ya no da una de las métricas que se le piden.", falla))
    return None


def segun_regla(
    regla: Regla, detalle: str, *, visible: bool = False, cabeceras: Mapping[str, str] | None = None
) -> ErrorDeRed:
    cabeceras, remedio = cabeceras or {}, regla.remedio
    match regla.clase:
        case Clase.DUDA if visible:
            return ErrorIncierto(detalle, remedio=remedio)
        case Clase.DUPLICADO if visible:
            return ErrorDuplicado(detalle, remedio=remedio)
        case Clase.PAUSA:
            pausa = ErrorTransitorio(detalle, espera=espera_de_uso(cabeceras), de_perfil=True)
            pausa.remedio = remedio
            return pausa
        case Clase.PERFIL:
            return ErrorDePerfil(detalle, remedio=remedio)
        case Clase.PERMISO:
            return SinPermiso(detalle, remedio=remedio)
        case Clase.NO_EXISTE:
            return NoExiste(detalle, remedio=remedio)
        case Clase.CONTENIDO:
            return ErrorDeContenido(detalle, remedio=remedio or "Corrija lo que dice Meta y vuelva a programarla.")
        case _:
            transitorio = ErrorTransitorio(detalle, espera=espera_pedida(cabeceras))
            transitorio.remedio = remedio
            return transitorio


def razon_de_contenedor(estado: str) -> Regla | None:
    """La regla del número que trae el `status` de un contenedor de Instagram («… error code 2207026»)."""
    hallado = re.search(r"\b(22070\d\d)\b", estado)
    return POR_SUBCODIGO.get(int(hallado[1])) if hallado else None


def espera_de_uso(cabeceras: Mapping[str, str]) -> timedelta | None:
    """Cuánto falta para recuperar el acceso, según las cabeceras; None si no lo dicen. A lo más un día.

    `X-Business-Use-Case-Usage` lo da en minutos, uno por cada objeto y tipo de uso: manda el mayor.
    """
    minutos = [_entero(uso.get("estimated_time_to_regain_access")) or 0 for uso in _usos(cabeceras)]
    if any(minutos):
        return min(timedelta(minutes=max(minutos)), timedelta(days=1))
    return espera_pedida(cabeceras)


def uso_pct(cabeceras: Mapping[str, str]) -> int:
    """El mayor porcentaje gastado de los cupos de llamadas que Meta enseña; 0 si no enseña ninguno."""
    medidas = ("call_count", "total_time", "total_cputime")
    return max((_entero(uso.get(medida)) or 0 for uso in _usos(cabeceras) for medida in medidas), default=0)


def _usos(cabeceras: Mapping[str, str]) -> list[Mapping[str, object]]:
    usos: list[Mapping[str, object]] = []
    for nombre in ("X-Business-Use-Case-Usage", "X-App-Usage", "X-Page-Usage"):
        try:
            contenido = json.loads(cabeceras.get(nombre) or "{}")
        except ValueError:
            continue
        if not isinstance(contenido, dict):
            continue
        listas = [v for v in contenido.values() if isinstance(v, list)]
        usos += [uso for lista in listas for uso in lista if isinstance(uso, dict)] if listas else [contenido]
    return usos


def _detalle(dicho: str, falla: Falla) -> str:
    numero = "/".join(str(n) for n in (falla.codigo, falla.subcodigo) if n is not None)
    etiqueta = f"código {numero}" if numero else f"HTTP {falla.estado}"
    citado = f" Meta dice: «{falla.mensaje.strip()}»" if falla.mensaje.strip() else ""
    return redactar(f"{dicho}{citado} ({etiqueta})")[:600]


def _entero(valor: object) -> int | None:
    if isinstance(valor, bool) or not isinstance(valor, (int, float, str)):
        return None
    try:
        return int(float(valor))
    except (ValueError, OverflowError):
        return None

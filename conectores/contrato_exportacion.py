"""Lo que una red dice de las tablas que ella misma exporta, para quien no tiene su API. Sólo biblioteca estándar.

Los títulos cambian con la red, el idioma y el año: van en tablas de datos, una por carpeta de red
(`conectores/<red>/exportacion.py`, que declara `EXPORTACIONES`), cada una con su fuente. Los títulos se comparan sin
acentos, mayúsculas, signos ni lo que va entre paréntesis. Una columna que no está aquí no se pierde: queda en lo crudo.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

Titulos = tuple[str, ...]


class Grano(StrEnum):
    """De qué habla cada renglón."""

    PUBLICACION = "publicacion"  # de una publicación, con lo que lleva
    DIA = "dia"  # de un día del perfil entero
    SERIE = "serie"  # de un día, bajo un título suelto que dice qué se cuenta


class Dato(StrEnum):
    """Lo que dice una columna que no es un número."""

    ID = "id"
    URL = "url"
    CUENTA = "cuenta"  # el identificador de la cuenta en su red
    NOMBRE_DE_CUENTA = "nombre_de_cuenta"
    PERFIL = "perfil"  # el nombre del perfil en Pregonero
    CUANDO = "cuando"
    TEXTO = "texto"
    TIPO = "tipo"
    PERIODO = "periodo"
    PROMOCION = "promocion"  # dice sí, o cuántas veces se vio por haber pagado


@dataclass(frozen=True, slots=True, kw_only=True)
class Exportacion:
    """Una tabla que da una red.

    senas: de cada grupo tiene que estar algún título; por ellos se reconoce. metricas: las de
    `contrato_escucha.METRICAS`, cada una con sus títulos; vale el primero que traiga número. En una serie son los
    títulos sueltos. fechas: formas de `strptime`; sin ninguna, como las escribe la gente. zona: vacía si las horas van
    en la de la cuenta. de_toda_la_vida: lo que dice la columna PERIODO si los números no son de un solo día.
    de_un_periodo: sus números son los de los días elegidos al exportar, aunque la publicación sea más vieja.
    """

    nombre: str
    grano: Grano
    senas: tuple[Titulos, ...]
    datos: Mapping[Dato, Titulos]
    metricas: Mapping[str, Titulos]
    fechas: Titulos = ()
    zona: str = ""
    de_toda_la_vida: Titulos = ()
    de_un_periodo: bool = False
    fuente: str
    consultada: date


def ids_tal_cual(escrito: str, _url: str, _cuenta: str) -> tuple[str, ...]:
    return (escrito,) if escrito else ()


def direccion_llana(url: str) -> str:
    """La misma publicación con otra dirección: sin protocolo, «www», parámetros ni la barra del final."""
    sin_protocolo = re.sub(r"^https?://((www|m|web)\.)?", "", url.strip(), flags=re.I)
    return re.split(r"[?#]", sin_protocolo, maxsplit=1)[0].rstrip("/")


def no_se_sabe(_id_externo: str) -> datetime | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exportaciones:
    """Las tablas de una red, y cómo se llama en ellas lo que ya conocemos.

    ids: (identificador, dirección, identificador del perfil) → cómo puede llamarse entre las nuestras; el primero, si
    es nueva. clave, clave_de_url: dos identificadores (o direcciones) de la misma publicación dan la misma. nacio:
    cuándo se publicó, si el identificador lo lleva dentro.
    """

    tablas: tuple[Exportacion, ...]
    ids: Callable[[str, str, str], tuple[str, ...]] = field(default=ids_tal_cual)
    clave: Callable[[str], str] = field(default=str)
    clave_de_url: Callable[[str], str] = field(default=direccion_llana)
    nacio: Callable[[str], datetime | None] = field(default=no_se_sabe)

"""Lo que el motor y una red se prometen. Sólo biblioteca estándar: todos pueden importar esta hoja.

El motor no conoce ninguna red por su nombre: lee `Capacidades`, llama a `Conector` y a los poderes que la red
tenga (`Conciliador`, `Eliminador`, `Hilador`, `MedidorDeTexto`; un poder que falta *no existe*, nunca es un método que
dice que sí), y entiende cinco veredictos, porque puede hacer cinco cosas:

    ErrorDeRed
    ├── ErrorTransitorio   seguro que no se publicó: otra vez, más tarde
    ├── ErrorIncierto      nadie sabe: hay que preguntar a la red antes de hacer nada
    │   └── ErrorDuplicado la red dice que ya lo tiene
    ├── ErrorDePerfil      este perfil no puede actuar: se pausa y se avisa
    ├── ErrorDeContenido   esta pieza no pasará nunca: se dice al editor qué cambiar
    └── ErrorDeContrato    la respuesta no es la que sabemos leer: en duda si fue visible, y aviso a quien mantiene
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable

# ── Lo que se publica ────────────────────────────────────────────────────────────────────────────────────────


class TipoDeMedio(StrEnum):
    IMAGEN = "imagen"
    VIDEO = "video"
    AUDIO = "audio"  # se guarda en el acervo; ninguna red lo admite suelto


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjunto:
    """Un medio tal como viaja en una pieza: ya ajustado a los límites de la red.

    ancho, alto: píxeles, con la orientación ya aplicada. duracion_s: sólo en los videos, si se pudo medir.
    """

    ruta: Path
    tipo: TipoDeMedio
    mime: str
    peso_bytes: int
    ancho: int = 0
    alto: int = 0
    duracion_s: float | None = None
    texto_alternativo: str = ""

    @property
    def razon(self) -> float:
        """Ancho entre alto; 0 si no se conocen las medidas."""
        return self.ancho / self.alto if self.alto else 0.0


@dataclass(frozen=True, slots=True)
class Encuesta:
    opciones: tuple[str, ...]
    duracion: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieza:
    """Lo que se dice en un perfil: el texto final, sus adjuntos y lo propio de la red.

    tipo: la clase de contenido que pidió el editor («publicacion», «reel», …).
    en_respuesta_a: identificador en la red de la parte anterior de un hilo.
    opciones: lo que sólo entiende una red (por ejemplo el tablero de Pinterest), por su nombre.
    """

    texto: str
    titulo: str = ""
    enlace: str = ""
    adjuntos: tuple[Adjunto, ...] = ()
    encuesta: Encuesta | None = None
    tipo: str = "publicacion"
    en_respuesta_a: str = ""
    opciones: Mapping[str, str] = field(default_factory=dict)


class Gravedad(StrEnum):
    ERROR = "error"
    AVISO = "aviso"


@dataclass(frozen=True, slots=True)
class Problema:
    """Algo que está mal, dicho a una persona.

    mensaje: qué está mal. remedio: qué cambiar para que pase. donde: «texto», «foto.jpg», «fila 7, fecha»…
    """

    mensaje: str
    remedio: str = ""
    donde: str = ""
    gravedad: Gravedad = Gravedad.ERROR

    def __str__(self) -> str:
        lugar = f"{self.donde}: " if self.donde else ""
        return f"{lugar}{self.mensaje}" + (f" {self.remedio}" if self.remedio else "")


# ── Lo que una red puede ─────────────────────────────────────────────────────────────────────────────────────


class Conciliacion(StrEnum):
    """Cómo se sale de la duda cuando una respuesta se perdió."""

    IDEMPOTENTE = "idempotente"  # repetir la misma llamada no publica otra vez
    DOS_FASES = "dos_fases"  # lo preparado dice si ya se publicó
    LISTA = "lista"  # se leen las publicaciones recientes del perfil
    CIEGA = "ciega"  # no se puede mirar: decide una persona


@dataclass(frozen=True, slots=True, kw_only=True)
class LimiteDeImagen:
    """Qué imagen admite la red. Formatos en nombres de Pillow («JPEG», «PNG»…); medidas en píxeles.

    Lo que se pasa de peso, de ancho o de formato se arregla solo (reducir, recodificar); la razón ancho/alto no,
    porque recortar cambia lo que se dice.
    """

    formatos: tuple[str, ...]
    peso_maximo_bytes: int
    ancho_maximo: int = 8192
    ancho_minimo: int = 1
    razon_minima: float = 0.0
    razon_maxima: float = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class LimiteDeVideo:
    formatos: tuple[str, ...]  # extensiones sin punto: «mp4», «mov»
    peso_maximo_bytes: int
    duracion_minima_s: float = 0.0
    duracion_maxima_s: float = float("inf")


@dataclass(frozen=True, slots=True)
class Cupo:
    """A lo más `maximo` publicaciones en cada `ventana` que se desliza."""

    maximo: int
    ventana: timedelta


@dataclass(frozen=True, slots=True)
class OpcionDePieza:
    """Algo que sólo entiende una red y se dice en cada publicación (`Pieza.opciones`). ayuda: para quien lo escribe."""

    nombre: str
    ayuda: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacidades:
    """Los hechos de una red, con su fuente y el día en que se leyeron.

    largo_maximo: en `unidad_de_largo` (cada red cuenta a su manera; `validar` hace la cuenta).
    cuarentena: lo más que la red puede tardar en aceptar una petición cuya respuesta perdimos *más* lo que
    tarda en enseñarla en sus listados. Antes de ese plazo, no encontrarla no prueba nada.
    adelanto: con cuánta anticipación conviene preparar lo que nadie ve (subir medios).
    enlace_en_texto: la red no tiene campo de enlace; el motor lo pone al final del texto y `Pieza.enlace` va vacío.
    texto_unico: la red prohíbe decir lo mismo desde varias cuentas.
    tipos: las clases de contenido que distingue (`Pieza.tipo`). opciones: lo que sólo ella entiende.
    """

    red: str
    nombre: str
    largo_maximo: int
    unidad_de_largo: str
    imagenes_maximas: int
    videos_maximos: int
    imagen: LimiteDeImagen | None = None
    video: LimiteDeVideo | None = None
    necesita_medio: bool = False
    enlace_en_texto: bool = False
    texto_unico: bool = False
    conciliacion: Conciliacion
    cuarentena: timedelta = timedelta(seconds=60)
    adelanto: timedelta = timedelta(minutes=5)
    cupos: tuple[Cupo, ...] = ()
    tipos: tuple[str, ...] = ("publicacion",)
    opciones: tuple[OpcionDePieza, ...] = ()
    fuente: str
    verificado: date


@dataclass(frozen=True, slots=True)
class Clave:
    """Una credencial que el conector necesita, tal como se pide en el panel y en `.env`."""

    nombre: str
    ayuda: str
    obligatoria: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceso:
    """Con qué se actúa en un perfil. Su repr no enseña ninguna credencial.

    url: a dónde mandar las peticiones en lugar de a la red de verdad (vacía: a la de verdad).
    direccion_publica: da una dirección nuestra, firmada y de corta vida, desde la que la red puede descargar
    un archivo; None si este servidor no tiene dirección pública.
    plazo_total: lo más que dura una petición, con su respuesta; una subida de archivo puede tardar diez veces más.
    al_renovar: a quién dar las credenciales que la red cambió por otras, por su nombre; guardarlas no puede fallar.
    """

    perfil: str
    id_externo: str = ""
    url: str = ""
    credenciales: Mapping[str, str] = field(default_factory=dict, repr=False)
    opciones: Mapping[str, str] = field(default_factory=dict)
    direccion_publica: Callable[[Path], str] | None = None
    plazo_total: timedelta = timedelta(seconds=30)
    al_renovar: Callable[[Mapping[str, str]], None] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EstadoDePerfil:
    """Lo que contestó la red al preguntarle por el perfil.

    vence_en: cuándo deja de servir la credencial (None: sin fecha). cupo_restante: publicaciones que aún
    admite hoy, si la red lo dice. faltan: permisos que Pregonero necesita y no tiene. avisos: lo demás.
    """

    nombre: str
    id_externo: str
    vence_en: datetime | None = None
    permisos: tuple[str, ...] = ()
    faltan: tuple[str, ...] = ()
    cupo_restante: int | None = None
    avisos: tuple[str, ...] = ()


# ── Lo que se contesta ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Preparada:
    """Lo que quedó listo sin que nadie lo vea. `datos` es JSON y se guarda antes de la llamada visible."""

    datos: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EnProceso:
    """La red todavía trabaja en lo preparado: volver a llamar a `preparar` con `preparada` pasada la `espera`."""

    preparada: Preparada
    espera: timedelta


@dataclass(frozen=True, slots=True)
class Publicado:
    id_externo: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Busqueda:
    """Qué buscar en la red cuando hubo duda.

    desde: instante del primer intento menos el desfase de reloj que se tolera; lo anterior no es nuestro.
    ya_adoptados: identificadores de la red que pertenecen a otras entregas: nunca se adoptan.
    """

    pieza: Pieza
    preparada: Preparada
    huella: str
    clave: str
    desde: datetime
    ya_adoptados: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hallada:
    publicado: Publicado


@dataclass(frozen=True, slots=True)
class Ausente:
    """No está. Sólo prueba algo pasada la cuarentena y mirando más de una vez."""


@dataclass(frozen=True, slots=True)
class SinSaber:
    """La red contestó, pero eso no permite decir ni que está ni que no (por ejemplo, aún la procesa)."""

    motivo: str


Hallazgo = Hallada | Ausente | SinSaber

# ── Los cinco veredictos ─────────────────────────────────────────────────────────────────────────────────────


class ErrorDeRed(Exception):
    """Base de los veredictos. `detalle` lo lee una persona: en español y sin secretos."""

    def __init__(self, detalle: str, *, remedio: str = "") -> None:
        super().__init__(detalle)
        self.detalle = detalle
        self.remedio = remedio


class ErrorTransitorio(ErrorDeRed):
    """Seguro que no se publicó. `espera`: lo que pide la red; `de_perfil`: la espera vale para todo el perfil.

    sin_cobro: seguro que la red no cobró: no llegó a salir la petición, o contestó que no. Si se cortó a media
    respuesta no se sabe, y donde leer cuesta se cuenta como cobrado.
    """

    def __init__(
        self, detalle: str, *, espera: timedelta | None = None, de_perfil: bool = False, sin_cobro: bool = False
    ) -> None:
        super().__init__(detalle)
        self.espera = espera
        self.de_perfil = de_perfil
        self.sin_cobro = sin_cobro


class ErrorIncierto(ErrorDeRed):
    """Nadie sabe si se publicó."""


class ErrorDuplicado(ErrorIncierto):
    """La red dice que ya tiene algo igual: tras un intento dudoso es un indicio de éxito."""


class ErrorDePerfil(ErrorDeRed):
    """El perfil no puede actuar hasta que una persona haga algo (`remedio`)."""


class ErrorDeContenido(ErrorDeRed):
    """Esta pieza no pasará nunca tal como está (`remedio`: qué cambiar)."""


class ErrorDeContrato(ErrorDeRed):
    """La red contestó algo que no sabemos leer, o pedimos algo que ya no existe."""


# ── Los papeles ──────────────────────────────────────────────────────────────────────────────────────────────

Permiso = Callable[[], None]
"""Se llama justo antes de mandar el primer byte visible; lanza ErrorTransitorio si ya es tarde para mandarlo."""


class Conector(Protocol):
    """Un perfil de una red. Se construye con `Clase(acceso)` y no toca la red al construirse.

    Ningún método reintenta ni espera por su cuenta, y ninguno lanza otra cosa que los cinco veredictos.
    """

    capacidades: ClassVar[Capacidades]
    claves: ClassVar[tuple[Clave, ...]]

    def __init__(self, acceso: Acceso) -> None: ...

    def validar(self, pieza: Pieza) -> list[Problema]:
        """Decir todo lo que la red rechazaría, sin tocarla. Lista vacía (o sólo avisos): se puede publicar."""

    def comprobar(self) -> EstadoDePerfil:
        """Leer, con una o dos peticiones baratas, si el perfil puede publicar. Lanza ErrorDePerfil si no."""

    def preparar(self, pieza: Pieza, *, clave: str, previa: Preparada | None = None) -> Preparada | EnProceso:
        """Dejar listo todo lo que nadie ve; repetible sin daño.

        Con `previa` (lo que quedó de otra vez) se aprovecha lo que siga sirviendo. Lo que devuelve debe llevar
        cuanto necesiten `publicar` y `conciliar`, porque quien las llame puede ser otro proceso.
        """

    def publicar(self, preparada: Preparada, *, clave: str, permiso: Permiso) -> Publicado:
        """Hacer la única llamada visible, una sola vez, sin reintentos.

        `clave` es la misma en todos los intentos de una entrega: es la clave de idempotencia donde la haya.
        """


@runtime_checkable
class Conciliador(Protocol):
    def conciliar(self, busqueda: Busqueda) -> Hallazgo:
        """Preguntar a la red si la pieza salió. Lanza un veredicto si no se pudo preguntar."""


@runtime_checkable
class Eliminador(Protocol):
    def borrar(self, id_externo: str) -> None:
        """Borrar de la red lo publicado. Que ya no esté también es éxito."""


@runtime_checkable
class Hilador(Protocol):
    def partir(self, pieza: Pieza) -> list[str]:
        """Partir un texto demasiado largo en los textos de un hilo, en orden. Pura."""


@runtime_checkable
class MedidorDeTexto(Protocol):
    def medir_texto(self, pieza: Pieza) -> int:
        """Cuánto mide su texto en `unidad_de_largo`, con la misma cuenta que hace `validar`. Pura."""


# ── La huella ────────────────────────────────────────────────────────────────────────────────────────────────

_INVISIBLES = re.compile("[\u200b\u200c\u2060\ufeff]")


def texto_normalizado(texto: str) -> str:
    """El texto tal como se compara: NFC, sin caracteres invisibles y con cada blanco reducido a un espacio."""
    return " ".join(_INVISIBLES.sub("", unicodedata.normalize("NFC", texto)).split())


def calcular_huella(texto: str, cuantos_medios: int) -> str:
    """Reconocer una publicación entre las del perfil sin cambiar lo que lee la gente. 32 hexadecimales.

    Los enlaces deben venir expandidos (como los escribió el editor), no acortados por la red.
    """
    return hashlib.sha256(f"{cuantos_medios}|{texto_normalizado(texto)}".encode()).hexdigest()[:32]

"""Lo que el motor y una red se prometen al escuchar y al medir. Sólo biblioteca estándar, como `contrato`.

Son poderes sueltos: el que una red no tiene *no existe*. Ninguno escribe en la red, ninguno espera ni reintenta por su
cuenta, y ninguno lanza otra cosa que los veredictos de `contrato`. Lo que cuesta dinero lo dice antes (`Canal.costo`)
y después (`Tanda.gastos`).

Lo que una red no dio no está: nunca es un cero (`Mediciones.valores` no lleva la métrica; `Autor.seguidores` es None).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Protocol, runtime_checkable

from conectores.contrato import Acceso, Clave

# ── Lo que se oye ────────────────────────────────────────────────────────────────────────────────────────────


class Clase(StrEnum):
    """Qué es un mensaje que llega."""

    MENCION = "mencion"  # nos nombran
    COMENTARIO = "comentario"  # en una publicación nuestra
    DIRECTO = "directo"  # un mensaje privado
    AJENA = "ajena"  # de otra persona, en nuestro muro o etiquetándonos
    BUSQUEDA = "busqueda"  # público, hallado buscando los términos de un monitor
    ARTICULO = "articulo"  # de un medio digital
    COMPETIDOR = "competidor"  # lo que publica otra cuenta que se compara con la nuestra


@dataclass(frozen=True, slots=True, kw_only=True)
class Autor:
    """Quien lo dijo, hasta donde la red lo dice. seguidores: None si no lo dijo. lugar: el que pone en su perfil."""

    id: str = ""
    usuario: str = ""
    nombre: str = ""
    seguidores: int | None = None
    lugar: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LugarDicho:
    """El lugar que la red pega a un mensaje.

    punto: (latitud, longitud) exactas. recuadro: (oeste, sur, este, norte), en grados, de un lugar con nombre.
    """

    nombre: str = ""
    punto: tuple[float, float] | None = None
    recuadro: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Oido:
    """Un mensaje tal como lo dio una red, ya leído.

    publicado_en: con zona. en_respuesta_a: el identificador de aquello a lo que contesta (una publicación nuestra, otro
    mensaje). interacciones: la suma de las que la red dio (me gusta, respuestas, compartidos); None si no dio ninguna.
    editado_en: si la red dice que cambió. borrado: la red dice que ya no está. crudo: lo que llegó, sin tocar.
    """

    id_externo: str
    clase: Clase
    texto: str
    publicado_en: datetime
    autor: Autor = field(default_factory=Autor)
    url: str = ""
    titulo: str = ""
    en_respuesta_a: str = ""
    idioma: str = ""
    lugar: LugarDicho | None = None
    interacciones: int | None = None
    editado_en: datetime | None = None
    borrado: bool = False
    crudo: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gasto:
    """Lo que cobró la red por una petición. concepto: qué se leyó, para una persona («menciones leídas»)."""

    concepto: str
    unidades: int
    dolares: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Desde:
    """Por dónde va una fuente.

    cursor: lo que devolvió la vez anterior; vacío la primera. no_antes_de: lo anterior no interesa (la primera vez,
    cuánto pasado traer). publicaciones: identificadores de las nuestras que conviene mirar, las más nuevas primero.
    """

    cursor: str = ""
    no_antes_de: datetime
    publicaciones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tanda:
    """Lo que contestó una red a una petición (o a unas pocas).

    cursor: para seguir; se guarda junto con lo oído. hay_mas: falta lo que sigue y se puede pedir ya.
    cubierto_hasta: hasta ese instante ya se tiene todo (None: esta tanda no lo permite decir).
    perdido: (desde, hasta) que la red ya no da: una laguna, nunca un cero.
    """

    oidos: tuple[Oido, ...] = ()
    cursor: str = ""
    hay_mas: bool = False
    cubierto_hasta: datetime | None = None
    perdido: tuple[datetime, datetime] | None = None
    gastos: tuple[Gasto, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Canal:
    """Algo que se puede escuchar en una red.

    cada: cada cuánto conviene preguntar. costo: lo más que puede costar, en dólares, una petición; 0 si es gratis.
    """

    nombre: str
    clase: Clase
    ayuda: str
    cada: timedelta
    costo: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class HechosDeEscucha:
    """Lo que una red deja oír, con su fuente.

    busqueda: el canal de la búsqueda pública, si la hay. apagada_porque: si no está vacío, no se escucha hasta que la
    oficina la encienda, y este es el motivo que se le enseña. purga: si la red exige que lo borrado allá se borre aquí,
    en cuánto; lo que no se pueda volver a comprobar en ese plazo se borra también. lugar_solo_con_el_mensaje: la red
    prohíbe guardar dónde está la gente aparte de su mensaje. conserva_respuestas: deja guardar por años los comentarios
    públicos a lo que publicamos, como parte de lo publicado.
    """

    canales: tuple[Canal, ...]
    busqueda: Canal | None = None
    apagada_porque: str = ""
    purga: timedelta | None = None
    lugar_solo_con_el_mensaje: bool = False
    conserva_respuestas: bool = False
    fuente: str = ""


class Oyente(Protocol):
    """Quien oye una red sin publicar en ella (la prensa, por ejemplo). Se construye con `Clase(acceso)`."""

    claves: ClassVar[tuple[Clave, ...]]

    def __init__(self, acceso: Acceso) -> None: ...


@runtime_checkable
class Escucha(Protocol):
    escucha: ClassVar[HechosDeEscucha]

    def escuchar(self, canal: str, desde: Desde) -> Tanda:
        """Lo nuevo de un canal. Repetir con el mismo `desde` da lo mismo: no gasta nada de este lado."""


@runtime_checkable
class Buscador(Protocol):
    escucha: ClassVar[HechosDeEscucha]

    def consultas(self, terminos: Sequence[str]) -> tuple[str, ...]:
        """Las búsquedas, en el lenguaje de la red y dentro de su largo, que hallan cualquiera de los términos. Pura."""

    def buscar(self, consulta: str, desde: Desde) -> Tanda:
        """Lo nuevo que halla una consulta."""


@dataclass(frozen=True, slots=True)
class Revision:
    """Qué fue de unos mensajes: los que siguen (quizá cambiados) y los que ya no están. Del resto no se sabe."""

    vivos: tuple[Oido, ...]
    borrados: frozenset[str]
    gastos: tuple[Gasto, ...] = ()


@runtime_checkable
class Revisor(Protocol):
    """costo_de_revision: lo más que puede costar, en dólares, revisar un mensaje."""

    lote_de_revision: ClassVar[int]
    costo_de_revision: ClassVar[Decimal]

    def revisar(self, ids: Sequence[str]) -> Revision:
        """Si unos mensajes (a lo más `lote_de_revision`) siguen en la red."""


# ── Lo que se mide ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Mediciones:
    """Los números que dio una red, en nuestro vocabulario (`METRICAS`); lo que no dio no está.

    version: de qué versión de la API y con qué nombre los llama («v26.0»). crudo: lo que llegó.
    """

    valores: Mapping[str, int]
    version: str
    crudo: Mapping[str, Any] = field(default_factory=dict)
    gastos: tuple[Gasto, ...] = ()


METRICAS: Mapping[str, str] = {
    "me_gusta": "reacciones y me gusta",
    "comentarios": "comentarios o respuestas",
    "compartidos": "compartidos, republicaciones y citas",
    "guardados": "veces que se guardó",
    "clics": "clics en el enlace",
    "clics_totales": "todos los clics, también en el texto y en las fotos",
    "vistas": "veces que se vio",
    "alcance": "personas distintas que lo vieron",
    "reproducciones": "reproducciones de video",
    "interacciones": "todas las anteriores que la red suma",
    "seguidores": "seguidores del perfil",
    "seguidores_nuevos": "cuentas que empezaron a seguir el perfil, en un día o por una publicación",
    "seguidos": "cuentas que sigue el perfil",
    "publicaciones": "publicaciones del perfil",
    "visitas_al_perfil": "visitas al perfil",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EnElPerfil:
    """Una publicación que está en un perfil nuestro, la hayamos publicado nosotros o no.

    gasto: lo que cobró la red por enseñarla; None si es gratis.
    """

    id_externo: str
    texto: str
    publicada_en: datetime
    url: str = ""
    tipo: str = ""
    gasto: Gasto | None = None


@runtime_checkable
class Medidor(Protocol):
    """costo_de_medida: lo más que puede costar, en dólares, medir una publicación."""

    lote_de_medida: ClassVar[int]
    costo_de_medida: ClassVar[Decimal]

    def medir_publicaciones(self, ids: Sequence[str]) -> Mapping[str, Mediciones]:
        """Los números de unas publicaciones (a lo más `lote_de_medida`). La que ya no está no aparece."""

    def medir_perfil(self) -> Mediciones:
        """Seguidores y lo demás del perfil, hoy."""

    def listar(self, desde: datetime) -> Sequence[EnElPerfil]:
        """Lo publicado en el perfil desde entonces, por quien sea."""


@runtime_checkable
class MedidorDePago(Medidor, Protocol):
    """El de una red que también cobra por ver el perfil y por listarlo: lo más que cuesta cada llamada, en dólares.

    Lo cobrado de verdad viene en `Mediciones.gastos` y en cada `EnElPerfil.gasto`.
    """

    costo_de_perfil: ClassVar[Decimal]
    costo_de_listado: ClassVar[Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrato:
    """Otra cuenta, vista desde fuera. recientes: sus últimas publicaciones, con sus interacciones."""

    cuenta: str
    mediciones: Mediciones
    recientes: tuple[Oido, ...] = ()


@dataclass(frozen=True, slots=True)
class Ilegible:
    """No se pudo ver la cuenta: puede estar bloqueada, ser privada o no existir. No prueba que se haya borrado."""

    motivo: str


@runtime_checkable
class Competidor(Protocol):
    def retratar(self, cuenta: str) -> Retrato | Ilegible:
        """Los números públicos de otra cuenta de la misma red."""

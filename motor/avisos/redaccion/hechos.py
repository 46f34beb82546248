"""Lo que un correo cuenta de un alza, ya averiguado. Puro: sólo valores."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from motor.avisos.aviso import Imagen
from motor.avisos.grafica.normal import Punto


class Momento(StrEnum):
    """En qué punto de la historia se escribe."""

    NUEVA = "nueva"
    PEOR = "peor"
    RECUPERADA = "recuperada"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dicho:
    """Un mensaje que se enseña. red: su nombre para una persona. interacciones: None si la red no las dio.

    texto: vacío si no se debe enseñar fuera de la red (un directo).
    """

    red: str
    usuario: str
    texto: str
    publicado_en: datetime
    url: str = ""
    interacciones: int | None = None
    seguidores: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hechos:
    """temas: los nombres de los monitores, primero el que más sube. valor, esperado: mensajes en `lapso` y lo normal.

    total, normal_total: desde que empezó, y lo normal en ese rato (None: no hay pasado con qué saberlo).
    lugares: (nombre, mensajes). con_lugar, lugar_por: cuántos dicen dónde, y cómo se supo («texto», «coordenadas»…).
    autores: cuentas distintas; None si las redes no dijeron de quién es casi todo. palabras: (palabra, mensajes en que
    está).
    sin_oir: las fuentes que ahora mismo no se pueden oír. falsas_alarmas: las que se toleran por monitor y mes.
    hasta: cuándo volvió a lo normal; None si sigue. maximo: lo más alto que llegó en `lapso`.
    """

    temas: tuple[str, ...]
    valor: int
    esperado: float
    lapso: timedelta
    desde: datetime
    ahora: datetime
    total: int
    normal_total: float | None = None
    lugares: tuple[tuple[str, int], ...] = ()
    con_lugar: int = 0
    lugar_por: frozenset[str] = frozenset()
    autores: int | None = None
    redes: tuple[tuple[str, int], ...] = ()
    ruidosos: tuple[Dicho, ...] = ()
    palabras: tuple[tuple[str, int], ...] = ()
    puntos: tuple[Punto, ...] = ()
    sin_oir: tuple[str, ...] = ()
    falsas_alarmas: float = 1.0
    hasta: datetime | None = None
    maximo: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Acciones:
    """Cómo contesta quien lo lee, y en qué sitio de la conversación va.

    enlace: la página firmada; vacío si este servidor no tiene dirección pública. responde_a: el asunto del primero de
    la historia; vacío si es éste. a_tiempo: si sale ya; no, si espera a la mañana o a que acabe un silencio. panel: su
    página en el panel, para quien puede entrar; vacío si no tiene dirección pública.
    """

    historia_id: int
    ambito: str
    enlace: str = ""
    responde_a: str = ""
    a_tiempo: bool = True
    panel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pliego:
    """Un correo redactado, sin destinatario. corto: lo mismo en un renglón o dos, para un canal de mensajes."""

    asunto: str
    texto: str
    html: str = ""
    imagenes: tuple[Imagen, ...] = ()
    corto: str = ""


Redactar = Callable[[Acciones], Pliego]
"""Se llama ya dentro de la transacción, cuando se sabe qué número tiene la historia: no debe tardar ni leer nada."""

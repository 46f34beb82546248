"""Lo que la gente dice: comentarios, menciones, mensajes y publicaciones ajenas, de cualquier red.

Lo puesto se ve desde que se pone, diga lo que diga su instante: así una demostración puede repasar quince días en un
minuto. Poner miles de una vez cuesta lo mismo que poner uno: los listados se ordenan la primera vez que se leen.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

COMENTARIO = "comentario"  # en una publicación de un perfil
MENCION = "mencion"  # nombra a un perfil
AJENA = "ajena"  # de otra persona, en el muro de un perfil
DIRECTO = "directo"  # un mensaje privado
BUSQUEDA = "busqueda"  # pública, sin nombrar a nadie
CLASES = (COMENTARIO, MENCION, AJENA, DIRECTO, BUSQUEDA)

_EPOCA_X_MS = 1288834974657  # de los identificadores «snowflake»


@dataclass(frozen=True, slots=True, kw_only=True)
class Voz:
    """Algo que dijo alguien. perfil: el nuestro que lo recibe («» en una búsqueda).

    publicacion: la nuestra en que se comentó. en_respuesta_a: el comentario o mensaje al que contesta; en un directo,
    el nombre de su conversación. lugar: lo que la red pega al mensaje (`nombre`, `punto`, `recuadro`); autor_lugar: lo
    que el autor dice de sí. autor_seguidores: None si la red no lo sabría. editada: cuándo cambió; anteriores: lo que
    decía antes, en orden.
    """

    red: str
    perfil: str
    id: str
    clase: str
    texto: str
    instante: datetime
    autor_id: str = ""
    autor_usuario: str = ""
    autor_nombre: str = ""
    autor_seguidores: int | None = None
    autor_lugar: str = ""
    publicacion: str = ""
    en_respuesta_a: str = ""
    lugar: Mapping[str, Any] = field(default_factory=dict)
    idioma: str = "es"
    me_gusta: int = 0
    compartidos: int = 0
    borrada: bool = False
    editada: datetime | None = None
    anteriores: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


class Voces:
    """Las de todas las redes, por lo que se les pregunta: de quién son y en qué publicación están."""

    def __init__(self) -> None:
        self._por_id: dict[tuple[str, str], Voz] = {}
        self._listas: dict[tuple[str, str, str], list[str]] = {}
        self._desordenadas: set[tuple[str, str, str]] = set()
        self._serie = itertools.count(1)
        self._numeros: dict[tuple[str, str], dict[str, int]] = {}

    def poner(self, voces: Iterable[Voz]) -> list[Voz]:
        """Añadirlas (o cambiar las que ya estén con ese identificador)."""
        puestas = []
        for voz in (replace(v, instante=v.instante.astimezone(UTC)) for v in voces):
            anterior = self._por_id.get((voz.red, voz.id))
            self._por_id[voz.red, voz.id] = voz
            if anterior is None:
                for llave in _llaves(voz):
                    self._listas.setdefault(llave, []).append(voz.id)
                    self._desordenadas.add(llave)
            puestas.append(voz)
        return puestas

    def decir(self, varias: Iterable[Mapping[str, Any]]) -> list[Voz]:
        """Poner las que vengan en JSON (`voz_de`)."""
        return self.poner([voz_de(una, nuevo_id=self.nuevo_id) for una in varias])

    def buscar(self, red: str, id_externo: str) -> Voz | None:
        """Una que sigue en pie."""
        voz = self._por_id.get((red, id_externo))
        return None if voz is None or voz.borrada else voz

    def existio(self, red: str, id_externo: str) -> bool:
        """Si alguna vez se dijo, aunque se haya borrado."""
        return (red, id_externo) in self._por_id

    def corregir(self, red: str, id_externo: str, **cambios: Any) -> Voz:
        """Cambiarla (`texto`, `borrada`, `me_gusta`…). Lanza KeyError si no existe; cambiar el texto es editarla."""
        anterior = self._por_id[red, id_externo]
        if cambios.get("texto", anterior.texto) != anterior.texto:
            cambios = {"editada": datetime.now(UTC), "anteriores": (*anterior.anteriores, anterior.texto)} | cambios
        self._por_id[red, id_externo] = replace(anterior, **cambios)
        return self._por_id[red, id_externo]

    def de_perfil(self, red: str, perfil: str, clase: str) -> Iterator[Voz]:
        """Las que siguen en pie, de lo más nuevo a lo más viejo."""
        return self._recorrer((red, clase, perfil))

    def de_publicacion(self, red: str, publicacion: str) -> Iterator[Voz]:
        """Los comentarios en pie de una publicación, con sus respuestas, de lo más nuevo a lo más viejo."""
        return self._recorrer((red, "en", publicacion))

    def de_red(self, red: str) -> Iterator[Voz]:
        """Todas las que siguen en pie en una red, de lo más nuevo a lo más viejo."""
        return self._recorrer((red, "", ""))

    def todas(self, red: str = "", *, borradas: bool = False) -> list[Voz]:
        """Todas las de una red (o de todas), de lo más nuevo a lo más viejo."""
        halladas = [v for v in self._por_id.values() if red in ("", v.red) and (borradas or not v.borrada)]
        return sorted(halladas, key=_orden, reverse=True)

    # ── Los números de cada publicación y de cada perfil, con los nombres de `contrato_escucha.METRICAS` ─────────

    def contar(self, red: str, id_externo: str, numeros: Mapping[str, int]) -> None:
        """Poner los que dará la red, de una publicación o de un perfil."""
        self._numeros.setdefault((red, id_externo), {}).update({m: int(c) for m, c in numeros.items()})

    def sumar(self, red: str, id_externo: str, numeros: Mapping[str, int]) -> None:
        suyos = self._numeros.setdefault((red, id_externo), {})
        for metrica, cuantos in numeros.items():
            suyos[metrica] = max(0, suyos.get(metrica, 0) + int(cuantos))

    def numeros(self, red: str, id_externo: str) -> Mapping[str, int]:
        """Los que se hayan puesto; los demás son cero."""
        return self._numeros.get((red, id_externo), {})

    def nuevo_id(self, red: str = "", instante: datetime | None = None) -> str:
        """Un número. En X lleva la hora dentro; las redes de Meta no la enseñan."""
        if red == "x":
            return id_con_hora(instante or datetime.now(UTC), serie=next(self._serie))
        return str(9_000_000_000 + next(self._serie))

    def _recorrer(self, llave: tuple[str, str, str]) -> Iterator[Voz]:
        red = llave[0]
        if llave in self._desordenadas:
            self._listas[llave].sort(key=lambda i: _orden(self._por_id[red, i]), reverse=True)
            self._desordenadas.discard(llave)
        for id_externo in tuple(self._listas.get(llave, ())):
            voz = self._por_id[red, id_externo]
            if not voz.borrada:
                yield voz


def id_con_hora(instante: datetime, *, serie: int = 0) -> str:
    """Un identificador «snowflake», como los de X; en un mismo milisegundo los distingue la serie."""
    return str(((int(instante.timestamp() * 1000) - _EPOCA_X_MS) << 22) | (serie & 0x3FFFFF))


def instante_del_id(numero: int) -> datetime:
    """La hora que lleva dentro un identificador de X."""
    return datetime.fromtimestamp(((numero >> 22) + _EPOCA_X_MS) / 1000, UTC)


def voz_de(datos: Mapping[str, Any], *, nuevo_id: Callable[[str, datetime], str]) -> Voz:
    """Una voz a partir de JSON: `instante` en ISO 8601, o `hace_s` segundos.

    Lanza ValueError si algo no se entiende.
    """
    limpios = dict(datos)
    hace_s = limpios.pop("hace_s", None)
    conocidos = {c.name for c in fields(Voz)}
    if ajenos := [c for c in limpios if c not in conocidos]:
        raise ValueError(f"Una voz no tiene «{ajenos[0]}»: {', '.join(sorted(conocidos))}.")
    limpios.setdefault("clase", MENCION)
    if limpios["clase"] not in CLASES or not limpios.get("red"):
        raise ValueError(f"Una voz necesita `red` y `clase` ({', '.join(CLASES)}).")
    for nombre in ("instante", "editada"):
        if isinstance(escrito := limpios.get(nombre), str):
            limpios[nombre] = datetime.fromisoformat(escrito)
        if (momento := limpios.get(nombre)) is not None and momento.tzinfo is None:
            raise ValueError(f"`{nombre}` lleva zona horaria.")
    if limpios.get("instante") is None:
        limpios["instante"] = datetime.now(UTC) - timedelta(seconds=float(hace_s or 0))
    limpios.setdefault("perfil", "")
    limpios.setdefault("texto", "")
    limpios["id"] = str(limpios.get("id") or nuevo_id(limpios["red"], limpios["instante"]))
    limpios["anteriores"] = tuple(limpios.get("anteriores", ()))
    return Voz(**limpios)


def _llaves(voz: Voz) -> list[tuple[str, str, str]]:
    llaves = [(voz.red, "", ""), (voz.red, voz.clase, voz.perfil)]
    if voz.publicacion:
        llaves.append((voz.red, "en", voz.publicacion))
    return llaves


def _orden(voz: Voz) -> tuple[datetime, str]:
    return voz.instante, voz.id

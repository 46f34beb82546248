"""Repartir lo que hay en tarjetas, días y horas. Puro.

Lo de una misma publicación al mismo minuto es una tarjeta, con la marca de cada perfil.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from modelos import Estado
from motor.publicacion.choques import Choque
from motor.publicacion.mando import PENDIENTES
from panel.paginas.calendario.consulta import Fila

_POR_IMPORTANCIA = (
    Estado.POR_DECIDIR,
    Estado.FALLIDA,
    Estado.EN_DUDA,
    Estado.RETENIDA,
    Estado.VENCIDA,
    Estado.ENVIANDO,
    Estado.RECLAMADA,
    Estado.PROGRAMADA,
    Estado.PUBLICADA,
    Estado.CANCELADA,
)
_IMPORTANCIA = {estado: i for i, estado in enumerate(_POR_IMPORTANCIA)}

MADRUGADA = 6
"""Las horas antes de ésta van juntas en un solo renglón de la semana."""


def renglon(local: datetime) -> int:
    """El de la semana en que cae: el de su hora, o el 0 si es de madrugada."""
    return local.hour if local.hour >= MADRUGADA else 0


@dataclass(frozen=True, slots=True)
class Tarjeta:
    """estado: el que más necesita a una persona. local: la hora de la oficina. choque: si estorba a otra."""

    publicacion_id: int
    local: datetime
    filas: Sequence[Fila]
    estado: Estado
    choque: Choque | None = None

    @property
    def en(self) -> datetime:
        return self.filas[0].en

    @property
    def iso(self) -> str:
        return self.en.isoformat()

    @property
    def en_local(self) -> str:
        """«2026-11-23T09:00»."""
        return self.local.isoformat()[:16]

    @property
    def hora(self) -> str:
        return f"{self.local.hour}:{self.local.minute:02}"

    @property
    def numeros(self) -> str:
        return " ".join(str(f.id) for f in self.filas)

    @property
    def perfiles(self) -> set[int]:
        return {f.perfil_id for f in self.filas}

    @property
    def movible(self) -> bool:
        return all(f.estado in PENDIENTES for f in self.filas)


@dataclass(frozen=True, slots=True)
class Dia:
    """tarjetas: por hora, al menos las que se enseñan. contadas: por renglón, cuántas publicaciones hay de verdad."""

    dia: date
    tarjetas: Sequence[Tarjeta]
    contadas: Mapping[int, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return max(sum(self.contadas.values()), len(self.tarjetas))

    def primeras(self, cuantas: int) -> Sequence[Tarjeta]:
        """Las que se enseñan. Si sobra una sola, cabe en el renglón que la anunciaría."""
        return self.tarjetas if self.total <= cuantas + 1 else self.tarjetas[:cuantas]

    def por_hora(self) -> Mapping[int, list[Tarjeta]]:
        """Por renglón de la semana: la madrugada va en el 0."""
        juntas: dict[int, list[Tarjeta]] = {}
        for tarjeta in self.tarjetas:
            juntas.setdefault(renglon(tarjeta.local), []).append(tarjeta)
        return juntas

    def puntos(self) -> Sequence[str]:
        """Un punto por tarjeta, a lo más cinco, lo más urgente primero: el día visto de lejos."""
        return sorted((t.estado for t in self.tarjetas), key=_IMPORTANCIA.__getitem__)[:5]

    @property
    def choques(self) -> int:
        return sum(t.choque is not None for t in self.tarjetas)


def tarjetas_de(filas: Iterable[Fila], *, zona: ZoneInfo, choques: Mapping[int, Choque]) -> list[Tarjeta]:
    juntas: dict[tuple[int, datetime], list[Fila]] = {}
    for fila in filas:
        juntas.setdefault((fila.publicacion_id, fila.en.replace(second=0, microsecond=0)), []).append(fila)
    return [
        Tarjeta(
            publicacion_id=publicacion_id,
            local=minuto.astimezone(zona),
            filas=suyas,
            estado=suyas[0].estado if len(suyas) == 1 else min((f.estado for f in suyas), key=_IMPORTANCIA.__getitem__),
            choque=next((choques[f.id] for f in suyas if f.id in choques), None) if choques else None,
        )
        for (publicacion_id, minuto), suyas in juntas.items()
    ]

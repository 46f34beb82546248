"""Casos al azar de elegir hora: perfiles, reglas y ventanas de todas las formas, también las que no dejan nada."""

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from conectores.contrato import Cupo
from motor.horarios.huecos import Hueco, Pedido, SinHueco, elegir
from motor.horarios.mapa import SEMANA, Mapa
from motor.horarios.reglas import ReglasDeHorarios, ReglasDePerfil

MEXICO = ZoneInfo("America/Mexico_City")
AHORA = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
HORA, DIA = timedelta(hours=1), timedelta(days=1)


def un_mapa(ganancias: tuple[float, ...] = (0.0,) * SEMANA, *, espaciado: float = 0.05) -> Mapa:
    return Mapa(
        ganancia=ganancias,
        inferior=tuple(g - 10 for g in ganancias),
        superior=tuple(g + 10 for g in ganancias),
        publicaciones=100,
        curva="general",
        espaciado=espaciado,
    )


def al_azar(semilla: int, *, espaciado: float = 0.05) -> Mapa:
    azar = random.Random(semilla)
    return un_mapa(tuple(azar.gauss(0, 18) for _ in range(SEMANA)), espaciado=espaciado)


@dataclass(frozen=True, kw_only=True)
class Caso:
    """Lo que se da a `elegir`."""

    pedidos: list[Pedido]
    mapas: dict[str, Mapa] = field(default_factory=lambda: {"a": un_mapa()})
    ocupados: dict[str, list[datetime]] = field(default_factory=dict)
    reglas: ReglasDeHorarios = field(default_factory=ReglasDeHorarios)
    cupos: dict[str, list[Cupo]] = field(default_factory=dict)
    zona: ZoneInfo = MEXICO
    ahora: datetime = AHORA

    def entrada(self) -> dict[str, Any]:
        return {
            "mapas": self.mapas,
            "ocupados": self.ocupados,
            "reglas": self.reglas,
            "cupos": self.cupos,
            "zona": self.zona,
            "ahora": self.ahora,
        }

    def elegir(self, pedidos: list[Pedido] | None = None) -> dict[str, Hueco | SinHueco]:
        return dict(elegir(self.pedidos if pedidos is None else pedidos, **self.entrada()))

    def horas(self) -> dict[str, datetime | None]:
        return {clave: h.en if isinstance(h, Hueco) else None for clave, h in self.elegir().items()}

    def sin_azar(self) -> "Caso":
        return replace(self, reglas=replace(self.reglas, generales=replace(self.reglas.generales, azar=0)))

    def puestos(self, perfil: str) -> list[datetime]:
        """Los instantes elegidos en un perfil."""
        horas = self.horas()
        return sorted(h for p in self.pedidos if p.perfil == perfil and (h := horas[p.clave]) is not None)


_CALLAR = (None, (time(22), time(7)), (time(9), time(17)), (time(0), time(6, 30)), (time(23, 10), time(23, 5)))
# Las fechas en que cambia la hora en Tijuana, la Semana Santa y el fin de año, además de una semana cualquiera.
_COMIENZOS = (
    AHORA,
    *(datetime(a, m, d, 5, 7, tzinfo=UTC) for a, m, d in ((2027, 3, 13), (2027, 11, 6), (2026, 12, 17))),
)


@st.composite
def casos(draw: st.DrawFn) -> Caso:
    ahora = draw(st.sampled_from(_COMIENZOS))
    perfiles = draw(st.sampled_from((("a",), ("a", "b"))))
    minutos = st.integers(-600, 12_000)
    reglas = ReglasDePerfil(
        callar=draw(st.sampled_from(_CALLAR)),
        separacion=timedelta(minutes=draw(st.sampled_from((0, 1, 20, 120, 600)))),
        al_dia=draw(st.sampled_from((None, None, 1, 3))),
        azar=draw(st.sampled_from((0.0, 0.1, 0.5, 1.0))),
    )
    pedidos = [
        Pedido(
            clave=f"k{n}",
            perfil=draw(st.sampled_from(perfiles)),
            desde=(desde := ahora + timedelta(minutes=draw(minutos))),
            hasta=desde + timedelta(minutes=draw(st.integers(0, 6000))),
            prioridad=draw(st.integers(-1, 1)),
        )
        for n in range(draw(st.integers(1, 10)))
    ]
    cupo = st.builds(Cupo, st.integers(1, 4), st.sampled_from((HORA, 5 * HORA, DIA)))
    return Caso(
        pedidos=pedidos,
        mapas={
            p: al_azar(draw(st.integers(0, 99)), espaciado=draw(st.sampled_from((0.0, 0.05, 0.2)))) for p in perfiles
        },
        ocupados={p: [ahora + timedelta(minutes=m) for m in draw(st.lists(minutos, max_size=8))] for p in perfiles},
        reglas=ReglasDeHorarios(generales=reglas),
        cupos={p: draw(st.lists(cupo, max_size=2)) for p in perfiles},
        zona=draw(st.sampled_from((MEXICO, ZoneInfo("America/Tijuana")))),
        ahora=ahora,
    )

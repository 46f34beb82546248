"""Los mapas, en renglones: 168 por perfil, en orden. Puro."""

from collections.abc import Iterator, Mapping

from motor.horarios.mapa import SEMANA, Mapa

COLUMNAS = ("perfil", "dia", "hora", "ganancia_pct", "inferior_pct", "superior_pct")


def renglones_de(mapas: Mapping[str, Mapa]) -> Iterator[tuple[str, int, int, str, str, str]]:
    """dia: de 0 (lunes) a 6. Con cuatro decimales: dos horas que se parecen no quedan empatadas."""
    for perfil in sorted(mapas):
        mapa = mapas[perfil]
        for ranura in range(SEMANA):
            yield (
                perfil,
                ranura // 24,
                ranura % 24,
                _cifra(mapa.ganancia[ranura]),
                _cifra(mapa.inferior[ranura]),
                _cifra(mapa.superior[ranura]),
            )


def _cifra(valor: float) -> str:
    """Nunca «-0.0000»: sería otro archivo por una diferencia que no existe."""
    return f"{round(float(valor), 4) + 0.0:.4f}"

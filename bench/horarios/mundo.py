"""Mundos cuya verdad se sabe: un perfil de mentira, lo que publicó en un año y lo que de verdad vale cada hora."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np

from bench.horarios.leyes import REDES, TURNO, Azar, Curva, verdad
from motor.horarios.modelo import Historial
from motor.horarios.publicada import Publicada

RUIDO = 0.89
"""Desviación típica, en logaritmo, entre publicaciones de una misma hora."""

EMPIEZA = datetime(2025, 1, 6)  # noqa: DTZ001 — hora local; un lunes
SEMANAS = 52
HABITOS = {"oficina": 0.25, "noche": 0.2, "repartido": 0.45, "fijas": 0.1}
RUIDOS = ("student", "student", "atípicos", "conteos")

_HORA, _DIA = np.arange(168) % 24, np.arange(168) // 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Mundo:
    """verdad: 168 logaritmos. habito: la probabilidad de que una publicación suya salga en cada hora.

    confundido: un asunto que gusta más (o menos) sale siempre a la misma hora; la verdad no lo cuenta.
    """

    clave: str
    red: str
    ley: str
    usos: str
    ruido: str
    confundido: bool
    semilla: int
    verdad: Curva = field(repr=False)
    habito: Curva = field(repr=False)

    @property
    def ganancia(self) -> Curva:
        """Lo que de verdad gana cada hora sobre su hábito, en logaritmo."""
        ganancia: Curva = self.verdad - self.habito @ self.verdad
        return ganancia

    def historial(self, cuantas: int) -> Historial:
        azar = np.random.default_rng([self.semilla, cuantas])
        return Historial(red=self.red, publicadas=_publicar(self, azar, cuantas) if cuantas else ())


def mundos(cuantos: int, *, semilla: int = 1, ley: str | None = None) -> Iterator[Mundo]:
    """Se turnan las leyes y las redes, y lo demás se sortea; con `ley`, todos de ésa."""
    azar = np.random.default_rng([semilla, int(ley is not None)])
    for n in range(cuantos):
        suya, red = ley or TURNO[n % len(TURNO)], REDES[n // len(TURNO) % len(REDES)]
        usos = str(azar.choice(list(HABITOS), p=list(HABITOS.values())))
        yield Mundo(
            clave=f"{suya} {n:04d}",
            red=red,
            ley=suya,
            usos=usos,
            ruido=str(azar.choice(RUIDOS)),
            confundido=bool(azar.random() < 0.15) and suya != "plana",
            semilla=int(azar.integers(2**31)),
            verdad=verdad(azar, ley=suya, red=red),
            habito=_habito(azar, usos),
        )


PARENTESCO = 0.4
"""Correlación entre las curvas de dos perfiles de la misma gente, como en las cuentas públicas."""


def hermano_de(mundo: Mundo) -> Mundo:
    """Otro perfil de la misma organización, en otra red y con sus propios usos, al que le va a horas parecidas."""
    azar = np.random.default_rng([mundo.semilla, 1])
    red = REDES[(REDES.index(mundo.red) + 1) % len(REDES)]
    usos = str(azar.choice(list(HABITOS), p=list(HABITOS.values())))
    propia = verdad(azar, ley="suave", red=red)
    return replace(
        mundo,
        clave=f"hermano de {mundo.clave}",
        red=red,
        usos=usos,
        semilla=int(azar.integers(2**31)),
        verdad=PARENTESCO * mundo.verdad + np.sqrt(1 - PARENTESCO**2) * propia,
        habito=_habito(azar, usos),
    )


def _habito(azar: Azar, usos: str) -> Curva:
    """Cada hora con su gusto propio, y algo de lo que sale a deshoras.

    Una cuenta pública reparte entre unas cien horas; una oficina, menos.
    """
    laborable, despierto = _DIA < 5, (_HORA >= 7) & (_HORA <= 22)
    peso = {
        "oficina": laborable * ((_HORA >= 9) & (_HORA <= 16)) * 1.0,
        "noche": np.exp(-(((_HORA - 20) / 2.0) ** 2) / 2) * np.where(laborable, 1.0, 0.7),
        "repartido": despierto * np.where(laborable, 1.0, 0.7),
        "fijas": np.isin(np.arange(168), azar.choice(np.flatnonzero(despierto), 7, replace=False)) * 1.0,
    }[usos] * azar.gamma(3, size=168)
    suelto = (despierto * 0.9 + 0.1) * azar.gamma(1, size=168)
    parte = 0.05 if usos == "fijas" else 0.2
    mezcla: Curva = (1 - parte) * peso / peso.sum() + parte * suelto / suelto.sum()
    return mezcla


def _publicar(mundo: Mundo, azar: Azar, cuantas: int) -> list[Publicada]:
    ranura = azar.choice(168, size=cuantas, p=mundo.habito)
    minutos = azar.integers(SEMANAS, size=cuantas) * 10080 + ranura * 60 + azar.integers(60, size=cuantas)
    orden = np.argsort(minutos, kind="stable")
    ranura, minutos = ranura[orden], minutos[orden]
    tipo, largo, marcas, esperado = _contenido(azar, cuantas)
    esperado = esperado + mundo.verdad[ranura] + _tendencia(azar, minutos)
    horas = np.clip(np.diff(minutos, prepend=minutos[0] - 2880) / 60, 0.15, 72)
    esperado += azar.uniform(0, 0.12) * (np.log(horas) - 2)
    if mundo.confundido:
        esperado += _asunto(azar, mundo, ranura)
    valor = _respuesta(azar, mundo.ruido, esperado)
    return [
        Publicada(
            local=EMPIEZA + timedelta(minutes=int(minutos[i])),
            valor=float(valor[i]),
            tipo=tipo[i],
            largo=int(largo[i]),
            url=bool(marcas[i, 0]),
            hashtag=bool(marcas[i, 1]),
            mencion=bool(marcas[i, 2]),
            pregunta=bool(marcas[i, 3]),
            pagado=bool(marcas[i, 4]),
        )
        for i in range(cuantas)
    ]


def _contenido(azar: Azar, cuantas: int) -> tuple[list[str], Curva, Curva, Curva]:
    """Tipo, largo, marcas (enlace, etiqueta, mención, pregunta, pagada) y lo que todo eso cambia la respuesta."""
    nombres, niveles = ("photo", "video", "link", "status"), 0.35 * azar.standard_normal(4)
    cual = azar.choice(4, size=cuantas, p=azar.dirichlet((4.0, 2.0, 2.0, 1.0)))
    largo = np.round(np.exp(5 + 0.7 * azar.standard_normal(cuantas)))
    pagadas = 0.08 if azar.random() < 0.25 else 0.0
    marcas = (azar.random((cuantas, 5)) < np.r_[azar.uniform(0.05, 0.6, 4), pagadas]).astype(float)
    efecto = np.r_[0.15 * azar.standard_normal(4), azar.uniform(0.5, 1.5)]
    cambia = niveles[cual] + 0.15 * azar.standard_normal() * (np.log1p(largo) - 5) + marcas @ efecto
    return [nombres[c] for c in cual], largo, marcas, cambia


def _tendencia(azar: Azar, minutos: Curva) -> Curva:
    """Crece o mengua a lo largo del año, con una onda lenta."""
    parte = minutos / (SEMANAS * 10080)
    recta, onda, fase = 0.4 * azar.standard_normal(), azar.uniform(0, 0.25), azar.uniform(0, 1)
    cambia: Curva = recta * parte + onda * np.sin(2 * np.pi * (2 * parte + fase))
    return cambia


def _asunto(azar: Azar, mundo: Mundo, ranura: Curva) -> Curva:
    """Un programa fijo, a una hora que ya usa, que gusta más o menos que lo demás: parece efecto de la hora."""
    suya = azar.choice(168, p=mundo.habito)
    salta: Curva = 0.5 * azar.standard_normal() * (ranura == suya) * (azar.random(len(ranura)) < 0.8)
    return salta


def _respuesta(azar: Azar, ruido: str, esperado: Curva) -> Curva:
    """Interacciones. «conteos» es un pueblo chico: de 3 a 10 por publicación."""
    if ruido == "conteos":
        tasa = np.log(azar.uniform(3, 10)) + esperado - esperado.mean() + 0.6 * azar.standard_normal(len(esperado))
        cuenta: Curva = azar.poisson(np.exp(tasa - 0.18)).astype(float)
        return cuenta
    y = azar.uniform(3, 7.5) + esperado + RUIDO / np.sqrt(2) * azar.standard_t(4, len(esperado)).clip(-12, 12)
    if ruido == "atípicos":
        y = y + (azar.random(len(y)) < 0.03) * np.exp(0.7 + 0.5 * azar.standard_normal(len(y)))
    valor: Curva = np.round(np.expm1(np.clip(y, 0, 16)))
    return valor

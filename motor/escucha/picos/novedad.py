"""Series densas (cada cinco minutos): qué tan nuevo es lo contado, comparado con sus propios máximos de doce horas.

Dos niveles, un intervalo adelante: uno lento y plano (10 días) y otro por hora del día, entre semana y fin de semana
(razón de sumas, encogida; lo que se aprende se corta). Las sumas de un intervalo, de 30 min y de 6 h se comparan con
los dos, en raíz y en logaritmo: doce residuos. Cada uno se mide con la ley de Gumbel de sus máximos de 12 horas (por
momentos, vida media de 10 días); el puntaje es el promedio de las partes positivas, entre ln 10: en la cola,
aproximadamente −log₁₀ de la probabilidad de que unas doce horas cualesquiera lleguen a tanto.
"""

from collections.abc import Sequence
from math import log, pi, sqrt
from typing import NamedTuple

from motor.escucha.picos.binomial import LN10
from motor.escucha.picos.instantes import DIA_S

VENTANAS_S = (1, 1800, 21_600)  # un intervalo, media hora, seis horas
MEMORIA_DEL_NIVEL_D, MEMORIA_DEL_PERFIL_D = 10, 28
CREDITO_DEL_PERFIL_H = 2  # horas al nivel plano que valen tanto como no saber nada de esa franja
CORTE_DE_LO_APRENDIDO = 3.0  # desviaciones, en raíz
OLVIDO_DE_MAXIMOS = 0.5 ** (1 / 20)  # 20 bloques de 12 horas: 10 días
CREDITO_DE_MAXIMOS = 3.0  # bloques
CORTE_DE_MAXIMOS = 3.0  # desviaciones
EULER = 0.5772156649015329

# Máximos de 12 h que se creen mientras no hay propios, por ventana: raíz contra el nivel plano y el estacional,
# logaritmo contra el plano y el estacional. En raíz son los de un proceso de Poisson (desviación 1/2; 144, 24 y unas
# 2 observaciones independientes en doce horas).
_MEDIAS = (1.3, 1.3, 1.0, 1.0, 1.0, 1.0, 0.6, 0.6, 0.6, 0.6, 0.4, 0.4)
_DESVIOS = (0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.4, 0.4, 0.5, 0.5, 0.3, 0.3)
RESIDUOS = len(_MEDIAS)

_DESBORDE = 1e9
_DE_RAIZ = 0.375  # Anscombe: la raíz de un conteo más 3/8 tiene varianza casi constante
_NIVEL_MINIMO = 1e-3
_NADA = -1e300


class Vista(NamedTuple):
    """Lo que se ve de un intervalo antes de aprender de él. media: lo esperado a esa hora."""

    puntaje: float
    media: float
    nivel: float
    residuos: tuple[float, ...]


class Novedad:
    """El detector de una serie densa."""

    __slots__ = (
        "_anillo",
        "_bloque",
        "_credito",
        "_n_dia",
        "_olvido",
        "_olvido_perfil",
        "bloque_n",
        "centros",
        "cuadrados",
        "cuentas",
        "cursor",
        "escala",
        "esperadas",
        "inversos",
        "largos",
        "maximos",
        "perfil_den",
        "perfil_num",
        "peso",
        "peso_de_maximos",
        "suma",
        "suma_de_maximos",
        "sumas",
        "sumas_esperadas",
        "varianza",
        "visto",
        "vistos",
        "vistos_en_bloque",
        "vistos_en_ventana",
    )

    def __init__(self, paso_s: int) -> None:
        self._n_dia = DIA_S // paso_s
        self.largos = tuple(max(1, round(s / paso_s)) for s in VENTANAS_S)
        self._anillo = self.largos[-1]
        self._bloque = self._n_dia // 2
        self._credito = CREDITO_DEL_PERFIL_H * self._n_dia / 24
        self._olvido = 1.0 - 1.0 / (MEMORIA_DEL_NIVEL_D * self._n_dia)
        self._olvido_perfil = 1.0 - 1.0 / (MEMORIA_DEL_PERFIL_D * self._n_dia)
        self.suma = self.peso = self.vistos = 0.0
        self.varianza, self.escala = 0.5, 1.0
        self.perfil_num, self.perfil_den = [0.0] * 48, [0.0] * 48
        self.cuentas, self.esperadas, self.visto = ([0.0] * self._anillo for _ in range(3))
        self.sumas, self.sumas_esperadas, self.vistos_en_ventana = [0.0] * 3, [0.0] * 3, [0.0] * 3
        self.cursor = self.bloque_n = self.vistos_en_bloque = 0
        self.peso_de_maximos = CREDITO_DE_MAXIMOS
        self.suma_de_maximos = [m * CREDITO_DE_MAXIMOS for m in _MEDIAS]
        self.cuadrados = [(m * m + d * d) * CREDITO_DE_MAXIMOS for m, d in zip(_MEDIAS, _DESVIOS, strict=True)]
        self.maximos = [_NADA] * RESIDUOS
        self.centros, self.inversos = [0.0] * RESIDUOS, [0.0] * RESIDUOS
        self._medir()

    # ── mirar ────────────────────────────────────────────────────────────────────────────────────────────────────

    def ver(self, franja: int, valor: float) -> Vista:
        """Qué tan nuevo es `valor`, sin aprender. franja: hora, +24 en fin de semana."""
        nivel = self.suma / self.peso if self.peso else valor
        if nivel < _NIVEL_MINIMO:
            nivel = _NIVEL_MINIMO
        credito = self._credito * self.escala * nivel
        media = nivel * (self.perfil_num[franja] + credito) / (self.perfil_den[franja] + credito)
        residuos = self._residuos(valor, nivel, media)
        total = 0.0
        for residuo, centro, inverso in zip(residuos, self.centros, self.inversos, strict=True):
            if residuo > centro:
                total += (residuo - centro) * inverso
        return Vista(total, media, nivel, residuos)

    def _residuos(self, valor: float, nivel: float, media: float) -> tuple[float, ...]:
        # Desenrollado a mano: es lo que más corre de todo el detector.
        _, s1, s2 = self.sumas
        _, e1, e2 = self.sumas_esperadas
        _, n1, n2 = self.vistos_en_ventana
        s1 += valor
        s2 += valor
        e1 += media
        e2 += media
        p1, p2 = nivel * (n1 + 1.0), nivel * (n2 + 1.0)
        r0, r1, r2 = sqrt(valor + _DE_RAIZ), sqrt(s1 + _DE_RAIZ), sqrt(s2 + _DE_RAIZ)
        return (
            r0 - sqrt(nivel + _DE_RAIZ),
            r0 - sqrt(media + _DE_RAIZ),
            log((valor + 1.0) / (nivel + 1.0)),
            log((valor + 1.0) / (media + 1.0)),
            r1 - sqrt(p1 + _DE_RAIZ),
            r1 - sqrt(e1 + _DE_RAIZ),
            log((s1 + 1.0) / (p1 + 1.0)),
            log((s1 + 1.0) / (e1 + 1.0)),
            r2 - sqrt(p2 + _DE_RAIZ),
            r2 - sqrt(e2 + _DE_RAIZ),
            log((s2 + 1.0) / (p2 + 1.0)),
            log((s2 + 1.0) / (e2 + 1.0)),
        )

    def normal_hasta(self, media: float) -> float:
        """El máximo que unas doce horas corrientes alcanzan en un intervalo, alrededor de esa media."""
        maximo = self.suma_de_maximos[1] / self.peso_de_maximos
        return float((sqrt(media + _DE_RAIZ) + max(maximo, 0.0)) ** 2 - _DE_RAIZ)

    def nivel(self) -> float:
        """El nivel lento y plano, por intervalo."""
        return self.suma / self.peso if self.peso else 0.0

    def tras(self, huecos: int) -> "Novedad":
        """Otra igual, después de unos intervalos sin dato."""
        otra = Novedad(DIA_S // self._n_dia)
        otra.cargar(self.volcar())
        otra.saltar(huecos)
        return otra

    # ── aprender ─────────────────────────────────────────────────────────────────────────────────────────────────

    def aprender(self, franja: int, valor: float, vista: Vista) -> None:
        """Tomar en cuenta un intervalo ya visto."""
        self._aprender_ritmo(franja, valor, vista)
        self._empujar(valor, vista.media, 1.0)
        maximos = self.maximos
        for k, residuo in enumerate(vista.residuos):
            if residuo > maximos[k]:
                maximos[k] = residuo
        self.vistos_en_bloque += 1
        self._avanzar_bloque(1)

    def saltar(self, pasos: int) -> None:
        """Intervalos sin dato: no son cero, no suman ni esperan nada."""
        for _ in range(min(pasos, self._anillo)):
            self._empujar(0.0, 0.0, 0.0)
        self._avanzar_bloque(pasos)

    def _aprender_ritmo(self, franja: int, valor: float, vista: Vista) -> None:
        corte = CORTE_DE_LO_APRENDIDO * sqrt(self.varianza)
        residuo = vista.residuos[1]
        if residuo > corte:
            residuo = corte
            valor = (sqrt(vista.media + _DE_RAIZ) + corte) ** 2 - _DE_RAIZ
        elif residuo < -corte:
            residuo = -corte
        rapidez = 1.0 / (self.vistos + self._n_dia / 2)
        lenta = 1.0 - self._olvido
        self.varianza += (rapidez if rapidez > lenta else lenta) * (residuo * residuo - self.varianza)
        self.vistos += 1.0
        self.suma = self.suma * self._olvido + valor
        self.peso = self.peso * self._olvido + 1.0
        escala = self.escala / self._olvido_perfil  # olvidar todo a la vez: lo nuevo pesa más
        self.perfil_num[franja] += escala * valor
        self.perfil_den[franja] += escala * vista.nivel
        self.escala = escala
        if escala > _DESBORDE:
            self.perfil_num = [x / escala for x in self.perfil_num]
            self.perfil_den = [x / escala for x in self.perfil_den]
            self.escala = 1.0

    def _empujar(self, valor: float, media: float, visto: float) -> None:
        """Las sumas guardan lo anterior al intervalo que viene: una ventana de n tiene n − 1."""
        anillo, cursor = self._anillo, self.cursor
        cuentas, esperadas, vistos = self.cuentas, self.esperadas, self.visto
        sumas, sumas_esperadas, vistos_en_ventana = self.sumas, self.sumas_esperadas, self.vistos_en_ventana
        for k in (1, 2):
            sale = cursor - self.largos[k] + 1  # negativo: Python cuenta desde el final, que es dar la vuelta
            if self.largos[k] > 1:
                sumas[k] += valor - cuentas[sale]
                sumas_esperadas[k] += media - esperadas[sale]
                vistos_en_ventana[k] += visto - vistos[sale]
        cuentas[cursor], esperadas[cursor], vistos[cursor] = valor, media, visto
        cursor += 1
        self.cursor = cursor if cursor < anillo else 0

    def _avanzar_bloque(self, pasos: int) -> None:
        self.bloque_n += pasos
        if self.bloque_n < self._bloque:
            return
        if self.vistos_en_bloque >= 0.75 * self._bloque:
            self._aprender_maximos()
        self.maximos = [_NADA] * RESIDUOS
        self.bloque_n = self.vistos_en_bloque = 0

    def _aprender_maximos(self) -> None:
        peso, olvido = self.peso_de_maximos, OLVIDO_DE_MAXIMOS
        for k, maximo in enumerate(self.maximos):
            media = self.suma_de_maximos[k] / peso
            desvio = sqrt(max(self.cuadrados[k] / peso - media * media, 1e-4))
            cortado = min(maximo, media + CORTE_DE_MAXIMOS * desvio)
            self.suma_de_maximos[k] = self.suma_de_maximos[k] * olvido + cortado
            self.cuadrados[k] = self.cuadrados[k] * olvido + cortado * cortado
        self.peso_de_maximos = peso * olvido + 1.0
        self._medir()

    def _medir(self) -> None:
        """De los momentos de los máximos a su ley de Gumbel: centro = media − γβ, β = desviación · √6 / π."""
        for k in range(RESIDUOS):
            media = self.suma_de_maximos[k] / self.peso_de_maximos
            beta = sqrt(max(self.cuadrados[k] / self.peso_de_maximos - media * media, 1e-4)) * sqrt(6.0) / pi
            self.centros[k] = media - EULER * beta
            self.inversos[k] = 1.0 / (beta * LN10 * RESIDUOS)

    # ── guardar ──────────────────────────────────────────────────────────────────────────────────────────────────

    def volcar(self) -> list[float]:
        return [
            *(self.suma, self.peso, self.varianza, self.vistos, self.escala, self.peso_de_maximos),
            *(self.cursor, self.bloque_n, self.vistos_en_bloque),
            *self._listas_planas(),
        ]

    def cargar(self, numeros: Sequence[float]) -> None:
        fuente = iter(numeros)
        self.suma, self.peso, self.varianza, self.vistos, self.escala, self.peso_de_maximos = (
            next(fuente) for _ in range(6)
        )
        self.cursor, self.bloque_n, self.vistos_en_bloque = (int(next(fuente)) for _ in range(3))
        for lista in self._listas():
            lista[:] = [next(fuente) for _ in lista]
        self._medir()

    def _listas(self) -> tuple[list[float], ...]:
        return (
            *(self.perfil_num, self.perfil_den, self.cuentas, self.esperadas, self.visto),
            *(self.sumas, self.sumas_esperadas, self.vistos_en_ventana),
            *(self.suma_de_maximos, self.cuadrados, self.maximos),
        )

    def _listas_planas(self) -> list[float]:
        return [x for lista in self._listas() for x in lista]

"""Conteos escasos (por hora): qué tan raro es lo contado, según una binomial negativa con el ritmo del pueblo.

Lo esperado = nivel lento × perfil (hora del día, entre semana y fin de semana) × día de la semana; los dos últimos son
razones de sumas, encogidas cuando hay poco contado. Las sumas de 1, 3, 6 y 12 horas se comparan cada una con su cola;
el puntaje es el promedio cuadrático de sus −log₁₀ p: pesa más la escala que se parece al alza, y lo corto avisa antes.
El exceso de varianza de cada escala se aprende de los residuos, cortados a dos desviaciones y mención y media. Al final
el puntaje se mide con sus propios máximos diarios: así un monitor de ruido más áspero que el supuesto no alarma más que
los otros.

De un alza no se aprende: mientras dura (y hasta 48 h, por si el nivel cambió de verdad) el ritmo queda como estaba.
"""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from motor.escucha.picos.binomial import rareza
from motor.escucha.picos.instantes import DIA_S, HORA_S
from motor.escucha.picos.maximos import MaximosPropios

ESCALAS_H = (1, 3, 6, 12)
MEMORIA_DEL_NIVEL_D, MEMORIA_DEL_PERFIL_D, MEMORIA_DEL_EXCESO_D = 7, 100, 60
NIVEL_INICIAL = 0.5  # menciones por intervalo, creencia que vale un intervalo
CREDITO_DEL_PERFIL = 3.0  # menciones esperadas que valen tanto como no saber nada de esa hora
CREDITO_DEL_DIA = 100.0
CORTE_DE_LO_APRENDIDO = 3.0  # desviaciones
CORTE_DE_RESIDUOS = 2.0  # desviaciones…
HOLGURA_DE_RESIDUOS = 1.5
"""… y tantas menciones. Sin ellas, donde se espera una décima por hora toda mención suelta se corta, lo que viene en
racimos pasa por Poisson, y los monitores quietos alarman un tercio de más."""
EXCESO_INICIAL, CREDITO_DEL_EXCESO = 0.25, 40.0
CADA_CUANTO_LO_LARGO = 3  # las sumas de 3, 6 y 12 horas se traslapan: se aprende de una de cada 3
EXCESO_MINIMO, EXCESO_MAXIMO = 0.003, 3.0
SOSPECHA, CUARENTENA_H, CUARENTENA_MAXIMA_H = 2.5, 12, 48
_DESBORDE = 1e9
_NUNCA = 1e6


class Vista(NamedTuple):
    """Lo que se ve de un intervalo antes de aprender de él. sumas, medias: por escala. razon: perfil × día."""

    puntaje: float
    crudo: float
    media: float
    razon: float
    nivel: float
    sumas: Sequence[float]
    medias: Sequence[float]


class Escasos:
    """El detector de conteos escasos de un monitor."""

    __slots__ = (
        "_anillo",
        "_cuarentena_max",
        "_cuarentena_n",
        "_olvido_exceso",
        "_olvido_largo",
        "_olvido_nivel",
        "_olvido_perfil",
        "_salen",
        "cuarentena",
        "cuentas",
        "dia_den",
        "dia_num",
        "escala",
        "escalas",
        "esperadas",
        "exceso",
        "exceso_den",
        "exceso_num",
        "maximos",
        "perfil_den",
        "perfil_num",
        "peso",
        "suma",
        "sumas",
        "sumas_esperadas",
        "tranquilos",
    )

    def __init__(self, paso_s: int) -> None:
        por_dia = DIA_S / paso_s
        self.escalas = tuple(max(1, round(h * HORA_S / paso_s)) for h in ESCALAS_H)
        self._anillo = self.escalas[-1] - 1
        self._salen = tuple((k, -n) for k, n in enumerate(self.escalas) if n > 1)
        self._olvido_nivel = 1.0 - 1.0 / (MEMORIA_DEL_NIVEL_D * por_dia)
        self._olvido_perfil = 1.0 - 1.0 / (MEMORIA_DEL_PERFIL_D * por_dia)
        self._olvido_exceso = 1.0 - 1.0 / (MEMORIA_DEL_EXCESO_D * por_dia)
        self._olvido_largo = self._olvido_exceso**CADA_CUANTO_LO_LARGO
        self._cuarentena_n = CUARENTENA_H * HORA_S / paso_s
        self._cuarentena_max = CUARENTENA_MAXIMA_H * HORA_S / paso_s
        self.suma = self.peso = 0.0
        self.escala = 1.0
        self.perfil_num, self.perfil_den = [0.0] * 48, [0.0] * 48
        self.dia_num, self.dia_den = [0.0] * 7, [0.0] * 7
        self.cuentas, self.esperadas = [0.0] * self._anillo, [0.0] * self._anillo
        self.sumas, self.sumas_esperadas = [0.0] * len(ESCALAS_H), [0.0] * len(ESCALAS_H)
        self.exceso_num = [EXCESO_INICIAL * CREDITO_DEL_EXCESO] * len(ESCALAS_H)
        self.exceso = [EXCESO_INICIAL] * len(ESCALAS_H)
        self.exceso_den = [CREDITO_DEL_EXCESO] * len(ESCALAS_H)
        self.tranquilos, self.cuarentena = _NUNCA, 0.0
        self.maximos = MaximosPropios(bloque=max(1, round(por_dia)))

    # ── mirar ────────────────────────────────────────────────────────────────────────────────────────────────────

    def ver(self, franja: int, dia: int, valor: float, pasos: int = 1) -> Vista:
        """Qué tan raro es `valor`, sin aprender. franja: hora, +24 en fin de semana. pasos: intervalos avanzados."""
        nivel = (self.suma + NIVEL_INICIAL) / (self.peso + 1.0)
        razon = self._razon(franja, dia)
        media = nivel * razon
        antes, antes_esperadas = self.sumas, self.sumas_esperadas
        if pasos > 1:
            antes, antes_esperadas = (
                self._sumas_tras(self.cuentas, pasos - 1),
                self._sumas_tras(self.esperadas, pasos - 1),
            )
        sumas = [anterior + valor for anterior in antes]
        medias = [anterior + media for anterior in antes_esperadas]
        total = 0.0
        for suma, esperada, exceso in zip(sumas, medias, self.exceso, strict=True):
            if suma > esperada:
                una = rareza(suma, esperada, exceso)
                total += una * una
        crudo = sqrt(total / len(ESCALAS_H))
        return Vista(crudo / self.maximos.factor, crudo, media, razon, nivel, sumas, medias)

    def normal_hasta(self, media: float) -> float:
        """Hasta dónde llega lo normal en un intervalo con esa media: tres desviaciones."""
        return media + 3.0 * sqrt(media + self.exceso[0] * media * media)

    def _razon(self, franja: int, dia: int) -> float:
        """Perfil de la hora: lo suyo, encogido hacia ella y sus vecinas, y éstas hacia toda la semana; por el día."""
        num, den = self.perfil_num, self.perfil_den
        credito = CREDITO_DEL_PERFIL * self.escala
        if franja < 24:
            otra, antes, despues = franja + 24, (franja or 24) - 1, (franja + 1) % 24
            otra_antes, otra_despues = antes + 24, despues + 24
        else:
            otra = franja - 24
            otra_antes, otra_despues = (otra or 24) - 1, (otra + 1) % 24
            antes, despues = otra_antes + 24, otra_despues + 24
        suyo, suyo_den = num[franja], den[franja]
        cerca = suyo + 0.5 * (num[antes] + num[despues])
        cerca_den = suyo_den + 0.5 * (den[antes] + den[despues])
        lejos = cerca + num[otra] + 0.5 * (num[otra_antes] + num[otra_despues])
        lejos_den = cerca_den + den[otra] + 0.5 * (den[otra_antes] + den[otra_despues])
        comun = (lejos + credito) / (lejos_den + credito)
        vecina = (cerca + credito * comun) / (cerca_den + credito)
        perfil = (suyo + credito * vecina) / (suyo_den + credito)
        credito = CREDITO_DEL_DIA * self.escala
        return perfil * (self.dia_num[dia] + credito) / (self.dia_den[dia] + credito)

    # ── aprender ─────────────────────────────────────────────────────────────────────────────────────────────────

    def aprender(self, franja: int, dia: int, valor: float, vista: Vista) -> None:
        """Tomar en cuenta un intervalo ya visto."""
        media = vista.media
        tranquilo = vista.puntaje < SOSPECHA and self.tranquilos >= _NUNCA
        if tranquilo or not self._en_cuarentena(vista.puntaje):
            self._aprender_exceso(vista)
            tope = media + CORTE_DE_LO_APRENDIDO * sqrt(media + self.exceso[0] * media * media + 0.1)
            self._aprender_ritmo(franja, dia, valor if valor < tope else tope, vista)
        self._empujar(valor, media)
        self.maximos.anotar(vista.crudo)

    def _empujar(self, valor: float, media: float) -> None:
        """Las sumas guardan lo anterior al intervalo que viene: una escala de n tiene n − 1."""
        cuentas, esperadas = self.cuentas, self.esperadas
        if not cuentas:
            return
        cuentas.append(valor)
        esperadas.append(media)
        sumas, sumas_esperadas = self.sumas, self.sumas_esperadas
        for k, sale in self._salen:
            sumas[k] += valor - cuentas[sale]
            sumas_esperadas[k] += media - esperadas[sale]
        del cuentas[0], esperadas[0]
        if not self.maximos.bloque_n:  # una vez al día, para que el redondeo no se acumule
            self._sumar()

    def _sumar(self) -> None:
        self.sumas, self.sumas_esperadas = self._sumas_tras(self.cuentas, 0), self._sumas_tras(self.esperadas, 0)

    def _sumas_tras(self, lista: list[float], huecos: int) -> list[float]:
        """Lo que cada escala tendría antes del intervalo que viene, después de unos intervalos sin dato."""
        return [sum(lista[1 - n + huecos :]) if n - 1 > huecos else 0.0 for n in self.escalas]

    def saltar(self, pasos: int) -> None:
        """Intervalos sin dato: no son cero, no suman ni esperan nada."""
        huecos = min(pasos, self._anillo)
        self.cuentas = self.cuentas[huecos:] + [0.0] * huecos
        self.esperadas = self.esperadas[huecos:] + [0.0] * huecos
        self._sumar()
        self.tranquilos = min(self.tranquilos + pasos, _NUNCA)
        self.maximos.saltar(pasos)

    def _en_cuarentena(self, puntaje: float) -> bool:
        if puntaje >= SOSPECHA:
            self.tranquilos = 0.0
        elif self.tranquilos < _NUNCA:
            self.tranquilos += 1.0
        if self.tranquilos >= self._cuarentena_n:
            self.tranquilos, self.cuarentena = _NUNCA, 0.0
            return False
        self.cuarentena += 1.0
        return self.cuarentena <= self._cuarentena_max

    def _aprender_exceso(self, vista: Vista) -> None:
        """Por momentos: (residuo² − media) / media², con más peso donde la media dice más."""
        numeradores, denominadores, excesos = self.exceso_num, self.exceso_den, self.exceso
        olvido, cuantas = self._olvido_exceso, 1
        if self.maximos.bloque_n % CADA_CUANTO_LO_LARGO == 0:
            cuantas = 4
        for k in range(cuantas):
            if k == 1:
                olvido = self._olvido_largo
            media = vista.medias[k]
            mas = 1.0 + excesos[k] * media
            residuo = vista.sumas[k] - media
            corte = CORTE_DE_RESIDUOS * sqrt(media * mas) + HOLGURA_DE_RESIDUOS
            cuadrado, tope = residuo * residuo, corte * corte
            if cuadrado > tope:
                cuadrado = tope
            numerador = numeradores[k] * olvido + (cuadrado - media) / mas
            denominador = denominadores[k] * olvido + media * media / mas
            if numerador < 0.0:
                numerador = 0.0
            numeradores[k], denominadores[k] = numerador, denominador
            exceso = numerador / denominador
            if exceso < EXCESO_MINIMO:
                exceso = EXCESO_MINIMO
            elif exceso > EXCESO_MAXIMO:
                exceso = EXCESO_MAXIMO
            excesos[k] = exceso

    def _aprender_ritmo(self, franja: int, dia: int, valor: float, vista: Vista) -> None:
        self.suma = self.suma * self._olvido_nivel + valor
        self.peso = self.peso * self._olvido_nivel + vista.razon
        escala = self.escala / self._olvido_perfil  # olvidar todo a la vez: lo nuevo pesa más
        self.perfil_num[franja] += escala * valor
        self.perfil_den[franja] += escala * vista.nivel
        self.dia_num[dia] += escala * valor
        self.dia_den[dia] += escala * vista.media
        self.escala = escala
        if escala > _DESBORDE:
            for lista in (self.perfil_num, self.perfil_den, self.dia_num, self.dia_den):
                lista[:] = [x / escala for x in lista]
            self.escala = 1.0

    # ── guardar ──────────────────────────────────────────────────────────────────────────────────────────────────

    def volcar(self) -> list[float]:
        return [
            *(self.suma, self.peso, self.escala, self.tranquilos, self.cuarentena),
            *self.perfil_num,
            *self.perfil_den,
            *self.dia_num,
            *self.dia_den,
            *self.exceso,
            *self.exceso_num,
            *self.exceso_den,
            *self.cuentas,
            *self.esperadas,
            *self.sumas,
            *self.sumas_esperadas,
            *self.maximos.volcar(),
        ]

    def cargar(self, numeros: Sequence[float]) -> None:
        fuente = iter(numeros)
        self.suma, self.peso, self.escala, self.tranquilos, self.cuarentena = (next(fuente) for _ in range(5))
        for lista in (
            *(self.perfil_num, self.perfil_den, self.dia_num, self.dia_den),
            *(
                self.exceso,
                self.exceso_num,
                self.exceso_den,
                self.cuentas,
                self.esperadas,
                self.sumas,
                self.sumas_esperadas,
            ),
        ):
            lista[:] = [next(fuente) for _ in lista]
        self.maximos.cargar(list(fuente))

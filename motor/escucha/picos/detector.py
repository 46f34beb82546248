"""El detector de picos de un monitor: observar lo que pasó, asomarse a lo que está pasando, y recordar en pocos KB.

Qué detector manda, según el paso y lo visto hasta ahora (nunca lo que vendrá):
- pasos de media hora o más: conteos escasos, por intervalo;
- pasos menores: serie densa. Pero si el nivel lento es de menos de una mención por hora, a cinco minutos sólo se ven
  ceros y unos: se juntan por hora y manda el de conteos escasos, asomándose a la hora abierta en cada intervalo.
  Vuelve a mandar el denso con más de dos por hora.
"""

from datetime import datetime
from typing import NamedTuple

from motor.escucha.picos.episodios import Episodio
from motor.escucha.picos.escasos import Escasos
from motor.escucha.picos.instantes import DIA_S, HORA_S, VALOR_MAXIMO, ErrorDePicos, pasos_entre, revisado, segundos
from motor.escucha.picos.novedad import Novedad
from motor.escucha.picos.umbrales import umbral_denso, umbral_escaso

PASO_MINIMO_S, PASO_MAXIMO_S = 120, DIA_S
PASO_ESCASO_S = 1800
"""Desde este paso todo es escaso."""
MADURAR_ESCASO_S = 7 * DIA_S
"""Con menos de una semana por hora no se ha visto cada día ni una vez, y alarmaría casi cuatro veces de más."""
MADURAR_DENSO_S = 2 * DIA_S
"""Cuatro máximos propios de 12 horas pesan ya más que los supuestos, que valen tres."""
POCO_POR_HORA, BASTANTE_POR_HORA = 1.0, 2.0
HORA_VISTA = 0.75
"""Qué parte de una hora hay que haber visto para que su cuenta valga."""


class Lectura(NamedTuple):
    """Lo que se decidió de un intervalo.

    puntaje: qué tan raro; alerta si llega a `umbral` y no es un episodio ya avisado. esperado: lo normal a esa hora;
    normal_hasta: lo más que suele verse (los dos, del intervalo, o de la hora si manda el de conteos escasos).
    madurando: aún no conoce el ritmo y no alerta. sigue: hay un episodio abierto. recuperado: acaba de terminar (una
    vez). sin_dato: fue una laguna.
    """

    puntaje: float
    umbral: float
    esperado: float
    normal_hasta: float
    alerta: bool
    madurando: bool
    sigue: bool
    recuperado: bool
    sin_dato: bool


class HoraAbierta:
    """La hora que se está juntando, para el detector de conteos escasos. clave: horas de pared desde el año 1.

    vista: lo último decidido de esta hora; vale mientras no cambie la cuenta, y no hace falta guardarla.
    """

    __slots__ = ("clave", "cuenta", "vista", "vistos")

    def __init__(self) -> None:
        self.clave, self.cuenta, self.vistos = -1, 0.0, 0
        self.vista: tuple[float, float, float] | None = None


class Estado:
    """Lo que el detector recuerda. Opaco: se guarda con `a_bytes` y se recupera con `de_bytes`."""

    __slots__ = ("denso", "episodio", "escasos", "hora", "maduro", "manda_escaso", "observados", "paso_s", "ultimo")

    def __init__(self, paso_s: int) -> None:
        if not PASO_MINIMO_S <= paso_s <= PASO_MAXIMO_S:
            raise ErrorDePicos(
                f"Intervalos de {paso_s} s: sólo de {PASO_MINIMO_S // 60} minutos a un día. Junte o reparta los datos."
            )
        self.paso_s = paso_s
        self.ultimo: int | None = None
        self.observados = 0
        self.episodio = Episodio()
        self.denso = Novedad(paso_s) if paso_s < PASO_ESCASO_S else None
        self.escasos = Escasos(HORA_S if self.denso is not None else paso_s)
        self.hora = HoraAbierta()
        self.maduro = (MADURAR_ESCASO_S if self.denso is None else MADURAR_DENSO_S) / paso_s
        self.manda_escaso = self.denso is None

    def madurando(self) -> bool:
        return self.observados < self.maduro

    def umbral(self, falsas_al_mes: float) -> float:
        return umbral_escaso(falsas_al_mes) if self.manda_escaso else umbral_denso(falsas_al_mes)


def nuevo(paso_s: int) -> Estado:
    """Un monitor del que no se sabe nada. paso_s: largo de sus intervalos, en segundos (3600, 300…)."""
    return Estado(paso_s)


def observar(
    estado: Estado, instante: datetime, valor: float | None, *, falsas_al_mes: float, minimo: float = 0.0
) -> Lectura:
    """Decidir sobre un intervalo ya cerrado y aprender de él. Cambia `estado`.

    instante: cuándo empieza, en hora LOCAL del municipio (con o sin zona). valor: cuántos; None es laguna: ni es cero
    ni enseña. Los intervalos que faltan entre el anterior y éste también son lagunas. minimo: con menos no se alerta,
    por raro que sea (tras meses de silencio lo es hasta una mención).
    Si lanza ErrorDePicos (valor imposible, la hora retrocede), `estado` queda como estaba.
    """
    ahora = segundos(instante)
    if valor is not None and not 0.0 <= valor < VALOR_MAXIMO:
        revisado(valor)
    pasos = 1
    if estado.ultimo is not None and ahora - estado.ultimo != estado.paso_s:
        pasos = pasos_entre(estado.ultimo, ahora, estado.paso_s)
    estado.ultimo = ahora
    if valor is None:
        _saltar(estado, ahora, pasos)
        return _lectura_sin_dato(estado, falsas_al_mes)
    if pasos > 1:
        _saltar(estado, ahora, pasos - 1)
    dia = (ahora // DIA_S + 6) % 7
    franja = ahora // HORA_S % 24 + (24 if dia > 4 else 0)
    if estado.denso is None:
        escasos = estado.escasos
        umbral = umbral_escaso(falsas_al_mes)
        vista = escasos.ver(franja, dia, valor)
        puntaje, esperado, normal_hasta = vista.puntaje, vista.media, escasos.normal_hasta(vista.media)
        escasos.aprender(franja, dia, valor, vista)
    else:
        puntaje, esperado, normal_hasta = _observar_denso(estado, estado.denso, franja, dia, ahora, valor)
        umbral = estado.umbral(falsas_al_mes)
    madurando = estado.observados < estado.maduro
    estado.observados += 1
    episodio = estado.episodio
    alerta = recuperado = False
    if puntaje >= umbral and valor >= minimo and not madurando and episodio.alerta(ahora, puntaje, umbral):
        alerta = True
        episodio.abrir(ahora, puntaje)
    elif episodio.abierto:
        recuperado = episodio.seguir(puntaje, umbral, estado.paso_s)
    return Lectura(puntaje, umbral, esperado, normal_hasta, alerta, madurando, episodio.abierto, recuperado, False)


def asomar(
    estado: Estado, instante: datetime, valor_hasta_ahora: float, *, falsas_al_mes: float, minimo: float = 0.0
) -> Lectura:
    """Decidir sobre un intervalo que sigue abierto, sin aprender ni cambiar `estado`.

    La cuenta de ahora es lo menos que tendrá al cerrar, y el puntaje crece con ella: si alerta, al cerrar también lo
    haría. Si se avisa, llámese `con_alerta` y ni otro `asomar` ni el `observar` de ese intervalo avisarán de nuevo.
    """
    ahora = segundos(instante)
    valor = revisado(valor_hasta_ahora)
    pasos = 1 if estado.ultimo is None else pasos_entre(estado.ultimo, ahora, estado.paso_s)
    umbral = estado.umbral(falsas_al_mes)
    if estado.denso is None:
        escaso = estado.escasos.ver(*_franja_y_dia(ahora), valor, pasos)
        puntaje, esperado, hasta = escaso.puntaje, escaso.media, estado.escasos.normal_hasta(escaso.media)
    elif estado.manda_escaso:
        clave = ahora // HORA_S
        abierta = estado.hora.cuenta if clave == estado.hora.clave else 0.0
        escaso = estado.escasos.ver(*_franja_y_dia(ahora), abierta + valor, max(1, clave - estado.hora.clave))
        puntaje, esperado, hasta = escaso.puntaje, escaso.media, estado.escasos.normal_hasta(escaso.media)
    else:
        denso = estado.denso if pasos == 1 else estado.denso.tras(pasos - 1)
        vista = denso.ver(_franja_y_dia(ahora)[0], valor)
        puntaje, esperado, hasta = vista.puntaje, vista.media, denso.normal_hasta(vista.media)
    madurando, abierto = estado.madurando(), estado.episodio.abierto
    alerta = valor >= minimo and not madurando and estado.episodio.alerta(ahora, puntaje, umbral)
    return Lectura(puntaje, umbral, esperado, hasta, alerta, madurando, abierto, False, False)


def con_alerta(estado: Estado, instante: datetime, puntaje: float) -> None:
    """Anotar que ya se avisó de este intervalo, con este puntaje, tras un `asomar`. Cambia `estado`."""
    estado.episodio.abrir(segundos(instante), puntaje)


# ── adentro ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _franja_y_dia(ahora: int) -> tuple[int, int]:
    """(hora, +24 en fin de semana; día de 0, lunes, a 6), de los segundos de pared."""
    dia = (ahora // DIA_S + 6) % 7
    hora = ahora // HORA_S % 24
    return (hora + 24 if dia > 4 else hora), dia


def _observar_denso(
    estado: Estado, denso: Novedad, franja: int, dia: int, ahora: int, valor: float
) -> tuple[float, float, float]:
    clave = ahora // HORA_S
    if clave != estado.hora.clave:
        _cerrar_hora(estado, clave)
    vista = denso.ver(franja, valor)
    denso.aprender(franja, valor, vista)
    hora = estado.hora
    hora.vistos += 1
    if valor:
        hora.cuenta += valor
        hora.vista = None
    if not estado.manda_escaso:
        return vista.puntaje, vista.media, denso.normal_hasta(vista.media)
    if hora.vista is None:
        escaso = estado.escasos.ver(franja, dia, hora.cuenta)
        hora.vista = escaso.puntaje, escaso.media, estado.escasos.normal_hasta(escaso.media)
    return hora.vista


def _cerrar_hora(estado: Estado, clave: int) -> None:
    """Dar la hora que acabó al detector de conteos escasos, y decidir quién manda en la que empieza."""
    hora, escasos = estado.hora, estado.escasos
    if hora.clave >= 0:
        if hora.vistos * estado.paso_s >= HORA_VISTA * HORA_S:
            franja, dia = _franja_y_dia(hora.clave * HORA_S)
            escasos.aprender(franja, dia, hora.cuenta, escasos.ver(franja, dia, hora.cuenta))
        else:
            escasos.saltar(1)
        if (faltan := clave - hora.clave - 1) > 0:
            escasos.saltar(faltan)
    hora.clave, hora.cuenta, hora.vistos, hora.vista = clave, 0.0, 0, None
    if estado.denso is None or estado.observados * estado.paso_s < MADURAR_ESCASO_S:
        return
    por_hora = estado.denso.nivel() * HORA_S / estado.paso_s
    estado.manda_escaso = por_hora < (BASTANTE_POR_HORA if estado.manda_escaso else POCO_POR_HORA)


def _saltar(estado: Estado, ahora: int, pasos: int) -> None:
    if estado.denso is None:
        estado.escasos.saltar(pasos)
        return
    estado.denso.saltar(pasos)
    if (clave := ahora // HORA_S) != estado.hora.clave:
        _cerrar_hora(estado, clave)


def _lectura_sin_dato(estado: Estado, falsas_al_mes: float) -> Lectura:
    umbral = estado.umbral(falsas_al_mes)
    return Lectura(0.0, umbral, 0.0, 0.0, False, estado.madurando(), estado.episodio.abierto, False, True)

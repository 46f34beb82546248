"""De la base a lo que el modelo entiende: el pasado de un perfil tal como se conocía en un instante.

Nada posterior a ese instante cuenta, ni publicaciones, ni medidas, ni borrados: lo que se aprendió un día se puede
volver a aprender igual. Son tres consultas por perfil, publique lo que publique.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from modelos import Perfil
from motor.horarios.aprendizaje.consultas import (
    Fila,
    Lectura,
    lecturas_a_su_hora,
    lecturas_de,
    publicaciones,
)
from motor.horarios.aprendizaje.edades import (
    MINIMA,
    REFERENCIA,
    Medida,
    Respuesta,
    a_la_referencia,
    crecimiento_de,
    edad_de,
)
from motor.horarios.aprendizaje.rasgos import RESPUESTA, clase_de, es_emergencia, rasgos_de
from motor.horarios.aprendizaje.respuesta import Definicion, definir, se_leen
from motor.horarios.calendario import ClaseDeDia, clase_de_dia
from motor.horarios.publicada import Publicada
from motor.horarios.reglas import ReglasDeHorarios

VENTANA = timedelta(days=730)
"""Cuánto pasado: dos años, para haber visto dos veces cada temporada. El modelo ya descuenta que el perfil crezca."""
MUESTRA = 100
"""De cuántas publicaciones, repartidas por todo el pasado, se aprende cómo crecen las del perfil."""
EN_VACACIONES = 0.5
"""Cuánto se cree a lo publicado en vacaciones escolares: la gente anda a otras horas que las de casi todo el año."""
_PUNTUAL = timedelta(hours=12)
"""Lo que puede pasar de la edad de referencia una medida hecha a su tiempo."""

NUEVA, SIN_DATO, BORRADA = "demasiado nueva", "sin dato", "borrada antes de medirse"
EMERGENCIA, DE_UN_HILO, CONTESTA = "emergencia", "sigue un hilo", "contesta a alguien"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasado:
    """publicadas: de la más vieja a la más nueva. hasta: cuándo salió la última. sumandos: qué números son la
    respuesta. vistas: el id de la Vista de cada publicada.

    fuera: cuántas no enseñan nada, por motivo («demasiado nueva», «sin dato», «emergencia»…).
    """

    publicadas: tuple[Publicada, ...]
    hasta: datetime | None
    metrica: str
    sumandos: tuple[str, ...]
    fuera: Mapping[str, int]
    vistas: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dias:
    """Con qué se entiende cada fecha: la zona de la oficina y sus días que no son ordinarios."""

    zona: ZoneInfo
    reglas: ReglasDeHorarios
    _clases: dict[date, ClaseDeDia] = field(default_factory=dict)

    def clase(self, dia: date) -> ClaseDeDia:
        """Se pregunta por cada publicación, y los días son muchos menos."""
        if dia not in self._clases:
            self._clases[dia] = clase_de_dia(dia, self.reglas)
        return self._clases[dia]


def pasado_de(sesion: Session, perfil: Perfil, dias: Dias, *, hasta: datetime) -> Pasado:
    """Lo que se sabía de un perfil en ese instante."""
    metrica = dias.reglas.de(perfil.nombre).metrica
    todas = publicaciones(sesion, perfil.id, desde=hasta - VENTANA, hasta=hasta)
    motivos = {f.id: _no_ensena(f, hasta) for f in todas}
    filas = [f for f in todas if not motivos[f.id]]
    lecturas, muestra = _lecturas(sesion, perfil.id, filas, metrica, hasta)
    definicion = definir(metrica, (leidas[-1].numeros for leidas in lecturas.values()))
    medidas = {f.id: _medidas(f, lecturas.get(f.id, ()), definicion) for f in filas}
    crecimiento = crecimiento_de(medidas[i] for i in muestra)
    publicadas = []
    for fila in filas:
        respuesta = a_la_referencia(medidas[fila.id], crecimiento, borrada=fila.borrada_en is not None)
        if respuesta is None:
            motivos[fila.id] = BORRADA if fila.borrada_en is not None else SIN_DATO
        else:
            publicadas.append((fila, _publicada(fila, respuesta, dias)))
    return Pasado(
        publicadas=tuple(p for _, p in publicadas),
        hasta=publicadas[-1][0].publicada_en if publicadas else None,
        metrica=metrica,
        sumandos=definicion.sumandos,
        fuera=Counter(m for m in motivos.values() if m),
        vistas=tuple(fila.id for fila, _ in publicadas),
    )


def _no_ensena(fila: Fila, hasta: datetime) -> str:
    """Por qué no se aprende de ella, o vacío. A quien contesta, la hora se la puso otro."""
    if fila.parte > 0:
        return DE_UN_HILO
    if fila.tipo == RESPUESTA:
        return CONTESTA
    if es_emergencia(fila.pedido, fila.etiquetas):
        return EMERGENCIA
    return NUEVA if hasta - fila.publicada_en < MINIMA else ""


def _lecturas(
    sesion: Session, perfil_id: int, filas: Sequence[Fila], metrica: str, hasta: datetime
) -> tuple[Mapping[int, Sequence[Lectura]], Sequence[int]]:
    """(las lecturas de cada publicación, cuáles las traen todas).

    De casi todas basta la de los cuatro días. De las que no la tienen (nuevas, importadas, o el motor estaba apagado) y
    de una muestra, para saber cómo crecen, se traen todas.
    """
    metricas, desde = se_leen(metrica), hasta - VENTANA
    puntuales = lecturas_a_su_hora(
        sesion, perfil_id, metricas, edad=REFERENCIA, puntual=_PUNTUAL, desde=desde, hasta=hasta
    )
    con_puntual = {lectura.vista_id for lectura in puntuales}
    muestra = [f.id for f in filas[:: len(filas) // MUESTRA + 1]]
    enteras = {f.id for f in filas if f.id not in con_puntual}.union(muestra)
    lecturas: dict[int, list[Lectura]] = defaultdict(list)
    for lectura in lecturas_de(sesion, sorted(enteras), metricas, hasta=hasta):
        lecturas[lectura.vista_id].append(lectura)
    for lectura in puntuales:
        if lectura.vista_id not in enteras:
            lecturas[lectura.vista_id].append(lectura)
    return lecturas, muestra


def _medidas(fila: Fila, lecturas: Sequence[Lectura], definicion: Definicion) -> list[Medida]:
    """Las de esa definición, hechas antes de que se borrara y con la edad bastante."""
    medidas = []
    for lectura in lecturas:
        valor = definicion.de(lectura.numeros)
        edad = edad_de(lectura.medida_en - fila.publicada_en)
        despues_de_borrada = fila.borrada_en is not None and lectura.medida_en > fila.borrada_en
        if valor is not None and edad >= edad_de(MINIMA) and not despues_de_borrada:
            medidas.append(Medida(edad, valor))
    return medidas


def _publicada(fila: Fila, respuesta: Respuesta, dias: Dias) -> Publicada:
    local = fila.publicada_en.astimezone(dias.zona).replace(tzinfo=None)
    clase, rasgos = dias.clase(local.date()), rasgos_de(fila.texto, enlace=fila.enlace)
    return Publicada(
        local=local,
        valor=respuesta.valor,
        tipo=clase_de(fila.tipo or fila.pedido),
        largo=rasgos.largo,
        url=rasgos.url,
        hashtag=rasgos.hashtag,
        mencion=rasgos.mencion,
        pregunta=rasgos.pregunta,
        pagado=fila.promocionada,
        peso=round(respuesta.peso * (EN_VACACIONES if clase is ClaseDeDia.VACACIONES else 1.0), 4),
        festivo=clase is ClaseDeDia.FESTIVO,
    )

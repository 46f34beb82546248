"""Probar un monitor en lo ya guardado, antes de guardarlo: qué habría contado cada día, con ejemplos, qué dejaría
fuera y en qué cambia. No escribe nada.

Con muchos mensajes se mira una muestra: uno de cada tantos, por su número y no por su fecha. Cada uno tiene la misma
suerte, así que lo hallado por `uno_de` es lo que se espera en todos, y se dice entre cuánto y cuánto.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session, col

from conectores.contrato_escucha import Clase
from modelos import Base
from modelos.escucha import Mensaje
from motor.avisos.redaccion.ajenos import enlace_seguro
from motor.escucha.entendedor import vigia_de
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.monitores.definicion import Definicion
from motor.escucha.monitores.explicacion import motivos
from motor.escucha.monitores.normalizar import normalizar
from motor.escucha.monitores.recuento import LEIDAS, donde_fue
from motor.escucha.monitores.senalar import Trozo, senalar
from motor.escucha.monitores.vigia import Vigia

MUESTRA = 12_000
"""Mensajes que se miran a lo más: medio segundo."""
PLAZO = timedelta(days=30)
EJEMPLOS = 8
_TANDA = 1_000
_EXPLICADOS = 400
_LARGO = 280

_NUEVA, _GUARDADA, _SIN_DESCARTES = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Ejemplo:
    """Un mensaje, con sus términos señalados. porque: por qué no se cuenta; vacío si se cuenta."""

    red: str
    publicado_en: datetime
    trozos: tuple[Trozo, ...]
    url: str
    porque: str = ""


@dataclass(slots=True, kw_only=True)
class Prueba:
    """uno_de: se miró uno de cada tantos (1: todos). vistos: los mensajes del plazo que se miraron. hallados: de ésos,
    los que contaría. por_dia: por día local. fuera: los que dicen sus palabras y no contaría. antes: los que cuenta
    como está guardado; None si es nuevo. Todo se cuenta en lo visto: por `uno_de`, lo que se espera en todos.
    """

    uno_de: int
    desde: datetime
    hasta: datetime
    vistos: int = 0
    hallados: int = 0
    por_dia: Counter[date] = field(default_factory=Counter)
    ejemplos: list[Ejemplo] = field(default_factory=list)
    fuera: int = 0
    porques: Counter[str] = field(default_factory=Counter)
    ejemplos_fuera: list[Ejemplo] = field(default_factory=list)
    antes: int | None = None
    entran: int = 0
    ejemplos_entran: list[Ejemplo] = field(default_factory=list)
    salen: int = 0
    ejemplos_salen: list[Ejemplo] = field(default_factory=list)

    @property
    def exacta(self) -> bool:
        return self.uno_de == 1

    def margen(self, hallados: int) -> int:
        """Cuánto puede errarse lo que se espera en todos (nueve de cada diez veces)."""
        if self.exacta:
            return 0
        return math.ceil(1.645 * math.sqrt(max(hallados, 3)) * self.uno_de)


def probar(
    escucha: EntornoDeEscucha, nueva: Definicion, guardada: Definicion | None = None, *, muestra: int = MUESTRA
) -> Prueba:
    """Lanza ArchivoDeLugaresInvalido. Tandas cortas, cada una en su lectura: no estorba a quien guarda lo que llega."""
    vigia = vigia_de(escucha, _definiciones(nueva, guardada))
    hasta = escucha.reloj.ahora()
    prueba = Prueba(uno_de=1, desde=hasta - PLAZO, hasta=hasta, antes=None if guardada is None else 0)
    ultimo, primero = _extremos(escucha.base, prueba.desde)
    prueba.uno_de = max(1, math.ceil((ultimo - primero + 1) / muestra))
    mirador = _Mirador(escucha, vigia, prueba)
    for tanda in _tandas(range(ultimo, primero - 1, -prueba.uno_de)):
        with escucha.base.leer() as sesion:
            mensajes = _leidos(sesion, tanda, prueba, seguidos=prueba.exacta)
        for m in mensajes:
            mirador.mirar(m)
    return prueba


def _definiciones(nueva: Definicion, guardada: Definicion | None) -> Mapping[int, Definicion]:
    juntas = {_NUEVA: nueva}
    if guardada is not None:
        juntas[_GUARDADA] = guardada
    if nueva.todas or nueva.alguna:
        juntas[_SIN_DESCARTES] = replace(
            nueva, ninguna=(), redes=frozenset(), idiomas=frozenset(), clases=frozenset(Clase), zona=None
        )
    return juntas


def _tandas(numeros: range) -> Iterator[range]:
    for n in range(0, len(numeros), _TANDA):
        yield numeros[n : n + _TANDA]


def _leidos(sesion: Session, numeros: range, prueba: Prueba, *, seguidos: bool) -> Sequence[Row[Any]]:
    orden = select(*LEIDAS, col(Mensaje.url)).where(
        col(Mensaje.publicado_en) >= prueba.desde,
        col(Mensaje.publicado_en) <= prueba.hasta,
        col(Mensaje.borrado_en).is_(None),
    )
    if seguidos:
        orden = orden.where(col(Mensaje.id).between(numeros[-1], numeros[0]))
    else:
        orden = orden.where(col(Mensaje.id).in_(numeros))
    return sesion.execute(orden.order_by(col(Mensaje.id).desc())).all()


def _extremos(base: Base, desde: datetime) -> tuple[int, int]:
    """El mayor y el menor número de los que pudieron publicarse desde entonces: lo de hoy no llegó antes de decirse.

    Los números van en el orden en que llegaron, así que el primero se halla partiendo por mitades.
    """
    with base.leer() as sesion:
        ultimo = sesion.scalar(select(col(Mensaje.id)).order_by(col(Mensaje.id).desc()).limit(1)) or 0
        bajo = sesion.scalar(select(col(Mensaje.id)).order_by(col(Mensaje.id)).limit(1)) or 1
        alto = ultimo
        while bajo < alto:
            medio = (bajo + alto) // 2
            orden = select(col(Mensaje.id), col(Mensaje.recibido_en)).where(col(Mensaje.id) >= medio)
            fila = sesion.execute(orden.order_by(col(Mensaje.id)).limit(1)).first()
            if fila is None or fila.recibido_en >= desde:
                alto = medio
            else:
                bajo = max(fila.id, medio) + 1
    return ultimo, min(bajo, max(ultimo, 1))


class _Mirador:
    """Va sumando a la prueba lo que halla en cada mensaje."""

    def __init__(self, escucha: EntornoDeEscucha, vigia: Vigia, prueba: Prueba) -> None:
        self._zona = escucha.reglas.zona
        self._vigia = vigia
        self._solo_nueva = {_NUEVA: vigia.definiciones[_NUEVA]}
        self._prueba = prueba
        self._explicados = 0

    def mirar(self, m: Row[Any]) -> None:
        p = self._prueba
        p.vistos += 1
        cuentan = self._vigia.coinciden(
            m.texto,
            titulo=m.titulo,
            red=m.red,
            clase=Clase(m.clase),
            idioma=m.idioma,
            autor=m.autor_usuario,
            donde=donde_fue(m),
        )
        if not cuentan:
            return
        if _NUEVA in cuentan:
            p.hallados += 1
            p.por_dia[m.publicado_en.astimezone(self._zona).date()] += 1
            self._ensenar(p.ejemplos, m)
        elif _SIN_DESCARTES in cuentan:
            self._dejar_fuera(m)
        if p.antes is not None:
            self._comparar(m, cuentan)

    def _comparar(self, m: Row[Any], cuentan: Sequence[int]) -> None:
        p = self._prueba
        antes, ahora = _GUARDADA in cuentan, _NUEVA in cuentan
        p.antes = (p.antes or 0) + antes
        if ahora and not antes:
            p.entran += 1
            self._ensenar(p.ejemplos_entran, m)
        if antes and not ahora:
            p.salen += 1
            self._ensenar(p.ejemplos_salen, m, con=_GUARDADA)

    def _dejar_fuera(self, m: Row[Any]) -> None:
        p = self._prueba
        p.fuera += 1
        if self._explicados >= _EXPLICADOS:
            return
        self._explicados += 1
        porque = self._porque_no(m)
        p.porques[porque] += 1
        if p.porques[porque] <= 3:  # de cada motivo, unos pocos: si no, el más repetido tapa a los demás
            self._ensenar(p.ejemplos_fuera, m, porque=porque)

    def _porque_no(self, m: Row[Any]) -> str:
        halladas = motivos(
            self._vigia,
            m.texto,
            titulo=m.titulo,
            red=m.red,
            clase=Clase(m.clase),
            idioma=m.idioma,
            autor=m.autor_usuario,
            donde=donde_fue(m),
        )
        return next((h.porque_no for h in halladas if h.monitor == _NUEVA), "")

    def _ensenar(self, donde: list[Ejemplo], m: Row[Any], *, porque: str = "", con: int = _NUEVA) -> None:
        if len(donde) >= EJEMPLOS or m.clase == Clase.DIRECTO:  # lo privado se cuenta y no se enseña
            return
        texto = " ".join(f"{m.titulo} {m.texto}".split())
        hallados = self._vigia.hallados(con, normalizar(m.texto, titulo=m.titulo, autor=m.autor_usuario))
        trozos = recortados(senalar(texto, hallados))
        donde.append(
            Ejemplo(red=m.red, publicado_en=m.publicado_en, trozos=trozos, url=enlace_seguro(m.url), porque=porque)
        )


def recortados(trozos: Sequence[Trozo], largo: int = _LARGO) -> tuple[Trozo, ...]:
    """Un pedazo que lleve a la vista lo primero que se halló. Pura."""
    primero = next((n for n, t in enumerate(trozos) if t.hallado), 0)
    antes = "".join(t.texto for t in trozos[:primero])
    cortados = [Trozo(f"…{antes[-80:]}" if len(antes) > 100 else antes)] if antes else []
    cabe = largo - sum(len(t.texto) for t in cortados)
    for t in trozos[primero:]:
        if cabe <= 0:
            break
        cortados.append(Trozo(t.texto[:cabe] + ("…" if len(t.texto) > cabe else ""), t.hallado))
        cabe -= len(t.texto)
    return tuple(cortados)

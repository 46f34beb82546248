"""Las cuentas: lo que la gente ve en las redes contra lo que dice la base. Lo visible manda."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from bench.redes import EnLaRed
from modelos import Correo, Entrega, Estado, Evento, Intento, Perfil
from modelos.estados import TERMINALES

_FOLIO = re.compile(r"folio (\d+)")
_VEREDICTOS = {"entrega_publicada", "entrega_programada", "entrega_por_decidir", "entrega_fallida"}

Clave = tuple[str, str, str]
"""Red, perfil en la red y folio: las publicaciones iguales de un perfil comparten la suya."""


@dataclass(slots=True)
class Cuentas:
    """perdidas y repetidas deben ser 0. veredictos_s: de cada duda, lo que tardó en resolverse desde su intento."""

    esperadas: int = 0
    publicadas: int = 0
    perdidas: int = 0
    repetidas: int = 0
    mal_adoptadas: int = 0
    fallidas_que_estaban: int = 0
    sin_correo: int = 0
    estados: dict[str, int] = field(default_factory=dict)
    intentos: int = 0
    muertes_en_la_ventana: int = 0
    dudas: int = 0
    halladas: int = 0
    ausencias: int = 0
    veredictos_s: list[float] = field(default_factory=list)
    detalles: list[str] = field(default_factory=list)

    @property
    def limpias(self) -> bool:
        return not (self.perdidas or self.repetidas or self.mal_adoptadas or self.sin_correo)

    def como_json(self) -> dict[str, Any]:
        datos = asdict(self)
        veredictos = sorted(datos.pop("veredictos_s"))
        datos["veredicto_s"] = {
            "p50": round(percentil(veredictos, 0.5), 2),
            "p99": round(percentil(veredictos, 0.99), 2),
            "max": round(percentil(veredictos, 1), 2),
        }
        return datos


def percentil(valores: Sequence[float], p: float) -> float:
    ordenados = sorted(valores)
    return ordenados[min(len(ordenados) - 1, int(p * len(ordenados)))] if ordenados else 0.0


def quedan(sesion: Session) -> int:
    """Cuántas entregas no tienen todavía veredicto."""
    finales = [*TERMINALES, Estado.POR_DECIDIR]
    return len(sesion.execute(select(col(Entrega.id)).where(col(Entrega.estado).not_in(finales))).all())


def contar(sesion: Session, visto: Iterable[EnLaRed]) -> Cuentas:
    visto = list(visto)
    filas = [(e, p) for e, p in sesion.execute(select(Entrega, Perfil).join(Perfil))]
    cuentas = Cuentas(esperadas=len(filas), publicadas=len(visto))
    cuentas.estados = dict(sorted(Counter(e.estado.value for e, _ in filas).items()))
    _comparar(cuentas, filas, visto)
    _adopciones(cuentas, filas, visto)
    claves_de_correo = set(sesion.scalars(select(col(Correo.clave))))
    for entrega, _ in filas:
        if entrega.estado is Estado.POR_DECIDIR and not any(
            f"{que}:{entrega.id}:{entrega.ficha}" in claves_de_correo for que in ("por_decidir", "tarde")
        ):
            cuentas.sin_correo += 1
            cuentas.detalles.append(f"La {entrega.id} está por decidir y no hay correo.")
    _dudas(cuentas, sesion)
    return cuentas


def _comparar(cuentas: Cuentas, filas: list[tuple[Entrega, Perfil]], visto: list[EnLaRed]) -> None:
    fuera = Counter((v.red, v.perfil, _folio(v.texto)) for v in visto)
    dentro: dict[Clave, list[Entrega]] = defaultdict(list)
    for entrega, perfil in filas:
        dentro[perfil.red, perfil.id_externo, _folio(entrega.texto)].append(entrega)
    for clave in fuera.keys() | dentro.keys():
        hay, suyas = fuera[clave], dentro.get(clave, [])
        por_estado = Counter(e.estado for e in suyas)
        publicadas, por_decidir = por_estado[Estado.PUBLICADA], por_estado[Estado.POR_DECIDIR]
        # Una fallida sólo se explica si la red no admite repetir un texto que sí está.
        fallidas = por_estado[Estado.FALLIDA] if not hay or len(suyas) == 1 else 0
        sin_veredicto = len(suyas) - publicadas - por_decidir - por_estado[Estado.FALLIDA]
        repetidas = max(0, hay - len(suyas))
        perdidas = max(0, publicadas - hay) + fallidas + sin_veredicto
        if repetidas or perdidas:
            ids = ", ".join(f"{e.id} {e.estado}" for e in suyas)
            cuentas.detalles.append(f"{clave}: {hay} a la vista; {ids or 'ninguna entrega'}")
        cuentas.repetidas += repetidas
        cuentas.perdidas += perdidas
        cuentas.fallidas_que_estaban += max(0, min(hay, len(suyas)) - publicadas - por_decidir)


def _adopciones(cuentas: Cuentas, filas: list[tuple[Entrega, Perfil]], visto: list[EnLaRed]) -> None:
    por_id = {(v.red, v.id): v for v in visto}
    for entrega, perfil in filas:
        if entrega.estado is not Estado.PUBLICADA:
            continue
        suya = por_id.get((perfil.red, str(entrega.id_externo)))
        if suya is None or suya.perfil != perfil.id_externo or _folio(suya.texto) != _folio(entrega.texto):
            cuentas.mal_adoptadas += 1
            cuentas.detalles.append(f"La {entrega.id} dice ser {entrega.id_externo} en {perfil.nombre}, y no lo es.")


def _dudas(cuentas: Cuentas, sesion: Session) -> None:
    intentos: dict[int, list[datetime]] = defaultdict(list)
    for intento in sesion.scalars(select(Intento).order_by(col(Intento.id))):
        cuentas.intentos += 1
        cuentas.muertes_en_la_ventana += intento.desenlace is None
        intentos[intento.entrega_id].append(intento.iniciado_en)
    en_duda: set[int] = set()
    for evento in sesion.scalars(select(Evento).order_by(col(Evento.ocurrido_en), col(Evento.id))):
        if evento.entrega_id is None:
            continue
        if evento.accion == "entrega_en_duda":
            en_duda.add(evento.entrega_id)
            cuentas.dudas += 1
        elif evento.accion in _VEREDICTOS and evento.entrega_id in en_duda:
            en_duda.discard(evento.entrega_id)
            cuentas.halladas += evento.accion == "entrega_publicada"
            cuentas.ausencias += evento.accion == "entrega_programada"
            previos = [i for i in intentos[evento.entrega_id] if i <= evento.ocurrido_en]
            cuentas.veredictos_s.append((evento.ocurrido_en - previos[-1]).total_seconds())


def _folio(texto: str) -> str:
    hallado = _FOLIO.search(texto)
    return hallado[1] if hallado else texto

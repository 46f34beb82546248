"""Guardar lo que se leyó: la lectura entera y un renglón por número que dio la red. Lo que no dio no está."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session, col, select

from conectores.contrato_escucha import METRICAS, Mediciones
from modelos import Lectura, Medicion, Vista, tabla
from motor.escucha.almacen.granel import insertar
from motor.escucha.almacen.limpieza import como_json, entero

IMPORTADA = "importada"
"""El origen de una `Vista` que sólo se conoce por una tabla que exportó la red."""
_COLUMNAS = ("perfil_id", "vista_id", "lectura_id", "metrica", "valor", "medida_en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leida:
    """vista_id: None si es del perfil entero. medida_en: de cuándo son los números; None si de cuando se leyeron."""

    perfil_id: int
    vista_id: int | None
    mediciones: Mediciones
    leida_en: datetime
    medida_en: datetime | None = None


def como_datos(mediciones: Mediciones) -> str:
    return como_json(mediciones.crudo)


def guardar_lecturas(sesion: Session, leidas: Sequence[Leida]) -> int:
    """Todas de una vez, dentro de la transacción de quien llama. Devuelve cuántos números."""
    if not leidas:
        return 0
    sesion.flush()
    filas = [
        {
            "perfil_id": leida.perfil_id,
            "vista_id": leida.vista_id,
            "leida_en": leida.leida_en,
            "version": leida.mediciones.version[:120],
            "datos": como_datos(leida.mediciones),
        }
        for leida in leidas
    ]
    lectura = tabla(Lectura)
    ids = sesion.scalars(insert(lectura).returning(lectura.c.id, sort_by_parameter_order=True), filas).all()
    numeros = [
        (leida.perfil_id, leida.vista_id, lectura_id, metrica, valor, leida.medida_en or leida.leida_en)
        for leida, lectura_id in zip(leidas, ids, strict=True)
        for metrica, dado in leida.mediciones.valores.items()
        if metrica in METRICAS and (valor := entero(dado)) is not None  # un absurdo es «sin dato»
    ]
    insertar(sesion.connection(), tabla(Medicion), _COLUMNAS, numeros)
    return len(numeros)


def vista_de(sesion: Session, perfil_id: int, id_externo: str, *, url: str = "") -> Vista | None:
    """La que ya se conoce por su identificador; o por su dirección, si sólo se sabía de ella por una tabla.

    A ésta se le pone el identificador de la red, para que la misma publicación no esté dos veces, y se mide ya.
    """
    suyas = select(Vista).where(col(Vista.perfil_id) == perfil_id)
    if (vista := sesion.exec(suyas.where(col(Vista.id_externo) == id_externo)).first()) is not None or not url:
        return vista
    importada = sesion.exec(suyas.where(col(Vista.origen) == IMPORTADA, col(Vista.url) == url)).first()
    if importada is not None:
        importada.id_externo, importada.medir_en = id_externo, importada.vista_en
        sesion.add(importada)
    return importada

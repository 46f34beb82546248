"""Entorno: con qué trabaja cada sala del motor. Lo arma `arranque` y nadie lo cambia."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from conectores.contrato import Capacidades, Clave, Conector
from conectores.contrato_conexion import Conexion
from conectores.contrato_enlaces import SinTarjeta, Tarjeta
from conectores.contrato_exportacion import Exportaciones
from modelos import Base, Perfil
from motor.credenciales import Origen
from motor.horarios.reglas import ReglasDeHorarios
from motor.reglas import Reglas
from motor.reloj import Reloj


@dataclass(frozen=True, slots=True, kw_only=True)
class RedConectable:
    """Una red a la que se puede conectar una cuenta. conexion: cómo; None si no se hace desde el panel."""

    slug: str
    capacidades: Capacidades
    claves: tuple[Clave, ...]
    conexion: Conexion | None


def _sin_mirar(_enlace: str) -> Tarjeta:
    raise SinTarjeta("aquí no se miran los enlaces.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entorno:
    """abrir: el conector de un perfil. capacidades_de: los hechos de una red por su slug, sin abrir ningún perfil.

    reconocer_red: el slug de una red escrita por una persona («Twitter»), o None.
    buzon: la carpeta con entrada/, procesando/, publicadas/ y rechazadas/. acervo: la carpeta de los medios.
    trabajador: quién es este proceso, único entre todos los que comparten la base.
    exportaciones: las tablas que exporta cada red, por su slug. horarios: las reglas de las mejores horas, como están
    ahora mismo en `horarios.toml`. redes: las que tienen su biblioteca instalada, por su slug. origenes_de: de dónde
    sale cada credencial de un perfil; las que no tiene no aparecen. mirar_enlace: qué dice de sí la página a que lleva;
    lanza SinTarjeta.
    """

    base: Base
    reloj: Reloj
    reglas: Reglas
    buzon: Path
    acervo: Path
    trabajador: str
    abrir: Callable[[Perfil], Conector]
    capacidades_de: Callable[[str], Capacidades]
    reconocer_red: Callable[[str], str | None]
    exportaciones: Callable[[], Mapping[str, Exportaciones]] = dict
    horarios: Callable[[], ReglasDeHorarios] = ReglasDeHorarios
    redes: Callable[[], Mapping[str, RedConectable]] = dict
    origenes_de: Callable[[Perfil], Mapping[str, Origen]] = lambda _: {}
    mirar_enlace: Callable[[str], Tarjeta] = _sin_mirar

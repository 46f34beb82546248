"""Lo que la oficina habría aprendido: un mapa con las horas que convengan a la prueba."""

from collections.abc import Mapping
from dataclasses import replace

from sqlmodel import select

from modelos import Base, Horario, Perfil
from motor.entorno import Entorno
from motor.horarios.mapa import SEMANA, Mapa
from motor.horarios.reglas import ReglasDeHorarios, ReglasDePerfil
from motor.reloj import Reloj

LUNES, MARTES, MIERCOLES, JUEVES, VIERNES, SABADO, DOMINGO = range(7)

SIN_AZAR = ReglasDeHorarios(generales=ReglasDePerfil(azar=0.0))


def hora(dia: int, h: int) -> int:
    """La ranura de esa hora de la semana."""
    return dia * 24 + h


def sin_azar(entorno: Entorno, reglas: ReglasDeHorarios = SIN_AZAR) -> Entorno:
    return replace(entorno, horarios=lambda: reglas)


def aprender(base: Base, reloj: Reloj, ganancias: Mapping[int, float], *, perfil: str = "memoria") -> None:
    """Que ese perfil sepa que a esas horas le responden más; las demás le dan igual."""
    ganancia = tuple(ganancias.get(r, 0.0) for r in range(SEMANA))
    mapa = Mapa(
        ganancia=ganancia,
        inferior=tuple(g - 5 for g in ganancia),
        superior=tuple(g + 5 for g in ganancia),
        publicaciones=212,
        curva="memoria",
        espaciado=0.0,
    )
    with base.escribir() as sesion:
        suyo = sesion.exec(select(Perfil).where(Perfil.nombre == perfil)).one()
        sesion.add(
            Horario(
                perfil_id=suyo.id,
                aprendido_en=reloj.ahora(),
                publicaciones=212,
                metrica="interacciones",
                mapa=mapa.a_json(),
                huella=f"{perfil}-{reloj.ahora().isoformat()}",
            )
        )

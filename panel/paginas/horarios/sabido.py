"""Lo que se sabe de las horas de un perfil: de qué se aprendió, qué tan seguro es y qué horas se elegirían."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from modelos import Horario, Perfil
from modelos.consultas import perfiles as todos_los_perfiles
from modelos.consultas import ultimos_horarios
from motor.entorno import Entorno
from motor.horarios.asignacion import Vigente, vigentes
from motor.horarios.calendario import ClaseDeDia, clase_de_dia, nombre_del_festivo, ranura_de
from motor.horarios.frases import evidencia_de, frase_de, hora_de
from motor.horarios.libres import huecos_libres
from motor.horarios.reglas import ReglasDePerfil
from motor.horarios.semana import Semana, Vale, semana_de

DIAS_A_LA_VISTA = 7
DIAS_RAROS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Sabido:
    """aprendido: la fila; None si todavía de nada. hermanos: los demás perfiles de su organización."""

    perfil: Perfil
    vigente: Vigente
    semana: Semana
    reglas: ReglasDePerfil
    evidencia: str
    aprendido: Horario | None
    hermanos: Sequence[str]

    @property
    def seguras(self) -> int:
        return sum(h.vale in (Vale.MEJOR, Vale.PEOR) and not h.callada for h in self.semana.horas)

    @property
    def elegibles(self) -> int:
        return sum(not h.callada for h in self.semana.horas)


@dataclass(frozen=True, slots=True, kw_only=True)
class Propuesta:
    """La mejor hora libre de un día. frase: por qué. mejor: si es la de más ganancia de las que se enseñan."""

    en: datetime
    ganancia: float
    frase: str
    mejor: bool


@dataclass(frozen=True, slots=True)
class DiaRaro:
    """Un festivo, o el comienzo de unas vacaciones, de los días que vienen."""

    dia: date
    nombre: str


def sabidos(sesion: Session, entorno: Entorno, perfiles: Sequence[Perfil], *, ahora: datetime) -> list[Sabido]:
    de_hoy = vigentes(sesion, perfiles, ahora=ahora)
    filas = ultimos_horarios(sesion, [p.id for p in perfiles], ahora=ahora)
    reglas = entorno.horarios()
    organizaciones: dict[str, list[str]] = {}
    for otro in todos_los_perfiles(sesion):
        organizaciones.setdefault(reglas.de(otro.nombre).organizacion, []).append(otro.nombre)
    hallados = []
    for p in perfiles:
        suyas = reglas.de(p.nombre)
        juntos = organizaciones.get(suyas.organizacion, []) if suyas.organizacion else []
        mapa = de_hoy[p.id].mapa
        hallados.append(
            Sabido(
                perfil=p,
                vigente=de_hoy[p.id],
                semana=semana_de(mapa, suyas.callar),
                reglas=suyas,
                evidencia=evidencia_de(mapa, entorno.reglas.zona),
                aprendido=filas.get(p.id),
                hermanos=[n for n in juntos if n != p.nombre],
            )
        )
    return hallados


def propuestas(sesion: Session, entorno: Entorno, sabido: Sabido, *, ahora: datetime) -> list[Propuesta]:
    """Qué hora se elegiría cada uno de los días que vienen, y por qué. Sólo mira: no aparta nada."""
    zona, reglas, mapa = entorno.reglas.zona, entorno.horarios(), sabido.vigente.mapa
    hoy = ahora.astimezone(zona).date()
    dias = [hoy + timedelta(days=n) for n in range(DIAS_A_LA_VISTA)]
    libres = huecos_libres(sesion, entorno, {sabido.perfil.id: dias}, ahora=ahora)
    mayor = max((h.ganancia_pct for h in libres), default=0.0)
    return [
        Propuesta(
            en=h.en,
            ganancia=h.ganancia_pct,
            frase=_porque(
                frase_de(
                    mapa, ranura_de(h.en.astimezone(zona), reglas), zona, en=h.en, clase=clase_de_dia(h.dia, reglas)
                ),
                hora=hora_de(0, zona, en=h.en),
                evidencia=sabido.evidencia,
            ),
            mejor=h.ganancia_pct == mayor,
        )
        for h in sorted(libres, key=lambda h: h.en)
    ]


def _porque(frase: str, *, hora: str, evidencia: str) -> str:
    """La frase sin lo que ya dice el resto de la página: la hora y de qué se aprendió."""
    return frase.removeprefix(hora).removesuffix(evidencia).strip(" ,") or evidencia


def dias_raros(entorno: Entorno, ahora: datetime) -> list[DiaRaro]:
    """Los festivos que vienen, y cuándo empiezan unas vacaciones. `nombre` vacío: son vacaciones."""
    reglas, hoy = entorno.horarios(), ahora.astimezone(entorno.reglas.zona).date()
    raros, antes = [], ClaseDeDia.ORDINARIO
    for n in range(DIAS_RAROS):
        dia = hoy + timedelta(days=n)
        clase = clase_de_dia(dia, reglas)
        if clase is ClaseDeDia.FESTIVO:
            raros.append(DiaRaro(dia, nombre_del_festivo(dia, reglas)))
        elif clase is ClaseDeDia.VACACIONES and antes is not clase and not any(not r.nombre for r in raros):
            raros.append(DiaRaro(dia, ""))
        antes = clase
    return raros

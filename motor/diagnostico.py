"""Diagnóstico: qué está mal en esta instalación y qué hacer, antes de que lo descubra un post que no salió."""

import os
import shutil
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from conectores.contrato import ErrorDeRed
from conectores.secretos import redactar
from modelos import Correo, Estado, EstadoDeCorreo, Perfil
from modelos.consultas import cuentas_por_estado, perfiles
from modelos.migraciones import version_de, version_ultima
from motor.avisos.correo import Servidor
from motor.avisos.motivos import motivo_de_la_caida
from motor.credenciales import Origen
from motor.entorno import Entorno
from motor.reglas import incumplidas
from motor.vigilancia import comprobar

DISCO_MINIMO_BYTES = 1_000_000_000
DESFASE_ADMITIDO = timedelta(seconds=2)


class Gravedad(StrEnum):
    BIEN = "bien"
    AVISO = "aviso"
    MAL = "mal"


@dataclass(frozen=True, slots=True)
class Hallazgo:
    """Algo que se miró. remedio: qué hacer, si no está bien."""

    que: str
    gravedad: Gravedad
    detalle: str
    remedio: str = ""


def diagnosticar(entorno: Entorno, servidor: Servidor | None) -> Iterator[Hallazgo]:
    """Mirarlo todo, de lo más cercano a lo más lejano; cada hallazgo en cuanto se tiene."""
    yield from _reglas(entorno)
    yield from _zonas()
    yield from _base(entorno)
    yield from _carpetas(entorno)
    yield from _disco(entorno)
    yield from _correo(entorno, servidor)
    yield from _perfiles(entorno)
    yield from _pendientes(entorno)


def _reglas(entorno: Entorno) -> Iterator[Hallazgo]:
    faltas = incumplidas(entorno.reglas)
    for falta in faltas:
        yield Hallazgo("plazos", Gravedad.MAL, "Se podría publicar dos veces.", falta)
    if not faltas:
        yield Hallazgo("plazos", Gravedad.BIEN, "Los plazos del protocolo cuadran.")


def _zonas() -> Iterator[Hallazgo]:
    """Un sistema con datos de zonas viejos cree que en México aún hay horario de verano."""
    julio = datetime(2023, 7, 1, tzinfo=UTC)
    esperados = {"America/Mexico_City": -6, "America/Ciudad_Juarez": -6, "America/Tijuana": -7}
    for zona, horas in esperados.items():
        if julio.astimezone(ZoneInfo(zona)).utcoffset() != timedelta(hours=horas):
            yield Hallazgo(
                "zonas horarias",
                Gravedad.MAL,
                f"Los datos de {zona} son viejos: las horas saldrían mal.",
                "Actualice el paquete tzdata del sistema.",
            )
            return
    yield Hallazgo("zonas horarias", Gravedad.BIEN, "Los datos de zonas están al día.")


def _base(entorno: Entorno) -> Iterator[Hallazgo]:
    try:
        version = version_de(entorno.base.motor)
        desfase = _desfase(entorno)
    except SQLAlchemyError as error:
        yield Hallazgo("base de datos", Gravedad.MAL, f"No contesta: {type(error).__name__}.", "Revise PREGONERO_BASE.")
        return
    clase = "SQLite" if entorno.base.es_sqlite else "PostgreSQL"
    if version != version_ultima():
        yield Hallazgo("base de datos", Gravedad.MAL, f"{clase} en la versión {version}.", "Reinicie Pregonero.")
    else:
        yield Hallazgo("base de datos", Gravedad.BIEN, f"{clase}, versión {version}.")
    if abs(desfase) > DESFASE_ADMITIDO:
        yield Hallazgo(
            "reloj",
            Gravedad.MAL,
            f"Este servidor y la base difieren {desfase.total_seconds():.0f} s.",
            "Sincronice los relojes (timedatectl set-ntp true).",
        )
    elif entorno.reloj.ahora().year < 2026:
        yield Hallazgo("reloj", Gravedad.MAL, "La fecha del servidor está en el pasado.", "Ajuste la hora.")
    else:
        local = entorno.reloj.ahora().astimezone(entorno.reglas.zona)
        yield Hallazgo("reloj", Gravedad.BIEN, f"Aquí son las {local:%H:%M} ({entorno.reglas.zona.key}).")


def _desfase(entorno: Entorno) -> timedelta:
    """Cuánto adelanta este servidor al de la base; cero si son el mismo."""
    if entorno.base.es_sqlite:
        return timedelta()
    with entorno.base.leer() as sesion:
        alla: datetime = sesion.execute(text("SELECT clock_timestamp()")).scalar_one()
    return entorno.reloj.ahora() - alla


def _carpetas(entorno: Entorno) -> Iterator[Hallazgo]:
    carpetas = [entorno.buzon / c for c in ("entrada", "procesando", "publicadas", "rechazadas")]
    mal = [c for c in [*carpetas, entorno.acervo] if not os.access(c, os.R_OK | os.W_OK | os.X_OK)]
    for carpeta in mal:
        yield Hallazgo(
            "carpetas", Gravedad.MAL, f"No puedo leer y escribir en {carpeta}.", "Dé permiso a la cuenta de Pregonero."
        )
    if len({c.stat().st_dev for c in carpetas if c.exists()}) > 1:
        yield Hallazgo(
            "carpetas",
            Gravedad.MAL,
            "Las cuatro carpetas del buzón no están en el mismo disco.",
            "Póngalas juntas: mover un archivo entre discos no es seguro.",
        )
    elif not mal:
        yield Hallazgo("carpetas", Gravedad.BIEN, f"Buzón en {entorno.buzon}.")


def _disco(entorno: Entorno) -> Iterator[Hallazgo]:
    donde = Path(entorno.acervo)
    libre = shutil.disk_usage(donde).free
    gravedad = Gravedad.BIEN if libre > DISCO_MINIMO_BYTES else Gravedad.AVISO
    yield Hallazgo(
        "disco",
        gravedad,
        f"Quedan {libre / 1e9:.1f} GB.",
        "" if gravedad is Gravedad.BIEN else "Libere espacio pronto.",
    )


def _correo(entorno: Entorno, servidor: Servidor | None) -> Iterator[Hallazgo]:
    faltan = ["PREGONERO_SMTP_SERVIDOR"] if servidor is None else []
    if not entorno.reglas.coordinacion:
        faltan.append("PREGONERO_CORREO_COORDINACION")
    if servidor is None or faltan:
        yield Hallazgo("correo", Gravedad.AVISO, "Nadie recibirá los avisos.", f"Ponga {' y '.join(faltan)} en .env.")
        return
    try:
        with servidor.conectar() as smtp:
            smtp.noop()
    except (OSError, smtplib.SMTPException) as error:
        yield Hallazgo(
            "correo",
            Gravedad.MAL,
            redactar(f"{servidor.anfitrion}:{servidor.puerto} no sirve. {motivo_de_la_caida(error)}"),
            f"Revise las variables PREGONERO_SMTP_….{_en_espera(entorno)}",
        )
        return
    yield Hallazgo(
        "correo", Gravedad.BIEN, f"{servidor.anfitrion} acepta; avisos a {', '.join(entorno.reglas.coordinacion)}."
    )


def _en_espera(entorno: Entorno) -> str:
    orden = select(func.count()).select_from(Correo).where(col(Correo.estado) == EstadoDeCorreo.PENDIENTE)
    with entorno.base.leer() as sesion:
        esperan = sesion.execute(orden).scalar_one()
    return f" Correos que esperan a que vuelva: {esperan}; no se pierde ninguno." if esperan else ""


def _perfiles(entorno: Entorno) -> Iterator[Hallazgo]:
    with entorno.base.leer() as sesion:
        todos = perfiles(sesion)
    if not todos:
        yield Hallazgo("perfiles", Gravedad.AVISO, "No hay ninguno.", "Agregue uno: pregonero perfiles agregar …")
    for perfil in todos:
        que = f"perfil {perfil.nombre}"
        try:
            respuesta = comprobar(entorno, perfil)
        except ImportError as error:
            yield Hallazgo(que, Gravedad.MAL, f"Falta la biblioteca {error.name}.", "Instale el extra de esa red.")
            continue
        if isinstance(respuesta, ErrorDeRed):
            yield Hallazgo(que, Gravedad.MAL, respuesta.detalle, respuesta.remedio)
            continue
        if perfil.pausado_en is not None and perfil.pausado_por != "motor":  # lo que pausó el motor, ya se reanudó
            reanudar = f"Cuando quiera: pregonero perfiles reanudar {perfil.nombre}"
            yield Hallazgo(que, Gravedad.AVISO, f"En pausa: {perfil.pausa_motivo}", reanudar)
            continue
        partes = [f"es «{respuesta.nombre}»", *_de_donde(entorno, perfil)]
        if respuesta.cupo_restante is not None:
            partes.append(f"le quedan {respuesta.cupo_restante} publicaciones")
        if respuesta.vence_en is not None:
            dias = (respuesta.vence_en - entorno.reloj.ahora()).days
            partes.append(f"su credencial vence en {dias} días")
        if respuesta.faltan:
            falta = f"Pida en la red: {', '.join(respuesta.faltan)}."
            yield Hallazgo(que, Gravedad.AVISO, "; ".join([*partes, "faltan permisos"]) + ".", falta)
        elif respuesta.vence_en is not None and respuesta.vence_en - entorno.reloj.ahora() < timedelta(days=7):
            yield Hallazgo(que, Gravedad.AVISO, "; ".join(partes) + ".", "Renuévela antes de que venza.")
        else:
            yield Hallazgo(que, Gravedad.BIEN, " ".join(["; ".join(partes) + ".", *respuesta.avisos]))


_ORIGENES = {
    Origen.PANEL: "las guardadas en el panel",
    Origen.PERFIL: "las de este perfil en el servidor",
    Origen.RED: "las de toda la red en el servidor",
}


def _de_donde(entorno: Entorno, perfil: Perfil) -> Iterator[str]:
    """«usa las guardadas en el panel»: para no buscar un token donde no está."""
    usados = set(entorno.origenes_de(perfil).values())
    if usados:
        yield "usa " + " y ".join(dicho for origen, dicho in _ORIGENES.items() if origen in usados)


def _pendientes(entorno: Entorno) -> Iterator[Hallazgo]:
    with entorno.base.leer() as sesion:
        cuentas = cuentas_por_estado(sesion)
    por_decidir = cuentas.get(Estado.POR_DECIDIR, 0)
    resumen = ", ".join(_contadas(e, cuentas[e]) for e in Estado if cuentas.get(e))
    if por_decidir:
        yield Hallazgo("entregas", Gravedad.AVISO, resumen + ".", "Decida: pregonero entregas --estado por_decidir")
    else:
        yield Hallazgo("entregas", Gravedad.BIEN, (resumen or "Ninguna todavía") + ".")


def _contadas(estado: Estado, cuantas: int) -> str:
    """«1 publicada», «3 publicadas», «2 en duda»."""
    dicho = estado.value.replace("_", " ")
    return f"{cuantas} {dicho}s" if cuantas > 1 and dicho.endswith("a") and " " not in dicho else f"{cuantas} {dicho}"

"""Un monitor: lo que cuenta por hora y por día, sus alzas y lo que hay detrás, y cómo está ajustado."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter
from sqlalchemy import select
from sqlmodel import Session, col
from starlette.responses import HTMLResponse

from conectores.contrato_escucha import Clase
from modelos import Monitor, Suceso
from modelos.escucha import Pico
from modelos.escucha.consultas import Cada, ultimos
from motor.avisos.alzas.averiguar import nombre_de_red, serie_del_monitor
from motor.avisos.alzas.detras import Detras, detras
from motor.avisos.alzas.picos import clave_de
from motor.avisos.grafica.normal import Punto
from motor.avisos.historias.silencio import silencio_vigente
from motor.avisos.redaccion.ajenos import enlace_seguro
from motor.escucha.almacen.contar import HORA_S
from motor.escucha.almacen.conteos import pagina as conteos_por
from motor.escucha.almacen.conteos import puntos
from motor.escucha.ensayo import ensayar
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.monitores.archivo import ORIGEN
from motor.escucha.monitores.definicion import Definicion, DefinicionInvalida
from motor.escucha.monitores.edicion import FALSAS_MAXIMAS, FALSAS_MINIMAS, por_contar, presupuesto_de
from motor.escucha.monitores.guardados import definicion_de, redes_de
from motor.escucha.monitores.prueba import Ejemplo, recortados
from motor.escucha.monitores.senalar import Trozo, senalar
from motor.escucha.picos import ErrorDePicos
from motor.usuarios.permisos import Accion
from panel.paginas.monitores.consulta import lo_que_busca, monitor_de
from panel.paginas.monitores.dibujo import Grafica, graficar
from panel.paginas.monitores.mapa import dibujar
from panel.peticion import Peticion, Pide

rutas = APIRouter()

POR_HORA, POR_DIA = timedelta(days=7), timedelta(days=90)
ALZAS = 12
MENSAJES = 10
ENSAYO = timedelta(days=45)
"""Cuánto pasado se repasa al ensayar presupuestos; los primeros quince días sólo enseñan."""
PRESUPUESTOS = (0.3, 1.0, 3.0)


@dataclass(frozen=True, slots=True)
class AlzaPasada:
    """historia_id: la que la contó; None si no se avisó."""

    pico: Pico
    historia_id: int | None


@rutas.get("/monitores/{monitor_id}")
def uno(p: Pide, monitor_id: int, ver: str = "horas", alza: int | None = None, ensayo: int = 0) -> HTMLResponse:
    p.exigir(Accion.VER)
    with p.entorno.base.leer() as sesion:
        monitor = monitor_de(sesion, monitor_id)
        callado = silencio_vigente(sesion, {f"monitor:{monitor_id}"}, p.ahora)
    definicion, faltas = _definicion(p, monitor)
    with p.escucha.base.leer() as oido:
        alzas = _alzas(oido, monitor_id)
        elegida = next((a for a in alzas if a.id == alza), alzas[0] if alzas else None)
        grafica, numeros = _grafica(oido, p, monitor, alzas, por_dia=ver == "dias")
        atras = _detras(oido, p.escucha, elegida, p.ahora) if elegida is not None else None
        dichos = _ultimos(oido, monitor_id, definicion)
        ensayados = _ensayo(oido, p.escucha, monitor, p.ahora) if ensayo else None
    with p.entorno.base.leer() as sesion:
        contadas = _contadas(sesion, alzas)
    zona = definicion.zona if definicion is not None else None
    return p.pagina(
        "monitores/uno.html",
        monitor=monitor,
        propio=monitor.origen != ORIGEN,
        en_palabras=lo_que_busca(definicion) if definicion is not None else [],
        faltas=faltas,
        mapa=dibujar(p.escucha, zona.rango) if zona is not None else None,
        por_dia=ver == "dias",
        grafica=grafica,
        numeros=numeros,
        alzas=[AlzaPasada(a, contadas.get(a.id)) for a in alzas],
        elegida=elegida,
        detras=atras,
        dichos=dichos,
        callado=callado,
        presupuesto=presupuesto_de(p.escucha, monitor),
        de_la_oficina=p.escucha.reglas.escucha.falsas_alarmas,
        extremos=(FALSAS_MINIMAS, FALSAS_MAXIMAS),
        ensayados=ensayados,
        pendiente=por_contar(monitor),
        marcha=p.panel.recuentos.marcha(monitor_id),
        puede=p.puede(Accion.COORDINAR),
        nombre_de_red=lambda red: nombre_de_red(p.escucha, red),
    )


def _definicion(p: Peticion, monitor: Monitor) -> tuple[Definicion | None, tuple[str, ...]]:
    try:
        return definicion_de(monitor, p.entorno.reconocer_red), ()
    except DefinicionInvalida as error:
        return None, error.faltas


def _alzas(sesion: Session, monitor_id: int) -> list[Pico]:
    orden = select(Pico).where(col(Pico.monitor_id) == monitor_id).order_by(col(Pico.desde).desc()).limit(ALZAS)
    return list(sesion.scalars(orden))


def _contadas(sesion: Session, alzas: Sequence[Pico]) -> Mapping[int, int]:
    claves = {clave_de(a): a.id for a in alzas}
    orden = select(col(Suceso.clave), col(Suceso.historia_id)).where(col(Suceso.clave).in_(claves))
    return {claves[clave]: historia for clave, historia in sesion.execute(orden)}


def _grafica(
    sesion: Session, p: Peticion, monitor: Monitor, alzas: Sequence[Pico], *, por_dia: bool
) -> tuple[Grafica | None, Sequence[Punto]]:
    tramos = [(a.desde, a.hasta or p.ahora) for a in alzas]
    por_hora = serie_del_monitor(sesion, p.escucha, monitor, hasta=p.ahora, a_la_vista=POR_HORA)
    if not por_dia:
        return graficar(por_hora, tramos, cada=timedelta(hours=1)), por_hora
    dias = conteos_por(
        sesion,
        monitor.id,
        cada=Cada.DIA,
        desde=max(p.ahora - POR_DIA, monitor.desde),
        hasta=p.ahora,
        zona=p.entorno.reglas.zona,
        ahora=p.ahora,
        redes=redes_de(monitor.definicion, p.entorno.reconocer_red),
        contado_desde=monitor.desde,
    )
    normal = _normal_del_dia(por_hora, p)
    puntos_ = [
        Punto(d.inicio.astimezone(UTC), d.cuenta, normal.get(d.inicio.astimezone(p.entorno.reglas.zona).weekday() >= 5))
        for d in dias
    ]
    return graficar(puntos_, tramos, cada=timedelta(days=1)), puntos_


def _normal_del_dia(por_hora: Sequence[Punto], p: Peticion) -> Mapping[bool, float]:
    """Lo normal de un día entero, entre semana y en fin de semana, sumando el de sus horas."""
    zona = p.entorno.reglas.zona
    de_cada: dict[tuple[bool, int], float] = {}
    for punto in por_hora:
        local = punto.inicio.astimezone(zona)
        if punto.normal is not None:
            de_cada[local.weekday() >= 5, local.hour] = punto.normal
    sumas = {finde: [n for (f, _hora), n in de_cada.items() if f is finde] for finde in (False, True)}
    return {finde: sum(suyas) for finde, suyas in sumas.items() if len(suyas) == 24}


def _detras(sesion: Session, escucha: EntornoDeEscucha, alza: Pico, ahora: datetime) -> Detras:
    fin = (alza.hasta or ahora) + timedelta(microseconds=1)
    return detras(sesion, escucha, [alza.monitor_id], desde=alza.desde, hasta=fin)


def _ultimos(sesion: Session, monitor_id: int, definicion: Definicion | None) -> list[Ejemplo]:
    terminos = (*definicion.todas, *definicion.alguna) if definicion is not None else ()
    dichos = []
    for m in ultimos(sesion, monitor_id, limite=MENSAJES):
        if m.borrado_en is not None:
            continue
        privado = m.clase == Clase.DIRECTO
        texto = "" if privado else " ".join(f"{m.titulo} {m.texto}".split())
        trozos = recortados(senalar(texto, terminos)) if texto else tuple[Trozo, ...]()
        dichos.append(Ejemplo(red=m.red, publicado_en=m.publicado_en, trozos=trozos, url=enlace_seguro(m.url)))
    return dichos


def _ensayo(
    sesion: Session, escucha: EntornoDeEscucha, monitor: Monitor, ahora: datetime
) -> Mapping[float, int] | None:
    """Cuántas alzas habría notado en los últimos 30 días con cada presupuesto; None si no hay con qué saberlo."""
    contados = puntos(
        sesion,
        monitor.id,
        paso_s=HORA_S,
        desde=max(ahora - ENSAYO, monitor.desde),
        hasta=ahora.replace(minute=0, second=0, microsecond=0),
        ahora=ahora,
        redes=redes_de(monitor.definicion, escucha.principal.reconocer_red),
        contado_desde=monitor.desde,
    )
    todos = sorted({*PRESUPUESTOS, presupuesto_de(escucha, monitor)})
    try:
        return ensayar(contados, todos, paso_s=HORA_S, zona=escucha.reglas.zona, desde=ahora - timedelta(days=30))
    except ErrorDePicos:
        return None

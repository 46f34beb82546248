"""Lo que se oye: monitores, sus conteos y sus mensajes. Es de toda la oficina."""

from datetime import timedelta

from fastapi import APIRouter
from sqlalchemy import select
from sqlmodel import Session, col

from modelos import Monitor
from modelos.escucha.consultas import Cada, cuentas_por, ultimos
from motor.usuarios.permisos import Accion
from panel.api import formas
from panel.api.acceso import PideApi
from panel.api.formas import Desde, Hasta, Limite, Numero, Siguiente
from panel.api.paginas import abrir_cursor, cursor, instante
from panel.paginas.alertas.consulta import callados
from panel.paginas.alertas.gastos import gastos
from panel.peticion import NoEsta

rutas = APIRouter(tags=["monitores"])

_DIAS_MAXIMOS = timedelta(days=400)


@rutas.get("/monitores", summary="Los temas que se vigilan", response_model=list[formas.Monitor])
def monitores(p: PideApi) -> list[Monitor]:
    p.exigir(Accion.VER)
    with p.entorno.base.leer() as sesion:
        return list(sesion.scalars(select(Monitor).order_by(col(Monitor.nombre))))


@rutas.get("/silencios", summary="Lo que se calla ahora, y hasta cuándo")
def silencios(p: PideApi) -> list[formas.Silencio]:
    p.exigir(Accion.VER)
    with p.entorno.base.leer() as sesion:
        vigentes = callados(sesion, p.ahora)
    return [
        formas.Silencio(
            id=c.silencio.id,
            sobre=c.de,
            desde=c.silencio.desde,
            hasta=c.silencio.hasta,
            motivo=c.silencio.motivo,
            por=c.silencio.por,
        )
        for c in vigentes
    ]


@rutas.get("/gastos", summary="Lo que cuesta escuchar este mes")
def gastado(p: PideApi) -> list[formas.Gasto]:
    """Sólo en las redes que cobran, o ya cobraron algo."""
    p.exigir(Accion.VER)
    return [formas.Gasto(red=g.red, usado=g.usado, limite=g.limite) for g in gastos(p.escucha)]


@rutas.get("/monitores/{monitor_id}/conteos", summary="Cuántos mensajes, por hora o por día")
def conteos(
    p: PideApi, monitor_id: Numero, cada: Cada = Cada.DIA, desde: Desde = None, hasta: Hasta = None
) -> list[formas.Conteo]:
    """Cuántos mensajes en cada intervalo local; los que no aparecen son cero. Sin fechas, los últimos 30 días."""
    p.exigir(Accion.VER)
    fin = instante(hasta) if hasta else p.ahora
    principio = max(instante(desde) if desde else fin - timedelta(days=30), fin - _DIAS_MAXIMOS)
    with p.entorno.base.leer() as sesion:
        _monitor(sesion, monitor_id)
    with p.escucha.base.leer() as sesion:
        hallados = cuentas_por(sesion, monitor_id, cada=cada, desde=principio, hasta=fin, zona=p.entorno.reglas.zona)
    return [formas.Conteo(inicio=inicio, mensajes=n) for inicio, n in sorted(hallados.items())]


@rutas.get("/monitores/{monitor_id}/mensajes", summary="Los mensajes de un monitor")
def mensajes(
    p: PideApi, monitor_id: Numero, limite: Limite = 50, siguiente: Siguiente = ""
) -> formas.Pagina[formas.Mensaje]:
    """Los que cuenta un monitor, del más nuevo al más antiguo. Los directos no salen: son privados."""
    p.exigir(Accion.VER)
    with p.entorno.base.leer() as sesion:
        _monitor(sesion, monitor_id)
    with p.escucha.base.leer() as sesion:
        filas = ultimos(sesion, monitor_id, limite=limite + 1, antes_de=abrir_cursor(siguiente))
    ultima = filas[limite - 1] if len(filas) > limite else None
    return formas.Pagina(
        datos=[formas.Mensaje.model_validate(m) for m in filas[:limite] if m.clase != "directo"],
        siguiente=cursor(ultima.publicado_en, ultima.id) if ultima else None,
    )


@rutas.get("/monitores/{monitor_id}", summary="Un monitor", response_model=formas.Monitor)
def uno(p: PideApi, monitor_id: Numero) -> Monitor:
    p.exigir(Accion.VER)
    with p.entorno.base.leer() as sesion:
        return _monitor(sesion, monitor_id)


def _monitor(sesion: Session, monitor_id: int) -> Monitor:
    monitor = sesion.get(Monitor, monitor_id)
    if monitor is None:
        raise NoEsta
    return monitor

"""Hacer, probar y cambiar monitores: con las mismas reglas que `monitores.toml`. Los de ese archivo se cambian ahí."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import AfterValidator, ConfigDict, Field
from sqlmodel import Session

from modelos import Monitor
from motor.escucha.lugares.archivos import ArchivoDeLugaresInvalido
from motor.escucha.monitores import edicion
from motor.escucha.monitores.definicion import Definicion, DefinicionInvalida
from motor.escucha.monitores.edicion import FALSAS_MAXIMAS, FALSAS_MINIMAS, NoSePuede
from motor.escucha.monitores.prueba import Ejemplo, Prueba, probar
from motor.usuarios.permisos import Accion
from panel.api import formas
from panel.api.acceso import PeticionDeApi, PideApi
from panel.api.errores import CON_CHOQUE, NoProcede, NoSirve
from panel.api.formas import Corto, Cuerpo, Forma, Hecho, Numero
from panel.api.historias import Silencio, oido_otra_vez, silenciado
from panel.peticion import NoEsta
from panel.textos import _

rutas = APIRouter(prefix="/monitores", tags=["monitores"])

_HONDURA = 12


def _guardable(valor: Any, hondura: int = 0) -> Any:
    """Lanza ValueError si lleva lo que una base no puede guardar, o va demasiado hondo para ser una definición."""
    if hondura > _HONDURA:
        raise ValueError("demasiado hondo")
    match valor:
        case str() if "\0" in valor or any("\ud800" <= c <= "\udfff" for c in valor):
            raise ValueError("no es texto")
        case float() if valor != valor or abs(valor) == float("inf"):
            raise ValueError("no es un número")
        case list():
            for suyo in valor:
                _guardable(suyo, hondura + 1)
        case dict():
            for clave, suyo in valor.items():
                _guardable(clave, hondura + 1)
                _guardable(suyo, hondura + 1)
    return valor


Dicho = Annotated[dict[str, Any], AfterValidator(_guardable)]
_EJEMPLO: dict[str, Any] = {
    "alguna": ["bache", "pavimento roto"],
    "ninguna": ["Puebla"],
    "lugar": {"lugares": ["Toluca"]},
}


class MonitorEscrito(Cuerpo):
    """definicion: las mismas claves que en monitores.toml."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"nombre": "Baches", "definicion": _EJEMPLO, "falsas_alarmas": 1}]}
    )

    nombre: Corto = Field(min_length=1, max_length=200)
    definicion: Dicho
    falsas_alarmas: float | None = Field(default=None, ge=FALSAS_MINIMAS, le=FALSAS_MAXIMAS)


class Presupuesto(Cuerpo):
    falsas_alarmas: float | None = Field(
        ge=FALSAS_MINIMAS, le=FALSAS_MAXIMAS, description="Al mes; null, las de la oficina."
    )


class EjemploDeMensaje(Forma):
    red: str
    publicado_en: datetime
    texto: str
    url: str
    porque: str = Field(description="Por qué no se cuenta; vacío si se cuenta.")


class PruebaDeApi(Forma):
    """En los últimos 30 días de lo ya guardado. uno_de: se miró uno de cada tantos, así que en todos se esperan
    `hallados * uno_de`.
    """

    uno_de: int
    vistos: int
    hallados: int
    por_dia: dict[date, int]
    fuera: int = Field(description="Los que dicen sus palabras y no contaría.")
    porques: dict[str, int]
    ejemplos: list[EjemploDeMensaje]
    ejemplos_fuera: list[EjemploDeMensaje]


@rutas.post("", summary="Vigilar un tema", status_code=201, response_model=formas.Monitor)
def crear(p: PideApi, escrito: MonitorEscrito) -> Monitor:
    """Su pasado se cuenta aparte. Pruébelo antes. Sólo quien coordina toda la oficina."""
    p.exigir(Accion.COORDINAR)
    definicion, datos = _entendida(p, edicion.clave_para(escrito.nombre), escrito)
    with p.entorno.base.escribir() as sesion:
        monitor = edicion.crear(sesion, p.escucha, definicion, datos, autor=p.autor.quien[:120])
        _tolerar(sesion, monitor, escrito.falsas_alarmas)
        p.asentar(sesion, "monitor_creado", sobre=f"monitor:{monitor.id}", detalle=monitor.nombre)
    return monitor


@rutas.post("/probar", summary="Qué contaría, sin guardar nada")
def probar_nuevo(p: PideApi, escrito: MonitorEscrito) -> PruebaDeApi:
    p.exigir(Accion.COORDINAR)
    definicion, _datos = _entendida(p, edicion.clave_para(escrito.nombre), escrito)
    try:
        return _forma(probar(p.escucha, definicion))
    except ArchivoDeLugaresInvalido as error:
        raise NoSirve(str(error), donde=["definicion"]) from None


@rutas.put("/{monitor_id}", summary="Cambiarlo", response_model=formas.Monitor, responses=CON_CHOQUE)
def cambiar(p: PideApi, monitor_id: Numero, escrito: MonitorEscrito) -> Monitor:
    """Si cambia lo que busca, su pasado se cuenta otra vez."""
    p.exigir(Accion.COORDINAR)
    with p.entorno.base.leer() as sesion:
        clave = _monitor(sesion, monitor_id).clave
    definicion, datos = _entendida(p, clave, escrito)
    with p.entorno.base.escribir() as sesion:
        monitor = _monitor(sesion, monitor_id)
        try:
            edicion.cambiar(sesion, monitor, definicion, datos)
        except NoSePuede as error:
            raise NoProcede(str(error)) from None
        _tolerar(sesion, monitor, escrito.falsas_alarmas)
        p.asentar(sesion, "monitor_cambiado", sobre=f"monitor:{monitor_id}", detalle=monitor.nombre)
    return monitor


@rutas.post("/{monitor_id}/pausar", summary="Dejar de vigilarlo", response_model=formas.Monitor, responses=CON_CHOQUE)
def pausar(p: PideApi, monitor_id: Numero) -> Monitor:
    """Sus conteos y sus alzas no se borran."""
    return _vigilar(p, monitor_id, activo=False)


@rutas.post("/{monitor_id}/reanudar", summary="Volver a vigilarlo", response_model=formas.Monitor, responses=CON_CHOQUE)
def reanudar(p: PideApi, monitor_id: Numero) -> Monitor:
    return _vigilar(p, monitor_id, activo=True)


@rutas.post("/{monitor_id}/silenciar", summary="No avisar de él hasta entonces")
def callar(p: PideApi, monitor_id: Numero, silencio: Silencio) -> Hecho:
    """Callar retrasa y no tira: lo que pase se contará después."""
    p.exigir(Accion.COORDINAR)
    with p.entorno.base.leer() as sesion:
        _monitor(sesion, monitor_id)
    return Hecho(hecho=silenciado(p, silencio, [f"monitor:{monitor_id}"], sobre=f"monitor:{monitor_id}"))


@rutas.post("/{monitor_id}/quitar-silencio", summary="Volver a avisar de él")
def volver_a_oir(p: PideApi, monitor_id: Numero) -> Hecho:
    p.exigir(Accion.COORDINAR)
    with p.entorno.base.leer() as sesion:
        _monitor(sesion, monitor_id)
    return Hecho(hecho=oido_otra_vez(p, [f"monitor:{monitor_id}"], sobre=f"monitor:{monitor_id}"))


@rutas.put("/{monitor_id}/presupuesto", summary="Cuántas falsas alarmas se le toleran", response_model=formas.Monitor)
def ajustar(p: PideApi, monitor_id: Numero, presupuesto: Presupuesto) -> Monitor:
    """También a los de monitores.toml."""
    p.exigir(Accion.COORDINAR)
    with p.entorno.base.escribir() as sesion:
        monitor = _monitor(sesion, monitor_id)
        edicion.tolerar(sesion, monitor, presupuesto.falsas_alarmas)
        dicho = "las de la oficina" if presupuesto.falsas_alarmas is None else f"{presupuesto.falsas_alarmas:g}"
        detalle = f"{monitor.nombre}: {dicho}"
        p.asentar(sesion, "monitor_ajustado", sobre=f"monitor:{monitor_id}", detalle=detalle)
    return monitor


@rutas.post("/{monitor_id}/recontar", summary="Contar su pasado otra vez", responses=CON_CHOQUE)
def recontar(p: PideApi, monitor_id: Numero) -> Hecho:
    """Se hace aparte: por dónde va lo dice `recuento`."""
    p.exigir(Accion.COORDINAR)
    with p.entorno.base.escribir() as sesion:
        monitor = _monitor(sesion, monitor_id)
        if not monitor.activo:
            raise NoProcede(_("No se vigila: primero vuelva a vigilarlo."))
        p.asentar(sesion, "monitor_recontado", sobre=f"monitor:{monitor_id}", detalle=monitor.nombre)
    empieza = p.panel.recuentos.empezar(monitor_id)
    return Hecho(hecho=_("Se está contando su pasado.") if empieza else _("Ya se está contando."))


@rutas.get("/{monitor_id}/recuento", summary="Por dónde va ese recuento")
def recuento(p: PideApi, monitor_id: Numero) -> formas.Marcha:
    """Lo pedido en este proceso desde que arrancó."""
    p.exigir(Accion.VER)
    with p.entorno.base.leer() as sesion:
        _monitor(sesion, monitor_id)
    marcha = p.panel.recuentos.marcha(monitor_id)
    if marcha is None:
        return formas.Marcha(sigue=False)
    return formas.Marcha(sigue=marcha.sigue, van=marcha.van, de=marcha.de, espera=marcha.espera, falla=marcha.falla)


def _vigilar(p: PeticionDeApi, monitor_id: int, *, activo: bool) -> Monitor:
    p.exigir(Accion.COORDINAR)
    accion = "monitor_reanudado" if activo else "monitor_en_pausa"
    with p.entorno.base.escribir() as sesion:
        monitor = _monitor(sesion, monitor_id)
        try:
            edicion.vigilar(sesion, monitor, activo=activo)
        except NoSePuede as error:
            raise NoProcede(str(error)) from None
        p.asentar(sesion, accion, sobre=f"monitor:{monitor_id}", detalle=monitor.nombre)
    return monitor


def _entendida(p: PeticionDeApi, clave: str, escrito: MonitorEscrito) -> tuple[Definicion, dict[str, Any]]:
    """Lanza NoSirve con todo lo que hay que cambiar."""
    datos = {**escrito.definicion, "nombre": escrito.nombre}
    try:
        return edicion.revisar(p.escucha, clave, datos), datos
    except DefinicionInvalida as error:
        raise NoSirve(" ".join(error.faltas), donde=["definicion"]) from None
    except ArchivoDeLugaresInvalido as error:
        raise NoSirve(str(error), donde=["definicion"]) from None


def _tolerar(sesion: Session, monitor: Monitor, falsas: float | None) -> None:
    edicion.tolerar(sesion, monitor, falsas)


def _monitor(sesion: Session, monitor_id: int) -> Monitor:
    monitor = sesion.get(Monitor, monitor_id)
    if monitor is None:
        raise NoEsta
    return monitor


def _forma(prueba: Prueba) -> PruebaDeApi:
    def en_json(ejemplos: Sequence[Ejemplo]) -> list[EjemploDeMensaje]:
        return [
            EjemploDeMensaje(
                red=e.red,
                publicado_en=e.publicado_en,
                texto="".join(t.texto for t in e.trozos),
                url=e.url,
                porque=e.porque,
            )
            for e in ejemplos
        ]

    return PruebaDeApi(
        uno_de=prueba.uno_de,
        vistos=prueba.vistos,
        hallados=prueba.hallados,
        por_dia=dict(sorted(prueba.por_dia.items())),
        fuera=prueba.fuera,
        porques=dict(prueba.porques),
        ejemplos=en_json(prueba.ejemplos),
        ejemplos_fuera=en_json(prueba.ejemplos_fuera),
    )

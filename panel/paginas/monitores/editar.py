"""Crear, cambiar y probar un monitor. Se lee con las mismas reglas que `monitores.toml`."""

import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from conectores.contrato_escucha import Clase
from modelos import Monitor
from motor.avisos.alzas.averiguar import nombre_de_red
from motor.escucha.lugares.archivos import ArchivoDeLugaresInvalido
from motor.escucha.monitores import edicion
from motor.escucha.monitores.definicion import Definicion, DefinicionInvalida
from motor.escucha.monitores.guardados import definicion_de
from motor.escucha.monitores.prueba import Prueba, probar
from motor.usuarios.permisos import Accion
from panel.paginas.monitores.consulta import lo_que_busca, monitor_de, redes_oidas
from panel.paginas.monitores.formulario import Escrito, de_definicion, leido
from panel.paginas.monitores.mapa import Mapa, dibujar
from panel.peticion import NoPermitido, Peticion, Pide
from panel.textos import _

rutas = APIRouter()

_UNA_A_LA_VEZ = threading.Lock()
"""Probar gasta medio segundo de procesador: muchas a la vez harían esperar a lo que se publica."""


async def _leer_formulario(request: Request) -> FormData:
    return await request.form()


Datos = Annotated[FormData, Depends(_leer_formulario)]
"""Va después de `p`: el cuerpo se lee cuando ya se sabe quién lo manda."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resultado:
    """Lo que se dice tras probar: la prueba, y su definición en palabras y en mapa."""

    prueba: Prueba
    en_palabras: list[str]
    mapa: Mapa | None


@rutas.get("/monitores/nuevo")
def nuevo(p: Pide, de: int | None = None) -> HTMLResponse:
    """de: el monitor que se copia."""
    p.exigir(Accion.COORDINAR)
    escrito = Escrito()
    if de is not None:
        with p.entorno.base.leer() as sesion:
            copiado = monitor_de(sesion, de)
        escrito = de_definicion(_("%(nombre)s (copia)") % {"nombre": copiado.nombre[:180]}, copiado.definicion)
    return _formulario(p, None, escrito)


@rutas.post("/monitores/nuevo")
def crear(p: Pide, datos: Datos) -> Response:
    p.exigir(Accion.COORDINAR)
    return _atender(p, None, datos)


@rutas.get("/monitores/{monitor_id}/editar")
def editar(p: Pide, monitor_id: int) -> HTMLResponse:
    p.exigir(Accion.COORDINAR)
    monitor = _propio(p, monitor_id)
    return _formulario(p, monitor, de_definicion(monitor.nombre, monitor.definicion))


@rutas.post("/monitores/{monitor_id}/editar")
def cambiar(p: Pide, datos: Datos, monitor_id: int) -> Response:
    p.exigir(Accion.COORDINAR)
    return _atender(p, _propio(p, monitor_id), datos)


def _propio(p: Peticion, monitor_id: int) -> Monitor:
    with p.entorno.base.leer() as sesion:
        monitor = monitor_de(sesion, monitor_id)
    try:
        edicion.exigir_propio(monitor)
    except edicion.NoSePuede as error:
        raise NoPermitido(str(error)) from None
    return monitor


def _atender(p: Peticion, monitor: Monitor | None, datos: FormData) -> Response:
    escrito = leido(datos)
    clave = monitor.clave if monitor is not None else edicion.clave_para(escrito.nombre)
    try:
        definicion = edicion.revisar(p.escucha, clave, escrito.datos)
    except DefinicionInvalida as error:
        return _formulario(p, monitor, escrito, faltas=error.faltas, estado=422)
    if datos.get("accion") == "probar":
        return _formulario(p, monitor, escrito, resultado=_probado(p, definicion, monitor))
    return _guardado(p, monitor, escrito, definicion)


def _probado(p: Peticion, nueva: Definicion, monitor: Monitor | None) -> Resultado | str:
    """Lo que contaría; o por qué no se puede saber."""
    guardada = None
    if monitor is not None:
        try:
            guardada = definicion_de(monitor, p.entorno.reconocer_red)
        except DefinicionInvalida:  # la guardada ya no se entiende: no hay con qué comparar
            guardada = None
    if not _UNA_A_LA_VEZ.acquire(timeout=5):
        return _("Otra persona está probando ahora. Espere un momento y vuelva a probar.")
    try:
        prueba = probar(p.escucha, nueva, guardada)
    except ArchivoDeLugaresInvalido as error:
        return _("Los lugares no se pudieron leer. %(falta)s") % {"falta": error.faltas[0]}
    finally:
        _UNA_A_LA_VEZ.release()
    dibujado = dibujar(p.escucha, nueva.zona.rango) if nueva.zona is not None else None
    return Resultado(prueba=prueba, en_palabras=lo_que_busca(nueva), mapa=dibujado)


def _guardado(p: Peticion, monitor: Monitor | None, escrito: Escrito, definicion: Definicion) -> Response:
    with p.entorno.base.escribir() as sesion:
        if monitor is None:
            suyo = edicion.crear(sesion, p.escucha, definicion, escrito.datos, autor=p.usuario.correo[:120])
            p.asentar(sesion, "monitor_creado", sobre=f"monitor:{suyo.id}", detalle=f"{suyo.nombre}: {suyo.definicion}")
        else:
            suyo = monitor_de(sesion, monitor.id)
            edicion.cambiar(sesion, suyo, definicion, escrito.datos)
            p.asentar(
                sesion, "monitor_cambiado", sobre=f"monitor:{suyo.id}", detalle=f"{suyo.nombre}: {suyo.definicion}"
            )
        pendiente = edicion.por_contar(suyo)
        a = f"/monitores/{suyo.id}"
    dicho = _("Guardado: se vigila desde ya.")
    if pendiente:
        dicho += " " + _("Para contar también lo de antes, «Contar su pasado».")
    return p.volver(a, hecho=dicho)


def _formulario(
    p: Peticion,
    monitor: Monitor | None,
    escrito: Escrito,
    *,
    faltas: tuple[str, ...] = (),
    resultado: Resultado | str | None = None,
    estado: int = 200,
) -> HTMLResponse:
    return p.pagina(
        "monitores/editar.html",
        estado=estado,
        monitor=monitor,
        escrito=escrito,
        faltas=faltas,
        falla=resultado if isinstance(resultado, str) else "",
        resultado=None if isinstance(resultado, str) else resultado,
        por_dia=por_dia(resultado.prueba) if isinstance(resultado, Resultado) else None,
        redes={red: nombre_de_red(p.escucha, red) for red in {*redes_oidas(p.escucha), *_slugs(p, escrito)}},
        elegidas=_slugs(p, escrito),
        clases=clases(),
        confianzas=confianzas(),
        nombre_de_red=lambda red: nombre_de_red(p.escucha, red),
        cuantos=lambda n: cuantos(resultado.prueba, n) if isinstance(resultado, Resultado) else "",
    )


def _slugs(p: Peticion, escrito: Escrito) -> list[str]:
    return [p.entorno.reconocer_red(red) or red for red in escrito.redes]


def cuantos(prueba: Prueba, hallados: int) -> str:
    """«unos 1 200 (entre 900 y 1 500)», o el número si se miraron todos."""
    if prueba.exacta:
        return str(hallados)
    espera, margen = hallados * prueba.uno_de, prueba.margen(hallados)
    return _("unos %(n)s (entre %(menos)s y %(mas)s)") % {
        "n": f"{espera:,}",
        "menos": f"{max(espera - margen, hallados):,}",
        "mas": f"{espera + margen:,}",
    }


def por_dia(prueba: Prueba) -> list[dict[str, Any]]:
    """Cada día del plazo: lo que se espera, y el alto y el sitio de su barra (de 0 a 100)."""
    ultimo = max(prueba.por_dia, default=prueba.hasta.date())
    dias = [ultimo - timedelta(days=n) for n in range(30, -1, -1)]
    mayor = max((prueba.por_dia[d] for d in dias), default=0) or 1
    return [
        {
            "dia": d,
            "cuantos": prueba.por_dia[d] * prueba.uno_de,
            "x": 10 * n + 1,
            "alto": round(100 * prueba.por_dia[d] / mayor, 1),
        }
        for n, d in enumerate(dias)
    ]


def clases() -> dict[str, str]:
    return {
        Clase.MENCION.value: _("nos nombran"),
        Clase.COMENTARIO.value: _("comentarios en lo nuestro"),
        Clase.DIRECTO.value: _("mensajes privados"),
        Clase.AJENA.value: _("de otros en nuestro muro"),
        Clase.BUSQUEDA.value: _("públicos, hallados buscando"),
        Clase.ARTICULO.value: _("artículos de medios"),
        Clase.COMPETIDOR.value: _("de cuentas con que nos comparamos"),
    }


def confianzas() -> dict[str, str]:
    return {
        "0": _("con cualquier seña"),
        "0.4": _("si es probable"),
        "0.7": _("si es muy probable"),
        "0.9": _("sólo si es seguro"),
    }

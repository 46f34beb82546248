"""Lo que se le hace a un monitor ya hecho: silenciarlo, ajustarlo, contar su pasado, dejar de vigilarlo."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from motor.avisos.avisador import mesa_de
from motor.avisos.historias.plazos import Plazo, PlazoIlegible, fin_de
from motor.avisos.historias.silencio import reanudar, silenciar
from motor.escucha.monitores import edicion
from motor.legible import instante_legible
from motor.usuarios.permisos import Accion
from panel.paginas.monitores.consulta import monitor_de
from panel.peticion import Pide
from panel.textos import _

rutas = APIRouter()


@rutas.post("/monitores/{monitor_id}/silenciar")
def callar(
    p: Pide,
    monitor_id: int,
    plazo: Annotated[str, Form()] = "",
    hasta: Annotated[str, Form()] = "",
    motivo: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    p.exigir(Accion.COORDINAR)
    a, zona = f"/monitores/{monitor_id}", p.entorno.reglas.zona
    with p.entorno.base.leer() as sesion:
        nombre = monitor_de(sesion, monitor_id).nombre
    try:
        fin = fin_de(Plazo(plazo), hasta.replace("T", " "), ahora=p.ahora, zona=zona)
    except ValueError as error:
        return p.volver(a, error=str(error) if isinstance(error, PlazoIlegible) else _("Elija por cuánto tiempo."))
    with p.entorno.base.escribir() as sesion:
        ambito = f"monitor:{monitor_id}"
        silenciar(sesion, [ambito], ahora=p.ahora, hasta=fin, motivo=motivo, por=p.usuario.nombre)
        p.asentar(sesion, "silencio", sobre=ambito, detalle=f"{nombre} hasta {fin.isoformat()}")
    dicho = _("Silenciado hasta %(hasta)s. Lo que pase se contará después.")
    return p.volver(a, hecho=dicho % {"hasta": instante_legible(fin, zona)})


@rutas.post("/monitores/{monitor_id}/reanudar")
def volver_a_oir(p: Pide, monitor_id: int) -> Response:
    p.exigir(Accion.COORDINAR)
    with p.entorno.base.escribir() as sesion:
        monitor_de(sesion, monitor_id)
        ambito = f"monitor:{monitor_id}"
        quitados = reanudar(sesion, mesa_de(p.escucha), ambito=ambito, ahora=p.ahora, por=p.usuario.nombre)
        if quitados:
            p.asentar(sesion, "silencio_quitado", sobre=ambito)
    dicho = _("Ya se avisa otra vez.") if quitados else _("Eso no estaba silenciado.")
    return p.volver(f"/monitores/{monitor_id}", hecho=dicho)


@rutas.post("/monitores/{monitor_id}/vigilar")
def vigilar(p: Pide, monitor_id: int, activo: Annotated[str, Form()] = "") -> Response:
    p.exigir(Accion.COORDINAR)
    a = f"/monitores/{monitor_id}"
    try:
        with p.entorno.base.escribir() as sesion:
            monitor = monitor_de(sesion, monitor_id)
            edicion.vigilar(sesion, monitor, activo=bool(activo))
            accion = "monitor_vigilado" if activo else "monitor_dejado"
            p.asentar(sesion, accion, sobre=f"monitor:{monitor_id}", detalle=monitor.nombre)
    except edicion.NoSePuede as error:
        return p.volver(a, error=str(error))
    if activo:
        return p.volver(a, hecho=_("Se vigila otra vez, desde ya."))
    return p.volver(a, hecho=_("Ya no se vigila. Sus conteos y sus alzas se quedan."))


@rutas.post("/monitores/{monitor_id}/presupuesto")
def ajustar(p: Pide, monitor_id: int, falsas: Annotated[str, Form()] = "") -> Response:
    """falsas: vacío, las de la oficina."""
    p.exigir(Accion.COORDINAR)
    a = f"/monitores/{monitor_id}"
    try:
        cuantas = float(falsas.replace(",", ".")) if falsas.strip() else None
        with p.entorno.base.escribir() as sesion:
            monitor = monitor_de(sesion, monitor_id)
            edicion.tolerar(sesion, monitor, cuantas)
            dicho = "las de la oficina" if cuantas is None else f"{cuantas:g}"
            detalle = f"{monitor.nombre}: {dicho}"
            p.asentar(sesion, "monitor_ajustado", sobre=f"monitor:{monitor_id}", detalle=detalle)
    except edicion.NoSePuede as error:
        return p.volver(a, error=str(error))
    except ValueError:
        return p.volver(a, error=_("Las falsas alarmas al mes son un número: 1, o 0.5."))
    return p.volver(a, hecho=_("Ajustado. No cambie dos cosas a la vez: espere un mes y vea."))


@rutas.post("/monitores/{monitor_id}/recontar")
def recontar(p: Pide, monitor_id: int) -> Response:
    p.exigir(Accion.COORDINAR)
    a = f"/monitores/{monitor_id}"
    with p.entorno.base.escribir() as sesion:
        monitor = monitor_de(sesion, monitor_id)
        if not monitor.activo:
            return p.volver(a, error=_("No se vigila: primero «Vigilar otra vez»."))
        p.asentar(sesion, "monitor_recontado", sobre=f"monitor:{monitor_id}", detalle=monitor.nombre)
    if p.panel.recuentos.empezar(monitor_id):
        return p.volver(a, hecho=_("Se está contando su pasado. Puede seguir con otra cosa."))
    return p.volver(a, hecho=_("Ya se está contando."))


@rutas.get("/monitores/{monitor_id}/recuento")
def recuento(p: Pide, monitor_id: int) -> dict[str, object]:
    """Por dónde va, para la barra de la página."""
    p.exigir(Accion.VER)
    with p.entorno.base.leer() as sesion:
        monitor_de(sesion, monitor_id)
    marcha = p.panel.recuentos.marcha(monitor_id)
    if marcha is None:
        return {"sigue": False}
    return {"sigue": marcha.sigue, "van": marcha.van, "de": marcha.de, "espera": marcha.espera, "falla": marcha.falla}

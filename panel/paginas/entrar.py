"""Entrar y salir: contraseña, segundo factor, la que se olvidó, y los enlaces de una sola vez."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from itsdangerous import BadData
from sqlalchemy import select
from sqlmodel import Session, col
from starlette.responses import HTMLResponse, RedirectResponse, Response

from modelos import EnlaceDeUnaVez, Usuario
from motor.usuarios import correos, cuentas, enlaces, entrada, factor, freno, sesiones
from motor.usuarios.bitacora import Autor, asentar
from motor.usuarios.cuentas import NoSePuede
from motor.usuarios.enlaces import Para
from motor.usuarios.entrada import Espera
from motor.usuarios.primera import es_de_instalacion
from panel.peticion import (
    Pide,
    direccion_de,
    nombre_de_cookie,
    panel_de,
    poner_sesion,
    quitar_sesion,
    ruta_para_volver,
)
from panel.textos import _, n_

rutas = APIRouter()

Texto = Annotated[str, Form()]
A_MEDIAS = "a_medias"
"""La cookie de quien ya puso su contraseña y le falta el código."""
_A_MEDIAS_S = 600
ENTRE_OLVIDOS = timedelta(minutes=10)
"""Un correo por cuenta en este tiempo: nadie llena el buzón de otro."""


# ── con contraseña ───────────────────────────────────────────────────────────────────────────────────────────────


@rutas.get("/entrar")
def entrar(request: Request, volver: str = "/") -> HTMLResponse:
    return _hoja(request, "entrar/entrar.html", volver=ruta_para_volver(volver), correo="", falta="")


@rutas.post("/entrar")
def mandar(request: Request, correo: Texto = "", clave: Texto = "", volver: Texto = "/") -> Response:
    panel, volver = panel_de(request), ruta_para_volver(volver)
    ahora = panel.entorno.reloj.ahora()
    quien = entrada.entrar(panel.entorno.base, correo, clave, direccion=direccion_de(request), ahora=ahora)
    if isinstance(quien, Espera):
        return _no_entra(request, _esperar(quien.cuanto), correo, volver, estado=HTTPStatus.TOO_MANY_REQUESTS)
    if quien is None:
        return _no_entra(request, _(entrada.NO_ENTRA), correo, volver, estado=HTTPStatus.UNAUTHORIZED)
    return _seguir(request, quien, volver)


def _seguir(request: Request, usuario: Usuario, volver: str) -> Response:
    """Adentro; o al código, si usa segundo factor."""
    if not usuario.segundo_factor:
        return _adentro(request, usuario, volver)
    panel = panel_de(request)
    respuesta = RedirectResponse(f"/entrar/codigo?volver={quote(volver)}", HTTPStatus.SEE_OTHER)
    # Atada a la contraseña de ahora: si entretanto cambia, ya no sirve.
    firmada = str(panel.firmante(A_MEDIAS).dumps([usuario.id, sesiones.huella_de(usuario.clave)[:16]]))
    respuesta.set_cookie(
        A_MEDIAS, firmada, max_age=_A_MEDIAS_S, httponly=True, secure=panel.con_tls, samesite="strict", path="/entrar"
    )
    return respuesta


def _no_entra(request: Request, falta: str, correo: str, volver: str, *, estado: HTTPStatus) -> HTMLResponse:
    return _hoja(request, "entrar/entrar.html", estado=estado, volver=volver, correo=correo[:254], falta=falta)


def _esperar(cuanto: timedelta) -> str:
    segundos = max(int(cuanto.total_seconds()) + 1, 1)
    if segundos < 60:
        dicho = n_("%(n)d segundo", "%(n)d segundos", segundos) % {"n": segundos}
    else:
        minutos = -(-segundos // 60)
        dicho = n_("%(n)d minuto", "%(n)d minutos", minutos) % {"n": minutos}
    return _("Demasiados intentos. Espere %(cuanto)s y vuelva a probar.") % {"cuanto": dicho}


# ── el código del teléfono ───────────────────────────────────────────────────────────────────────────────────────


@rutas.get("/entrar/codigo")
def codigo(request: Request, volver: str = "/") -> Response:
    if _a_medias(request) is None:
        return RedirectResponse("/entrar", HTTPStatus.SEE_OTHER)
    return _hoja(request, "entrar/codigo.html", volver=ruta_para_volver(volver), falta="")


@rutas.post("/entrar/codigo")
def mandar_codigo(request: Request, codigo: Texto = "", volver: Texto = "/") -> Response:
    panel, volver = panel_de(request), ruta_para_volver(volver)
    usuario = _a_medias(request)
    if usuario is None:
        return RedirectResponse("/entrar", HTTPStatus.SEE_OTHER)
    ahora, direccion = panel.entorno.reloj.ahora(), direccion_de(request)
    clave_de_freno = f"codigo:{usuario.correo}"
    with panel.entorno.base.leer() as sesion:
        falta = freno.cuanto_falta(sesion, clave_de_freno, direccion, ahora=ahora)
    if falta > timedelta():
        dicho, muchos = _esperar(falta), HTTPStatus.TOO_MANY_REQUESTS
        return _hoja(request, "entrar/codigo.html", estado=muchos, volver=volver, falta=dicho)
    with panel.entorno.base.escribir() as sesion:
        bueno = factor.vale(sesion, usuario, codigo, llavero=panel.oficina.llavero, ahora=ahora)
        if not bueno:
            freno.anotar_fallo(sesion, clave_de_freno, direccion, ahora=ahora)
    if not bueno:
        dicho = _("Ese código no es, o ya se usó. Escriba el que enseña ahora su teléfono.")
        return _hoja(request, "entrar/codigo.html", estado=HTTPStatus.UNAUTHORIZED, volver=volver, falta=dicho)
    return _adentro(request, usuario, volver)


def _a_medias(request: Request) -> Usuario | None:
    panel = panel_de(request)
    try:
        id_, huella = panel.firmante(A_MEDIAS).loads(request.cookies.get(A_MEDIAS, ""), max_age=_A_MEDIAS_S)
    except (BadData, ValueError, TypeError):
        return None
    with panel.entorno.base.leer() as sesion:
        usuario = sesion.get(Usuario, id_)
    if usuario is None or not usuario.activo or not usuario.segundo_factor:
        return None
    return usuario if sesiones.huella_de(usuario.clave)[:16] == huella else None


def _adentro(request: Request, usuario: Usuario, volver: str, *, como: str = "entro") -> Response:
    """Una sesión nueva siempre; la que trajera se cierra."""
    panel = panel_de(request)
    ahora, direccion = panel.entorno.reloj.ahora(), direccion_de(request)
    agente = request.headers.get("user-agent", "")
    with panel.entorno.base.escribir() as sesion:
        anterior = sesiones.reconocer(sesion, request.cookies.get(nombre_de_cookie(panel), ""), ahora=ahora)
        if anterior is not None:
            sesiones.cerrar(sesion, anterior.sesion.id, ahora=ahora)
        suyo = sesion.get_one(Usuario, usuario.id)
        freno.olvidar(sesion, suyo.correo, direccion)
        secreto = sesiones.abrir(sesion, suyo, agente=agente, direccion=direccion, ahora=ahora)
        asentar(sesion, Autor(suyo.correo, suyo.id, direccion), como, ahora=ahora, sobre=f"usuario:{suyo.id}")
    respuesta = RedirectResponse(volver, HTTPStatus.SEE_OTHER)
    poner_sesion(panel, respuesta, secreto)
    respuesta.delete_cookie(A_MEDIAS, path="/entrar")
    return respuesta


@rutas.post("/salir")
def salir(p: Pide) -> Response:
    with p.entorno.base.escribir() as sesion:
        sesiones.cerrar(sesion, p.quien.sesion.id, ahora=p.ahora)
        p.asentar(sesion, "salio", sobre=f"usuario:{p.usuario.id}")
    respuesta = p.volver("/entrar")
    quitar_sesion(p.panel, respuesta)
    respuesta.headers["Clear-Site-Data"] = '"cache"'
    return respuesta


# ── la contraseña olvidada ───────────────────────────────────────────────────────────────────────────────────────


@rutas.get("/olvide")
def olvide(request: Request) -> HTMLResponse:
    return _hoja(request, "entrar/olvide.html", pedido=False, hay_correo=panel_de(request).oficina.servidor is not None)


@rutas.post("/olvide")
def pedir_clave(request: Request, correo: Texto = "") -> HTMLResponse:
    """Contesta lo mismo exista o no la cuenta."""
    panel = panel_de(request)
    ahora = panel.entorno.reloj.ahora()
    with panel.entorno.base.escribir() as sesion:
        quien = select(Usuario).where(col(Usuario.correo) == entrada.correo_llano(correo), col(Usuario.activo))
        usuario = sesion.scalars(quien).one_or_none()
        if usuario is not None and not _se_pidio_hace_poco(sesion, usuario.id, ahora):
            camino = enlaces.crear(sesion, usuario.id, Para.CLAVE, ahora=ahora)
            correos.olvido(sesion, usuario, panel.url + camino, ahora=ahora)
    return _hoja(request, "entrar/olvide.html", pedido=True, hay_correo=panel.oficina.servidor is not None)


def _se_pidio_hace_poco(sesion: Session, usuario_id: int, ahora: datetime) -> bool:
    orden = select(EnlaceDeUnaVez).where(
        col(EnlaceDeUnaVez.usuario_id) == usuario_id,
        col(EnlaceDeUnaVez.para) == Para.CLAVE.value,
        col(EnlaceDeUnaVez.creado_en) > ahora - ENTRE_OLVIDOS,
    )
    return sesion.scalars(orden).first() is not None


# ── los enlaces de una vez ───────────────────────────────────────────────────────────────────────────────────────


@rutas.get("/enlace/{secreto}")
def enlace(request: Request, secreto: str) -> HTMLResponse:
    """Sólo enseña: los antivirus de correo abren los enlaces antes que la persona."""
    return _hoja_de_enlace(request, secreto)


@rutas.post("/enlace/{secreto}")
def usar_enlace(
    request: Request,
    secreto: str,
    clave: Texto = "",
    otra_vez: Texto = "",
    correo: Texto = "",
    nombre: Texto = "",
) -> Response:
    panel = panel_de(request)
    ahora = panel.entorno.reloj.ahora()
    with panel.entorno.base.leer() as sesion:
        hallado = enlaces.mirar(sesion, secreto, ahora=ahora)
    if hallado is None:
        return _hoja_de_enlace(request, secreto)
    usuario, para = hallado
    instala = es_de_instalacion(usuario)
    if para is Para.ENTRAR and not instala:
        with panel.entorno.base.escribir() as sesion:
            gastado = enlaces.gastar(sesion, secreto, ahora=ahora)
        if not gastado:
            return _hoja_de_enlace(request, secreto)
        return _adentro(request, usuario, "/", como="entro_con_enlace")
    try:
        if instala:
            usuario.correo, usuario.nombre = cuentas.correo_valido(correo), " ".join(nombre.split())[:200] or correo
        hash_nuevo = cuentas.preparar_clave(usuario, clave, otra_vez)
        with panel.entorno.base.escribir() as sesion:
            if not enlaces.gastar(sesion, secreto, ahora=ahora):
                raise NoSePuede(_("Este enlace ya se usó."))
            suyo = sesion.get_one(Usuario, usuario.id)
            if instala:
                cuentas.presentarse(sesion, suyo, correo=usuario.correo, nombre=usuario.nombre)
            cuentas.poner_clave(sesion, suyo, hash_nuevo, ahora=ahora)
            autor = Autor(suyo.correo, suyo.id, direccion_de(request))
            asentar(sesion, autor, "clave_puesta", ahora=ahora, sobre=f"usuario:{suyo.id}")
    except NoSePuede as error:
        return _hoja_de_enlace(request, secreto, falta=str(error), correo=correo, nombre=nombre)
    return _seguir(request, suyo, "/")


def _hoja_de_enlace(request: Request, secreto: str, **datos: Any) -> HTMLResponse:
    panel = panel_de(request)
    with panel.entorno.base.leer() as sesion:
        hallado = enlaces.mirar(sesion, secreto, ahora=panel.entorno.reloj.ahora())
    if hallado is None:
        return _hoja(request, "entrar/caducado.html", estado=HTTPStatus.NOT_FOUND)
    usuario, para = hallado
    instala = es_de_instalacion(usuario)
    # El camino lleva el secreto: `strict-origin` no se lo dice a nadie, y deja que el formulario diga de dónde viene.
    valores = {"falta": "", "correo": "", "nombre": "", **datos}
    estado = HTTPStatus.UNPROCESSABLE_ENTITY if valores["falta"] else HTTPStatus.OK
    con_clave = para is not Para.ENTRAR or instala
    return _hoja(
        request, "entrar/enlace.html", estado=estado, usuario=usuario, instala=instala, con_clave=con_clave, **valores
    )


def _hoja(request: Request, plantilla: str, *, estado: HTTPStatus = HTTPStatus.OK, **datos: Any) -> HTMLResponse:
    html = panel_de(request).plantillas.get_template(plantilla).render(**datos)
    return HTMLResponse(html, estado, headers={"Referrer-Policy": "strict-origin"})

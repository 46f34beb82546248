"""Entrar y salir: contraseña, segundo factor, la que se olvidó, y los enlaces de una sola vez."""

import secrets
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from itsdangerous import BadData
from sqlalchemy import select
from sqlmodel import Session, col
from starlette.background import BackgroundTask
from starlette.responses import HTMLResponse, RedirectResponse, Response

from modelos import EnlaceDeUnaVez, Usuario
from motor.usuarios import correos, cuentas, enlaces, entrada, sesiones
from motor.usuarios.bitacora import Autor, asentar
from motor.usuarios.cuentas import NoSePuede
from motor.usuarios.enlaces import Para
from motor.usuarios.entrada import Espera
from motor.usuarios.freno import Sitio
from motor.usuarios.primera import es_de_instalacion, ya_no_hace_falta
from panel.entorno import EntornoDelPanel
from panel.paginas.frenada import que_espere
from panel.peticion import (
    Pide,
    direccion_de,
    nombre_de_cookie,
    panel_de,
    poner_sesion,
    quitar_sesion,
    ruta_para_volver,
)
from panel.textos import _

rutas = APIRouter()

Texto = Annotated[str, Form()]
A_MEDIAS = "a_medias"
"""La cookie de quien ya puso su contraseña y le falta el código."""
_A_MEDIAS_S = 600
CONOCIDO = "conocido"
"""La cookie del aparato en que alguien ya entró: lo que otros fallen con su cuenta no la frena en él."""
_CONOCIDO_S = 365 * 24 * 3600
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
    quien = entrada.entrar(panel.entorno.base, correo, clave, sitio=_sitio(request, correo), ahora=ahora)
    if isinstance(quien, Espera):
        return _no_entra(request, que_espere(quien.cuanto), correo, volver, estado=HTTPStatus.TOO_MANY_REQUESTS)
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
    bueno = entrada.poner_codigo(
        panel.entorno.base,
        usuario,
        codigo,
        llavero=panel.oficina.llavero,
        sitio=_sitio(request, usuario.correo),
        ahora=panel.entorno.reloj.ahora(),
    )
    if isinstance(bueno, Espera):
        dicho, muchos = que_espere(bueno.cuanto), HTTPStatus.TOO_MANY_REQUESTS
        return _hoja(request, "entrar/codigo.html", estado=muchos, volver=volver, falta=dicho)
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
        secreto = sesiones.abrir(sesion, suyo, agente=agente, direccion=direccion, ahora=ahora)
        asentar(sesion, Autor(suyo.correo, suyo.id, direccion), como, ahora=ahora, sobre=f"usuario:{suyo.id}")
    respuesta = RedirectResponse(volver, HTTPStatus.SEE_OTHER)
    poner_sesion(panel, respuesta, secreto)
    respuesta.delete_cookie(A_MEDIAS, path="/entrar")
    if _sitio(request, suyo.correo).aparato == "":
        _reconocer_despues(panel, respuesta, suyo.correo)
    return respuesta


def _sitio(request: Request, correo: str) -> Sitio:
    """Desde dónde se intenta entrar a esa cuenta; con qué aparato, si ya entró antes en él."""
    traida = request.cookies.get(CONOCIDO, "")
    try:
        de_quien = panel_de(request).firmante(CONOCIDO).loads(traida, max_age=_CONOCIDO_S)[0]
    except (BadData, TypeError, LookupError):
        de_quien = ""
    es_suyo = de_quien == sesiones.huella_de(entrada.correo_llano(correo))
    return Sitio(direccion_de(request), sesiones.huella_de(traida)[:32] if es_suyo else "")


def _reconocer_despues(panel: EntornoDelPanel, respuesta: Response, correo: str) -> None:
    firmada = str(panel.firmante(CONOCIDO).dumps([sesiones.huella_de(correo), secrets.token_urlsafe(16)]))
    respuesta.set_cookie(
        CONOCIDO,
        firmada,
        max_age=_CONOCIDO_S,
        httponly=True,
        secure=panel.con_tls,
        samesite="strict",
        path="/entrar",
    )


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
    """Contesta lo mismo, y en el mismo tiempo, exista o no la cuenta: lo demás se hace después de contestar."""
    panel = panel_de(request)
    hay_correo = panel.oficina.servidor is not None
    respuesta = _hoja(request, "entrar/olvide.html", pedido=hay_correo, hay_correo=hay_correo)
    if hay_correo:
        respuesta.background = BackgroundTask(_mandar_para_cambiarla, panel, entrada.correo_llano(correo))
    return respuesta


def _mandar_para_cambiarla(panel: EntornoDelPanel, correo: str) -> None:
    ahora = panel.entorno.reloj.ahora()
    with panel.entorno.base.escribir() as sesion:
        usuario = sesion.scalars(
            select(Usuario).where(col(Usuario.correo) == correo, col(Usuario.activo))
        ).one_or_none()
        if usuario is not None and not _se_pidio_hace_poco(sesion, usuario.id, ahora):
            camino = enlaces.crear(sesion, usuario.id, Para.CLAVE, ahora=ahora, anula=False)
            correos.olvido(sesion, usuario, panel.url + camino, ahora=ahora)


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
    hallado = _mirar(panel, secreto)
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
            usuario.correo, usuario.nombre = cuentas.correo_valido(correo), cuentas.nombre_limpio(nombre) or correo
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
            if para is Para.CLAVE and panel.oficina.servidor is not None:
                correos.cambio(sesion, suyo, _("Su contraseña cambió"), ahora=ahora)
    except NoSePuede as error:
        return _hoja_de_enlace(request, secreto, falta=str(error), correo=correo, nombre=nombre)
    # A quien estrena cuenta se le ofrece el segundo factor; puede decir que ahora no.
    return _seguir(request, suyo, "/" if para is Para.CLAVE else "/cuenta/factor")


def _mirar(panel: EntornoDelPanel, secreto: str) -> tuple[Usuario, Para] | None:
    with panel.entorno.base.leer() as sesion:
        hallado = enlaces.mirar(sesion, secreto, ahora=panel.entorno.reloj.ahora())
        return None if hallado is None or ya_no_hace_falta(sesion, hallado[0]) else hallado


def _hoja_de_enlace(request: Request, secreto: str, **datos: Any) -> HTMLResponse:
    hallado = _mirar(panel_de(request), secreto)
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

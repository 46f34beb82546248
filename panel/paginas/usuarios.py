"""Los usuarios: invitar, nombrar, dejar de entrar. Sólo para quien administra toda la oficina."""

from typing import Annotated, Any

from fastapi import APIRouter, Form
from sqlalchemy import select
from sqlmodel import Session, col
from starlette.responses import HTMLResponse, Response

from modelos import Perfil, Rol, Usuario
from modelos.consultas import perfiles
from motor.usuarios import correos, cuentas, enlaces, factor, sesiones
from motor.usuarios.cuentas import NoSePuede
from motor.usuarios.enlaces import Para
from motor.usuarios.permisos import Accion
from motor.usuarios.primera import CORREO as SIN_DUENO
from panel.numeros import Numero
from panel.paginas import cargos as papeles
from panel.peticion import NoEsta, Peticion, Pide
from panel.textos import _

rutas = APIRouter()

Texto = Annotated[str, Form()]
Textos = Annotated[list[str], Form(default_factory=list)]


@rutas.get("/usuarios")
def lista(p: Pide) -> HTMLResponse:
    p.exigir(Accion.ADMINISTRAR)
    with p.entorno.base.leer() as sesion:
        orden = select(Usuario).where(col(Usuario.correo) != SIN_DUENO)
        todos = sesion.scalars(orden.order_by(col(Usuario.activo).desc(), col(Usuario.nombre))).all()
        cargos = papeles.de_todos(sesion)
    return p.pagina("usuarios/lista.html", usuarios=todos, cargos=cargos)


@rutas.get("/usuarios/nuevo")
def nuevo(p: Pide) -> HTMLResponse:
    p.exigir(Accion.ADMINISTRAR)
    return _formulario(p)


@rutas.post("/usuarios/nuevo")
def invitar(p: Pide, cargo: Textos, correo: Texto = "", nombre: Texto = "") -> Response:
    p.exigir(Accion.ADMINISTRAR)
    try:
        with p.entorno.base.escribir() as sesion:
            suyos = papeles.leer(cargo, [x.id for x in perfiles(sesion)])
            if not suyos:
                raise NoSePuede(_("Diga qué podrá hacer: marque al menos una casilla."))
            usuario = cuentas.crear(sesion, correo, nombre, suyos, ahora=p.ahora)
            p.asentar(sesion, "usuario_invitado", sobre=f"usuario:{usuario.id}", detalle=usuario.correo)
            camino = dar_enlace(p, sesion, usuario, Para.INVITACION)
    except NoSePuede as error:
        return _formulario(p, falta=str(error), correo=correo, nombre=nombre, marcados=set(cargo))
    return _contar_enlace(p, usuario, camino)


@rutas.get("/usuarios/{usuario_id}")
def uno(p: Pide, usuario_id: Numero) -> HTMLResponse:
    p.exigir(Accion.ADMINISTRAR)
    with p.entorno.base.leer() as sesion:
        usuario = usuario_de(sesion, usuario_id)
        marcados = papeles.marcados(cuentas.cargos_de(sesion, usuario_id))
    return _formulario(p, usuario=usuario, marcados=marcados)


@rutas.post("/usuarios/{usuario_id}")
def nombrar(p: Pide, usuario_id: Numero, cargo: Textos) -> Response:
    p.exigir(Accion.ADMINISTRAR)
    with p.entorno.base.leer() as sesion:
        usuario = usuario_de(sesion, usuario_id)
    try:
        with p.entorno.base.escribir() as sesion:
            suyos = papeles.leer(cargo, [x.id for x in perfiles(sesion)])
            cuentas.nombrar(sesion, sesion.get_one(Usuario, usuario_id), suyos, ahora=p.ahora)
            detalle = ", ".join(sorted(papeles.marcados(suyos))) or "ninguno"
            p.asentar(sesion, "cargos_cambiados", sobre=f"usuario:{usuario_id}", detalle=detalle)
    except NoSePuede as error:
        return _formulario(p, usuario=usuario, falta=str(error), marcados=set(cargo))
    return p.volver("/usuarios", hecho=_("Cargos cambiados. Tendrá que volver a entrar."))


@rutas.post("/usuarios/{usuario_id}/desactivar")
def desactivar(p: Pide, usuario_id: Numero) -> Response:
    p.exigir(Accion.ADMINISTRAR)
    try:
        with p.entorno.base.escribir() as sesion:
            usuario = usuario_de(sesion, usuario_id)
            cuentas.desactivar(sesion, usuario, ahora=p.ahora)
            p.asentar(sesion, "usuario_desactivado", sobre=f"usuario:{usuario_id}")
    except NoSePuede as error:
        return p.volver(f"/usuarios/{usuario_id}", error=str(error))
    return p.volver(
        "/usuarios", hecho=_("%(nombre)s ya no entra. Lo que hizo se conserva.") % {"nombre": usuario.nombre}
    )


@rutas.post("/usuarios/{usuario_id}/reactivar")
def reactivar(p: Pide, usuario_id: Numero) -> Response:
    p.exigir(Accion.ADMINISTRAR)
    with p.entorno.base.escribir() as sesion:
        usuario = usuario_de(sesion, usuario_id)
        cuentas.reactivar(sesion, usuario)
        p.asentar(sesion, "usuario_reactivado", sobre=f"usuario:{usuario_id}")
    return p.volver("/usuarios", hecho=_("%(nombre)s puede volver a entrar.") % {"nombre": usuario.nombre})


@rutas.post("/usuarios/{usuario_id}/factor/quitar")
def quitar_factor(p: Pide, usuario_id: Numero) -> Response:
    """A quien perdió el teléfono y los códigos de papel. Su contraseña se le sigue pidiendo."""
    p.exigir(Accion.ADMINISTRAR)
    with p.entorno.base.escribir() as sesion:
        usuario = usuario_de(sesion, usuario_id)
        factor.quitar(usuario)
        sesiones.cerrar_todas(sesion, usuario_id, ahora=p.ahora)
        p.asentar(sesion, "segundo_factor_quitado", sobre=f"usuario:{usuario_id}")
        if p.panel.oficina.servidor is not None:
            correos.cambio(sesion, usuario, _("Se quitó su segundo factor"), ahora=p.ahora)
    dicho = _("%(nombre)s entra ya sólo con su contraseña, hasta que ponga otro teléfono.")
    return p.volver(f"/usuarios/{usuario_id}", hecho=dicho % {"nombre": usuario.nombre})


@rutas.post("/usuarios/{usuario_id}/enlace")
def otro_enlace(p: Pide, usuario_id: Numero) -> Response:
    """Otra invitación, o un enlace para poner otra contraseña."""
    p.exigir(Accion.ADMINISTRAR)
    with p.entorno.base.escribir() as sesion:
        usuario = usuario_de(sesion, usuario_id)
        camino = dar_enlace(p, sesion, usuario, Para.CLAVE if usuario.clave else Para.INVITACION)
        p.asentar(sesion, "enlace_dado", sobre=f"usuario:{usuario_id}")
    return _contar_enlace(p, usuario, camino)


def dar_enlace(p: Peticion, sesion: Session, usuario: Usuario, para: Para) -> str:
    """Por correo si hay con qué; si no, vacío de correo y se enseña a quien administra para que lo entregue."""
    camino = enlaces.crear(sesion, usuario.id, para, ahora=p.ahora)
    if p.panel.oficina.servidor is None:
        return camino
    if para is Para.INVITACION:
        correos.invitar(sesion, usuario, p.panel.url + camino, de=p.usuario.nombre, ahora=p.ahora)
    else:
        correos.olvido(sesion, usuario, p.panel.url + camino, ahora=p.ahora)
    return ""


def _contar_enlace(p: Peticion, usuario: Usuario, camino: str) -> Response:
    if not camino:
        return p.volver("/usuarios", hecho=_("Se mandó un enlace a %(correo)s.") % {"correo": usuario.correo})
    return p.pagina("usuarios/enlace.html", usuario=usuario, enlace=p.panel.url + camino)


def _formulario(p: Peticion, *, usuario: Usuario | None = None, falta: str = "", **datos: Any) -> HTMLResponse:
    with p.entorno.base.leer() as sesion:
        suyos: list[Perfil] = perfiles(sesion)
    return p.pagina(
        "usuarios/formulario.html",
        estado=422 if falta else 200,
        usuario=usuario,
        falta=falta,
        lugares=[(papeles.EN_TODO, _("Toda la oficina"), ""), *((x.id, x.titulo or x.nombre, x.red) for x in suyos)],
        roles=[(rol, papeles.nombres_de_roles()[rol]) for rol in Rol],
        ayudas=papeles.que_puede_cada_rol(),
        **{"correo": "", "nombre": "", "marcados": set(), **datos},
    )


def usuario_de(sesion: Session, usuario_id: int) -> Usuario:
    usuario = sesion.get(Usuario, usuario_id)
    if usuario is None or usuario.correo == SIN_DUENO:
        raise NoEsta
    return usuario

"""Cambiar el correo con que se entra: el suyo, demostrando que lee el nuevo; quien administra, el de otra persona."""

from datetime import timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form
from itsdangerous import BadData
from sqlalchemy import select
from sqlmodel import Session, col
from starlette.responses import Response

from modelos import Asiento, Usuario
from motor.usuarios import correos, cuentas, sesiones
from motor.usuarios.cuentas import NoSePuede
from motor.usuarios.permisos import Accion
from panel.numeros import Numero
from panel.paginas.cuenta import hoja_de_cuenta, no_es_su_clave
from panel.paginas.usuarios import usuario_de
from panel.peticion import Peticion, Pide
from panel.textos import _

rutas = APIRouter()

Texto = Annotated[str, Form()]
_VALE = timedelta(hours=1)
ENTRE_PEDIDOS = timedelta(minutes=10)
"""Un correo por persona en este tiempo: nadie llena el buzón de quien no es."""


@rutas.post("/cuenta/correo")
def pedir(p: Pide, correo: Texto = "", clave: Texto = "") -> Response:
    """Contesta lo mismo esté libre o no ese correo: no se pregunta aquí quién tiene cuenta."""
    if falta := no_es_su_clave(p, clave, _("La contraseña no es esa: su correo sigue siendo el mismo.")):
        return hoja_de_cuenta(p, falta=falta)
    if p.panel.oficina.servidor is None:
        return hoja_de_cuenta(p, falta=_("Este panel no manda correos: pídalo a quien administra los usuarios."))
    try:
        nuevo = cuentas.correo_valido(correo)
    except NoSePuede as error:
        return hoja_de_cuenta(p, falta=str(error))
    with p.entorno.base.escribir() as sesion:
        if _pidio_hace_poco(sesion, p):
            return hoja_de_cuenta(p, falta=_("Acaba de pedirlo. Espere diez minutos para pedir otro."))
        p.asentar(sesion, "correo_pedido", sobre=f"usuario:{p.usuario.id}", detalle=nuevo)
        if sesion.scalars(select(Usuario).where(col(Usuario.correo) == nuevo)).first() is None:
            enlace = f"{p.panel.url}/cuenta/correo?prueba={quote(_prueba(p, nuevo))}"
            correos.otro_correo(sesion, p.usuario, nuevo, enlace, ahora=p.ahora)
    dicho = _("Si %(correo)s está libre, le llegará un enlace para confirmarlo. Mientras, entra con el de siempre.")
    return p.volver("/cuenta", hecho=dicho % {"correo": nuevo})


@rutas.get("/cuenta/correo")
def ver(p: Pide, prueba: str = "") -> Response:
    """Sólo enseña: los antivirus de correo abren los enlaces antes que la persona."""
    nuevo = _probado(p, prueba)
    return p.pagina("cuenta/correo.html", nuevo=nuevo, prueba=prueba, estado=200 if nuevo else 404)


@rutas.post("/cuenta/correo/confirmar")
def confirmar(p: Pide, prueba: Texto = "") -> Response:
    nuevo = _probado(p, prueba)
    if not nuevo:
        return p.pagina("cuenta/correo.html", nuevo="", prueba="", estado=404)
    try:
        with p.entorno.base.escribir() as sesion:
            _cambiar(p, sesion, sesion.get_one(Usuario, p.usuario.id), nuevo)
            sesiones.cerrar_todas(sesion, p.usuario.id, ahora=p.ahora, menos=p.quien.sesion.id)
    except NoSePuede as error:
        return p.volver("/cuenta", error=str(error))
    return p.volver("/cuenta", hecho=_("Desde ahora entra con %(correo)s.") % {"correo": nuevo})


@rutas.post("/usuarios/{usuario_id}/correo")
def cambiar_el_de_otra(p: Pide, usuario_id: Numero, correo: Texto = "") -> Response:
    """A quien ya no lee el suyo. Se le avisa en el de antes, y lo que tenga abierto se cierra."""
    p.exigir(Accion.ADMINISTRAR)
    camino = f"/usuarios/{usuario_id}"
    try:
        nuevo = cuentas.correo_valido(correo)
        with p.entorno.base.escribir() as sesion:
            _cambiar(p, sesion, usuario_de(sesion, usuario_id), nuevo)
            sesiones.cerrar_todas(sesion, usuario_id, ahora=p.ahora)
    except NoSePuede as error:
        return p.volver(camino, error=str(error))
    return p.volver(camino, hecho=_("Desde ahora entra con %(correo)s.") % {"correo": nuevo})


def _cambiar(p: Peticion, sesion: Session, suyo: Usuario, nuevo: str) -> None:
    if p.panel.oficina.servidor is not None:  # al de antes, mientras todavía es el suyo
        correos.cambio(sesion, suyo, _("Su correo cambió"), ahora=p.ahora)
    cuentas.cambiar_correo(sesion, suyo, nuevo, autor=p.autor, ahora=p.ahora)


def _prueba(p: Peticion, nuevo: str) -> str:
    """Atada a quien lo pide, a su correo y a su contraseña de ahora: usada una vez, o cambiado algo, ya no sirve."""
    vence = (p.ahora + _VALE).timestamp()
    return str(p.panel.firmante("correo").dumps([p.usuario.id, nuevo, _como_estaba(p.usuario), vence]))


def _probado(p: Peticion, prueba: str) -> str:
    """El correo que demuestra; vacío si no demuestra nada."""
    try:
        de, nuevo, como_estaba, vence = p.panel.firmante("correo").loads(prueba)
    except (BadData, ValueError, TypeError):
        return ""
    es_suya = (de, como_estaba) == (p.usuario.id, _como_estaba(p.usuario))
    return str(nuevo) if es_suya and p.ahora.timestamp() < vence else ""


def _como_estaba(usuario: Usuario) -> str:
    return sesiones.huella_de(f"{usuario.correo}\x1f{usuario.clave}")[:32]


def _pidio_hace_poco(sesion: Session, p: Peticion) -> bool:
    suyos = (col(Asiento.usuario_id) == p.usuario.id, col(Asiento.accion) == "correo_pedido")
    orden = select(col(Asiento.id)).where(*suyos, col(Asiento.ocurrido_en) > p.ahora - ENTRE_PEDIDOS)
    return sesion.scalars(orden.limit(1)).first() is not None

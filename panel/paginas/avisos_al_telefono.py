"""Los toques al teléfono: pedirlos en este aparato, decir de qué, ver en cuáles se reciben y quitarlos."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import HTMLResponse, Response

from motor.toques import ALERTAS, APROBACIONES, llaves, suscripciones
from motor.toques.suscripciones import Aparato, NoSirve
from motor.usuarios.permisos import Accion
from panel.peticion import NoEsta, Peticion, Pide
from panel.textos import _

rutas = APIRouter()

CAMINO = "/cuenta/avisos"
Texto = Annotated[str, Form()]
Textos = Annotated[list[str] | None, Form()]


@rutas.get(CAMINO)
def avisos(p: Pide) -> HTMLResponse:
    with p.entorno.base.leer() as sesion:
        suyas = suscripciones.de_persona(sesion, p.usuario.id)
    return p.pagina(
        "cuenta/avisos.html",
        suyas=suyas,
        temas=temas_de(p),
        llave=llaves.publica(llaves.abrir(p.panel.oficina.llavero)),
    )


def temas_de(p: Peticion) -> list[tuple[str, str]]:
    """Los que puede pedir: las alertas son de quien ve toda la oficina."""
    temas = [(APROBACIONES, _("Lo que espera mi aprobación, y lo que contestan a lo que escribí"))]
    if p.puede(Accion.VER):
        temas.insert(0, (ALERTAS, _("Alzas: cuando se habla mucho más de lo normal de algo que se vigila")))
    return temas


@rutas.post(f"{CAMINO}/pedir")
def pedir(
    p: Pide,
    direccion: Texto = "",
    p256dh: Texto = "",
    autenticacion: Texto = "",
    tema: Textos = None,
    texto: Texto = "",
) -> Response:
    """tema: de qué quiere oír. texto: si también qué dice, aunque se lea con el teléfono bloqueado."""
    permitidos = {clave for clave, _dicho in temas_de(p)}
    elegidos = [t for t in tema or () if t in permitidos]
    if not elegidos:
        return p.volver(CAMINO, error=_("Elija al menos de qué quiere que se le avise."))
    try:
        aparato = Aparato.de(direccion, p256dh, autenticacion)
    except NoSirve as error:
        return p.volver(CAMINO, error=str(error))
    with p.entorno.base.escribir() as sesion:
        suscripciones.suscribir(
            sesion,
            aparato,
            usuario_id=p.usuario.id,
            sesion_id=p.quien.sesion.id,
            temas=elegidos,
            con_texto=bool(texto),
            agente=p.request.headers.get("user-agent", ""),
            ahora=p.ahora,
        )
        p.asentar(sesion, "avisos_pedidos", detalle=", ".join(elegidos))
    return p.volver(CAMINO, hecho=_("Este aparato recibirá los avisos."))


@rutas.post(f"{CAMINO}/renovar")
def renovar(p: Pide, direccion: Texto = "") -> Response:
    """Al entrar otra vez: el aparato es el mismo y la sesión es otra."""
    with p.entorno.base.escribir() as sesion:
        valia = suscripciones.renovar(sesion, direccion, usuario_id=p.usuario.id, sesion_id=p.quien.sesion.id)
    return p.volver(CAMINO, suya=valia)


@rutas.post(f"{CAMINO}/{{suscripcion_id}}/quitar")
def quitar(p: Pide, suscripcion_id: int) -> Response:
    with p.entorno.base.escribir() as sesion:
        if not suscripciones.quitar_de(sesion, suscripcion_id, usuario_id=p.usuario.id):
            raise NoEsta
        p.asentar(sesion, "avisos_quitados")
    return p.volver(CAMINO, hecho=_("Ese aparato ya no recibirá avisos."))

"""Quién pide, qué puede, y cómo se le contesta. Toda página recibe una `Peticion`; sin sesión no llega ninguna."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Request
from itsdangerous import BadData
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from modelos import Usuario
from motor.entorno import Entorno
from motor.escucha.entorno import EntornoDeEscucha
from motor.usuarios import sesiones
from motor.usuarios.bitacora import Autor, asentar
from motor.usuarios.permisos import TODOS, Accion, Permisos
from panel.entorno import EntornoDelPanel
from panel.guardias import SUBIDAS
from panel.textos import _

COOKIE = "sesion"
RECADO = "recado"
_RECADO_S = 60
_SEGURAS = frozenset({"GET", "HEAD", "OPTIONS"})


class SinSesion(Exception):
    """Hay que entrar primero."""


class FaltaFactor(Exception):
    """Entró, pero a su cargo se le exige el segundo factor y todavía no lo pone."""


class NoPermitido(Exception):
    """Entró, pero eso no le toca; el mensaje lo dice."""


class NoEsta(Exception):
    """No existe, o no puede verlo: por fuera es lo mismo."""


@dataclass(frozen=True, slots=True)
class Peticion:
    request: Request
    panel: EntornoDelPanel
    quien: sesiones.Quien
    ahora: datetime

    @property
    def usuario(self) -> Usuario:
        return self.quien.usuario

    @property
    def permisos(self) -> Permisos:
        return self.quien.permisos

    @property
    def entorno(self) -> Entorno:
        return self.panel.entorno

    @property
    def escucha(self) -> EntornoDeEscucha:
        return self.panel.escucha

    @property
    def autor(self) -> Autor:
        return Autor(self.usuario.correo, self.usuario.id, direccion_de(self.request))

    @property
    def quiere_json(self) -> bool:
        return "application/json" in self.request.headers.get("accept", "")

    # ── permisos ──

    def puede(self, accion: Accion, perfil_id: int | None = TODOS) -> bool:
        return self.permisos.puede(accion, perfil_id)

    def exigir(self, accion: Accion, perfil_id: int | None = TODOS) -> None:
        """Lanza NoPermitido si puede verlo y no hacerlo, y NoEsta si ni siquiera puede verlo."""
        if self.puede(accion, perfil_id):
            return
        if accion is Accion.VER or not self.puede(Accion.VER, perfil_id):
            raise NoEsta
        raise NoPermitido(_("Su cuenta no puede hacer eso. Pídaselo a quien administra el panel."))

    def asentar(self, sesion: Session, accion: str, *, sobre: str = "", detalle: str = "") -> None:
        """Anotar en la bitácora, dentro de la transacción de lo que se hizo."""
        asentar(sesion, self.autor, accion, ahora=self.ahora, sobre=sobre, detalle=detalle)

    # ── contestar ──

    def pagina(self, plantilla: str, *, estado: int = 200, **datos: Any) -> HTMLResponse:
        """Una plantilla con sus datos. Además encuentra `p` (esta petición), `ficha()` y los recados pendientes."""
        recado = leer_recado(self.panel, self.request)
        html = self.panel.plantillas.get_template(plantilla).render(
            p=self, ahora=self.ahora, ruta=self.request.url.path, recado=recado, **datos
        )
        respuesta = HTMLResponse(html, status_code=estado)
        if RECADO in self.request.cookies:
            respuesta.delete_cookie(RECADO)
        return respuesta

    def volver(self, a: str, *, hecho: str = "", error: str = "", **datos: Any) -> Response:
        """Tras un formulario: ir a otra página diciendo qué pasó; a quien pide JSON se le contesta sin moverlo.

        a: un camino nuestro («/calendario»). datos: sólo van en el JSON.
        """
        if self.quiere_json:
            estado = HTTPStatus.CONFLICT if error else HTTPStatus.OK
            return JSONResponse({"hecho": hecho, "error": error, "ir": a, **datos}, status_code=estado)
        respuesta = RedirectResponse(a, status_code=HTTPStatus.SEE_OTHER)
        if hecho or error:
            poner_recado(self.panel, respuesta, hecho=hecho, error=error)
        return respuesta

    def ficha(self) -> str:
        """La que llevan los formularios (`csrf`): firmada, y sólo vale en esta sesión."""
        return self.panel.firmante("csrf").dumps(self.quien.sesion.id)

    def vale_la_ficha(self, ficha: str) -> bool:
        try:
            return bool(self.panel.firmante("csrf").loads(ficha) == self.quien.sesion.id)
        except BadData:
            return False


def panel_de(request: Request) -> EntornoDelPanel:
    panel = request.app.state.panel
    assert isinstance(panel, EntornoDelPanel)  # noqa: S101 # lo puso `aplicacion.crear`
    return panel


async def con_sesion(request: Request) -> Peticion:
    """La petición de quien ya entró. Lanza SinSesion, o NoPermitido si el formulario no trae su ficha.

    Se mira la sesión antes de leer el cuerpo: quien no ha entrado no sube nada.
    """
    panel = panel_de(request)
    peticion = await run_in_threadpool(_reconocida, panel, request)
    if request.method not in _SEGURAS:
        # Una subida pesa: ni para buscar su ficha se lee lo que manda quien no puede guardar nada.
        if request.url.path.rstrip("/") in SUBIDAS and not peticion.permisos.puede_en_alguno(Accion.REDACTAR):
            raise NoPermitido(_("Su cuenta no puede hacer eso. Pídaselo a quien administra el panel."))
        ficha = request.headers.get("x-csrf-token") or str((await request.form()).get("csrf", ""))
        if not peticion.vale_la_ficha(ficha):
            raise NoPermitido(_("La página se quedó vieja. Vuelva a cargarla y repita lo que hizo."))
    return peticion


async def con_sesion_sin_ficha(request: Request) -> Peticion:
    """Para lo que llega de fuera de nuestras páginas y no puede traer ficha (compartir desde el teléfono).

    Sólo si el propio navegador dice que no lo mandó otra página; si no lo dice, se exige la ficha en su cabecera (el
    cuerpo puede pesar mucho: no se lee para buscarla). Quien la use no puede publicar ni cambiar nada ajeno.
    """
    panel = panel_de(request)
    peticion = await run_in_threadpool(_reconocida, panel, request)
    es_de_aqui = request.headers.get("sec-fetch-site") in ("none", "same-origin")
    ficha = request.headers.get("x-csrf-token", "")
    if request.method not in _SEGURAS and not es_de_aqui and not peticion.vale_la_ficha(ficha):
        raise NoPermitido(_("Lo que se pidió no viene de este panel."))
    return peticion


def _reconocida(panel: EntornoDelPanel, request: Request) -> Peticion:
    secreto = request.cookies.get(nombre_de_cookie(panel), "")
    ahora = panel.entorno.reloj.ahora()
    if not secreto:
        raise SinSesion
    with panel.entorno.base.leer() as sesion:
        quien = sesiones.reconocer(sesion, secreto, ahora=ahora)
    if quien is None:
        raise SinSesion
    if exige_factor(panel, quien) and not quien.usuario.segundo_factor and request.url.path not in SIN_FACTOR:
        raise FaltaFactor
    if sesiones.toca_anotar(quien.sesion, ahora):
        with panel.entorno.base.escribir() as sesion:
            sesiones.anotar_uso(sesion, quien.sesion.id, ahora=ahora)
    return Peticion(request, panel, quien, ahora)


PONER_FACTOR = "/cuenta/factor"
SIN_FACTOR = frozenset({PONER_FACTOR, "/salir"})
"""Lo único que puede hacer aquí quien debe ponerlo y no lo ha puesto."""


def exige_factor(panel: EntornoDelPanel, quien: sesiones.Quien) -> bool:
    """Si alguno de sus roles, en el perfil que sea, lo exige."""
    return any(suyos & panel.oficina.panel.con_factor for suyos in quien.permisos.roles.values())


Pide = Annotated[Peticion, Depends(con_sesion)]
"""Lo que declara una página para que sólo entre quien tiene sesión."""

PideSinFicha = Annotated[Peticion, Depends(con_sesion_sin_ficha)]
"""Ver `con_sesion_sin_ficha`."""


def nombre_de_cookie(panel: EntornoDelPanel) -> str:
    """Con TLS lleva el prefijo con que el navegador impide que otro subdominio la cambie."""
    return f"__Host-{COOKIE}" if panel.con_tls else COOKIE


def poner_sesion(panel: EntornoDelPanel, respuesta: Response, secreto: str) -> None:
    respuesta.set_cookie(
        nombre_de_cookie(panel),
        secreto,
        max_age=int(sesiones.VIGENCIA.total_seconds()),
        httponly=True,
        secure=panel.con_tls,
        samesite="lax",
        path="/",
    )


def quitar_sesion(panel: EntornoDelPanel, respuesta: Response) -> None:
    respuesta.delete_cookie(nombre_de_cookie(panel), path="/", secure=panel.con_tls, httponly=True, samesite="lax")


def poner_recado(panel: EntornoDelPanel, respuesta: Response, *, hecho: str = "", error: str = "") -> None:
    """Lo que se dirá en la página siguiente, una vez."""
    firmado = panel.firmante("recado").dumps({"hecho": hecho[:500], "error": error[:500]})
    respuesta.set_cookie(RECADO, str(firmado), max_age=_RECADO_S, httponly=True, secure=panel.con_tls, samesite="lax")


def leer_recado(panel: EntornoDelPanel, request: Request) -> dict[str, str]:
    try:
        return dict(panel.firmante("recado").loads(request.cookies.get(RECADO, ""), max_age=_RECADO_S))
    except BadData:
        return {"hecho": "", "error": ""}


def direccion_de(request: Request) -> str:
    """De dónde viene; detrás del proxy, lo que él diga (uvicorn sólo se lo cree a esta máquina)."""
    return request.client.host if request.client else ""


def ruta_para_volver(destino: str) -> str:
    """Un camino nuestro, o el principio: nadie nos usa para mandar gente a otro sitio.

    Los navegadores leen «\\» como «/» y se saltan los saltos y tabuladores: con cualquiera de ellos no es de fiar.
    """
    es_nuestro = destino.startswith("/") and not destino.startswith("//")
    es_nuestro = es_nuestro and "\\" not in destino and destino.isprintable()
    return destino if es_nuestro else "/"

"""Lo que se escribe de un perfil y no es secreto: cómo se llama, qué cuenta es, y a qué ritmo publica."""

from collections import defaultdict
from collections.abc import Mapping

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import HTMLResponse, Response

from modelos import Perfil
from motor.credenciales import Origen
from motor.entorno import RedConectable
from motor.perfiles.datos import DatoMalo, DatosDePerfil, Ritmo, cupo_escrito
from motor.perfiles.mando import cambia_de_cuenta, cambiar_datos, cambiar_ritmo
from motor.usuarios.permisos import Accion
from panel.paginas.perfiles.nuevo import exigir_cuenta, leer_datos
from panel.paginas.perfiles.suyo import Campos, PerfilId, camino, leer_perfil, pasos, perfil_de, red_de, se_conecta
from panel.peticion import NoPermitido, Peticion, Pide
from panel.textos import _

rutas = APIRouter()


@rutas.get("/perfiles/{perfil_id}/datos")
def ver(p: Pide, perfil_id: PerfilId) -> HTMLResponse:
    return _formulario(p, leer_perfil(p, perfil_id, Accion.ADMINISTRAR))


@rutas.post("/perfiles/{perfil_id}/datos")
def cambiar(p: Pide, perfil_id: PerfilId, campos: Campos) -> Response:
    perfil = leer_perfil(p, perfil_id, Accion.ADMINISTRAR)
    origenes = p.entorno.origenes_de(perfil)
    red = red_de(p, perfil.red)
    try:
        with p.entorno.base.escribir() as sesion:
            perfil = perfil_de(sesion, p, perfil_id, Accion.ADMINISTRAR, tomar=True)
            cambiaron = cambiar_sus_datos(sesion, p, perfil, _datos(red, campos, perfil), origenes)
    except DatoMalo as error:
        return _formulario(p, leer_perfil(p, perfil_id, Accion.ADMINISTRAR), campos, error=error)
    if not cambiaron:
        return p.volver(camino(perfil_id, "datos"), hecho=_("No había nada que cambiar."))
    sigue = "credenciales" if se_conecta(perfil) else "datos"
    return p.volver(camino(perfil_id, sigue), hecho=_("Guardado."))


@rutas.post("/perfiles/{perfil_id}/ritmo")
def ritmo(p: Pide, perfil_id: PerfilId, campos: Campos) -> Response:
    try:
        with p.entorno.base.escribir() as sesion:
            perfil = perfil_de(sesion, p, perfil_id, Accion.ADMINISTRAR, tomar=True)
            cambiar_ritmo(sesion, perfil, _ritmo(campos), autor=p.autor.quien[:120], ahora=p.ahora)
            p.asentar(sesion, "perfil_cambiado", sobre=f"perfil:{perfil_id}", detalle=f"{perfil.nombre}: ritmo")
    except DatoMalo as error:
        return _formulario(p, leer_perfil(p, perfil_id, Accion.ADMINISTRAR), campos, error=error)
    return p.volver(camino(perfil_id, "datos"), hecho=_("Guardado. Vale desde la siguiente publicación."))


def _datos(red: RedConectable | None, campos: Mapping[str, str], perfil: Perfil) -> DatosDePerfil:
    """Sin saber qué declara su red, sólo se cambia el título."""
    if red is None or red.conexion is None:
        return DatosDePerfil(titulo=campos.get("titulo", ""), id_externo=perfil.id_externo)
    datos = leer_datos(red, campos)
    exigir_cuenta(red, datos)
    return datos


def cambiar_sus_datos(
    sesion: Session, p: Peticion, perfil: Perfil, datos: DatosDePerfil, origenes: Mapping[str, Origen]
) -> list[str]:
    """Con una credencial de toda la red, cambiar de cuenta sería publicar en la de otro: no es sólo de este perfil."""
    if Origen.RED in origenes.values() and cambia_de_cuenta(perfil, datos) and not p.puede(Accion.ADMINISTRAR):
        raise NoPermitido(
            _(
                "Este perfil usa credenciales que comparte con otros: a qué cuenta lleva lo cambia quien administra "
                "toda la oficina. O póngale antes las suyas, en Credenciales."
            )
        )
    cambiaron = cambiar_datos(sesion, p.entorno, perfil, datos, autor=p.autor.quien[:120], ahora=p.ahora)
    if cambiaron:
        detalle = f"{perfil.nombre}: {', '.join(cambiaron)}"
        p.asentar(sesion, "perfil_cambiado", sobre=f"perfil:{perfil.id}", detalle=detalle)
    return cambiaron


def _ritmo(campos: Mapping[str, str]) -> Ritmo:
    escrita = campos.get("separacion_s", "").strip()
    if escrita and not (escrita.isascii() and escrita.isdigit()):
        raise DatoMalo("separacion_s", _("Escriba los segundos con cifras, o déjelo vacío."))
    return Ritmo(separacion_s=int(escrita[:9]) if escrita else None, cupo=campos.get("cupo", ""))


def _formulario(
    p: Peticion, perfil: Perfil, campos: Mapping[str, str] | None = None, *, error: DatoMalo | None = None
) -> HTMLResponse:
    guardado = {
        "titulo": perfil.titulo,
        "id_externo": perfil.id_externo,
        "separacion_s": "" if perfil.separacion_s is None else str(perfil.separacion_s),
        "cupo": cupo_escrito(perfil.cupo_maximo, perfil.cupo_ventana_s),
        **{f"opcion_{n}": str(v) for n, v in perfil.opciones.items()},
    }
    return p.pagina(
        "perfiles/datos.html",
        estado=422 if error else 200,
        perfil=perfil,
        red=red_de(p, perfil.red),
        escrito=defaultdict(str, {**guardado, **(campos or {})}),
        error=error,
        general_s=int(p.entorno.reglas.separacion.total_seconds()),
        pasos=pasos(2) if se_conecta(perfil) else [],
        hoja="datos",
    )

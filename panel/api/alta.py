"""Dar de alta un perfil y cambiar lo suyo que no es secreto: cómo se llama, qué cuenta es, a qué ritmo publica."""

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from conectores.contrato_conexion import Dato
from modelos import Perfil
from motor.entorno import RedConectable
from motor.perfiles.datos import DatoMalo, DatosDePerfil, Ritmo
from motor.perfiles.mando import cambiar_ritmo
from motor.usuarios.permisos import Accion
from panel.api import formas
from panel.api.acceso import PideApi
from panel.api.errores import NoSirve
from panel.api.formas import Corto, Cuerpo, Forma, Numero
from panel.paginas.perfiles.datos import cambiar_sus_datos
from panel.paginas.perfiles.nuevo import conectables, dar_de_alta, exigir_cuenta
from panel.paginas.perfiles.suyo import leer_perfil, perfil_de, red_de
from panel.textos import _

rutas = APIRouter(tags=["perfiles"])


class DatoDeRed(Forma):
    """Algo que esa red pide de cada perfil, y no es secreto. opciones: si hay, sólo eso se puede escribir."""

    nombre: str
    titulo: str
    ayuda: str
    ejemplo: str
    obligatorio: bool
    opciones: tuple[str, ...]


class ClaveDeRed(Forma):
    nombre: str
    ayuda: str
    obligatoria: bool


class Red(Forma):
    """Una red a la que se puede conectar una cuenta. id_externo: null si lo dice la red al comprobar."""

    red: str
    nombre: str
    id_externo: DatoDeRed | None
    opciones: list[DatoDeRed]
    credenciales: list[ClaveDeRed]


class DatosEscritos(Cuerpo):
    """Sólo lo que esa red declara: lo demás se rechaza."""

    titulo: Corto = ""
    id_externo: Corto = ""
    opciones: dict[Corto, Corto] = Field(default_factory=dict, max_length=20)


class PerfilNuevo(DatosEscritos):
    model_config = ConfigDict(json_schema_extra={"examples": [{"red": "facebook", "titulo": "DIF municipal"}]})

    red: Corto = Field(min_length=1)
    nombre: Corto = Field(default="", description="Corto, único y estable. Vacío: uno hecho con la red y el título.")


class RitmoEscrito(Cuerpo):
    model_config = ConfigDict(json_schema_extra={"examples": [{"separacion_s": 900, "cupo": "10/24h"}]})

    separacion_s: int | None = Field(
        default=None,
        description="Lo que pasa entre dos publicaciones; null, lo general.",
        ge=0,
        le=formas.ENTERO_MAXIMO,
    )
    cupo: Corto = Field(default="", description="«10/24h», «3/1h»; vacío, sólo el de la red.")


@rutas.get("/redes", summary="A qué redes se puede conectar, y qué pide cada una")
def redes(p: PideApi) -> list[Red]:
    """Sólo quien administra toda la oficina."""
    p.exigir(Accion.ADMINISTRAR)
    return [
        Red(
            red=red.slug,
            nombre=red.capacidades.nombre,
            id_externo=_dato(red.conexion.id_externo) if red.conexion and red.conexion.id_externo else None,
            opciones=[_dato(o) for o in red.conexion.opciones] if red.conexion else [],
            credenciales=[ClaveDeRed.model_validate(c) for c in red.claves],
        )
        for red in conectables(p).values()
    ]


def _dato(dato: Dato) -> DatoDeRed:
    return DatoDeRed.model_validate(dato)


@rutas.post("/perfiles", summary="Dar de alta uno", status_code=201, response_model=formas.Perfil)
def crear(p: PideApi, nuevo: PerfilNuevo) -> Perfil:
    """Nace en pausa: póngale sus credenciales y compruébelo, y empieza a publicar cuando su red diga que sí. Sólo quien
    administra toda la oficina.
    """
    p.exigir(Accion.ADMINISTRAR)
    red = conectables(p).get(nuevo.red)
    if red is None:
        hay = ", ".join(sorted(conectables(p)))
        raise NoSirve(_("No conozco esa red. Las que hay: %(hay)s.") % {"hay": hay}, donde=["red"])
    try:
        return dar_de_alta(p, red, _datos(red, nuevo), nombre=nuevo.nombre.strip())
    except DatoMalo as error:
        raise NoSirve(str(error), donde=[error.campo]) from None


@rutas.put("/perfiles/{perfil_id}/datos", summary="Cambiar cómo se llama y qué cuenta es", response_model=formas.Perfil)
def cambiar(p: PideApi, perfil_id: Numero, escritos: DatosEscritos) -> Perfil:
    """Lo que no se nombra queda vacío. Sólo quien administra ese perfil."""
    perfil = leer_perfil(p, perfil_id, Accion.ADMINISTRAR)
    origenes, red = p.entorno.origenes_de(perfil), red_de(p, perfil.red)
    try:
        with p.entorno.base.escribir() as sesion:
            perfil = perfil_de(sesion, p, perfil_id, Accion.ADMINISTRAR, tomar=True)
            if red is None or red.conexion is None:
                # Sin su biblioteca no se sabe qué pide: la cuenta se queda como está.
                datos = DatosDePerfil(titulo=escritos.titulo, id_externo=perfil.id_externo)
            else:
                datos = _datos(red, escritos)
                exigir_cuenta(red, datos)
            cambiar_sus_datos(sesion, p, perfil, datos, origenes)
    except DatoMalo as error:
        raise NoSirve(str(error), donde=[error.campo]) from None
    return perfil


@rutas.put("/perfiles/{perfil_id}/ritmo", summary="A qué ritmo publica", response_model=formas.Perfil)
def ritmo(p: PideApi, perfil_id: Numero, escrito: RitmoEscrito) -> Perfil:
    """Vale desde la siguiente publicación. Sólo quien administra ese perfil."""
    suyo = Ritmo(separacion_s=escrito.separacion_s, cupo=escrito.cupo)
    try:
        with p.entorno.base.escribir() as sesion:
            perfil = perfil_de(sesion, p, perfil_id, Accion.ADMINISTRAR, tomar=True)
            cambiar_ritmo(sesion, perfil, suyo, autor=p.autor.quien[:120], ahora=p.ahora)
            p.asentar(sesion, "perfil_cambiado", sobre=f"perfil:{perfil_id}", detalle=f"{perfil.nombre}: ritmo")
    except DatoMalo as error:
        raise NoSirve(str(error), donde=[error.campo]) from None
    return perfil


def _datos(red: RedConectable, escritos: DatosEscritos) -> DatosDePerfil:
    """Lanza NoSirve si trae algo que esa red no declara: callarlo sería perderlo."""
    conocidas = {o.nombre for o in red.conexion.opciones} if red.conexion else set()
    if ajenas := sorted(set(escritos.opciones) - conocidas):
        hay = ", ".join(sorted(conocidas)) or _("ninguna")
        donde = [f"opciones.{nombre[:80]}" for nombre in ajenas]
        raise NoSirve(_("Esa red no las pide. Las suyas son: %(hay)s.") % {"hay": hay}, donde=donde)
    return DatosDePerfil(titulo=escritos.titulo, id_externo=escritos.id_externo, opciones=escritos.opciones)

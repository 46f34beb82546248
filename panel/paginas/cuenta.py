"""Mi cuenta: nombre, contraseña, segundo factor, los aparatos en que se entró y las fichas de otros sistemas."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy import select
from sqlmodel import col
from starlette.responses import HTMLResponse, Response

from modelos import Alcance, Sesion, Usuario
from motor.llavero import LlaveEquivocada
from motor.usuarios import correos, cuentas, entrada, factor, fichas, sesiones
from motor.usuarios.cuentas import NoSePuede
from motor.usuarios.entrada import Espera
from panel.numeros import Numero
from panel.paginas.cargos import alcances, en_palabras
from panel.paginas.frenada import que_espere
from panel.peticion import NoEsta, Peticion, Pide, exige_factor
from panel.textos import _

rutas = APIRouter()

Texto = Annotated[str, Form()]
DIAS_DE_FICHA = (30, 90, 365)


@rutas.get("/cuenta")
def cuenta(p: Pide) -> HTMLResponse:
    return hoja_de_cuenta(p)


def hoja_de_cuenta(p: Peticion, *, falta: str = "", ficha_nueva: str = "") -> HTMLResponse:
    with p.entorno.base.leer() as sesion:
        abiertas = sesion.scalars(
            select(Sesion)
            .where(
                col(Sesion.usuario_id) == p.usuario.id,
                col(Sesion.cerrada_en).is_(None),
                col(Sesion.vence_en) > p.ahora,
                col(Sesion.vista_en) > p.ahora - sesiones.SIN_USO,
            )
            .order_by(col(Sesion.vista_en).desc())
            .limit(50)
        ).all()
        suyas = fichas.de(sesion, p.usuario.id)
        cargos = en_palabras(sesion, p.usuario.id)
    return p.pagina(
        "cuenta/cuenta.html",
        estado=422 if falta else 200,
        abiertas=abiertas,
        fichas=suyas,
        cargos=cargos,
        falta=falta,
        ficha_nueva=ficha_nueva,
        dias_de_ficha=DIAS_DE_FICHA,
        alcances=alcances(),
    )


@rutas.post("/cuenta/nombre")
def cambiar_nombre(p: Pide, nombre: Texto = "") -> Response:
    limpio = cuentas.nombre_limpio(nombre)
    if not limpio:
        return hoja_de_cuenta(p, falta=_("Escriba su nombre: es como la verán las demás personas."))
    with p.entorno.base.escribir() as sesion:
        suyo = sesion.get_one(Usuario, p.usuario.id)
        cuentas.anotar_como_se_llamaba(sesion, p.autor, suyo, nombre=limpio, ahora=p.ahora)
        suyo.nombre = limpio
    return p.volver("/cuenta", hecho=_("Listo: ese es su nombre."))


@rutas.post("/cuenta/clave")
def cambiar_clave(p: Pide, actual: Texto = "", clave: Texto = "", otra_vez: Texto = "") -> Response:
    if falta := no_es_su_clave(p, actual, _("La contraseña de ahora no es esa.")):
        return hoja_de_cuenta(p, falta=falta)
    try:
        hash_nuevo = cuentas.preparar_clave(p.usuario, clave, otra_vez)
    except NoSePuede as error:
        return hoja_de_cuenta(p, falta=str(error))
    with p.entorno.base.escribir() as sesion:
        suyo = sesion.get_one(Usuario, p.usuario.id)
        cuentas.poner_clave(sesion, suyo, hash_nuevo, ahora=p.ahora, menos=p.quien.sesion.id)
        p.asentar(sesion, "clave_puesta", sobre=f"usuario:{suyo.id}")
        if p.panel.oficina.servidor is not None:
            correos.cambio(sesion, suyo, _("Su contraseña cambió"), ahora=p.ahora)
    return p.volver("/cuenta", hecho=_("Contraseña cambiada. Se cerraron sus demás sesiones."))


def no_es_su_clave(p: Peticion, clave: str, si_no: str) -> str:
    """Qué decirle si no lo es, o si debe esperar; vacío si sí. A quien entró con enlace y no tiene, no se le pide."""
    if not p.usuario.clave:
        return ""
    suya = entrada.es_su_clave(p.entorno.base, p.usuario, clave, sesion_id=p.quien.sesion.id, ahora=p.ahora)
    if isinstance(suya, Espera):
        return que_espere(suya.cuanto)
    return "" if suya else si_no


# ── segundo factor ───────────────────────────────────────────────────────────────────────────────────────────────


@rutas.get("/cuenta/factor")
def ver_factor(p: Pide) -> HTMLResponse:
    return _hoja_de_factor(p, factor.nuevo_secreto())


def _hoja_de_factor(p: Peticion, secreto: str, *, falta: str = "") -> HTMLResponse:
    """El secreto va cifrado en el formulario: mientras no se confirma, no es de nadie."""
    return p.pagina(
        "cuenta/factor.html",
        estado=422 if falta else 200,
        qr=factor.dibujo(secreto, p.usuario.correo),
        a_mano=" ".join(secreto[i : i + 4] for i in range(0, len(secreto), 4)),
        cifrado=p.panel.oficina.llavero.cifrar(f"{p.usuario.id}:{secreto}"),
        obligado=exige_factor(p.panel, p.quien),
        falta=falta,
    )


@rutas.post("/cuenta/factor")
def poner_factor(p: Pide, codigo: Texto = "", cifrado: Texto = "", clave: Texto = "") -> Response:
    llavero = p.panel.oficina.llavero
    try:
        de, _dos, secreto = llavero.descifrar(cifrado).partition(":")
    except LlaveEquivocada:
        return p.volver("/cuenta/factor")
    if de != str(p.usuario.id):
        return p.volver("/cuenta/factor")
    if falta := no_es_su_clave(p, clave, _("La contraseña no es esa.")):
        return _hoja_de_factor(p, secreto, falta=falta)
    periodo = factor.periodo_de(secreto, codigo, p.ahora)
    if periodo is None:
        return _hoja_de_factor(p, secreto, falta=_("Ese código no es. Escriba el que enseña ahora su teléfono."))
    de_papel, guardados = factor.nuevos_respaldos()
    with p.entorno.base.escribir() as sesion:
        suyo = sesion.get_one(Usuario, p.usuario.id)
        factor.poner(suyo, secreto, guardados, llavero=llavero, gastado=periodo)
        sesiones.cerrar_todas(sesion, suyo.id, ahora=p.ahora, menos=p.quien.sesion.id)
        p.asentar(sesion, "segundo_factor_puesto", sobre=f"usuario:{suyo.id}")
    return p.pagina("cuenta/respaldos.html", codigos=de_papel)


@rutas.post("/cuenta/factor/quitar")
def quitar_factor(p: Pide, clave: Texto = "") -> Response:
    if exige_factor(p.panel, p.quien):
        return hoja_de_cuenta(p, falta=_("Su cargo exige un segundo factor: puede poner otro teléfono, no quitarlo."))
    if falta := no_es_su_clave(p, clave, _("La contraseña no es esa: el segundo factor sigue puesto.")):
        return hoja_de_cuenta(p, falta=falta)
    with p.entorno.base.escribir() as sesion:
        suyo = sesion.get_one(Usuario, p.usuario.id)
        factor.quitar(suyo)
        sesion.add(suyo)
        p.asentar(sesion, "segundo_factor_quitado", sobre=f"usuario:{suyo.id}")
        if p.panel.oficina.servidor is not None:
            correos.cambio(sesion, suyo, _("Se quitó su segundo factor"), ahora=p.ahora)
    return p.volver("/cuenta", hecho=_("Segundo factor quitado: ahora basta su contraseña."))


# ── sesiones y fichas ────────────────────────────────────────────────────────────────────────────────────────────


@rutas.post("/cuenta/sesiones/cerrar")
def cerrar_las_demas(p: Pide) -> Response:
    with p.entorno.base.escribir() as sesion:
        sesiones.cerrar_todas(sesion, p.usuario.id, ahora=p.ahora, menos=p.quien.sesion.id)
        p.asentar(sesion, "sesiones_cerradas", sobre=f"usuario:{p.usuario.id}")
    return p.volver("/cuenta", hecho=_("Se cerraron las demás sesiones."))


@rutas.post("/cuenta/sesiones/{sesion_id}/cerrar")
def cerrar_una(p: Pide, sesion_id: Numero) -> Response:
    with p.entorno.base.escribir() as sesion:
        suya = sesion.get(Sesion, sesion_id)
        if suya is None or suya.usuario_id != p.usuario.id:
            raise NoEsta
        sesiones.cerrar(sesion, sesion_id, ahora=p.ahora)
        p.asentar(sesion, "sesiones_cerradas", sobre=f"usuario:{p.usuario.id}")
    return p.volver("/cuenta", hecho=_("Sesión cerrada."))


@rutas.post("/cuenta/fichas")
def hacer_ficha(
    p: Pide, nombre: Texto = "", alcance: Texto = Alcance.PUBLICAR, dias: Annotated[int, Form()] = 90
) -> Response:
    limpio = cuentas.nombre_limpio(nombre)[:120]
    if not limpio:
        return hoja_de_cuenta(p, falta=_("Diga para qué sistema es la ficha: así sabrá cuál revocar."))
    if alcance not in set(Alcance):
        return hoja_de_cuenta(p, falta=_("Elija qué podrá hacer la ficha."))
    vigencia = timedelta(days=dias) if dias in DIAS_DE_FICHA else timedelta(days=DIAS_DE_FICHA[0])
    with p.entorno.base.escribir() as sesion:
        nueva = fichas.crear(sesion, p.usuario.id, limpio, alcance=Alcance(alcance), vigencia=vigencia, ahora=p.ahora)
        p.asentar(sesion, "ficha_creada", sobre=f"usuario:{p.usuario.id}", detalle=f"{limpio} ({alcance})")
    return hoja_de_cuenta(p, ficha_nueva=nueva)


@rutas.post("/cuenta/fichas/{ficha_id}/revocar")
def revocar_ficha(p: Pide, ficha_id: Numero) -> Response:
    with p.entorno.base.escribir() as sesion:
        if not fichas.revocar(sesion, p.usuario.id, ficha_id, ahora=p.ahora):
            raise NoEsta
        p.asentar(sesion, "ficha_revocada", sobre=f"usuario:{p.usuario.id}")
    return p.volver("/cuenta", hecho=_("Ficha revocada: ya no entra nadie con ella."))

"""Abrir, revisar, guardar y enviar lo que se escribe."""

import re
from dataclasses import replace
from http import HTTPStatus

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import JSONResponse, Response

from conectores.contrato import Gravedad
from conectores.contrato_enlaces import SinTarjeta
from modelos import Borrador, Estado, Medio
from modelos.consultas import entregas_de
from motor.borradores import copia, envio
from motor.borradores.contenido import Contenido, cambios, leer
from motor.borradores.envio import Enviado, Mirado, NoSeEnvia, Remitente, YaCambio
from motor.borradores.guardado import ClaveInvalida, Guardado, anotar_falla, buscar, de_publicacion, guardar
from motor.usuarios.permisos import Accion
from panel.paginas.componer.formulario import AlEscribir, Escrito
from panel.paginas.componer.hoja import Hoja, hoja_de, mostrar
from panel.paginas.componer.permiso import (
    borrador_a_la_vista,
    exigir_cambiable,
    exigir_que_escriba,
    puede_abrir,
)
from panel.paginas.componer.vistas import Panorama, panorama
from panel.paginas.medio import medio_a_la_vista
from panel.peticion import NoEsta, Peticion, Pide
from panel.plantillas import marca_de_quien
from panel.textos import _

rutas = APIRouter()

_DIA = re.compile(r"\d{4}-\d{2}-\d{2}")
_HORA = re.compile(r"(\d{1,2}):(\d{2})")
_LARGO = 5000


# ── abrir ────────────────────────────────────────────────────────────────────────────────────────────────────────


@rutas.get("/componer")
def componer(
    p: Pide,
    borrador: str = "",
    publicacion: int = 0,
    copia: str = "",
    buscar: str | None = None,
) -> Response:
    """Un borrador, un cambio a una publicación, una copia de ella, o una hoja nueva con lo que diga la dirección."""
    exigir_que_escriba(p)
    if borrador and (ya := _ya_enviado(p, borrador)) is not None:
        return p.volver(f"/publicacion/{ya.publicacion_id}")
    with p.entorno.base.leer() as sesion:
        if borrador:
            hoja = _abierta(sesion, p, borrador)
        elif publicacion:
            hoja = _de_publicacion(sesion, p, publicacion, repetir=bool(copia))
        else:
            hoja = Hoja(contenido=_de_la_direccion(sesion, p))
    return mostrar(p, hoja, buscar=buscar)


def _abierta(sesion: Session, p: Peticion, clave: str) -> Hoja:
    return hoja_de(sesion, p, borrador_a_la_vista(sesion, p, clave))


def _de_publicacion(sesion: Session, p: Peticion, publicacion_id: int, *, repetir: bool) -> Hoja:
    publicacion = exigir_cambiable(sesion, p, publicacion_id)
    if repetir:
        return Hoja(contenido=copia.para_repetir(sesion, p.entorno, publicacion))
    if (dejado := de_publicacion(sesion, publicacion_id, p.usuario.id)) is not None:
        return hoja_de(sesion, p, dejado)
    return Hoja(contenido=copia.para_cambiar(sesion, p.entorno, publicacion), publicacion_id=publicacion_id)


def _de_la_direccion(sesion: Session, p: Peticion) -> Contenido:
    """Lo que trae el enlace con que se llegó: del calendario un día, del acervo una foto, del teléfono un texto."""
    dicho = {nombre: valor[:_LARGO] for nombre, valor in p.request.query_params.items()}
    medios = []
    for escrito in p.request.query_params.getlist("medio"):
        if escrito.isascii() and escrito.isdecimal() and len(escrito) <= 9:
            medio: Medio = medio_a_la_vista(sesion, p, int(escrito))
            medios.append({"id": medio.id, "alt": medio.descripcion})
    return leer(
        {
            "texto": dicho.get("texto", ""),
            "titulo": dicho.get("titulo", ""),
            "enlace": dicho.get("enlace", ""),
            "perfiles": p.request.query_params.getlist("perfil"),
            "medios": medios,
            "fecha": _fecha(dicho.get("dia", ""), dicho.get("hora", "")),
        }
    )


def _fecha(dia: str, hora: str) -> str:
    if not _DIA.fullmatch(dia):
        return ""
    hallada = _HORA.fullmatch(hora)
    return f"{dia}T{int(hallada[1]):02}:{hallada[2]}" if hallada else f"{dia}T09:00"


# ── revisar ──────────────────────────────────────────────────────────────────────────────────────────────────────


@rutas.post("/componer/revisar")
def revisar(p: Pide, escrito: AlEscribir) -> Response:
    """Cómo quedaría. A un guion, el trozo con las vistas; sin guiones, la página entera, ya guardada."""
    exigir_que_escriba(p)
    visto = panorama_de(p, escrito)
    if p.request.headers.get("x-trozo"):
        return p.pagina("componer/vistas.html", panorama=visto)
    guardado = guardar_escrito(p, escrito)
    return mostrar(p, _hoja_tras_guardar(p, escrito, guardado), panorama=visto)


def panorama_de(p: Peticion, escrito: Escrito) -> Panorama:
    escrito = replace(escrito, contenido=_solo_lo_suyo(p, escrito.contenido))
    mirado = _mirado(p, escrito)
    return panorama(p.entorno, mirado, escrito.contenido, ahora=p.ahora)


def _mirado(p: Peticion, escrito: Escrito) -> Mirado:
    if escrito.publicacion_id is not None:
        with p.entorno.base.leer() as sesion:
            exigir_cambiable(sesion, p, escrito.publicacion_id)
    return envio.mirar(
        p.entorno,
        escrito.contenido,
        clave=escrito.clave,
        publicacion_id=escrito.publicacion_id,
        quien=remitente(p),
        ahora=p.ahora,
    )


def _solo_lo_suyo(p: Peticion, contenido: Contenido) -> Contenido:
    """Sin los perfiles en que ya no puede escribir: los que la página tampoco le enseña."""
    suyos = tuple(perfil for perfil in contenido.perfiles if p.puede(Accion.REDACTAR, perfil))
    return replace(contenido, perfiles=suyos)


def remitente(p: Peticion) -> Remitente:
    return Remitente(correo=p.usuario.correo, nombre=p.usuario.nombre, permisos=p.permisos)


# ── guardar ──────────────────────────────────────────────────────────────────────────────────────────────────────


@rutas.post("/componer/guardar")
def guardar_borrador(p: Pide, escrito: AlEscribir) -> Response:
    exigir_que_escriba(p)
    guardado = guardar_escrito(p, escrito)
    if guardado is None:
        return p.volver("/componer", error=_("Todavía no hay nada que guardar."), vacio=True)
    borrador = guardado.borrador
    ir = f"/componer?borrador={borrador.clave}"
    if guardado.choque is not None:
        return p.volver(ir, hecho=_dicho_de_choque(guardado), guardado=True, aparte=borrador.clave, revision=1)
    return p.volver(
        ir,
        hecho=_("Borrador guardado."),
        guardado=True,
        clave=borrador.clave,
        revision=borrador.revision,
        guardado_en=borrador.actualizado_en.isoformat(),
    )


def guardar_escrito(p: Peticion, escrito: Escrito, *, aunque_vacio: bool = False) -> Guardado | None:
    """Guardarlo si hay algo que perder. Lanza NoEsta si esa clave es de otra persona."""
    if escrito.contenido.vacio and escrito.revision == 0 and not aunque_vacio:
        return None
    with p.entorno.base.escribir() as sesion:
        anterior = buscar(sesion, escrito.clave)
        if anterior is not None and not puede_abrir(p, anterior):
            raise NoEsta
        if anterior is None and escrito.publicacion_id is not None:
            exigir_cambiable(sesion, p, escrito.publicacion_id)
        try:
            guardado = guardar(
                sesion,
                escrito.contenido,
                clave=escrito.clave,
                usuario_id=p.usuario.id,
                revision=escrito.revision,
                publicacion_id=escrito.publicacion_id,
                ahora=p.ahora,
            )
        except ClaveInvalida:
            raise NoEsta from None
        if guardado.nuevo:
            p.asentar(sesion, "borrador_creado", sobre=f"borrador:{guardado.borrador.id}")
    return guardado


def _dicho_de_choque(guardado: Guardado) -> str:
    otro = guardado.choque
    if otro is not None and otro.enviado_en is not None:
        return _("Ese borrador ya se había enviado. Lo que escribió después quedó en otro, aquí.")
    return _("Alguien cambió ese borrador mientras usted escribía. No se perdió nada: lo suyo quedó en éste, aparte.")


def _hoja_tras_guardar(p: Peticion, escrito: Escrito, guardado: Guardado | None) -> Hoja:
    if guardado is None:
        return Hoja(clave=escrito.clave, contenido=escrito.contenido, publicacion_id=escrito.publicacion_id)
    with p.entorno.base.leer() as sesion:
        return hoja_de(sesion, p, guardado.borrador)


# ── enviar ───────────────────────────────────────────────────────────────────────────────────────────────────────


@rutas.post("/componer/enviar")
def enviar(p: Pide, escrito: AlEscribir) -> Response:
    """Guardarlo y mandarlo. Si no se puede, sigue en borradores con la razón."""
    exigir_que_escriba(p)
    if (ya := _ya_enviado(p, escrito.clave)) is not None and _igual(ya, escrito):
        return _llego(p, Enviado(ya.publicacion_id or 0, ya=True))
    guardado = guardar_escrito(p, escrito)
    if guardado is None:
        return _no_llego(p, escrito, [_("Todavía no dice nada: escriba un texto o elija una imagen.")], None)
    escrito = replace(escrito, clave=guardado.borrador.clave, publicacion_id=guardado.borrador.publicacion_id)
    if guardado.choque is not None:
        return _no_llego(p, escrito, [_dicho_de_choque(guardado)], guardado)
    with p.entorno.base.leer() as sesion:
        tocados = envio.perfiles_que_toca(sesion, escrito.contenido, escrito.publicacion_id)
    for perfil in tocados:
        p.exigir(Accion.REDACTAR, perfil)
    try:
        enviado = envio.enviar(
            p.entorno,
            escrito.clave,
            quien=remitente(p),
            ahora=p.ahora,
            asentar=lambda sesion, e: _asentar(p, sesion, e, cambio=escrito.publicacion_id is not None),
        )
    except NoSeEnvia as error:
        graves = [x for x in error.problemas if x.gravedad is Gravedad.ERROR] or error.problemas
        razones = [_razon(str(x)) for x in graves]
        with p.entorno.base.escribir() as sesion:
            anotar_falla(sesion, escrito.clave, razones)
            if isinstance(error, YaCambio) and escrito.publicacion_id is not None:
                _ponerse_al_dia(sesion, p, escrito)
        return _no_llego(p, escrito, razones, guardado)
    return _llego(p, enviado)


def _asentar(p: Peticion, sesion: Session, enviado: Enviado, *, cambio: bool) -> None:
    accion = "publicacion_cambiada" if cambio else "publicacion_creada"
    p.asentar(sesion, accion, sobre=f"publicacion:{enviado.publicacion_id}")


def _razon(dicha: str) -> str:
    return dicha[:1].upper() + dicha[1:]


def _ya_enviado(p: Peticion, clave: str) -> Borrador | None:
    with p.entorno.base.leer() as sesion:
        borrador = buscar(sesion, clave)
    if borrador is None or borrador.enviado_en is None:
        return None
    if not puede_abrir(p, borrador):
        raise NoEsta
    return borrador


def _igual(borrador: Borrador, escrito: Escrito) -> bool:
    """Si es lo mismo que ya salió: el teléfono que lo repite no hace otro."""
    return not cambios(leer(borrador.contenido), escrito.contenido)


def _ponerse_al_dia(sesion: Session, p: Peticion, escrito: Escrito) -> None:
    """Con la versión que hay ahora: si lo manda otra vez después de verla, se le cree."""
    borrador = borrador_a_la_vista(sesion, p, escrito.clave)
    publicacion = exigir_cambiable(sesion, p, escrito.publicacion_id or 0)
    borrador.contenido = {**borrador.contenido, "version": publicacion.version}
    sesion.add(borrador)


def _llego(p: Peticion, enviado: Enviado) -> Response:
    with p.entorno.base.leer() as sesion:
        entregas = entregas_de(sesion, enviado.publicacion_id)
    if any(e.estado is Estado.RETENIDA and e.exige_aprobacion for e in entregas):
        hecho = _("Se pidió su aprobación. Saldrá a su hora cuando la aprueben.")
    elif any(e.no_antes_de <= p.ahora for e in entregas):
        hecho = _("Sale en un momento.")
    else:
        hecho = _("Programada.")
    return p.volver(f"/publicacion/{enviado.publicacion_id}", hecho=hecho, enviado=True)


def _no_llego(p: Peticion, escrito: Escrito, razones: list[str], guardado: Guardado | None) -> Response:
    error = " ".join(razones)
    if p.quiere_json:
        ir = f"/componer?borrador={escrito.clave}"
        revision = guardado.borrador.revision if guardado else 0
        return p.volver(ir, error=error, guardado=guardado is not None, revision=revision, razones=razones)
    hoja = _hoja_tras_guardar(p, escrito, guardado)
    estado = HTTPStatus.UNPROCESSABLE_ENTITY
    return mostrar(p, hoja, panorama=panorama_de(p, escrito), estado=estado, error=error)


# ── lo que piden los guiones ─────────────────────────────────────────────────────────────────────────────────────


@rutas.get("/componer/ficha")
def ficha(p: Pide, clave: str = "") -> JSONResponse:
    """La ficha de esta sesión y de quién es: con ella manda el teléfono lo que guardó sin señal.

    clave: para decir además por qué revisión va ese borrador, si es suyo.
    """
    with p.entorno.base.leer() as sesion:
        borrador = buscar(sesion, clave) if clave else None
    revision = borrador.revision if borrador is not None and puede_abrir(p, borrador) else 0
    return JSONResponse({"ficha": p.ficha(), "quien": marca_de_quien(p), "revision": revision})


@rutas.post("/componer/enlace")
def enlace(p: Pide, escrito: AlEscribir) -> Response:
    """Qué dice de sí la página a que lleva el enlace."""
    exigir_que_escriba(p)
    try:
        return p.pagina("componer/enlace.html", tarjeta=p.entorno.mirar_enlace(escrito.contenido.enlace), motivo="")
    except SinTarjeta as error:
        return p.pagina("componer/enlace.html", tarjeta=None, motivo=_razon(str(error)))

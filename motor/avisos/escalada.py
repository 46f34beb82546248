"""Si nadie dice «enterada» en su plazo, se avisa una vez a quien sigue. Y la bandeja no guarda lo que dijo la gente."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, select, text, update
from sqlmodel import Session, col

from modelos import Correo, EstadoDeCorreo, Historia, ImagenDeCorreo
from motor.avisos.aviso import Imagen
from motor.avisos.historias import (
    Mesa,
    ambitos,
    correos_de,
    debe_escalar,
    publicar,
    silencio_vigente,
)
from motor.avisos.redaccion import frases
from motor.avisos.redaccion.alza import con_encabezado
from motor.avisos.redaccion.hechos import Pliego
from motor.entorno import Entorno
from motor.legible import retraso_legible

CLASES = ("pico", "mencion")
GUARDAR = timedelta(hours=24)
"""Cuánto se conserva lo que decía un correo ya mandado: menos de lo que tardan las redes en exigir que se borre."""
BORRADO = "(Ya se mandó; no se guarda lo que decía la gente.)"


def escalar(entorno: Entorno, mesa: Mesa) -> int:
    """Avisar a quien sigue de las historias que nadie atendió; cuántas."""
    ahora = entorno.reloj.ahora()
    if not mesa.reglas.escalar_a:
        return 0
    toca = (
        text("cerrada_en IS NULL AND atendida_en IS NULL AND escalada_en IS NULL"),
        col(Historia.clase).in_(CLASES),
    )
    with entorno.base.leer() as sesion:
        ids = [h.id for h in sesion.scalars(select(Historia).where(*toca)) if _ya(sesion, h, mesa, ahora=ahora)]
    for historia_id in ids:
        _escalar_una(entorno, mesa, historia_id, ahora)
    return len(ids)


def _ya(sesion: Session, historia: Historia, mesa: Mesa, *, ahora: datetime) -> bool:
    correos = _desde_que_se_abrio(sesion, historia)
    if not correos or silencio_vigente(sesion, ambitos(historia), ahora) is not None:
        return False
    return debe_escalar(historia, correos[0], mesa=mesa, ahora=ahora)


def _desde_que_se_abrio(sesion: Session, historia: Historia) -> list[Correo]:
    """Sus correos, sin los de una vez anterior que ya había pasado."""
    return [c for c in correos_de(sesion, historia.id) if c.creado_en >= historia.abierta_en]


def _escalar_una(entorno: Entorno, mesa: Mesa, historia_id: int, ahora: datetime) -> None:
    """El último correo de la historia, con un renglón arriba que dice por qué le llega a otra persona."""
    with entorno.base.escribir() as sesion:
        historia = sesion.get_one(Historia, historia_id, with_for_update=True)
        if historia.escalada_en is not None or historia.atendida_en is not None:
            return
        correos = _desde_que_se_abrio(sesion, historia)
        primero, ultimo = correos[0], correos[-1]
        salida = primero.enviado_en or primero.creado_en
        frase = (
            f"Nadie ha dicho «enterada» desde {frases.las(salida, mesa.zona)} "
            f"{frases.el_dia(salida, ahora, mesa.zona)} (hace {retraso_legible(ahora - salida)}). "
            f"Por eso le llega a usted."
        )
        asunto = frases.recortar(f"Sin atender: {ultimo.asunto.removeprefix('Re: ')}", frases.LARGO_DEL_ASUNTO)
        pliego = replace(con_encabezado(_pliego_de(sesion, ultimo, historia), frase, asunto=asunto), corto=frase)
        clave = f"escalada:{historia_id}:{historia.abierta_en.isoformat()}"
        publicar(sesion, mesa, historia, pliego, para=mesa.reglas.escalar_a, clave=clave, ahora=ahora, cuando=ahora)
        historia.escalada_en = ahora


def _pliego_de(sesion: Session, correo: Correo, historia: Historia) -> Pliego:
    """Lo que decía un correo; si ya no se guarda, lo que se sabe de su historia."""
    if correo.texto == BORRADO:
        return Pliego(asunto=correo.asunto, texto=f"{historia.asunto}\n{historia.detalle}")
    filas = sesion.scalars(select(ImagenDeCorreo).where(col(ImagenDeCorreo.correo_id) == correo.id))
    imagenes = tuple(Imagen(i.cid, i.nombre, i.texto_alternativo, i.datos) for i in filas)
    return Pliego(asunto=correo.asunto, texto=correo.texto, html=correo.html, imagenes=imagenes)


def vaciar_mandados(entorno: Entorno) -> int:
    """Borrar lo que decían los correos de historias que ya salieron (o que nadie aceptará) hace un día; cuántos."""
    limite = entorno.reloj.ahora() - GUARDAR
    viejos = (
        col(Correo.historia_id).is_not(None),
        col(Correo.estado) != EstadoDeCorreo.PENDIENTE,
        col(Correo.creado_en) < limite,
        col(Correo.texto) != BORRADO,
        col(Correo.enviado_en).is_(None) | (col(Correo.enviado_en) < limite),
    )
    with entorno.base.leer() as sesion:
        ids = sesion.scalars(select(col(Correo.id)).where(*viejos).limit(500)).all()
    return vaciar(entorno, list(ids)) if ids else 0


def vaciar(entorno: Entorno, ids: list[int]) -> int:
    """Quitar a unos correos lo que dicen y sus imágenes; queda que se mandaron."""
    with entorno.base.escribir() as sesion:
        sesion.execute(delete(ImagenDeCorreo).where(col(ImagenDeCorreo.correo_id).in_(ids)))
        hecho = sesion.execute(update(Correo).where(col(Correo.id).in_(ids)).values(texto=BORRADO, html=""))
        assert isinstance(hecho, CursorResult)  # noqa: S101 # un UPDATE siempre devuelve un cursor
        return hecho.rowcount

"""Escalada: si nadie dice «enterada» en su plazo, se avisa una vez a quien sigue."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, text
from sqlmodel import Session, col

from modelos import Correo, EstadoDeCorreo, Historia, ImagenDeCorreo
from motor.avisos.aviso import Imagen
from motor.avisos.historias.callar import fin_del_descanso, tiempo_despierto
from motor.avisos.historias.contar import publicar
from motor.avisos.historias.historia import correos_de
from motor.avisos.historias.limpieza import A_PETICION, BORRADO
from motor.avisos.historias.mesa import Mesa
from motor.avisos.historias.silencio import ambitos, silencio_vigente
from motor.avisos.redaccion import frases
from motor.avisos.redaccion.alza import con_encabezado
from motor.avisos.redaccion.hechos import Pliego
from motor.entorno import Entorno
from motor.legible import retraso_legible

CLASES = ("pico", "mencion")


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
    if correo.texto in (BORRADO, A_PETICION):
        return Pliego(asunto=correo.asunto, texto=f"{historia.asunto}\n{historia.detalle}")
    filas = sesion.scalars(select(ImagenDeCorreo).where(col(ImagenDeCorreo.correo_id) == correo.id))
    imagenes = tuple(Imagen(i.cid, i.nombre, i.texto_alternativo, i.datos) for i in filas)
    return Pliego(asunto=correo.asunto, texto=correo.texto, html=correo.html, imagenes=imagenes)


def debe_escalar(historia: Historia, primero: Correo, *, mesa: Mesa, ahora: datetime) -> bool:
    """Pura. Nadie dijo «enterada» en el plazo, contado desde que el correo salió y sin las horas de callar.

    El que el servidor rechazó no le llegó a nadie: cuenta desde que se escribió. El que espera todavía no cuenta.
    """
    if historia.atendida_en is not None or historia.escalada_en is not None or not mesa.reglas.escalar_a:
        return False
    salida = primero.enviado_en
    if salida is None:
        if primero.estado is not EstadoDeCorreo.RECHAZADO:
            return False
        salida = primero.creado_en
    if fin_del_descanso(ahora, mesa.reglas.callar, mesa.zona) is not None:
        return False
    despierto = tiempo_despierto(salida, ahora, mesa.reglas.callar, zona=mesa.zona)
    return despierto >= mesa.reglas.escalar_tras

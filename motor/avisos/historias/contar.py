"""Escribir el próximo correo de una historia, en la misma transacción que la cambia.

Lo que espera a la mañana se vuelve a escribir con lo que haya pasado entretanto, y llega un solo correo.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlmodel import Session, col

from modelos import Correo, Historia, ImagenDeCorreo
from motor.avisos.aviso import Aviso, escribir, filas_de
from motor.avisos.canales import a_los_canales
from motor.avisos.correo import GRUPO_DE_CANALES
from motor.avisos.historias.historia import esperan, primer_correo
from motor.avisos.historias.mesa import Mesa
from motor.avisos.historias.silencio import cuando_decir
from motor.avisos.redaccion.hechos import Acciones, Pliego, Redactar

GRUPO = "historia"
A_TIEMPO = timedelta(minutes=5)
"""Lo que sale más tarde que esto no puede decir «en la última hora»."""


def contar(
    sesion: Session,
    mesa: Mesa,
    historia: Historia,
    redactar: Redactar,
    *,
    clave: str,
    ahora: datetime,
    espera: timedelta = timedelta(0),
) -> Correo | None:
    """Escribir el próximo correo de una historia; si el anterior todavía espera, se vuelve a escribir ese.

    espera: lo menos que debe tardar, aunque no haya silencio. None si ese correo ya estaba escrito.
    """
    historia.ultima_en = ahora
    esperando = en_espera(sesion, historia.id, ahora)
    primero = primer_correo(sesion, historia.id)
    es_respuesta = primero is not None and (esperando is None or esperando.id != primero.id)
    cuando = cuando_decir(sesion, mesa, historia, ahora + espera)
    if esperando is not None:
        cuando = esperando.no_antes_de
    pliego = redactar(
        Acciones(
            historia_id=historia.id,
            ambito=historia.clave,
            enlace=mesa.enlaces.de(historia.id, max(ahora, cuando)) if mesa.enlaces is not None else "",
            responde_a=primero.asunto if primero is not None and es_respuesta else "",
            a_tiempo=cuando - ahora <= A_TIEMPO,
            panel=f"{mesa.reglas.url_del_panel}/alertas/{historia.id}" if mesa.reglas.url_del_panel else "",
        )
    )
    if esperando is not None:
        return reescribir(sesion, esperando, pliego, ahora)
    return publicar(sesion, mesa, historia, pliego, para=mesa.para, clave=clave, ahora=ahora, cuando=cuando)


def publicar(
    sesion: Session,
    mesa: Mesa,
    historia: Historia,
    pliego: Pliego,
    *,
    para: tuple[str, ...],
    clave: str,
    ahora: datetime,
    cuando: datetime,
) -> Correo | None:
    """Dejar un correo de una historia en la bandeja, y lo mismo en corto para los otros canales."""
    aviso = Aviso(
        clave=clave,
        grupo=GRUPO,
        asunto=pliego.asunto,
        texto=pliego.texto,
        html=pliego.html,
        imagenes=pliego.imagenes,
        historia_id=historia.id,
    )
    correo = escribir(sesion, aviso, para=para, ahora=ahora, no_antes_de=cuando)
    if correo is not None:
        a_los_canales(sesion, mesa.canales, pliego, clave=clave, historia_id=historia.id, ahora=ahora, cuando=cuando)
    return correo


def en_espera(sesion: Session, historia_id: int, ahora: datetime) -> Correo | None:
    """El correo de esa historia que espera a la mañana o al fin de un silencio, si lo hay."""
    orden = select(Correo).where(col(Correo.historia_id) == historia_id, col(Correo.grupo) == GRUPO, *esperan(ahora))
    return sesion.scalars(orden.order_by(col(Correo.id).desc()).limit(1).with_for_update()).first()


def reescribir(sesion: Session, correo: Correo, pliego: Pliego, ahora: datetime) -> Correo:
    """Cambiar lo que dice un correo que todavía no sale, y lo que espera por los otros canales."""
    correo.asunto, correo.texto, correo.html = pliego.asunto, pliego.texto, pliego.html
    sesion.execute(delete(ImagenDeCorreo).where(col(ImagenDeCorreo.correo_id) == correo.id))
    sesion.add_all(filas_de(correo.id, pliego.imagenes))
    cortos = [col(Correo.historia_id) == correo.historia_id, col(Correo.grupo) == GRUPO_DE_CANALES, *esperan(ahora)]
    for corto in sesion.scalars(select(Correo).where(*cortos)):
        corto.asunto, corto.texto = pliego.asunto, pliego.corto or pliego.texto
    return correo

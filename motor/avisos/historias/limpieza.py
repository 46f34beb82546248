"""La bandeja no guarda lo que dijo la gente: un día después de mandado, un correo de historia se vacía.

Y lo de quien pide que se borre se quita también del que todavía no sale, sin que se pierda el aviso.
"""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import CursorResult, delete, select, update
from sqlmodel import Session, col

from modelos import Correo, EstadoDeCorreo, ImagenDeCorreo
from motor.entorno import Entorno

GUARDAR = timedelta(hours=24)
"""Cuánto se conserva lo que decía un correo ya mandado: menos de lo que tardan las redes en exigir que se borre."""
BORRADO = "(Ya se mandó; no se guarda lo que decía la gente.)"
A_PETICION = "(Borrado a petición de una persona.)"


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


def reescribir_sin(sesion: Session, correo: Correo, nombra: Callable[[str], bool]) -> None:
    """Quitar a un correo de historia que aún no sale los párrafos que nombran a alguien.

    Se manda sólo con su texto: del html no se puede quitar un trozo sin arriesgar lo demás.
    """
    parrafos: list[str] = []
    for parrafo in correo.texto.split("\n\n"):
        dicho = A_PETICION if nombra(parrafo) else parrafo
        if dicho != A_PETICION or A_PETICION not in parrafos:
            parrafos.append(dicho)
    correo.texto, correo.html = "\n\n".join(parrafos), ""
    sesion.execute(delete(ImagenDeCorreo).where(col(ImagenDeCorreo.correo_id) == correo.id))

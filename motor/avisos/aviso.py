"""Aviso: un correo que hay que mandar. Se escribe en la misma transacción que lo causa; así no se pierde ninguno."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from modelos import Correo, ImagenDeCorreo


@dataclass(frozen=True, slots=True)
class Imagen:
    """Una imagen PNG que va dentro de un correo; `cid` es como la nombra el html."""

    cid: str
    nombre: str
    texto_alternativo: str
    datos: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Aviso:
    """clave: el mismo aviso no se escribe dos veces. grupo: los que esperan juntos se mandan en un solo mensaje.

    html, imagenes: lo mismo, para leerlo con su gráfica. historia_id: su conversación; los de una historia no se
    juntan con otros.
    """

    clave: str
    grupo: str
    asunto: str
    texto: str
    html: str = ""
    imagenes: tuple[Imagen, ...] = ()
    historia_id: int | None = None


def avisar(
    sesion: Session, aviso: Aviso, *, para: tuple[str, ...], ahora: datetime, no_antes_de: datetime | None = None
) -> bool:
    """Dejar el aviso en la bandeja de salida; False si ya estaba."""
    return escribir(sesion, aviso, para=para, ahora=ahora, no_antes_de=no_antes_de) is not None


def escribir(
    sesion: Session, aviso: Aviso, *, para: tuple[str, ...], ahora: datetime, no_antes_de: datetime | None = None
) -> Correo | None:
    """Como `avisar`, y devuelve lo escrito; None si ya estaba."""
    if sesion.scalars(select(Correo).where(col(Correo.clave) == aviso.clave)).first() is not None:
        return None
    correo = Correo(
        clave=aviso.clave,
        grupo=aviso.grupo,
        para=", ".join(para),
        asunto=aviso.asunto,
        texto=aviso.texto,
        html=aviso.html,
        historia_id=aviso.historia_id,
        no_antes_de=no_antes_de or ahora,
        creado_en=ahora,
    )
    try:
        with sesion.begin_nested():
            sesion.add(correo)
            sesion.flush()
            sesion.add_all(filas_de(correo.id, aviso.imagenes))
    except IntegrityError:  # otro proceso lo escribió a la vez: eso no debe deshacer lo que se avisa
        return None
    return correo


def filas_de(correo_id: int, imagenes: tuple[Imagen, ...]) -> list[ImagenDeCorreo]:
    return [
        ImagenDeCorreo(
            correo_id=correo_id, cid=i.cid, nombre=i.nombre, texto_alternativo=i.texto_alternativo[:500], datos=i.datos
        )
        for i in imagenes
    ]

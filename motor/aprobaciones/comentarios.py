"""Lo que se dice de una publicación antes de que salga."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from modelos import Comentario, Publicacion, Usuario

LARGO_MAXIMO = 2000


class SinTexto(Exception):
    """No dice nada, o dice demasiado; el mensaje lo explica."""


def comentar(
    sesion: Session, publicacion: Publicacion, usuario: Usuario, escrito: str, *, ahora: datetime
) -> Comentario:
    """Añadir uno, a la versión de ahora. Lanza SinTexto."""
    texto = limpio(escrito)
    if not texto:
        raise SinTexto("Escriba algo antes de comentar.")
    comentario = Comentario(
        publicacion_id=publicacion.id,
        usuario_id=usuario.id,
        version=publicacion.version,
        texto=texto,
        creado_en=ahora,
    )
    sesion.add(comentario)
    sesion.flush()
    return comentario


def limpio(escrito: str) -> str:
    """Sin lo que no se ve. Lanza SinTexto si no cabe."""
    texto = "".join(c for c in escrito.strip() if c.isprintable() or c in "\n\t")
    if len(texto) > LARGO_MAXIMO:
        raise SinTexto(f"El comentario tiene {len(texto)} caracteres y caben {LARGO_MAXIMO}.")
    return texto


def de(sesion: Session, publicacion_id: int) -> Sequence[tuple[Comentario, Usuario]]:
    """Los que hay, del primero al último, con quién los escribió."""
    orden = (
        select(Comentario, Usuario)
        .join(Usuario, col(Usuario.id) == col(Comentario.usuario_id))
        .where(col(Comentario.publicacion_id) == publicacion_id)
        .order_by(col(Comentario.id))
    )
    return [(c, u) for c, u in sesion.execute(orden)]

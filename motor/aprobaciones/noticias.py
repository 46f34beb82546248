"""Decírselo a quien tiene que firmar y a quien la escribió: por correo, por la bandeja de salida, y a su teléfono."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlmodel import Session

from modelos import Publicacion, Solicitud, Usuario
from motor import toques
from motor.avisos.aviso import Aviso, avisar
from motor.entorno import Entorno
from motor.legible import instante_legible

GRUPO = "aprobaciones"
_PERSONAS_MAXIMAS = 20
_LARGO_DE_PARA = 1000


def pedir_firma(
    sesion: Session,
    entorno: Entorno,
    solicitud: Solicitud,
    publicacion: Publicacion,
    quienes: Collection[Usuario],
    *,
    ahora: datetime,
) -> None:
    """A quienes pueden firmar el paso en que va. Los que esperan juntos salen en un solo correo."""
    texto = (
        f"{_resumen(entorno, publicacion)}\n\n"
        f"La pide: {solicitud.pedida_por or 'no se dijo quién'}\n"
        f"Véala y decida: {camino_entero(entorno, solicitud)}\n"
        "Mientras no se apruebe, no sale."
    )
    aviso = Aviso(
        clave=f"aprobar:{solicitud.id}:{solicitud.paso}",
        grupo=GRUPO,
        asunto=f"Apruebe: {recorte(publicacion.texto, 60)}",
        texto=texto,
    )
    _mandar(sesion, aviso, (u.correo for u in quienes), ahora)
    toques.avisar(
        sesion,
        [u.id for u in quienes],
        tema=GRUPO,
        clave=f"solicitud:{solicitud.id}:{solicitud.paso}",
        titulo="Espera su aprobación",
        texto=recorte(publicacion.texto, 120),
        camino=camino_de(solicitud),
        ahora=ahora,
    )


def contar_desenlace(
    sesion: Session,
    entorno: Entorno,
    solicitud: Solicitud,
    publicacion: Publicacion,
    *,
    quien: Usuario,
    para: Collection[Usuario],
    comentario: str,
    ahora: datetime,
) -> None:
    """A quien la escribió: se aprobó, o se pidieron cambios y cuáles."""
    aprobada = solicitud.estado.value == "aprobada"
    que = "Aprobada" if aprobada else "Se piden cambios"
    dijo = f"{quien.nombre} dijo: {comentario}\n" if comentario else ""
    sigue = "Sale a su hora." if aprobada else "No saldrá hasta que la cambie y se apruebe."
    donde = camino_entero(entorno, solicitud)
    texto = f"{_resumen(entorno, publicacion)}\n\n{que} por {quien.nombre}. {sigue}\n{dijo}{donde}"
    asunto = f"{que}: {recorte(publicacion.texto, 60)}"
    clave = f"resuelta:{solicitud.id}"
    _mandar(sesion, Aviso(clave=clave, grupo=GRUPO, asunto=asunto, texto=texto), (u.correo for u in para), ahora)
    toques.avisar(
        sesion,
        [u.id for u in para],
        tema=GRUPO,
        clave=clave,
        titulo=que,
        texto=recorte(comentario or publicacion.texto, 120),
        camino=camino_de(solicitud),
        ahora=ahora,
    )


def contar_que_no_coincide(
    sesion: Session, entorno: Entorno, publicacion: Publicacion, entrega_id: int, motivo: str, *, ahora: datetime
) -> None:
    """A coordinación: algo cambió por fuera después de aprobarse, y no se publicó."""
    aviso = Aviso(
        clave=f"no_es_lo_aprobado:{entrega_id}:{ahora.isoformat()}",
        grupo="no_es_lo_aprobado",
        asunto=f"No se publicó la {entrega_id}: no es lo que se aprobó",
        texto=(
            f"{_resumen(entorno, publicacion)}\n\nQué pasó: {motivo}\n"
            "No se publicó, y se pidió otra vez que la aprueben tal como está ahora.\n"
            "Qué mirar: si nadie la cambió a propósito, avise a sistemas: alguien o algo tocó la base o el acervo."
        ),
    )
    _mandar(sesion, aviso, entorno.reglas.coordinacion, ahora)


def _mandar(sesion: Session, aviso: Aviso, correos: Iterable[str], ahora: datetime) -> None:
    para: list[str] = []
    for correo in list(dict.fromkeys(c for c in correos if c))[:_PERSONAS_MAXIMAS]:
        if len(", ".join([*para, correo])) <= _LARGO_DE_PARA:
            para.append(correo)
    if para:
        avisar(sesion, aviso, para=tuple(para), ahora=ahora)


def camino_de(solicitud: Solicitud) -> str:
    return f"/aprobaciones/{solicitud.id}"


def camino_entero(entorno: Entorno, solicitud: Solicitud) -> str:
    raiz = entorno.reglas.avisos.url_del_panel
    return f"{raiz}{camino_de(solicitud)}" if raiz else "en el panel, en «Aprobaciones»."


def _resumen(entorno: Entorno, publicacion: Publicacion) -> str:
    hora = instante_legible(publicacion.programada_en, entorno.reglas.zona)
    return f"«{recorte(publicacion.texto, 200)}»\nSu hora: {publicacion.mejor_hora or hora}"


def recorte(texto: str, largo: int) -> str:
    seguido = " ".join(texto.split())
    return seguido if len(seguido) <= largo else f"{seguido[: largo - 1]}…"

"""Mandar un borrador: que se publique una sola vez, aunque llegue diez."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from conectores.contrato import Problema
from modelos import Borrador, Medio, Perfil, Publicacion
from modelos.consultas import entregas_de
from motor.acervo.alcance import a_la_vista
from motor.borradores import copia
from motor.borradores.armado import Armado, Cambio, de_contenido
from motor.borradores.contenido import Contenido, leer
from motor.borradores.guardado import buscar
from motor.entorno import Entorno
from motor.publicacion import alta, horas_elegidas
from motor.publicacion.alta import NoEditable
from motor.publicacion.horas_elegidas import SinHueco
from motor.publicacion.propuesta import Propuesta
from motor.publicacion.revision import Revision, revisar
from motor.usuarios.permisos import Accion, Permisos


class NoSeEnvia(Exception):
    """No se puede publicar así; `problemas` dice por qué y qué hacer. El borrador sigue donde estaba."""

    def __init__(self, *problemas: Problema) -> None:
        super().__init__(" ".join(str(p) for p in problemas))
        self.problemas = problemas


class YaCambio(NoSeEnvia):
    """Otra persona cambió la publicación desde que empezó este cambio."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remitente:
    """Quién lo manda. permisos: para saber qué medios puede usar y en qué perfiles puede escribir."""

    correo: str
    nombre: str
    permisos: Permisos


@dataclass(frozen=True, slots=True)
class Enviado:
    """ya: se había mandado antes y ahora no se hizo nada."""

    publicacion_id: int
    ya: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirado:
    """Cómo va un borrador: lo que se entendió, y lo que dicen de ello las redes."""

    armado: Armado
    revision: Revision
    problemas: tuple[Problema, ...]
    cambio: Cambio | None


def mirar(
    entorno: Entorno,
    contenido: Contenido,
    *,
    clave: str,
    publicacion_id: int | None,
    quien: Remitente,
    ahora: datetime,
) -> Mirado:
    """Todo lo que se puede saber antes de mandarlo. Lee la base y abre los medios; no escribe ni habla con la red."""
    with entorno.base.leer() as sesion:
        cambio = _cambio(sesion, publicacion_id)
        perfiles = _perfiles(sesion, contenido.perfiles)
        medios = _medios(sesion, contenido, quien.permisos)
    armado = de_contenido(
        entorno,
        contenido,
        clave=clave,
        perfiles=perfiles,
        medios=medios,
        autor=quien.nombre,
        ahora=ahora,
        cambio=cambio,
    )
    propuesta = armado.propuesta or armado.esbozo
    revision = revisar(entorno, propuesta, ahora=ahora) if propuesta else Revision()
    suyos = revision.problemas
    if armado.propuesta is None:  # la fecha del esbozo no es la suya: de ella ya se dijo lo que había que decir
        suyos = tuple(p for p in suyos if p.donde not in ("fecha", "vence"))
    return Mirado(
        armado=armado,
        revision=revision,
        problemas=tuple(dict.fromkeys((*armado.problemas, *suyos))),
        cambio=cambio,
    )


def enviar(
    entorno: Entorno,
    clave: str,
    *,
    quien: Remitente,
    ahora: datetime,
    asentar: Callable[[Session, Enviado], None],
) -> Enviado:
    """Publicarlo, o cambiar la publicación de que salió. Lanza NoSeEnvia.

    Quien llama ya exigió el permiso en cada perfil (`perfiles_que_toca`) y lo dijo a su modo; aquí se exige otra vez
    sobre lo guardado, que es lo que sale. asentar: lo que se anota en la misma transacción.
    """
    with entorno.base.leer() as sesion:
        borrador = buscar(sesion, clave)
        contenido = leer(borrador.contenido) if borrador else Contenido()
        tocados = perfiles_que_toca(sesion, contenido, borrador.publicacion_id if borrador else None)
    if borrador is None:
        raise NoSeEnvia(Problema("ese borrador ya no está.", "Búsquelo en la lista de borradores."))
    if borrador.enviado_en is not None and borrador.publicacion_id is not None:
        return Enviado(borrador.publicacion_id, ya=True)
    if not all(quien.permisos.puede(Accion.REDACTAR, perfil) for perfil in tocados):
        raise NoSeEnvia(Problema("saldría en perfiles en que su cuenta no puede escribir.", "Quítelos de la lista."))
    mirado = mirar(entorno, contenido, clave=clave, publicacion_id=borrador.publicacion_id, quien=quien, ahora=ahora)
    propuesta = mirado.armado.propuesta
    if propuesta is None or not mirado.revision.admisible:
        raise NoSeEnvia(*mirado.problemas)
    horas_elegidas.preparar(entorno, [propuesta], ahora=ahora)
    try:
        with entorno.base.escribir() as sesion:
            enviado = _una_vez(sesion, entorno, borrador, contenido, propuesta, mirado.armado, quien=quien, ahora=ahora)
            if not enviado.ya:
                asentar(sesion, enviado)
            return enviado
    except SinHueco as error:
        raise NoSeEnvia(horas_elegidas.problema_de(error)) from None
    except NoEditable as error:
        raise NoSeEnvia(Problema(str(error))) from None


def _una_vez(
    sesion: Session,
    entorno: Entorno,
    visto: Borrador,
    contenido: Contenido,
    propuesta: Propuesta,
    armado: Armado,
    *,
    quien: Remitente,
    ahora: datetime,
) -> Enviado:
    """La guardia: con la fila tomada, quien llega segundo ve que ya se mandó."""
    borrador = buscar(sesion, visto.clave, tomado=True)
    if borrador is None or (borrador.revision != visto.revision and borrador.enviado_en is None):
        raise NoSeEnvia(Problema("el borrador cambió mientras se mandaba.", "Mírelo otra vez y mándelo."))
    if borrador.enviado_en is not None and borrador.publicacion_id is not None:
        return Enviado(borrador.publicacion_id, ya=True)
    if borrador.publicacion_id is None:
        publicacion = alta.registrar(sesion, entorno, propuesta, ahora=ahora, por=quien.correo)
    else:
        publicacion = sesion.get_one(Publicacion, borrador.publicacion_id, with_for_update=True)
        if contenido.version and publicacion.version != contenido.version:
            raise YaCambio(
                Problema(
                    "otra persona cambió esta publicación mientras usted escribía.",
                    "Compare las dos y, si la suya es la buena, mándela otra vez.",
                )
            )
        alta.actualizar(sesion, entorno, publicacion, propuesta, ahora=ahora, por=quien.correo, horas=armado.horas)
    borrador.publicacion_id, borrador.enviado_en, borrador.descartado_en = publicacion.id, ahora, None
    sesion.add(borrador)
    return Enviado(publicacion.id)


def perfiles_que_toca(sesion: Session, contenido: Contenido, publicacion_id: int | None) -> set[int]:
    """En los que hay que poder escribir: los elegidos y, si ya existe, los que tiene."""
    suyos = entregas_de(sesion, publicacion_id) if publicacion_id is not None else []
    return {*contenido.perfiles, *(e.perfil_id for e in suyos)}


def _cambio(sesion: Session, publicacion_id: int | None) -> Cambio | None:
    publicacion = sesion.get(Publicacion, publicacion_id) if publicacion_id is not None else None
    if publicacion is None:
        return None
    return Cambio(publicacion=publicacion, horas=copia.horas_de(entregas_de(sesion, publicacion.id)))


def _perfiles(sesion: Session, ids: Iterable[int]) -> list[Perfil]:
    return list(sesion.exec(select(Perfil).where(col(Perfil.id).in_(list(ids))).order_by(col(Perfil.nombre))))


def _medios(sesion: Session, contenido: Contenido, permisos: Permisos) -> dict[int, Medio]:
    ids = [m.id for m in contenido.medios]
    if not ids:
        return {}
    orden = select(Medio).where(col(Medio.id).in_(ids), a_la_vista(permisos))
    return {m.id: m for m in sesion.exec(orden)}

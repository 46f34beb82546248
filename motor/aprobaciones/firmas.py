"""Firmar: decir que sí, o pedir cambios. Se firma lo que se estaba viendo; si cambió entretanto, no se firma nada."""

from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from modelos import Entrega, EstadoDeSolicitud, Firma, Publicacion, Solicitud, Usuario
from modelos.estados import Estado
from motor.aprobaciones import noticias
from motor.aprobaciones.comentarios import limpio
from motor.aprobaciones.contenido import huella_de
from motor.aprobaciones.flujo import Como, mirar
from motor.aprobaciones.solicitudes import Caso, dadas, mirar_una, tomar
from motor.entorno import Entorno
from motor.publicacion.transiciones import anotar, transitar


class NoSePuedeFirmar(Exception):
    """No le toca, ya está resuelta, o falta algo; el mensaje dice qué, a una persona."""


class CambioEntretanto(NoSePuedeFirmar):
    """Lo que se pide aprobar ya no es lo que esa persona estaba viendo."""


def firmar(
    sesion: Session,
    entorno: Entorno,
    solicitud_id: int,
    usuario: Usuario,
    *,
    aprueba: bool,
    vista: str,
    comentario: str = "",
    ahora: datetime,
) -> Caso:
    """Poner la firma de esa persona en el paso en que va; devuelve cómo quedó.

    vista: la huella de lo que estaba viendo (`contenido.huella_de` del alcance). Lanza NoSePuedeFirmar,
    CambioEntretanto o SinTexto, sin haber cambiado nada.
    """
    caso = _tomada(sesion, solicitud_id, ahora)
    dicho = limpio(comentario)
    _exigir(sesion, caso, usuario, vista=vista)
    if not aprueba and not dicho:
        raise NoSePuedeFirmar("Diga qué hay que cambiar: quien la escribió lo leerá.")
    firma = Firma(
        solicitud_id=solicitud_id,
        paso=caso.avance.paso,
        usuario_id=usuario.id,
        en_lugar_de=caso.avance.pueden[usuario.id],
        aprueba=aprueba,
        comentario=dicho,
        firmada_en=ahora,
    )
    sesion.add(firma)
    sesion.flush()
    _asentar(sesion, entorno, caso, firma, usuario, ahora)
    return mirar_una(sesion, caso.solicitud, caso.publicacion, ahora=ahora)


def _tomada(sesion: Session, solicitud_id: int, ahora: datetime) -> Caso:
    """Con su publicación tomada primero: quien la cambie o la firme a la vez espera a que acabemos."""
    suya = sesion.scalars(select(col(Solicitud.publicacion_id)).where(col(Solicitud.id) == solicitud_id)).one()
    publicacion = tomar(sesion, suya)
    orden = select(Solicitud).where(col(Solicitud.id) == solicitud_id).with_for_update()
    solicitud = sesion.scalars(orden.execution_options(populate_existing=True)).one()
    return mirar_una(sesion, solicitud, publicacion, ahora=ahora)


def _exigir(sesion: Session, caso: Caso, usuario: Usuario, *, vista: str) -> None:
    estado = caso.solicitud.estado
    if estado is EstadoDeSolicitud.ANULADA:
        raise CambioEntretanto("La publicación cambió mientras la veía: esto ya no es lo que se va a publicar.")
    if estado is not EstadoDeSolicitud.PENDIENTE:
        como = "ya estaba aprobada" if estado is EstadoDeSolicitud.APROBADA else "ya se habían pedido cambios"
        raise NoSePuedeFirmar(f"Alguien firmó antes: {como}.")
    if vista != huella_de(caso.solicitud.alcance) or not _es_lo_guardado(sesion, caso.solicitud):
        raise CambioEntretanto("La publicación cambió mientras la veía. Mire cómo quedó y decida.")
    if usuario.id not in caso.avance.pueden:
        raise NoSePuedeFirmar(por_que_no(caso, usuario))


def por_que_no(caso: Caso, usuario: Usuario) -> str:
    """Por qué esa persona no puede firmar ahora."""
    if any(f.usuario_id == usuario.id and f.paso == caso.avance.paso for f in caso.firmas):
        return "Usted ya firmó. Falta alguien más."
    if usuario.id in caso.hechos.autores and usuario.id in caso.hechos.habilitados:
        return "Usted la escribió o la cambió: debe aprobarla otra persona."
    if usuario.id not in caso.hechos.habilitados:
        return "Su cuenta no aprueba en todos los perfiles de esta publicación."
    return f"Ahora no le toca a usted. {caso.dicho}"


def _es_lo_guardado(sesion: Session, solicitud: Solicitud) -> bool:
    """Si lo que se pidió aprobar es, entrega por entrega, lo que hay guardado."""
    orden = select(col(Entrega.id), col(Entrega.contenido)).where(
        col(Entrega.id).in_(list(map(int, solicitud.alcance)))
    )
    return {str(entrega): contenido for entrega, contenido in sesion.execute(orden)} == dict(solicitud.alcance)


def _asentar(sesion: Session, entorno: Entorno, caso: Caso, firma: Firma, usuario: Usuario, ahora: datetime) -> None:
    solicitud, publicacion = caso.solicitud, caso.publicacion
    avance = mirar(caso.pasos, dadas([*caso.firmas, firma]), caso.hechos)
    otro_paso = avance.paso != solicitud.paso
    solicitud.paso, solicitud.estado = avance.paso, EstadoDeSolicitud(avance.como.value)
    if avance.como is not Como.PENDIENTE:
        solicitud.resuelta_en = ahora
    sesion.add(solicitud)
    sesion.flush()
    if avance.como is Como.PENDIENTE:
        _sigue(sesion, entorno, solicitud, publicacion, usuario, otro_paso=otro_paso, ahora=ahora)
        return
    if avance.como is Como.APROBADA:
        _soltar(sesion, solicitud, usuario, ahora)
    else:
        _negar(sesion, solicitud, usuario, firma.comentario, ahora)
    noticias.contar_desenlace(
        sesion,
        entorno,
        solicitud,
        publicacion,
        quien=usuario,
        para=[u for u in caso.autores if u.id != usuario.id],
        comentario=firma.comentario,
        ahora=ahora,
    )


def _sigue(
    sesion: Session,
    entorno: Entorno,
    solicitud: Solicitud,
    publicacion: Publicacion,
    usuario: Usuario,
    *,
    otro_paso: bool,
    ahora: datetime,
) -> None:
    """Falta quien firme: se dice en la historia y, si empieza otro paso, se le avisa a los suyos."""
    caso = mirar_una(sesion, solicitud, publicacion, ahora=ahora)
    sesion.execute(
        update(Entrega)
        .where(col(Entrega.id).in_(list(map(int, solicitud.alcance))), col(Entrega.estado) == Estado.RETENIDA)
        .values(detalle=caso.dicho)
        .execution_options(synchronize_session=False)
    )
    for entrega_id in solicitud.alcance:
        dicho = f"{usuario.nombre} la aprobó. {caso.dicho}"
        anotar(
            sesion, "aprobacion_firmada", ahora=ahora, entrega_id=int(entrega_id), detalle=dicho, autor=usuario.correo
        )
    if otro_paso:
        noticias.pedir_firma(sesion, entorno, solicitud, publicacion, caso.firmantes, ahora=ahora)


def _soltar(sesion: Session, solicitud: Solicitud, usuario: Usuario, ahora: datetime) -> None:
    """Lo aprobado puede salir: exactamente eso. Lo que alguien apartó por otra razón sigue apartado."""
    for entrega_id, contenido in solicitud.alcance.items():
        suya = (col(Entrega.id) == int(entrega_id), col(Entrega.contenido) == contenido)
        sesion.execute(
            update(Entrega).where(*suya).values(aprobado=contenido).execution_options(synchronize_session=False)
        )
        apartada = int(entrega_id) in solicitud.apartadas
        quien = f"La aprobó {usuario.nombre}."
        soltada = transitar(
            sesion,
            int(entrega_id),
            de={Estado.RETENIDA},
            a=Estado.RETENIDA if apartada else Estado.PROGRAMADA,
            ahora=ahora,
            accion="aprobacion_completa",
            detalle=f"{quien} Sigue retenida: alguien la apartó por otra razón." if apartada else quien,
            autor=usuario.correo,
            guardas=(col(Entrega.contenido) == contenido,),
        )
        if not soltada:  # se canceló o venció mientras esperaba: queda aprobada, por si se revive
            anotar(
                sesion,
                "aprobacion_completa",
                ahora=ahora,
                entrega_id=int(entrega_id),
                detalle=quien,
                autor=usuario.correo,
            )


def _negar(sesion: Session, solicitud: Solicitud, usuario: Usuario, comentario: str, ahora: datetime) -> None:
    dicho = f"{usuario.nombre} pidió cambios: {comentario}"
    for entrega_id in solicitud.alcance:
        movida = transitar(
            sesion,
            int(entrega_id),
            de={Estado.RETENIDA},
            a=Estado.RETENIDA,
            ahora=ahora,
            accion="aprobacion_negada",
            detalle=dicho,
            autor=usuario.correo,
        )
        if not movida:
            anotar(
                sesion,
                "aprobacion_negada",
                ahora=ahora,
                entrega_id=int(entrega_id),
                detalle=dicho,
                autor=usuario.correo,
            )

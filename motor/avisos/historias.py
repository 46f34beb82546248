"""Historias: una conversación de correo por cada cosa que pasa. Abrirla, seguirla, atenderla, callarla y cerrarla.

Todo ocurre en la base principal y en una transacción con el correo que lo cuenta. Callar retrasa y no tira: lo que
espera a la mañana se vuelve a escribir con lo que haya pasado entretanto, y llega un solo correo.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, CursorResult, delete, select, text, update
from sqlmodel import Session, col

from modelos import Correo, EstadoDeCorreo, Historia, ImagenDeCorreo, Silencio, Suceso
from motor.avisos.aviso import Aviso, escribir, filas_de
from motor.avisos.callar import fin_del_descanso, tiempo_despierto
from motor.avisos.canales import a_los_canales
from motor.avisos.correo import GRUPO_DE_CANALES, RESERVA
from motor.avisos.enterada.enlaces import Enlaces
from motor.avisos.redaccion.hechos import Acciones, Pliego, Redactar
from motor.publicacion.transiciones import anotar
from motor.reglas import ReglasDeAvisos

GRUPO = "historia"
REABRIR = timedelta(hours=24)
"""Lo que vuelve antes de un día es la misma historia."""
TODO = "todo"
LOS_QUE_CABEN = 100
A_TIEMPO = timedelta(minutes=5)
"""Lo que sale más tarde que esto no puede decir «en la última hora»."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesa:
    """Con qué se escribe: a quién, con qué reglas, con qué enlaces y por qué otros canales."""

    para: tuple[str, ...]
    reglas: ReglasDeAvisos
    zona: ZoneInfo
    enlaces: Enlaces | None = None
    canales: tuple[str, ...] = ()


# ── leer ─────────────────────────────────────────────────────────────────────────────────────────────────────


def abiertas(sesion: Session, *, clase: str = "") -> list[Historia]:
    """Las que no se han cerrado, la más nueva primero."""
    orden = select(Historia).where(text("cerrada_en IS NULL")).order_by(col(Historia.abierta_en).desc())
    return list(sesion.scalars(orden.where(col(Historia.clase) == clase) if clase else orden))


def recientes(sesion: Session, *, clase: str, ahora: datetime) -> list[Historia]:
    """Las abiertas y las que se cerraron hace menos de un día: lo que llegue puede ser suyo."""
    orden = select(Historia).where(
        col(Historia.clase) == clase,
        col(Historia.cerrada_en).is_(None) | (col(Historia.cerrada_en) > ahora - REABRIR),
    )
    return list(sesion.scalars(orden.order_by(col(Historia.id).desc())))


def monitores(historia: Historia) -> list[int]:
    return [int(m) for m in historia.monitores.split(",") if m]


def correos_de(sesion: Session, historia_id: int) -> list[Correo]:
    """Los suyos, del primero al último; sin los de otros canales."""
    orden = select(Correo).where(col(Correo.historia_id) == historia_id, col(Correo.grupo) != GRUPO_DE_CANALES)
    return list(sesion.scalars(orden.order_by(col(Correo.id))))


def primer_correo(sesion: Session, historia_id: int) -> Correo | None:
    orden = select(Correo).where(col(Correo.historia_id) == historia_id, col(Correo.grupo) != GRUPO_DE_CANALES)
    return sesion.scalars(orden.order_by(col(Correo.id)).limit(1)).first()


def contados(sesion: Session, claves: Collection[str]) -> set[str]:
    """De estos sucesos, los que ya están en alguna historia."""
    return set(sesion.scalars(select(col(Suceso.clave)).where(col(Suceso.clave).in_(claves))))


def sucesos_de(sesion: Session, historia_id: int) -> list[Suceso]:
    orden = select(Suceso).where(col(Suceso.historia_id) == historia_id)
    return list(sesion.scalars(orden.order_by(col(Suceso.ocurrido_en), col(Suceso.clave))))


# ── callar ───────────────────────────────────────────────────────────────────────────────────────────────────


def ambitos(historia: Historia) -> set[str]:
    """De qué silencios depende: todo, su clase, ella misma y los temas que la ven."""
    return {TODO, historia.clase, historia.clave, *(f"monitor:{m}" for m in monitores(historia))}


def silencio_vigente(sesion: Session, ambitos_: Collection[str], ahora: datetime) -> datetime | None:
    """Hasta cuándo calla lo que pidió una persona; None si no pidió nada."""
    orden = select(col(Silencio.hasta)).where(
        col(Silencio.ambito).in_(ambitos_), col(Silencio.desde) <= ahora, col(Silencio.hasta) > ahora
    )
    return max(sesion.scalars(orden), default=None)


def cuando_decir(sesion: Session, mesa: Mesa, historia: Historia, ahora: datetime) -> datetime:
    """Ahora, o cuando acaben el silencio y las horas de callar: uno puede acabar dentro del otro."""
    cuando = ahora
    for _ in range(4):
        hasta = silencio_vigente(sesion, ambitos(historia), cuando)
        hasta = hasta or fin_del_descanso(cuando, mesa.reglas.callar, mesa.zona)
        if hasta is None:
            break
        cuando = hasta
    return cuando


def silenciar(
    sesion: Session, ambitos_: Collection[str], *, ahora: datetime, hasta: datetime, motivo: str = "", por: str = ""
) -> None:
    """No decir nada de esto hasta entonces; lo que pase se contará después."""
    for ambito in ambitos_:
        sesion.add(Silencio(ambito=ambito, desde=ahora, hasta=hasta, motivo=motivo, por=por))
    anotar(
        sesion,
        "silencio",
        ahora=ahora,
        detalle=f"{', '.join(ambitos_)} hasta {hasta.isoformat()}",
        autor=por or "orden",
    )


def reanudar(sesion: Session, mesa: Mesa, *, ambito: str, ahora: datetime, por: str = "") -> int:
    """Quitar los silencios de un ámbito («todo»: todos); lo que esperaba por ellos sale ya. Cuántos quitó."""
    vigentes = [col(Silencio.desde) <= ahora, col(Silencio.hasta) > ahora]
    if ambito != TODO:
        vigentes.append(col(Silencio.ambito) == ambito)
    hecho = sesion.execute(update(Silencio).where(*vigentes).values(hasta=ahora))
    assert isinstance(hecho, CursorResult)  # noqa: S101 # un UPDATE siempre devuelve un cursor
    sesion.flush()
    for correo in sesion.scalars(select(Correo).where(*_esperan(ahora), col(Correo.historia_id).is_not(None))):
        historia = sesion.get_one(Historia, correo.historia_id)
        correo.no_antes_de = cuando_decir(sesion, mesa, historia, ahora)
    if hecho.rowcount:
        anotar(sesion, "silencio_quitado", ahora=ahora, detalle=ambito, autor=por or "orden")
    return hecho.rowcount


def _esperan(ahora: datetime) -> list[ColumnElement[bool]]:
    """Los que esperan de verdad: ni se han intentado, ni los tiene reservados quien reparte."""
    return [
        col(Correo.estado) == EstadoDeCorreo.PENDIENTE,
        col(Correo.intentos) == 0,
        col(Correo.no_antes_de) > ahora + RESERVA,
    ]


# ── contar ───────────────────────────────────────────────────────────────────────────────────────────────────


def abrir(
    sesion: Session, *, clase: str, clave: str, asunto: str, ahora: datetime, temas: Collection[int] = ()
) -> Historia:
    """La historia abierta con esa clave; si no hay, una nueva."""
    orden = select(Historia).where(col(Historia.clave) == clave, text("cerrada_en IS NULL"))
    historia = sesion.scalars(orden).first()
    if historia is None:
        historia = Historia(clase=clase, clave=clave, asunto=asunto[:300], abierta_en=ahora, ultima_en=ahora)
        sesion.add(historia)
        sumar_monitores(historia, temas)
        sesion.flush()
    return historia


def sumar_monitores(historia: Historia, ids: Iterable[int]) -> None:
    todos = list(dict.fromkeys([*monitores(historia), *ids]))
    historia.monitores = ",".join(str(m) for m in todos[:LOS_QUE_CABEN])


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
    orden = select(Correo).where(col(Correo.historia_id) == historia_id, col(Correo.grupo) == GRUPO, *_esperan(ahora))
    return sesion.scalars(orden.order_by(col(Correo.id).desc()).limit(1).with_for_update()).first()


def reescribir(sesion: Session, correo: Correo, pliego: Pliego, ahora: datetime) -> Correo:
    """Cambiar lo que dice un correo que todavía no sale, y lo que espera por los otros canales."""
    correo.asunto, correo.texto, correo.html = pliego.asunto, pliego.texto, pliego.html
    sesion.execute(delete(ImagenDeCorreo).where(col(ImagenDeCorreo.correo_id) == correo.id))
    sesion.add_all(filas_de(correo.id, pliego.imagenes))
    cortos = [col(Correo.historia_id) == correo.historia_id, col(Correo.grupo) == GRUPO_DE_CANALES, *_esperan(ahora)]
    for corto in sesion.scalars(select(Correo).where(*cortos)):
        corto.asunto, corto.texto = pliego.asunto, pliego.corto or pliego.texto
    return correo


def cerrar(sesion: Session, historia: Historia, ahora: datetime) -> None:
    historia.cerrada_en = ahora
    sesion.flush()


# ── atender y escalar ────────────────────────────────────────────────────────────────────────────────────────


def atender(sesion: Session, historia_id: int, *, quien: str, ahora: datetime) -> Historia | None:
    """Alguien dijo «enterada». La primera vez es la que cuenta; None si no existe."""
    historia = sesion.get(Historia, historia_id, with_for_update=True)
    if historia is not None and historia.atendida_en is None:
        historia.atendida_en, historia.atendida_por = ahora, quien[:200]
        anotar(sesion, "historia_atendida", ahora=ahora, detalle=f"{historia.id}: {historia.asunto}", autor=quien[:120])
    return historia


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

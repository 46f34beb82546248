"""Pedir que se apruebe una publicación, y lo que eso le hace a sus entregas; en la transacción de quien llama.

Primero se toma la fila de la publicación y después las demás: así dos que firman, o uno que firma y otro que la
cambia, van uno detrás del otro.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from modelos import Entrega, EstadoDeSolicitud, Firma, Flujo, Perfil, Publicacion, Solicitud, Usuario
from modelos.estados import Estado
from motor.aprobaciones import espera, flujos, noticias, personas
from motor.aprobaciones.flujo import Avance, FirmaDada, Hechos, Paso, desde_cuando, mirar, pasos_de
from motor.aprobaciones.puerta import falta_aprobar
from motor.entorno import Entorno
from motor.publicacion.transiciones import anotar, transitar
from motor.usuarios.cuentas import nombres_de_antes

POR_SALIR = (Estado.PROGRAMADA, Estado.RETENIDA)
_VIVAS = (EstadoDeSolicitud.PENDIENTE, EstadoDeSolicitud.APROBADA, EstadoDeSolicitud.RECHAZADA)


def tomar(sesion: Session, publicacion_id: int) -> Publicacion:
    """La publicación tal como está, y de nadie más hasta que acabe la transacción."""
    orden = select(Publicacion).where(col(Publicacion.id) == publicacion_id)
    return sesion.scalars(orden.with_for_update().execution_options(populate_existing=True)).one()


def cerrar_paso(sesion: Session, publicacion_id: int) -> None:
    """Que nadie más firme ni cambie esta publicación hasta que acabe la transacción."""
    sesion.execute(select(col(Publicacion.id)).where(col(Publicacion.id) == publicacion_id).with_for_update())


def entregas_vivas(sesion: Session, publicacion_id: int) -> list[Entrega]:
    """Las que todavía van a salir, tal como están en la base."""
    orden = (
        select(Entrega)
        .where(col(Entrega.publicacion_id) == publicacion_id, col(Entrega.estado).in_(POR_SALIR))
        .order_by(col(Entrega.perfil_id), col(Entrega.parte))
        .execution_options(populate_existing=True)
    )
    return list(sesion.scalars(orden))


# ── ponerse al día ───────────────────────────────────────────────────────────────────────────────────────────────


def poner_al_dia(
    sesion: Session,
    entorno: Entorno,
    publicacion: Publicacion,
    perfiles: Collection[Perfil],
    *,
    por: str,
    ahora: datetime,
    apartadas: Collection[int] = (),
) -> None:
    """Después de darla de alta o de cambiarla: retener lo que exige una firma y pedirla.

    Lo que se pidió o se aprobó sigue valiendo si nada de lo que se dice cambió (otra hora no es otro contenido, quitar
    un perfil tampoco). apartadas: las entregas que una persona tenía retenidas por otra razón.
    """
    exigidos = flujos.exigidos(sesion, publicacion, perfiles)
    anteriores = _vigentes(sesion, publicacion.id)
    if not exigidos and not anteriores:
        return
    vivas = entregas_vivas(sesion, publicacion.id)
    grupos: dict[int, list[Entrega]] = {}
    for entrega in vivas:
        if entrega.perfil_id in exigidos:
            grupos.setdefault(exigidos[entrega.perfil_id].id, []).append(entrega)
    de_id = {f.id: f for f in exigidos.values()}
    for flujo_id, anterior in anteriores.items():
        if flujo_id not in grupos:
            anular(sesion, anterior, "Se quitó de los perfiles que la exigían.", ahora=ahora)
    for flujo_id, suyas in grupos.items():
        anterior_suya = anteriores.get(flujo_id)
        if anterior_suya is not None and _sigue_valiendo(anterior_suya, suyas):
            _conservar(sesion, anterior_suya, publicacion, suyas, apartadas=apartadas, ahora=ahora)
            continue
        if anterior_suya is not None:
            anular(sesion, anterior_suya, "Cambió lo que dice: hay que aprobarla otra vez.", ahora=ahora)
        pedir(sesion, entorno, publicacion, de_id[flujo_id], suyas, por=por, ahora=ahora, apartadas=apartadas)


def _vigentes(sesion: Session, publicacion_id: int) -> dict[int, Solicitud]:
    """La última de cada flujo, si no está anulada; tomadas, para que nadie las firme a la vez."""
    orden = select(Solicitud).where(col(Solicitud.publicacion_id) == publicacion_id).order_by(col(Solicitud.id))
    filas = sesion.scalars(orden.with_for_update().execution_options(populate_existing=True))
    ultimas = {s.flujo_id: s for s in filas}
    return {f: s for f, s in ultimas.items() if s.estado in _VIVAS}


def _sigue_valiendo(solicitud: Solicitud, entregas: Iterable[Entrega]) -> bool:
    return alcance_de(entregas).items() <= solicitud.alcance.items()


def alcance_de(entregas: Iterable[Entrega]) -> dict[str, str]:
    return {str(e.id): e.contenido for e in entregas}


def _conservar(
    sesion: Session,
    solicitud: Solicitud,
    publicacion: Publicacion,
    entregas: Sequence[Entrega],
    *,
    apartadas: Collection[int],
    ahora: datetime,
) -> None:
    """Lo firmado vale: sólo se cuida de que cada entrega esté como le toca."""
    solicitud.alcance = alcance_de(entregas)
    solicitud.apartadas = [e.id for e in entregas if e.id in apartadas or e.id in solicitud.apartadas]
    sesion.add(solicitud)
    aprobada = solicitud.estado is EstadoDeSolicitud.APROBADA
    for e in entregas:
        libre = aprobada and e.id not in solicitud.apartadas
        transitar(
            sesion,
            e.id,
            de=set(POR_SALIR),
            a=Estado.PROGRAMADA if libre else Estado.RETENIDA,
            ahora=ahora,
            accion="aprobacion_sigue",
            detalle=_como_sigue(sesion, solicitud, publicacion, ahora),
            exige_aprobacion=True,
            aprobado=e.contenido if aprobada else "",
        )


def _como_sigue(sesion: Session, solicitud: Solicitud, publicacion: Publicacion, ahora: datetime) -> str:
    if solicitud.estado is EstadoDeSolicitud.APROBADA:
        return "Lo que dice no cambió: sigue aprobada."
    if quien := ultima_negativa(sesion, solicitud):
        return f"Lo que dice no cambió: siguen pendientes los cambios que pidió {quien.nombre}."
    return mirar_una(sesion, solicitud, publicacion, ahora=ahora).dicho


def ultima_negativa(sesion: Session, solicitud: Solicitud) -> Usuario | None:
    """Quien pidió cambios, si alguien los pidió."""
    orden = (
        select(Usuario)
        .join(Firma, col(Firma.usuario_id) == col(Usuario.id))
        .where(col(Firma.solicitud_id) == solicitud.id, col(Firma.aprueba).is_(False))
    )
    return sesion.scalars(orden).first()


def apartadas_a_mano(sesion: Session, entregas: Iterable[Entrega]) -> frozenset[int]:
    """Las que alguien retuvo por otra razón (una veda): aprobarlas o cambiarlas no las suelta."""
    suyas = list(entregas)
    a_mano = {e.id for e in suyas if e.estado is Estado.RETENIDA and not falta_aprobar(e)}
    orden = select(Solicitud).where(col(Solicitud.publicacion_id).in_({e.publicacion_id for e in suyas}))
    ultimas = {(s.publicacion_id, s.flujo_id): s for s in sesion.scalars(orden.order_by(col(Solicitud.id)))}
    for solicitud in ultimas.values():
        if solicitud.estado in (EstadoDeSolicitud.PENDIENTE, EstadoDeSolicitud.RECHAZADA):
            a_mano |= set(solicitud.apartadas)
    return frozenset(a_mano)


# ── pedir y anular ───────────────────────────────────────────────────────────────────────────────────────────────


def pedir(
    sesion: Session,
    entorno: Entorno,
    publicacion: Publicacion,
    flujo: Flujo,
    entregas: Sequence[Entrega],
    *,
    por: str,
    ahora: datetime,
    apartadas: Collection[int] = (),
) -> Solicitud:
    """Retener esas entregas hasta que las aprueben tal como están, y decírselo a quien firma."""
    solicitud = Solicitud(
        publicacion_id=publicacion.id,
        flujo_id=flujo.id,
        version=publicacion.version,
        pasos=[p.en_datos() for p in pasos_de(flujo.pasos)],
        alcance=alcance_de(entregas),
        apartadas=[e.id for e in entregas if e.id in apartadas],
        pedida_por=por[:254],
        pedida_en=ahora,
    )
    sesion.add(solicitud)
    sesion.flush()
    caso = mirar_una(sesion, solicitud, publicacion, ahora=ahora)
    for e in entregas:
        transitar(
            sesion,
            e.id,
            de=set(POR_SALIR),
            a=Estado.RETENIDA,
            ahora=ahora,
            accion="aprobacion_pedida",
            detalle=caso.dicho,
            autor=por or "motor",
            exige_aprobacion=True,
            aprobado="",
        )
    noticias.pedir_firma(sesion, entorno, solicitud, publicacion, caso.firmantes, ahora=ahora)
    return solicitud


def anular(sesion: Session, solicitud: Solicitud, motivo: str, *, ahora: datetime) -> None:
    """Lo que se pidió o se aprobó ya no vale. Quien llama vuelve a pedirlo."""
    if solicitud.estado is not EstadoDeSolicitud.RECHAZADA:  # lo rechazado ya se resolvió, y así se queda
        solicitud.estado, solicitud.resuelta_en = EstadoDeSolicitud.ANULADA, ahora
        sesion.add(solicitud)
        sesion.flush()
    for entrega_id in solicitud.alcance:
        anotar(sesion, "aprobacion_anulada", ahora=ahora, entrega_id=int(entrega_id), detalle=motivo)


def anular_pendiente(
    sesion: Session, publicacion_id: int, flujo_id: int, vivas: Iterable[Entrega], *, ahora: datetime
) -> list[Entrega]:
    """Anular la que espera de ese flujo, si la hay, para pedirla junto con otras; las entregas que abarcaba."""
    anterior = _vigentes(sesion, publicacion_id).get(flujo_id)
    if anterior is None or anterior.estado is not EstadoDeSolicitud.PENDIENTE:
        return []
    anular(sesion, anterior, "Se pide junto con otros perfiles.", ahora=ahora)
    return [e for e in vivas if str(e.id) in anterior.alcance]


def ultima_de(sesion: Session, publicacion_id: int, entrega_id: int) -> Solicitud | None:
    """La última que abarca esa entrega."""
    orden = select(Solicitud).where(col(Solicitud.publicacion_id) == publicacion_id).order_by(col(Solicitud.id).desc())
    return next((s for s in sesion.scalars(orden) if str(entrega_id) in s.alcance), None)


def pedir_otra_vez(
    sesion: Session, entorno: Entorno, solicitud: Solicitud, *, por: str, ahora: datetime, levantar: bool = False
) -> bool:
    """Anularla y pedirla con los flujos de hoy, tal como está guardada. Lo manda una persona.

    levantar: si hoy no la exige ninguno, dejarla libre (lo manda quien administra); si no, la exige el que tenía.
    False si quedó libre. Quien la escribió sigue siendo el que era, aunque la pida otro.
    """
    publicacion = tomar(sesion, solicitud.publicacion_id)
    _vigentes(sesion, publicacion.id)
    vivas = [e for e in entregas_vivas(sesion, publicacion.id) if str(e.id) in solicitud.alcance]
    apartadas, suyo = solicitud.apartadas, sesion.get_one(Flujo, solicitud.flujo_id)
    anular(sesion, solicitud, f"La volvió a pedir {por}.", ahora=ahora)
    activos = flujos.activos(sesion)
    perfiles = {p.id: p for p in sesion.scalars(select(Perfil).where(col(Perfil.id).in_({e.perfil_id for e in vivas})))}
    grupos: dict[int, tuple[Flujo, list[Entrega]]] = {}
    for e in vivas:
        flujo = flujos.que_toca(activos, publicacion, perfiles[e.perfil_id]) or (None if levantar else suyo)
        if flujo is None:
            _liberar(sesion, e, apartada=e.id in apartadas, por=por, ahora=ahora)
        else:
            grupos.setdefault(flujo.id, (flujo, []))[1].append(e)
    for flujo, suyas in grupos.values():
        autor = solicitud.pedida_por
        pedir(sesion, entorno, publicacion, flujo, suyas, por=autor, ahora=ahora, apartadas=apartadas)
    return bool(grupos)


def _liberar(sesion: Session, entrega: Entrega, *, apartada: bool, por: str, ahora: datetime) -> None:
    transitar(
        sesion,
        entrega.id,
        de=set(POR_SALIR),
        a=Estado.RETENIDA if apartada else Estado.PROGRAMADA,
        ahora=ahora,
        accion="aprobacion_levantada",
        detalle="Ya no la exige ningún flujo.",
        autor=por,
        exige_aprobacion=False,
        aprobado="",
    )


# ── cómo va ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Caso:
    """Una solicitud con todo lo que hace falta para decidir sobre ella."""

    solicitud: Solicitud
    publicacion: Publicacion
    pasos: tuple[Paso, ...]
    firmas: tuple[Firma, ...]
    hechos: Hechos
    avance: Avance
    usuarios: Mapping[int, Usuario]

    @property
    def nombres(self) -> dict[int, str]:
        return {i: u.nombre for i, u in self.usuarios.items()}

    @property
    def dicho(self) -> str:
        return espera.dicho(self.avance, self.pasos, self.nombres)

    @property
    def firmantes(self) -> list[Usuario]:
        """Quienes pueden firmar ahora: primero los titulares."""
        suyos = sorted(self.avance.pueden.items(), key=lambda par: par[1] is not None)
        return [self.usuarios[u] for u, _ in suyos if u in self.usuarios]

    @property
    def autores(self) -> list[Usuario]:
        return [self.usuarios[a] for a in sorted(self.hechos.autores)]


def mirar_una(sesion: Session, solicitud: Solicitud, publicacion: Publicacion, *, ahora: datetime) -> Caso:
    """Cómo va una solicitud ahora mismo."""
    return mirar_varias(sesion, [(solicitud, publicacion)], ahora=ahora)[0]


def mirar_varias(sesion: Session, pares: Sequence[tuple[Solicitud, Publicacion]], *, ahora: datetime) -> list[Caso]:
    """Cómo van, con las mismas pocas consultas que una."""
    usuarios, permisos = personas.usuarios(sesion), personas.permisos_de_todos(sesion)
    antes = nombres_de_antes(sesion)
    firmas: dict[int, list[Firma]] = {}
    orden = select(Firma).where(col(Firma.solicitud_id).in_([s.id for s, _ in pares])).order_by(col(Firma.id))
    for firma in sesion.scalars(orden):
        firmas.setdefault(firma.solicitud_id, []).append(firma)
    perfiles = _perfiles_de(sesion, [s for s, _ in pares])
    casos = []
    for solicitud, publicacion in pares:
        suyas = tuple(firmas.get(solicitud.id, ()))
        desde = desde_cuando([(f.paso, f.firmada_en) for f in suyas], solicitud.paso, pedida_en=solicitud.pedida_en)
        hechos = Hechos(
            habilitados=personas.habilitados(permisos, perfiles.get(solicitud.id, ())),
            autores=personas.autores(usuarios.values(), publicacion.autor, solicitud.pedida_por, antes=antes),
            esperado=ahora - desde,
        )
        pasos = pasos_de(solicitud.pasos)
        casos.append(
            Caso(
                solicitud=solicitud,
                publicacion=publicacion,
                pasos=pasos,
                firmas=suyas,
                hechos=hechos,
                avance=mirar(pasos, dadas(suyas), hechos),
                usuarios=usuarios,
            )
        )
    return casos


def dadas(firmas: Iterable[Firma]) -> list[FirmaDada]:
    return [FirmaDada(paso=f.paso, usuario=f.usuario_id, aprueba=f.aprueba, en_lugar_de=f.en_lugar_de) for f in firmas]


def _perfiles_de(sesion: Session, solicitudes: Sequence[Solicitud]) -> dict[int, set[int]]:
    """Los perfiles de cada solicitud."""
    ids = {int(e) for s in solicitudes for e in s.alcance}
    orden = select(col(Entrega.id), col(Entrega.perfil_id)).where(col(Entrega.id).in_(ids))
    de_entrega = {entrega: perfil for entrega, perfil in sesion.execute(orden)} if ids else {}
    return {s.id: {de_entrega[int(e)] for e in s.alcance if int(e) in de_entrega} for s in solicitudes}

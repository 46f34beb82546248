"""Lo que una persona manda sobre lo que ya está dado de alta: moverlo, apartarlo, cancelarlo, decidirlo, borrarlo.

Lo llaman igual la orden y el panel. `autor` es su correo, u «orden» si fue desde el servidor. La entrega que se recibe
dice lo que esa persona estaba viendo: si ya cambió, no se hace nada y se dice.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlmodel import Session, col

from conectores.contrato import Eliminador, Publicado
from modelos import Entrega, Estado, Perfil, Publicacion
from modelos.consultas import entregas_de, historia_de, intentos_de
from modelos.estados import EDITABLES
from motor.acervo import derechos
from motor.acervo.derechos import SinDerechos
from motor.aprobaciones.puerta import falta_aprobar
from motor.entorno import Entorno
from motor.fechas.dias import FechaIlegible
from motor.horarios.asignacion import SinHueco
from motor.legible import instante_legible
from motor.publicacion import hora_pedida, horas_elegidas
from motor.publicacion.envio import adoptar, cancelar_resto_del_hilo
from motor.publicacion.hora_pedida import ADELANTO, CitaPedida, HoraDada
from motor.publicacion.transiciones import anotar, transitar

AUTOR_DE_ORDEN = "orden"

PENDIENTES = frozenset({Estado.PROGRAMADA, Estado.RETENIDA})
"""Tienen su hora y todavía pueden moverse sin revivir nada."""
_NO_CUENTAN = frozenset({"entrega_cancelada", horas_elegidas.HORA_ELEGIDA})
"""Sucesos que no dicen cómo estaba antes de cancelarse."""
_LARGO_DE_ENLACE, _LARGO_DE_ID = 1000, 300


class NoSePuede(Exception):
    """Lo que se pidió no procede; el mensaje dice por qué, a una persona."""

    def __init__(self, mensaje: str) -> None:
        super().__init__(f"{mensaje[:1].upper()}{mensaje[1:]}")


class YaSalio(NoSePuede):
    """Está publicada: ya sólo se puede borrar de la red."""


class FaltaDecidir(NoSePuede):
    """No se sabe si salió: antes hay que decir si sí o si no."""


class CambioMientras(NoSePuede):
    """Otra persona, o el motor, la cambió entre que se miró y que se pidió."""


class Respuesta(StrEnum):
    """Lo que contesta una persona, después de mirar el perfil, a si algo salió."""

    SALIO = "salio"
    NO_SALIO = "no_salio"  # y debe salir ya
    NO_HACE_FALTA = "no_hace_falta"  # no salió, ni hace falta


# ── moverla ──────────────────────────────────────────────────────────────────────────────────────────────────────


def leer_hora(sesion: Session, entorno: Entorno, perfil: Perfil, escrita: str, *, ahora: datetime) -> CitaPedida:
    """La hora escrita («mañana 9:00», «mejor hora antes del viernes»). Lanza NoSePuede si no se entiende o ya pasó."""
    try:
        return hora_pedida.leer_cita(sesion, entorno, perfil, escrita, ahora=ahora)
    except FechaIlegible as error:
        raise NoSePuede(str(error)) from None


def reprogramar(
    sesion: Session, entorno: Entorno, entrega: Entrega, cita: CitaPedida, *, autor: str, ahora: datetime
) -> str:
    """Darle otra hora, con las demás partes de su hilo; devuelve lo que hay que decir («saldrá mar 1 dic 2026, 9:00»).

    Revive lo cancelado, lo fallido y lo vencido. Lo retenido sigue retenido: moverlo no es soltarlo.
    """
    _exigir_que_se_mueva(sesion, entrega)
    perfil, antes = sesion.get_one(Perfil, entrega.perfil_id), entrega.no_antes_de
    try:
        hora = hora_pedida.dar_hora(sesion, entorno, entrega, perfil, cita, ahora=ahora)
    except SinHueco as error:
        raise NoSePuede(str(error)) from None
    cuando = instante_legible(hora.en, entorno.reglas.zona)
    retenida = _sigue_retenida(sesion, entrega)
    partes = (entrega, *_con_ella(sesion, entrega))
    _exigir_derechos(sesion, partes, sale=max(hora.en, ahora))
    for parte in partes:
        _dar_hora(sesion, parte, hora, cuando, retenida=retenida, autor=autor, ahora=ahora)
    dicho = f"queda para el {cuando}; sigue retenida" if retenida else f"saldrá {cuando}"
    if hora.asignada is None:
        return f"{dicho}."
    porque = horas_elegidas.anotar_eleccion(
        sesion, entorno, entrega, hora.asignada, ahora=ahora, antes=antes, autor=autor
    )
    return f"{dicho}.\n{porque}"


def _dar_hora(
    sesion: Session,
    entrega: Entrega,
    hora: HoraDada,
    cuando: str,
    *,
    retenida: bool,
    autor: str,
    ahora: datetime,
) -> None:
    elegida = entrega.id in horas_elegidas.por_que(sesion, [entrega])
    cambio = "; la hora que había elegido Pregonero la cambió una persona" if elegida and not hora.asignada else ""
    _mover(
        sesion,
        entrega,
        Estado.RETENIDA if entrega.estado is Estado.RETENIDA else Estado.PROGRAMADA,
        f"Reprogramada para {cuando}{cambio}{'; sigue retenida' if retenida else ''}.",
        autor=autor,
        ahora=ahora,
        de=EDITABLES | {Estado.POR_DECIDIR},
        no_antes_de=hora.en,
        despertar_en=max(ahora, hora.en - ADELANTO),
        vence_en=hora.vence_en,
        aprobada_tarde=False,
        fallos=0,
    )
    if retenida and entrega.estado is not Estado.RETENIDA:  # revivirla no es dejarla salir
        transitar(
            sesion,
            entrega.id,
            de={Estado.PROGRAMADA},
            a=Estado.RETENIDA,
            ahora=ahora,
            accion="entrega_retenida",
            autor=autor,
        )


def _exigir_que_se_mueva(sesion: Session, entrega: Entrega) -> None:
    if entrega.estado is Estado.POR_DECIDIR and intentos_de(sesion, entrega.id):
        raise FaltaDecidir(f"No se sabe si la {entrega.id} salió. Primero decida si salió o no.")
    hilo = _hilo(sesion, entrega)
    if any(p.estado not in EDITABLES | {Estado.POR_DECIDIR} and p.parte < entrega.parte for p in hilo):
        raise NoSePuede("El hilo ya está saliendo: lo que falta sigue a lo que ya salió, y no se puede mover aparte.")


def _exigir_derechos(sesion: Session, partes: Sequence[Entrega], *, sale: datetime) -> None:
    """Que lo que llevan todavía se pueda usar a esa hora."""
    zona = ZoneInfo(sesion.get_one(Publicacion, partes[0].publicacion_id).zona)
    try:
        derechos.exigir_en(sesion, partes, sale=sale, zona=zona)
    except SinDerechos as error:
        raise NoSePuede(str(error)) from None


def _sigue_retenida(sesion: Session, entrega: Entrega) -> bool:
    """Si lo está, si lo estaba cuando se canceló, o si lo que dice no está aprobado."""
    if entrega.estado is Estado.RETENIDA or espera_aprobacion(entrega):
        return True
    sabido = [h.accion for h in historia_de(sesion, entrega.id) if h.accion not in _NO_CUENTAN]
    return entrega.estado is Estado.CANCELADA and sabido[-1:] == ["entrega_retenida"]


def espera_aprobacion(entrega: Entrega) -> bool:
    """Si no puede salir porque lo que dice no es lo que se aprobó."""
    return falta_aprobar(entrega)


def _con_ella(sesion: Session, entrega: Entrega) -> list[Entrega]:
    """Las otras partes de su hilo que se mueven con ella; si se la revive, también las que cayeron por su culpa."""
    muerta = entrega.estado not in PENDIENTES
    return [
        p
        for p in _hilo(sesion, entrega)
        if p.estado in PENDIENTES or (muerta and p.parte > entrega.parte and p.estado is Estado.CANCELADA)
    ]


def _hilo(sesion: Session, entrega: Entrega) -> list[Entrega]:
    """Las otras partes en el mismo perfil, en orden."""
    hermanas = entregas_de(sesion, entrega.publicacion_id)
    return [e for e in hermanas if e.perfil_id == entrega.perfil_id and e.id != entrega.id]


# ── apartarla, soltarla, cancelarla ──────────────────────────────────────────────────────────────────────────────


def cancelar(sesion: Session, entrega: Entrega, *, motivo: str = "", autor: str, ahora: datetime) -> str:
    """Que no salga, ni lo que le sigue en su hilo. Se deshace dándole otra hora."""
    _mover(sesion, entrega, Estado.CANCELADA, motivo or "Cancelada a mano.", autor=autor, ahora=ahora, de=EDITABLES)
    cancelar_resto_del_hilo(sesion, entrega, ahora=ahora)
    return "no saldrá."


def retener(sesion: Session, entrega: Entrega, *, motivo: str = "", autor: str, ahora: datetime) -> str:
    """Apartarla, con las demás partes de su hilo, hasta que alguien la suelte."""
    for parte in _pendientes(sesion, entrega, Estado.PROGRAMADA):
        _mover(
            sesion,
            parte,
            Estado.RETENIDA,
            motivo or "Retenida a mano.",
            autor=autor,
            ahora=ahora,
            de={Estado.PROGRAMADA},
        )
    return "queda retenida hasta que la suelte."


def soltar(sesion: Session, entrega: Entrega, *, autor: str, ahora: datetime) -> str:
    """Dejarla salir a su hora. Lanza NoSePuede si espera una aprobación: se suelta sola al aprobarla."""
    if espera_aprobacion(entrega):
        raise NoSePuede("Espera una aprobación: saldrá cuando la aprueben, y no antes.")
    partes = _pendientes(sesion, entrega, Estado.RETENIDA)
    _exigir_derechos(sesion, partes, sale=max(entrega.no_antes_de, ahora))
    for parte in partes:
        _mover(sesion, parte, Estado.PROGRAMADA, "Soltada a mano.", autor=autor, ahora=ahora, de={Estado.RETENIDA})
    return "sigue su curso."


def _pendientes(sesion: Session, entrega: Entrega, estado: Estado) -> Sequence[Entrega]:
    return (entrega, *(p for p in _hilo(sesion, entrega) if p.estado is estado))


# ── decidir lo que el motor no puede saber ───────────────────────────────────────────────────────────────────────


def reintentar(sesion: Session, entrega: Entrega, *, autor: str, ahora: datetime) -> str:
    """Que salga ya lo que falló, con lo que cayó con ella: alguien arregló lo que la red no aceptaba."""
    return _que_salga_ya(sesion, entrega, "Se intenta otra vez.", de={Estado.FALLIDA}, autor=autor, ahora=ahora)


def resolver(
    sesion: Session,
    entrega: Entrega,
    respuesta: Respuesta,
    *,
    enlace: str = "",
    autor: str,
    ahora: datetime,
) -> str:
    """Contestar si salió, después de mirar el perfil. enlace: si salió, su dirección o su identificador en la red."""
    resolubles = {Estado.POR_DECIDIR} if respuesta is Respuesta.SALIO else {Estado.POR_DECIDIR, Estado.FALLIDA}
    if entrega.estado not in resolubles:
        raise NoSePuede(f"La {entrega.id} está {entrega.estado.value.replace('_', ' ')}: no hay nada que decidir.")
    if respuesta is Respuesta.SALIO:
        hallado = publicado_de(enlace)
        if not adoptar(sesion, entrega.id, hallado, de=(Estado.POR_DECIDIR,), ahora=ahora, autor=autor):
            raise NoSePuede("Ese enlace ya es de otra entrega de este perfil. Revise que sea el de esta.")
        return "queda como publicada."
    if respuesta is Respuesta.NO_SALIO:
        motivo = "Una persona miró el perfil y dijo que no está: se publica."
        return _que_salga_ya(sesion, entrega, motivo, de=resolubles, autor=autor, ahora=ahora)
    _mover(
        sesion,
        entrega,
        Estado.CANCELADA,
        "Una persona dijo que no hace falta.",
        autor=autor,
        ahora=ahora,
        de=resolubles,
    )
    cancelar_resto_del_hilo(sesion, entrega, ahora=ahora)
    return "no saldrá."


def publicado_de(enlace_o_id: str) -> Publicado:
    """Lo publicado que señala un enlace, o su identificador en la red. Lanza NoSePuede si no es ni uno ni otro."""
    escrito = enlace_o_id.strip()
    es_enlace = escrito.lower().startswith(("http://", "https://"))
    id_externo = _id_del_enlace(escrito) if es_enlace else escrito
    if not id_externo or any(c.isspace() or not c.isprintable() for c in escrito):
        raise NoSePuede("Escriba el enlace de lo publicado, o su identificador en la red.")
    if len(id_externo) > _LARGO_DE_ID or len(escrito) > _LARGO_DE_ENLACE:
        raise NoSePuede("Ese enlace es demasiado largo. Copie el de la publicación, sin lo que le sigue.")
    return Publicado(id_externo, escrito if es_enlace else "")


def _id_del_enlace(enlace: str) -> str:
    """Lo último de su camino; si ahí no hay ningún número, con lo que sigue a «?»: unas redes lo ponen de ese lado."""
    partes = urlsplit(enlace)
    ultimo = partes.path.rstrip("/").rpartition("/")[2]
    return ultimo if any(map(str.isdigit, ultimo)) or not partes.query else f"{ultimo}?{partes.query}"


def _que_salga_ya(
    sesion: Session, entrega: Entrega, motivo: str, *, de: Collection[Estado], autor: str, ahora: datetime
) -> str:
    if espera_aprobacion(entrega):
        raise NoSePuede("Lo que dice ahora no está aprobado: pida que lo aprueben antes de que salga.")
    partes = (entrega, *_con_ella(sesion, entrega))
    _exigir_derechos(sesion, partes, sale=ahora)
    for parte in partes:
        _mover(
            sesion,
            parte,
            Estado.PROGRAMADA,
            motivo,
            autor=autor,
            ahora=ahora,
            de={*de, parte.estado} if parte is not entrega else de,
            despertar_en=ahora,
            aprobada_tarde=True,
            vence_en=None,
            fallos=0,
        )
    return "sale en cuanto le toque."


# ── borrarla de la red ───────────────────────────────────────────────────────────────────────────────────────────


def exigir_borrable(entorno: Entorno, entrega: Entrega, perfil: Perfil) -> Eliminador:
    """Quien puede borrarla. Lanza NoSePuede si no está publicada, ya se borró, o su red no lo permite desde aquí."""
    if entrega.estado is not Estado.PUBLICADA or not entrega.id_externo:
        raise NoSePuede(f"La {entrega.id} no está publicada: no hay nada que borrar.")
    conector = entorno.abrir(perfil)
    if not isinstance(conector, Eliminador):
        raise NoSePuede(f"{conector.capacidades.nombre} no permite borrar desde aquí. Bórrela a mano: {entrega.url}")
    return conector


def borrar(entorno: Entorno, entrega: Entrega, perfil: Perfil, *, autor: str) -> str:
    """Quitar de la red lo publicado; no vuelve. Habla con la red: fuera de toda transacción. Lanza ErrorDeRed."""
    exigir_borrable(entorno, entrega, perfil).borrar(str(entrega.id_externo))
    with entorno.base.escribir() as sesion:
        ahora = entorno.reloj.ahora()
        sesion.execute(update(Entrega).where(col(Entrega.id) == entrega.id).values(borrada_en=ahora))
        anotar(sesion, "entrega_borrada", ahora=ahora, entrega_id=entrega.id, autor=autor, detalle=entrega.url)
    return f"se borró de {perfil.nombre}."


# ── el movimiento ────────────────────────────────────────────────────────────────────────────────────────────────


def _mover(
    sesion: Session,
    entrega: Entrega,
    a: Estado,
    motivo: str,
    *,
    autor: str,
    ahora: datetime,
    de: Collection[Estado],
    **cambios: Any,
) -> None:
    if entrega.estado not in de or (entrega.estado is a and not cambios):
        estado = entrega.estado.value.replace("_", " ")
        clase = YaSalio if entrega.estado is Estado.PUBLICADA else NoSePuede
        raise clase(f"La {entrega.id} está {estado}: ya no se puede.")
    if not transitar(
        sesion,
        entrega.id,
        de={entrega.estado},
        a=a,
        ahora=ahora,
        accion=f"entrega_{a.value}",
        detalle=motivo,
        autor=autor,
        guardas=(col(Entrega.no_antes_de) == entrega.no_antes_de,),
        **cambios,
    ):
        raise CambioMientras(f"La {entrega.id} cambió mientras tanto. Vuelva a mirarla.")

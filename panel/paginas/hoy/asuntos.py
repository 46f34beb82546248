"""Lo que necesita a una persona: qué pasa, qué mirar y con qué botón se resuelve."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any, NamedTuple

from sqlalchemy import func, select, text
from sqlmodel import Session, col

from modelos import Entrega, Estado, Historia, Perfil, Publicacion, Recepcion, Veredicto
from modelos.consultas import con_intento_dudoso
from motor.aprobaciones.pendientes import Pendiente
from motor.entrada.contar.actas import acta_de
from motor.usuarios.permisos import Accion, Permisos
from panel.textos import _, n_

LIMITE = 20
"""De cada clase: lo demás se ve en el calendario."""
APROBACIONES = 5
FALLAS = timedelta(days=7)
TOKEN_CERCA = timedelta(days=14)
TOKEN_YA = timedelta(days=3)
_PALABRAS = 160
_CANDIDATAS = 500


class Urgencia(IntEnum):
    """Primero lo que se está perdiendo; al final lo que puede esperar a mañana."""

    DECIDIR = 1
    FALLA = 2
    ALZA = 3
    APROBAR = 4
    PERFIL = 5
    ARCHIVO = 6
    MIRANDO = 7
    TOKEN = 8


@dataclass(frozen=True, slots=True)
class Acto:
    """Un botón. camino: una ruta que lo hace. lleno: es lo que más se hace."""

    camino: str
    texto: str
    campos: Mapping[str, str] = field(default_factory=dict)
    lleno: bool = False
    confirmar: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asunto:
    """titulo: qué pasa. de: de qué se habla. mirar: qué comprobar o cómo se arregla. enlace: dónde se ve entero; abrir:
    si lo que toca es ir ahí, cómo se dice. redes: en cuáles, si es de varios perfiles.
    """

    urgencia: Urgencia
    titulo: str
    enlace: str
    de: str = ""
    mirar: str = ""
    en: datetime | None = None
    perfil_id: int | None = None
    redes: tuple[str, ...] = ()
    abrir: str = ""
    actos: tuple[Acto, ...] = ()
    grave: bool = False

    @property
    def orden(self) -> tuple[int, bool, float]:
        return self.urgencia, self.en is None, self.en.timestamp() if self.en else 0.0


class _Fila(NamedTuple):
    id: int
    publicacion_id: int
    perfil_id: int
    estado: Estado
    en: datetime
    detalle: str
    texto: str


# ── lo que no se sabe si salió, y lo que falló ───────────────────────────────────────────────────────────────────


def de_entregas(
    sesion: Session, permisos: Permisos, *, perfiles: Collection[int] | None, ahora: datetime
) -> list[Asunto]:
    dudosas = _filas(sesion, perfiles, text("estado IN ('en_duda', 'por_decidir')"))
    pudieron = con_intento_dudoso(sesion, [f.id for f in dudosas])
    falladas = _filas(
        sesion,
        perfiles,
        text("estado = 'fallida'"),
        col(Entrega.no_antes_de) >= ahora - FALLAS,
        col(Entrega.no_antes_de) < ahora + FALLAS,
    )
    return [_dudosa(f, permisos, pudo_salir=f.id in pudieron) for f in dudosas] + [
        _fallada(f, permisos) for f in falladas
    ]


def _filas(sesion: Session, perfiles: Collection[int] | None, *condiciones: Any) -> list[_Fila]:
    """Las últimas. Primero sus ids, sin ordenar: con un orden, SQLite recorre todo lo que tiene hora."""
    cuales = select(col(Entrega.id)).where(*condiciones).limit(_CANDIDATAS)
    if perfiles is not None:
        cuales = cuales.where((col(Entrega.perfil_id) + 0).in_(perfiles))
    ids = sesion.scalars(cuales).all()
    if not ids:
        return []
    orden = (
        select(
            col(Entrega.id),
            col(Entrega.publicacion_id),
            col(Entrega.perfil_id),
            col(Entrega.estado),
            col(Entrega.no_antes_de),
            col(Entrega.detalle),
            func.substr(col(Publicacion.texto), 1, _PALABRAS),
        )
        .join(Publicacion, col(Publicacion.id) == col(Entrega.publicacion_id))
        .where(col(Entrega.id).in_(ids))
        .order_by(col(Entrega.no_antes_de).desc())
        .limit(LIMITE)
    )
    return [_Fila(*fila) for fila in sesion.execute(orden)]


def _dudosa(f: _Fila, permisos: Permisos, *, pudo_salir: bool) -> Asunto:
    enlace = f"/publicacion/{f.publicacion_id}"
    if f.estado is Estado.EN_DUDA:
        return Asunto(
            urgencia=Urgencia.MIRANDO,
            titulo=_("Se está comprobando si salió"),
            de=f.texto,
            mirar=_(
                "Se cortó la comunicación al publicar. Pregonero está mirando en la red; no hace falta hacer nada."
            ),
            enlace=enlace,
            en=f.en,
            perfil_id=f.perfil_id,
        )
    if pudo_salir:
        titulo, mirar = (
            _("¿Salió o no?"),
            _("Abra el perfil en la red y busque esto entre lo último. Después conteste."),
        )
        sale, seguro = _("No está: que salga"), _("Si ya estaba publicada, saldrá dos veces. ¿Miró el perfil?")
    else:
        titulo = _("Se pasó de su hora")
        mirar = f.detalle or _("No salió a tiempo. Diga si todavía sirve decirlo.")
        sale, seguro = _("Que salga ya"), ""
    resolver = f"/entrega/{f.id}/resolver"
    actos = [
        Acto(resolver, sale, {"respuesta": "no_salio"}, lleno=not pudo_salir, confirmar=seguro),
        Acto(resolver, _("Ya no hace falta"), {"respuesta": "no_hace_falta"}),
    ]
    return Asunto(
        urgencia=Urgencia.DECIDIR,
        titulo=titulo,
        de=f.texto,
        mirar=mirar,
        enlace=f"{enlace}#e{f.id}",
        en=f.en,
        perfil_id=f.perfil_id,
        actos=tuple(actos) if permisos.puede(Accion.COORDINAR, f.perfil_id) else (),
        grave=True,
    )


def _fallada(f: _Fila, permisos: Permisos) -> Asunto:
    actos = [
        Acto(f"/entrega/{f.id}/reintentar", _("Intentar otra vez"), lleno=True),
        Acto(f"/entrega/{f.id}/cancelar", _("Dejarla"), {"motivo": _("No hace falta que salga.")}),
    ]
    return Asunto(
        urgencia=Urgencia.FALLA,
        titulo=_("La red no la aceptó"),
        de=f.texto,
        mirar=f.detalle or _("Ábrala para ver por qué y cambiarla."),
        enlace=f"/publicacion/{f.publicacion_id}",
        en=f.en,
        perfil_id=f.perfil_id,
        actos=tuple(actos) if permisos.puede(Accion.REDACTAR, f.perfil_id) else (),
        grave=True,
    )


# ── lo que espera su firma ──


def de_aprobaciones(suyas: Sequence[Pendiente]) -> list[Asunto]:
    """Aquí no se firma: no se ve entera, y se aprueba exactamente lo que se vio. Pura."""
    asuntos = [
        Asunto(
            urgencia=Urgencia.APROBAR,
            titulo=_("Espera su aprobación"),
            de=" ".join(s.texto.split())[:_PALABRAS],
            mirar=_("La pide %(quien)s.") % {"quien": s.pedida_por} if s.pedida_por else "",
            enlace=f"/aprobaciones/{s.id}",
            en=s.hora,
            redes=tuple(dict.fromkeys(red for _nombre, red in s.perfiles)),
            abrir=_("Verla y decidir"),
        )
        for s in suyas[:APROBACIONES]
    ]
    if len(suyas) > APROBACIONES:
        sobran = len(suyas) - APROBACIONES
        asuntos.append(
            Asunto(
                urgencia=Urgencia.APROBAR,
                titulo=n_("Y %(n)d más espera su firma", "Y %(n)d más esperan su firma", sobran) % {"n": sobran},
                enlace="/aprobaciones",
                abrir=_("Verlas todas"),
            )
        )
    return asuntos


# ── los perfiles ─────────────────────────────────────────────────────────────────────────────────────────────────


def de_perfiles(perfiles: Iterable[Perfil], permisos: Permisos, *, ahora: datetime) -> list[Asunto]:
    """Los que están en pausa y los que van a dejar de servir. Pura."""
    asuntos = []
    for perfil in perfiles:
        if perfil.pausado_en is not None:
            asuntos.append(_en_pausa(perfil, permisos))
        if perfil.token_vence_en is not None and perfil.token_vence_en - ahora <= TOKEN_CERCA:
            asuntos.append(_por_vencer(perfil, ahora))
    return asuntos


def _en_pausa(perfil: Perfil, permisos: Permisos) -> Asunto:
    lo_paro_el_motor = perfil.pausado_por == "motor"
    reanudar = Acto(f"/perfiles/{perfil.id}/reanudar", _("Reanudar"))
    return Asunto(
        urgencia=Urgencia.PERFIL,
        titulo=_("Este perfil no puede publicar") if lo_paro_el_motor else _("Este perfil está en pausa"),
        mirar=perfil.pausa_motivo or _("Nada sale por él hasta que se reanude."),
        enlace=f"/perfiles/{perfil.id}",
        abrir=_("Ver cómo se arregla"),
        en=perfil.pausado_en,
        perfil_id=perfil.id,
        actos=(reanudar,) if permisos.puede(Accion.COORDINAR, perfil.id) else (),
        grave=lo_paro_el_motor,
    )


def _por_vencer(perfil: Perfil, ahora: datetime) -> Asunto:
    vence = perfil.token_vence_en
    assert vence is not None  # noqa: S101 # lo miró quien llama
    ya = vence <= ahora
    return Asunto(
        urgencia=Urgencia.PERFIL if vence - ahora <= TOKEN_YA else Urgencia.TOKEN,
        titulo=_("Venció el permiso de la red") if ya else _("Va a vencer el permiso de la red"),
        mirar=_("Renuévelo en la página del perfil: mientras no lo haga, nada sale por él.")
        if ya
        else _("Renuévelo antes de ese día en la página del perfil; después nada saldría por él."),
        enlace=f"/perfiles/{perfil.id}",
        abrir=_("Ver cómo se arregla"),
        en=vence,
        perfil_id=perfil.id,
        grave=vence - ahora <= TOKEN_YA,
    )


# ── la carpeta y las alertas: de toda la oficina ─────────────────────────────────────────────────────────────────


def de_la_carpeta(sesion: Session, *, desde: datetime) -> list[Asunto]:
    """Los archivos que se devolvieron hoy."""
    orden = (
        select(Recepcion)
        .where(col(Recepcion.veredicto) == Veredicto.RECHAZADO, col(Recepcion.recibida_en) >= desde)
        .order_by(col(Recepcion.id).desc())
        .limit(LIMITE)
    )
    return [
        Asunto(
            urgencia=Urgencia.ARCHIVO,
            titulo=_("Un archivo de la carpeta no se pudo tomar"),
            de=r.nombre,
            mirar=_que_corregir(acta_de(r).motivo)
            or _("Junto al archivo, en «rechazadas», hay una nota con lo que falta."),
            enlace="",
            en=r.recibida_en,
        )
        for r in sesion.scalars(orden)
    ]


def de_alzas(historias: Sequence[Historia], permisos: Permisos) -> list[Asunto]:
    """Las que nadie ha atendido. Pura."""
    puede = permisos.puede(Accion.COORDINAR)
    return [
        Asunto(
            urgencia=Urgencia.ALZA,
            titulo=_("Se habla mucho más de lo normal"),
            de=h.asunto,
            mirar=_primer_parrafo(h.detalle),
            enlace=f"/alertas/{h.id}",
            en=h.abierta_en,
            actos=(Acto(f"/alertas/{h.id}/enterada", _("Enterada"), lleno=True),) if puede else (),
            grave=True,
        )
        for h in historias
        if h.atendida_en is None
    ]


def _que_corregir(motivo: str) -> str:
    """De la nota que se dejó junto al archivo, lo que hay que cambiar."""
    faltas = re.findall(r"^\d+\. (.+)$", motivo, re.MULTILINE)
    return " ".join(faltas[:2]) if faltas else _primer_parrafo(motivo)


def _primer_parrafo(texto: str) -> str:
    return texto.strip().partition("\n\n")[0][:400]

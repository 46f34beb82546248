"""Lo que enseña la página de una solicitud, sólo de los perfiles que puede ver quien la mira."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from modelos import Entrega, EstadoDeSolicitud, Firma, Medio, Perfil, Publicacion, Solicitud, Version
from modelos.consultas import medios_de
from motor.aprobaciones import comentarios, espera, personas, versiones
from motor.aprobaciones.contenido import huella_de
from motor.aprobaciones.diferencias import Diferencia, comparar
from motor.aprobaciones.firmas import por_que_no
from motor.aprobaciones.solicitudes import Caso, mirar_una
from motor.usuarios.permisos import Accion
from panel.peticion import NoEsta, Peticion


@dataclass(frozen=True, slots=True, kw_only=True)
class EnPerfil:
    """Cómo se verá en un perfil. partes: los textos, en orden."""

    perfil: Perfil
    partes: tuple[Entrega, ...]

    @property
    def hora(self) -> datetime:
        return self.partes[0].no_antes_de

    @property
    def textos(self) -> tuple[str, ...]:
        """Sin lo que distingue a sus enlaces de los de otro perfil, que no se lee."""
        return tuple(e.texto.replace(e.clave.partition("-")[0], "…") for e in self.partes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dicho:
    """Un renglón de la conversación. clase: «comentario», «aprobo» o «cambios»."""

    quien: str
    en: datetime
    texto: str
    clase: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pedida:
    """Una solicitud lista para enseñarse. grupos: los perfiles donde se dirá lo mismo. vigente: la que vale hoy, si
    ésta ya no.
    """

    caso: Caso
    perfiles: tuple[EnPerfil, ...]
    grupos: tuple[tuple[EnPerfil, ...], ...]
    ocultos: int
    medios: tuple[tuple[Medio, str], ...]
    dichos: tuple[Dicho, ...]
    versiones: tuple[Version, ...]
    contra: Version | None
    diferencias: tuple[Diferencia, ...]
    vigente: int | None
    vista: str
    puede_firmar: bool
    por_que_no: str
    espera: str
    pedida_por: str


def exigir_verla(sesion: Session, p: Peticion, solicitud_id: int) -> Solicitud:
    """Lanza NoEsta si no existe o no puede ver ninguno de sus perfiles."""
    solicitud = sesion.get(Solicitud, solicitud_id)
    if solicitud is None or not any(p.puede(Accion.VER, perfil) for perfil in perfiles_de(sesion, solicitud)):
        raise NoEsta
    return solicitud


def perfiles_de(sesion: Session, solicitud: Solicitud) -> list[int]:
    orden = select(col(Entrega.perfil_id)).where(col(Entrega.id).in_(list(map(int, solicitud.alcance)))).distinct()
    return list(sesion.scalars(orden))


def pedida(sesion: Session, p: Peticion, solicitud_id: int, *, desde: int | None) -> Pedida:
    """desde: con qué versión comparar; None: la anterior a la de hoy."""
    solicitud = exigir_verla(sesion, p, solicitud_id)
    publicacion = sesion.get_one(Publicacion, solicitud.publicacion_id)
    caso = mirar_una(sesion, solicitud, publicacion, ahora=p.ahora)
    filas = _entregas(sesion, solicitud)
    todos = _por_perfil(filas)
    visibles = tuple(s for s in todos if p.puede(Accion.VER, s.perfil.id))
    hechas = versiones.de(sesion, publicacion.id)
    contra = _contra(hechas, publicacion.version, desde)
    pendiente = solicitud.estado is EstadoDeSolicitud.PENDIENTE
    puede = pendiente and p.usuario.id in caso.avance.pueden
    return Pedida(
        caso=caso,
        perfiles=visibles,
        grupos=_agrupados(visibles, publicacion),
        ocultos=len(todos) - len(visibles),
        medios=tuple(medios_de(sesion, publicacion.id)),
        dichos=_dichos(sesion, publicacion.id, caso),
        versiones=tuple(hechas),
        contra=contra,
        diferencias=_diferencias(hechas, contra, {s.perfil.nombre for s in visibles}),
        vigente=_vigente(sesion, solicitud),
        vista=huella_de(solicitud.alcance),
        puede_firmar=puede,
        por_que_no=por_que_no(caso, p.usuario) if pendiente and not puede else "",
        espera=espera.dicho(caso.avance, caso.pasos, caso.nombres) if pendiente else "",
        pedida_por=personas.nombre_de(caso.usuarios.values(), solicitud.pedida_por),
    )


def _entregas(sesion: Session, solicitud: Solicitud) -> list[tuple[Entrega, Perfil]]:
    orden = (
        select(Entrega, Perfil)
        .join(Perfil, col(Perfil.id) == col(Entrega.perfil_id))
        .where(col(Entrega.id).in_(list(map(int, solicitud.alcance))))
        .order_by(col(Entrega.no_antes_de), col(Perfil.nombre), col(Entrega.parte))
    )
    return [(e, perfil) for e, perfil in sesion.execute(orden)]


def _por_perfil(filas: list[tuple[Entrega, Perfil]]) -> list[EnPerfil]:
    de: dict[int, list[Entrega]] = {}
    perfiles = {perfil.id: perfil for _, perfil in filas}
    for e, perfil in filas:
        de.setdefault(perfil.id, []).append(e)
    return [EnPerfil(perfil=perfiles[i], partes=tuple(suyas)) for i, suyas in de.items()]


def _agrupados(visibles: Sequence[EnPerfil], publicacion: Publicacion) -> tuple[tuple[EnPerfil, ...], ...]:
    juntos: dict[tuple[object, ...], list[EnPerfil]] = {}
    for suyo in visibles:
        propias = sorted((k, str(v)) for k, v in publicacion.opciones.get(suyo.perfil.red, {}).items())
        juntos.setdefault((suyo.textos, tuple(propias)), []).append(suyo)
    return tuple(tuple(suyos) for suyos in juntos.values())


def _contra(hechas: list[Version], actual: int, desde: int | None) -> Version | None:
    """La versión con que comparar la de hoy."""
    anteriores = [v for v in hechas if v.version < actual]
    return next((v for v in anteriores if v.version == desde), anteriores[-1] if anteriores else None)


def _diferencias(hechas: list[Version], contra: Version | None, perfiles: set[str]) -> tuple[Diferencia, ...]:
    """Entre esa versión y la última; de los textos por perfil, sólo los de los que se pueden ver."""
    if contra is None:
        return ()
    unos, otros = (_visible(v.contenido, perfiles) for v in (contra, hechas[-1]))
    return tuple(comparar(unos, otros))


def _visible(contenido: dict[str, object], perfiles: set[str]) -> dict[str, object]:
    suyos = contenido.get("perfiles")
    de_ahi = {n: s for n, s in suyos.items() if n in perfiles} if isinstance(suyos, dict) else {}
    return {**contenido, "perfiles": de_ahi}


def _vigente(sesion: Session, solicitud: Solicitud) -> int | None:
    """La última del mismo flujo, si es otra."""
    orden = (
        select(col(Solicitud.id))
        .where(
            col(Solicitud.publicacion_id) == solicitud.publicacion_id,
            col(Solicitud.flujo_id) == solicitud.flujo_id,
            col(Solicitud.id) > solicitud.id,
        )
        .order_by(col(Solicitud.id).desc())
        .limit(1)
    )
    return sesion.scalars(orden).first()


def _dichos(sesion: Session, publicacion_id: int, caso: Caso) -> tuple[Dicho, ...]:
    """Los comentarios y las firmas de todas sus solicitudes, en orden."""
    orden = (
        select(Firma, Solicitud)
        .join(Solicitud, col(Solicitud.id) == col(Firma.solicitud_id))
        .where(col(Solicitud.publicacion_id) == publicacion_id)
    )
    nombres = caso.nombres
    firmas = [
        Dicho(
            quien=nombres.get(f.usuario_id, ""),
            en=f.firmada_en,
            texto=f.comentario,
            clase="aprobo" if f.aprueba else "cambios",
            version=s.version,
        )
        for f, s in sesion.execute(orden)
    ]
    suyos = [
        Dicho(quien=u.nombre, en=c.creado_en, texto=c.texto, clase="comentario", version=c.version)
        for c, u in comentarios.de(sesion, publicacion_id)
    ]
    return tuple(sorted([*firmas, *suyos], key=lambda d: d.en))


def asentar_firma(sesion: Session, p: Peticion, caso: Caso, *, aprueba: bool) -> None:
    """En la bitácora, con el contenido exacto que se firmó."""
    p.asentar(
        sesion,
        "publicacion_aprobada" if aprueba else "cambios_pedidos",
        sobre=f"publicacion:{caso.publicacion.id}",
        detalle=f"solicitud {caso.solicitud.id}, versión {caso.publicacion.version}, "
        f"contenido {huella_de(caso.solicitud.alcance)[:16]}",
    )

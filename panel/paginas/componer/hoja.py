"""Lo que enseña la página de componer: el borrador y con qué se llena."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from sqlmodel import Session, col, select
from starlette.responses import HTMLResponse

from conectores.contrato import Capacidades, OpcionDePieza
from modelos import Borrador, Medio, Perfil, Usuario
from motor.acervo.alcance import a_la_vista
from motor.acervo.galeria import Filtros, Renglon, pagina
from motor.acervo.recorte import Razon, admitidas
from motor.borradores.contenido import Contenido, leer
from motor.reglas import TextoAlternativo
from panel.paginas.componer.formulario import clave_nueva
from panel.paginas.componer.permiso import perfiles_para_escribir
from panel.paginas.componer.vistas import Panorama
from panel.peticion import Peticion

ENCUESTA_OPCIONES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Hoja:
    """Un borrador abierto. guardado_en: None si no está en el servidor. de: quien lo escribe, si es de otra persona."""

    clave: str = field(default_factory=clave_nueva)
    aparato: str = field(default_factory=lambda: clave_nueva()[:16])
    revision: int = 0
    contenido: Contenido
    publicacion_id: int | None = None
    guardado_en: datetime | None = None
    de: str = ""


def hoja_de(sesion: Session, p: Peticion, borrador: Borrador) -> Hoja:
    ajeno = borrador.usuario_id != p.usuario.id
    return Hoja(
        clave=borrador.clave,
        revision=borrador.revision,
        contenido=leer(borrador.contenido),
        publicacion_id=borrador.publicacion_id,
        guardado_en=borrador.actualizado_en,
        de=sesion.get_one(Usuario, borrador.usuario_id).nombre if ajeno else "",
    )


@dataclass(frozen=True, slots=True)
class Grupo:
    """Los perfiles de una red en que puede escribir."""

    capacidades: Capacidades
    perfiles: Sequence[Perfil]


@dataclass(frozen=True, slots=True, kw_only=True)
class Destinatario:
    """A quién se le puede decir otra cosa: una red, o un perfil si la red tiene varios. clave: como va en variantes."""

    clave: str
    rotulo: str
    perfiles: Sequence[int]


@dataclass(frozen=True, slots=True)
class Imagen:
    """orden: contando desde 1, como se le nombra en los mensajes."""

    medio: Medio
    alt: str
    orden: int


def mostrar(
    p: Peticion,
    hoja: Hoja,
    *,
    panorama: Panorama | None = None,
    estado: int = 200,
    error: str = "",
    buscar: str | None = None,
) -> HTMLResponse:
    with p.entorno.base.leer() as sesion:
        suyos = perfiles_para_escribir(sesion, p)
        imagenes = _imagenes(sesion, p, hoja.contenido)
        hallados = _hallados(sesion, p, buscar)
    grupos = [Grupo(p.entorno.capacidades_de(red), list(juntos)) for red, juntos in groupby(suyos, key=lambda s: s.red)]
    elegidas = [g.capacidades for g in grupos if any(s.id in hoja.contenido.perfiles for s in g.perfiles)]
    return p.pagina(
        "componer/hoja.html",
        estado=estado,
        h=hoja,
        c=hoja.contenido,
        grupos=grupos,
        destinatarios=destinatarios(grupos),
        imagenes=imagenes,
        razones=razones_para(elegidas),
        tipos=tipos_de(grupos),
        opciones=opciones_de(grupos),
        exige_alt=p.entorno.reglas.texto_alternativo is TextoAlternativo.RECHAZAR,
        panorama=panorama,
        error=error,
        hallados=hallados,
        buscado=buscar or "",
        encuesta=[*hoja.contenido.encuesta, *[""] * ENCUESTA_OPCIONES][: max(4, len(hoja.contenido.encuesta))],
        zona=p.entorno.reglas.zona,
    )


def destinatarios(grupos: Sequence[Grupo]) -> list[Destinatario]:
    todos = []
    for g in grupos:
        ids = [s.id for s in g.perfiles]
        todos.append(Destinatario(clave=g.capacidades.red, rotulo=g.capacidades.nombre, perfiles=ids))
        if len(g.perfiles) > 1:
            todos += [Destinatario(clave=s.nombre, rotulo=s.titulo or s.nombre, perfiles=[s.id]) for s in g.perfiles]
    return todos


def razones_para(elegidas: Sequence[Capacidades]) -> tuple[Razon, ...]:
    return admitidas(c.imagen for c in elegidas if c.imagen is not None)


def tipos_de(grupos: Sequence[Grupo]) -> list[str]:
    return list(dict.fromkeys(tipo for g in grupos for tipo in g.capacidades.tipos))


def opciones_de(grupos: Sequence[Grupo]) -> list[tuple[Capacidades, OpcionDePieza]]:
    return [(g.capacidades, opcion) for g in grupos for opcion in g.capacidades.opciones]


def _imagenes(sesion: Session, p: Peticion, contenido: Contenido) -> list[Imagen]:
    ids = [m.id for m in contenido.medios]
    orden = select(Medio).where(col(Medio.id).in_(ids), a_la_vista(p.permisos))
    por_id = {m.id: m for m in sesion.exec(orden)} if ids else {}
    presentes = [m for m in contenido.medios if m.id in por_id]
    return [Imagen(por_id[m.id], m.alt, i) for i, m in enumerate(presentes, 1)]


def _hallados(sesion: Session, p: Peticion, buscar: str | None) -> Sequence[Renglon] | None:
    if buscar is None:
        return None
    filtros = Filtros(q=buscar, sin_audio=True)
    return pagina(sesion, filtros, permisos=p.permisos, ahora=p.ahora).renglones

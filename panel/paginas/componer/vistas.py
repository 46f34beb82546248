"""Cómo quedará en cada perfil, para la plantilla. Lo dicen la revisión y los conectores: aquí no hay ninguna regla."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from conectores.contrato import Gravedad, Problema
from modelos import Perfil
from motor.acervo import recorte
from motor.acervo.recorte import Razon
from motor.borradores.contenido import Contenido
from motor.borradores.envio import Mirado
from motor.entorno import Entorno
from motor.publicacion import horas_elegidas
from motor.publicacion.composicion import enlaces_de
from motor.publicacion.horas_elegidas import SinHueco
from motor.publicacion.revision import CLAVE_DE_MENTIRA, Vista

_CAMPOS = {
    "redes": "perfiles", "fecha": "fecha", "hora": "fecha", "vence": "vence", "texto": "texto", "título": "titulo",
    "titulo": "titulo", "enlace": "enlace", "tipo": "tipo", "hilo": "hilo", "encuesta": "encuesta",
    "duracion": "encuesta", "campana": "campana", "campaña": "campana", "etiquetas": "etiquetas",
    "imágenes": "medios", "adjuntos": "medios", "carrusel": "medios", "texto alternativo": "medios",
    "tablero": "opciones",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Falta:
    """Un problema y el campo en que se arregla (vacío: ninguno en particular)."""

    problema: Problema
    campo: str

    @property
    def grave(self) -> bool:
        return self.problema.gravedad is Gravedad.ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Parte:
    """Un texto tal como saldrá. medida: None si su red no la dice."""

    texto: Markup
    medida: int | None
    maximo: int

    @property
    def sobra(self) -> int:
        return max(0, (self.medida or 0) - self.maximo)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnPerfil:
    """hora: cuándo saldría ahí, si la elige Pregonero, y por_que. medios: los ids, en orden."""

    perfil: Perfil
    red: str
    unidad: str
    partes: Sequence[Parte]
    titulo: str
    enlace: str
    opciones_de_encuesta: Sequence[str]
    medios: Sequence[int]
    caben: int
    faltas: Sequence[Falta]
    hora: datetime | None
    por_que: str

    @property
    def graves(self) -> int:
        return sum(f.grave for f in self.faltas)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panorama:
    """generales: lo que no es de un perfil. cuando: a qué hora saldría, si la puso quien escribe. razones: las formas
    de imagen que admiten todas las redes elegidas.
    """

    perfiles: Sequence[EnPerfil]
    generales: Sequence[Falta]
    arreglos: Sequence[str]
    cuando: datetime | None
    razones: Sequence[Razon]

    @property
    def listo(self) -> bool:
        return bool(self.perfiles) and not any(f.grave for f in self.todas)

    @property
    def todas(self) -> Iterator[Falta]:
        yield from self.generales
        for suyo in self.perfiles:
            yield from suyo.faltas

    def de_campo(self, campo: str) -> list[dict[str, object]]:
        """Lo que se lee junto a ese campo, y si impide mandarlo; lo de un perfil, con su nombre delante."""
        dichas = {_frase(f.problema): f.grave for f in self.generales if f.campo == campo}
        for suyo in self.perfiles:
            quien = suyo.perfil.titulo or suyo.perfil.nombre
            dichas |= {f"{quien}: {_frase(f.problema)}": f.grave for f in suyo.faltas if f.campo == campo}
        return [{"dicha": dicha[:1].upper() + dicha[1:], "grave": grave} for dicha, grave in dichas.items()]


def panorama(entorno: Entorno, mirado: Mirado, contenido: Contenido, *, ahora: datetime) -> Panorama:
    propuesta = mirado.armado.propuesta
    horas: Mapping[str, tuple[datetime, str]] = {}
    de_hora: list[Problema] = []
    if propuesta is not None and propuesta.ventana is not None:
        try:
            horas = _horas(entorno, mirado, ahora)
        except SinHueco as error:
            de_hora = [horas_elegidas.problema_de(error)]
    de_perfiles = {p for v in mirado.revision.vistas for p in _con_nombre(v)}
    generales = [p for p in (*mirado.problemas, *de_hora) if p not in de_perfiles]
    return Panorama(
        perfiles=[_en_perfil(v, contenido, horas) for v in mirado.revision.vistas],
        generales=[Falta(p, campo_de(p)) for p in generales],
        arreglos=mirado.revision.arreglos,
        razones=recorte.admitidas(v.capacidades.imagen for v in mirado.revision.vistas if v.capacidades.imagen),
        cuando=propuesta.programada_en if propuesta is not None and propuesta.ventana is None else None,
    )


def _con_nombre(vista: Vista) -> Iterator[Problema]:
    for p in vista.problemas:
        donde = f"{vista.perfil.nombre}, {p.donde}" if p.donde else vista.perfil.nombre
        yield Problema(p.mensaje, p.remedio, donde, p.gravedad)


def _horas(entorno: Entorno, mirado: Mirado, ahora: datetime) -> dict[str, tuple[datetime, str]]:
    """Las que ya tiene y no se mueven, y las que elegiría ahora mismo para los demás."""
    propuesta, cambio = mirado.armado.propuesta, mirado.cambio
    assert propuesta is not None  # noqa: S101 # lo miró quien llama
    fijas = {}
    for vista in mirado.revision.vistas:
        if (en := mirado.armado.horas.get(vista.perfil.id)) is not None and cambio is not None:
            fijas[vista.perfil.nombre] = (en, "")
    if len(fijas) == len(mirado.revision.vistas):
        return fijas
    previstas = horas_elegidas.previstas(entorno, propuesta, ahora=ahora)
    return {nombre: (a.en, a.frase) for nombre, a in previstas.items()} | fijas


def _en_perfil(vista: Vista, contenido: Contenido, horas: Mapping[str, tuple[datetime, str]]) -> EnPerfil:
    primera, capacidades = vista.piezas[0], vista.capacidades
    hora, por_que = horas.get(vista.perfil.nombre, (None, ""))
    return EnPerfil(
        perfil=vista.perfil,
        red=capacidades.nombre,
        unidad=capacidades.unidad_de_largo,
        partes=[
            Parte(texto=_con_enlaces(pieza.texto), medida=medida, maximo=capacidades.largo_maximo)
            for pieza, medida in zip(vista.piezas, vista.medidas, strict=True)
        ],
        titulo=primera.titulo,
        enlace=_sin_clave(primera.enlace),
        opciones_de_encuesta=primera.encuesta.opciones if primera.encuesta else (),
        medios=[m.id for m in contenido.medios],
        caben=capacidades.imagenes_maximas,
        faltas=[Falta(p, campo_de(p)) for p in vista.problemas],
        hora=hora,
        por_que=por_que,
    )


def campo_de(problema: Problema) -> str:
    donde = problema.donde.rpartition(", ")[2]
    if donde.startswith("imagen ") and donde[7:].isdecimal():
        return f"medio-{donde[7:]}"
    if donde.startswith("variante "):
        return "texto"
    return _CAMPOS.get(donde, "")


def _frase(problema: Problema) -> str:
    return f"{problema.mensaje} {problema.remedio}".strip()


def _con_enlaces(texto: str) -> Markup:
    """Los enlaces, marcados; la clave que los distinguirá todavía no se sabe."""
    trozos, resto = [], texto
    for enlace in enlaces_de(texto):
        antes, _, resto = resto.partition(enlace)
        trozos += [escape(antes), Markup('<span class="liga">%s</span>') % _sin_clave(enlace)]
    return Markup("").join([*trozos, escape(resto)])


def _sin_clave(enlace: str) -> str:
    return enlace.replace(CLAVE_DE_MENTIRA, "…")

"""Revisar lo que pide un editor antes de aceptarlo: todo lo que se puede saber sin hablar con la red."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import inspect

from conectores.contrato import Adjunto, Capacidades, Conector, Gravedad, MedidorDeTexto, Pieza, Problema, TipoDeMedio
from modelos import Perfil, Publicacion
from modelos.consultas import perfiles
from motor.acervo.derechos import REMEDIO, hasta_cuando, vencimientos
from motor.acervo.medios import DatosDeMedio, MedioInadmisible, adjunto_de, inspeccionar
from motor.entorno import Entorno
from motor.publicacion.composicion import piezas_de
from motor.publicacion.propuesta import MedioPropuesto, Propuesta
from motor.reglas import TextoAlternativo

RETRASO_ADMITIDO = timedelta(minutes=5)
"""Lo que puede haber pasado de la hora pedida sin que sea «una fecha pasada»: el archivo tardó en llegar."""

CLAVE_DE_MENTIRA = "0" * 20
"""Tan larga como las de verdad, para contar los caracteres que habrá."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vista:
    """Cómo saldrá en un perfil. piezas: una, o las de su hilo. medidas: lo que mide el texto de cada una, en la unidad
    de su red; None si no sabe medirlo. problemas: lo que dice su red, con los archivos como los llamó el editor.
    """

    perfil: Perfil
    capacidades: Capacidades
    piezas: tuple[Pieza, ...]
    medidas: tuple[int | None, ...]
    problemas: tuple[Problema, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """problemas: lo que está mal o conviene saber. arreglos: lo que Pregonero cambió solo, dicho al editor. vistas: una
    por perfil, en el orden de sus nombres.
    """

    problemas: tuple[Problema, ...] = ()
    arreglos: tuple[str, ...] = ()
    vistas: tuple[Vista, ...] = ()

    @property
    def admisible(self) -> bool:
        return all(p.gravedad is not Gravedad.ERROR for p in self.problemas)


def revisar(entorno: Entorno, propuesta: Propuesta, *, ahora: datetime) -> Revision:
    """Todo lo que se puede saber antes de la hora, sin tocar la red ni la base (sólo lee perfiles y derechos)."""
    problemas = [*_de_fechas(propuesta, ahora), *_de_largos(propuesta)]
    medios, ilegibles = _inspeccionados(propuesta)
    problemas += ilegibles
    problemas += _de_texto_alternativo(entorno, propuesta)
    arreglos: list[str] = []
    with entorno.base.leer() as sesion:
        suyos = perfiles(sesion, nombres=propuesta.perfiles)
        vencen = vencimientos(sesion, [datos.sha256 for datos, _ in medios])
    problemas += _de_derechos(entorno, propuesta, medios, vencen, ahora)
    problemas += _de_perfiles(entorno, propuesta, suyos)
    vistas = []
    for perfil in suyos:
        capacidades = entorno.capacidades_de(perfil.red)
        adjuntos, arreglados = _adjuntos(entorno, medios, capacidades)
        arreglos += arreglados
        nombres = {a.ruta.name: medio.donde for a, (_, medio) in zip(adjuntos, medios, strict=True)}
        vista = _vista(entorno, propuesta, perfil, adjuntos, nombres)
        vistas.append(vista)
        problemas += [_con_perfil(p, perfil) for p in vista.problemas]
    return Revision(tuple(dict.fromkeys(problemas)), tuple(dict.fromkeys(arreglos)), tuple(vistas))


def _vista(
    entorno: Entorno, propuesta: Propuesta, perfil: Perfil, adjuntos: list[Adjunto], nombres: Mapping[str, str]
) -> Vista:
    conector = entorno.abrir(perfil)
    piezas = piezas_de(
        propuesta,
        conector,
        perfil=perfil.nombre,
        clave=CLAVE_DE_MENTIRA,
        dominios=entorno.reglas.dominios_propios,
        adjuntos=adjuntos,
    )
    problemas = [_para_el_editor(p, nombres) for pieza in piezas for p in conector.validar(pieza)]
    return Vista(
        perfil=perfil,
        capacidades=entorno.capacidades_de(perfil.red),
        piezas=tuple(piezas),
        medidas=tuple(_medida(conector, pieza) for pieza in piezas),
        problemas=tuple(dict.fromkeys(problemas)),
    )


def _medida(conector: Conector, pieza: Pieza) -> int | None:
    return conector.medir_texto(pieza) if isinstance(conector, MedidorDeTexto) else None


def _de_fechas(propuesta: Propuesta, ahora: datetime) -> Iterator[Problema]:
    if propuesta.programada_en < ahora - RETRASO_ADMITIDO:
        yield Problema(
            f"la fecha {propuesta.fecha_local or propuesta.programada_en.isoformat()} ya pasó.",
            "Ponga una fecha futura, o «ya» para publicarla en cuanto llegue.",
            "fecha",
        )
    if propuesta.vence_en is not None and propuesta.vence_en <= max(propuesta.programada_en, ahora):
        yield Problema("vence antes de su hora de publicación.", "Ponga un vencimiento posterior, o quítelo.", "vence")


_ROTULOS = {"titulo": "título", "enlace": "enlace", "tipo": "tipo", "campana": "campaña", "autor": "autor"}


def _de_largos(propuesta: Propuesta) -> Iterator[Problema]:
    """Lo que no cabe en la base: PostgreSQL lo rechazaría al guardarlo."""
    for nombre, rotulo in _ROTULOS.items():
        tipo, largo = inspect(Publicacion).columns[nombre].type, len(getattr(propuesta, nombre))
        maximo: int = tipo.length  # type: ignore[attr-defined] # todas son textos con tope
        if largo > maximo:
            yield Problema(f"tiene {largo} caracteres y caben {maximo}.", f"Quite {largo - maximo}.", rotulo)
    for texto in (propuesta.texto, *propuesta.variantes.values(), *(getattr(propuesta, n) for n in _ROTULOS)):
        if "\0" in texto:
            yield Problema("lleva un carácter nulo, que no se puede guardar.", "Bórrelo y vuelva a guardarlo.", "texto")


def _inspeccionados(propuesta: Propuesta) -> tuple[list[tuple[DatosDeMedio, MedioPropuesto]], list[Problema]]:
    legibles, problemas = [], []
    for medio in propuesta.medios:
        try:
            datos = inspeccionar(medio.ruta)
            if datos.tipo is TipoDeMedio.AUDIO:
                problemas.append(Problema(*_AUDIO, medio.donde))
            else:
                legibles.append((datos, medio))
        except MedioInadmisible as error:
            problemas.append(replace(error.problema, donde=medio.donde))
    return legibles, problemas


_AUDIO = (
    "es un audio, y ninguna red publica audios sueltos.",
    "Guárdelo en el acervo; para publicarlo, haga con él un video.",
)


def _de_derechos(
    entorno: Entorno,
    propuesta: Propuesta,
    medios: list[tuple[DatosDeMedio, MedioPropuesto]],
    vencen: Mapping[str, datetime],
    ahora: datetime,
) -> Iterator[Problema]:
    """Lo que según su ficha ya no se podrá usar a la hora de salir (con mejor hora, a la más tarde que pueda ser)."""
    sale = max(propuesta.cita.hasta or propuesta.programada_en, ahora)
    for datos, medio in medios:
        vence = vencen.get(datos.sha256)
        if vence is not None and vence <= sale:
            yield Problema(hasta_cuando(vence, entorno.reglas.zona), REMEDIO, medio.donde)


def _de_texto_alternativo(entorno: Entorno, propuesta: Propuesta) -> Iterator[Problema]:
    rechazar = entorno.reglas.texto_alternativo is TextoAlternativo.RECHAZAR
    for medio in propuesta.medios:
        if not medio.texto_alternativo.strip():
            yield Problema(
                "no tiene texto alternativo: quien no puede verla no sabrá qué muestra.",
                "Descríbala en una frase (en un archivo, con «alt: …»).",
                medio.donde,
                Gravedad.ERROR if rechazar else Gravedad.AVISO,
            )


def _de_perfiles(entorno: Entorno, propuesta: Propuesta, suyos: list[Perfil]) -> Iterator[Problema]:
    if not propuesta.perfiles:
        yield Problema("no dice en qué perfiles se publica.", "Añada «redes: …».", "redes")
    for nombre in sorted(set(propuesta.perfiles) - {p.nombre for p in suyos}):
        yield Problema(f"el perfil «{nombre}» no existe.", "Vea los que hay con «pregonero perfiles».", "redes")
    for red in sorted({p.red for p in suyos}):
        capacidades = entorno.capacidades_de(red)
        cuantos = sum(p.red == red for p in suyos)
        if capacidades.texto_unico and cuantos > 1:
            yield Problema(
                f"irá igual a {cuantos} cuentas de {capacidades.nombre}, que prohíbe repetir lo mismo en varias.",
                "Escriba una variante para cada una.",
                "redes",
                Gravedad.AVISO,
            )


def _para_el_editor(problema: Problema, nombres: Mapping[str, str]) -> Problema:
    """Con los archivos llamados como los llamó él."""
    donde, mensaje = problema.donde, problema.mensaje
    for nuestro, suyo in nombres.items():
        donde, mensaje = donde.replace(nuestro, suyo), mensaje.replace(nuestro, suyo)
    return replace(problema, donde=donde, mensaje=mensaje)


def _con_perfil(problema: Problema, perfil: Perfil) -> Problema:
    donde = problema.donde
    return replace(problema, donde=f"{perfil.nombre}, {donde}" if donde else perfil.nombre)


def _adjuntos(
    entorno: Entorno, medios: list[tuple[DatosDeMedio, MedioPropuesto]], capacidades: Capacidades
) -> tuple[list[Adjunto], list[str]]:
    adjuntos, arreglos = [], []
    for datos, medio in medios:
        adjunto, arreglados = adjunto_de(
            datos, capacidades, texto_alternativo=medio.texto_alternativo, variantes=entorno.acervo / "variantes"
        )
        adjuntos.append(adjunto)
        arreglos += [a.replace(datos.ruta.name, medio.donde) for a in arreglados]
    return adjuntos, arreglos

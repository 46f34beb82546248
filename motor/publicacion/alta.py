"""Dar de alta lo que pide un editor: revisarlo antes de aceptarlo, guardarlo, y cambiarlo mientras se pueda."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import inspect
from sqlmodel import Session, col, delete

from conectores.contrato import (
    Adjunto,
    Capacidades,
    Conciliacion,
    Gravedad,
    Hilador,
    Pieza,
    Problema,
    calcular_huella,
)
from modelos import Entrega, Estado, MedioDePublicacion, Perfil, Publicacion
from modelos.consultas import entregas_de, historia_de, perfiles
from modelos.estados import EDITABLES, TERMINALES
from motor.acervo.medios import DatosDeMedio, MedioInadmisible, adjunto_de, guardar, inspeccionar
from motor.entorno import Entorno
from motor.fechas.escritas import fecha_larga
from motor.horarios.asignacion import Asignada
from motor.publicacion import horas_elegidas
from motor.publicacion.composicion import componer, en_partes
from motor.publicacion.propuesta import MedioPropuesto, Propuesta
from motor.publicacion.transiciones import anotar, transitar
from motor.reglas import TextoAlternativo

RETRASO_ADMITIDO = timedelta(minutes=5)
"""Lo que puede haber pasado de la hora pedida sin que sea «una fecha pasada»: el archivo tardó en llegar."""


@dataclass(frozen=True, slots=True)
class Revision:
    """problemas: lo que está mal o conviene saber. arreglos: lo que Pregonero cambió solo, dicho al editor."""

    problemas: tuple[Problema, ...] = ()
    arreglos: tuple[str, ...] = ()

    @property
    def admisible(self) -> bool:
        return all(p.gravedad is not Gravedad.ERROR for p in self.problemas)


class NoEditable(Exception):
    """Ya es tarde para cambiarla; el mensaje dice por qué y qué hacer."""


# ── revisar ──────────────────────────────────────────────────────────────────────────────────────────────────────


def revisar(entorno: Entorno, propuesta: Propuesta, *, ahora: datetime) -> Revision:
    """Todo lo que se puede saber antes de la hora, sin tocar la red ni la base (sólo lee los perfiles)."""
    problemas = [*_de_fechas(propuesta, ahora), *_de_largos(propuesta)]
    medios, ilegibles = _inspeccionados(propuesta)
    problemas += ilegibles
    problemas += _de_texto_alternativo(entorno, propuesta)
    arreglos: list[str] = []
    with entorno.base.leer() as sesion:
        suyos = perfiles(sesion, nombres=propuesta.perfiles)
    problemas += _de_perfiles(entorno, propuesta, suyos)
    for perfil in suyos:
        capacidades = entorno.capacidades_de(perfil.red)
        adjuntos, arreglados = _adjuntos(entorno, medios, capacidades)
        arreglos += arreglados
        nombres = {a.ruta.name: medio.donde for a, (_, medio) in zip(adjuntos, medios, strict=True)}
        for pieza in _piezas(entorno, propuesta, perfil, clave="0" * 20, adjuntos=adjuntos):
            problemas += [_para_el_editor(p, perfil, nombres) for p in entorno.abrir(perfil).validar(pieza)]
    return Revision(tuple(dict.fromkeys(problemas)), tuple(dict.fromkeys(arreglos)))


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
    columnas = _columnas(propuesta)
    for nombre, rotulo in _ROTULOS.items():
        tipo, largo = inspect(Publicacion).columns[nombre].type, len(columnas[nombre])
        maximo: int = tipo.length  # type: ignore[attr-defined] # todas son textos con tope
        if largo > maximo:
            yield Problema(f"tiene {largo} caracteres y caben {maximo}.", f"Quite {largo - maximo}.", rotulo)
    for texto in (propuesta.texto, *propuesta.variantes.values(), *(columnas[n] for n in _ROTULOS)):
        if "\0" in texto:
            yield Problema("lleva un carácter nulo, que no se puede guardar.", "Bórrelo y vuelva a guardarlo.", "texto")


def _inspeccionados(propuesta: Propuesta) -> tuple[list[tuple[DatosDeMedio, MedioPropuesto]], list[Problema]]:
    legibles, problemas = [], []
    for medio in propuesta.medios:
        try:
            legibles.append((inspeccionar(medio.ruta), medio))
        except MedioInadmisible as error:
            problemas.append(replace(error.problema, donde=medio.donde))
    return legibles, problemas


def _de_texto_alternativo(entorno: Entorno, propuesta: Propuesta) -> Iterator[Problema]:
    rechazar = entorno.reglas.texto_alternativo is TextoAlternativo.RECHAZAR
    for medio in propuesta.medios:
        if not medio.texto_alternativo.strip():
            yield Problema(
                "no tiene texto alternativo: quien no puede verla no sabrá qué muestra.",
                "Descríbala en una frase con «alt: …».",
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


def _para_el_editor(problema: Problema, perfil: Perfil, nombres: Mapping[str, str]) -> Problema:
    """Con el perfil a que se refiere, y con los archivos llamados como los llamó él."""
    donde, mensaje = problema.donde, problema.mensaje
    for nuestro, suyo in nombres.items():
        donde, mensaje = donde.replace(nuestro, suyo), mensaje.replace(nuestro, suyo)
    return replace(problema, donde=f"{perfil.nombre}, {donde}" if donde else perfil.nombre, mensaje=mensaje)


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


def _piezas(
    entorno: Entorno, propuesta: Propuesta, perfil: Perfil, *, clave: str, adjuntos: Sequence[Adjunto] = ()
) -> list[Pieza]:
    """Lo que se dirá en un perfil: una pieza, o las de un hilo si lo pidió el editor y la red sabe."""
    conector = entorno.abrir(perfil)
    pieza = componer(
        propuesta,
        perfil=perfil.nombre,
        capacidades=conector.capacidades,
        clave=clave,
        dominios=entorno.reglas.dominios_propios,
    )
    pieza = replace(pieza, adjuntos=tuple(adjuntos))
    if propuesta.hilo and isinstance(conector, Hilador):
        return en_partes(pieza, conector.partir(pieza))
    return [pieza]


# ── guardar ──────────────────────────────────────────────────────────────────────────────────────────────────────


def registrar(sesion: Session, entorno: Entorno, propuesta: Propuesta, *, ahora: datetime) -> Publicacion:
    """Guardar una propuesta admisible, con sus medios y una entrega por perfil (o por parte de hilo).

    Si pidió la mejor hora, cada perfil tiene la suya. Lanza SinHueco si en alguno no cabe.
    """
    publicacion = Publicacion(**_columnas(propuesta), creada_en=ahora, actualizada_en=ahora, origen=propuesta.origen)
    sesion.add(publicacion)
    sesion.flush()
    _guardar_medios(sesion, entorno, publicacion, propuesta, ahora)
    suyos = perfiles(sesion, nombres=propuesta.perfiles)
    claves = _claves(suyos)
    horas = horas_elegidas.elegir(sesion, entorno, propuesta, claves=claves, suyos=suyos, ahora=ahora)
    for perfil in suyos:
        asignada = horas.get(perfil.id)
        en = asignada.en if asignada else propuesta.programada_en
        for nueva in _entregas(entorno, publicacion, propuesta, perfil, ahora, en=en, clave=claves[perfil.id]):
            _anadir(sesion, nueva, ahora, f"Llegó por {propuesta.origen}: {propuesta.origen_nombre}.")
            _anotar_hora(sesion, entorno, nueva, asignada, ahora)
    return publicacion


def actualizar(
    sesion: Session, entorno: Entorno, publicacion: Publicacion, propuesta: Propuesta, *, ahora: datetime
) -> Publicacion:
    """Cambiar lo que aún no ha salido. Lanza NoEditable si alguna de sus entregas ya salió o está saliendo.

    La mejor hora que ya se dijo no se mueve mientras se pida lo mismo; si se pide otro plazo, se elige otra y se dice.
    Lanza SinHueco si en algún perfil no cabe.
    """
    anteriores = {(e.perfil_id, e.parte): e for e in entregas_de(sesion, publicacion.id)}
    for entrega in anteriores.values():
        _exigir_editable(sesion, entrega)
    dichas = horas_elegidas.conservadas(publicacion, propuesta, anteriores.values(), ahora=ahora)
    for nombre, valor in _columnas(propuesta).items():
        setattr(publicacion, nombre, valor)
    publicacion.version += 1
    publicacion.actualizada_en = ahora
    sesion.add(publicacion)
    sesion.execute(delete(MedioDePublicacion).where(col(MedioDePublicacion.publicacion_id) == publicacion.id))
    _guardar_medios(sesion, entorno, publicacion, propuesta, ahora)
    suyos = perfiles(sesion, nombres=propuesta.perfiles)
    claves = _claves(suyos)
    sin_hora = [p for p in suyos if p.id not in dichas]
    horas = horas_elegidas.elegir(
        sesion, entorno, propuesta, claves=claves, suyos=sin_hora, ahora=ahora, salvo=publicacion.id
    )
    for perfil in suyos:
        asignada = horas.get(perfil.id)
        en = asignada.en if asignada else dichas.get(perfil.id, propuesta.programada_en)
        for nueva in _entregas(entorno, publicacion, propuesta, perfil, ahora, en=en, clave=claves[perfil.id]):
            anterior = anteriores.pop((nueva.perfil_id, nueva.parte), None)
            if anterior is None:
                _anadir(sesion, nueva, ahora, "Se añadió al cambiar la publicación.")
                _anotar_hora(sesion, entorno, nueva, asignada, ahora)
            else:
                antes = anterior.no_antes_de
                _reescribir(sesion, entorno, anterior, nueva, ahora)
                _anotar_hora(sesion, entorno, anterior, asignada, ahora, antes=antes)
    for sobrante in anteriores.values():
        if sobrante.estado not in TERMINALES:
            _mover(sesion, sobrante, Estado.CANCELADA, ahora, "Se quitó al cambiar la publicación.")
    return publicacion


def _exigir_editable(sesion: Session, entrega: Entrega) -> None:
    if entrega.estado is Estado.PUBLICADA:
        raise NoEditable(
            "Ya se publicó, y lo publicado no se cambia solo. Si hay que corregirla, bórrela de la red con "
            f"«pregonero entregas borrar {entrega.id}» y suelte otra con distinto nombre."
        )
    if entrega.estado not in EDITABLES:
        raise NoEditable(
            "Se está publicando en este momento, o no se sabe si salió: espere el resultado antes de cambiarla "
            f"(«pregonero entregas ver {entrega.id}»)."
        )
    if entrega.estado is Estado.CANCELADA and (quien := historia_de(sesion, entrega.id)[-1].autor) != "motor":
        raise NoEditable(
            f"La canceló una persona ({quien}), y soltar el archivo otra vez no la revive. Si debe salir, pida en "
            f"informática «pregonero entregas reprogramar {entrega.id} FECHA», o suéltela con otro nombre."
        )


def _columnas(propuesta: Propuesta) -> dict[str, Any]:
    encuesta = propuesta.encuesta
    return {
        "texto": propuesta.texto,
        "titulo": propuesta.titulo,
        "variantes": dict(propuesta.variantes),
        "enlace": propuesta.enlace,
        "tipo": propuesta.tipo,
        "campana": propuesta.campana,
        "etiquetas": list(propuesta.etiquetas),
        "encuesta": {"opciones": list(encuesta.opciones), "duracion_s": int(encuesta.duracion.total_seconds())}
        if encuesta
        else None,
        "hilo": propuesta.hilo,
        "opciones": dict(propuesta.opciones),
        "programada_en": propuesta.programada_en,
        "fecha_local": propuesta.fecha_local,
        "mejor_hora": propuesta.ventana.dicha if propuesta.ventana else "",
        "mejor_hora_hasta": propuesta.ventana.hasta if propuesta.ventana else None,
        "prioridad": propuesta.prioridad,
        "zona": propuesta.zona,
        "vence_en": propuesta.vence_en,
        "autor": propuesta.autor,
        "origen_nombre": propuesta.origen_nombre,
        "origen_fila": propuesta.origen_fila,
        "origen_huella": propuesta.origen_huella,
    }


def _guardar_medios(
    sesion: Session, entorno: Entorno, publicacion: Publicacion, propuesta: Propuesta, ahora: datetime
) -> None:
    for orden, medio in enumerate(propuesta.medios):
        guardado = guardar(sesion, inspeccionar(medio.ruta), carpeta=entorno.acervo, nombre=medio.donde, ahora=ahora)
        sesion.add(
            MedioDePublicacion(
                publicacion_id=publicacion.id,
                orden=orden,
                medio_id=guardado.id,
                texto_alternativo=medio.texto_alternativo,
            )
        )
    sesion.flush()


def _claves(suyos: Sequence[Perfil]) -> Mapping[int, str]:
    """La clave de cada perfil. Va dentro de los enlaces nuestros: se decide antes de componer el texto y no cambia al
    reintentar.
    """
    return {perfil.id: uuid.uuid4().hex[:20] for perfil in suyos}


def _entregas(
    entorno: Entorno,
    publicacion: Publicacion,
    propuesta: Propuesta,
    perfil: Perfil,
    ahora: datetime,
    *,
    en: datetime,
    clave: str,
) -> Iterator[Entrega]:
    """en: cuándo salen. clave: la de la primera parte; las demás la llevan numerada."""
    capacidades = entorno.capacidades_de(perfil.red)
    # Donde preparar habla con la red, se prepara antes de la hora, para salir a la hora.
    prepara_en_la_red = propuesta.medios or capacidades.conciliacion is Conciliacion.DOS_FASES
    adelanto = capacidades.adelanto if prepara_en_la_red else timedelta()
    for parte, pieza in enumerate(_piezas(entorno, propuesta, perfil, clave=clave)):
        medios = len(propuesta.medios) if parte == 0 else 0
        yield Entrega(
            publicacion_id=publicacion.id,
            perfil_id=perfil.id,
            parte=parte,
            texto=pieza.texto,
            clave=clave if parte == 0 else f"{clave}-{parte}",
            huella=huella_de(pieza, medios),
            no_antes_de=en,
            despertar_en=max(en - adelanto, min(ahora, en)),
            vence_en=propuesta.vence_en,
            creada_en=ahora,
        )


def huella_de(pieza: Pieza, medios: int) -> str:
    """La huella con que se reconocerá: el texto final, y cuántos medios lleva."""
    return calcular_huella(pieza.texto, medios)


def _anadir(sesion: Session, entrega: Entrega, ahora: datetime, detalle: str) -> None:
    sesion.add(entrega)
    sesion.flush()
    anotar(sesion, "entrega_programada", ahora=ahora, entrega_id=entrega.id, detalle=detalle)


def _anotar_hora(
    sesion: Session,
    entorno: Entorno,
    entrega: Entrega,
    asignada: Asignada | None,
    ahora: datetime,
    *,
    antes: datetime | None = None,
) -> None:
    if asignada is not None:
        horas_elegidas.anotar_eleccion(sesion, entorno, entrega, asignada, ahora=ahora, antes=antes)


def _reescribir(sesion: Session, entorno: Entorno, anterior: Entrega, nueva: Entrega, ahora: datetime) -> None:
    motivo = "Se cambió la publicación."
    if nueva.no_antes_de != anterior.no_antes_de:
        zona = entorno.reglas.zona
        pasa = f"del {fecha_larga(anterior.no_antes_de, zona)} al {fecha_larga(nueva.no_antes_de, zona)}"
        motivo = f"{motivo} Pasa {pasa}."
    _mover(
        sesion,
        anterior,
        Estado.RETENIDA if anterior.estado is Estado.RETENIDA else Estado.PROGRAMADA,
        ahora,
        motivo,
        texto=nueva.texto,
        huella=nueva.huella,
        clave=nueva.clave,
        no_antes_de=nueva.no_antes_de,
        despertar_en=nueva.despertar_en,
        vence_en=nueva.vence_en,
        preparada=None,
        fallos=0,
        aprobada_tarde=False,
    )


def _mover(sesion: Session, entrega: Entrega, a: Estado, ahora: datetime, motivo: str, **cambios: Any) -> None:
    if not transitar(
        sesion,
        entrega.id,
        de={entrega.estado},
        a=a,
        ahora=ahora,
        accion="entrega_cambiada",
        detalle=motivo,
        **cambios,
    ):
        raise NoEditable("Empezó a publicarse justo ahora: espere el resultado antes de cambiarla.")

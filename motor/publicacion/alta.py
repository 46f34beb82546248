"""Dar de alta lo que pide un editor, ya revisado: guardarlo, y cambiarlo mientras se pueda."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete

from conectores.contrato import (
    Conciliacion,
    Pieza,
    calcular_huella,
)
from modelos import Entrega, Estado, Medio, MedioDePublicacion, Perfil, Publicacion
from modelos.consultas import entregas_de, historia_de, medios_de, perfiles
from modelos.estados import EDITABLES, TERMINALES
from motor.acervo.medios import guardar, inspeccionar
from motor.aprobaciones import solicitudes, versiones
from motor.aprobaciones.cerrojo import contenido_guardado
from motor.entorno import Entorno
from motor.fechas.escritas import fecha_larga
from motor.horarios.asignacion import Asignada
from motor.publicacion import horas_elegidas
from motor.publicacion.composicion import piezas_de
from motor.publicacion.propuesta import MedioPropuesto, Propuesta
from motor.publicacion.transiciones import anotar, transitar


class NoEditable(Exception):
    """Ya es tarde para cambiarla; el mensaje dice por qué y qué hacer."""


# ── guardar ──────────────────────────────────────────────────────────────────────────────────────────────────────


def registrar(
    sesion: Session, entorno: Entorno, propuesta: Propuesta, *, ahora: datetime, por: str = ""
) -> Publicacion:
    """Guardar una propuesta admisible, con sus medios y una entrega por perfil (o por parte de hilo).

    Si pidió la mejor hora, cada perfil tiene la suya. Lanza SinHueco si en alguno no cabe. Lo que exige una aprobación
    nace retenido. por: el correo de quien lo pide, si entró con su cuenta; nadie aprueba lo que él mismo escribió.
    """
    publicacion = Publicacion(**_columnas(propuesta), creada_en=ahora, actualizada_en=ahora, origen=propuesta.origen)
    sesion.add(publicacion)
    sesion.flush()
    medios = _guardar_medios(sesion, entorno, publicacion, propuesta, ahora)
    suyos = perfiles(sesion, nombres=propuesta.perfiles)
    claves = _claves(suyos)
    horas = horas_elegidas.elegir(sesion, entorno, propuesta, claves=claves, suyos=suyos, ahora=ahora)
    for perfil in suyos:
        asignada = horas.get(perfil.id)
        en = asignada.en if asignada else propuesta.programada_en
        for nueva in _entregas(entorno, publicacion, propuesta, perfil, ahora, en=en, clave=claves[perfil.id]):
            nueva.contenido = contenido_guardado(entorno, nueva, perfil, publicacion, medios)
            _anadir(sesion, nueva, ahora, f"Llegó por {propuesta.origen}: {propuesta.origen_nombre}.")
            _anotar_hora(sesion, entorno, nueva, asignada, ahora)
    quien = por or propuesta.autor
    versiones.guardar(sesion, publicacion, por=quien, ahora=ahora)
    solicitudes.poner_al_dia(sesion, entorno, publicacion, suyos, por=quien, ahora=ahora)
    return publicacion


def actualizar(
    sesion: Session,
    entorno: Entorno,
    publicacion: Publicacion,
    propuesta: Propuesta,
    *,
    ahora: datetime,
    por: str = "",
    horas: Mapping[int, datetime] | None = None,
) -> Publicacion:
    """Cambiar lo que aún no ha salido. Lanza NoEditable si alguna de sus entregas ya salió o está saliendo.

    La mejor hora que ya se dijo no se mueve mientras se pida lo mismo; si se pide otro plazo, se elige otra y se dice.
    Lanza SinHueco si en algún perfil no cabe. Si cambia lo que se dice, lo aprobado deja de valer y se pide otra vez;
    si sólo cambia la hora, vale. por: como en `registrar`. horas: las que no deben cambiar, por el id del perfil.
    """
    solicitudes.cerrar_paso(sesion, publicacion.id)
    anteriores = {(e.perfil_id, e.parte): e for e in entregas_de(sesion, publicacion.id)}
    for entrega in anteriores.values():
        _exigir_editable(sesion, entrega)
    apartadas = solicitudes.apartadas_a_mano(sesion, anteriores.values())
    versiones.guardar(sesion, publicacion, por=publicacion.autor, ahora=publicacion.actualizada_en)
    dichas = {**horas_elegidas.conservadas(publicacion, propuesta, anteriores.values(), ahora=ahora), **(horas or {})}
    for nombre, valor in _columnas(propuesta).items():
        setattr(publicacion, nombre, valor)
    publicacion.version += 1
    publicacion.actualizada_en = ahora
    sesion.add(publicacion)
    sesion.execute(delete(MedioDePublicacion).where(col(MedioDePublicacion.publicacion_id) == publicacion.id))
    medios = _guardar_medios(sesion, entorno, publicacion, propuesta, ahora)
    suyos = perfiles(sesion, nombres=propuesta.perfiles)
    claves = _claves(suyos)
    sin_hora = [p for p in suyos if p.id not in dichas]
    elegidas = horas_elegidas.elegir(
        sesion, entorno, propuesta, claves=claves, suyos=sin_hora, ahora=ahora, salvo=publicacion.id
    )
    for perfil in suyos:
        asignada = elegidas.get(perfil.id)
        en = asignada.en if asignada else dichas.get(perfil.id, propuesta.programada_en)
        for nueva in _entregas(entorno, publicacion, propuesta, perfil, ahora, en=en, clave=claves[perfil.id]):
            nueva.contenido = contenido_guardado(entorno, nueva, perfil, publicacion, medios)
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
    quien = por or propuesta.autor
    versiones.guardar(sesion, publicacion, por=quien, ahora=ahora)
    solicitudes.poner_al_dia(sesion, entorno, publicacion, suyos, por=quien, ahora=ahora, apartadas=apartadas)
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
) -> Sequence[tuple[Medio, str]]:
    for orden, medio in enumerate(propuesta.medios):
        guardado = _guardado(sesion, entorno, medio, ahora)
        sesion.add(
            MedioDePublicacion(
                publicacion_id=publicacion.id,
                orden=orden,
                medio_id=guardado.id,
                texto_alternativo=medio.texto_alternativo,
            )
        )
    sesion.flush()
    return medios_de(sesion, publicacion.id) if propuesta.medios else ()


def _guardado(sesion: Session, entorno: Entorno, medio: MedioPropuesto, ahora: datetime) -> Medio:
    if medio.medio_id is not None:
        return sesion.get_one(Medio, medio.medio_id)
    return guardar(sesion, inspeccionar(medio.ruta), carpeta=entorno.acervo, nombre=medio.donde, ahora=ahora)


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
    piezas = piezas_de(
        propuesta, entorno.abrir(perfil), perfil=perfil.nombre, clave=clave, dominios=entorno.reglas.dominios_propios
    )
    for parte, pieza in enumerate(piezas):
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
        contenido=nueva.contenido,
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

"""Recibir un texto con sus fotos: aceptarlo, cambiar con él lo que aún no sale, o rechazarlo diciendo por qué."""

from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from conectores.contrato import Problema
from modelos import Publicacion, Recepcion, Veredicto
from modelos.consultas import entregas_de
from modelos.estados import EDITABLES, Estado
from motor.acervo.medios import depositar, inspeccionar
from motor.entorno import Entorno
from motor.entrada.colocar.colocacion import apartar, lugares, ordenar
from motor.entrada.colocar.traslado import Taller
from motor.entrada.contar import actas, textos
from motor.entrada.contar.actas import Acta, acta_de
from motor.entrada.decidir.desenlaces import Desenlace, Recibida
from motor.entrada.decidir.dictamen import Dictamen, NoSePuedeLeer, dictaminar, leer_archivo
from motor.entrada.leer.codificacion import mostrable
from motor.entrada.mirar.unidades import Unidad
from motor.fechas.escritas import Anclaje, fecha_larga
from motor.publicacion import alta, horas_elegidas
from motor.publicacion.cita import Cita
from motor.publicacion.propuesta import Propuesta


def recibir(entorno: Entorno, unidad: Unidad, taller: Taller, *, ahora: datetime) -> Recibida:
    """Decidir sobre una unidad que ya está en su taller. Deja el taller vacío."""
    with entorno.base.leer() as sesion:
        anterior = actas.vigente(sesion, unidad.nombre)
    if anterior is not None and acta_de(anterior).es_calendario:
        choque = Problema("hay un calendario en curso con este mismo nombre.", "Use otro nombre.")
        return apartar(entorno, unidad, taller, [choque], ahora=ahora)
    ya_tenemos = actas.archivos_de(entorno, acta_de(anterior)) if anterior else {}
    try:
        dictamen = _dictamen(entorno, unidad, taller, ya_tenemos, ahora)
    except NoSePuedeLeer as error:
        return apartar(entorno, unidad, taller, [error.problema], ahora=ahora)
    if reparo := _reparo_de_repetida(entorno, unidad, dictamen, anterior, ahora=ahora):
        return apartar(entorno, unidad, taller, [reparo], ahora=ahora, sha256=dictamen.sha256)
    if dictamen.propuesta is None or not dictamen.admisible:
        nota = _sigue(unidad, anterior)
        return apartar(entorno, unidad, taller, dictamen.problemas, ahora=ahora, sha256=dictamen.sha256, nota=nota)
    horas_elegidas.preparar(entorno, [dictamen.propuesta], ahora=ahora)
    for medio in dictamen.propuesta.medios:  # fuera de la transacción: un video tarda
        depositar(inspeccionar(medio.ruta), carpeta=entorno.acervo)
    try:
        return _aceptada(entorno, unidad, taller, dictamen, dictamen.propuesta, anterior, ahora)
    except alta.NoEditable as error:
        tarde = Problema("ya no se puede cambiar.", str(error))
        return apartar(entorno, unidad, taller, [tarde], ahora=ahora, sha256=dictamen.sha256)
    except horas_elegidas.SinHueco as error:
        sin_hora = horas_elegidas.problema_de(error)
        return apartar(
            entorno, unidad, taller, [sin_hora], ahora=ahora, sha256=dictamen.sha256, nota=_sigue(unidad, anterior)
        )


def _dictamen(
    entorno: Entorno, unidad: Unidad, taller: Taller, ya_tenemos: dict[str, Path], ahora: datetime
) -> Dictamen:
    suyos = {n: r for n, r in taller.archivos.items() if n != unidad.principal}
    # Quien corrige el texto no vuelve a copiar las fotos: sirven las de la versión anterior.
    medios = {n: r for n, r in ya_tenemos.items() if n != unidad.principal and n not in suyos} | suyos
    sin_nombrar = unidad.sin_nombrar or tuple(
        n for n in ya_tenemos if n != unidad.principal and (unidad.es_carpeta or _son_tocayos(n, unidad.principal))
    )
    return dictaminar(
        entorno,
        leer_archivo(taller.archivos[unidad.principal]),
        nombre=actas.nombre_guardable(unidad.nombre),
        medios=medios,
        sin_nombrar=sin_nombrar,
        ahora=ahora,
        referencia=unidad.vista_en,
    )


def _sigue(unidad: Unidad, anterior: Recepcion | None) -> str:
    return f"La versión anterior de «{mostrable(unidad.nombre)}» sigue como estaba." if anterior else ""


def _son_tocayos(nombre: str, otro: str) -> bool:
    return Path(nombre).stem == Path(otro).stem


# ── repetidas ────────────────────────────────────────────────────────────────────────────────────────────────────


def _reparo_de_repetida(
    entorno: Entorno, unidad: Unidad, dictamen: Dictamen, vigente: Recepcion | None, *, ahora: datetime
) -> Problema | None:
    """Por qué esto ya lo teníamos, o ya es tarde para cambiarlo; None si es nuevo o un cambio a tiempo."""
    with entorno.base.leer() as sesion:
        igual = actas.gemela(sesion, dictamen.sha256) if dictamen.propuesta else None
        if igual is not None and not _es_otro_dia(sesion, igual, dictamen):
            return _identica(entorno, sesion, unidad, igual)
        if vigente is not None:
            return _fuera_de_hora(entorno, sesion, vigente)
        salida = actas.publicada(sesion, unidad.nombre)
        if salida is not None and not _es_nueva(sesion, salida, dictamen, ahora=ahora):
            return _ya_salio(entorno, sesion, salida)
    return None


def _es_otro_dia(sesion: Session, igual: Recepcion, dictamen: Dictamen) -> bool:
    """«mañana 9:00» soltado otro día es otra publicación, aunque el archivo sea idéntico."""
    anterior = actas.publicacion_de(sesion, acta_de(igual))
    return (
        dictamen.anclaje is Anclaje.DIA
        and dictamen.propuesta is not None
        and anterior is not None
        and not _cita_de(anterior).es_la_misma(dictamen.propuesta.cita)
    )


def _cita_de(publicacion: Publicacion) -> Cita:
    return Cita(publicacion.programada_en, publicacion.mejor_hora_hasta)


def _identica(entorno: Entorno, sesion: Session, unidad: Unidad, igual: Recepcion) -> Problema:
    anterior = actas.publicacion_de(sesion, acta_de(igual))
    cuando = f" para {_para_cuando(entorno, sesion, anterior)}" if anterior else ""
    como = "ya está programada" if igual.veredicto is Veredicto.EN_CURSO else "ya se publicó: estaba programada"
    cual = "la que" if igual.nombre == actas.nombre_guardable(unidad.nombre) else f"«{igual.nombre}», que"
    return Problema(
        f"es idéntica a {cual} {como}{cuando}; no se publicará dos veces.",
        "Si de verdad quiere repetirla, póngale otra fecha.",
    )


def _para_cuando(entorno: Entorno, sesion: Session, publicacion: Publicacion) -> str:
    """«el martes 1 de diciembre de 2026 a las 9:00»; con la mejor hora, las que tiene."""
    horas = [publicacion.programada_en]
    if publicacion.mejor_hora:
        horas = sorted({e.no_antes_de for e in entregas_de(sesion, publicacion.id)}) or horas
    return " y ".join(f"el {fecha_larga(hora, entorno.reglas.zona)}" for hora in horas)


def _fuera_de_hora(entorno: Entorno, sesion: Session, vigente: Recepcion) -> Problema | None:
    """La versión anterior ya salió en algún perfil, o está saliendo: no se cambia."""
    lineas = actas.lineas_de(sesion, entorno, acta_de(vigente).publicaciones)
    comprometidas = [linea for linea in lineas if linea.estado not in EDITABLES]
    if not comprometidas:
        return None
    publicadas = [linea for linea in comprometidas if linea.estado is Estado.PUBLICADA]
    if publicadas:
        return _problema_de_salida(entorno, publicadas)
    linea = comprometidas[0]
    return Problema(
        f"ya es tarde para cambiarla: en {linea.perfil}, {textos.LEGIBLES[linea.estado]}.",
        "Espere el resultado; si no salió, podrá soltarla otra vez.",
    )


def _es_nueva(sesion: Session, salida: Recepcion, dictamen: Dictamen, *, ahora: datetime) -> bool:
    """El nombre se repite, pero pide con su fecha salir después de la que ya salió: es otra publicación."""
    anterior = actas.publicacion_de(sesion, acta_de(salida))
    propuesta = dictamen.propuesta
    if propuesta is None:
        return not any(p.donde.endswith("fecha") for p in dictamen.errores)
    if dictamen.anclaje is Anclaje.MOMENTO:
        return False
    return anterior is None or _es_posterior(sesion, propuesta.cita, anterior, ahora=ahora)


def _es_posterior(sesion: Session, cita: Cita, anterior: Publicacion, *, ahora: datetime) -> bool:
    """Si pide salir después de la anterior.

    Un plazo que ya empezó no lo dice: quien corrige «mejor hora esta semana» después de que salió no pide otra. Sólo
    si el de la anterior ya terminó.
    """
    if cita.hasta is not None and anterior.mejor_hora_hasta is not None:
        return cita.desde >= anterior.mejor_hora_hasta
    if cita.hasta is not None:
        return cita.desde > max(anterior.programada_en, ahora)
    if anterior.mejor_hora_hasta is not None:
        return cita.desde > max(e.no_antes_de for e in entregas_de(sesion, anterior.id))
    return cita.desde > anterior.programada_en


def _ya_salio(entorno: Entorno, sesion: Session, salida: Recepcion) -> Problema:
    lineas = actas.lineas_de(sesion, entorno, acta_de(salida).publicaciones)
    return _problema_de_salida(entorno, [linea for linea in lineas if linea.estado is Estado.PUBLICADA])


def _problema_de_salida(entorno: Entorno, publicadas: list[textos.Linea]) -> Problema:
    donde = "; ".join(f"{li.perfil}, el {fecha_larga(li.instante, entorno.reglas.zona)}" for li in publicadas[:5])
    ids = " ; ".join(f"pregonero entregas borrar {linea.entrega_id}" for linea in publicadas[:5])
    return Problema(
        f"la que tenía este nombre ya se publicó ({donde}), y lo publicado no se cambia solo.",
        f"Si es otra publicación, suéltela con otro nombre o con una fecha futura. Para retirar la que salió: «{ids}».",
    )


# ── aceptadas ────────────────────────────────────────────────────────────────────────────────────────────────────


def _aceptada(
    entorno: Entorno,
    unidad: Unidad,
    taller: Taller,
    dictamen: Dictamen,
    propuesta: Propuesta,
    anterior: Recepcion | None,
    ahora: datetime,
) -> Recibida:
    acta = Acta(
        rutas=lugares(entorno, unidad, anterior),
        principal=unidad.nombre,
        arreglos=list(dictamen.arreglos),
        avisos=[str(p) for p in dictamen.avisos],
        taller=taller.carpeta.name,
        cambios=acta_de(anterior).cambios + 1 if anterior else 0,
        sin_fecha=dictamen.sin_fecha,
    )
    with entorno.base.escribir() as sesion:
        recepcion = sesion.get(Recepcion, anterior.id) if anterior else None
        publicacion = _registrada(sesion, entorno, recepcion, propuesta, ahora)
        acta.publicaciones = [publicacion.id]
        recepcion = recepcion or Recepcion(
            nombre=actas.nombre_guardable(unidad.nombre), sha256="", veredicto=Veredicto.EN_CURSO, recibida_en=ahora
        )
        recepcion.sha256 = dictamen.sha256
        recepcion.destino = mostrable(acta.rutas[unidad.nombre])[:400]
        recepcion.detalle = acta.en_texto()
        sesion.add(recepcion)
        sesion.flush()
        recepcion_id = recepcion.id
    # Una muerte aquí deja el taller lleno y la fila escrita: `ordenar` lo termina al volver.
    ordenar(entorno, recepcion_id, ahora=ahora)
    return Recibida(unidad.nombre, Desenlace.CAMBIADA if anterior else Desenlace.ACEPTADA, 1)


def _registrada(
    sesion: Session, entorno: Entorno, recepcion: Recepcion | None, propuesta: Propuesta, ahora: datetime
) -> Publicacion:
    anterior = actas.publicacion_de(sesion, acta_de(recepcion)) if recepcion else None
    if anterior is None or not entregas_de(sesion, anterior.id):
        return alta.registrar(sesion, entorno, propuesta, ahora=ahora)
    return alta.actualizar(sesion, entorno, anterior, propuesta, ahora=ahora)

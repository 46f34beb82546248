"""Las filas de un calendario que se recibe: cuál es cada una, su veredicto, y guardar las que cambian algo."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session, col, select

from modelos import Entrega, Publicacion, Recepcion
from modelos.consultas import medios_de
from modelos.estados import EDITABLES
from motor.acervo.medios import MedioInadmisible, depositar, inspeccionar
from motor.entorno import Entorno
from motor.entrada.colocar.traslado import Taller
from motor.entrada.contar import actas
from motor.entrada.contar.actas import acta_de
from motor.entrada.contar.devolucion import nombre_propio
from motor.entrada.contar.filas import Suerte, VeredictoDeFila, dicho_de_lineas, dicho_de_problemas
from motor.entrada.decidir.dictamen import directorio_de, revisada
from motor.entrada.decidir.emparejar import Conocida, Llegada, Parejas, emparejar
from motor.entrada.entender.armado import Armada, Contexto, armar
from motor.entrada.entender.directorio import Directorio
from motor.entrada.leer.calendario import Calendario, Fila
from motor.entrada.mirar.unidades import Unidad
from motor.fechas.dias import Anclaje
from motor.publicacion import alta, horas_elegidas
from motor.publicacion.cita import Cita
from motor.publicacion.horas_elegidas import SinHueco
from motor.publicacion.propuesta import Propuesta

TANDA = 8
"""Filas por transacción: así la intención de publicar de otro hilo no espera más que unos milisegundos."""

_CONSULTA = 500
"""Valores por consulta: SQLite admite un número limitado de parámetros."""

_MEMORIA = timedelta(days=60)
"""Con lo que salió hace más de esto no se empareja una fila: el nombre del calendario se reutiliza."""


@dataclass(slots=True)
class LecturaDeCalendario:
    """Un calendario a medio recibir."""

    calendario: Calendario
    armadas: dict[int, Armada]
    parejas: Parejas
    anterior: Recepcion | None
    en_otros: dict[str, list[Publicacion]]
    veredictos: dict[int, VeredictoDeFila] = field(default_factory=dict)
    por_guardar: list[tuple[int, Propuesta, Conocida | None, str]] = field(default_factory=list)
    arreglos: list[str] = field(default_factory=list)


# ── leer y emparejar ─────────────────────────────────────────────────────────────────────────────────────────────


def leer_filas(
    entorno: Entorno, unidad: Unidad, taller: Taller, calendario: Calendario, ahora: datetime
) -> LecturaDeCalendario:
    with entorno.base.leer() as sesion:
        anterior = _anterior(sesion, unidad, calendario)
        nombre = anterior.nombre if anterior else actas.nombre_guardable(nombre_propio(unidad.nombre))
        conocidas = _conocidas(sesion, nombre, calendario, ahora)
        en_otros = _en_otros_calendarios(sesion, nombre, calendario)
    previos = actas.archivos_de(entorno, acta_de(anterior)) if anterior else {}
    medios = {n: r for n, r in (previos | taller.archivos).items() if n != unidad.principal}
    armadas = armar_filas(
        entorno, calendario, directorio_de(entorno), medios, nombre=nombre, ahora=ahora, referencia=unidad.vista_en
    )
    llegadas = [_llegada(fila, armadas[fila.numero]) for fila in calendario.filas]
    return LecturaDeCalendario(calendario, armadas, emparejar(llegadas, conocidas), anterior, en_otros)


def armar_filas(
    entorno: Entorno,
    calendario: Calendario,
    directorio: Directorio,
    medios: Mapping[str, Path],
    *,
    nombre: str,
    ahora: datetime,
    referencia: datetime,
) -> dict[int, Armada]:
    """Lo que pide cada fila, por su número."""
    contexto = Contexto(
        ahora=ahora,
        referencia=referencia,
        zona=entorno.reglas.zona,
        directorio=directorio,
        medios=medios,
        origen="calendario",
        nombre=nombre,
        horarios=entorno.horarios(),
    )
    return {
        fila.numero: armar(fila.solicitud, replace(contexto, fila=fila.numero, huella=fila.huella))
        for fila in calendario.filas
    }


def _llegada(fila: Fila, armada: Armada) -> Llegada:
    cita = armada.propuesta.cita if armada.propuesta else None
    return Llegada(
        fila.numero,
        fila.huella,
        fila.id,
        cita.desde if cita else None,
        fila.solicitud.texto_de("texto"),
        cita.hasta if cita else None,
    )


def _anterior(sesion: Session, unidad: Unidad, calendario: Calendario) -> Recepcion | None:
    """La versión que está en curso: la de su nombre, o la de las publicaciones cuyos ids trae."""
    if (suya := actas.vigente(sesion, nombre_propio(unidad.nombre))) is not None:
        return suya if acta_de(suya).es_calendario else None
    ids = [fila.id for fila in calendario.filas if fila.id is not None]
    for publicacion_id in ids[:5]:
        publicacion = sesion.get(Publicacion, publicacion_id)
        if publicacion is not None and (suya := actas.vigente(sesion, publicacion.origen_nombre)) is not None:
            return suya if acta_de(suya).es_calendario else None
    return None


def _conocidas(sesion: Session, nombre: str, calendario: Calendario, ahora: datetime) -> list[Conocida]:
    suyas = select(Publicacion).where(
        col(Publicacion.origen) == "calendario",
        col(Publicacion.origen_nombre) == nombre,
        col(Publicacion.programada_en) >= ahora - _MEMORIA,
    )
    publicaciones = {p.id: p for p in sesion.exec(suyas)}
    ids = [f.id for f in calendario.filas if f.id is not None and f.id not in publicaciones]
    for desde in range(0, len(ids), _CONSULTA):
        tanda = col(Publicacion.id).in_(ids[desde : desde + _CONSULTA])
        otras = select(Publicacion).where(tanda, col(Publicacion.origen) == "calendario")
        publicaciones |= {p.id: p for p in sesion.exec(otras)}
    cerradas = _con_alguna_cerrada(sesion, list(publicaciones))
    return [
        Conocida(
            id=p.id,
            huella=p.origen_huella,
            fila=p.origen_fila,
            programada_en=p.programada_en,
            abierta=p.id not in cerradas,
            texto=p.texto,
            de_este_calendario=p.origen_nombre == nombre,
            hasta=p.mejor_hora_hasta,
        )
        for p in publicaciones.values()
    ]


def _en_otros_calendarios(sesion: Session, nombre: str, calendario: Calendario) -> dict[str, list[Publicacion]]:
    """Las publicaciones de otros calendarios con las mismas filas, por huella."""
    huellas = [fila.huella for fila in calendario.filas]
    halladas: dict[str, list[Publicacion]] = {}
    for desde in range(0, len(huellas), _CONSULTA):
        orden = select(Publicacion).where(
            col(Publicacion.origen_huella).in_(huellas[desde : desde + _CONSULTA]),
            col(Publicacion.origen) == "calendario",
            col(Publicacion.origen_nombre) != nombre,
        )
        for publicacion in sesion.exec(orden):
            halladas.setdefault(publicacion.origen_huella, []).append(publicacion)
    return halladas


def _con_alguna_cerrada(sesion: Session, ids: Sequence[int]) -> set[int]:
    """Las publicaciones que en algún perfil ya salieron, están saliendo o no se sabe."""
    cerradas: set[int] = set()
    for desde in range(0, len(ids), _CONSULTA):
        orden = select(Entrega.publicacion_id).where(
            col(Entrega.publicacion_id).in_(ids[desde : desde + _CONSULTA]), col(Entrega.estado).not_in(list(EDITABLES))
        )
        cerradas.update(sesion.exec(orden))
    return cerradas


# ── el veredicto de cada fila ────────────────────────────────────────────────────────────────────────────────────


def dictaminar_filas(entorno: Entorno, lectura: LecturaDeCalendario, taller: Taller, ahora: datetime) -> None:
    """Dejar en `veredictos` lo ya decidido, y en `por_guardar` lo que cambia algo."""
    primeras: dict[str, int] = {}
    for fila in lectura.calendario.filas:
        pareja = lectura.parejas.por_fila.get(fila.numero)
        veredicto = _sin_revisar(entorno, lectura, fila, pareja, taller, primeras)
        if veredicto is None:
            veredicto = _revisado(entorno, lectura, fila, pareja, ahora)
        if veredicto is not None:
            lectura.veredictos[fila.numero] = veredicto
        primeras.setdefault(fila.huella, fila.numero)


def _sin_revisar(
    entorno: Entorno,
    lectura: LecturaDeCalendario,
    fila: Fila,
    pareja: Conocida | None,
    taller: Taller,
    primeras: Mapping[str, int],
) -> VeredictoDeFila | None:
    """Lo que se decide sin mirar qué dice: omitida, igual que antes, ya salida o repetida. None si hay que mirar."""
    if fila.omitida:
        sigue = " Pero sigue programada: para cancelarla, pídalo en informática." if pareja and pareja.abierta else ""
        texto = f"No se tomó: su estado es «{fila.omitida}».{sigue}"
        return VeredictoDeFila(fila.numero, Suerte.OMITIDA, texto, pareja.id if pareja else None)
    if pareja is None:
        igual = f"la fila {primeras[fila.huella]}" if fila.huella in primeras else _en_otro_libro(lectura, fila)
        if not igual:
            return None
        texto = f"No se aceptó: es idéntica a {igual}. Si quiere repetirla, cambie la fecha."
        return VeredictoDeFila(fila.numero, Suerte.RECHAZADA, texto)
    if pareja.huella == fila.huella and not _cambio_una_foto(entorno, lectura, fila, pareja, taller):
        return VeredictoDeFila(fila.numero, Suerte.IGUAL, f"Ya estaba. {_como_va(entorno, pareja)}", pareja.id)
    if pareja.abierta:
        return None
    texto = f"No se cambió, porque ya salió o está saliendo. {_como_va(entorno, pareja)}"
    otra = "dígale su fecha y su hora" if pareja.hasta is not None else "póngala en una fila nueva"
    return VeredictoDeFila(fila.numero, Suerte.RECHAZADA, f"{texto} Si es otra publicación, {otra}.", pareja.id)


def _en_otro_libro(lectura: LecturaDeCalendario, fila: Fila) -> str:
    """De qué otro calendario es ya esta misma fila, para la misma hora o plazo; vacío si de ninguno.

    «mejor hora» sin día no dice otro plazo por leerse otro día: como un archivo idéntico, es la misma.
    """
    armada = lectura.armadas[fila.numero]
    for otra in lectura.en_otros.get(fila.huella, []) if armada.propuesta else ():
        sin_dia = armada.anclaje is Anclaje.MOMENTO and otra.mejor_hora_hasta is not None
        if armada.propuesta and (
            sin_dia or armada.propuesta.cita.es_la_misma(Cita(otra.programada_en, otra.mejor_hora_hasta))
        ):
            return f"la fila {otra.origen_fila} de «{otra.origen_nombre}», que ya se tomó"
    return ""


def _como_va(entorno: Entorno, pareja: Conocida) -> str:
    with entorno.base.leer() as sesion:
        return dicho_de_lineas(actas.lineas_de(sesion, entorno, [pareja.id]), entorno.reglas.zona)


def _revisado(
    entorno: Entorno, lectura: LecturaDeCalendario, fila: Fila, pareja: Conocida | None, ahora: datetime
) -> VeredictoDeFila | None:
    dictamen = revisada(entorno, lectura.armadas[fila.numero], ahora=ahora, sha256=fila.huella)
    if dictamen.propuesta is None or not dictamen.admisible:
        sigue = " La versión anterior sigue programada." if pareja else ""
        texto = f"No se aceptó: {dicho_de_problemas(dictamen.errores)}{sigue}"
        return VeredictoDeFila(fila.numero, Suerte.RECHAZADA, texto, pareja.id if pareja else None)
    avisos = f" Aviso: {dicho_de_problemas(dictamen.avisos)}" if dictamen.avisos else ""
    lectura.por_guardar.append((fila.numero, dictamen.propuesta, pareja, avisos))
    lectura.arreglos += [a for a in dictamen.arreglos if a not in lectura.arreglos]
    return None


def sha_de_medio(ruta: Path) -> str:
    """El sha256 de un medio, o vacío si no se puede leer como tal."""
    try:
        return inspeccionar(ruta).sha256
    except MedioInadmisible:
        return ""


def _cambio_una_foto(
    entorno: Entorno, lectura: LecturaDeCalendario, fila: Fila, pareja: Conocida, taller: Taller
) -> bool:
    """La fila es igual, pero con ella llegó otra foto con el mismo nombre."""
    propuesta = lectura.armadas[fila.numero].propuesta
    nuevas = [m for m in propuesta.medios if m.ruta in taller.archivos.values()] if propuesta else []
    if not nuevas:
        return False
    with entorno.base.leer() as sesion:
        guardadas = {medio.sha256 for medio, _ in medios_de(sesion, pareja.id)}
    return any(sha_de_medio(m.ruta) not in guardadas for m in nuevas)


def guardar_filas(entorno: Entorno, lectura: LecturaDeCalendario, ahora: datetime) -> None:
    """Guardar lo que cambia algo, por tandas, y dejar su veredicto."""
    horas_elegidas.preparar(entorno, [propuesta for _, propuesta, _, _ in lectura.por_guardar], ahora=ahora)
    lectura.por_guardar.sort(key=_turno)
    for _, propuesta, _, _ in lectura.por_guardar:
        for medio in propuesta.medios:
            depositar(inspeccionar(medio.ruta), carpeta=entorno.acervo)
    guardadas: dict[int, int] = {}
    for tanda in _tandas(lectura.por_guardar):
        with entorno.base.escribir() as sesion:
            for numero, propuesta, pareja, _ in tanda:
                try:
                    guardadas[numero] = _guardada(sesion, entorno, propuesta, pareja, ahora)
                except alta.NoEditable as error:
                    lectura.veredictos[numero] = _no_guardada(numero, f"No se cambió. {error}", pareja)
                except SinHueco as error:
                    sigue = " La versión anterior sigue como estaba." if pareja else ""
                    problema = replace(horas_elegidas.problema_de(error), donde="")
                    lectura.veredictos[numero] = _no_guardada(numero, f"No se aceptó: {problema}{sigue}", pareja)
    with entorno.base.leer() as sesion:
        lineas = actas.lineas_por_publicacion(sesion, entorno, guardadas.values())
    for numero, _, pareja, avisos in lectura.por_guardar:
        if numero in guardadas:
            como = dicho_de_lineas(lineas.get(guardadas[numero], []), entorno.reglas.zona)
            suerte, antes = (Suerte.CAMBIADA, "Cambiada. ") if pareja else (Suerte.ACEPTADA, "")
            lectura.veredictos[numero] = VeredictoDeFila(numero, suerte, f"{antes}{como}{avisos}", guardadas[numero])


_PorGuardar = tuple[int, Propuesta, Conocida | None, str]


def _tandas(por_guardar: Sequence[_PorGuardar]) -> Iterator[Sequence[_PorGuardar]]:
    """De varias en varias; las que eligen hora, una a una: tardan, y mientras nadie más elige en sus perfiles."""
    con_hora = [p for p in por_guardar if p[1].ventana is None]
    yield from (con_hora[desde : desde + TANDA] for desde in range(0, len(con_hora), TANDA))
    yield from ([p] for p in por_guardar if p[1].ventana is not None)


def _turno(por_guardar: _PorGuardar) -> tuple[bool, int, float, int]:
    """Las que traen su hora van primero: la ocupan. Las demás eligen por prioridad; a la par, antes la que antes deja
    de servir, que la otra tiene más días; y luego por su lugar.
    """
    numero, propuesta, _, _ = por_guardar
    hasta = propuesta.ventana.hasta.timestamp() if propuesta.ventana else 0.0
    return propuesta.ventana is not None, -propuesta.prioridad, hasta, numero


def _no_guardada(numero: int, texto: str, pareja: Conocida | None) -> VeredictoDeFila:
    return VeredictoDeFila(numero, Suerte.RECHAZADA, texto, pareja.id if pareja else None)


def _guardada(sesion: Session, entorno: Entorno, propuesta: Propuesta, pareja: Conocida | None, ahora: datetime) -> int:
    """El id de la publicación, nueva o cambiada. Lanza NoEditable o SinHueco, sin haber tocado nada."""
    anterior = sesion.get(Publicacion, pareja.id) if pareja else None
    if anterior is None and propuesta.ventana is None:
        return alta.registrar(sesion, entorno, propuesta, ahora=ahora).id
    with sesion.begin_nested():
        if anterior is None:
            return alta.registrar(sesion, entorno, propuesta, ahora=ahora).id
        return alta.actualizar(sesion, entorno, anterior, propuesta, ahora=ahora).id

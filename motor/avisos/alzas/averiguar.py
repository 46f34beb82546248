"""Averiguar, en la base de lo que se oye, lo que un correo va a contar. Sólo lee."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlmodel import Session, col

from conectores.contrato_escucha import Clase
from modelos import Monitor
from modelos.escucha import Coincidencia, Fuente, Mensaje, Pico
from modelos.escucha.consultas import cuantos, fuentes_activas, lugares, mas_ruidosos, por_red, textos
from motor.avisos.alzas.palabras import del_alza
from motor.avisos.alzas.parecido import Rastro
from motor.avisos.grafica.normal import HORA, PASADO, Punto, en_punto, perfil_normal, serie
from motor.avisos.redaccion.ajenos import enlace_seguro, sin_enlaces
from motor.avisos.redaccion.hechos import Dicho, Hechos
from motor.escucha.almacen.contar import HORA_S
from motor.escucha.almacen.conteos import puntos
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.monitores.guardados import redes_de
from motor.escucha.monitores.normalizar import normalizar

QUINCENA = timedelta(days=14)
A_LA_VISTA = timedelta(days=3)
"""Cuánto pasado enseña la gráfica."""
RUIDOSOS = 4
SIN_OIR = timedelta(minutes=30)
"""Una fuente que falla y no se ha podido oír en este rato se dice en el correo."""


def monitores_de(escucha: EntornoDeEscucha, ids: Collection[int]) -> dict[int, Monitor]:
    with escucha.principal.base.leer() as sesion:
        return {m.id: m for m in sesion.scalars(select(Monitor).where(col(Monitor.id).in_(ids)))}


def nombre_de_red(escucha: EntornoDeEscucha, red: str) -> str:
    """Como la llama la gente; las que sólo se oyen no tienen capacidades de donde leerlo."""
    try:
        return escucha.principal.capacidades_de(red).nombre
    except (KeyError, ImportError):
        return red.capitalize()


def reunir(escucha: EntornoDeEscucha, picos: Sequence[Pico], temas: Mapping[int, str], *, ahora: datetime) -> Hechos:
    """Los hechos de un alza. picos: los suyos, uno o varios por monitor. temas: cómo se llama cada monitor."""
    mayor = max(picos, key=lambda p: p.puntaje)
    ids = [mayor.monitor_id, *(m for m in temas if m != mayor.monitor_id)]
    ultimo = max((p for p in picos if p.monitor_id == mayor.monitor_id), key=lambda p: p.visto_en)
    desde = min(p.desde for p in picos)
    fines = [p.hasta for p in picos]
    fin = None if None in fines else max(f for f in fines if f is not None)
    hasta = (fin or ahora) + timedelta(microseconds=1)
    monitor = monitores_de(escucha, [mayor.monitor_id]).get(mayor.monitor_id)  # None: se quitó mientras tanto
    with escucha.base.leer() as sesion:
        vistos = serie_del_monitor(sesion, escucha, monitor, hasta=ahora) if monitor is not None else []
        calladas = _calladas(sesion, ahora)
        sitios = lugares(sesion, ids, desde, hasta, limite=5, sin_redes=_redes_sin_lugar(escucha, sesion))
        con_lugar, formas = _como_se_sabe(sesion, ids, desde, hasta=hasta, nombres={s.nombre for s in sitios})
        dichos = [dicho(escucha, m) for m in _sin_repetir(mas_ruidosos(sesion, ids, desde, hasta, 10 * RUIDOSOS))]
        nuevas = del_alza(textos(sesion, ids, desde, hasta), textos(sesion, ids, desde - QUINCENA, desde))
        redes = [(nombre_de_red(escucha, r.nombre), r.cuenta) for r in por_red(sesion, ids, desde, hasta)]
        # El alza se notó con lo que iba; el correo se escribe después, y debe cuadrar con lo demás que dice.
        lleva = cuantos(sesion, [mayor.monitor_id], ultimo.desde, ultimo.desde + timedelta(seconds=ultimo.paso_s))
        return Hechos(
            temas=tuple(temas[i] for i in ids),
            valor=max(round(ultimo.valor), lleva),
            esperado=ultimo.esperado,
            lapso=timedelta(seconds=mayor.paso_s),
            desde=desde,
            ahora=ahora,
            total=cuantos(sesion, [mayor.monitor_id], desde, hasta),
            normal_total=_normal_del_rato(vistos, desde, ahora),
            lugares=tuple((s.nombre, s.cuenta) for s in sitios),
            con_lugar=con_lugar,
            lugar_por=formas,
            autores=_autores(sesion, ids, desde, hasta),
            redes=tuple(redes),
            ruidosos=tuple(dichos),
            palabras=tuple(nuevas),
            puntos=tuple(vistos if calladas else _hasta_lo_oido(vistos)),
            sin_oir=tuple(f.nombre or f.clave for f in calladas),
            falsas_alarmas=_toleradas(escucha, monitor),
            hasta=fin,
            maximo=round(max(max(p.maximo, p.valor) for p in picos)),
        )


def _toleradas(escucha: EntornoDeEscucha, monitor: Monitor | None) -> float:
    suyas = monitor.falsas_alarmas if monitor is not None else None
    return escucha.reglas.escucha.falsas_alarmas if suyas is None else suyas


def rastro(escucha: EntornoDeEscucha, monitor_ids: Collection[int], desde: datetime, hasta: datetime) -> Rastro:
    """Lo que unos monitores cuentan en una ventana, para saber si es la historia de otros."""
    suyos = select(col(Coincidencia.mensaje_id)).where(
        col(Coincidencia.monitor_id).in_(monitor_ids),
        col(Coincidencia.publicado_en) >= desde,
        col(Coincidencia.publicado_en) <= hasta,
    )
    with escucha.base.leer() as sesion:
        mensajes = frozenset(sesion.scalars(suyos))
        sitios = lugares(sesion, monitor_ids, desde, hasta, limite=1, sin_redes=_redes_sin_lugar(escucha, sesion))
        nuevas = del_alza(
            textos(sesion, monitor_ids, desde, hasta), textos(sesion, monitor_ids, desde - QUINCENA, desde)
        )
    lugar = sitios[0].nombre if sitios else ""
    return Rastro(mensajes=mensajes, lugar=lugar, palabras=frozenset(p for p, _ in nuevas))


def dicho(escucha: EntornoDeEscucha, m: Mensaje) -> Dicho:
    """Un mensaje, como se enseña. Del autor, sólo su usuario público; de un directo, nada de lo que dice."""
    privado = m.clase == Clase.DIRECTO
    cuerpo = f"{m.titulo}. {m.texto}" if m.titulo and not m.texto.startswith(m.titulo) else m.texto
    return Dicho(
        red=nombre_de_red(escucha, m.red),
        usuario="" if privado or not m.autor_usuario else f"@{m.autor_usuario.removeprefix('@')}",
        texto="" if privado else sin_enlaces(cuerpo),
        publicado_en=m.publicado_en,
        url=enlace_seguro(m.url),
        interacciones=m.interacciones,
        seguidores=None if privado else m.autor_seguidores,
    )


def _sin_repetir(mensajes: Iterable[Mensaje]) -> list[Mensaje]:
    """Los primeros que dicen cosas distintas: lo que se copia y se comparte igual se enseña una vez."""
    distintos: dict[str, Mensaje] = {}
    for m in mensajes:
        distintos.setdefault(normalizar(m.texto).strip()[:120] or m.id_externo, m)
    return list(distintos.values())[:RUIDOSOS]


def serie_del_monitor(
    sesion: Session, escucha: EntornoDeEscucha, monitor: Monitor, *, hasta: datetime, a_la_vista: timedelta = A_LA_VISTA
) -> list[Punto]:
    """Los últimos días por hora, con lo normal. De la hora que se oyó a medias se dice lo que hubo, y no se aprende."""
    inicio, zona = en_punto(hasta - PASADO), escucha.reglas.zona
    horas = puntos(
        sesion,
        monitor.id,
        paso_s=HORA_S,
        desde=inicio,
        hasta=hasta,
        ahora=hasta,
        redes=redes_de(monitor.definicion, escucha.principal.reconocer_red),
        contado_desde=monitor.desde,
    )
    conteo = {h.inicio: h.cuenta for h in horas if h.cuenta is not None}
    primera = min((hora for hora, n in conteo.items() if n), default=None)
    if primera is None:  # antes del primer mensaje no se sabe si la red tenía qué dar
        return []
    a_medias = frozenset(h.inicio for h in horas if h.parcial)
    fin_del_pasado = en_punto(hasta) - timedelta(hours=12)
    normal = perfil_normal(conteo, desde=primera, hasta=fin_del_pasado, sin_dato=a_medias, zona=zona)
    visible = max(hasta - a_la_vista, primera)
    return serie(conteo, normal, desde=visible, hasta=hasta, sin_dato=a_medias - conteo.keys(), zona=zona)


def _hasta_lo_oido(todos: Sequence[Punto]) -> list[Punto]:
    """Sin las últimas horas de las que nada se sabe todavía: no es que se perdieran."""
    fin = max((n for n, p in enumerate(todos, 1) if p.visto is not None), default=0)
    return list(todos[:fin])


def _normal_del_rato(puntos: Iterable[Punto], desde: datetime, hasta: datetime) -> float | None:
    """Lo normal entre dos instantes; None si de alguna hora no se sabe."""
    suma, alguna = 0.0, False
    for p in puntos:
        tramo = min(p.inicio + HORA, hasta) - max(p.inicio, desde)
        if tramo <= timedelta(0):
            continue
        if p.normal is None:
            return None
        suma, alguna = suma + p.normal * (tramo / HORA), True
    return suma if alguna else None


def _autores(sesion: Session, ids: Collection[int], desde: datetime, hasta: datetime) -> int | None:
    """Cuántas cuentas distintas; None si de más de uno de cada diez mensajes la red no dijo de quién es."""
    # Como parámetro, PostgreSQL no ve que se agrupa por lo mismo que se pide.
    vacio: ColumnElement[str] = literal_column("''")
    quien = func.coalesce(func.nullif(col(Mensaje.autor_id), vacio), func.nullif(col(Mensaje.autor_usuario), vacio))
    orden = (
        select(col(Mensaje.red), quien, func.count(col(Mensaje.id).distinct()))
        .join(Coincidencia, col(Coincidencia.mensaje_id) == col(Mensaje.id))
        .where(
            col(Coincidencia.monitor_id).in_(ids),
            col(Coincidencia.publicado_en) >= desde,
            col(Coincidencia.publicado_en) < hasta,
        )
        .group_by(col(Mensaje.red), quien)
    )
    filas = [(cuenta, mensajes) for _, cuenta, mensajes in sesion.execute(orden)]
    sin_firma = sum(mensajes for cuenta, mensajes in filas if cuenta is None)
    cuentas = sum(cuenta is not None for cuenta, _ in filas)
    return None if 10 * sin_firma > sum(mensajes for _, mensajes in filas) else cuentas or None


def _como_se_sabe(
    sesion: Session, ids: Collection[int], desde: datetime, *, hasta: datetime, nombres: Collection[str]
) -> tuple[int, frozenset[str]]:
    """En cuántos mensajes se supo dónde, y de qué formas."""
    if not nombres:
        return 0, frozenset()
    orden = (
        select(col(Mensaje.lugar_por), func.count(col(Mensaje.id).distinct()))
        .join(Coincidencia, col(Coincidencia.mensaje_id) == col(Mensaje.id))
        .where(
            col(Coincidencia.monitor_id).in_(ids),
            col(Coincidencia.publicado_en) >= desde,
            col(Coincidencia.publicado_en) < hasta,
            col(Mensaje.lugar).in_(nombres),
            col(Mensaje.lugar_por) != "autor",
            col(Mensaje.borrado_en).is_(None),
        )
        .group_by(col(Mensaje.lugar_por))
    )
    formas = {por: n for por, n in sesion.execute(orden)}
    return sum(formas.values()), frozenset(formas)


def _redes_sin_lugar(escucha: EntornoDeEscucha, sesion: Session) -> list[str]:
    """Las redes oídas que prohíben guardar dónde está la gente aparte de su mensaje."""
    redes = sesion.scalars(select(col(Fuente.red)).distinct())
    return [r for r in redes if (hechos := escucha.hechos_de(r)) is not None and hechos.lugar_solo_con_el_mensaje]


def _calladas(sesion: Session, ahora: datetime) -> list[Fuente]:
    """Las fuentes que debían oírse y ahora mismo fallan."""
    oyen = fuentes_activas(sesion, trabajo="oir")
    return [f for f in oyen if f.fallos > 0 and (f.oida_en is None or ahora - f.oida_en > SIN_OIR)]

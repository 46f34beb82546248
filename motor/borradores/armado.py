"""De un contenido a la Propuesta que revisan y guardan las demás salas, leída con los ojos de la carpeta."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from conectores.contrato import Gravedad, Problema
from modelos import Medio, Perfil, Publicacion
from motor.borradores.contenido import Contenido, Cuando, Elegido
from motor.entorno import Entorno
from motor.entrada.entender.armado import Contexto, armar
from motor.entrada.entender.directorio import Directorio, PerfilConocido
from motor.entrada.entender.solicitud import Celda, Dato, Solicitud
from motor.horarios.ventana import Ventana
from motor.publicacion.propuesta import Propuesta
from motor.publicacion.revision import RETRASO_ADMITIDO

ORIGEN = "panel"

_OMITIBLES = ("fecha", "vence", "enlace", "encuesta", "duracion", "titulo", "campana", "tipo")
"""Lo que puede estar mal sin que se deje de ver cómo quedaría el texto."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cambio:
    """La publicación que se cambia, y la hora que tiene hoy en cada perfil, por su id."""

    publicacion: Publicacion
    horas: Mapping[int, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Armado:
    """propuesta: lista para revisarse; None si algo no se entiende. esbozo: para ver cómo va quedando, aunque falte la
    fecha. horas: las que no se mueven, por el id del perfil.
    """

    propuesta: Propuesta | None
    esbozo: Propuesta | None
    problemas: tuple[Problema, ...]
    horas: Mapping[int, datetime]


def nombre_de(orden: int) -> str:
    """Cómo se le llama en los mensajes al medio que va en ese lugar, contando desde 0."""
    return f"imagen {orden + 1}"


def de_contenido(
    entorno: Entorno,
    contenido: Contenido,
    *,
    clave: str,
    perfiles: Sequence[Perfil],
    medios: Mapping[int, Medio],
    autor: str,
    ahora: datetime,
    cambio: Cambio | None = None,
) -> Armado:
    """perfiles: los elegidos. medios: por id, los que existen y puede usar. cambio: si ya existe la publicación."""
    presentes = [e for e in contenido.medios if e.id in medios]
    problemas = list(_de_lo_que_falta(contenido, perfiles, medios))
    solicitud = _solicitud(contenido, presentes, perfiles)
    contexto = Contexto(
        ahora=ahora,
        referencia=ahora,
        zona=entorno.reglas.zona,
        directorio=_directorio(entorno, perfiles),
        medios={nombre_de(i): entorno.acervo / medios[e.id].ruta for i, e in enumerate(presentes)},
        origen=ORIGEN,
        nombre=f"borrador {clave}",
        huella=_huella(contenido, presentes, medios),
        horarios=entorno.horarios(),
    )
    horas = _horas(contenido, perfiles, cambio)
    if not perfiles:
        return Armado(propuesta=None, esbozo=None, problemas=tuple(problemas), horas=horas)
    armada = armar(solicitud, contexto)
    esbozo = armada.propuesta or armar(_sin_lo_que_estorba(solicitud), contexto).propuesta
    problemas += armada.problemas
    if contenido.cuando is Cuando.HORA and not (contenido.fecha or contenido.escrita):
        problemas.append(
            Problema("falta decir cuándo sale.", "Elija el día y la hora, «Ahora», o «Mejor hora».", "fecha")
        )
    problemas += _de_horas_pasadas(horas, perfiles, ahora)
    graves = any(p.gravedad is Gravedad.ERROR for p in problemas)

    def suya(propuesta: Propuesta) -> Propuesta:
        suyos = tuple(replace(m, medio_id=e.id) for m, e in zip(propuesta.medios, presentes, strict=True))
        return _la_misma(replace(propuesta, autor=autor[:200], medios=suyos), contenido, horas, cambio, ahora)

    return Armado(
        propuesta=None if graves or armada.propuesta is None else suya(armada.propuesta),
        esbozo=suya(esbozo) if esbozo else None,
        problemas=tuple(dict.fromkeys(problemas)),
        horas=horas,
    )


# ── lo escrito ───────────────────────────────────────────────────────────────────────────────────────────────────


def _solicitud(contenido: Contenido, presentes: Sequence[Elegido], perfiles: Sequence[Perfil]) -> Solicitud:
    dichos: dict[str, Celda] = {
        "texto": contenido.texto,
        "redes": [p.nombre for p in perfiles],
        "fecha": _fecha(contenido),
        "titulo": contenido.titulo,
        "enlace": contenido.enlace,
        "tipo": contenido.tipo,
        "hilo": "sí" if contenido.hilo else "",
        "encuesta": list(contenido.encuesta),
        "duracion": contenido.duracion,
        "campana": contenido.campana,
        "etiquetas": contenido.etiquetas,
        "prioridad": contenido.prioridad,
        "vence": contenido.vence,
    }
    destinos = {p.nombre for p in perfiles} | {p.red for p in perfiles}
    return Solicitud(
        datos={nombre: Dato(valor, nombre) for nombre, valor in dichos.items() if valor},
        imagenes=tuple(Dato({"archivo": nombre_de(i), "alt": e.alt}, nombre_de(i)) for i, e in enumerate(presentes)),
        variantes={q: Dato(texto, f"variante {q}") for q, texto in contenido.variantes.items() if q in destinos},
        opciones={red: dict(suyas) for red, suyas in contenido.opciones.items()},
    )


def _fecha(contenido: Contenido) -> str:
    match contenido.cuando:
        case Cuando.YA | Cuando.IGUAL:
            return "ya"
        case Cuando.MEJOR:
            ventana = contenido.ventana.strip()
            return ventana if "mejor" in ventana.lower() else f"mejor hora {ventana}".strip()
        case Cuando.HORA:
            return contenido.escrita.strip() or contenido.fecha.strip()


def _directorio(entorno: Entorno, perfiles: Sequence[Perfil]) -> Directorio:
    conocidos = tuple(PerfilConocido(p.nombre, p.red, p.pausado_en is None) for p in perfiles)
    return Directorio(conocidos, entorno.reconocer_red, lambda red: entorno.capacidades_de(red).nombre)


def _huella(contenido: Contenido, presentes: Sequence[Elegido], medios: Mapping[int, Medio]) -> str:
    dicho = contenido.como_json() | {"aparato": "", "sello": 0, "sumas": [medios[e.id].sha256 for e in presentes]}
    return hashlib.sha256(json.dumps(dicho, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _sin_lo_que_estorba(solicitud: Solicitud) -> Solicitud:
    datos = {nombre: dato for nombre, dato in solicitud.datos.items() if nombre not in _OMITIBLES}
    return replace(solicitud, datos=datos)


def _de_lo_que_falta(contenido: Contenido, perfiles: Sequence[Perfil], medios: Mapping[int, Medio]) -> list[Problema]:
    faltan = []
    if not perfiles:
        faltan.append(Problema("no ha elegido en qué perfiles se publica.", "Elija al menos uno.", "redes"))
    if any(e.id not in medios for e in contenido.medios):
        faltan.append(Problema("una imagen ya no está en el acervo.", "Quítela y elija otra.", "imágenes"))
    return faltan


# ── al cambiar una que ya existe ─────────────────────────────────────────────────────────────────────────────────


def _horas(contenido: Contenido, perfiles: Sequence[Perfil], cambio: Cambio | None) -> dict[int, datetime]:
    if cambio is None or contenido.cuando is not Cuando.IGUAL:
        return {}
    elegidos = {p.id for p in perfiles}
    return {perfil: en for perfil, en in cambio.horas.items() if perfil in elegidos}


def _de_horas_pasadas(horas: Mapping[int, datetime], perfiles: Sequence[Perfil], ahora: datetime) -> list[Problema]:
    pasadas = [p.titulo or p.nombre for p in perfiles if p.id in horas and horas[p.id] < ahora - RETRASO_ADMITIDO]
    if not pasadas:
        return []
    return [Problema(f"la hora que tenía en {', '.join(pasadas)} ya pasó.", "Elija otra hora.", "fecha")]


def _la_misma(
    propuesta: Propuesta,
    contenido: Contenido,
    horas: Mapping[int, datetime],
    cambio: Cambio | None,
    ahora: datetime,
) -> Propuesta:
    """Cambiarla no le cambia de dónde vino ni quién la escribió: el mismo archivo, soltado otra vez, no hará otra."""
    if cambio is None:
        return propuesta
    antes = cambio.publicacion
    propuesta = replace(
        propuesta,
        autor=antes.autor,
        origen=antes.origen,
        origen_nombre=antes.origen_nombre,
        origen_fila=antes.origen_fila,
        origen_huella=antes.origen_huella,
    )
    if contenido.cuando is not Cuando.IGUAL:
        return propuesta
    if antes.mejor_hora and antes.mejor_hora_hasta and antes.mejor_hora_hasta > ahora + timedelta(minutes=1):
        desde = max(antes.programada_en, ahora)
        ventana = Ventana(desde=desde, hasta=antes.mejor_hora_hasta, dicha=antes.mejor_hora)
        return replace(propuesta, ventana=ventana, programada_en=desde, fecha_local=antes.fecha_local)
    en = min(horas.values(), default=antes.programada_en)
    return replace(propuesta, programada_en=en, fecha_local=f"{en.astimezone(ZoneInfo(propuesta.zona)):%Y-%m-%d %H:%M}")

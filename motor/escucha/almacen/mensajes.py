"""Leer y escribir mensajes de un golpe: lo que ya se tiene de una tanda, lo nuevo, lo que cambió, lo que se vacía."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlmodel import Session, col

from conectores.contrato_escucha import Clase, Oido
from modelos import tabla
from modelos.escucha import Coincidencia, Crudo, Mensaje
from motor.escucha.almacen.cambios import Visto
from motor.escucha.almacen.granel import entre, insertar, insertar_las_nuevas
from motor.escucha.almacen.limpieza import crudo_en_json, grados, limpiar_texto
from motor.escucha.entendido import Entendido

_MENSAJE, _CRUDO, _COINCIDENCIA = tabla(Mensaje), tabla(Crudo), tabla(Coincidencia)
_COLUMNAS = tuple(c.name for c in _MENSAJE.columns if c.name != "id")
_DE_VISTO = tuple(_MENSAJE.c[campo] for campo in Visto.__dataclass_fields__)

VACIO: dict[str, Any] = {
    "titulo": "",
    "texto": "",
    "url": "",
    "autor_id": "",
    "autor_usuario": "",
    "autor_nombre": "",
    "autor_seguidores": None,
    "latitud": None,
    "longitud": None,
    "lugar": "",
    "lugar_por": "",
    "lugar_confianza": None,
    "lugar_radio_km": None,
}
"""Lo que se quita de un mensaje borrado: qué dijo, quién y dónde. Queda que hubo uno, de qué clase y cuándo."""


def vistos(sesion: Session, red: str, ids: Collection[str], *, para_cambiar: bool = False) -> dict[str, Visto]:
    """Lo que ya se tiene de esos mensajes. para_cambiar: que nadie más los cambie hasta acabar la transacción."""
    if not ids:
        return {}
    orden = select(*_DE_VISTO).where(_MENSAJE.c.red == red, entre(sesion.connection(), _MENSAJE.c.id_externo, ids))
    if para_cambiar:
        orden = orden.order_by(_MENSAJE.c.id).with_for_update()  # SQLite no lo entiende y no le hace falta
    filas = sesion.connection().execute(orden).mappings()
    return {fila["id_externo"]: Visto(**{**fila, "clase": Clase(fila["clase"])}) for fila in filas}


def insertar_nuevos(
    sesion: Session,
    *,
    red: str,
    perfil_id: int,
    nuevos: Iterable[Oido],
    entendidos: Mapping[str, Entendido],
    ahora: datetime,
) -> dict[str, int]:
    """Guardar mensajes con su crudo y sus coincidencias; da el id de los que de verdad no estaban."""
    en_orden = sorted(nuevos, key=lambda o: o.id_externo)
    conexion = sesion.connection()
    filas = [_fila(o, entendidos[o.id_externo], red=red, perfil_id=perfil_id, ahora=ahora) for o in en_orden]
    ids = insertar_las_nuevas(conexion, _MENSAJE, _COLUMNAS, filas, unicas=("red", "id_externo"))
    guardados = [(ids[o.id_externo], o) for o in en_orden if o.id_externo in ids]
    crudos = [(id_, crudo) for id_, o in guardados if (crudo := crudo_en_json(o))]
    insertar(conexion, _CRUDO, ("mensaje_id", "datos"), crudos)
    suyas = [(id_, m, o.publicado_en) for id_, o in guardados for m in _monitores(entendidos[o.id_externo])]
    insertar(conexion, _COINCIDENCIA, ("mensaje_id", "monitor_id", "publicado_en"), suyas)
    return ids


def _monitores(entendido: Entendido) -> tuple[int, ...]:
    return tuple(dict.fromkeys(entendido.monitores))


def _fila(oido: Oido, entendido: Entendido, *, red: str, perfil_id: int, ahora: datetime) -> tuple[Any, ...]:
    """En el orden de `_COLUMNAS`."""
    dicho = _dicho(oido, entendido)
    valores = {
        "red": red,
        "id_externo": oido.id_externo,
        "clase": oido.clase.value,
        "perfil_id": perfil_id,
        "en_respuesta_a": oido.en_respuesta_a,
        "interacciones": oido.interacciones,
        "publicado_en": oido.publicado_en,
        "recibido_en": ahora,
        "editado_en": oido.editado_en,
        "borrado_en": None,
        "comprobado_en": ahora,
        "conservar_hasta": None,
        **dicho,
    }
    return tuple([valores[columna] for columna in _COLUMNAS])


def _dicho(oido: Oido, entendido: Entendido) -> dict[str, Any]:
    """Qué se dijo, quién y dónde: lo que cambia en una edición y se quita en un borrado."""
    autor, donde = oido.autor, entendido.donde
    return {
        "titulo": oido.titulo,
        "texto": oido.texto,
        "idioma": oido.idioma,
        "url": oido.url,
        "autor_id": autor.id,
        "autor_usuario": autor.usuario,
        "autor_nombre": autor.nombre,
        "autor_seguidores": autor.seguidores,
        "latitud": grados(donde.latitud) if donde else None,
        "longitud": grados(donde.longitud) if donde else None,
        "lugar": limpiar_texto(donde.nombre, 200) if donde else "",
        "lugar_por": donde.por.value if donde else "",
        "lugar_confianza": grados(donde.confianza) if donde else None,
        "lugar_radio_km": grados(donde.radio_km) if donde else None,
    }


def cambiar(
    sesion: Session, cambiados: Sequence[tuple[Visto, Oido]], *, entendidos: Mapping[str, Entendido], ahora: datetime
) -> list[tuple[Visto, frozenset[int], frozenset[int]]]:
    """Poner lo que dicen ahora (también a los que reaparecen); da, de cada uno, los monitores que dejan de contarlo y
    los que empiezan.
    """
    if not cambiados:
        return []
    valores = []
    for visto, oido in cambiados:
        editado = (visto.titulo, visto.texto) != (oido.titulo, oido.texto) and visto.borrado_en is None
        valores.append(
            {
                "el_id": visto.id,
                "editado_en": (oido.editado_en or ahora) if editado else visto.editado_en,
                "borrado_en": None,
                **_dicho(oido, entendidos[oido.id_externo]),
            }
        )
    _por_id(sesion, valores)
    _rehacer_crudo(sesion, cambiados)
    return [_rehacer_coincidencias(sesion, visto, entendidos[oido.id_externo]) for visto, oido in cambiados]


def _rehacer_crudo(sesion: Session, cambiados: Sequence[tuple[Visto, Oido]]) -> None:
    nuevos = [(visto.id, crudo) for visto, oido in cambiados if (crudo := crudo_en_json(oido))]
    conexion = sesion.connection()
    sesion.execute(delete(Crudo).where(entre(conexion, col(Crudo.mensaje_id), [id_ for id_, _ in nuevos])))
    insertar(conexion, _CRUDO, ("mensaje_id", "datos"), nuevos)


def _rehacer_coincidencias(
    sesion: Session, visto: Visto, entendido: Entendido
) -> tuple[Visto, frozenset[int], frozenset[int]]:
    de_este = col(Coincidencia.mensaje_id) == visto.id
    antes = frozenset(sesion.scalars(select(col(Coincidencia.monitor_id)).where(de_este)))
    despues = frozenset(entendido.monitores)
    sobran, faltan = antes - despues, despues - antes
    if sobran:
        sesion.execute(delete(Coincidencia).where(de_este, col(Coincidencia.monitor_id).in_(sorted(sobran))))
    suyas = [(visto.id, monitor, visto.publicado_en) for monitor in sorted(faltan)]
    insertar(sesion.connection(), _COINCIDENCIA, ("mensaje_id", "monitor_id", "publicado_en"), suyas)
    return visto, sobran, faltan


def poner(sesion: Session, columna: str, valores: Mapping[int, Any]) -> None:
    """Cambiar una columna de unos mensajes, por su id."""
    _por_id(sesion, [{"el_id": id_, columna: valor} for id_, valor in sorted(valores.items())])


def _por_id(sesion: Session, valores: list[dict[str, Any]]) -> None:
    if valores:
        columnas = [c for c in valores[0] if c != "el_id"]
        orden = update(_MENSAJE).where(_MENSAJE.c.id == bindparam("el_id"))
        sesion.connection().execute(orden.values({c: bindparam(c) for c in columnas}), valores)


def comprobar(sesion: Session, ids: Collection[int], *, ahora: datetime) -> None:
    """Apuntar que unos mensajes siguen en su red."""
    if ids:
        conexion = sesion.connection()
        conexion.execute(
            update(_MENSAJE).where(entre(conexion, _MENSAJE.c.id, sorted(ids))).values(comprobado_en=ahora)
        )


def vaciar(sesion: Session, ids: Collection[int], *, ahora: datetime) -> int:
    """Quitar de unos mensajes qué decían, quién y dónde. Sus coincidencias y los conteos se quedan."""
    if not ids:
        return 0
    conexion, en_orden = sesion.connection(), sorted(ids)
    sesion.execute(delete(Crudo).where(entre(conexion, col(Crudo.mensaje_id), en_orden)))
    vaciados = update(_MENSAJE).where(entre(conexion, _MENSAJE.c.id, en_orden))
    hecho = sesion.execute(vaciados.values(borrado_en=func.coalesce(_MENSAJE.c.borrado_en, ahora), **VACIO))
    return int(hecho.rowcount)  # type: ignore[attr-defined] # un UPDATE siempre devuelve un cursor

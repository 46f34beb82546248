"""Un objeto ajeno de cada clase, para recorrer las rutas con ellos; y qué rutas son la excepción, y por qué."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from modelos import (
    Alcance,
    Borrador,
    Entrega,
    Estado,
    FichaDeApi,
    Flujo,
    MedioDePublicacion,
    Perfil,
    Rol,
    Sesion,
    Silencio,
    Solicitud,
    Suscripcion,
    Usuario,
)
from motor.aprobaciones.contenido import huella_de
from panel.api import CAMINO as API
from panel.entorno import EntornoDelPanel
from tests.panel.api.cuerpos import CUERPOS as DE_LA_API
from tests.panel.con_historias import contar_historia, crear_monitor
from tests.panel.con_publicaciones import poner_foto, programar
from tests.panel.personas import abrir_sesion, crear_usuario

ABIERTAS: frozenset[str] = frozenset(
    {
        "GET /entrar",  # por aquí se entra
        "POST /entrar",
        "GET /entrar/codigo",  # con la cookie de quien ya puso su contraseña; sin ella, vuelve a /entrar
        "POST /entrar/codigo",
        "GET /olvide",  # contesta lo mismo exista o no la cuenta
        "POST /olvide",
        "GET /enlace/{secreto}",  # lo que abre es el secreto, una vez
        "POST /enlace/{secreto}",
        "GET /ical/{secreto}.ics",  # ídem: lo pide el calendario del teléfono, que no sabe entrar
        "GET /avisos/{historia_id}",  # la dirección va firmada: llega por correo
        "POST /avisos/{historia_id}",
        "GET /medios/{ruta:path}",  # ídem: la descarga una red
        "GET /manifest.webmanifest",  # el navegador la pide sin cookie, y no dice nada de nadie
        "GET /sw.js",  # código
        "GET /sin-senal",  # se guarda antes de que nadie entre
        "GET /api/v1/openapi.json",  # cómo se usa la API, sin datos de nadie
    }
)
"""Sin sesión, a propósito."""

PROPIAS: frozenset[str] = frozenset(
    {
        "POST /salir",  # sólo toca la sesión de quien lo pide
        "POST /cuenta/avisos/pedir",  # su propio aparato
        "POST /cuenta/avisos/renovar",
        "POST /cuenta/nombre",  # su propia cuenta
        "POST /cuenta/clave",
        "POST /cuenta/correo",
        "POST /cuenta/correo/confirmar",
        "POST /cuenta/factor",
        "POST /cuenta/factor/quitar",
        "POST /cuenta/sesiones/cerrar",
        "POST /cuenta/fichas",  # puede lo que pueda su dueño
        "POST /calendario/suscripcion",  # su propio calendario: enseña lo que él ya ve
        "POST /calendario/suscripcion/quitar",
        "POST /acervo/exportar.zip",  # se lleva lo que ya ve; no cambia nada
        "POST /hemeroteca/exportar.zip",
    }
)
"""Con sesión, y sólo tocan lo de quien las pide: las manda quien sólo lee, y no hay objeto ajeno."""

LO_DICE_EL_FLUJO: frozenset[str] = frozenset({"POST /aprobaciones/varias", "POST /aprobaciones/{solicitud_id}/firmar"})
"""A quien no le toca firmar se le dice por qué con un recado, no con un 403; que no firma se prueba aparte."""

_FIRMA = {"vista": huella_de({"1": "contenido"}), "comentario": "Sí"}
CUERPOS: Mapping[str, Mapping[str, Any]] = {
    "POST /borradores/descartar": {"clave": "borrador-ajeno"},
    "POST /borradores/recuperar": {"clave": "borrador-ajeno"},
    "POST /borradores/duplicar": {"clave": "borrador-ajeno"},
    "POST /componer/recortar": {"medio": 1, "x": 0, "y": 0, "ancho": 0.5, "alto": 0.5},
    "POST /componer/revisar": {"clave": "borrador-ajeno", "texto": "Hola"},
    "POST /componer/guardar": {"clave": "borrador-ajeno", "texto": "Hola"},
    "POST /componer/enviar": {"clave": "borrador-ajeno", "texto": "Hola"},
    "POST /aprobaciones/{solicitud_id}/firmar": {"decision": "aprobar", **_FIRMA},
    "POST /perfiles/{perfil_id}/credenciales/quitar": {"nombre": "ACCESS_TOKEN"},
    **{ruta.replace(" ", f" {API}", 1): cuerpo for ruta, cuerpo in DE_LA_API.items()},
}
"""Algo que la ruta entienda, para que llegue a preguntar de quién es: lo que no se entiende se contesta antes."""


@dataclass(frozen=True, slots=True)
class Muestras:
    """valores: por nombre de parámetro, el objeto ajeno. otro: un perfil que no tiene nada que ver con ellos."""

    valores: Mapping[str, str]
    otro: Perfil


def sembrar(panel: EntornoDelPanel, *, ajeno: Perfil, otro: Perfil) -> Muestras:
    entrega = programar(panel, perfiles=[ajeno.nombre], estado=Estado.PUBLICADA)[0]
    poner_foto(panel, entrega.publicacion_id)
    duena = crear_usuario(panel, Rol.EDITOR, perfil_id=ajeno.id, nombre="Dueña", correo="duena@sanjacinto.gob.mx")
    abrir_sesion(panel, duena)
    ahora = panel.entorno.reloj.ahora()
    with panel.entorno.base.escribir() as sesion:
        suyo = _de_la_duena(sesion, duena, ahora)
        firma = _por_firmar(sesion, entrega, ahora)
        de = col(MedioDePublicacion.publicacion_id) == entrega.publicacion_id
        medio = sesion.scalars(select(MedioDePublicacion.medio_id).where(de)).one()
        silencio = Silencio(ambito="pico", desde=ahora, hasta=ahora + timedelta(hours=1))
        sesion.add(silencio)
        sesion.flush()
        valores = {
            **suyo,
            **firma,
            "medio_id": medio,
            "silencio_id": silencio.id,
            "perfil_id": ajeno.id,
            "publicacion_id": entrega.publicacion_id,
            "entrega_id": entrega.id,
            "tamano": "mini",
            "secreto": "ninguno",
            "ruta": "ninguna.jpg",
        }
    valores |= {
        "monitor_id": crear_monitor(panel, origen="ana@sanjacinto.gob.mx").id,
        "historia_id": contar_historia(panel).id,
    }
    return Muestras({nombre: str(valor) for nombre, valor in valores.items()}, otro)


def _de_la_duena(sesion: Session, duena: Usuario, ahora: datetime) -> dict[str, Any]:
    """Lo que es de una persona, y no de un perfil: nadie más lo toca, ni quien administra el suyo."""
    abierta = sesion.scalars(select(Sesion).where(col(Sesion.usuario_id) == duena.id)).one()
    suscripcion = Suscripcion(
        usuario_id=duena.id,
        sesion_id=abierta.id,
        direccion="https://toques.example/1",
        p256dh="p",
        autenticacion="a",
        creada_en=ahora,
    )
    ficha = FichaDeApi(
        usuario_id=duena.id, nombre="Suya", comienzo="pgn_", huella="h", alcance=Alcance.TODO, creada_en=ahora
    )
    contenido = {"texto": "En lo que ando."}
    borrador = Borrador(
        clave="borrador-ajeno", usuario_id=duena.id, contenido=contenido, creado_en=ahora, actualizado_en=ahora
    )
    sesion.add_all([suscripcion, ficha, borrador])
    sesion.flush()
    return {
        "usuario_id": duena.id,
        "sesion_id": abierta.id,
        "suscripcion_id": suscripcion.id,
        "ficha_id": ficha.id,
        "clave": borrador.clave,
    }


def _por_firmar(sesion: Session, entrega: Entrega, ahora: datetime) -> dict[str, Any]:
    flujo = Flujo(nombre="Todo lo firma alguien", activo=False, creado_en=ahora, actualizado_en=ahora)
    sesion.add(flujo)
    sesion.flush()
    paso = {"nombre": "Vo. Bo.", "roles": ["aprobador"], "personas": [], "cuantas": "una"}
    solicitud = Solicitud(
        publicacion_id=entrega.publicacion_id,
        flujo_id=flujo.id,
        version=1,
        pasos=[paso],
        alcance={str(entrega.id): "contenido"},
        pedida_en=ahora,
    )
    sesion.add(solicitud)
    sesion.flush()
    return {"flujo_id": flujo.id, "solicitud_id": solicitud.id}

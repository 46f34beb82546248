"""Un cuerpo que cada ruta de la API entienda, para que llegue a preguntar de quién es lo que toca."""

from collections.abc import Mapping
from typing import Any

_MONITOR = {"nombre": "Baches", "definicion": {"alguna": ["bache"]}}
_FLUJO = {"nombre": "Todo", "pasos": [{"nombre": "Visto bueno"}]}
_FIRMA = {"vista": "0" * 64, "comentario": "No."}
CUERPOS: Mapping[str, Any] = {
    "PUT /publicaciones/{publicacion_id}": {"version": 1, "texto": "Otra cosa"},
    "POST /entregas/{entrega_id}/reprogramar": {"cuando": "mañana 10:00"},
    "POST /entregas/{entrega_id}/resolver": {"respuesta": "no_hace_falta"},
    "POST /entregas/{entrega_id}/borrar": {"seguro": True},
    "POST /aprobaciones/{solicitud_id}/aprobar": _FIRMA,
    "POST /aprobaciones/{solicitud_id}/pedir-cambios": _FIRMA,
    "POST /aprobaciones/{solicitud_id}/comentarios": {"texto": "Hola"},
    "POST /borradores": {"texto": "Hola"},
    "PUT /borradores/{clave}": {"texto": "Hola"},
    "PUT /medios/{medio_id}": {"descripcion": "Hola"},
    "PUT /perfiles/{perfil_id}/credenciales": {"credenciales": {"TOKEN": "abc"}},
    "POST /monitores": _MONITOR,
    "POST /monitores/probar": _MONITOR,
    "PUT /monitores/{monitor_id}": _MONITOR,
    "POST /historias/{historia_id}/silenciar": {"plazo": "hoy"},
    "POST /monitores/{monitor_id}/silenciar": {"plazo": "hoy"},
    "PUT /monitores/{monitor_id}/presupuesto": {"falsas_alarmas": 2},
    "POST /publicaciones/{publicacion_id}/mover": {"entregas": [1], "cuando": "mañana 10:00"},
    "POST /perfiles": {"red": "facebook", "titulo": "Otro"},
    "PUT /perfiles/{perfil_id}/datos": {"titulo": "Otro"},
    "PUT /perfiles/{perfil_id}/ritmo": {"cupo": "1/24h"},
    "POST /flujos": _FLUJO,
    "POST /flujos/probar": _FLUJO,
    "PUT /flujos/{flujo_id}": _FLUJO,
    "POST /flujos/{flujo_id}/mover": {"arriba": True},
    "POST /usuarios": {"correo": "otra@sanjacinto.gob.mx", "cargos": [{"rol": "editor"}]},
    "PUT /usuarios/{usuario_id}/cargos": {"cargos": [{"rol": "administrador"}]},
}

"""Los mensajes privados de una página, y los de su Instagram: conversaciones con sus veinte mensajes más recientes.

Fuente: https://developers.facebook.com/docs/graph-api/reference/conversation/, consultada 2026-11-22.
"""

from dataclasses import dataclass
from typing import Any

from simulador import graph_errores as errores
from simulador.estado import Estado, Perfil
from simulador.graph_errores import NoPasa
from simulador.graph_lectura import Campo, elegir, fecha, paginar
from simulador.mensajes import Peticion
from simulador.voces import DIRECTO, Voz

_ULTIMOS = 20


@dataclass(frozen=True, slots=True)
class _Conversacion:
    """voces: de la más nueva a la más vieja."""

    id: str
    voces: list[Voz]


def listar(p: Peticion, estado: Estado, pagina: Perfil, *, version: str) -> dict[str, Any]:
    permiso, plataforma = "pages_messaging", p.valor("platform") or "messenger"
    perfil: Perfil | None = pagina
    if plataforma == "instagram":
        permiso = "instagram_manage_messages"
        perfil = next((i for i in estado.perfiles("instagram") if i.pagina == pagina.id), None)
    if not pagina.puede(permiso):
        raise NoPasa(errores.sin_permiso(permiso))
    por_nombre: dict[str, list[Voz]] = {}
    if perfil is not None:
        for voz in estado.voces.de_perfil(perfil.red, perfil.id, DIRECTO):
            por_nombre.setdefault(voz.en_respuesta_a or voz.autor_id, []).append(voz)
    conversaciones = [_Conversacion(f"t_{nombre}", voces) for nombre, voces in por_nombre.items()]
    conversaciones.sort(key=lambda c: c.voces[0].instante, reverse=True)
    pedido = f"/{version}/{pagina.id}/conversations"
    return paginar(p, conversaciones, pedido=pedido, pintar=lambda c: _leer(p, c))


def _leer(p: Peticion, una: _Conversacion) -> dict[str, Any]:
    nodo = {
        "id": una.id,
        "updated_time": fecha(una.voces[0].instante),
        "message_count": len(una.voces),
        "link": f"/messages/{una.id}",
        "participants": {"data": [_persona(una.voces[0])]},
        "messages": lambda campo: _mensajes(una, campo),
    }
    return elegir(nodo, p.valor("fields"), tipo="UnifiedThread", de_siempre=("id", "updated_time"))


def _mensajes(una: _Conversacion, campo: Campo) -> dict[str, Any]:
    limite = min(int(campo.modificadores.get("limit", _ULTIMOS)), _ULTIMOS)
    return {"data": [_mensaje(voz, campo.dentro) for voz in una.voces[:limite]]}


def _mensaje(voz: Voz, pedidos: str) -> dict[str, Any]:
    nodo = {
        "id": f"m_{voz.id}",
        "message": voz.texto,
        "created_time": fecha(voz.instante),
        "from": _persona(voz),
        "to": {"data": [{"id": voz.perfil}]},
    }
    return elegir(nodo, pedidos, tipo="UnifiedMessage", de_siempre=("id", "created_time"))


def _persona(voz: Voz) -> dict[str, str]:
    if voz.red == "instagram":
        return {"username": voz.autor_usuario, "id": voz.autor_id}
    return {"name": voz.autor_nombre, "email": f"{voz.autor_id}@facebook.com", "id": voz.autor_id}

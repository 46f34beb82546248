"""Lo que la gente dice en una cuenta de Instagram, como lo enseña la Graph API: comentarios, respuestas y etiquetas.

Fuente: https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-media/comments y
…/ig-user/tags, consultadas 2026-11-22: del más nuevo al más viejo, y a lo más 50 de una vez.
"""

from collections.abc import Mapping
from typing import Any

from simulador import graph_errores as errores
from simulador.estado import Estado, Perfil
from simulador.graph_errores import NoPasa
from simulador.graph_lectura import Campo, elegir, fecha, paginar, rebanar
from simulador.mensajes import Peticion
from simulador.voces import COMENTARIO, MENCION, Voz

_TOPE = 50


class VocesDeInstagram:
    def __init__(self, estado: Estado) -> None:
        self._estado = estado

    def buscar(self, id_externo: str) -> Voz | None:
        return self._estado.voces.buscar("instagram", id_externo)

    def contar(self, medio: str) -> int:
        return sum(1 for _ in self._estado.voces.de_publicacion("instagram", medio))

    def comentarios(
        self, cuenta: str, medio: str, modificadores: Mapping[str, str], pedidos: str, *, base: str
    ) -> dict[str, Any]:
        """Los de primer nivel de una publicación; cada uno lleva los suyos en `replies`."""
        self._exigir_permiso(cuenta)
        todas = list(self._estado.voces.de_publicacion("instagram", medio))
        primeras = [v for v in todas if not v.en_respuesta_a]
        return self._rebanar(primeras, modificadores, pedidos, base=base, ruta=f"{medio}/comments", todas=todas)

    def respuestas(self, voz: Voz, modificadores: Mapping[str, str], pedidos: str, *, base: str) -> dict[str, Any]:
        todas = list(self._estado.voces.de_publicacion("instagram", voz.publicacion))
        suyas = [v for v in todas if v.en_respuesta_a == voz.id]
        return self._rebanar(suyas, modificadores, pedidos, base=base, ruta=f"{voz.id}/replies", todas=todas)

    def leer(self, voz: Voz, pedidos: str, *, base: str) -> dict[str, Any]:
        if voz.clase == COMENTARIO:
            return self._pintar(voz, pedidos, base=base, todas=[])
        return self._pintar_etiqueta(voz, pedidos)

    def etiquetas(self, p: Peticion, cuenta: Perfil, *, version: str) -> dict[str, Any]:
        self._exigir_permiso(cuenta.id)
        voces = list(self._estado.voces.de_perfil("instagram", cuenta.id, MENCION))
        pedido = f"/{version}/{cuenta.id}/tags"
        return paginar(p, voces, pedido=pedido, pintar=lambda v: self._pintar_etiqueta(v, p.valor("fields")))

    def _rebanar(
        self,
        voces: list[Voz],
        modificadores: Mapping[str, str],
        pedidos: str,
        *,
        base: str,
        ruta: str,
        todas: list[Voz],
    ) -> dict[str, Any]:
        limite = str(min(int(modificadores.get("limit", _TOPE)), _TOPE))
        return rebanar(
            voces,
            {**modificadores, "limit": limite},
            direccion=f"{base}/v26.0/{ruta}",
            consulta={"fields": pedidos},
            pintar=lambda v: self._pintar(v, pedidos, base=base, todas=todas),
        )

    def _pintar(self, voz: Voz, pedidos: str, *, base: str, todas: list[Voz]) -> dict[str, Any]:
        def respuestas(campo: Campo) -> dict[str, Any] | None:
            suyas = [v for v in todas if v.en_respuesta_a == voz.id]
            if not suyas:
                return None
            return self._rebanar(
                suyas, campo.modificadores, campo.dentro, base=base, ruta=f"{voz.id}/replies", todas=[]
            )

        nodo = {
            "id": voz.id,
            "text": voz.texto,
            "timestamp": fecha(voz.instante),
            "username": voz.autor_usuario,
            "from": {"id": voz.autor_id, "username": voz.autor_usuario},
            "like_count": voz.me_gusta,
            "hidden": False,
            "parent_id": voz.en_respuesta_a or None,
            "media": {"id": voz.publicacion},
            "replies": respuestas,
        }
        return elegir(nodo, pedidos, tipo="IGComment", de_siempre=("timestamp", "text", "id"))

    def _pintar_etiqueta(self, voz: Voz, pedidos: str) -> dict[str, Any]:
        nodo = {
            "id": voz.id,
            "caption": voz.texto or None,
            "timestamp": fecha(voz.instante),
            "username": voz.autor_usuario,
            "permalink": f"https://www.instagram.com/p/{voz.id}/",
            "media_type": "IMAGE",
            "like_count": voz.me_gusta,
            "comments_count": 0,
        }
        return elegir(nodo, pedidos, tipo="IGMedia")

    def _exigir_permiso(self, cuenta: str) -> None:
        perfil = self._estado.perfil("instagram", cuenta)
        if perfil is not None and not perfil.puede("instagram_manage_comments"):
            raise NoPasa(errores.sin_permiso("instagram_manage_comments"))

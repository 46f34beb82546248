"""Lo que la gente dice en una página de Facebook, como lo enseña la Graph API.

Fuente: https://developers.facebook.com/docs/graph-api/reference/page-post/comments y …/page/tagged, consultadas
2026-11-22. Quién comentó no se dice sin `pages_read_user_content`; quién etiquetó, nunca.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from simulador import graph_errores as errores
from simulador.estado import Estado, Perfil
from simulador.graph_errores import NoPasa
from simulador.graph_lectura import elegir, fecha, paginar, rebanar
from simulador.mensajes import Peticion
from simulador.voces import AJENA, COMENTARIO, MENCION, Voz

_DE_COMENTARIO = ("created_time", "from", "message", "id")


class VocesDeFacebook:
    def __init__(self, estado: Estado) -> None:
        self._estado = estado

    def buscar(self, id_externo: str) -> Voz | None:
        return self._estado.voces.buscar("facebook", id_externo)

    def contar(self, publicacion: str) -> int:
        return sum(1 for _ in self._estado.voces.de_publicacion("facebook", publicacion))

    def comentarios(
        self, publicacion: str, modificadores: Mapping[str, str], pedidos: str, *, direccion: str
    ) -> dict[str, Any]:
        """Los de una publicación. Por omisión, sólo los de primer nivel y del más viejo al más nuevo.

        El que lleva `extra={"escondido": True}` lo escondió el filtro: no se lista, pero se lee por su identificador.
        """
        dichas = self._estado.voces.de_publicacion("facebook", publicacion)
        todas = [v for v in dichas if not v.extra.get("escondido")]
        respuestas = Counter(v.en_respuesta_a for v in todas)
        elegidas = todas if modificadores.get("filter") == "stream" else [v for v in todas if not v.en_respuesta_a]
        if modificadores.get("order") != "reverse_chronological":
            elegidas = elegidas[::-1]
        listado = rebanar(
            elegidas,
            modificadores,
            direccion=direccion,
            consulta={"fields": pedidos, **{c: v for c, v in modificadores.items() if c in ("filter", "order")}},
            pintar=lambda v: self._pintar(v, pedidos, respuestas),
        )
        if "summary" in modificadores:
            listado["summary"] = {"order": "chronological", "total_count": len(elegidas), "can_comment": True}
        return listado

    def leer(self, voz: Voz, pedidos: str) -> dict[str, Any]:
        if voz.clase == COMENTARIO:
            return self._pintar(voz, pedidos, Counter())
        return self._pintar_ajena(voz, pedidos)

    def ajenas(self, p: Peticion, pagina: Perfil, arista: str, *, version: str) -> dict[str, Any]:
        """`tagged` o `visitor_posts`."""
        if not pagina.puede("pages_read_user_content"):
            raise NoPasa(errores.sin_permiso("pages_read_user_content"))
        clase = MENCION if arista == "tagged" else AJENA
        voces = list(self._estado.voces.de_perfil("facebook", pagina.id, clase))
        pedido = f"/{version}/{pagina.id}/{arista}"
        return paginar(p, voces, pedido=pedido, pintar=lambda v: self._pintar_ajena(v, p.valor("fields")))

    def _pintar(self, voz: Voz, pedidos: str, respuestas: Mapping[str, int]) -> dict[str, Any]:
        nodo = {
            "id": voz.id,
            "message": voz.texto,
            "created_time": fecha(voz.instante),
            "from": self._autor(voz),
            "like_count": voz.me_gusta,
            "comment_count": respuestas.get(voz.id, 0),
            "parent": {"id": voz.en_respuesta_a} if voz.en_respuesta_a else None,
            "permalink_url": f"https://www.facebook.com/{voz.publicacion}?comment_id={voz.id}",
            "attachment": None,
            "is_hidden": False,
        }
        return elegir(nodo, pedidos, tipo="Comment", de_siempre=_DE_COMENTARIO)

    def _pintar_ajena(self, voz: Voz, pedidos: str) -> dict[str, Any]:
        nodo = {
            "id": voz.id,
            "message": voz.texto or None,
            "created_time": fecha(voz.instante),
            "tagged_time": fecha(voz.instante) if voz.clase == MENCION else None,
            "from": self._autor(voz) if voz.clase == AJENA else None,
            "permalink_url": f"https://www.facebook.com/{voz.id}",
            "shares": {"count": voz.compartidos} if voz.compartidos else None,
            "reactions": {"data": [], "summary": {"total_count": voz.me_gusta}},
            "comments": {"data": [], "summary": {"total_count": 0}},
        }
        return elegir(nodo, pedidos, tipo="Post", de_siempre=("created_time", "message", "id"))

    def _autor(self, voz: Voz) -> dict[str, str] | None:
        pagina = self._estado.perfil("facebook", voz.perfil)
        if pagina is not None and not pagina.puede("pages_read_user_content"):
            return None
        return {"name": voz.autor_nombre, "id": voz.autor_id}

"""De los números de X a nuestro vocabulario, en sus dos dialectos. Puro.

Los nombres cambian (en agosto de 2026 cambió uno de los principales), así que están en una tabla: por cada métrica,
los sumandos, y por cada sumando sus nombres del más nuevo al más viejo. Lo que X no da no aparece.

Fuente: OpenAPI 2.166 y 2.167 (PostPublicMetrics, UserPublicMetrics) y https://docs.x.com/x-api/fundamentals/metrics,
consultadas 2026-11-22.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from conectores.contrato import ErrorDeContrato
from conectores.contrato_escucha import EnElPerfil, Gasto, Mediciones
from conectores.x.barrida import instante_de
from conectores.x.oidos import historia, texto_de
from conectores.x.traduccion import direccion, respondida

Tabla = Mapping[str, tuple[tuple[str, ...], ...]]

DE_POST: Tabla = {
    "me_gusta": (("like_count",),),
    "comentarios": (("reply_count",),),
    "compartidos": (("repost_count", "retweet_count"), ("quote_count",)),
    "guardados": (("bookmark_count",),),
    "vistas": (("impression_count",),),
    "clics": (("url_link_clicks",),),
    "visitas_al_perfil": (("user_profile_clicks",),),
    "interacciones": (("engagements",),),
}
DE_CUENTA: Tabla = {
    "seguidores": (("followers_count",),),
    "seguidos": (("following_count",),),
    "publicaciones": (("post_count", "tweet_count"),),
}
VIEJA, NUEVA = "X API v2 (2.166)", "X API v2 (2.167)"
_NOMBRES_NUEVOS = frozenset({"repost_count", "post_count"})


def mediciones(metricas: Mapping[str, Any], tabla: Tabla, gastos: tuple[Gasto, ...] = ()) -> Mediciones:
    version = NUEVA if _NOMBRES_NUEVOS & metricas.keys() else VIEJA
    return Mediciones(valores=_valores(metricas, tabla), version=version, crudo=dict(metricas), gastos=gastos)


def _valores(metricas: Mapping[str, Any], tabla: Tabla) -> dict[str, int]:
    valores = {}
    for metrica, sumandos in tabla.items():
        dados = [v for nombres in sumandos if (v := _primero(metricas, nombres)) is not None]
        if dados:
            valores[metrica] = sum(dados)
    return valores


def _primero(metricas: Mapping[str, Any], nombres: tuple[str, ...]) -> int | None:
    valores = (metricas.get(n) for n in nombres)
    return next((v for v in valores if isinstance(v, int) and not isinstance(v, bool)), None)


def de_post(dato: Mapping[str, Any], gasto: Gasto) -> Mediciones:
    """Lo público y, si X lo dio, lo privado de un post nuestro."""
    juntas: dict[str, Any] = {}
    for nombre in ("organic_metrics", "non_public_metrics", "public_metrics"):
        if isinstance(parte := dato.get(nombre), Mapping):
            juntas |= parte
    return mediciones(juntas, DE_POST, (gasto,))


def de_cuenta(cuenta: Mapping[str, Any], gastos: tuple[Gasto, ...]) -> Mediciones:
    metricas = cuenta.get("public_metrics")
    return mediciones(metricas if isinstance(metricas, Mapping) else {}, DE_CUENTA, gastos)


def en_el_perfil(dato: Mapping[str, Any], gasto: Gasto) -> EnElPerfil:
    """Una publicación del historial, por su primer identificador si se editó."""
    try:
        id_externo = historia(dato)[0]
        creada = datetime.fromisoformat(str(dato["created_at"])) if "created_at" in dato else None
        tipo = "respuesta" if respondida(dato) else "publicacion"
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ErrorDeContrato(f"No se pudo leer una publicación del listado de X ({type(error).__name__}).") from None
    return EnElPerfil(
        id_externo=id_externo,
        texto=texto_de(dato),
        publicada_en=creada or instante_de(int(id_externo)),
        url=direccion(id_externo),
        tipo=tipo,
        gasto=gasto,
    )

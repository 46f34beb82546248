"""Por dónde va la lectura de una lista de X que viene de lo nuevo a lo viejo. Puro.

Una barrida empieza en lo más nuevo y baja, página a página, hasta lo último que ya se tenía. Se baja con `until_id` y
no con la marca de página: que ésta no caduque sólo se promete en la búsqueda, y una caducada, guardada en un cursor,
dejaría la fuente atorada. Fuente: https://docs.x.com/x-api/posts/search/integrate/paginate, consultada 2026-11-22.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from conectores.contrato_escucha import Desde

_EPOCA_MS = 1288834974657  # Fuente: https://docs.x.com/fundamentals/x-ids, consultada 2026-11-22

# La búsqueda llega hasta 30 s antes de la pregunta; de las menciones X no dice cuánto tardan. Lo del último rato no se
# da por cubierto. Fuente: ídem.
INDEXACION = timedelta(minutes=1)


def id_en(instante: datetime) -> int:
    """El identificador más pequeño que X pudo dar en ese instante."""
    return max(0, int(instante.timestamp() * 1000) - _EPOCA_MS) << 22


def instante_de(id_externo: int) -> datetime:
    """Cuándo se creó: los identificadores de X llevan su hora dentro."""
    return datetime.fromtimestamp(((id_externo >> 22) + _EPOCA_MS) / 1000, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Barrida:
    """desde: lo que ya se tenía (exclusivo). hasta: por debajo de qué falta leer; None si empieza.

    tope: lo más nuevo que ha visto. inicio: cuándo empezó. vistos: cuántos lleva.
    """

    desde: int
    hasta: int | None = None
    tope: int = 0
    inicio: datetime
    vistos: int = 0

    def cursor(self, *, pagina: str = "") -> str:
        """Lo que se guarda para seguir. pagina: la marca de X, donde no se puede bajar de otro modo."""
        datos = {"desde": str(self.desde)} | ({"pagina": pagina} if pagina else {})
        if self.hasta is not None:
            datos |= {"hasta": str(self.hasta), "tope": str(self.tope), "vistos": str(self.vistos)}
            datos["inicio"] = self.inicio.isoformat()
        return json.dumps(datos, separators=(",", ":"))


def abrir(
    desde: Desde, ahora: datetime, *, alcance: timedelta | None = None
) -> tuple[Barrida, tuple[datetime, datetime] | None]:
    """La barrida que toca, y lo que ya no se puede leer porque la red sólo da el último `alcance`."""
    datos = _leer(desde.cursor)
    barrida = Barrida(
        desde=_entero(datos.get("desde"), id_en(desde.no_antes_de)),
        hasta=_entero(datos["hasta"], 0) if "hasta" in datos else None,
        tope=_entero(datos.get("tope"), 0),
        vistos=_entero(datos.get("vistos"), 0),
        inicio=_instante(datos.get("inicio")) or ahora,
    )
    piso = id_en(ahora - alcance) if alcance is not None else 0
    if barrida.desde >= piso:
        return barrida, None
    return replace(barrida, desde=piso), (instante_de(barrida.desde), instante_de(piso))


def seguir(barrida: Barrida, ids: Sequence[int], *, hay_mas: bool) -> tuple[Barrida, datetime | None]:
    """La barrida después de una página, y hasta cuándo queda todo leído si con ella termina.

    ids: los de la página, con los identificadores con que X los lista.
    """
    tope = max([barrida.tope, *ids])
    if hay_mas and ids:
        bajada = replace(barrida, hasta=min(ids), tope=tope, vistos=barrida.vistos + len(ids))
        return bajada, None
    cubierto = barrida.inicio - INDEXACION
    # Sin nada nuevo también se avanza: si no, una búsqueda callada acabaría pidiendo más atrás de lo que X da.
    return Barrida(desde=max(tope, barrida.desde, id_en(cubierto) if not tope else 0), inicio=barrida.inicio), cubierto


def pagina_guardada(cursor: str) -> str:
    pagina = _leer(cursor).get("pagina")
    return pagina if isinstance(pagina, str) else ""


def reinicio(barrida: Barrida) -> Barrida:
    """La misma, como si no hubiera empezado."""
    return Barrida(desde=barrida.desde, inicio=barrida.inicio)


def _leer(cursor: str) -> dict[str, Any]:
    try:
        datos = json.loads(cursor or "{}")
    except ValueError:
        return {}
    return datos if isinstance(datos, dict) else {}


def _entero(valor: object, si_falta: int) -> int:
    return int(valor) if isinstance(valor, str) and valor.isdigit() else si_falta


def _instante(valor: object) -> datetime | None:
    try:
        return datetime.fromisoformat(valor) if isinstance(valor, str) else None
    except ValueError:
        return None

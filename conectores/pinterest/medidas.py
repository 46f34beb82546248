"""De los números de Pinterest a nuestro vocabulario. Puro.

Los nombres van en una tabla con su versión, porque cambian. Fuente: OpenAPI 5.23.0 (`pins/analytics`, `Pin` y
`Account`), consultada 2026-11-22.

Los de un pin vienen de dos sitios: los de toda su vida (`pin_metrics`), y los de una ventana de a lo más 90 días
(`analytics`), que sólo son los de toda su vida mientras el pin quepa en ella. Nuestras mediciones son acumuladas, así
que los de la ventana no se usan con un pin más viejo: parecería que los números bajan.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from conectores.contrato import ErrorDeContrato
from conectores.contrato_escucha import EnElPerfil, Mediciones
from conectores.pinterest.traduccion import creado_en

VERSION = "Pinterest v5 (5.23.0)"
VENTANA = timedelta(days=89)  # «no más de 90 días atrás», y el último día empieza en otra zona horaria
DE_LA_VENTANA: Mapping[str, str] = {
    "vistas": "IMPRESSION",
    "guardados": "SAVE",
    "clics": "OUTBOUND_CLICK",
    "visitas_al_perfil": "PROFILE_VISIT",
}
DE_LA_VIDA: Mapping[str, tuple[str, ...]] = {
    "vistas": ("impression",),
    "guardados": ("save",),
    "clics": ("clickthrough", "outbound_click"),
    "me_gusta": ("reaction", "TOTAL_REACTIONS"),
    "comentarios": ("comment", "TOTAL_COMMENTS"),
}
DE_LA_CUENTA: Mapping[str, str] = {
    "seguidores": "follower_count",
    "seguidos": "following_count",
    "publicaciones": "pin_count",
}
METRICAS_PEDIDAS = (*DE_LA_VENTANA.values(), "TOTAL_COMMENTS", "TOTAL_REACTIONS")
_LISTO = frozenset({"READY", "ESTIMATE"})


def dias(pin: Mapping[str, Any], hoy: date) -> tuple[date, date] | None:
    """De qué día a qué día pedir los números de un pin; None si no caben en una ventana."""
    nacio = creado_en(pin).date()
    return (min(nacio, hoy), hoy) if hoy - nacio <= VENTANA else None


def de_pin(pin: Mapping[str, Any], analitica: Mapping[str, Any]) -> Mediciones:
    """Los de un pin. analitica: lo que contestó sobre la ventana; vacía si no se preguntó."""
    todo = analitica.get("all") or analitica.get("ALL")
    ventana = todo if isinstance(todo, Mapping) else {}
    suma, vida = _objeto(ventana, "summary_metrics"), _objeto(ventana, "lifetime_metrics")
    valores = {m: v for m, n in DE_LA_VENTANA.items() if _hay_dato(ventana, n) and (v := _entero(suma, n)) is not None}
    de_siempre = {**vida, **_objeto(_objeto(pin, "pin_metrics"), "lifetime_metrics")}
    for metrica, nombres in DE_LA_VIDA.items():
        dados = (v for n in nombres if (v := _entero(de_siempre, n)) is not None)
        if (valor := next(dados, None)) is not None:
            valores[metrica] = valor
    return Mediciones(valores=valores, version=VERSION, crudo={"pin_metrics": pin.get("pin_metrics"), **analitica})


def de_cuenta(cuenta: Mapping[str, Any]) -> Mediciones:
    valores = {m: v for m, n in DE_LA_CUENTA.items() if (v := _entero(cuenta, n)) is not None}
    crudo = {n: cuenta.get(n) for n in (*DE_LA_CUENTA.values(), "monthly_views") if n in cuenta}
    return Mediciones(valores=valores, version=VERSION, crudo=crudo)


def en_el_perfil(pin: Mapping[str, Any]) -> EnElPerfil:
    id_externo = pin.get("id")
    if not isinstance(id_externo, str) or not id_externo:
        raise ErrorDeContrato("Pinterest listó un pin sin identificador.")
    partes = (pin.get("title"), pin.get("description"))
    return EnElPerfil(
        id_externo=id_externo,
        texto="\n".join(str(p) for p in partes if p),
        publicada_en=creado_en(pin),
        url=f"https://www.pinterest.com/pin/{id_externo}/",
        tipo="pin",
    )


def _hay_dato(ventana: Mapping[str, Any], metrica: str) -> bool:
    """Si algún día ya se contó: un cero de un día que Pinterest todavía procesa no es un cero.

    Pinterest tarda uno o dos días. Sin detalle por días se cree a la suma.
    """
    diarios: Sequence[Any] = lista if isinstance(lista := ventana.get("daily_metrics"), list) else ()
    contados = [d for d in diarios if isinstance(d, Mapping)]
    return not contados or any(
        d.get("data_status", "READY") in _LISTO and metrica in _objeto(d, "metrics") for d in contados
    )


def _objeto(dato: Mapping[str, Any], nombre: str) -> Mapping[str, Any]:
    valor = dato.get(nombre)
    return valor if isinstance(valor, Mapping) else {}


def _entero(dato: Mapping[str, Any], nombre: str) -> int | None:
    valor = dato.get(nombre)
    return int(valor) if isinstance(valor, (int, float)) and not isinstance(valor, bool) else None

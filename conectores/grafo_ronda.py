"""Por dónde va un canal de Facebook o Instagram. Puro: ni habla con la red ni mira el reloj.

Una ronda mira lo que se vigila (las publicaciones recientes, las conversaciones) de lo más nuevo a lo más viejo y dice
qué es nuevo y qué cambió. Si no cabe en una tanda, queda a medias en el cursor y se sigue después. La red no avisa de
lo borrado: lo que se vio y ya no sale donde debería es *sospechoso*, y quien llama lo comprueba.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from conectores.contrato_escucha import Desde, Oido

VIGILANCIA = timedelta(days=7)
"""Cuánto se recuerda lo visto, para notar que cambió o que se borró."""

RECORDADOS_MAXIMOS = 600
CUENTAS_MAXIMAS = 300
_SOLAPE = timedelta(minutes=15)  # lo que puede tardar un listado de Meta en enseñar lo nuevo
_TARDANZA = timedelta(days=1)  # lo que salió del filtro de correo basura enseña su fecha vieja
_MARGEN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Sospechoso:
    """Algo que se vio en `grupo` y ya no sale."""

    grupo: str
    id: str
    publicado_en: datetime


@dataclass(slots=True, kw_only=True)
class Ronda:
    """hasta: hasta cuándo se oyó todo, en la última ronda entera. empezo: cuándo empezó esta.

    vistos: por grupo (una publicación, una conversación), cada identificador con su instante (segundos de época) y su
    seña, que cambia si cambió. listado: el cursor de la lista de grupos (None: ya se leyó entera). faltan: grupos por
    mirar. siguen: grupos con más páginas, y su cursor. cuentas: cuántos comentarios decía tener cada grupo. olvidado:
    lo anterior a ese instante (época) no cupo en la memoria, y ya no se sabe si se había visto.
    """

    no_antes_de: datetime
    empezo: datetime
    hasta: datetime | None = None
    vistos: dict[str, dict[str, tuple[int, str]]] = field(default_factory=dict)
    listado: str | None = ""
    faltan: list[str] = field(default_factory=list)
    siguen: dict[str, str] = field(default_factory=dict)
    cuentas: dict[str, int] = field(default_factory=dict)
    olvidado: int = 0
    _presentes: dict[str, set[str]] = field(default_factory=dict)
    _suelos: dict[str, int] = field(default_factory=dict)

    @property
    def piso(self) -> datetime:
        """Hasta dónde hay que mirar hacia atrás."""
        return self.no_antes_de if self.hasta is None else max(self.no_antes_de, self.hasta - _SOLAPE)

    @property
    def terminada(self) -> bool:
        return self.listado is None and not self.faltan and not self.siguen

    def recibir(self, grupo: str, oidos: Sequence[Oido], *, sigue: str = "", desde_arriba: bool = True) -> list[Oido]:
        """Lo nuevo y lo cambiado de una página de un grupo. sigue: el cursor de la siguiente; vacío si no hay más."""
        nuevos = [o for o in oidos if self._es_nuevo(grupo, o)]
        if desde_arriba:
            self._presentes[grupo] = set()
        instantes = [_epoca(o.publicado_en) for o in oidos]
        if grupo in self._presentes:
            self._presentes[grupo] |= {o.id_externo for o in oidos}
            self._suelos[grupo] = min(instantes, default=0) if sigue else 0
        if sigue and self._falta_mas(instantes):
            self.siguen[grupo] = sigue
        else:
            self.siguen.pop(grupo, None)
        return nuevos

    def _falta_mas(self, instantes: Sequence[int]) -> bool:
        """Si la página viene de viejo a nuevo no se puede parar antes del final."""
        if not instantes:
            return True
        al_derecho = instantes[0] >= instantes[-1]
        return not al_derecho or min(instantes) >= _epoca(self.piso)

    def _es_nuevo(self, grupo: str, oido: Oido) -> bool:
        suyos = self.vistos.setdefault(grupo, {})
        anterior, sena = suyos.get(oido.id_externo), senar(oido)
        if anterior is not None:
            suyos[oido.id_externo] = (anterior[0], sena)
            return anterior[1] != sena
        limite = self.no_antes_de if self.hasta is None else max(self.no_antes_de, self.hasta - _TARDANZA)
        if oido.publicado_en < limite or (self.hasta is not None and _epoca(oido.publicado_en) <= self.olvidado):
            return False
        suyos[oido.id_externo] = (_epoca(oido.publicado_en), sena)
        return True

    def contar(self, grupo: str, cuantos: int) -> None:
        """Apuntar cuántos comentarios dice tener un grupo; los apuntados hace más se olvidan antes."""
        self.cuentas.pop(grupo, None)
        self.cuentas[grupo] = cuantos

    def sospechosos(self) -> list[Sospechoso]:
        """Lo que se había visto en los grupos recién leídos desde arriba, por encima de donde se leyó, y no salió."""
        return [
            Sospechoso(grupo, id_externo, datetime.fromtimestamp(epoca, UTC))
            for grupo, presentes in self._presentes.items()
            for id_externo, (epoca, _) in self.vistos.get(grupo, {}).items()
            if id_externo not in presentes and epoca > self._suelos[grupo]
        ]

    def olvidar(self, sospechoso: Sospechoso) -> None:
        self.vistos.get(sospechoso.grupo, {}).pop(sospechoso.id, None)

    def guardar(self) -> str:
        """El cursor. Si la ronda terminó, la siguiente empieza por arriba."""
        cuentas = dict(list(self.cuentas.items())[-CUENTAS_MAXIMAS:])
        datos: dict[str, Any] = {"vistos": self._recordar(), "cuentas": cuentas, "olvidado": self.olvidado}
        if self.terminada:
            datos["hasta"] = _epoca(self.empezo - _MARGEN)
        else:
            datos["hasta"] = None if self.hasta is None else _epoca(self.hasta)
            datos["a_medias"] = {
                "empezo": self.empezo.timestamp(),
                "listado": self.listado,
                "faltan": self.faltan,
                "siguen": self.siguen,
            }
        return json.dumps(datos, separators=(",", ":"))

    @property
    def cubierto_hasta(self) -> datetime | None:
        return datetime.fromtimestamp(_epoca(self.empezo - _MARGEN), UTC) if self.terminada else None

    def _recordar(self) -> dict[str, dict[str, tuple[int, str]]]:
        """Lo más nuevo que cabe."""
        corte = _epoca(self.empezo - VIGILANCIA)
        todos = sorted(
            ((epoca, grupo, i, sena) for grupo, suyos in self.vistos.items() for i, (epoca, sena) in suyos.items()),
            reverse=True,
        )
        if len(todos) > RECORDADOS_MAXIMOS:
            self.olvidado = max(self.olvidado, todos[RECORDADOS_MAXIMOS][0])
        recordados: dict[str, dict[str, tuple[int, str]]] = {}
        for epoca, grupo, id_externo, sena in todos[:RECORDADOS_MAXIMOS]:
            if epoca >= corte:
                recordados.setdefault(grupo, {})[id_externo] = (epoca, sena)
        return recordados


def abrir(desde: Desde, *, ahora: datetime) -> Ronda:
    """La ronda por donde va: la que quedó a medias o una nueva. Un cursor que no se entiende es como ninguno."""
    try:
        return _de_cursor(json.loads(desde.cursor), desde, ahora)
    except (ValueError, TypeError, KeyError, AttributeError):
        return Ronda(no_antes_de=desde.no_antes_de, empezo=ahora)


def _de_cursor(datos: dict[str, Any], desde: Desde, ahora: datetime) -> Ronda:
    hasta = datos["hasta"]
    ronda = Ronda(
        no_antes_de=desde.no_antes_de,
        empezo=ahora,
        hasta=None if hasta is None else datetime.fromtimestamp(hasta, UTC),
        vistos={g: {i: (int(e), str(s)) for i, (e, s) in suyos.items()} for g, suyos in datos["vistos"].items()},
        cuentas={g: int(c) for g, c in datos["cuentas"].items()},
        olvidado=int(datos.get("olvidado", 0)),
    )
    if (a_medias := datos.get("a_medias")) is not None:
        ronda.empezo = datetime.fromtimestamp(a_medias["empezo"], UTC)
        ronda.listado = a_medias["listado"]
        ronda.faltan = [str(g) for g in a_medias["faltan"]]
        ronda.siguen = {str(g): str(c) for g, c in a_medias["siguen"].items()}
    return ronda


def senar(oido: Oido) -> str:
    """Seis hexadecimales que cambian si cambió el texto o lo que se le reacciona."""
    return hashlib.sha256(f"{oido.interacciones}|{oido.texto}".encode()).hexdigest()[:6]


def _epoca(instante: datetime) -> int:
    return int(instante.timestamp())

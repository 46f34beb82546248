"""El otro extremo de la red en memoria: lo que tiene y cómo se porta."""

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from conectores.contrato import ErrorDeRed, Publicado
from conectores.memoria.pueblo import Pueblo


@dataclass(slots=True)
class Visto:
    """Una publicación que la red aceptó."""

    id: str
    perfil: str
    texto: str
    medios: int
    clave: str
    aceptada_en: datetime
    borrada: bool = False


@dataclass(slots=True)
class _Falla:
    error: ErrorDeRed
    acepta: bool


@dataclass(slots=True)
class RedEnMemoria:
    """El otro extremo: lo que la red tiene y cómo se porta. pueblo: lo que dice la gente en ella.

    demora_s: lo que tarda cada llamada visible. visibilidad: lo que tarda en listar lo que aceptó. ahora: su reloj.
    """

    vistas: list[Visto] = field(default_factory=list)
    demora_s: float = 0.0
    visibilidad: timedelta = timedelta()
    token_vence_en: datetime | None = None
    preparaciones: int = 0
    en_proceso: int = 0
    al_publicar: Callable[[str], None] | None = None
    ahora: Callable[[], datetime] = lambda: datetime.now(UTC)
    pueblo: Pueblo = field(default_factory=Pueblo)
    _fallas: list[_Falla] = field(default_factory=list)
    _numeros: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _candado: threading.Lock = field(default_factory=threading.Lock)

    def fallar(self, error: ErrorDeRed, *, veces: int = 1, acepta: bool = False) -> None:
        """Fallar en las próximas llamadas visibles; con `acepta`, después de haber publicado."""
        self._fallas.extend(_Falla(error, acepta) for _ in range(veces))

    def recibir(self, perfil: str, texto: str, medios: int, clave: str) -> Publicado:
        if self.demora_s:
            time.sleep(self.demora_s)
        with self._candado:
            falla = self._fallas.pop(0) if self._fallas else None
            if falla is not None and not falla.acepta:
                raise falla.error
            visto = Visto(
                id=f"m{next(self._numeros)}",
                perfil=perfil,
                texto=texto,
                medios=medios,
                clave=clave,
                aceptada_en=self.ahora(),
            )
            self.vistas.append(visto)
        if self.al_publicar is not None:
            self.al_publicar(perfil)
        if falla is not None:
            raise falla.error
        return Publicado(visto.id, f"memoria://{perfil}/{visto.id}")


_redes: dict[str, RedEnMemoria] = {}


def red_en_memoria(nombre: str = "comun") -> RedEnMemoria:
    """La red de ese nombre; los perfiles la eligen con la opción `red`."""
    return _redes.setdefault(nombre, RedEnMemoria())

"""Mesa: con qué se escribe un aviso."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from motor.avisos.enterada.enlaces import Enlaces
from motor.reglas import ReglasDeAvisos


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesa:
    """Con qué se escribe: a quién, con qué reglas, con qué enlaces y por qué otros canales."""

    para: tuple[str, ...]
    reglas: ReglasDeAvisos
    zona: ZoneInfo
    enlaces: Enlaces | None = None
    canales: tuple[str, ...] = ()

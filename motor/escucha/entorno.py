"""Con qué se escucha. Lo arma `arranque` y nadie lo cambia."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from conectores.contrato_escucha import HechosDeEscucha
from modelos import Base
from modelos.escucha import Fuente
from motor.entorno import Entorno
from motor.reglas import Reglas
from motor.reloj import Reloj


@dataclass(frozen=True, slots=True, kw_only=True)
class EntornoDeEscucha:
    """principal: con qué se publica y se avisa (perfiles, monitores, gastos, avisos).

    base: la de lo que se oye: otro archivo en SQLite, la misma que la principal en PostgreSQL.
    oyente: quien oye una fuente que no es de un perfil nuestro; lanza ErrorDePerfil si no se puede abrir.
    hechos_de: lo que una red deja oír, sin abrir nada; None si no se oye.
    encendida: si la oficina encendió la escucha de una red que viene apagada.
    presupuesto: dólares al mes que se pueden gastar en una red que cobra (0: ninguno).
    archivos: la carpeta con `monitores.toml`, `fuentes.toml`, `avisos.toml` y `lugares/`.
    red_de_medios: con qué se leen los medios digitales del archivo; vacía si con nada.
    """

    principal: Entorno
    base: Base
    oyente: Callable[[Fuente], object]
    hechos_de: Callable[[str], HechosDeEscucha | None]
    encendida: Callable[[str], bool]
    presupuesto: Callable[[str], Decimal]
    archivos: Path
    red_de_medios: str = ""

    @property
    def reloj(self) -> Reloj:
        return self.principal.reloj

    @property
    def reglas(self) -> Reglas:
        return self.principal.reglas

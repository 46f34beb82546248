"""Las plantillas de Jinja, con lo que todas pueden usar: textos, fechas, direcciones de estáticos, la navegación."""

import hmac
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket

from motor.entorno import Entorno
from panel import aparatos, direcciones, fechas, textos
from panel.estaticos import direccion
from panel.navegacion import puertas

if TYPE_CHECKING:
    from panel.peticion import Peticion

CARPETA = Path(__file__).parent


class _Compiladas(BytecodeCache):
    """Lo ya compilado en este proceso: compilarlas todas cuesta un segundo, y cada panel que se arma las aprovecha.

    Jinja compara la suma de cada plantilla: la que cambió se vuelve a compilar.
    """

    def __init__(self) -> None:
        self._guardadas: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if guardada := self._guardadas.get(bucket.key):
            bucket.bytecode_from_string(guardada)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._guardadas[bucket.key] = bucket.bytecode_to_string()


_COMPILADAS = _Compiladas()


def marca_de_quien(p: "Peticion") -> str:
    """Con qué distingue el aparato de quién es lo que guardó, sin decir quién. Cambia con la persona, no al entrar."""
    return hmac.digest(p.panel.oficina.llavero.para("aparato"), str(p.usuario.id).encode(), "sha256").hex()[:16]


def es_liga(direccion: str | None) -> bool:
    """Si lleva a una página: lo que dijo un desconocido puede ser «javascript:…», y en un índice bajado correría."""
    return bool(direccion) and str(direccion).lower().startswith(("https://", "http://"))


def abrir_plantillas(entorno: Entorno) -> Environment:
    """Filtros de instantes (siempre UTC al entrar): hora, dia, cuando, hace; `iso` para el atributo `datetime`."""
    jinja = Environment(
        loader=FileSystemLoader(CARPETA),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        bytecode_cache=_COMPILADAS,
    )
    jinja.tests["liga"] = es_liga
    zona, reloj = entorno.reglas.zona, entorno.reloj
    jinja.install_gettext_callables(textos._, textos.n_, newstyle=True)  # type: ignore[attr-defined] # lo pone la extensión
    jinja.globals.update(estatico=direccion, puertas=puertas, medio=direcciones.de_medio)
    jinja.filters.update(
        hora=lambda instante: fechas.hora(instante, zona),
        dia=lambda instante: fechas.dia_corto(instante, zona, reloj.ahora()),
        fecha_larga=lambda instante: fechas.larga(instante, zona),
        cuando=lambda instante: fechas.cuando(instante, zona, reloj.ahora()),
        hace=lambda instante: fechas.hace(instante, reloj.ahora()),
        iso=datetime.isoformat,
        quien=marca_de_quien,
        aparato=aparatos.en_palabras,
        red=lambda slug: entorno.capacidades_de(slug).nombre,
    )
    return jinja

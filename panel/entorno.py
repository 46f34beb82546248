"""Con qué trabaja cada página. Lo arma `aplicacion` una vez y nadie lo cambia."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from itsdangerous import URLSafeTimedSerializer
from jinja2 import Environment

from motor.arranque import Oficina
from motor.entorno import Entorno
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.monitores.recuentos import Recuentos


@dataclass(frozen=True, slots=True, kw_only=True)
class EntornoDelPanel:
    """url: la dirección con que llegan las personas, sin barra final. plantillas: las de Jinja, ya con sus filtros.
    recuentos: los que se pidieron desde aquí.
    """

    oficina: Oficina
    url: str
    plantillas: Environment
    recuentos: Recuentos

    @property
    def entorno(self) -> Entorno:
        return self.oficina.entorno

    @property
    def escucha(self) -> EntornoDeEscucha:
        return self.oficina.escucha

    @property
    def con_tls(self) -> bool:
        return self.url.startswith("https://")

    @property
    def anfitriones(self) -> frozenset[str]:
        """Los nombres con que se puede pedir: el público y los de esta máquina."""
        return frozenset({urlsplit(self.url).hostname or "", "127.0.0.1", "localhost", "::1"})

    def firmante(self, uso: str) -> URLSafeTimedSerializer:
        """Para firmar lo que va y vuelve por el navegador. uso: lo de uno no vale en otro."""
        return URLSafeTimedSerializer(self.oficina.llavero.para(uso), salt=uso)

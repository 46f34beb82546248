"""Darle otra hora a una publicación en varios de sus perfiles a la vez. Las reglas son de `motor.publicacion.mando`."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from motor.publicacion.mando import NoSePuede
from panel.api.acceso import PideApi
from panel.api.errores import CON_CHOQUE, NoProcede, NoSirve
from panel.api.formas import Corto, Cuerpo, Hecho, Numero
from panel.api.formas_de_publicar import Id
from panel.api.paginas import instante
from panel.paginas.publicacion.mover import Pedido, avisos_de, citas_de, elegidas, mover_juntas
from panel.textos import _

rutas = APIRouter(prefix="/publicaciones", tags=["publicaciones"])


class Mudanza(Cuerpo):
    model_config = ConfigDict(json_schema_extra={"examples": [{"entregas": [7, 8], "cuando": "mañana 9:00"}]})

    entregas: Annotated[list[Id], Field(min_length=1, max_length=100)]
    cuando: Corto = Field(min_length=1, examples=["2026-12-01 09:00", "mejor hora antes del viernes"])
    era: datetime | None = Field(default=None, description="La hora que se leyó: si ya es otra, 409 y no se mueve.")
    aunque: bool = Field(default=False, description="Moverlas aunque algo estorbe a esa hora.")


@rutas.post("/{publicacion_id}/mover", summary="Darle otra hora a varias de sus entregas", responses=CON_CHOQUE)
def mover(p: PideApi, publicacion_id: Numero, mudanza: Mudanza) -> Hecho:
    """Todas o ninguna. Si a esa hora algo estorba, 409 con lo que es, y no se mueve."""
    with p.entorno.base.leer() as sesion:
        hay = elegidas(sesion, p, publicacion_id, mudanza.entregas)
    era = instante(mudanza.era).isoformat() if mudanza.era else ""
    pedido = Pedido(hay, mudanza.cuando, era, mudanza.aunque)
    try:
        citas = citas_de(p, pedido)
    except NoSePuede as error:
        raise NoSirve(str(error), donde=["cuando"]) from None
    if not mudanza.aunque and (avisos := avisos_de(p, pedido, citas)):
        raise NoProcede(" ".join([*avisos, _("Si aun así se quiere, mande aunque: true.")]))
    try:
        return Hecho(hecho=mover_juntas(p, publicacion_id, pedido, citas))
    except NoSePuede as error:
        raise NoProcede(str(error)) from None

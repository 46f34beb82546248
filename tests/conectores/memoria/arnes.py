import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from conectores.contrato import Acceso, ErrorIncierto
from conectores.memoria.conector import RedEnMemoria, red_en_memoria
from tests.contrato.arnes import Extremo, Muestra, con_foto
from tests.intermediario import Clase, Sabotaje

_ACCESO = Acceso(perfil="memoria-prueba", id_externo="prueba", credenciales={"token": "palabra-cualquiera"})
_numeros = itertools.count()


def _sabotear(red: RedEnMemoria, sabotaje: Sabotaje) -> None:
    acepta = sabotaje.clase not in (Clase.CORTAR_ANTES, Clase.CONTESTAR_ANTES)
    red.fallar(ErrorIncierto("Se perdió la respuesta."), acepta=acepta)


@contextmanager
def _encender() -> Iterator[Extremo]:
    nombre = f"contrato-{next(_numeros)}"
    red = red_en_memoria(nombre)
    yield Extremo(
        acceso=replace(_ACCESO, opciones={"red": nombre}),
        publicadas=lambda: [v.id for v in red.vistas if not v.borrada],
        sabotear=lambda sabotaje: _sabotear(red, sabotaje),
    )


MUESTRA = Muestra(
    acceso=_ACCESO,
    rechazadas={"token": "vencido"},
    pieza=con_foto,
    es_visible=lambda _: False,
    encender=_encender,
)

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from conectores.contrato import Acceso, ErrorIncierto
from conectores.contrato_escucha import Mediciones, Retrato
from conectores.memoria.conector import ConectorMemoria, RedEnMemoria, red_en_memoria
from tests.contrato.arnes import Extremo, Muestra, con_foto
from tests.contrato.arnes_de_escucha import ExtremoDeEscucha, MuestraDeEscucha
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


@contextmanager
def _dejarse_oir() -> Iterator[ExtremoDeEscucha]:
    nombre = f"contrato-{next(_numeros)}"
    red = red_en_memoria(nombre)
    hechos = ConectorMemoria.escucha
    assert hechos.busqueda is not None
    clases = {c.nombre: c.clase for c in (*hechos.canales, hechos.busqueda)}
    nuestras = [red.recibir(_ACCESO.perfil, f"Nuestra {i}", 0, f"clave-{i}").id_externo for i in range(2)]
    red.pueblo.cuentas["metepec"] = Retrato(
        cuenta="metepec", mediciones=Mediciones(valores={"seguidores": 900}, version="memoria 1")
    )

    yield ExtremoDeEscucha(
        acceso=replace(_ACCESO, opciones={"red": nombre}),
        decir=lambda canal, texto: red.pueblo.decir(canal, texto, clase=clases[canal]).id_externo,
        publicaciones=tuple(reversed(nuestras)),
        quitar=red.pueblo.borrar,
        fallar=red.pueblo.fallar,
    )


ESCUCHA = MuestraDeEscucha(
    acceso=_ACCESO,
    rechazadas={"token": "vencido"},
    encender=_dejarse_oir,
    cuenta_visible="metepec",
    cuenta_ilegible="nadie",
)

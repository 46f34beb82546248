from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from conectores.contrato import Acceso
from simulador.en_hilo import Simulador
from tests.conectores.simulada import encender
from tests.contrato.arnes import SIN_NADIE, Muestra, con_foto
from tests.contrato.arnes_de_escucha import ExtremoDeEscucha, MuestraDeEscucha

_CREDENCIALES = {"token": "token-pinterest"}
_ACCESO = Acceso(
    perfil="pinterest-sanjacinto",
    id_externo="850000000000000001",
    url=SIN_NADIE,
    credenciales=_CREDENCIALES,
    opciones={"tablero": "850000000000000101"},
    plazo_total=timedelta(seconds=5),
)

MUESTRA = Muestra(
    acceso=_ACCESO,
    rechazadas={"token": "token-pinterest-vencido"},
    pieza=con_foto,
    es_visible=lambda r: r.metodo == "POST" and r.ruta.endswith("/v5/pins"),
    encender=encender(_ACCESO, "pinterest"),
    prepara_en_la_red=False,
)


@contextmanager
def _que_se_mide() -> Iterator[ExtremoDeEscucha]:
    """El Pinterest imitado, con dos pines nuestros de ayer. No hay nada que oír."""

    def decir(canal: str, texto: str) -> str:
        raise AssertionError(f"Pinterest no tiene el canal «{canal}» en que decir «{texto}»")

    with Simulador(semilla=1) as sim:
        hace = (timedelta(hours=2), timedelta(hours=5))
        nuestros = [sim.publicar_como("pinterest", _ACCESO.id_externo, f"Pin de hace {h}", hace=h).id for h in hace]
        acceso = replace(_ACCESO, url=sim.url_de("pinterest"))
        yield ExtremoDeEscucha(acceso=acceso, decir=decir, publicaciones=tuple(nuestros))


ESCUCHA = MuestraDeEscucha(acceso=_ACCESO, rechazadas=MUESTRA.rechazadas, encender=_que_se_mide)

"""El otro extremo de las redes cerradas: el simulador, con el perfil que ya trae de la casa."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

from conectores.contrato import Acceso
from simulador.en_hilo import Simulador
from tests.contrato.arnes import Extremo


def encender(acceso: Acceso, red: str) -> Callable[[], AbstractContextManager[Extremo]]:
    """Sin rechazo de textos repetidos: la suite publica lo mismo más de una vez a propósito."""

    @contextmanager
    def encendido() -> Iterator[Extremo]:
        with Simulador(semilla=1, duplicados=False) as sim:
            yield Extremo(
                acceso=replace(acceso, url=sim.url_de(red)),
                publicadas=lambda: [p.id for p in sim.publicadas(red)],
            )

    return encendido

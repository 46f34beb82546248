"""El mundo de una prueba: sus redes, cómo se estropean, y lo que de verdad quedó publicado en ellas."""

import contextlib
from collections.abc import Iterator
from typing import Protocol

from bench.escenario import REDES, Conocido, Escenario, perfiles
from bench.redes import CLASES, EnLaRed, ProxyAparte, SimuladorAparte
from tests.servidores.bluesky import ServidorBluesky

CORTE_CADA_S = 0.15


class Mundo(Protocol):
    """urls: adónde manda el demonio, por red. tasas: de cada clase de fallo; las que no sepa, no las hace."""

    urls: dict[str, str]

    def conocer(self, escenario: Escenario) -> list[Conocido]:
        """Los perfiles del escenario, dados de alta en sus redes."""

    def estropear(self, tasa: float, *, con_limites: bool) -> None: ...

    def sanar(self) -> dict[str, int]:
        """Dejar de fallar; cuántos fallos hubo de cada clase."""

    def publicadas(self) -> list[EnLaRed]: ...


class Imitadas:
    """Las cuatro redes del simulador."""

    def __init__(self, simulador: SimuladorAparte, url: str, proxy: ProxyAparte | None) -> None:
        self._simulador, self._proxy = simulador, proxy
        self.urls = {red: f"{url}/{red}" for red in REDES}
        simulador.ajustar(latencia_s=0.03, latencia_azar_s=0.22, retraso_listado_azar_s=1.0, ventana_cupo_s=2.0)

    def conocer(self, escenario: Escenario) -> list[Conocido]:
        suyos = list(perfiles(escenario))
        self._simulador.pedir("POST", "perfiles", [c.imitado for c in suyos])
        return suyos

    def estropear(self, tasa: float, *, con_limites: bool) -> None:
        tasas = {clase: tasa for clase in CLASES if con_limites or clase != "limite_429"}
        self._simulador.fallar_al_azar(tasas, alcance="escrituras")

    def sanar(self) -> dict[str, int]:
        if self._proxy is not None:
            self._proxy.sanar()
        return self._simulador.sanar()

    def publicadas(self) -> list[EnLaRed]:
        return self._simulador.publicadas()


class BlueskyOficial:
    """El servidor oficial de Bluesky. No sabe fallar a petición: para eso está el proxy."""

    def __init__(self, servidor: ServidorBluesky, url: str, proxy: ProxyAparte | None) -> None:
        self._servidor, self._proxy = servidor, proxy
        self.urls = {"bluesky": url}
        self._dids: list[str] = []

    def conocer(self, escenario: Escenario) -> list[Conocido]:
        suyos = []
        for n in range(escenario.perfiles_por_red):
            cuenta = self._servidor.crear_cuenta(f"banco{n}")
            self._dids.append(cuenta.did)
            credenciales = {
                f"PREGONERO_BLUESKY_IDENTIFICADOR__BLUESKY_{n}": cuenta.nombre,
                f"PREGONERO_BLUESKY_CLAVE_DE_APLICACION__BLUESKY_{n}": cuenta.clave,
            }
            suyos.append(Conocido(f"bluesky-{n}", "bluesky", cuenta.did, credenciales=credenciales))
        return suyos

    def estropear(self, tasa: float, *, con_limites: bool) -> None:
        del tasa, con_limites

    def sanar(self) -> dict[str, int]:
        if self._proxy is not None:
            self._proxy.sanar()
        return {}

    def publicadas(self) -> list[EnLaRed]:
        return [
            EnLaRed("bluesky", did, registro["uri"], registro["value"]["text"])
            for did in self._dids
            for registro in self._servidor.publicaciones(did)
        ]


@contextlib.contextmanager
def abrir(escenario: Escenario, *, proxy: bool) -> Iterator[Mundo]:
    with contextlib.ExitStack() as pila:
        oficial = tuple(escenario.redes) == ("bluesky",)
        servidor: ServidorBluesky | SimuladorAparte = (
            pila.enter_context(ServidorBluesky())
            if oficial
            else pila.enter_context(SimuladorAparte(semilla=escenario.semilla))
        )
        url = servidor.url
        cortes = None
        if proxy:
            cortes = pila.enter_context(ProxyAparte(url, cada_s=CORTE_CADA_S, semilla=escenario.semilla))
            url = cortes.url
        if isinstance(servidor, ServidorBluesky):
            yield BlueskyOficial(servidor, url, cortes)
        else:
            yield Imitadas(servidor, url, cortes)
